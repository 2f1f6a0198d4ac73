"""The demo of procurement: two years of made-up plans, loaded whole, the same for the same day, on any day."""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.demo.plan import plan as complaint_stories
from organisations.calendar import current_calendar, fiscal_year, fiscal_year_bounds
from organisations.demo.clock import as_of
from organisations.demo.load import load_organisation
from organisations.demo.people import POSTS
from organisations.models import Role, Unit
from procurement.coverage.standing import standing_of
from procurement.demo import load as loading
from procurement.demo.load import is_loaded, load_procurement
from procurement.demo.plan import (
    APPLICANTS,
    BEYOND,
    CITIZENS,
    CITIZENS_BEYOND,
    KIN_FIRM,
    LAST_YEAR,
    OFFICE,
    OFFICIALS,
    OFFICIALS_BEYOND,
    SUPPLIERS,
    THIS_YEAR,
)
from procurement.models import (
    Activity,
    CommitteeCase,
    EducationActivity,
    Member,
    Order,
    Payment,
    Person,
    Publication,
    PurchaseCase,
    Supplier,
)
from procurement.ocds import package, release
from procurement.ocds_reading import stretch
from procurement.states import committee, purchase
from tests.procurement.ocds_schema import faults_of, unknown_fields
from workflows.checks import problems
from workflows.models import Case, LedgerEntry, OutboxRow
from workflows.refusals import Refused
from workflows.verification import Report, verify

pytestmark = pytest.mark.demo
A_DAY = date(2026, 11, 20)
MADE_UP = re.compile("สมมุติ|ตัวอย่าง|จำลอง|ทดลอง")


def quiet(_line: str) -> None:
    """Nobody listens."""


def at_noon(today: date) -> datetime:
    return datetime.combine(today, time(12), timezone.get_current_timezone())


def all_is_well() -> None:
    assert list(problems()) == []
    assert list(verify(Report())) == []


