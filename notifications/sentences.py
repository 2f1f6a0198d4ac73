"""News as a sentence in the language of the page. Of a protected case it says no more than that there is news."""

import logging
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.events import event_of
from notifications.models import Notice
from workflows.models import Case, ClockRule, OutboxRow
from workflows.registry import kind_of

logger = logging.getLogger(__name__)


def sentences(rows: Sequence[Notice | OutboxRow]) -> list[str]:
    """One sentence for each of `rows` (notices or outbox rows with their cases loaded), in one query more."""
    codes = {row.facts.get("code") for row in rows if row.event == OutboxRow.CLOCK_WARNING}
    clocks = _clock_names(codes - {None}) if codes else {}
    return [_sentence(row, clocks) for row in rows]


def bare_sentence(case: Case) -> str:
    """All that may be said of a case where others may read along: that there is news of it."""
    return _("Case %(number)s has news") % {"number": case.number}


def _sentence(row: Notice | OutboxRow, clocks: dict[str, str]) -> str:
    try:
        return _whole_sentence(row, clocks)
    except Exception as error:  # noqa: BLE001 - whatever it is, all that are told together would not be told
        # Notices are kept longer than the law keeps its edges, and longer than what they are about.
        logger.warning("%s %s cannot be said: %r", type(row).__name__, row.pk, error)
        return bare_sentence(row.case) if row.case else _("There is news")


def _whole_sentence(row: Notice | OutboxRow, clocks: dict[str, str]) -> str:
    case = row.case
    if case is None:
        return event_of(row.event).sentence(row.facts)
    if case.protected:
        return bare_sentence(case)
    if row.event == OutboxRow.CLOCK_WARNING:
        return _warning(case.number, row.facts, clocks)
    kind = kind_of(case.kind)
    said = kind.news.get(row.event) or kind.graph.edge(row.event).label
    return _("Case %(number)s: %(event)s") % {"number": case.number, "event": said}


def _warning(number: str, facts: dict[str, Any], clocks: dict[str, str]) -> str:
    words = {"number": number, "clock": clocks.get(facts["code"], facts["code"]), "percent": facts["percent"]}
    if facts["percent"] == 100:
        return _("Case %(number)s: the time for “%(clock)s” has ended") % words
    if facts["percent"] > 100:
        return _("Case %(number)s: “%(clock)s” is overdue, %(percent)s%% of its time has passed") % words
    return _("Case %(number)s: %(percent)s%% of the time for “%(clock)s” has passed") % words


def _clock_names(codes: set[str]) -> dict[str, str]:
    rules = ClockRule.objects.filter(code__in=codes, category="").order_by("valid_from")
    english = get_language() == "en"
    return {rule.code: rule.name_en if english else rule.name_th for rule in rules}
