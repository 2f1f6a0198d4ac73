"""Quotas as whole numbers by type: a panel that is best by some weights, and quotas that nobody can keep. Pure.

People of one type are alike to every quota, so a panel is a number for each type. That makes the program small: as many
whole numbers as types, however many people there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .terms import Demand, Infeasible, NotSolved, Quota, Type, value_in

Counts = tuple[int, ...]

_INFEASIBLE, _UNCLEAR = 2, 4
_FULL_SCALE = 1e5
"""HiGHS stops within 1e-6 of the best; against the largest weight that is then a hundred thousand millionth."""


@dataclass(frozen=True)
class Row:
    """One side of a quota: of these types at least, or at most, `demand.bound` people."""

    types: tuple[int, ...]
    demand: Demand

    def holds(self, counts: Sequence[int]) -> bool:
        """Whether so many of each type meet it."""
        there = sum(counts[place] for place in self.types)
        return there >= self.demand.bound if self.demand.side == "least" else there <= self.demand.bound


@dataclass(frozen=True)
class Rules:
    """available: people of each type in the list; size: people on a panel."""

    available: Counts
    rows: tuple[Row, ...]
    size: int

    @classmethod
    def of(
        cls,
        features: tuple[str, ...],
        quotas: Sequence[Quota],
        places_by_type: Mapping[Type, Sequence[int]],
        size: int,
    ) -> "Rules":
        """The quotas over the types of `places_by_type`, in its order. Sides that ask for nothing are left out."""
        available = tuple(len(places) for places in places_by_type.values())
        rows = []
        for quota in quotas:
            types = tuple(place for place, type_ in enumerate(places_by_type) if value_in(features, type_, quota))
            there = sum(available[place] for place in types)
            for side, bound, binds in (
                ("least", quota.least, quota.least > 0),
                ("most", quota.most, quota.most < min(size, there)),
            ):
                if binds:
                    rows.append(Row(types, Demand(quota.feature, quota.value, side, bound, there)))
        return cls(available, tuple(rows), size)

    @property
    def pool(self) -> int:
        """People in the list."""
        return sum(self.available)

    def allows(self, counts: Sequence[int]) -> bool:
        """Whether it is a panel: as large as asked, nobody twice, every quota kept."""
        within = all(0 <= count <= there for count, there in zip(counts, self.available, strict=True))
        return within and sum(counts) == self.size and all(row.holds(counts) for row in self.rows)

    def best(self, weights: Sequence[float]) -> Counts | None:
        """A panel with the greatest sum of weights, people counted each; None when there is no panel.

        Exact up to a hundred thousand millionth of the largest weight. Raises NotSolved.
        """
        # Here, for scipy takes half a second to load and 50 MB to keep: only who announces quotas shall pay for it.
        from scipy.optimize import Bounds, LinearConstraint, milp

        largest = max(map(abs, weights), default=0) or 1
        width = range(len(self.available))
        matrix = [[1] * len(self.available)]
        matrix += [[int(place in row.types) for place in width] for row in self.rows]
        lower = [self.size] + [row.demand.bound if row.demand.side == "least" else 0 for row in self.rows]
        upper = [self.size] + [self.size if row.demand.side == "least" else row.demand.bound for row in self.rows]
        if any(low > high for low, high in zip(lower, upper, strict=True)):
            return None
        for presolve in (True, False):
            found = milp(
                [-weight / largest * _FULL_SCALE for weight in weights],
                constraints=LinearConstraint(matrix, lower, upper),
                bounds=Bounds([0] * len(self.available), [min(there, self.size) for there in self.available]),
                integrality=[1] * len(self.available),
                options={"mip_rel_gap": 0, "presolve": presolve},
            )
            # Presolving cannot always tell "there is none" from "there is no end": then it is asked without.
            if found.status != _UNCLEAR:
                break
        if found.status == _INFEASIBLE:
            return None
        if found.x is None or found.status:
            raise NotSolved(found.message)
        counts = tuple(round(value) for value in found.x.tolist())
        if not self.allows(counts):
            raise NotSolved("the solver's panel breaks a quota")
        return counts

    def conflict(self) -> tuple[Demand, ...]:
        """Demands that no panel meets together, while without any one of them there is a panel that meets the others.

        Which of several such sets is named follows from the order of the quotas alone: from the last to the first, what
        can be dropped is dropped. () when there is a panel, or when the list is too short for any.
        """
        if self.size > self.pool or self.possible():
            return ()
        needed = list(self.rows)
        for row in reversed(self.rows):
            without = [other for other in needed if other is not row]
            if not replace(self, rows=tuple(without)).possible():
                needed = without
        return tuple(row.demand for row in needed)

    def refuse_impossible(self) -> None:
        """Raises Infeasible when there is no panel."""
        if self.size > self.pool or not self.possible():
            raise Infeasible(self.conflict(), size=self.size, pool=self.pool)

    def possible(self) -> bool:
        """Whether there is a panel that keeps all of them."""
        return self.best([0.0] * len(self.available)) is not None
