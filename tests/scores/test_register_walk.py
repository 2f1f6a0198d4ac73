"""A random walk of many people over entries of registers: whatever they try, in any order, the house agrees."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from organisations.calendar import current_calendar, fiscal_year
from organisations.demo.clock import as_of
from organisations.models import Role
from scores.models import Confirmation, EntryVersion, RegisterCase, RegisterEntry
from scores.registers import states
from scores.registers.actions import year_of_review
from scores.registers.kinds import REGISTERS
from scores.registers.metrics import METRICS, span_of
from scores.registers.notices import next_people, recipients
from scores.registers.queries import counting, current_of
from scores.rule_data import CLOCKS
from tests.scores.register_support import Office, build_office, day_of_year, fresh, values
from tests.support.world import World, make_person
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.metrics import figures_of
from workflows.models import Clock, ClockRule, OutboxRow
from workflows.refusals import Missing, Refused
from workflows.transitions import open_case, perform, why_not

pytestmark = pytest.mark.django_db
STEPS = 120
APART = next(length for code, _th, _en, length, _meaning in CLOCKS if code == "yearly_review")


@pytest.fixture
def office(world: World) -> Office:
    return build_office(world)


def facts_of(edge: str, case: RegisterCase, dice: random.Random) -> dict[str, Any]:
    """Facts that may be taken, or may not."""
    said = values(case.entry.register)
    if dice.random() < 0.2:
        said.pop(dice.choice(sorted(said)))
    clock = Clock.objects.filter(case=case.pk, stopped_on=None).order_by("?").first()
    given: dict[str, dict[str, Any]] = {
        "change_entry": {"values": said, "evidence": dice.choice(["แฟ้ม 1", ""])},
        "review_entry": {"values": said, "evidence": dice.choice(["แฟ้ม 2", ""]), "reviewed": dice.choice(["ดี", ""])},
        "extend": {"clock": clock, "days": dice.randint(0, 3), "reasons": "รอเอกสาร"},
        "note": {"text": "บันทึก"},
        "attach": {"files": []},
    }
    with_reasons = ("return_entry", "end_entry", "withdraw_entry", "drop_review", "strike_entry")
    return given.get(edge, {"reasons": dice.choice(["เหตุผล", ""])} if edge in with_reasons else {})


@pytest.mark.parametrize("seed", range(4))
def test_random_walk_of_entries_keeps_everything_in_agreement(office: Office, seed: int) -> None:
    dice, world = random.Random(seed), office.world  # noqa: S311 - not a secret
    people = [
        Actor.person(user)
        for user in (office.integrity, office.integrity2, office.upper_integrity, world.head, world.approver)
    ] + [Actor.person(world.officer), TIMER]
    cases = [office.enter(register) for register in dice.sample(sorted(REGISTERS), 4)]
    taken = set()
    for _n in range(STEPS):
        case = fresh(dice.choice(cases))
        there = [edge for edge in states.EDGES if case.state in edge.sources and edge.name != "follow_unit"]
        pairs = [(edge, actor) for edge in there for actor in people]
        may = [pair for pair in pairs if why_not(case, *pair) is None] if dice.random() < 0.8 else pairs
        # What ends it comes last, so that the walk gets somewhere.
        going = [pair for pair in may if pair[0].target not in (states.STRUCK, states.ENDED)]
        edge, actor = dice.choice(going if going and dice.random() < 0.9 else may or pairs)
        try:
            perform(case, edge.name, actor, **facts_of(edge.name, case, dice))
        except Refused:
            pass
        else:
            taken.add(edge.name)
        agrees(fresh(case))
    assert list(problems()) == []
    assert taken >= {"submit_entry"}
    figures_of([world.department.pk], [row.code for row in METRICS], span_of(case.entry.fiscal_year))


def agrees(case: RegisterCase) -> None:
    """What holds after every step."""
    entry = case.entry
    confirmations = Confirmation.objects.filter(version__entry=entry).select_related("version")
    # Four eyes, always.
    assert all(row.by_id != row.version.by_id for row in confirmations)
    counted = {row.pk for row in counting(entry.register, timezone.localdate()) if row.entry_id == entry.pk}
    if case.state == states.STRUCK:
        assert counted == set()
    else:
        assert counted == ({max(row.version_id for row in confirmations)} if confirmations else set())
    if case.state in states.COUNTING:
        assert counted == {entry.current.pk}
    assert current_of([case])[case.pk] == entry.current


# --- Deadlines --------------------------------------------------------------------------------------------------------
@given(confirmed=st.dates(date(2009, 10, 1), date(2200, 12, 31)))
def test_review_is_due_on_30_september_and_never_within_half_a_year(confirmed: date) -> None:
    begins, due = year_of_review(confirmed + timedelta(days=APART))
    assert (due.month, due.day) == (9, 30)
    assert (begins.month, begins.day, due.year - begins.year) == (9, 30, 1)
    # October to March: by that September; April to September: by the one after.
    assert fiscal_year(due) == fiscal_year(confirmed) + (4 <= confirmed.month <= 9)
    assert timedelta(days=APART) <= due - confirmed <= timedelta(days=548)


@pytest.mark.parametrize("ahead", range(1, 5))  # a leap year is among them
def test_review_of_an_entry_is_due_with_the_fiscal_year(office: Office, ahead: int) -> None:
    year = timezone.localdate().year + ahead
    with as_of(datetime(year - 1, 11, 15, 10, tzinfo=timezone.get_current_timezone())):
        case = office.confirmed("rule")
    clock = Clock.objects.get(case=case.pk, code="yearly_review")
    assert clock.started_on + timedelta(days=clock.length) == date(year, 9, 30)
    assert clock.due_on == current_calendar().roll_forward(date(year, 9, 30))


def test_length_of_the_review_is_rule_data(office: Office) -> None:
    rules, this_year = ClockRule.objects.filter(code="yearly_review"), fiscal_year(timezone.localdate())
    for length, year in ((0, this_year), (366, this_year + 1)):
        rules.update(length=length)
        clock = Clock.objects.get(case=office.confirmed("rule").pk, code="yearly_review")
        assert clock.started_on + timedelta(days=clock.length) == day_of_year(year + 1) - timedelta(days=1)
    rules.update(valid_from=date(2300, 1, 1))
    with pytest.raises(Missing, match="yearly_review"):
        office.confirmed("rule")


def test_review_starts_the_next_one_and_ends_the_clock_of_the_last(office: Office) -> None:
    case = office.confirmed("rule")
    assert list(running(case)) == ["yearly_review"]
    case = office.reviewed(case)
    assert list(running(case)) == ["register_confirmation"]
    case = office.do(case, "drop_review", office.integrity, reasons="ไม่มีอะไรเปลี่ยน")
    assert list(running(case)) == ["yearly_review"]
    case = office.do(case, "end_entry", office.world.head, reasons="ยกเลิก")
    assert list(running(case)) == []


def running(case: RegisterCase) -> list[str]:
    return list(Clock.objects.filter(case=case.pk, stopped_on=None).order_by("code").values_list("code", flat=True))


# --- The database itself ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("register", "wrong"),
    [
        ("training", {"trained": 3, "passed": 4}),
        ("training", {"passed": 1}),
        ("risk", {"likelihood": 0, "impact": 1}),
        ("risk", {"likelihood": 4, "impact": 1}),
        ("risk", {"likelihood": 1, "impact": 4}),
        ("risk", {"likelihood": 2}),
        ("ita", {"points": 101}),
        ("moral", {"indicators": [1, 10]}),
    ],
)
def test_database_refuses_what_cannot_be(office: Office, register: str, wrong: dict[str, Any]) -> None:
    entry = office.enter(register).entry
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.create(entry=entry, by=office.integrity, at=timezone.now(), **wrong)


def test_database_refuses_to_change_a_version_or_a_confirmation(office: Office) -> None:
    case = office.confirmed()
    for rows, change in (
        (EntryVersion.objects.filter(entry=case.pk), {"title": "อื่น"}),
        (Confirmation.objects.filter(version__entry=case.pk), {"by": office.integrity}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()


def test_two_declarations_at_once_are_one(office: Office) -> None:
    facts = {"register": "no_gift", "year": 2569, "values": {}}
    today = day_of_year(2569, 3)
    facts["values"] = values("no_gift", happened_on=today)
    actor = Actor.person(office.integrity)
    first = open_case("register", "enter", actor, unit=office.world.district, **facts)
    with pytest.raises(Refused):
        open_case("register", "enter", actor, unit=office.world.district, **facts)
    # What was struck out leaves its place.
    perform(first, "withdraw_entry", actor, reasons="ผิดหน่วยงาน")
    open_case("register", "enter", actor, unit=office.world.district, **facts)
    assert RegisterEntry.objects.count() == 2


def test_constraint_itself_keeps_a_second_one_out(office: Office) -> None:
    from scores.registers import guards

    facts: dict[str, Any] = {
        "register": "no_gift",
        "year": 2569,
        "values": values("no_gift", happened_on=day_of_year(2569)),
    }
    actor = Actor.person(office.integrity)
    open_case("register", "enter", actor, unit=office.world.district, **facts)
    edge = states.GRAPH.edge("enter")
    kept = edge.requires
    # Somebody else was a moment faster than the guard looked.
    object.__setattr__(edge, "requires", tuple(guard for guard in kept if guard is not guards.one_a_year))
    try:
        with pytest.raises(Refused, match=str(guards.TAKEN)), transaction.atomic():
            open_case("register", "enter", actor, unit=office.world.district, **facts)
    finally:
        object.__setattr__(edge, "requires", kept)


# --- Who is told ------------------------------------------------------------------------------------------------------
def test_who_may_confirm_is_told_and_not_who_entered_it(office: Office) -> None:
    both = make_person("both", office.world.district, Role.INTEGRITY, Role.HEAD)
    case = office.do(office.enter(by=both), "submit_entry", both)
    told = recipients(OutboxRow(case=case, event="submit_entry", at=timezone.now()))
    assert set(told) == {office.world.head}
    assert next_people(case) == told
    case = office.do(case, "return_entry", office.world.head, reasons="ไม่ครบ")
    assert recipients(OutboxRow(case=case, event="return_entry", at=timezone.now())) == [both]
    # Somebody else's change does not make it another's entry.
    case = office.do(case, "change_entry", office.integrity, values=values("training", trained=50), evidence="แฟ้ม")
    case = office.do(case, "submit_entry", office.integrity)
    assert set(next_people(case)) == {office.world.head}
    with pytest.raises(Refused):
        office.do(case, "confirm", both)
    office.do(case, "confirm", office.world.head)


def test_every_name_of_the_law_is_somebody(office: Office) -> None:
    case = office.confirmed("rule")
    for edge in states.EDGES:
        if edge.tells:
            assert recipients(OutboxRow(case=case, event=edge.name, at=timezone.now())), edge.name
    for percent in (50, 80, 100, 150):
        facts = {"percent": percent}
        found = recipients(OutboxRow(case=case, event=OutboxRow.CLOCK_WARNING, facts=facts, at=timezone.now()))
        assert office.integrity in found
        assert (office.world.executive in found) == (percent >= 80)
        assert (office.world.head in found) == (percent >= 100)
