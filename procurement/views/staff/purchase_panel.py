"""What a person may do with a purchase now, and what comes next."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.forms.purchase import FORMS
from procurement.models import PurchaseCase
from procurement.states.purchase import GRAPH
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, first_deadline
from workflows.models import Clock

ADDRESSES = Addresses(case="purchase", take="take_purchase", lists="purchases", file="purchase_file")
PANEL = Panel(
    GRAPH,
    FORMS,
    ADDRESSES,
    grave=frozenset({"cancel", "reject_delivery"}),
    last=frozenset({"revise", "group", "note", "attach", "cancel"}),
)

_WHAT: dict[str, str | Promise] = {
    "planned": gettext_lazy("Announce it, or invite suppliers"),
    "announced": gettext_lazy("Consider the offers and announce the winner"),
    "awarded": gettext_lazy("Conclude the contract"),
    "contracted": gettext_lazy("Follow the contract until it is delivered"),
    "delivered": gettext_lazy("Inspect it: accept it, or send it back"),
    "inspected": gettext_lazy("Pay, and complete the purchase"),
    "completed": gettext_lazy("Nothing more; the purchase is completed"),
    "cancelled": gettext_lazy("Nothing more; the purchase was cancelled"),
}
_WITHOUT_DATES = gettext_lazy("Set the planned dates, so that nothing is missed")


def next_step(case: PurchaseCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next in this purchase. actions: what the reader may do; running: its clocks that run."""
    if not case.is_open:
        return NextStep(_WHAT[case.state])
    takes = {action.edge for action in actions if not action.reason}
    what = _WITHOUT_DATES if [clock.code for clock in running] == ["plan_dates"] else _WHAT[case.state]
    turn = _("procurement staff of %(unit)s") % {"unit": case.unit}
    return NextStep(what, turn, case.next_due, first_deadline(case, running), mine="set_dates" in takes)
