"""The database itself refuses to change a score that was kept, what it was computed from, and who signed it."""

from django.db import migrations

TABLES = ("scores_snapshot", "scores_rubrictext", "scores_factstext", "scores_signature")
FORWARD = "".join(
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
    dependencies = [("scores", "0002_rule_data"), ("workflows", "0010_rule_changes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
