"""The forms of the edges of a purchase: one for each that a person takes, and what they make of odd values."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils import timezone

from procurement.forms.fields import MoneyField, TaxNumberField, known_sum
from procurement.forms.purchase import FORMS
from procurement.forms.purchase_figures import NewPurchaseForm
from procurement.models import Bid, PurchaseCase, Supplier
from procurement.states.purchase import GRAPH
from tests.support.purchases import Plan
from workflows.actors import HasRole

TODAY = timezone.localdate()


def form(case: PurchaseCase, plan: Plan, edge: str, **typed: Any) -> Any:
    """A form as it was sent; without anything typed, as it is shown."""
    fresh = PurchaseCase.objects.get(pk=case.pk)
    return FORMS[edge](typed or None, case=fresh, user=plan.staff)


def bids(*rows: dict[str, Any]) -> dict[str, str]:
    """The rows of `record_bids` as they are sent."""
    sent = {"bids-TOTAL_FORMS": str(len(rows)), "bids-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        sent |= {f"bids-{number}-{name}": str(value) for name, value in {"result": "pending", **row}.items()}
    return sent


# --- The law ----------------------------------------------------------------------------------------------------------
def test_every_edge_of_a_person_has_a_form_and_no_other_has_one() -> None:
    wanted = {edge.name for edge in GRAPH.edges if edge.sources and any(isinstance(who, HasRole) for who in edge.by)}
    assert set(FORMS) == wanted


# --- Money and tax numbers --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,200,000.50", "1200000.50"),
        ("๑,๒๐๐,๐๐๐ บาท", "1200000"),
        (" 500 ", "500"),
        ("฿500", "500"),
        ("1 200 000", "1200000"),
        ("0", "0"),
        ("0.5", "0.50"),
        ("", None),
        ("-", None),
    ],
)
def test_money_as_people_type_it(typed: str, amount: str | None) -> None:
    assert MoneyField(required=False).clean(typed) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "typed", ["1,50", "1.234", "สามแสน", "1e9", "Infinity", "-5", "12,34,567", "99999999999999", "5 ล้าน", "+5"]
)
def test_money_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MoneyField(required=False).clean(typed)


@pytest.mark.parametrize(("typed", "amount"), [("-1,000", -1000), ("−๕๐๐", -500), ("+7", 7), ("1,000", 1000)])
def test_money_with_a_sign_where_it_may_have_one(typed: str, amount: int) -> None:
    assert MoneyField(signed=True).clean(typed) == amount


def test_money_is_shown_with_commas_and_kept_as_typed() -> None:
    assert MoneyField().prepare_value(Decimal("1234567.5")) == "1,234,567.50"
    assert MoneyField().prepare_value("๑,๒๓๔") == "๑,๒๓๔"


@pytest.mark.parametrize(
    ("typed", "tin"), [("0105500000001", "0105500000001"), ("๐-1055-00000-00-1", "0105500000001"), ("", "")]
)
def test_tax_number_as_people_type_it(typed: str, tin: str) -> None:
    assert TaxNumberField(required=False).clean(typed) == tin


@pytest.mark.parametrize("typed", ["123", "01055000000012", "130990115xxxx", "²105500000001"])
def test_tax_number_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        TaxNumberField(required=False).clean(typed)


def test_sum_of_what_is_not_known_is_not_known() -> None:
    assert known_sum([Decimal(1), Decimal(2)]) == 3
    assert known_sum([Decimal(1), None]) is None
    assert known_sum([]) == 0


# --- Bidders ----------------------------------------------------------------------------------------------------------
pytestmark = pytest.mark.django_db


def announced(plan: Plan) -> PurchaseCase:
    """A purchase whose offers are considered."""
    return plan.do(plan.purchase(), "announce", on=TODAY)


def test_bidder_is_found_by_his_number_or_made(plan: Plan) -> None:
    case, known = announced(plan), plan.supplier()
    sent = bids(
        {"tin": known.tin, "name": "ชื่ออื่น", "amount": "๙๐๐,๐๐๐"},
        {"tin": "0105500000009", "name": "ร้านใหม่", "amount": "950,000", "submitted_on": TODAY.isoformat()},
        {"name": "ไม่มีเลข"},
        {},
    )
    typed = form(case, plan, "record_bids", **sent)
    assert typed.is_valid(), typed.rows.errors
    found = typed.facts()["bids"]
    assert [row["supplier"].name for row in found] == [known.name, "ร้านใหม่", "ไม่มีเลข"]
    assert found[0]["supplier"] == known
    assert [row["amount"] for row in found] == [900_000, 950_000, None]
    plan.do(case, "record_bids", bids=found)
    # The same again finds them all.
    again = form(case, plan, "record_bids", **sent)
    assert again.is_valid()
    assert {row["supplier"] for row in again.facts()["bids"]} == {row["supplier"] for row in found}
    assert Supplier.objects.count() == 3


def test_reason_is_for_everybody_where_it_was_written_beside_the_sentence(plan: Plan) -> None:
    case, known = announced(plan), plan.supplier()

    def sent(**row: Any) -> None:
        typed = form(case, plan, "record_bids", **bids({"supplier": known.pk, "amount": "5", **row}))
        assert typed.is_valid(), typed.rows.errors
        plan.do(case, "record_bids", **typed.facts())

    def told() -> tuple[str, bool]:
        bid = Bid.objects.get(supplier=known)
        return bid.note, bid.public_reason

    plan.do(case, "record_bids", bids=[{"supplier": known, "amount": 4, "note": "เขียนไว้ก่อน"}])
    assert told() == ("เขียนไว้ก่อน", False)
    # Another figure of the row is corrected: the reason is still the old one.
    sent(note="เขียนไว้ก่อน")
    assert told() == ("เขียนไว้ก่อน", False)
    sent(note="ราคาต่ำสุด")
    assert told() == ("ราคาต่ำสุด", True)
    sent(note="ราคาต่ำสุด", amount="6")
    assert told() == ("ราคาต่ำสุด", True)
    # An import that brings another reason takes the mark away; one that brings another price does not.
    plan.do(case, "record_bids", bids=[{"supplier": known, "amount": 7}])
    assert told() == ("ราคาต่ำสุด", True)
    plan.do(case, "record_bids", bids=[{"supplier": known, "note": "นำเข้า"}])
    assert told() == ("นำเข้า", False)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"tin": "0105500000009"}, "name"),
        ({"amount": "5"}, "name"),
        ({"tin": "12", "name": "ก"}, "tin"),
        ({"name": "ก", "amount": "-5"}, "amount"),
        ({"name": "ก", "result": "disqualified"}, "note"),
        ({"name": "ก", "result": "won"}, "result"),
        ({"name": "ก", "submitted_on": "พรุ่งนี้"}, "submitted_on"),
    ],
)
def test_bidder_wrong(plan: Plan, row: dict[str, str], wrong: str) -> None:
    typed = form(announced(plan), plan, "record_bids", **bids(row))
    assert not typed.is_valid()
    assert wrong in typed.rows.forms[0].errors


def test_bidder_on_record_is_changed_by_his_key_wherever_his_row_stands(plan: Plan) -> None:
    case = announced(plan)
    first, second = plan.supplier(), plan.supplier("0105500000002", "ข")
    kept = {"submitted_on": None, "result": "pending", "note": ""}
    offers = ((first, 1), (second, 2))
    case = plan.do(
        case, "record_bids", bids=[{"supplier": who, "amount": Decimal(much), **kept} for who, much in offers]
    )
    shown = form(case, plan, "record_bids")
    assert [str(title) for title, _row in shown.titled_rows()][:2] == [first.name, second.name]
    assert "tin" not in shown.rows.forms[0].fields
    sent = bids({"supplier": second.pk, "amount": "5"}, {"supplier": first.pk, "amount": "1.00"})
    typed = form(case, plan, "record_bids", **sent)
    assert typed.is_valid()
    assert [(row["supplier"], row["amount"]) for row in typed.facts()["bids"]] == [(second, 5)]


def test_bidder_of_another_purchase_is_none_on_record(plan: Plan) -> None:
    other = plan.supplier("0105500000002", "ข")
    typed = form(announced(plan), plan, "record_bids", **bids({"supplier": other.pk, "amount": "5"}))
    assert not typed.is_valid()


def test_nothing_changed_gives_no_bids(plan: Plan) -> None:
    case = announced(plan)
    kept = {"submitted_on": TODAY, "result": "pending", "note": "ก"}
    case = plan.do(case, "record_bids", bids=[{"supplier": plan.supplier(), "amount": Decimal(5), **kept}])
    row = {"supplier": plan.supplier().pk, "amount": "5.00", "submitted_on": TODAY.isoformat(), "note": "ก"}
    typed = form(case, plan, "record_bids", **bids(row, {}))
    assert typed.is_valid()
    assert typed.facts()["bids"] == []


@pytest.mark.parametrize("total", ["²", "9" * 5000, "-1", "", "x"])
def test_more_rows_after_a_count_that_is_none(plan: Plan, total: str) -> None:
    typed = form(announced(plan), plan, "record_bids", **{"bids-TOTAL_FORMS": total, "more": "1"})
    assert 3 <= len(typed.rows.forms) <= 99


def test_result_after_the_award_may_be_any(plan: Plan) -> None:
    case = plan.do(announced(plan), "award", on=TODAY, winner=plan.supplier())
    typed = form(case, plan, "record_bids", **bids({"supplier": plan.supplier().pk, "result": "lost"}))
    assert typed.is_valid()
    assert typed.facts()["bids"][0]["result"] == "lost"


# --- Award and contract -----------------------------------------------------------------------------------------------
def test_winner_is_chosen_among_the_bidders(plan: Plan) -> None:
    case = announced(plan)
    out = plan.supplier("0105500000002", "ข")
    kept = {"amount": Decimal(5), "submitted_on": None}
    rows = [
        {"supplier": plan.supplier(), "result": "pending", "note": "", **kept},
        {"supplier": out, "result": "disqualified", "note": "ไม่ครบ", **kept},
    ]
    case = plan.do(case, "record_bids", bids=rows)
    shown = form(case, plan, "award")
    assert set(shown.fields) == {"on", "winner"}
    assert not form(case, plan, "award", on=TODAY, winner=out.pk).is_valid()
    typed = form(case, plan, "award", on=TODAY, winner=plan.supplier().pk)
    assert typed.is_valid()
    assert typed.facts() == {"on": TODAY, "winner": plan.supplier()}


def test_winner_without_bidders_is_entered(plan: Plan) -> None:
    case = announced(plan)
    assert "winner" not in form(case, plan, "award").fields
    assert not form(case, plan, "award", on=TODAY).is_valid()
    typed = form(case, plan, "award", on=TODAY, name="ร้านใหม่")
    assert typed.is_valid()
    assert typed.facts()["winner"].name == "ร้านใหม่"


def test_contract_offers_the_winner_first_and_takes_another(plan: Plan) -> None:
    case = plan.do(announced(plan), "award", on=TODAY, winner=plan.supplier())
    Bid.objects.update(amount=Decimal(900_000))
    shown = form(case, plan, "sign_contract")
    assert shown.fields["supplier"].initial == plan.supplier().pk
    assert shown.fields["value"].initial == 900_000
    about = {"number": "1/2570", "value": "900,000", "on": TODAY}
    assert form(case, plan, "sign_contract", **about, supplier=plan.supplier().pk).facts_if_valid() == plan.supplier()
    assert not form(case, plan, "sign_contract", **about).is_valid()
    assert form(case, plan, "sign_contract", **about, name="ผู้รับช่วง").facts_if_valid().name == "ผู้รับช่วง"


@pytest.fixture(autouse=True)
def _facts_if_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short way to the supplier of a valid contract form."""

    def supplier(self: Any) -> Any:
        assert self.is_valid(), self.errors
        return self.facts()["supplier"]

    monkeypatch.setattr(FORMS["sign_contract"], "facts_if_valid", supplier, raising=False)


