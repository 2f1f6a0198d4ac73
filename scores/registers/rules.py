"""For whom entries of registers exist, and who may have one in hand."""

from organisations.models import Role

READERS = frozenset({Role.INTEGRITY, Role.HEAD, Role.APPROVER, Role.EXECUTIVE, Role.EVALUATOR})
HANDS = frozenset({Role.INTEGRITY})
