"""Which unit a complaint is about: written down when it comes in, kept when it goes above, put right, and hidden."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, ComplaintCase, Respondent
from organisations.models import Unit, User
from tests.support.crowd import Crowd
from tests.support.world import World
from workflows.models import Case

pytestmark = pytest.mark.django_db


def about(case: Case) -> Unit | None:
    return Complaint.objects.get(case=case.pk).about_unit


def client_of(user: User) -> Client:
    crowd = Crowd(None)  # type: ignore[arg-type]  # nobody asks for its plan
    crowd.enter("one", user)
    return crowd.clients["one"]


# --- Written down -----------------------------------------------------------------------------------------------------
def test_protected_case_lies_above_and_says_which_unit_it_is_about(world: World) -> None:
    case = world.file(world.corruption)
    assert (case.unit, about(case)) == (world.centre, world.district)
    # Of the staff's hotline it is filed with another unit than it is about.
    case = world.file(world.corruption, unit=world.province, about=world.district)
    assert about(case) == world.district


def test_case_that_becomes_protected_is_about_where_it_stood(world: World) -> None:
    case = world.into("screening")
    case = world.do(case, "change_kind", world.screener, kind=world.corruption)
    assert (case.unit, about(case)) == (world.centre, world.district)


def test_part_is_about_the_unit_of_its_whole(world: World) -> None:
    case = world.into("investigating", world.corruption)
    parts = [{"text": f"ส่วน {n}", "kind": world.corruption} for n in (1, 2)]
    world.do(case, "split", world.centre_officer, parts=parts)
    assert [about(part) for part in ComplaintCase.objects.filter(pk__gt=case.pk)] == [world.district] * 2


# --- Put right --------------------------------------------------------------------------------------------------------
def test_who_accepts_a_protected_case_puts_right_what_it_is_about(world: World) -> None:
    case = world.into("screening", world.corruption)
    client, address = client_of(world.centre_screener), reverse("take", args=[case.public_id, "accept"])
    page = client.get(address)
    assert f'value="{world.district.name_en} ({world.district.code})"' in page.content.decode()
    form = page.context["form"]
    sent = {
        "kind": case.category, "unit": case.unit_id, "about": world.other.code,
        "seen_version": case.state_version, "seen_seq": case.ledger_seq,
    }  # fmt: skip
    assert "about" in form.fields
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert about(case) == world.other
    assert Case.objects.get(pk=case.pk).unit == world.centre
    # Left empty it stays.
    case = world.into("screening", world.corruption)
    world.do(case, "accept", world.centre_screener, kind=world.corruption, unit=case.unit)
    assert about(case) == world.district


def test_case_that_is_not_protected_is_about_where_it_goes(world: World) -> None:
    case = world.into("screening")
    page = client_of(world.screener).get(reverse("take", args=[case.public_id, "accept"]))
    assert "about" not in page.context["form"].fields
    case = world.into("accepted")
    world.do(case, "transfer", world.screener, unit=world.other, reasons="อยู่ในเขตอื่น")
    assert about(case) == world.other


# --- Hidden -----------------------------------------------------------------------------------------------------------
def test_only_who_may_open_the_case_reads_which_unit_it_is_about(world: World) -> None:
    case = world.into("investigating", world.corruption)
    address = reverse("case", args=[case.public_id])
    page = client_of(world.centre_officer).get(address).content.decode()
    assert "Unit it is about" in page
    assert str(world.district.name_en) in page
    for user in (world.head, world.officer, world.executive, world.administrator, world.stranger):
        assert client_of(user).get(address).status_code == 404
    # One that lies where it belongs says nothing twice.
    ordinary = world.into("investigating")
    page = client_of(world.officer).get(reverse("case", args=[ordinary.public_id])).content.decode()
    assert "Unit it is about" not in page


# --- An executive -----------------------------------------------------------------------------------------------------
def test_executive_is_an_official_also_for_the_database(world: World) -> None:
    case = world.into("investigating")
    world.do(case, "add_respondent", world.officer, name="นาย ก", text="ข้อกล่าวหา", official=False, executive=True)
    row = Respondent.objects.get()
    assert (row.official, row.executive) == (True, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Respondent.objects.update(official=False)
    page = client_of(world.officer).get(reverse("case", args=[case.public_id])).content.decode()
    assert "an executive" in page


# --- What came in before it was recorded ------------------------------------------------------------------------------
def test_old_rows_are_filled_as_far_as_it_is_known(world: World) -> None:
    plain, unknown = world.into("investigating"), world.file(world.corruption)
    named = world.into("investigating", world.corruption)
    for n in range(2):
        facts = {"name": f"นาย {n}", "text": "ข้อกล่าวหา", "unit": world.other}
        world.do(named, "add_respondent", world.centre_officer, **facts)
    several = world.into("investigating", world.corruption)
    for unit in (world.other, world.district):
        world.do(several, "add_respondent", world.centre_officer, name="นาย ก", text="ข้อกล่าวหา", unit=unit)
    moved = world.do(world.into("screening"), "change_kind", world.screener, kind=world.corruption)
    Complaint.objects.update(about_unit=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("complaints.migrations.0017_about_whom").FILL)
    found = [about(case) for case in (plain, unknown, named, several, moved)]
    assert found == [world.district, None, world.other, None, world.district]
    assert Case.objects.filter(opened_at__gt=timezone.now() - timedelta(days=1)).count() == len(found)
