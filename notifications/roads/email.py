"""E-mail, by whatever Django's EMAIL_BACKEND names: a mail server, or a service by django-anymail.

A mail is sent **at least once**: where a server dies, or the line is cut, after it took a mail and before it said so,
the mail is sent again. Both then carry the same Message-ID, by which many mail programs show one of them.
"""

import smtplib
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notifications import roads
from notifications.roads import SENT, Letter, Outcome, Result, reason

PER_CONNECTION = 50
"""Servers let only so many mails through one connection."""
_PRETENDING = {
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
}
_CLOSING = 421


def is_set_up() -> bool:
    """Whether mails leave from here at all; what only prints them, or throws them away, does not count."""
    return settings.EMAIL_BACKEND not in _PRETENDING


class Email:
    """Sends mails by one connection as long as all goes well."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._sent = 0

    def send(self, address: str, letter: Letter, key: str) -> Outcome:
        """See `roads.Sender`."""
        message = EmailMessage(
            letter.subject,
            letter.text,
            to=[address],
            headers={
                "Message-ID": f"<{key}@{urlsplit(settings.SITE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",  # RFC 3834: no answering machine answers
            },
        )
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            self._connection.send_messages([message])
        except Exception as error:
            self.close()
            if (outcome := _judge(error)) is None:
                raise
            return outcome
        self._sent += 1
        if self._sent >= PER_CONNECTION:
            self.close()
        return SENT

    def close(self) -> None:
        """See `roads.Sender`."""
        connection, self._connection, self._sent = self._connection, None, 0
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):
                return  # it is gone already


def _judge(error: Exception) -> Outcome | None:
    """What an error of sending means; None for what is no trouble of the road."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _answered(_code_of(error), roads.REFUSED_ADDRESS)
        case smtplib.SMTPDataError():
            return _answered(error.smtp_code, roads.REFUSED_MESSAGE)
        case smtplib.SMTPAuthenticationError():
            return Outcome(Result.ILL, reason(roads.SIGN_IN_REFUSED, error.smtp_code))
        case smtplib.SMTPResponseException():
            # Before there was a recipient, or about our own address.
            return Outcome(Result.ILL, reason(roads.SERVER_FAILED, error.smtp_code))
        case AnymailRecipientsRefused() | AnymailInvalidAddress():
            return Outcome(Result.REFUSED, roads.REFUSED_ADDRESS)
        case AnymailSerializationError() | AnymailUnsupportedFeature():
            return Outcome(Result.REFUSED, roads.REFUSED_MESSAGE)
        case AnymailAPIError():
            return _service_answered(error)
        case TimeoutError():
            return Outcome(Result.ILL, roads.TIMED_OUT)
        case OSError():  # every other error of smtplib is one too
            return Outcome(Result.ILL, reason(roads.NOT_REACHED, type(error).__name__))
        case ValueError():  # no address at all, so Django or the codec finds
            return Outcome(Result.REFUSED, roads.REFUSED_ADDRESS)
    return None


def _code_of(error: smtplib.SMTPRecipientsRefused) -> int:
    return max((code for code, _said in error.recipients.values()), default=0)


def _answered(code: int, refusal: str) -> Outcome:
    if code == _CLOSING:
        return Outcome(Result.ILL, reason(roads.SERVER_FAILED, code))
    if code >= 500:
        return Outcome(Result.REFUSED, reason(refusal, code))
    return Outcome(Result.AGAIN, reason(roads.NOT_NOW, code))


def _service_answered(error: AnymailAPIError) -> Outcome:
    status = error.status_code
    if status is None:
        return Outcome(Result.ILL, roads.NOT_REACHED)
    if status == 429:
        response = error.response if isinstance(error, AnymailRequestsAPIError) else None
        return roads.busy(response.headers.get("Retry-After") if response is not None else None, status)
    if status in {401, 402, 403}:
        return Outcome(Result.ILL, reason(roads.SIGN_IN_REFUSED, status))
    if status >= 500:
        return Outcome(Result.ILL, reason(roads.SERVER_FAILED, status))
    return Outcome(Result.REFUSED, reason(roads.REFUSED_MESSAGE, status))
