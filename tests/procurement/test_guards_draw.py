"""What each edge of a draw needs, one by one."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from organisations.calendar import quarter_of
from procurement.models import Citizen, Draw, DrawCase
from tests.support.procurement_ways import day, refused
from tests.support.purchases import Plan
from tests.support.seat_ways import draw_in, keeper
from tests.support.seats import LOTTERY, announce, join_pool, pool
from workflows.actors import Actor
from workflows.refusals import Missing
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db


def announcement(**facts: Any) -> dict[str, Any]:
    """Complete facts of an announcement of this quarter."""
    year, quarter = quarter_of(timezone.localdate())
    return {
        "fiscal_year": year, "quarter": quarter, "size": 2, "seed_source": "lottery", "seed_name": "งวดวันที่ 16",
        "seed_known_at": timezone.now() + timedelta(days=1), **facts,
    }  # fmt: skip


def not_announced(plan: Plan, guard: str, **facts: Any) -> None:
    """The guard of that code refuses the announcement, and nothing is written."""
    before = DrawCase.objects.count()
    with pytest.raises(Missing) as caught:
        open_case("draw", "announce", Actor.person(plan.staff), unit=plan.unit, **announcement(**facts))
    assert caught.value.field == guard, caught.value.sentence
    assert str(caught.value.sentence).strip()
    assert DrawCase.objects.count() == before


def test_quarter_is_this_one_or_one_of_the_next_year(plan: Plan) -> None:
    pool(plan, 3)
    year, quarter = quarter_of(timezone.localdate())
    for wrong in ((year, 0), (year, 5), (year + 2, 1), (None, None)):
        not_announced(plan, "quarter_to_come_or_running", fiscal_year=wrong[0], quarter=wrong[1])
    before = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    not_announced(plan, "quarter_to_come_or_running", fiscal_year=before[0], quarter=before[1])
    for right in ((year, quarter), (year + 1, 1), (year + 1, 4)):
        facts = announcement(fiscal_year=right[0], quarter=right[1])
        assert (
            open_case("draw", "announce", Actor.person(plan.staff), unit=plan.unit, **facts).state == "draw_announced"
        )


def test_one_draw_a_unit_and_quarter_unless_it_was_annulled(plan: Plan) -> None:
    pool(plan, 3)
    case = announce(plan)
    not_announced(plan, "only_one_a_quarter")
    plan.do(case, "annul", plan.approver, reasons="พิมพ์ผิด")
    assert announce(plan).state == "draw_announced"


def test_draw_needs_people_and_no_more_seats_than_there_are(plan: Plan) -> None:
    not_announced(plan, "somebody_eligible")
    pool(plan, 2)
    not_announced(plan, "somebody_eligible", size=3)
    elsewhere = join_pool(plan.citizen("นาย อื่น ไกล", unit=plan.world.other), plan.staff)
    not_announced(plan, "somebody_eligible", size=3)
    Citizen.objects.update(away_until=day())
    not_announced(plan, "somebody_eligible", size=1)
    assert elsewhere.pk


def test_value_is_named_and_nobody_can_know_it_yet(plan: Plan) -> None:
    pool(plan, 3)
    not_announced(plan, "value_still_unknown", seed_name=" ")
    not_announced(plan, "value_still_unknown", seed_known_at=None)
    not_announced(plan, "value_still_unknown", seed_known_at=timezone.now() - timedelta(seconds=1))


def test_value_is_entered_when_it_is_known_and_as_it_is_printed(plan: Plan) -> None:
    refused(plan, draw_in(plan, "draw_announced"), "hold_draw", "value_is_known_by_now", keeper(plan), seed=LOTTERY)
    Draw.objects.update(seed_known_at=timezone.now() - timedelta(minutes=1))
    case = DrawCase.objects.get()
    for wrong in ("", "123456", "12345 111 222 333 444 55", "123456 111 222 333 444 5", "12345๖ 111 222 333 444 5x"):
        refused(plan, case, "hold_draw", "public_value", keeper(plan), seed=wrong)
    case = plan.do(case, "hold_draw", keeper(plan), seed=f" {LOTTERY}  ")
    assert case.draw.seed["text"] == LOTTERY


def test_beacon_has_64_hexadecimal_digits(plan: Plan) -> None:
    pool(plan, 3)
    case = announce(plan, seed_source="beacon", seed_name="drand 5000000")
    Draw.objects.update(seed_known_at=timezone.now() - timedelta(minutes=1))
    for wrong in ("f" * 63, "g" * 64, LOTTERY):
        refused(plan, case, "hold_draw", "public_value", seed=wrong)
    assert plan.do(case, "hold_draw", seed="0x" + "0f" * 32).state == "draw_done"


@pytest.mark.parametrize("edge", ["annul", "extend"])
def test_who_announced_or_held_it_does_not_decide(plan: Plan, edge: str) -> None:
    case = draw_in(plan, "draw_announced")
    facts = {"clock": case.clocks.get(stopped_on=None), "days": 2} if edge == "extend" else {}
    refused(plan, case, edge, "not_who_announced", keeper(plan), reasons="เหตุผล", **facts)
    refused(plan, case, edge, "reasons", plan.approver, reasons=" ", **facts)
    plan.do(case, edge, plan.approver, reasons="เหตุผล", **facts)


def test_acts_need_what_they_record(plan: Plan) -> None:
    case = draw_in(plan, "draw_announced")
    refused(plan, case, "note", "text", text="")
    refused(plan, case, "attach", "file", files=[])
    refused(plan, case, "take_over", "not_the_holder", keeper(plan))
    clock = case.clocks.get(stopped_on=None)
    refused(plan, case, "extend", "running_clock", plan.approver, clock=None, days=2, reasons="รอ")
    refused(plan, case, "extend", "days", plan.approver, clock=clock, days=0, reasons="รอ")
