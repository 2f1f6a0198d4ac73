"""The annual plan: who reads it and who keeps it, filling it in row by row, pasting, grouping, being overtaken."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.models import User
from procurement.actions.plan import cancel_activity, change_activity
from procurement.models import Activity, PurchaseCase, Revision
from tests.support.purchases import Plan
from tests.support.world import make_person
from workflows.actors import Actor
from workflows.models import Conflict, LedgerEntry
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
Addresses = Callable[[Plan, Activity], str]

PAGES: dict[str, Addresses] = {
    "plan": lambda plan, _row: reverse("plan"),
    "paste": lambda plan, _row: reverse("paste_plan"),
    "group": lambda plan, _row: reverse("group_purchases"),
    "activity": lambda plan, row: reverse("activity", args=[row.pk]),
    "edit": lambda plan, row: reverse("edit_activity", args=[row.pk]),
    "cancel": lambda plan, row: reverse("cancel_activity", args=[row.pk]),
    "new purchase": lambda plan, row: reverse("new_purchase", args=[row.pk]),
    "disbursement": lambda plan, _row: reverse("disbursement"),
    "sheet": lambda plan, _row: reverse("disbursement_sheet"),
}
KEEPERS_ONLY = ("paste", "group", "edit", "cancel", "new purchase")
OF_ONE = ("activity", "edit", "cancel", "new purchase")


def here(plan: Plan, name: str = "plan", **more: Any) -> str:
    """The address of a page of the plan of the district, this year."""
    values = {"unit": plan.unit.code, "year": plan.year, **more}
    return f"{reverse(name)}?{'&'.join(f'{key}={value}' for key, value in values.items())}"


def add(client: Client, plan: Plan, user: User | None = None, **typed: Any) -> Any:
    """Send the row at the foot of the table."""
    client.force_login(user or plan.staff)
    headers = typed.pop("headers", {})
    return client.post(here(plan, "plan_add"), {"code": "", "budget": "", **typed}, headers=headers)


def edit(client: Client, plan: Plan, row: Activity, seen: int | None = None, **typed: Any) -> Any:
    """Send the correction of an activity as its row had it."""
    client.force_login(plan.staff)
    headers = typed.pop("headers", {})
    sent = {"seen_version": seen or row.version, "code": row.code, "name": row.name, "budget": "", **typed}
    return client.post(reverse("edit_activity", args=[row.pk]), sent, headers=headers)


def text(response: Any) -> str:
    return response.content.decode()


# --- Who ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_page_anonymous_goes_to_sign_in(client: Client, plan: Plan, page: str) -> None:
    response = client.get(PAGES[page](plan, plan.activity()))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("page", PAGES)
def test_page_without_a_reading_role_says_which_is_needed(client: Client, plan: Plan, page: str) -> None:
    client.force_login(plan.world.officer)
    assert client.get(PAGES[page](plan, plan.activity())).status_code == 403


@pytest.mark.parametrize("page", OF_ONE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_activity_of_another_unit_is_the_same_404_as_none(client: Client, plan: Plan, page: str, method: str) -> None:
    if page == "activity" and method == "post":
        return
    row, answers = plan.activity(), set()
    client.force_login(plan.world.stranger)
    for pk in (row.pk, row.pk + 999):
        response = getattr(client, method)(PAGES[page](plan, Activity(pk=pk)))
        answers.add((response.status_code, text(response).partition("<main")[2].partition("</main>")[0]))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.parametrize("name", ["plan", "paste_plan", "group_purchases", "disbursement", "disbursement_sheet"])
def test_unit_beside_is_404(client: Client, plan: Plan, name: str) -> None:
    client.force_login(plan.staff)
    for unit in ("OTH", "PRV", "nowhere"):
        assert client.get(here(plan, name, unit=unit)).status_code == 404
    assert client.post(here(plan, "plan_add", unit="OTH"), {"name": "x"}).status_code == 404
    assert not Activity.objects.exists()


@pytest.mark.parametrize("year", ["2499", "2701", "abc", "-1", "²", "2570.0", "99999999999999999999"])
def test_year_that_is_none_is_404(client: Client, plan: Plan, year: str) -> None:
    client.force_login(plan.staff)
    assert client.get(reverse("plan"), {"year": year}).status_code == 404


@pytest.mark.parametrize("role", ["head", "approver", "executive"])
def test_reader_reads_and_does_not_write(client: Client, plan: Plan, role: str) -> None:
    row = plan.activity(name="ขุดลอกคลอง")
    client.force_login(getattr(plan.world, role))
    for page in ("plan", "activity", "disbursement", "sheet"):
        address = PAGES[page](plan, row) if page == "activity" else here(plan, PAGES_BY_NAME[page])
        response = client.get(address)
        assert response.status_code == 200
        assert "ขุดลอกคลอง" in text(response)
        assert reverse("plan_add") not in text(response)
        assert "/edit/" not in text(response)
    for page in KEEPERS_ONLY:
        address = PAGES[page](plan, row) if page in OF_ONE else here(plan, PAGES_BY_NAME[page])
        assert client.get(address).status_code == 403
        assert client.post(address, {"name": "x", "reason": "x", "text": "x"}).status_code == 403
    assert client.post(here(plan, "plan_add"), {"name": "x"}).status_code == 403
    row.refresh_from_db()
    assert (Activity.objects.count(), row.version, row.cancelled_on) == (1, 1, None)


PAGES_BY_NAME = {
    "plan": "plan",
    "paste": "paste_plan",
    "group": "group_purchases",
    "disbursement": "disbursement",
    "sheet": "disbursement_sheet",
}


def test_staff_of_the_unit_above_keeps_the_plan_below(client: Client, plan: Plan) -> None:
    assert add(client, plan, plan.upper_staff, name="จากจังหวัด").status_code == 302
    assert Activity.objects.get().unit == plan.unit


def test_deputy_of_two_units_chooses(client: Client, plan: Plan) -> None:
    client.force_login(plan.upper_staff)
    page = text(client.get(reverse("plan")))
    assert f'<option value="{plan.unit.code}">' in page
    assert "OTH" in page


def test_many_units_are_chosen_step_by_step(client: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads more units than a list holds gets those on the way up and down from the one that is shown."""
    monkeypatch.setattr("procurement.views.staff.plan_scope.MOST_UNITS", 1)
    chief = make_person("chief", plan.world.department, "executive")
    client.force_login(chief)
    codes = [unit.code for unit in client.get(reverse("plan")).context["units"]]
    assert set(codes) == {"DEP", "PRV", "ACC"}
    codes = [unit.code for unit in client.get(reverse("plan"), {"unit": "PRV"}).context["units"]]
    assert set(codes) == {"DEP", "PRV", "DST", "OTH"}


