"""The few complaints of the demo's provinces beside Nan: simple matters, some of them late."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from organisations.calendar import WorkingCalendar
from organisations.demo.beyond import PROVINCES, Province
from organisations.demo.units import District

from .beginnings import Beginnings
from .cast import LATELY, Cast, cast_of
from .plan import SEED, TOTAL, Story
from .scripts import SCRIPTS
from .story import Teller
from .texts import Base

# For each province how each of its complaints stands, and how many days ago its last step lies.
_WORK: dict[str, tuple[tuple[str, int], ...]] = {
    "CRI": (("received", 1), ("screening", 14), ("accepted", 38), ("accepted", 3), ("replied", 4), ("closed", 40)),
    "PYO": (("received", 1), ("accepted", 4), ("accepted", 2), ("closed", 55)),
    "PRE": (("screening", 11), ("accepted", 41), ("received", 1), ("closed", 33)),
    "LPG": (("received", 9), ("screening", 12), ("accepted", 45), ("replied", 6)),
    "UTD": (("accepted", 2), ("closed", 48), ("closed", 90)),
    "KKN": (("received", 1), ("screening", 1), ("accepted", 5), ("accepted", 44), ("accepted", 3), ("closed", 62)),
    "SKA": (("received", 2), ("screening", 13), ("accepted", 4), ("replied", 2), ("closed", 70)),
}
_ORDER = 1
"""Of scripts that go another way for every so manieth story: the plain one."""


class _Beginnings(Beginnings):
    """Simple matters of one province, filed in its office or in one of its districts."""

    def __init__(self, rng: random.Random, province: Province) -> None:
        super().__init__(rng, ("general_simple",))
        self.province = province

    def _district(self, *, full_staff: bool) -> District:  # noqa: ARG002 - nobody new is needed here
        return self.rng.choice(self.province.districts)

    def _unit(self, base: Base, district: District, *, reviewed: bool) -> tuple[str, str]:  # noqa: ARG002
        unit = self.rng.choice((self.province.code, district.code))
        return unit, f"ที่ว่าการอำเภอ{district.name_th}"

    def _casts(self, base: Base, unit: str, district: District, target: str) -> tuple[Cast, Cast, Cast]:  # noqa: ARG002
        cast = cast_of(unit, LATELY)
        return cast, cast, cast


def plan_beyond(today: date, calendar: WorkingCalendar) -> tuple[Story, ...]:
    """The stories of all these provinces as they stand on `today`, oldest first; numbered after those of Nan."""
    told = sorted(_stories(today, calendar), key=lambda story: story.acts[0].at)
    return tuple(replace(story, number=f"{number:03d}") for number, story in enumerate(told, start=TOTAL + 1))


def _stories(today: date, calendar: WorkingCalendar) -> Iterator[Story]:
    rng = random.Random(f"{SEED}/beyond")  # noqa: S311 - a demonstration has to come out the same every time
    for province in PROVINCES:
        beginnings = _Beginnings(rng, province)
        for target, ago in _WORK[province.code]:
            begin, unit, anonymous = beginnings.draw("general_simple", target, reviewed=False)
            teller = Teller(begin, rng)
            SCRIPTS[target][0](teller, _ORDER)
            opened = today - timedelta(days=ago + int(teller.span))
            acts = teller.schedule(opened, today - timedelta(days=1), calendar)
            yield Story("", target, begin, unit, anonymous, False, acts, False)
