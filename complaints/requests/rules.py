"""Who may, where the vocabulary of `workflows.actors` does not reach: who asked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from organisations.models import Role
from workflows.actors import Actor, is_conflicted
from workflows.graph import Text
from workflows.models import Case

if TYPE_CHECKING:
    from complaints.models import RequestCase

# For whom the requests to their unit exist.
READERS = frozenset({Role.SCREENER, Role.OFFICER, Role.HEAD, Role.APPROVER, Role.EXECUTIVE})


@dataclass(frozen=True)
class _Asker:
    """Who has the complaint in hand about which the unit is asked. Of one that is just being asked, a guard knows."""

    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        if actor.user is None or not actor.user.is_active:
            return False
        if not case.ledger_seq:
            return True
        complaint = cast("RequestCase", case).request.complaint
        return complaint.holder_id == actor.user.pk and not is_conflicted(actor.user, complaint)


ASKER = _Asker("asker", _("who asked"))