# --- The table --------------------------------------------------------------------------------------------------------
def test_plan_shows_top_three_missing_budget_and_coverage(client: Client, plan: Plan) -> None:
    names = {"หนึ่ง": 900, "สอง": 800, "สาม": 700, "สี่": 600, "ไม่รู้": None}
    rows = {name: plan.activity(budget, name=name) for name, budget in names.items()}
    plan.ordered(plan.committee(plan.purchase(rows["สี่"]), citizen=True))
    client.force_login(plan.staff)
    shown = {row.activity.name: row for row in client.get(here(plan)).context["rows"]}
    assert {name for name, row in shown.items() if row.top} == {"หนึ่ง", "สอง", "สาม", "ไม่รู้"}
    assert {name for name, row in shown.items() if row.covered} == {"สี่"}
    assert len(shown["สี่"].purchases) == 1
    totals = client.get(here(plan)).context["totals"]
    assert totals == {
        "activities": 5, "budget": Decimal(3000), "missing": 1, "covered": 1, "counted": 5, "purchases": 1,
    }  # fmt: skip


def test_purchase_one_has_a_conflict_with_is_not_there(client: Client, plan: Plan) -> None:
    row = plan.activity(name="ก")
    case = plan.contracted(plan.purchase(row), 123_456)
    Conflict.objects.create(case_id=case.pk, user=plan.staff2, at=timezone.now())
    ways = [here(plan), reverse("activity", args=[row.pk]), reverse("new_purchase", args=[row.pk])]
    ways += [here(plan, name) for name in ("group_purchases", "disbursement", "disbursement_sheet", "purchases")]
    for way in ways:
        client.force_login(plan.staff)
        assert case.number in text(client.get(way)) or "123" in text(client.get(way))
        client.force_login(plan.staff2)
        page = text(client.get(way))
        assert case.number not in page
        assert "123,456" not in page
        assert "123456" not in page


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("all", ["ก", "ข", "ค"]),
        ("uncovered", ["ก", "ข", "ค"]),
        ("no_budget", ["ข"]),
        ("no_purchase", ["ข", "ค"]),
        ("nonsense", ["ก", "ข", "ค"]),
    ],
)
def test_plan_filtered(client: Client, plan: Plan, show: str, names: list[str]) -> None:
    plan.purchase(plan.activity(10, name="ก"))
    plan.activity(None, name="ข")
    plan.activity(30, name="ค")
    client.force_login(plan.staff)
    response = client.get(here(plan, show=show))
    assert [row.activity.name for row in response.context["rows"]] == names


