"""What a person may do with a committee now, and what comes next."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.formats import digits
from procurement.forms.committee import FORMS
from procurement.models import CommitteeCase, Meeting
from procurement.states import committee as law
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, first_deadline
from workflows.models import Clock

ADDRESSES = Addresses(case="committee", take="take_committee", lists="committees", file="committee_file")
PANEL = Panel(
    law.GRAPH,
    FORMS,
    ADDRESSES,
    labels={
        "add_member": gettext_lazy("Add members"),
        "change_duty": gettext_lazy("Change duties"),
        "declare_interest": gettext_lazy("Record declarations"),
        "record_signed_order": gettext_lazy("Record the order signed on paper"),
    },
    left_out=frozenset(
        {
            "never_ordered", "order_in_force", "not_the_holder", "running_clock", "voter_against", "open_dissent",
            "member", "sitting_member", "drafted_member", "serving_member",
        }
    ),
    grave=frozenset({"discard", "cancel_order", "drop_amendment"}),
    last=frozenset(
        {
            "return_draft", "return_report", "take_back", "amend", "drop_amendment", "take_over", "extend", "note",
            "attach", "discard", "cancel_order",
        }
    ),
)  # fmt: skip
# Taken beside the table of members, not in the panel.
OF_MEMBERS = ("add_member", "change_duty", "declare_interest", "remove_member", "member_leaves")

_WHAT: dict[str, str | Promise] = {
    law.DRAFT: gettext_lazy("Choose the members, then send the draft for approval"),
    law.LINTED: gettext_lazy("Approve the draft, or return it with reasons"),
    law.APPROVED: gettext_lazy("Sign the order, or record it when it was signed on paper"),
    law.ORDERED: gettext_lazy("Hold the first meeting and record it"),
    law.WORKING: gettext_lazy("Meet, decide and report"),
    law.REPORTED: gettext_lazy("Accept the report, or return it with reasons"),
    law.DISSOLVED: gettext_lazy("Nothing more; the committee has ended"),
    law.DISCARDED: gettext_lazy("Nothing more; the draft was discarded"),
}
# What the step of each state is done by, the likeliest first.
_STEPS = {
    law.DRAFT: ("lint", "add_member"),
    law.LINTED: ("approve",),
    law.APPROVED: ("sign_order", "record_signed_order"),
    law.ORDERED: ("record_dissent", "hold_meeting", "report"),
    law.WORKING: ("record_dissent", "report", "record_meeting"),
    law.REPORTED: ("dissolve",),
}


def next_step(case: CommitteeCase, actions: list[Action], running: list[Clock], meetings: list[Meeting]) -> NextStep:
    """What is next in this committee. actions: what the reader may do, with what is shown beside the members; running:
    its clocks that run; meetings: with their attendances and dissents."""
    if not case.is_open:
        return NextStep(_WHAT[case.state])
    deadline = first_deadline(case, running)
    mine = bool(step_of(case, actions))
    return NextStep(_what(case, meetings), _turn(case), case.next_due, deadline, mine=mine)


def step_of(case: CommitteeCase, actions: list[Action]) -> str:
    """The edge by which the reader takes the step that waits for him; "" when it is not his turn."""
    takes = {action.edge for action in actions if not action.reason}
    if "answer_dissent" in takes:
        return "answer_dissent"
    if case.state in (law.DRAFT, *law.IN_FORCE) and "take_over" in takes:
        return ""
    return next((edge for edge in _STEPS.get(case.state, ()) if edge in takes), "")


def _what(case: CommitteeCase, meetings: list[Meeting]) -> str | Promise:
    if case.state == law.DRAFT and case.came_from:
        return _("Finish the amending order, then send it for approval")
    dissents = [row for meeting in meetings for row in meeting.dissents.all()]
    if case.state == law.REPORTED and any(row.answered_at is None for row in dissents):
        return _("Answer the dissenting opinions, then accept the report")
    if case.state in law.IN_FORCE and meetings:
        written = {(row.meeting_id, row.member_id) for row in dissents}
        against = {
            (row.meeting_id, row.member_id)
            for meeting in meetings
            for row in meeting.attendances.all()
            if row.vote == "against"
        }
        if against - written:
            return _("Record the written opinion of who voted against")
        if any(meeting.decision != Meeting.Decision.NONE for meeting in meetings):
            return _("Report to the head of the agency")
        return _WHAT[law.WORKING]
    return _WHAT[case.state]


def _turn(case: CommitteeCase) -> str:
    if case.state in (law.LINTED, law.REPORTED):
        return _("an approver of %(unit)s who did not draft it") % {"unit": case.unit}
    if case.state == law.APPROVED:
        return _("an approver of %(unit)s, or the procurement staff when it is signed on paper") % {"unit": case.unit}
    return str(case.holder) if case.holder else _("the procurement staff of %(unit)s") % {"unit": case.unit}


def split(actions: list[Action]) -> tuple[list[Action], dict[str, Action]]:
    """The actions of the panel, and those of the members by their edge."""
    of_members = {action.edge: action for action in actions if action.edge in OF_MEMBERS}
    return [action for action in actions if action.edge not in OF_MEMBERS], of_members


def heading(case: CommitteeCase) -> dict[str, Any]:
    """What the identity bar shows."""
    purchase = case.committee.purchase
    address = reverse("purchase", args=[purchase.case.public_id])
    link = format_html('<a href="{}">{}</a>', address, digits(purchase.case.number))
    return {
        "title": case.committee.kind.name,
        "facts": [
            (_("Purchase"), format_html("{} · {}", purchase.name, link)),
            (_("Unit"), case.unit),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }
