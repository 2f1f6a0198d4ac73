"""How a citizen is spoken to about his seat: buttons, what is expected of him, what has been done."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from procurement.models import CommitteeKind
from procurement.states import seat as law
from workflows.graph import Text

LABELS: dict[str, Text] = {
    "accept": _("Accept the seat"),
    "decline": _("Decline the seat"),
    "declare": _("Declare my interests"),
    "declare_again": _("Declare again"),
    "declare_conflict": _("I have an interest"),
    "leave_for_interest": _("I have an interest and leave"),
    "withdraw_acceptance": _("Take my acceptance back"),
    "resign": _("Resign"),
}
GRAVE = frozenset({"decline", "leave_for_interest", "withdraw_acceptance", "resign"})
_DONE: dict[str, Text] = {
    "accept": _("You have accepted. Now declare whether you have an interest."),
    "decline": _("You have declined. Thank you for answering."),
    "declare": _("Your declaration was recorded. The office checks it."),
    "declare_again": _("Your declaration was recorded."),
    "declare_conflict": _("Your interest was recorded. You do not sit on this committee."),
    "leave_for_interest": _("Your interest was recorded. You have left the committee."),
    "withdraw_acceptance": _("Your acceptance was taken back."),
    "resign": _("You have resigned. Thank you for your work."),
    "report": _("Your report was sent. The agency has to answer it."),
    "again": _("This report was sent before. It stands here once."),
}
_TASKS: dict[str, Text] = {
    CommitteeKind.Task.PURCHASE: _(
        "You look on while the offers are considered, and speak and vote like every member."
    ),
    CommitteeKind.Task.INSPECTION: _("You look at what was delivered or built, and speak and vote like every member."),
    CommitteeKind.Task.OTHER: _("You take part in the work of the committee, and speak and vote like every member."),
}


def done_words(code: str) -> Text:
    """The sentence after something was done; "" for none of ours."""
    return _DONE.get(code, "")


def expectations(case: Any) -> Iterator[Text]:
    """What is expected of the citizen of a seat, in the order in which it comes."""
    if not case.is_open:
        return
    if case.state in law.BEFORE_ORDER:
        yield _("You declare whether you have an interest, and again whenever the list of bidders changes.")
    yield _TASKS.get(case.seat.committee.kind.task, _TASKS[CommitteeKind.Task.OTHER])
    yield _("The office invites you to every meeting and gives you the same documents as the others.")
    yield _("After each meeting you report here what you saw. The agency has to answer.")
    yield _("What you learn of the offers you tell nobody before the result is published.")
    yield _("You may resign at any time.")
