"""The desk of requests: who reaches what, what may be done, and that nothing of the complaint is told."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from complaints.forms.requests import REQUEST_FORMS
from complaints.models import ComplaintCase, RequestCase
from complaints.requests.states import GRAPH
from complaints.views.officer.requests import LISTS
from complaints.views.officer.requests_panel import TIMELINE
from organisations.models import Role, User
from tests.support.world import TEXT, World, make_person, make_unit
from workflows.files import check_upload
from workflows.models import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.txt", "สแกน".encode())


@pytest.fixture
def asked(world: World) -> RequestCase:
    """The other unit is asked, with a file; `clerk` is an officer there."""
    make_person("clerk", world.other, Role.OFFICER)
    make_person("chief", world.other, Role.HEAD)
    make_person("neighbour", make_unit("NEI", under=world.province), Role.OFFICER, Role.HEAD)
    case = world.into("investigating")
    world.do(case, "ask_agencies", world.officer, units=[world.other], text="ขอสำเนาคำสั่ง", files=[check_upload(scan())])
    return RequestCase.objects.get(request__complaint=case.pk)


def person(name: str) -> User:
    return User.objects.get(username=name)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(case: RequestCase, edge: str, user: User, **typed: Any) -> Any:
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    return as_user(user).post(reverse("request_take", args=[case.public_id, edge]), {**seen, **typed})


def sent(case: RequestCase, edge: str, user: User, **typed: Any) -> RequestCase:
    response = send(case, edge, user, **typed)
    assert response.status_code == 302, response.content.decode().partition("<main")[2][:3000]
    return RequestCase.objects.get(pk=case.pk)


def addresses(case: RequestCase) -> list[str]:
    """The page, a form and a file."""
    file = case.attachments.first()
    assert file is not None
    return [
        reverse("request", args=[case.public_id]),
        reverse("request_take", args=[case.public_id, "answer"]),
        reverse("request_file", args=[case.public_id, file.public_id]),
    ]


# --- The law and the forms --------------------------------------------------------------------------------------------
def test_every_edge_of_a_person_has_a_form_and_every_edge_is_told() -> None:
    people = {"officer", "screener", "head", "approver", "asker"}
    wanted = {edge.name for edge in GRAPH.edges if edge.sources and people & {who.code for who in edge.by}}
    assert set(REQUEST_FORMS) == wanted
    assert set(TIMELINE.told) == {edge.name for edge in GRAPH.edges}


# --- Who reaches it ---------------------------------------------------------------------------------------------------
def test_request_anonymous_goes_to_sign_in(client: Client, asked: RequestCase) -> None:
    for address in [*addresses(asked), reverse("requests")]:
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


def test_request_exists_for_the_unit_and_for_who_asks(world: World, asked: RequestCase) -> None:
    for user in (person("clerk"), person("chief"), world.officer):
        for address in addresses(asked):
            assert as_user(user).get(address).status_code == 200


def test_request_exists_for_nobody_else(world: World, asked: RequestCase) -> None:
    for user in (person("neighbour"), world.officer2, world.head, world.approver, world.administrator):
        for address in addresses(asked):
            assert as_user(user).get(address).status_code == 404, (user, address)


def test_request_does_not_exist_for_who_has_a_conflict(world: World, asked: RequestCase) -> None:
    Conflict.objects.create(case_id=asked.pk, user=person("clerk"), at=timezone.now())
    Conflict.objects.create(case_id=asked.request.complaint_id, user=world.officer, at=timezone.now())
    for user in (person("clerk"), world.officer):
        for address in addresses(asked):
            assert as_user(user).get(address).status_code == 404


def test_protected_request_exists_in_its_own_unit_only(world: World) -> None:
    make_person("clerk", world.other, Role.OFFICER)
    make_person("above", world.province, Role.OFFICER, Role.HEAD)
    case = world.into("investigating", world.corruption)
    world.do(case, "ask_agencies", world.centre_officer, units=[world.other], text="ลับมาก")
    asked = RequestCase.objects.get(request__complaint=case.pk)
    page = reverse("request", args=[asked.public_id])
    assert "ลับมาก" in as_user(person("clerk")).get(page).content.decode()
    assert as_user(person("above")).get(page).status_code == 404
    assert "ลับมาก" not in as_user(person("clerk")).get(reverse("requests")).content.decode()


def test_asked_unit_reads_nothing_of_the_complaint(world: World, asked: RequestCase) -> None:
    complaint = asked.request.complaint
    client = as_user(person("clerk"))
    for address in (*addresses(asked)[:2], reverse("requests")):
        text = client.get(address).content.decode()
        assert TEXT not in text
        assert complaint.number not in text
        assert complaint.public_id not in text
    assert client.get(reverse("case", args=[complaint.public_id])).status_code == 404
    assert complaint.public_id in as_user(world.officer).get(addresses(asked)[0]).content.decode()


def test_complaint_that_ends_tells_the_unit_no_reasons(world: World, asked: RequestCase) -> None:
    complaint = ComplaintCase.objects.get(pk=asked.request.complaint_id)
    world.do(complaint, "discontinue", world.approver, reasons="ผู้ถูกร้องเสียชีวิต", reply="ยุติเรื่อง")
    text = as_user(person("clerk")).get(addresses(asked)[0]).content.decode()
    assert "ผู้ถูกร้องเสียชีวิต" not in text
    assert TEXT not in text
    assert RequestCase.objects.get(pk=asked.pk).state == "request_cancelled"


# --- What may be done -------------------------------------------------------------------------------------------------
def test_unit_takes_gives_and_answers(world: World, asked: RequestCase) -> None:
    case = sent(asked, "take", person("clerk"))
    assert case.holder == person("clerk")
    other = make_person("clerk2", world.other, Role.OFFICER)
    case = sent(case, "give", person("chief"), to=str(other.pk))
    assert case.holder == other
    case = sent(case, "note", other, text="กำลังค้น")
    case = sent(case, "answer", other, text="ส่งสำเนาแล้ว", files=[scan()])
    assert case.state == "request_answered"
    assert not case.texts.get(kind="answer").on_paper
    assert ComplaintCase.objects.get(pk=case.request.complaint_id).state == "investigating"


def test_who_asks_reminds_gives_time_passes_on_and_cancels(world: World, asked: RequestCase) -> None:
    case = sent(asked, "remind", world.officer, text="ใกล้ครบ")
    due = case.next_due
    case = sent(case, "give_time", world.officer, clock=str(case.clocks.get().pk), days="7", reasons="ขอขยาย")
    assert (case.next_due - due).days == 7
    case = sent(case, "pass_on", world.officer, unit="NEI", reasons="ส่งผิด")
    assert case.unit.code == "NEI"
    assert sent(case, "cancel", world.officer, reasons="ไม่ต้องแล้ว").state == "request_cancelled"


def test_who_asks_records_the_letter(world: World, asked: RequestCase) -> None:
    form = as_user(world.officer).get(reverse("request_take", args=[asked.public_id, "answer"])).content.decode()
    case = sent(asked, "answer", world.officer, text="ตอบเป็นหนังสือ", files=[scan()])
    assert case.texts.get().on_paper
    clerk = as_user(person("clerk")).get(reverse("request", args=[asked.public_id])).content.decode()
    assert reverse("case", args=[case.request.complaint.public_id]) not in clerk
    assert form.count("<textarea") == 1


def test_unit_neither_reminds_nor_cancels_and_who_asks_does_not_take(world: World, asked: RequestCase) -> None:
    assert send(asked, "cancel", person("clerk"), reasons="x").status_code == 403
    assert send(asked, "remind", person("chief"), text="x").status_code == 403
    assert send(asked, "take", world.officer).status_code == 403
    assert send(asked, "nonsense", world.officer).status_code == 404
    assert send(asked, "time_out", person("clerk")).status_code == 404
    assert send(asked, "answer", person("clerk"), text="").status_code == 422
    assert RequestCase.objects.get(pk=asked.pk).state == "asked"


def test_overtaken_answer_is_kept(asked: RequestCase) -> None:
    sent(asked, "answer", person("clerk"), text="คนแรก")
    late = send(asked, "answer", person("chief"), text="คนที่สองส่งสำเนาคำสั่งมาด้วยแล้ว")
    assert late.status_code == 409
    assert "คนที่สองส่งสำเนาคำสั่งมาด้วยแล้ว" in late.content.decode()


# --- On the page of the complaint -------------------------------------------------------------------------------------
def test_complaint_shows_the_answer_and_its_file_to_who_may_read_it(world: World, asked: RequestCase) -> None:
    case = sent(asked, "answer", person("clerk"), text="ส่งสำเนาแล้ว", files=[scan()])
    complaint = case.request.complaint
    file = case.attachments.last()
    way = reverse("request_answer_file", args=[complaint.public_id, case.public_id, file.public_id])
    text = as_user(world.approver).get(reverse("case", args=[complaint.public_id])).content.decode()
    assert "ส่งสำเนาแล้ว" in text
    assert way in text
    # Only who has the complaint in hand is led to the request itself.
    assert f'href="{reverse("request", args=[case.public_id])}' not in text
    assert as_user(world.approver).get(way).status_code == 200
    assert as_user(person("clerk")).get(way).status_code == 404
    other = world.into("investigating")
    stray = reverse("request_answer_file", args=[other.public_id, case.public_id, file.public_id])
    assert as_user(world.approver).get(stray).status_code == 404


# --- The lists --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "user", "found"),
    [
        ("unit", "clerk", True),
        ("mine", "clerk", False),
        ("late", "clerk", False),
        ("asked", "clerk", False),
        ("ended", "clerk", False),
        ("asked", "officer", True),
        ("unit", "officer", False),
        ("unit", "neighbour", False),
    ],
)
def test_lists_hold_what_they_say(asked: RequestCase, name: str, user: str, found: bool) -> None:
    text = as_user(person(user)).get(reverse("requests", args=[name])).content.decode()
    assert (asked.number in text) == found


def test_late_mine_and_ended_lists(world: World, asked: RequestCase) -> None:
    case = sent(asked, "take", person("clerk"))
    RequestCase.objects.filter(pk=case.pk).update(next_due=timezone.localdate() - timezone.timedelta(days=1))
    clerk = as_user(person("clerk"))
    for name in ("mine", "late"):
        assert case.number in clerk.get(reverse("requests", args=[name])).content.decode()
    sent(case, "cancel", world.officer, reasons="ไม่ต้องแล้ว")
    assert case.number in clerk.get(reverse("requests", args=["ended"])).content.decode()
    assert clerk.get(reverse("requests", args=["nonsense"])).status_code == 404


def test_list_needs_a_role_that_answers(world: World) -> None:
    assert as_user(world.administrator).get(reverse("requests")).status_code == 403
    assert set(LISTS) == {"unit", "mine", "late", "asked", "ended"}


def test_list_query_count_at_1_and_50_requests(
    world: World, asked: RequestCase, django_assert_max_num_queries: Any
) -> None:
    client = as_user(person("clerk"))
    client.get(reverse("requests"))
    with django_assert_max_num_queries(40) as once:
        client.get(reverse("requests"))
    for _ in range(49):
        case = world.into("investigating")
        world.do(case, "ask_agencies", world.officer, units=[world.other], text="ถาม")
    with django_assert_max_num_queries(len(once)):
        assert client.get(reverse("requests")).content.decode().count("data-row") == 50
