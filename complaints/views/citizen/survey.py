"""The survey after a reply: one page, once for a case, kept apart from it (`complaints.survey`)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.models import SurveyQuestion
from complaints.models.survey import Aspect
from complaints.survey.answering import answer, is_open_to
from complaints.views.citizen import opened
from complaints.views.citizen.following import closed
from complaints.views.citizen.texts import Text

MARKS = (
    (5, _("5 – very much")),
    (4, _("4 – much")),
    (3, _("3 – fairly")),
    (2, _("2 – little")),
    (1, _("1 – not at all")),
)


class SurveyForm(forms.Form):
    """The questions of the rule data, each from 1 to 5, and a remark where one is taken."""

    use_required_attribute = False

    def __init__(self, *args: Any, remark: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in SurveyQuestion.objects.all():
            self.fields[question.code] = forms.TypedChoiceField(
                label=question.text,
                widget=forms.RadioSelect,
                coerce=int,
                choices=MARKS,
                error_messages={"required": _("Choose one to five.")},
            )
        if remark:
            self.fields["remark"] = Text(
                label=_("What should be better?"),
                max_length=1_000,
                required=False,
                widget=forms.Textarea({"rows": 4}),
                help_text=_("Do not write names, numbers or places: the heads of the office read it word by word."),
            )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def follow_survey(request: HttpRequest) -> HttpResponse:
    """The form; after it, or where it was answered before, back to the case."""
    case = opened.case_of(request)
    if case is None:
        return closed(request)
    if not is_open_to(case):
        return _back(request)
    form = SurveyForm(request.POST if request.method == "POST" else None, remark=not case.protected)
    if request.method == "POST" and form.is_valid():
        marks = {aspect: form.cleaned_data[aspect] for aspect in Aspect.values}
        answer(case, marks, form.cleaned_data.get("remark", ""))
        return _back(request)
    response = render(
        request, "citizen/survey.html", {"case": case, "form": form}, status=422 if form.is_bound else 200
    )
    opened.renew(request, response)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    response = redirect(f"{reverse('follow_case')}?done=survey")
    opened.renew(request, response)
    return response
