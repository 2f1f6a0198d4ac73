"""The queues of the left rail: which cases each holds, and how many, counted no further than 99."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.lists import Reader
from complaints.models import ComplaintKind
from complaints.queries import drafts_of
from complaints.retention import announced_to, is_keeper
from complaints.rules import READERS
from complaints.states import ACTING, ENDED, OPEN, STATES
from complaints.unattended import LEADERS
from organisations.models import Leave, Role, Unit, User
from organisations.queries import open_units, roles_of, units_below, units_where
from workflows.casepages.forms import field_of
from workflows.models import Case
from workflows.queries import queue, visible_to

MOST_COUNTED = 99
SOON_DAYS = 3
STANDING_IN = "standing_in"


@dataclass(frozen=True)
class Queue:
    """A list of the rail. base: its name in `workflows.queries.queue`; states: narrowed to these."""

    name: str
    label: str | Promise
    base: str
    states: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    tone: str = ""

    @property
    def ended(self) -> bool:
        """Whether it holds what is over, the newest first, and not what is open."""
        return self.base == "ended"

    def cases(self, user: User) -> QuerySet[Case]:
        """The complaints of this queue that exist for `user`."""
        cases = queue(user, "complaint", self.base)
        if self.name == STANDING_IN:
            return cases.filter(holder__in=_absent(user))
        if self.name == "decide":
            return cases.filter(Q(state__in=self.states) | Q(state=ACTING) & Exists(drafts_of(OuterRef("pk"))))
        return cases.filter(state__in=self.states) if self.states else cases

    def is_for(self, user: User) -> bool:
        """Whether it is of use to somebody with the roles of `user`, who may stand in for others today."""
        if self.name == STANDING_IN:
            return _absent(user).exists()
        return not self.roles or bool(self.roles & roles_of(user))


def _absent(user: User) -> QuerySet[Leave, Any]:
    """For whom he stands in today. What he may read of theirs is what he may read anyway."""
    return Leave.objects.filter(deputy=user, valid__contains=timezone.localdate()).values("user")


QUEUES = {
    row.name: row
    for row in (
        Queue("mine", _("My work"), "mine"),
        Queue(STANDING_IN, _("I stand in"), "all"),
        Queue("decide", _("To decide"), "all", ("review", "review_requested"), frozenset({Role.APPROVER})),
        Queue("unit", _("My unit"), "unit"),
        Queue("unassigned", _("Not assigned"), "unassigned"),
        Queue("overdue", _("Overdue"), "overdue", tone="late"),
        Queue("all", _("All open cases"), "all"),
        Queue("ended", _("Ended cases"), "ended"),
    )
}
COUNTED = ("mine", STANDING_IN, "decide", "unit", "unassigned", "overdue")


def rail(user: User, current: str) -> list[dict[str, Any]]:
    """The items of the left rail for `user`. One short count each; "all" and "ended" are not counted."""
    return [
        {
            "label": row.label,
            "url": reverse("queue", args=[row.name]),
            "count": capped_count(row.cases(user)) if row.name in COUNTED else None,
            "current": row.name == current,
            "tone": row.tone,
        }
        for row in QUEUES.values()
        if row.is_for(user)
    ] + [*_requests_to_us(user), *_of_leaders(user), *_to_be_erased(user)]


def _requests_to_us(user: User) -> list[dict[str, Any]]:
    """The way to what other units ask, while something is open, for who can answer."""
    if not roles_of(user) & {Role.OFFICER, Role.HEAD}:
        return []
    count = capped_count(queue(user, "request", "unit"))
    item = {"label": _("Requests to us"), "url": reverse("requests"), "count": count, "current": False, "tone": ""}
    return [item] if count else []


def _of_leaders(user: User) -> list[dict[str, Any]]:
    """The ways to the people of a unit and to what nobody there can do, for who leads it."""
    roles = roles_of(user)
    ways = (
        (_("People and their work"), "people", {Role.HEAD}),
        (_("Cases without hands"), "vacancies", LEADERS),
    )
    return [
        {"label": label, "url": reverse(name), "count": None, "current": False, "tone": ""}
        for label, name, leaders in ways
        if roles & leaders
    ]


def _to_be_erased(user: User) -> list[dict[str, Any]]:
    """The way to what will be erased, for who may hold it."""
    if not is_keeper(user):
        return []
    count = capped_count(announced_to(user))
    return [{"label": _("To be erased"), "url": reverse("retention"), "count": count, "current": False, "tone": ""}]


def capped_count(cases: QuerySet[Case]) -> str | int:
    """How many, or ``99+``: the database stops counting there. An empty list counts as 0, in no colour."""
    found = cases.order_by()[: MOST_COUNTED + 1].count()
    return found if found <= MOST_COUNTED else f"{MOST_COUNTED}+"


class QueueFilter(forms.Form):
    """The filter row; every field is optional and narrows further."""

    q = forms.CharField(
        label=_("Number or words"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-search": True, "autocomplete": "off"}),
    )  # fmt: skip
    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ModelChoiceField(
        label=_("Kind"), required=False, queryset=ComplaintKind.objects.none(), empty_label=_("all")
    )
    unit = forms.ModelChoiceField(label=_("Unit"), required=False, queryset=Unit.objects.none(), empty_label=_("all"))
    due = forms.ChoiceField(
        label=_("Due"), required=False,
        choices=[("", _("all")), ("overdue", _("overdue")), ("soon", _("in 3 days")), ("paused", _("paused"))],
    )  # fmt: skip
    only = forms.ChoiceField(
        label=_("Only"), required=False,
        choices=[("", _("all")), ("unread", _("with unread messages")), ("protected", _("protected"))],
    )  # fmt: skip

    def __init__(self, data: Any, *, user: User, ended: bool = False) -> None:
        super().__init__(data, label_suffix="")
        self.user = user
        offered, state = ENDED if ended else OPEN, field_of(self, "state")
        state.choices = [("", _("all")), *((row.code, row.label) for row in STATES if row.code in offered)]
        if ended:
            del self.fields["due"]
        kind: Any = self.fields["kind"]
        kind.queryset = ComplaintKind.objects.all()
        unit: Any = self.fields["unit"]
        unit.queryset = open_units().filter(pk__in=units_below(units_where(user, READERS)))

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.is_valid() and any(self.cleaned_data.values())

    @property
    def text(self) -> str:
        """The number or words that were typed; empty for none."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""

    def narrow(self, cases: QuerySet[Case], reader: Reader, *, everything: bool) -> QuerySet[Case]:
        """`cases` narrowed by what is set; what cannot be read narrows nothing.

        everything: a search looks among closed cases too, for who looks up a number does not know its state.
        """
        self.is_valid()
        wanted = self.cleaned_data
        if text := wanted.get("q"):
            if everything:
                cases = visible_to(self.user, "complaint")
            cases = reader.find(cases, text)
        if state := wanted.get("state"):
            cases = cases.filter(state=state)
        if kind := wanted.get("kind"):
            cases = cases.filter(category__in=[kind.pk, *kind.children.values_list("pk", flat=True)])
        if unit := wanted.get("unit"):
            cases = cases.filter(unit__in=units_below([unit.pk]))
        cases = cases.filter(_due(wanted.get("due", "")))
        if only := wanted.get("only"):
            cases = cases.filter(unread=True) if only == "unread" else cases.filter(protected=True)
        return cases


def _due(wanted: str) -> Q:
    today = timezone.localdate()
    match wanted:
        case "overdue":
            return Q(next_due__lt=today)
        case "soon":
            return Q(next_due__gte=today, next_due__lte=today + timedelta(days=SOON_DAYS))
        case "paused":
            return Q(next_due=None)
    return Q()
