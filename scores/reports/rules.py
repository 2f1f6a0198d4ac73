"""For whom reports exist, and in whose hands one may be."""

from organisations.models import Role

READERS = frozenset({Role.INTEGRITY, Role.OFFICER, Role.HEAD, Role.APPROVER, Role.EXECUTIVE})
WRITERS = frozenset({Role.INTEGRITY, Role.OFFICER})
