"""What happens to a seat reaches its citizen: as a notice, and outside the pages where he agreed to be written to."""

from typing import Any

import pytest
from django.utils import timezone

from notifications.choices import address_of, wishes
from notifications.models import Delivery, Notice, Road
from notifications.relay import relay
from organisations.models import Role, User
from procurement.models import Citizen, Consent
from procurement.pool import contact
from procurement.pool.accounts import account_for
from procurement.pool.sealed import write_private
from tests.support.purchases import Plan
from tests.support.seats import account_of, drawn, open_seat, pool
from tests.support.world import make_person
from workflows.queries import known_among, visible_to

pytestmark = pytest.mark.django_db

ADDRESS = "citizen.of.the.pool@example.org"


def agree(citizen: Citizen, **changes: Any) -> Consent:
    facts = {"purpose": "contact", "wording": "ยินยอม", "given_at": timezone.now(), **changes}
    return Consent.objects.create(citizen=citizen, **facts)


def reached(user: User) -> set[str]:
    """How he is told outside the pages, whatever it is about."""
    return {f"{wish.email}{' line' if wish.line else ''}" for wish in wishes([user.pk]).values()}


def test_invited_citizen_is_told_and_written_to_once(plan: Plan) -> None:
    (citizen,) = pool(plan, 1, private={"email": ADDRESS})
    agree(citizen)
    drawn(plan, size=1)
    seat = plan.do(plan.do(open_seat(plan, plan.committee()), "draw_next"), "invite")
    relay()
    relay()
    me = account_of(seat)
    assert [row.event for row in Notice.objects.filter(recipient=me)] == ["invite"]
    (delivery,) = Delivery.objects.filter(recipient=me)
    assert (delivery.road, delivery.state, delivery.lines.count()) == ("email", "waiting", 1)
    assert address_of(me, delivery.road) == ADDRESS


def test_who_did_not_agree_is_told_on_the_pages_only(plan: Plan) -> None:
    pool(plan, 1, private={"email": ADDRESS})
    drawn(plan, size=1)
    seat = plan.do(plan.do(open_seat(plan, plan.committee()), "draw_next"), "invite")
    relay()
    me = account_of(seat)
    assert Notice.objects.filter(recipient=me).count() == 1
    assert not Delivery.objects.filter(recipient=me).exists()
    assert reached(me) == {"never"}
    assert address_of(me, Road.EMAIL) == ""


def test_address_is_given_only_while_he_agrees_has_one_and_may_sign_in(plan: Plan) -> None:
    (citizen,) = pool(plan, 1, private={"email": ADDRESS})
    me = account_for(citizen)
    agree(citizen, purpose="publish")
    assert reached(me) == {"never"}
    agreement = agree(citizen)
    assert (reached(me), address_of(me, Road.EMAIL), address_of(me, Road.LINE)) == ({"now"}, ADDRESS, "")

    me.is_active = False
    me.save()
    assert contact.address_of(me, Road.EMAIL) == ""
    me.is_active = True
    me.save()
    agreement.withdrawn_at = timezone.now()
    agreement.save()
    assert (reached(me), address_of(me, Road.EMAIL)) == ({"never"}, "")

    agree(citizen)
    write_private(citizen, {"phone": "0800000000"})
    citizen.save()
    assert (reached(me), address_of(me, Road.EMAIL)) == ({"never"}, "")


def test_address_in_the_account_of_a_citizen_is_not_used(plan: Plan) -> None:
    (citizen,) = pool(plan, 1, private={"email": ADDRESS})
    me = account_for(citizen)
    User.objects.filter(pk=me.pk).update(email="somewhere.else@example.org")
    assert (reached(me), address_of(me, Road.EMAIL)) == ({"never"}, "")


def test_book_knows_citizens_only(plan: Plan) -> None:
    (citizen,) = pool(plan, 1, private={"email": ADDRESS})
    me = account_for(citizen)
    officer = make_person("posted", plan.unit, Role.OFFICER)
    assert contact.address_of(officer, Road.EMAIL) is None
    assert contact.whose([me.pk, officer.pk]) == {me.pk: False}


def test_citizen_sees_no_case_of_the_agency(plan: Plan) -> None:
    pool(plan, 1)
    drawn(plan, size=1)
    seat = plan.do(plan.do(open_seat(plan, plan.committee()), "draw_next"), "invite")
    me = account_of(seat)
    assert not visible_to(me).exists()
    assert known_among(me, [seat.pk, seat.seat.committee_id]) == {seat.pk}
