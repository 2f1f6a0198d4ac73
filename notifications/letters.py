"""What a message says, composed when it leaves: the rights of its recipient are looked at then, once more.

Of a protected case nobody outside reads more than that there is news; a citizen, and a complainant always, not more
than that there is news and where to read it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import digests, roads, webhooks
from notifications.choices import address_of
from notifications.models import Delivery, Notice, Road
from notifications.queries import page_of
from notifications.roads import Letter
from notifications.roads.line import LONGEST_TEXT
from notifications.sentences import sentences
from organisations.formats import digits, thai_numerals
from organisations.models import User
from organisations.navigation import Door, own_door
from workflows.models import Case, OutboxRow
from workflows.queries import known_among
from workflows.registry import kind_of

__all__ = ["Letter", "NotToSend", "compose", "compose_for_webhook"]

MOST_LINES = 50


class NotToSend(Exception):
    """There is nothing to say, or nobody to whom; `reason` is one of those in `notifications.roads`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def compose(delivery: Delivery) -> tuple[str, Letter]:
    """The address of a delivery by e-mail or LINE as it is now, and what it says. Raises NotToSend."""
    if delivery.case is not None:
        return _for_complainant(delivery.case, delivery.road)
    assert delivery.recipient is not None
    user = delivery.recipient
    if not user.is_active:
        raise NotToSend(roads.GONE)
    if not (address := address_of(user, delivery.road)):
        raise NotToSend(roads.NO_ADDRESS)
    with _for_reader(user):
        if delivery.contents == Delivery.Contents.DIGEST:
            return address, _digest(delivery)
        rows = _known(user, rows_of(delivery))
        if not rows:
            raise NotToSend(roads.NO_RIGHT)
        if door := own_door(user):
            return address, _for_citizen(door, delivery.road)
        letter = _mail if delivery.road == Road.EMAIL else _line
        return address, letter(user, rows)


def rows_of(delivery: Delivery) -> list[OutboxRow]:
    """What a delivery tells of, in the order in which it happened."""
    rows = OutboxRow.objects.filter(pk__in=delivery.lines.values("outbox"))
    return list(rows.select_related("case").order_by("id"))


@contextmanager
def _for_reader(user: User) -> Iterator[None]:
    with translation.override(user.language), thai_numerals(user.thai_numerals):
        yield


def _known(user: User, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    """Those of `rows` of which the person may still be told; what is about no case was addressed to him."""
    cases = {row.case_id for row in rows if row.case_id is not None}
    known = known_among(user, cases)
    return [row for row in rows if row.case_id is None or row.case_id in known]


def _digest(delivery: Delivery) -> Letter:
    if (found := digests.letter(delivery)) is None:
        raise NotToSend(roads.NOTHING_TO_SAY)
    return found


# --- A person ---------------------------------------------------------------------------------------------------------
def _mail(user: User, rows: Sequence[OutboxRow]) -> Letter:
    numbers = _notice_numbers(user, rows)
    shown = rows[:MOST_LINES]
    lines = [
        (digits(sentence), _site("notice", number=numbers[row.pk]) if row.pk in numbers else _site("notices"))
        for row, sentence in zip(shown, sentences(shown), strict=True)
    ]
    words = {"lines": lines, "more": _and_more(len(rows) - len(shown)), "all": _site("notices")}
    return Letter(_subject(len(rows)), _text("mail_news.txt", choices=_site("notice_choices"), **words))


def _line(user: User, rows: Sequence[OutboxRow]) -> Letter:  # noqa: ARG001 - as `_mail`
    """As many sentences as LINE's text has room for."""
    subject, link = _subject(len(rows)), _site("notices")
    shown = [f"• {digits(sentence)}" for sentence in sentences(rows[:MOST_LINES])]
    for count in range(len(shown), -1, -1):
        text = "\n".join(filter(None, [subject, *shown[:count], _and_more(len(rows) - count), link]))
        if len(text) <= LONGEST_TEXT:
            return Letter(subject, text)
    return Letter(subject, f"{subject}\n{link}")


def _subject(count: int) -> str:
    return digits(ngettext("Sodsong: %(count)s notice", "Sodsong: %(count)s notices", count) % {"count": count})


def _and_more(count: int) -> str:
    if count <= 0:
        return ""
    return digits(ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count})


def _notice_numbers(user: User, rows: Sequence[OutboxRow]) -> dict[int, int]:
    return dict(Notice.objects.filter(recipient=user, outbox__in=rows).values_list("outbox_id", "number"))


# --- Citizens and complainants ----------------------------------------------------------------------------------------
def _for_citizen(door: Door, road: str) -> Letter:
    template = "mail_citizen.txt" if road == Road.EMAIL else "line_citizen.txt"
    return Letter(_("Sodsong: there is news"), _text(template, url=_site(door.landing), profile=_site(door.profile)))


def _for_complainant(case: Case, road: str) -> tuple[str, Letter]:
    kind = kind_of(case.kind)
    address = kind.address_of(case, road) if kind.address_of else ""
    if not address:
        raise NotToSend(roads.NO_ADDRESS)
    language = kind.letter_language(case) if kind.letter_language else settings.LANGUAGE_CODE
    number = kind.letter_number(case) if kind.letter_number else case.number
    template = "mail_complainant.txt" if road == Road.EMAIL else "line_complainant.txt"
    with translation.override(language), thai_numerals(wanted=False):
        return address, Letter(_("Sodsong: there is news"), _text(template, number=number, url=_site("follow")))


# --- Systems ----------------------------------------------------------------------------------------------------------
def compose_for_webhook(delivery: Delivery) -> dict[str, Any]:
    """What a webhook is sent: `id` (the same at every attempt) and `events`, each with its own `id`, `at` (ISO 8601),
    `case` (its number), `kind`, `event`, `state_now` and `url`.

    Of a protected case nothing but `id`, `at`, `case`, `"news": true` and `url`. Raises NotToSend.
    """
    hooks = webhooks.listening(delivery.webhook_id)
    told = [row for row in rows_of(delivery) if row.case is not None and webhooks.told_of(hooks, row.case)]
    if not told:
        raise NotToSend(roads.NOT_TOLD)
    return {"id": str(delivery.key), "events": [_event(delivery, row, row.about) for row in told]}


def _event(delivery: Delivery, row: OutboxRow, case: Case) -> dict[str, Any]:
    event: dict[str, Any] = {"id": f"{delivery.key}:{row.pk}", "at": row.at.isoformat(), "case": case.number}
    if case.protected:
        event["news"] = True
    else:
        event |= {"kind": case.kind, "event": row.event, "state_now": case.state}
    return event | {"url": settings.SITE_URL + page_of(row)}


def _site(name: str, **kwargs: Any) -> str:
    return settings.SITE_URL + reverse(name, kwargs=kwargs)


def _text(template: str, **words: Any) -> str:
    return render_to_string(f"notifications/{template}", words).strip() + "\n"
