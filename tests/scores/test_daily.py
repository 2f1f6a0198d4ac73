"""The score of every day, and what is read from it."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.demo.clock import as_of
from organisations.models import Unit
from scores.daily import followed, take_daily
from scores.models import Snapshot
from scores.snapshots import facts_of
from tests.complaints.test_executive_pages import cases
from tests.scores.assessment_support import House, build_house
from tests.scores.test_assessment_pages import browser, page
from tests.support.world import World, make_unit
from workflows.checks import problems
from workflows.models import Case

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


def test_every_agency_and_every_assessment_has_one_a_day_however_often_it_runs(house: House) -> None:
    office = make_unit("OFF", Unit.Kind.PROVINCIAL_OFFICE, under=house.world.province)
    house.begin("moral-district")
    assert office in followed()
    assert house.world.district not in followed()
    taken = take_daily()
    rows = Snapshot.objects.filter(cause="daily")
    assert rows.filter(unit=office, family="cdd-clean").count() == 1
    assert rows.filter(unit=house.world.district, family="moral-district").count() == 1
    assert taken == rows.count() == len(followed()) + 1
    assert take_daily() == 0
    assert list(problems()) == []


def another_day() -> datetime:
    """A moment of another day of this fiscal year."""
    now = timezone.now()
    before = now - timedelta(days=1)
    return before if fiscal_year(timezone.localdate(before)) == fiscal_year(TODAY) else now + timedelta(days=1)


def test_days_without_a_change_share_their_facts_and_a_change_has_its_own(house: House) -> None:
    case = house.begin("moral-district")
    with as_of(another_day()):
        take_daily()
    take_daily()
    rows = Snapshot.objects.filter(family="moral-district").order_by("id")
    assert len({row.as_of for row in rows}) == 2
    assert len({row.facts_id for row in rows}) == 1
    house.do(case, "state_criterion", house.integrity, about="moral.l1.1", said="met", remark="แฟ้ม 1")
    with as_of(another_day() + timedelta(days=-2 if another_day() < timezone.now() else 1)):
        take_daily()
    assert len({row.facts_id for row in rows.all()}) == 2


def test_day_that_is_over_is_counted_from_what_the_histories_say_of_it(house: House) -> None:
    made = cases(house.world, 2)
    day = TODAY - timedelta(days=3)
    Case.objects.filter(pk=made[0].pk).update(opened_at=timezone.now() - timedelta(days=5))
    assert take_daily(day) == take_daily() == len(followed())
    assert take_daily(day) == 0
    rows = Snapshot.objects.filter(unit=house.world.department, cause="daily")
    counted = {row.as_of: facts_of(row).figures["complaints.overdue_share"].whole for row in rows}
    # The second one came in since.
    assert counted == {day: 1, TODAY: 2}
    assert {row.fiscal_year for row in rows} == {fiscal_year(day), fiscal_year(TODAY)}
    assert list(problems()) == []


def test_board_shows_what_lies_below(house: House) -> None:
    text = page(house.world.executive, "score_board")
    assert "Unit DST" in text
    assert "Unit OTH" in text
    assert "Unit DEP" not in text
    assert "Unit DST" in page(house.integrity, "score_board")
    assert "Unit OTH" not in page(house.integrity, "score_board")
    page(house.integrity, "score_board", unit="OTH", status=404)
    page(house.world.officer, "score_board", status=403)
    sheet = browser(house.world.executive).get(reverse("score_board"), {"as": "csv"}).content.decode()
    assert sheet.splitlines()[0].endswith("d1,d2,d3,d4,d5")


def test_board_says_what_moved_since_it_was_kept_last(house: House) -> None:
    case = house.begin("cdd-clean")
    yesterday = timezone.now() - timedelta(days=1)
    with as_of(yesterday):
        if fiscal_year(timezone.localdate()) != case.assessment.fiscal_year:
            return  # on the first day of a fiscal year there is no day before
        take_daily()
    assert "±0" in page(house.world.executive, "score_board")
    for about in ("d5.l1.1", "d5.l1.2"):
        house.do(case, "state_criterion", house.integrity, about=about, said="met", remark="แฟ้ม 1")
    text = page(house.world.executive, "score_board")
    assert 'gain-well">+2<' in text
