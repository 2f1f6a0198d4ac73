"""One entry of a register: its page, its files, its edges, and the beginning of one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from organisations.accounts import role_required
from organisations.calendar import current_calendar, fiscal_year
from organisations.models import Role, User
from scores.models import RegisterCase
from scores.queries import units_assessed_by
from scores.registers.forms import EnterForm
from scores.registers.panel import PANEL, TIMELINE, heading, next_step
from scores.registers.queries import entry_for
from scores.registers.showing import shown_values
from scores.registers.views.lists import register_or_404
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.casepages.take import TakePage
from workflows.graph import Edge
from workflows.models import Clock
from workflows.refusals import Refused
from workflows.timekeeping import as_pauses
from workflows.transitions import open_case


@require_GET
@login_required
def register_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """One entry. `show` filters the timeline. 404 for whom it does not exist."""
    user = reader(request)
    case = entry_for(user, public_id)
    entry = case.entry
    show = request.GET.get("show", "all")
    attachments = list(case.attachments.all())
    clocks: list[Clock] = list(case.clocks.select_related("rule"))
    running = [clock for clock in clocks if clock.stopped_on is None]
    actions = PANEL.actions_for(case, user)
    entries = TIMELINE.entries(case, readable=True, attachments=attachments)
    version = entry.current
    context: dict[str, Any] = {
        "case": case,
        "entry": entry,
        "version": version,
        "values": shown_values(version),
        "evidence_files": [TIMELINE.file_row(case, row) for row in version.files.all()],
        "versions": list(entry.versions.select_related("by", "confirmation__by").order_by("-id")),
        **heading(case),
        "next": next_step(case, actions, running),
        "actions": actions,
        "files": [TIMELINE.file_row(case, attachment) for attachment in attachments],
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar()),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "scores/registers/entry.html", context)


@require_GET
@login_required
def register_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A file of an entry. 404 for who does not see it, as for a file that is not there."""
    case = entry_for(reader(request), public_id)
    return file_response(request, get_object_or_404(case.attachments, public_id=file_id), case)


@require_http_methods(["GET", "POST"])
@role_required(Role.INTEGRITY)
def register_enter(request: HttpRequest, register: str) -> HttpResponse:
    """Enter something in a register. 422 for what is refused: what was typed stays."""
    kind, user = register_or_404(register), reader(request)
    units = units_assessed_by(user)
    if request.method == "GET":
        initial = {"unit": units.first(), "year": fiscal_year(timezone.localdate())}
        form = EnterForm(register=kind, units=units, initial=initial)
        return render(request, "scores/registers/enter.html", {"form": form, "register": kind})
    form = EnterForm(request.POST, request.FILES, register=kind, units=units)
    if form.is_valid():
        try:
            unit = form.cleaned_data["unit"]
            case = open_case("register", "enter", Actor.person(user), unit=unit, **form.facts())
        except Refused as refusal:
            form.add_error("year" if refusal.field == "one_a_year" else None, str(refusal.sentence))
        else:
            messages.success(request, _("%(number)s: entered in the register.") % {"number": case.number})
            return redirect("register_entry", case.public_id)
    return render(request, "scores/registers/enter.html", {"form": form, "register": kind}, status=422)


class TakeEntry(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {
        "review_said": "reviewed", "evidence_of_review": "evidence", "running_clock": "clock", "file": "files",
    }  # fmt: skip
    template = "scores/take.html"
    beside_template = "scores/registers/beside.html"

    def case_for(self, user: User, public_id: str) -> RegisterCase:
        """See `entry_for`."""
        return entry_for(user, public_id)

    def heading(self, user: User, case: RegisterCase) -> dict[str, Any]:  # noqa: ARG002 - nothing is hidden
        """As on the page of the entry."""
        return heading(case)

    def beside(self, user: User, case: RegisterCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """Before somebody stands by it: what it says, and where the evidence is."""
        if edge.name not in ("submit_entry", "confirm", "confirm_and_follow"):
            return {}
        version = case.entry.current
        files = [TIMELINE.file_row(case, row) for row in version.files.all()]
        return {"values": shown_values(version), "version": version, "evidence_files": files}


take = TakeEntry.as_view()
