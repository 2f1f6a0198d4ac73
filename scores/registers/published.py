"""What of registers everybody may read: the only reads of their open pages. Never drafts, notes, people or risks."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from organisations.queries import units_at
from scores.models import EntryVersion
from scores.registers.fields import Field
from scores.registers.kinds import REGISTERS, Register
from scores.registers.queries import counting


def open_fields(register: Register) -> list[Field]:
    """The fields of a register that are shown to everybody."""
    return list(register.fields) if register.public else []


def confirmed(register: Register, *, year: int | None = None, unit: str = "") -> QuerySet[EntryVersion]:
    """What the entries of an open register say as it was confirmed last, the newest first; nothing that was struck out.
    year: B.E.; unit: a code, with all below it. Of a register that is not for everybody: nothing."""
    if not register.public:
        return EntryVersion.objects.none()
    today = timezone.localdate()
    counted = counting(register.code, today, year=year, there_on=today)
    rows = EntryVersion.objects.filter(pk__in=counted.values("pk"))
    if unit:
        rows = rows.filter(entry__case__unit__in=units_at(unit))
    return rows.select_related("entry__unit", "confirmation").order_by("-happened_on", "-id")


def public_registers() -> list[tuple[Register, int]]:
    """The registers that are open, each with the number of its confirmed entries."""
    return [(row, confirmed(row).count()) for row in REGISTERS.values() if row.public]


def head_of(register: Register) -> list[str]:
    """The headings of the file of a register, as `as_row` names them."""
    return ["agency", "name", "fiscal_year", *(field.name for field in open_fields(register)), "link", "confirmed_on"]


def as_row(version: EntryVersion) -> dict[str, Any]:
    """A confirmed entry for a file: codes and ISO days."""
    entry = version.entry
    said = {field.name: version.value(field.name) for field in open_fields(entry.kind)}
    return {
        "agency": entry.unit.code,
        "name": entry.unit.name_th,
        "fiscal_year": entry.fiscal_year,
        **said,
        "link": version.link,
        "confirmed_on": version.confirmation.on.isoformat(),
    }
