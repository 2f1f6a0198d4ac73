"""A notice as a sentence in the language of the page. Of a protected case it says no more than that there is news."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.models import Notice
from workflows.models import ClockRule
from workflows.registry import kind_of

WARNING = "clock_warning"


def sentences(notices: list[Notice]) -> list[str]:
    """One sentence for each of `notices` (with their cases loaded), in one more query at the most."""
    codes = {notice.facts.get("code") for notice in notices if notice.event == WARNING}
    clocks = _clock_names(codes - {None}) if codes else {}
    return [_sentence(notice, clocks) for notice in notices]


def _sentence(notice: Notice, clocks: dict[str, str]) -> str:
    case = notice.case
    if case.protected:
        return _("Case %(number)s has news") % {"number": case.number}
    if notice.event == WARNING:
        return _warning(case.number, notice.facts, clocks)
    label = kind_of(case.kind).graph.edge(notice.event).label
    return _("Case %(number)s: %(event)s") % {"number": case.number, "event": label}


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
