"""What everybody may read of procurement, and what nobody does."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.actions.plan import add_activity
from procurement.coverage.facts import read_facts
from procurement.coverage.reading import variant_of
from procurement.coverage.rule import compute
from procurement.models import Member
from procurement.views.public import opened_files
from tests.support.levels import covered_plan, decided, seated
from tests.support.purchases import Plan
from workflows.models import Case

pytestmark = pytest.mark.django_db
NAMES = ("open_procurement", "open_level", "open_plan_csv", "open_plan_json", "open_level_facts")
CITIZEN = "นาย ประชา ลับเฉพาะ"


def visitor(language: str = "en") -> Client:
    """A browser of somebody without an account."""
    client = Client()
    client.cookies["django_language"] = language
    return client


def appointed(plan: Plan) -> Any:
    """A committee with a citizen, appointed by an order, of an announced purchase."""
    purchase = plan.purchase()
    case = plan.committee(purchase)
    citizen = plan.citizen(CITIZEN, network="เครือข่ายแม่น้ำใส")
    case = plan.do(case, "add_member", person=citizen, duty="member", nomination="เหตุผลที่เสนอ")
    plan.seats_ready(case)
    return plan.ordered(case, "45")


@pytest.mark.parametrize("name", NAMES)
def test_page_needs_no_account_and_begins_no_session(plan: Plan, name: str) -> None:
    covered_plan(plan, rest=2)
    client = visitor()
    answer = client.get(reverse(name), {"unit": "DST"})
    assert answer.status_code == 200
    assert set(answer.cookies) <= {"csrftoken"}
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("name", NAMES)
def test_page_takes_no_form(plan: Plan, name: str) -> None:
    assert visitor().post(reverse(name), {"unit": "DST"}).status_code == 405


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("values", ["unit=nowhere", "unit=DST&year=2501", "unit=DST&year=x"])
def test_unit_or_year_that_is_not_published_is_not_there(plan: Plan, name: str, values: str) -> None:
    assert visitor().get(f"{reverse(name)}?{values}").status_code == 404


@pytest.mark.parametrize("language", ["th", "en"])
def test_published_page_leads_to_procurement(plan: Plan, language: str) -> None:
    assert reverse("open_procurement") in visitor(language).get(reverse("published")).content.decode()


def test_signed_in_person_sees_the_same_in_his_own_frame(plan: Plan) -> None:
    from tests.procurement.test_desk import signed_in

    answer = signed_in(plan.staff).get(reverse("open_procurement"), {"unit": "DST"})
    assert answer.status_code == 200
    assert "no-cache" in answer["Cache-Control"]


def test_copy_may_be_kept_for_minutes_a_page_by_its_reader_only(plan: Plan) -> None:
    page = visitor().get(reverse("open_procurement"))["Cache-Control"]
    assert {part.strip() for part in page.split(",")} == {"private", "max-age=300"}
    file = visitor().get(reverse("open_plan_json"), {"unit": "DST"})["Cache-Control"]
    assert {part.strip() for part in file.split(",")} == {"public", "max-age=300"}


def test_top_page_leads_down_the_tree(plan: Plan) -> None:
    covered_plan(plan, rest=2)
    page = visitor().get(reverse("open_procurement"))
    assert page.context["scope"].unit.code == "DEP"
    assert [row["unit"].code for row in page.context["below"]] == ["PRV"]
    district = visitor().get(reverse("open_procurement"), {"unit": "PRV"}).context["below"]
    assert [row["unit"].code for row in district] == ["DST"]


def test_plan_shows_purchases_contracts_and_citizens_of_committees(plan: Plan) -> None:
    case = appointed(plan)
    plan.contracted(case.committee.purchase.case)
    page = visitor().get(reverse("open_procurement"), {"unit": "DST"}).content.decode()
    for words in ("ปรับปรุงถนน", "E-bidding", "1,000,000.00 baht", "ส.1/2570", "900,000.00 baht", "บริษัท ตัวอย่าง จำกัด",
                  "Under contract", "1 citizen", "เครือข่ายแม่น้ำใส"):  # fmt: skip
        assert words in page, words


def everything_open(public_id: str) -> str:
    """All public pages and files about the district and one purchase, as one text."""
    client = visitor()
    addresses = [f"{reverse(name)}?unit=DST&list={shown}" for name in NAMES for shown in ("top", "rest-covered")]
    addresses += [reverse(name, args=[public_id]) for name in ("open_purchase", "open_purchase_json")]
    addresses.append(f"{reverse('open_procurement')}?q=ปรับปรุง")
    return "\n".join(client.get(address).content.decode() for address in addresses)


def test_citizen_stands_with_his_network_and_without_his_name(plan: Plan) -> None:
    case = appointed(plan)
    text = everything_open(case.committee.purchase.case.public_id)
    assert CITIZEN not in text
    assert "ลับเฉพาะ" not in text
    assert "เกษตรกร" not in text
    assert "เครือข่ายแม่น้ำใส" in text
    assert "Citizen representative" in text
    official = case.committee.members.filter(person__standing="official").first().person
    assert official.name in text
    assert official.position in text


def test_draft_offers_declarations_minutes_and_notes_are_not_published(plan: Plan) -> None:
    case = appointed(plan)
    purchase = case.committee.purchase.case
    drafted = plan.committee(purchase, "inspection")
    person = drafted.committee.members.first().person
    purchase = plan.do(purchase, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier("0105500000009", "บริษัท ผู้เสนอราคาลับ จำกัด")}])
    plan.do(purchase, "note", text="บันทึกภายในลับ")
    case = plan.do(case, "declare_interest", member=case.committee.members.last(), ground=None)
    case = plan.meeting(case, "propose")
    text = everything_open(purchase.public_id)
    for words in ("บริษัท ผู้เสนอราคาลับ จำกัด", "0105500000009", "บันทึกภายในลับ", "พิจารณาแล้ว", person.name,
                  "Inspection committee", plan.staff.name_th):  # fmt: skip
        assert words not in text, words


def test_amendment_in_draft_shows_only_the_order_in_force(plan: Plan) -> None:
    case = appointed(plan)
    case = plan.do(case, "amend", reasons="เพิ่มกรรมการ")
    extra = plan.official("นาย ยังไม่แต่งตั้ง")
    plan.do(case, "add_member", person=extra, duty="member")
    public_id = case.committee.purchase.case.public_id
    answer = visitor().get(reverse("open_purchase", args=[public_id]))
    assert "นาย ยังไม่แต่งตั้ง" not in answer.content.decode()
    assert [committee.state for committee in answer.context["row"].committees] == ["ordered"]


def test_members_to_the_end_stay_published_and_who_left_does_not(plan: Plan) -> None:
    case = plan.meeting(appointed(plan), "propose")
    left = case.committee.members.get(duty="secretary")
    Member.objects.filter(pk=left.pk).update(left_on=timezone.localdate(), left_because="resigned")
    case = plan.do(plan.do(case, "report", text="เห็นควร"), "dissolve", plan.approver)
    public_id = case.committee.purchase.case.public_id
    committee = visitor().get(reverse("open_purchase", args=[public_id])).context["row"].committees[0]
    assert (committee.citizens, len(committee.seats)) == (1, 3)
    assert left.person.name not in [seat.name for seat in committee.seats]


@pytest.mark.parametrize("name", ["open_purchase", "open_purchase_json"])
def test_purchase_unknown_and_case_of_another_kind_are_not_there(plan: Plan, name: str) -> None:
    complaint, committee = plan.world.file(), plan.committee()
    for public_id in ("ZZZZZZZZZZZZ", complaint.public_id, committee.public_id):
        assert visitor().get(reverse(name, args=[public_id])).status_code == 404


def test_search_finds_by_name_and_by_number_and_no_complaint(plan: Plan) -> None:
    found = plan.purchase(plan.activity(name="ก่อสร้างสะพานคอนกรีต"), project_number="65017000123")
    plan.purchase(plan.activity(name="ซื้อรถขยะ"))
    complaint = plan.world.file(plan.world.simple, statement="สะพานชำรุด")
    Case.objects.filter(pk=complaint.pk).update(subject="สะพานชำรุด", screened=True)

    def search(text: str) -> list[str]:
        answer = visitor().get(reverse("open_procurement"), {"q": text})
        return [row.case.public_id for row in answer.context["found"]]

    assert search("สะพาน") == [found.public_id]
    assert search("65017") == [found.public_id]
    assert search("ไม่มีอยู่จริง") == []
    assert search("สะ") == []
    assert search("%_%") == []


def test_level_shows_every_decision_and_tells_of_no_draft(plan: Plan) -> None:
    rows = covered_plan(plan, top=1, rest=4, rest_covered=1)
    plan.committee(plan.purchase(rows[1]), citizen=True)
    decided(plan, seated(plan, rows[2], None, days_ago=9), timezone.localdate() - timedelta(days=2))
    answer = visitor().get(reverse("open_level"), {"unit": "DST", "list": "top"})
    page = answer.content.decode()
    for decision in answer.context["result"].decisions:
        assert f'id="decision-{decision.code}"' in page
    assert "in the draft" not in page
    assert "No committee that counts has been appointed yet." in page
    assert "without a citizen" in page
    assert "นาย ประชา" not in page


def test_facts_for_everybody_give_the_published_level(plan: Plan) -> None:
    covered_plan(plan, rest_covered=7, education=1)
    page = visitor().get(reverse("open_level"), {"unit": "DST"})
    content = visitor().get(reverse("open_level_facts"), {"unit": "DST"}).content
    read = read_facts(content, today=timezone.localdate())
    assert compute(read.facts, variant_of(read.variant)).level == page.context["result"].level == 4
    assert CITIZEN not in content.decode()


def test_plan_as_a_table_has_a_line_for_each_purchase_and_no_formula(plan: Plan) -> None:
    activity = plan.activity(name="=cmd|calc")
    plan.purchase(activity, name="@SUM(1)")
    plan.activity(name="ยังไม่มีโครงการ")
    answer = visitor("th").get(reverse("open_plan_csv"), {"unit": "DST"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["activity"], row["purchase"]) for row in rows] == [("'=cmd|calc", "'@SUM(1)"), ("ยังไม่มีโครงการ", "")]
    assert rows[0]["budget"] == "1000000.00"
    assert answer.content == visitor("en").get(reverse("open_plan_csv"), {"unit": "DST"}).content


def test_plan_as_json_holds_what_the_pages_show(plan: Plan) -> None:
    case = appointed(plan)
    plan.contracted(case.committee.purchase.case)
    content = json.loads(visitor().get(reverse("open_plan_json"), {"unit": "DST"}).content)
    purchase = content["activities"][0]["purchases"][0]
    assert (purchase["budget"], purchase["contracts"][0]["value"]) == ("1000000.00", "900000.00")
    committee = purchase["committees"][0]
    assert (committee["citizens"], committee["networks"]) == (1, ["เครือข่ายแม่น้ำใส"])
    assert [seat["name"] for seat in committee["members"] if seat["citizen"]] == [None]
    one = json.loads(visitor().get(reverse("open_purchase_json", args=[purchase["id"]])).content)
    assert one["name"] == purchase["name"]


@pytest.mark.parametrize("longer", ["activities", "purchases"])
def test_plan_too_long_for_one_file_is_given_unit_by_unit(
    plan: Plan, longer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened_files, "MOST_IN_A_FILE", 1)
    activity = plan.activity()
    plan.purchase(activity)
    assert visitor().get(reverse("open_plan_csv"), {"unit": "DST"}).status_code == 200
    if longer == "activities":
        plan.activity()
    else:
        plan.purchase(activity, name="อีกรายการ")
    for name in ("open_plan_csv", "open_plan_json"):
        assert visitor().get(reverse(name), {"unit": "DST"}).status_code == 404
    assert "too long for one file" in visitor().get(reverse("open_procurement"), {"unit": "DST"}).content.decode()


def test_plan_goes_on_on_the_next_page(plan: Plan) -> None:
    for number in range(53):
        add_activity(unit=plan.unit, fiscal_year=plan.year, name=f"กิจกรรม {number}", by=plan.staff)
    first = visitor().get(reverse("open_procurement"), {"unit": "DST"}).context["rows"]
    second = visitor().get(reverse("open_procurement"), {"unit": "DST", "page": "2"}).context["rows"]
    assert (len(first), len(second)) == (50, 3)
    for page in ("0", "99", "x", "-1"):
        assert visitor().get(reverse("open_procurement"), {"unit": "DST", "page": page}).status_code == 200


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [1, 30])
def test_page_takes_a_constant_number_of_statements(
    plan: Plan, name: str, count: int, django_assert_max_num_queries: Any
) -> None:
    covered_plan(plan, top=1, rest=count, rest_covered=min(count, 5))
    visitor().get(reverse(name), {"unit": "DST"})
    # Three more than the page itself: the visit is counted, in a savepoint.
    with django_assert_max_num_queries(44 + 3):
        visitor().get(reverse(name), {"unit": "DST", "list": "rest-covered"})
