"""Every rule for orders, by itself: it fires, it does not fire, and what can never make it fire. No database."""

import logging
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.conflicts.names import folded
from procurement.linter.facts import Bidder, Draft, Linked, Method, Other, Seat
from procurement.linter.rules import CHECKS, Finding, Rule, lint
from procurement.rule_data import COMMITTEE_KINDS, ORDER_RULES

RULES = {
    row["code"]: Rule(
        code=row["code"],
        clause=row["clause"],
        source=row["source"],
        verified=row.get("verified", True),
        level=row["level"],
        threshold=row.get("threshold"),
        kinds=frozenset(row.get("kinds", ())),
        valid_from=date(2017, 8, 23),
    )
    for row in ORDER_RULES
}
EBIDDING = Method("e-bidding", "ebidding", "E-bidding committee", floor=Decimal(500_000))
SPECIFIC = Method("specific", "specific", "Specific method committee", ceiling=Decimal(500_000))


def official(person: int, duty: str = "member", **facts: Any) -> Seat:
    """An official who has declared that he has no interest."""
    facts = {"name": f"นาย เอก{person} ใจดี", "position": "นักวิชาการพัสดุ", "declared": 0, **facts}
    return Seat(person=person, standing="official", duty=duty, **facts)


def citizen(person: int, duty: str = "member", **facts: Any) -> Seat:
    """A citizen who was nominated for a reason."""
    facts = {
        "name": f"นาง ประชา{person} รักษ์ถิ่น", "nomination": "เครือข่ายเสนอชื่อ", "declared": 0, "most_seats": 3, **facts,
    }  # fmt: skip
    return Seat(person=person, standing="citizen", duty=duty, **facts)


GOOD = Draft(
    kind="ebidding",
    task="purchase",
    single=False,
    seats=(official(1, "chair"), official(2), official(3, "secretary"), citizen(4)),
    value=Decimal(1_000_000),
    method=EBIDDING,
    on=date(2026, 1, 5),
    qualifying=True,
    activity="ปรับปรุงถนน",
)
INSPECTION = replace(GOOD, kind="inspection", task="inspection", qualifying=False)
INSPECTOR = replace(
    INSPECTION, kind="inspector", single=True, seats=(official(1),), value=Decimal(100_000), method=SPECIFIC
)
SUPERVISION = replace(INSPECTION, kind="supervision", task="other", seats=(official(1),))


def with_seats(*seats: Seat, draft: Draft = GOOD) -> Draft:
    """The draft with other people."""
    return replace(draft, seats=seats)


def with_seat(seat: Seat, draft: Draft = GOOD) -> Draft:
    """The draft with somebody more."""
    return replace(draft, seats=(*draft.seats, seat))


def other(person: int, task: str, kind: str, name: str = "") -> Other:
    """A seat on another committee of the purchase."""
    return Other(kind=kind, name=f"committee {kind}", task=task, person=person, person_name=name or f"คน {person}")


def bidder(name: str = "บริษัท ตัวอย่าง จำกัด", *people: Linked) -> Bidder:
    """Somebody who bids."""
    return Bidder(name, people)


