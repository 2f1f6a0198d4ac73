"""The length of the yearly review is no longer that of a year, which in leap years ended on 29 September: it says how
many days lie at least between a confirmation and the end of the fiscal year in which the review is due. A rule that an
administrator has entered stays."""

from typing import Any

from django.db import migrations

from scores.rule_data import IN_FORCE, OF_REVIEW, OWN_PRACTICE

A_YEAR, APART = 365, 183


def forward(apps: Any, schema_editor: Any) -> None:
    _change(apps, A_YEAR, APART, OF_REVIEW)


def backward(apps: Any, schema_editor: Any) -> None:
    _change(apps, APART, A_YEAR, OWN_PRACTICE)


def _change(apps: Any, before: int, after: int, source: str) -> None:
    rules = apps.get_model("workflows", "ClockRule").objects.filter(code="yearly_review", valid_from=IN_FORCE)
    rules.filter(length=before).update(length=after, source=source)


class Migration(migrations.Migration):
    dependencies = [("scores", "0006_reports"), ("workflows", "0011_kept_figures")]
    operations = [migrations.RunPython(forward, backward)]
