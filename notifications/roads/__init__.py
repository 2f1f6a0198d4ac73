"""The roads out of the house, one module each, and what can become of a message on any of them.

A road knows how to hand a message over and what an answer means; when it is tried, and how often, is `dispatch`'s.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

LONGEST_ASKED = timedelta(hours=4)
"""No receiver makes us wait longer than this, whatever he asks for."""


class Result(Enum):
    """What became of one attempt.

    SENT: the other side has it. AGAIN: not this time; it uses up an attempt. REFUSED: this message will never be taken.
    ILL: the road itself failed (cut, silent, our key refused); it counts for the breaker. BUSY: the other side said
    when to come again; nobody comes before. DROPPED: there is nothing to send, or nobody to whom.
    FAULT: our own; it uses up an attempt and says nothing of the road.
    """

    SENT = 1
    AGAIN = 2
    REFUSED = 3
    ILL = 4
    BUSY = 5
    DROPPED = 6
    FAULT = 7


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt, why (see `reason`), and for BUSY the moment before which nothing is tried."""

    result: Result
    reason: str = ""
    not_before: datetime | None = None


SENT = Outcome(Result.SENT)


@dataclass(frozen=True)
class Letter:
    """What a message says. LINE has no subjects and leaves it out."""

    subject: str
    text: str


class Sender(Protocol):
    """One road while it is in use. The key is the same at every attempt of a message."""

    def send(self, address: str, letter: Letter, key: str) -> Outcome:
        """Hand a letter over; whatever goes wrong is an outcome."""

    def close(self) -> None:
        """Let go of what was held between two messages."""


# Reasons are kept with a delivery and shown to administrators: never an address, nor what the other side said, which
# repeats addresses. What differs, such as the number it answered with, stands behind in brackets.
NO_MAIL_SERVER = _("no mail server is set up")
NO_LINE = _("LINE is not set up")
NO_ADDRESS = _("there is no address any more")
GONE = _("the recipient has left")
NO_RIGHT = _("the recipient may not see any of it any more")
NOT_TOLD = _("the webhook is not told of it any more")
NOTHING_TO_SAY = _("nothing to say")
REFUSED_ADDRESS = _("the address was refused")
REFUSED_MESSAGE = _("the message was refused")
NOT_NOW = _("the message was not taken this time")
NOT_REACHED = _("no connection, or it was cut")
TIMED_OUT = _("no answer in time")
SIGN_IN_REFUSED = _("our sign-in or key was refused")
SERVER_FAILED = _("the other side failed")
ASKED_TO_WAIT = _("the other side asked us to wait")
FORBIDDEN_PLACE = _("the address leads to a place that may not be told")
OWN_FAULT = _("a fault of our own, see the log")
BROKEN_OFF = _("each attempt was broken off before it ended")


def reason(sentence: str, detail: object = "") -> str:
    """A reason as it is kept: one of the sentences above, and what differs behind it."""
    return f"{sentence} ({detail})" if detail else sentence


def say_reason(kept: str) -> str:
    """A reason in the language that is active."""
    sentence, bracket, detail = kept.partition(" (")
    return gettext(sentence) + bracket + detail if sentence else ""


def asked_wait(retry_after: str | None, now: datetime | None = None) -> datetime | None:
    """The moment that an HTTP answer's `Retry-After` names (seconds, or a date; RFC 9110, 10.2.3), at the most
    `LONGEST_ASKED` away; None where it names none."""
    now, said = now or timezone.now(), (retry_after or "").strip()
    if said.isdecimal() and said.isascii():
        return now + min(timedelta(seconds=int(said[:9])), LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return min(max(moment, now), now + LONGEST_ASKED)


def busy(retry_after: str | None, detail: object) -> Outcome:
    """What follows from an answer that we sent too much: wait as long as was asked; where nothing was, the road rests
    as after a failure."""
    moment, why = asked_wait(retry_after), reason(ASKED_TO_WAIT, detail)
    return Outcome(Result.BUSY, why, moment) if moment else Outcome(Result.ILL, why)
