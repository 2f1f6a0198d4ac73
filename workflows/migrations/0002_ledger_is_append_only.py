"""The database itself refuses to change the ledger and the checkpoints."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION workflows_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('sodsong.test_database', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
TABLES = ("workflows_ledgerentry", "workflows_checkpoint", "workflows_checkpointleaf")
TRIGGERS = "".join(
    f"""
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION workflows_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION workflows_refuse_change();
"""
    for table in TABLES
)
BACKWARD = "".join(
    f"DROP TRIGGER refuse_change ON {table}; DROP TRIGGER refuse_truncate ON {table};" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION workflows_refuse_change();"),
        migrations.RunSQL(TRIGGERS, BACKWARD),
    ]
