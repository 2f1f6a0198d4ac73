"""Lists of procurement for everybody, each as page, CSV and JSON: notices, summary, "
"result of the year, committees."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.formats import write_month
from organisations.models import Unit
from organisations.opentables import Table, answer
from organisations.publishing import published
from organisations.queries import units_around
from procurement import published_lists
from procurement.published import published_units, unit_of
from procurement.views.levels import read_year, years_to_choose


@published
def open_notices(request: HttpRequest) -> HttpResponse:
    """What was announced in the plans of a `year`, the latest first."""
    unit, year = _unit(request), read_year(request.GET.get("year", ""))
    words = {
        "title": _("Procurement notices"),
        "lead": _("What was announced, and who won."),
        "nothing": _("Nothing is announced yet"),
        "advice": _("A purchase stands here from the day of its announcement. Choose another year or agency."),
    }
    return _answer(request, published_lists.notices(unit, year), "notices", unit, year, words)


@published
def open_summary(request: HttpRequest) -> HttpResponse:
    """The monthly summary in the columns of form สขร.1; `month` as 2026-10, default: the last one with a contract."""
    unit, asked = _unit(request), request.GET.get("month", "")
    year = read_year(request.GET.get("year", "") or _year_of(asked))
    months = _months(year)
    codes = {f"{first:%Y-%m}": (first, last) for first, last in months}
    if asked and asked not in codes:
        if not request.GET.get("year"):
            raise Http404
        asked = ""
    if not asked:
        signed = published_lists.contracts_in(unit, months[0][0], months[-1][1]).order_by("-signed_on")
        newest = signed.values_list("signed_on", flat=True).first()
        asked = f"{newest:%Y-%m}" if newest else next(reversed(codes))
    first, last = codes[asked]
    words = {
        "title": _("Monthly summary of procurement (form SKR 1)"),
        "lead": _("Every contract signed in the month: budget, reference price, offers, who was chosen and why."),
        "nothing": _("No contract was signed in this month"),
        "advice": _("Choose another month or agency."),
        "month": asked,
        "months": [(code, write_month(days[0])) for code, days in codes.items()],
    }
    about = {"form": "สขร.1", "month": asked}
    return _answer(request, published_lists.summary(unit, first, last), f"summary-{asked}", unit, year, words, about)


@published
def open_annual(request: HttpRequest) -> HttpResponse:
    """What became of the plan of a `year`, by method."""
    unit, year = _unit(request), read_year(request.GET.get("year", ""))
    words = {
        "title": _("Result of the year"),
        "lead": _("What the plan of the year was to buy, and what was contracted, by method."),
        "nothing": _("No purchase stands in the plan of this year"),
        "advice": _("Choose another year or agency."),
    }
    return _answer(request, published_lists.annual(unit, year), "annual", unit, year, words)


@published
def open_committees(request: HttpRequest) -> HttpResponse:
    """The committees with a citizen, of purchases in the plans of a `year`."""
    unit, year = _unit(request), read_year(request.GET.get("year", ""))
    words = {
        "title": _("Committees with citizens"),
        "lead": _(
            "Committees that an order appointed, with a citizen among them. The purchase tells who "
            "he is, where he agrees to be named, and how he was chosen."
        ),
        "nothing": _("No committee with a citizen yet"),
        "advice": _("A committee stands here once an order has appointed it. Choose another year or agency."),
    }
    return _answer(request, published_lists.committees(unit, year), "committees", unit, year, words)


def _unit(request: HttpRequest) -> Unit | None:
    """Raises Http404 for a code that is not published."""
    code = request.GET.get("unit", "")[:20]
    return unit_of(code) if code else None


def _year_of(month: str) -> str:
    """The fiscal year of a month such as 2026-10; "" for what is none."""
    try:
        return str(fiscal_year(date.fromisoformat(f"{month}-01")))
    except ValueError:
        return ""


def _months(year: int) -> list[tuple[date, date]]:
    """The first and last days of the months of a fiscal year that have begun; of one that is to come its first."""
    first, after = fiscal_year_bounds(year)
    found = []
    while first < after and (not found or first <= timezone.localdate()):
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        found.append((first, date.fromordinal(following.toordinal() - 1)))
        first = following
    return found


def _answer(
    request: HttpRequest,
    table: Table,
    name: str,
    unit: Unit | None,
    year: int,
    words: dict[str, Any],
    about: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        **words,
        "unit": unit,
        "units": units_around(unit, published_units()),
        "year": year,
        "years": years_to_choose(year),
    }
    told = {
        "unit": {"code": unit.code, "name_th": unit.name_th} if unit else None,
        "fiscal_year": year,
        "currency": "THB",
        **(about or {}),
    }
    file = f"{name}-{unit.code if unit else 'all'}-{year}"
    return answer(request, table, name=file, template="open/list.html", context=context, about=told)
