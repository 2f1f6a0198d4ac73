"""The questions of citizens: which wait, and one of them with everything that can be done about it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from complaints.fields import KindField
from complaints.models import Question
from complaints.queries import complaints_visible_to
from complaints.questions import actions
from complaints.questions.queries import (
    ANSWERING,
    LISTS,
    due_days,
    listed,
    may_register,
    question_for,
    units_to_move_to,
)
from complaints.questions.texts import Said, beginnings, thread
from complaints.standard_texts import question_offers
from organisations.accounts import role_required
from organisations.models import Unit, User
from workflows.casepages.access import reader
from workflows.casepages.fields import text_field
from workflows.casepages.forms import field_of
from workflows.casepages.pages import page_of
from workflows.casepages.standard_texts import inserted
from workflows.refusals import Refused

_LABELS = {
    "waiting": gettext_lazy("Waiting for an answer"),
    "answered": gettext_lazy("Answered or closed"),
    "all": gettext_lazy("All questions"),
}


class _Form(forms.Form):
    """A form of the page of a question; `do` names it, `seen` the last entry its reader had before him."""

    do = ""

    def __init__(self, *args: Any, user: User, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id=f"id_{self.do}_%s", **kwargs)
        self.prepare(user, question)

    def prepare(self, user: User, question: Question) -> None:
        """Set what depends on who asks about what."""


class AnswerForm(_Form):
    """An answer."""

    do = "answer"
    text = text_field(
        pgettext_lazy("text", "Answer"), help_text=gettext_lazy("The citizen reads it with his code."), rows=7
    )
    close = forms.BooleanField(
        label=gettext_lazy("Close the question with it"), required=False,
        help_text=gettext_lazy("If he writes back, it is open again."),
    )  # fmt: skip


class CloseForm(_Form):
    """Nothing to fill in."""

    do = "close"


class MoveForm(_Form):
    """Another unit."""

    do = "move"
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit that answers"), queryset=Unit.objects.none(), empty_label=gettext_lazy("choose")
    )

    def prepare(self, user: User, question: Question) -> None:
        """The units below."""
        field_of(self, "unit").queryset = units_to_move_to(user, question)


class TurnForm(_Form):
    """The kind, where it is clear already."""

    do = "turn"
    kind = KindField(
        required=False, empty_label=None,
        help_text=gettext_lazy(
            "All that was said becomes the text of the complaint, and the same code opens it. That cannot be undone."
        ),
    )  # fmt: skip


_ICONS = {
    "asked": "help",
    "wrote_back": "message",
    "answered": "send",
    "moved": "forward",
    "closed": "check",
    "turned": "inbox",
    "followed": "forward",
    "erased": "close",
}
_FORMS = {form.do: form for form in (AnswerForm, CloseForm, MoveForm, TurnForm)}


@require_GET
@role_required(*ANSWERING)
def questions(request: HttpRequest) -> HttpResponse:
    """The questions of one's units, those that wait first and of them the oldest; `show` names the list."""
    user, today = reader(request), timezone.localdate()
    show = request.GET.get("show", "")
    show = show if show in LISTS else "waiting"
    page = page_of(
        listed(user, show),  # type: ignore[arg-type]  # questions have what a page asks of cases: `next_due` and a key
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    due, begins = due_days(page.cases), beginnings(page.cases)  # type: ignore[arg-type]
    context = {
        "rail": [
            {"label": label, "url": f"{reverse('questions')}?show={name}", "count": None, "current": name == show}
            for name, label in _LABELS.items()
        ],
        "title": _LABELS[show],
        "rows": [
            {
                "question": row,
                "about": begins.get(row.pk, ""),
                "due": due.get(row.pk),
                "late": row.pk in due and due[row.pk] < today,
            }
            for row in page.cases
        ],
        "page": page,
    }
    return render(request, "officer/questions/questions.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def question(request: HttpRequest, public_id: str) -> HttpResponse:
    """One question: its thread, and answering, closing, passing on and making it a complaint."""
    user = reader(request)
    found = question_for(user, public_id)
    if request.method != "POST":
        return _page(request, found)
    if "insert" in request.POST:
        offers = question_offers(found, due_days([found]).get(found.pk))
        form = AnswerForm(inserted(request.POST, offers), user=user, question=found)
        form.errors.clear()  # nothing is sent yet: what is missing is told then
        return _page(request, found, form)
    kind = _FORMS.get(request.POST.get("do", ""))
    if kind is None:
        return redirect("question", found.public_id)
    form = kind(request.POST, user=user, question=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    seen = request.POST.get("seen", "")
    try:
        return _take(request, found, form, int(seen) if seen.isdecimal() and len(seen) < 19 else 0)
    except Refused as refusal:
        status = 409 if refusal.code in ("overtaken", "wrong_state") else 422
        return _page(request, question_for(user, public_id), form, refusal=refusal, status=status)


def _take(request: HttpRequest, found: Question, form: _Form, seen: int) -> HttpResponse:
    user, given = reader(request), form.cleaned_data
    match form.do:
        case "answer":
            actions.answer(question=found, user=user, seen=seen, **given)
            messages.success(request, _("The answer is there for the citizen to read."))
        case "close":
            actions.close(question=found, user=user, seen=seen)
            messages.success(request, _("The question is closed."))
        case "move":
            actions.move(question=found, user=user, seen=seen, **given)
            messages.success(request, _("The question was passed on."))
        case "turn":
            case = actions.turn(question=found, user=user, **given)
            if complaints_visible_to(user).filter(pk=case.pk).exists():
                messages.success(request, _("The question is a complaint now."))
                return redirect("case", case.public_id)
            messages.success(request, _("The question is a protected complaint now and has gone where it belongs."))
            return redirect("questions")
    return redirect("question", found.public_id)


def _page(
    request: HttpRequest,
    found: Question,
    bound: _Form | None = None,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    user = reader(request)
    entries = list(found.entries.select_related("by", "unit"))
    blank = {name: form(user=user, question=found) for name, form in _FORMS.items()}
    if bound is not None:
        blank[bound.do] = bound
    due, units = due_days([found]).get(found.pk), field_of(blank["move"], "unit").queryset
    field_of(blank["answer"], "text").offers = question_offers(found, due)["text"]
    context = {
        "question": found,
        "entries": [_told(line) for line in thread(found, entries)],
        "seen": entries[-1].pk,
        "due": due,
        "forms": blank,
        "bound": bound,
        "refusal": refusal,
        "may_move": units.exists(),
        "may_turn": may_register(user, found),
        "open": found.state != Question.State.TURNED and not found.is_erased,
    }
    return render(request, "officer/questions/question.html", context, status=status)


def _told(line: Said) -> dict[str, Any]:
    """An entry as the timeline shows it."""
    entry = line.entry
    return {
        "icon": _ICONS[entry.kind],
        "tone": "accent" if entry.from_citizen else "",
        "title": f"{entry.get_kind_display()}: {entry.unit}" if entry.unit else entry.get_kind_display(),
        "by": entry.by or (_("the citizen") if entry.from_citizen else _("the clock")),
        "at": entry.at,
        "text": line.text,
    }
