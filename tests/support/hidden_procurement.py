"""What procurement hides from those who do not read it there: purchases, committees, citizen seats and draws."""

from collections.abc import Callable
from dataclasses import replace

from organisations.models import Role
from procurement.models import CommitteeCase, DrawCase, Order, PurchaseCase, SeatCase
from tests.support.crowd import UNKNOWN, Crowd
from tests.support.hidden import MARK, Hidden, upload
from tests.support.purchases import Plan
from tests.support.seat_ways import draw_in, seat_in
from tests.support.seats import pool
from tests.support.world import World, make_person
from workflows.models import Case


def plan_beside(world: World, crowd: Crowd) -> Plan:
    """Procurement of the other district, with an approver, staff and citizens of its own."""
    beside = replace(world, district=world.other, approver=make_person("other_approver", world.other, Role.APPROVER))
    staff = [make_person(name, world.other, Role.PROCUREMENT) for name in ("other_staff", "other_staff2")]
    plan = Plan(world=beside, staff=staff[0], staff2=staff[1], upper_staff=crowd.plan.upper_staff, year=crowd.plan.year)
    pool(plan, 4)
    return plan


def _hidden(name: str, case: Case, crowd: Crowd, plan: Plan) -> Hidden:
    case = plan.do(case, "attach", files=[upload()])
    file = case.attachments.last()
    assert file is not None
    arguments = {**UNKNOWN, "public_id": case.public_id, "file_id": file.public_id}
    edges = [edge.name for edge in case.graph.edges if edge.sources]
    return Hidden(name, name, crowd.outside(), arguments, edges)


def purchase_beside(world: World, crowd: Crowd) -> Hidden:
    """A purchase of the other district. The public has a page of its own for it."""
    plan = plan_beside(world, crowd)
    purchase = plan.purchase(name=f"{MARK}purchase")
    return _hidden("purchase", PurchaseCase.objects.get(pk=purchase.pk), crowd, plan)


def committee_beside(world: World, crowd: Crowd) -> Hidden:
    """A committee by signed order."""
    plan = plan_beside(world, crowd)
    committee = plan.ordered(plan.committee())
    hidden = _hidden("committee", CommitteeCase.objects.get(pk=committee.pk), crowd, plan)
    order = Order.objects.get(committee=committee.pk)
    return replace(hidden, arguments={**hidden.arguments, "order": order.pk})


def seat_beside(world: World, crowd: Crowd) -> Hidden:
    """The seat of another citizen, who has reported something."""
    plan = plan_beside(world, crowd)
    seat = seat_in(plan, "serving/report")
    hidden = _hidden("seat", SeatCase.objects.get(pk=seat.pk), crowd, plan)
    report = SeatCase.objects.get(pk=seat.pk).seat.observations.get()
    return replace(hidden, arguments={**hidden.arguments, "number": report.pk})


def draw_beside(world: World, crowd: Crowd) -> Hidden:
    """A draw that was held. The public has a page of its own for it."""
    plan = plan_beside(world, crowd)
    draw = draw_in(plan, "draw_done")
    return _hidden("draw", DrawCase.objects.get(pk=draw.pk), crowd, plan)


HIDDEN_PROCUREMENT: list[Callable[[World, Crowd], Hidden]] = [
    purchase_beside,
    committee_beside,
    seat_beside,
    draw_beside,
]
