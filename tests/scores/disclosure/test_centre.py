"""Search, use and checklist over all public pages, and the centre that leads to them."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from organisations.calendar import fiscal_year
from organisations.models import PageUse
from scores.disclosure.checklist import checklist_of
from scores.disclosure.pages import NAMES, PAGES, address_of
from scores.rubric import rubric_for
from tests.complaints.statistics.filing import filed, moment
from tests.procurement.test_open_lists import TODAY, bought
from tests.support.purchases import Plan
from workflows.metrics import known

pytestmark = pytest.mark.django_db
YEAR = fiscal_year(TODAY)


def get(name: str, status: int = 200, **values: Any) -> Any:
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get(reverse(name), values)
    assert answer.status_code == status
    return answer


def table(name: str, **values: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get(name, **values, **{"as": "csv"}).content.decode("utf-8-sig"))))


def test_centre_leads_to_every_list_and_the_old_address_to_it() -> None:
    page = get("published").content.decode()
    wanted = "manual complaints procurement notices summary annual committees draws scores checklist use search"
    for name in wanted.split():
        assert reverse(f"open_{name}") in page
    moved = Client().get("/published/")
    assert (moved.status_code, moved["Location"]) == (301, "/open/")


# --- Search -------------------------------------------------------------------------------------------------------
def test_search_finds_activities_purchases_and_agencies(plan: Plan) -> None:
    plan.activity(name="ขุดลอกคลองใหญ่")
    bought(plan, name="ซื้อเรือขุดลอก")
    page = get("open_search", q="ขุดลอก").content.decode()
    assert "ขุดลอกคลองใหญ่" in page
    assert "ซื้อเรือขุดลอก" in page
    assert f"?unit={plan.unit.code}" in get("open_search", q=plan.unit.name_th).content.decode()


def test_search_never_finds_a_complaint(plan: Plan) -> None:
    case = filed(plan.world, moment(3), statement="ไฟฟ้าดับทั้งหมู่บ้านสามวัน")
    page = get("open_search", q="ไฟฟ้าดับ").content.decode()
    assert "Nothing published has these words" in page
    assert case.public_id not in page
    if case.number:
        assert case.public_id not in get("open_search", q=case.number).content.decode()


@pytest.mark.parametrize("text", ["", "ก", "%%%", "'; --", "\\", "ก" * 500, "a b c"])
def test_search_takes_any_text(plan: Plan, text: str) -> None:
    get("open_search", q=text)


def test_search_asks_as_much_for_many(plan: Plan) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            get("open_search", q="ขุดลอก")
        return len(asked)

    bought(plan, name="ขุดลอก 1")
    one = cost()
    for number in range(4):
        bought(plan, name=f"ขุดลอก {number}")
        plan.activity(name=f"ขุดลอก {number}")
    assert cost() == one


def test_index_serves_the_search_in_activities(plan: Plan) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM procurement_activity "
            "WHERE sodsong_grams(procurement_activity.name) @@ '''abc'''::tsquery"
        )
        assert "activity_by_grams" in str(cursor.fetchall())


# --- Use ----------------------------------------------------------------------------------------------------------
def test_use_counts_pages_and_their_files_in_one_row(plan: Plan) -> None:
    for name in ("open_manual", "open_manual", "open_manual_json"):
        get(name, unit=plan.unit.code)
    PageUse.objects.create(fiscal_year=YEAR - 1, quarter=2, page="open_level", opened=40)
    (row,) = table("open_use", unit=plan.unit.code)
    assert (row["page_name"], row["pages"], row["files"]) == ("How to complain", "2", "1")
    assert [row["pages"] for row in table("open_use", year=YEAR - 1)] == ["40"]
    assert "How to complain" in get("open_use").content.decode()
    get("open_use", 404, year="2400")
    get("open_use", 404, unit="nowhere")


def test_every_public_page_has_a_name() -> None:
    for name in NAMES:
        assert any(_reverses(name, args) for args in ([], ["x"], ["x", "y"])), name


def _reverses(name: str, args: list[str]) -> bool:
    try:
        reverse(name, args=args)
    except NoReverseMatch:
        return False
    return True


# --- The checklist --------------------------------------------------------------------------------------------------
def test_checklist_says_what_is_there_now(plan: Plan) -> None:
    before = {item.criterion.page: item.met for item in checklist_of(plan.unit, YEAR).items}
    assert before["disclosure.notices"] is False
    assert before["disclosure.ethics"] is None
    bought(plan)
    after = {item.criterion.page: item.met for item in checklist_of(plan.unit, YEAR).items}
    assert after["disclosure.notices"] is after["disclosure.summary"] is after["disclosure.plan"] is True
    assert after["disclosure.manual"] is True


def test_checklist_gives_the_absolute_address_of_a_page_that_opens(plan: Plan) -> None:
    bought(plan)
    rows = table("open_checklist", unit=plan.unit.code)
    assert len(rows) == len(rubric_for("oit", YEAR).criteria)
    for row in rows:
        if row["address"]:
            assert row["address"].startswith("http://testserver/")
            path = row["address"].removeprefix("http://testserver").split("#")[0]
            assert Client().get(path).status_code == 200, path
        else:
            assert row["state"] == "unknown"
    told = json.loads(get("open_checklist", unit=plan.unit.code, **{"as": "json"}).content)
    assert told["unit"] == plan.unit.code
    assert {row["state"] for row in told["rows"]} <= {"met", "empty", "unknown"}


def test_checklist_without_a_unit_asks_for_one() -> None:
    assert "No agency is chosen" in get("open_checklist").content.decode()
    get("open_checklist", 404, unit="nowhere")


def test_page_named_by_a_rubric_that_opens_has_a_figure(plan: Plan) -> None:
    for page in PAGES:
        assert page in known(), page
        assert address_of(page, plan.unit, YEAR).startswith("/")
    assert address_of("disclosure.ethics", plan.unit, YEAR) == ""
