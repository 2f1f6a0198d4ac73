"""Work that changes hands: the people of a unit and what they have, one's own work, who leaves, and where posts are
vacant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.candidates import Candidate, absence_of, load_words, loads_of
from complaints.handing import MOST, InHand, in_hand, staff, takers, work_of
from complaints.lists import Reader, Row
from organisations.accounts import role_required
from organisations.actions import plan_leaving
from organisations.fields import ThaiDateField
from organisations.forms import LONGEST_LEAVE
from organisations.models import Holding, Role, User
from organisations.queries import held_posts, on_leave, people_led_by, roles_of
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.fields import text_field
from workflows.refusals import Refused
from workflows.transitions import perform


class HandOverForm(forms.Form):
    """Which cases, to whom, and why. Who cannot take one of them is not told apart here; that case is left undone."""

    case = forms.MultipleChoiceField(error_messages={"required": gettext_lazy("Tick at least one case.")})
    to = forms.ModelChoiceField(
        queryset=User.objects.none(), label=pgettext_lazy("to whom", "Who"), empty_label=None, widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("This person cannot take the cases. Choose somebody else.")},
    )  # fmt: skip
    reasons = text_field(gettext_lazy("Reasons"), rows=2, help_text=gettext_lazy("For instance: leave, another post."))

    def __init__(self, *args: Any, rows: Iterable[InHand], people: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        case, to = (self.fields[name] for name in ("case", "to"))
        case.choices = [(row.case.public_id, row.case.number) for row in rows]  # type: ignore[attr-defined]
        to.queryset = User.objects.filter(pk__in=[row.user.pk for row in people])  # type: ignore[attr-defined]
        to.choices = [(row.user.pk, row.label) for row in people]  # type: ignore[attr-defined]


class LeavingForm(forms.Form):
    """On which day somebody leaves; left empty, he stays."""

    last_day = ThaiDateField(
        label=gettext_lazy("Last day in service"),
        required=False,
        help_text=gettext_lazy("The night after it the account is closed. Left empty, the person stays."),
    )

    def clean_last_day(self) -> date | None:
        """No typing error in the year."""
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and abs(day - timezone.localdate()) > LONGEST_LEAVE:
            raise forms.ValidationError(_("This day is more than ten years away. Look at the year."))
        return day


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, or the sentence that says why not."""

    row: Row
    reason: str = ""


@require_GET
@login_required
@role_required(Role.HEAD, Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """The people of the units one leads, with what they have in hand; for an administrator those who are going to
    leave, or (`?q=`) whoever is called so."""
    user = reader(request)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    keeps_accounts = Role.ADMINISTRATOR in roles_of(user)
    found = list((staff(words) if keeps_accounts else people_led_by(user))[:MOST])
    keys = [person.pk for person in found]
    loads, away, today = loads_of(keys, user), on_leave(keys), timezone.localdate()
    units = dict[int, set[str]]()
    held = Holding.objects.filter(user__in=keys, valid__contains=today, post__valid__contains=today)
    for holding in held.select_related("post__unit"):
        units.setdefault(holding.user_id, set()).add(holding.post.unit.name)
    rows = [
        {
            "person": person,
            "units": sorted(units.get(person.pk, ())),
            "load": load_words(*loads[person.pk]),
            "absence": absence_of(away.get(person.pk)),
        }
        for person in found
    ]
    return render(request, "officer/people.html", {"rows": rows, "keeps_accounts": keeps_accounts, "q": words})


@require_http_methods(["GET", "POST"])
@login_required
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person has in hand, and handing it over: his own, or that of somebody in a unit one leads.

    An administrator sees how much it is, and enters the last day in service. 404 for anybody else's.
    """
    user = reader(request)
    person, gives, keeps_accounts = _person(user, pk)
    if not gives:
        if request.method == "POST":
            raise Http404
        context = {"person": person, "work": work_of(person, user, only_counts=True), "leaving": _leaving_form(person)}
        return render(request, "officer/work.html", context)
    rows = in_hand(person, user, came_from=_number(request.GET.get("from", "")))
    able = takers([row.case for row in rows], user, besides=person)
    initial = {
        "to": _number(request.GET.get("to", "")) or _first(person, able),
        "case": [r.case.public_id for r in rows],
    }
    form = HandOverForm(request.POST or None, rows=rows, people=able, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = [row for row in rows if row.case.public_id in form.cleaned_data["case"]]
        return _handed(request, person, chosen, form.cleaned_data)
    shown = dict(zip((row.case.pk for row in rows), Reader(user).rows([row.case for row in rows]), strict=True))
    ticked = set(request.POST.getlist("case")) if request.method == "POST" else set(initial["case"])
    context = {
        "person": person,
        "work": work_of(person, user),
        "leaving": _leaving_form(person) if keeps_accounts else None,
        "gives": True,
        "rows": [(shown[row.case.pk], row.came_from, row.case.public_id in ticked) for row in rows],
        "back_to": sorted({row.came_from for row in rows if row.came_from}, key=lambda giver: giver.pk),
        "people": able,
        "form": form,
        "most": MOST if len(rows) == MOST else 0,
    }
    return render(request, "officer/work.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@login_required
@role_required(Role.ADMINISTRATOR)
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter on which day somebody leaves the service, or that he stays."""
    user = reader(request)
    person, _gives, _keeps = _person(user, pk)
    form = LeavingForm(request.POST)
    if not form.is_valid():
        context = {"person": person, "work": work_of(person, user, only_counts=True), "leaving": form}
        return render(request, "officer/work.html", context, status=422)
    plan_leaving(person, form.cleaned_data["last_day"])
    messages.success(request, _("Saved."))
    return redirect("people")


def _person(user: User, pk: int) -> tuple[User, bool, bool]:
    """(the person of an address, whether `user` gives his work to others, whether he keeps his account)."""
    keeps_accounts = Role.ADMINISTRATOR in roles_of(user)
    gives = (pk == user.pk and bool(held_posts(user))) or people_led_by(user).filter(pk=pk).exists()
    if not (gives or keeps_accounts):
        raise Http404
    person = get_object_or_404(User, pk=pk, is_active=True)
    if not gives and not held_posts(person):
        raise Http404  # a citizen, or an account without a post, has nothing in hand
    return person, gives, keeps_accounts


def _leaving_form(person: User) -> LeavingForm:
    return LeavingForm(initial={"last_day": person.last_day}, label_suffix="")


def _first(person: User, able: list[Candidate]) -> int | None:
    leave = on_leave([person.pk]).get(person.pk)
    return leave.deputy_id if leave and any(row.user.pk == leave.deputy_id for row in able) else None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _handed(request: HttpRequest, person: User, chosen: list[InHand], said: dict[str, Any]) -> HttpResponse:
    user, outcomes = reader(request), list[Outcome]()
    for row in Reader(user).rows([row.case for row in chosen]):
        try:
            perform(row.case, "hand_over", Actor.person(user), to=said["to"], reasons=said["reasons"])
        except Refused as refusal:
            outcomes.append(Outcome(row, str(refusal.sentence)))
        else:
            outcomes.append(Outcome(row))
    result = {
        "person": person,
        "to": said["to"],
        "done": [outcome.row for outcome in outcomes if not outcome.reason],
        "undone": [outcome for outcome in outcomes if outcome.reason],
    }
    return render(request, "officer/handed_over.html", result)