def test_plan_sorted_by_budget_has_the_unknown_first(client: Client, plan: Plan) -> None:
    for name, budget in (("ก", 10), ("ข", None), ("ค", 30)):
        plan.activity(budget, name=name)
    client.force_login(plan.staff)
    response = client.get(here(plan, sort="budget"))
    assert [row.activity.name for row in response.context["rows"]] == ["ข", "ค", "ก"]


def test_plan_of_another_year_is_another_plan(client: Client, plan: Plan) -> None:
    plan.activity(name="ปีนี้")
    plan.activity(name="ปีก่อน", fiscal_year=plan.year - 1)
    client.force_login(plan.staff)
    assert "ปีก่อน" not in text(client.get(here(plan)))
    assert "ปีก่อน" in text(client.get(here(plan, year=plan.year - 1)))


def test_name_is_shown_and_not_run(client: Client, plan: Plan) -> None:
    row = plan.activity(name="<script>alert(1)</script>")
    client.force_login(plan.staff)
    for address in (here(plan), reverse("activity", args=[row.pk]), reverse("edit_activity", args=[row.pk])):
        assert "<script>alert" not in text(client.get(address))


@pytest.mark.parametrize("name", ["plan", "group_purchases", "disbursement", "disbursement_sheet"])
def test_pages_cost_the_same_for_50_and_500_rows(client: Client, plan: Plan, name: str) -> None:
    def rows(count: int, purchases: int) -> None:
        made = Activity.objects.bulk_create(
            Activity(unit=plan.unit, fiscal_year=plan.year, name=f"กิจกรรม {n}", budget=n + 1) for n in range(count)
        )
        for row in made[:purchases]:
            plan.contracted(plan.purchase(row), 1)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(here(plan, name)).status_code == 200
        return len(queries)

    client.force_login(plan.staff)
    client.get(here(plan))  # the first page of a session marks it alive
    rows(50, 5)
    few = cost()
    rows(450, 15)
    assert cost() == few <= 40


# --- A row at the foot ------------------------------------------------------------------------------------------------
def test_add_without_javascript_goes_back_to_the_plan(client: Client, plan: Plan) -> None:
    response = add(client, plan, code="1", name="ก่อสร้างถนน", budget="๑,๒๐๐,๐๐๐ บาท")
    assert response.status_code == 302
    row = Activity.objects.get()
    assert (row.code, row.name, row.budget, row.unit, row.fiscal_year) == (
        "1", "ก่อสร้างถนน", Decimal(1_200_000), plan.unit, plan.year,
    )  # fmt: skip
    assert Revision.objects.get().by == plan.staff
    page = client.get(response["Location"])
    assert "autofocus" in text(page)


def test_add_with_htmx_gives_the_row_and_an_empty_one(client: Client, plan: Plan) -> None:
    plan.activity(100, name="เดิม")
    response = add(client, plan, name="ใหม่", headers=HTMX)
    page = text(response)
    assert response.status_code == 200
    assert page.strip().startswith("<tr id=")
    assert "<html" not in page
    assert 'id="plan-entry" hx-swap-oob="true"' in page
    assert page.count("autofocus") == 1
    assert 'id="plan-totals"' in page


