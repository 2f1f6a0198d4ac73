"""The case page, its actions and its files: what each person may see and do, and what a crafted request gets."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from complaints.forms import FORMS
from complaints.models import ComplaintCase
from complaints.states import GRAPH
from organisations.calendar import current_calendar
from organisations.formats import write_date
from organisations.models import User
from tests.support.seen import seen
from tests.support.world import TEXT, World
from workflows.casepages.clocks import extended_due
from workflows.models import Clock, Conflict, LedgerEntry

pytestmark = pytest.mark.django_db

OF_THE_AGENCY = {"screener", "officer", "head", "approver", "assignee", "recorder", "custodian"}
OF_NOBODY_HERE = (
    "answer_timed_out", "close_after_window", "window_ended", "import_closed", "register", "rate", "nonsense",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def url(case: ComplaintCase, edge: str = "") -> str:
    """The address of a case, or of an edge of it."""
    return reverse("take", args=[case.public_id, edge]) if edge else reverse("case", args=[case.public_id])


def fresh(case: ComplaintCase) -> ComplaintCase:
    """The case as it is now."""
    return ComplaintCase.objects.get(pk=case.pk)


def send(client: Client, case: ComplaintCase, edge: str, user: User, **typed: Any) -> Any:
    """Send the form of an edge as the page had it."""
    client.force_login(user)
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    return client.post(url(case, edge), {**seen, **typed})


def picture(name: str = "ภาพ.png") -> SimpleUploadedFile:
    """A small picture."""
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


# --- The law and the forms --------------------------------------------------------------------------------------------
def test_every_edge_of_the_agency_has_a_form_and_no_other_has_one() -> None:
    wanted = {edge.name for edge in GRAPH.edges if edge.sources and OF_THE_AGENCY & {who.code for who in edge.by}}
    assert set(FORMS) == wanted


# --- The page ---------------------------------------------------------------------------------------------------------
def test_case_anonymous_goes_to_sign_in(client: Client, world: World) -> None:
    case = world.into("investigating")
    for address in (url(case), url(case, "note")):
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_case_not_to_be_seen_is_the_same_404_as_no_case(client: Client, world: World, method: str) -> None:
    case, protected = world.into("investigating"), world.into("investigating", world.corruption)
    Conflict.objects.create(case_id=case.pk, user=world.officer2, at=timezone.now())
    ways = [
        (world.stranger, case.public_id),
        (world.administrator, case.public_id),
        (world.officer2, case.public_id),
        (world.officer, protected.public_id),
        (world.executive, protected.public_id),
        (world.officer, "000000000000"),
    ]
    for name in ("case", "take"):
        if name == "case" and method == "post":
            continue
        answers = set()
        for user, public_id in ways:
            client.force_login(user)
            args = [public_id] if name == "case" else [public_id, "note"]
            response = getattr(client, method)(reverse(name, args=args))
            told = response.content.decode().partition("<main")[2].partition("</main>")[0]
            answers.add((response.status_code, told))
        assert len(answers) == 1
        assert answers.pop()[0] == 404


@pytest.mark.parametrize("state", [state.code for state in GRAPH.states])
def test_case_page_stands_in_every_state(client: Client, world: World, state: str) -> None:
    case = world.into(state)
    for user in (world.screener, world.officer, world.head, world.approver, world.executive, world.custodian):
        client.force_login(user)
        response = client.get(url(case))
        assert response.status_code == 200
        assert case.number in response.content.decode()


def test_case_page_offers_only_what_the_person_may_do(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.officer)
    text = client.get(url(case)).content.decode()
    assert url(case, "submit_finding") in text
    assert url(case, "assign") not in text
    assert url(case, "reassign") not in text
    client.force_login(world.executive)
    assert "/do/" not in client.get(url(case)).content.decode()


def test_case_page_says_why_an_action_is_barred(client: Client, world: World) -> None:
    case = world.into("acting")
    client.force_login(world.officer)
    response = client.get(url(case), headers={"Accept-Language": "en"})
    barred = [action for action in response.context["actions"] if action.reason]
    assert "answer" in {action.edge for action in barred}
    assert url(case, "answer") not in response.content.decode()


def test_case_page_keeps_unscreened_text_for_screeners(client: Client, world: World) -> None:
    case = world.file(world.ordinary)
    for user, readable in ((world.officer, False), (world.head, False), (world.screener, True)):
        client.force_login(user)
        assert (TEXT in client.get(url(case)).content.decode()) is readable


def test_case_page_protected_identity_is_sealed(client: Client, world: World) -> None:
    identity = {"name": "สมหญิง รักดี", "phone": "0812345678"}
    case = world.into("investigating", world.corruption, identity=identity)
    for user in (world.centre_officer, world.centre_screener, world.centre_approver):
        client.force_login(user)
        text = client.get(url(case), {"contact": "1"}).content.decode()
        assert "สมหญิง" not in text
        assert "0812345678" not in text


def test_case_page_contact_opens_for_who_needs_it(client: Client, world: World) -> None:
    case = world.into("investigating", identity={"name": "สมหญิง รักดี", "phone": "0812345678"})
    for user, may in ((world.officer, True), (world.head, True), (world.officer2, False), (world.executive, False)):
        client.force_login(user)
        assert "สมหญิง" not in client.get(url(case)).content.decode()
        assert ("สมหญิง" in client.get(url(case), {"contact": "1"}).content.decode()) is may


def test_case_page_timeline_filter(client: Client, world: World) -> None:
    case = world.into("investigating")
    world.do(case, "note", world.officer, text="โน้ตภายใน")
    world.do(case, "message", world.officer, text="เรียนผู้ร้อง")
    client.force_login(world.officer)
    everything = client.get(url(case)).content.decode()
    assert "โน้ตภายใน" in everything
    messages = client.get(url(case), {"show": "messages"}).content.decode()
    assert "เรียนผู้ร้อง" in messages
    assert "โน้ตภายใน" not in messages


def test_case_page_costs_the_same_for_1_and_50_entries(
    client: Client, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = world.do(world.into("investigating"), "message", world.officer, text="1")
    case = world.do(case, "note", world.officer, text="1")
    client.force_login(world.officer)
    with django_assert_max_num_queries(50) as once:
        client.get(url(case))
    for number in range(50):
        case = world.do(case, "message" if number % 2 else "note", world.officer, text=str(number))
    with django_assert_max_num_queries(len(once)):
        client.get(url(case))


# --- Taking an edge ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("edge", OF_NOBODY_HERE)
def test_take_what_no_person_takes_is_404(client: Client, world: World, edge: str) -> None:
    case = world.into("investigating")
    assert send(client, case, edge, world.officer).status_code == 404
    assert fresh(case).ledger_seq == case.ledger_seq


def test_take_what_is_not_his_is_refused_with_who_may(client: Client, world: World) -> None:
    case = world.into("accepted")
    response = send(client, case, "assign", world.officer, to=world.officer.pk)
    assert response.status_code == 403
    assert fresh(case).state == "accepted"


def test_take_in_the_wrong_state_is_refused(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.screener)
    response = client.post(url(case, "accept"), {"kind": "road", "unit": world.district.pk, **seen(case)})
    assert response.status_code == 409
    assert fresh(case).state == "investigating"


def test_take_the_whole_road(client: Client, world: World) -> None:
    case = world.file(world.ordinary)
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    measures = {"measures-TOTAL_FORMS": "3", "measures-INITIAL_FORMS": "0"}
    first = {"measures-0-kind": "corrective", "measures-0-text": "ซ่อม", "measures-0-due_on": due}
    road: list[tuple[str, User, dict[str, Any], str]] = [
        ("start_screening", world.screener, {}, "screening"),
        ("accept", world.screener, {"kind": world.ordinary.pk, "unit": world.district.pk}, "accepted"),
        ("assign", world.head, {"to": world.officer.pk}, "investigating"),
        ("submit_finding", world.officer, {"outcome": "founded", "reasons": "พบจริง", "files": [picture()]}, "review"),
        ("decide_founded", world.approver, {**measures, **first, "measures-0-owner": world.officer.pk}, "acting"),
        ("draft_reply", world.officer, {"reply": "จะซ่อมภายในเดือนนี้"}, "acting"),
        ("approve_reply", world.approver, {}, "acting"),
        ("answer", world.officer, {}, "replied"),
        ("measure_done", world.officer, {"evidence": "ภาพ"}, "replied"),
        ("close", world.officer, {"evidence": "ภาพหลังซ่อม"}, "closed"),
    ]
    for edge, user, typed, state in road:
        case = fresh(case)
        client.force_login(user)
        assert client.get(url(case, edge)).status_code == 200
        assert client.get(url(case, edge), headers={"HX-Request": "true"}).status_code == 200
        seen = {}
        if edge == "approve_reply":
            seen = {"reply_seen": case.replies.get().pk}
        if edge == "measure_done":
            seen = {"measure": case.measures.get().pk}
        response = send(client, case, edge, user, **typed, **seen)
        assert response.status_code == 302, (edge, response.context and response.context["form"].errors)
        assert fresh(case).state == state
    client.force_login(world.officer)
    assert "จะซ่อมภายในเดือนนี้" in client.get(url(case)).content.decode()


def test_take_missing_fact_keeps_what_was_typed(client: Client, world: World) -> None:
    case = world.into("investigating")
    typed = {"outcome": "founded", "reasons": "เหตุผลที่พิมพ์ไว้ยาวมาก"}
    response = send(client, case, "submit_finding", world.officer, **typed)
    assert response.status_code == 422
    assert "เหตุผลที่พิมพ์ไว้ยาวมาก" in response.content.decode()
    assert fresh(case).state == "investigating"


def test_take_overtaken_says_who_and_keeps_the_text(client: Client, world: World) -> None:
    case = world.into("accepted")
    world.do(case, "assign", world.head, to=world.officer2)
    response = send(client, case, "answer_directly", world.officer, reply="ข้อความที่พิมพ์ไว้แล้วยาวพอสมควร")
    text = response.content.decode()
    assert response.status_code == 409
    assert str(world.head) in text
    assert "ข้อความที่พิมพ์ไว้แล้วยาวพอสมควร" in text


def test_take_overtaken_but_still_possible_offers_the_form_again(client: Client, world: World) -> None:
    case = world.into("investigating")
    world.do(case, "ask_complainant", world.officer, text="เสาต้นไหน")
    response = send(client, case, "note", world.officer, text="โน้ตที่พิมพ์ค้างไว้")
    assert response.status_code == 409
    assert "โน้ตที่พิมพ์ค้างไว้" in response.content.decode()
    assert f'name="seen_version" value="{fresh(case).state_version}"' in response.content.decode()


@pytest.mark.parametrize(("edge", "typed"), [("note", {"text": "ครั้งเดียวพอ"}), ("message", {"text": "ครั้งเดียวพอ"})])
def test_take_double_click_records_an_act_once(client: Client, world: World, edge: str, typed: dict[str, str]) -> None:
    case = world.into("investigating")
    assert send(client, case, edge, world.officer, **typed).status_code == 302
    assert send(client, case, edge, world.officer, **typed).status_code == 409
    assert LedgerEntry.objects.filter(case=case.pk, verb=edge).count() == 1


def test_take_double_click_moves_a_case_once(client: Client, world: World) -> None:
    case = world.file(world.ordinary)
    assert send(client, case, "start_screening", world.screener).status_code == 302
    assert send(client, case, "start_screening", world.screener).status_code == 409
    assert LedgerEntry.objects.filter(case=case.pk, verb="start_screening").count() == 1


# --- Choices outside, ids of other cases ------------------------------------------------------------------------------
def test_take_assign_takes_nobody_from_outside(client: Client, world: World) -> None:
    case = world.into("accepted")
    Conflict.objects.create(case_id=case.pk, user=world.officer2, at=timezone.now())
    for user in (world.stranger, world.officer2, world.approver, world.centre_officer):
        response = send(client, case, "assign", world.head, to=user.pk)
        assert response.status_code == 422
    assert send(client, case, "assign", world.head, to="nobody").status_code == 422
    assert fresh(case).state == "accepted"


def test_take_assign_tells_who_cannot_and_never_why(client: Client, world: World) -> None:
    case = world.into("accepted")
    Conflict.objects.create(case_id=case.pk, user=world.officer2, at=timezone.now())
    client.force_login(world.head)
    form = client.get(url(case, "assign")).context["form"]
    assert str(world.officer2) in str(form.fields["to"].help_text)
    assert world.officer2.pk not in [pk for pk, _label in form.fields["to"].choices]


def test_take_accept_takes_no_unit_beside(client: Client, world: World) -> None:
    case = world.into("screening")
    response = send(client, case, "accept", world.screener, kind=world.ordinary.pk, unit=world.other.pk)
    assert response.status_code == 422
    assert fresh(case).state == "screening"


def test_take_measure_of_another_case_is_no_choice(client: Client, world: World) -> None:
    case, other = world.into("acting"), world.into("acting")
    measure = other.measures.get()  # type: ignore[attr-defined]
    response = send(client, case, "measure_done", world.officer, measure=measure.pk, evidence="ภาพ")
    assert response.status_code == 422
    measure.refresh_from_db()
    assert measure.done_at is None


def test_take_clock_of_another_case_is_no_choice(client: Client, world: World) -> None:
    case, other = world.into("investigating"), world.into("investigating")
    clock = Clock.objects.get(case=other.pk, code="investigate")
    response = send(client, case, "extend", world.approver, clock=clock.pk, days=5, reasons="ฝนตก")
    assert response.status_code == 422
    clock.refresh_from_db()
    assert clock.extension == 0


def test_take_extend_shows_the_new_date_before_anything_is_written(client: Client, world: World) -> None:
    case = world.into("investigating")
    clock = Clock.objects.get(case=case.pk, code="investigate")
    response = send(client, case, "extend", world.approver, clock=clock.pk, days=5, preview="1")
    assert response.status_code == 200
    later = extended_due(clock, 5, [], current_calendar())
    assert clock.due_on is not None
    assert later is not None
    assert later > clock.due_on
    assert write_date(clock.due_on) in response.context["preview"]
    assert write_date(later) in response.content.decode()
    assert fresh(case).ledger_seq == case.ledger_seq
    assert send(client, case, "extend", world.approver, clock=clock.pk, days=5, reasons="ฝนตก").status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"measures-0-due_on": "2020-01-01"},
        {"measures-0-owner": "0"},
        {"measures-0-text": ""},
        {"measures-0-kind": "flogging"},
        {"measures-TOTAL_FORMS": "9999"},
        {"measures-TOTAL_FORMS": "x"},
        {"measures-TOTAL_FORMS": "0"},
    ],
)
def test_take_decide_founded_refuses_bad_measures(client: Client, world: World, changes: dict[str, str]) -> None:
    case = world.into("review")
    typed = {
        "measures-TOTAL_FORMS": "1",
        "measures-INITIAL_FORMS": "0",
        "measures-0-kind": "corrective",
        "measures-0-text": "ซ่อม",
        "measures-0-owner": str(world.officer.pk),
        "measures-0-due_on": timezone.localdate().isoformat(),
        **changes,
    }
    assert send(client, case, "decide_founded", world.approver, **typed).status_code == 422
    assert fresh(case).state == "review"


def test_take_more_rows_keeps_the_rows_and_writes_nothing(client: Client, world: World) -> None:
    case = world.into("review")
    typed = {"measures-TOTAL_FORMS": "3", "measures-INITIAL_FORMS": "0", "measures-1-text": "ทำป้ายเตือน", "more": "1"}
    response = send(client, case, "decide_founded", world.approver, **typed)
    assert response.status_code == 200
    assert "ทำป้ายเตือน" in response.content.decode()
    assert "measures-5-text" in response.content.decode()
    assert fresh(case).state == "review"


def test_take_by_the_investigator_is_barred_by_four_eyes(client: Client, world: World) -> None:
    case = world.into("review")
    client.force_login(world.officer)
    assert client.get(url(case, "decide_unfounded")).status_code == 422


def test_take_thai_date_in_the_buddhist_era(client: Client, world: World) -> None:
    case = world.into("review")
    day = timezone.localdate() + timedelta(days=40)
    typed = {
        "measures-TOTAL_FORMS": "1",
        "measures-INITIAL_FORMS": "0",
        "measures-0-text": "ซ่อม",
        "measures-0-owner": str(world.officer.pk),
        "measures-0-due_on": f"{day.day}/{day.month}/{day.year + 543}",
    }
    assert send(client, case, "decide_founded", world.approver, **typed).status_code == 302
    assert case.measures.get().due_on == day  # type: ignore[attr-defined]


def test_take_change_to_a_protected_kind_takes_the_case_out_of_sight(client: Client, world: World) -> None:
    case = world.into("screening")
    response = send(client, case, "change_kind", world.screener, kind=world.corruption.pk)
    assert response.status_code == 302
    assert client.get(url(case)).status_code == 404


# --- Files ------------------------------------------------------------------------------------------------------------
def test_attachment_is_given_to_who_may_read_and_sandboxed(client: Client, world: World) -> None:
    case = world.into("investigating")
    assert send(client, case, "attach", world.officer, files=[picture()]).status_code == 302
    row = case.attachments.get()
    address = reverse("attachment", args=[case.public_id, row.public_id])
    client.force_login(world.officer)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    client.force_login(world.stranger)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_attachment_other_types_are_saved_and_not_shown(client: Client, world: World) -> None:
    case = world.into("investigating")
    text = SimpleUploadedFile("<script>.txt", "บันทึก".encode())
    assert send(client, case, "attach", world.officer, files=[text]).status_code == 302
    response = client.get(reverse("attachment", args=[case.public_id, case.attachments.get().public_id]))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"


def test_attachment_of_another_case_is_404(client: Client, world: World) -> None:
    case, other = world.into("investigating"), world.into("investigating", world.corruption)
    send(client, other, "attach", world.centre_officer, files=[picture()])
    client.force_login(world.officer)
    row = other.attachments.get()
    assert client.get(reverse("attachment", args=[case.public_id, row.public_id])).status_code == 404


def test_attachment_unscreened_is_for_screeners(client: Client, world: World) -> None:
    case = world.file(world.ordinary)
    send(client, case, "attach", world.screener, files=[picture()])
    address = reverse("attachment", args=[case.public_id, case.attachments.get().public_id])
    assert client.get(address).status_code == 200
    client.force_login(world.officer)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html><script>1</script>"])
def test_attach_refuses_with_a_sentence(client: Client, world: World, content: bytes) -> None:
    case = world.into("investigating")
    response = send(client, case, "attach", world.officer, files=[SimpleUploadedFile("a.png", content)])
    assert response.status_code == 422
    assert response.context["form"].errors["files"]
    assert not case.attachments.exists()


def test_drafted_reply_is_the_approvers_turn(client: Client, world: World) -> None:
    from complaints.views.officer.queues import QUEUES

    case = world.into("acting")
    assert case not in QUEUES["decide"].cases(world.approver)
    case = world.do(case, "draft_reply", world.officer, reply="จะซ่อม")
    assert [row.pk for row in QUEUES["decide"].cases(world.approver)] == [case.pk]
    case = world.do(case, "draft_reply", world.officer, reply="จะซ่อมทันที")
    case = world.do(case, "approve_reply", world.approver, reply_seen=case.replies.latest("pk").pk)
    assert not QUEUES["decide"].cases(world.approver).exists()


def test_head_is_shown_as_not_assigned_only_what_was_screened(world: World) -> None:
    from workflows.queries import queue

    world.file(world.ordinary)
    accepted = world.into("accepted")
    assert [case.pk for case in queue(world.head, "complaint", "unassigned")] == [accepted.pk]
    assert queue(world.screener, "complaint", "unassigned").count() == 2


def test_imported_case_offers_no_message_nobody_can_read(world: World) -> None:
    from workflows.refusals import Missing

    case = world.file(world.ordinary, receipt=None)
    with pytest.raises(Missing):
        world.do(case, "message", world.screener, text="สวัสดี")
