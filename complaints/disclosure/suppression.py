"""Which figures of a table may be published so that no small one can be computed from the others. Pure: no database.

A table counts cases by unit, by key (a kind, an outcome, ...) and by time. Units and keys form trees; a quarter is the
sum of its months and a year of its quarters. A figure is *small* when it is at least 1 and below `least`.

**How.** Every tree is read as a row of splits in two: a node into its first child and the rest, the rest into the
second child and the rest of that, and so on. A split of the units together with one of the keys reveals four figures of
a period. They are published together or not at all, and only if

1. none of them is small;
2. the splits above (of the units with the same split of the keys, and the other way round) are published for the
   period; and
3. what the period tells more than its parts that are published (a quarter less two of its months) is not small either.

**Why that is enough.** To each pair of splits belongs a function that is +1 and -1 (weighted) on what it divides. The
products of those of units and of keys are linearly independent, and by rule 2 what is published of a period is spanned
by exactly those whose pairs are published. So whoever adds and subtracts published figures works with each pair alone:
to know a figure he needs the finest pair that divides it, in sums and differences of periods for which that pair is
published. Those are sums of the remainders of rule 3, of which none is small. What is decided of a period depends on
nothing later, so that a figure once published need not be taken back.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Node = Hashable
Count = tuple[int, ...]
"""Figures that are published together or not at all: of the same cases, or bound by a sum."""
Base = Mapping[tuple[Node, Node], Count]
"""What was counted: by leaf of the units and leaf of the keys."""
Pair = tuple[int, int]
"""A split of the units and a split of the keys, by their places."""
WHOLE = 0
"""The place of the split that reveals a whole tree."""


class Rest(NamedTuple):
    """The children of a node from a place on, together."""

    of: Node
    place: int


@dataclass
class Splits:
    """A tree as splits. parts: what each reveals; before: the split that must be published before it; over: the node it
    divides; revealed_by: the split that reveals a node."""

    parts: list[tuple[Node, ...]] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    over: list[Node] = field(default_factory=list)
    revealed_by: dict[Node, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Node, children: Mapping[Node, Sequence[Node]]) -> "Splits":
        """The splits of a tree. children: of each inner node, in the order in which they are split off. Every node
        has none or at least two."""
        found = cls()
        found._add((root,), WHOLE, None)
        waiting = [root]
        while waiting:
            node = waiting.pop()
            below = children.get(node, ())
            if len(below) == 1:
                raise ValueError(f"{node} has a single child")
            divided = node
            for place, child in enumerate(below[:-1], start=1):
                rest: Node = Rest(node, place) if place < len(below) - 1 else below[-1]
                found._add((child, rest), found.revealed_by[divided], divided)
                divided = rest
            waiting.extend(reversed(below))
        return found

    def _add(self, parts: tuple[Node, ...], before: int, over: Node) -> None:
        for part in parts:
            self.revealed_by[part] = len(self.parts)
        self.parts.append(parts)
        self.before.append(before)
        self.over.append(over)

    def upward(self) -> Iterable[tuple[Node, tuple[Node, ...]]]:
        """Each divided node with its parts, the deepest first."""
        return ((self.over[place], self.parts[place]) for place in range(len(self.parts) - 1, WHOLE, -1))


Sums = dict[Node, dict[Node, Count]]


def sums(units: Splits, keys: Splits, base: Base) -> Sums:
    """The figures of all nodes, by unit and key; what is nothing is left out."""
    rows: Sums = {}
    for (unit, key), count in base.items():
        if any(count):
            rows.setdefault(unit, {})[key] = count
    for row in rows.values():
        for node, parts in keys.upward():
            if found := [row[part] for part in parts if part in row]:
                row[node] = plus(*found)
    for node, parts in units.upward():
        below = [rows[part] for part in parts if part in rows]
        if below:
            total: dict[Node, Count] = {}
            for row in below:
                for key, count in row.items():
                    total[key] = plus(total[key], count) if key in total else count
            rows[node] = total
    return rows


def plus(*counts: Count) -> Count:
    """Their sum, figure by figure."""
    return tuple(map(sum, zip(*counts, strict=True)))


@dataclass(frozen=True)
class Released:
    """What may be published. pairs: by time, in the order in which they were decided."""

    units: Splits
    keys: Splits
    pairs: Mapping[Hashable, frozenset[Pair]]

    def tells(self, time: Hashable, unit: Node, key: Node) -> bool:
        """Whether a figure may be told."""
        return (self.units.revealed_by[unit], self.keys.revealed_by[key]) in self.pairs.get(time, ())


def release(
    units: Splits,
    keys: Splits,
    counted: Mapping[Hashable, Base],
    parts: Mapping[Hashable, Sequence[Hashable]],
    *,
    least: int,
    wholes: Mapping[Hashable, frozenset[Pair]] | None = None,
) -> Released:
    """Decide time by time, in the order of `counted`, in which the parts of a time stand before it.

    counted: what was counted in each time; parts: the times that a time is the sum of. wholes: where the sums over all
    keys are published by another table already, what that one released (of its whole); else they are decided here.
    """
    known: dict[Pair, set[Hashable]] = {}
    values: dict[Hashable, Sums] = {}
    released: dict[Hashable, frozenset[Pair]] = {}
    for time, base in counted.items():
        values[time] = sums(units, keys, base)
        found: set[Pair] = set()
        for unit in range(len(units.parts)):
            if unit != WHOLE and (units.before[unit], WHOLE) not in found:
                continue
            for key in range(len(keys.parts)):
                pair = (unit, key)
                if unit != WHOLE and (units.before[unit], key) not in found:
                    continue
                if key != WHOLE and (unit, keys.before[key]) not in found:
                    continue
                if wholes is not None and key == WHOLE:
                    may = pair in wholes.get(time, ())
                else:
                    inside = _largest(time, known.get(pair, ()), parts)
                    may = _is_safe(units.parts[unit], keys.parts[key], values, time, inside, least)
                if may:
                    found.add(pair)
        for pair in found:
            known.setdefault(pair, set()).add(time)
        released[time] = frozenset(found)
    return Released(units, keys, released)


def _largest(time: Hashable, known: Iterable[Hashable], parts: Mapping[Hashable, Sequence[Hashable]]) -> list[Hashable]:
    """The largest published times inside `time`."""
    known, found, waiting = set(known), [], list(parts.get(time, ()))
    while waiting:
        part = waiting.pop()
        if part in known:
            found.append(part)
        else:
            waiting.extend(parts.get(part, ()))
    return found


def _is_safe(
    units: Sequence[Node],
    keys: Sequence[Node],
    values: Mapping[Hashable, Sums],
    time: Hashable,
    inside: Sequence[Hashable],
    least: int,
) -> bool:
    """Whether none of these figures is small, nor what they tell more than the times inside."""
    for unit in units:
        now = values[time].get(unit)
        if now is None:
            continue
        for key in keys:
            count = now.get(key)
            if count is None:
                continue
            if any(0 < number < least for number in count):
                return False
            if inside:
                told = [of[key] for part in inside if (of := values[part].get(unit)) and key in of]
                left = tuple(number - sum(row[place] for row in told) for place, number in enumerate(count))
                if any(0 < number < least for number in left):
                    return False
    return True