def test_contract_cannot_end_before_it_is_signed(plan: Plan) -> None:
    case = announced(plan)
    about = {"number": "1", "value": "1", "name": "ก", "on": TODAY}
    typed = form(case, plan, "sign_contract", **about, finish_on=TODAY - timedelta(days=1))
    assert not typed.is_valid()
    assert set(typed.errors) == {"finish_on"}


# --- Payment and dates ------------------------------------------------------------------------------------------------
def test_payment_knows_what_is_open(plan: Plan) -> None:
    case = plan.do(plan.contracted(plan.purchase()), "pay", amount=Decimal(100_000), on=TODAY)
    shown = form(case, plan, "pay")
    assert "800,000.00" in shown.question
    assert shown.fields["contract"].initial == case.purchase.contracts.get().pk
    other = plan.contracted(plan.purchase(plan.activity(name="ข")))
    foreign = other.purchase.contracts.get().pk
    assert not form(case, plan, "pay", amount="1", on=TODAY, contract=foreign).is_valid()


@pytest.mark.parametrize(("paid", "told"), [(900_000, "900,000.00"), (500_000, "500,000.00")])
def test_completing_says_what_was_paid(plan: Plan, paid: int, told: str) -> None:
    case = plan.do(plan.contracted(plan.purchase()), "pay", amount=Decimal(paid), on=TODAY)
    question = str(form(case, plan, "complete").question)
    assert (told in question) is (paid != 900_000)


