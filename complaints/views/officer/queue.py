"""The queue: what waits for whom, the earliest due first."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.lists import Reader
from complaints.queries import moved_to_another_register
from complaints.rules import READERS
from complaints.states import ENDED
from organisations.accounts import role_required
from organisations.middleware import is_background
from organisations.models import Role, User
from organisations.queries import roles_of
from workflows.casepages.pages import page_of

from .queues import QUEUES, Queue, QueueFilter, rail

ROLES = tuple(role for role in Role if role in READERS)


@require_GET
@login_required
@role_required(*ROLES)
def queue(request: HttpRequest, name: str = "mine") -> HttpResponse:
    """One queue, filtered, one page of it. What the page asks for by itself gets the changing parts only."""
    chosen = QUEUES.get(name)
    if chosen is None:
        raise Http404
    user = cast("User", request.user)
    if chosen.name == "all" and request.GET.get("state") in ENDED:
        return redirect(f"{reverse('queue', args=['ended'])}?{request.GET.urlencode()}")
    reader = Reader(user)
    filters = QueueFilter(request.GET, user=user, ended=chosen.ended)
    cases = filters.narrow(chosen.cases(user), reader, everything=name == "all")
    page = page_of(
        cases.select_related("unit", "holder"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        newest=chosen.ended,
    )
    rows = reader.rows(page.cases)
    context = {
        "queue": chosen,
        "rail": rail(user, name),
        "rows": rows,
        "page": page,
        "filters": filters,
        "is_set": filters.is_set,
        "may_assign": any(row.assign_edge for row in rows),
        "moved": moved_to_another_register(user, filters.text),
        "empty": None if rows else _empty(chosen, user, filtered=filters.is_set),
    }
    template = "officer/queue_live.html" if is_background(request) else "officer/queue.html"
    return render(request, template, context)


def _empty(chosen: Queue, user: User, *, filtered: bool) -> dict[str, Any]:
    """What to say where there is nothing, and where to go next."""
    roles = roles_of(user)
    if filtered:
        return {
            "title": _("Nothing matches"),
            "advice": _("Remove a filter, or look among all cases. Words need at least three letters."),
            "to": "all",
            "action": _("Look among all cases"),
        }
    if chosen.name == "mine" and Role.APPROVER in roles:
        return {
            "title": _("Nothing is in your hands"),
            "advice": _("Findings that wait for your decision are under “To decide”."),
            "to": "decide",
            "action": _("See what waits for a decision"),
        }
    if chosen.name == "mine" and not roles & {Role.SCREENER, Role.OFFICER, Role.HEAD}:
        return {
            "title": _("Nothing is in your hands"),
            "advice": _("The list of your unit shows every case that you may read."),
            "to": "unit",
            "action": _("See the cases of my unit"),
        }
    if chosen.name == "mine":
        return {
            "title": _("Nothing is in your hands"),
            "advice": _("Take over a case that nobody has yet, or see what your unit is working on."),
            "to": "unassigned",
            "action": _("See what is not assigned"),
        }
    if chosen.ended:
        return {
            "title": _("No case has ended yet"),
            "advice": _("A case that is closed, declined, merged or withdrawn stands here."),
            "to": "all",
            "action": _("See the open cases"),
        }
    if chosen.name == "overdue":
        return {
            "title": _("Nothing is overdue"),
            "advice": _("The list of your unit shows what comes next."),
            "to": "unit",
            "action": _("See the cases of my unit"),
        }
    return {
        "title": _("No open case here"),
        "advice": _("A complaint by letter, by telephone or at the office is registered here."),
        "register": bool(roles & {Role.SCREENER, Role.OFFICER}),
        "action": _("Register a case"),
    }
