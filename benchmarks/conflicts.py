"""Looking 1,000 people up among 10,000 bidders with three people each, beside rapidfuzz over everything. No database.

Names are made of syllables, so that they are invented and yet as alike as Thai names are. Every tenth person looked up
is a misspelled one of the bidders' people: what was found of them is the recall beside the times. rapidfuzz gets the
same names without titles and compares each with everyone (`process.extract`, written in C++), the name alone; ours also
looks up former names, relatives, addresses and numbers.
"""

import random
import time
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from benchmarks.measuring import Figures, hand_back, say

if TYPE_CHECKING:
    from procurement.conflicts.facts import BidderFacts, Rules, Suspect

SEATS, BIDDERS, PEOPLE = 1_000, 10_000, 3
EVERY = 10
# From which score a name is a hit, for all of them alike.
SIMILAR = 85
# Brute force over everything is measured on as many of the people and counted up.
SAMPLE = 100

_GIVEN = (
    "สม วิ ประ สุ ชัย กิต ธน พิ อนุ ณัฐ ศิริ วร บุญ จิ ปิย รัตน ทวี มน สา ดา อร กัญ เพ็ญ นิ ภา เฉลิม เกษ ธีร วัช ไพ".split(),
    "ชาย ศักดิ์ ชัย พร พงษ์ พงศ์ รัตน์ ภา วรรณ ลักษณ์ ณี ดา ญา เดช วิทย์ กร พล สิทธิ์ นันท์ นุช ศรี จิต ฤดี มาศ วุฒิ ชาติ".split(),
)
_FAMILY = (
    "ใจ ศรี ทอง บุญ แก้ว วงศ์ พันธุ์ สุข รุ่ง เจริญ สุวรรณ จันทร์ มณี ชัย คำ อินทร์ พรหม ธรรม ปัญญา เพชร เมือง หอม สิริ".split(),
    ["", "", "ดี", "รักษ์", "วัฒน", "มาลา", "ไพร", "เรือง", "สว่าง", "โสภณ", "ประเสริฐ", "สมบูรณ์", "พิทักษ์", "ชู"],
    "กุล วงศ์ ดี สกุล พงศ์ พันธ์ ศักดิ์ รัตน์ ชัย ศรี ทอง เลิศ สุข มงคล ณรงค์ วรรณ ไพศาล เจริญ กิจ ชาติ".split(),
)
_TITLES = ("นาย", "นาย ", "นาง", "นางสาว ", "น.ส.", "")
_SPELLINGS = (
    ("ศ", "ส"), ("ษ", "ศ"), ("ณ", "น"), ("ญ", "ย"), ("ธ", "ท"), ("ภ", "พ"), ("รร", "ัน"), ("ู", "ุ"), ("ี", "ิ"), ("์", ""),
    ("้", ""), ("น", "ณ"), ("พ", "ภ"), ("ท", "ธ"),
)  # fmt: skip
_LETTERS = "กขคงจชดตทนบปพมยรลวสหอ"


def main() -> None:
    """Measure and hand the figures back."""
    from procurement.conflicts.facts import Rules

    chance = random.Random(2569)
    rules = Rules(SIMILAR, Decimal(25), 365, date(2026, 1, 5))
    bidders = [_bidder(chance, key) for key in range(BIDDERS)]
    wanted: dict[int, int] = {}
    suspects = [_suspect(chance, key, bidders, wanted) for key in range(SEATS)]
    say("  ours …")
    found = {"ours": _ours(suspects, bidders, rules, wanted)}
    for scorer in ("ratio", "token_sort_ratio", "WRatio"):
        say(f"  rapidfuzz {scorer} …")
        found[scorer] = _everything(suspects, bidders, scorer, wanted)
        found[scorer]["times_ours"] = round(found[scorer]["seconds"] / found["ours"]["names_seconds"], 1)
    hand_back({"seats": SEATS, "bidders": BIDDERS, "people": BIDDERS * PEOPLE, "similar": SIMILAR, "found": found})


def _name(chance: random.Random) -> tuple[str, str]:
    return "".join(map(chance.choice, _GIVEN)), "".join(map(chance.choice, _FAMILY))


def _bidder(chance: random.Random, key: int) -> "BidderFacts":
    from procurement.conflicts.facts import BidderFacts, LinkedPerson

    people = tuple(
        LinkedPerson(
            key * PEOPLE + place,
            chance.choice(_TITLES) + " ".join(_name(chance)),
            ("director", "partner", "shareholder")[place],
            Decimal(chance.randrange(100)),
            _address(chance),
        )
        for place in range(PEOPLE)
    )
    return BidderFacts(key, f"บริษัท สมมุติ {key} จำกัด", _address(chance), won=key % 5 == 0, people=people)


