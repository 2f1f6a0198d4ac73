"""What must hold between a purchase, a committee, a seat or a draw and its case, beyond `workflows.checks`."""

from collections.abc import Iterator
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from procurement.models import (
    Committee,
    CommitteeCase,
    Draw,
    DrawCase,
    Member,
    Milestone,
    Purchase,
    PurchaseCase,
    Seat,
    SeatCase,
    Suspension,
)
from procurement.states import committee, seat
from workflows.models import Clock

Problem = tuple[str, str]


def purchase_problems() -> Iterator[Problem]:
    """(case number, sentence) for every purchase that does not agree with itself."""
    for number in PurchaseCase.objects.filter(purchase=None).values_list("number", flat=True):
        yield number, _("the case has no purchase")
    strange = Purchase.objects.exclude(activity__unit=F("case__unit"))
    for number in strange.values_list("case__number", flat=True):
        yield number, _("the purchase and its plan activity belong to different units")
    running = Clock.objects.filter(case=OuterRef("purchase"), code=OuterRef("code"), stopped_on=None)
    waiting = Milestone.objects.filter(~Exists(running), planned_on__isnull=False, done_on=None)
    for number in waiting.filter(purchase__case__is_open=True).values_list("purchase__case__number", flat=True):
        yield number, _("a milestone that is planned and not reached has no clock")
    planned = ExpressionWrapper(OuterRef("started_on") + OuterRef("length"), output_field=DateField())
    awaited = Milestone.objects.filter(purchase=OuterRef("case"), code=OuterRef("code"), planned_on=planned)
    clocks = Clock.objects.filter(case__kind="purchase", code__in=Milestone.Code.values, stopped_on=None)
    idle = clocks.exclude(Exists(awaited.filter(done_on=None)))
    for number in _numbers(idle, "case__number"):
        yield number, _("a clock runs for a milestone that is reached, or planned for another day")
    for number in Purchase.objects.filter(revisions=None).values_list("case__number", flat=True):
        yield number, _("the purchase has no version of its figures")


def committee_problems() -> Iterator[Problem]:
    """(case number, sentence) for every committee that does not agree with itself."""
    for number in CommitteeCase.objects.filter(committee=None).values_list("number", flat=True):
        yield number, _("the case has no committee")
    strange = Committee.objects.exclude(purchase__case__unit=F("case__unit"))
    for number in strange.values_list("case__number", flat=True):
        yield number, _("the committee and its purchase belong to different units")
    ordered = Committee.objects.filter(case__state__in=[*committee.IN_FORCE, committee.REPORTED])
    for number in ordered.filter(orders=None).values_list("case__number", flat=True):
        yield number, _("the committee works without an order")
    seated = Member.objects.filter(left_on=None, committee__case__is_open=False)
    for number in _numbers(seated, "committee__case__number"):
        yield number, _("the committee is at its end, but a member still sits in it")
    # Who was found for a seat while an order is in force waits for the amendment that will name him.
    waiting = Q(leaving=False, seat__case__state__in=seat.BEFORE_ORDER)
    drafted = Member.objects.filter(Q(appointed_on=None) | Q(leaving=True), left_on=None).exclude(waiting)
    settled = drafted.filter(committee__case__state__in=[*committee.IN_FORCE, committee.REPORTED])
    for number in _numbers(settled, "committee__case__number"):
        yield number, _("a change of members was never ordered")


def seat_problems() -> Iterator[Problem]:
    """(case number, sentence) for every citizen seat that does not agree with its committee."""
    for number in SeatCase.objects.filter(seat=None).values_list("number", flat=True):
        yield number, _("the case has no seat")
    strange = Seat.objects.exclude(committee__case__unit=F("case__unit"))
    for number in strange.values_list("case__number", flat=True):
        yield number, _("the seat and its committee belong to different units")
    other = Seat.objects.filter(member__isnull=False).exclude(member__person=F("person"))
    for number in other.values_list("case__number", flat=True):
        yield number, _("somebody else sits in the seat than it was offered to")
    held = Seat.objects.filter(case__state__in=seat.HELD)
    for number in held.exclude(member__appointed_on__isnull=False, member__left_on=None).values_list(
        "case__number", flat=True
    ):
        yield number, _("the seat is held by somebody whom no order in force names")
    named = Seat.objects.filter(member__appointed_on__isnull=False, member__left_on=None)
    for number in named.exclude(case__state__in=seat.HELD).values_list("case__number", flat=True):
        yield number, _("an order in force names somebody who does not hold his seat")
    # While it waits for its committee, and serves on it, the committee keeps the time.
    alone = Seat.objects.filter(committee__case__is_open=False, case__is_open=True)
    for number in alone.exclude(case__state=seat.CONCLUDING).values_list("case__number", flat=True):
        yield number, _("the seat is open, but its committee is at its end")
    suspended = Suspension.objects.filter(until=None).exclude(seat__case__state=seat.SUSPENDED)
    for number in suspended.values_list("seat__case__number", flat=True):
        yield number, _("a suspension was never ended")
    for number in (
        Seat.objects.filter(case__state=seat.SUSPENDED)
        .exclude(suspensions__until=None)
        .values_list("case__number", flat=True)
    ):
        yield number, _("the seat is suspended since no day")


def draw_problems() -> Iterator[Problem]:
    """(case number, sentence) for every draw whose record does not follow from its announcement."""
    from procurement.draws.records import announcement_of, result_of

    for number in DrawCase.objects.filter(draw=None).values_list("number", flat=True):
        yield number, _("the case has no draw")
    for row in Draw.objects.select_related("case").iterator():
        announcement = announcement_of(row)
        if announcement.digest() != row.digest:
            yield row.case.number, _("the announcement is not the one whose hash was published")
        if [entry.commitment for entry in announcement.entries] != list(
            row.entries.order_by("place").values_list("commitment", flat=True)
        ):
            yield row.case.number, _("the list of people is not the one that was announced")
        if row.result is not None and list(result_of(row).order) != row.result["order"]:
            yield row.case.number, _("the order does not follow from the announcement and the public value")


def _numbers(rows: QuerySet[Any], name: str) -> QuerySet[Any, str]:
    """Each number once; by itself the order of the model would keep the rows of one case apart."""
    return rows.order_by(name).values_list(name, flat=True).distinct()
