"""Which seats to fill next to reach a level with the fewest appointments (domain.md, section 3: Planner). Pure.

What is promised, and by what:

- The proposal is exact: an integer program that HiGHS solves to the end (`network`), no heuristic. One appointment
  covers one activity, so there are exactly as many as the level lacks, beside those that were pinned without need.
- Among the plans with the fewest appointments it is the fairest: the most live seats that anybody holds who is given
  one are as few as can be, then the next most, and so on; of equals, who has fewer live seats now comes first. Every
  seat that can be given has a price of its own, which rises with the live seats its holder would then have. The seats
  that can be filled together are a matroid (Rado 1942), whose cheapest basis is best in every place of that comparison
  at once, and as no two prices are equal there is only one.
- The same problem has the same proposal, in whatever order it is written down, on every machine, with every version of
  the solver: who is given how many seats follows from the prices, and `ties` settles the rest.
- Not promised: that proposals differ little where problems differ little, nor that the last comparisons mean anything:
  they go by the ids.
"""

from collections import Counter
from collections.abc import Collection

from .network import Mates, Network
from .problem import (
    Blocked,
    Candidate,
    Closed,
    Opening,
    Pair,
    Problem,
    Proposal,
    Reason,
    Target,
    Unusable,
    by_id,
    check,
)
from .ties import reaching, settled

__all__ = [
    "Blocked",
    "Candidate",
    "Closed",
    "Opening",
    "Pair",
    "Problem",
    "Proposal",
    "Reason",
    "Target",
    "Unusable",
    "solve",
]


def solve(problem: Problem) -> Proposal:
    """The fewest appointments that reach the level; where it cannot be reached, why, and those for the best that can.

    Raises Unusable when the problem contradicts itself.
    """
    check(problem)
    desk = _Desk(problem)
    for place, target in enumerate(problem.targets):
        mates = desk.fewest(target)
        if mates is not None:
            return desk.proposal(mates, reaches=place == 0, best_level=target.level)
    return desk.proposal([], reaches=False, best_level=None)


class _Desk:
    """A problem with what was pinned taken out of it, in numbers: activities in the order of preference, candidates in
    the order of their ids."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.pinned = dict(problem.pinned)
        self.works = sorted(
            (row for row in problem.openings if row.activity_id not in self.pinned),
            key=lambda opening: (opening.effort, by_id(opening.activity_id)),
        )
        self.people = sorted(problem.candidates, key=lambda candidate: by_id(candidate.id))
        number = {candidate.id: place for place, candidate in enumerate(self.people)}
        self.eligible = [frozenset(number[id_] for id_ in self._eligible(work)) for work in self.works]
        slots = self._slots()
        free = frozenset(place for place, row in enumerate(slots) if row)
        tops = [work.top for work in self.works]
        self.network = Network(tops, [people & free for people in self.eligible], slots)
        covered = [row.top for row in problem.openings if row.activity_id in self.pinned]
        self.pinned_top, self.pinned_rest = covered.count(True), covered.count(False)

    def _eligible(self, work: Opening) -> Collection[str]:
        left_out = self.problem
        if work.activity_id in left_out.excluded_activities:
            return ()
        pairs = {person for activity, person in left_out.excluded_pairs if activity == work.activity_id}
        return work.allowed - left_out.excluded_people - pairs

    def _slots(self) -> list[list[int]]:
        """The prices of the seats each candidate may still take: their places in the order in which they are better
        taken. By the live seats he then has, then by those he has now, then by his id."""
        pinned = Counter(self.pinned.values())
        wanted = Counter(place for people in self.eligible for place in people)
        order = []
        for place, candidate in enumerate(self.people):
            taken = pinned[candidate.id]
            more = min(candidate.seats_left - taken, wanted[place])
            order += [(candidate.live + taken + nth, candidate.live, place) for nth in range(1, more + 1)]
        slots: list[list[int]] = [[] for _person in self.people]
        for price, (_then, _now, place) in enumerate(sorted(order), start=1):
            slots[place].append(price)
        return slots

    def fewest(self, target: Target) -> Mates | None:
        """The plan for a target beside what was pinned; None when there is none.

        As every seat costs something, the cheapest seats that suffice are also the fewest: without a seat that is not
        needed they would suffice too.
        """
        top, rest = self._lacking(target)
        mates = self.network.cheapest(top, rest)
        return None if mates is None else settled(mates, self.network.tops, self.network.allowed)

    def _lacking(self, target: Target) -> tuple[int, int]:
        return max(0, target.lacking_top - self.pinned_top), max(0, target.lacking_rest - self.pinned_rest)

    def proposal(self, mates: Mates, *, reaches: bool, best_level: int | None) -> Proposal:
        """As it is handed out."""
        chosen = dict(self.pinned)
        for work, mate in zip(self.works, mates, strict=False):
            if mate is not None:
                chosen[work.activity_id] = self.people[mate].id
        new = Counter(chosen.values())
        blocking, short_top, short_rest = ((), 0, 0) if reaches else self._blocking()
        return Proposal(
            assignments=tuple(sorted(chosen.items(), key=lambda pair: by_id(pair[0]))),
            reaches=reaches,
            level=self.problem.level,
            best_level=best_level,
            blocking=blocking,
            short_top=short_top,
            short_rest=short_rest,
            loads=tuple((row.id, row.live + new[row.id]) for row in self.people if new[row.id]),
        )

    def _blocking(self) -> tuple[tuple[Blocked, ...], int, int]:
        """What keeps the level asked for away, the top first, and how many of the top and of the rest are short.

        Where candidates are too few for several activities, all of these are named: which of them goes without is
        anybody's choice, but not all can be covered (Hall's condition; the same set for every largest plan).
        """
        mates = self.network.widest()
        blocking: list[Blocked] = []
        short: list[int] = []
        for top, wanted in zip((True, False), self._lacking(self.problem.targets[0]), strict=True):
            places = [place for place, work in enumerate(self.works) if work.top == top]
            left = [place for place in places if mates[place] is None]
            short.append(max(0, wanted - (len(places) - len(left))))
            if short[-1]:
                stuck = reaching(left, mates, self.network.allowed).intersection(places)
                found = [Blocked(row.activity_id, row.reason) for row in self.problem.closed if row.top == top]
                found += [Blocked(self.works[place].activity_id, self._reason(place)) for place in stuck]
                blocking += sorted(found, key=lambda row: by_id(row.activity_id))
        return tuple(blocking), short[0], short[1]

    def _reason(self, place: int) -> Reason:
        if self.eligible[place]:
            return Reason.FULL
        return Reason.LEFT_OUT if self.works[place].allowed else Reason.NOBODY
