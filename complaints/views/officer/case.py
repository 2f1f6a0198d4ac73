"""The case page: which case it is, what is next, what one may do, what has happened."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from complaints.identity import read_identity
from complaints.models import ComplaintCase
from complaints.rules import may_read_text
from organisations.calendar import current_calendar
from organisations.models import User
from workflows.models import Assignment
from workflows.timekeeping import as_pauses

from .access import case_for, may_see_contact, reader
from .chart import chart_of
from .clocks import clock_rows
from .panel import actions_for, next_step
from .timeline import SHOWS, file_row, shown, timeline

_TABS = {"all": _("All"), "messages": _("Messages"), "decisions": _("Decisions"), "files": _("Files")}


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
    actions = actions_for(case, user)
    entries = timeline(case, readable=readable, attachments=attachments)
    context: dict[str, Any] = {
        **heading(case, readable=readable),
        "next": next_step(case, actions, [clock for clock in clocks if clock.stopped_on is None]),
        "actions": actions,
        "readable": readable,
        "statement": case.complaint.read(case) if readable else "",
        "identity": identity_of(case, user, wanted="contact" in request.GET),
        "files": [file_row(case, attachment) for attachment in attachments] if readable else [],
        "hidden_files": 0 if readable else len(attachments),
        "tabs": [
            {"label": label, "url": f"?show={name}#timeline", "current": name == (show if show in SHOWS else "all")}
            for name, label in _TABS.items()
        ],
        "entries": shown(entries, show),
        "clocks": clock_rows(case, clocks, pauses, current_calendar()),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "officer/case.html", context)


def heading(case: ComplaintCase, *, readable: bool) -> dict[str, Any]:
    """What the identity bar shows; the subject is the first line of the text and hidden with it."""
    kind = case.complaint.kind
    return {
        "case": case,
        "kind_name": kind.name if kind else _("not decided yet"),
        "title": case.subject if readable and not case.protected else "",
        "case_url": reverse("case", args=[case.public_id]),
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


def people_of(case: ComplaintCase) -> list[dict[str, Any]]:
    """In whose hands the case has been, the last first."""
    rows = Assignment.objects.filter(case=case.pk).select_related("user", "by").order_by("-id")[:20]
    return [{"user": row.user, "by": row.by if row.by_id != row.user_id else None, "at": row.at} for row in rows]
