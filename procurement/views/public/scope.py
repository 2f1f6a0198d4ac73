"""Which unit and year a public page shows."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from organisations.models import Unit, UnitReach
from procurement.published import published_units, unit_of
from procurement.views.levels import read_year


@dataclass(frozen=True)
class OpenScope:
    """The plan of `unit` in a fiscal year (Buddhist Era)."""

    unit: Unit
    year: int

    @property
    def query(self) -> str:
        """The query string that leads to the same plan on another page."""
        return "?" + urlencode({"unit": self.unit.code, "year": self.year})


def scope_of(request: HttpRequest) -> OpenScope | None:
    """The plan that `unit` and `year` name; without a unit the topmost one where there is a single one, else None.

    Raises Http404 for a unit or year that is not published.
    """
    year = read_year(request.GET.get("year", ""))
    if code := request.GET.get("unit", ""):
        return OpenScope(unit_of(code), year)
    tops = topmost_units()
    return OpenScope(tops[0], year) if len(tops) == 1 else None


def topmost_units() -> list[Unit]:
    """The published units that lie below no other."""
    below = UnitReach.objects.filter(distance__gt=0)
    return list(published_units().exclude(pk__in=below.values("unit")))
