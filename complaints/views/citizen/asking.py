"""Asking an office a question, and following it by its code: plain pages, no account, no trace of who asks."""

import secrets
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.models import Question
from complaints.questions.actions import Erased, Turned, ask, write_back
from complaints.questions.queries import due_days
from complaints.questions.texts import thread
from complaints.views.citizen import opened, places
from complaints.views.citizen.following import closed
from complaints.views.citizen.texts import Text
from notifications import shortlived
from organisations.models import Unit

LENGTH = 10_000
MOST_AN_HOUR = 300
"""Questions to one installation within an hour, for no address is kept by which to tell who sends them. A flood stops
here and not in the tables; complaints go on."""
MOST_BACK_AN_HOUR = 10
"""Texts of one citizen to his question within an hour; nobody else is held up by them."""
_SECRET_LENGTHS = range(40, 100)


class OfficeForm(forms.Form):
    """Which office."""

    use_required_attribute = False

    unit = forms.ChoiceField(
        label=gettext_lazy("Which office do you want to ask?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an office.")},
    )

    def __init__(self, *args: Any, offices: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offices = offices
        self.fields["unit"].choices = [(unit.code, unit.name) for unit in offices]  # type: ignore[attr-defined]

    @property
    def office(self) -> Unit:
        """The office of a valid form."""
        return next(unit for unit in self.offices if unit.code == self.cleaned_data["unit"])


class QuestionForm(forms.Form):
    """The question. secret: see `complaints.questions.actions.ask`."""

    use_required_attribute = False

    text = Text(
        label=gettext_lazy("What do you want to know?"),
        max_length=LENGTH,
        widget=forms.Textarea({"rows": 7}),
        error_messages={"required": gettext_lazy("Write your question.")},
    )
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean_secret(self) -> str:
        """Only one of our making is long enough; another gets a new one, and the form is sent again."""
        secret: str = self.cleaned_data["secret"]
        if len(secret) not in _SECRET_LENGTHS:
            raise forms.ValidationError(_("This page is too old. Please send it once more."))
        return secret


class BackForm(forms.Form):
    """What the citizen writes back."""

    use_required_attribute = False

    text = Text(
        label=gettext_lazy("Write back"),
        max_length=LENGTH,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": gettext_lazy("Write your message.")},
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask_question(request: HttpRequest) -> HttpResponse:
    """First the office (`province` narrows the list), then the question, then the code.

    The code is the answer to the form and is kept nowhere: sent again, the same form shows the same code.
    """
    provinces = places.provinces()
    only = provinces[0][0] if len(provinces) == 1 else ""
    province = next((code for code, _name in provinces if code == request.GET.get("province")), only)
    context: dict[str, Any] = {"provinces": provinces if len(provinces) > 1 else [], "province": province}
    offices = places.offices(province, "") if province or not provinces else []
    form = OfficeForm(request.POST if request.method == "POST" else None, offices=offices)
    if request.method != "POST" or not form.is_valid():
        status = 200 if request.method != "POST" else 422
        return render(request, "citizen/questions/office.html", {**context, "form": form}, status=status)
    context["unit"] = form.office
    if "text" not in request.POST:
        question = QuestionForm(initial={"secret": secrets.token_urlsafe(32)})
        return render(request, "citizen/questions/text.html", {**context, "form": question})
    question = QuestionForm(request.POST)
    if not question.is_valid():
        if "secret" in question.errors:
            question.data = question.data.copy()
            question.data["secret"] = secrets.token_urlsafe(32)  # type: ignore[index]  # a copy can be written
        return render(request, "citizen/questions/text.html", {**context, "form": question}, status=422)
    if shortlived.count("questions", timedelta(hours=1)) > MOST_AN_HOUR:
        context["refusal"] = _("Very many questions are coming in. Your text is still here: send it again in an hour.")
        return render(request, "citizen/questions/text.html", {**context, "form": question}, status=429)
    asked = ask(unit=form.office, **question.cleaned_data)
    if asked.question is None:
        return redirect("follow")
    context |= {
        "code": asked.receipt.text,
        "groups": asked.receipt.text.split("-"),
        "question": asked.question,
        "due": due_days([asked.question]).get(asked.question.pk),
    }
    return render(request, "citizen/questions/receipt.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def follow_question(request: HttpRequest) -> HttpResponse:
    """What was asked and answered, and writing back. One that became a complaint goes on there, with the same code."""
    question = opened.question_of(request)
    if question is None:
        return closed(request)
    if question.case is not None:
        response = redirect("follow_case")
        opened.pass_on(request, response, question.case)
        return response
    form = BackForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, question, form, done="done" in request.GET)
    if not form.is_valid():
        return _show(request, question, form, status=422)
    if shortlived.count(f"question {question.pk}", timedelta(hours=1)) > MOST_BACK_AN_HOUR:
        sentence = _("You have written very often within an hour. Your text is still here: send it later.")
        return _show(request, question, form, refusal=sentence, status=429)
    try:
        write_back(question=question, text=form.cleaned_data["text"])
    except (Turned, Erased) as refusal:
        return _show(request, question, form, refusal=refusal.sentence, status=409)
    response = redirect(f"{reverse('follow_question')}?done")
    opened.renew(request, response)
    return response


def _show(request: HttpRequest, question: Question, form: BackForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "question": question,
        "said": thread(question, question.entries.select_related("unit")),
        "due": due_days([question]).get(question.pk),
        "form": form,
        **more,
    }
    response = render(request, "citizen/questions/question.html", context, status=status)
    opened.renew(request, response)
    return response
