"""What the actions of all kinds of cases share."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext_lazy as _

from procurement.models import Note
from workflows import actions as shared
from workflows.actions import Action
from workflows.graph import Text
from workflows.notes import Notes, take_over

__all__ = ["attach", "enter_into", "extend", "note", "take_over", "taken_is_refused", "write_note"]

# See `workflows.actions.taken_is_refused`.
_TAKEN: dict[str, tuple[str, Text]] = {
    "order_number_once": ("order_day", _("Another order has this number in the same year.")),
    "purchase_number_once": ("project_number", _("Another purchase has this e-GP project number.")),
    "contract_number_once": ("contract_number", _("A contract of this number is recorded already.")),
    "one_draw_a_quarter": ("only_one_a_quarter", _("This unit has a draw for this quarter already.")),
    "observation_sent_once": ("token", _("This report has arrived already.")),
    "activity_number_once": ("code", _("Another activity of this plan has this number.")),
}


taken_is_refused = partial(shared.taken_is_refused, _TAKEN)


def enter_into(actions: dict[str, Action]) -> Callable[..., Callable[[Action], Action]]:
    """As `workflows.actions.enter_into`; what somebody else took a moment earlier is refused with its sentence."""
    return shared.enter_into(actions, within=taken_is_refused)


NOTES = Notes(Note)
write_note, note, extend, attach = NOTES.write, NOTES.note, NOTES.extend, NOTES.attach
