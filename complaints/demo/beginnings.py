"""How a story begins: which text, where, by whom, by which way."""

import random
from collections.abc import Iterable
from typing import Any

from organisations.demo.beyond import province_name
from organisations.demo.people import FAMILY_NAMES, FIRST_NAMES
from organisations.demo.units import DISTRICTS, District, Place

from .cast import FULL_STAFF, LATELY, Cast, cast_of
from .story import SHOWN_ON_PICTURES, Beginning
from .texts import Base, bases, phrases

_LOCAL = {
    "NAN-WS": ("LB-WS1", "องค์การบริหารส่วนตำบลบ้านสมมุติใต้"),
    "NAN-PU": ("LB-PU1", "เทศบาลตำบลดอยตัวอย่าง"),
    "NAN-TW": ("LB-TW1", "องค์การบริหารส่วนตำบลท่าจำลอง"),
    "NAN-BK": ("LB-BK1", "องค์การบริหารส่วนตำบลภูสมมุติ"),
}
_COMMUNITY = {"NAN-MU": "CD-MU", "NAN-PU": "CD-PU", "NAN-WS": "CD-WS"}
_ONLINE = (("website", 60), ("line", 22), ("api", 6))
_OFFLINE = (
    *(("walk_in", 30), ("hotline", 28), ("letter", 16), ("help_desk", 10)),
    *(("box", 7), ("executive", 5), ("referral", 4)),
)
# Days before today on which no story of such a state began earlier.
_LONG_AGO = 450


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


def weighted(rng: random.Random, pairs: Iterable[tuple[str, int]]) -> str:
    """One of the names, drawn by their weights."""
    names, weights = zip(*pairs, strict=True)
    return str(rng.choices(names, weights)[0])


class Beginnings:
    """Draws beginnings. decks: the names of the files of texts."""

    def __init__(self, rng: random.Random, decks: Iterable[str]) -> None:
        self.rng = rng
        self.decks = {name: _Deck(rng, bases(name)) for name in decks}

    def draw(self, name: str, target: str, *, reviewed: bool) -> tuple[Beginning, str, bool]:
        """How a story begins, the unit it is filed in, and whether without a name.

        name: the file of texts. target: the state in which it will stand. reviewed: somebody new will have to decide,
        and somebody new to investigate, so the unit has to be staffed.
        """
        rng = self.rng
        base, opening, detail = self.decks[name].deal()
        if base.protected and target == "withdrawn":
            # Corruption is not withdrawn: the case goes on.
            return self.draw("general_long", target, reviewed=reviewed)
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
        facts["channel"] = weighted(self.rng, _ONLINE if online else _OFFLINE)
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

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _district(self, *, full_staff: bool) -> District:
        pool = [district for district in DISTRICTS if not full_staff or district.code in FULL_STAFF]
        return self.rng.choices(pool, [3 if district.code in FULL_STAFF else 1 for district in pool])[0]

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
        back = _LONG_AGO if target in ("closed", "declined", "withdrawn") else LATELY
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
            "province": province_name(district.area_code),
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
            identity["address"] = (
                f"{house} ตำบล{place.name} อำเภอ{district.name_th} จังหวัด{province_name(district.area_code)}"
            )
        return identity
