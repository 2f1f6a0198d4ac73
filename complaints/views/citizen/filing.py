"""The filing wizard: one question a page, by plain forms. The answers lie in a sealed draft (`complaints.drafts`)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import drafts, routing
from complaints.views.citizen import steps, uploads
from complaints.views.citizen.answers import DOOR, HOTLINE, Answers
from complaints.views.citizen.forms import StepForm
from complaints.views.citizen.sending import FILED, Unfinished, read_answers, send
from complaints.views.citizen.steps import CHECK, FILES, KIND, Step
from organisations.middleware import typed_text
from workflows.files import FileRefused
from workflows.refusals import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, step: str) -> HttpResponse:
    """One question: shown, or taken and kept in the draft."""
    page = steps.BY_NAME.get(step)
    if page is None:
        raise Http404
    token = drafts.token_of(request)
    draft = drafts.load_draft(token)
    if draft is None:
        return _without_draft(request, page)
    if FILED in draft:
        return redirect("receipt")
    answers = Answers(draft.get("answers", {}))
    asked = steps.steps_for(answers)
    if page not in asked or asked.index(page) > asked.index(steps.first_open(answers, asked)):
        return redirect("file", step=steps.first_open(answers, asked).name)
    assert token is not None
    if request.method != "POST":
        return _show(request, page, draft, _form(page, answers))
    if page is CHECK:
        return _send(request, token, draft)
    return _take(request, page, token, draft)


def begin(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The bare address leads to the first question."""
    return redirect("file", step=KIND.name)


# --- Without a draft --------------------------------------------------------------------------------------------------
def _without_draft(request: HttpRequest, page: Step) -> HttpResponse:
    """The beginning, or the hour is over: then the answer just given is kept where it says something by itself."""
    if page is KIND:
        if request.method != "POST":
            return _show(request, KIND, {}, _form(KIND, Answers()))
        return _take(request, KIND, drafts.new_token(), _by_door(request))
    if request.method == "POST" and page.worth_keeping:
        return _take(request, page, drafts.new_token(), {"lapsed": True, **_by_door(request)})
    return gone(request)


def _by_door(request: HttpRequest) -> dict[str, Any]:
    """A draft of the door that the sent page belonged to: nobody is led out of the hotline because an hour passed."""
    return {"answers": {DOOR: {DOOR: HOTLINE}}} if request.POST.get(DOOR) == HOTLINE else {}


def gone(request: HttpRequest) -> HttpResponse:
    """Nothing is kept here any more: says so, gives back what was typed, and offers both ways on."""
    response = render(request, "citizen/gone.html", {"typed": list(typed_text(request))}, status=410)
    drafts.clear_cookie(response)
    return response


# --- Showing ----------------------------------------------------------------------------------------------------------
def _form(page: Step, answers: Answers) -> StepForm:
    return page.form(answers, initial=dict(answers.get(page.name, {})))


def _show(request: HttpRequest, page: Step, draft: Mapping[str, Any], form: StepForm, **more: Any) -> HttpResponse:
    answers = form.answers
    asked = steps.steps_for(answers)
    number = asked.index(page) if page in asked else 0
    kind = answers.kind
    # A page that was opened from the last one, to change one answer, leads back there.
    to_check = request.GET.get("to") == "check"
    before = CHECK.name if to_check else asked[number - 1].name
    context = {
        "form": form,
        "field": next(iter(form), None),
        "number": number + 1,
        "back": reverse("file", args=[before]) if number else reverse("staff_hotline" if answers.hotline else "start"),
        "hotline": answers.hotline,
        "lapsed": draft.get("lapsed", False),
        "protected": bool(kind and kind.protected),
        "changing": to_check,
        **more,
    }
    if page is FILES:
        # Of a draft that has only just been made the request knows no token.
        context.setdefault("files", drafts.list_files(drafts.token_of(request)))
    if page is CHECK:
        try:
            context |= _summary(request, answers)
        except Unfinished as unfinished:
            return redirect("file", step=unfinished.step.name)
    return render(request, f"citizen/{page.template}", context)


def _summary(request: HttpRequest, answers: Answers) -> dict[str, Any]:
    filing = read_answers(answers)
    return {
        "filing": filing,
        "receiver": routing.protected_unit(filing.laid_before) if filing.protected else filing.unit,
        "files": drafts.list_files(drafts.token_of(request)),
    }


# --- Taking -----------------------------------------------------------------------------------------------------------
def _take(request: HttpRequest, page: Step, token: str, draft: dict[str, Any]) -> HttpResponse:
    form = page.form(Answers(draft.get("answers", {})), request.POST, request.FILES)
    if not form.is_valid():
        if draft.get("lapsed") and not draft.get("answers", {}).keys() - {DOOR}:
            return gone(request)
        return _show(request, page, draft, form)
    # Before the lock: drawing pictures anew takes its time.
    kept, refused = uploads.sort_out(request.FILES.getlist("files")) if page is FILES else ([], [])
    with transaction.atomic():
        # Again under the lock: in another tab it may have been sent meanwhile, and a receipt must not be overwritten.
        draft = drafts.lock_draft(token) or draft
        if FILED in draft:
            return redirect("receipt")
        answers = draft["answers"] = Answers(draft.get("answers", {}))
        given = form.answer()
        if answers.get(page.name) != given:
            steps.rest_of(answers, page)
        answers[page.name] = given
        if page is KIND:
            draft.pop("lapsed", None)
        drafts.save_draft(token, draft)
    for checked in kept:
        try:
            drafts.add_file(token, checked)
        except FileRefused as refusal:
            refused.append(uploads.refusal_of(checked.label, refusal))
    if page is FILES and (removed := request.POST.get("remove")):
        drafts.remove_file(token, removed)
    if refused:
        form.add_error("files", [*refused, _("Your other files are kept.")] if kept else refused)
        more = {"files": drafts.list_files(token)}
        response = _show(request, page, draft, form, **more)
    else:
        response = HttpResponseRedirect(_next(request, page, answers))
    drafts.set_cookie(response, token)
    return response


def _next(request: HttpRequest, page: Step, answers: Answers) -> str:
    asked = steps.steps_for(answers)
    if page is FILES and {"add", "remove"} & request.POST.keys():
        following = FILES
    elif request.GET.get("to") == "check" or page not in asked:
        following = steps.first_open(answers, asked)
    else:
        following = asked[asked.index(page) + 1]
        if asked.index(following) > asked.index(steps.first_open(answers, asked)):
            following = steps.first_open(answers, asked)
    address = reverse("file", args=[following.name])
    return f"{address}?to=check" if request.GET.get("to") == "check" and following is not CHECK else address


def _send(request: HttpRequest, token: str, draft: Mapping[str, Any]) -> HttpResponse:
    try:
        send(token)
    except drafts.DraftGone:
        return gone(request)
    except Unfinished as unfinished:
        return redirect("file", step=unfinished.step.name)
    except Refused as refusal:
        return _show(request, CHECK, draft, _form(CHECK, Answers(draft["answers"])), refusal=refusal.sentence)
    response = redirect("receipt")
    drafts.set_cookie(response, token)
    return response
