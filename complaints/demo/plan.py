"""All 300 stories, drawn from one seed: the same day gives the same stories."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from organisations.calendar import WorkingCalendar
from organisations.demo.people import FAMILY_NAMES, FIRST_NAMES
from organisations.demo.units import DISTRICTS, PROVINCE, District, Place

from .cast import Cast, cast_of
from .story import SHOWN_ON_PICTURES, Act, Beginning, NobodyNew, Teller
from .texts import Base, bases, phrases

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
    "closed": 150,
    "declined": 20,
    "review_requested": 8,
    "withdrawn": 12,
}
TOTAL = sum(TARGETS.values())

_FULL_STAFF = ("NAN-MU", "NAN-PU", "NAN-TW", "NAN-WS", "NAN-BK")
_LOCAL = {
    "NAN-WS": ("LB-WS1", "องค์การบริหารส่วนตำบลบ้านสมมุติใต้"),
    "NAN-PU": ("LB-PU1", "เทศบาลตำบลดอยตัวอย่าง"),
    "NAN-TW": ("LB-TW1", "องค์การบริหารส่วนตำบลท่าจำลอง"),
    "NAN-BK": ("LB-BK1", "องค์การบริหารส่วนตำบลภูสมมุติ"),
}
_COMMUNITY = {"NAN-MU": "CD-MU", "NAN-PU": "CD-PU", "NAN-WS": "CD-WS"}
_LONG_FILES = (("general_long", 34), ("service", 30), ("procurement", 12), ("corruption", 19), ("internal", 5))
_ONLINE = (("website", 60), ("line", 22), ("api", 6))
_OFFLINE = (
    *(("walk_in", 30), ("hotline", 28), ("letter", 16), ("help_desk", 10)),
    *(("box", 7), ("executive", 5), ("referral", 4)),
)
# Days before today on which no story of such a state began earlier.
_LONG_AGO, _LATELY = 450, 130


@dataclass(frozen=True)
class Story:
    """One complaint of the demo. number: its source number. unit: where it is filed. protected: sealed from then on."""

    number: str
    target: str
    begin: Beginning
    unit: str
    anonymous: bool
    protected: bool
    acts: tuple[Act, ...]


class _Deck:
    """Combinations of base, opening and detail, dealt without repeating before all were dealt."""

    def __init__(self, rng: random.Random, source: Iterable[Base]) -> None:
        self._all = [(base, opening, detail) for base in source for opening in base.openings for detail in base.details]
        self._rng = rng
        self._left: list[tuple[Base, str, str]] = []

    def deal(self) -> tuple[Base, str, str]:
        if not self._left:
            self._left = self._rng.sample(self._all, len(self._all))
        return self._left.pop()


class _Planner:
    def __init__(self, today: date, calendar: WorkingCalendar) -> None:
        self.rng = random.Random(SEED)  # noqa: S311 - a demonstration has to come out the same every time
        self.today, self.calendar = today, calendar
        names = ("general_simple", "declined", *(name for name, _ in _LONG_FILES))
        self.decks = {name: _Deck(self.rng, bases(name)) for name in names}

    def stories(self) -> Iterator[Story]:
        wanted = [target for target, count in TARGETS.items() for _ in range(count)]
        # Files are numbered by the day they were opened, as in a real office.
        told = [self._one(target, order) for order, target in enumerate(wanted)]
        for order, story in enumerate(sorted(told, key=lambda story: story.acts[0].at), start=1):
            yield replace(story, number=f"{order:03d}")

    def _one(self, target: str, order: int) -> Story:
        tell, least, most = _SCRIPTS[target]
        simple = self._simple(target, order)
        name = "declined" if target == "declined" else "general_simple" if simple else self._weighted(_LONG_FILES)
        reviewed = target == "review_requested" or _reopened(target, order)
        begin, unit, anonymous = self._beginning(name, target, reviewed=reviewed)
        teller = Teller(begin, self.rng)
        try:
            tell(teller, order)
        except NobodyNew:
            return self._one(target, order)  # drawn in a small office; draw another
        last = self.today - timedelta(days=self.rng.randint(least, most))
        opened = last - timedelta(days=int(teller.span))
        acts = teller.schedule(opened, self.today - timedelta(days=1), self.calendar)
        protected = begin.base.protected and (not begin.reclassified or any(act.edge == "accept" for act in acts))
        return Story("", target, begin, unit, anonymous, protected, acts)

    def _simple(self, target: str, order: int) -> bool:
        if target in ("investigating", "review", "acting"):
            return False
        return order % 10 < (5 if target in ("accepted", "awaiting_complainant", "screening", "received") else 6)

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _weighted(self, pairs: Iterable[tuple[str, int]]) -> str:
        names, weights = zip(*pairs, strict=True)
        return str(self.rng.choices(names, weights)[0])

    # --- Where, by whom, by which way ---------------------------------------------------------------------------
    def _beginning(self, name: str, target: str, *, reviewed: bool) -> tuple[Beginning, str, bool]:
        """How a story begins, the unit it is filed in, and whether without a name.

        reviewed: somebody new will have to decide, and somebody new to investigate, so the unit has to be staffed.
        """
        rng = self.rng
        base, opening, detail = self.decks[name].deal()
        if base.protected and target == "withdrawn":
            # Corruption is not withdrawn: the case goes on.
            return self._beginning("general_long", target, reviewed=reviewed)
        district = self._district(full_staff=reviewed)
        place = rng.choice(district.places)
        unit, office = self._unit(base, district, reviewed=reviewed)
        filed, front, desk = self._casts(base, unit, district, target)
        online = self._chance(0.9 if base.protected else 0.62)
        without_name = 0.0 if base.kind.startswith("internal") else 0.6 if base.protected else 0.3
        anonymous = base.ground == "anonymous_no_facts" or self._chance(without_name)
        # Some matters of corruption come in as something else, and only the screener sees what they are.
        reclassified = base.protected and target in ("investigating", "closed") and self._chance(0.15)
        if reclassified:
            front = filed
        clerk = rng.choice((*filed.screeners, *filed.officers))
        facts = self._facts(district, place, office, (opening, detail))
        if base.protected and not reclassified:
            # The place may be the complainant's house: a protected matter names its district only.
            facts |= {"place": "", "subdistrict": "", "latitude": None, "longitude": None}
        facts["channel"] = self._weighted(_ONLINE if online else _OFFLINE)
        facts["kind"] = None if reclassified or (not base.protected and self._chance(0.25)) else base.kind
        facts["identity"] = None if anonymous else self._identity(district, place)
        if online and facts["identity"] and "email" in facts["identity"]:
            facts["tell_at"] = facts["identity"]["email"]
        if online and base.kind in SHOWN_ON_PICTURES:
            facts["pictures"] = rng.randint(0, 2)
        if not online:
            facts["days_before"] = rng.randint(0, 2)
            if facts["channel"] in ("letter", "referral"):
                facts["reference"] = f"รับที่ {rng.randint(100, 4999)}"
        begin = Beginning(base, front, desk, online, clerk, facts, reclassified)
        return begin, unit, anonymous

    def _district(self, *, full_staff: bool) -> District:
        pool = [district for district in DISTRICTS if not full_staff or district.code in _FULL_STAFF]
        return self.rng.choices(pool, [3 if district.code in _FULL_STAFF else 1 for district in pool])[0]

    def _unit(self, base: Base, district: District, *, reviewed: bool) -> tuple[str, str]:
        """Where it is filed, and how the text calls the office. Nobody real is accused: offices are invented ones."""
        rng, code = self.rng, district.code
        local = _LOCAL.get(code) or rng.choice(list(_LOCAL.values()))
        if base.protected:
            if code in _COMMUNITY and self._chance(0.2):
                return _COMMUNITY[code], local[1]
            return rng.choice((code, code, "NAN")), local[1]
        if base.kind.startswith(("procurement", "service")) and not reviewed and self._chance(0.45):
            return "NAN", local[1]  # about an office below, addressed to the province
        if base.kind.startswith("procurement") or base.kind == "service_manner":
            return (local[0] if code in _LOCAL and not reviewed else code), local[1]
        office = f"ที่ว่าการอำเภอ{district.name_th}"
        if base.kind.startswith("service") or reviewed:
            return code, office
        if code in _LOCAL and self._chance(0.2):
            return local
        return ("NAN" if self._chance(0.5) else code), office

    def _casts(self, base: Base, unit: str, district: District, target: str) -> tuple[Cast, Cast, Cast]:
        # Who came lately has no part in what began before.
        back = _LONG_AGO if target in ("closed", "declined", "withdrawn") else _LATELY
        filed = cast_of(unit, back)
        if base.protected:
            centre = "MOI-AC" if unit == "NAN" else "CDD-AC" if unit.startswith("CD-") else "DOPA-AC"
            desk = cast_of(centre, back)
            return filed, desk, desk
        if unit == "NAN" and target in ("closed", "replied", "accepted") and self._chance(0.7):
            return filed, filed, cast_of(district.code, back)
        return filed, filed, filed

    def _facts(self, district: District, place: Place, office: str, said: tuple[str, str]) -> dict[str, Any]:
        rng, moo = self.rng, str(self.rng.randint(1, 12))
        words = {
            "spot": phrases().pick("spots", rng).format(moo=moo),
            "moo": moo,
            "tambon": f"ตำบล{place.name}",
            "since": phrases().pick("since", rng),
            "office": office,
        }
        at_a_spot = "{spot}" in said[0]
        return {
            "statement": "\n".join(said).format(**words),
            "place": words["spot"] if at_a_spot else "",
            "subdistrict": place.name if "{tambon}" in said[0] else "",
            "district": district.name_th,
            "province": PROVINCE,
            "latitude": round(place.latitude + rng.uniform(-0.012, 0.012), 6) if at_a_spot else None,
            "longitude": round(place.longitude + rng.uniform(-0.012, 0.012), 6) if at_a_spot else None,
        }

    def _identity(self, district: District, place: Place) -> dict[str, str]:
        """A name that says it is made up, a telephone number and an address that cannot be anybody's."""
        rng = self.rng
        title, first, _ = rng.choice(FIRST_NAMES)
        identity = {
            "name": f"{title}{first} {rng.choice(FAMILY_NAMES)[0]}",
            "phone": f"08{rng.randint(1, 9)}-000-{rng.randint(0, 9999):04d}",
        }
        if self._chance(0.3):
            identity["email"] = f"demo{rng.randint(100, 999)}@example.org"
        if self._chance(0.5):
            house = f"999/{rng.randint(1, 99)}"
            identity["address"] = f"{house} ตำบล{place.name} อำเภอ{district.name_th} จังหวัด{PROVINCE}"
        return identity


