"""Figures of a report: what each is called, how it is defined, what it came to. Pure: no database, no clock."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from complaints.statistics.figures import LEAST
from complaints.statistics.histories import MOVED
from organisations import formats

HIDDEN = "ไม่แสดง"
UNKNOWN = "–"
PROTECTED = "complaints.protected"
"""The group of protected complaints."""
BECAME_PROTECTED = f"complaints.outcomes.{MOVED}"
_BALANCE = ("opening", "received", "parts", "reopened", "moved_in", "closed", "merged", "moved_out", "open")


@dataclass(frozen=True)
class Figure:
    """A figure. code: what a text names it by. name, definition, unit: in Thai, as they stand in the document.

    kind: how the value is written. `count`: how many; `days`: how long it took what closed; `share`: [part, whole];
    `money`: baht, as text; `points`: [points, of how many], as texts. A value of None is not known. hidden: not shown
    to everybody.
    """

    code: str
    name: str
    definition: str
    kind: str
    value: Any
    unit: str = ""
    hidden: bool = False

    @property
    def token(self) -> str:
        """How a text names it."""
        return f"[[{self.code}]]"

    @property
    def written(self) -> str:
        """The value as people read it, without its unit."""
        if self.hidden:
            return HIDDEN
        if self.value is None:
            return UNKNOWN
        match self.kind:
            case "count" | "days":
                return formats.write_number(self.value)
            case "share":
                part, whole = self.value
                words = f"{formats.write_number(part)} จาก {formats.write_number(whole)}"
                return f"{words} ({_percent(part, whole)})" if whole else words
            case "money":
                return formats.write_number(Decimal(self.value), 2)
            case "points":
                points, full = (formats.write_number(Decimal(number), 2) for number in self.value)
                return f"{points} จาก {full}"
        return formats.digits(self.value)


def _percent(part: int, whole: int) -> str:
    # Rounded half up from the whole numbers, as figures are shown elsewhere.
    return f"ร้อยละ {formats.write_number(Decimal((part * 20_000 // whole + 1) // 2) / 100, 2)}"


@dataclass(frozen=True)
class Group:
    """Figures that stand in one table. source: where they are taken from, for who wants to check. sums_to: the code of
    the figure to which they add up; small: whether figures below `LEAST` could point at somebody."""

    code: str
    title: str
    source: str
    figures: tuple[Figure, ...]
    sums_to: str = ""
    small: bool = False


@dataclass(frozen=True)
class Figures:
    """All figures of a report. as_of: the last day that counts; filled_on: the day on which they were read; as ISO
    texts."""

    as_of: str
    filled_on: str
    groups: tuple[Group, ...] = field(default_factory=tuple)

    @property
    def by_code(self) -> dict[str, Figure]:
        """Every figure by its code."""
        return {figure.code: figure for group in self.groups for figure in group.figures}

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """As it was stored."""
        groups = tuple(
            Group(**{**group, "figures": tuple(Figure(**figure) for figure in group["figures"])})
            for group in stored["groups"]
        )
        return cls(stored["as_of"], stored["filled_on"], groups)

    @property
    def digest(self) -> str:
        """SHA-256 of the figures themselves, whatever the day on which they were read."""
        return hashlib.sha256(canonical([asdict(group) for group in self.groups]).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON of which there is one writing only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True)
class Change:
    """A figure that is another one now. before, after: as they are written; None where there was or is none."""

    group: str
    name: str
    before: str | None
    after: str | None


def changes(before: Figures, after: Figures) -> list[Change]:
    """What differs, in the order of the tables; what is there no longer last."""
    old, new = before.by_code, after.by_code
    found = [
        Change(group.title, figure.name, old[figure.code].written if figure.code in old else None, figure.written)
        for group in after.groups
        for figure in group.figures
        if figure.code not in old or old[figure.code].value != figure.value
    ]
    gone = [
        Change(group.title, figure.name, figure.written, None)
        for group in before.groups
        for figure in group.figures
        if figure.code not in new
    ]
    return found + gone


# --- What is shown to everybody ---------------------------------------------------------------------------------------
def suppressed(figures: Figures) -> Figures:
    """The same with every figure hidden from which one below `LEAST` could be read or computed.

    A hidden figure never stands alone among figures that add up, and what is hidden there comes to `LEAST` at least;
    where that cannot be, the sum is hidden with its parts. Nothing is no figure of anybody, and stays. Of protected
    complaints nothing is left, nor how many became protected.
    """
    figures = replace(figures, groups=tuple(group for group in figures.groups if group.code != PROTECTED))
    found = figures.by_code
    hidden = {code for code in (BECAME_PROTECTED,) if code in found and found[code].value}
    while True:
        before = len(hidden)
        for group in figures.groups:
            if group.small:
                hidden |= _hidden_in(group, hidden)
                if group.sums_to and _is_open(group, hidden):
                    hidden.add(group.sums_to)
        hidden &= found.keys()
        if len(hidden) == before:
            break
    # The value goes too: what is not there cannot be found by a mistake elsewhere.
    groups = tuple(
        replace(
            group,
            figures=tuple(
                replace(row, value=None, hidden=True) if row.code in hidden else row for row in group.figures
            ),
        )
        for group in figures.groups
    )
    return replace(figures, groups=groups)


def _hidden_in(group: Group, hidden: set[str]) -> set[str]:
    counts = {row.code: row.value for row in group.figures if row.kind == "count" and row.value}
    shares = {row.code for row in group.figures if row.kind == "share" and _tells_few(row.value)}
    found = {code for code, count in counts.items() if count < LEAST or code in hidden} | shares
    if any(code.rpartition(".")[2] == "closed" for code in found):
        # How long the one that closed has taken.
        found |= {row.code for row in group.figures if row.kind == "days"}
    if group.sums_to in hidden:
        return found | set(counts)
    linked = counts
    if not group.sums_to:
        linked = {code: count for code, count in counts.items() if code.rpartition(".")[2] in _BALANCE}
    while (few := [code for code in linked if code in found]) and not _is_enough(linked[code] for code in few):
        left = sorted((count, code) for code, count in linked.items() if code not in found)
        if not left:
            break
        found.add(left[0][1])
    return found


def _is_open(group: Group, hidden: set[str]) -> bool:
    """Whether what is hidden could be computed from the sum."""
    few = [row.value for row in group.figures if row.kind == "count" and row.value and row.code in hidden]
    return bool(few) and not _is_enough(few)


def _is_enough(counts: Iterable[int]) -> bool:
    several = list(counts)
    return len(several) > 1 and sum(several) >= LEAST


def _tells_few(value: Any) -> bool:
    return value is not None and any(0 < number < LEAST for number in _parts_of(value))


def _parts_of(share: Iterable[int]) -> Iterator[int]:
    part, whole = share
    yield from (part, whole - part, whole)
