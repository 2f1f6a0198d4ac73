"""The pages of purchases: what each person sees and may do, the list, new ones, and what was paid month by month."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from pytest_django import Settings

from organisations.calendar import fiscal_year_bounds
from organisations.models import User
from procurement.models import Bid, Purchase, PurchaseCase
from procurement.states.purchase import GRAPH
from procurement.views.staff.disbursement import months_of
from procurement.views.staff.purchase import milestone_line
from procurement.views.staff.purchase_money import difference, money_levels
from procurement.views.staff.purchase_timeline import TIMELINE
from procurement.views.staff.purchase_versions import purchase_versions
from tests.support.purchases import Plan
from tests.support.seen import seen
from workflows.actors import IMPORT
from workflows.models import Conflict
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
OF_NOBODY_HERE = ("plan", "import_planned", "import_completion", "import_cancellation", "nonsense")


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def url(case: PurchaseCase, edge: str = "") -> str:
    """The address of a purchase, or of an edge of it."""
    return reverse("take_purchase", args=[case.public_id, edge]) if edge else reverse("purchase", args=[case.public_id])


def fresh(case: PurchaseCase) -> PurchaseCase:
    return PurchaseCase.objects.get(pk=case.pk)


def send(client: Client, case: PurchaseCase, edge: str, user: User, **typed: Any) -> Any:
    """Send the form of an edge as the page had it."""
    client.force_login(user)
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    return client.post(url(case, edge), {**seen, **typed})


def picture() -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(held, "PNG")
    return SimpleUploadedFile("ภาพ.png", held.getvalue(), "image/png")


def into(plan: Plan, state: str) -> PurchaseCase:
    """A purchase in `state`, by the plain road."""
    case = plan.purchase(project_number="69117000001", reference_price=Decimal(950_000))
    if state == "cancelled":
        return plan.do(case, "cancel", plan.approver, reasons="ไม่มีผู้ยื่น")
    road: list[tuple[str, str, dict[str, Any]]] = [
        ("announced", "announce", {"on": TODAY}),
        ("awarded", "award", {"on": TODAY, "winner": plan.supplier()}),
        (
            "contracted",
            "sign_contract",
            {"number": "1/2570", "supplier": plan.supplier(), "value": Decimal(900_000), "on": TODAY},
        ),
        ("delivered", "deliver", {"on": TODAY}),
        ("inspected", "accept_delivery", {"on": TODAY, "evidence": "แฟ้ม 3"}),
        ("inspected", "pay", {"amount": Decimal(900_000), "on": TODAY}),
        ("completed", "complete", {}),
    ]
    for reached, edge, facts in road:
        if case.state == state and edge != "pay":
            break
        case = plan.do(case, edge, **facts)
        assert case.state == reached
    assert case.state == state
    return case


def text(response: Any) -> str:
    return response.content.decode()


# --- The page -------------------------------------------------------------------------------------------------------
def test_purchase_anonymous_goes_to_sign_in(client: Client, plan: Plan) -> None:
    case = plan.purchase()
    for address in (url(case), url(case, "note"), reverse("purchases")):
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("name", ["purchase", "take_purchase", "purchase_file"])
def test_purchase_not_to_be_seen_is_the_same_404_as_none(client: Client, plan: Plan, name: str) -> None:
    case = plan.purchase()
    Conflict.objects.create(case_id=case.pk, user=plan.staff2, at=timezone.now())
    answers = set()
    ways = [
        (plan.world.stranger, case.public_id),
        (plan.world.officer, case.public_id),
        (plan.world.administrator, case.public_id),
        (plan.staff2, case.public_id),
        (plan.staff, "000000000000"),
    ]
    for user, public_id in ways:
        client.force_login(user)
        more = {"take_purchase": ["note"], "purchase_file": ["x"]}.get(name, [])
        response = client.get(reverse(name, args=[public_id, *more]))
        answers.add((response.status_code, text(response).partition("<main")[2].partition("</main>")[0]))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.parametrize("state", [state.code for state in GRAPH.states])
@pytest.mark.parametrize("language", ["th", "en"])
def test_purchase_page_stands_in_every_state(client: Client, plan: Plan, state: str, language: str) -> None:
    case = into(plan, state)
    for user in (plan.staff, plan.approver, plan.world.head, plan.world.executive, plan.upper_staff):
        User.objects.filter(pk=user.pk).update(language=language)
        client.force_login(user)
        response = client.get(url(case))
        assert response.status_code == 200
        assert case.number in text(response)


def test_purchase_page_offers_only_what_the_person_may_do(client: Client, plan: Plan) -> None:
    case = plan.purchase()
    client.force_login(plan.staff)
    assert url(case, "announce") in text(client.get(url(case)))
    assert url(case, "cancel") not in text(client.get(url(case)))
    client.force_login(plan.approver)
    assert url(case, "cancel") in text(client.get(url(case)))
    assert url(case, "announce") not in text(client.get(url(case)))
    client.force_login(plan.world.executive)
    page = text(client.get(url(case)))
    assert "/do/" not in page
    assert reverse("new_committee", args=[case.public_id]) not in page


def test_purchase_page_says_why_an_action_is_barred(client: Client, plan: Plan) -> None:
    case = into(plan, "delivered")
    case = plan.do(case, "accept_delivery", on=TODAY, evidence="แฟ้ม 3")
    client.force_login(plan.staff)
    barred = {action.edge for action in client.get(url(case)).context["actions"] if action.reason}
    assert barred == {"complete"}


def test_purchase_page_shows_the_committees_with_their_citizens(client: Client, plan: Plan) -> None:
    case = plan.purchase()
    committee = plan.ordered(plan.committee(case, citizen=True))
    client.force_login(plan.staff)
    page = text(client.get(url(case)))
    assert reverse("committee", args=[committee.public_id]) in page
    assert f"นาย ประชา{committee.pk} สมมุติ" in page
    assert reverse("new_committee", args=[case.public_id]) in page


def test_purchase_page_names_nothing_that_could_run(client: Client, plan: Plan) -> None:
    case = plan.purchase(name="<script>alert(1)</script>")
    plan.do(case, "note", text="<img src=x onerror=alert(1)>")
    client.force_login(plan.staff)
    page = text(client.get(url(case)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_purchase_page_costs_the_same_for_few_and_many(client: Client, plan: Plan) -> None:
    case = into(plan, "contracted")

    def more(first: int, count: int) -> None:
        nonlocal case
        for number in range(first, first + count):
            who = plan.supplier(f"01055000{number:05d}", f"ร้าน {number}")
            bid = {"supplier": who, "amount": Decimal(number), "submitted_on": TODAY, "result": "lost", "note": ""}
            case = plan.do(case, "record_bids", bids=[bid])
            case = plan.do(case, "pay", amount=Decimal(10), on=TODAY)
            case = plan.do(case, "revise", figures={"budget": Decimal(number)}, reasons="ปรับ")
            case = plan.do(case, "note", text=str(number))
            about = {"number": f"{number}/2570", "supplier": who, "value": Decimal(5), "on": TODAY}
            case = plan.do(case, "add_contract", **about)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(case)).status_code == 200
        return len(queries)

    client.force_login(plan.staff)
    more(2, 2)
    client.get(url(case))
    few = cost()
    more(4, 20)
    assert cost() == few <= 60


# --- What stands on it ----------------------------------------------------------------------------------------------
def test_money_is_compared_with_the_last_level_that_is_known(plan: Plan) -> None:
    case = plan.purchase(plan.activity(1_000_000), budget=Decimal(900_000))
    purchase = Purchase.objects.get(pk=case.pk)
    levels = money_levels(purchase, [], [])
    assert [level.amount for level in levels] == [1_000_000, 900_000, None, None, None]
    assert levels[1].share == Decimal("0.9")
    purchase.total_value = Decimal(945_000)
    with translation.override("en"):
        levels = money_levels(purchase, [], [])
    assert levels[3].told == "45,000.00 baht (5.00%) more than the budget"
    assert levels[3].width == "94.5"


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (100, "the same as X"),
        (105, "5.00 baht (5.00%) more than X"),
        (Decimal("99.99"), "0.01 baht (0.01%) less than X"),
        (0, "100.00 baht (100.00%) less than X"),
    ],
)
def test_difference_in_plain_words(amount: Decimal, told: str) -> None:
    with translation.override("en"):
        assert difference(Decimal(amount), Decimal(100), "X") == told


def test_milestones_as_a_line(plan: Plan) -> None:
    case = plan.purchase()
    dates = {"announce": TODAY, "contract": TODAY + timedelta(days=5), "deliver": TODAY + timedelta(days=9)}
    case = plan.do(plan.do(case, "set_dates", dates=dates), "announce", on=TODAY)
    line = milestone_line(case.purchase.milestones.all(), is_open=True)
    assert [step.state for step in line] == ["reached", "next", "planned", "open", "open"]
    case.purchase.milestones.filter(code="contract").update(planned_on=TODAY - timedelta(days=1))
    line = milestone_line(case.purchase.milestones.all(), is_open=True)
    assert [step.state for step in line] == ["reached", "late", "planned", "open", "open"]
    line = milestone_line(case.purchase.milestones.all(), is_open=False)
    assert "late" not in [step.state for step in line]


def test_versions_say_what_changed_and_by_whom(plan: Plan) -> None:
    case = into(plan, "contracted")
    contract = case.purchase.contracts.get()
    figures = {"reference_price": Decimal(940_000), "contracts": True}
    changes = {contract.pk: {"value": Decimal(930_000)}}
    plan.do(case, "revise", plan.staff2, figures=figures, contracts=changes, reasons="พิมพ์ผิด")
    with translation.override("en"):
        newest, own = purchase_versions(case.purchase)[:2]
        told = {(version.about, change.before, change.after) for version in (newest, own) for change in version.changes}
    assert told == {
        ("", "950,000.00 baht", "940,000.00 baht"),
        ("Contract 1/2570", "900,000.00 baht", "930,000.00 baht"),
    }
    assert {newest.by, own.by} == {plan.staff2}
    assert newest.reason == "พิมพ์ผิด"


def test_versions_of_an_import_say_so(plan: Plan) -> None:
    activity = plan.activity(source="import")
    case = open_case("purchase", "import_planned", IMPORT, unit=plan.unit, activity=activity, name="นำเข้า")
    (version,) = purchase_versions(Purchase.objects.get(pk=case.pk))
    assert version.imported
    assert version.by is None
    assert version.first


def test_every_edge_is_told_in_the_timeline() -> None:
    assert set(TIMELINE.told) == {edge.name for edge in GRAPH.edges}


def test_timeline_tells_the_figures(client: Client, plan: Plan) -> None:
    case = into(plan, "contracted")
    plan.do(case, "pay", amount=Decimal(450_000), on=TODAY, note="งวดที่หนึ่ง")
    client.force_login(plan.staff)
    money = client.get(url(case), {"show": "money"}).context["entries"]
    assert [entry.text.split(" ")[0] for entry in money] == ["450,000.00"]
    assert "งวดที่หนึ่ง" in money[0].text


# --- Taking an edge ---------------------------------------------------------------------------------------------------
def test_take_the_whole_road(client: Client, plan: Plan) -> None:
    case = plan.purchase(method=None)
    bidder = {"bids-TOTAL_FORMS": "1", "bids-INITIAL_FORMS": "0", "bids-0-name": "ร้าน ก", "bids-0-tin": "0105500000001"}
    offer = {**bidder, "bids-0-amount": "๙๐๐,๐๐๐", "bids-0-result": "pending"}
    road: list[tuple[str, dict[str, Any], str]] = [
        ("set_dates", {"announce": TODAY.isoformat(), "pay": (TODAY + timedelta(days=90)).isoformat()}, "planned"),
        ("announce", {"on": TODAY.isoformat(), "method": "ebidding"}, "announced"),
        ("record_bids", offer, "announced"),
        ("award", {"on": TODAY.isoformat()}, "awarded"),
        ("sign_contract", {"number": "1/2570", "value": "900,000", "on": TODAY.isoformat()}, "contracted"),
        ("deliver", {"on": TODAY.isoformat()}, "delivered"),
        ("reject_delivery", {"reasons": "ไม่ตรงแบบ"}, "contracted"),
        ("deliver", {"on": TODAY.isoformat()}, "delivered"),
        ("accept_delivery", {"on": TODAY.isoformat(), "evidence": "แฟ้ม 3", "files": [picture()]}, "inspected"),
        ("pay", {"amount": "๙๐๐,๐๐๐.๐๐ บาท", "on": TODAY.isoformat()}, "inspected"),
        ("complete", {}, "completed"),
    ]
    for edge, given, state in road:
        case, typed = fresh(case), dict(given)
        client.force_login(plan.staff)
        assert client.get(url(case, edge)).status_code == 200
        assert client.get(url(case, edge), headers={"HX-Request": "true"}).status_code == 200
        if edge in {"award", "sign_contract"}:
            typed["winner" if edge == "award" else "supplier"] = Bid.objects.get().supplier_id
        response = send(client, case, edge, plan.staff, **typed)
        assert response.status_code == 302, (edge, response.context and response.context["form"].errors)
        assert fresh(case).state == state
    page = text(client.get(url(case)))
    assert "ร้าน ก" in page
    assert fresh(case).purchase.total_value == 900_000


@pytest.mark.parametrize("edge", OF_NOBODY_HERE)
def test_take_what_no_person_takes_is_404(client: Client, plan: Plan, edge: str) -> None:
    case = plan.purchase()
    assert send(client, case, edge, plan.staff).status_code == 404
    assert fresh(case).ledger_seq == case.ledger_seq


@pytest.mark.parametrize("user", ["executive", "head", "approver"])
def test_take_what_is_not_his_is_refused(client: Client, plan: Plan, user: str) -> None:
    case = plan.purchase()
    response = send(client, case, "announce", getattr(plan.world, user), on=TODAY.isoformat())
    assert response.status_code == 403
    assert fresh(case).state == "planned"


def test_take_in_the_wrong_state_is_409(client: Client, plan: Plan) -> None:
    case = plan.purchase()
    client.force_login(plan.staff)
    assert client.post(url(case, "deliver"), {"on": TODAY.isoformat(), **seen(case)}).status_code == 409


def test_take_overtaken_says_who_and_keeps_the_text(client: Client, plan: Plan) -> None:
    case = plan.purchase()
    plan.do(case, "announce", plan.staff2, on=TODAY)
    response = send(client, case, "note", plan.staff, text="บันทึกที่พิมพ์ค้างไว้นานแล้ว")
    assert response.status_code == 409
    assert str(plan.staff2) in text(response)
    assert "บันทึกที่พิมพ์ค้างไว้นานแล้ว" in text(response)


def test_take_double_click_pays_once(client: Client, plan: Plan) -> None:
    case = into(plan, "contracted")
    typed = {"amount": "100,000", "on": TODAY.isoformat()}
    assert send(client, case, "pay", plan.staff, **typed).status_code == 302
    assert send(client, case, "pay", plan.staff, **typed).status_code == 409
    assert case.purchase.payments.count() == 1


@pytest.mark.parametrize(
    ("edge", "state", "typed", "field"),
    [
        ("announce", "planned", {"on": (TODAY + timedelta(days=1)).isoformat()}, "on"),
        ("pay", "contracted", {"amount": "900,001", "on": TODAY.isoformat()}, "amount"),
        ("pay", "contracted", {"amount": "-5", "on": TODAY.isoformat(), "note": "ผิด"}, "amount"),
        ("add_contract", "contracted", {"number": "1/2570", "value": "5", "on": TODAY.isoformat()}, "number"),
        ("accept_delivery", "delivered", {"on": TODAY.isoformat()}, "evidence"),
        ("deliver", "contracted", {"on": (TODAY - timedelta(days=9)).isoformat()}, "on"),
        ("attach", "planned", {}, "files"),
        ("note", "planned", {"text": " "}, "text"),
    ],
)
def test_take_refused_beside_the_field(
    client: Client, plan: Plan, edge: str, state: str, typed: dict[str, str], field: str
) -> None:
    case = into(plan, state)
    if edge == "add_contract":
        typed = {**typed, "supplier": str(plan.supplier().pk)}
    response = send(client, case, edge, plan.staff, **typed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert fresh(case).ledger_seq == case.ledger_seq


def test_take_nothing_changed_is_422(client: Client, plan: Plan) -> None:
    case = into(plan, "announced")
    client.force_login(plan.staff)
    shown = client.get(url(case, "revise")).context["form"]
    sent = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    typed = {name: "" if value is None else value for name, value in {**sent, "reasons": "ตรวจแล้ว"}.items()}
    assert send(client, case, "revise", plan.staff, **typed).status_code == 422


def test_take_figures_changed_meanwhile_are_shown_and_then_a_decision(client: Client, plan: Plan) -> None:
    case = plan.purchase()
    client.force_login(plan.staff)
    shown = client.get(url(case, "revise")).context["form"]
    sent = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    typed = {name: "" if value is None else value for name, value in {**sent, "reasons": "ตามเอกสาร"}.items()}
    typed["reference_price"] = "880,000"
    plan.do(case, "revise", plan.staff2, figures={"budget": Decimal(777_000)}, reasons="ปรับ")
    response = send(client, case, "revise", plan.staff, **typed)
    page = text(response)
    assert response.status_code == 422
    assert str(plan.staff2) in page
    assert "777,000.00" in page
    assert "880,000" in page
    newest = response.context["form"]["seen"].value()
    again = send(client, fresh(case), "revise", plan.staff, **{**typed, "seen": newest, "budget": "777,000"})
    assert again.status_code == 302
    assert (fresh(case).purchase.budget, fresh(case).purchase.reference_price) == (777_000, 880_000)


def test_take_group_by_its_form_shows_the_effect_first(client: Client, plan: Plan) -> None:
    case, target = plan.purchase(), plan.activity(5_000, name="ถนนทั้งสาย")
    response = send(client, case, "group", plan.staff, activity=target.pk, preview="1")
    assert response.status_code == 200
    assert "→" in response.context["preview"]
    assert fresh(case).ledger_seq == case.ledger_seq
    assert send(client, case, "group", plan.staff, activity=target.pk).status_code == 302
    assert fresh(case).purchase.activity == target


def test_file_is_given_to_who_sees_the_purchase(client: Client, plan: Plan) -> None:
    case = plan.purchase()
    assert send(client, case, "attach", plan.staff, files=[picture()], text="ประกาศ").status_code == 302
    row = case.attachments.get()
    address = reverse("purchase_file", args=[case.public_id, row.public_id])
    client.force_login(plan.world.executive)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert address in text(client.get(url(case)))
    client.force_login(plan.world.stranger)
    assert client.get(address).status_code == 404
    other = plan.purchase(plan.activity(name="ข"))
    client.force_login(plan.staff)
    assert client.get(reverse("purchase_file", args=[other.public_id, row.public_id])).status_code == 404


# --- The list ---------------------------------------------------------------------------------------------------------
def listed(client: Client, **values: Any) -> list[str]:
    """The names in the list."""
    response = client.get(reverse("purchases"), values)
    assert response.status_code == 200
    return [case.purchase.name for case in response.context["page"].cases]


def test_list_filters(client: Client, plan: Plan) -> None:
    first = plan.purchase(plan.activity(name="ซื้อครุภัณฑ์คอมพิวเตอร์"), project_number="69117000001")
    second = plan.purchase(plan.activity(name="จ้างขุดลอก"), method=None)
    plan.purchase(plan.activity(name="ปีก่อน", fiscal_year=plan.year - 1))
    plan.do(second, "cancel", plan.approver, reasons="งด")
    late = {"announce": TODAY - timedelta(days=3)}
    plan.do(first, "set_dates", dates=late)
    client.force_login(plan.staff)
    everything = ["ซื้อครุภัณฑ์คอมพิวเตอร์", "ปีก่อน", "จ้างขุดลอก"]
    assert listed(client) == everything
    assert listed(client, state="cancelled") == ["จ้างขุดลอก"]
    assert listed(client, state="open") == everything[:2]
    assert listed(client, late="late") == everything[:1]
    assert listed(client, year=plan.year - 1) == ["ปีก่อน"]
    assert set(listed(client, method="ebidding")) == {"ซื้อครุภัณฑ์คอมพิวเตอร์", "ปีก่อน"}
    for q in ("69117", "๖๙๑๑๗๐๐๐๐๐๑", first.number, first.number.lower(), "คอมพิว"):
        assert listed(client, q=q) == ["ซื้อครุภัณฑ์คอมพิวเตอร์"], q
    assert listed(client, q="ไม่มีคำนี้") == []
    assert listed(client, unit=plan.unit.code) == everything
    assert listed(client, unit="OTH") == []
    assert len(listed(client, state="nonsense", method="nonsense", year="x", late="x")) == 3


def test_list_shows_nothing_of_other_units(client: Client, plan: Plan) -> None:
    plan.purchase()
    client.force_login(plan.world.stranger)
    assert listed(client) == []
    client.force_login(plan.world.officer)
    assert client.get(reverse("purchases")).status_code == 403


def test_list_goes_on_page_by_page_at_the_same_cost(client: Client, plan: Plan) -> None:
    activity = plan.activity()
    client.force_login(plan.staff)
    client.get(reverse("purchases"))

    def cost(**values: str) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("purchases"), values)
        return len(queries), response.context["page"]

    for number in range(10):
        plan.purchase(activity, name=f"รายการ {number}")
    few, _page = cost()
    for number in range(10, 60):
        plan.purchase(activity, name=f"รายการ {number}")
    many, first = cost()
    _more, second = cost(after=first.after)
    assert many <= few <= 20
    assert (len(first.cases), len(second.cases)) == (50, 10)
    _back, again = cost(before=second.before)
    assert [case.pk for case in again.cases] == [case.pk for case in first.cases]
    assert cost(after="forged:mark")[1].cases == first.cases


# --- A new purchase ---------------------------------------------------------------------------------------------------
def test_new_purchases_in_a_row(client: Client, plan: Plan) -> None:
    activity = plan.activity(1_000_000, name="ปรับปรุงถนน")
    client.force_login(plan.staff)
    address = reverse("new_purchase", args=[activity.pk])
    first = client.get(address).context["form"]
    assert (first["name"].value(), first["budget"].value()) == ("ปรับปรุงถนน", "1,000,000.00")
    typed = {"name": "จ้างก่อสร้าง", "method": "ebidding", "budget": "๙๐๐,๐๐๐", "announce": TODAY.isoformat()}
    response = client.post(address, typed)
    assert response["Location"] == f"{address}?method=ebidding"
    page = client.get(response["Location"])
    assert page.context["form"]["name"].value() is None
    assert page.context["form"]["method"].value() == "ebidding"
    assert "จ้างก่อสร้าง" in text(page)
    response = client.post(address, {"name": "จ้างควบคุมงาน", "open": "1"})
    last = PurchaseCase.objects.latest("pk")
    assert response["Location"] == reverse("purchase", args=[last.public_id])
    assert activity.purchases.count() == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "ก", "project_number": "69117000001"}, "project_number"),
        ({"name": "ก", "budget": "มาก"}, "budget"),
        ({"name": "ก", "method": "none"}, "method"),
        ({"name": "ก", "announce": "x"}, "announce"),
    ],
)
def test_new_purchase_wrong_keeps_what_was_typed(client: Client, plan: Plan, typed: dict[str, str], field: str) -> None:
    plan.purchase(project_number="69117000001")
    activity = plan.activity(name="ข")
    client.force_login(plan.staff)
    response = client.post(reverse("new_purchase", args=[activity.pk]), {**typed, "reference_price": "๑๒๓"})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "๑๒๓" in text(response)
    assert not activity.purchases.exists()


def test_new_purchase_of_a_cancelled_activity_is_409(client: Client, plan: Plan) -> None:
    from procurement.actions.plan import cancel_activity

    activity = cancel_activity(plan.activity(), by=plan.staff, reason="งด")
    client.force_login(plan.staff)
    for method in ("get", "post"):
        response = getattr(client, method)(reverse("new_purchase", args=[activity.pk]), {"name": "ก"})
        assert response.status_code == 409
    assert not activity.purchases.exists()


# --- Disbursement -----------------------------------------------------------------------------------------------------
def test_months_of_a_fiscal_year_begin_in_october() -> None:
    months = months_of(2570)
    assert (months[0], months[2], months[3], months[-1]) == (
        date(2026, 10, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 9, 1),
    )  # fmt: skip
    assert len(months) == 12


def test_disbursement_month_by_month(client: Client, plan: Plan) -> None:
    first, after = fiscal_year_bounds(plan.year)
    one, two = plan.activity(name="ก"), plan.activity(name="ข")
    case = plan.contracted(plan.purchase(one), 500_000)
    plan.do(case, "set_dates", dates={"pay": after - timedelta(days=1)})
    plan.do(case, "pay", amount=Decimal(200_000), on=TODAY)
    plan.do(case, "pay", amount=Decimal(50_000), on=TODAY)
    plan.do(case, "pay", amount=Decimal(-10_000), on=TODAY, note="ผิด")
    plan.do(case, "pay", amount=Decimal(5_000), on=first - timedelta(days=400))
    plan.contracted(plan.purchase(two), 70_000)
    client.force_login(plan.staff)
    response = client.get(reverse("disbursement"))
    total = response.context["total"]
    assert (total.agreed, total.spent, total.open) == (570_000, 245_000, 325_000)
    months = response.context["months"]
    assert months[11]["planned"] == 500_000
    assert sum(month["paid"] for month in months if month["is_month"]) == 240_000
    assert months[-1]["paid"] == 5_000
    assert not months[-1]["is_month"]
    chosen = client.get(reverse("disbursement"), {"activity": two.pk}).context["months"]
    assert sum(month["planned"] for month in chosen) == 70_000
    assert client.get(reverse("disbursement"), {"activity": one.pk + 99}).status_code == 404


def test_disbursement_without_a_value_says_so(client: Client, plan: Plan) -> None:
    case = plan.contracted(plan.purchase())
    case.purchase.contracts.update(value=None)
    client.force_login(plan.staff)
    response = client.get(reverse("disbursement"))
    assert response.context["missing"] == 1
    assert response.context["total"].share is None


def test_disbursement_sheet_has_no_formula(client: Client, plan: Plan) -> None:
    activity = plan.activity(name='=HYPERLINK("http://x","y")', code="+1")
    case = plan.contracted(plan.purchase(activity, name="ก"), 500_000)
    plan.do(case, "pay", amount=Decimal(200_000), on=TODAY)
    client.force_login(plan.staff)
    response = client.get(reverse("disbursement_sheet"))
    assert response["Content-Type"].startswith("text/csv")
    head, row = list(csv.reader(io.StringIO(text(response).removeprefix("\ufeff"))))
    assert row[:2] == ["'+1", '\'=HYPERLINK("http://x","y")']
    assert row[2:5] == ["1000000.00", "500000.00", "200000.00"]
    assert len(head) == len(row) == 5 + 2 * 14
    assert sum(Decimal(cell) for cell in row[6::2]) == 200_000
