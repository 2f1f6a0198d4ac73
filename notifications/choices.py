"""How each person is told outside the pages: his choices, the practice of the house where he made none, and what may
not be switched off."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from notifications.models import Choice, LineAccount, Notice, Road
from organisations.models import User
from organisations.queries import on_leave
from workflows.graph import Text
from workflows.models import OutboxRow
from workflows.registry import kind_of

from .events import event_of

Pace = Choice.Pace


class Topic(StrEnum):
    """The headings under which a person chooses."""

    COMPLAINTS = "complaints"
    PROCUREMENT = "procurement"
    SCORES = "scores"
    DEADLINES = "deadlines"
    OVERDUE = "overdue"
    HOUSE = "house"


@dataclass(frozen=True)
class Practice:
    """A topic: its name, how people are told who chose nothing, and the paces that are offered.

    What is overdue, and what the house itself has to say (statistics for the superior, a road that is down), cannot be
    switched off: at least a digest tells it.
    """

    label: Text
    email: Pace
    line: bool
    paces: tuple[Pace, ...] = (Pace.NOW, Pace.DAILY, Pace.WEEKLY, Pace.NEVER)


PRACTICES = {
    Topic.COMPLAINTS: Practice(_("What happens to complaints"), Pace.DAILY, line=False),
    Topic.PROCUREMENT: Practice(_("Purchases, committees and citizen seats"), Pace.DAILY, line=False),
    Topic.SCORES: Practice(_("Assessments and scores"), Pace.DAILY, line=False),
    Topic.DEADLINES: Practice(_("Deadlines that come near"), Pace.DAILY, line=False),
    Topic.OVERDUE: Practice(_("Deadlines that have passed"), Pace.NOW, line=True, paces=(Pace.NOW, Pace.DAILY)),
    Topic.HOUSE: Practice(_("Reports, and the service itself"), Pace.NOW, line=False, paces=(Pace.NOW, Pace.DAILY)),
}


def topic_of(row: OutboxRow | Notice) -> Topic:
    """The heading under which an event falls."""
    if row.event == OutboxRow.CLOCK_WARNING:
        return Topic.OVERDUE if row.facts["percent"] >= 100 else Topic.DEADLINES
    return Topic(kind_of(row.case.kind).topic if row.case else event_of(row.event).topic)


@dataclass(frozen=True)
class Wish:
    """How one person wants to be told of one topic."""

    email: Pace
    line: bool


AddressBook = Callable[[User, str], str | None]
"""(person, road) → his address there; "" when he has none or does not want it; None when he is not in this book."""

Readership = Callable[[Iterable[int]], Mapping[int, bool]]
"""people → those of them who are in a book, and whether each has an e-mail address there and wants to be written to."""

_books: list[AddressBook] = []
_readers: list[Readership] = []


def register_book(book: AddressBook, whose: Readership) -> None:
    """Make addresses known that a floor above keeps.

    Who is in the book holds no post and has neither choices nor digests: he is told at once of everything by e-mail,
    or not at all.
    """
    _books.append(book)
    _readers.append(whose)


def in_a_book(user_ids: Iterable[int]) -> set[int]:
    """Those of these people who are in a book of a floor above."""
    ids = list(user_ids)
    return {user for whose in _readers for user in whose(ids)}


def address_of(user: User, road: str) -> str:
    """The address of a person on a road, read when a message leaves; "" where he has none."""
    for book in _books:
        if (found := book(user, road)) is not None:
            return found
    if road == Road.EMAIL:
        return user.email
    account = LineAccount.objects.filter(user=user).first()
    return account.line_id if account else ""


def chosen(user: User) -> dict[Topic, Wish]:
    """What holds for a person by his choices and the practice of the house, whether or not he has an address."""
    rows = {row.topic: row for row in Choice.objects.filter(user=user)}
    return {topic: _wish(practice, rows.get(topic)) for topic, practice in PRACTICES.items()}


def wishes(user_ids: Iterable[int]) -> dict[tuple[int, Topic], Wish]:
    """How these people want to be told of every topic, and can be: who has no address is told on the pages."""
    ids = list(user_ids)
    addressed = dict(User.objects.filter(pk__in=ids).exclude(email="").values_list("pk", "email"))
    on_line = set(LineAccount.objects.filter(user__in=ids).values_list("user_id", flat=True))
    rows = {(row.user_id, row.topic): row for row in Choice.objects.filter(user__in=ids)}
    strangers = {user: reached for whose in _readers for user, reached in whose(ids).items()}
    found: dict[tuple[int, Topic], Wish] = {}
    for user in ids:
        for topic, practice in PRACTICES.items():
            if user in strangers:
                found[user, topic] = Wish(Pace.NOW if strangers[user] else Pace.NEVER, line=False)
                continue
            wish = _wish(practice, rows.get((user, topic)))
            found[user, topic] = Wish(wish.email if user in addressed else Pace.NEVER, wish.line and user in on_line)
    return found


def _wish(practice: Practice, row: Choice | None) -> Wish:
    if row is None:
        return Wish(practice.email, practice.line)
    # One that is no longer offered was chosen before it was said that this cannot be switched off.
    return Wish(Pace(row.email) if row.email in practice.paces else practice.email, row.line)


def away(user_ids: Iterable[int]) -> set[int]:
    """Those on leave today: their deputies are told beside them, and nothing follows them outside the pages."""
    return set(on_leave(user_ids))
