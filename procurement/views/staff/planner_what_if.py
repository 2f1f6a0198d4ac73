"""What if somebody, or some activity, is left out of a plan, or a pair is fixed: read from the address."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import QueryDict

from procurement.planner.problem import Pair, Problem

_PAIR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_ONE = re.compile(r"[0-9]{1,18}")
MOST = 500
"""Conditions that are read; nobody sets more by hand."""


@dataclass(frozen=True)
class WhatIf:
    """Ids as the planner has them. people, activities: left out; pins: pairs that have to be in the plan."""

    people: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    pins: tuple[Pair, ...] = ()

    @property
    def is_set(self) -> bool:
        """Whether anything is asked beyond the plain plan."""
        return bool(self.people or self.activities or self.pins)

    def applied_to(self, problem: Problem) -> tuple[Problem, list[Pair]]:
        """The problem under these conditions, and the pairs that cannot be fixed in it.

        What is not in the problem any more is passed over: it has been decided meanwhile.
        """
        people = frozenset(row.id for row in problem.candidates).intersection(self.people)
        known = {*(row.activity_id for row in problem.openings), *(row.activity_id for row in problem.closed)}
        activities = frozenset(known.intersection(self.activities))
        allowed = {row.activity_id: row.allowed for row in problem.openings}
        seats = Counter({row.id: row.seats_left for row in problem.candidates})
        pinned: dict[str, str] = {}
        refused = []
        for activity, person in self.pins:
            fits = person in allowed.get(activity, ()) and seats[person] > 0
            if activity in pinned or activity in activities or person in people or not fits:
                refused.append((activity, person))
                continue
            pinned[activity] = person
            seats[person] -= 1
        conditioned = replace(
            problem, pinned=tuple(pinned.items()), excluded_people=people, excluded_activities=activities
        )
        return conditioned, refused


def what_if_of(values: QueryDict) -> WhatIf:
    """`without_person`, `without_activity`: ids, each as often as needed; `pin`: ``activity-person``; `pin_activity`
    with `pin_person`: one more pair, from two lists."""
    pins = read_pairs(values.getlist("pin"))
    one_more = read_pairs([f"{values.get('pin_activity', '')}-{values.get('pin_person', '')}"])
    return WhatIf(
        people=_ids(values.getlist("without_person")),
        activities=_ids(values.getlist("without_activity")),
        pins=tuple(dict.fromkeys([*one_more, *pins])),
    )


def read_pairs(values: Iterable[str]) -> list[Pair]:
    """Pairs of an activity and a candidate, ``12-7``; each once, what is none is passed over."""
    found = (_PAIR.fullmatch(value) for value in values)
    return list(dict.fromkeys((match[1], match[2]) for match in found if match))


def _ids(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values[:MOST] if _ONE.fullmatch(value)))
