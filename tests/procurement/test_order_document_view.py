"""The order and its draft as PDF, over HTTP: who gets it, in which numerals, under which name."""

from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from organisations.models import User
from procurement.documents.order import order_pdf
from procurement.models import CommitteeCase, Order
from tests.support.purchases import Plan

pytestmark = pytest.mark.django_db


def order_url(case: CommitteeCase, order: Order | None = None) -> str:
    """The address of an order; of the first one when none is named."""
    return reverse("order_document", args=[case.public_id, (order or case.committee.orders.all()[0]).pk])


def draft_url(case: CommitteeCase) -> str:
    """The address of the draft."""
    return reverse("draft_document", args=[case.public_id])


def name_of(response: object) -> str:
    """The file name an answer gives, whatever its letters (RFC 5987)."""
    return unquote(str(response["Content-Disposition"]).split("filename*=utf-8''")[1])  # type: ignore[index]


def test_document_anonymous_goes_to_sign_in(client: Client, plan: Plan) -> None:
    case, draft = plan.ordered(plan.committee()), plan.committee()
    for address in (order_url(case), draft_url(draft)):
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("name", ["stranger", "officer", "administrator"])
def test_document_for_somebody_of_another_unit_or_role_is_404(client: Client, plan: Plan, name: str) -> None:
    case, draft = plan.ordered(plan.committee()), plan.committee()
    client.force_login(getattr(plan.world, name))
    assert client.get(order_url(case)).status_code == 404
    assert client.get(draft_url(draft)).status_code == 404


@pytest.mark.parametrize("name", ["staff", "staff2", "upper_staff", "approver"])
def test_document_for_readers_is_the_order_as_it_was_frozen(client: Client, plan: Plan, name: str) -> None:
    case = plan.ordered(plan.committee(citizen=True), "12")
    order = case.committee.orders.get()
    user: User = getattr(plan, name)
    client.force_login(user)
    case.committee.purchase.name = "ชื่อใหม่"
    case.committee.purchase.save()
    response = client.get(order_url(case))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content == order_pdf(order.content)
    assert response["Content-Disposition"].startswith("inline")
    assert name_of(response) == f"คำสั่งแต่งตั้ง ที่ 12-{order.year}.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_numerals_are_those_of_the_address_or_of_the_reader(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee(citizen=True))
    stored = case.committee.orders.get().content
    thai, arabic = order_pdf(stored, thai_numerals=True), order_pdf(stored)
    client.force_login(plan.staff)
    assert client.get(order_url(case)).content == arabic
    assert client.get(order_url(case), {"numerals": "thai"}).content == thai
    assert client.get(order_url(case), {"numerals": "roman"}).content == arabic
    User.objects.filter(pk=plan.staff.pk).update(thai_numerals=True)
    assert client.get(order_url(case)).content == thai
    assert client.get(order_url(case), {"numerals": "arabic"}).content == arabic


def test_order_of_another_committee_or_of_none_is_404(client: Client, plan: Plan) -> None:
    case, other = plan.ordered(plan.committee(), "1"), plan.ordered(plan.committee(), "2")
    client.force_login(plan.staff)
    assert client.get(order_url(case, other.committee.orders.get())).status_code == 404
    assert client.get(reverse("order_document", args=[case.public_id, 10**9])).status_code == 404
    assert client.get(reverse("order_document", args=["nothing", 1])).status_code == 404


def test_number_of_a_register_with_a_slash_makes_a_file_name(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee(), "มท 0519/7")
    client.force_login(plan.staff)
    assert name_of(client.get(order_url(case))).startswith("คำสั่งแต่งตั้ง ที่ มท 0519-7-")


def test_draft_is_there_as_long_as_there_is_one(client: Client, plan: Plan) -> None:
    case = plan.committee(citizen=True)
    client.force_login(plan.staff)
    response = client.get(draft_url(case))
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    assert name_of(response) == f"ร่างคำสั่งแต่งตั้ง {case.number}.pdf"
    for edge in ("lint", "approve"):
        case = plan.do(case, edge, plan.approver if edge == "approve" else None)
        assert client.get(draft_url(case)).status_code == 200
    case = plan.do(case, "sign_order", plan.approver, number="3", on=timezone.localdate())
    assert client.get(draft_url(case)).status_code == 404
    case = plan.do(case, "amend", reasons="ย้าย")
    assert name_of(client.get(draft_url(case))).startswith("ร่างคำสั่งแก้ไขเพิ่มเติม")
    case = plan.do(case, "drop_amendment")
    assert client.get(draft_url(case)).status_code == 404
    discarded = plan.do(plan.committee(), "discard", reasons="ไม่ใช้")
    assert client.get(draft_url(discarded)).status_code == 404


def test_document_takes_nothing_but_get(client: Client, plan: Plan) -> None:
    client.force_login(plan.staff)
    case = plan.ordered(plan.committee())
    assert client.post(order_url(case)).status_code == 405
    assert client.post(draft_url(case)).status_code == 405


def test_draft_asks_as_much_for_many_members_as_for_few(
    client: Client, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = plan.committee(citizen=True)
    client.force_login(plan.staff)
    with django_assert_max_num_queries(30) as few:
        client.get(draft_url(case))
    for number in range(12):
        case = plan.do(case, "add_member", person=plan.official(f"นาย คน {number}"), duty="member")
    with django_assert_max_num_queries(len(few)):
        client.get(draft_url(case))
