"""How often public pages are opened: counted without knowing by whom (S4:326).

Counted is what was answered in full (200) to a GET of somebody who is not signed in and whose program does not call
itself a robot; the name of the program is looked at for that and kept nowhere. A copy that a browser or a cache kept
is not asked for again, so it is not counted.
"""

import logging
import re

from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from organisations.calendar import quarter_of

_ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|monitor|curl|wget|python-|headless", re.IGNORECASE)
_COUNT = """
INSERT INTO organisations_pageuse (fiscal_year, quarter, page, unit_id, file, opened)
VALUES (%s, %s, %s, (SELECT id FROM organisations_unit WHERE code = %s), %s, 1)
"""
# One statement sees the rows as they stood before it: what is added meanwhile stays for the next night.
_FOLD = """
WITH gone AS (DELETE FROM organisations_pageuse RETURNING fiscal_year, quarter, page, unit_id, file, opened)
INSERT INTO organisations_pageuse (fiscal_year, quarter, page, unit_id, file, opened)
SELECT fiscal_year, quarter, page, unit_id, file, sum(opened) FROM gone
GROUP BY fiscal_year, quarter, page, unit_id, file
"""
_log = logging.getLogger(__name__)


def quarter_today() -> tuple[int, int]:
    """The fiscal year (Buddhist Era) and its quarter that run today."""
    return quarter_of(timezone.localdate())


def is_counted(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether it counts as a use of a public page."""
    if request.method != "GET" or response.status_code != 200 or request.user.is_authenticated:
        return False
    return not _ROBOT.search(request.headers.get("User-Agent", ""))


def count(request: HttpRequest, response: HttpResponse) -> None:
    """Count a use. It never makes a page fail: where it cannot be written it is lost."""
    match = request.resolver_match
    if match is None or not match.url_name or not is_counted(request, response):
        return
    is_file = not response["Content-Type"].startswith("text/html")
    values = [*quarter_today(), match.url_name[:60], request.GET.get("unit", "")[:20].replace("\0", ""), is_file]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, values)
    except Error:
        _log.exception("A use of %s was not counted.", match.url_name)


def fold() -> None:
    """Make one row of the rows of one kind."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
