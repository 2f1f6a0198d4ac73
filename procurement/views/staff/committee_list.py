"""Lists of committees: what waits for whom, the earliest due first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.middleware import is_background
from organisations.models import Role, Unit, User
from organisations.queries import roles_of, units_below, units_where
from procurement.models import CommitteeCase, CommitteeKind, Dissent, Person
from procurement.queries import committees_visible_to, units_read_by
from procurement.rules import READERS, sitting
from procurement.states import committee as law
from workflows import search
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of

ROLES = tuple(role for role in Role if role in READERS)
MOST_COUNTED = 99


@dataclass(frozen=True)
class List:
    """A list of the rail. role: for whom it is of use; none: for everybody."""

    name: str
    label: str | Promise
    narrow: Callable[["QuerySet[CommitteeCase]", User], "QuerySet[CommitteeCase]"]
    role: str = ""
    counted: bool = True

    def cases(self, user: User) -> "QuerySet[CommitteeCase]":
        """The committees of this list that exist for `user`, the earliest due first."""
        rows = self.narrow(committees_visible_to(user), user)
        return rows.order_by(F("next_due").asc(nulls_last=True), "id")


def _to_decide(cases: "QuerySet[CommitteeCase]", user: User) -> "QuerySet[CommitteeCase]":
    """What waits for an approver of the unit or above; an opinion waits while the committee works, too."""
    waiting = Dissent.objects.filter(meeting__committee=OuterRef("pk"), answered_at=None)
    within = cases.filter(unit__in=units_below(units_where(user, {Role.APPROVER})))
    turn = Q(state__in=(law.LINTED, law.APPROVED, law.REPORTED)) | Exists(waiting)
    return within.filter(turn, is_open=True).exclude(holder=user)


LISTS = {
    row.name: row
    for row in (
        List("decide", gettext_lazy("To decide"), _to_decide, Role.APPROVER),
        List(
            "mine",
            gettext_lazy("My committees"),
            lambda cases, user: cases.filter(holder=user, is_open=True),
            Role.PROCUREMENT,
        ),
        List(
            "waiting",
            gettext_lazy("Waiting for approval or signature"),
            lambda cases, user: cases.filter(state__in=(law.LINTED, law.APPROVED)),  # noqa: ARG005
        ),
        List(
            "working",
            gettext_lazy("Working"),
            lambda cases, user: cases.filter(state__in=(*law.IN_FORCE, law.REPORTED)),  # noqa: ARG005
        ),
        List("all", gettext_lazy("All committees"), lambda cases, user: cases, counted=False),  # noqa: ARG005
    )
}


@dataclass(frozen=True)
class Row:
    """A committee in a list. officials, citizens: who sits in it or its draft; at its end, who sat in it last."""

    case: CommitteeCase
    officials: int
    citizens: int


class CommitteeFilter(forms.Form):
    """The filter row; every field is optional and narrows further."""

    q = forms.CharField(
        label=gettext_lazy("Number or words"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-search": True, "autocomplete": "off"}),
    )
    kind = forms.ModelChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        queryset=CommitteeKind.objects.all(),
        empty_label=gettext_lazy("all"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("all")), *((state.code, state.label) for state in law.STATES)],
    )
    citizen = forms.ChoiceField(
        label=gettext_lazy("Citizens"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("with", gettext_lazy("with a citizen")),
            ("without", gettext_lazy("without a citizen")),
        ],
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"), required=False, queryset=Unit.objects.none(), empty_label=gettext_lazy("all")
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, label_suffix="")
        unit: Any = self.fields["unit"]
        unit.queryset = units_read_by(user)
        if len(unit.queryset[:2]) < 2:
            del self.fields["unit"]

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, cases: "QuerySet[CommitteeCase]") -> "QuerySet[CommitteeCase]":
        """`cases` narrowed by what is set; what cannot be read narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if text := wanted.get("q"):
            numbered: Any = search.by_number(cases, text) if search.as_number(text) else None
            found: Any = numbered if numbered is not None and numbered.exists() else search.by_subject(cases, text)
            cases = found
        if kind := wanted.get("kind"):
            cases = cases.filter(category=kind.pk)
        if state := wanted.get("state"):
            cases = cases.filter(state=state)
        if unit := wanted.get("unit"):
            cases = cases.filter(unit__in=units_below([unit.pk]))
        if citizen := wanted.get("citizen"):
            seated = Exists(sitting().filter(committee=OuterRef("pk"), person__standing=Person.Standing.CITIZEN))
            cases = cases.filter(seated if citizen == "with" else ~seated)
        return cases


