"""The pages of registers: who reads them, what they show, take and refuse, and what everybody may read."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.models import Role, User
from scores.models import RegisterCase, RegisterEntry
from scores.registers.kinds import REGISTERS
from scores.registers.states import CONFIRMED, DRAFT, STANDING, SUBMITTED
from tests.scores.register_support import Office, build_office
from tests.support.purchases import paper
from tests.support.seen import seen
from tests.support.world import World, make_person

pytestmark = pytest.mark.django_db
YEAR = fiscal_year(timezone.localdate())
TODAY = timezone.localdate().isoformat()
LISTS = ["integrity_registers", "risk_matrix"]


@pytest.fixture
def office(world: World) -> Office:
    return build_office(world)


def browser(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User | None, name: str, *args: Any, status: int = 200, **query: str) -> str:
    client = browser(user) if user else Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


# --- Who --------------------------------------------------------------------------------------------------------------
def test_anonymous_is_asked_to_sign_in(office: Office) -> None:
    case = office.enter()
    paths = [reverse(name) for name in LISTS]
    paths += [reverse("register_list", args=["rule"]), reverse("register_enter", args=["rule"])]
    paths += [reverse("register_entry", args=[case.public_id]), reverse("register_take", args=[case.public_id, "note"])]
    for path in paths:
        answer = Client().get(path)
        assert answer.status_code == 302, path
        assert "login" in answer["Location"]


def test_other_roles_and_units_know_nothing_of_an_entry(office: Office) -> None:
    case = office.confirmed("risk", files=[paper()])
    file = case.attachments.get()
    far = make_person("far", office.world.other, Role.INTEGRITY, Role.HEAD)
    for user in (office.world.officer, office.world.stranger, far):
        page(user, "register_entry", case.public_id, status=404)
        page(user, "register_take", case.public_id, "note", status=404)
        page(user, "register_file", case.public_id, file.public_id, status=404)
    for name in LISTS:
        page(office.world.officer, name, status=403)
    page(office.world.officer, "register_list", "risk", status=403)
    assert case.number not in page(far, "register_list", "risk")
    assert "เรียกรับเงินพิเศษ" not in page(far, "risk_matrix")
    path = reverse("register_file", args=[case.public_id, file.public_id])
    assert browser(office.integrity).get(path).status_code == 200


def test_register_that_is_not_there_is_no_page(office: Office) -> None:
    page(office.integrity, "register_list", "nothing", status=404)
    page(office.integrity, "register_enter", "nothing", status=404)


# --- Lists ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("register", REGISTERS)
def test_list_is_empty_with_advice_then_holds_what_was_entered(office: Office, register: str) -> None:
    assert "Nothing in this register yet" in page(office.integrity, "register_list", register)
    case = office.enter(register)
    shown = page(office.integrity, "register_list", register)
    assert case.number in shown
    assert case.number not in page(office.integrity, "register_list", register, state=CONFIRMED)
    assert "Nothing matches" in page(office.integrity, "register_list", register, year=str(YEAR - 1))
    assert case.number in page(office.integrity, "register_list", register, year=str(YEAR), unit="DST")
    page(office.integrity, "register_entry", case.public_id)


def test_figure_opens_what_it_counts(office: Office) -> None:
    counted = office.confirmed("training")
    other = office.confirmed("training", course="other")
    front = page(office.world.head, "integrity_registers")
    assert "<strong>40</strong>" in front
    assert "figure=scores.trained" in front
    asked = {"figure": "scores.trained", "year": str(YEAR), "of": "DST"}
    shown = page(office.world.head, "register_list", "training", **asked)
    assert counted.number in shown
    assert other.number not in shown
    asked["of"] = "OTH"
    upper = page(office.upper_head, "register_list", "training", **asked)
    assert counted.number not in upper


@pytest.mark.parametrize(
    ("register", "path"),
    [
        ("training", lambda: reverse("register_list", args=["training"])),
        ("risk", lambda: reverse("risk_matrix")),
        ("risk", lambda: reverse("integrity_registers")),
        ("rule", lambda: reverse("open_register", args=["rule"])),
        ("rule", lambda: reverse("register_list", args=["rule"]) + "?as=csv"),
    ],
)
def test_page_costs_the_same_however_many_entries(office: Office, register: str, path: Callable[[], str]) -> None:
    client = browser(office.upper_head)
    office.confirmed(register)
    one = cost(client, path())
    for _n in range(5):
        office.confirmed(register)
    assert cost(client, path()) == one


def test_file_holds_every_field_and_no_formula(office: Office) -> None:
    office.enter("training", title="=1+1")
    sheet = page(office.integrity, "register_list", "training", **{"as": "csv"})
    rows = list(csv.reader(io.StringIO(sheet.removeprefix("\ufeff"))))
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["title"] == "'=1+1"
    assert (line["trained"], line["passed"], line["state"], line["agency"]) == ("40", "33", DRAFT, "DST")


def test_matrix_counts_each_cell_and_shows_the_highest_first(office: Office) -> None:
    assert "No confirmed risk yet" in page(office.integrity, "risk_matrix")
    for title, likelihood, impact in (("LOW", 1, 1), ("HIGH", 3, 3), ("MIDDLE", 2, 2)):
        office.confirmed("risk", title=title, likelihood=likelihood, impact=impact)
    office.enter("risk", title="DRAFTED")
    shown = page(office.world.head, "risk_matrix")
    assert shown.index("HIGH") < shown.index("MIDDLE") < shown.index("LOW")
    assert "DRAFTED" not in shown
    cell = page(office.world.head, "risk_matrix", likelihood="3", impact="3")
    assert "HIGH" in cell
    assert "MIDDLE" not in cell
    assert "HIGH" in page(office.world.head, "risk_matrix", likelihood="9", impact="x")


# --- Entering ---------------------------------------------------------------------------------------------------------
def test_entry_goes_from_its_form_to_the_confirmation_of_the_head(office: Office) -> None:
    client = browser(office.integrity)
    sent = {
        "unit": "DST", "year": YEAR, "title": "อบรม", "course": "governance", "happened_on": TODAY, "audience": "ทุกคน",
        "trained": "12", "passed": "11", "evidence": "",
    }  # fmt: skip
    wrong = client.post(reverse("register_enter", args=["training"]), {**sent, "passed": "13"})
    assert wrong.status_code == 422
    assert "More people passed than were trained." in wrong.content.decode()
    assert not RegisterEntry.objects.exists()
    answer = client.post(reverse("register_enter", args=["training"]), sent)
    case = RegisterCase.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("register_entry", args=[case.public_id]))

    def take(user: User, edge: str, **facts: Any) -> int:
        path = reverse("register_take", args=[case.public_id, edge])
        return browser(user).post(path, {**seen(case), **facts}).status_code

    # Without evidence it is not sent.
    assert take(office.integrity, "submit_entry") == 422
    assert take(office.integrity, "change_entry", **{**sent, "passed": "10", "evidence": "แฟ้ม 9"}) == 302
    assert take(office.integrity, "submit_entry") == 302
    assert take(office.integrity, "confirm") == 403
    assert "แฟ้ม 9" in page(office.world.head, "register_take", case.public_id, "confirm")
    unread = browser(office.world.head).post(reverse("register_take", args=[case.public_id, "confirm"]))
    assert unread.status_code == 409
    assert take(office.world.head, "confirm") == 302
    assert RegisterCase.objects.get(pk=case.pk).state == CONFIRMED
    assert RegisterEntry.objects.get().current.passed == 10
    shown = page(office.world.head, "register_entry", case.public_id)
    assert "Confirmed" in shown
    assert take(office.world.head, "confirm") == 409


def test_one_declaration_a_year_and_unit(office: Office) -> None:
    client = browser(office.integrity)
    sent = {"unit": "DST", "year": YEAR, "happened_on": TODAY, "signatory": "นายอำเภอ", "how": "ปิดประกาศ"}
    assert client.post(reverse("register_enter", args=["no_gift"]), sent).status_code == 302
    again = client.post(reverse("register_enter", args=["no_gift"]), sent)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert client.post(reverse("register_enter", args=["no_gift"]), {**sent, "unit": "OTH"}).status_code == 422
    page(office.world.head, "register_enter", "no_gift", status=403)


def test_review_form_holds_what_stands_and_adds_activities(office: Office) -> None:
    case = office.confirmed("survey", analysis="รอนาน", presented_on=timezone.localdate(), plan="เพิ่มจุดบริการ")
    form = page(office.integrity, "register_take", case.public_id, "review_entry")
    assert "รอนาน" in form
    sent = {
        **seen(case), "title": "บริการ", "happened_on": TODAY, "channel": "แบบสอบถาม",
        "answers": "210", "analysis": "รอนาน", "presented_on": TODAY, "plan": "เพิ่มจุดบริการ",
        "activities_0_what": "ตั้งจุดบริการ", "activities_0_on": TODAY, "activities_1_what": "ไม่มีวัน",
        "reviewed": "จัดกิจกรรมแล้ว", "evidence": "ภาพถ่าย",
    }  # fmt: skip
    path = reverse("register_take", args=[case.public_id, "review_entry"])
    refused = browser(office.integrity).post(path, sent)
    assert refused.status_code == 422
    assert "Every activity has a name and a day." in refused.content.decode()
    sent["activities_1_what"] = ""
    eve = (timezone.localdate() - timedelta(days=1)).isoformat()
    refused = browser(office.integrity).post(path, {**sent, "activities_0_on": eve})
    assert refused.status_code == 422
    assert "cannot have been held before the survey ended" in refused.content.decode()
    assert browser(office.integrity).post(path, sent).status_code == 302
    case = RegisterCase.objects.get(pk=case.pk)
    assert case.state == SUBMITTED
    assert case.entry.current.texts["activities"] == [{"what": "ตั้งจุดบริการ", "on": TODAY}]
    assert "ตั้งจุดบริการ" in page(office.world.head, "register_entry", case.public_id)


# --- For everybody ----------------------------------------------------------------------------------------------------
def test_public_reads_what_is_confirmed_of_open_registers_and_nothing_else(office: Office) -> None:
    office.enter("rule", title="ร่างระเบียบ")
    standing = office.confirmed("rule", title="ระเบียบที่ใช้อยู่")
    struck = office.confirmed("rule", title="ระเบียบที่ขีดออก")
    office.do(struck, "strike_entry", office.world.head, reasons="เหตุผลภายใน")
    shown = page(None, "open_register", "rule")
    assert "ระเบียบที่ใช้อยู่" in shown
    hidden = ("ร่างระเบียบ", "ระเบียบที่ขีดออก", "เหตุผลภายใน", "แฟ้มทะเบียน", office.integrity.name_th)
    assert not [text for text in hidden if text in shown]
    # A review that is not confirmed yet does not show.
    office.reviewed(standing, title="ระเบียบใหม่")
    assert standing.entry.kind.public
    assert "ระเบียบใหม่" not in page(None, "open_register", "rule")
    found = json.loads(page(None, "open_register", "rule", **{"as": "json"}))
    assert [(row["title"], row["sort"], row["agency"]) for row in found["rows"]] == [("ระเบียบที่ใช้อยู่", "rule", "DST")]
    assert "ระเบียบที่ใช้อยู่" in page(None, "open_register", "rule", **{"as": "csv"})
    assert "Nothing is confirmed yet" in page(None, "open_register", "rule", year=str(YEAR - 1))


def test_filter_of_an_open_register_keeps_the_agency_when_another_year_is_chosen(office: Office) -> None:
    office.confirmed("award", title="รางวัลที่ได้")
    for year, there in ((YEAR, True), (YEAR - 1, False)):
        shown = page(None, "open_register", "award", unit="DST", year=str(year))
        assert ("รางวัลที่ได้" in shown) == there
        assert '<option value="DST" selected>' in shown
        assert f'<option value="{year}" selected>' in shown
    assert "รางวัลที่ได้" not in page(None, "open_register", "award", unit="OTH")
    for wrong in ({"unit": "NOBODY"}, {"year": "x"}, {"year": "25700"}):
        page(None, "open_register", "award", status=404, **wrong)


@pytest.mark.parametrize("register", REGISTERS)
def test_risks_and_drafts_are_never_public(office: Office, register: str) -> None:
    is_open = register in ("no_gift", "rule", "award")
    office.confirmed(register)
    page(None, "open_register", register, status=200 if is_open else 404)
    front = page(None, "open_registers")
    assert (reverse("open_register", args=[register]) in front) == is_open
    assert RegisterCase.objects.get().state in (CONFIRMED, STANDING)
