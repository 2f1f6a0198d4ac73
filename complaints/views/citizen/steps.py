"""The order of the questions, and where in it somebody stands."""

from dataclasses import dataclass

from complaints.views.citizen import forms
from complaints.views.citizen.answers import Answers
from complaints.views.citizen.forms import StepForm


@dataclass(frozen=True)
class Step:
    """A page of the wizard: `name` stands in its address, `template` under templates/citizen/."""

    name: str
    form: type[StepForm]
    template: str
    # Whether a single answer is worth keeping when all the others have lapsed.
    worth_keeping: bool = False


KIND = Step("kind", forms.KindForm, "choice.html")
DETAIL = Step("detail", forms.DetailForm, "choice.html")
WHAT = Step("what", forms.WhatForm, "what.html", worth_keeping=True)
PROVINCE = Step("province", forms.ProvinceForm, "province.html")
WHERE = Step("where", forms.WhereForm, "where.html", worth_keeping=True)
UNIT = Step("unit", forms.UnitForm, "choice.html")
HEAD = Step("head", forms.HeadForm, "choice.html")
FILES = Step("files", forms.FilesForm, "files.html", worth_keeping=True)
WHO = Step("who", forms.WhoForm, "who.html", worth_keeping=True)
CHECK = Step("check", forms.CheckForm, "check.html")

ALL = (KIND, DETAIL, WHAT, PROVINCE, WHERE, UNIT, HEAD, FILES, WHO, CHECK)
BY_NAME = {step.name: step for step in ALL}


def steps_for(answers: Answers) -> list[Step]:
    """The questions to ask, given the answers so far: no details of a kind that has none, no choice of one province.

    By the staff's hotline nobody is asked for a place, and everybody whether it is about the head of the unit.
    """
    left_out = {WHERE} if answers.hotline else {HEAD}
    if not answers.details:
        left_out.add(DETAIL)
    if len(answers.provinces) < 2:
        left_out.add(PROVINCE)
    return [step for step in ALL if step not in left_out]


def first_open(answers: Answers, steps: list[Step]) -> Step:
    """The first question without an answer; the last page when there is none."""
    return next((step for step in steps if step.name not in answers), steps[-1])


def rest_of(answers: Answers, step: Step) -> None:
    """Drop what a new answer makes void: another kind has other details, another place other offices."""
    void = {
        KIND.name: [DETAIL.name],
        PROVINCE.name: [WHERE.name, UNIT.name, HEAD.name],
        WHERE.name: [UNIT.name],
        UNIT.name: [HEAD.name],
    }
    for name in void.get(step.name, ()):
        answers.pop(name, None)
