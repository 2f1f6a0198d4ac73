"""What a reader has a conflict with moves none of the figures he is shown: page, sheet, document, lists."""

import re
import zlib
from collections import Counter
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from complaints.models import ReportPeriod, UnitReport
from complaints.statistics.making import make, make_reports
from complaints.statistics.periods import Period, half_of
from complaints.statistics.report import report_of
from organisations.models import Role, User
from tests.complaints.statistics.filing import (
    NOVEMBER_2,
    OCTOBER,
    SEPTEMBER,
    closed,
    filed,
    investigated,
    moment,
    protected,
    signed_in,
)
from tests.support.world import World, make_person
from workflows.models import Case, Conflict

LINK = re.compile(r'href="([^"]*/cases/\?[^"]*)"')


def made(world: World) -> None:
    """The statistics of October anew."""
    forget()
    make_reports(NOVEMBER_2)


def forget() -> None:
    """No statistics are made yet."""
    UnitReport.objects.all().delete()
    ReportPeriod.objects.all().delete()


def declare(user: User, *cases: Case) -> None:
    """`user` has a conflict with these."""
    Conflict.objects.bulk_create(Conflict(case_id=case.pk, user=user, at=timezone.now()) for case in cases)


def address(page: str, code: str, period: str = "2026-10") -> str:
    """The address of a page."""
    return reverse(page, args=[code, period])


def shown(client: Client, code: str, period: str = "2026-10") -> dict[str, object]:
    """All that the statistics of a unit say: the page, every list, the cells of the sheet, the text of the document."""
    body = client.get(address("statistics", code, period)).content.decode()
    found: dict[str, object] = {"page": _words(body)}
    for href in sorted({unescape(link) for link in LINK.findall(body)}):
        found[href] = _words(client.get(href).content.decode())
    sheet = load_workbook(_file(client.get(address("statistics_sheet", code, period)).content))
    found["sheet"] = [[cell.value for cell in row] for page in sheet for row in page.iter_rows()]
    pdf = client.get(address("statistics_document", code, period)).content
    streams = [
        zlib.decompress(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S) if part[:1] == b"x"
    ]
    found["document"] = [part for part in streams if "สถิติ".encode() in part]
    return found


def _words(body: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r'nonce="[^"]*"|csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*', "", body))


def _file(content: bytes):  # type: ignore[no-untyped-def]
    import io

    return io.BytesIO(content)


@pytest.mark.parametrize(("name", "code"), [("executive", "PRV"), ("officer2", "DST")])
def test_case_of_a_conflict_leaves_no_trace_in_what_its_reader_is_shown(world: World, name: str, code: str) -> None:
    reader = getattr(world, name)
    closed(world, moment(1), moment(4))
    filed(world, moment(3))
    made(world)
    client = signed_in(reader)
    before, officers = shown(client, code), shown(signed_in(world.approver), "DST")
    hidden = [
        closed(world, moment(2), moment(20)),
        filed(world, moment(5), channel="letter", kind=world.simple),
        investigated(world, moment(6)),
    ]
    made(world)
    declare(reader, *hidden)
    assert shown(client, code) == before
    assert before["document"]
    assert len(before) > 8
    # Everybody else is told of them as ever.
    assert shown(signed_in(world.approver), "DST") != officers


def test_figure_of_nothing_but_a_conflict_opens_nothing(world: World) -> None:
    declare(world.officer2, filed(world, moment(3)))
    made(world)
    asked = f"{address('statistics_cases', 'DST')}?part=flows&key=received"
    assert signed_in(world.officer2).get(asked).status_code == 404
    assert signed_in(world.approver).get(asked).status_code == 200


def told(world: World, reader: User, period: Period) -> Counter[str]:
    """What `reader` is told of the protected complaints of the centre, of statistics that are made anew."""
    forget()
    make(period)
    report = report_of(world.centre, period, reader)
    assert report
    return report.total.protected


@pytest.mark.parametrize(("others", "told_of"), [(6, 6), (4, 0)])
@pytest.mark.parametrize("code", ["ACC", "DEP"])
def test_protected_case_of_a_conflict_leaves_no_trace_in_what_its_reader_is_shown(
    world: World, others: int, told_of: int, code: str
) -> None:
    reader = world.centre_officer if code == "ACC" else make_person("minister", world.department, Role.EXECUTIVE)
    colleague = world.centre_approver
    for day in range(1, others + 1):
        protected(world, moment(day))
    filed(world, moment(3), unit=world.centre)
    made(world)
    client = signed_in(reader)
    before, colleagues = shown(client, code), shown(signed_in(colleague), "ACC")
    hidden = [protected(world, moment(7)), protected(world, moment(8)), protected(world, moment(8, 9))]
    made(world)
    declare(reader, *hidden)
    assert shown(client, code) == before
    assert told(world, reader, OCTOBER)["received"] == told_of
    assert told(world, colleague, OCTOBER)["received"] == others + 2
    assert shown(signed_in(colleague), "ACC") != colleagues


def test_protected_cases_of_a_half_are_told_as_if_those_of_a_conflict_had_never_come_in(world: World) -> None:
    half, reader = half_of(SEPTEMBER.first), world.centre_officer
    for day in (1, 2, 3):
        protected(world, moment(day, 8))
        protected(world, moment(day, 9))
    before = told(world, reader, half)
    assert before["received"] == 6  # no month of it is told
    declare(reader, protected(world, moment(4, 8)), protected(world, moment(5, 8)))
    # With the five of August, which are told, the three of September could be computed.
    assert not told(world, world.centre_approver, half)["received"]
    assert told(world, reader, half) == before
