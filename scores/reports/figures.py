"""Figures of a report: what each is called, how it is defined, what it came to. Pure: no database, no clock."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from organisations import formats

HIDDEN = "ไม่แสดง"
UNKNOWN = "–"


@dataclass(frozen=True)
class Figure:
    """A figure. code: what a text names it by. name, definition, unit: in Thai, as they stand in the document.

    kind: how the value is written. `count`: how many; `days`: how long it took what closed; `share`: [part, whole];
    `money`: baht, as text; `points`: [points, of how many], as texts. A value of None is not known.
    """

    code: str
    name: str
    definition: str
    kind: str
    value: Any
    unit: str = ""

    @property
    def token(self) -> str:
        """How a text names it."""
        return f"[[{self.code}]]"

    @property
    def written(self) -> str:
        """The value as people read it, without its unit."""
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
    """Figures that stand in one table. source: where they are taken from, for who wants to check. staff_only: not in
    the version for everybody. So are all counts of complaints: by two reports of neighbouring units or periods small
    ones could be computed that the public statistics keep."""

    code: str
    title: str
    source: str
    figures: tuple[Figure, ...]
    staff_only: bool = False


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
def for_public(figures: Figures) -> Figures:
    """The same without the tables that are for staff only."""
    return replace(figures, groups=tuple(group for group in figures.groups if not group.staff_only))
