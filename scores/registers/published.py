"""What of registers everybody may read: the only reads of their open pages. Never drafts, notes, people or risks."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.opentables import Column, Row, Table
from organisations.queries import units_at
from scores.models import EntryVersion
from scores.registers.fields import Field
from scores.registers.kinds import REGISTERS, Register
from scores.registers.queries import counting
from scores.registers.showing import shown_values

_TOLD_APART = ("title", "happened_on")


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


def table_of(register: Register, rows: QuerySet[EntryVersion]) -> Table:
    """The list of the confirmed entries of a register. rows: of `confirmed`."""
    columns = (
        Column("unit", _("Agency"), file=False),
        Column("agency", _("Code"), page=False),
        Column("name", _("Agency"), page=False),
        Column("fiscal_year", _("Fiscal year"), page=False),
        Column("says", _("What it is"), "list", file=False),
        Column("day", _("Day"), "day", file=False),
        *(Column(field.name, field.label, page=False) for field in open_fields(register)),
        Column("link", _("Link"), "link"),
        Column("confirmed_on", _("Confirmed on"), "day"),
    )
    return Table(columns, lambda start, stop: [_row(row) for row in rows[start:stop]], rows.count())


def _row(version: EntryVersion) -> Row:
    """A confirmed entry: for the page in words, for a file codes and days."""
    entry = version.entry
    told = [f"{field.label}: {value}" for field, value in shown_values(version) if field.name not in _TOLD_APART]
    return {
        "unit": str(entry.unit),
        "agency": entry.unit.code,
        "name": entry.unit.name_th,
        "fiscal_year": entry.fiscal_year,
        "says": [*([version.title] if version.title else []), *told],
        "day": version.happened_on,
        **{field.name: version.value(field.name) for field in open_fields(entry.kind)},
        "link": version.link,
        "confirmed_on": version.confirmation.on,
    }
