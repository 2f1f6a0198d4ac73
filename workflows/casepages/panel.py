"""What a person may do with a case now, and what comes next: both read from the law, nothing is listed twice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from organisations.models import User
from workflows.actors import Actor
from workflows.casepages.access import Addresses
from workflows.casepages.forms import EdgeForm
from workflows.graph import Edge, Graph, Text
from workflows.models import Assignment, Clock
from workflows.people import Whose
from workflows.refusals import Missing
from workflows.transitions import why_not

MOST_PEOPLE = 20
MOST_NAMED = 3


@dataclass(frozen=True)
class Action:
    """A button of the panel. url: of its form. reason: why it is barred, empty when it may be pressed."""

    edge: str
    label: Text
    moves: bool
    grave: bool
    url: str
    reason: Text = ""


@dataclass(frozen=True)
class Group:
    """Actions under one heading, "" for those that stand first. folded: shown when the heading is opened."""

    label: Text
    actions: list[Action]
    folded: bool = False


@dataclass(frozen=True)
class GroupOf:
    """Which edges stand together: a heading, their names, and whether they are folded away."""

    label: Text
    edges: frozenset[str]
    folded: bool = False


@dataclass(frozen=True)
class NextStep:
    """The one line under the identity bar: what is next, whose turn it is, by when, and whether it is the reader's."""

    what: Text
    who: str = ""
    due: date | None = None
    clock: str = ""
    mine: bool = False


@dataclass(frozen=True)
class Panel:
    """How the edges of a kind of case are offered to the people of the agency.

    forms: edge → its form; an edge without one is taken by nobody on a page. labels: edge → what it is called for the
    people of the agency, where that is not its name in the law. left_out: codes of guards that decide between two edges
    for the same purpose, or say that it is done: the edge is then left out, not barred. grave: edges that are shown as
    such. last: edges that stand below the others.
    """

    graph: Graph
    forms: Mapping[str, type[EdgeForm]]
    addresses: Addresses
    labels: Mapping[str, Text] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    grave: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()

    def label_of(self, edge: Edge) -> Text:
        """What the edge is called for a person of the agency."""
        return self.labels.get(edge.name, edge.label)

    def actions_for(self, case: Any, user: User) -> list[Action]:
        """What `user` may do now, moves first; then what only a condition bars, with the sentence that says which.

        Never offered: what has no form, and what is not his part at all.
        """
        return sorted(self._actions(case, Actor.person(user)), key=self._rank)

    def _rank(self, action: Action) -> tuple[bool, ...]:
        last = action.edge in self.last
        return bool(action.reason), last, last and action.grave, not action.moves

    def _actions(self, case: Any, actor: Actor) -> Iterator[Action]:
        for edge in self.graph.edges_from(case.state):
            if edge.name not in self.forms:
                continue
            refusal = why_not(case, edge, actor)
            if refusal is None:
                yield self._action(case, edge)
            elif isinstance(refusal, Missing) and refusal.field not in self.left_out:
                yield self._action(case, edge, refusal.sentence)

    def _action(self, case: Any, edge: Edge, reason: Text = "") -> Action:
        url = self.addresses.of_take(case, edge.name)
        return Action(edge.name, self.label_of(edge), edge.moves, edge.name in self.grave, url, reason)


def grouped(actions: Iterable[Action], plan: Iterable[GroupOf]) -> list[Group]:
    """`actions` under the headings of `plan`, each in its order; what no heading names stands first, without one.

    What is seldom used is not folded away where there is nothing beside it: who may do one thing sees it.
    """
    left, groups = list(actions), list[Group]()
    for heading in plan:
        groups.append(Group(heading.label, [row for row in left if row.edge in heading.edges], heading.folded))
        left = [row for row in left if row.edge not in heading.edges]
    shown = [group for group in (Group("", left), *groups) if group.actions]
    if all(group.folded for group in shown):
        return [replace(group, folded=False) for group in shown]
    return shown


def step_by_name(case: Any, what: Text, whose: Whose, actions: Iterable[Action], running: Iterable[Clock]) -> NextStep:
    """What is next where the people whose step it is (`whose`) are called by their names; once the case is over, only
    `what` there is to say. actions: what the reader may do; running: the clocks of the case that run, with rules."""
    if not case.is_open:
        return NextStep(what)
    names = [str(user) for user in whose(case)]
    turn = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    mine = any(action.moves and not action.reason for action in actions)
    return NextStep(what, turn, case.next_due, first_deadline(case, running), mine=mine)


def first_deadline(case: Any, running: Iterable[Clock]) -> str:
    """The name of the duty of `case` that ends first, "" when none runs. running: its clocks that run, with rules."""
    return next((clock.rule.name for clock in running if clock.duty and clock.due_on == case.next_due), "")


def people_of(case: Any) -> list[dict[str, Any]]:
    """In whose hands the case has been, the last first, at most 20; `user` is None where it went back to the unit."""
    rows = Assignment.objects.filter(case=case.pk).select_related("user", "by").order_by("-id")[:MOST_PEOPLE]
    return [{"user": row.user, "by": row.by if row.by_id != row.user_id else None, "at": row.at} for row in rows]
