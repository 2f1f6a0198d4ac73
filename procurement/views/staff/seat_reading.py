"""What the page of a citizen seat shows of its person, place, conflicts and reports, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from organisations.models import Role, User
from procurement.conflicts.reading import suppliers_of
from procurement.conflicts.words import KINDS, Evidence, evidence_of
from procurement.models import (
    Citizen,
    Committee,
    ConflictCheck,
    ConflictHit,
    Declaration,
    Draw,
    DrawEntry,
    InterestGround,
    Member,
    Observation,
    Person,
    Seat,
    SeatCase,
    Supplier,
)
from procurement.pool.line import Bar, Line, live_seats, next_in_line
from procurement.queries import units_read_by
from workflows.actors import post_for
from workflows.casepages.panel import Action
from workflows.graph import Text
from workflows.models import Attachment, LedgerEntry

_SHOW_EVIDENCE = (Role.PROCUREMENT, Role.APPROVER)
_CODES = {bar.value: bar for bar in Bar}


# --- The person -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PoolFacts:
    """What the pool knows of the citizen and everybody who reads procurement may see; nothing that is sealed.

    seats: how many live seats he holds, of `person.most_seats` at most. citizen: None for who is not in the pool.
    """

    person: Person
    citizen: Citizen | None
    seats: int
    trainings: list[Any] = field(default_factory=list)

    @property
    def has_account(self) -> bool:
        """Whether he answers by himself."""
        return self.citizen is not None and self.citizen.account_id is not None

    @property
    def is_away(self) -> bool:
        """Whether he is not available today."""
        until = self.citizen.away_until if self.citizen else None
        return until is not None and until >= timezone.localdate()


def pool_facts(person: Person | None) -> PoolFacts | None:
    """The pool's facts of somebody. Four queries; None for nobody."""
    if person is None:
        return None
    citizen = Citizen.objects.filter(pk=person.pk).first()
    live = live_seats([person.pk])[person.pk]
    trainings = list(citizen.trainings.filter(passed=True).order_by("-held_on")[:5]) if citizen else []
    return PoolFacts(person, citizen, live, trainings)


# --- The place: who had it before and after ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Link:
    """A seat of the same place. here: the one on the page; why: the ground he declared, "" where there is none."""

    seat: Seat
    here: bool
    why: str


def chain_of(case: SeatCase) -> list[Link]:
    """The seats of this place, the first one first. Two queries, however long the chain."""
    rows = {
        row.pk: row
        for row in Seat.objects.filter(committee=case.seat.committee_id).select_related("case", "person", "entry")
    }
    after = {row.follows_id: row for row in rows.values() if row.follows_id}
    first = rows[case.pk]
    while first.follows_id in rows:
        first = rows[first.follows_id]
    chain = [first]
    while (follower := after.get(chain[-1].pk)) is not None:
        chain.append(follower)
    if len(chain) == 1:
        return []
    grounds = dict(
        Declaration.objects.filter(seat__in=[row.pk for row in chain], ground__isnull=False)
        .order_by("id")
        .values_list("seat", "ground")
    )
    names = {row.code: row.name for row in InterestGround.objects.filter(pk__in=set(grounds.values()))}
    return [Link(row, row.pk == case.pk, names.get(grounds.get(row.pk, ""), "")) for row in chain]


# --- The drawn order --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Passed:
    """Somebody who stood before him in the drawn order and was passed over. name: "" for who lives where the reader
    sees nobody."""

    place: int
    rank: int | None
    name: str
    why: Text


def passed_over(case: SeatCase, user: User) -> list[Passed]:
    """Who was passed over when this seat was drawn, as the ledger has it. Three queries; none for who was nominated."""
    if case.seat.entry is None:
        return []
    entry = LedgerEntry.objects.filter(case=case.pk, verb="draw_next").order_by("-seq").first()
    facts = entry.data if entry is not None else {}
    return _named(facts.get("draw"), [(place, _CODES.get(bar)) for place, bar in facts.get("passed", ())], user)


def _named(draw: int | None, passed: Sequence[tuple[int, Bar | None]], user: User) -> list[Passed]:
    places = [place for place, _bar in passed]
    if not places:
        return []
    lines = DrawEntry.objects.filter(draw=draw, place__in=places).select_related("person")
    found = {line.place: line for line in lines}
    read = set(units_read_by(user).filter(pk__in={line.person.unit_id for line in lines}).values_list("pk", flat=True))
    return [
        Passed(
            place=place,
            rank=found[place].rank if place in found else None,
            name=str(found[place].person) if place in found and found[place].person.unit_id in read else "",
            why=bar.label if bar is not None else "",
        )
        for place, bar in passed
    ]


@dataclass(frozen=True)
class Coming:
    """Who comes next in the drawn order, before he is taken. entry: None when nobody is left."""

    draw: Draw
    entry: DrawEntry | None
    passed: list[Passed]


