"""Activities and seats as a network, and the one integer program over it. Pure: numbers go in, numbers come out.

Why the program is given to HiGHS without marking its columns as whole numbers, and is exact all the same: it is a flow
from activities to seats, and the two sums, over the top and over the rest, only draw disjoint sets of activities
together. The matrix of a flow is totally unimodular: with whole numbers on the right side every vertex is whole, and
the simplex method ends in a vertex. `_whole` insists on it. With the columns marked, 500 activities and 300 people of
whom anybody may sit anywhere took 484 s instead of 1.4: branching cannot tell people apart who are alike. So those are
drawn together as well, which is what makes the usual case small: most people may sit for the same activities.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

_INFEASIBLE = 2
_NEARLY = 1e-6
Mates = list[int | None]
"""For each activity the candidate who sits for it, or None."""


class NotSolved(RuntimeError):
    """The solver gave up, or what it gave is no plan. Never the fault of who asks."""


@dataclass(frozen=True)
class Network:
    """tops: whether each activity is one of the top; allowed: for each activity the candidates who may sit for it;
    slots: for each candidate the prices of his first, second, ... seat, rising, as many as he may still take."""

    tops: Sequence[bool]
    allowed: Sequence[frozenset[int]]
    slots: Sequence[Sequence[int]]

    def cheapest(self, top: int, rest: int) -> Mates | None:
        """Seats of the least sum of prices that cover at least `top` and `rest` activities. None: there are none."""
        prices = [price for seats in self._seats for price, _person in seats]
        return self._solve((top, rest), [0] * len(self._edges) + prices)

    def widest(self) -> Mates:
        """As many activities as can be covered at once, of the top first.

        One of the top weighs two: what can be covered at once is a matroid, so the heaviest choice is a largest one as
        well, and none has more of the top.
        """
        weights = [-2 if self.tops[self._works[work][0]] else -1 for work, _group in self._edges]
        mates = self._solve((0, 0), weights + [0] * sum(map(len, self._seats)))
        if mates is None:
            raise NotSolved("to cover nothing is a plan, so there is one")
        return mates

    # --- Who is alike ---------------------------------------------------------------------------------------------
    @cached_property
    def _works(self) -> list[list[int]]:
        """Activities for which the same people may sit."""
        return _alike(zip(self.tops, self.allowed, strict=True))

    @cached_property
    def _people(self) -> list[list[int]]:
        """People who may sit for the same activities."""
        where: dict[int, list[int]] = defaultdict(list)
        for work, members in enumerate(self._works):
            for person in self.allowed[members[0]]:
                where[person].append(work)
        return _alike(tuple(where[person]) for person in range(len(self.slots)))

    @cached_property
    def _seats(self) -> list[list[tuple[int, int]]]:
        """Of each such group of people the seats, price and person, the cheapest first."""
        return [sorted((price, person) for person in group for price in self.slots[person]) for group in self._people]

    @cached_property
    def _edges(self) -> list[tuple[int, int]]:
        """Which group of people may sit for which group of activities."""
        home = {person: place for place, group in enumerate(self._people) for person in group}
        return [
            (work, group)
            for work, members in enumerate(self._works)
            for group in sorted({home[person] for person in self.allowed[members[0]]})
        ]

    # --- The program ----------------------------------------------------------------------------------------------
    def _solve(self, at_least: tuple[int, int], costs: list[int]) -> Mates | None:
        """Columns: what flows along each edge, then each seat, taken or not. Rows: see `_matrix`."""
        if not self._edges:
            return None if any(at_least) else [None] * len(self.tops)
        # Here, for scipy takes half a second to load and 50 MB to keep: only who plans shall pay for it.
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        sizes = [len(members) for members in self._works]
        most = [*sizes, *([0] * len(self._people)), len(self.tops), len(self.tops)]
        least = [0] * (len(most) - 2) + list(at_least)
        upper = [sizes[work] for work, _group in self._edges] + [1] * (len(costs) - len(self._edges))
        matrix = csr_array(self._matrix(), shape=(len(most), len(costs)))
        found = milp(costs, bounds=Bounds(0, upper), constraints=LinearConstraint(matrix, least, most))
        if found.status == _INFEASIBLE:
            return None
        if not found.success:
            raise NotSolved(found.message)
        return self._seated(_whole(found.x[: len(self._edges)]))

    def _matrix(self) -> tuple[list[int], tuple[list[int], list[int]]]:
        """Rows: each group of activities is given no more seats than it has activities; each group of people gives as
        many as it takes; the sum of the top; the sum of the rest. Out: values, and their rows and columns."""
        values: list[int] = []
        rows: list[int] = []
        columns: list[int] = []
        sums = len(self._works) + len(self._people)
        for column, (work, group) in enumerate(self._edges):
            top = self.tops[self._works[work][0]]
            values += 1, 1, 1
            rows += work, len(self._works) + group, sums if top else sums + 1
            columns += column, column, column
        takers = [len(self._works) + group for group, seats in enumerate(self._seats) for _seat in seats]
        values += [-1] * len(takers)
        rows += takers
        columns += range(len(self._edges), len(self._edges) + len(takers))
        return values, (rows, columns)

    def _seated(self, flow: list[int]) -> Mates:
        """What flows between groups as seats of single people: of each group its cheapest."""
        mates: Mates = [None] * len(self.tops)
        waiting = [iter(members) for members in self._works]
        free = [iter(seats) for seats in self._seats]
        for (work, group), amount in zip(self._edges, flow, strict=True):
            for _seat in range(amount):
                _price, mates[next(waiting[work])] = next(free[group])
        return mates


def _alike(keys: Iterable[Hashable]) -> list[list[int]]:
    """The places of equal keys together, in the order of the first of them."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        found[key].append(place)
    return list(found.values())


def _whole(values: Iterable[float]) -> list[int]:
    kept = list(values)
    rounded = [round(value) for value in kept]
    if any(abs(value - whole) > _NEARLY for value, whole in zip(kept, rounded, strict=True)):
        raise NotSolved("the solver did not end in a vertex")
    return rounded
