"""What a citizen is told about his seats: what waits for him, by when, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from procurement.conflicts.facts import Kind
from procurement.forms.own_seat_report import meetings_of
from procurement.models import (
    Attendance,
    Citizen,
    ConflictHit,
    Declaration,
    Meeting,
    Member,
    Observation,
    SeatCase,
)
from procurement.states import seat as law
from workflows.graph import Text
from workflows.models import Clock, LedgerEntry

DECLARES_AGAIN = (*law.READY, *law.HELD)

_WHAT: dict[str, Text] = {
    law.INVITED: _("Answer the invitation"),
    law.ACCEPTED: _("Declare whether you have an interest"),
    law.DECLARED: _("The office checks for conflicts of interest. You need do nothing."),
    law.CLEARED: _("The office prepares the order. You need do nothing."),
    law.APPROVED: _("The order waits to be signed. You need do nothing."),
    law.APPOINTED: _("You are appointed. The office invites you to the first meeting."),
    law.SERVING: _("Go to the meetings, and report what you saw."),
    law.SUSPENDED: _("Your seat rests until somebody has decided. You need not come meanwhile."),
    law.CONCLUDING: _("The committee has ended. Send your last reports."),
}
_CLOCKS = {law.INVITED: "invitation_reply", law.ACCEPTED: "declaration", law.CONCLUDING: "final_report"}
# Why the system looked up: said to him who it is about, never with the names of others.
_WHY: dict[str, Text] = {
    Kind.SAME_PERSON: _("Your identity number is that of a bidder, or of somebody who belongs to one."),
    Kind.DECLARED: _("Somebody whom you named as close to you has a name like somebody of a bidder."),
    Kind.NAME: _("Your name is like that of a bidder, or of somebody who belongs to one."),
    Kind.ADDRESS: _("Your address is that of a bidder, or of somebody who belongs to one."),
    Kind.RECENT_SERVICE: _("You sat on a committee lately whose purchase this bidder won."),
    Kind.COMPLAINT: _("Your telephone or e-mail stands in a complaint about this purchase."),
}
# What of the ledger is told to him; everything else is work of the office.
_TOLD: dict[str, Text] = {
    "invite": _("You were invited"),
    "accept": _("You accepted"),
    "record_acceptance": _("The office recorded that you accept"),
    "decline": _("You declined"),
    "record_refusal": _("The office recorded that you decline"),
    "no_reply": _("The time to answer was over"),
    "declare": _("Declared: no interest"),
    "declaration_overdue": _("The time to declare was over"),
    "declare_again": _("Declared again: no interest"),
    "declare_conflict": _("An interest was declared"),
    "clear": _("Checked: no conflict"),
    "find_conflict": _("A conflict of interest was found"),
    "check_again": _("A possible conflict came up; it is looked into"),
    "appoint": _("Appointed by the order"),
    "withdraw_acceptance": _("The acceptance was withdrawn"),
    "set_aside": _("An approver set you aside"),
    "take_out": _("Taken out of the draft"),
    "draw_annulled": _("The draw was annulled"),
    "project_cancelled": _("The committee or its purchase was cancelled"),
    "serve": _("First meeting attended"),
    "conflict_found": _("A possible conflict came up; the seat rests"),
    "lift_suspension": _("No conflict: the seat is yours again"),
    "discharge": _("Discharged"),
    "no_show": _("Discharged for not attending"),
    "leave_for_interest": _("Left because of an interest"),
    "resign": _("Resigned"),
    "order_cancelled": _("The order was cancelled"),
    "conclude": _("The committee has ended"),
    "complete": _("Seat completed"),
    "report": _("Report sent"),
    "answer_report": _("A report was answered"),
    "record_fix": _("Something was changed after a report"),
    "send_documents": _("The office gave you documents"),
}


@dataclass(frozen=True)
class Turn:
    """What is next with a seat: in words, by when, and whether the citizen has to do it. edge: the one that does it,
    `report` for a report, "" for none."""

    what: Text
    due: date | None = None
    mine: bool = False
    edge: str = ""


@dataclass(frozen=True)
class Sitting:
    """A meeting of the committee, and how it was with this citizen; `mine` None: the minutes do not name him."""

    meeting: Meeting
    mine: Attendance | None
    reported: bool


@dataclass(frozen=True)
class Why:
    """Why the seat rests or ended: one thing that was found. bidder: the name, "" where it is about none."""

    what: Text
    bidder: str = ""
    decided: bool = False


@dataclass(frozen=True)
class Seated:
    """Another one on the committee. name: "" of a citizen whom no order names yet."""

    duty: str
    name: str
    position: str
    citizen: bool


@dataclass
class Own:
    """A seat for the lists and for its page."""

    case: Any
    turn: Turn
    reports: list[Observation] = field(default_factory=list)


# --- Reading ----------------------------------------------------------------------------------------------------------
def cases_of(citizen: Citizen) -> QuerySet[SeatCase]:
    """The seats that were offered to him, the newest first, with what `turn_of` looks at. Two queries, however many."""
    present = Declaration.objects.filter(
        seat=OuterRef("pk"), ground=None, bidders_version__gte=OuterRef("seat__committee__purchase__bidders_version")
    )
    reported = Observation.objects.filter(seat=OuterRef(OuterRef("pk")), meeting=OuterRef("meeting"))
    attended = Attendance.objects.filter(member=OuterRef("seat__member"), attended=True)
    return (
        SeatCase.objects.filter(seat__person=citizen.pk)
        .exclude(state__in=law.UNASKED)
        .select_related("unit", "seat__committee__kind", "seat__committee__purchase")
        .annotate(
            declared_now=Exists(present),
            to_report=Exists(attended.filter(~Exists(reported))),
        )
        .prefetch_related(Prefetch("clocks", Clock.objects.filter(stopped_on=None), to_attr="running"))
        .order_by("-opened_at", "-pk")
    )


def own(case: Any) -> Own:
    """A row of `cases_of` with what is next."""
    return Own(case, turn_of(case))


def turn_of(case: Any) -> Turn:
    """What is next with a row of `cases_of`; for one that has ended, nothing."""
    if not case.is_open:
        return Turn("")
    due = next((clock.due_on for clock in case.running if clock.code == _CLOCKS.get(case.state)), None)
    match case.state:
        case law.INVITED:
            return Turn(_WHAT[case.state], due, mine=True, edge="accept")
        case law.ACCEPTED:
            return Turn(_WHAT[case.state], due, mine=True, edge="declare")
        case law.SUSPENDED if not case.declared_now:
            return Turn(
                _(
                    "Your seat rests until somebody has decided. You need not come meanwhile; "
                    "declare for the bidders there are now."
                ),
                mine=True, edge="declare_again",
            )  # fmt: skip
        case state if state in DECLARES_AGAIN and not case.declared_now:
            return Turn(_("The list of bidders has changed. Declare again."), mine=True, edge="declare_again")
        case law.CONCLUDING:
            return Turn(_WHAT[case.state], due, mine=due is not None, edge="report")
        case law.SERVING if case.to_report:
            return Turn(_("Report what you saw at the last meeting."), mine=True, edge="report")
    return Turn(_WHAT[case.state])


def sittings_of(case: Any, reports: Iterable[Observation]) -> list[Sitting]:
    """The meetings of the committee while he was a member, the newest first. Two queries."""
    member = case.seat.member
    if member is None or member.appointed_on is None:
        return []
    mine = {row.meeting_id: row for row in Attendance.objects.filter(member=member)}
    reported = {row.meeting_id for row in reports}
    return [Sitting(row, mine.get(row.pk), row.pk in reported) for row in meetings_of(case)]


def reports_of(case: Any) -> list[Observation]:
    """His reports with their files, the newest first. Two queries."""
    return list(case.seat.observations.select_related("meeting").prefetch_related("files").order_by("-number"))


def why_it_rests(case: Any) -> list[Why]:
    """What was found that nobody has declared unfounded; only where it stops him now, or ended his seat."""
    if case.state not in (law.SUSPENDED, law.CONFLICTED, law.DISCHARGED):
        return []
    hits = case.seat.hits.exclude(decision=ConflictHit.Decision.UNFOUNDED).select_related("supplier")
    if case.state == law.DISCHARGED:
        hits = hits.filter(decision=ConflictHit.Decision.FOUNDED)
    return [
        Why(_WHY.get(hit.kind, hit.kind), hit.supplier.name if hit.supplier else "", bool(hit.decision)) for hit in hits
    ]


def others_of(case: Any) -> list[Seated]:
    """Who else sits in the committee or its draft. A citizen whom no order has named yet is nobody's business."""
    rows = case.seat.committee.members.filter(left_on=None).exclude(pk=case.seat.member_id).select_related("person")
    return [_seated(row) for row in rows]


def _seated(member: Member) -> Seated:
    citizen = member.person.standing == member.person.Standing.CITIZEN
    named = not citizen or member.appointed_on is not None
    return Seated(
        duty=str(member.get_duty_display()),
        name=member.person.name if named else "",
        position="" if citizen else member.person.position,
        citizen=citizen,
    )


def story_of(case: Any) -> Iterator[tuple[Text, datetime]]:
    """What happened to the seat as far as it is his business, the newest first."""
    rows = LedgerEntry.objects.filter(case=case.pk, verb__in=_TOLD).order_by("-seq")
    yield from ((_TOLD[verb], at) for verb, at in rows.values_list("verb", "at"))


def told(verb: str) -> Text:
    """What an edge did, in words for him."""
    return _TOLD.get(verb, law.GRAPH.edge(verb).label)
