"""The figures of a unit: what is counted, how it is stored, and how figures of several units add up."""

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import NamedTuple, Self

from .histories import TOLD
from .periods import Period, month_of

UNDECIDED = "-"
"""In place of a kind: it is not decided yet."""
LEAST = 5
"""The smallest figure of protected complaints that is told (design: Privacy)."""
PARTS = ("flows", "kinds", "channels", "outcomes", "states", "in_time", "late")
"""The parts whose figures open their cases."""


@dataclass(frozen=True)
class Figures:
    """The figures of a unit for a period; the package says what each counts.

    flows: by `histories.FLOWS`. kinds and channels add up to what was received, outcomes to what closed, states to what
    is open at the end; kinds by their own codes. in_time, late: duties by the code of their clock. days: calendar days
    from receipt to end (as texts) of what closed. took: calendar days that duties took which were done, as
    ``clock/days``. protected: flows of protected complaints, those that may be told.
    """

    flows: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    in_time: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    took: Counter[str] = field(default_factory=Counter)
    protected: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(Figures)))

    def without(self, others: "Figures") -> "Figures":
        """What is left where those are taken out; no figure falls below nothing."""
        return Figures(*(getattr(self, part.name) - getattr(others, part.name) for part in fields(Figures)))

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(Figures))

    @property
    def median_days(self) -> int | None:
        """The days that half of the closed complaints did not exceed; None for none."""
        return quantile(self.days, 0.5)

    def took_days(self, clock: str) -> Counter[str]:
        """How long the duties of a clock took: days, and how many took so many."""
        prefix = f"{clock}/"
        return Counter({key.removeprefix(prefix): n for key, n in self.took.items() if key.startswith(prefix)})

    def to_json(self) -> dict[str, dict[str, int]]:
        """As it is stored."""
        return {part.name: dict(sorted(getattr(self, part.name).items())) for part in fields(Figures)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, int]]) -> Self:
        """As it was stored; what was not counted yet then is empty."""
        return cls(**{part.name: Counter(stored.get(part.name, {})) for part in fields(Figures)})


def quantile(counted: Mapping[str, int], share: float) -> int | None:
    """The days that a `share` (0 to 1) of what is counted did not exceed, of two middle ones the longer; or None."""
    left = int(sum(counted.values()) * share)
    longest = None
    for days in sorted(counted, key=int):
        longest = int(days)
        left -= counted[days]
        if left < 0:
            break
    return longest


@dataclass
class Tally:
    """The cases behind the figures of one unit, while they are counted. cells: by part and key. hidden: flows of
    protected complaints by the month in which they happened."""

    cells: dict[tuple[str, str], "array[int]"] = field(default_factory=dict)
    days: Counter[str] = field(default_factory=Counter)
    took: Counter[str] = field(default_factory=Counter)
    hidden: Counter[tuple[str, Period]] = field(default_factory=Counter)

    def add(self, part: str, key: str, case: int) -> None:
        """Count a case in a figure."""
        cell = self.cells.get((part, key))
        if cell is None:
            # Eight bytes a case: a year of the whole country fits.
            cell = self.cells[part, key] = array("q")
        cell.append(case)

    def figures(self, period: Period) -> Figures:
        """What was counted in the period; of protected complaints what may be told."""
        counted: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
        for (part, key), cases in self.cells.items():
            counted[part][key] = len(cases)
        protected = {what: self._told(period, what) for what in TOLD}
        told = Counter({what: count for what, count in protected.items() if count})
        return Figures(**counted, days=self.days, took=self.took, protected=told)

    def _told(self, period: Period, what: str) -> int:
        by_month = Counter({month: count for (flow, month), count in self.hidden.items() if flow == what})
        if what in {"open", "overdue"}:
            # What stands at the end of a period stands at the end of its last month, and is told there.
            period = month_of(period.last)
        found = telling(period, by_month)
        return found.number if found.told else 0


class Told(NamedTuple):
    """A figure of protected complaints. told: whether it may be; known: what of it the figures of its parts tell;
    all_known: whether they tell everything."""

    number: int
    told: bool
    known: int
    all_known: bool


def telling(period: Period, by_month: Mapping[Period, int]) -> Told:
    """Whether a flow of protected complaints may be told of a period, so that no figure below `LEAST` can be computed.

    Halves and years overlap with their months: what they tell more than those must be nothing at all or reach `LEAST`
    as well. A year to date is told for none of its flows, for the next one differs from it by one month.
    """
    if period.is_month:
        number = by_month.get(period, 0)
        return Told(number, number >= LEAST, 0, all_known=False)
    parts = [telling(part, by_month) for part in period.parts()]
    number = sum(part.number for part in parts)
    known = sum(part.number if part.told else part.known for part in parts)
    all_known = all(part.told or part.all_known for part in parts)
    is_told = number >= LEAST and (all_known or number - known >= LEAST) and not period.is_to_date
    return Told(number, is_told, known, all_known)
