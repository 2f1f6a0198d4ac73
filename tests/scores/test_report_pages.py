"""The pages of reports: who reads them, what they show, and what they refuse."""

import io
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import ReportPeriod
from complaints.statistics.making import make
from complaints.statistics.periods import last_month
from organisations.models import Role, User
from scores.models import Publication, Report, ReportCase, SectionText, SignedReport
from scores.reports.content import document_of
from scores.views.reports import periods
from tests.scores.report_support import REASONS, Desk, build_desk
from tests.support.seen import seen
from tests.support.world import World, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world: World) -> Desk:
    return build_desk(world)


def browser(user: User | None) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if user is not None:
        User.objects.filter(pk=user.pk).update(language="en")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User | None, name: str, *args: Any, status: int = 200, **query: str) -> str:
    answer = browser(user).get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


# --- Who --------------------------------------------------------------------------------------------------------------
def test_anonymous_is_asked_to_sign_in(desk: Desk) -> None:
    case = desk.begin()
    for path in (
        reverse("reports"),
        reverse("report_begin"),
        *(reverse(name, args=[case.public_id]) for name in ("report", "report_pdf", "report_docx", "report_figures")),
        reverse("report_section", args=[case.public_id, "summary"]),
        reverse("report_take", args=[case.public_id, "send"]),
    ):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_other_roles_and_units_know_nothing_of_it(desk: Desk) -> None:
    case = desk.into("report_signed")
    beside = make_person("beside", desk.world.other, Role.INTEGRITY)
    for user in (desk.world.screener, desk.world.stranger, desk.world.administrator, beside):
        for name in ("report", "report_pdf", "report_docx", "report_figures"):
            page(user, name, case.public_id, status=404)
        page(user, "report_section", case.public_id, "summary", status=404)
        page(user, "report_take", case.public_id, "sign", status=404)
    page(desk.world.screener, "reports", status=403)
    page(desk.world.head, "report_begin", status=403)
    assert "No report yet" in page(beside, "reports")


# --- The list and the beginning ---------------------------------------------------------------------------------------
def test_list_is_empty_with_advice_then_holds_what_began(desk: Desk) -> None:
    assert "No report yet" in page(desk.integrity, "reports")
    case = desk.begin()
    assert case.number in page(desk.integrity, "reports")
    assert case.number in page(desk.world.head, "reports", state="open", form="month")
    assert "Nothing matches" in page(desk.integrity, "reports", state="report_signed")


def test_list_and_page_cost_the_same_however_much_there_is(desk: Desk) -> None:
    client = browser(desk.world.head)
    case = desk.begin()
    lists, one = reverse("reports"), reverse("report", args=[case.public_id])
    client.get(one)
    cost, cost_of_page = queries(client, lists), queries(client, one)
    for _n in range(3):
        period = last_month(Report.objects.order_by("first")[0].first)
        case = desk.begin(period)
        for number in range(4):
            case = desk.write(case, "problems", f"ครั้งที่ {number}")
    assert queries(client, lists) == cost
    assert queries(client, reverse("report", args=[case.public_id])) <= cost_of_page + 1  # the writer's name


def test_begin_asks_for_statistics_that_are_not_there(desk: Desk) -> None:
    client, period = browser(desk.integrity), desk.period
    sent = {"unit": "DST", "period": period.code}
    answer = client.post(reverse("report_begin"), sent)
    assert (answer.status_code, "not worked out" in answer.content.decode()) == (422, True)
    assert ReportPeriod.objects.filter(code=period.code, made_at=None).exists()
    make(period)
    answer = client.post(reverse("report_begin"), sent)
    case = ReportCase.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("report", args=[case.public_id]))
    assert client.post(reverse("report_begin"), sent).status_code == 422
    assert client.post(reverse("report_begin"), {**sent, "unit": "OTH"}).status_code == 422
    assert client.post(reverse("report_begin"), {**sent, "period": "2099-01"}).status_code == 422


def test_periods_that_are_offered_are_over() -> None:
    offered = [period for _heading, over in periods(date(2026, 11, 21)) for period in over]
    assert all(period.last < date(2026, 11, 21) for period in offered)
    codes = [period.code for period in offered]
    assert codes[:1] == ["2026-10"]
    assert {"fy2569", "fy2569-1", "fy2569-2", "2026-09"} <= set(codes)
    assert "fy2570" not in codes


# --- The page ---------------------------------------------------------------------------------------------------------
def test_page_shows_sections_figures_and_where_to_write(desk: Desk) -> None:
    case = desk.write(desk.begin(), "problems", "งบประมาณไม่พอ <script>alert(1)</script>")
    shown = page(desk.integrity, "report", case.public_id)
    for words in ("บทสรุปผู้บริหาร", "ตารางที่ ๑", "งบประมาณไม่พอ &lt;script&gt;", "do/write/?section=problems"):
        assert words in shown, words
    assert "do/write/" not in page(desk.world.approver, "report", case.public_id)
    versions = page(desk.integrity, "report_section", case.public_id, "problems")
    assert "งบประมาณไม่พอ" in versions
    page(desk.integrity, "report_section", case.public_id, "nothing", status=404)


