"""How the roads of news are doing, for administrators: the only reads of their page. No address, no text, no case.

Every count stops at `MOST_COUNTED`, and each is answered from an index of its own (all but what was not sent today),
so that the page is as quick when a million messages lie behind it as on the first day.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.backoff import MOST_FAILURES
from notifications.events import event_of
from notifications.models import Delivery, Road, RoadState, Webhook
from notifications.relay import MOST_FAILURES as MOST_TELLINGS
from notifications.roads import email, line, say_reason
from organisations.models import Holding
from workflows.models import OutboxRow
from workflows.registry import kind_of

State = Delivery.State
MOST_COUNTED = 9_999
PAGE = 50
_SET_UP: dict[str, Callable[[], bool]] = {Road.EMAIL: email.is_set_up, Road.LINE: line.is_set_up}


@dataclass(frozen=True)
class Count:
    """A number, counted no further than one above `MOST_COUNTED`."""

    number: int

    @property
    def more(self) -> bool:
        """Whether there are more than are shown."""
        return self.number > MOST_COUNTED

    @property
    def shown(self) -> int:
        """The number that is shown."""
        return min(self.number, MOST_COUNTED)


def count(rows: QuerySet[OutboxRow] | QuerySet[Delivery]) -> Count:
    """How many there are."""
    return Count(rows.order_by()[: MOST_COUNTED + 1].count())


# --- The outbox -------------------------------------------------------------------------------------------------------
def untold() -> QuerySet[OutboxRow]:
    """What the relay has yet to tell, oldest first."""
    return OutboxRow.objects.filter(relayed_at=None, failures__lt=MOST_TELLINGS).order_by("id")


def given_up() -> QuerySet[OutboxRow]:
    """What the relay could not tell and left to the administrator, oldest first."""
    return OutboxRow.objects.filter(relayed_at=None, failures__gte=MOST_TELLINGS).order_by("id")


@dataclass(frozen=True)
class Telling:
    """An outbox row as an administrator sees it: of a case its number and the name of the step; of a protected case
    neither."""

    pk: int
    what: str
    failures: int
    at: datetime


def tellings(rows: Iterable[OutboxRow]) -> list[Telling]:
    """These rows, their cases loaded, in the language that is active."""
    return [Telling(row.pk, _what(row), row.failures, row.at) for row in rows]


def _what(row: OutboxRow) -> str:
    if row.case is None:
        try:
            return event_of(row.event).sentence(row.facts)
        except Exception:  # noqa: BLE001 - perhaps it could not be told for this very reason
            return row.event
    if row.case.protected:
        return _("News of a protected case")
    edges = kind_of(row.case.kind).graph.edges
    label = next((edge.label for edge in edges if edge.name == row.event), row.event)
    if row.event == OutboxRow.CLOCK_WARNING:
        label = _("a deadline")
    return _("Case %(number)s: %(event)s") % {"number": row.case.number, "event": label}


# --- The roads --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RoadReport:
    """How one road is doing. gate: as `RoadState` knows it, "email", "line" or "webhook:1". oldest: when what has
    waited longest was written. dropped_today: what there was nothing to send of, or nobody to send to, or no road for.
    rate: messages a minute at the most. is_set_up: whether this installation has the road at all."""

    gate: str
    label: str
    waiting: Count
    oldest: datetime | None
    sent_today: Count
    dead: Count
    dropped_today: Count
    state: RoadState
    rate: int
    is_set_up: bool

    @property
    def shut_until(self) -> datetime | None:
        """Nothing is tried before this moment; None where the road is open."""
        until = self.state.open_until
        return until if until is not None and until > timezone.now() else None

    @property
    def fails(self) -> bool:
        """Whether the road itself is at fault by now."""
        return self.state.failures >= MOST_FAILURES

    @property
    def last_error(self) -> str:
        """What went wrong the last time, in the language that is active."""
        return say_reason(self.state.last_error)


def of_gate(gate: str) -> QuerySet[Delivery]:
    """The deliveries of a road; "webhook" are those of all webhooks, "webhook:1" of one."""
    road, _colon, one = gate.partition(":")
    found = Delivery.objects.filter(road=road)
    return found.filter(target=gate) if one else found


def gates() -> dict[str, str]:
    """Every road there is, with its name: e-mail, LINE, and each webhook."""
    roads = {road.value: str(road.label) for road in (Road.EMAIL, Road.LINE)}
    hooks = Webhook.objects.order_by("name", "pk").values_list("pk", "name")
    return roads | {f"webhook:{pk}": _("Webhook: %(name)s") % {"name": name} for pk, name in hooks}


def report_of(gate: str, label: str, state: RoadState | None) -> RoadReport:
    """How one road is doing now."""
    found = of_gate(gate)
    waiting = found.filter(state=State.WAITING)
    road = gate.partition(":")[0]
    return RoadReport(
        gate,
        label,
        count(waiting),
        waiting.order_by("created_at").values_list("created_at", flat=True).first(),
        count(found.filter(state=State.SENT, ended_at__gte=today())),
        count(found.filter(state=State.DEAD)),
        count(found.filter(state=State.DROPPED, ended_at__gte=today())),
        state or RoadState(road=gate),
        settings.ROAD_RATES[road],
        road not in _SET_UP or _SET_UP[road](),
    )


def reports() -> list[RoadReport]:
    """How all roads are doing now."""
    states = RoadState.objects.in_bulk()
    return [report_of(gate, label, states.get(gate)) for gate, label in gates().items()]


def today() -> datetime:
    """The moment at which today began here."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


