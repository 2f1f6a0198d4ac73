"""What a person of the agency may do with a citizen seat now, and what comes next."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.formats import digits
from procurement.forms.citizen_seat import FORMS
from procurement.models import SeatCase
from procurement.states import committee as committee_law
from procurement.states import seat as law
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, first_deadline
from workflows.models import Clock

ADDRESSES = Addresses(case="seat", take="seat_take", lists="seats", file="seat_file")
PANEL = Panel(
    law.GRAPH,
    FORMS,
    ADDRESSES,
    labels={
        "draw_next": gettext_lazy("Invite the next in line"),
        "nominate": gettext_lazy("Nominate somebody else"),
        "declare": gettext_lazy("Record his declaration: no interest"),
        "declare_again": gettext_lazy("Record his declaration for the present bidders"),
        "declare_conflict": gettext_lazy("Record his declaration: an interest"),
        "leave_for_interest": gettext_lazy("Record that he leaves for an interest"),
        "withdraw_acceptance": gettext_lazy("Record that he withdraws his acceptance"),
        "resign": gettext_lazy("Record that he resigns"),
    },
    left_out=frozenset(
        {"not_the_holder", "running_clock", "open_hit", "founded_hit", "open_report", "promised_report",
         "missed_last_meeting", "not_who_chose_him"}
    ),
    grave=frozenset(
        {"find_conflict", "set_aside", "discharge", "no_show", "close_vacancy", "leave_for_interest", "resign", "die",
         "declare_conflict", "withdraw_acceptance", "record_refusal"}
    ),
    last=frozenset(
        {"declare_again", "declare_conflict", "leave_for_interest", "withdraw_acceptance", "set_aside", "close_vacancy",
         "discharge", "no_show", "resign", "die", "record_refusal", "record_report", "send_documents", "extend",
         "take_over", "note", "attach"}
    ),
)  # fmt: skip
# Taken beside the thing they are about, not in the panel.
OF_HITS = ("decide_hit",)
OF_REPORTS = ("answer_report", "record_fix")

_WHAT: dict[str, str | Promise] = {
    law.VACANT: gettext_lazy("Invite the next in line, or nominate somebody"),
    law.DRAWN: gettext_lazy("Invite him"),
    law.NOMINATED: gettext_lazy("Invite him"),
    law.INVITED: gettext_lazy("Wait for his answer"),
    law.ACCEPTED: gettext_lazy("Wait for his declaration of interests"),
    law.DECLARED: gettext_lazy("Decide about possible conflicts, then clear him"),
    law.CLEARED: gettext_lazy("Send the draft of the order for approval"),
    law.APPROVED: gettext_lazy("Sign the order"),
    law.APPOINTED: gettext_lazy("Invite him to the first meeting"),
    law.SERVING: gettext_lazy("He observes and reports"),
    law.SUSPENDED: gettext_lazy("Lift the suspension once he has declared for the present bidders"),
    law.CONCLUDING: gettext_lazy("Answer his last reports, then complete the seat"),
}
# What the step of each state is done by, the likeliest first.
_STEPS = {
    law.VACANT: ("draw_next", "nominate"),
    law.DRAWN: ("invite",),
    law.NOMINATED: ("invite",),
    law.INVITED: ("record_acceptance",),
    law.ACCEPTED: ("declare",),
    law.DECLARED: ("clear", "find_conflict", "decide_hit"),
    law.APPOINTED: ("answer_report",),
    law.SERVING: ("answer_report",),
    law.SUSPENDED: ("lift_suspension", "discharge"),
    law.CONCLUDING: ("answer_report", "complete"),
}


def next_step(case: SeatCase, actions: list[Action], running: list[Clock], waiting: "Waiting") -> NextStep:
    """What is next in this seat. actions: what the reader may do, all of it; running: its clocks that run."""
    if not case.is_open:
        return NextStep(_end(case))
    deadline = first_deadline(case, running)
    return NextStep(
        _what(case, waiting),
        _turn(case, waiting),
        case.next_due,
        deadline,
        mine=bool(step_of(case, actions, waiting)),
    )


class Waiting:
    """What of a seat waits for a person: hits that are not decided about, founded ones, reports without an answer;
    has_account: whether its citizen answers by himself."""

    def __init__(self, *, undecided: int = 0, founded: int = 0, reports: int = 0, has_account: bool = False) -> None:
        self.undecided, self.founded, self.reports, self.has_account = undecided, founded, reports, has_account


def step_of(case: SeatCase, actions: list[Action], waiting: Waiting) -> str:
    """The edge by which the reader takes the step that waits for him; "" when it is not his turn."""
    takes = {action.edge for action in actions if not action.reason}
    if "take_over" in takes and case.state != law.SUSPENDED:
        return ""
    if case.state in (law.DECLARED, law.SUSPENDED) and waiting.undecided:
        return "decide_hit" if "decide_hit" in takes else ""
    if case.state in (law.INVITED, law.ACCEPTED) and waiting.has_account:
        return ""
    if case.state == law.SUSPENDED and waiting.founded:
        return "discharge" if "discharge" in takes else ""
    if case.state == law.DECLARED and waiting.founded:
        return "find_conflict" if "find_conflict" in takes else ""
    return next((edge for edge in _STEPS.get(case.state, ()) if edge in takes), "")


def _what(case: SeatCase, waiting: Waiting) -> str | Promise:
    committee = case.seat.committee.case.state
    if case.state == law.CLEARED and committee in committee_law.IN_FORCE:
        return _("Draft an amending order that names him")
    if case.state == law.CLEARED and committee != committee_law.DRAFT:
        return _("Wait: the order is on its way without him; he comes into the next one")
    if case.state == law.DECLARED and waiting.founded:
        return _("A conflict was found: end the seat, so that the next in line is invited")
    if case.state == law.DECLARED and not waiting.undecided:
        return _("Nothing was found: clear him")
    if case.state == law.SUSPENDED and waiting.undecided:
        return _("Decide about the possible conflicts, then lift the suspension or discharge him")
    if case.state == law.SUSPENDED and waiting.founded:
        return _("A conflict was found: discharge him")
    if case.state in law.IN_OFFICE and waiting.reports:
        return _("Answer his report")
    if case.state == law.CONCLUDING and not waiting.reports:
        return _("Every report is answered: complete the seat")
    return _WHAT[case.state]


def _turn(case: SeatCase, waiting: Waiting) -> str:
    staff = str(case.holder) if case.holder else _("the procurement staff of %(unit)s") % {"unit": case.unit}
    approver = _("an approver of %(unit)s who does not sit on the committee") % {"unit": case.unit}
    if case.state in (law.INVITED, law.ACCEPTED):
        if waiting.has_account:
            return str(case.seat.person)
        return _("%(name)s; he has no account, so %(staff)s records his answer") % {
            "name": case.seat.person,
            "staff": staff,
        }
    if case.state == law.SUSPENDED and waiting.undecided:
        return _("%(staff)s, or %(approver)s") % {"staff": staff, "approver": approver}
    if case.state in (law.SUSPENDED, law.APPROVED):
        return approver
    if case.state in law.IN_OFFICE and not waiting.reports:
        return _("%(staff)s and %(name)s") % {"staff": staff, "name": case.seat.person}
    return staff


def _end(case: SeatCase) -> str:
    if case.state == law.COMPLETED:
        return _("Nothing more; he has done his work and every report was answered")
    if hasattr(case.seat, "followed_by"):
        return _("Nothing more; another seat follows this one")
    return _("Nothing more; this seat has ended")


def heading(case: SeatCase) -> dict[str, Any]:
    """What the identity bar shows."""
    seat = case.seat
    committee = seat.committee
    link = format_html('<a href="{}">{}</a>', reverse("committee", args=[committee.case.public_id]), committee.kind)
    return {
        "title": seat.person or _("A seat for a citizen"),
        "facts": [
            (_("Committee"), format_html("{} · {}", link, digits(committee.case.number))),
            (_("Purchase"), committee.purchase.name),
            (_("How he came to it"), how_of(case)),
            (_("Unit"), case.unit),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }


def how_of(case: SeatCase) -> str:
    """Drawn with his rank, nominated, or that the place is vacant."""
    seat = case.seat
    if seat.entry is not None:
        return _("drawn, number %(rank)s in the order") % {"rank": digits(seat.entry.rank)}
    return str(seat.get_how_display()) if seat.how else _("vacant")
