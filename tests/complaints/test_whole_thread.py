"""The roads beside the plain one, each once from end to end, with everything in agreement afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import ComplaintCase, ComplaintKind, ReferralAgency, RequestCase
from complaints.queries import complaints_visible_to
from organisations.models import Role
from tests.support.world import World, make_person
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.files import Checked, check_upload
from workflows.models import CaseLink, Clock, Conflict
from workflows.refusals import Missing, NotAllowed, Refused
from workflows.transitions import perform
from workflows.verification import Report, verify
from workflows.watch import take_timed_edges

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _agreement(world: World) -> Any:
    yield
    assert list(problems()) == []
    assert list(verify(Report())) == []


def scan() -> Checked:
    return check_upload(SimpleUploadedFile("scan.txt", "สแกน".encode()))


def requests_of(case: ComplaintCase) -> list[RequestCase]:
    return list(RequestCase.objects.filter(request__complaint=case.pk).order_by("pk"))


def fresh(case: Any) -> Any:
    return type(case).objects.get(pk=case.pk)


# --- Other units ------------------------------------------------------------------------------------------------------
def asked(world: World, **facts: Any) -> ComplaintCase:
    make_person("province_officer", world.province, Role.OFFICER, Role.HEAD)
    case = world.into("investigating")
    units = [world.other, world.province]
    return world.do(case, "ask_agencies", world.officer, units=units, text="ขอสำเนาคำสั่ง", **facts)


def test_case_waits_for_all_units_and_goes_on_when_the_last_has_answered(world: World) -> None:
    case = asked(world, files=[scan()])
    one, two = requests_of(case)
    assert (case.state, one.unit, two.unit) == ("awaiting_agency", world.other, world.province)
    assert one.number.startswith("OTH-R")
    assert one.attachments.count() == 1
    world.do(one, "answer", world.stranger, text="ส่งสำเนาแล้ว", files=[scan()])
    assert fresh(case).state == "awaiting_agency"
    world.do(two, "cancel", world.officer, reasons="ไม่ต้องการแล้ว")
    assert fresh(case).state == "investigating"


def test_unit_that_does_not_answer_is_waited_for_no_longer_and_may_answer_late(world: World) -> None:
    case = asked(world)
    Clock.objects.filter(code="agency_answer").update(due_on=timezone.localdate() - timedelta(days=1))
    assert take_timed_edges() == 2
    assert fresh(case).state == "investigating"
    late = requests_of(case)[0]
    assert late.state == "request_timed_out"
    late = perform(late, "answer_late", Actor.person(world.officer), text="ตอบเป็นหนังสือ")
    assert late.state == "request_answered"
    assert late.texts.get().on_paper
    Clock.objects.filter(code="agency_answer").delete()  # what was moved by hand above


def test_request_exists_for_the_unit_that_is_asked_and_the_complaint_does_not(world: World) -> None:
    case = asked(world)
    request = requests_of(case)[0]
    assert request.state == "asked"
    assert not complaints_visible_to(world.stranger).filter(pk=case.pk).exists()
    request = world.do(request, "take", world.stranger)
    request = world.do(request, "remind", world.officer, text="ใกล้ครบกำหนด")
    request = world.do(request, "pass_on", world.officer, unit=world.district, reasons="ส่งผิด")
    assert request.holder is None


def test_discontinued_case_asks_nobody_any_longer(world: World) -> None:
    case = asked(world)
    case = world.do(case, "discontinue", world.approver, reasons="ผู้ถูกร้องเสียชีวิต", reply="ยุติเรื่อง")
    assert case.state == "closed"
    assert {request.state for request in requests_of(case)} == {"request_cancelled"}


def test_request_is_protected_with_its_complaint(world: World) -> None:
    case = asked(world)
    world.do(requests_of(case)[0], "answer", world.stranger, text="คำตอบ")
    world.do(case, "change_kind", world.officer, kind=world.corruption)
    assert all(request.protected and request.number.startswith("P-") for request in requests_of(case))


def test_second_bounce_goes_to_the_unit_above(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    case = world.into("accepted")
    case = world.do(case, "transfer", world.head, unit=world.other, reasons="นอกเขต")
    assert (case.state, case.unit) == ("screening", world.other)
    case = world.do(case, "accept", world.stranger, kind=world.ordinary, unit=world.other)
    case = world.do(case, "transfer", world.stranger, unit=world.district, reasons="ไม่ใช่ของเรา")
    assert (case.state, case.unit) == ("screening", world.province)
    screener = make_person("again", world.province, Role.SCREENER)
    case = world.do(case, "accept", screener, kind=world.ordinary, unit=world.district)
    with pytest.raises(Missing):
        world.do(case, "transfer", world.head, unit=world.other, reasons="อีกครั้ง")


# --- Other agencies ---------------------------------------------------------------------------------------------------
def referred(world: World, agency: str = "nacc") -> ComplaintCase:
    case = world.into("screening")
    return world.do(case, "refer", world.approver, agency=ReferralAgency.objects.get(pk=agency), reasons="อยู่ในอำนาจ")


def test_referral_is_followed_reminded_and_answered(world: World) -> None:
    case = referred(world, "oag")
    assert case.state == "referred"
    Clock.objects.filter(code="referral_follow_up").update(due_on=timezone.localdate() - timedelta(days=1))
    assert take_timed_edges() == 1
    case = world.do(fresh(case), "remind_agency", world.officer, text="ส่งหนังสือเตือน")
    with pytest.raises(Missing):
        world.do(
            case, "binding_finding", world.approver, reasons="x", evidence="y", measures=[world.measure(world.officer)]
        )
    case = world.do(case, "referral_answered", world.officer, outcome="unfounded", reasons="ไม่พบ", evidence="หนังสือตอบ")
    with pytest.raises(Missing):
        world.do(case, "decide_unfounded", world.officer, reply="x")
    assert world.do(case, "decide_unfounded", world.approver, reply="แจ้งผล").state == "replied"


def test_returned_referral_is_screened_again(world: World) -> None:
    case = world.do(referred(world), "referral_returned", world.officer, reasons="ไม่อยู่ในอำนาจ")
    assert case.state == "screening"


def test_answer_of_an_agency_says_of_every_respondent_what_it_found(world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "add_respondent", world.officer, name="นายถูกร้อง", position="ปลัด", text="เรียกเงิน")
    case = world.do(case, "refer", world.approver, agency=ReferralAgency.objects.get(pk="oag"), reasons="อยู่ในอำนาจ")
    found = {"outcome": "founded", "reasons": "พบมูล", "evidence": "หนังสือตอบ"}
    with pytest.raises(Missing) as refused:
        world.do(case, "referral_answered", world.officer, **found)
    assert refused.value.field == "finding_for_every_respondent"
    row = case.respondents.get()
    about = [{"respondent": row, "outcome": "founded", "reasons": "รับเงินจริง"}]
    # The agency heard him; we need not.
    case = world.do(case, "referral_answered", world.officer, **found, respondents=about)
    assert case.state == "review"
    assert row.findings.get().outcome == "founded"
    with pytest.raises(Missing):  # a measure for the official, as after a finding of our own
        world.do(case, "decide_founded", world.approver, measures=[world.measure(world.officer)])


def test_binding_finding_starts_the_clocks_of_the_penalty(world: World) -> None:
    case = world.into("screening")
    case = world.do(case, "add_respondent", world.screener, name="นายหนึ่ง", position="เจ้าหน้าที่", text="เรียกรับเงิน")
    case = world.do(case, "refer", world.approver, agency=ReferralAgency.objects.get(pk="nacc"), reasons="ทุจริต")
    case = world.do(
        case, "binding_finding", world.approver, reasons="ชี้มูล", evidence="มติ", measures=[world.measure(world.officer)]
    )
    case = world.do(case, "reassign", world.head, to=world.officer)
    respondent = case.respondents.get()
    assert case.clocks.filter(code="penalty_decision", stopped_on=None).count() == 1
    today = timezone.localdate()
    case = world.do(
        case, "record_penalty", world.officer, respondent=respondent, kind="dismissal", order_number="1/2570",
        ordered_on=today, text="ปลดออก",
    )  # fmt: skip
    assert case.clocks.get(code="penalty_copy", stopped_on=None).due_on >= today + timedelta(days=15)
    case = world.do(case, "copy_penalty", world.officer, penalty=respondent.penalties.get(), evidence="หนังสือนำส่ง")
    assert not case.clocks.filter(code__startswith="penalty", stopped_on=None).exists()


# --- Respondents ------------------------------------------------------------------------------------------------------
def test_respondent_and_who_works_under_him_do_not_see_the_case_which_moves_above_him(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER, Role.HEAD)
    case = world.into("investigating")
    case = world.do(case, "add_respondent", world.officer, name="หัวหน้า", text="ใช้อำนาจมิชอบ", account=world.head)
    assert (case.unit, case.holder) == (world.province, None)
    causes = dict(Conflict.objects.filter(case=case).values_list("user__username", "cause"))
    assert causes["head"] == "respondent"
    assert causes["officer"] == causes["screener"] == "subordinate"
    assert not complaints_visible_to(world.officer).filter(pk=case.pk).exists()


def test_named_by_mistake_sees_the_case_again(world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "add_respondent", world.officer, name="คนที่สอง", text="ละเลย", account=world.officer2)
    assert not complaints_visible_to(world.officer2).filter(pk=case.pk).exists()
    world.do(case, "remove_respondent", world.head, respondent=case.respondents.get(), reasons="คนละคน")
    assert complaints_visible_to(world.officer2).filter(pk=case.pk).exists()


def test_nobody_is_found_against_unheard_and_officials_get_a_measure(world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "add_respondent", world.officer, name="นายสอง", text="ละเลย", account=world.officer2)
    respondent = case.respondents.get()
    found = {"respondent": respondent, "outcome": "founded", "reasons": "มีพยาน"}
    facts = {"outcome": "founded", "reasons": "พบจริง", "evidence": "พยาน", "respondents": [found]}
    with pytest.raises(Missing, match=r"เสียก่อน|first"):
        world.do(case, "submit_finding", world.officer, **facts)
    case = world.do(
        case, "hear_respondent", world.officer, respondent=respondent, heard_on=timezone.localdate(), text="ปฏิเสธ"
    )
    with pytest.raises(Missing):
        world.do(case, "submit_finding", world.officer, **{**facts, "respondents": []})
    case = world.do(case, "submit_finding", world.officer, **facts)
    with pytest.raises(Missing):
        world.do(case, "decide_founded", world.approver, measures=[world.measure(world.officer)])
    measure = world.measure(world.officer, kind="discipline", respondent=respondent)
    assert world.do(case, "decide_founded", world.approver, measures=[measure]).state == "acting"


def test_serious_kind_needs_its_committee(world: World) -> None:
    ComplaintKind.objects.filter(pk=world.ordinary.pk).update(serious=True)
    case = world.into("investigating")
    facts = {"outcome": "unfounded", "reasons": "ไม่พบ", "evidence": "พยาน"}
    with pytest.raises(Missing):
        world.do(case, "submit_finding", world.officer, **facts)
    third = make_person("officer3", world.district, Role.OFFICER)
    members = [{"user": world.officer, "part": "chair"}, {"user": world.officer2, "part": "member"}]
    order = {"order_number": "5/2570", "ordered_on": timezone.localdate()}
    with pytest.raises(Missing):
        world.do(case, "appoint_committee", world.head, members=members, **order)
    members.append({"user": third, "part": "secretary"})
    case = world.do(case, "appoint_committee", world.head, members=members, **order)
    assert world.do(case, "submit_finding", world.officer, **facts).state == "review"


# --- Four eyes on paper -----------------------------------------------------------------------------------------------
def test_decision_on_paper_is_recorded_by_a_clerk_who_did_not_investigate(world: World) -> None:
    case = world.into("review")
    paper = {"decided_by": world.approver, "reply": "ไม่มีมูล"}
    with pytest.raises(Missing):
        world.do(case, "decide_unfounded", world.officer2, **paper)
    with pytest.raises(Missing):
        world.do(case, "decide_unfounded", world.officer, **paper, files=[scan()])
    case = world.do(case, "decide_unfounded", world.officer2, **paper, files=[scan()])
    decision = case.decisions.get()
    assert (decision.by, decision.recorded_by) == (world.approver, world.officer2)


# --- It rests ---------------------------------------------------------------------------------------------------------
def test_suspended_case_pauses_and_goes_on_where_it_was(world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "suspend", world.approver, body="ศาลปกครอง", reasons="ฟ้องคดีแล้ว")
    assert case.clocks.get(code="investigate").due_on is None
    assert case.next_due == case.clocks.get(code="suspension_check").due_on
    case = world.do(case, "keep_suspended", world.approver, reasons="ศาลยังไม่มีคำพิพากษา")
    case = world.do(case, "resume", world.approver, reasons="ศาลมีคำพิพากษาแล้ว")
    assert (case.state, case.clocks.get(code="investigate").due_on is None) == ("investigating", False)


# --- Together and apart -----------------------------------------------------------------------------------------------
def test_merged_case_is_answered_with_the_other_and_can_be_taken_out(world: World) -> None:
    main, extra = world.into("investigating"), world.into("screening")
    extra = world.do(extra, "merge", world.screener, into=main)
    assert (extra.state, extra.is_open) == ("merged", False)
    case = world.do(main, "submit_finding", world.officer, outcome="unfounded", reasons="ไม่พบ", evidence="ภาพ")
    world.do(case, "decide_unfounded", world.approver, reply="ตรวจแล้วไม่พบ")
    assert fresh(extra).messages.last().read(extra) == "ตรวจแล้วไม่พบ"
    assert world.do(extra, "unmerge", world.screener, reasons="คนละเรื่อง").state == "screening"


def test_what_was_merged_is_protected_with_the_other(world: World) -> None:
    main, extra = world.into("investigating"), world.into("screening")
    extra = world.do(extra, "merge", world.screener, into=main)
    world.do(main, "change_kind", world.officer, kind=world.corruption)
    assert fresh(extra).protected


def test_case_is_merged_only_into_an_open_one_that_its_officer_sees(world: World) -> None:
    extra = world.into("screening")
    elsewhere = world.file(world.ordinary, unit=world.other)
    for into in (extra, elsewhere, world.into("closed"), world.into("accepted", world.corruption)):
        with pytest.raises(Missing):
            world.do(extra, "merge", world.screener, into=into)


def test_split_makes_cases_of_the_parts(world: World) -> None:
    case = world.into("screening")
    parts = [{"text": "ไฟดับ", "kind": world.simple}, {"text": "ทุจริตจัดซื้อเสาไฟ", "kind": world.corruption}]
    case = world.do(case, "split", world.screener, parts=parts)
    assert case.state == "screening"
    made = [link.source for link in CaseLink.objects.filter(target=case, relation="part").order_by("pk")]
    assert [part.state for part in made] == ["screening", "screening"]
    assert [part.protected for part in made] == [False, True]
    assert made[1].unit == world.centre


# --- Slips and new facts ----------------------------------------------------------------------------------------------
def test_slip_of_today_is_taken_back_by_a_supervisor(world: World) -> None:
    case = world.into("investigating")
    due = case.clocks.get(code="investigate").due_on
    case = world.do(case, "submit_finding", world.officer, outcome="founded", reasons="ผิดเรื่อง", evidence="x")
    with pytest.raises(NotAllowed):
        world.do(case, "correct", world.officer, reasons="กดผิด")
    case = world.do(case, "correct", world.head, reasons="กดผิด")
    assert (case.state, case.holder) == ("investigating", world.officer)
    assert case.clocks.get(code="investigate", stopped_on=None).due_on == due
    assert not case.clocks.filter(code="review", stopped_on=None).exists()
    case = world.do(case, "declare_conflict", world.officer2, reasons="ญาติ")


def test_own_move_or_one_that_went_out_is_not_taken_back(world: World) -> None:
    case = world.do(world.into("accepted"), "assign", world.head, to=world.officer)
    with pytest.raises(Missing):
        world.do(case, "correct", world.head, reasons="กดผิด")
    for state in ("declined", "acting", "replied"):
        with pytest.raises(Refused):
            world.do(world.into(state), "correct", world.head, reasons="กดผิด")


def test_closed_case_is_opened_on_new_facts(world: World) -> None:
    case = world.do(world.into("closed"), "reopen_ex_officio", world.approver, to=world.officer, reasons="หลักฐานใหม่")
    assert case.state == "investigating"
    case = world.do(world.into("declined"), "rescreen_ex_officio", world.approver, reasons="หลักฐานใหม่")
    assert case.state == "screening"


def test_question_is_taken_back(world: World) -> None:
    case = world.do(world.into("awaiting_complainant"), "cancel_question", world.officer, reasons="ได้ข้อมูลแล้ว")
    assert case.state == "investigating"


def test_case_is_handed_over_and_follows_its_unit(world: World) -> None:
    case = world.do(world.into("investigating"), "hand_over", world.officer, to=world.officer2, reasons="ลาพัก")
    assert case.holder == world.officer2
    moved = perform(case, "follow_unit", TIMER, unit=world.other)
    assert (moved.unit, moved.holder) == (world.other, None)


def test_identity_is_revealed_only_with_a_second_custodian(world: World) -> None:
    case = world.into("accepted", world.corruption, identity={"name": "สมชาย", "phone": "0812345678"})
    case = world.do(case, "reveal", world.centre_custodian, reasons="ศาลเรียก")
    assert case.ledger.order_by("-seq")[0].verb == "reveal"
    world.centre_custodian2.is_active = False
    world.centre_custodian2.save()
    with pytest.raises(Missing):
        world.do(case, "reveal", world.centre_custodian, reasons="ศาลเรียก")