FIRST = official(1).name
# Of each rule: drafts that break it, each with words its sentence has to hold, and drafts that come close and keep it.
CASES: dict[str, tuple[list[tuple[Draft, tuple[str, ...]]], list[Draft]]] = {
    "somebody": ([(with_seats(), ()), (with_seats(draft=SUPERVISION), ())], [SUPERVISION]),
    "chair": (
        [
            (with_seats(official(1), official(2), official(3)), ("0",)),
            (with_seats(official(1, "chair"), official(2, "chair"), official(3)), ("2", FIRST, official(2).name)),
        ],
        [INSPECTOR, SUPERVISION],
    ),
    "members": (
        [(with_seats(official(1, "chair"), official(2)), ("2", "1"))],
        [with_seats(official(1, "chair"), official(2), official(3)), INSPECTOR, SUPERVISION],
    ),
    "officials": (
        [
            (with_seats(citizen(1, "chair"), official(2), official(3), official(5)), (citizen(1).name,)),
            (with_seats(official(1, "chair"), official(2), citizen(3)), ("2", "1")),
        ],
        [with_seats(official(1, "chair"), official(2)), with_seats(official(1, "chair"), official(2), official(3))],
    ),
    "outsiders": (
        [(with_seats(official(1, "chair"), citizen(2), citizen(3)), ("2", "1", citizen(2).name, citizen(3).name))],
        [with_seats(official(1, "chair"), official(2), citizen(3), citizen(4))],
    ),
    "nomination": ([(with_seat(citizen(9, nomination=" ")), (citizen(9).name,))], [with_seat(official(9))]),
    "separation": (
        [
            (replace(GOOD, others=(other(1, "inspection", "inspection"),)), (FIRST, "committee inspection")),
            (replace(GOOD, others=(other(1, "inspection", "inspector"),)), (FIRST,)),
            (replace(INSPECTION, others=(other(2, "purchase", "ebidding"),)), (official(2).name, "committee ebidding")),
            (replace(INSPECTION, others=(other(2, "purchase", "selection"),)), (official(2).name,)),
            (replace(INSPECTION, others=(other(2, "purchase", "quotation"),)), (official(2).name,)),
        ],
        [
            replace(INSPECTION, others=(other(1, "purchase", "specific"),)),
            replace(GOOD, others=(other(1, "other", "terms"),)),
            # By the key of the person and never by the name.
            replace(INSPECTION, others=(other(99, "purchase", "ebidding", FIRST),)),
        ],
    ),
    "only_officials": (
        [(with_seats(official(1), citizen(2), draft=SUPERVISION), (citizen(2).name,))],
        [SUPERVISION],
    ),
    "position": ([(with_seat(official(9, position=" ")), (official(9).name,))], [with_seat(citizen(9, position=""))]),
    "twice": ([(with_seat(official(1)), (FIRST, "2"))], [with_seat(official(9, name=FIRST))]),
    "method": (
        [(replace(GOOD, method=SPECIFIC), ("specific", "Specific method committee"))],
        [replace(INSPECTION, method=SPECIFIC), replace(GOOD, method=None), replace(GOOD, method=Method("e-market"))],
    ),
    "method_known": (
        [(replace(GOOD, method=None), ()), (replace(GOOD, method=Method("e-market")), ("e-market",))],
        [replace(INSPECTION, method=None)],
    ),
    "ceiling": (
        [(replace(GOOD, kind="specific", method=SPECIFIC, value=Decimal("500000.01")), ("500,000.01", "500,000.00"))],
        [
            replace(GOOD, kind="specific", method=SPECIFIC, value=Decimal(500_000)),
            replace(GOOD, kind="specific", method=SPECIFIC, value=None),
            replace(INSPECTION, method=SPECIFIC),
            replace(GOOD, method=None),
        ],
    ),
    "floor": (
        [(replace(GOOD, value=Decimal(500_000)), ("500,000.00",))],
        [replace(GOOD, value=Decimal("500000.01")), replace(GOOD, value=None), replace(INSPECTION, value=Decimal(1))],
    ),
    "budget_known": ([(replace(GOOD, value=None), ())], [replace(GOOD, value=Decimal(0))]),
    "inspector_value": (
        [
            (replace(INSPECTOR, value=Decimal("100000.01")), ("100,000.01", "100,000.00")),
            (replace(INSPECTOR, value=None), ("100,000.00",)),
        ],
        [INSPECTION],
    ),
    "inspector_alone": (
        [(with_seats(official(1), official(2), draft=INSPECTOR), ("2", FIRST)), (with_seats(draft=INSPECTOR), ("0",))],
        [INSPECTION],
    ),
    "interest": (
        [(with_seat(official(9, interest="คู่สมรส")), (official(9).name, "คู่สมรส"))],
        [with_seat(official(9, took_back="คู่สมรส"))],
    ),
    "interest_taken_back": (
        [(with_seat(official(9, took_back="คู่สมรส")), (official(9).name, "คู่สมรส"))],
        [with_seat(official(9, took_back="คู่สมรส", interest="บุพการี"))],
    ),
    "declaration_early": (
        [(with_seat(official(9, declared=None)), (official(9).name,))],
        [
            replace(with_seat(official(9, declared=None)), bidders_version=1),
            replace(with_seat(official(9, declared=None)), kind="terms", task="other"),
        ],
    ),
    "declaration_missing": (
        [(replace(with_seat(official(9, declared=None)), bidders_version=2), (official(9).name,))],
        [with_seat(official(9, declared=None)), replace(with_seat(official(9, declared=1)), bidders_version=2)],
    ),
    "declaration_outdated": (
        [
            (replace(with_seats(official(9, declared=1)), bidders_version=2), (official(9).name, "1", "2")),
            (replace(with_seats(official(9, declared=0)), bidders_version=1), (official(9).name, "1")),
        ],
        [
            replace(with_seats(official(9, declared=2)), bidders_version=2),
            replace(with_seats(official(9, declared=None)), bidders_version=2),
            replace(with_seats(official(9, declared=1, interest="คู่สมรส")), bidders_version=2),
        ],
    ),
    "bidder_link": (
        [
            (replace(GOOD, bidders=(bidder("ร้าน", Linked(FIRST, "director")),)), (FIRST, "director", "ร้าน")),
            (replace(GOOD, bidders=(bidder("ห้าง", Linked("เอก1  ใจดี", "partner")),)), (FIRST, "partner", "ห้าง")),
            (replace(GOOD, bidders=(bidder("บ.", Linked(FIRST, "", True, Decimal("25.001"))),)), (FIRST, "25.001")),
            (replace(GOOD, bidders=(bidder("บ.", Linked(FIRST, "holder", True)),)), (FIRST, "holder")),
            (replace(GOOD, bidders=(bidder("นาย เอก1 ใจดี"),)), (FIRST,)),
        ],
        [
            replace(GOOD, bidders=(bidder("บ.", Linked(FIRST, "holder", True, Decimal(25))),)),
            replace(GOOD, bidders=(bidder("บ.", Linked("นาย เอก11 ใจดี", "director")),)),
            replace(with_seats(official(1, name="นาย")), bidders=(bidder("นาง", Linked("น.ส.", "director")),)),
        ],
    ),
    "same_name": (
        [
            (with_seat(official(9, name="เอก1 ใจดี")), ("2", FIRST)),
            (replace(GOOD, others=(other(9, "inspection", "inspection", "ว่าที่ ร.ต. เอก1 ใจดี"),)), (FIRST, "inspection")),
        ],
        [
            with_seat(official(1)),
            replace(GOOD, others=(other(1, "other", "terms", FIRST),)),
            with_seats(official(8, name="นาย"), official(9, name="นาง")),
        ],
    ),
    "unavailable": (
        [(with_seat(official(9, active=False)), (official(9).name,))],
        [with_seat(official(9, active=False, serving=True))],
    ),
    "seats": (
        [(with_seat(citizen(9, other_seats=3, most_seats=3)), (citizen(9).name, "3"))],
        [with_seat(citizen(9, other_seats=2, most_seats=3)), with_seat(official(9, other_seats=9, most_seats=3))],
    ),
    "citizen": (
        [(with_seats(*GOOD.officials), ("ปรับปรุงถนน",))],
        [with_seats(*INSPECTION.officials, draft=INSPECTION), replace(with_seats(*GOOD.officials), covered=True)],
    ),
    "no_change": (
        [(replace(GOOD, amends=True, changes=False), ())],
        [replace(GOOD, amends=True), replace(GOOD, changes=False)],
    ),
}  # fmt: skip


