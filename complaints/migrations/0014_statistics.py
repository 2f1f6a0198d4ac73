import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

_SPANS = """
INSERT INTO complaints_reportperiod (code, first, last, made_at, opens)
SELECT to_char(month, 'YYYY-MM'), month, (month + interval '1 month - 1 day')::date, max(made_at), false
FROM complaints_monthlyreport GROUP BY month
"""
_REPORTS = """
INSERT INTO complaints_unitreport (period_id, unit_id, figures)
SELECT to_char(month, 'YYYY-MM'), unit_id, figures FROM complaints_monthlyreport ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0013_survey"), ("organisations", "0004_successors")]
    operations = [
        migrations.CreateModel(
            name="ReportPeriod",
            fields=[
                (
                    "code",
                    models.CharField(
                        help_text="As `complaints.statistics.periods` reads it.",
                        max_length=20,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("first", models.DateField(help_text="Its first day.")),
                ("last", models.DateField(help_text="Its last day.")),
                ("made_at", models.DateTimeField(null=True, verbose_name="made")),
                ("opens", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "period of statistics",
                "verbose_name_plural": "periods of statistics",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("first__day", 1), ("last__gt", F("first"))), name="period_of_whole_months"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("figures", models.JSONField()),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="complaints.reportperiod",
                        verbose_name="period",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "statistics of a unit",
                "verbose_name_plural": "statistics of units",
                "constraints": [models.UniqueConstraint(fields=("period", "unit"), name="one_report_a_period")],
            },
        ),
        migrations.CreateModel(
            name="ReportCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=50)),
                ("cases", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cells", to="complaints.unitreport"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "part", "key"), name="one_cell_a_figure")]
            },
        ),
        # What was reported of months stays as it was reported.
        migrations.RunSQL([_SPANS, _REPORTS], migrations.RunSQL.noop),
        migrations.DeleteModel(name="MonthlyReport"),
    ]
