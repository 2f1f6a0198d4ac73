"""What each edge of a complaint writes; only contacts, the survey, questions and imports write rows beside it.

Every function takes the `Step` (the case is locked, rights and guards are checked) and the facts of its edge as
keywords; it writes rows and returns what the ledger records: references and codes, never texts or people.
The functions are called by `workflows.transitions` alone; a page calls `perform(case, "accept", actor, kind=…)`.
"""

from . import acts, coming_in, elsewhere, handing, handling, keeping, letters, parts, respondents, review
from .common import ACTIONS

__all__ = [
    "ACTIONS",
    "acts",
    "coming_in",
    "elsewhere",
    "handing",
    "handling",
    "keeping",
    "letters",
    "parts",
    "respondents",
    "review",
]
