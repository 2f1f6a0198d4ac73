"""What may be wrong with an order. Pure: no query, no clock.

What each rule looks at is in `composition` (who sits), `interests` (why somebody may not) and `methods` (whether the
committee fits the purchase); this module puts them together.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workflows.graph import Text

from . import composition, interests, methods
from .facts import Check, Draft, Remark, Rule, Seat

__all__ = ["CHECKS", "Draft", "Finding", "Rule", "Seat", "lint"]

log = logging.getLogger(__name__)

CHECKS: dict[str, Check] = {**composition.CHECKS, **interests.CHECKS, **methods.CHECKS}
"""By the code of the rule (`OrderRule.code`)."""


@dataclass(frozen=True)
class Finding:
    """What the linter says: the rule, its clause and source, whether that was verified, and the sentence. people: keys
    of the people it is about."""

    rule: Rule
    sentence: Text
    people: tuple[int, ...] = ()

    @property
    def level(self) -> str:
        """``error``: the order may not be signed; ``warning``: to be considered."""
        return self.rule.level

    @property
    def with_clause(self) -> str:
        """The sentence and the clause behind it, for a refusal."""
        clause = self.rule.clause
        if not self.rule.verified:
            clause = _("%(clause)s, source not verified") % {"clause": clause}
        return f"{self.sentence} ({clause})"

    def as_json(self) -> dict[str, Any]:
        """For the record of a check."""
        rule = self.rule
        return {
            "rule": rule.code,
            "clause": rule.clause,
            "source": rule.source,
            "verified": rule.verified,
            "level": rule.level,
            "valid_from": rule.valid_from.isoformat(),
            "sentence": str(self.sentence),
            "people": list(self.people),
        }


def lint(draft: Draft, rules: Iterable[Rule]) -> list[Finding]:
    """Every finding about `draft` by those of `rules` that concern its kind; errors first.

    A rule whose code has no check, or whose check counts to a threshold it does not have, is passed over with a warning
    in the log: `OrderRule.clean` lets none through, but a row may come from elsewhere.
    """
    found = [
        Finding(rule, remark.sentence, remark.people)
        for rule in rules
        if not rule.kinds or draft.kind in rule.kinds
        for remark in _remarks(draft, rule)
    ]
    return sorted(found, key=lambda finding: finding.level != "error")


def _remarks(draft: Draft, rule: Rule) -> Iterable[Remark]:
    check = CHECKS.get(rule.code)
    if check is None:
        log.warning("order rule %s has no check and is passed over", rule.code)
        return ()
    if check.counts and rule.threshold is None:
        log.warning("order rule %s has no threshold and is passed over", rule.code)
        return ()
    return check.look(draft, rule)
