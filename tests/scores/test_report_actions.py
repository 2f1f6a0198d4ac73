"""What the edges of a report write: figures that are frozen, texts that are only added, versions that stay."""

import hashlib
import json
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from complaints.models import ReportPeriod, UnitReport
from complaints.statistics.periods import half_of, month_of, to_date, year_of
from complaints.statistics.report import report_of
from scores.models import Filling, Publication, Report, SectionText, SignedReport
from scores.reports.actions import draft_content, read_content
from scores.reports.checks import report_problems
from scores.reports.content import document_of
from scores.reports.filling import figures_of
from scores.reports.outline import form_of
from scores.reports.pdf import report_pdf
from tests.scores.report_support import REASONS, Desk, a_day_of, build_desk
from tests.support.world import World, build_world
from workflows.actors import Actor
from workflows.models import Conflict, LedgerEntry
from workflows.refusals import Missing, Refused
from workflows.transitions import open_case, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world: World) -> Desk:
    return build_desk(world)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def received(world: World, desk: Desk, many: int) -> None:
    """Complaints of the month before this one."""
    for _n in range(many):
        case = open_case(
            "complaint", "register", Actor.complainant(), unit=world.district, at=a_day_of(desk.period),
            statement="ไฟถนนดับ", channel="website", kind=world.simple, receipt=None,
        )  # fmt: skip
        assert case.pk


# --- Beginning --------------------------------------------------------------------------------------------------------
def test_forms_follow_from_periods() -> None:
    day = timezone.localdate().replace(year=2026, month=3, day=5)
    assert [form_of(period).code for period in (month_of(day), half_of(day), year_of(day))] == ["month", "half", "year"]  # type: ignore[union-attr]
    assert form_of(to_date(day.replace(month=1))) is None


def test_report_is_one_a_period_and_a_withdrawn_one_leaves_its_place(desk: Desk) -> None:
    case = desk.begin()
    with pytest.raises(Missing, match="already"):
        desk.begin()
    desk.do(case, "withdraw", desk.integrity, **REASONS)
    assert desk.begin().pk != case.pk


def test_report_begins_only_for_a_period_that_is_over_and_worked_out(desk: Desk) -> None:
    actor, unit = Actor.person(desk.integrity), desk.world.district
    for period, words in (
        (month_of(timezone.localdate()).code, "not over"),
        ("fy2570-to-2026-12", "Choose"),
        ("nonsense", "Choose"),
        (desk.period.code, "not worked out"),
    ):
        with pytest.raises(Missing, match=words):
            open_case("report", "begin", actor, unit=unit, period=period)
    assert not Report.objects.exists()


# --- Figures ----------------------------------------------------------------------------------------------------------
def test_figures_are_those_of_the_statistics(desk: Desk) -> None:
    received(desk.world, desk, 7)
    row = desk.begin().report
    report = report_of(desk.world.district, desk.period, desk.integrity)
    assert report is not None
    figures = row.filling.read().by_code
    for flow in report.flows:
        assert figures[f"complaints.{flow}"].value == report.total.flows[flow]
    for part, _words, lines, _total in report.parts():
        for line in lines:
            assert figures[f"complaints.{part}.{line.key}"].value == line.count
    for time in report.timeliness():
        assert figures[f"complaints.in_time.{time.clock}"].value == [time.in_time, time.in_time + time.late]
    assert figures["complaints.received"].value == 7
    assert all(figure.definition for figure in figures.values())


def test_figures_of_the_agency_do_not_depend_on_who_fills_them_in(desk: Desk) -> None:
    received(desk.world, desk, 6)
    case = desk.world.file(desk.world.ordinary)
    Conflict.objects.create(case=case, user=desk.integrity, at=timezone.now())
    assert desk.begin().report.filling.read().by_code["complaints.received"].value == 6


def test_filling_again_changes_figures_and_no_text(desk: Desk) -> None:
    case = desk.write(desk.begin(), "summary", "รับใหม่ [[complaints.received]] เรื่อง")
    with pytest.raises(Missing, match="No figure"):
        desk.do(case, "fill", desk.integrity)
    _recount(desk, 9)
    now = figures_of(desk.world.district, desk.period)
    with pytest.raises(Missing, match="changed again"):
        desk.do(case, "fill", desk.integrity, shown="0" * 64)
    before = list(SectionText.objects.values_list("pk", flat=True))
    case = desk.do(case, "fill", desk.integrity, shown=now.digest)
    assert list(SectionText.objects.values_list("pk", flat=True)) == before
    assert [row.number for row in case.report.fillings.all()] == [1, 2]
    document = document_of(draft_content(case.report))
    assert document.parts[0].blocks[0].text == "รับใหม่ ๙ เรื่อง"


def _recount(desk: Desk, count: int) -> None:
    """The statistics of the period say something else now."""
    made = ReportPeriod.objects.get(code=desk.period.code)
    row, _created = UnitReport.objects.get_or_create(period=made, unit=desk.world.district, defaults={"figures": {}})
    row.figures = {**row.figures, "flows": {"received": count}}
    row.save()


# --- Texts ------------------------------------------------------------------------------------------------------------
def test_texts_are_versions_and_a_report_begins_with_its_own(desk: Desk) -> None:
    case = desk.begin()
    lead = case.report.texts()["summary"]
    assert (lead.version, lead.by) == (1, None)
    assert "[[complaints.received]]" in lead.text
    case = desk.write(desk.write(case, "summary", "หนึ่ง"), "summary", "สอง")
    rows = case.report.texts_written.filter(section="summary").values_list("version", "text")
    assert list(rows)[1:] == [(2, "หนึ่ง"), (3, "สอง")]


