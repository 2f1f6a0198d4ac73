"""The hotline to the executive: its own door, always protected, above the one concerned, seen by who leads there."""

import re
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from complaints import drafts
from complaints.models import ComplaintCase
from complaints.routing import above_the_accused, protected_unit
from notifications.models import Notice
from notifications.relay import relay
from notifications.sentences import sentences
from organisations.actions import rebuild_reach
from organisations.models import Holding, Role, Unit
from tests.support.asking import signed_in
from tests.support.filing import ANSWERS, post, receipt_of
from tests.support.world import World, make_person, make_unit

pytestmark = pytest.mark.django_db

HOTLINE: dict[str, dict[str, Any]] = {
    "kind": {"kind": "internal"},
    "detail": {"detail": "internal_transfer"},
    "what": {"statement": "ถูกย้ายเพราะไม่ยอมเซ็นรับงาน"},
    "unit": {"unit": "DST"},
    "head": {"head": "no"},
    "files": {},
    "who": {"who": "named", "name": "สมหญิง ข้าราชการ", "phone": "0812345678"},
}


def enter(client: Client, **more: str) -> HttpResponse:
    return client.post(reverse("staff_hotline"), more)


def answer_all(client: Client, **changes: dict[str, Any] | None) -> None:
    enter(client)
    for step, answer in (HOTLINE | changes).items():
        if answer is not None:
            response = post(client, step, **answer)
            assert response.status_code == 302, (step, response.content.decode())


def filed(client: Client, **changes: dict[str, Any] | None) -> ComplaintCase:
    answer_all(client, **changes)
    assert post(client, "check")["Location"] == reverse("receipt")
    return ComplaintCase.objects.latest("pk")


# --- The door -------------------------------------------------------------------------------------------------------
def test_hotline_files_a_protected_matter_above_the_unit(client: Client, world: World) -> None:
    case = filed(client)
    complaint = case.complaint
    assert (case.protected, case.unit, case.category) == (True, world.centre, "internal_transfer")
    assert (complaint.channel, complaint.offline) == ("staff_line", False)
    assert (complaint.province, complaint.district, complaint.place, case.subject) == ("", "", "", "")
    assert re.fullmatch(r"P-[0-9A-Z]{10}", case.number)
    assert "สมหญิง" not in str(list(case.ledger.values()))
    assert client.get(reverse("receipt")).status_code == 200
    follower = Client()
    assert follower.post(reverse("follow"), {"receipt": receipt_of(client).text})["Location"] == reverse("follow_case")


def test_hotline_asks_no_place_and_the_ordinary_road_asks_for_no_head(client: Client, world: World) -> None:
    answer_all(client)
    assert client.get(reverse("file", args=["where"])).status_code == 302
    assert client.get(reverse("file", args=["head"])).status_code == 200
    assert post(client, "check").status_code == 302
    other = Client()
    post(other, "kind", **ANSWERS["kind"])
    assert other.get(reverse("file", args=["head"])).status_code == 302


def test_hotline_offers_protected_kinds_only(client: Client, world: World) -> None:
    enter(client)
    page = client.get(reverse("file", args=["kind"])).content.decode()
    assert set(re.findall(r'name="kind" value="(\w+)"', page)) == {"corruption", "internal"}
    assert post(client, "kind", kind="general").status_code == 200
    assert post(client, "kind", kind="unsure").status_code == 200
    assert "kind" not in _answers(client)


def test_enter_goes_on_in_the_hotline_and_never_out_of_it(client: Client, world: World) -> None:
    """Enter presses the first button of a form; the matter must not go to the open road by it."""
    enter(client)
    page = client.get("/file/kind/").content.decode()
    form = page[page.index('class="form question"') :]
    assert 'value="leave"' in form
    assert form.index("<button>") < form.index('value="leave"')


def test_hotline_says_so_on_every_page_without_script(client: Client, world: World) -> None:
    answer_all(client)
    for step in (*HOTLINE, "check"):
        page = client.get(reverse("file", args=[step])).content.decode()
        assert '<input type="hidden" name="door" value="hotline">' in page
        assert '<select name="unit" aria-label=' in page or step != "unit"


def test_anonymous_stays_so_also_when_signed_in(world: World) -> None:
    client = Client()
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")
    case = filed(client, who={"who": "anonymous"})
    assert case.complaint.anonymous
    assert not case.ledger.exclude(actor=None).exists()
    assert str(world.officer.pk) not in [str(value) for value in case.ledger.values_list("actor", flat=True)]


