"""The words of a draw: who is in the list, what a quota asks, which panels may be drawn. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

Type = tuple[str, ...]
"""What quotas know of a person: a value for each feature, in the order of the features. () in a simple draw."""


class Unusable(ValueError):
    """What was given contradicts itself or cannot be drawn from. Never something that chance brought about."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the frozen list. Its place is its position in the list, counted from 1.

    commitment: SHA-256 in hex that only its person can open (`commitment_of`).
    """

    commitment: str
    type: Type = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """At least `least` and at most `most` of the drawn panel have this value of this feature."""

    feature: str
    value: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Panel:
    """How many of each type are drawn, in the order of `Announcement.types`; the chance of it is `weight` out of the
    sum of all weights."""

    counts: tuple[int, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Demand:
    """One side of a quota. side: ``least`` or ``most``; bound: people; available: people in the list with the value."""

    feature: str
    value: str
    side: str
    bound: int
    available: int


class Infeasible(Exception):
    """No panel keeps all quotas.

    conflict: demands that cannot be kept together, while any of them can be dropped and the others kept; empty when
    the list itself is shorter than the panel. size: people on the panel; pool: people in the list.
    """

    def __init__(self, conflict: tuple[Demand, ...], *, size: int, pool: int) -> None:
        super().__init__(conflict, size, pool)
        self.conflict = conflict
        self.size = size
        self.pool = pool


class NotSolved(RuntimeError):
    """The solver gave up, or what it gave is not fair enough. Never the fault of who asks."""


def value_in(features: tuple[str, ...], type_: Type, quota: Quota) -> bool:
    """Whether a person of this type counts for the quota."""
    return type_[features.index(quota.feature)] == quota.value


def kept(quota: Quota, features: tuple[str, ...], counts: Mapping[Type, int]) -> bool:
    """Whether so many people of each type keep the quota."""
    there = sum(count for type_, count in counts.items() if value_in(features, type_, quota))
    return quota.least <= there <= quota.most
