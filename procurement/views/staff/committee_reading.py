"""What the page of a committee shows of its members, orders and meetings, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import User
from procurement.candidates import declared_for
from procurement.linter import findings_of
from procurement.models import (
    Attendance,
    Committee,
    CommitteeCase,
    Declaration,
    Dissent,
    Meeting,
    Member,
    Order,
    OrderRule,
    Person,
    Seat,
)
from procurement.queries import units_planned_by
from procurement.states import committee as law
from procurement.states import seat as seat_law
from workflows.casepages.panel import Action
from workflows.models import Attachment


@dataclass(frozen=True)
class Link:
    """A small action beside a row."""

    label: Any
    url: str


@dataclass(frozen=True)
class MemberRow:
    """A member as the table shows him. declaration: the last one of the person for this purchase; current: whether he
    declared for the bidders as known now. meetings, invited, attended, documents: at how many, since he was appointed.
    links: what the reader may do about him; editable: whether he may correct what is known of the person; seat: of a
    citizen, his seat."""

    member: Member
    declaration: Declaration | None
    current: bool
    meetings: int
    invited: int
    attended: int
    documents: int
    links: list[Link]
    editable: bool = False
    seat: Seat | None = None

    @property
    def is_citizen(self) -> bool:
        """Whether he sits as a citizen."""
        return self.member.person.standing == Person.Standing.CITIZEN

    @property
    def never_invited(self) -> bool:
        """A citizen who was appointed, and to none of the meetings since was he invited: one for show."""
        return self.is_citizen and self.meetings > 0 and self.invited == 0


@dataclass(frozen=True)
class OrderRow:
    """An order with the files of its scan."""

    order: Order
    appointed: int
    files: list[dict[str, Any]]


def members_of(committee: Committee) -> list[Member]:
    """Everybody who is or was in it, with the person: who is there first. One query."""
    rows = committee.members.select_related("person")
    return sorted(rows, key=lambda row: (row.left_on is not None, row.position, row.pk))


def meetings_of(committee: Committee) -> list[Meeting]:
    """All meetings, the last one first, with who attended and who dissented. Three queries."""
    attendances = Attendance.objects.select_related("member__person").order_by("member__position", "id")
    dissents = Dissent.objects.select_related("member__person", "answered_by")
    rows = committee.meetings.prefetch_related(Prefetch("attendances", attendances), Prefetch("dissents", dissents))
    return sorted(rows, key=lambda row: -row.number)


def seats_of(committee: Committee) -> list[Seat]:
    """The citizen seats of a committee that have not ended, with person and case. One query."""
    live = committee.seats.filter(case__state__in=seat_law.OPEN)
    return list(live.select_related("case", "person", "entry").order_by("pk"))


def waiting_seats(seats: Iterable[Seat]) -> list[Seat]:
    """Those that stand in no draft and no order: vacant ones, and whoever waits for the next draft."""
    return [row for row in seats if row.member_id is None]


def orders_of(case: CommitteeCase, attachments: Sequence[Attachment], file_row: Any) -> list[OrderRow]:
    """The orders, the last one first; a file that came in the moment of an order is its signed copy. One query."""
    rows = case.committee.orders.order_by("-id")
    return [
        OrderRow(row, len(row.content.get("members", ())), [file_row(case, a) for a in attachments if a.at == row.at])
        for row in rows
    ]


def member_rows(
    case: CommitteeCase,
    user: User,
    members: Sequence[Member],
    meetings: Iterable[Meeting],
    actions: dict[str, Action],
    seats: Iterable[Seat] = (),
) -> tuple[list[MemberRow], list[MemberRow]]:
    """Who is in the committee or its draft, and who has left. actions: what `user` may do about members; seats: of its
    citizens. Two queries beyond what was read."""
    of_member = {row.member_id: row for row in seats if row.member_id is not None}
    seen: dict[int, list[Attendance]] = defaultdict(list)
    for meeting in meetings:
        for attendance in meeting.attendances.all():
            seen[attendance.member_id].append(attendance)
    planned: set[int] = set()
    if actions:
        planned = set(
            units_planned_by(user).filter(pk__in={row.person.unit_id for row in members}).values_list("pk", flat=True)
        )
    purchase = case.committee.purchase
    declared = declared_for(purchase.pk, {row.person_id for row in members})
    there, gone = [], []
    for member in members:
        said, at = declared.get(member.person_id), seen[member.pk]
        row = MemberRow(
            member=member,
            declaration=said.last if said else None,
            current=said is not None and said.version >= purchase.bidders_version,
            meetings=len(at),
            invited=sum(one.invited for one in at),
            attended=sum(one.attended for one in at),
            documents=sum(one.documents for one in at),
            links=list(_links(member, actions, of_member.get(member.pk))) if member.left_on is None else [],
            seat=of_member.get(member.pk),
            editable=member.left_on is None and member.person.unit_id in planned,
        )
        (there if member.left_on is None else gone).append(row)
    return there, gone


def _links(member: Member, actions: dict[str, Action], seat: Seat | None) -> Iterable[Link]:
    # A citizen declares once he has accepted.
    declares = seat is None or seat.case.state not in seat_law.OFFERED
    fitting = {
        "declare_interest": (declares, _("Declaration")),
        "change_duty": (member.appointed_on is None, _("Duty")),
        "remove_member": (not member.leaving, _("Take out")),
        "member_leaves": (member.appointed_on is not None, _("Has left")),
    }
    for edge, (fits, label) in fitting.items():
        action = actions.get(edge)
        if fits and action is not None and not action.reason:
            yield Link(label, f"{action.url}?member={member.pk}")


def findings_now(case: CommitteeCase) -> list[dict[str, Any]]:
    """What the linter says now, in the shape in which a check keeps it; nothing of a committee that has ended."""
    if not case.is_open or case.state == law.REPORTED:
        return []
    found = findings_of(case.committee, on=timezone.localdate())
    return [{**row.as_json(), "since": row.rule.valid_from} for row in found]


def is_error(finding: dict[str, Any]) -> bool:
    """Whether a finding forbids the signature."""
    return finding.get("level") == OrderRule.Level.ERROR
