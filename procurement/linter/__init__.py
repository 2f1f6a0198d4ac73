"""The order linter: whether the order of a committee keeps the rules, each rule with its clause, source and date.

`rules` is pure: a draft and the rule data go in, findings come out. `reading` takes both from the database.
"""

from .reading import draft_of, findings_of
from .rules import Draft, Finding, Seat, lint

__all__ = ["Draft", "Finding", "Seat", "draft_of", "findings_of", "lint"]
