"""Who changed which rule when. The database itself refuses to change what is written down, as for the ledger."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "workflows_rulechange"
FORWARD = f"""
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION workflows_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION workflows_refuse_change();
"""
BACKWARD = f"DROP TRIGGER refuse_change ON {TABLE}; DROP TRIGGER refuse_truncate ON {TABLE};"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0009_retention"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=40, verbose_name="table")),
                ("key", models.CharField(max_length=100, verbose_name="row")),
                ("label", models.CharField(max_length=300, verbose_name="name")),
                (
                    "act",
                    models.CharField(
                        choices=[("create", "row entered"), ("change", "row changed"), ("end", "row taken out")],
                        max_length=6,
                        verbose_name="what was done",
                    ),
                ),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a rule",
                "verbose_name_plural": "changes of rules",
                "indexes": [models.Index(fields=["table", "key", "-id"], name="changes_of_a_row")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="rule_change_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", "create"), ("after__isnull", False), ("before__isnull", True)),
                            models.Q(("act", "change"), ("after__isnull", False), ("before__isnull", False)),
                            models.Q(("act", "end"), ("after__isnull", True), ("before__isnull", False)),
                            _connector="OR",
                        ),
                        name="rule_change_before_and_after",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
