"""The list of citizen seats, by state, unit, year and what they have in common; the earliest due first."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.models import Role, Unit, User
from organisations.queries import units_below
from procurement import quality
from procurement.models import CommitteeKind, SeatCase
from procurement.queries import units_read_by
from procurement.rules import READERS
from procurement.seat_lists import LISTS, List, seats_of_list
from procurement.states import seat as law
from workflows import search
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of

ROLES = tuple(role for role in Role if role in READERS)
MOST_COUNTED = 99
LATE = "late"


class SeatFilter(forms.Form):
    """The filter row; every field is optional and narrows further. What cannot be read narrows nothing."""

    q = forms.CharField(
        label=gettext_lazy("Number, name or words"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-search": True, "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("all")), *((state.code, state.label) for state in law.STATES)],
    )
    fact = forms.ChoiceField(
        label=gettext_lazy("Work"),
        required=False,
        choices=[("", gettext_lazy("all")), *quality.LISTS.items()],
    )
    due = forms.ChoiceField(
        label=gettext_lazy("Due"),
        required=False,
        choices=[("", gettext_lazy("all")), (LATE, gettext_lazy("late"))],
    )
    year = forms.IntegerField(
        label=gettext_lazy("Fiscal year"),
        required=False,
        min_value=2400,
        max_value=2700,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"),
        required=False,
        queryset=Unit.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("all"),
    )
    list = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, label_suffix="")
        unit: Any = self.fields["unit"]
        unit.queryset = units_read_by(user)
        if len(unit.queryset[:2]) < 2:
            del self.fields["unit"]

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        self.is_valid()
        return any(value for name, value in getattr(self, "cleaned_data", {}).items() if name != "list")

    @property
    def names_its_own(self) -> bool:
        """Whether it asks for seats that need not be open: by their state, their year or what they have in common."""
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        return any(given.get(name) for name in ("state", "fact", "year"))

    def narrow(self, seats: "QuerySet[SeatCase]") -> "QuerySet[SeatCase]":
        """`seats` narrowed by what is set."""
        self.is_valid()
        wanted = getattr(self, "cleaned_data", {})
        if text := wanted.get("q"):
            seats = seats.filter(pk__in=_found(seats, text))
        if state := wanted.get("state"):
            seats = seats.filter(state=state)
        if fact := wanted.get("fact"):
            seats = quality.narrowed(seats, fact)
        if wanted.get("due"):
            seats = seats.filter(is_open=True, next_due__lt=timezone.localdate())
        if year := wanted.get("year"):
            seats = seats.filter(seat__committee__purchase__activity__fiscal_year=year)
        if unit := wanted.get("unit"):
            seats = seats.filter(unit__in=units_below([unit.pk]))
        return seats


def _found(seats: "QuerySet[SeatCase]", text: str) -> Any:
    """By number, by the name of the citizen, or by what the purchase is about."""
    if search.as_number(text):
        numbered: Any = search.by_number(seats, text)  # type: ignore[arg-type]
        if numbered.exists():
            return numbered.values("pk")
    named = seats.filter(Q(seat__person__name__icontains=search.clean(text)))
    return (named if named.exists() else search.by_subject(seats, text)).values("pk")  # type: ignore[arg-type]


@require_GET
@login_required
@role_required(*ROLES)
def seats(request: HttpRequest) -> HttpResponse:
    """One list (`list`), filtered, one page of it. 404 for a list that there is not.

    Without `list`: the open seats, or all of them for a filter that asks for others too."""
    user, today = reader(request), timezone.localdate()
    filters = SeatFilter(request.GET or None, user=user)
    code = request.GET.get("list", "") or ("all" if filters.names_its_own else "open")
    if code not in LISTS:
        raise Http404
    chosen = LISTS[code]
    cases = filters.narrow(seats_of_list(code, user, today)).select_related(
        "unit", "holder", "seat__person", "seat__entry"
    )
    page = page_of(cases, after=request.GET.get("after", ""), before=request.GET.get("before", ""))  # type: ignore[arg-type]
    kinds = {kind.code: kind.name for kind in CommitteeKind.objects.all()}
    context = {
        "list": chosen,
        "rail": [_rail_item(row, user, chosen) for row in LISTS.values()],
        "rows": [{"case": case, "kind": kinds.get(case.category, "")} for case in page.cases],
        "page": page,
        "filters": filters,
        "is_set": filters.is_set,
        "empty": None if page.cases else _empty(chosen, filtered=filters.is_set),
    }
    return render(request, "procurement/seats.html", context)


def _rail_item(row: List, user: User, chosen: List) -> dict[str, Any]:
    count: int | str | None = None
    if row.counted:
        found = seats_of_list(row.code, user, timezone.localdate()).order_by()[: MOST_COUNTED + 1].count()
        count = found if found <= MOST_COUNTED else f"{MOST_COUNTED}+"
    return {
        "label": row.title,
        "url": f"{reverse('seats')}?list={row.code}",
        "count": count,
        "current": row is chosen,
        "tone": row.tone if count else "",
    }


def _empty(chosen: List, *, filtered: bool) -> dict[str, Any]:
    """What to say where there is nothing, and where to go next."""
    if filtered:
        return {
            "title": _("Nothing matches"),
            "advice": _("Remove a filter, or look among all seats. Words need at least three letters."),
            "url": f"{reverse('seats')}?list=all",
            "action": _("See all seats"),
        }
    if chosen.code in ("open", "mine", "all"):
        return {
            "title": _("No citizen seat"),
            "advice": _("A seat is opened from its committee while the order is in draft."),
            "url": reverse("committees"),
            "action": _("Committees"),
        }
    return {
        "title": _("Nothing here"),
        "advice": _("The open seats stand in their own list."),
        "url": reverse("seats"),
        "action": _("Open seats"),
    }
