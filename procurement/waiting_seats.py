"""What of citizen seats and draws waits on the desk: which cases, by what is to be done about them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Role, User
from organisations.queries import units_below, units_where
from procurement.models import DrawCase, Member, Observation, Seat, SeatCase
from procurement.queries import draws_visible_to, seats_visible_to
from procurement.states import committee, draw, seat
from workflows.models import Case

_OPEN_REPORT = Observation.objects.filter(seat=OuterRef("pk"), answered_at=None)


def _seats_of(user: User, role: Role, *states: str) -> "QuerySet[SeatCase]":
    within = units_below(units_where(user, {role}))
    return seats_visible_to(user).filter(is_open=True, unit__in=within, state__in=states)


def to_fill(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001 - the shape of a pile
    """Vacant seats."""
    return _seats_of(user, Role.PROCUREMENT, seat.VACANT)


def to_invite(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Citizens who were drawn or nominated and have not been invited."""
    return _seats_of(user, Role.PROCUREMENT, seat.DRAWN, seat.NOMINATED)


def replies_due(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Citizens whose answer or declaration is awaited: the staff records it where they have no account."""
    return _seats_of(user, Role.PROCUREMENT, seat.INVITED, seat.ACCEPTED)


def to_check(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Citizens who have declared and are to be cleared, or not. Who sits on the committee does not decide."""
    return _not_ones_own(_seats_of(user, Role.PROCUREMENT, seat.DECLARED), user)


def to_amend(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Citizens who are ready while an order without them is in force: nobody else asks for the amending order."""
    ready = _seats_of(user, Role.PROCUREMENT, seat.CLEARED)
    return ready.filter(seat__committee__case__state__in=committee.IN_FORCE)


def to_answer(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Seats with a report that nobody has answered."""
    return _seats_of(user, Role.PROCUREMENT, *seat.REPORTING).filter(Exists(_OPEN_REPORT))


def to_conclude(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Seats of committees that have ended, with every report answered."""
    return _seats_of(user, Role.PROCUREMENT, seat.CONCLUDING).exclude(Exists(_OPEN_REPORT))


def suspended(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Suspended seats about which `user` may decide as approver."""
    return _not_ones_own(_seats_of(user, Role.APPROVER, seat.SUSPENDED), user)


def _not_ones_own(seats: "QuerySet[SeatCase]", user: User) -> "QuerySet[Case]":
    sits = Member.objects.filter(committee=OuterRef("seat__committee"), person__user=user)
    return seats.exclude(Exists(sits))


def draws_to_hold(user: User, today: date) -> "QuerySet[Case]":  # noqa: ARG001
    """Announced draws whose public value is known by now."""
    within = units_below(units_where(user, {Role.PROCUREMENT}))
    known: QuerySet[DrawCase] = draws_visible_to(user).filter(unit__in=within, state=draw.ANNOUNCED)
    return known.filter(draw__seed_known_at__lte=timezone.now())


def names_of(pks: Iterable[int]) -> dict[int, str]:
    """Who sits in each of these seats, by the key of its case, or that nobody does. One query."""
    vacant = _("vacant")
    rows = Seat.objects.filter(pk__in=list(pks)).values_list("pk", "person__name")
    return {pk: name or vacant for pk, name in rows}
