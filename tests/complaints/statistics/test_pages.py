"""The page of statistics, its sheet and document, the lists behind its figures: to whom, what, how many questions."""

import io
import re
import zlib
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from complaints.models import ReportPeriod, UnitReport
from complaints.statistics.document import report_pdf, report_pictures
from complaints.statistics.histories import BALANCE_IN, BALANCE_OUT, TOLD
from complaints.statistics.making import make, make_reports
from complaints.statistics.periods import year_of
from complaints.statistics.report import report_of
from organisations.actions import rebuild_reach
from organisations.models import Role, UnitLink, User
from tests.complaints.statistics.filing import (
    NOVEMBER_2,
    OCTOBER,
    SEPTEMBER,
    closed,
    do,
    filed,
    investigated,
    moment,
    protected,
    signed_in,
)
from tests.support.world import ALWAYS, World, make_person, make_unit
from workflows.actors import Actor
from workflows.casepages.pages import page_of
from workflows.transitions import perform

PAGES = ("statistics", "statistics_sheet", "statistics_document", "statistics_cases")


@pytest.fixture
def made(world: World) -> World:
    """Two districts with complaints of October, and its statistics."""
    closed(world, moment(1), moment(4))
    filed(world, moment(3), unit=world.other)
    filed(world, moment(3), unit=world.other, channel="letter")
    make_reports(NOVEMBER_2)
    return world


def address(name: str, code: str = "PRV", period: str = "2026-10", **query: str) -> str:
    """The address of a page."""
    return reverse(name, args=[code, period], query=query or None)


def text(answer: Any) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


# --- To whom ----------------------------------------------------------------------------------------------------------
def test_page_anonymous_is_sent_to_sign_in(db: None) -> None:
    asked = [*(address(name) for name in PAGES), "/monthly/PRV/2026-10/", "/monthly/", "/statistics/PRV/"]
    answers = [Client().get(each) for each in asked]
    answers.append(Client().post(address("statistics_work_out")))
    for answer in answers:
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_page_exists_for_posts_in_the_unit_or_above_it(made: World, name: str) -> None:
    def status(user: User, code: str, period: str = "2026-10") -> int:
        return signed_in(user).get(address(name, code, period, part="flows", key="received")).status_code

    assert status(made.executive, "PRV") == status(made.executive, "DST") == status(made.officer, "DST") == 200
    assert status(made.officer, "PRV") == status(made.stranger, "DST") == status(made.administrator, "DST") == 404
    assert status(made.executive, "NONE") == status(made.executive, "PRV", "2026-13") == 404
    # What is not over yet, and what was never made.
    running = f"{timezone.localdate():%Y-%m}"
    assert status(made.executive, "PRV", running) == 404
    assert status(made.executive, "PRV", "2026-09") == (200 if name == "statistics" else 404)


def test_work_out_is_for_those_who_read_the_unit_and_asks_once(made: World) -> None:
    asked = address("statistics_work_out", period="2026-09")
    assert signed_in(made.stranger).post(asked).status_code == 404
    assert signed_in(made.executive).get(asked).status_code == 405
    assert not ReportPeriod.objects.filter(code="2026-09").exists()
    page = signed_in(made.executive)
    before = page.get(address("statistics", period="2026-09"))
    assert "have not been worked out yet" in text(before)
    assert "Refresh" not in before
    for _time in range(2):
        assert page.post(asked)["Location"] == address("statistics", period="2026-09")
    waiting = page.get(address("statistics", period="2026-09"))
    assert "are being worked out" in text(waiting)
    assert waiting["Refresh"] == "5"
    make(SEPTEMBER)
    ready = page.get(address("statistics", period="2026-09"))
    assert "Refresh" not in ready
    assert "All together" in text(ready)


def test_latest_leads_overseers_to_the_newest_month(made: World) -> None:
    assert signed_in(made.executive).get(reverse("monthly_latest"))["Location"] == "/statistics/PRV/2026-10/"
    assert signed_in(made.officer).get(reverse("monthly_latest")).status_code == 404
    UnitReport.objects.all().delete()
    ReportPeriod.objects.all().delete()
    answer = signed_in(made.executive).get(reverse("monthly_latest"), follow=True)
    assert answer.redirect_chain == [(reverse("overview"), 302)]
    assert "no statistics yet" in answer.content.decode()


