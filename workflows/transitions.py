"""The one way in which a case changes: `open_case()` begins one, `perform()` takes an edge of its graph.

A page, the API, a command, a timer and a test all come through here. Everything is one transaction that starts with
the lock of the case row; what others may have to be told is an outbox row in it, and nothing is sent from here.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit, User
from organisations.queries import held_posts
from workflows import ledger
from workflows.actors import TIMER, Actor, HasRole, post_for
from workflows.files import delete_evidence
from workflows.flow import follow
from workflows.graph import BACK, Edge
from workflows.models import Assignment, Case, LedgerEntry
from workflows.numbering import give_unit_number
from workflows.refusals import Busy, Missing, NotAllowed, Overtaken, WrongState
from workflows.registry import Kind, kind_of
from workflows.timekeeping import NoClockRule, Timekeeper
from workflows.wakeups import About, wake

_DEADLOCK, _SERIALIZATION = "40P01", "40001"
_COLUMNS = (
    "subject",
    "category",
    "protected",
    "number",
    "state",
    "came_from",
    "state_version",
    "is_open",
    "unit_id",
    "holder_id",
    "screened",
    "raised_to_id",
    "next_due",
    "unread",
    "state_since",
    "changed_at",
    "closed_at",
    "ledger_seq",
    "ledger_head",
    "process_id",
)
# One statement, so that there is never an entry without its head nor a head without its entry.
_RECORD = f"""
WITH entry AS (
    INSERT INTO workflows_ledgerentry
        (case_id, seq, at, actor_kind, actor_id, post_id, verb, from_state, to_state, facts, previous, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
), told AS (
    INSERT INTO workflows_outboxrow (case_id, event, seq, facts, at)
    SELECT %s, %s, %s, '{{}}'::jsonb, %s WHERE %s
)
UPDATE workflows_case SET {", ".join(f"{column} = %s" for column in _COLUMNS)} WHERE id = %s
"""  # noqa: S608 - the columns are the constants above

T = TypeVar("T")


@dataclass
class Step:
    """One edge being taken: what its action may look at and change. The case is locked."""

    case: Case
    edge: Edge
    actor: Actor
    at: datetime
    clocks: Timekeeper
    number_wanted: bool = False
    counts_from: date | None = None
    stored_files: list[str] = field(default_factory=list)
    _follow_ups: list[Callable[[], object]] = field(default_factory=list)

    def then(self, follow_up: Callable[[], object]) -> None:
        """What other cases do because of this edge: in the same transaction, once this case is written as it is then.

        A follow-up takes edges by `perform()` and `open_case()` itself; one that is refused undoes this edge too. Cases
        are locked in one order: a committee before its seats, a purchase before the seats of its committees.
        """
        self._follow_ups.append(follow_up)

    def _follow_up(self) -> None:
        for follow_up in self._follow_ups:
            follow_up()

    @property
    def today(self) -> date:
        """The day of the step in Bangkok."""
        return timezone.localdate(self.at)

    @property
    def user(self) -> User:
        """The person who acts. Only for edges that nobody but a person may take."""
        assert self.actor.user is not None
        return self.actor.user

    def hand_to(self, user: User | None) -> None:
        """Put the case into somebody's hands, or back on the table of its unit."""
        if self.case.holder_id != (user.pk if user else None):
            self.case.holder = user
            Assignment.objects.create(case=self.case, user=user, by=self.actor.user, at=self.at)


def open_case(
    kind_code: str,
    edge_name: str,
    actor: Actor,
    *,
    unit: Unit,
    at: datetime | None = None,
    opened_at: datetime | None = None,
    silent: bool = False,
    **facts: Any,
) -> Case:
    """Begin a case in `unit` by an edge without sources.

    facts: what the action of the edge takes. at: the moment it happened, for imports and demonstrations; else now.
    opened_at: when the matter began, where that was earlier (an import that arrives as closed).
    silent: an imported case, which shows its clocks and sends nothing. Raises Refused when the edge may not be taken.
    """
    kind = kind_of(kind_code)
    edge = kind.graph.edge(edge_name)
    moment = at or timezone.now()
    with transaction.atomic():
        case = kind.case_model(
            kind=kind_code,
            state=edge.target,
            unit=unit,
            silent=silent,
            opened_at=opened_at or moment,
            state_since=moment,
            changed_at=moment,
        )
        # Until the series is locked, at the very end.
        case.number = case.public_id
        _check(edge, case, actor, facts)
        case.save(force_insert=True)
        return _take(kind, edge, case, actor, facts, moment, state_before="")


def perform(
    case: Case,
    edge_name: str,
    actor: Actor,
    *,
    seen_version: int | None = None,
    seen_seq: int | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Case:
    """Take an edge of the graph of `case`, whole or not at all.

    case: any instance; it is read again under the lock and stays as it was, the fresh one is returned.
    seen_version: the `state_version` the person had before him; another one now raises Overtaken.
    seen_seq: the `ledger_seq` he had before him; if he himself has taken the same edge since (a form sent twice), that
    raises Overtaken too, also for an act, which leaves the version as it is.
    at: the moment it happened, for demonstrations; else the moment after the lock. facts: what the action takes.
    Raises Overtaken, WrongState, NotAllowed or Missing (all Refused); then nothing has been written.
    """
    kind = kind_of(case.kind)
    edge = kind.graph.edge(edge_name)

    def once() -> Case:
        with transaction.atomic():
            # NO KEY: rows that only refer to the case can still be written by others.
            locked = kind.case_model.objects.select_for_update(no_key=True).get(pk=case.pk)
            if seen_version is not None and locked.state_version != seen_version:
                raise Overtaken(locked, last_entry(locked))
            if seen_seq is not None and (again := _taken_since(locked, edge, actor, seen_seq)):
                raise Overtaken(locked, again)
            if locked.state not in edge.sources:
                raise WrongState(locked, edge)
            # After the lock, for the clock of a transaction that waited is behind; never before the last entry.
            moment = max(at or timezone.now(), locked.changed_at)
            _check(edge, locked, actor, facts)
            _check_time(edge, locked, moment)
            return _take(kind, edge, locked, actor, facts, moment, state_before=locked.state)

    return without_deadlock(once)


def last_entry(case: Case) -> LedgerEntry | None:
    """The newest ledger entry of a case, with its actor."""
    return LedgerEntry.objects.filter(case=case.pk).select_related("actor").order_by("-seq").first()


def _taken_since(case: Case, edge: Edge, actor: Actor, seq: int) -> LedgerEntry | None:
    if case.ledger_seq <= seq:
        return None
    entries = LedgerEntry.objects.filter(case=case.pk, seq__gt=seq, verb=edge.name, actor_kind=actor.kind)
    return entries.filter(actor=actor.user).select_related("actor").order_by("-seq").first()


def why_not(case: Case, edge: Edge, actor: Actor) -> "Missing | NotAllowed | WrongState | None":
    """Why `actor` cannot take `edge` now, as far as that is known before he gives any facts; None when he can."""
    if case.state not in edge.sources:
        return WrongState(case, edge)
    try:
        _check(edge, case, actor, None)
    except (Missing, NotAllowed) as refusal:
        return refusal
    return None


def _check(edge: Edge, case: Case, actor: Actor, facts: Mapping[str, Any] | None) -> None:
    if not any(who.holds(actor, case) for who in edge.by):
        raise NotAllowed(edge)
    for guard in edge.requires:
        if sentence := guard.refusal(case, actor, facts):
            raise Missing(sentence, field=guard.code)


def _check_time(edge: Edge, case: Case, at: datetime) -> None:
    """An edge that time takes needs its time to have run out, whoever asks."""
    today = timezone.localdate(at)
    if edge.ends_with and not case.clocks.filter(code=edge.ends_with, stopped_on=None, due_on__lt=today).exists():
        raise Missing(_("The time has not run out yet."), field="time")


def _take(
    kind: Kind, edge: Edge, case: Case, actor: Actor, facts: Mapping[str, Any], at: datetime, *, state_before: str
) -> Case:
    """Steps 3 to 9 of `docs/architecture.md`: the case is locked and everything has been checked."""
    graph = kind.graph
    step = Step(case, edge, actor, at, Timekeeper(case, kind.lineage))
    holder_before, work_before = case.holder_id, graph.state(state_before).work if state_before else ""

    try:
        action = kind.actions.get(edge.name)
        entry_facts = dict((action(step, **facts) if action else None) or {})
        if state_before and edge.moves:
            _move(case, edge, at)
        elif not state_before:
            case.state_version = 1
        if state_before:
            _raise(step, kind)
        _keep_time(step, paused_before=bool(state_before) and graph.state(state_before).pauses, kind=kind)
        _keep_open(case, is_open=graph.state(case.state).is_open, at=at)
        follow(case, kind.flow, work_before=work_before, holder_before=holder_before)
        if step.number_wanted:
            give_unit_number(case, step.today, kind.series)
        _record(step, entry_facts, state_before)
        if actor.kind != LedgerEntry.ActorKind.IMPORT:
            wake(About.CASES, [case.pk])
        step._follow_up()  # noqa: SLF001 - the other half of `then`
    except NoClockRule as without:
        _forget_files(step)
        sentence = _("The clock “%(code)s” has no rule in force. An administrator has to enter one.")
        raise Missing(sentence % {"code": without}) from None
    except BaseException:
        _forget_files(step)
        raise
    return case


def _forget_files(step: Step) -> None:
    """The rows go with the transaction; what lies on the disk has to be taken away."""
    for name in step.stored_files:
        delete_evidence(name)


def _move(case: Case, edge: Edge, at: datetime) -> None:
    left = case.state
    getattr(case, edge.name)()
    if edge.detour:
        case.came_from = left
    elif edge.target == BACK:
        case.came_from = ""
    case.state_version += 1
    case.state_since = at


def _raise(step: Step, kind: Kind) -> None:
    """Whose step it is may follow from any edge. Where one that moves nothing makes it the step of a unit above, that
    is an entry of its own, of which those there are told (`handover.rise`)."""
    case = step.case
    vars(case).pop("_conflicted", None)  # the action may have written who is
    above = kind.rises_to(case)
    if step.edge.moves or above is None:
        case.raised_to = above
    elif above.pk != case.raised_to_id:
        step.then(lambda: perform(case, "rise", TIMER, at=step.at))


def _keep_time(step: Step, *, paused_before: bool, kind: Kind) -> None:
    state = kind.graph.state(step.case.state)
    if paused_before and not state.pauses:
        step.clocks.resume(step.today)
    for code in step.edge.stops:
        step.clocks.stop(code, step.today)
    if not state.is_open:
        step.clocks.stop_duties(step.today)
    if state.pauses and not paused_before:
        step.clocks.pause(step.today)
    step.clocks.start_all(step.edge.starts, step.counts_from or step.today)
    step.clocks.save()


def _keep_open(case: Case, *, is_open: bool, at: datetime) -> None:
    if case.is_open and not is_open:
        case.closed_at = at
    elif not case.is_open and is_open:
        case.closed_at = None
    case.is_open = is_open


def _record(step: Step, facts: Mapping[str, Any], state_before: str) -> None:
    case, actor = step.case, step.actor
    text = ledger.canonical(facts)
    seq, previous, post = case.ledger_seq + 1, case.ledger_head, _post(step)
    user = actor.user.pk if actor.user else None
    case.ledger_seq, case.changed_at = seq, step.at
    case.ledger_head = ledger.entry_hash(
        case=case.public_id,
        seq=seq,
        at=step.at,
        actor_kind=actor.kind,
        actor=user,
        post=post,
        verb=step.edge.name,
        from_state=state_before,
        to_state=case.state,
        facts=text,
        previous=previous,
    )
    entry = (case.pk, seq, step.at, actor.kind, user, post, step.edge.name, state_before, case.state, text, previous)
    told = (case.pk, step.edge.name, seq, step.at, bool(step.edge.tells) and actor.kind != LedgerEntry.ActorKind.IMPORT)
    row = tuple(getattr(case, column) for column in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, (*entry, case.ledger_head, *told, *row, case.pk))


def _post(step: Step) -> int | None:
    """The post in which the person acts: the nearest that gives the right, else the first he holds."""
    user = step.actor.user
    if user is None:
        return None
    for who in step.edge.by:
        if isinstance(who, HasRole) and (post := post_for(user, step.case, who.role)):
            return post.post_id
    return next((post.post_id for post in held_posts(user)), None)


def without_deadlock(once: Callable[[], T], attempts: int = 6) -> T:
    """Run a whole transaction again when PostgreSQL gave it up for another one; nobody is shown a dead-lock.

    once: the transaction. attempts: how often it is tried. Out: what `once` returns. Raises what it raises, and Busy
    when it was given up every time.
    """
    for attempt in range(attempts):
        try:
            return once()
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", "")
            inside_another = connection.in_atomic_block
            if state not in (_DEADLOCK, _SERIALIZATION) or inside_another:
                raise
            if attempt == attempts - 1:
                raise Busy from error
            # By chance: those that got into each other's way do not begin again at one moment.
            time.sleep(random.uniform(0, 0.04 * 2**attempt))  # noqa: S311 - no secret
    raise AssertionError("unreachable")
