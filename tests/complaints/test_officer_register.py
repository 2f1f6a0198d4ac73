"""Registering a letter or a call, and giving several cases to one person."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from complaints.identity import read_identity
from complaints.models import Complaint, ComplaintCase
from complaints.queries import complaint_by_receipt
from complaints.views.officer.register import COOKIE
from tests.support.world import World
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db

LETTER = {"channel": "letter", "statement": "ขอให้ซ่อมสะพาน\nหมู่ 4", "once": "token-1"}


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def register(client: Client, world: World, **typed: Any) -> Any:
    """Send the form."""
    return client.post(reverse("register"), {**LETTER, "unit": world.district.pk, **typed})


def test_register_anonymous_goes_to_sign_in(client: Client) -> None:
    for name in ("register", "registered", "assign_many"):
        assert client.get(reverse(name)).status_code == 302


def test_register_is_for_screeners_and_officers(client: Client, world: World) -> None:
    for user in (world.head, world.approver, world.executive, world.custodian, world.administrator):
        client.force_login(user)
        assert client.get(reverse("register")).status_code == 403
        assert register(client, world).status_code == 403
    assert not Case.objects.exists()


def test_register_gives_a_number_and_shows_the_code_once(client: Client, world: World) -> None:
    client.force_login(world.officer)
    typed = {"name": "สมชาย ใจดี", "phone": "081 234 5678", "reference": "นน 0018/123", "received_on": "2026-11-18"}
    response = register(client, world, **typed)
    assert response.status_code == 302
    assert "สมชาย" not in client.cookies[COOKIE].value
    complaint = Complaint.objects.select_related("case").get()
    case = complaint.case
    assert (complaint.channel, complaint.reference, complaint.anonymous) == ("letter", "นน 0018/123", False)
    assert read_identity(complaint)["name"] == "สมชาย ใจดี"
    assert case.subject == "ขอให้ซ่อมสะพาน"
    page = client.get(response["Location"])
    code = page.context["shown"]["code"]
    assert "no-store" in page["Cache-Control"]
    assert code in page.content.decode()
    assert case.number in page.content.decode()
    found = complaint_by_receipt(code)
    assert found is not None
    assert found.pk == case.pk
    assert code not in client.get(reverse("registered")).content.decode()


def test_register_code_of_another_person_does_not_open(client: Client, world: World) -> None:
    client.force_login(world.officer)
    register(client, world)
    taken = client.cookies[COOKIE].value
    client.force_login(world.officer2)
    client.cookies[COOKIE] = taken
    assert client.get(reverse("registered")).context["shown"] is None


def test_register_confirms_receipt_and_goes_on_to_the_next_letter(client: Client, world: World) -> None:
    client.force_login(world.officer)
    response = register(client, world)
    page = client.get(response["Location"])
    assert page.context["may_acknowledge"]
    case = ComplaintCase.objects.get()
    sent = {"then": "register", "seen_version": case.state_version, "seen_seq": case.ledger_seq}
    response = client.post(reverse("take", args=[case.public_id, "acknowledge"]), sent)
    assert response["Location"] == reverse("register")
    assert not case.clocks.filter(code="acknowledge", stopped_on=None).exists()


def test_register_protected_goes_to_the_centre_and_still_gives_the_code(client: Client, world: World) -> None:
    client.force_login(world.officer)
    response = register(client, world, kind=world.corruption.pk, place="บ้านเลขที่ 9")
    page = client.get(response["Location"])
    case = ComplaintCase.objects.get()
    assert case.unit == world.centre
    assert (case.complaint.place, case.complaint.text) == ("", "")
    assert case.complaint.read(case).endswith("บ้านเลขที่ 9")
    assert page.context["shown"]["number"] == case.number
    assert page.context["case"] is None
    assert reverse("case", args=[case.public_id]) not in page.content.decode()


def test_register_sent_twice_makes_one_case(client: Client, world: World) -> None:
    client.force_login(world.officer)
    assert register(client, world).status_code == 302
    assert register(client, world).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"statement": " "},
        {"channel": "website"},
        {"channel": "api"},
        {"kind": "nonsense"},
        {"received_on": "2099-01-01"},
        {"received_on": "31/02/2569"},
        {"files": SimpleUploadedFile("letter.pdf", b"MZ")},
    ],
)
def test_register_refused_keeps_everything(client: Client, world: World, typed: dict[str, Any]) -> None:
    client.force_login(world.officer)
    response = register(client, world, place="สะพานหมู่ 4", name="สมชาย", **typed)
    assert response.status_code == 422
    assert "สะพานหมู่ 4" in response.content.decode()
    assert "สมชาย" in response.content.decode()
    assert not Case.objects.exists()


def test_register_takes_no_unit_from_outside(client: Client, world: World) -> None:
    client.force_login(world.officer)
    assert register(client, world, unit=world.other.pk).status_code == 422
    assert not Case.objects.exists()


# --- Several at once --------------------------------------------------------------------------------------------------
def seen(*cases: Case) -> list[str]:
    """What the ticks of a queue send."""
    return [f"{case.public_id}~{case.state_version}" for case in cases]


def test_assign_many_does_what_can_be_done_and_says_what_not(client: Client, world: World) -> None:
    fine, moved, theirs, barred = (world.into("accepted") for _ in range(4))
    world.do(moved, "assign", world.head, to=world.officer)
    Conflict.objects.create(case_id=barred.pk, user=world.officer2, at=timezone.now())
    received = world.file(world.ordinary)
    client.force_login(world.head)
    response = client.post(
        reverse("assign_many"), {"case": seen(fine, moved, theirs, barred, received), "to": world.officer2.pk}
    )
    assert response.status_code == 200
    assert {row.case.pk for row in response.context["done"]} == {fine.pk, theirs.pk}
    assert {outcome.row.case.pk for outcome in response.context["undone"]} == {moved.pk, barred.pk, received.pk}
    assert all(outcome.reason for outcome in response.context["undone"])
    assert Case.objects.get(pk=fine.pk).holder == world.officer2


def test_assign_many_leaves_out_what_does_not_exist_for_the_person(client: Client, world: World) -> None:
    case, protected = world.into("accepted"), world.into("accepted", world.corruption)
    client.force_login(world.head)
    response = client.get(reverse("assign_many"), {"case": [*seen(case, protected), "XXXX~1", "nonsense", "~"]})
    assert [row.case.pk for row in response.context["rows"]] == [case.pk]
    assert protected.number not in response.content.decode()
    client.force_login(world.stranger)
    assert client.post(reverse("assign_many"), {"case": seen(case), "to": world.officer.pk}).status_code == 302
    assert Case.objects.get(pk=case.pk).holder is None


def test_assign_many_is_for_heads(client: Client, world: World) -> None:
    case = world.into("accepted")
    client.force_login(world.officer)
    assert client.post(reverse("assign_many"), {"case": seen(case), "to": world.officer.pk}).status_code == 403


def test_assign_many_takes_nobody_from_outside(client: Client, world: World) -> None:
    case = world.into("accepted")
    client.force_login(world.head)
    assert client.post(reverse("assign_many"), {"case": seen(case), "to": world.stranger.pk}).status_code == 422
    assert Case.objects.get(pk=case.pk).holder is None


def test_assign_many_page_costs_the_same_for_1_and_10_cases(
    client: Client, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cases = [world.into("accepted") for _ in range(10)]
    client.force_login(world.head)
    client.get(reverse("assign_many"), {"case": seen(cases[0])})
    with django_assert_max_num_queries(30) as one:
        client.get(reverse("assign_many"), {"case": seen(cases[0])})
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("assign_many"), {"case": seen(*cases)})


@pytest.mark.django_db(transaction=True)
def test_same_form_sent_by_many_at_once_makes_one_case(transactional_db: None) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from tests.support.world import build_world

    world = build_world()
    data = {"channel": "letter", "statement": "ไฟดับ", "unit": world.district.pk, "once": "abc", "phone": "ไม่มี"}

    def send(_: int) -> int:
        client = Client()
        client.force_login(world.screener)
        try:
            return client.post(reverse("register"), data).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, range(6))) == {302}
    assert ComplaintCase.objects.count() == 1
