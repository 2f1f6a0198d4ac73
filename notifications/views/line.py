"""LINE's webhook: what people write to our LINE account."""

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.webhook import WebhookParser
from linebot.v3.webhooks import Event

from notifications import jobs, linking

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024


@csrf_exempt  # LINE shows by its signature who it is
@require_POST
def line_webhook(request: HttpRequest) -> HttpResponse:
    """Take what LINE delivers. 404 where LINE is not set up, 400 without LINE's signature, 413 beyond 64 kB; else 200:
    an event that fails must not hold back those that come with it."""
    if not linking.is_set_up():
        raise Http404
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        events = WebhookParser(settings.LINE_SECRET).parse(body.decode(), request.headers.get("X-Line-Signature", ""))
    except (InvalidSignatureError, UnicodeDecodeError):
        return HttpResponse(status=400)
    except Exception:
        logger.exception("LINE delivered what could not be read")
        return HttpResponse()
    for event in events:
        _take(event)
    return HttpResponse()


def _take(event: Event) -> None:
    try:
        if answer := linking.take(event):
            jobs.reply_on_line.defer(**answer._asdict())
    except Exception:
        logger.exception("an event of LINE failed")
