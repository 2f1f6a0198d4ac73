"""The rubrics as they are in force: those of the files, with the settings that an administrator keeps (`ScoreSetting`).

Whoever scores anew takes them from here. What was kept, and an assessment that has begun, has the text of its rubric
with the settings of its day (`snapshots.keep_rubric`), and asks nobody.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils import timezone

from scores import rubric as files
from scores.models import ScoreSetting
from scores.rubric_form import Rubric


def rubric_for(source: str, year: int, day: date | None = None) -> Rubric:
    """The newest rubric of a source (family) that holds for a fiscal year (B.E.), with the settings of `day`, today
    where it is left out. Raises LookupError with a sentence."""
    return with_settings_of(files.rubric_for(source, year), day or timezone.localdate())


def with_settings_of(rubric: Rubric, day: date) -> Rubric:
    """The rubric with the settings that are in force on `day`. No query for one that has none."""
    if not rubric.settings:
        return rubric
    rows = ScoreSetting.objects.filter(code__startswith=f"{rubric.code}.", valid_from__lte=day)
    return with_rows(rubric, rows.order_by("valid_from"))


def with_rows(rubric: Rubric, rows: Iterable[ScoreSetting]) -> Rubric:
    """The rubric with these settings; of two of the same name the later one holds."""
    values: dict[str, Decimal | str] = {row.setting: row.read for row in rows if row.setting in rubric.settings}
    return rubric.with_settings(values) if values else rubric
