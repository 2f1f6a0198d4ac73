"""Following a case by its code, and everything the complainant can do with it."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.models import ComplaintCase
from complaints.queries import complaint_by_receipt
from complaints.receipts import ReceiptMistyped
from complaints.views.citizen import opened, reading, words
from complaints.views.citizen.acts import ACTS, BY_NAME, Act, ActForm
from organisations.middleware import typed_text
from workflows.actors import Actor
from workflows.actors import Kind as ActorKind
from workflows.attachments import content
from workflows.files import EvidenceMissing
from workflows.refusals import Overtaken, Refused
from workflows.sealing import SealingError
from workflows.transitions import last_entry, perform, why_not

LONGEST_CODE = 200
# A second click comes within this time; the same words a day later are meant.
SAME_CLICK_SECONDS = 120
# Facts of a ledger entry that name the row in which the words of an act stand.
_ROWS = {"message": "messages", "request": "review_requests"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The door: the code, sent by POST, so that it stands in no address and no log.

    Guessing is not throttled. A secret has 80 bits: at a million guesses a second, the one of a known lookup part takes
    ten thousand million years. A counter by lookup would let anybody shut a complainant out, one for all everybody, and
    an address to count by is exactly what we do not keep.
    """
    if request.method != "POST":
        return render(request, "citizen/follow.html", {"is_open": opened.case_of(request) is not None})
    typed = request.POST.get("receipt", "")[:LONGEST_CODE]
    wrong, case = _("Type the code of your receipt."), None
    if typed.strip():
        try:
            case = complaint_by_receipt(typed)
            # The same for a code that never was and for one whose secret is wrong.
            wrong = _("No case has this code. Compare it with your receipt, group by group.")
        except ReceiptMistyped as mistyped:
            wrong = mistyped.sentence
    if case is None:
        return render(request, "citizen/follow.html", {"wrong": wrong, "typed_code": typed}, status=422)
    response = redirect("follow_case")
    opened.remember(response, case)
    return response


@require_POST
def follow_end(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Close the case on this device."""
    response = redirect("start")
    opened.close(response)
    return response


@never_cache
@require_GET
def follow_case(request: HttpRequest) -> HttpResponse:
    """What happened, what comes next and when, what was said, and what he can do now."""
    case = opened.case_of(request)
    if case is None:
        return closed(request)
    running = words.running_clocks(case)
    what, by = words.next_step(case, running)
    window = next((clock.due_on for clock in running if clock.code == "objection"), None)
    context = {
        "case": case,
        "kind_name": case.complaint.kind.name if case.complaint.kind else "",
        "next": what,
        "next_by": by,
        "mine": case.state in words.YOUR_TURN,
        "story": words.story(case.ledger.order_by("seq")),
        "ahead": words.ahead(case, running),
        "talk": reading.talk(case),
        "files": reading.files_of(case),
        "acts": [act for act in ACTS if _open_to(case, act)],
        "review_until": window,
        "today": timezone.localdate(),
        "done": BY_NAME[done].done if (done := request.GET.get("done", "")) in BY_NAME else "",
    }
    response = render(request, "citizen/case.html", context)
    opened.renew(request, response)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_act(request: HttpRequest, name: str) -> HttpResponse:
    """One act: its page, and taking its edge. What was typed is on the page again whenever it was not taken."""
    act = BY_NAME.get(name)
    if act is None:
        raise Http404
    case = opened.case_of(request)
    if case is None:
        return closed(request)
    if request.method != "POST":
        if not _open_to(case, act):
            return _show(request, case, act, act.form(), refusal=_sentence(case, act), blocked=True, status=409)
        return _show(request, case, act, act.form())
    form = act.form(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, case, act, form, status=422)
    seen = request.POST.get("seen", "")
    try:
        _take(case, act, form, int(seen) if seen.isdecimal() and len(seen) < 9 else None)
    except Overtaken as overtaken:
        return _show(request, case, act, form, refusal=overtaken.sentence, overtaken=True, status=409)
    except Refused as refusal:
        return _show(request, case, act, form, refusal=refusal.sentence, status=409)
    response = redirect(f"{reverse('follow_case')}?done={act.name}")
    opened.renew(request, response)
    return response


@never_cache
@require_GET
def follow_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """One of his own files or one shown to him; for everything else there is nothing here."""
    case = opened.case_of(request)
    if case is None:
        return closed(request)
    attachment = case.attachments.filter(public_id=public_id, shown_to_complainant=True).first()
    if attachment is None:
        raise Http404
    try:
        # Whole, not in pieces: nothing of a file that was tampered with is given out.
        data = b"".join(content(attachment, case))
    except (EvidenceMissing, SealingError):
        raise Http404
    return HttpResponse(
        data,
        content_type=attachment.content_type,
        headers={
            # Never shown in place: a page of ours must not run what somebody sent us.
            "Content-Disposition": content_disposition_header(True, attachment.label),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


# --- Shared -----------------------------------------------------------------------------------------------------------
def closed(request: HttpRequest) -> HttpResponse:
    """The case is not open on this device, or no longer: asks for the code and gives back what was typed."""
    context = {"closed": True, "typed": list(typed_text(request))}
    return render(request, "citizen/follow.html", context, status=200 if request.method == "GET" else 401)


def _sentence(case: ComplaintCase, act: Act) -> Any:
    refusal = why_not(case, case.graph.edge(act.edge_for(case)), Actor.complainant(case))
    return refusal.sentence if refusal else ""


def _open_to(case: ComplaintCase, act: Act) -> bool:
    return why_not(case, case.graph.edge(act.edge_for(case)), Actor.complainant(case)) is None


def _take(case: ComplaintCase, act: Act, form: ActForm, seen_version: int | None) -> None:
    """Take the edge, unless this very act was just taken: a second click finds it done. Raises Refused."""
    with transaction.atomic():
        locked = ComplaintCase.objects.select_for_update(no_key=True).get(pk=case.pk)
        edge, facts = act.edge_for(locked), form.facts()
        if _just_taken(locked, edge, facts):
            return
        perform(locked, edge, Actor.complainant(locked), seen_version=seen_version if act.moves else None, **facts)


def _just_taken(case: ComplaintCase, edge: str, facts: dict[str, Any]) -> bool:
    entry = last_entry(case)
    if entry is None or entry.verb != edge or entry.actor_kind != ActorKind.COMPLAINANT:
        return False
    if (timezone.now() - entry.at).total_seconds() > SAME_CLICK_SECONDS:
        return False
    recorded, text = entry.data, facts.get("text") or facts.get("reasons") or ""
    kept = case.attachments.filter(by_complainant=True, at=entry.at).values_list("sha256", flat=True)
    if sorted(kept) != sorted(checked.sha256 for checked in facts.get("files", ())):
        return False
    for fact, rows in _ROWS.items():
        if fact in recorded:
            return reading.text_of(getattr(case, rows).get(pk=recorded[fact]), case) == text
    return recorded.get("stars") == facts.get("stars")


def _show(
    request: HttpRequest, case: ComplaintCase, act: Act, form: ActForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    # After a refusal he decides on the case as it is now.
    fresh = opened.case_of(request) or case
    context = {
        "case": fresh,
        "act": act,
        "form": form,
        "seen": fresh.state_version,
        "question": reading.talk(fresh).question if act.name == "answer" else "",
        "window": fresh.clocks.filter(code="objection", stopped_on=None).first() if act.name == "review" else None,
        **more,
    }
    response = render(request, "citizen/act.html", context, status=status)
    opened.renew(request, response)
    return response
