"""Several cases of a queue given to one person: each case by itself, and a list of what was not done and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from complaints.candidates import Candidate, candidates
from complaints.lists import Reader, Row, assign_edge
from complaints.models import ComplaintCase
from complaints.queries import complaints_visible_to
from organisations.accounts import role_required
from organisations.models import Role, User
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.pages import SIZE
from workflows.refusals import Refused
from workflows.transitions import perform


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, or the sentence that says why not."""

    row: Row
    reason: str = ""


class AssignManyForm(forms.Form):
    """To whom. Who has a conflict with one of the cases is not told apart here; that case is then left undone."""

    to = forms.ModelChoiceField(
        queryset=User.objects.none(), label=pgettext_lazy("to whom", "Who"), empty_label=None, widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("This person cannot take the cases. Choose somebody else.")},
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field: Any = self.fields["to"]
        field.queryset = User.objects.filter(pk__in=[row.user.pk for row in people])
        field.choices = [(row.user.pk, row.label) for row in people]


@require_http_methods(["GET", "POST"])
@login_required
@role_required(Role.HEAD)
def assign_many(request: HttpRequest) -> HttpResponse:
    """The chosen cases and who could take them (GET), or the result (POST). At most one page of a queue at a time.

    Each `case` is a public id and the version that was seen, ``ID~7``; what does not exist for the person is left out.
    """
    user = reader(request)
    sent = request.POST if request.method == "POST" else request.GET
    seen = _seen(sent.getlist("case"))
    chosen = complaints_visible_to(user).filter(public_id__in=seen)
    cases = list(chosen.select_related("unit", "holder").order_by("next_due", "id"))
    if not cases:
        return redirect("queue")
    people = _able_for_all(cases, user)
    rows = Reader(user).rows(cases)
    context = {"rows": rows, "seen": [f"{case.public_id}~{seen[case.public_id]}" for case in cases], "people": people}
    if request.method == "GET":
        return render(request, "officer/assign_many.html", {**context, "form": AssignManyForm(people=people)})
    form = AssignManyForm(request.POST, people=people)
    if not form.is_valid():
        return render(request, "officer/assign_many.html", {**context, "form": form}, status=422)
    outcomes = list(_assign(rows, form.cleaned_data["to"], seen, Actor.person(user)))
    done = [outcome.row for outcome in outcomes if not outcome.reason]
    undone = [outcome for outcome in outcomes if outcome.reason]
    result = {"done": done, "undone": undone, "to": form.cleaned_data["to"]}
    return render(request, "officer/assigned_many.html", result)


def _seen(values: Iterable[str]) -> dict[str, int]:
    """Public id → version seen, no more than a page holds."""
    seen: dict[str, int] = {}
    for value in list(values)[:SIZE]:
        public_id, _sep, version = value.partition("~")
        if version.isdecimal() and len(version) <= 9 and "\0" not in public_id:
            seen[public_id] = int(version)
    return seen


def _able_for_all(cases: list[ComplaintCase], reader: User) -> list[Candidate]:
    """Who reaches the units of all these cases: one look for each unit, not for each case."""
    samples = {(case.unit_id, case.protected): case for case in cases}
    found: list[Candidate] | None = None
    for case in samples.values():
        people = candidates(case, reader)
        if found is None:
            found = people
        reached = {row.user.pk for row in people}
        found = [row for row in found if row.user.pk in reached]
    return found or []


def _assign(rows: list[Row], to: User, seen: dict[str, int], actor: Actor) -> Iterable[Outcome]:
    for row in rows:
        case = row.case
        edge = assign_edge(case)
        if not edge:
            yield Outcome(row, _("Nobody is assigned in this state."))
        elif case.holder_id == to.pk:
            yield Outcome(row, _("This person has it already."))
        else:
            try:
                perform(case, edge, actor, seen_version=seen[case.public_id], to=to)
            except Refused as refusal:
                yield Outcome(row, str(refusal.sentence))
            else:
                yield Outcome(row)