def test_dates_of_steps_that_are_reached_are_not_asked(plan: Plan) -> None:
    shown = form(announced(plan), plan, "set_dates")
    assert "announce" not in shown.fields
    typed = form(announced(plan), plan, "set_dates", deliver=(TODAY + timedelta(days=9)).isoformat())
    assert typed.is_valid()
    assert typed.facts()["dates"] == {
        "contract": None, "deliver": TODAY + timedelta(days=9), "inspect": None, "pay": None,
    }  # fmt: skip


# --- Figures ----------------------------------------------------------------------------------------------------------
def figures(case: PurchaseCase, plan: Plan, **changes: Any) -> Any:
    """The form of `revise` sent as it was shown, but for `changes`."""
    shown = form(case, plan, "revise")
    sent = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    sent |= {"reasons": "ตามเอกสาร", **changes}
    typed = form(case, plan, "revise", **{name: "" if value is None else value for name, value in sent.items()})
    assert typed.is_valid(), typed.errors
    return typed.facts()


def test_figures_that_stay_are_no_version(plan: Plan) -> None:
    facts = figures(plan.contracted(plan.purchase()), plan)
    assert (facts["figures"], facts["contracts"]) == ({}, {})


def test_figures_that_differ(plan: Plan) -> None:
    case = plan.contracted(plan.purchase())
    facts = figures(case, plan, reference_price="880,000", name=" ใหม่ ", method="selection")
    assert facts["figures"] == {"reference_price": Decimal(880_000), "name": "ใหม่", "method_id": "selection"}
    case = plan.do(case, "revise", **facts)
    assert (case.purchase.method_id, case.subject) == ("selection", "ใหม่")