def test_draft_begun_outside_keeps_its_text_and_asks_the_rest_again(client: Client, world: World) -> None:
    for step in ("kind", "detail", "what"):
        post(client, step, **ANSWERS[step])
    enter(client)
    assert _answers(client).keys() == {"what", "door"}
    enter(client, do="leave")
    assert _answers(client).keys() == {"what"}
    page = client.get(reverse("file", args=["kind"])).content.decode()
    assert "general" in page


def test_receipt_that_is_shown_is_not_lost_at_the_door(client: Client, world: World) -> None:
    filed(client)
    assert enter(client)["Location"] == reverse("receipt")
    assert "filed" in (drafts.load_draft(client.cookies[drafts.COOKIE].value) or {})


def test_hour_that_is_over_leads_back_into_the_hotline(client: Client, world: World) -> None:
    answer_all(client)
    drafts.discard_draft(client.cookies[drafts.COOKIE].value)
    answer = post(client, "what", statement="ข้อความที่พิมพ์ค้างไว้", door="hotline")
    assert answer["Location"] == reverse("file", args=["kind"])
    assert _answers(client)["door"] == {"door": "hotline"}
    assert "general" not in client.get(reverse("file", args=["kind"])).content.decode()


def _answers(client: Client) -> dict[str, Any]:
    draft = drafts.load_draft(client.cookies[drafts.COOKIE].value)
    assert draft is not None
    return dict(draft["answers"])


# --- Routing (มาตรา 122, S4:313) -------------------------------------------------------------------------------------
def test_matter_about_the_head_goes_one_further_up(world: World) -> None:
    """Without centres: about an officer to the unit above, about its head to the one above that."""
    Unit.objects.filter(pk=world.centre.pk).update(closed_on="2020-01-01")
    Unit.objects.filter(pk=world.province.pk).update()
    make_person("province_screener", world.province, Role.SCREENER)
    make_person("department_screener", world.department, Role.SCREENER)
    assert _laid(world.district, head=False) == world.province
    assert _laid(world.district, head=True) == world.department


def test_matter_about_the_head_passes_by_the_centre_beside_him(world: World) -> None:
    """A centre under the province is above the district, and no better than the province when its head is meant."""
    near = make_unit("NEA", Unit.Kind.ANTI_CORRUPTION, under=world.province)
    make_person("near", near, Role.SCREENER)
    rebuild_reach()
    assert _laid(world.district, head=False) == near
    assert _laid(world.district, head=True) == world.centre


def test_matter_about_a_centre_does_not_stay_in_it(world: World) -> None:
    make_person("department_screener", world.department, Role.SCREENER)
    for head in (False, True):
        assert _laid(world.centre, head=head) != world.centre


def test_matter_is_never_laid_where_nobody_screens(world: World) -> None:
    """Above the district somebody screens in the centre only: when it closes, nobody reads what would be laid there."""
    Unit.objects.filter(pk=world.centre.pk).update(closed_on="2020-01-01")
    assert above_the_accused(world.district, head=True) is None


def test_matter_about_the_head_of_the_top_is_laid_before_nobody_here(client: Client, world: World) -> None:
    assert above_the_accused(world.department, head=True) is None
    enter(client)
    for step in ("kind", "detail", "what"):
        post(client, step, **HOTLINE[step])
    post(client, "unit", unit="DEP")
    for given in ("yes", "unsure"):
        answer = post(client, "head", head=given)
        assert answer.status_code == 200
        assert "1205" in answer.content.decode()
    assert "head" not in _answers(client)


def _laid(unit: Unit, *, head: bool) -> Unit:
    before = above_the_accused(unit, head=head)
    assert before is not None
    return protected_unit(before)


@pytest.mark.parametrize(("head", "expected"), [("no", "near"), ("yes", "centre"), ("unsure", "centre")])
def test_answer_about_the_head_decides_where_it_is_laid(client: Client, world: World, head: str, expected: str) -> None:
    near = make_unit("NEA", Unit.Kind.ANTI_CORRUPTION, under=world.province)
    make_person("near", near, Role.SCREENER)
    rebuild_reach()
    case = filed(client, head={"head": head})
    assert case.unit == (near if expected == "near" else world.centre)


