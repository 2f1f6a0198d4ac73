"""Who is told what happened to a purchase or a committee. Rights and conflicts are checked afterwards, by the relay."""

from django.db.models import Q

from organisations.models import Role, User
from procurement import rules
from procurement.models import Member
from procurement.states import committee, draw, purchase, seat
from workflows.models import Case, LedgerEntry, OutboxRow
from workflows.people import holder_or_nearest, nearest, warned

_GRAPHS = {graph.kind: graph for graph in (purchase.GRAPH, committee.GRAPH, seat.GRAPH, draw.GRAPH)}
# States in which the citizen has to act.
_CITIZENS_TURN = frozenset({seat.INVITED, seat.ACCEPTED})
# States in which somebody who approves has to act.
_APPROVERS_TURN = frozenset({committee.LINTED, committee.APPROVED, committee.REPORTED})


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is.

    A warning at 50 % goes to whose step it is, at 80 % also to the executive, so that he knows before a milestone is
    missed (S4:2159), at 100 % also to the head, at 150 % one level up (domain.md: Clocks).
    """
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING:
        return warned(case, _whose(case, row.facts["code"]), row.facts["percent"])
    told: dict[int, User] = {}
    for name in _GRAPHS[case.kind].edge(row.event).tells:
        for user in _called(name, row):
            told[user.pk] = user
    return list(told.values())


def next_people(case: Case) -> list[User]:
    """The people whose step it is: the holder, an approver who may decide, or the procurement staff of the unit."""
    if case.state in _APPROVERS_TURN and case.kind == committee.GRAPH.kind:
        return nearest(case, Role.APPROVER, rules.may_not_decide)
    if case.state in _CITIZENS_TURN and case.kind == seat.GRAPH.kind:
        return _citizen(case)
    if case.state == seat.SUSPENDED and case.kind == seat.GRAPH.kind:
        return nearest(case, Role.APPROVER, rules.may_not_decide_about_seat)
    return holder_or_nearest(case, Role.PROCUREMENT)


def _citizen(case: Case) -> list[User]:
    """The citizen of a seat, where he has an account; whoever has none is written to by the staff."""
    return list(User.objects.filter(citizen__person__seats=case.pk, is_active=True))


def _called(name: str, row: OutboxRow) -> list[User]:
    case = row.about
    match name:
        case "holder":
            return holder_or_nearest(case, Role.PROCUREMENT)
        case "staff":
            return nearest(case, Role.PROCUREMENT)
        case "approvers" if case.kind == committee.GRAPH.kind:
            return nearest(case, Role.APPROVER, rules.may_not_decide)
        case "approvers" if case.kind == seat.GRAPH.kind:
            return nearest(case, Role.APPROVER, rules.may_not_decide_about_seat)
        case "approvers":
            return nearest(case, Role.APPROVER)
        case "executives":
            return nearest(case, Role.EXECUTIVE)
        case "citizen":
            # Of what he did himself he is not told; of what the staff recorded in his name he is.
            entry = LedgerEntry.objects.filter(case=case.pk, seq=row.seq or 0).first()
            return [user for user in _citizen(case) if entry is None or entry.actor_id != user.pk]
        case "members":
            return _members(row)
    raise LookupError(name)


def _members(row: OutboxRow) -> list[User]:
    """Who sits on the committee, and whom this very order, or its end, let go."""
    told = Q(left_on=None) | Q(left_because=Member.Leaving.END)
    entry = LedgerEntry.objects.filter(case=row.case_id, seq=row.seq or 0).first()
    if entry is not None and (order := entry.data.get("order")):
        told |= Q(removed_by=order)
    seats = Member.objects.filter(told, committee=row.case_id, appointed_on__isnull=False)
    return list(User.objects.filter(committee_person__memberships__in=seats).distinct())


def _whose(case: Case, code: str) -> list[User]:
    """Whose duty a clock measures: most go with the step of the case; while an amendment is on its way the committee
    works on, and an opinion may wait for its answer."""
    match code:
        case "dissent_answer":
            return nearest(case, Role.APPROVER, rules.may_not_decide)
        case "committee_work":
            return holder_or_nearest(case, Role.PROCUREMENT)
    return next_people(case)
