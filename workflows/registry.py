"""The kinds of cases this installation knows. Domain apps register theirs in ``AppConfig.ready()``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from organisations.models import Unit, User
    from workflows.graph import Graph, Text
    from workflows.models import Case, OutboxRow

Action = Callable[..., Mapping[str, Any] | None]


def _itself(code: str) -> tuple[str, ...]:
    return (code,) if code else ()


def _nowhere(_case: "Case") -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """A kind of case: its law (`graph`), its proxy of `Case`, its Viewflow process, and what each edge writes.

    actions: edge name → function(step, **facts) that writes the rows of the edge and returns the facts for the ledger.
    lineage: a kind of matter by its code, and what it is part of, the nearest first; rules are looked up in this order;
    left out: it stands for itself. rises_to: the unit above that takes the next step, where nobody in the unit of the
    case may; left out: none, for every unit above reaches it anyway.
    recipients: who is told of an event, as people; rights are checked by the relay afterwards.
    checks: (case number, sentence) for whatever of its own does not agree, for `manage.py check_cases`.
    readers: the roles for whose holders cases of this kind exist at all. series: letters of its own number series.
    page: the name of the address of its page, which takes the public id. concerned: the cases of this kind that are
    about somebody who has pages of his own, as a citizen has of his seats; he is told what happens to them.
    topic: the heading under which people choose how they are told of it. outsiders: the roads by which who
    has no account, the complainant, wants to be told of an event. address_of: his address on a road, read when a
    message leaves and kept nowhere; "" where there is none any more. letter_language: that in which he is written to.
    letter_number: the number by which he knows the case, where that is another one than its own.
    hands: the roles whose holders may have a case of this kind in hand, of those that read it; in other hands it strays
    (`workflows.hands`).
    news: edge → what a notice says of it, where its name, a word for a button, does not say what happened.
    heir: to which unit a case goes when its own has closed, None for nowhere; left out: whoever takes over the unit.
    """

    graph: "Graph"
    case_model: "type[Case]"
    flow: type
    actions: Mapping[str, Action]
    recipients: "Callable[[OutboxRow], list[User]]"
    checks: Callable[[], Iterator[tuple[str, str]]]
    readers: frozenset[str]
    lineage: Callable[[str], tuple[str, ...]] = _itself
    rises_to: "Callable[[Case], Unit | None]" = _nowhere
    series: str = ""
    page: str = "case"
    concerned: "Callable[[User], QuerySet[Case]] | None" = None
    topic: str = ""
    outsiders: "Callable[[OutboxRow], Sequence[str]] | None" = None
    address_of: "Callable[[Case, str], str] | None" = None
    letter_language: "Callable[[Case], str] | None" = None
    letter_number: "Callable[[Case], str] | None" = None
    hands: frozenset[str] = frozenset()
    heir: "Callable[[Case], Unit | None] | None" = None
    news: "Mapping[str, Text]" = field(default_factory=dict)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Raises ImproperlyConfigured when its parts do not fit together."""
    names = {edge.name for edge in kind.graph.edges}
    if kind.hands - kind.readers:
        raise ImproperlyConfigured(f"{kind.graph.kind}: somebody may have a case in hand that does not exist for him")
    unknown = set(kind.actions) - names
    if unknown:
        raise ImproperlyConfigured(f"{kind.graph.kind}: actions without an edge: {', '.join(sorted(unknown))}")
    nodes = {node.name for node in kind.flow.instance.nodes()}  # type: ignore[attr-defined]
    missing = {state.work for state in kind.graph.states if state.work} - nodes
    if missing:
        raise ImproperlyConfigured(f"{kind.graph.kind}: no Viewflow node {', '.join(sorted(missing))}")
    _kinds[kind.graph.kind] = kind


def kind_of(code: str) -> Kind:
    """The kind of that code; KeyError when no app registered it."""
    return _kinds[code]


def all_kinds() -> tuple[Kind, ...]:
    """Every registered kind."""
    return tuple(_kinds.values())