def test_check_page_names_where_it_goes(client: Client, world: World) -> None:
    answer_all(client)
    page = client.get(reverse("file", args=["check"]))
    assert page.context["receiver"] == world.centre
    assert world.centre.name in page.content.decode()


def test_another_unit_asks_about_its_head_again(client: Client, world: World) -> None:
    answer_all(client)
    post(client, "unit", unit="OTH")
    assert "head" not in _answers(client)


# --- Who is told, and the list of who leads ---------------------------------------------------------------------------
def told(case: ComplaintCase) -> set[str]:
    relay()
    return set(Notice.objects.filter(case=case.pk).values_list("recipient__username", flat=True))


def test_executive_of_the_unit_is_told_and_no_other(client: Client, world: World) -> None:
    make_person("centre_executive", world.centre, Role.EXECUTIVE)
    make_person("department_executive", world.department, Role.EXECUTIVE)
    case = filed(client)
    assert told(case) == {"centre_executive", "centre_screener"}
    for line in sentences(list(Notice.objects.filter(case=case.pk))):
        assert "hotline" not in line.lower()
        assert "ถูกย้าย" not in line


def test_head_is_told_where_there_is_no_executive(client: Client, world: World) -> None:
    assert told(filed(client)) == {"centre_approver", "centre_screener"}  # he is also the head


def test_ordinary_protected_matter_tells_no_executive(world: World) -> None:
    make_person("centre_executive", world.centre, Role.EXECUTIVE)
    assert told(world.file(world.corruption)) == {"centre_screener"}


def test_list_shows_the_hotline_of_exactly_his_units_without_the_identity(client: Client, world: World) -> None:
    leader = make_person("centre_executive", world.centre, Role.EXECUTIVE)
    above = make_person("department_executive", world.department, Role.EXECUTIVE)
    case = filed(client)
    world.file(world.corruption)  # by the public page: not of this list
    page = signed_in(leader).get(reverse("hotline_cases"))
    assert [row.case.pk for row in page.context["rows"]] == [case.pk]
    assert page.context["rows"][0].case.next_due is not None
    assert "สมหญิง" not in page.content.decode()
    assert not signed_in(above).get(reverse("hotline_cases")).context["rows"]
    assert not signed_in(world.head).get(reverse("hotline_cases")).context["rows"]
    opened = signed_in(leader).get(f"{reverse('case', args=[case.public_id])}?contact=1")
    assert opened.status_code == 200
    assert "สมหญิง" not in opened.content.decode()


def test_list_leaves_out_what_he_has_a_conflict_with(client: Client, world: World) -> None:
    leader = make_person("centre_executive", world.centre, Role.EXECUTIVE)
    case = filed(client)
    case.conflicts.create(user=leader, at=case.opened_at)
    assert not signed_in(leader).get(reverse("hotline_cases")).context["rows"]


def test_list_of_who_lost_the_post_is_refused(client: Client, world: World) -> None:
    leader = make_person("centre_executive", world.centre, Role.EXECUTIVE)
    Holding.objects.filter(user=leader).update(valid=DateRange("2000-01-01", "2001-01-01"))
    assert signed_in(leader).get(reverse("hotline_cases")).status_code == 403


def test_list_anonymous_and_other_roles(world: World) -> None:
    assert Client().get(reverse("hotline_cases")).status_code == 302
    for user in (world.officer, world.screener, world.custodian, world.administrator, world.approver):
        assert signed_in(user).get(reverse("hotline_cases")).status_code == 403


def test_list_query_count_does_not_grow(
    client: Client, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    leader = signed_in(make_person("centre_executive", world.centre, Role.EXECUTIVE))
    world.file(world.corruption, channel="staff_line")
    leader.get(reverse("hotline_cases"))
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(30) as captured:
            leader.get(reverse("hotline_cases"))
        counts.append(len(captured.captured_queries))
        for _row in range(50):
            world.file(world.corruption, channel="staff_line")
    assert counts[1] <= counts[0]


def test_doors_lead_to_the_hotline(client: Client, world: World) -> None:
    address = f'href="{reverse("staff_hotline")}"'
    assert address in client.get("/").content.decode()
    assert address in signed_in(world.officer).get(reverse("profile")).content.decode()
    assert reverse("hotline_cases") in signed_in(world.executive).get(reverse("overview")).content.decode()
    assert reverse("hotline_cases") not in signed_in(world.approver).get(reverse("overview")).content.decode()
