"""What an edge of a committee needs of the citizens in the draft of its order, whose seats have a law of their own."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.formats import write_date
from workflows.actors import Actor
from workflows.graph import Text, needs
from workflows.guards import Facts

if TYPE_CHECKING:
    from procurement.models import CommitteeCase


@needs(_("for a citizen: somebody who may sit"))
def citizen_may_sit(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not somebody who has left the pool, is away, has a conflict here or is cooling off. Too many seats and declared
    interests are for the linter, which names the clause; a seat he has here already is taken up again."""
    from procurement.pool.line import Bar, bars_of

    chosen = (facts or {}).get("person")
    if chosen is None or chosen.standing != "citizen":
        return None
    barring = {Bar.NOT_IN_POOL, Bar.AWAY, Bar.CONFLICT, Bar.AGENCY, Bar.WINNER}
    found = bars_of(case.committee, [chosen], timezone.localdate())[chosen.pk]
    return next((bar.label for bar in found if bar in barring), None)


@needs(_("citizens who are ready"))
def citizens_are_ready(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Every citizen in the draft has accepted, declared and been cleared; when it is signed, also approved. The seats
    stay locked, so that nobody takes his acceptance back, and no conflict is found, while the order is being signed."""
    from procurement.models import SeatCase
    from procurement.states import seat as law

    seats = SeatCase.objects.filter(
        seat__committee=case.pk, seat__member__appointed_on=None, seat__member__left_on=None, seat__member__isnull=False
    )
    if facts is not None:
        list(seats.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    wanted = (law.APPROVED,) if case.state == "approved" else law.READY
    # Read after the lock: one that waited sees what the other made of it.
    waiting = seats.exclude(state__in=wanted).select_related("seat__person").order_by("pk")
    names = [f"{row.seat.person} ({law.GRAPH.state(row.state).label})" for row in waiting]
    if not names:
        return None
    return _("Citizens who are not ready for the order: %(names)s") % {"names": ", ".join(names)}


@needs(_("a citizen who has accepted"))
def citizen_has_accepted(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A citizen declares after he has accepted; his seat says where he is."""
    from procurement.models import SeatCase
    from procurement.states import seat as law

    chosen = (facts or {}).get("member")
    if chosen is None:
        return None
    seat = SeatCase.objects.filter(seat__member=chosen).first()
    if seat is None or seat.state in (law.ACCEPTED, law.DECLARED, *law.READY, *law.HELD):
        return None
    return _("This citizen has not accepted his seat yet. Record that first.")


@needs(_("for a new citizen: a decision that is still to come"))
def citizen_before_decision(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A citizen covers what is decided after his appointment (S4:341-349): an order is not dated back before a decision
    that is on record. What was signed on paper before an award that an import told of may still be recorded."""
    on = (facts or {}).get("on")
    new = case.committee.members.filter(left_on=None, appointed_on=None, person__standing="citizen")
    if not on or not new.exists():
        return None
    days: list[date | None] = list(case.committee.meetings.exclude(decision="none").values_list("held_on", flat=True))
    purchase = case.committee.purchase
    if case.committee.kind.task == "purchase" and not (facts or {}).get("signatory"):
        days += [purchase.awarded_on, *purchase.contracts.values_list("signed_on", flat=True)]
    decided = min((day for day in days if day), default=None)
    if decided is None or on > decided:
        return None
    return _("It was decided on %(day)s already. An order cannot appoint a citizen before that any more.") % {
        "day": write_date(decided)
    }
