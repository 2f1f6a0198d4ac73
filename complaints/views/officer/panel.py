"""What a person may do with a complaint now, and what comes next."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms import FORMS
from complaints.models import ComplaintCase
from complaints.queries import drafts_of
from complaints.states import GRAPH
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, first_deadline
from workflows.models import Clock

ADDRESSES = Addresses(case="case", take="take", lists="queue", file="attachment")
PANEL = Panel(
    GRAPH,
    FORMS,
    ADDRESSES,
    labels={
        "complainant_answered": gettext_lazy("Record the answer of the complainant"),
        "complainant_message": gettext_lazy("Record what the complainant says"),
        "request_review": gettext_lazy("Record a request for review"),
        "withdraw": gettext_lazy("Record the withdrawal"),
    },
    left_out=frozenset(
        {"not_yet_acknowledged", "not_corruption", "corruption_goes_on", "was_answered", "was_declined"}
    ),
    grave=frozenset({"decline", "withdraw", "declare_conflict", "refuse_review"}),
    last=frozenset(
        {"note", "attach", "change_kind", "declare_conflict", "reassign", "extend", "withdraw", "record_withdrawal"}
    ),
)

_WHAT: dict[str, str | Promise] = {
    "received": gettext_lazy("Screen it: complete, in our power, of which kind"),
    "screening": gettext_lazy("Accept it, decline it or ask the complainant"),
    "awaiting_complainant": gettext_lazy("The complainant answers the question"),
    "accepted": gettext_lazy("Assign an investigator, or answer a simple matter"),
    "investigating": gettext_lazy("Establish the facts and submit a finding"),
    "review": gettext_lazy("Decide about the finding"),
    "acting": gettext_lazy("Carry out the measures and reply"),
    "replied": gettext_lazy("Close it with its evidence, or wait for the end of the objection window"),
    "review_requested": gettext_lazy("Decide about the request for review"),
    "closed": gettext_lazy("Nothing more; the case is closed"),
    "declined": gettext_lazy("Nothing more; the case was declined"),
    "withdrawn": gettext_lazy("Nothing more; the complainant withdrew"),
}
_MOVE_OF_TURN = {
    "received": ("start_screening",),
    "accepted": ("assign", "answer_directly"),
    "review": ("decide_founded",),
    "review_requested": ("refuse_review",),
}


def next_step(case: ComplaintCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next in this case. actions: what the reader may do; running: its clocks that run."""
    takes = {action.edge for action in actions if not action.reason}
    wanted = _MOVE_OF_TURN.get(case.state)
    if case.state == "awaiting_complainant":
        due = next((clock.due_on for clock in running if clock.code == "complainant_answer"), None)
        return NextStep(_WHAT[case.state], _("the complainant"), due)
    if not case.is_open:
        return NextStep(_WHAT[case.state])
    if case.state == "acting" and drafts_of(case.pk).exists():
        turn = _("an approver of %(unit)s, not who drafted it") % {"unit": case.unit}
        return NextStep(
            _("Approve the reply"), turn, case.next_due, first_deadline(case, running), mine="approve_reply" in takes
        )
    moves = (action.edge in takes and action.moves for action in actions)
    mine = bool(takes & set(wanted)) if wanted else any(moves)
    return NextStep(_WHAT[case.state], _turn(case), case.next_due, first_deadline(case, running), mine=mine)


def _turn(case: ComplaintCase) -> str:
    role = {
        "received": _("a screener of %(unit)s"),
        "screening": _("a screener of %(unit)s"),
        "review": _("an approver of %(unit)s, not the investigator"),
        "review_requested": _("an approver of %(unit)s who did not handle it"),
    }.get(case.state, _("the head of %(unit)s assigns it"))
    if case.holder is not None and case.state not in ("received", "review", "review_requested"):
        return str(case.holder)
    return role % {"unit": case.unit}