def rows_of(cases: Sequence[CommitteeCase]) -> list[Row]:
    """The rows of `cases`: one query, whatever their number."""
    citizen = Q(person__standing=Person.Standing.CITIZEN)
    counted = (
        sitting()
        .filter(committee__in=[case.pk for case in cases])
        .values("committee")
        .order_by()
        .annotate(citizens=Count("pk", filter=citizen), officials=Count("pk", filter=~citizen))
    )
    found = {row["committee"]: row for row in counted} if cases else {}
    nobody = {"officials": 0, "citizens": 0}
    return [
        Row(case, found.get(case.pk, nobody)["officials"], found.get(case.pk, nobody)["citizens"]) for case in cases
    ]


def lists_for(user: User) -> list[List]:
    """The lists that are of use to somebody with the roles of `user`, the first of which opens by itself."""
    roles = roles_of(user)
    return [row for row in LISTS.values() if not row.role or row.role in roles]


@require_GET
@login_required
@role_required(*ROLES)
def committees(request: HttpRequest, name: str = "") -> HttpResponse:
    """One list, filtered, one page of it. What the page asks for by itself gets the changing parts only."""
    user = reader(request)
    offered = lists_for(user)
    chosen = offered[0] if not name else LISTS.get(name)
    if chosen is None:
        raise Http404
    filters = CommitteeFilter(request.GET or {}, user=user)
    cases = filters.narrow(chosen.cases(user)).select_related(
        "unit", "holder", "committee__kind", "committee__purchase__case"
    )
    page = page_of(cases, after=request.GET.get("after", ""), before=request.GET.get("before", ""))  # type: ignore[arg-type]
    rows = rows_of(page.cases)  # type: ignore[arg-type]
    context = {
        "list": chosen,
        "rail": _rail(user, offered, chosen),
        "rows": rows,
        "page": page,
        "filters": filters,
        "is_set": filters.is_set,
        "empty": None if rows else _empty(chosen, user, filtered=filters.is_set),
    }
    template = "procurement/committees_live.html" if is_background(request) else "procurement/committees.html"
    return render(request, template, context)


def _rail(user: User, offered: list[List], chosen: List) -> list[dict[str, Any]]:
    return [
        {
            "label": row.label,
            "url": reverse("committees", args=[row.name]),
            "count": _capped(row.cases(user)) if row.counted else None,
            "current": row is chosen,
        }
        for row in offered
    ]


def _capped(cases: "QuerySet[CommitteeCase]") -> str | int:
    """How many, or ``99+``: the database stops counting there."""
    found = cases.order_by()[: MOST_COUNTED + 1].count()
    return found if found <= MOST_COUNTED else f"{MOST_COUNTED}+"


def _empty(chosen: List, user: User, *, filtered: bool) -> dict[str, Any]:
    """What to say where there is nothing, and where to go next."""
    if filtered:
        return {
            "title": _("Nothing matches"),
            "advice": _("Remove a filter, or look among all committees. Words need at least three letters."),
            "url": reverse("committees", args=["all"]),
            "action": _("Look among all committees"),
        }
    plans = Role.PROCUREMENT in roles_of(user)
    to_plan = {"url": reverse("plan"), "action": _("Open the plan")} if plans else {}
    begin = _("A committee is begun from its purchase: open the purchase in the plan and appoint its committee.")
    told = {
        "decide": (
            _("Nothing waits for your decision"),
            _("Drafts that are sent for approval and reports of committees come here."),
        ),
        "mine": (_("No committee is in your hands"), begin),
        "waiting": (_("Nothing waits for approval or signature"), _("A draft comes here once it has been sent.")),
        "working": (
            _("No committee is working"),
            _("A committee comes here when its order is signed, and stays until its report is accepted."),
        ),
        "all": (_("No committee yet"), begin),
    }
    title, advice = told[chosen.name]
    return {"title": title, "advice": advice, **(to_plan if chosen.name in ("mine", "all") else _to_all(chosen))}


def _to_all(chosen: List) -> dict[str, Any]:
    if chosen.name == "all":
        return {}
    return {"url": reverse("committees", args=["all"]), "action": _("See all committees")}
