"""How often the information centre was used, quarter by quarter (S4:326)."""

from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import PageUse, Unit
from organisations.opentables import Column, Row, Table
from organisations.queries import units_below

from .pages import NAMES

COLUMNS = (
    Column("page_name", gettext_lazy("Page")),
    Column("page", gettext_lazy("Code"), page=False),
    Column("fiscal_year", gettext_lazy("Fiscal year")),
    Column("quarter", gettext_lazy("Quarter")),
    Column("pages", gettext_lazy("Pages opened"), "number"),
    Column("files", gettext_lazy("Files fetched"), "number"),
)


def years() -> list[int]:
    """The fiscal years in which something was opened, the latest first."""
    rows = PageUse.objects.order_by("-fiscal_year").values_list("fiscal_year", flat=True)
    return list(rows.distinct())


def use_of(unit: Unit | None, year: int) -> Table:
    """What was opened in the quarters of a fiscal year, of a unit and all below it (None: everything). One query."""
    wanted = Q() if unit is None else Q(unit__in=units_below([unit.pk]))
    rows = PageUse.objects.filter(wanted, fiscal_year=year).order_by().values("quarter", "page")
    counted = rows.annotate(
        pages=Sum("opened", filter=Q(file=False), default=0), files=Sum("opened", filter=Q(file=True), default=0)
    )
    return Table.of(COLUMNS, [_row(row, year) for row in _by_name(counted)])


def _by_name(rows: Any) -> list[dict[str, Any]]:
    """A page and its files in one row: they are called alike."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        name = str(NAMES.get(row["page"], row["page"]))
        one = found.setdefault((row["quarter"], name), {**row, "name": name, "pages": 0, "files": 0})
        one["pages"] += row["pages"]
        one["files"] += row["files"]
        one["page"] = min(one["page"], row["page"])
    return sorted(found.values(), key=lambda row: (-row["quarter"], -row["pages"] - row["files"], row["page"]))


def _row(row: dict[str, Any], year: int) -> Row:
    return {
        "page_name": row["name"] or _("other"),
        "page": row["page"],
        "fiscal_year": year,
        "quarter": row["quarter"],
        "pages": row["pages"],
        "files": row["files"],
    }
