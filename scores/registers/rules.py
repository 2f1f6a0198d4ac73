"""For whom entries of registers exist, and who may have one in hand."""

from organisations.models import Role
from workflows.models import Case

READERS = frozenset({Role.INTEGRITY, Role.HEAD, Role.APPROVER, Role.EXECUTIVE, Role.EVALUATOR})
HANDS = frozenset({Role.INTEGRITY})


def lineage(code: str) -> tuple[str, ...]:
    """A register stands for itself: rules of clocks may name it."""
    return (code,) if code else ()


def rises_to(case: Case) -> None:
    """Nothing here is restricted to its unit, so nothing has to rise."""