def found(draft: Draft, *codes: str) -> list[Finding]:
    """What the rules of these codes say; all rules when none is named."""
    return lint(draft, [RULES[code] for code in codes or RULES])


def test_every_rule_has_a_check_a_case_and_the_other_way_round() -> None:
    assert set(CHECKS) == set(RULES) == set(CASES)
    assert {code for code, check in CHECKS.items() if check.counts} == {
        code for code, rule in RULES.items() if rule.threshold is not None
    }
    known = {row["code"] for row in COMMITTEE_KINDS}
    assert all(rule.kinds <= known for rule in RULES.values())


def test_good_drafts_break_nothing() -> None:
    for draft in (GOOD, INSPECTION, INSPECTOR, SUPERVISION):
        assert found(draft) == []


@pytest.mark.parametrize(
    ("code", "draft", "words"), [(code, *broken) for code, (breaks, _keeps) in CASES.items() for broken in breaks]
)
def test_rule_that_is_broken_says_who_and_how_many(code: str, draft: Draft, words: tuple[str, ...]) -> None:
    with translation.override("en"):
        findings = found(draft, code)
    assert len(findings) == 1
    assert all(word in str(findings[0].sentence) for word in words), findings[0].sentence
    assert (findings[0].rule.code, findings[0].level) == (code, RULES[code].level)
    named = {seat.person for seat in draft.seats if seat.name in str(findings[0].sentence)}
    assert named <= set(findings[0].people) or code == "inspector_alone"


