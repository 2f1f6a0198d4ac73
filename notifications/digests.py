"""Digests: once a day, or once a week, what waits for a person and what he has not read, in one e-mail.

A digest is a `Delivery` like others, one a person and period by constraint; what it says is found when it leaves.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.choices import Pace, Topic, away, in_a_book, topic_of, wishes
from notifications.duties import Duties, busy_people, due_soon_of, overdue_of
from notifications.models import Choice, Delivery, DeliveryLine, Notice, Road
from notifications.roads import NOTHING_TO_SAY, Letter
from notifications.sentences import sentences
from organisations.formats import write_date
from organisations.models import User
from workflows.models import OutboxRow
from workflows.queries import known_among

MOST = 30
"""How many lines a part has at the most; the others are counted."""
LOOK_BACK = timedelta(days=31)
"""What was told longer ago than this is no news, though nobody has read it."""
SOON_DAYS = {Pace.DAILY: 3, Pace.WEEKLY: 7}
"""How far ahead a digest looks, in days."""

_HOUR, _WEEKDAY = 8, 0  # as in DigestTime, for who has chosen nothing
_MOST_READ = 1_000
_NO_DUTIES = Duties([], 0, frozenset())


@dataclass(frozen=True)
class News:
    """What happened in one case, or one thing that is about none: the newest notice leads there."""

    number: int
    sentences: list[str]


@dataclass(frozen=True)
class Digest:
    """What a person is told at once. soon_days: how many days ahead `soon` looks."""

    today: date
    overdue: Duties
    soon: Duties
    soon_days: int
    news: list[News]
    more_news: int

    def __bool__(self) -> bool:
        return bool(self.overdue.first or self.soon.first or self.news)


def make_digests(now: datetime) -> int:
    """Write the digest of everybody whose hour has come and who has none for the period yet. Out: how many.

    However often it runs, and on however many machines, each gets one. A daily one that was missed is made up for on
    the same day, a weekly one in the same week. Who has no address, is on leave today, or is in an address book of a
    floor above gets none. With nothing to say it is written all the same, as dropped, and not looked at again.
    """
    written = 0
    for period, day, ids in (*_daily(now), *_weekly(now)):
        people = set(ids)
        people -= in_a_book(people) | away(people)
        if people:
            written += _write(period, day, people, now)
    return written


def letter(delivery: Delivery) -> Letter | None:
    """What a digest says now, in the language and the numerals that are active; None when it has nothing to say.

    His rights count as they are at this moment. Of a protected case only the number is told. One that waited until
    the next was written says nothing: that one tells it all.
    """
    user, period = delivery.recipient, Pace(delivery.period)
    assert user is not None
    assert delivery.day is not None
    digests = _digests_of(user.pk, period)
    if digests.filter(day__gt=delivery.day).exists():
        return None
    wished = {topic: wish.email for (_user, topic), wish in wishes([user.pk]).items()}
    soon = wished[Topic.DEADLINES] in ({Pace.WEEKLY} if period == Pace.WEEKLY else {Pace.NOW, Pace.DAILY})
    sent = digests.filter(state=Delivery.State.SENT).exclude(pk=delivery.pk).order_by("-day").first()
    since = max(sent.created_at if sent else delivery.created_at - LOOK_BACK, delivery.created_at - LOOK_BACK)
    mailed = DeliveryLine.objects.filter(outbox=OuterRef("outbox"), road=Road.EMAIL, target=delivery.target)
    found = compose(
        user,
        today=timezone.localdate(),
        overdue=period == Pace.DAILY,  # beyond 150 % it stays in the daily digest (domain: Clocks)
        soon_days=SOON_DAYS[period] if soon else None,
        news=_unread(user, since).filter(~Exists(mailed), told_at__lte=delivery.created_at),
        topics={topic for topic, pace in wished.items() if pace == period},
    )
    if not found:
        return None
    written = write_date(delivery.day)
    subject = _("Sodsong: your week up to %(day)s") if period == Pace.WEEKLY else _("Sodsong: your work on %(day)s")
    text = render_to_string("notifications/digest.txt", {"digest": found, "site": settings.SITE_URL})
    return Letter(subject % {"day": written}, text.strip() + "\n")


def digest_now(user: User) -> Digest:
    """What a digest of every topic would tell him now, for his page."""
    return compose(
        user,
        today=timezone.localdate(),
        overdue=True,
        soon_days=SOON_DAYS[Pace.DAILY],
        news=_unread(user, timezone.now() - LOOK_BACK),
        topics=set(Topic),
    )


def compose(
    user: User, *, today: date, overdue: bool, soon_days: int | None, news: QuerySet[Notice], topics: Collection[Topic]
) -> Digest:
    """The parts of a digest. overdue: whether it tells what is; soon_days: how far it looks ahead, None for not at all.

    news: the notices it may tell of; of them those of `topics` that he may still be told of, but no warning about a
    case whose deadline stands above anyway: so a head reads the deadlines of his unit as one list.
    """
    late = overdue_of(user, today, MOST) if overdue else _NO_DUTIES
    soon = due_soon_of(user, today, soon_days, MOST) if soon_days is not None else _NO_DUTIES
    named = late.cases | soon.cases
    wanted = [
        notice
        for notice in news.select_related("case").order_by("-number")[:_MOST_READ]
        if topic_of(notice) in topics and not (notice.event == OutboxRow.CLOCK_WARNING and notice.case_id in named)
    ]
    # What is about no case was addressed to him by its own rules.
    known = known_among(user, {notice.case_id for notice in wanted if notice.case_id})
    told = [notice for notice in wanted if notice.case_id is None or notice.case_id in known]
    groups: dict[object, list[Notice]] = {}
    for notice in told:
        groups.setdefault(notice.case_id or ("notice", notice.pk), []).append(notice)
    shown = list(groups.values())[:MOST]
    return Digest(today, late, soon, soon_days or 0, _grouped(shown), len(groups) - len(shown))


def _grouped(groups: Sequence[Sequence[Notice]]) -> list[News]:
    # Oldest first within a case, and no sentence twice.
    rows = [notice for group in groups for notice in reversed(group)]
    said = dict(zip((row.pk for row in rows), sentences(rows), strict=True))
    return [News(group[0].number, list(dict.fromkeys(said[row.pk] for row in reversed(group)))) for group in groups]


def _unread(user: User, since: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=user, read_at=None, told_at__gt=since)


# --- Whose hour has come ----------------------------------------------------------------------------------------------
_Due = tuple[Pace, date, Iterable[int]]


def _daily(now: datetime) -> list[_Due]:
    local = timezone.localtime(now)
    people = _addressed(hour__lte=local.hour)
    return [(Pace.DAILY, local.date(), _without(people, Pace.DAILY, local.date()))]


def _weekly(now: datetime) -> list[_Due]:
    """Only who wants something once a week has such a digest. Each weekday by itself: its last one, up to now."""
    local = timezone.localtime(now)
    wanted = Choice.objects.filter(user=OuterRef("pk"), email=Pace.WEEKLY)
    due: list[_Due] = []
    for back in range(7):
        day = local.date() - timedelta(days=back)
        # Of the days before, the hour has come in any case.
        people = _addressed(weekday=day.weekday(), hour__lte=23 if back else local.hour).filter(Exists(wanted))
        due.append((Pace.WEEKLY, day, _without(people, Pace.WEEKLY, day)))
    return due


def _addressed(**time: int) -> QuerySet[User]:
    people = User.objects.filter(is_active=True).exclude(email="")
    chosen = people.annotate(
        hour=Coalesce(F("digest_time__hour"), _HOUR), weekday=Coalesce(F("digest_time__weekday"), _WEEKDAY)
    )
    return chosen.filter(**time)


def _without(people: QuerySet[User], period: Pace, day: date) -> Iterable[int]:
    """Those who have no digest of this day yet, nor of a later one: who changes his day is not told twice."""
    written = _digests_of(OuterRef("pk"), period).filter(day__gte=day)
    return people.filter(~Exists(written)).values_list("pk", flat=True)


def _digests_of(person: int | OuterRef, period: Pace) -> QuerySet[Delivery]:
    return Delivery.objects.filter(recipient=person, contents=Delivery.Contents.DIGEST, period=period)


def _write(period: Pace, day: date, people: set[int], now: datetime) -> int:
    unread = Notice.objects.filter(recipient__in=people, read_at=None, told_at__gt=now - LOOK_BACK)
    busy = set(unread.order_by().values_list("recipient", flat=True).distinct())
    busy |= busy_people(timezone.localdate(now) + timedelta(days=SOON_DAYS[period]))
    rows = [
        Delivery(
            road=Road.EMAIL,
            contents=Delivery.Contents.DIGEST,
            target=f"user:{person}",
            recipient_id=person,
            period=period,
            day=day,
            due_at=now,
            created_at=now,
            **({} if person in busy else _DROPPED | {"ended_at": now}),
        )
        for person in sorted(people)
    ]
    # Another machine may write the same ones in this moment; then they are its own.
    Delivery.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)
    return Delivery.objects.filter(key__in=[row.key for row in rows]).count()


_DROPPED = {"state": Delivery.State.DROPPED, "reason": NOTHING_TO_SAY}