def _suspect(chance: random.Random, key: int, bidders: list["BidderFacts"], wanted: dict[int, int]) -> "Suspect":
    """Somebody with a former name and three relatives; every tenth is a misspelled one of the bidders' people."""
    from procurement.conflicts.facts import Relative, Suspect
    from procurement.conflicts.names import parts_of

    first, last = _name(chance)
    if key % EVERY == 0:
        person = chance.choice(chance.choice(bidders).people)
        wanted[key] = person.key
        first, last = parts_of(person.name)
        first, last = _misspelled(chance, first), _misspelled(chance, last)
        if chance.random() < 0.2:
            first, last = last, first
    relatives = tuple(Relative(" ".join(_name(chance)), "sibling", 2) for _ in range(3))
    former = (f"{first} {_name(chance)[1]}",)
    return Suspect(key, f"{chance.choice(_TITLES)}{first} {last}", former, relatives, True, _address(chance))


def _misspelled(chance: random.Random, word: str) -> str:
    """Half of them as another would spell what he heard, a quarter with a letter too few or another one."""
    kind = chance.random()
    if kind < 0.5:
        other = [(right, wrong) for right, wrong in _SPELLINGS if right in word]
        return word.replace(*chance.choice(other), 1) if other else word
    place = chance.randrange(len(word))
    if kind < 0.625:
        return word[:place] + word[place + 1 :]
    if kind < 0.75:
        return word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
    return word


def _address(chance: random.Random) -> str:
    house, moo, tambon = chance.randrange(1, 400), chance.randrange(1, 15), chance.choice(_FAMILY[0])
    return f"{house}/{chance.randrange(1, 20)} ม.{moo} ต.บ้าน{tambon} อ.เมือง จ.น่าน"


def _ours(suspects: list["Suspect"], bidders: list["BidderFacts"], rules: "Rules", wanted: dict[int, int]) -> Figures:
    """The whole check, and the names alone of those looked up, which is what rapidfuzz is given to do."""
    from procurement.conflicts.likeness import read_name
    from procurement.conflicts.matching import BidderIndex, hits_of

    begun = time.perf_counter()
    index = BidderIndex(bidders)
    built = time.perf_counter()
    names: dict[int, list[int]] = {}
    for suspect in suspects:
        name = read_name(suspect.name)
        assert name is not None
        names[suspect.key] = [row.linked.key for _, row in index.alike(name, rules.similar) if row.linked is not None]
    named = time.perf_counter()
    hits = [hits_of(suspect, index, rules) for suspect in suspects]
    checked = time.perf_counter()
    return {
        "index_seconds": round(built - begun, 2),
        "seconds": round(checked - named, 2),
        "names_seconds": round(named - built, 2),
        "hits": sum(map(len, hits)),
        **_worth(names, wanted),
    }


def _everything(
    suspects: list["Suspect"], bidders: list["BidderFacts"], scorer: str, wanted: dict[int, int]
) -> Figures:
    """rapidfuzz over every person. The time of a sample is counted up to all of them."""
    from rapidfuzz import fuzz, process

    from procurement.conflicts.names import parts_of

    people = [(person.key, " ".join(parts_of(person.name))) for bidder in bidders for person in bidder.people]
    texts = [text for _, text in people]
    # The misspelled ones, by which recall is measured, and as many of the others as they are.
    sample = [suspect for suspect in suspects if suspect.key % EVERY in {0, 1}][: 2 * SAMPLE]
    names: dict[int, list[int]] = {}
    begun = time.perf_counter()
    for suspect in sample:
        text = " ".join(parts_of(suspect.name))
        rows = process.extract(text, texts, scorer=getattr(fuzz, scorer), limit=None, score_cutoff=SIMILAR)
        names[suspect.key] = [people[place][0] for _, _, place in rows]
    seconds = (time.perf_counter() - begun) * len(suspects) / len(sample)
    return {"seconds": round(seconds, 2), **_worth(names, wanted)}


def _worth(names: dict[int, list[int]], wanted: dict[int, int]) -> Figures:
    """Share (0-1) of the misspelled who were found, and how many people were shown for one of them."""
    right = sum(person in names[key] for key, person in wanted.items())
    shown = sum(len(names[key]) for key in wanted)
    return {"recall": round(right / len(wanted), 3), "shown": round(shown / len(wanted), 2)}


if __name__ == "__main__":
    main()