def test_value_of_a_contract_takes_the_total_with_it(plan: Plan) -> None:
    case = plan.contracted(plan.purchase())
    row = case.purchase.contracts.get()
    facts = figures(case, plan, **{f"contract_{row.pk}_value": "910,000"})
    assert facts["contracts"] == {row.pk: {"value": Decimal(910_000)}}
    case = plan.do(case, "revise", **facts)
    assert case.purchase.total_value == 910_000
    assert case.purchase.contracts.get().value == 910_000


def test_e_gp_number_of_another_purchase_is_refused(plan: Plan) -> None:
    plan.purchase(project_number="69117000001")
    typed = form(plan.purchase(plan.activity(name="ข")), plan, "revise", project_number="69117000001", name="ข")
    assert not typed.is_valid()
    assert "project_number" in typed.errors


def test_grouping_shows_its_effect_and_leaves_all_as_it_is(plan: Plan) -> None:
    case, target = plan.purchase(), plan.activity(5_000, name="ถนนทั้งสาย")
    typed = form(case, plan, "group", activity=target.pk)
    assert typed.is_valid()
    assert typed.preview()
    assert PurchaseCase.objects.get(pk=case.pk).ledger_seq == case.ledger_seq
    assert PurchaseCase.objects.get(pk=case.pk).purchase.activity_id != target.pk
    assert not form(case, plan, "group", activity=case.purchase.activity_id).is_valid()


# --- A new purchase ---------------------------------------------------------------------------------------------------
def test_new_purchase_has_its_dates_in_order(plan: Plan) -> None:
    activity = plan.activity()
    later, sooner = (TODAY + timedelta(days=days) for days in (9, 5))
    wrong = NewPurchaseForm({"name": "ก", "announce": later, "deliver": sooner}, activity=activity)
    assert set(wrong.errors) == {"deliver"}
    right = NewPurchaseForm({"name": "ก", "announce": sooner, "deliver": later}, activity=activity)
    assert right.is_valid()
    assert right.facts()["dates"] == {"announce": sooner, "deliver": later}


def test_new_purchase_may_be_a_re_tender(plan: Plan) -> None:
    activity = plan.activity()
    assert "retender_of" not in NewPurchaseForm(activity=activity).fields
    gone = plan.do(plan.purchase(activity), "cancel", plan.approver, reasons="ไม่มีผู้ยื่น")
    right = NewPurchaseForm({"name": "ครั้งที่ 2", "retender_of": gone.pk}, activity=activity)
    assert right.is_valid()
    assert right.facts()["retender_of"] == gone.purchase
