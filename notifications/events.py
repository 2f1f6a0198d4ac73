"""News about no case, such as the statistics of a month. Apps above register theirs in ``AppConfig.ready()``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from organisations.models import User
from workflows.models import OutboxRow
from workflows.wakeups import About, wake

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """A kind of news without a case.

    name: as it stands in the outbox. topic: the heading under which people choose how they are told.
    recipients: who is told, and may be, at the moment of telling. sentence: what they read, in the language that is
    active. page: the address, within this site, at which it opens.
    """

    name: str
    topic: str
    recipients: Callable[[Facts], Iterable[User]]
    sentence: Callable[[Facts], str]
    page: Callable[[Facts], str]


_events: dict[str, Event] = {}


def register(event: Event) -> None:
    """Make a kind of news known."""
    _events[event.name] = event


def event_of(name: str) -> Event:
    """The event of that name; KeyError when no app registered it."""
    return _events[name]


def announce(name: str, facts: Facts) -> OutboxRow:
    """Write news into the outbox, in the transaction of the caller; the relay tells it. facts: ids and codes only."""
    event_of(name)
    row = OutboxRow.objects.create(case=None, event=name, facts=dict(facts), at=timezone.now())
    wake(About.CASES, [0])
    return row