def test_address_of_a_notice_and_choice_of_a_period_lead_to_the_page(made: World) -> None:
    client = signed_in(made.executive)
    assert client.get("/monthly/PRV/2026-10/")["Location"] == "/statistics/PRV/2026-10/"
    chosen = reverse("statistics_chosen", args=["PRV"])
    assert client.get(f"{chosen}?period=fy2569")["Location"] == "/statistics/PRV/fy2569/"
    assert client.get(f"{chosen}?period=x").status_code == client.get(chosen).status_code == 404
    assert signed_in(made.stranger).get(f"{chosen}?period=fy2569").status_code == 404


# --- What -------------------------------------------------------------------------------------------------------------
def test_page_shows_each_unit_and_the_total(made: World) -> None:
    body = signed_in(made.executive).get(address("statistics")).content.decode()
    head = re.findall(r'<th scope="col" class="figure">([^<]*)<', body[: body.index("</thead>")])
    assert head == [
        "Open at the start",
        "Received",
        "Closed",
        "Open at the end",
        "Overdue at the end",
        "Median days to the end",
    ]
    foot = body[body.index("<tfoot>") : body.index("</tfoot>")]
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", foot)]
    assert cells == ["0", "3", "1", "2", "2", "3"]
    assert "Protected: " not in body
    assert "October 2026" in body
    assert "Unit DST" in body
    assert "Unit PRV itself" in body
    assert "unfounded" in body
    assert "How the deadlines were kept" in body


def test_page_offers_the_periods_that_are_over(made: World) -> None:
    body = signed_in(made.executive).get(address("statistics")).content.decode()
    offered = re.findall(r'<option value="([^"]+)"', body)
    assert len(offered) == len(set(offered)) > 60
    assert {"2026-10", "fy2569", "fy2569-1", "fy2569-2", "2025-10", "fy2566"} <= set(offered)
    assert f"{timezone.localdate():%Y-%m}" not in offered
    assert "selected>October 2026" in body


def test_unit_below_is_added_up_with_what_lies_below_it(made: World) -> None:
    village = make_unit("VIL", under=made.district)
    rebuild_reach()
    filed(made, moment(4, 9), unit=village)
    make(SEPTEMBER)
    report = report_of(made.province, SEPTEMBER, made.executive)
    assert report
    rows = {row.unit.code: figures.flows["received"] for row, figures in report.rows}
    assert rows == {"PRV": 0, "DST": 1, "OTH": 0}
    assert not report.counted_twice
    town = make_unit("TOWN", under=made.province, axis="area")
    UnitLink.objects.create(axis="area", child=village, parent=town, valid=ALWAYS)
    twice = report_of(made.province, SEPTEMBER, made.executive)
    assert twice
    assert twice.counted_twice
    assert (twice.total.flows["received"], sum(figures.flows["received"] for _row, figures in twice.rows)) == (1, 2)


def test_page_shows_the_protected_as_soon_as_one_unit_has_a_figure_of_them(made: World) -> None:
    figures = {"flows": {"received": 1}, "protected": {"received": 5}}
    UnitReport.objects.filter(unit=made.district).update(figures=figures)
    body = signed_in(made.executive).get(address("statistics")).content.decode()
    assert body.count('<th scope="col" class="figure">Protected: ') == 4
    rows = re.findall(r"<tr>(.*?)</tr>", body[body.index("<tbody>") : body.index("</tfoot>")], re.DOTALL)
    # The province itself, its two districts, and the total: on a phone a card leaves out what is not told of its unit.
    assert [len(re.findall('data-label="Protected: ', row)) for row in rows] == [4, 4, 4, 4]
    assert [row.count(" untold") for row in rows] == [4, 0, 4, 0]
    # No figure of them opens anything.
    assert re.findall(r'data-label="Protected: [^"]+">\s*([^<]*?)\s*<', rows[1]) == ["5", "–", "–", "–"]


def test_month_reported_by_the_older_rule_stays_readable(made: World) -> None:
    ReportPeriod.objects.update(opens=False)
    older = {"flows": {"received": 7, "closed": 2, "open": 4, "overdue": 1}, "kinds": {"service": 7}, "days": {"3": 2}}
    UnitReport.objects.filter(unit=made.district).update(figures=older)
    client = signed_in(made.executive)
    answer = client.get(address("statistics", "DST"))
    assert "as they were reported" in text(answer)
    assert "Open at the start" not in text(answer)
    assert "statistics_cases" not in answer.content.decode()
    assert "/cases/?part" not in answer.content.decode()
    assert client.get(address("statistics_cases", "DST", part="flows", key="received")).status_code == 404
    assert client.get(address("statistics_document", "DST")).status_code == 200
    assert client.get(address("statistics_sheet", "DST")).status_code == 200


