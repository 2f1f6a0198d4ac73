"""What waits on the desk of procurement staff and of approvers: which cases, and how many of each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations.models import Role, User
from organisations.queries import roles_of, units_below, units_where
from procurement import waiting_seats as seats
from procurement.models import CommitteeCase, CommitteeKind, Declaration, Dissent, Member, PurchaseCase
from procurement.queries import committees_visible_to, purchases_visible_to
from procurement.rules import DRAFTING
from procurement.states import committee, purchase, seat
from workflows.graph import Text
from workflows.models import Case, Clock, LedgerEntry

SOON_DAYS = 14
"""A milestone this near is on the desk: a purchase is not brought to its announcement in three days."""


@dataclass(frozen=True)
class Pile:
    """What waits for one thing to be done. icon: of static/icons.svg; tone: of tokens.css where there is any."""

    code: str
    title: Text
    icon: str
    role: Role
    cases: Callable[[User, date], QuerySet[Case]]
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """A case of a pile: what is to be done about it, and by when."""

    case: Case
    kind: str
    note: str = ""


# --- Who reaches what ---------------------------------------------------------------------------------------------
def _committees_of(user: User, role: Role) -> QuerySet[CommitteeCase]:
    return committees_visible_to(user).filter(is_open=True, unit__in=units_below(units_where(user, {role})))


def _to_decide(user: User, *states: str) -> QuerySet[CommitteeCase]:
    """Committees in these states about which `user` may decide: he drafted nothing of it and is no member of it."""
    drafted = LedgerEntry.objects.filter(case=OuterRef("pk"), actor=user, verb__in=DRAFTING)
    seated = Member.objects.filter(committee=OuterRef("pk"), person__user=user)
    mine = _committees_of(user, Role.APPROVER).filter(state__in=states)
    return mine.exclude(holder=user).exclude(Exists(drafted)).exclude(Exists(seated))


def undeclared() -> QuerySet[Member]:
    """Members, in office or in a draft, who have not declared about the bidders of their purchase as known now. A
    citizen is asked once he has accepted his seat."""
    current = Declaration.objects.filter(
        member=OuterRef("pk"), bidders_version__gte=OuterRef("committee__purchase__bidders_version")
    )
    missing = Member.objects.filter(~Exists(current), left_on=None, leaving=False)
    return missing.exclude(seat__case__state__in=seat.OFFERED)


# --- The piles ------------------------------------------------------------------------------------------------------
def _drafts(user: User, today: date) -> QuerySet[Case]:  # noqa: ARG001 - the shape of a pile
    return _committees_of(user, Role.PROCUREMENT).filter(state=committee.DRAFT)


def _to_record(user: User, today: date) -> QuerySet[Case]:  # noqa: ARG001
    return _committees_of(user, Role.PROCUREMENT).filter(state=committee.APPROVED)


def _declarations(user: User, today: date) -> QuerySet[Case]:  # noqa: ARG001
    known = _committees_of(user, Role.PROCUREMENT).filter(committee__purchase__bidders_version__gt=0)
    missing = undeclared().filter(committee=OuterRef("pk"))
    return known.filter(Exists(missing), state__in=(*committee.BEFORE_SIGNATURE, *committee.IN_FORCE))


def _at_work(user: User, today: date) -> QuerySet[Case]:
    near = Q(next_due__lte=today + timedelta(days=SOON_DAYS))
    return _committees_of(user, Role.PROCUREMENT).filter(near, state__in=committee.IN_FORCE)


def _purchases_of(user: User) -> QuerySet[PurchaseCase]:
    units = units_where(user, {Role.PROCUREMENT, Role.HEAD})
    return purchases_visible_to(user).filter(is_open=True, state__in=purchase.OPEN, unit__in=units_below(units))


def _late(user: User, today: date) -> QuerySet[Case]:
    return _purchases_of(user).filter(next_due__lt=today)


def _soon(user: User, today: date) -> QuerySet[Case]:
    return _purchases_of(user).filter(next_due__range=(today, today + timedelta(days=SOON_DAYS)))


def _to_approve(user: User, today: date) -> QuerySet[Case]:  # noqa: ARG001
    return _to_decide(user, committee.LINTED)


def _to_sign(user: User, today: date) -> QuerySet[Case]:  # noqa: ARG001
    return _to_decide(user, committee.APPROVED)


def _reports(user: User, today: date) -> QuerySet[Case]:  # noqa: ARG001
    return _to_decide(user, committee.REPORTED)


def _dissents(user: User, today: date) -> QuerySet[Case]:  # noqa: ARG001
    waiting = Dissent.objects.filter(meeting__committee=OuterRef("pk"), answered_at=None)
    return _to_decide(user, *committee.OPEN).filter(Exists(waiting))


PILES = {
    pile.code: pile
    for pile in (
        Pile("approve", _("Drafts to approve"), "scales", Role.APPROVER, _to_approve),
        Pile("sign", _("Orders to sign"), "edit", Role.APPROVER, _to_sign),
        Pile("reports", _("Reports to accept"), "inbox", Role.APPROVER, _reports),
        Pile("dissents", _("Dissenting opinions to answer"), "message", Role.APPROVER, _dissents),
        Pile("suspended", _("Suspended seats to decide about"), "alert", Role.APPROVER, seats.suspended, "late"),
        Pile("late", _("Purchases late"), "alert", Role.PROCUREMENT, _late, "late"),
        Pile("soon", _("Purchases due within 14 days"), "clock", Role.PROCUREMENT, _soon, "soon"),
        Pile("drafts", _("Drafts to send"), "edit", Role.PROCUREMENT, _drafts),
        Pile("record", _("Orders to record"), "file", Role.PROCUREMENT, _to_record),
        Pile("hold_draw", _("Draws to hold"), "star", Role.PROCUREMENT, seats.draws_to_hold),
        Pile("fill", _("Citizen seats to fill"), "people", Role.PROCUREMENT, seats.to_fill),
        Pile("invite", _("Citizens to invite"), "send", Role.PROCUREMENT, seats.to_invite),
        Pile("check", _("Possible conflicts to decide about"), "scales", Role.PROCUREMENT, seats.to_check),
        Pile("amend", _("Citizens who wait for an amending order"), "edit", Role.PROCUREMENT, seats.to_amend),
        Pile("answer", _("Reports of citizens to answer"), "message", Role.PROCUREMENT, seats.to_answer),
        Pile("replies", _("Answers of citizens due"), "clock", Role.PROCUREMENT, seats.replies_due),
        Pile("conclude", _("Citizen seats to complete"), "closed", Role.PROCUREMENT, seats.to_conclude),
        Pile("declarations", _("Declarations due"), "people", Role.PROCUREMENT, _declarations),
        Pile("work", _("Committees at work"), "tools", Role.PROCUREMENT, _at_work),
    )
}
# What the head of a unit looks after though he decides nothing in it.
_FOR_HEADS = frozenset({"late", "soon"})
_OF_SEATS = frozenset({"suspended", "fill", "invite", "check", "amend", "answer", "replies", "conclude"})
_OF_DRAWS = frozenset({"hold_draw"})


def piles_of(user: User) -> list[Pile]:
    """The piles that are of use to somebody with the roles of `user`."""
    roles = roles_of(user)
    return [pile for pile in PILES.values() if pile.role in roles or (pile.code in _FOR_HEADS and Role.HEAD in roles)]


def in_order(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The earliest due first, as keyset pages need it."""
    return cases.order_by(F("next_due").asc(nulls_last=True), "id")


