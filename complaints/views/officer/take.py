"""The one endpoint by which a person takes any edge: a form, then `perform()`, then the case again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.forms import FORMS, EdgeForm, ExtendForm
from complaints.models import ComplaintCase
from complaints.queries import complaints_visible_to
from complaints.rules import may_read_text
from complaints.states import GRAPH
from organisations.calendar import current_calendar
from organisations.formats import write_ago, write_date
from organisations.middleware import typed_text
from workflows.actors import Actor
from workflows.graph import Edge
from workflows.refusals import Missing, NotAllowed, Overtaken, Refused
from workflows.timekeeping import as_pauses
from workflows.transitions import last_entry, perform, why_not

from .access import case_for, reader
from .case import heading
from .clocks import extended_due
from .panel import label_of
from .timeline import title_of

_THEN = frozenset({"register", "queue"})
# Beside whose form the finding, its reasons and the evidence have to be read.
_DECIDES = frozenset(
    {"return_finding", "decide_founded", "decide_partly", "decide_unfounded", "decide_inconclusive", "submit_finding"}
)
_SHOWS_REPLY = frozenset({"approve_reply", "answer"})


@require_http_methods(["GET", "POST"])
@login_required
def take(request: HttpRequest, public_id: str, edge: str) -> HttpResponse:
    """The form of an edge (GET), or the edge taken (POST). In the panel htmx asks for the form alone.

    404 for a case that is not there for the reader and for what no person of the agency takes; 403 with a sentence for
    an edge that is not his; 409 when somebody was faster; 422 when something is missing. What was typed is kept.
    """
    case, user = case_for(request, public_id), reader(request)
    form_class = FORMS.get(edge)
    if form_class is None:
        raise Http404
    law = GRAPH.edge(edge)
    if request.method == "GET":
        refusal = why_not(case, law, Actor.person(user))
        form = form_class(case=case, user=user) if refusal is None else None
        return _page(request, case, law, form, refusal=refusal)
    seen_version, seen_seq = _seen(request, "seen_version"), _seen(request, "seen_seq")
    if seen_version is not None and seen_version != case.state_version:
        # Before the form is read: its choices may have gone with the state it was made for.
        return _overtaken(request, case, law, None)
    if refusal := why_not(case, law, Actor.person(user)):
        return _page(request, case, law, None, refusal=refusal)
    form = form_class(request.POST, request.FILES, case=case, user=user)
    if "more" in request.POST:
        return _page(request, case, law, form_class(request.POST, case=case, user=user), status=200)
    valid = form.is_valid()
    if "preview" in request.POST:
        return _page(request, case, law, form, status=200, preview=_preview(form))
    if not valid:
        return _page(request, case, law, form, status=422)
    try:
        done = perform(case, edge, Actor.person(user), seen_version=seen_version, seen_seq=seen_seq, **form.facts())
    except Overtaken as overtaken:
        return _overtaken(request, case, law, overtaken)
    except Refused as refusal:
        _tell(form, refusal)
        return _page(request, case, law, form, status=403 if isinstance(refusal, NotAllowed) else 422)
    messages.success(request, f"{done.number}: {title_of(edge)}")
    return _after(request, done)


def _after(request: HttpRequest, case: Any) -> HttpResponse:
    """Back to the case, unless it exists for this person no longer, or he came from a list."""
    then = request.POST.get("then", "")
    if then in _THEN:
        return redirect(then)
    if not complaints_visible_to(reader(request)).filter(pk=case.pk).exists():
        messages.info(request, _("The case has gone to another unit or register, so you do not see it any more."))
        return redirect("queue")
    return redirect("case", case.public_id)


def _seen(request: HttpRequest, name: str) -> int | None:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= 9 else None


def _tell(form: EdgeForm, refusal: Refused) -> None:
    """The sentence beside its field where it has one, else above the form."""
    fields = {"unit_is_named": "unit", "kind_is_known": "kind", "investigator": "to", "new_investigator": "to"}
    field = fields.get(refusal.field, refusal.field)
    form.add_error(field if field in form.fields else None, str(refusal.sentence))


def _overtaken(request: HttpRequest, stale: ComplaintCase, law: Edge, refusal: Overtaken | None) -> HttpResponse:
    """Who did what and when, above the form as it was typed; sending it again is a decision of its own."""
    case, user = case_for(request, stale.public_id), reader(request)
    last = refusal.last if refusal else last_entry(case)
    conflict = _("This case has moved on since you opened it.")
    if last is not None:
        who = _("You") if last.actor_id == user.pk else str(last.actor or last.get_actor_kind_display())
        what = {"who": who, "ago": write_ago(last.at), "what": title_of(last.verb)}
        conflict = _("%(who)s, %(ago)s: %(what)s") % what
    blocked = why_not(case, law, Actor.person(user))
    form = None if blocked else FORMS[law.name](request.POST, case=case, user=user)
    return _page(request, case, law, form, refusal=blocked, conflict=conflict, status=409)


def _page(
    request: HttpRequest,
    case: ComplaintCase,
    law: Edge,
    form: EdgeForm | None,
    *,
    refusal: Refused | None = None,
    status: int | None = None,
    **more: Any,
) -> HttpResponse:
    readable = may_read_text(reader(request), case)
    context = {
        **heading(case, readable=readable),
        "edge": law.name,
        "action": label_of(law),
        "form": form,
        "refusal": refusal,
        "roles": [who.label for who in law.by] if isinstance(refusal, NotAllowed) else [],
        "typed": list(typed_text(request)) if request.method == "POST" and form is None else [],
        "take_url": reverse("take", args=[case.public_id, law.name]),
        "then": request.POST.get("then", ""),
        "has_files": form is not None and form.is_multipart(),
        "can_preview": isinstance(form, ExtendForm),
        **_beside(case, law, readable=readable),
        **more,
    }
    if status is None:
        status = 200 if refusal is None else 422 if isinstance(refusal, Missing) else 403
        if refusal is not None and not isinstance(refusal, Missing | NotAllowed):
            status = 409
    # htmx swaps the bare form into the panel; a refused one is a page of its own.
    template = "officer/take_form.html" if request.htmx and request.method == "GET" else "officer/take.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _beside(case: ComplaintCase, law: Edge, *, readable: bool) -> dict[str, Any]:
    """What has to be read before deciding: the finding with its evidence, or the reply that waits."""
    if not readable:
        return {}
    beside: dict[str, Any] = {}
    if law.name in _DECIDES and (finding := case.findings.select_related("by").last()):  # type: ignore[attr-defined]
        beside["finding"] = {"row": finding, "text": finding.read(case)}
    if law.name in _SHOWS_REPLY and (reply := case.replies.select_related("drafted_by").last()):  # type: ignore[attr-defined]
        beside["reply"] = {"row": reply, "text": reply.read(case)}
    return beside


def _preview(form: EdgeForm) -> dict[str, str] | None:
    """The due day that an extension would give, for who wants to see it before he decides."""
    clock, days = form.cleaned_data.get("clock"), form.cleaned_data.get("days")
    if clock is None or days is None:
        return None
    # Only what the preview needs has to be there yet.
    for name in set(form.errors) - {"clock", "days"}:
        del form.errors[name]
    due = extended_due(clock, days, as_pauses(form.case.pauses.all()), current_calendar())
    return {
        "now": write_date(clock.due_on) if clock.due_on else _("paused"),
        "new": write_date(due) if due else _("paused"),
    }
