"""The only reads of procurement for pages. What exists for a person is `workflows.queries.visible_to`."""

from typing import TypeVar

from django.db.models import QuerySet
from django.http import Http404

from organisations.models import Role, Unit, User
from organisations.queries import open_units, units_below, units_where
from procurement.models import Activity, CommitteeCase, DrawCase, PurchaseCase, SeatCase
from procurement.rules import READERS
from workflows.queries import visible_to

T = TypeVar("T")


def purchases_visible_to(user: User) -> QuerySet[PurchaseCase]:
    """The purchases that exist for `user`, as cases."""
    return PurchaseCase.objects.filter(pk__in=visible_to(user, "purchase").values("pk"))


def committees_visible_to(user: User) -> QuerySet[CommitteeCase]:
    """The committees that exist for `user`, as cases."""
    return CommitteeCase.objects.filter(pk__in=visible_to(user, "committee").values("pk"))


def purchase_for(user: User, public_id: str) -> PurchaseCase:
    """One purchase by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    wanted = purchases_visible_to(user).select_related("unit", "holder", "purchase__activity", "purchase__method")
    return _or_404(wanted.filter(public_id=public_id).first())


def committee_for(user: User, public_id: str) -> CommitteeCase:
    """One committee by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    wanted = committees_visible_to(user).select_related(
        "unit", "holder", "committee__kind", "committee__purchase__case", "committee__purchase__activity"
    )
    return _or_404(wanted.filter(public_id=public_id).first())


def seats_visible_to(user: User) -> QuerySet[SeatCase]:
    """The citizen seats that exist for `user` of the agency, as cases."""
    return SeatCase.objects.filter(pk__in=visible_to(user, "seat").values("pk"))


def seats_about(user: User) -> QuerySet[SeatCase]:
    """The seats that were offered to the citizen of this account, also those only drawn: for what he is told."""
    return SeatCase.objects.filter(seat__person__citizen__account=user)


def draws_visible_to(user: User) -> QuerySet[DrawCase]:
    """The draws that exist for `user` of the agency, as cases."""
    return DrawCase.objects.filter(pk__in=visible_to(user, "draw").values("pk"))


def seat_for(user: User, public_id: str) -> SeatCase:
    """One citizen seat by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    wanted = seats_visible_to(user).select_related(
        "unit", "holder", "seat__person", "seat__member", "seat__entry__draw", "seat__follows__case",
        "seat__committee__case", "seat__committee__kind", "seat__committee__purchase__activity",
    )  # fmt: skip
    return _or_404(wanted.filter(public_id=public_id).first())


def draw_for(user: User, public_id: str) -> DrawCase:
    """One draw by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    return _or_404(draws_visible_to(user).select_related("unit", "holder", "draw").filter(public_id=public_id).first())


def units_read_by(user: User) -> QuerySet[Unit]:
    """The open units whose plan `user` reads: where he holds a post that reads procurement, and below."""
    return open_units().filter(pk__in=units_below(units_where(user, READERS)))


def units_planned_by(user: User) -> QuerySet[Unit]:
    """The open units whose plan `user` keeps as procurement officer."""
    return open_units().filter(pk__in=units_below(units_where(user, {Role.PROCUREMENT})))


def activities_visible_to(user: User) -> QuerySet[Activity]:
    """The plan activities of the units that `user` reads."""
    return Activity.objects.filter(unit__in=units_below(units_where(user, READERS)))


def _or_404(found: T | None) -> T:
    if found is None:
        raise Http404
    return found
