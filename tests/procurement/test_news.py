"""What happens to a seat reaches its citizen: as a notice, and as an e-mail that says nothing of it."""

import pytest
from django.core import mail
from django.utils import timezone

from notifications.models import Notice
from notifications.relay import relay
from procurement.actions.news import mail_news, waiting_for_mail
from procurement.models import Consent
from tests.support.purchases import Plan
from tests.support.seats import account_of, drawn, open_seat, pool

pytestmark = pytest.mark.django_db


def test_invited_citizen_is_told_and_mailed_once(plan: Plan) -> None:
    citizens = pool(plan, 1, private={"email": "a@example.org"})
    Consent.objects.create(citizen=citizens[0], purpose="contact", wording="ยินยอม", given_at=timezone.now())
    drawn(plan, size=1)
    seat = plan.do(plan.do(open_seat(plan, plan.committee()), "draw_next"), "invite")
    relay()
    assert [row.event for row in Notice.objects.filter(recipient=account_of(seat))] == ["invite"]
    assert waiting_for_mail() == [citizens[0].pk]
    assert mail_news(citizens[0].pk)
    assert not mail_news(citizens[0].pk)
    assert waiting_for_mail() == []
    (sent,) = mail.outbox
    assert sent.to == ["a@example.org"]
    assert "/my/" in sent.body
    assert seat.number not in sent.body + sent.subject


def test_who_did_not_agree_is_not_written_to(plan: Plan) -> None:
    citizens = pool(plan, 1, private={"email": "a@example.org"})
    drawn(plan, size=1)
    plan.do(plan.do(open_seat(plan, plan.committee()), "draw_next"), "invite")
    relay()
    assert waiting_for_mail() == []
    assert not citizens[0].mailed_up_to


def test_citizen_sees_no_case_of_the_agency(plan: Plan) -> None:
    from workflows.queries import known_to, visible_to

    pool(plan, 1)
    drawn(plan, size=1)
    seat = plan.do(plan.do(open_seat(plan, plan.committee()), "draw_next"), "invite")
    me = account_of(seat)
    assert not visible_to(me).exists()
    assert list(known_to(me).values_list("pk", flat=True)) == [seat.pk]
