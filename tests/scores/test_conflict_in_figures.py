"""A complaint that a reader has a conflict with moves no live figure that he is shown: all his pages are as if it had
never come in, also beside what was kept before (domain: Conflict rule: no list, search, count, export, notice)."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from complaints.models import ComplaintCase
from organisations.calendar import fiscal_year
from organisations.demo.clock import as_of
from organisations.models import Role, Unit, User
from organisations.shares import Share
from scores.daily import take_daily
from scores.models import Snapshot
from scores.snapshots import digest_of, facts_of, recomputed
from tests.scores.assessment_support import House, build_house
from tests.scores.test_assessment_pages import browser
from tests.support.world import World, make_person
from workflows.metrics import Span, figures_of, hidden_from
from workflows.models import Clock, Conflict

pytestmark = pytest.mark.django_db
FIGURES = ("complaints.overdue_share", "complaints.late_share")
ONCE = re.compile(r'nonce="[^"]*"|csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*|\s+')
# The first day of a fiscal year has no day before: on it the tests live the day after.
FIRST = fiscal_year(timezone.localdate()) != fiscal_year(timezone.localdate() - timedelta(days=1))
NOW = timezone.now() + timedelta(days=int(FIRST))
TODAY, YESTERDAY = timezone.localdate(NOW), NOW - timedelta(days=1)
YEAR = fiscal_year(TODAY)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    if not FIRST:
        yield
        return
    with as_of(NOW):
        yield


@pytest.fixture
def house(world: World) -> House:
    cache.clear()
    return build_house(world)


def make_late(house: House) -> ComplaintCase:
    """A complaint of the district that came in days ago and is overdue since the day before yesterday."""
    with as_of(timezone.now() - timedelta(days=9)):
        case = house.world.into("investigating")
    Clock.objects.filter(case=case).update(due_on=TODAY - timedelta(days=3))
    return case


def bar(user: User, case: ComplaintCase) -> None:
    Conflict.objects.create(case_id=case.pk, user=user, at=timezone.now())


def keep_yesterday() -> None:
    """What the nightly job kept yesterday."""
    with as_of(YESTERDAY):
        assert take_daily()


def pages(user: User, units: tuple[Unit, ...], assessment: str) -> dict[str, str]:
    """Every page of live scores, as `user` reads it."""
    asked: dict[str, Callable[[], HttpResponse]] = {
        **{
            f"{code} of {unit.code}": lambda unit=unit, code=code: get("unit_figure", unit.code, YEAR, code)
            for code in FIGURES
            for unit in units
        },
        **{
            f"score of {unit.code}": lambda unit=unit: get("unit_score", unit.code, "cdd-clean", YEAR) for unit in units
        },
        "board": lambda: get("score_board"),
        "board as csv": lambda: get("score_board", **{"as": "csv"}),
        "now": lambda: get("executive_scores"),
        "compared": lambda: get("executive_compare"),
        "assessment": lambda: get("assessment", assessment),
        "facts": lambda: get("assessment_facts", assessment),
    }

    def get(name: str, *args: object, **query: str) -> HttpResponse:
        return browser(user).get(reverse(name, args=args), query)

    return {name: ONCE.sub("", ask().content.decode()) for name, ask in asked.items()}


# --- The numbers ------------------------------------------------------------------------------------------------------
def test_figure_of_a_reader_leaves_out_what_he_has_a_conflict_with(house: House) -> None:
    world = house.world
    late = make_late(house)
    world.into("investigating")
    reader = make_person("reader", world.department, Role.EXECUTIVE)

    def figure(user: User) -> object:
        units = [world.district.pk, world.department.pk]
        found = figures_of(units, ["complaints.overdue_share"], Span.of_year(YEAR), without=hidden_from(user))
        assert found[units[0]] == found[units[1]]
        return found[units[0]]["complaints.overdue_share"]

    assert figure(reader) == Share(1, 2)
    bar(reader, late)
    assert figure(reader) == Share(0, 1)
    assert figure(world.executive) == Share(1, 2)


def test_protected_complaint_is_not_taken_away_where_it_was_never_counted(house: House) -> None:
    world = house.world
    make_late(house)
    secret = world.into("investigating", world.corruption)
    reader = make_person("reader", world.department, Role.EXECUTIVE)
    bar(reader, secret)
    found = figures_of([world.department.pk], FIGURES, Span.of_year(YEAR), without=hidden_from(reader))
    assert found[world.department.pk]["complaints.overdue_share"] == Share(1, 1)


# --- The pages --------------------------------------------------------------------------------------------------------
def test_no_page_of_scores_moves_by_what_its_reader_has_a_conflict_with(house: House) -> None:
    world = house.world
    units, assessment = (world.district, world.department), house.begin("cdd-clean").public_id
    reader, other = (make_person(name, world.department, Role.EXECUTIVE) for name in ("reader", "other"))
    world.into("investigating")
    with transaction.atomic():
        keep_yesterday()
        before, others = (pages(user, units, assessment) for user in (reader, other))
        transaction.set_rollback(True)
    cache.clear()
    bar(reader, make_late(house))
    keep_yesterday()
    assert pages(reader, units, assessment) == before
    now = pages(other, units, assessment)
    figures = {f"{code} of {unit.code}" for code in FIGURES for unit in units}
    assert {name for name in now if now[name] != others[name]} >= {*figures, "score of DST", "assessment", "facts"}


def test_kept_score_is_without_it_what_it_would_have_been(house: House) -> None:
    world = house.world
    house.begin("cdd-clean")
    late = make_late(house)
    world.into("investigating")
    keep_yesterday()
    row = Snapshot.objects.get(unit=world.district)

    def overdue(*without: int) -> tuple[object, bool]:
        criteria = (found for node in recomputed(row, without).root.walk() for found in node.criteria)
        met = next(found.state.met for found in criteria if found.code == "d1.l1.2.5.2")
        return facts_of(row, without).figures["complaints.overdue_share"], met

    assert overdue() == (Share(1, 1), False)
    assert overdue(late.pk) == (Share(0, 0), True)
    assert digest_of(recomputed(row)) == row.digest
