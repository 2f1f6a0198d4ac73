"""The orders of a committee in official form, as PDF: each as it was signed, and the draft as it stands."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from organisations.formats import thai_numerals_active
from procurement.documents.content import draft_content
from procurement.documents.order import order_pdf
from procurement.models import Order
from procurement.queries import committee_for
from procurement.states.committee import BEFORE_SIGNATURE
from workflows.casepages.access import reader

# A document loads and runs nothing; the viewers of browsers bring styles of their own.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# The document is Thai whatever the language of the page, and so is its name.
_NAMES = {
    Order.Kind.APPOINTMENT: "คำสั่งแต่งตั้ง",
    Order.Kind.AMENDMENT: "คำสั่งแก้ไขเพิ่มเติม",
    Order.Kind.CANCELLATION: "คำสั่งยกเลิก",
}


@require_GET
@login_required
def order_document(request: HttpRequest, public_id: str, order: int) -> HttpResponse:
    """An order as it was frozen at the signature; ``?numerals=thai`` or ``arabic``, else as the reader chose.

    404 for whom the committee does not exist, as for an order of another committee.
    """
    row = get_object_or_404(committee_for(reader(request), public_id).committee.orders, pk=order)
    return _pdf(request, row.content, f"ที่ {row.number}-{row.year}", draft=False)


@require_GET
@login_required
def draft_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The draft, marked as one, without number and day. 404 where there is none, as for whom it does not exist."""
    case = committee_for(reader(request), public_id)
    if case.state not in BEFORE_SIGNATURE:
        raise Http404
    return _pdf(request, draft_content(case.committee), str(case.number), draft=True)


def _pdf(request: HttpRequest, content: Mapping[str, Any], which: str, *, draft: bool) -> HttpResponse:
    numerals = request.GET.get("numerals")
    thai = numerals == "thai" if numerals in {"thai", "arabic"} else thai_numerals_active()
    name = f"{'ร่าง' if draft else ''}{_NAMES[content['kind']]} {which}.pdf".replace("/", "-")
    response = HttpResponse(order_pdf(content, thai_numerals=thai, draft=draft), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
