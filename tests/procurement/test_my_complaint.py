"""A complaint out of a report: with a name it is linked, without one nothing that is stored tells whose it is."""

import json
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import ComplainantIdentity, ComplaintCase, ComplaintKind
from procurement.actions.own_seat import send_report
from procurement.conflicts.reading import bidders_of, suspect_of
from procurement.forms.own_seat_report import ComplaintForm
from procurement.models import Observation, Purchase, SeatCase
from procurement.pool.sealed import write_private
from tests.procurement.my_support import checked_photo, in_office, read
from tests.support.purchases import Plan
from tests.support.seats import account_of
from workflows.models import CaseLink, LedgerEntry, OutboxRow

pytestmark = pytest.mark.django_db
SECRET = "s" * 43
SEEN = "ผู้เสนอราคาสองรายมาด้วยรถคันเดียวกัน"


@pytest.fixture
def seat(plan: Plan, client: Client) -> SeatCase:
    """A seat with a report and a photo, its citizen signed in."""
    case, _committee = in_office(plan)
    me = account_of(case)
    citizen = me.citizen
    write_private(citizen, {"phone": "081 234 5678"})
    citizen.save()
    send_report(case, me, token="t" * 20, observed_on=timezone.localdate(), seen=SEEN, files=[checked_photo()])
    client.force_login(me)
    return case


def file(client: Client, seat: SeatCase, **data: Any) -> Any:
    """Send the form, with a name unless said otherwise."""
    typed = {"secret": SECRET, "who": "named", "text": SEEN}
    return client.post(reverse("my_complaint", args=[seat.public_id, 1]), {**typed, **data})


def code_of(answer: Any) -> str:
    found = re.search(r'data-code="([0-9A-Z-]{29})"', answer.content.decode())
    assert found is not None
    return found[1]


def test_form_begins_with_the_report(client: Client, seat: SeatCase) -> None:
    page = read(client, "my_complaint", seat.public_id, 1)
    assert SEEN in page
    assert "/complaint/1/" in read(client, "my_seat", seat.public_id)
    assert client.get(reverse("my_complaint", args=[seat.public_id, 2])).status_code == 404


def test_named_complaint_is_linked_and_sealed(client: Client, seat: SeatCase) -> None:
    answer = file(client, seat, photos="on")
    assert answer.status_code == 200
    case = ComplaintCase.objects.get(kind="complaint")
    assert case.category == "procurement_bidding"
    assert case.complaint.text.startswith(SEEN)
    assert seat.seat.committee.purchase.case.number in case.complaint.text
    assert CaseLink.objects.filter(source=seat.pk, target=case.pk, relation="led_to").exists()
    assert CaseLink.objects.filter(source=case.pk, target=seat.seat.committee.purchase_id, relation="about").exists()
    assert ComplainantIdentity.objects.get().phone_hash
    assert case.attachments.count() == 1
    client.logout()
    followed = client.post(reverse("follow"), {"receipt": code_of(answer)})
    assert followed.status_code == 302


def test_sent_again_is_one_complaint_with_the_same_receipt(client: Client, seat: SeatCase) -> None:
    first, second = file(client, seat), file(client, seat)
    assert code_of(first) == code_of(second)
    assert ComplaintCase.objects.filter(kind="complaint").count() == 1
    assert CaseLink.objects.count() == 2


def test_complaint_out_of_duty_is_no_conflict_of_his(client: Client, seat: SeatCase) -> None:
    file(client, seat)
    purchase = seat.seat.committee.purchase_id
    assert suspect_of(seat.seat, bidders_of(purchase)).complaints == 0


def test_words_of_the_report_are_refused_without_a_name(client: Client, seat: SeatCase) -> None:
    answer = file(client, seat, who="anonymous", text=f"ข้าพเจ้าเห็นว่า {SEEN}")
    assert answer.status_code == 422
    assert "word for word" in answer.content.decode()
    assert not ComplaintCase.objects.filter(kind="complaint").exists()


