"""How entries of registers are shown: words for codes, one short line for lists, and the file of a register."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits
from scores.models import EntryVersion, RegisterCase
from scores.registers.fields import Field, Shape
from scores.registers.kinds import Register, moral_level
from workflows.graph import Text

LEVEL_WORDS: tuple[tuple[int, Text], ...] = ((1, _("low")), (2, _("middle")), (3, _("high")))


def shown_values(version: EntryVersion) -> list[tuple[Field, Any]]:
    """What a version says, field by field, as pages show it: words for codes, days as days. Left out: what is empty."""
    rows: list[tuple[Field, Any]] = []
    for field in version.entry.kind.fields:
        value = version.value(field.name)
        if value in (None, "", []):
            continue
        rows.append((field, _shown(field, value)))
    return rows


def _shown(field: Field, value: Any) -> Any:
    match field.shape:
        case Shape.CHOICE:
            return dict(field.choices).get(value, value)
        case Shape.LEVEL:
            return f"{digits(value)} – {dict(LEVEL_WORDS)[value]}"
        case Shape.INDICATORS:
            return ", ".join(digits(number) for number in sorted(value))
        case Shape.COUNT:
            return digits(f"{value:,}")
        case Shape.POINTS:
            return digits(f"{Decimal(value):.2f}")
        case Shape.DAY:
            return date.fromisoformat(value) if isinstance(value, str) else value
        case Shape.ACTIVITIES:
            return [(row["what"], date.fromisoformat(row["on"])) for row in value]
    return value


def brief(version: EntryVersion) -> str:
    """The figures of an entry in one short line, for lists; "" where it has none."""
    if version.trained is not None and version.passed is not None:
        words = {"passed": digits(f"{version.passed:,}"), "trained": digits(f"{version.trained:,}")}
        return gettext("%(passed)s of %(trained)s passed") % words
    if version.risk:
        return digits(f"{version.likelihood} × {version.impact} = {version.risk}")
    if version.indicators is not None:
        return gettext("level %(level)s") % {"level": digits(moral_level(version.indicators))}
    if version.points is not None:
        return gettext("%(points)s points") % {"points": digits(f"{version.points:.2f}")}
    return ""


# --- The file of a register -------------------------------------------------------------------------------------------
def csv_head(register: Register) -> list[str]:
    """The headings of its file."""
    return ["number", "agency", "name", "fiscal_year", "state", *(field.name for field in register.fields), "link"]


def csv_line(register: Register, case: RegisterCase, version: EntryVersion) -> list[Any]:
    """An entry as a line of the file: codes and ISO days; several activities in one cell."""
    entry = case.entry
    said = [_as_cell(version.value(field.name)) for field in register.fields]
    return [case.number, entry.unit.code, entry.unit.name, entry.fiscal_year, case.state, *said, version.link]


def _as_cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(f"{row['on']} {row['what']}" if isinstance(row, dict) else str(row) for row in value)
    return value
