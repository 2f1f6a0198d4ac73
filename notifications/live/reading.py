"""What the sockets of a process ask the database, for all of them at once. Runs in threads; nothing here waits."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare

from notifications.models import Notice, NoticeCounter
from notifications.sentences import sentences
from organisations.formats import digits, thai_numerals
from organisations.middleware import ACTIVE_AT
from organisations.models import Holding, UnitReach, User
from workflows.models import Case, Conflict
from workflows.queries import known_among, visible_to
from workflows.registry import kind_of

Row = dict[str, Any]

ROWS_AT_ONCE = 50
# The relay has looked at the rights of a notice when it told it; for so long nobody looks again but at conflicts, and
# at cases that are protected.
_FRESH = timedelta(seconds=30)
_AFTER = """
SELECT notice.id FROM unnest(%s::bigint[], %s::bigint[]) AS asked (person, seen)
CROSS JOIN LATERAL (
    SELECT id FROM notifications_notice WHERE recipient_id = asked.person AND number > asked.seen
    ORDER BY number LIMIT %s
) AS notice
"""


@dataclass(frozen=True)
class Person:
    """Who sits at a socket: his account, his session, and the posts that are his rights at this moment."""

    user: int
    session: str
    posts: frozenset[tuple[int, str]]


def recognise(session_keys: Iterable[str]) -> dict[str, Person]:
    """Who each of these sessions belongs to; one that is nobody's, has ended or was idle for too long is left out.

    What `django.contrib.auth` and `IdleEndMiddleware` look at in a request, for many sessions in three queries.
    """
    claims: dict[str, tuple[int, str]] = {}
    idle_since = time.time() - settings.IDLE_END.total_seconds()
    for session in Session.objects.filter(session_key__in=set(session_keys), expire_date__gt=timezone.now()):
        data = session.get_decoded()
        if SESSION_KEY in data and data.get(ACTIVE_AT, time.time()) >= idle_since:
            claims[session.session_key] = (int(data[SESSION_KEY]), data.get(HASH_SESSION_KEY, ""))
    users = User.objects.filter(is_active=True).in_bulk({user for user, _hash in claims.values()})
    posts = _posts(users)
    return {
        key: Person(pk, key, posts[pk])
        for key, (pk, known) in claims.items()
        if pk in users and constant_time_compare(known, users[pk].get_session_auth_hash())
    }


def _posts(users: Iterable[int]) -> dict[int, frozenset[tuple[int, str]]]:
    today = timezone.localdate()
    held: dict[int, set[tuple[int, str]]] = defaultdict(set)
    holdings = Holding.objects.filter(user__in=list(users), valid__contains=today, post__valid__contains=today)
    for user, unit, roles in holdings.values_list("user", "post__unit", "post__roles"):
        held[user] |= {(unit, role) for role in roles}
    return defaultdict(frozenset, {user: frozenset(found) for user, found in held.items()})


def gone(people: Iterable[Person]) -> set[Person]:
    """Those whose session no longer is what it was when the socket opened: signed out, or with a right less.

    Who has gained a post sits on: his pages know when they are opened.
    """
    asked = list(people)
    now = recognise(person.session for person in asked)
    return {
        person
        for person in asked
        if (found := now.get(person.session)) is None or found.user != person.user or not person.posts <= found.posts
    }


def last_numbers(users: Iterable[int]) -> dict[int, int]:
    """The number of the last notice of each of these people; those who were never told anything are left out."""
    return dict(NoticeCounter.objects.filter(recipient__in=list(users)).values_list("recipient_id", "last"))


@dataclass(frozen=True)
class Batch:
    """The next rows of one socket. upto: the number it has seen with them (rows that are hidden from him are passed
    over); more: whether there may be further ones."""

    rows: Sequence[Row]
    upto: int
    more: bool


def rows_after(asked: Sequence[tuple[int, int]]) -> list[Batch]:
    """For each (person, number he has seen): his next rows, in order, `ROWS_AT_ONCE` at the most.

    Rows of a case that no longer exists for him are left out. A row: n, text (in his language), url, at, unread.
    """
    pairs = sorted(set(asked))
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, [[user for user, _ in pairs], [seen for _, seen in pairs], ROWS_AT_ONCE])
        keys = [row[0] for row in cursor.fetchall()]
    notices = Notice.objects.filter(pk__in=keys).select_related("case", "recipient").order_by("recipient", "number")
    of_person: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        of_person[notice.recipient_id].append(notice)
    hidden = _hidden(of_person)
    shown = _shown([notice for rows in of_person.values() for notice in rows if notice.pk not in hidden])
    found = {}
    for user, seen in pairs:
        rows = [notice for notice in of_person[user] if notice.number > seen][:ROWS_AT_ONCE]
        found[user, seen] = Batch(
            [shown[notice.pk] for notice in rows if notice.pk in shown],
            rows[-1].number if rows else seen,
            len(rows) == ROWS_AT_ONCE,
        )
    return [found[pair] for pair in asked]


def _hidden(of_person: Mapping[int, Sequence[Notice]]) -> set[int]:
    """Keys of the notices whose case does not exist for its reader any more."""
    fresh_since, hidden = timezone.now() - _FRESH, set()
    cases = {notice.case_id for rows in of_person.values() for notice in rows}
    conflicts = set(Conflict.objects.filter(user__in=of_person, case__in=cases - {None}).values_list("user", "case"))
    for user, rows in of_person.items():
        hidden |= {notice.pk for notice in rows if (user, notice.case_id) in conflicts}
        doubtful = {
            notice.case.pk for notice in rows if notice.case and (notice.told_at < fresh_since or notice.case.protected)
        }
        if doubtful:
            known = known_among(rows[0].recipient, doubtful)
            hidden |= {notice.pk for notice in rows if notice.case_id in doubtful - known}
    return hidden


def _shown(notices: Sequence[Notice]) -> dict[int, Row]:
    languages: dict[tuple[str, bool], list[Notice]] = defaultdict(list)
    for notice in notices:
        languages[notice.recipient.language, notice.recipient.thai_numerals].append(notice)
    found: dict[int, Row] = {}
    for (language, numerals), rows in languages.items():
        with translation.override(language), thai_numerals(numerals):
            for notice, sentence in zip(rows, sentences(rows), strict=True):
                found[notice.pk] = {
                    "n": notice.number,
                    "text": digits(sentence),
                    "url": reverse("notice", kwargs={"number": notice.number}),
                    "at": notice.at.isoformat(),
                    "unread": notice.read_at is None,
                }
    return found


# --- Pages that show cases --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Changed:
    """A case that changed: the posts (unit, role) from which it is seen, and whether each person must be asked for."""

    case: int
    seen_from: frozenset[tuple[int, str]]
    guarded: bool


def changed_cases(cases: Iterable[int]) -> list[Changed]:
    """From where these cases are seen. guarded: it is protected, or somebody has a conflict with it."""
    rows = list(Case.objects.filter(pk__in=list(cases)).values_list("pk", "kind", "unit", "raised_to", "protected"))
    conflicted = set(Conflict.objects.filter(case__in=[row[0] for row in rows]).values_list("case", flat=True))
    above: dict[int, set[int]] = defaultdict(set)
    for unit, higher in UnitReach.objects.filter(unit__in={row[2] for row in rows}).values_list("unit", "above"):
        above[unit].add(higher)
    # The unit it was raised to lay above it then; the tree may have changed since.
    return [
        Changed(
            pk,
            frozenset(product(above[unit] | ({raised_to} - {None}), kind_of(kind).readers)),
            protected or pk in conflicted,
        )
        for pk, kind, unit, raised_to, protected in rows
    ]


def who_sees(asked: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of these (person, case) the pairs in which the case exists for the person now."""
    cases: dict[int, set[int]] = defaultdict(set)
    for user, case in asked:
        cases[user].add(case)
    found: set[tuple[int, int]] = set()
    for person in User.objects.filter(pk__in=cases):
        found |= {(person.pk, case) for case in known_among(person, cases[person.pk])}
    return found


def case_keys(user_id: int, public_ids: Sequence[str]) -> dict[str, int]:
    """The keys of these cases, as far as they exist for the person."""
    user = User.objects.get(pk=user_id)
    return dict(visible_to(user).filter(public_id__in=public_ids).values_list("public_id", "pk"))