# --- The cases of a figure --------------------------------------------------------------------------------------------
@pytest.fixture
def full(world: World) -> World:
    """Many ways to come and go, and the statistics of October and of its fiscal year."""
    for day in (1, 2, 3):
        closed(world, moment(day), moment(day + 9), channel="box")
        investigated(world, moment(day, 9))
        filed(world, moment(day), unit=world.other, kind=None)
        protected(world, moment(day))
    again = closed(world, moment(1, 9), moment(5))
    again = perform(again, "request_review", Actor.complainant(again), at=moment(6), reasons="ไม่ตรง")
    do(again, "refuse_review", world.upper_approver, moment(20), reasons="ครบถ้วนแล้ว")
    moved = do(filed(world, moment(1)), "start_screening", world.screener, moment(1))
    do(moved, "accept", world.screener, moment(6), kind=world.simple, unit=world.other)
    for period in (OCTOBER, year_of(SEPTEMBER.first)):
        make(period)
    return world


def links(body: str) -> list[tuple[str, int]]:
    """The figures of a page that open something: address and number."""
    found = re.findall(r'<a href="([^"]*/cases/\?[^"]+)">([0-9,]+)</a>', body)
    return [(unescape(href), int(count.replace(",", ""))) for href, count in found]


@pytest.mark.parametrize("period", ["2026-10", "fy2569"])
def test_every_figure_opens_as_many_cases_as_it_counts(full: World, period: str) -> None:
    everything = make_person("everything", full.department, Role.EXECUTIVE)
    client = signed_in(everything)
    opened = 0
    for code in ("PRV", "DST"):
        body = client.get(address("statistics", code, period)).content.decode()
        found = links(body)
        # Nothing that is counted is left without a list.
        numbers = re.findall(r'<td class="figure"[^>]*>\s*([1-9][0-9,]*)\s*</td>', body[: body.index("Median days to")])
        assert not numbers
        for href, count in found:
            answer = client.get(href)
            assert answer.status_code == 200, href
            context = answer.context
            assert (context["count"], context["hidden"]) == (count, 0), href
            assert sum(times for _row, times in context["rows"]) == count, href
            opened += 1
    assert opened > 30


def test_list_counts_twice_what_ended_twice(full: World) -> None:
    everything = make_person("everything", full.department, Role.EXECUTIVE)
    answer = signed_in(everything).get(address("statistics_cases", part="outcomes", key="unfounded"))
    assert sorted(times for _row, times in answer.context["rows"]) == [1, 1, 1, 2]
    assert "counted 2 times" in text(answer)


def test_list_says_how_many_are_not_the_readers_to_open(full: World) -> None:
    asked = address("statistics_cases", "DST", part="flows", key="received")
    answer = signed_in(full.officer).get(asked)
    assert (answer.context["count"], answer.context["hidden"]) == (4, 1)  # one went to the other unit
    assert "1 of them is not yours to open" in text(answer)


def test_list_of_a_kind_has_its_parts_unless_it_is_meant_exactly(full: World) -> None:
    client = signed_in(full.executive)
    main = full.ordinary.parent_id
    assert client.get(address("statistics_cases", part="kinds", key=main)).context["count"] == 3
    assert client.get(address("statistics_cases", part="kinds", key=main, exactly="1")).status_code == 404
    assert client.get(address("statistics_cases", part="kinds", key=full.ordinary.pk, exactly="1")).status_code == 200


@pytest.mark.parametrize(
    ("part", "key"),
    [("", ""), ("flows", ""), ("flows", "nonsense"), ("protected", "received"), ("days", "3"), ("took", "")],
)
def test_list_of_what_is_no_figure_is_not_found(full: World, part: str, key: str) -> None:
    assert signed_in(full.executive).get(address("statistics_cases", part=part, key=key)).status_code == 404


def test_list_has_pages(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of, "__kwdefaults__", {**page_of.__kwdefaults__, "size": 2})
    client = signed_in(full.executive)
    href: str | None = address("statistics_cases", part="flows", key="received")
    seen: list[str] = []
    while href:
        answer = client.get(href)
        seen += [row.case.number for row, _times in answer.context["rows"]]
        older = re.search(r'rel="next" href="(\?[^"]+)"', answer.content.decode())
        href = older and address("statistics_cases") + unescape(older[1])
    assert len(seen) == len(set(seen)) == 7


