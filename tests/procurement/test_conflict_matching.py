"""Who is found for whom, in which order, and what could not be computed. No database; everybody is invented."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.conflicts.addresses import Address, same_place
from procurement.conflicts.facts import BidderFacts, Hit, Kind, LinkedPerson, Relative, Rules, Service, Suspect
from procurement.conflicts.likeness import Name, likeness, may_be
from procurement.conflicts.matching import BidderIndex, Entry, check, hits_of, unchecked_of

TODAY = date(2026, 1, 5)
RULES = Rules(similar=85, major_share=Decimal(25), recent_days=365, today=TODAY)
HOME = "123/4 ม.5 ต.บ้านสมมุติ อ.เมือง จ.น่าน"
OFFICE = "99 ม.1 ต.บ้านจำลอง อ.เมือง จ.น่าน"
ME = Suspect(1, "นาย ธนากร วงศ์จำลอง", declared=True, address=HOME, id_digest="aa")


def person(key: int, name: str, part: str = "director", **facts: Any) -> LinkedPerson:
    """Somebody of a firm."""
    return LinkedPerson(key, name, part, **facts)


def firm(key: int, *people: LinkedPerson, **facts: Any) -> BidderFacts:
    """A firm with an office."""
    facts = {"name": "บริษัท สมมุติก่อสร้าง จำกัด", "address": OFFICE, **facts}
    return BidderFacts(key, people=people, **facts)


STRANGER = person(90, "นาง ประไพ ดงงาม", address="7 ต.ดงสมมุติ อ.เมือง จ.ตาก", id_digest="ee")


def found(suspect: Suspect, *bidders: BidderFacts, rules: Rules = RULES) -> list[tuple[str, int | None, int | None]]:
    """Kind, bidder and linked person of each hit, in their order."""
    return [(str(hit.kind), hit.bidder, hit.linked) for hit in hits_of(suspect, BidderIndex(bidders), rules)]


def only(suspect: Suspect, *bidders: BidderFacts) -> Hit:
    """The one hit there is."""
    (hit,) = hits_of(suspect, BidderIndex(bidders), RULES)
    return hit


# --- One number, one person -------------------------------------------------------------------------------------------
def test_same_number_is_certain_whatever_the_name() -> None:
    hit = only(ME, firm(7, person(8, "นาย กิตติ อื่นไกล", id_digest="aa"), STRANGER))
    assert (hit.kind, hit.bidder, hit.linked, hit.score, hit.certain) == (Kind.SAME_PERSON, 7, 8, 100, True)


def test_same_number_of_a_natural_bidder_is_certain_and_a_firms_number_is_no_persons() -> None:
    natural = BidderFacts(7, "กิตติ อื่นไกล", natural=True, id_digest="aa")
    assert found(ME, natural) == [("same_person", 7, None)]
    assert found(ME, replace(natural, natural=False)) == []


def test_same_number_is_one_hit_and_not_a_name_besides() -> None:
    assert found(ME, firm(7, person(8, ME.name, id_digest="aa"))) == [("same_person", 7, 8)]


def test_two_numbers_are_two_people_of_one_name() -> None:
    assert found(ME, firm(7, person(8, ME.name, id_digest="bb"))) == []
    assert found(ME, firm(7, person(8, ME.name))) == [("name", 7, 8)]
    assert found(replace(ME, id_digest=""), firm(7, person(8, ME.name, id_digest="bb"))) == [("name", 7, 8)]


def test_unknown_numbers_are_never_equal() -> None:
    nobody = replace(ME, id_digest="")
    assert found(nobody, firm(7, person(8, "นาย กิตติ อื่นไกล"))) == []


def test_no_number_is_in_the_evidence() -> None:
    hits = hits_of(
        replace(ME, id_digest="deadbeef"),
        BidderIndex([firm(7, person(8, ME.name, id_digest="deadbeef"), person(9, ME.name), address=HOME)]),
        RULES,
    )
    assert len(hits) == 3
    assert "deadbeef" not in json.dumps([dict(hit.evidence) for hit in hits])


# --- Names ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "ธนากร วงศ์จำลอง",
        "น.ส.ธนากร  วงษ์จำลอง",
        "วงศ์จำลอง ธนากร",
        "ธนากรวงศ์จำลอง",
        "ทนากร วงศ์จำลอง",
        "Thanakorn Wongchamlong",
    ],
)
def test_name_is_found_however_it_is_spelled(name: str) -> None:
    hit = only(ME, firm(7, person(8, name), STRANGER))
    assert (hit.kind, hit.linked, hit.certain) == (Kind.NAME, 8, False)
    assert hit.evidence == {"compared": "name", "ours": ME.name, "theirs": name, "part": "director"}


def test_space_in_another_place_is_the_same_name() -> None:
    assert only(ME, firm(7, person(8, "ธนา กรวงศ์จำลอง"))).score == 100
    assert only(ME, firm(7, person(8, "ธนากรวงศ์จำ ลอง"))).score == 100


@pytest.mark.parametrize("name", ["ธนากร ใจงาม", "กิตติ วงศ์จำลอง", "ธนากร", "วงศ์จำลอง", "-", ""])
def test_half_a_name_is_no_hit(name: str) -> None:
    assert found(ME, firm(7, person(8, name))) == []


def test_natural_bidder_is_found_by_name_and_a_firm_called_like_him_is_not() -> None:
    shop = BidderFacts(7, "ร้านสมมุติพาณิชย์ โดย นาย ธนากร วงศ์จำลอง", natural=True)
    assert found(ME, shop) == [("name", 7, None)]
    assert found(ME, replace(shop, natural=False)) == []


def test_former_name_finds_and_the_best_of_his_names_is_kept() -> None:
    renamed = replace(ME, name="นาย ภูผา ใหม่เอี่ยม", former_names=("ธนกร วงษ์จำลอง", "ธนากร วงศ์จำลอง", "ธนกร วงษ์จำลอง"))
    hit = only(renamed, firm(7, person(8, "ธนากร วงศ์จำลอง")))
    assert (hit.score, hit.evidence["compared"], hit.evidence["ours"]) == (100, "former_name", "ธนากร วงศ์จำลอง")


def test_similar_is_rule_data() -> None:
    bidder = firm(7, person(8, "ธนากร วงษ์จำลอง"))
    (hit,) = hits_of(ME, BidderIndex([bidder]), RULES)
    assert 85 < hit.score < 100
    assert found(ME, bidder, rules=replace(RULES, similar=hit.score)) != []
    assert found(ME, bidder, rules=replace(RULES, similar=hit.score + 1)) == []


@pytest.mark.parametrize("bad", [{"similar": 0}, {"similar": 101}, {"major_share": Decimal(101)}, {"recent_days": -1}])
def test_rules_out_of_their_range_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="range"):
        replace(RULES, **bad)


# --- Relatives and shares ---------------------------------------------------------------------------------------------
WIFE = Relative("นาง มาลี วงศ์จำลอง", "spouse", None, shares_count=True)
BROTHER = Relative("กิตติ วงศ์จำลอง", "sibling", 2)


def test_relative_is_found_with_relation_and_degree_even_if_their_numbers_differ() -> None:
    hit = only(replace(ME, relatives=(BROTHER,)), firm(7, person(8, "นาย กิตติ วงษ์จำลอง", id_digest="bb")))
    assert (hit.kind, hit.certain) == (Kind.DECLARED, False)
    assert (hit.evidence["relation"], hit.evidence["degree"]) == ("sibling", 2)


def test_relative_without_a_degree_says_none() -> None:
    hit = only(replace(ME, relatives=(WIFE,)), firm(7, person(8, "มาลี วงศ์จำลอง")))
    assert "degree" not in hit.evidence


def test_he_himself_is_not_his_relative() -> None:
    namesake = Relative("ธนากร วงศ์จำลอง", "parent", 1)
    hits = found(replace(ME, relatives=(namesake,)), firm(7, person(8, ME.name, id_digest="aa")))
    assert hits == [("same_person", 7, 8)]


@pytest.mark.parametrize(
    ("mine", "hers", "major"),
    [
        (Decimal(25), None, "unknown"),
        (Decimal("25.001"), None, "yes"),
        (Decimal(25), Decimal(0), "no"),
        (Decimal(15), Decimal("10.001"), "yes"),
        (Decimal(15), Decimal(10), "no"),
        (None, Decimal(30), "yes"),
        (None, Decimal(10), "unknown"),
    ],
)
def test_shares_of_the_spouse_count_as_his(mine: Decimal | None, hers: Decimal | None, major: str) -> None:
    people = person(8, ME.name, "shareholder", share=mine), person(9, "มาลี วงศ์จำลอง", "shareholder", share=hers)
    hits = hits_of(replace(ME, relatives=(WIFE,)), BidderIndex([firm(7, *people)]), RULES)
    assert {hit.kind for hit in hits} == {Kind.NAME, Kind.DECLARED}
    assert {hit.evidence["major"] for hit in hits} == {major}


def test_shares_of_a_brother_and_of_another_bidder_do_not_count_as_his() -> None:
    mine = person(8, ME.name, "shareholder", share=Decimal(20))
    his = person(9, "กิตติ วงศ์จำลอง", "shareholder", share=Decimal(30))
    hits = hits_of(replace(ME, relatives=(BROTHER,)), BidderIndex([firm(7, mine, his), firm(6, mine)]), RULES)
    majors = {(hit.bidder, hit.linked): hit.evidence["major"] for hit in hits}
    assert majors == {(7, 8): "no", (6, 8): "no", (7, 9): "yes"}


def test_a_share_found_twice_counts_once() -> None:
    suspect = replace(ME, former_names=("ธนากร วงษ์จำลอง",), relatives=(replace(WIFE, name=ME.name),))
    hits = hits_of(suspect, BidderIndex([firm(7, person(8, ME.name, "shareholder", share=Decimal(20)))]), RULES)
    assert {hit.evidence["shares_together"] for hit in hits} == {"20"}


# --- Addresses --------------------------------------------------------------------------------------------------------
def test_same_address_of_the_bidder_and_of_his_people() -> None:
    bidder = firm(7, person(8, "ประไพ ดงงาม", address="๑๒๓/๔ หมู่ ๕ ตำบลบ้านสมมุติ จังหวัดน่าน"), address=HOME)
    assert found(ME, bidder) == [("address", 7, None), ("address", 7, 8)]


def test_surname_alone_is_a_hit_only_at_the_same_address() -> None:
    cousin = person(8, "ประไพ วงษ์จำลอง", id_digest="bb")
    assert found(ME, firm(7, cousin)) == []
    assert found(ME, firm(7, cousin, address=HOME)) == [("address", 7, None), ("name", 7, 8)]
    elsewhere = person(9, "กิตติ วงศ์จำลอง", address=OFFICE)
    hits = hits_of(ME, BidderIndex([firm(7, replace(cousin, address=HOME), elsewhere, STRANGER)]), RULES)
    assert [(hit.kind, hit.linked) for hit in hits] == [(Kind.ADDRESS, 8), (Kind.NAME, 8)]
    assert (hits[1].score, hits[1].evidence["compared"], hits[1].certain) == (50, "surname", False)


def test_surname_is_no_second_hit_for_who_was_found_by_name() -> None:
    hits = found(replace(ME, id_digest=""), firm(7, person(8, ME.name), address=HOME))
    assert sorted(hits) == [("address", 7, None), ("name", 7, 8)]


def test_same_province_is_nothing() -> None:
    assert found(replace(ME, address="จ.น่าน"), firm(7, STRANGER, address="จ.น่าน")) == []


# --- Service and complaints -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("last_day", "hits"),
    [
        (TODAY - timedelta(days=365), 1), (TODAY - timedelta(days=366), 0), (TODAY + timedelta(days=9), 1), (None, 1),
    ],
)  # fmt: skip
def test_service_counts_as_long_as_the_rule_says(last_day: date | None, hits: int) -> None:
    suspect = replace(ME, service=(Service(7, "68010000001", last_day),))
    assert len(found(suspect, firm(7, STRANGER, won=True), firm(6, STRANGER))) == hits


def test_service_is_certain_only_for_who_has_won_and_the_last_one_is_told() -> None:
    days = [TODAY - timedelta(days=30), None, TODAY]
    suspect = replace(ME, service=tuple(Service(7, str(number), day) for number, day in enumerate(days)))
    for won in (True, False):
        hit = only(suspect, firm(7, STRANGER, won=won))
        assert (hit.kind, hit.certain, hit.score) == (Kind.RECENT_SERVICE, won, 100 if won else 60)
        assert hit.evidence == {"purchase": "1", "last_day": "", "won": int(won)}


def test_complaint_is_about_no_bidder_and_needs_none() -> None:
    assert found(replace(ME, complaints=2)) == [("complaint", None, None)]


# --- The whole --------------------------------------------------------------------------------------------------------
def test_certain_hits_come_first_then_the_better_score() -> None:
    suspect = replace(ME, complaints=1, service=(Service(5, "1", TODAY),), relatives=(BROTHER,))
    bidders = [
        firm(5, person(8, "ธนากร วงษ์จำลอง"), person(9, "กิตติ วงศ์จำลอง"), address=HOME),
        firm(6, person(8, "กิตติ อื่นไกล", id_digest="aa")),
    ]
    hits = hits_of(suspect, BidderIndex(bidders), RULES)
    assert [hit.certain for hit in hits] == sorted((hit.certain for hit in hits), reverse=True)
    rest = [hit.score for hit in hits if not hit.certain]
    assert rest == sorted(rest, reverse=True)
    assert [hit.kind for hit in hits[:2]] == [Kind.SAME_PERSON, Kind.COMPLAINT]
    assert hits == hits_of(suspect, BidderIndex(reversed(bidders)), RULES)


def test_one_index_for_many_purchases_and_one_of_them_asked_for() -> None:
    index = BidderIndex([firm(key, person(8, ME.name), address=HOME) for key in (5, 6, 7)])
    assert {hit.bidder for hit in hits_of(ME, index, RULES, among={6})} == {6}
    assert hits_of(ME, index, RULES, among=()) == ()
    with pytest.raises(KeyError, match="9"):
        hits_of(ME, index, RULES, among={6, 9})
    with pytest.raises(KeyError):
        unchecked_of(ME, index, among={9})
    with pytest.raises(ValueError, match="5"):
        BidderIndex([firm(5), firm(5)])


KNOWN = firm(7, STRANGER)


@pytest.mark.parametrize(
    ("suspect", "bidders", "unchecked"),
    [
        (ME, [KNOWN], set()),
        (ME, [], {"same_person", "name", "address", "recent_service"}),
        (replace(ME, declared=False), [KNOWN], {"declared"}),
        (replace(ME, declared=False, relatives=(BROTHER,)), [KNOWN], {"declared"}),
        (replace(ME, relatives=(replace(BROTHER, name="-"),)), [KNOWN], {"declared"}),
        (replace(ME, address="จ.น่าน"), [KNOWN], {"address"}),
        (replace(ME, id_digest=""), [KNOWN], {"same_person"}),
        (replace(ME, name="-"), [KNOWN], {"name"}),
        (ME, [KNOWN, firm(8)], {"same_person", "name", "address"}),
        (replace(ME, relatives=(BROTHER,)), [firm(8)], {"same_person", "declared", "name", "address"}),
        (ME, [firm(8, STRANGER, address="")], {"address"}),
        (ME, [firm(8, replace(STRANGER, id_digest=""))], {"same_person"}),
        (ME, [firm(8, replace(STRANGER, name="?"))], {"name"}),
    ],
)
def test_what_is_missing_is_said(suspect: Suspect, bidders: list[BidderFacts], unchecked: set[str]) -> None:
    assert set(check(suspect, BidderIndex(bidders), RULES).unchecked) == unchecked


def test_what_is_missing_is_said_for_the_bidders_asked_for() -> None:
    index = BidderIndex([KNOWN, firm(8)])
    assert check(ME, index, RULES, among={7}).unchecked == ()
    assert Kind.NAME in check(ME, index, RULES, among={8}).unchecked


# --- What can never happen --------------------------------------------------------------------------------------------
class Everybody(BidderIndex):
    """The rule without an index: everybody is compared with everybody."""

    def alike(self, name: Name, similar: int) -> Iterator[tuple[int, Entry]]:
        for entry in self._all():
            if entry.name is not None and may_be(name, entry.name):
                score = likeness(name, entry.name)
                if score >= similar:
                    yield score, entry

    def at(self, address: Address) -> Iterator[tuple[int, Entry]]:
        for entry in self._all():
            if score := same_place(address, entry.address):
                yield score, entry

    def with_id(self, digest: str) -> list[Entry]:
        return [entry for entry in self._all() if digest and entry.id_digest == digest]

    def _all(self) -> list[Entry]:
        return [entry for entries in self.entries.values() for entry in entries]


SYLLABLES = ["สม", "ชัย", "ไชย", "พงษ์", "พงศ์", "วรรณ", "วัน", "ดี", "ศรี", "สี", "ณัฐ", "นัท", "a", "porn", "พร", "์", "์"]
part = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map("".join)
names = st.builds(lambda one, gap, two: one + gap + two, part, st.sampled_from([" ", "", "  "]), part)
addresses = st.builds(
    lambda house, moo, tambon, province: f"{house} {moo} {tambon} {province}",
    st.sampled_from(["1/2", "1/2-3", "1/3", ""]), st.sampled_from(["ม.1", "ม.2", ""]),
    st.sampled_from(["ต.งาม", "ตำบลงาม", "ต.ดี", ""]), st.sampled_from(["จ.น่าน", "จ.ตาก", ""]),
)  # fmt: skip
digests = st.sampled_from(["", "", "aa", "bb"])
linked = st.builds(
    LinkedPerson, st.integers(0, 5), names, st.sampled_from(["director", "partner", "shareholder"]),
    st.none() | st.integers(0, 100).map(Decimal), addresses, digests,
)  # fmt: skip
bidders = st.lists(
    st.builds(
        BidderFacts, st.integers(0, 30), names, addresses, st.booleans(), st.booleans(), digests,
        st.lists(linked, max_size=3).map(tuple),
    ),
    max_size=6, unique_by=lambda bidder: bidder.key,
)  # fmt: skip
relatives = st.builds(
    Relative, names, st.sampled_from(["spouse", "child"]), st.none() | st.integers(1, 3), st.booleans()
)
suspects = st.builds(
    Suspect, st.integers(0, 9), names, st.lists(names, max_size=2).map(tuple),
    st.lists(relatives, max_size=2).map(tuple), st.booleans(), addresses, digests,
    st.lists(st.builds(Service, st.integers(0, 30), st.just("1"), st.none() | st.just(TODAY)), max_size=2).map(tuple),
    st.integers(0, 1),
)  # fmt: skip
rules = st.builds(Rules, st.sampled_from([60, 85, 100]), st.just(Decimal(25)), st.just(10), st.just(TODAY))


@settings(max_examples=300, deadline=None)
@given(suspects, bidders, rules)
def test_index_finds_what_comparing_everybody_finds(suspect: Suspect, rows: list[BidderFacts], rule: Rules) -> None:
    assert hits_of(suspect, BidderIndex(rows), rule) == hits_of(suspect, Everybody(rows), rule)


@settings(max_examples=200, deadline=None)
@given(suspects, bidders, bidders, rules)
def test_more_bidders_never_hide_or_change_a_hit(
    suspect: Suspect, rows: list[BidderFacts], more: list[BidderFacts], rule: Rules
) -> None:
    keys = {row.key for row in rows}
    all_of_them = [*(row for row in more if row.key not in keys), *rows]
    alone = hits_of(suspect, BidderIndex(rows), rule)
    together = hits_of(suspect, BidderIndex(all_of_them), rule)
    assert [hit for hit in together if hit.bidder is None or hit.bidder in keys] == list(alone)
    assert hits_of(suspect, BidderIndex(all_of_them), rule, among=keys) == alone


@given(suspects, bidders, rules)
def test_a_lower_bar_never_hides_a_hit(suspect: Suspect, rows: list[BidderFacts], rule: Rules) -> None:
    def seen(similar: int) -> set[tuple[Kind, int | None, int | None]]:
        hits = hits_of(suspect, BidderIndex(rows), replace(rule, similar=similar))
        return {(hit.kind, hit.bidder, hit.linked) for hit in hits}

    assert seen(100) <= seen(85) <= seen(50)


@given(suspects, bidders, rules)
def test_hits_can_be_kept_as_json_and_only_numbers_are_certain(
    suspect: Suspect, rows: list[BidderFacts], rule: Rules
) -> None:
    for hit in hits_of(suspect, BidderIndex(rows), rule):
        assert json.loads(json.dumps(dict(hit.evidence))) == hit.evidence
        assert 0 <= hit.score <= 100
        assert not (hit.certain and hit.kind in {Kind.NAME, Kind.DECLARED, Kind.ADDRESS})
        assert hit.certain or hit.kind not in {Kind.SAME_PERSON, Kind.COMPLAINT}
