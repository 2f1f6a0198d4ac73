"""Statistics are made and told once, also by two machines; what somebody asks for is made by the worker."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from complaints.jobs import work_out_statistics
from complaints.models import ReportCell, ReportPeriod, UnitReport
from complaints.statistics.figures import Figures
from complaints.statistics.making import ask_for, is_made, make, make_reports
from complaints.statistics.periods import half_of, period_of, year_of
from complaints.statistics.readers import readers_of, rows_of
from notifications.models import Notice
from notifications.queries import page_of
from notifications.relay import relay
from notifications.sentences import sentences
from organisations.actions import rebuild_reach
from organisations.models import Holiday, Role, Unit, UnitLink
from tests.complaints.statistics.filing import NOVEMBER_2, OCTOBER, SEPTEMBER, figures_of, filed, moment
from tests.support.world import ALWAYS, World, build_world, make_person, make_unit
from workflows.models import OutboxRow


@pytest.mark.django_db
def test_reports_wait_for_the_first_working_day(world: World) -> None:
    filed(world, moment(3))
    assert make_reports(date(2026, 11, 1)) == 0  # a Sunday
    Holiday.objects.create(day=NOVEMBER_2, name_th="วันหยุด", source="ทดสอบ")
    assert make_reports(NOVEMBER_2) == 0
    assert make_reports(date(2026, 11, 3)) == 1
    assert make_reports(date(2026, 11, 4)) == make_reports(date(2026, 11, 30)) == 0
    report = UnitReport.objects.get()
    assert (report.unit, report.period_id) == (world.district, "2026-10")
    assert Figures.from_json(report.figures) == figures_of(OCTOBER)[world.district.pk]


@pytest.mark.django_db
def test_reports_missed_are_made_up_for_later_in_the_month(world: World) -> None:
    filed(world, moment(3))
    assert make_reports(date(2026, 11, 19)) == 1


@pytest.mark.django_db
def test_what_ends_with_a_month_is_made_with_it_and_told(world: World) -> None:
    filed(world, moment(3, 9))
    assert make_reports(date(2026, 10, 1)) == 3
    assert set(ReportPeriod.objects.values_list("code", flat=True)) == {"2026-09", "fy2569-2", "fy2569"}
    relay()
    told = Notice.objects.filter(event="monthly_statistics", recipient=world.head)
    assert sorted(map(page_of, told)) == [
        "/monthly/DST/2026-09/", "/statistics/DST/fy2569-2/", "/statistics/DST/fy2569/",
    ]  # fmt: skip
    assert make_reports(date(2026, 12, 1)) == 2
    assert not OutboxRow.objects.filter(event="monthly_statistics", facts__period__contains="-to-").exists()


@pytest.mark.django_db
def test_period_in_which_nothing_happened_is_made_too(world: World) -> None:
    assert make(SEPTEMBER)
    assert is_made(SEPTEMBER)
    assert not make(SEPTEMBER)
    assert not UnitReport.objects.exists()


@pytest.mark.django_db
def test_cells_are_kept_with_their_cases(world: World) -> None:
    case = filed(world, moment(3))
    make(OCTOBER)
    cells = {(cell.part, cell.key): cell.cases for cell in ReportCell.objects.all()}
    assert cells["flows", "received"] == cells["kinds", world.ordinary.pk] == [case.pk]
    assert cells["channels", "website"] == cells["states", "received"] == [case.pk]


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
    assert set(readers_of([world.district.pk], OCTOBER.last)) == {world.district.pk, world.province.pk, area.pk}


@pytest.mark.django_db
def test_rows_are_the_unit_itself_and_what_lies_directly_below_with_all_below_that(world: World) -> None:
    village = make_unit("VIL", under=world.district)
    town = make_unit("TOWN", under=world.province, axis="area")
    UnitLink.objects.create(axis="area", child=village, parent=town, valid=ALWAYS)
    rows = {row.unit.code: row for row in rows_of(world.province, OCTOBER.last)}
    assert next(iter(rows)) == "PRV"
    assert set(rows) == {"PRV", "DST", "OTH", "TOWN"}
    assert rows["PRV"].itself
    assert rows["PRV"].units == {world.province.pk}
    assert rows["DST"].units == {world.district.pk, village.pk}
    assert rows["TOWN"].units == {town.pk, village.pk}
    assert [row.unit.code for row in rows_of(village, OCTOBER.last)] == ["VIL"]


@pytest.mark.django_db
def test_rows_are_those_of_the_day(world: World) -> None:
    UnitLink.objects.filter(child=world.other).update(valid=("2000-01-01", "2026-10-31"))
    assert "OTH" in {row.unit.code for row in rows_of(world.province, date(2026, 10, 30))}
    assert "OTH" not in {row.unit.code for row in rows_of(world.province, OCTOBER.last)}


@pytest.mark.django_db
def test_period_asked_for_is_made_by_the_worker_and_told_to_nobody(world: World) -> None:
    filed(world, moment(3, 9))
    OutboxRow.objects.all().delete()
    year = year_of(SEPTEMBER.first)
    ask_for(year)
    ask_for(year)
    assert not is_made(year)
    work_out_statistics(code=year.code)
    work_out_statistics(code="nonsense")
    assert is_made(year)
    assert ReportPeriod.objects.get().opens
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db
def test_period_whose_job_was_lost_is_made_at_night(world: World) -> None:
    filed(world, moment(3, 9))
    half = half_of(SEPTEMBER.first)
    ask_for(half)
    assert make_reports(date(2026, 11, 1)) == 1
    assert is_made(half)


@pytest.mark.django_db
def test_month_that_was_reported_before_stays_as_it_was(world: World) -> None:
    filed(world, moment(3))
    row = ReportPeriod.objects.create(
        code="2026-10", first=OCTOBER.first, last=OCTOBER.last, made_at=timezone.now(), opens=False
    )
    UnitReport.objects.create(period=row, unit=world.district, figures={"flows": {"received": 9}})
    assert make_reports(NOVEMBER_2) == 0
    assert UnitReport.objects.get().figures == {"flows": {"received": 9}}
    assert period_of(row.code) == OCTOBER