def coming(case: SeatCase, user: User) -> Coming | None:
    """Who would be taken now; None when there is no draw."""
    line: Line | None = next_in_line(case.seat, timezone.localdate())
    if line is None:
        return None
    return Coming(line.draw, line.entry, _named(line.draw.pk, line.passed, user))


# --- Conflicts --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class HitRow:
    """A possible conflict. evidence: the two sides, None for who may not read them; url: where it is decided, "" for
    who does not decide; past: found in a list of bidders before the present one and not in it."""

    hit: ConflictHit
    kind: Text
    evidence: Evidence | None
    url: str
    past: bool
    first: bool = False


def may_see_evidence(user: User, case: SeatCase) -> bool:
    """Whether `user` may see what was compared: who can decide about it. It holds names of relatives and addresses."""
    return any(post_for(user, case, role) is not None for role in _SHOW_EVIDENCE)


def hit_rows(case: SeatCase, user: User, action: Action | None) -> list[HitRow]:
    """What was found, undecided first. action: `decide_hit`, where `user` may take it. Two queries."""
    hits = list(case.seat.hits.select_related("supplier", "decided_by"))
    if not hits:
        return []
    hits.sort(key=lambda hit: bool(hit.decision))
    grounds = {row.code: row for row in InterestGround.objects.all()}
    readable = may_see_evidence(user, case)
    url = action.url if action is not None and not action.reason else ""
    version = case.seat.committee.purchase.bidders_version
    return [
        HitRow(
            hit=hit,
            kind=KINDS.get(hit.kind, hit.kind),
            evidence=evidence_of(hit.evidence, grounds) if readable else None,
            url=f"{url}?hit={hit.pk}" if url else "",
            past=hit.last_version < version,
            first=bool(url) and number == 0 and not hit.decision,
        )
        for number, hit in enumerate(hits)
    ]


@dataclass(frozen=True)
class CheckRow:
    """The last check. current: against the present bidders; unchecked: what could not be compared for lack of data."""

    check: ConflictCheck
    current: bool
    unchecked: list[Text]


def last_check(case: SeatCase) -> CheckRow | None:
    """The last check of this seat; None before there was one. One query."""
    row = case.seat.checks.order_by("-id").first()
    if row is None:
        return None
    current = row.bidders_version >= case.seat.committee.purchase.bidders_version
    return CheckRow(row, current, [KINDS.get(code, code) for code in row.unchecked])


def declarations_of(case: SeatCase) -> list[Declaration]:
    """What he declared, the last one first. One query."""
    return list(case.seat.declarations.select_related("ground", "recorded_by").order_by("-id"))


def bidders_shown(committee: Committee) -> list[Supplier]:
    """The bidders with their people: what somebody who declares has to have read. Two queries."""
    return list(suppliers_of(committee.purchase_id).prefetch_related("people"))


# --- His work ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Work:
    """What he took part in since he was appointed."""

    meetings: int = 0
    invited: int = 0
    attended: int = 0
    documents: int = 0

    @property
    def never_invited(self) -> bool:
        """Whether meetings were held and he was invited to none."""
        return bool(self.meetings) and not self.invited


def work_of(member: Member | None) -> Work:
    """How often he was invited, came, and was given the documents. One query."""
    if member is None:
        return Work()
    rows = list(member.attendances.values_list("invited", "attended", "documents"))
    return Work(len(rows), *(sum(column) for column in zip(*rows, strict=True))) if rows else Work()


@dataclass(frozen=True)
class ReportRow:
    """A report with its files, and where it is answered or its change recorded ("" for who does not)."""

    report: Observation
    files: list[dict[str, Any]]
    url: str
    fix_url: str
    first: bool


def report_rows(
    case: SeatCase, attachments: Iterable[Attachment], file_row: Any, actions: dict[str, Action]
) -> list[ReportRow]:
    """His reports, those that wait for an answer first. Two queries, however many."""
    found = {row.pk: row for row in attachments}
    rows = list(
        case.seat.observations.select_related("meeting", "answered_by", "by")
        .prefetch_related("files")
        .order_by("-number")
    )
    rows.sort(key=lambda row: row.answered_at is not None)
    answer, fix = (_url(actions, edge) for edge in ("answer_report", "record_fix"))
    return [
        ReportRow(
            report=row,
            files=[file_row(case, found.get(file.pk, file)) for file in row.files.all()],
            url=f"{answer}?report={row.pk}" if answer and row.answered_at is None else "",
            fix_url=f"{fix}?report={row.pk}" if fix and row.outcome == Observation.Outcome.PROMISED else "",
            first=number == 0 and row.answered_at is None,
        )
        for number, row in enumerate(rows)
    ]


def _url(actions: dict[str, Action], edge: str) -> str:
    action = actions.get(edge)
    return action.url if action is not None and not action.reason else ""


def suspended_days(case: SeatCase) -> list[tuple[date, date | None]]:
    """From when until when the seat did not count; None for "still". One query."""
    return list(case.seat.suspensions.values_list("since", "until"))
