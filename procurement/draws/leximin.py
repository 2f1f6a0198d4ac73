"""The fairest way to draw a panel under quotas (Flanigan and others, Nature 596, 2021). Pure.

Fairest: the smallest chance of anybody to be drawn is as large as can be (maximin); of all draws with that, the next
smallest as well, and so on (leximin). There is one such row of chances. Which panels carry it is not unique: they are
found by column generation, and are the same in every process of one version of the solver on one kind of processor.
Another version may find others with the same chances. That is why panels are frozen in the announcement, and why
nobody needs a solver to verify a draw.

A stage is a linear program over the panels found so far: raise the smallest chance among the types that are not yet
fixed. Its prices say which panel would help most; when none would, the types that hold the chance down (those with a
price) are fixed at it, and the next stage begins. Chances are measured against that of a draw without quotas, size /
pool, so that the numbers are near one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from .quotas import Counts, Rules
from .terms import NotSolved

_NEARLY = 1e-9
"""A panel that would raise the smallest chance by a smaller share of it is not worth looking for."""
_PRICED = 1e-4
"""Of prices that sum to one. A type with a smaller one waits for the next stage: what `_NEARLY` leaves open could be
all of its slack, divided by its price."""
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Lottery:
    """panels: pairs of counts by type and chance (they sum to one), in the order of the counts; chances: for each type
    the chance of one of its people, before anything is rounded."""

    panels: tuple[tuple[Counts, float], ...]
    chances: tuple[float, ...]


def fairest(rules: Rules) -> Lottery:
    """The leximin lottery over all panels that keep the quotas.

    Raises Infeasible when there is no panel, NotSolved when the solver fails.
    """
    rules.refuse_impossible()
    return _Search(rules).run()


class _Search:
    """One search: the panels found so far, and the chances fixed so far (measured against size / pool)."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        usual = rules.size / rules.pool
        self.per_person = [1 / (there * usual) for there in rules.available]
        self.usual = usual
        self.panels: list[Counts] = []
        self.columns: list[list[float]] = []
        self.known: set[Counts] = set()
        self.fixed: dict[int, float] = {}

    def run(self) -> Lottery:
        self._begin()
        while len(self.fixed) < len(self.per_person):
            self._stage()
        chances = tuple(self.fixed[place] * self.usual for place in range(len(self.per_person)))
        shares = self._final()
        return Lottery(tuple(sorted(zip(self.panels, shares, strict=True))), chances)

    def _begin(self) -> None:
        """A panel with as many of each type as can be; who is on none cannot be drawn at all, and his chance is 0."""
        for place in range(len(self.per_person)):
            if not any(panel[place] for panel in self.panels):
                best = self.rules.best([float(place == other) for other in range(len(self.per_person))])
                assert best is not None  # refuse_impossible found one
                self._add(best)
                if not best[place]:
                    self.fixed[place] = 0.0

    def _add(self, panel: Counts) -> bool:
        new = panel not in self.known
        if new:
            self.known.add(panel)
            self.panels.append(panel)
            self.columns.append([-count * each for count, each in zip(panel, self.per_person, strict=True)])
        return new

    def _stage(self) -> None:
        """Raise the smallest chance that is not fixed, until no panel raises it further; fix who holds it down.

        Any prices set a bound that the smallest chance cannot pass; `steady` are those of the lowest bound so far. The
        solver's own prices jump to and fro, so panels are looked for half-way between the two (Wentges 1997), and at
        the solver's own where that finds none: so about half as many have to be found.
        """
        steady: list[float] = []
        bound = inf
        while True:
            smallest, prices, cost = self._raise()
            for tried in [_between(steady, prices), prices] if steady else [prices]:
                panel, worth = self._best(tried)
                passed = worth - sum(tried[place] * floor for place, floor in self.fixed.items())
                if passed < bound:
                    bound, steady = passed, tried
                helps = self._worth(panel, prices) > cost + _NEARLY * smallest
                if bound <= smallest * (1 + _NEARLY) or (helps and self._add(panel)):
                    break
            else:
                steady = prices
                break
            if bound <= smallest * (1 + _NEARLY):
                break
        loose = [place for place in range(len(steady)) if place not in self.fixed]
        most = max(steady[place] for place in loose)
        for place in loose:
            if steady[place] >= min(_PRICED, most):
                self.fixed[place] = smallest

    def _best(self, prices: Sequence[float]) -> tuple[Counts, float]:
        """The panel worth most by these prices, and its worth."""
        best = self.rules.best([price * each for price, each in zip(prices, self.per_person, strict=True)])
        assert best is not None  # refuse_impossible found one
        return best, self._worth(best, prices)

    def _worth(self, panel: Counts, prices: Sequence[float]) -> float:
        return sum(
            price * each * count for price, each, count in zip(prices, self.per_person, panel, strict=True) if count
        )

    def _raise(self) -> tuple[float, list[float], float]:
        """Over the panels found: the smallest chance not fixed, the price of each type, and what a panel must be worth
        to help."""
        loose = [float(place not in self.fixed) for place in range(len(self.per_person))]
        floors = [self.fixed.get(place, 0.0) for place in range(len(self.per_person))]
        found = self._solve(loose, floors)
        prices = [max(0.0, -price) for price in found.ineqlin.marginals.tolist()]
        return -float(found.fun), prices, -float(found.eqlin.marginals.tolist()[0])

    def _final(self) -> list[float]:
        """Chances of the panels by which everybody has what was fixed: what floats lost is lost by all alike."""
        found = self._solve([self.fixed[place] for place in range(len(self.per_person))])
        return [float(share) for share in found.x.tolist()[:-1]]

    def _solve(self, slopes: Sequence[float], floors: Sequence[float] | None = None) -> Any:
        """Columns: the chance of each panel, then the one to maximise, z. Rows: the chance of each type is at least
        slope × z + floor; the chances of the panels sum to one."""
        import numpy as np
        from scipy.optimize import linprog

        width = len(self.panels)
        rows = np.array([*self.columns, slopes]).T
        found = linprog(
            [0.0] * width + [-1.0],
            A_ub=rows,
            b_ub=[-floor for floor in floors or [0.0] * len(rows)],
            A_eq=[[1.0] * width + [0.0]],
            b_eq=[1.0],
            bounds=(0, None),
            method="highs-ds",
            options={"primal_feasibility_tolerance": _TOLERANCE, "dual_feasibility_tolerance": _TOLERANCE},
        )
        if found.status:
            raise NotSolved(found.message)
        return found


def _between(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [(first + second) / 2 for first, second in zip(one, other, strict=True)]
