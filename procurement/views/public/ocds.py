"""Purchases for machines: release packages of the Open Contracting Data Standard, page by page."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from organisations.models import Unit
from organisations.publishing import published
from procurement import ocds
from procurement.ocds_reading import stretch
from procurement.published import unit_of
from procurement.views.levels import read_year

from .scope import topmost_units

_LONGEST = 20
_PUBLISHER = "สอดส่อง"


@published
def open_ocds(request: HttpRequest) -> HttpResponse:
    """The purchases in the plans of a `year`, of a `unit` and all below it or of all, one release each; `after` and
    `before`: the public id of the purchase beside which the page lies. A year without a purchase is not there, for the
    standard knows no empty package."""
    year = read_year(request.GET.get("year", ""))
    code, after, before = (request.GET.get(name, "")[:_LONGEST] for name in ("unit", "after", "before"))
    unit = unit_of(code) if code else None
    try:
        found = stretch(unit, year, after=after, before=before)
    except LookupError:
        raise Http404 from None
    if not found.processes:
        raise Http404
    site = settings.SITE_URL
    releases = [ocds.release(each, prefix=settings.OCID_PREFIX, site=site) for each in found.processes]
    links = {"next": found.after and _address(unit, year, after=found.after)}
    links["prev"] = found.before and _address(unit, year, before=found.before)
    content = ocds.package(
        releases,
        uri=_address(unit, year, after=after, before=before),
        publisher=_publisher(),
        site=site,
        links={rel: address for rel, address in links.items() if address},
    )
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _address(unit: Unit | None, year: int, **place: str) -> str:
    values = {"unit": unit.code if unit else "", "year": str(year), **place}
    query = urlencode({key: value for key, value in values.items() if value})
    return f"{settings.SITE_URL}{reverse('open_ocds')}?{query}"


def _publisher() -> str:
    """The unit above all others; where there are several, this system."""
    tops = topmost_units()
    return tops[0].name_th if len(tops) == 1 else _PUBLISHER
