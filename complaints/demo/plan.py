"""All 300 stories, drawn from one seed: the same day gives the same stories."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from organisations.calendar import WorkingCalendar

from .beginnings import Beginnings, weighted
from .rare import RARE, Rare
from .scripts import SCRIPTS, discontinued, reopened
from .story import Act, Beginning, NobodyNew, Teller

SEED = 2569
# How many complaints end in which state; together 300.
TARGETS: dict[str, int] = {
    "received": 10,
    "screening": 11,
    "awaiting_complainant": 9,
    "accepted": 11,
    "investigating": 24,
    "review": 11,
    "acting": 14,
    "replied": 20,
    "closed": 130,
    "declined": 20,
    "review_requested": 8,
    "withdrawn": 12,
    "awaiting_agency": 6,
    "referred": 7,
    "suspended_case": 3,
    "merged": 4,
}
TOTAL = sum(TARGETS.values())

_LONG_FILES = (("general_long", 34), ("service", 30), ("procurement", 12), ("corruption", 19), ("internal", 5))
_BUSIEST = "NAN"
_LONG_ROADS = ("awaiting_agency", "referred", "suspended_case")


@dataclass(frozen=True)
class Story:
    """One complaint of the demo.

    number: its source number. unit: where it is filed. protected: sealed from then on. rare: it goes a road of `RARE`.
    """

    number: str
    target: str
    begin: Beginning
    unit: str
    anonymous: bool
    protected: bool
    acts: tuple[Act, ...]
    rare: bool


Drawn = tuple[Beginning, str, bool]
# How it began, how it was told, and how many days ago (least, most) its last step lies.
_Told = tuple[Drawn, Teller, tuple[int, int]]


class _Planner:
    def __init__(self, today: date, calendar: WorkingCalendar) -> None:
        self.rng = random.Random(SEED)  # noqa: S311 - a demonstration has to come out the same every time
        self.today, self.calendar = today, calendar
        names = ("general_simple", "declined", *(name for name, _ in _LONG_FILES))
        self.beginnings = Beginnings(self.rng, names)

    def stories(self) -> Iterator[Story]:
        wanted = [(target, place) for target, count in TARGETS.items() for place in range(count)]
        # Files are numbered by the day they were opened, as in a real office.
        told = [self._one(target, place, order) for order, (target, place) in enumerate(wanted)]
        for order, story in enumerate(sorted(told, key=lambda story: story.acts[0].at), start=1):
            yield replace(story, number=f"{order:03d}")

    def _one(self, target: str, place: int, order: int) -> Story:
        told = None
        while told is None:  # what cannot be told of one beginning can be of another
            told = self._rare(RARE[target, place], target) if (target, place) in RARE else self._plain(target, order)
        (begin, unit, anonymous), teller, (least, most) = told
        last = self.today - timedelta(days=self.rng.randint(least, most))
        opened = last - timedelta(days=int(teller.span))
        acts = teller.schedule(opened, self.today - timedelta(days=1), self.calendar)
        protected = begin.base.protected and (not begin.reclassified or any(act.edge == "accept" for act in acts))
        return Story("", target, begin, unit, anonymous, protected, acts, (target, place) in RARE)

    def _plain(self, target: str, order: int) -> _Told | None:
        tell, least, most = SCRIPTS[target]
        simple = self._simple(target, order)
        # Two reports of the same pothole are merged; nobody else is told of a protected case.
        simple = simple or target == "merged"
        name = "declined" if target == "declined" else "general_simple" if simple else weighted(self.rng, _LONG_FILES)
        reviewed = target == "review_requested" or reopened(target, order)
        drawn = self.beginnings.draw(name, target, reviewed=reviewed)
        if target == "merged" and drawn[1] != _BUSIEST:
            return None  # elsewhere there may be nothing to merge it into
        return self._told(drawn, lambda teller: tell(teller, order), (least, most))

    def _rare(self, rare: Rare, target: str) -> _Told | None:
        drawn = self.beginnings.draw(rare.file, target, reviewed=False)
        return self._told(drawn, rare.tell, (rare.least, rare.most)) if rare.fits(drawn[0]) else None

    def _told(self, drawn: Drawn, tell: Callable[[Teller], None], ago: tuple[int, int]) -> _Told | None:
        teller = Teller(drawn[0], self.rng)
        try:
            tell(teller)
        except NobodyNew:
            return None  # drawn in a small office
        return drawn, teller, ago

    def _simple(self, target: str, order: int) -> bool:
        if target in ("investigating", "review", "acting", *_LONG_ROADS) or discontinued(target, order):
            return False
        return order % 10 < (5 if target in ("accepted", "awaiting_complainant", "screening", "received") else 6)


def plan(today: date, calendar: WorkingCalendar) -> tuple[Story, ...]:
    """The stories of the demo as they stand on `today`, oldest first; always the same for a day and its holidays."""
    return tuple(_Planner(today, calendar).stories())
