"""Who is complained about, from the pages: named, heard, found about, punished, and the committee; and every guard."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from complaints.models import ComplaintCase, ReferralAgency, Respondent
from complaints.views.officer.panel import actions_of
from complaints.views.officer.timeline import TIMELINE
from organisations.models import Role, User
from tests.support.world import World, make_person
from workflows.models import Conflict
from workflows.refusals import Missing, Refused

pytestmark = pytest.mark.django_db

WHO = {"name": "นายหนึ่ง", "position": "นายช่าง", "official": "on", "text": "เรียกรับเงิน"}


def url(case: ComplaintCase, edge: str = "") -> str:
    return reverse("take", args=[case.public_id, edge]) if edge else reverse("case", args=[case.public_id])


def fresh(case: Any) -> Any:
    return type(case).objects.get(pk=case.pk)


def client_of(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def send(case: ComplaintCase, edge: str, user: User, **typed: Any) -> Any:
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    return client_of(user).post(url(case, edge), {**seen, **typed})


def sent(case: ComplaintCase, edge: str, user: User, **typed: Any) -> ComplaintCase:
    response = send(case, edge, user, **typed)
    assert response.status_code == 302, response.content.decode().partition("<main")[2][:3000]
    return fresh(case)


def refused(case: ComplaintCase, edge: str, user: User, **typed: Any) -> str:
    """The page of a form that was refused; nothing has happened."""
    response = send(case, edge, user, **typed)
    assert response.status_code == 422
    assert fresh(case).ledger_seq == case.ledger_seq
    return response.content.decode()


def rows(name: str, *filled: dict[str, Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {f"{name}-TOTAL_FORMS": str(len(filled)), f"{name}-INITIAL_FORMS": "0"}
    return typed | {f"{name}-{n}-{key}": value for n, row in enumerate(filled) for key, value in row.items()}


def page(case: ComplaintCase, user: User, edge: str = "") -> str:
    response = client_of(user).get(url(case, edge))
    assert response.status_code == 200
    return response.content.decode()


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.txt", "สแกน".encode())


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def named(world: World, case: ComplaintCase | None = None, **facts: Any) -> tuple[ComplaintCase, Respondent]:
    case = case or world.into("investigating")
    case = world.do(case, "add_respondent", world.officer, **{"name": "นายหนึ่ง", "text": "เรียกรับเงิน", **facts})
    return case, case.respondents.last()


def heard(world: World) -> tuple[ComplaintCase, Respondent]:
    case, row = named(world)
    facts = {"respondent": row, "heard_on": timezone.localdate(), "text": "ปฏิเสธ"}
    return world.do(case, "hear_respondent", world.officer, **facts), row


def reviewed(world: World, outcome: str = "founded") -> tuple[ComplaintCase, Respondent]:
    case, row = heard(world)
    found = [{"respondent": row, "outcome": outcome, "reasons": "มีพยาน"}]
    facts = {"outcome": "founded", "reasons": "พบจริง", "evidence": "พยาน", "respondents": found}
    return world.do(case, "submit_finding", world.officer, **facts), row


# --- Naming -----------------------------------------------------------------------------------------------------------
def test_naming_from_the_page_seals_who_he_is_and_finds_account_and_unit(world: World) -> None:
    case = world.into("investigating")
    case = sent(case, "add_respondent", world.officer, **WHO, unit="หน่วย DST (DST)", account="officer2")
    row = case.respondents.get()
    assert (row.user, row.unit, row.official) == (world.officer2, world.district, True)
    assert row.read_person(case) == {"name": "นายหนึ่ง", "position": "นายช่าง"}
    assert "นายหนึ่ง".encode() not in bytes(row.person)
    assert not any("นายหนึ่ง" in str(entry.facts) for entry in case.ledger.all())


def test_naming_somebody_without_account_bars_nobody(world: World) -> None:
    case = sent(world.into("investigating"), "add_respondent", world.officer, name="ผู้รับเหมา", text="ทิ้งงาน")
    assert (case.respondents.get().user, case.respondents.get().official) == (None, False)
    assert not Conflict.objects.exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("nobody of that name", "Nobody here has this name"),
        ("twin", "Several people have this name"),
        ("นาย", "Too many"),
    ],
)
def test_account_that_is_not_one_person_is_refused_and_what_was_typed_kept(world: World, typed: str, told: str) -> None:
    for name in ("twin_a", "twin_b"):
        make_person(name, world.district, Role.OFFICER)
    text = refused(world.into("investigating"), "add_respondent", world.officer, **WHO, account=typed)
    assert told in text
    assert "เรียกรับเงิน" in text


def test_account_is_found_only_among_people_in_service_with_a_post(world: World) -> None:
    make_person("without_post")
    User.objects.filter(pk=world.officer2.pk).update(is_active=False)
    case = world.into("investigating")
    for typed in ("without_post", "officer2"):
        refused(case, "add_respondent", world.officer, **WHO, account=typed)


def test_preview_says_whom_it_bars_and_where_the_case_goes_and_changes_nothing(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    case = world.into("investigating")
    typed = {"account": "head", "preview": "1", "seen_version": case.state_version}
    response = client_of(world.officer).post(url(case, "add_respondent"), typed)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Found: head (head)" in text
    assert "You are one of them" in text
    assert "It moves to Unit PRV" in text
    assert not Respondent.objects.exists()
    assert not Conflict.objects.exists()
    text = client_of(world.officer).post(url(case, "add_respondent"), {**typed, "account": "officer2"}).content.decode()
    assert "The case will not exist for him." in text
    assert "work" not in text.partition("The case will not exist")[2].partition("</p>")[0]


def test_who_is_barred_by_the_name_he_gave_comes_to_his_list_with_a_sentence(world: World) -> None:
    case = world.into("investigating")
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    client = client_of(world.officer)
    response = client.post(url(case, "add_respondent"), {**seen, **WHO, "account": "head"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("queue")
    assert response.status_code == 200
    assert "you do not see it any more" in response.content.decode()
    assert client.get(url(case)).status_code == 404


def test_named_by_mistake_from_the_page_stays_on_record(world: World) -> None:
    case, row = named(world, account=world.officer2)
    case = sent(case, "remove_respondent", world.head, respondent=row.pk, reasons="คนละคน")
    assert "Named by mistake" in page(case, world.officer)
    case, other = named(world, case)
    offered = page(case, world.officer, "hear_respondent")
    assert f'name="respondent" value="{other.pk}"' in offered
    assert f'name="respondent" value="{row.pk}"' not in offered
    assert complaint_is_there(case, world.officer2)
    with pytest.raises(Missing):
        world.do(case, "remove_respondent", world.head, respondent=row, reasons="อีกครั้ง")


def complaint_is_there(case: ComplaintCase, user: User) -> bool:
    return client_of(user).get(url(case)).status_code == 200


# --- Hearing ----------------------------------------------------------------------------------------------------------
def test_hearing_is_recorded_with_its_day_in_the_thai_calendar(world: World) -> None:
    case, row = named(world)
    day = timezone.localdate()
    typed = f"{day.day}/{day.month}/{day.year + 543}"
    case = sent(case, "hear_respondent", world.officer, respondent=row.pk, heard_on=typed, text="ปฏิเสธ", files=[scan()])
    hearing = row.hearings.get()
    assert (hearing.heard_on, hearing.read(case)) == (day, "ปฏิเสธ")
    assert "ปฏิเสธ" in page(case, world.officer)


def test_who_could_not_be_heard_has_the_reason_on_record(world: World) -> None:
    case, row = named(world)
    case = sent(case, "hear_respondent", world.officer, respondent=row.pk, unheard="on", text="ไม่มาตามหนังสือ")
    assert row.hearings.get().heard_on is None
    assert "Could not be heard" in page(case, world.officer)


@pytest.mark.parametrize("typed", [{}, {"heard_on": today(), "unheard": "on"}, {"heard_on": today(1)}])
def test_hearing_needs_a_day_that_is_not_ahead_or_the_tick(world: World, typed: dict[str, str]) -> None:
    case, row = named(world)
    refused(case, "hear_respondent", world.officer, respondent=row.pk, text="ปฏิเสธ", **typed)


# --- The committee ----------------------------------------------------------------------------------------------------
def order(**changes: Any) -> dict[str, Any]:
    return {"order_number": "5/2570", "ordered_on": today(), "files": [scan()], **changes}


def test_committee_is_appointed_from_the_page_and_shown_with_its_order(world: World) -> None:
    third = make_person("officer3", world.district, Role.OFFICER)
    parts = zip((world.officer, world.officer2, third), ("chair", "member", "secretary"), strict=True)
    members = rows("members", *({"user": user.pk, "part": part} for user, part in parts))
    case = sent(world.into("investigating"), "appoint_committee", world.head, **order(), **members)
    text = page(case, world.officer)
    assert "5/2570" in text
    assert "officer3" in text


@pytest.mark.parametrize(
    "parts", [["chair", "member"], ["chair", "chair", "member"], ["member", "member", "secretary"]]
)
def test_committee_has_one_chair_and_two_members(world: World, parts: list[str]) -> None:
    third = make_person("officer3", world.district, Role.OFFICER)
    people = (world.officer, world.officer2, third)
    members = rows("members", *({"user": people[n].pk, "part": part} for n, part in enumerate(parts)))
    refused(world.into("investigating"), "appoint_committee", world.head, **order(), **members)


@pytest.mark.parametrize("changes", [{"ordered_on": today(1)}, {"ordered_on": ""}, {"order_number": ""}, {"files": []}])
def test_committee_needs_a_whole_order(world: World, changes: dict[str, Any]) -> None:
    third = make_person("officer3", world.district, Role.OFFICER)
    parts = zip((world.officer, world.officer2, third), ("chair", "member", "secretary"), strict=True)
    members = rows("members", *({"user": user.pk, "part": part} for user, part in parts))
    refused(world.into("investigating"), "appoint_committee", world.head, **order(**changes), **members)


def test_respondent_sits_on_no_committee_and_is_named_as_one_who_cannot(world: World) -> None:
    case, _row = named(world, account=world.officer2)
    third = make_person("officer3", world.district, Role.OFFICER)
    form = page(case, world.head, "appoint_committee")
    assert "Cannot take this case: officer2" in form
    assert f'<option value="{world.officer2.pk}"' not in form
    members = [{"user": user, "part": "member"} for user in (world.officer, world.officer2, third)]
    members[0]["part"] = "chair"
    facts = {"order_number": "5/2570", "ordered_on": timezone.localdate(), "members": members}
    with pytest.raises(Missing):
        world.do(case, "appoint_committee", world.head, **facts)
    twice = [*members[:1], members[2], {**members[2]}]
    with pytest.raises(Missing):
        world.do(case, "appoint_committee", world.head, **{**facts, "members": twice})


# --- Findings ---------------------------------------------------------------------------------------------------------
def finding(row: Respondent, found: str = "founded", **changes: Any) -> dict[str, Any]:
    prefix = f"respondent-{row.pk}"
    typed = {"outcome": "founded", "reasons": "พบจริง", "evidence": "พยาน"}
    return {**typed, f"{prefix}-outcome": found, f"{prefix}-reasons": "มีพยานสองคน", **changes}


def test_finding_has_a_row_for_every_respondent_with_what_he_said_beside_it(world: World) -> None:
    case, row = heard(world)
    form = page(case, world.officer, "submit_finding")
    assert "เรียกรับเงิน" in form
    assert "ปฏิเสธ" in form
    case = sent(case, "submit_finding", world.officer, **finding(row))
    assert case.state == "review"
    assert row.findings.get().read(case) == "มีพยานสองคน"
    assert "มีพยานสองคน" in page(case, world.approver)
    assert "มีพยานสองคน" in page(case, world.approver, "decide_founded")


def test_finding_without_a_row_of_a_respondent_is_refused(world: World) -> None:
    case, row = heard(world)
    for name in ("outcome", "reasons"):
        refused(case, "submit_finding", world.officer, **finding(row, **{f"respondent-{row.pk}-{name}": ""}))


def test_finding_against_who_was_not_heard_is_refused_and_for_him_is_not(world: World) -> None:
    case, row = named(world)
    assert "Hear the respondent first" in refused(case, "submit_finding", world.officer, **finding(row))
    typed = finding(row, "unfounded", outcome="unfounded")
    assert sent(case, "submit_finding", world.officer, **typed).state == "review"


def test_form_of_a_finding_names_who_was_not_heard_first_with_the_way_to_hear_him(world: World) -> None:
    case, _row = named(world)
    before = page(case, world.officer, "submit_finding").partition('name="outcome"')[0]
    assert "1. นายหนึ่ง" in before
    assert url(case, "hear_respondent") in before
    case, _row = heard(world)
    assert url(case, "hear_respondent") not in page(case, world.officer, "submit_finding")


def test_finding_against_somebody_is_no_unfounded_case(world: World) -> None:
    case, row = heard(world)
    text = refused(case, "submit_finding", world.officer, **finding(row, outcome="unfounded"))
    assert "Something was found against a respondent" in text


def test_who_was_named_by_mistake_needs_no_finding(world: World) -> None:
    case, row = named(world)
    case = world.do(case, "remove_respondent", world.head, respondent=row, reasons="คนละคน")
    typed = {"outcome": "unfounded", "reasons": "ไม่พบ", "evidence": "พยาน"}
    assert sent(case, "submit_finding", world.officer, **typed).state == "review"


# --- Measures ---------------------------------------------------------------------------------------------------------
def measure(world: World, **changes: Any) -> dict[str, Any]:
    return {"kind": "discipline", "text": "ตั้งกรรมการ", "owner": world.officer.pk, "due_on": today(9), **changes}


def test_official_found_against_needs_a_measure_against_him(world: World) -> None:
    case, row = reviewed(world)
    assert "An official found against" in page(case, world.approver, "decide_founded")
    for wrong in ({}, {"respondent": row.pk, "kind": "corrective"}):
        refused(case, "decide_founded", world.approver, **rows("measures", measure(world, **wrong)))
    case = sent(case, "decide_founded", world.approver, **rows("measures", measure(world, respondent=row.pk)))
    assert row.measures.get().kind == "discipline"
    text = page(case, world.approver)
    assert "ตั้งกรรมการ" in text
    assert "No measure says yet" not in text


@pytest.mark.parametrize("outcome", ["unfounded", "inconclusive"])
def test_official_not_found_against_needs_none(world: World, outcome: str) -> None:
    case, _row = reviewed(world, outcome)
    assert sent(case, "decide_partly", world.approver, **rows("measures", measure(world))).state == "acting"


def test_who_is_no_official_needs_none(world: World) -> None:
    case, row = reviewed(world)
    Respondent.objects.filter(pk=row.pk).update(official=False)
    assert sent(case, "decide_founded", world.approver, **rows("measures", measure(world))).state == "acting"


def test_respondent_owns_no_measure_and_no_measure_is_against_somebody_of_another_case(world: World) -> None:
    case, row = named(world, account=world.officer2)
    found = [{"respondent": row, "outcome": "unfounded", "reasons": "ไม่พบ"}]
    facts = {"outcome": "founded", "reasons": "พบจริง", "evidence": "พยาน", "respondents": found}
    case = world.do(case, "submit_finding", world.officer, **facts)
    refused(case, "decide_founded", world.approver, **rows("measures", measure(world, owner=world.officer2.pk)))
    _other, stranger = named(world)
    for wrong in (world.measure(world.officer2), world.measure(world.officer, respondent=stranger)):
        with pytest.raises(Missing):
            world.do(case, "decide_founded", world.approver, measures=[wrong])
    assert world.do(case, "decide_founded", world.approver, measures=[world.measure(world.officer)]).state == "acting"


def test_binding_finding_is_not_carried_out_by_a_respondent(world: World) -> None:
    case, _row = named(world, account=world.officer2)
    case = world.do(case, "refer", world.approver, agency=ReferralAgency.objects.get(pk="nacc"), reasons="ทุจริต")
    facts = {"reasons": "ชี้มูล", "evidence": "มติ"}
    with pytest.raises(Missing):
        world.do(case, "binding_finding", world.approver, **facts, measures=[world.measure(world.officer2)])
    case = world.do(case, "binding_finding", world.approver, **facts, measures=[world.measure(world.officer)])
    assert case.state == "acting"


# --- Penalties --------------------------------------------------------------------------------------------------------
def bound(world: World) -> tuple[ComplaintCase, Respondent]:
    case, row = named(world)
    case = world.do(case, "refer", world.approver, agency=ReferralAgency.objects.get(pk="nacc"), reasons="ทุจริต")
    facts = {"reasons": "ชี้มูล", "evidence": "มติ", "measures": [world.measure(world.officer)]}
    return world.do(case, "binding_finding", world.approver, **facts), row


def penalty(row: Respondent, **changes: Any) -> dict[str, Any]:
    return {"respondent": row.pk, "kind": "dismissal", "order_number": "9/2570", "ordered_on": today(-2), **changes}


def test_penalty_and_its_copy_are_recorded_from_the_page_and_their_clocks_shown(world: World) -> None:
    case, row = bound(world)
    assert "Penalty to be decided" in page(case, world.officer)
    case = sent(case, "record_penalty", world.officer, **penalty(row))
    text = page(case, world.officer)
    assert "9/2570" in text
    assert "copy due" in text
    assert "Penalty to be decided" not in text
    order = row.penalties.get()
    copied = {"penalty": order.pk, "evidence": "หนังสือนำส่ง"}
    for day in (today(1), today(-3)):
        refused(case, "copy_penalty", world.officer, **copied, copied_on=day)
    case = sent(case, "copy_penalty", world.officer, **copied, copied_on=today(-1))
    order.refresh_from_db()
    assert order.copied_on == timezone.localdate() - timedelta(days=1)
    assert "copy sent on" in page(case, world.officer)
    with pytest.raises(Missing):
        world.do(case, "copy_penalty", world.officer, penalty=order, evidence="อีกครั้ง")


@pytest.mark.parametrize("changes", [{"kind": "none"}, {"ordered_on": today(1)}, {"order_number": ""}, {"kind": ""}])
def test_penalty_needs_a_whole_order_and_none_its_reason(world: World, changes: dict[str, str]) -> None:
    case, row = bound(world)
    refused(case, "record_penalty", world.officer, **penalty(row, **changes))


def test_case_does_not_end_while_a_penalty_is_open(world: World) -> None:
    case, _row = bound(world)
    case = world.do(case, "measure_done", world.officer, measure=case.measures.get(), evidence="ทำแล้ว")
    case = world.do(case, "reassign", world.head, to=world.officer)
    case = world.do(case, "draft_reply", world.officer, reply="แจ้งผล")
    case = world.do(case, "approve_reply", world.approver, reply_seen=case.replies.last().pk)
    case = world.do(case, "answer", world.officer)
    with pytest.raises(Missing) as refusal:
        world.do(case, "close", world.officer, evidence="เสร็จ")
    assert refusal.value.field == "every_penalty_settled"


# --- The guards, forbidden without a page -----------------------------------------------------------------------------
@pytest.mark.parametrize("facts", [{"name": " "}, {"text": ""}])
def test_naming_needs_person_and_allegation(world: World, facts: dict[str, str]) -> None:
    case = world.into("investigating")
    with pytest.raises(Refused):
        world.do(case, "add_respondent", world.officer, **{"name": "นายหนึ่ง", "text": "เรียกรับเงิน", **facts})


def test_respondent_of_another_case_is_none_of_this_one(world: World) -> None:
    case, _row = named(world)
    _other, stranger = named(world)
    for edge, user in (("hear_respondent", world.officer), ("remove_respondent", world.head)):
        with pytest.raises(Missing):
            world.do(case, edge, user, respondent=stranger, heard_on=None, text="x", reasons="x")


def test_steps_about_a_respondent_are_not_offered_where_nobody_is_named(world: World) -> None:
    case = world.into("investigating")
    names = {action.edge for user in (world.officer, world.head) for action in actions_of(case, user)}
    assert not names & {"hear_respondent", "remove_respondent", "record_penalty", "copy_penalty"}
    case, _row = named(world, case)
    assert {"hear_respondent"} <= {action.edge for action in actions_of(case, world.officer) if not action.reason}


# --- Who reads it -----------------------------------------------------------------------------------------------------
def test_before_screening_only_screeners_read_who_is_complained_about(world: World) -> None:
    case = world.into("screening")
    ComplaintCase.objects.filter(pk=case.pk).update(screened=False)
    case = world.do(case, "add_respondent", world.screener, name="นายลับ", text="ข้อกล่าวหาลับ")
    assert "นายลับ" in page(case, world.screener)
    for user, edge in ((world.officer, ""), (world.head, ""), (world.head, "remove_respondent")):
        text = page(case, user, edge)
        assert "นายลับ" not in text
        assert "ข้อกล่าวหาลับ" not in text


def test_timeline_names_nobody(world: World) -> None:
    case, _row = reviewed(world)
    text = page(case, world.approver)
    timeline = text[text.index('id="timeline"') :]
    assert "นายหนึ่ง" not in timeline
    assert "Respondent named" in timeline


def test_timeline_says_of_naming_only_that_the_case_moved(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    case, _row = named(world)
    assert told_of_naming(case) == ""
    case, _row = named(world, case, account=world.head)
    assert case.unit == world.province
    assert told_of_naming(case) == "The case moved to Unit PRV."


def told_of_naming(case: ComplaintCase) -> str:
    with translation.override("en"):
        entries = TIMELINE.entries(case, readable=True, attachments=[])
        return next(entry.text for entry in entries if entry.title == "Respondent named")


def test_pages_are_not_for_others(world: World) -> None:
    case, _row = named(world)
    for edge in ("add_respondent", "hear_respondent", "appoint_committee"):
        response = Client().get(url(case, edge))
        assert response.status_code == 302
        assert client_of(world.stranger).get(url(case, edge)).status_code == 404
    assert client_of(world.executive).get(url(case, "hear_respondent")).status_code == 403
    assert client_of(world.officer).get(url(case, "record_penalty")).status_code in (403, 409)


def test_page_costs_the_same_for_one_respondent_and_for_fifty(world: World) -> None:
    case, row = reviewed(world)
    world.do(
        case, "decide_founded", world.approver, measures=[world.measure(world.officer, kind="none", respondent=row)]
    )

    def cost() -> int:
        client = client_of(world.approver)
        client.get(url(case))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(case)).status_code == 200
        return len(queries)

    one = cost()
    for n in range(49):
        copy = Respondent(case=case, by=world.officer, at=timezone.now())
        copy.write_person(case, {"name": f"คนที่ {n}"})
        copy.write(case, "ข้อกล่าวหา")
        copy.save()
        hearing = copy.hearings.model(respondent=copy, by=world.officer, at=timezone.now())
        hearing.write(case, "ปฏิเสธ")
        hearing.save()
    assert cost() == one