def test_signed_page_shows_what_was_signed_and_not_what_was_written_since(desk: Desk) -> None:
    case = desk.into("report_draft/correcting")
    case = desk.write(case, "problems", "เขียนภายหลัง")
    assert "เขียนภายหลัง" in page(desk.integrity, "report", case.public_id)
    case = desk.do(case, "keep_signed", desk.integrity, **REASONS)
    assert "เขียนภายหลัง" not in page(desk.integrity, "report", case.public_id)


def test_section_is_written_and_leads_back_to_it(desk: Desk) -> None:
    case, client = desk.begin(), browser(desk.integrity)
    address = reverse("report_take", args=[case.public_id, "write"])
    form = client.get(address, {"section": "summary"}).content.decode()
    assert "[[complaints.received]]" in form
    assert client.get(address, {"section": "nothing"}).status_code == 404
    sent = {
        "section": "problems",
        "base": "0",
        "text": "ก\nข",
        **seen(case),
    }
    answer = client.post(address, sent)
    assert answer["Location"] == reverse("report", args=[case.public_id]) + "#section-problems"
    assert client.post(address, sent).status_code == 302  # the same form, sent twice
    assert SectionText.objects.filter(section="problems").count() == 1
    # Another section in a window that was opened before.
    assert client.post(address, {**sent, "section": "next"}).status_code == 302
    refused = client.post(address, {**sent, "section": "results", "text": "[[no.such]] และข้อความยาว"})
    assert refused.status_code == 422
    assert "และข้อความยาว" in refused.content.decode()


def test_text_of_the_slower_writer_is_kept_shown_and_can_be_sent_again(desk: Desk) -> None:
    case = desk.begin()
    opened = seen(case)
    desk.write(case, "problems", "ของคนแรก", desk.integrity2)
    client, address = browser(desk.integrity), reverse("report_take", args=[case.public_id, "write"])
    sent = {"section": "problems", "base": "0", "text": "ของคนที่สอง", **opened}
    answer = client.post(address, sent)
    shown = answer.content.decode()
    assert answer.status_code == 409
    for words in ("ของคนแรก", "ของคนที่สอง", "integrity2", 'name="base" value="1"'):
        assert words in shown, words
    assert client.post(address, {**sent, "base": "1"}).status_code == 302
    texts = SectionText.objects.filter(section="problems").values_list("version", "text")
    assert list(texts) == [(1, "ของคนแรก"), (2, "ของคนที่สอง")]


def test_text_is_given_back_when_the_report_was_sent_meanwhile(desk: Desk) -> None:
    case = desk.into("report_draft/written")
    opened = seen(case)
    desk.do(case, "send", desk.integrity2)
    address = reverse("report_take", args=[case.public_id, "write"])
    answer = browser(desk.integrity).post(
        address, {"section": "problems", "base": "1", "text": "อย่าหาย " * 20, **opened}
    )
    assert answer.status_code == 409
    assert "อย่าหาย " * 20 in answer.content.decode()


def test_filling_again_shows_what_changed_before(desk: Desk) -> None:
    case = desk.begin()
    assert "No figure has changed" in page(desk.integrity, "report_take", case.public_id, "fill")
    first = case.report.fillings.get()
    groups = [
        {
            **group,
            "figures": [
                {**row, "value": 77} if row["code"] == "complaints.received" else row for row in group["figures"]
            ],
        }
        for group in first.figures["groups"]
    ]
    case.report.fillings.create(
        number=2, figures={**first.figures, "groups": groups}, digest="x", by=desk.integrity, at=timezone.now()
    )
    shown = page(desk.integrity, "report_take", case.public_id, "fill")
    assert "77" in shown
    assert "What has changed" in shown


@pytest.mark.parametrize("place", ["report_signing", "report_signed"])
def test_figures_are_not_worked_out_where_they_cannot_be_filled_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    case, worked_out = desk.into(place), []
    monkeypatch.setattr("scores.views.report.figures_of", lambda *args: worked_out.append(args))
    for user in (desk.integrity, desk.world.head):
        page(user, "report_take", case.public_id, "fill", status=409)
        address = reverse("report_take", args=[case.public_id, "fill"])
        assert browser(user).post(address, {"shown": "x", **seen(case)}).status_code == 409
    assert worked_out == []


def test_figures_are_not_worked_out_for_who_may_not_fill_them_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case, worked_out = desk.begin(), []
    monkeypatch.setattr("scores.views.report.figures_of", lambda *args: worked_out.append(args))
    page(desk.world.head, "report_take", case.public_id, "fill", status=403)
    assert worked_out == []