@pytest.mark.parametrize(
    ("code", "draft"), [(code, kept) for code, (_breaks, keeps) in CASES.items() for kept in keeps]
)
def test_rule_that_is_kept_says_nothing(code: str, draft: Draft) -> None:
    assert found(draft, code) == []


def test_rule_of_other_kinds_says_nothing() -> None:
    alone = with_seats(official(1))
    assert found(alone, "members")
    assert not found(replace(alone, kind="terms", task="other"), "members")


@pytest.mark.parametrize("code", ["members", "officials", "inspector_value", "bidder_link"])
def test_threshold_is_that_of_the_rule(code: str) -> None:
    drafts = [draft for draft, _words in CASES[code][0]]
    lenient = replace(RULES[code], threshold=Decimal(0) if code in ("members", "officials") else Decimal(10**9))
    strict = [finding for draft in drafts for finding in lint(draft, [RULES[code]])]
    assert len(strict) > sum(len(lint(draft, [lenient])) for draft in drafts)


def test_errors_come_before_warnings() -> None:
    broken = replace(with_seats(official(1, position="")), value=None)
    levels = [finding.level for finding in found(broken)]
    assert levels == sorted(levels)
    assert set(levels) == {"error", "warning"}


def test_finding_as_json_says_what_was_not_verified() -> None:
    draft = with_seats(official(1, "chair"), citizen(2), citizen(3))
    (outsiders,), (members,) = found(draft, "outsiders"), found(with_seats(official(1, "chair")), "members")
    kept = outsiders.as_json()
    assert (kept["rule"], kept["verified"], kept["level"], kept["people"]) == ("outsiders", False, "error", [2, 3])
    assert (kept["clause"], kept["valid_from"]) == ("ข้อ 26 วรรคสอง", "2017-08-23")
    assert members.as_json()["verified"] is True
    with translation.override("en"):
        assert outsiders.with_clause.endswith("(ข้อ 26 วรรคสอง, source not verified)")
        assert members.with_clause.endswith("(ข้อ 26 วรรคหนึ่ง)")


def test_rule_without_a_check_is_passed_over_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    strange = replace(RULES["chair"], code="astrology")
    without = replace(RULES["members"], threshold=None)
    with caplog.at_level(logging.WARNING, "procurement.linter.rules"):
        assert lint(with_seats(official(1)), [strange, without]) == []
    assert [record.args for record in caplog.records] == [("astrology",), ("members",)]


