"""The case page: which case it is, what is next, what one may do, what has happened."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from complaints.identity import read_identity
from complaints.models import ComplaintCase, Measure
from complaints.rules import may_read_text
from organisations.calendar import current_calendar
from organisations.models import User
from workflows.casepages.access import reader
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.models import Clock
from workflows.timekeeping import as_pauses

from .access import case_for, may_see_contact
from .panel import PANEL, next_step
from .timeline import TIMELINE


@require_GET
@login_required
def case_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One case. `show` filters the timeline, `contact` opens the complainant's contact for who may see it."""
    case, user = case_for(request, public_id), reader(request)
    show = request.GET.get("show", "all")
    readable = may_read_text(user, case)
    attachments = list(case.attachments.all())
    clocks = list(case.clocks.select_related("rule"))
    pauses = as_pauses(case.pauses.all())
    actions = PANEL.actions_for(case, user)
    entries = TIMELINE.entries(case, readable=readable, attachments=attachments)
    context: dict[str, Any] = {
        "case": case,
        **heading(case, readable=readable),
        "next": next_step(case, actions, [clock for clock in clocks if clock.stopped_on is None]),
        "actions": actions,
        "readable": readable,
        "statement": case.complaint.read(case) if readable else "",
        "identity": identity_of(case, user, wanted="contact" in request.GET),
        "files": [TIMELINE.file_row(case, attachment) for attachment in attachments] if readable else [],
        "hidden_files": 0 if readable else len(attachments),
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(
            clocks,
            pauses,
            current_calendar(),
            about=_measures(case, clocks),
            pause_word=_("Paused, the complainant was asked"),
        ),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "officer/case.html", context)


def heading(case: ComplaintCase, *, readable: bool) -> dict[str, Any]:
    """What the identity bar shows; the subject is the first line of the text and hidden with it."""
    kind = case.complaint.kind
    title = _("Protected case") if case.protected else readable and case.subject
    return {
        "title": title or _("Not screened yet"),
        "facts": [
            (_("Kind"), kind.name if kind else _("not decided yet")),
            (_("Unit"), case.unit),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }


def identity_of(case: ComplaintCase, user: User, *, wanted: bool) -> dict[str, Any]:
    """What the panel says of the complainant. The contact is opened only when asked for and allowed."""
    if case.complaint.anonymous:
        return {"how": "anonymous" if case.complaint.receipt_lookup else "unreachable"}
    if case.protected:
        return {"how": "sealed"}
    if not may_see_contact(user, case):
        return {"how": "hidden"}
    return {"how": "open", "contact": read_identity(case.complaint)} if wanted else {"how": "offered"}


def _measures(case: ComplaintCase, clocks: list[Clock]) -> dict[str, str]:
    """The texts of the measures that clocks are about."""
    about = {clock.about for clock in clocks if clock.about}
    rows = Measure.objects.filter(case=case.pk, pk__in=about) if about else ()
    return {str(row.pk): row.read(case) for row in rows}
