"""The holidays of a whole year as they are pasted: a line a day, `5 ธันวาคม 2569 | วันพ่อแห่งชาติ | Father's Day`."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from organisations.calendar import BUDDHIST_ERA
from organisations.formats import MONTHS, MONTHS_LONG, THAI_MONTHS, THAI_MONTHS_LONG, arabic, digits, write_date
from organisations.models import Holiday
from workflows.rulebook.rows import Alteration

LONGEST_NAME = 200  # as long as its column
_BUDDHIST_YEARS = 2400
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?P<rest>.*)")
_FIGURES = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?P<rest>.*)")
# A weekday in front, as the cabinet's table writes it, says nothing more.
_NAMED = re.compile(
    r"(?:วัน[^\d\s]+\s*)?(?P<day>\d{1,2})\s*(?P<month>[^\d\s]+)\s*(?:พ\.ศ\.)?\s*(?P<year>\d{4})(?P<rest>.*)"
)
# What stands between the day and its name.
_BETWEEN = re.compile(r"^[\s,:–-]*\|?")
_MONTHS = {
    name.replace(".", "").casefold(): number
    for names in (THAI_MONTHS, THAI_MONTHS_LONG, MONTHS, MONTHS_LONG)
    for number, name in enumerate(names, start=1)
}


class YearDay(NamedTuple):
    """A holiday as a line says it."""

    day: date
    name_th: str
    name_en: str


def read_year(text: str, year: int) -> tuple[list[YearDay], list[str]]:
    """The holidays of `year` (C.E.) from a text of a line each, and a sentence for every line that says none.

    Days as `2026-12-05`, `5/12/2569`, `5 ธ.ค. 2569` or `5 December 2026`, of either era; then the Thai name and, behind
    a tab or a bar, the English one.
    """
    found: dict[date, YearDay] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        read = _read(line)
        if read is None:
            fault = _("there is no day in it, or no name behind the day")
        elif read.day.year != year:
            fault = _("%(day)s is in another year") % {"day": write_date(read.day)}
        elif read.day in found:
            fault = _("%(day)s stands there twice") % {"day": write_date(read.day)}
        elif max(len(read.name_th), len(read.name_en)) > LONGEST_NAME:
            fault = _("the name is too long")
        else:
            found[read.day] = read
            continue
        faults.append(_("Line %(number)s: %(fault)s.") % {"number": digits(number), "fault": fault})
    return sorted(found.values()), faults


def _read(line: str) -> YearDay | None:
    plain = line.strip()
    match = next((hit for form in (_ISO, _FIGURES, _NAMED) if (hit := form.fullmatch(arabic(plain)))), None)
    if match is None:
        return None
    named = match["month"]
    month = int(named) if named.isdecimal() else _MONTHS.get(named.replace(".", "").casefold(), 0)
    year = int(match["year"])
    try:
        day = date(year - BUDDHIST_ERA if year >= _BUDDHIST_YEARS else year, month, int(match["day"]))
    except ValueError:
        return None
    # The names as they were typed: only the day is read with its Thai digits made Arabic.
    rest = _BETWEEN.sub("", plain[match.start("rest") :], count=1)
    names = [part.strip() for part in re.split(r"[\t|]", rest)]
    return YearDay(day, names[0], names[1] if len(names) > 1 else "") if names[0] else None


def write_year(rows: Iterable[Holiday]) -> str:
    """The same rows as lines, to be mended and sent again."""
    return "\n".join(
        " | ".join(filter(None, (row.day.isoformat(), row.name_th, row.name_en)))
        for row in sorted(rows, key=lambda row: row.day)
    )


def alterations(held: Iterable[Holiday], wanted: Iterable[YearDay], source: str) -> list[Alteration]:
    """What has to be entered, changed and taken out so that `wanted` stands; what is alike stays with its source."""
    rows, found = {row.day: row for row in held}, []
    for one in wanted:
        row = rows.pop(one.day, None)
        if row is None or (row.name_th, row.name_en) != (one.name_th, one.name_en):
            found.append(Alteration(row, Holiday(**one._asdict(), source=source)))
    return sorted(
        [*found, *(Alteration(row, None) for row in rows.values())], key=lambda one: (one.after or one.before).day
    )
