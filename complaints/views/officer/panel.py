"""What a person may do with a case now, and what comes next: both read from the law, nothing is listed twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms import FORMS
from complaints.models import ComplaintCase
from complaints.queries import drafts_of
from complaints.states import GRAPH
from organisations.models import User
from workflows.actors import Actor
from workflows.graph import Edge
from workflows.models import Clock
from workflows.refusals import Missing
from workflows.transitions import why_not

# Guards that decide between two edges for the same purpose, or say that it is done: the edge is left out, not barred.
_NOT_FOR_THIS_CASE = frozenset(
    {"not_yet_acknowledged", "not_corruption", "corruption_goes_on", "was_answered", "was_declined"}
)
_FOR_THE_COMPLAINANT = {
    "complainant_answered": gettext_lazy("Record the answer of the complainant"),
    "complainant_message": gettext_lazy("Record what the complainant says"),
    "request_review": gettext_lazy("Record a request for review"),
    "withdraw": gettext_lazy("Record the withdrawal"),
}
_GRAVE = frozenset({"decline", "withdraw", "declare_conflict", "refuse_review"})
_LAST = frozenset(
    {"note", "attach", "change_kind", "declare_conflict", "reassign", "extend", "withdraw", "record_withdrawal"}
)


@dataclass(frozen=True)
class Action:
    """A button of the panel. reason: why it is barred, empty when it may be pressed."""

    edge: str
    label: str | Promise
    moves: bool
    grave: bool
    reason: str | Promise = ""


def label_of(edge: Edge) -> str | Promise:
    """What the edge is called for a person of the agency, who takes some of them for the complainant."""
    return _FOR_THE_COMPLAINANT.get(edge.name, edge.label)


def actions_for(case: ComplaintCase, user: User) -> list[Action]:
    """What `user` may do now, moves first; then what only a condition bars, with the sentence that says which.

    Never offered: what only a clock, an import or the complainant does, and what is not his part at all.
    """
    found = list(_actions(case, Actor.person(user)))
    return sorted(found, key=_rank)


def _rank(action: Action) -> tuple[bool, ...]:
    last = action.edge in _LAST
    return bool(action.reason), last, last and action.grave, not action.moves


def _actions(case: ComplaintCase, actor: Actor) -> Iterator[Action]:
    for edge in GRAPH.edges_from(case.state):
        if edge.name not in FORMS:
            continue
        refusal = why_not(case, edge, actor)
        if refusal is None:
            yield Action(edge.name, label_of(edge), edge.moves, edge.name in _GRAVE)
        elif isinstance(refusal, Missing) and refusal.field not in _NOT_FOR_THIS_CASE:
            yield Action(edge.name, label_of(edge), edge.moves, edge.name in _GRAVE, refusal.sentence)


# --- What is next -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NextStep:
    """The one line under the identity bar: what is next, whose turn it is, by when, and whether it is the reader's."""

    what: str | Promise
    who: str = ""
    due: date | None = None
    clock: str = ""
    mine: bool = False


_WHAT: dict[str, str | Promise] = {
    "received": gettext_lazy("Screen it: complete, in our power, of which kind"),
    "screening": gettext_lazy("Accept it, decline it or ask the complainant"),
    "awaiting_complainant": gettext_lazy("The complainant answers the question"),
    "accepted": gettext_lazy("Assign an investigator, or answer a simple matter"),
    "investigating": gettext_lazy("Establish the facts and submit a finding"),
    "review": gettext_lazy("Decide about the finding"),
    "acting": gettext_lazy("Carry out the measures and reply"),
    "replied": gettext_lazy("Close it with its evidence, or wait for the end of the objection window"),
    "review_requested": gettext_lazy("Decide about the request for review"),
    "closed": gettext_lazy("Nothing more; the case is closed"),
    "declined": gettext_lazy("Nothing more; the case was declined"),
    "withdrawn": gettext_lazy("Nothing more; the complainant withdrew"),
}
_MOVE_OF_TURN = {
    "received": ("start_screening",),
    "accepted": ("assign", "answer_directly"),
    "review": ("decide_founded",),
    "review_requested": ("refuse_review",),
}


def next_step(case: ComplaintCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next in this case. actions: what the reader may do; running: its clocks that run."""
    takes = {action.edge for action in actions if not action.reason}
    wanted = _MOVE_OF_TURN.get(case.state)
    if case.state == "awaiting_complainant":
        due = next((clock.due_on for clock in running if clock.code == "complainant_answer"), None)
        return NextStep(_WHAT[case.state], _("the complainant"), due)
    if not case.is_open:
        return NextStep(_WHAT[case.state])
    if case.state == "acting" and drafts_of(case.pk).exists():
        turn = _("an approver of %(unit)s, not who drafted it") % {"unit": case.unit}
        return NextStep(
            _("Approve the reply"), turn, case.next_due, _clock(case, running), mine="approve_reply" in takes
        )
    moves = (action.edge in takes and action.moves for action in actions)
    mine = bool(takes & set(wanted)) if wanted else any(moves)
    return NextStep(_WHAT[case.state], _turn(case), case.next_due, _clock(case, running), mine=mine)


def _clock(case: ComplaintCase, running: list[Clock]) -> str:
    """The name of the deadline that ends first."""
    return next((clock.rule.name for clock in running if clock.duty and clock.due_on == case.next_due), "")


def _turn(case: ComplaintCase) -> str:
    role = {
        "received": _("a screener of %(unit)s"),
        "screening": _("a screener of %(unit)s"),
        "review": _("an approver of %(unit)s, not the investigator"),
        "review_requested": _("an approver of %(unit)s who did not handle it"),
    }.get(case.state, _("the head of %(unit)s assigns it"))
    if case.holder is not None and case.state not in ("received", "review", "review_requested"):
        return str(case.holder)
    return role % {"unit": case.unit}
