"""The decisions by which the printed rule of coverage is read, as sentences that stand beside every score.

The codes are those of docs/coverage.md, where each has its source and its reason.
"""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from organisations.formats import write_date


class Decision(NamedTuple):
    """A decision: its code in docs/coverage.md, and what it says, in the language of the reader."""

    code: str
    text: str


def decisions_of(
    *,
    as_of: date,
    counted: int,
    top: int,
    missing: int,
    rest: int,
    left_out: int,
    kept: int,
    covered: int,
    education: int,
) -> tuple[Decision, ...]:
    """Every decision, with the number of activities it touched in this result.

    counted: activities in the top and the rest; missing: those of the top without a budget; left_out, kept: cancelled
    before an award, and afterwards; education: activities that count.
    """
    words = {
        "day": write_date(as_of),
        "counted": counted,
        "top": top,
        "missing": missing,
        "rest": rest,
        "left_out": left_out,
        "kept": kept,
        "covered": covered,
        "education": education,
    }
    return tuple(Decision(code, text % words) for code, text in _texts())


def _texts() -> tuple[tuple[str, str], ...]:
    return (
        (
            "scope",
            _(
                "A provincial office is assessed, with everything below it (S4:341). The level of a district alone is "
                "for diagnosis; central bureaus are assessed by their survey form (S4:329-339)."
            ),
        ),
        (
            "counted",
            _(
                "Counted are the plan activities of the fiscal year that need procurement, by their approved plan "
                "budget as it stood on %(day)s: %(counted)s."
            ),
        ),
        ("as_of", _("What happened after %(day)s has not happened yet.")),
        (
            "top",
            _(
                "The top are the activities whose budget is at least that of the third largest by position. Equal "
                "budgets widen it, which is the stricter reading: %(top)s here."
            ),
        ),
        ("few", _("Where fewer than three budgets are known, all of these activities are top.")),
        (
            "missing_budget",
            _(
                "An activity whose budget is not known counts as top and takes none of the three places: "
                "%(missing)s here."
            ),
        ),
        (
            "share",
            _(
                "The share of the rest (%(rest)s activities) is compared exactly: 100 × covered ≥ percent × rest, "
                "without rounding. Where nothing is left beside the top, it is met."
            ),
        ),
        ("not_tendered", _("An activity that is not tendered yet is counted, and it is not covered.")),
        (
            "cancelled",
            _(
                "Cancelled before an award: out of the count, and listed (%(left_out)s). Cancelled on the day of the "
                "award or later: still counted (%(kept)s)."
            ),
        ),
        ("retender", _("A re-tender is the same activity.")),
        (
            "covered",
            _(
                "Covered is an activity when, on the day its committee first decided, a citizen sat in it, appointed "
                "or assigned and not suspended or discharged. Until there is a decision, %(day)s counts. "
                "Covered here: %(covered)s."
            ),
        ),
        (
            "award",
            _(
                "Where our records hold no decision of a committee that considers offers, the day of the award or of "
                "the first contract counts as its first decision: it had decided by then."
            ),
        ),
        (
            "qualifying",
            _(
                "Which kinds of committees count is rule data, at first every committee that considers offers. The "
                "figure with inspection committees is shown beside it and decides nothing."
            ),
        ),
        (
            "published",
            _(
                "Publication of core work in at least one channel within the fiscal year is enough for level 1 "
                "(S4:345); without it the level is 0."
            ),
        ),
        (
            "education",
            _(
                "Counted are education activities of the fiscal year about preventing corruption, for community "
                "leaders, groups, networks or the public (S4:348). Training of staff does not count. Counted here: "
                "%(education)s."
            ),
        ),
        ("cumulative", _("A level is reached when it and every level below it are.")),
        (
            "no_activities",
            _("Without any activity with procurement the level is 1 at most, and the result is marked."),
        ),
        (
            "variant",
            _(
                "The main form governs (S4:341-349). The checklist (S4:3498) asks no education activity at level 4; it "
                "is stored for comparison only."
            ),
        ),
    )
