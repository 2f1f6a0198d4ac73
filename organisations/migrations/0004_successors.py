import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

ROLES = [
    ("screener", "screener"),
    ("officer", "complaint officer"),
    ("head", "unit head"),
    ("approver", "approver"),
    ("custodian", "identity custodian"),
    ("procurement", "procurement officer"),
    ("executive", "executive"),
    ("administrator", "administrator"),
]


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_leave")]

    operations = [
        migrations.AlterField(
            model_name="unit",
            name="closed_on",
            field=models.DateField(
                blank=True,
                help_text="The first day on which it is there no more.",
                null=True,
                verbose_name="closed on",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                help_text="Its cases go there on the day it closes; if it names none, to the unit above it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
                verbose_name="who takes over",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("successor", models.F("id")), _negated=True),
                name="unit_does_not_succeed_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("successor__isnull", True), ("closed_on__isnull", False), _connector="OR"),
                name="who_takes_over_from_a_day",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="last_day",
            field=models.DateField(
                blank=True,
                help_text="The night after it the account is closed, and what he had goes back to his unit.",
                null=True,
                verbose_name="last day in service",
            ),
        ),
        migrations.CreateModel(
            name="Vacancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=ROLES, max_length=20, verbose_name="role")),
                ("since", models.DateField(default=django.utils.timezone.localdate, verbose_name="since")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vacancies",
                        to="organisations.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "vacancy",
                "verbose_name_plural": "vacancies",
                "constraints": [models.UniqueConstraint(fields=("unit", "role"), name="one_vacancy_of_a_role")],
            },
        ),
    ]