def rows_of(pile: Pile, cases: Sequence[Case]) -> list[Row]:
    """The rows of a pile's `cases`: at most two queries, however many."""
    if pile.code in _OF_DRAWS:
        return [Row(case, "") for case in cases]
    kinds = {kind.code: kind.name for kind in CommitteeKind.objects.all()} if pile.code not in _FOR_HEADS else {}
    notes = _notes(pile, [case.pk for case in cases])
    return [Row(case, kinds.get(case.category, ""), notes.get(case.pk, "")) for case in cases]


def _notes(pile: Pile, pks: Iterable[int]) -> dict[int, str]:
    """What a row adds: the step that is due, who it is about, or how many members have to declare."""
    if pile.code in _FOR_HEADS:
        running = Clock.objects.filter(case__in=list(pks), stopped_on=None, duty=True).select_related("rule")
        steps: dict[int, str] = {}
        for clock in running.order_by(F("due_on").asc(nulls_last=True), "id"):
            steps.setdefault(clock.case_id, clock.rule.name)
        return steps
    if pile.code in _OF_SEATS:
        return seats.names_of(pks)
    if pile.code == "declarations":
        found = undeclared().filter(committee__in=list(pks)).values("committee").annotate(n=Count("pk")).order_by()
        return {
            row["committee"]: ngettext("%(n)s member", "%(n)s members", row["n"]) % {"n": row["n"]} for row in found
        }
    return {}
