"""Who is next in the drawn order, and on which days a seat counts: against plain programs that say the same."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.coverage.reading import _held
from procurement.draws.announcement import Quota
from procurement.draws.records import announcement_of, result_of
from procurement.draws.running import replacement_order
from procurement.models import Citizen, Consent, Draw, Member, Person, Seat, SeatCase
from procurement.pool.line import Bar, next_in_line
from procurement.states import seat as law
from tests.support.procurement_ways import day
from tests.support.purchases import Plan
from tests.support.seats import drawn, join_pool, open_seat
from workflows.refusals import Missing

FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LIVE = set(law.OPEN) - {law.CONCLUDING}


# --- The line ---------------------------------------------------------------------------------------------------------
def barred(person: Person, seat: Seat) -> bool:
    """By the words of domain.md: in the pool by his own will, available, free, and not on this purchase already."""
    citizen = Citizen.objects.get(pk=person.pk)
    purchase, most = seat.committee.purchase_id, Person.objects.get(pk=person.pk).most_seats
    return (
        not Consent.objects.filter(citizen=citizen, purpose="pool", withdrawn_at=None).exists()
        or (citizen.away_until is not None and citizen.away_until >= timezone.localdate())
        or Seat.objects.filter(person=person, case__state__in=LIVE).count() >= most
        or Seat.objects.filter(person=person, committee__purchase=purchase).exists()
        or Member.objects.filter(person=person, committee__purchase=purchase, left_on=None).exists()
    )


def expected(draw: Draw, seat: Seat) -> tuple[int | None, list[int]]:
    """The place of who comes next, and the places passed over before him."""
    chain, before = [], seat.follows
    while before is not None:
        chain.append(before.entry)
        before = before.follows
    places: list[int] = draw.result["order"]  # type: ignore[index]
    if first := next((entry for entry in reversed(chain) if entry is not None), None):
        places = list(replacement_order(announcement_of(draw), result_of(draw), first.place))
    offers = Counter(Seat.objects.filter(entry__draw=draw).values_list("entry__place", flat=True))
    people = {entry.place: entry.person for entry in draw.entries.select_related("person")}
    passed = []
    for _count, _place, place in sorted((offers[place], at, place) for at, place in enumerate(places)):
        if not barred(people[place], seat):
            return place, passed
        passed.append(place)
    return None, passed


def change_somebody(choose: random.Random) -> None:
    """Somebody goes away, comes back, takes back his consent, gives it again, or is full."""
    citizen = choose.choice(list(Citizen.objects.order_by("pk")))
    match choose.randrange(5):
        case 0:
            Citizen.objects.filter(pk=citizen.pk).update(away_until=choose.choice([day(), day(-5)]))
        case 1:
            Citizen.objects.filter(pk=citizen.pk).update(away_until=choose.choice([None, day(1)]))
        case 2:
            Consent.objects.filter(citizen=citizen).update(withdrawn_at=timezone.now())
        case 3:
            Consent.objects.filter(citizen=citizen).update(withdrawn_at=None)
        case _:
            Person.objects.filter(pk=citizen.pk).update(most_seats=choose.randrange(3))


@pytest.mark.django_db
@pytest.mark.parametrize("quotas", [False, True])
def test_first_in_the_drawn_order_whom_nothing_bars_is_taken_and_everybody_before_him_has_a_reason(
    plan: Plan, quotas: bool
) -> None:
    for number in range(6):
        join_pool(plan.citizen(f"นาย {'กขคงจฉ'[number]} ตัวอย่าง"), plan.staff, sex="female" if number % 3 else "male")
    wanted = (Quota("sex", "male", 1, 1),) if quotas else ()
    draw = drawn(plan, size=2, quotas=wanted).draw
    committees = [plan.committee(plan.purchase()) for _ in range(3)]

    @FEW
    @given(seed=st.integers(0, 2**32))
    def walk(seed: int) -> None:
        point = transaction.savepoint()
        choose = random.Random(seed)  # noqa: S311 - a walk that can be repeated
        for _ in range(14):
            change_somebody(choose)
            vacant = list(SeatCase.objects.filter(state="vacant").order_by("pk"))
            committee = choose.choice(committees)
            if not any(case.seat.committee_id == committee.pk for case in vacant):
                vacant.append(open_seat(plan, committee))
            case = choose.choice(vacant)
            place, passed = expected(draw, case.seat)
            line = next_in_line(case.seat, timezone.localdate())
            assert line is not None
            assert (line.entry.place if line.entry else None, [at for at, _bar in line.passed]) == (place, passed)
            assert all(isinstance(bar, Bar) for _at, bar in line.passed)
            if place is None:
                with pytest.raises(Missing):
                    plan.do(case, "draw_next")
                continue
            case = plan.do(case, "draw_next")
            assert case.seat.entry.place == place
            # Who declines is followed by the next one, by itself, in the order of replacement.
            if choose.random() < 0.6:
                case = plan.do(plan.do(case, "invite"), "record_refusal", text="โทรศัพท์")
                after = Seat.objects.select_related("entry", "case").get(follows=case.pk)
                if after.entry is not None:
                    assert after.entry.person_id != case.seat.person_id
        transaction.savepoint_rollback(point)

    walk()


@pytest.mark.django_db
def test_replacement_keeps_the_type_of_who_fell_out(plan: Plan) -> None:
    """With quotas first the others of his type, as long as nobody was offered more than another."""
    for number in range(8):
        join_pool(plan.citizen(f"นาย {'กขคงจฉชซ'[number]} ตัวอย่าง"), plan.staff, sex="female" if number % 2 else "male")
    draw = drawn(plan, size=2, quotas=(Quota("sex", "male", 1, 1), Quota("sex", "female", 1, 1))).draw
    case = plan.do(open_seat(plan, plan.committee()), "draw_next")
    sexes = [case.seat.person.citizen.sex]
    for _ in range(3):
        case = plan.do(case if case.state == "invited" else plan.do(case, "invite"), "record_refusal", text="โทรศัพท์")
        case = SeatCase.objects.get(seat__follows=case.pk)
        assert case.seat.person is not None
        sexes.append(case.seat.person.citizen.sex)
    assert len(set(sexes)) == 1
    assert draw.size == 2


# --- Coverage ---------------------------------------------------------------------------------------------------------
@st.composite
def held_and_suspended(pick: Any) -> tuple[date, date | None, list[list[date | None]]]:
    """A seat as the product writes it: suspended never before the appointment, each time after the last one ended."""
    start = date(2026, 10, 1)
    end = pick(st.one_of(st.none(), st.integers(0, 20).map(lambda days: start + timedelta(days))))
    rows: list[list[date | None]] = []
    at = start
    for _ in range(pick(st.integers(0, 3))):
        since = at + timedelta(pick(st.integers(0, 4)))
        until = since + timedelta(pick(st.integers(0, 4)))
        rows.append([since, until])
        at = until
    if rows and pick(st.booleans()):
        rows[-1][1] = None
    return start, end, rows


@settings(max_examples=400, deadline=None)
@given(given_rows=held_and_suspended())
def test_seat_counts_on_the_days_it_was_held_and_not_suspended(
    given_rows: tuple[date, date | None, list[list[date | None]]],
) -> None:
    start, end, rows = given_rows
    stretches = list(_held(start, end, rows))
    for number in range(-2, 40):
        on = start + timedelta(number)
        counted = sum(since <= on and (until is None or on < until) for since, until in stretches)
        suspended = any(since <= on and (until is None or on < until) for since, until in rows)  # type: ignore[operator]
        assert counted == (start <= on and (end is None or on < end) and not suspended), (on, stretches)
