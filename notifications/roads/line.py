"""LINE, by the Messaging API of the agency's Official Account.

The retry key makes a message arrive once: LINE keeps it for 24 hours and answers 409 to one that it has taken already
(developers.line.biz, "Retry failed API requests"). What is tried for longer may, after that, arrive twice.
"""

import urllib3
from django.conf import settings
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, PushMessageRequest, TextMessage
from linebot.v3.messaging.exceptions import ApiException

from notifications import roads
from notifications.roads import SENT, Letter, Outcome, Result, reason

LONGEST_TEXT = 500
TIMEOUT = (5, 10)
"""Seconds to connect, and to wait for an answer."""


def is_set_up() -> bool:
    """Whether the agency has an Official Account."""
    return bool(settings.LINE_TOKEN)


class Line:
    """Sends text messages to people who follow the account."""

    def __init__(self) -> None:
        configuration = Configuration(access_token=settings.LINE_TOKEN, host=settings.LINE_HOST)
        configuration.retries = False  # when it is tried again is decided here, by `dispatch`
        self._api = MessagingApi(ApiClient(configuration))
        self._api.line_base_path = settings.LINE_HOST

    def send(self, address: str, letter: Letter, key: str) -> Outcome:
        """See `roads.Sender`; the text has at most `LONGEST_TEXT` characters."""
        message = TextMessage(text=letter.text[:LONGEST_TEXT], quickReply=None, quoteToken=None)
        request = PushMessageRequest(to=address, messages=[message])
        try:
            self._api.push_message(request, x_line_retry_key=key, _request_timeout=TIMEOUT)
        except ApiException as error:
            return _judge(error)
        except urllib3.exceptions.TimeoutError:
            return Outcome(Result.ILL, roads.TIMED_OUT)
        except urllib3.exceptions.HTTPError as error:
            return Outcome(Result.ILL, reason(roads.NOT_REACHED, type(error).__name__))
        return SENT

    def close(self) -> None:
        """See `roads.Sender`."""
        self._api.api_client.rest_client.pool_manager.clear()


def _judge(error: ApiException) -> Outcome:
    status = error.status or 0
    if status == 409:
        return SENT  # an earlier attempt arrived, though we did not hear it
    if status == 429:
        return roads.busy(error.headers.get("Retry-After"), status)
    if status == 401:
        return Outcome(Result.ILL, reason(roads.SIGN_IN_REFUSED, status))
    if 400 <= status < 500:
        return Outcome(Result.REFUSED, reason(roads.REFUSED_ADDRESS, status))
    return Outcome(Result.ILL, reason(roads.SERVER_FAILED, status))
