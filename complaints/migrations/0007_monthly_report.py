import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0006_received_on"),
        ("organisations", "0003_leave"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthlyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="Its first day.", verbose_name="month")),
                ("figures", models.JSONField()),
                ("made_at", models.DateTimeField(verbose_name="made")),
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
                "verbose_name": "monthly statistics",
                "verbose_name_plural": "monthly statistics",
                "constraints": [
                    models.UniqueConstraint(fields=("month", "unit"), name="one_report_a_month"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="report_of_a_whole_month"),
                ],
            },
        ),
    ]
