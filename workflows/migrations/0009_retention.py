"""How long the content of cases is kept, and what holds it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0008_parts_and_causes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="unitnumber",
            name="left_on",
            field=models.DateField(help_text="The day on which its case went into the protected register.", null=True),
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="kind of case")),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        help_text="Code of a kind; empty: all others.",
                        max_length=50,
                        verbose_name="only for this kind",
                    ),
                ),
                (
                    "disposal",
                    models.CharField(
                        choices=[("erase", "erase"), ("keep", "keep for good")],
                        default="erase",
                        max_length=5,
                        verbose_name="what happens then",
                    ),
                ),
                ("years", models.PositiveSmallIntegerField(verbose_name="years after the end")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("verified", models.BooleanField(default=True, verbose_name="source verified")),
            ],
            options={
                "verbose_name": "retention rule",
                "verbose_name_plural": "retention rules",
                "ordering": ["code", "category", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "category", "valid_from"), name="one_retention_rule_a_day"
                    ),
                    models.CheckConstraint(condition=models.Q(("years__gte", 1)), name="kept_for_a_year_at_least"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordsHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="workflows.case"
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=("case",),
                        name="one_hold_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                            models.Q(("released_at__isnull", False), ("released_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="hold_released_by_somebody",
                    ),
                ],
            },
        ),
    ]