def test_second_of_two_writers_is_refused_and_overwrites_nothing(desk: Desk) -> None:
    case = desk.begin()
    desk.do(case, "write", desk.integrity, section="problems", text="ของคนแรก", base=0)
    with pytest.raises(Missing, match="Somebody else"):
        desk.do(case, "write", desk.integrity2, section="problems", text="ของคนที่สอง", base=0)
    desk.do(case, "write", desk.integrity2, section="next", text="หัวข้ออื่น", base=0)
    assert desk.fresh(case).report.texts()["problems"].text == "ของคนแรก"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"section": "nothing", "text": "ก", "base": 0}, "no such section"),
        ({"section": "problems", "text": "[[complaints.nothing]]", "base": 0}, "no figure complaints.nothing"),
    ],
)
def test_writing_is_refused_with_a_sentence(desk: Desk, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Missing, match=words):
        desk.do(desk.begin(), "write", desk.integrity, **facts)


def test_report_is_sent_only_when_every_section_says_something(desk: Desk) -> None:
    case = desk.begin()
    with pytest.raises(Missing, match="Nothing is written"):
        desk.do(case, "send", desk.integrity)
    case = desk.write(desk.write_all(case), "problems", "   ")
    with pytest.raises(Missing, match="Problems"):
        desk.do(case, "send", desk.integrity)


# --- Signing ----------------------------------------------------------------------------------------------------------
def test_signed_version_is_kept_byte_for_byte_and_can_be_made_again(desk: Desk) -> None:
    case = desk.into("report_signed")
    kept = SignedReport.objects.get()
    content = read_content(kept)
    assert content["signatory"]["name"] == desk.world.head.name_th
    assert kept.pdf_digest == hashlib.sha256(bytes(kept.pdf)).hexdigest()
    assert report_pdf(document_of(content)) == bytes(kept.pdf)
    facts = json.loads(LedgerEntry.objects.get(case=case.pk, verb="sign").facts)
    assert (facts["digest"], facts["pdf"], facts["docx"]) == (kept.digest, kept.pdf_digest, kept.docx_digest)
    assert list(report_problems()) == []


@pytest.mark.parametrize("model", [SignedReport, SectionText, Filling])
def test_database_refuses_to_change_what_was_kept(desk: Desk, model: Any) -> None:
    desk.into("report_signed")
    for change in (lambda rows: rows.update(report=rows.get().report_id), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(model.objects.filter(pk=model.objects.latest("pk").pk))


def test_correction_is_a_new_version_with_its_reason(desk: Desk) -> None:
    case = desk.into("report_draft/correcting")
    case = desk.write(case, "problems", "แก้ไขแล้ว")
    case = desk.do(desk.do(case, "send", desk.integrity), "sign", desk.governor)
    first, second = SignedReport.objects.order_by("version")
    assert (first.version, second.version) == (1, 2)
    plain = document_of(read_content(second)).plain
    assert "ฉบับแก้ไข ครั้งที่ ๑" in plain
    assert "เหตุที่แก้ไข: เหตุผล" in plain
    assert "แก้ไขแล้ว" not in document_of(read_content(first)).plain
    assert case.report.correcting == ""


def test_correction_that_is_given_up_leaves_what_was_signed(desk: Desk) -> None:
    case = desk.into("report_draft/correcting")
    case = desk.do(desk.write(case, "problems", "ไม่ใช้"), "keep_signed", desk.integrity, **REASONS)
    assert (case.state, SignedReport.objects.count(), case.report.correcting) == ("report_signed", 1, "")


# --- For everybody ----------------------------------------------------------------------------------------------------
def test_published_version_has_no_counts_of_complaints_also_in_the_text(desk: Desk) -> None:
    received(desk.world, desk, 3)
    case = desk.into("report_signed/public")
    signed, public = SignedReport.objects.get(), Publication.objects.get()
    assert "รับใหม่ ๓ เรื่อง" in document_of(read_content(signed)).plain
    plain = document_of(read_content(public)).plain
    assert plain.count("จำนวนเรื่องร้องเรียนเผยแพร่ในหน้าสถิติเรื่องร้องเรียน") == 1
    assert "รับใหม่ ไม่แสดง" not in plain
    assert "รับใหม่\t๓" not in plain
    values = [figure["value"] for group in read_content(public)["figures"]["groups"] for figure in group["figures"]]
    assert 3 not in values
    case = desk.do(case, "take_down", desk.world.head, **REASONS)
    assert not Publication.objects.filter(until=None).exists()
    assert desk.do(case, "publish", desk.world.head).state == "report_signed"


# --- At one moment ----------------------------------------------------------------------------------------------------
def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call gave or raised, all begun at one moment."""
    barrier, results = Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_one_section_at_one_moment_are_told_apart() -> None:
    desk = build_desk(build_world())
    case = desk.begin()
    calls = [
        lambda user=user, text=text: perform(case, "write", Actor.person(user), section="problems", text=text, base=0)
        for user, text in ((desk.integrity, "ก"), (desk.integrity2, "ข"))
    ]
    results = at_once(*calls)
    assert sum(isinstance(result, Refused) for result in results) == 1, results
    assert SectionText.objects.filter(section="problems").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_one_report_at_one_moment_make_one() -> None:
    desk = build_desk(build_world())
    from complaints.statistics.making import make

    make(desk.period)
    calls = [
        lambda user=user: open_case(
            "report", "begin", Actor.person(user), unit=desk.world.district, period=desk.period.code
        )
        for user in (desk.integrity, desk.integrity2)
    ]
    results = at_once(*calls)
    assert sum(isinstance(result, Missing) for result in results) == 1, results
    assert Report.objects.count() == 1
