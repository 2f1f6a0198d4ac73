"""What a reader has a conflict with is in no count of a report that he is shown: page, sheet, documents, signature."""

import io
from typing import Any

import docx
import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from organisations.models import User
from scores.models import ReportCase, SignedReport
from tests.scores.report_support import Desk, build_desk
from tests.scores.test_report_actions import received
from tests.scores.test_report_pages import browser
from tests.support.world import World
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db
RECEIVED = "complaints.received"


@pytest.fixture
def desk(world: World) -> Desk:
    """Three complaints came in, and the head has a conflict with one of them."""
    found = build_desk(world)
    received(world, found, 3)
    case = Case.objects.filter(kind="complaint").latest("pk")
    Conflict.objects.create(case=case, user=world.head, at=timezone.now())
    return found


def file(user: User, name: str, case: ReportCase, **query: str) -> bytes:
    answer = browser(user).get(reverse(name, args=[case.public_id]), query)
    assert answer.status_code == 200
    return bytes(answer.content)


def in_sheet(user: User, case: ReportCase) -> int:
    rows = openpyxl.load_workbook(io.BytesIO(file(user, "report_figures", case))).active.values
    return next(row[2] for row in rows if row[-1] == RECEIVED)


def in_word(user: User, case: ReportCase, **query: str) -> str:
    tables = docx.Document(io.BytesIO(file(user, "report_docx", case, **query))).tables
    return next(row.cells[1].text for table in tables for row in table.rows if row.cells[0].text == "รับใหม่")


@pytest.mark.parametrize("place", ["report_draft", "report_signing", "report_signed"])
def test_sheet_and_document_leave_out_what_does_not_exist_for_their_reader(desk: Desk, place: str) -> None:
    case = desk.into(place)
    query: dict[str, Any] = {"version": "1"} if place == "report_signed" else {}
    assert (in_sheet(desk.integrity, case), in_sheet(desk.world.head, case)) == (3, 2)
    assert (in_word(desk.integrity, case, **query), in_word(desk.world.head, case, **query)) == ("๓", "๒")


def test_page_and_what_is_signed_leave_it_out(desk: Desk) -> None:
    case = desk.into("report_signing")
    for address in (reverse("report", args=[case.public_id]), reverse("report_take", args=[case.public_id, "sign"])):
        text = browser(desk.world.head).get(address).content.decode()
        assert "รับใหม่ ๒ เรื่อง" in text
        assert "รับใหม่ ๓ เรื่อง" not in text
    assert "รับใหม่ ๓ เรื่อง" in browser(desk.integrity).get(reverse("report", args=[case.public_id])).content.decode()


def test_what_was_signed_is_the_same_bytes_for_everybody_else(desk: Desk) -> None:
    case = desk.into("report_signed")
    kept = SignedReport.objects.get()
    assert file(desk.integrity, "report_pdf", case, version="1") == bytes(kept.pdf)
    assert file(desk.world.head, "report_pdf", case, version="1") != bytes(kept.pdf)
    figures = {row["code"]: row["value"] for group in _groups(kept) for row in group["figures"]}
    assert figures[RECEIVED] == 3


def _groups(kept: SignedReport) -> Any:
    from scores.reports.actions import read_content

    return read_content(kept)["figures"]["groups"]
