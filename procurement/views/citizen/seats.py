"""The seats of a citizen: what waits for him first, then what he holds, then what is over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from procurement.models import Citizen

from .access import citizen_required
from .own_seats import cases_of, own


@never_cache
@require_GET
@citizen_required
def seats(request: HttpRequest, *, citizen: Citizen) -> HttpResponse:
    """All seats that were offered to the reader. Two queries, however many."""
    rows = [own(case) for case in cases_of(citizen)]
    context = {
        "waiting": sorted(
            (row for row in rows if row.turn.mine), key=lambda row: (row.turn.due is None, row.turn.due or row.case.pk)
        ),
        "present": [row for row in rows if row.case.is_open and not row.turn.mine],
        "past": [row for row in rows if not row.case.is_open],
        "owner": citizen.code,
    }
    return render(request, "representative/seats.html", context)
