"""The observation report of a citizen, also from where there is no network; and the complaint he makes of one."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from organisations.middleware import typed_text
from procurement.actions.own_seat import complain, send_report
from procurement.forms.own_seat_report import ComplaintForm, ReportForm, new_token, words_of
from procurement.models import Citizen, Observation, SeatCase
from procurement.states import seat as law
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.refusals import Missing, NotAllowed, Refused
from workflows.transitions import why_not

from .access import citizen_required, seat_for
from .wording import done_words

# Beside which field a refusal of the edge is shown.
_FIELDS = {"observed_day": "observed_on", "what_was_seen": "seen", "meeting_of_the_committee": "meeting"}


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def report(request: HttpRequest, public_id: str, *, citizen: Citizen) -> HttpResponse:
    """The form of a report (GET), or the report sent (POST): once, however often it comes.

    409 where the seat takes no reports any more, 422 when something is missing; what was typed is kept.
    """
    case = seat_for(citizen, public_id)
    user = reader(request)
    if request.method == "POST" and _sent(case, request.POST.get("token", "")) is not None:
        return _to_seat(request, case, "again")
    refusal = why_not(case, law.GRAPH.edge("report"), Actor.person(user))
    if refusal is not None:
        return _page(request, citizen, case, None, refusal=refusal)
    if request.method == "GET":
        asked = request.GET.get("meeting", "")
        meeting = int(asked) if asked.isdecimal() and len(asked) <= 9 else None
        initial = {"token": new_token(), "meeting": meeting, "observed_on": None if meeting else timezone.localdate()}
        return _page(request, citizen, case, ReportForm(case=case, initial=initial))
    form = ReportForm(request.POST, request.FILES, case=case)
    if not form.is_valid():
        return _page(request, citizen, case, form, status=422)
    try:
        _row, new = send_report(case, user, **form.facts())
    except (Missing, NotAllowed) as refused:
        field = _FIELDS.get(refused.field, refused.field)
        form.add_error(field if field in form.fields else None, str(refused.sentence))
        return _page(request, citizen, case, form, status=422)
    except Refused as refused:
        form.add_error("files" if refused.code != "wrong_state" else None, str(refused.sentence))
        return _page(request, citizen, case, form, status=409 if refused.code == "wrong_state" else 422)
    return _to_seat(request, case, "report" if new else "again")


def _sent(case: SeatCase, token: str) -> Observation | None:
    return Observation.objects.filter(seat=case.pk, token=token[:32].replace("\0", "")).first() if token else None


def _to_seat(request: HttpRequest, case: SeatCase, done: str) -> HttpResponse:
    messages.success(request, str(done_words(done)))
    url = f"{reverse('my_seat', args=[case.public_id])}#reports"
    # A script that sends what was kept on the device goes there itself.
    return JsonResponse({"url": url}) if request.headers.get("Accept") == "application/json" else redirect(url)


def _page(
    request: HttpRequest,
    citizen: Citizen,
    case: SeatCase,
    form: ReportForm | None,
    *,
    refusal: Refused | None = None,
    status: int | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "purchase": case.seat.committee.purchase,
        "committee": case.seat.committee,
        "form": form,
        "refusal": refusal,
        "typed": list(typed_text(request)) if refusal is not None and request.method == "POST" else [],
        "files_gone": form is not None and bool(form.errors) and bool(request.FILES),
        "owner": citizen.code,
        # A draft on the device that was sent after all, its answer lost on the way, is thrown away by its token.
        "sent": " ".join(case.seat.observations.values_list("token", flat=True)),
    }
    return render(request, "representative/report.html", context, status=status or (409 if refusal else 200))


# --- A complaint out of it --------------------------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def complaint(request: HttpRequest, public_id: str, number: int, *, citizen: Citizen) -> HttpResponse:
    """A complaint about the purchase out of a report. The receipt is the answer to the form and is kept nowhere: sent
    again, the same form shows the same receipt."""
    case = seat_for(citizen, public_id)
    row = case.seat.observations.filter(number=number).first()
    if row is None:
        raise Http404
    context: dict[str, Any] = {"case": case, "report": row, "purchase": case.seat.committee.purchase}
    status = 200
    if request.method == "POST":
        form = ComplaintForm(request.POST, report=row)
        if form.is_valid():
            try:
                receipt = complain(row, reader(request), **form.facts())
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused.sentence))
            else:
                context |= {"code": receipt, "groups": receipt.split("-")}
                return render(request, "representative/report_receipt.html", context)
        status = 422
    else:
        form = ComplaintForm(report=row, initial={"secret": secrets.token_urlsafe(32), "text": words_of(row)})
    return render(request, "representative/report_complaint.html", {**context, "form": form}, status=status)


# --- Without a network ------------------------------------------------------------------------------------------------
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the report page, under the addresses of citizens, for a browser lets it serve only what
    lies below itself. It holds nothing of anybody."""
    response = render(request, "representative/report_worker.js", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
