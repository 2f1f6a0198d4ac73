"""The builder of OCDS releases, with whatever a purchase may hold: the standard accepts what it makes of it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Unit
from procurement import ocds
from procurement.models import (
    Activity,
    Bid,
    CommitteeKind,
    Contract,
    Member,
    Milestone,
    Order,
    ProcurementMethod,
    Purchase,
    PurchaseCase,
    Supplier,
)
from procurement.ocds import Process
from procurement.published import Member as PublishedMember
from procurement.published import PublishedCommittee, PublishedPurchase, Status
from procurement.states import purchase as law
from tests.procurement.ocds_schema import faults_of, unknown_fields

SITE = "https://sodsong.example.go.th"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1))
BAHT = st.none() | st.decimals(0, Decimal("9999999999999.99"), places=2)
MOMENT = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@st.composite
def processes(draw: Any) -> Process:
    """A purchase in any state, with any days, money, contracts, offers and committees."""
    state = draw(st.sampled_from(law.ALL))
    unit = Unit(code=draw(st.text("ABC12-", min_size=1, max_size=8)), name_th=draw(TEXT))
    activity = Activity(unit=unit, fiscal_year=2570, code=draw(TEXT), name=draw(TEXT), budget=draw(BAHT))
    methods = [None, *(ProcurementMethod(code=code, name_th=code) for code in (*ocds.METHODS, "other"))]
    case = PurchaseCase(public_id="0123456789AB", opened_at=MOMENT)
    case.__dict__["state"] = state
    purchase = Purchase(
        case=case, activity=activity, name=draw(TEXT), project_number=draw(TEXT), method=draw(st.sampled_from(methods)),
        method_name=draw(TEXT), budget=draw(BAHT), reference_price=draw(BAHT), announced_on=draw(DAYS),
        awarded_on=draw(DAYS), cancelled_on=draw(DAYS),
    )  # fmt: skip
    suppliers = [Supplier(pk=number, name=draw(TEXT), tin="0105500000001") for number in range(3)]
    contracts = [
        Contract(
            number=f"{number}{draw(TEXT)}", supplier=draw(st.sampled_from([None, *suppliers])), value=draw(BAHT),
            signed_on=draw(DAYS), finish_on=draw(DAYS),
        )
        for number in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    offers = [
        Bid(supplier=supplier, amount=draw(BAHT), submitted_on=draw(DAYS), result=draw(st.sampled_from(Bid.Result)))
        for supplier in draw(st.sets(st.sampled_from(suppliers)))
    ]
    steps = [Milestone(code=code, planned_on=draw(DAYS), done_on=draw(DAYS)) for code in Milestone.Code]
    committees = [_committee(draw, number) for number in range(draw(st.integers(0, 2)))]
    row = PublishedPurchase(purchase, "", contracts, committees, steps)
    return Process(row, offers if contracts else [], MOMENT)


def _committee(draw: Any, number: int) -> PublishedCommittee:
    seats = [
        PublishedMember(
            Member.Duty.MEMBER, citizen=draw(st.booleans()), name="ลับ", network=draw(TEXT), since=draw(DAYS),
            status=draw(st.sampled_from(Status)), how=draw(st.sampled_from(["", "draw", "nomination"])),
        )
        for _each in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    order = Order(number=str(number), year=2569, dated_on=date(2026, 1, 1))
    return PublishedCommittee(CommitteeKind(code="ebidding", name_th="คณะ"), "ordered", [order], seats)


def released(process: Process) -> dict[str, Any]:
    return ocds.release(process, prefix="unregistered", site=SITE)


@given(st.lists(processes(), min_size=1, max_size=2))
def test_standard_accepts_whatever_a_purchase_holds(found: list[Process]) -> None:
    releases = [released(each) for each in found]
    package = ocds.package(releases, uri=f"{SITE}/x", publisher="สอดส่อง", site=SITE, links={})
    if len({each["id"] for each in releases}) == len(releases):
        assert faults_of(package) == []
        assert unknown_fields(package) == set()


@given(processes())
def test_every_reference_leads_to_a_party_and_every_contract_to_its_award(process: Process) -> None:
    release = released(process)
    parties = [each["id"] for each in release["parties"]]
    assert len(parties) == len(set(parties))
    tender = release["tender"]
    referred = [release["buyer"], tender["procuringEntity"], *tender.get("tenderers", [])]
    referred += [each for award in release.get("awards", []) for each in award.get("suppliers", [])]
    referred += [each for bid in release.get("bids", {}).get("details", []) for each in bid["tenderers"]]
    assert {each["id"] for each in referred} == set(parties)
    awards = [each["id"] for each in release.get("awards", [])]
    assert len(awards) == len(set(awards))
    assert {each["awardID"] for each in release.get("contracts", [])} <= set(awards)


@given(processes())
def test_tags_name_the_parts_that_are_there(process: Process) -> None:
    release = released(process)
    assert ("contract" in release["tag"]) == bool(release.get("contracts"))
    assert ("award" in release["tag"]) == bool(release.get("awards"))
    assert "planning" in release["tag"]


@given(processes())
def test_money_is_the_same_to_the_satang_and_nobody_is_named(process: Process) -> None:
    text = json.dumps(released(process), ensure_ascii=False)
    again = json.loads(text, parse_float=Decimal)
    for contract, told in zip(process.row.contracts, again.get("contracts", []), strict=True):
        if contract.value is not None:
            assert Decimal(told["value"]["amount"]) == contract.value
    assert "0105500000001" not in text
    assert '"ลับ"' not in text


@given(processes())
def test_release_says_the_same_of_the_same(process: Process) -> None:
    assert released(process) == released(process)


def test_what_the_standard_does_not_know_is_found() -> None:
    """The tests' own eyes: a missing field, a false date and a field of nobody's are seen."""
    package = ocds.package([{"ocid": "x", "id": "1", "date": "2026-11-21", "made_up": 1}], uri=SITE, publisher="x",
                           site=SITE, links={})  # fmt: skip
    faults = "\n".join(faults_of(package))
    for words in ("'tag' is a required property", "is not a 'date-time'"):
        assert words in faults
    assert unknown_fields(package) == {"made_up"}


@pytest.mark.parametrize("said", ["", "ocds-a1b2c3"])
def test_prefix_is_a_registered_one_or_says_that_it_is_none(said: str) -> None:
    from config.environment import ocid_prefix

    assert ocid_prefix({"SODSONG_OCID_PREFIX": said}) == (said or "unregistered")


@pytest.mark.parametrize("said", ["ocds", "ocds-A1B2C3", "ocds-a1b2c3d", "th-a1b2c3", "ocds-a1b2c3\n"])
def test_prefix_that_is_none_is_refused(said: str) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from config.environment import ocid_prefix

    with pytest.raises(ImproperlyConfigured, match="SODSONG_OCID_PREFIX"):
        ocid_prefix({"SODSONG_OCID_PREFIX": said})