# --- How many questions -----------------------------------------------------------------------------------------------
def _asked(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_units_without_cases_are_folded_away(made: World) -> None:
    make_unit("NIL", under=made.province)
    rebuild_reach()
    body = signed_in(made.executive).get(address("statistics")).content.decode()
    table, rest = body.split("</table>", 1)
    assert "Unit NIL" not in table
    assert address("statistics", "NIL") in rest


def test_page_asks_as_many_questions_for_fifty_units_as_for_two(made: World) -> None:
    client = signed_in(made.executive)
    few = _asked(client, address("statistics"))
    for number in range(50):
        unit = make_unit(f"U{number}", under=made.province)
        UnitReport.objects.create(period_id="2026-10", unit=unit, figures={"flows": {"received": 1}})
    rebuild_reach()
    assert _asked(client, address("statistics")) == few


def test_list_asks_as_many_questions_for_fifty_cases_as_for_one(world: World) -> None:
    filed(world, moment(3))
    for _number in range(50):
        filed(world, moment(3, 9))
    make(OCTOBER)
    make(SEPTEMBER)
    client = signed_in(world.executive)
    one, fifty = (
        _asked(client, address("statistics_cases", period=period, part="flows", key="received"))
        for period in ("2026-10", "2026-09")
    )
    assert one == fifty


# --- Sheet and document -----------------------------------------------------------------------------------------------
def test_sheet_is_in_official_form_and_adds_up(full: World) -> None:
    answer = signed_in(full.executive).get(address("statistics_sheet"))
    assert 'filename="statistics-PRV-2026-10.xlsx"' in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.title == "ตุลาคม 2569"
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[1][0] == "หน่วย PRV"
    assert rows[2][0] == "ตุลาคม 2569"
    head, units, total = rows[3], rows[4:-1], rows[-1]
    assert len(units) == 3
    assert None not in head
    report = report_of(full.province, OCTOBER, full.executive)
    assert report
    median = 1 + len(report.flows)
    for column in range(1, len(head) - len(TOLD)):
        if column != median:  # it is no sum
            assert total[column] == sum(row[column] for row in units), head[column]
    flows = dict(zip(report.flows, total[1:], strict=False))
    assert sum(flows.get(what, 0) for what in BALANCE_IN) == sum(flows.get(what, 0) for what in BALANCE_OUT)
    with translation.override("th"):
        kinds = len(report.lines("kinds"))
    clocks = 2 * len(report.timeliness())
    assert sum(total[-len(TOLD) - clocks - kinds : -len(TOLD) - clocks]) == flows["received"]
    assert total[-len(TOLD) :] == ["–"] * len(TOLD)


def test_document_is_a_report_in_official_form(full: World) -> None:
    answer = signed_in(full.executive).get(address("statistics_document", period="fy2569", numerals="arabic"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('inline; filename="statistics-PRV-fy2569.pdf"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    plain = _attached(answer.content)
    assert "รายงานสถิติเรื่องร้องเรียนร้องทุกข์" in plain
    assert "หน่วย PRV" in plain
    assert "2568 – ก.ย. 2569" in plain
    report = report_of(full.province, year_of(SEPTEMBER.first), full.executive)
    assert report
    total = next(line for line in plain.splitlines() if line.startswith("รวม\t")).split("\t")
    assert total[1 : 1 + len(report.flows)] == [str(report.total.flows[flow]) for flow in report.flows]
    assert "หมายเหตุ" in plain


def test_document_has_the_numerals_that_were_chosen_and_the_same_bytes_each_time(full: World) -> None:
    report = report_of(full.province, OCTOBER, full.executive)
    assert report
    day = date(2026, 11, 21)
    thai = report_pdf(report, today=day, thai_numerals=True)
    assert not re.search("[0-9]", _attached(thai))
    assert "ตุลาคม ๒๕๖๙" in _attached(thai)
    assert thai == report_pdf(report, today=day, thai_numerals=True)
    assert all(page.startswith(b"\x89PNG") for page in report_pictures(report, today=day))


def test_document_tells_of_the_protected_only_what_the_page_tells(made: World) -> None:
    figures = {"flows": {"received": 1}, "protected": {"received": 5}}
    UnitReport.objects.filter(unit=made.district).update(figures=figures)
    report = report_of(made.province, OCTOBER, made.executive)
    assert report
    plain = _attached(report_pdf(report, today=date(2026, 11, 21)))
    row = next(line for line in plain.split("เรื่องคุ้มครอง (เรื่อง)")[1].splitlines() if "DST" in line)
    assert row.split("\t")[1:] == ["5", "–", "–", "–"]


def _attached(pdf: bytes) -> str:
    """The plain text that is attached to a document."""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            opened = zlib.decompress(stream)
        except zlib.error:
            opened = stream
        if "รายงานสถิติ".encode() in opened:
            return opened.decode()
    raise AssertionError("no text is attached")
