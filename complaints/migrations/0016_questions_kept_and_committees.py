"""How long questions are kept, what no person does to them, and the least size of a committee as rule data."""

from typing import Any

import django.core.validators
from django.conf import settings
from django.db import migrations, models


def load(apps: Any, schema_editor: Any) -> None:
    from complaints.rule_loading import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0015_rule_data_whole"),
        ("organisations", "0004_successors"),
        ("workflows", "0010_rule_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="questionentry",
            name="question_entry_by_its_side",
        ),
        migrations.RemoveConstraint(
            model_name="questionentry",
            name="question_entry_moved_somewhere",
        ),
        migrations.AddField(
            model_name="complaintkind",
            name="committee_least",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="The chair among them.",
                validators=[django.core.validators.MinValueValidator(2)],
                verbose_name="members of its investigating committee, at least",
            ),
        ),
        migrations.AlterField(
            model_name="questionentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("asked", "asked"),
                    ("wrote_back", "wrote back"),
                    ("answered", "answered"),
                    ("moved", "passed on"),
                    ("closed", "closed"),
                    ("turned", "made a complaint"),
                    ("followed", "moved with its unit"),
                    ("erased", "deleted for good"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintkind",
            constraint=models.CheckConstraint(
                condition=models.Q(("committee_least__gte", 2)), name="committee_has_a_chair_and_a_member"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["asked", "wrote_back", "followed", "erased"]), ("by__isnull", False), _connector="XOR"
                ),
                name="question_entry_by_its_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["moved", "followed"]), ("unit__isnull", True), _connector="XOR"),
                name="question_entry_moved_somewhere",
            ),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