def test_add_moves_the_marks_of_the_top_three(client: Client, plan: Plan) -> None:
    rows = [plan.activity(budget, name=str(budget)) for budget in (10, 20, 30, 40)]
    page = text(add(client, plan, name="ใหม่", budget="35", headers=HTMX))
    assert f'id="mark-{rows[1].pk}" hx-swap-oob' in page  # 20 was the third largest, and is it no more
    assert f'id="mark-{rows[3].pk}" hx-swap-oob' not in page


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "ก" * 501}, "name"),
        ({"name": "ก", "code": "1" * 41}, "code"),
        ({"name": "ก", "code": "7"}, "code"),
        ({"name": "ก", "budget": "สามแสน"}, "budget"),
        ({"name": "ก", "budget": "-5"}, "budget"),
        ({"name": "ก", "budget": "99999999999999"}, "budget"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_add_wrong_keeps_what_was_typed(
    client: Client, plan: Plan, typed: dict[str, str], wrong: str, headers: dict[str, str]
) -> None:
    plan.activity(code="7")
    response = add(client, plan, headers=headers, **typed)
    assert response.status_code == 422
    assert wrong in response.context["entry"].errors
    if typed.get("budget"):
        assert typed["budget"] in text(response)
    if headers:
        assert response["HX-Retarget"] == "#plan-entry"
    assert Activity.objects.count() == 1


def test_add_the_number_that_somebody_enters_in_the_same_moment(
    client: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan.activity(code="7")
    monkeypatch.setattr("procurement.forms.plan.code_is_taken", lambda *_args, **_kw: False)
    response = add(client, plan, name="ก", code="7")
    assert response.status_code == 422
    assert Activity.objects.count() == 1


# --- Correcting -------------------------------------------------------------------------------------------------------
def test_edit_makes_a_version(client: Client, plan: Plan) -> None:
    row = plan.activity(100, name="เดิม")
    client.force_login(plan.staff)
    assert client.get(reverse("edit_activity", args=[row.pk])).status_code == 200
    bare = text(client.get(reverse("edit_activity", args=[row.pk]), headers=HTMX))
    assert bare.strip().startswith("<tr")
    assert edit(client, plan, row, name="ใหม่", budget="120", reason="ปรับแผน").status_code == 302
    row.refresh_from_db()
    assert (row.name, row.budget, row.version) == ("ใหม่", Decimal(120), 2)
    assert row.revisions.last().reason == "ปรับแผน"
    page = text(client.get(reverse("activity", args=[row.pk])))
    assert "ปรับแผน" in page
    assert "100.00" in page


def test_edit_with_htmx_gives_the_row_back(client: Client, plan: Plan) -> None:
    row = plan.activity(100)
    page = text(edit(client, plan, row, name="ใหม่", headers=HTMX))
    assert page.strip().startswith(f'<tr id="activity-{row.pk}"')
    assert "editing" not in page
    assert "autofocus" not in page
    assert text(client.get(reverse("activity", args=[row.pk]), headers=HTMX)).strip().startswith("<tr")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_edit_overtaken_says_who_changed_what_and_keeps_the_text(
    client: Client, plan: Plan, headers: dict[str, str]
) -> None:
    row = plan.activity(100, name="เดิม")
    change_activity(row, by=plan.staff2, budget=Decimal(777))
    response = edit(client, plan, row, seen=1, name="ที่พิมพ์ไว้", budget="555", headers=headers)
    page = text(response)
    assert response.status_code == 409
    assert str(plan.staff2) in page
    assert "777.00" in page
    assert "ที่พิมพ์ไว้" in page
    assert "555" in page
    row.refresh_from_db()
    assert (row.name, row.budget) == ("เดิม", Decimal(777))
    # The form now says that it has seen what is there: sending it again is a decision of its own.
    assert 'name="seen_version" value="2"' in page
    assert edit(client, plan, row, seen=2, name="ที่พิมพ์ไว้", budget="555").status_code == 302


def test_edit_wrong_keeps_what_was_typed_and_what_was_seen(client: Client, plan: Plan) -> None:
    row = plan.activity(100)
    change_activity(row, by=plan.staff2, budget=Decimal(777))
    response = edit(client, plan, row, seen=1, name="", budget="๑๒๓,๔๕๖", headers=HTMX)
    assert response.status_code == 422
    assert "๑๒๓,๔๕๖" in text(response)
    assert 'name="seen_version" value="1"' in text(response)


def test_edit_cancelled_is_409(client: Client, plan: Plan) -> None:
    row = cancel_activity(plan.activity(), by=plan.staff, reason="งด")
    for headers in ({}, HTMX):
        assert edit(client, plan, row, name="ใหม่", headers=headers).status_code == 409
    row.refresh_from_db()
    assert row.name != "ใหม่"


# --- Giving up --------------------------------------------------------------------------------------------------------
def test_cancel_lists_it_apart(client: Client, plan: Plan) -> None:
    row = plan.activity(name="งานประเพณี")
    client.force_login(plan.staff)
    address = reverse("cancel_activity", args=[row.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"seen_version": 1, "reason": " "}).status_code == 422
    assert client.post(address, {"seen_version": 1, "reason": "งดจัดงาน"}).status_code == 302
    row.refresh_from_db()
    assert row.cancelled_on == timezone.localdate()
    response = client.get(here(plan))
    assert not response.context["rows"]
    assert response.context["given_up"] == [row]
    assert "งดจัดงาน" in text(response)
    assert client.post(address, {"seen_version": 2, "reason": "อีกครั้ง"}).status_code == 409


def test_cancel_while_a_purchase_goes_on_is_refused(client: Client, plan: Plan) -> None:
    row = plan.activity()
    case = plan.purchase(row)
    client.force_login(plan.staff)
    response = client.post(reverse("cancel_activity", args=[row.pk]), {"seen_version": 1, "reason": "งดจัดงาน"})
    assert response.status_code == 422
    assert case.number in text(response)
    assert "งดจัดงาน" in text(response)
    row.refresh_from_db()
    assert row.cancelled_on is None


def test_cancel_overtaken_is_409(client: Client, plan: Plan) -> None:
    row = plan.activity()
    change_activity(row, by=plan.staff2, budget=Decimal(777))
    client.force_login(plan.staff)
    response = client.post(reverse("cancel_activity", args=[row.pk]), {"seen_version": 1, "reason": "งดจัดงาน"})
    assert response.status_code == 409
    assert str(plan.staff2) in text(response)
    assert "งดจัดงาน" in text(response)


# --- Pasting ----------------------------------------------------------------------------------------------------------
PASTED = (
    "เลขที่\tโครงการ\tงบประมาณ\n11\tซ่อมสะพาน\t1,200,000\n12\tเครื่องพ่น\t๘๙,๐๐๐\n13\tจ้างที่ปรึกษา\tสามแสน\n7\tซ้ำ\t10\n15\t\t5\n"
)


def paste(client: Client, plan: Plan, pasted: str = PASTED, **more: str) -> Any:
    """Send the text."""
    client.force_login(plan.staff)
    return client.post(here(plan, "paste_plan"), {"text": pasted, **more})


def test_paste_shows_problems_cell_by_cell_and_saves_nothing(client: Client, plan: Plan) -> None:
    plan.activity(code="7", name="มีอยู่แล้ว")
    response = paste(client, plan)
    wrong = {preview.row.code: set(preview.problems) for preview in response.context["previews"]}
    assert wrong == {"11": set(), "12": set(), "13": {"budget"}, "7": {"code"}, "15": {"name"}}
    assert (response.context["good"], response.context["bad"]) == (2, 3)
    assert Activity.objects.count() == 1


def test_paste_saves_the_good_rows(client: Client, plan: Plan) -> None:
    plan.activity(code="7", name="มีอยู่แล้ว")
    assert paste(client, plan, save="2").status_code == 302
    assert set(Activity.objects.values_list("code", "budget")) == {
        ("7", Decimal(1_000_000)), ("11", Decimal(1_200_000)), ("12", Decimal(89_000)),
    }  # fmt: skip
    assert Revision.objects.filter(by=plan.staff).count() == 3


def test_paste_after_the_plan_changed_asks_again(client: Client, plan: Plan) -> None:
    plan.activity(code="7")
    plan.activity(code="11")
    response = paste(client, plan, save="2")
    assert response.status_code == 409
    assert Activity.objects.count() == 2


def test_paste_remarks_a_name_that_is_there(client: Client, plan: Plan) -> None:
    plan.activity(name="ขุดลอกคลอง")
    response = paste(client, plan, "ขุดลอกคลอง\t500\nสร้างฝาย\t600\nสร้างฝาย\t700")
    assert [bool(preview.remark) for preview in response.context["previews"]] == [True, False, True]
    assert response.context["good"] == 3


@pytest.mark.parametrize("pasted", ["", "x\t1\n" * 1001, "ก" * 400_001])
def test_paste_of_nothing_or_too_much_is_refused(client: Client, plan: Plan, pasted: str) -> None:
    response = paste(client, plan, pasted, save="1001")
    assert response.status_code == 422
    assert response.context["form"].errors["text"]
    assert not Activity.objects.exists()


def test_paste_of_1000_rows(client: Client, plan: Plan) -> None:
    pasted = "\n".join(f"กิจกรรม {n}\t{n}00" for n in range(1, 1001))
    assert paste(client, plan, pasted, save="1000").status_code == 302
    assert Activity.objects.count() == 1000


def test_paste_of_one_line_without_columns(client: Client, plan: Plan) -> None:
    response = paste(client, plan, "-\n\n")
    assert response.status_code == 200
    assert response.context["previews"] == []


# --- Grouping ---------------------------------------------------------------------------------------------------------
def imported(plan: Plan, name: str, budget: int) -> PurchaseCase:
    """A purchase with an activity of its own, as an import makes them."""
    return plan.purchase(plan.activity(budget, name=name, source=Activity.Source.IMPORT))


def mark(case: PurchaseCase) -> str:
    """The value of its tick."""
    case = PurchaseCase.objects.select_related("purchase").get(pk=case.pk)
    return f"{case.public_id}~{case.ledger_seq}~{case.purchase.activity_id}"


def group(client: Client, plan: Plan, cases: list[PurchaseCase], target: Any, **more: str) -> Any:
    """Send the page of grouping."""
    client.force_login(plan.staff)
    return client.post(
        here(plan, "group_purchases"), {"purchase": [mark(case) for case in cases], "activity": target, **more}
    )


def test_group_shows_first_and_does_then(client: Client, plan: Plan) -> None:
    target = plan.activity(5_000, name="ถนนทั้งสาย")
    cases = [imported(plan, f"ตอน {n}", n * 100) for n in range(1, 6)]
    plan.ordered(plan.committee(cases[0], citizen=True))
    seen = group(client, plan, cases[:4], target.pk)
    effect = seen.context["effect"]
    assert seen.status_code == 200
    assert (effect.before.counted, effect.after.counted) == (6, 2)
    assert (effect.before.covered, effect.after.covered) == (1, 1)
    assert {row.name for row in effect.emptied} == {"ตอน 1", "ตอน 2", "ตอน 3", "ตอน 4"}
    # Nothing has been done by looking.
    assert not LedgerEntry.objects.filter(verb="group").exists()
    assert target.purchases.count() == 0
    assert not Activity.objects.exclude(cancelled_on=None).exists()

    done = group(client, plan, cases[:4], target.pk, move="1", shown=seen.context["shown"])
    assert done.status_code == 302
    assert target.purchases.count() == 4
    response = client.get(here(plan))
    assert len(response.context["merged"]) == 4
    assert len(response.context["rows"]) == 2
    assert {row.activity.name for row in response.context["rows"] if row.covered} == {"ถนนทั้งสาย"}


def test_group_back_undoes_it(client: Client, plan: Plan) -> None:
    target = plan.activity(5_000)
    cases = [imported(plan, f"ตอน {n}", n * 100) for n in range(1, 3)]
    shown = group(client, plan, cases, target.pk).context["shown"]
    group(client, plan, cases, target.pk, move="1", shown=shown)
    shown = group(client, plan, cases, "back").context["shown"]
    assert group(client, plan, cases, "back", move="1", shown=shown).status_code == 302
    assert target.purchases.count() == 0
    assert not Activity.objects.exclude(cancelled_on=None).exists()
    assert {case.purchase.activity.name for case in PurchaseCase.objects.all()} == {"ตอน 1", "ตอน 2"}
    assert set(Activity.objects.filter(source="import").values_list("cancel_reason", flat=True)) == {""}


def test_group_what_was_not_shown_is_shown_first(client: Client, plan: Plan) -> None:
    target, other = plan.activity(5_000), plan.activity(6_000)
    cases = [imported(plan, f"ตอน {n}", n * 100) for n in range(1, 3)]
    shown = group(client, plan, cases, target.pk).context["shown"]
    for ticked, to in ((cases[:1], target.pk), (cases, other.pk)):
        response = group(client, plan, ticked, to, move="1", shown=shown)
        assert response.status_code == 200
        assert response.context["effect"] is not None
    assert group(client, plan, cases, target.pk, move="1", shown="x").status_code == 200
    # Looking once more is not doing.
    assert group(client, plan, cases, target.pk, look="1", shown=shown).status_code == 200
    assert not LedgerEntry.objects.filter(verb="group").exists()


@pytest.mark.parametrize("target", ["", "0", "x", "99999999999", "back", "²"])
def test_group_nowhere_is_refused(client: Client, plan: Plan, target: str) -> None:
    response = group(client, plan, [imported(plan, "ตอน 1", 100)], target)
    assert response.status_code == 422
    assert response.context["wrong"]


def test_group_nothing_is_refused(client: Client, plan: Plan) -> None:
    assert group(client, plan, [], plan.activity().pk).status_code == 422


def test_group_into_a_cancelled_activity_is_no_choice(client: Client, plan: Plan) -> None:
    gone = cancel_activity(plan.activity(), by=plan.staff, reason="งด")
    response = group(client, plan, [imported(plan, "ตอน 1", 100)], gone.pk)
    assert response.status_code == 422
    assert str(gone.pk) not in [key for key, _label in response.context["choices"]]


def test_group_into_another_plan_is_no_choice(client: Client, plan: Plan) -> None:
    last_year = plan.activity(fiscal_year=plan.year - 1)
    above = plan.activity(unit=plan.world.province)
    for row in (last_year, above):
        assert group(client, plan, [imported(plan, "ตอน 1", 100)], row.pk).status_code == 422


def test_group_purchase_of_another_unit_is_not_there(client: Client, plan: Plan) -> None:
    activity = plan.activity(unit=plan.world.other)
    stranger = Actor.person(plan.world.stranger)
    theirs = open_case("purchase", "plan", stranger, unit=plan.world.other, activity=activity, name="ของหน่วยอื่น")
    client.force_login(plan.staff)
    assert theirs.public_id not in text(client.get(here(plan, "group_purchases")))
    assert group(client, plan, [theirs], plan.activity().pk).status_code == 422


def test_group_overtaken_moves_none(client: Client, plan: Plan) -> None:
    target, elsewhere = plan.activity(5_000), plan.activity(6_000)
    cases = [imported(plan, f"ตอน {n}", n * 100) for n in range(1, 3)]
    sent = {"purchase": [mark(case) for case in cases], "activity": target.pk}
    client.force_login(plan.staff)
    shown = client.post(here(plan, "group_purchases"), sent).context["shown"]
    plan.do(cases[1], "group", plan.staff2, activity=elsewhere)
    response = client.post(here(plan, "group_purchases"), {**sent, "move": "1", "shown": shown})
    assert response.status_code == 409
    assert cases[1].number in text(response)
    assert target.purchases.count() == 0


def test_group_sent_twice_moves_once(client: Client, plan: Plan) -> None:
    target = plan.activity(5_000)
    case = imported(plan, "ตอน 1", 100)
    sent = {"purchase": [mark(case)], "activity": target.pk}
    client.force_login(plan.staff)
    shown = client.post(here(plan, "group_purchases"), sent).context["shown"]
    again = {**sent, "move": "1", "shown": shown}
    assert client.post(here(plan, "group_purchases"), again).status_code == 302
    assert client.post(here(plan, "group_purchases"), again).status_code == 422
    assert LedgerEntry.objects.filter(verb="group").count() == 1


def test_group_all_or_none(client: Client, plan: Plan) -> None:
    """One of them cannot be moved: a person with a conflict since then takes part in none of it."""
    from procurement.grouping import move
    from workflows.refusals import Refused

    target = plan.activity(5_000)
    cases = [imported(plan, f"ตอน {n}", n * 100) for n in range(1, 3)]
    outsider = make_person("outsider", plan.world.other, "procurement")
    with pytest.raises(Refused):
        move(dict.fromkeys(cases, target), outsider)
    wanted = {cases[0]: target, cases[1]: Activity.objects.get(name="ตอน 2")}
    with pytest.raises(Refused):
        move(wanted, plan.staff)
    assert target.purchases.count() == 0
