"""Who may, and who counts as what, where the vocabulary of `workflows.actors` does not reach."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.calendar import BUDDHIST_ERA
from organisations.models import Role, User
from workflows.actors import Actor
from workflows.graph import Text
from workflows.models import Case, LedgerEntry

if TYPE_CHECKING:
    from procurement.models import Attendance, Committee, Dissent, Member, Purchase

# For whom purchases and committees exist as cases, within their units. The public has pages of its own.
READERS = frozenset({Role.PROCUREMENT, Role.HEAD, Role.APPROVER, Role.EXECUTIVE})

# Verbs by which a person has worked on the order of a committee or recorded its work: he may not decide about it.
DRAFTING = frozenset(
    {
        "draft", "add_member", "change_duty", "remove_member", "lint", "amend", "record_signed_order",
        "declare_interest", "member_leaves", "hold_meeting", "record_meeting", "record_dissent", "report",
    }
)  # fmt: skip


@dataclass(frozen=True)
class SeatedCitizen:
    """The citizen to whom a seat is offered or who holds it, signed in by himself."""

    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        """See `workflows.graph.Who`."""
        return actor.user is not None and actor.user.is_active and is_seated(actor.user, case)


CITIZEN = SeatedCitizen("citizen", _("citizen representative"))


def is_seated(user: User, case: Case) -> bool:
    """Whether `user` is the citizen of this seat, by his account in the pool and never by his name."""
    from procurement.models import Seat

    return Seat.objects.filter(case=case.pk, person__citizen__account=user).exists()


def is_citizen(user: User) -> bool:
    """Whether this is the account of a citizen of the pool."""
    from procurement.models import Citizen

    return Citizen.objects.filter(account=user.pk).exists()


def has_drafted(user: User, case: Case) -> bool:
    """Whether `user` worked on the order of this committee or recorded its work (four eyes)."""
    return case.holder_id == user.pk or LedgerEntry.objects.filter(case=case.pk, actor=user, verb__in=DRAFTING).exists()


def sits_on(user: User, case: Case) -> bool:
    """Whether `user` sits on this committee, is in the draft of its order, or was one of it: who left for an interest
    does not decide about what he left."""
    from procurement.models import Member

    return Member.objects.filter(committee=case.pk, person__user=user).exists()


def may_not_decide(user: User, case: Case) -> bool:
    """Whether `user` may not decide about this committee though he is an approver: he drafted it, or sits on it."""
    return has_drafted(user, case) or sits_on(user, case)


def may_not_decide_about_seat(user: User, case: Case) -> bool:
    """Whether `user` may not decide about this citizen seat though he is an approver: he sits on its committee."""
    from procurement.models import Seat

    committee = Seat.objects.select_related("committee__case").get(pk=case.pk).committee
    return is_seated(user, case) or sits_on(user, committee.case)


def members_of_draft(case: Case) -> list[int]:
    """Whom the order would leave on the committee as its draft stands: keys of members, rising."""
    from procurement.models import Member

    sitting = Member.objects.filter(committee=case.pk, left_on=None, leaving=False)
    return list(sitting.order_by("pk").values_list("pk", flat=True))


def members_changed_since_sent(case: Case) -> bool:
    """Whether others are in the draft than when it was sent on: somebody left or declared an interest, or a citizen
    took his acceptance back."""
    sent = LedgerEntry.objects.filter(case=case.pk, verb="lint").order_by("-seq").first()
    return sent is not None and sent.data["members"] != members_of_draft(case)


def serving_on(committee: "Committee", day: date) -> "QuerySet[Member]":
    """The members who were appointed and had not left on `day`, and whose seat was not suspended: who may be there."""
    from procurement.models import Suspension

    suspended = Suspension.objects.filter(Q(until=None) | Q(until__gt=day), seat__member=OuterRef("pk"), since__lte=day)
    there = committee.members.filter(Q(left_on=None) | Q(left_on__gt=day), appointed_on__lte=day)
    return there.exclude(Exists(suspended))


def sitting() -> "QuerySet[Member]":
    """Who sits in a committee or its draft; who left only because it ended counts as sitting."""
    from procurement.models import Member, Order

    at_its_end = Q(left_because=Member.Leaving.END) | Q(removed_by__kind=Order.Kind.CANCELLATION)
    return Member.objects.filter(Q(left_on=None, leaving=False) | at_its_end)


def votes_without_opinion(committee: "Committee") -> "QuerySet[Attendance]":
    """Votes against a decision whose written opinion is not on record."""
    from procurement.models import Attendance, Dissent

    written = Dissent.objects.filter(meeting=OuterRef("meeting"), member=OuterRef("member"))
    return Attendance.objects.filter(~Exists(written), meeting__committee=committee, vote="against").order_by("id")


def open_dissents(committee: "Committee") -> "QuerySet[Dissent]":
    """Dissenting opinions that wait for the answer of the head of the agency."""
    from procurement.models import Dissent

    return Dissent.objects.filter(meeting__committee=committee, answered_at=None)


def newest_version(purchase: "Purchase") -> int | None:
    """The key of the newest version of the figures of a purchase and its contracts."""
    from procurement.models import Revision

    mine = Revision.objects.filter(Q(purchase=purchase) | Q(contract__purchase=purchase))
    return mine.order_by("-id").values_list("id", flat=True).first()


def order_number_is_taken(case: Any, number: str, dated_on: date) -> bool:
    """Whether the register of orders of the unit has this number in the calendar year (BE) of that day."""
    from procurement.models import Order

    year = dated_on.year + BUDDHIST_ERA
    return Order.objects.filter(unit=case.unit_id, year=year, number=number.strip()).exists()
