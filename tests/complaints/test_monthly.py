"""The statistics of a month: the figures as they stood when it ended, made and told once, shown to who may see them."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from complaints import monthly
from complaints.models import ComplaintKind, MonthlyReport
from complaints.monthly import FLOWS, Figures, figures_of, make_reports, month_before
from complaints.monthly_readers import readers_of, reported_units
from complaints.receipts import new_receipt
from notifications.models import Notice
from notifications.queries import page_of
from notifications.relay import relay
from notifications.sentences import sentences
from organisations.actions import rebuild_reach
from organisations.models import Holiday, Role, Unit, UnitLink, User
from tests.support.world import ALWAYS, World, build_world, make_person, make_unit
from workflows.actors import Actor
from workflows.models import Case, Clock, OutboxRow
from workflows.transitions import open_case, perform

BANGKOK = ZoneInfo("Asia/Bangkok")
OCTOBER = date(2026, 10, 1)
NOVEMBER_2 = date(2026, 11, 2)  # a Monday: the first working day


def moment(day: int, month: int = 10, hour: int = 10) -> datetime:
    """A moment of 2026 in Bangkok."""
    return datetime(2026, month, day, hour, tzinfo=BANGKOK)


def filed(world: World, at: datetime, **facts: Any) -> Case:
    """A complaint that came in at that moment."""
    facts = {"statement": "ไฟดับ", "channel": "website", "kind": world.ordinary, "receipt": new_receipt()} | facts
    return open_case(
        "complaint", "register", Actor.complainant(), unit=facts.pop("unit", world.district), at=at, **facts
    )


def do(case: Case, edge: str, user: User, at: datetime, **facts: Any) -> Case:
    """An edge that was taken at that moment."""
    return perform(case, edge, Actor.person(user), at=at, **facts)


def closed(world: World, came: datetime, ended: datetime, decision: str = "decide_unfounded", **facts: Any) -> Case:
    """A complaint that came in, was investigated, and closed. A review can still be asked for."""
    case = investigated(world, came, **facts)
    case = do(case, "submit_finding", world.officer, came, outcome="founded", reasons="พบจริง", evidence="ภาพถ่าย")
    case = do(case, decision, world.approver, came, reply="ตรวจสอบแล้ว")
    Clock.objects.filter(case=case.pk, code="objection").update(due_on=date(2999, 1, 1))
    return do(case, "close", world.officer, ended, evidence="ภาพถ่าย")


def investigated(world: World, came: datetime, **facts: Any) -> Case:
    """A complaint that came in and is being investigated since the same day."""
    case = do(filed(world, came, **facts), "start_screening", world.screener, came)
    case = do(case, "accept", world.screener, came, kind=world.ordinary, unit=world.district)
    return do(case, "assign", world.head, came, to=world.officer)


def protected(world: World, at: datetime) -> Case:
    """A complaint about corruption."""
    return filed(world, at, kind=world.corruption)


def flows(figures: Figures) -> tuple[int, ...]:
    """Received, closed, open, overdue."""
    return tuple(figures.flows[name] for name in FLOWS)


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- The figures ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_figures_count_what_came_ended_and_stayed(world: World) -> None:
    closed(world, moment(1, 9), moment(5))  # before the month, closed in it: 34 days
    closed(world, moment(1), moment(4), "decide_inconclusive", channel="box")
    closed(world, moment(1, 8), moment(2, 9))  # over before
    filed(world, moment(31, hour=23), channel="letter")  # acknowledgement is due in November
    filed(world, moment(1, 11, hour=0))  # not yet
    late = investigated(world, moment(1, 7))
    assert late.is_open
    found = figures_of(OCTOBER)
    assert list(found) == [world.district.pk]
    figures = found[world.district.pk]
    assert flows(figures) == (2, 2, 2, 1)
    assert figures.outcomes == {"unfounded": 1, "inconclusive": 1}
    assert figures.days == {"34": 1, "3": 1}
    assert figures.median_days == 34
    assert figures.channels == {"box": 1, "letter": 1}
    assert figures.kinds == {"service": 2}
    assert not figures.protected


@pytest.mark.django_db
def test_figures_tell_how_each_ended(world: World) -> None:
    case = do(filed(world, moment(1)), "start_screening", world.screener, moment(1))
    do(case, "decline", world.screener, moment(2), **world.refusal())
    withdrawn = filed(world, moment(1))
    perform(withdrawn, "withdraw", Actor.complainant(withdrawn), at=moment(3))
    simple = do(filed(world, moment(1), kind=world.simple), "start_screening", world.screener, moment(1))
    simple = do(simple, "accept", world.screener, moment(1), kind=world.simple, unit=world.district)
    simple = do(simple, "answer_directly", world.screener, moment(2), reply="ซ่อมแล้ว")
    do(simple, "close", world.screener, moment(3), evidence="ภาพถ่าย")
    figures = figures_of(OCTOBER)[world.district.pk]
    assert figures.outcomes == {"declined": 1, "withdrawn": 1, "answered": 1}
    assert figures.flows["closed"] == 3
    assert figures.median_days == 2


@pytest.mark.django_db
def test_figures_of_a_month_stay_whatever_happens_afterwards(world: World) -> None:
    again = closed(world, moment(1), moment(9))
    running = investigated(world, moment(20))
    moving = do(filed(world, moment(25)), "start_screening", world.screener, moment(26))
    late = investigated(world, moment(1, 8))
    before = figures_of(OCTOBER)
    # The one in screening is late: its receipt was not confirmed.
    assert flows(before[world.district.pk]) == (3, 1, 3, 2)

    after = moment(3, 11)
    again = perform(again, "request_review", Actor.complainant(again), at=after, reasons="ไม่ตรง")
    do(again, "reopen", world.upper_approver, after, to=world.officer2, reasons="มีข้อเท็จจริงใหม่")
    for clock in Clock.objects.filter(case=late, duty=True, stopped_on=None):
        do(late, "extend", world.approver, after, clock=clock, days=90, reasons="รอผลตรวจ")
    do(late, "submit_finding", world.officer, after, outcome="founded", reasons="พบจริง", evidence="ภาพถ่าย")
    do(moving, "accept", world.screener, after, kind=world.simple, unit=world.other)
    do(running, "change_kind", world.officer, after, kind=world.corruption)
    filed(world, after)
    assert Case.objects.get(pk=running.pk).protected
    assert figures_of(OCTOBER) == before


@pytest.mark.django_db
def test_one_that_becomes_protected_later_leaves_the_figures_as_if_it_had_ended(world: World) -> None:
    """What is open adds up from month to month, so that nobody computes that there is one."""
    begun, moved = investigated(world, moment(1)), investigated(world, moment(2))
    do(moved, "change_kind", world.officer, moment(3, 11), kind=world.corruption)
    october, november = (figures_of(date(2026, month, 1))[world.district.pk] for month in (10, 11))
    assert begun.pk != moved.pk
    assert (october.flows["open"], november.flows["open"]) == (2, 1)
    assert october.flows["open"] + november.flows["received"] - november.flows["closed"] == november.flows["open"]
    assert november.outcomes == {"moved": 1}
    assert sum(november.days.values()) == november.flows["closed"]


@pytest.mark.django_db
def test_overdue_is_what_was_due_by_the_last_day(world: World) -> None:
    case = investigated(world, moment(1))
    clocks = Clock.objects.filter(case=case.pk, duty=True)

    def overdue(due: date, stopped: date | None = None) -> int:
        clocks.update(due_on=due, stopped_on=stopped)
        return figures_of(OCTOBER)[world.district.pk].flows["overdue"]

    assert overdue(date(2026, 10, 30)) == overdue(date(2026, 10, 31)) == 1
    assert overdue(date(2026, 11, 1)) == 0
    assert overdue(date(2026, 10, 30), date(2026, 10, 31)) == 0
    assert overdue(date(2026, 10, 30), date(2026, 11, 1)) == 1


@pytest.mark.django_db
def test_reopened_and_closed_again_counts_in_each_month_it_ended(world: World) -> None:
    case = closed(world, moment(1, 9), moment(5))
    case = perform(case, "request_review", Actor.complainant(case), at=moment(6), reasons="ไม่ตรง")
    do(case, "refuse_review", world.upper_approver, moment(2, 11), reasons="ครบถ้วนแล้ว")
    september, october, november = (figures_of(date(2026, month, 1))[world.district.pk] for month in (9, 10, 11))
    assert flows(september)[:3] == (1, 0, 1)
    assert flows(october)[:3] == (0, 0, 1)  # at its end the review was open
    assert flows(november)[:3] == (0, 1, 0)
    assert november.outcomes == {"unfounded": 1}


@pytest.mark.django_db
def test_protected_are_counted_apart_and_only_from_five_on(world: World) -> None:
    filed(world, moment(3), unit=world.centre)
    before = figures_of(OCTOBER)
    for day in range(1, 5):
        protected(world, moment(day))
    assert figures_of(OCTOBER) == before
    protected(world, moment(5))
    five = figures_of(OCTOBER)[world.centre.pk]
    assert five.protected == {"received": 5, "open": 5, "overdue": 5}
    assert Figures(**{**vars(five), "protected": before[world.centre.pk].protected}) == before[world.centre.pk]


@pytest.mark.django_db
def test_unit_with_nothing_but_few_protected_has_no_report(world: World) -> None:
    protected(world, moment(1))
    assert figures_of(OCTOBER) == {}


def test_figures_add_up_and_come_back_as_they_were_stored() -> None:
    one = Figures.from_json({"flows": {"closed": 3}, "days": {"2": 1, "10": 2}, "protected": {}})
    two = Figures.from_json({"flows": {"closed": 1, "open": 2}, "days": {"1": 1}})
    both = one + two
    assert (both.flows, both.days.total(), both.median_days) == ({"closed": 4, "open": 2}, 4, 10)
    assert Figures.from_json(both.to_json()) == both
    assert Figures().median_days is None
    assert not Figures()


# --- Made once, and told ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_reports_wait_for_the_first_working_day(world: World) -> None:
    filed(world, moment(3))
    assert make_reports(date(2026, 11, 1)) == 0  # a Sunday
    Holiday.objects.create(day=NOVEMBER_2, name_th="วันหยุด", source="ทดสอบ")
    assert make_reports(NOVEMBER_2) == 0
    assert make_reports(date(2026, 11, 3)) == 1
    assert make_reports(date(2026, 11, 4)) == make_reports(date(2026, 11, 30)) == 0
    report = MonthlyReport.objects.get()
    assert (report.unit, report.month) == (world.district, OCTOBER)
    assert Figures.from_json(report.figures) == figures_of(OCTOBER)[world.district.pk]


@pytest.mark.django_db
def test_reports_missed_are_made_up_for_later_in_the_month(world: World) -> None:
    filed(world, moment(3))
    assert make_reports(date(2026, 11, 19)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_machines_make_and_tell_them_once() -> None:
    world = build_world()
    filed(world, moment(3))
    OutboxRow.objects.update(relayed_at=timezone.now())
    barrier = Barrier(3)

    def run(_machine: int) -> int:
        try:
            barrier.wait()
            return make_reports(NOVEMBER_2)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == [0, 0, 1]
    told = OutboxRow.objects.filter(event="monthly_statistics")
    assert told.count() == 2  # the district, and its superior


@pytest.mark.django_db
def test_superior_of_many_units_and_their_province_are_told_once(world: World) -> None:
    area = make_unit("AREA", Unit.Kind.PROVINCE)
    town = make_unit("TOWN", under=area, axis="area")
    for unit in (world.district, world.other):
        UnitLink.objects.create(axis="area", child=unit, parent=town, valid=ALWAYS)
    rebuild_reach()
    governor = make_person("governor", area, Role.EXECUTIVE)
    filed(world, moment(3))
    filed(world, moment(3), unit=world.other)
    make_reports(NOVEMBER_2)
    relay()
    told = Notice.objects.filter(event="monthly_statistics").select_related("case")
    assert sorted(notice.recipient.username for notice in told) == ["executive", "governor", "head", "stranger"]
    notice = told.get(recipient=governor)
    assert notice.facts == {"unit": area.pk, "month": "2026-10"}
    assert page_of(notice) == "/monthly/AREA/2026-10/"
    assert "ตุลาคม 2569" in sentences([notice])[0]
    assert [unit.code for unit in reported_units(area, OCTOBER)] == ["AREA", "DST", "OTH", "TOWN"]
    assert [unit.code for unit in reported_units(world.province, OCTOBER)] == ["PRV", "DST", "OTH"]
    assert set(readers_of([world.district.pk], OCTOBER)) == {world.district.pk, world.province.pk, area.pk}


# --- The page and the sheet -------------------------------------------------------------------------------------------
@pytest.fixture
def made(world: World) -> World:
    """Two districts with complaints of October, and its reports."""
    closed(world, moment(1), moment(4))
    filed(world, moment(3), unit=world.other)
    filed(world, moment(3), unit=world.other, channel="letter")
    make_reports(NOVEMBER_2)
    return world


def test_page_anonymous_is_sent_to_sign_in(db: None) -> None:
    for name in ("monthly", "monthly_sheet"):
        answer = Client().get(reverse(name, args=["PRV", "2026-10"]))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["monthly", "monthly_sheet"])
def test_page_exists_for_posts_in_the_unit_or_above_it(made: World, name: str) -> None:
    def status(user: User, code: str, month: str = "2026-10") -> int:
        return signed_in(user).get(reverse(name, args=[code, month])).status_code

    assert status(made.executive, "PRV") == status(made.executive, "DST") == status(made.officer, "DST") == 200
    assert status(made.officer, "PRV") == status(made.stranger, "DST") == status(made.administrator, "DST") == 404
    assert status(made.executive, "NONE") == status(made.executive, "PRV", "2026-09") == 404
    assert status(made.executive, "PRV", "2026-13") == status(made.executive, "PRV", "x") == 404


def test_page_shows_each_unit_and_the_total(made: World) -> None:
    body = signed_in(made.executive).get(reverse("monthly", args=["PRV", "2026-10"])).content.decode()
    foot = body[body.index("<tfoot>") : body.index("</tfoot>")]
    cells = re.findall(r'<td class="figure" data-label="[^"]+">([^<]*)<', foot)
    assert cells == ["3", "1", "2", "2", "3"]
    assert "Protected: " not in body
    assert "October 2026" in body
    assert "Unit DST" in body
    assert "Unit PRV itself" in body
    assert "unfounded" in body
    latest = signed_in(made.executive).get(reverse("monthly_latest"))
    assert latest["Location"] == "/monthly/PRV/2026-10/"
    assert signed_in(made.officer).get(reverse("monthly_latest")).status_code == 404
    MonthlyReport.objects.all().delete()
    answer = signed_in(made.executive).get(reverse("monthly_latest"), follow=True)
    assert answer.redirect_chain == [(reverse("overview"), 302)]
    assert "no statistics yet" in answer.content.decode()


def test_page_shows_the_protected_as_soon_as_one_unit_has_a_figure_of_them(made: World) -> None:
    figures = {"flows": {"received": 1}, "protected": {"received": 5}}
    MonthlyReport.objects.filter(unit=made.district).update(figures=figures)
    body = signed_in(made.executive).get(reverse("monthly", args=["PRV", "2026-10"])).content.decode()
    assert body.count('<th scope="col" class="figure">Protected: ') == 4
    rows = re.findall(r"<tr>(.*?)</tr>", body[body.index("<tbody>") : body.index("</tfoot>")], re.DOTALL)
    # The province itself, its two districts, and the total: on a phone a card leaves out what is not told of its unit.
    assert [len(re.findall('data-label="Protected: ', row)) for row in rows] == [4, 4, 4, 4]
    assert [row.count(" untold") for row in rows] == [4, 0, 4, 0]
    assert re.findall(r'data-label="Protected: [^"]+">([^<]*)<', rows[1]) == ["5", "–", "–", "–"]


def test_page_asks_as_many_questions_for_twenty_units_as_for_two(made: World) -> None:
    def count() -> int:
        client = signed_in(made.executive)
        address = reverse("monthly", args=["PRV", "2026-10"])
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    few = count()
    for number in range(20):
        unit = make_unit(f"U{number}", under=made.province)
        MonthlyReport.objects.create(unit=unit, month=OCTOBER, figures={}, made_at=timezone.now())
    rebuild_reach()
    assert count() == few


def test_sheet_is_in_official_form_and_adds_up(made: World) -> None:
    answer = signed_in(made.executive).get(reverse("monthly_sheet", args=["PRV", "2026-10"]))
    assert 'filename="monthly-PRV-2026-10.xlsx"' in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.title == "ตุลาคม 2569"
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[1][0] == "หน่วย PRV"
    assert rows[2][0] == "ประจำเดือน ตุลาคม พ.ศ. 2569"
    head, units, total = rows[3], rows[4:-1], rows[-1]
    assert [row[0] for row in units] == ["หน่วย PRV", "หน่วย DST", "หน่วย OTH"]
    assert None not in head
    for column in range(1, len(head) - len(FLOWS)):
        if column != 1 + len(FLOWS):  # the median is no sum
            assert total[column] == sum(row[column] for row in units), head[column]
    received, ended = total[1], total[2]
    assert (received, ended) == (3, 1)
    outcomes, kinds, channels = 7, ComplaintKind.objects.filter(parent=None).count() + 1, 10
    first = 2 + len(FLOWS)
    assert sum(total[first : first + outcomes]) == ended
    assert sum(total[first + outcomes : first + outcomes + kinds]) == received
    assert sum(total[first + outcomes + kinds :][:channels]) == received
    assert total[-4:] == ["–"] * 4


def test_month_before_goes_over_the_year() -> None:
    assert month_before(date(2027, 1, 5)) == date(2026, 12, 1)
    span = monthly.month_of(date(2026, 12, 31))
    assert (span.first, span.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert span.ends - span.begins == timedelta(days=31)
    assert span.begins == datetime(2026, 12, 1, tzinfo=BANGKOK)