@pytest.mark.parametrize("how", [{"who": "anonymous"}, {"who": "anonymous", "corruption": "on"}])
def test_anonymous_complaint_is_traced_by_nothing(client: Client, seat: SeatCase, how: dict[str, str]) -> None:
    before = LedgerEntry.objects.count()
    answer = file(client, seat, text="เห็นรถคันเดียวกันส่งผู้เสนอราคา", photos="on", **how)
    assert answer.status_code == 200
    case = ComplaintCase.objects.get(kind="complaint")
    _nothing_tells(case, seat)
    assert not ComplainantIdentity.objects.exists()
    assert case.complaint.anonymous
    assert case.protected is ("corruption" in how)
    assert LedgerEntry.objects.count() == before + 2
    assert code_of(answer) not in _sessions()
    assert case.public_id not in _sessions()


def test_named_matter_of_corruption_is_not_linked_to_the_seat(client: Client, plan: Plan, seat: SeatCase) -> None:
    file(client, seat, corruption="on", photos="on")
    case = ComplaintCase.objects.get(kind="complaint")
    _nothing_tells(case, seat)
    assert case.protected
    assert case.unit_id != seat.unit_id
    assert SEEN not in case.complaint.text
    assert case.attachments.count() == 0
    identity = ComplainantIdentity.objects.get()
    assert identity.sealed
    client.force_login(plan.staff)
    purchase = seat.seat.committee.purchase.case
    assert case.number not in client.get(reverse("purchase", args=[purchase.public_id])).content.decode()


def _nothing_tells(case: ComplaintCase, seat: SeatCase) -> None:
    me = account_of(seat)
    link = CaseLink.objects.get()
    assert (link.source_id, link.relation, link.by) == (case.pk, "about", None)
    assert not LedgerEntry.objects.filter(case=case.pk).exclude(actor=None).exists()
    rows = [*LedgerEntry.objects.filter(case=case.pk), *OutboxRow.objects.filter(case=case.pk), case.complaint]
    told = serializers.serialize("json", rows)
    assert me.username not in told
    assert seat.public_id not in told
    assert seat.seat.person.name not in told
    assert seat.attachments.get().sha256 not in json.dumps(list(case.attachments.values_list("sha256", flat=True)))
    # No row that was written before knows it: the ledger of the seat has not grown.
    assert not LedgerEntry.objects.filter(case=seat.pk, at__gte=case.opened_at).exists()


def _sessions() -> str:
    return json.dumps([row.get_decoded() for row in Session.objects.all()])


def test_complaint_that_becomes_protected_forgets_where_it_came_from(
    client: Client, plan: Plan, seat: SeatCase
) -> None:
    file(client, seat)
    case: Any = ComplaintCase.objects.get(kind="complaint")
    assert CaseLink.objects.filter(relation="led_to").exists()
    case = plan.do(case, "start_screening", plan.world.screener)
    plan.do(case, "change_kind", plan.world.screener, kind=ComplaintKind.objects.get(pk="corruption"))
    link = CaseLink.objects.get()
    assert (link.relation, link.by) == ("about", None)


def test_part_of_a_sentence_of_the_report_is_found_too(seat: SeatCase) -> None:
    row = Observation.objects.get()
    typed = {"secret": SECRET, "who": "anonymous"}
    assert not ComplaintForm({**typed, "text": f"ได้ยินว่า {SEEN[3:36]}"}, report=row).is_valid()
    assert ComplaintForm({**typed, "text": f"ได้ยินว่า {SEEN[3:25]}"}, report=row).is_valid()
    name = "ก่อสร้างถนนคอนกรีตเสริมเหล็กสายบ้านสมมุติหมู่ที่เก้า"
    Purchase.objects.filter(pk=seat.seat.committee.purchase_id).update(name=name)
    Observation.objects.update(seen=f"{name} ไม่มีป้าย")
    row = Observation.objects.get()
    assert ComplaintForm({**typed, "text": f"โครงการ{name}ใช้ปูนเก่า"}, report=row).is_valid()


def test_report_of_another_seat_is_not_there(client: Client, plan: Plan, seat: SeatCase) -> None:
    other = next(row for row in Observation.objects.all())
    client.force_login(plan.staff)
    assert client.get(reverse("my_complaint", args=[seat.public_id, other.number])).status_code == 404
