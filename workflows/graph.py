"""The law of a kind of case: its states, its edges, who may take each edge, what that needs and what it does.

A domain app declares one `Graph` in its ``states.py``. Everything else follows from it: the `django_fsm` transitions,
the clocks, which Viewflow task is open, the buttons on the case page, the help page, and the test that goes over
every state, edge and role.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

if TYPE_CHECKING:
    from workflows.actors import Actor
    from workflows.models import Case

Text = str | Promise
"""A text for people: translated when it is shown."""

STAY = "="
"""Target of an act: it is recorded, but the case does not move."""
BACK = "<"
"""Target of the end of a detour: the state from which the detour was taken."""
UNDO = "~"
"""Target of a correction: the state before the last move, which the action of the edge names (`Case.undo_to`)."""


class GraphError(Exception):
    """The declared graph contradicts itself; the message names the state or edge."""


class Who(Protocol):
    """Somebody who may take an edge."""

    @property
    def code(self) -> str:
        """A name for tests and translations."""

    @property
    def label(self) -> Text:
        """How people call him."""

    def holds(self, actor: "Actor", case: "Case") -> bool:
        """Whether `actor` is this somebody for `case`."""


class Guard(Protocol):
    """A condition of an edge beyond who takes it."""

    @property
    def code(self) -> str:
        """A name for tests and forms."""

    @property
    def label(self) -> Text:
        """What is needed, in a few words."""

    def refusal(self, case: "Case", actor: "Actor", facts: Mapping[str, Any] | None) -> Text | None:
        """The sentence that says what is missing, or None. `facts` is None when only the button is drawn."""


@dataclass(frozen=True)
class State:
    """A state. `work` names the Viewflow node that is open in it; a state without work is the end of a round.

    pauses: the clocks stand still. of_holder: the work is in the hands of the case's holder; else somebody else has to
    act (an approver, the complainant), though the case stays with its holder. timed_elsewhere: what has to happen next
    is the work of another case, which keeps the time; here a clock may run and need not.
    """

    code: str
    label: Text
    work: str = ""
    pauses: bool = False
    of_holder: bool = True
    timed_elsewhere: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return bool(self.work)


@dataclass(frozen=True)
class Edge:
    """One way from states to a state (or `STAY`, `BACK`, `UNDO`), and everything the law says about it.

    starts, stops: codes of the clocks. ends_with: the clock whose end makes the timer take this edge.
    detour: remember the state left, so that an edge to `BACK` can return to it.
    tells: who is told, by the names of the app's ``notices.py``.
    """

    name: str
    label: Text
    sources: tuple[str, ...]
    target: str
    by: tuple[Who, ...]
    requires: tuple[Guard, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    ends_with: str = ""
    detour: bool = False
    back_to: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether the case changes state."""
        return self.target != STAY


@dataclass(frozen=True)
class Graph:
    """All states and edges of a kind of case. `register` is the edge by which a case begins (no sources)."""

    kind: str
    label: Text
    states: tuple[State, ...]
    edges: tuple[Edge, ...]
    _by_code: dict[str, State] = field(init=False, repr=False, compare=False, default_factory=dict)
    _by_name: dict[str, Edge] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_code.update({state.code: state for state in self.states})
        self._by_name.update({edge.name: edge for edge in self.edges})
        self.check()

    def state(self, code: str) -> State:
        """The state of that code; KeyError when the graph has none."""
        return self._by_code[code]

    def edge(self, name: str) -> Edge:
        """The edge of that name; KeyError when the graph has none."""
        return self._by_name[name]

    def moves(self) -> Iterator[Edge]:
        """Edges that move a case from one state to another."""
        return (edge for edge in self.edges if edge.moves and edge.sources)

    def beginnings(self) -> Iterator[Edge]:
        """Edges by which a case begins."""
        return (edge for edge in self.edges if not edge.sources)

    def edges_from(self, state: str) -> Iterator[Edge]:
        """Edges that may be taken in `state`, in the order in which they are declared."""
        return (edge for edge in self.edges if state in edge.sources)

    def targets(self, edge: Edge) -> tuple[str, ...]:
        """The states to which `edge` can lead; for an act, none."""
        if not edge.moves:
            return ()
        return edge.back_to if edge.target in (BACK, UNDO) else (edge.target,)

    def check(self) -> None:
        """Refuse a graph that cannot be the law. Raises GraphError with the first fault.

        Names are unique; every edge leads between known states and has somebody who may take it; every state is
        reached; no state that is open is without a way out; a way back leads to where its detours begin.
        """
        if len(self._by_code) != len(self.states) or len(self._by_name) != len(self.edges):
            raise GraphError(f"{self.kind}: two states or two edges have the same name")
        for edge in self.edges:
            _check_edge(self, edge)
        if not any(self.beginnings()):
            raise GraphError(f"{self.kind}: no edge begins a case")
        unreached = set(self._by_code) - self._reached()
        if unreached:
            raise GraphError(f"{self.kind}: no way leads to {', '.join(sorted(unreached))}")
        for state in self.states:
            if state.is_open and not any(edge.moves for edge in self.edges_from(state.code)):
                raise GraphError(f"{self.kind}: no way leads out of {state.code}")

    def _reached(self) -> set[str]:
        reached = {target for edge in self.beginnings() for target in self.targets(edge)}
        while True:
            more = {
                target for edge in self.moves() if reached & set(edge.sources) for target in self.targets(edge)
            } - reached
            if not more:
                return reached
            reached |= more


def _check_edge(graph: Graph, edge: Edge) -> None:
    name = f"{graph.kind}.{edge.name}"
    unknown = (set(edge.sources) | set(graph.targets(edge))) - {state.code for state in graph.states}
    if unknown:
        raise GraphError(f"{name}: unknown state {', '.join(sorted(unknown))}")
    if not edge.by:
        raise GraphError(f"{name}: nobody may take it")
    if edge.target == UNDO:
        if not edge.back_to:
            raise GraphError(f"{name}: a correction names where it may lead")
    elif edge.target == BACK:
        begins = {
            source for other in graph.edges if other.detour and other.target in edge.sources for source in other.sources
        }
        if not edge.back_to or not set(edge.back_to) <= begins:
            raise GraphError(f"{name}: leads back to a state from which no detour begins")
    elif edge.back_to:
        raise GraphError(f"{name}: only a way back names where it may lead")
    if edge.detour and not edge.moves:
        raise GraphError(f"{name}: a detour must move")
    if edge.moves and edge.target in edge.sources:
        raise GraphError(f"{name}: moves to the state it leaves")


GuardCheck = Callable[[Any, "Actor", Mapping[str, Any] | None], Text | None]


@dataclass(frozen=True)
class Needs:
    """A `Guard` made of a function."""

    code: str
    label: Text
    check: GuardCheck

    def refusal(self, case: "Case", actor: "Actor", facts: Mapping[str, Any] | None) -> Text | None:
        """See `Guard`."""
        return self.check(case, actor, facts)


def needs(label: Text) -> Callable[[GuardCheck], Needs]:
    """Make a guard of a function; its code is the function's name."""

    def make(check: GuardCheck) -> Needs:
        return Needs(check.__name__, label, check)

    return make


def given(code: str, label: Text, fact: str, sentence: Text) -> Needs:
    """A guard for a fact that must be given and not be blank; `sentence` says so when it is missing."""

    def check(case: Any, actor: "Actor", facts: Mapping[str, Any] | None) -> Text | None:  # noqa: ARG001 - the shape of a guard
        if facts is None:
            return None
        value = facts.get(fact)
        return None if (value.strip() if isinstance(value, str) else value) else sentence

    return Needs(code, label, check)