def written() -> list[tuple[Any, ...]]:
    """Everything the demo did, without keys: they differ from database to database, and so does who is drawn."""
    entries = LedgerEntry.objects.filter(case__kind__in=["purchase", "committee", "seat", "draw"])
    entries = entries.exclude(actor__citizen__isnull=False).order_by("case__number", "seq")
    return [
        *entries.values_list("case__number", "verb", "at", "actor__username", "case__state"),
        *Member.objects.exclude(seat__how="draw")
        .order_by("committee__case__number", "id")
        .values_list("committee__case__number", "person__name", "duty", "appointed_on", "left_on"),
        *Order.objects.order_by("id").values_list("number", "dated_on", "signatory"),
    ]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Both years, of last year two activities only. Out: how many of this year and of last year."""
    monkeypatch.setattr(loading, "LAST_YEAR", LAST_YEAR[:2])
    monkeypatch.setattr(loading, "BEYOND", ())
    return len(THIS_YEAR), 2


# --- What is planned --------------------------------------------------------------------------------------------------
def test_names_are_made_up() -> None:
    names = [row[0] for row in (*OFFICIALS, *OFFICIALS_BEYOND)]
    names += [row.name for row in (*CITIZENS, *CITIZENS_BEYOND, *APPLICANTS)]
    names += [name for _tin, name in (*SUPPLIERS, KIN_FIRM)]
    assert all(MADE_UP.search(name) for name in names)
    assert len(set(names)) == len(names)


def test_networks_and_firms_are_nobodys() -> None:
    # No tax number begins with four zeros, so none of these is anybody's.
    assert all(tin.startswith("0000") and len(tin) == 13 for tin, _name in (*SUPPLIERS, KIN_FIRM))
    villages = re.compile("บ้าน|ตำบล|จังหวัด")
    named = [row.network for row in (*CITIZENS, *CITIZENS_BEYOND, *APPLICANTS) if villages.search(row.network)]
    assert named
    assert all(MADE_UP.search(network) for network in named)


def test_every_unit_of_the_plan_has_staff_and_an_approver() -> None:
    for unit in {row.unit for row in THIS_YEAR + LAST_YEAR + BEYOND}:
        roles = {role for post in POSTS if post.unit == unit for role in post.roles}
        assert {Role.PROCUREMENT, Role.APPROVER} <= roles, unit


def test_rows_are_numbered_once_and_go_every_road() -> None:
    for rows in (THIS_YEAR, LAST_YEAR, BEYOND):
        assert len({row.code for row in rows}) == len(rows)
    roads = Counter(row.road for row in THIS_YEAR)
    assert set(roads) == {*loading._ORDER, "cancelled"}
    assert any(row.budget is None for row in THIS_YEAR)


# --- What is loaded ---------------------------------------------------------------------------------------------------
def check_demo_loads_whole_and_everything_agrees(whole: int) -> None:
    assert is_loaded()
    assert Activity.objects.count() == len(THIS_YEAR + LAST_YEAR + BEYOND)
    planned = [row for row in THIS_YEAR + LAST_YEAR + BEYOND if row.road != "none"]
    assert whole == len(planned) == PurchaseCase.objects.filter(kind="purchase").count()
    announced = {"drafted", "sent", "ordered", "met"}
    expected = Counter("announced" if row.road in announced else row.road for row in planned)
    assert Counter(PurchaseCase.objects.filter(kind="purchase").values_list("state", flat=True)) == expected
    all_is_well()

    reached = set(CommitteeCase.objects.filter(kind="committee").values_list("state", flat=True))
    assert reached == {committee.DRAFT, committee.LINTED, committee.ORDERED, committee.WORKING, committee.DISSOLVED}
    assert {state.code for state in purchase.STATES} - set(expected) <= {purchase.AWARDED, purchase.INSPECTED}
    people = (OFFICIALS, OFFICIALS_BEYOND, CITIZENS, CITIZENS_BEYOND, APPLICANTS)
    assert Person.objects.count() == sum(map(len, people))
    assert Supplier.objects.count() == len(SUPPLIERS) + 1
    assert Payment.objects.exists()
    # Who is on both sides of one purchase would be refused by the order linter; no two are.
    assert not LedgerEntry.objects.filter(at__gt=timezone.now()).exists()


def check_loading_again_changes_nothing(whole: int) -> None:
    before = written()
    counts = [model.objects.count() for model in (Person, Supplier, Publication, EducationActivity, OutboxRow, Case)]
    assert load_procurement(A_DAY, quiet) == whole
    assert load_procurement(A_DAY + timedelta(days=9), quiet) == whole
    assert written() == before
    assert counts == [
        model.objects.count() for model in (Person, Supplier, Publication, EducationActivity, OutboxRow, Case)
    ]


def check_levels_of_this_year_and_last_year_differ(whole: int) -> None:
    """A newcomer sees a year that reached its level and one on its way."""
    office, year = Unit.objects.get(code=OFFICE), fiscal_year(A_DAY)
    with as_of(at_noon(A_DAY)):
        this, last = standing_of(office, year), standing_of(office, year - 1)
    assert last.level > this.level >= 1
    assert this.published
    assert last.rest_covered > 0


def check_offices_of_other_provinces_reach_different_levels(whole: int) -> None:
    year = fiscal_year(A_DAY)
    with as_of(at_noon(A_DAY)):
        levels = {code: standing_of(Unit.objects.get(code=code), year).level for code in {row.unit for row in BEYOND}}
    assert levels == {"CRI-CD": 5, "PYO-CD": 1, "PRE-CD": 1, "UTD-CD": 0, "KKN-CD": 3, "SKA-CD": 1}


def check_standard_of_open_contracting_accepts_every_purchase(whole: int) -> None:
    site, counted = "https://sodsong.example.go.th", 0
    for year in (fiscal_year(A_DAY) - 1, fiscal_year(A_DAY)):
        releases = [release(each, prefix="unregistered", site=site) for each in stretch(None, year).processes]
        told = package(releases, uri=site, publisher="สอดส่อง", site=site, links={})
        assert faults_of(told) == []
        assert unknown_fields(told) == set()
        counted += len(releases)
    assert counted == whole


def check_old_events_are_not_told_again_and_the_last_week_is(whole: int) -> None:
    week = at_noon(A_DAY) - timedelta(days=8)
    rows = OutboxRow.objects.filter(case__kind__in=["purchase", "committee"])
    assert not rows.filter(at__lt=week, relayed_at=None).exists()
    assert rows.filter(relayed_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("after", [1, 40, 150])
def test_interrupted_load_goes_on(monkeypatch: pytest.MonkeyPatch, short: tuple[int, int], after: int) -> None:
    load_organisation(A_DAY)
    real, taken = loading.perform, []

    def failing(*args: Any, **kwargs: Any) -> Any:
        taken.append(args)
        if len(taken) == after:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(loading, "perform", failing)
    with pytest.raises(KeyboardInterrupt):
        load_procurement(A_DAY, quiet)
    # No half of an activity: what is there is there whole.
    played = Activity.objects.count()
    assert played < sum(short)
    all_is_well()
    load_procurement(A_DAY, quiet)
    assert Activity.objects.count() == sum(short)
    all_is_well()


@pytest.mark.django_db
def test_load_for_the_same_day_is_the_same(short: tuple[int, int]) -> None:
    from django.db import transaction

    told = []
    for _ in range(2):
        point = transaction.savepoint()
        load_organisation(A_DAY)
        load_procurement(A_DAY, quiet)
        told.append(written())
        transaction.savepoint_rollback(point)
    assert told[0] == told[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "today",
    [
        date(2026, 10, 1), date(2026, 10, 3), date(2026, 10, 5), date(2026, 9, 30), date(2028, 2, 29),
        date(2027, 12, 31),
    ],
    ids=str,
)  # fmt: skip
def test_demo_of_any_day_is_whole_and_stays_within_its_year(short: tuple[int, int], today: date) -> None:
    load_organisation(today)
    load_procurement(today, quiet)
    assert Activity.objects.count() == sum(short)
    all_is_well()
    first, after = fiscal_year_bounds(fiscal_year(today))
    mine = LedgerEntry.objects.filter(case__kind="purchase", case__purchase__activity__fiscal_year=fiscal_year(today))
    days = {timezone.localdate(entry.at) for entry in mine}
    assert all(first <= day <= today < after for day in days)
    orders = Order.objects.filter(committee__purchase__activity__fiscal_year=fiscal_year(today))
    assert all(first <= day <= today for day in orders.values_list("dated_on", flat=True))
    # And it can be gone on with: the next step of every committee is refused by nothing but missing facts.
    assert not [case for case in PurchaseCase.objects.filter(kind="purchase", is_open=True) if case.next_due is None]


@pytest.mark.django_db
def test_demo_of_today_ends_before_this_moment(monkeypatch: pytest.MonkeyPatch, short: tuple[int, int]) -> None:
    """At seven in the morning of the first day of a fiscal year nothing has happened at two in the afternoon."""
    early = datetime(2026, 10, 1, 7, 5, tzinfo=timezone.get_current_timezone())
    with as_of(early):
        load_organisation(early.date())
        load_procurement(early.date(), quiet)
    assert not LedgerEntry.objects.filter(at__gt=early).exists()
    assert not Publication.objects.filter(recorded_at__gt=early).exists()
    all_is_well()


# --- With everything else ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_command_loads_complaints_and_purchases_and_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    few = sorted(complaint_stories(A_DAY, current_calendar()), key=lambda story: len(story.acts))[:2]
    for module in ("complaints.demo.load", "config.management.commands.load_demo"):
        monkeypatch.setattr(f"{module}.TOTAL", len(few))
    monkeypatch.setattr("complaints.demo.load.plan", lambda *_: few)
    monkeypatch.setattr("complaints.demo.load.plan_beyond", lambda *_: ())
    monkeypatch.setattr(loading, "BEYOND", BEYOND[-1:])
    monkeypatch.setattr(loading, "LAST_YEAR", LAST_YEAR[:1])
    monkeypatch.setattr(loading, "THIS_YEAR", THIS_YEAR[1:3])
    sheet = str(tmp_path / "sign-ins.txt")

    def stopped(*_args: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("config.management.commands.load_demo.load_procurement", stopped)
        with pytest.raises(KeyboardInterrupt):
            call_command("load_demo", "--sign-ins", sheet, "--today", A_DAY.isoformat())
    assert not Activity.objects.exists()
    call_command("load_demo", "--sign-ins", sheet)
    assert (Activity.objects.count(), PurchaseCase.objects.filter(kind="purchase").count()) == (4, 4)
    assert "procurement" in (tmp_path / "sign-ins.txt").read_text()
    call_command("load_demo", "--once", "--sign-ins", sheet)
    assert "loaded already" in capsys.readouterr().out
    all_is_well()


def check_sign_in_of_the_staff_can_draft_what_the_demo_left_open(whole: int) -> None:
    """The draft that a newcomer finds is his to send on."""
    from organisations.models import User
    from workflows.actors import Actor
    from workflows.transitions import perform

    staff = User.objects.get(username="procurement")
    drafts = CommitteeCase.objects.filter(kind="committee", state="draft", unit__code=OFFICE)
    assert drafts
    for case in drafts:
        try:
            assert perform(case, "lint", Actor.person(staff)).state == "linted"
        except Refused as refusal:
            pytest.fail(str(refusal.sentence))
