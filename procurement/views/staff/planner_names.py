"""The activities and people that a plan names, read at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from organisations.models import Unit
from organisations.queries import units_below
from procurement.models import Activity, Person
from procurement.planner.problem import Pair, Problem, Proposal

from .planner_what_if import WhatIf

MOST_OPTIONS = 500
"""Entries of a list to choose from."""


@dataclass(frozen=True)
class Names:
    """Rows by their ids as the planner has them; only of one unit and below, whatever ids an address holds."""

    activities: dict[int, Activity]
    people: dict[int, Person]

    @classmethod
    def of(cls, unit: Unit, problem: Problem, proposal: Proposal, what_if: WhatIf) -> "Names":
        """Everything that the page of a proposal names. Two queries."""
        pairs = [*proposal.assignments, *problem.under_way, *what_if.pins]
        activities = [activity for activity, _person in pairs] + [row.activity_id for row in proposal.blocking]
        activities += [*what_if.activities, *(row.activity_id for row in problem.openings[:MOST_OPTIONS])]
        people = [person for _activity, person in pairs] + [row.id for row in problem.candidates[:MOST_OPTIONS]]
        return cls._read(unit, activities, [*people, *what_if.people])

    @classmethod
    def of_pairs(cls, unit: Unit, pairs: Iterable[Pair]) -> "Names":
        """Of these pairs alone."""
        both = list(pairs)
        return cls._read(unit, [activity for activity, _person in both], [person for _activity, person in both])

    @classmethod
    def _read(cls, unit: Unit, activities: Iterable[str], people: Iterable[str]) -> "Names":
        below = units_below([unit.pk])
        plans, pool = Activity.objects.filter(unit__in=below), Person.objects.filter(unit__in=below)
        return cls(
            plans.select_related("unit").in_bulk([int(pk) for pk in set(activities)]),
            pool.select_related("unit").in_bulk([int(pk) for pk in set(people)]),
        )

    def activity(self, id_: str) -> Activity | None:
        """The activity; None when it does not exist."""
        return self.activities.get(int(id_))

    def person(self, id_: str) -> Person | None:
        """The person; None when he does not exist."""
        return self.people.get(int(id_))

    def left_out(self, what_if: WhatIf) -> list[dict[str, Any]]:
        """What was left out, as boxes to take it in again."""
        people = [("without_person", id_, self.person(id_)) for id_ in what_if.people]
        activities = [("without_activity", id_, self.activity(id_)) for id_ in what_if.activities]
        return [{"name": name, "value": id_, "row": row} for name, id_, row in [*people, *activities] if row]

    def open_activities(self, problem: Problem) -> list[Activity]:
        """The activities for which a pair can be fixed, the top first."""
        wanted = sorted(problem.openings[:MOST_OPTIONS], key=lambda row: not row.top)
        return [row for opening in wanted if (row := self.activity(opening.activity_id))]

    def free_people(self, problem: Problem) -> list[Person]:
        """The people who can take one more seat, by name."""
        free = (self.person(row.id) for row in problem.candidates[:MOST_OPTIONS] if row.seats_left)
        return sorted((row for row in free if row), key=lambda row: row.name)