# --- Deliveries -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Page:
    """One page of deliveries; `after` is the cursor of the next one, "" at the end."""

    rows: list["Sending"]
    after: str


@dataclass(frozen=True)
class Sending:
    """A delivery as an administrator sees it. whom: a person of the staff by name, a system by its name; a citizen or
    a complainant only as such."""

    pk: int
    whom: str
    reason: str
    attempts: int
    at: datetime
    due_at: datetime


def page_of_deliveries(gate: str, state: str, after: str = "") -> Page:
    """One page: what waits by its age; what was sent or dropped today and what is dead by its end, the newest first."""
    found = of_gate(gate).filter(state=state)
    moment = "created_at" if state == State.WAITING else "ended_at"
    if state in {State.SENT, State.DROPPED}:
        found = found.filter(ended_at__gte=today())
    forward = state == State.WAITING
    if cursor := _cursor(after):
        at, pk = cursor
        # The first narrows the index; the second leaves out what the page before has shown of the same moment.
        found = found.filter(**{f"{moment}__{'gte' if forward else 'lte'}": at})
        found = found.exclude(Q(**{moment: at}) & (Q(pk__lte=pk) if forward else Q(pk__gte=pk)))
    sign = "" if forward else "-"
    rows = list(found.select_related("recipient", "webhook").order_by(f"{sign}{moment}", f"{sign}pk")[: PAGE + 1])
    shown, last = rows[:PAGE], rows[min(len(rows), PAGE) - 1] if rows else None
    more = len(rows) > PAGE and last is not None
    return Page(_sendings(shown, moment), f"{getattr(last, moment).isoformat()}~{last.pk}" if more and last else "")


def _cursor(text: str) -> tuple[datetime, int] | None:
    at, _tilde, pk = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    good = moment.tzinfo is not None and pk.isascii() and pk.isdecimal() and len(pk) <= 18
    return (moment, int(pk)) if good else None


def _sendings(rows: list[Delivery], moment: str) -> list[Sending]:
    people = {row.recipient_id for row in rows if row.recipient_id}
    staff = set(Holding.objects.filter(user__in=people).values_list("user", flat=True)) if people else set()
    return [
        Sending(row.pk, _whom(row, staff), say_reason(row.reason), row.attempts, getattr(row, moment), row.due_at)
        for row in rows
    ]


def _whom(row: Delivery, staff: set[int]) -> str:
    if row.webhook is not None:
        return row.webhook.name
    if row.recipient is None:
        return _("a complainant")
    if row.recipient_id in staff or row.recipient.is_superuser:
        return str(row.recipient)
    return _("a citizen")
