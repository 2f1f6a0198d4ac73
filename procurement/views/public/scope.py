"""Which unit and year a public page shows, and how long a copy of it may be kept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from organisations.models import Unit, UnitReach
from procurement.published import published_units, unit_of
from procurement.views.levels import read_year

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

KEEP_SECONDS = 300
"""Public pages and files may be this old: a crowd asks once, and a correction shows within minutes."""


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


def published(view: View[P]) -> View[P]:
    """A page for everybody: read only; a visitor's browser, and for a file any cache on the way, keeps it a while."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not request.user.is_authenticated:
            # A page carries the token of its visitor's language form, so it is his alone; a file carries nothing.
            is_page = response["Content-Type"].startswith("text/html")
            patch_cache_control(response, private=is_page, public=not is_page, max_age=KEEP_SECONDS)
        return response

    return require_safe(answer)