def _reopened(target: str, order: int) -> bool:
    """Whether a story that is under investigation is so for the second time."""
    return target == "investigating" and order % 7 == 0


# --- One script for each state a complaint may be in today ------------------------------------------------------
def _received(t: Teller, order: int) -> None:
    t.come_in(acknowledged=order % 3 != 0)


def _screening(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if order % 7 == 0 and t.begin.front == t.begin.desk and not t.base.protected:
        t.then("complainant_message", t.voice(), (0.3, 1.0), text=t.pick("complainant_messages"))


def _awaiting(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if order % 3 == 0 and not t.base.replies:
        t.accept()
        t.assign()
    t.ask()


def _accepted(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if order % 5 == 0:
        t.ask()
        t.answered()
    t.accept()


def _investigating(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if _reopened("investigating", order):
        t.steady = True
        _to_reply(t, "unfounded")
        t.ask_review()
        t.reopen()
        return
    t.accept()
    t.assign()
    t.look_into()


def _review(t: Teller, order: int) -> None:  # noqa: ARG001 - every script has the same shape
    t.come_in()
    t.screen()
    t.accept()
    t.assign()
    t.look_into()
    t.find(_outcome(t))


def _acting(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    _to_decision(t, "founded" if order % 4 else "partly")
    t.carry_out(("", "measure_done", "draft_reply", "approve_reply")[order % 4])


def _replied(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    _to_reply(t, "")
    if order % 6 == 0 and t.begin.desk.reviewer:
        t.ask_review((0.5, 2.0))
        t.refuse_review()
    else:
        t.rate(0.3)


def _closed(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    _to_reply(t, "")
    if order % 12 == 0 and t.begin.desk.reviewer:
        t.ask_review()
        t.refuse_review()
    t.rate(0.45)
    t.close()


def _declined(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if t.base.question:
        t.ask()
    t.decline()
    if order % 5 == 0 and t.begin.desk.reviewer and not t.base.protected:
        t.ask_review()
        t.refuse_review()


def _review_requested(t: Teller, order: int) -> None:  # noqa: ARG001
    t.come_in()
    t.screen()
    _to_reply(t, "unfounded")
    t.ask_review()


def _withdrawn(t: Teller, order: int) -> None:
    t.come_in()
    if order % 4:
        t.screen()
    if order % 4 in (2, 3):
        t.accept()
        if order % 8 == 3 and not t.base.replies:
            t.assign()
    t.withdraw()


def _outcome(t: Teller) -> str:
    return t.rng.choices(("founded", "partly", "unfounded", "inconclusive"), (50, 14, 26, 10))[0]


def _to_decision(t: Teller, outcome: str) -> None:
    t.accept()
    t.assign()
    t.look_into()
    t.find(outcome)
    t.decide(outcome)


def _to_reply(t: Teller, outcome: str) -> None:
    if t.base.replies:
        if t.chance(0.15) and t.begin.front == t.begin.desk:
            t.ask()
            t.answered()
        t.accept()
        t.answer_directly()
        return
    outcome = outcome or _outcome(t)
    _to_decision(t, outcome)
    if outcome in ("founded", "partly"):
        t.carry_out()


# How the story is told, and how many days ago (least, most) its last step lies.
_SCRIPTS: dict[str, tuple[Callable[[Teller, int], None], int, int]] = {
    "received": (_received, 1, 5),
    "screening": (_screening, 1, 7),
    "awaiting_complainant": (_awaiting, 1, 9),
    "accepted": (_accepted, 1, 9),
    "investigating": (_investigating, 1, 22),
    "review": (_review, 1, 11),
    "acting": (_acting, 1, 20),
    "replied": (_replied, 1, 9),
    "closed": (_closed, 2, 330),
    "declined": (_declined, 2, 300),
    "review_requested": (_review_requested, 1, 8),
    "withdrawn": (_withdrawn, 3, 320),
}


def plan(today: date, calendar: WorkingCalendar) -> tuple[Story, ...]:
    """The stories of the demo as they stand on `today`, oldest first; always the same for a day and its holidays."""
    return tuple(_Planner(today, calendar).stories())
