"""How a complaint stood from day to day, and what moved it in and out of what is open. Pure: no database.

The rules of counting are at the top of the package.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from complaints.models.handling import Outcome
from complaints.states import CLOSED, MERGED, OPEN

ANSWERED = "answered"
"""How a complaint ended that was answered and closed without a finding."""
DISCONTINUED = "discontinued"
"""How a complaint ended that was given up with reasons, before there was a finding."""
MOVED = "moved"
"""How a complaint ended that went to another register: it became protected (design: Privacy, the stub it leaves)."""
BALANCE_IN = ("opening", "received", "parts", "reopened", "moved_in")
BALANCE_OUT = ("closed", "merged", "moved_out", "open")
FLOWS = (*BALANCE_IN, *BALANCE_OUT, "overdue")
"""The figures of what moves and what stays; the first five together are as many as the four after them."""
TOLD = ("received", "closed", "open", "overdue")
"""Those that are told of protected complaints."""

_OPEN = frozenset(OPEN)
_OUTCOMES = frozenset(Outcome.values)
_PART, _CORRECT, _DISCONTINUE = "register_part", "correct", "discontinue"


class Standing(NamedTuple):
    """How a complaint stood. outcome: what was decided last, "" before anything was."""

    unit: int
    state: str
    kind: str = ""
    channel: str = ""
    outcome: str = ""
    protected: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still had to do something."""
        return self.state in _OPEN

    @property
    def ending(self) -> str:
        """How it ended: what was decided, else without a finding; or the state it ended in."""
        return (self.outcome or ANSWERED) if self.state == CLOSED else self.state


class Movement(NamedTuple):
    """Something that changed what is open in a unit. what: one of `FLOWS`; ending: how it closed."""

    day: date
    what: str
    unit: int
    protected: bool
    ending: str = ""


class Entry(NamedTuple):
    """A ledger entry, as far as it counts. facts: those of the ledger."""

    day: date
    verb: str
    state: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class History:
    """A complaint from its first entry on: how it stood at the end of each day on which something happened.

    opened: the day from which its age counts. part: it was split off another complaint.
    """

    case: int
    opened: date
    days: Sequence[tuple[date, Standing]]
    part: bool = False

    def on(self, day: date) -> Standing | None:
        """How it stood when `day` ended; None before it came in."""
        place = bisect_right(self.days, day, key=itemgetter(0))
        return self.days[place - 1][1] if place else None

    def kind_on(self, day: date) -> str:
        """Its kind when `day` ended, the last one before it became protected; "" for none."""
        known = (standing for at, standing in reversed(self.days) if at <= day and not standing.protected)
        return next((standing.kind for standing in known), "")

    def movements(self) -> Iterator[Movement]:
        """What it did to what is open, in order."""
        before: Standing | None = None
        for day, now in self.days:
            for protected in (False, True):
                yield from _between(before, now, day, protected=protected, part=self.part)
            before = now


def history_of(
    case: int, opened: date, unit: int, entries: Iterable[Entry], *, protected: bool, guarded: Set[str], kinds: Set[str]
) -> History:
    """What the entries of a case tell.

    unit: where it stood before an entry names one. protected: whether the case is protected by now; it became so with
    the first entry that names a `guarded` kind, and where none does it counts as protected from the beginning.
    kinds: the codes of all kinds.
    """
    days: list[tuple[date, Standing]] = []
    now, part, decided_before = Standing(unit, ""), False, ""
    for entry in entries:
        part = part or entry.verb == _PART
        left, now = now, _followed(now, entry, kinds)
        if entry.verb == _CORRECT:
            now = now._replace(outcome=decided_before)
        elif now.state != left.state:
            decided_before = left.outcome
        if protected and now.kind in guarded:
            now = now._replace(protected=True)
        if days and days[-1][0] == entry.day:
            days[-1] = entry.day, now
        else:
            days.append((entry.day, now))
    if protected and days:
        joined = next((day for day, standing in days if standing.protected), None)
        # In the month in which it came in no report had counted it yet.
        if joined is None or (joined.year, joined.month) == (days[0][0].year, days[0][0].month):
            days = [(day, standing._replace(protected=True)) for day, standing in days]
    return History(case, opened, days, part)


def _followed(now: Standing, entry: Entry, kinds: Set[str]) -> Standing:
    facts = entry.facts
    outcome = DISCONTINUED if entry.verb == _DISCONTINUE else now.outcome
    # With a finding an outcome is proposed; it counts when it is decided.
    if facts.get("outcome") in _OUTCOMES and "finding" not in facts:
        outcome = facts["outcome"]
    # `change_kind` names the new kind "to", and others the person to whom they give the case.
    named = next((facts[name] for name in ("to", "kind") if facts.get(name) in kinds), "")
    unit = facts.get("unit")
    return now._replace(
        state=entry.state,
        unit=unit if isinstance(unit, int) else now.unit,
        kind=named or now.kind,
        channel=facts.get("channel") or now.channel,
        outcome=outcome,
    )


def _between(before: Standing | None, now: Standing, day: date, *, protected: bool, part: bool) -> Iterator[Movement]:
    """The movements in one register, the protected or the other one, from one day to the next."""

    def moved(what: str, unit: int, ending: str = "") -> Movement:
        return Movement(day, what, unit, protected, ending)

    def ended() -> Movement:
        return moved("merged", now.unit) if now.state == MERGED else moved("closed", now.unit, now.ending)

    was_here, is_here = before is not None and before.protected == protected, now.protected == protected
    if is_here and not was_here:
        yield moved("parts" if part else "received", now.unit)
        if not now.is_open:
            yield ended()
    if before is None or not was_here:
        return
    if not is_here:
        if before.is_open:
            yield moved("closed", before.unit, MOVED)
    elif before.is_open:
        if before.unit != now.unit:
            yield moved("moved_out", before.unit)
            yield moved("moved_in", now.unit)
        if not now.is_open:
            yield ended()
    elif now.is_open:
        yield moved("reopened", now.unit)