@pytest.mark.parametrize("edge", ["sign", "publish"])
def test_signature_that_does_not_say_what_was_read_is_refused(desk: Desk, edge: str) -> None:
    case = desk.into("report_signing" if edge == "sign" else "report_signed")
    client, address = browser(desk.world.head), reverse("report_take", args=[case.public_id, edge])
    assert client.post(address).status_code == 409
    assert (SignedReport.objects.count(), Publication.objects.count()) == (int(edge == "publish"), 0)
    assert client.post(address, seen(case)).status_code == 302


# --- Documents --------------------------------------------------------------------------------------------------------
def test_documents_of_a_draft_and_of_a_signed_version(desk: Desk) -> None:
    case = desk.into("report_signed")
    client, kept = browser(desk.integrity), SignedReport.objects.get()
    for ending, content, start in (("pdf", kept.pdf, b"%PDF"), ("docx", kept.docx, b"PK")):
        address = reverse(f"report_{ending}", args=[case.public_id])
        assert client.get(address, {"version": "1"}).content == bytes(content)
        draft = client.get(address)
        assert draft.content.startswith(start)
        assert "no-store" in draft["Cache-Control"]
        for wrong in ("2", "x", "-1", "99999"):
            assert client.get(address, {"version": wrong}).status_code == 404
    assert any("บทสรุปผู้บริหาร" in row.text for row in docx.Document(io.BytesIO(bytes(kept.docx))).paragraphs)


def test_figures_as_a_sheet_are_numbers_with_definitions(desk: Desk) -> None:
    case = desk.begin()
    answer = browser(desk.integrity).get(reverse("report_figures", args=[case.public_id]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = {row[6]: row for row in sheet.iter_rows(values_only=True) if row[6]}
    assert isinstance(rows["complaints.received"][2], int)
    assert rows["complaints.received"][5]
    assert len(rows) == len(case.report.filling.read().by_code) + 1  # and the head


# --- For everybody ----------------------------------------------------------------------------------------------------
OPEN = ("open_report", "open_report_json", "open_report_pdf", "open_report_docx")


def test_nothing_is_public_until_it_is_published_and_after_it_was_taken_down(desk: Desk) -> None:
    assert "No report is published yet" in page(None, "open_reports")
    case = desk.into("report_signed")
    for name in OPEN:
        page(None, name, case.public_id, status=404)
    case = desk.do(case, "publish", desk.world.head)
    for name in OPEN:
        assert Client().get(reverse(name, args=[case.public_id])).status_code == 200
    assert desk.world.district.name_en in page(None, "open_reports")
    desk.do(case, "take_down", desk.world.head, **REASONS)
    for name in OPEN:
        page(None, name, case.public_id, status=404)


def test_public_page_shows_the_public_content_and_a_newer_version(desk: Desk) -> None:
    case = desk.into("report_signed/public")
    shown = page(None, "open_report", case.public_id)
    assert "บทสรุปผู้บริหาร" in shown
    assert case.number not in shown
    case = desk.do(case, "correct", desk.integrity, **REASONS)
    case = desk.write(case, "problems", "แก้ไขแล้ว")
    # Until the correction is signed and published, what was published stays.
    assert "แก้ไขแล้ว" not in page(None, "open_report", case.public_id)
    case = desk.do(desk.do(case, "send", desk.integrity), "sign", desk.world.head)
    case = desk.do(case, "publish", desk.world.head)
    assert "แก้ไขแล้ว" in page(None, "open_report", case.public_id)
    assert "has been corrected" in page(None, "open_report", case.public_id, version="1")
    page(None, "open_report", case.public_id, version="3", status=404)


def test_open_data_says_what_the_page_says(desk: Desk) -> None:
    case = desk.into("report_signed/public")
    found = Client().get(reverse("open_report_json", args=[case.public_id])).json()
    public = Publication.objects.get()
    assert found["texts"].keys() == {section.code for section in case.report.outline.sections}
    assert not [row for row in found["figures"] if row["code"].startswith("complaints.")]
    assert found["period"]["code"] == desk.period.code
    lists = Client().get(reverse("open_reports"), {"as": "json"}).json()["rows"]
    assert [row["report"] for row in lists] == [case.public_id]
    assert case.public_id in Client().get(reverse("open_reports"), {"as": "csv"}).content.decode()
    assert Client().get(reverse("open_reports"), {"as": "json", "unit": "OTH"}).json()["rows"] == []
    from scores.reports.actions import read_content

    assert document_of(read_content(public)).plain


def test_open_list_costs_the_same_however_long(desk: Desk) -> None:
    desk.into("report_signed/public")
    cost = queries(Client(), reverse("open_reports"))
    row = Publication.objects.get()
    for _n in range(2):
        period = last_month(Report.objects.order_by("first")[0].first)
        case = desk.write_all(desk.begin(period))
        case = desk.do(desk.do(case, "send", desk.integrity), "sign", desk.world.head)
        desk.do(case, "publish", desk.world.head)
    assert queries(Client(), reverse("open_reports")) == cost
    assert row.until is None
