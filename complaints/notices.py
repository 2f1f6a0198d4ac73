"""Who is told what happened to a complaint. Rights and conflicts are checked afterwards, by the relay."""

from complaints import rules
from complaints.contacts import roads_of
from complaints.escalation import holder_or_head, nearest, next_people
from complaints.models import Complaint, Decision, InquiryMember
from complaints.states import GRAPH
from organisations.models import Role, User
from organisations.queries import holders_of
from workflows.actors import COMPLAINANT
from workflows.models import Case, OutboxRow
from workflows.people import superiors


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is.

    A warning at 50 and 80 % goes to whose step it is, at 100 % also one level up, at
    150 % two levels up (domain: Clocks). The complainant is no user: see `outsiders`.
    """
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING:
        return _for_warning(case, row.facts["percent"])
    told: dict[int, User] = {}
    for name in GRAPH.edge(row.event).tells:
        for user in _called(name, case):
            told[user.pk] = user
    return list(told.values())


def outsiders(row: OutboxRow) -> list[str]:
    """The roads by which the complainant is told of an event: those on which he left an address.

    Of nothing that he did himself, no warnings, and nothing of a case that was imported silently. Who left no address
    reads his news behind his receipt.
    """
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING or case.silent:
        return []
    edge = GRAPH.edge(row.event)
    return roads_of(case) if "complainant" in edge.tells and COMPLAINANT not in edge.by else []


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return holder_or_head(case)
        case "screeners":
            return nearest(case, Role.SCREENER)
        case "head":
            return nearest(case, Role.HEAD)
        case "leaders":
            return _leaders(case)
        case "approvers":
            return nearest(case, Role.APPROVER)
        case "custodians":
            return rules.custodians(case)
        case "superiors":
            return superiors(case)
        case "committee":
            members = InquiryMember.objects.filter(committee__case=case.pk).select_related("user")
            return [member.user for member in members]
        case "decider":
            # Who decided on paper hears that it was recorded, and as what.
            decision = Decision.objects.filter(case=case.pk).select_related("by").last()
            return [decision.by] if decision is not None and decision.recorded_by_id else []
        case "next":
            return next_people(case)
    return []  # the complainant is no user


def _leaders(case: Case) -> list[User]:
    """Who leads the unit that a matter reached by the hotline of the staff, for it is a road to him: its executives, or
    its heads where it has none. Of no other channel."""
    if not Complaint.objects.filter(case=case.pk, channel=Complaint.Channel.STAFF_HOTLINE).exists():
        return []
    executives = list(holders_of(case.unit_id, Role.EXECUTIVE))
    return executives or list(holders_of(case.unit_id, Role.HEAD))


def _for_warning(case: Case, percent: int) -> list[User]:
    people = next_people(case)
    if percent >= 100:
        people = people + nearest(case, Role.HEAD)
    if percent >= 150:
        people = people + superiors(case)
    return list({user.pk: user for user in people}.values())
