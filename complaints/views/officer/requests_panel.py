"""What may be done with a request to a unit, how its entries are told, and what comes next in it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.forms.requests import REQUEST_FORMS
from complaints.models import RequestAnswer, RequestCase
from complaints.requests.states import GRAPH
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, first_deadline
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.models import Clock, LedgerEntry

ADDRESSES = Addresses(case="request", take="request_take", lists="requests", file="request_file")
_LEFT_OUT = frozenset({"not_in_my_hands", "running_clock"})
_LAST = frozenset({"note", "pass_on", "cancel", "declare_conflict"})
_GRAVE = frozenset({"cancel", "declare_conflict"})
ASKED = Panel(GRAPH, REQUEST_FORMS, ADDRESSES, left_out=_LEFT_OUT, last=_LAST, grave=_GRAVE)
"""For the unit that is asked."""
ASKING = Panel(
    GRAPH,
    REQUEST_FORMS,
    ADDRESSES,
    labels={
        "answer": gettext_lazy("Record the letter of the unit"),
        "answer_late": gettext_lazy("Record the letter of the unit, though late"),
    },
    left_out=_LEFT_OUT,
    last=_LAST,
    grave=_GRAVE,
)
"""For who asks."""

_TOLD = {
    "ask": Told(pgettext_lazy("request", "Asked"), "help", "accent"),
    "take": Told(gettext_lazy("Taken in hand"), "assign"),
    "give": Told(gettext_lazy("Given to somebody"), "assign"),
    "put_back": Told(gettext_lazy("Back to the unit"), "undo"),
    "answer": Told(gettext_lazy("Answered"), "message", "well"),
    "answer_late": Told(gettext_lazy("Answered late"), "message", "well"),
    "remind": Told(gettext_lazy("Reminded"), "bell", "late"),
    "give_time": Told(gettext_lazy("More time given"), "calendar"),
    "pass_on": Told(gettext_lazy("Another unit asked instead"), "forward", "accent"),
    "time_out": Told(gettext_lazy("No answer came in time"), "clock", "late"),
    "cancel": Told(gettext_lazy("Cancelled"), "declined", "late"),
    "note": Told(gettext_lazy("Note"), "edit"),
    "declare_conflict": Told(gettext_lazy("Conflict of interest declared"), "shield"),
    "protect": Told(gettext_lazy("Taken into the protected register"), "lock"),
    "follow_unit": Told(gettext_lazy("Moved with its unit"), "building"),
    "erase": Told(gettext_lazy("Content erased"), "close", "late"),
}


class ReferredByRequest(Referred):
    """The texts of a request."""

    rows_of = (("text", RequestAnswer),)

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """To whom, to which unit, how many days."""
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        if (unit := facts.get("unit")) in self.units:
            yield _("Unit: %(unit)s") % {"unit": self.units[unit]}
        if entry.verb == "give_time":
            yield _("%(days)s more days") % {"days": facts.get("days")}
        if facts.get("on_paper"):
            yield _("It came as a letter.")


class RequestTimeline(Timeline):
    graph = GRAPH
    addresses = ADDRESSES
    told = _TOLD
    referred = ReferredByRequest


TIMELINE = RequestTimeline()


def heading(case: RequestCase) -> dict[str, Any]:
    """What the identity bar shows: nothing of the complaint but who asks."""
    asker = case.request.complaint.unit
    return {
        "title": _("Protected case") if case.protected else case.subject or _("No text"),
        "facts": [
            (_("Unit that asks"), asker),
            (_("Unit that is asked"), case.unit),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }


def next_step(case: RequestCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next in this request. actions: what the reader may do; running: its clocks that run."""
    if not case.is_open:
        return NextStep(_ENDED[case.state])
    mine = any(action.edge in ("answer", "take") and not action.reason for action in actions)
    turn = str(case.holder or case.unit)
    return NextStep(_("Answer the question"), turn, case.next_due, first_deadline(case, running), mine=mine)


_ENDED = {
    "request_answered": gettext_lazy("Nothing more; the unit has answered"),
    "request_timed_out": gettext_lazy("The complaint does not wait for it any longer; an answer can still be given"),
    "request_cancelled": gettext_lazy("Nothing more; the request was cancelled"),
}
