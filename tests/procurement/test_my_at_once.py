"""The same form from two places at the same moment: one report, one complaint."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from complaints.models import ComplaintCase
from procurement.actions.own_seat import complain, send_report
from procurement.models import Observation, SeatCase
from tests.procurement.my_support import checked_photo, in_office
from tests.support.purchases import Plan
from tests.support.seats import account_of
from workflows.models import CaseLink

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


def at_once(act: Callable[[], Any]) -> list[Any]:
    """What came of the same thing done in several threads that begin together."""
    begin = Barrier(TIMES)

    def once() -> Any:
        try:
            begin.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return [future.result() for future in [pool.submit(once) for _time in range(TIMES)]]


def test_report_sent_at_once_is_one(plan: Plan) -> None:
    seat, _committee = in_office(plan)
    me, today = account_of(seat), timezone.localdate()

    def send() -> bool:
        case = SeatCase.objects.get(pk=seat.pk)
        return send_report(case, me, token="t" * 20, observed_on=today, seen="ครบ", files=[checked_photo()])[1]

    assert sorted(at_once(send)) == [False, False, False, True]
    assert Observation.objects.get().files.count() == 1
    assert seat.attachments.count() == 1


def test_complaint_filed_at_once_is_one(plan: Plan) -> None:
    seat, _committee = in_office(plan)
    me = account_of(seat)
    send_report(seat, me, token="t" * 20, observed_on=timezone.localdate(), seen="ครบ")

    def file() -> str:
        report = Observation.objects.select_related("seat__committee__purchase", "seat__committee__kind").get()
        return complain(report, me, text="เห็นรถคันเดียวกัน", secret="s" * 43, named=True, corruption=False)

    assert len(set(at_once(file))) == 1
    assert ComplaintCase.objects.filter(kind="complaint").count() == 1
    assert CaseLink.objects.count() == 2
