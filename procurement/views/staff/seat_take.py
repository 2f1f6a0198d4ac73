"""The forms of the edges of citizen seats, and what has to be read beside them; opening a seat on a committee."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.accounts import RoleNeeded
from organisations.models import Role, User
from procurement.actions.seating import fill_from_draw
from procurement.forms.citizen_seat_choice import DrawNextForm, NominateForm, OpenSeatForm
from procurement.forms.citizen_seat_reports import RecordReportForm
from procurement.models import CommitteeCase, Observation, SeatCase
from procurement.pool.remaining import remaining
from procurement.queries import committee_for, seat_for
from procurement.states import committee as committee_law
from procurement.states import seat as law
from workflows.actors import Actor, post_for
from workflows.casepages.access import reader
from workflows.casepages.take import TakePage
from workflows.graph import Edge
from workflows.refusals import Refused
from workflows.transitions import open_case, perform

from . import seat_reading as reading
from .seat_panel import PANEL, heading
from .seat_timeline import TIMELINE

_DECLARING = frozenset({"declare", "declare_again", "declare_conflict", "leave_for_interest"})
_ABOUT_CONFLICTS = frozenset({"decide_hit", "clear", "find_conflict", "lift_suspension", "discharge"})
_ABOUT_REPORTS = frozenset({"answer_report", "record_fix"})


class TakeSeat(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {
        "may_sit_here": "person",
        "nomination_has_its_reason": "reason",
        "how_he_answered": "text",
        "declared_day": "on",
        "day": "on",
        "day_of_leaving": "on",
        "day_of_death": "on",
        "open_hit": "hit",
        "open_report": "report",
        "promised_report": "report",
        "observed_day": "observed_on",
        "what_was_seen": "seen",
        "meeting_of_the_committee": "meeting",
        "file": "files",
        "running_clock": "clock",
    }
    template = "procurement/seat_take.html"
    beside_template = "procurement/seat_beside.html"

    def case_for(self, user: User, public_id: str) -> SeatCase:
        """See `seat_for`."""
        return seat_for(user, public_id)

    def heading(self, user: User, case: SeatCase) -> dict[str, Any]:  # noqa: ARG002 - nothing is hidden
        """As on the case page."""
        return heading(case)

    def initial(self, request: HttpRequest, case: SeatCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """The possible conflict or the report beside which the link stands."""
        return {name: request.GET[name] for name in ("hit", "report") if name in request.GET}

    def beside(self, user: User, case: SeatCase, edge: Edge) -> dict[str, Any]:
        """Who comes next; the bidders to declare about; what was found; what he reported."""
        if edge.name in ("draw_next", "nominate") and case.state == law.VACANT:
            return {"coming": reading.coming(case, user), "shows_coming": True}
        if edge.name in _DECLARING:
            committee = case.seat.committee
            return {"bidders": reading.bidders_shown(committee), "version": committee.purchase.bidders_version}
        if edge.name in _ABOUT_CONFLICTS:
            return {"hits": reading.hit_rows(case, user, None), "check": reading.last_check(case)}
        if edge.name in _ABOUT_REPORTS:
            return {"reports": reading.report_rows(case, case.attachments.all(), TIMELINE.file_row, {})}
        return {}

    def carry_out(
        self,
        case: SeatCase,
        edge: Edge,
        actor: Actor,
        form: Any,
        *,
        seen_version: int | None,
        seen_seq: int | None,
    ) -> Any:
        """Who is drawn or nominated is invited in the same transaction, where the form says so. A paper report sent
        twice is one."""
        if isinstance(form, RecordReportForm) and _is_there(case, form.cleaned_data["token"]):
            return case
        invites = isinstance(form, DrawNextForm | NominateForm) and form.invites
        with transaction.atomic():
            done = super().carry_out(case, edge, actor, form, seen_version=seen_version, seen_seq=seen_seq)
            return perform(done, "invite", actor) if invites else done


def _is_there(case: SeatCase, token: str) -> bool:
    return Observation.objects.filter(seat=case.pk, token=token).exists()


take = TakeSeat.as_view()


@require_http_methods(["GET", "POST"])
@login_required
def open_seat(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open a citizen seat on a committee in draft; with a draw, take and invite the next in line in the same step.

    404 for a committee that does not exist for the reader, 403 for who is no procurement officer of it, 422 when no
    seat can be opened.
    """
    user = reader(request)
    case = committee_for(user, public_id)
    if post_for(user, case, Role.PROCUREMENT) is None:
        raise RoleNeeded(Role.PROCUREMENT)
    form = OpenSeatForm(request.POST if request.method == "POST" else None, committee=case.committee)
    if request.method == "GET":
        return _open_page(request, case, form)
    if form.is_valid():
        try:
            opened = _open(case, user, fill=form.cleaned_data.get("fill", False))
        except Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, f"{opened.number}: {_told(opened)}")
            return redirect("seat", opened.public_id)
    return _open_page(request, case, form, status=422)


def _open(case: CommitteeCase, user: User, *, fill: bool) -> SeatCase:
    """The seat, and whoever is next in line in it; a line in which nobody is left leaves it vacant."""
    actor = Actor.person(user)
    with transaction.atomic():
        # The committee stays locked: two people at once would open two seats.
        CommitteeCase.objects.select_for_update(no_key=True).get(pk=case.pk)
        opened = open_case("seat", "open", actor, unit=case.unit, committee=case.committee)
        assert isinstance(opened, SeatCase)
        if fill:
            fill_from_draw(opened, actor, timezone.now())
    return SeatCase.objects.select_related("seat__person").get(pk=opened.pk)


def _told(opened: SeatCase) -> str:
    if opened.state == law.INVITED:
        return _("seat opened, %(name)s is invited") % {"name": opened.seat.person}
    return _("seat opened; it is vacant")


def _open_page(request: HttpRequest, case: CommitteeCase, form: OpenSeatForm, *, status: int = 200) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "left": remaining(case.committee, timezone.localdate()),
        "in_draft": case.state == committee_law.DRAFT,
        "live": case.committee.seats.filter(case__state__in=law.OPEN).select_related("case", "person"),
    }
    return render(request, "procurement/seat_open.html", context, status=status)
