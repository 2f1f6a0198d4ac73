"""Following a case by its code, and everything the complainant can do with it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.models import ComplaintCase, Question
from complaints.queries import complaint_by_receipt
from complaints.questions.queries import by_receipt
from complaints.receipts import ReceiptMistyped
from complaints.survey.answering import is_open_to
from complaints.views.citizen import opened, reading, together, words
from complaints.views.citizen.acts import ACTS, BY_NAME, Act, ActForm
from organisations.middleware import typed_text
from workflows.actors import Actor
from workflows.actors import Kind as ActorKind
from workflows.casepages.attachment import file_response
from workflows.keys import is_erased
from workflows.models import Attachment
from workflows.refusals import Overtaken, Refused
from workflows.sealing import SealingError
from workflows.transitions import last_entry, perform, why_not

LONGEST_CODE = 200
# A second click comes within this time; the same words a day later are meant.
SAME_CLICK_SECONDS = 120
# Facts of a ledger entry that name the row in which the words of an act stand.
_DONE: Mapping[str, Any] = {
    **{act.name: act.done for act in ACTS},
    "survey": gettext_lazy("Thank you. Your answers to the five questions are kept apart from your case."),
}
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
        context = {"is_open": opened.case_of(request) is not None, "asked": opened.question_of(request) is not None}
        return render(request, "citizen/follow.html", context)
    typed = request.POST.get("receipt", "")[:LONGEST_CODE]
    wrong, found = _("Type the code of your receipt."), None
    if typed.strip():
        try:
            found = complaint_by_receipt(typed) or by_receipt(typed)
            # The same for a code that never was and for one whose secret is wrong.
            wrong = _("No case has this code. Compare it with your receipt, group by group.")
        except ReceiptMistyped as mistyped:
            wrong = mistyped.sentence
    if found is None:
        return render(request, "citizen/follow.html", {"wrong": wrong, "typed_code": typed}, status=422)
    response = redirect("follow_question" if isinstance(found, Question) else "follow_case")
    opened.remember(response, found)
    return response


@require_POST
def follow_end(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Close the case on this device."""
    response = redirect("start")
    opened.close(response)
    return response


@never_cache
@require_GET
def follow_case(request: HttpRequest, public_id: str = "") -> HttpResponse:
    """What happened, what comes next and when, what was said, and what he can do now.

    public_id: of a part of his case.
    """
    case = _opened(request, public_id)
    if case is None:
        return closed(request)
    running = words.running_clocks(case)
    acts = [act for act in ACTS if _open_to(case, act)]
    may_review = any(act.name == "review" for act in acts)
    what, by = words.next_step(case, running, may_review=may_review)
    window = next((clock.due_on for clock in running if clock.code == "objection"), None)
    context = {
        "case": case,
        "part": public_id,
        "part_name": together.name_of(case) if public_id else "",
        "parts": [] if public_id else together.parts(case),
        "joined": together.joined(case),
        "referral": together.referral(case),
        "kind_name": case.complaint.kind.name if case.complaint.kind else "",
        "next": what,
        "next_by": by,
        "mine": case.state in words.YOUR_TURN,
        "story": words.story(case.ledger.order_by("seq")),
        "ahead": words.ahead(case, running, may_review=may_review),
        "talk": reading.talk(case),
        "files": reading.files_of(case),
        "acts": acts,
        "review_until": window,
        "today": timezone.localdate(),
        "erased": not case.is_open and is_erased(case),
        "survey": not public_id and is_open_to(case),
        "done": _DONE.get(request.GET.get("done", ""), ""),
    }
    response = render(request, "citizen/case.html", context)
    opened.renew(request, response)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_act(request: HttpRequest, name: str, public_id: str = "") -> HttpResponse:
    """One act: its page, and taking its edge. What was typed is on the page again whenever it was not taken.

    public_id: of a part of his case.
    """
    act = BY_NAME.get(name)
    if act is None:
        raise Http404
    case = _opened(request, public_id)
    if case is None:
        return closed(request)
    if request.method != "POST":
        if not _open_to(case, act):
            return _show(
                request, case, act, public_id, act.form(), refusal=_sentence(case, act), blocked=True, status=409
            )
        return _show(request, case, act, public_id, act.form())
    form = act.form(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, case, act, public_id, form, status=422)
    seen = request.POST.get("seen", "")
    try:
        _take(case, act, form, int(seen) if seen.isdecimal() and len(seen) < 9 else None)
    except Overtaken as overtaken:
        return _show(request, case, act, public_id, form, refusal=overtaken.sentence, overtaken=True, status=409)
    except Refused as refusal:
        return _show(request, case, act, public_id, form, refusal=refusal.sentence, status=409)
    home = reverse("follow_part", args=[public_id]) if public_id else reverse("follow_case")
    response = redirect(f"{home}?done={act.name}")
    opened.renew(request, response)
    return response


@never_cache
@require_GET
def follow_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One of his own files or one shown to him; for everything else there is nothing here."""
    case = opened.case_of(request)
    if case is None:
        return closed(request)
    mine = {each.pk: each for each in together.family(case)}
    attachment = Attachment.objects.filter(case__in=mine, public_id=public_id, shown_to_complainant=True).first()
    if attachment is None:
        raise Http404
    try:
        # Never shown in place: a page of ours must not run what somebody sent us.
        return file_response(request, attachment, mine[attachment.case_id], save=True)
    except SealingError:
        raise Http404


# --- Shared -----------------------------------------------------------------------------------------------------------
def closed(request: HttpRequest) -> HttpResponse:
    """The case is not open on this device, or no longer: asks for the code and gives back what was typed."""
    context = {"closed": True, "typed": list(typed_text(request))}
    return render(request, "citizen/follow.html", context, status=200 if request.method == "GET" else 401)


def _opened(request: HttpRequest, part: str) -> ComplaintCase | None:
    """The case that is open on this device, or a part of it by its public id. Raises Http404 for no part of it."""
    case = opened.case_of(request)
    if case is None or not part:
        return case
    if (found := together.part_of(case, part)) is None:
        raise Http404
    return found


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
            return bool(getattr(case, rows).get(pk=recorded[fact]).read(case) == text)
    return recorded.get("stars") == facts.get("stars")


def _show(
    request: HttpRequest, case: ComplaintCase, act: Act, part: str, form: ActForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    # After a refusal he decides on the case as it is now.
    fresh = _opened(request, part) or case
    context = {
        "case": fresh,
        "part": part,
        "part_name": together.name_of(fresh) if part else "",
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