# --- Names ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("นาย สมชาย ใจดี", "สมชาย  ใจดี"),
        ("ว่าที่ ร.ต. สมชาย ใจดี", "นายสมชาย ใจดี"),
        ("พ.ต.ท.หญิง สมศรี ใจดี", "นางสาว สมศรี ใจดี"),
        ("นาง นำชัย ดี", "นาง น\u0e4d\u0e32ชัย ดี"),
        ("นาย สม\u200bชาย ใจดี", "นาย สมชาย ใจดี"),
        ("Mr. John Smith", "john smith"),
    ],
)
def test_folded_name_is_the_same_however_it_is_written(one: str, another: str) -> None:
    assert folded(one) == folded(another) != ""


@pytest.mark.parametrize(("one", "another"), [("นาย สมชาย ใจดี", "นาย สมชัย ใจดี"), ("นายิกา ดี", "ิกา ดี")])
def test_folded_name_of_another_stays_another(one: str, another: str) -> None:
    assert folded(one) != folded(another)


# --- What can never happen --------------------------------------------------------------------------------------------
duties = st.sampled_from(["chair", "member", "secretary"])
seats = st.lists(
    st.builds(
        lambda person, standing, duty, declared, interest: Seat(
            person,
            f"นาย คน{person}",
            standing,
            duty,
            declared=declared,
            interest=interest if declared is not None else "",
            most_seats=3,
        ),
        st.integers(1, 12),
        st.sampled_from(["official", "citizen"]),
        duties,
        st.none() | st.integers(0, 3),
        st.sampled_from(["", "คู่สมรส"]),
    ),
    max_size=9,
    unique_by=lambda seat: seat.person,
)
drafts = st.builds(
    lambda seats, value, version, kind: replace(
        GOOD, seats=tuple(seats), value=value, bidders_version=version, kind=kind, single=kind == "inspector",
        task="purchase" if kind == "ebidding" else "inspection",
    ),
    seats,
    st.none() | st.decimals(0, 2_000_000, places=2),
    st.integers(0, 3),
    st.sampled_from(["ebidding", "inspection", "inspector"]),
)  # fmt: skip


def codes(draft: Draft) -> set[str]:
    """The rules a draft breaks."""
    return {finding.rule.code for finding in found(draft)}


@settings(max_examples=150, deadline=None)
@given(drafts, duties)
def test_another_official_never_makes_outsiders_too_many_or_members_too_few(draft: Draft, duty: str) -> None:
    more = codes(with_seat(official(99, duty), draft)) - codes(draft)
    assert not more & {"outsiders", "nomination", "seats", "citizen", "only_officials"}
    if duty != "chair":
        assert not more & {"members", "officials", "chair", "somebody"}


@settings(max_examples=150, deadline=None)
@given(drafts)
def test_another_citizen_never_uncovers_the_activity_and_who_is_taken_out_is_in_no_finding(draft: Draft) -> None:
    assert "citizen" not in codes(with_seat(citizen(99), draft))
    for seat in draft.seats:
        left = replace(draft, seats=tuple(kept for kept in draft.seats if kept is not seat))
        assert not any(seat.person in finding.people for finding in found(left))


def _key(finding: Finding) -> tuple[str, list[int]]:
    return finding.rule.code, sorted(finding.people)


@settings(max_examples=150, deadline=None)
@given(drafts, st.randoms())
def test_order_of_the_seats_and_of_the_rules_changes_nothing(draft: Draft, random: Any) -> None:
    shuffled = list(draft.seats)
    random.shuffle(shuffled)
    rules = list(RULES.values())
    random.shuffle(rules)
    again = lint(replace(draft, seats=tuple(shuffled)), rules)
    assert sorted(map(_key, again)) == sorted(map(_key, found(draft)))


@settings(max_examples=150, deadline=None)
@given(drafts)
def test_at_most_one_word_about_declarations_for_each_person(draft: Draft) -> None:
    said = [
        person
        for finding in found(draft, "interest", "declaration_early", "declaration_missing", "declaration_outdated")
        for person in finding.people
    ]
    assert len(said) == len(set(said))
