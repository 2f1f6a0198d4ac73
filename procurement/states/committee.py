"""The law of committees: from the draft of the order to the end of the work (MoF Regulation B.E. 2560, cl. 25-27, 175).

While an order is in force, the draft of its amendment goes the same road again; the committee works on meanwhile.
Texts are translated on the pages.
"""

from django.utils.translation import gettext_lazy as _

from procurement.guards import committee as g
from procurement.guards import committee_citizens as c
from workflows.actors import APPROVER, HEAD, PROCUREMENT
from workflows.graph import BACK, STAY, Edge, Graph, State

DRAFT = "draft"
LINTED = "linted"
APPROVED = "approved"
ORDERED = "ordered"
WORKING = "working"
REPORTED = "reported"
DISSOLVED = "dissolved"
DISCARDED = "discarded"

STATES = (
    State(DRAFT, _("Order in draft"), work="draft_order"),
    State(LINTED, _("Checked, waiting for approval"), work="approve_order", of_holder=False),
    State(APPROVED, _("Approved, waiting for signature"), work="sign_order", of_holder=False),
    State(ORDERED, _("Ordered"), work="begin_work"),
    State(WORKING, _("Working"), work="work"),
    State(REPORTED, _("Reported"), work="accept_report", of_holder=False),
    State(DISSOLVED, _("Dissolved")),
    State(DISCARDED, _("Draft discarded")),
)

ALL = tuple(state.code for state in STATES)
OPEN = tuple(state.code for state in STATES if state.is_open)
BEFORE_SIGNATURE = (DRAFT, LINTED, APPROVED)
IN_FORCE = (ORDERED, WORKING)

# A table is read by its columns.
# fmt: off
EDGES = (
    # --- The order ------------------------------------------------------------------------------------------------
    Edge("draft", _("Draft a committee"), (), DRAFT, by=(PROCUREMENT,),
         requires=(g.purchase_goes_on, g.kind, g.only_one_of_a_kind), starts=("order",)),
    Edge("add_member", _("Add a member"), (DRAFT,), STAY, by=(PROCUREMENT,),
         requires=(g.person, g.duty, g.not_a_member_yet, g.one_chair, g.nomination_has_its_reason,
                   c.citizen_may_sit)),
    Edge("change_duty", _("Change the duty of a member"), (DRAFT,), STAY, by=(PROCUREMENT,),
         requires=(g.drafted_member, g.duty, g.one_chair)),
    Edge("remove_member", _("Take a member out"), (DRAFT,), STAY, by=(PROCUREMENT,), requires=(g.member,)),
    Edge("lint", _("Check and send for approval"), (DRAFT,), LINTED, by=(PROCUREMENT,),
         requires=(g.purchase_not_over, c.citizens_are_ready, g.order_is_in_order), tells=("approvers",)),
    Edge("take_back", _("Take the draft back"), (LINTED,), DRAFT, by=(PROCUREMENT,)),
    Edge("return_draft", _("Return the draft"), (LINTED, APPROVED), DRAFT, by=(APPROVER,), requires=(g.reasons,),
         tells=("holder",)),
    Edge("approve", _("Approve the draft"), (LINTED,), APPROVED, by=(APPROVER,),
         requires=(g.not_the_drafter, g.purchase_not_over, c.citizens_are_ready, g.as_it_was_sent, g.order_is_in_order),
         tells=("holder",)),
    Edge("sign_order", _("Sign the order"), (APPROVED,), ORDERED, by=(APPROVER,),
         requires=(g.not_the_drafter, g.order_number, g.order_day, c.citizen_before_decision, g.purchase_not_over,
                   c.citizens_are_ready, g.as_it_was_sent, g.order_is_in_order),
         starts=("committee_work",), stops=("order",), tells=("holder", "members")),
    Edge("record_signed_order", _("Record the order signed on paper"), (APPROVED,), ORDERED, by=(PROCUREMENT,),
         requires=(g.order_number, g.order_day, c.citizen_before_decision, g.signatory, g.file, g.purchase_not_over,
                   c.citizens_are_ready, g.as_it_was_sent, g.order_is_in_order),
         starts=("committee_work",), stops=("order",), tells=("approvers", "members")),
    Edge("discard", _("Discard the draft"), (DRAFT,), DISCARDED, by=(PROCUREMENT,),
         requires=(g.never_ordered, g.reasons)),
    # --- The order changes or ends --------------------------------------------------------------------------------
    Edge("amend", _("Draft an amending order"), IN_FORCE, DRAFT, by=(PROCUREMENT,), requires=(g.reasons,),
         starts=("order",), detour=True),
    Edge("drop_amendment", _("Drop the amendment"), (DRAFT,), BACK, back_to=IN_FORCE, by=(PROCUREMENT,),
         requires=(g.order_in_force,), stops=("order",)),
    Edge("cancel_order", _("Cancel the order"), IN_FORCE, DISSOLVED, by=(APPROVER,),
         requires=(g.not_the_drafter, g.order_number, g.order_day, g.reasons), tells=("holder", "members")),
    # --- The work -------------------------------------------------------------------------------------------------
    Edge("hold_meeting", _("Record the first meeting"), (ORDERED,), WORKING, by=(PROCUREMENT,),
         requires=(g.meeting_day, g.attendance, g.members_of_the_day, g.chair_attended, g.quorum, g.votes_decide)),
    Edge("record_meeting", _("Record a meeting"), (*BEFORE_SIGNATURE, WORKING), STAY, by=(PROCUREMENT,),
         requires=(g.order_in_force, g.meeting_day, g.attendance, g.members_of_the_day, g.chair_attended, g.quorum,
                   g.votes_decide)),
    Edge("record_dissent", _("Record a dissenting opinion"), IN_FORCE, STAY, by=(PROCUREMENT,),
         requires=(g.voter_against, g.text), tells=("approvers",)),
    Edge("answer_dissent", _("Answer a dissenting opinion"), OPEN, STAY, by=(APPROVER,),
         requires=(g.not_the_drafter, g.open_dissent, g.text), tells=("holder",)),
    Edge("report", _("Report to the head of the agency"), IN_FORCE, REPORTED, by=(PROCUREMENT,),
         requires=(g.decision_taken, g.every_dissent_written, g.text),
         starts=("accept_report",), stops=("committee_work",), tells=("approvers",)),
    Edge("return_report", _("Return the report"), (REPORTED,), WORKING, by=(APPROVER,), requires=(g.reasons,),
         starts=("committee_work",), stops=("accept_report",), tells=("holder",)),
    Edge("dissolve", _("Accept the report"), (REPORTED,), DISSOLVED, by=(APPROVER,),
         requires=(g.not_the_drafter, g.every_dissent_answered), stops=("accept_report",), tells=("holder", "members")),
    # --- Members change without an order --------------------------------------------------------------------------
    Edge("declare_interest", _("Record a declaration of interest"), (*BEFORE_SIGNATURE, *IN_FORCE), STAY,
         by=(PROCUREMENT,), requires=(g.sitting_member, g.declaration, c.citizen_has_accepted), tells=("approvers",)),
    Edge("member_leaves", _("Record that a member has left"), (*BEFORE_SIGNATURE, *IN_FORCE), STAY, by=(PROCUREMENT,),
         requires=(g.serving_member, g.day_of_leaving, g.reasons), tells=("approvers",)),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("extend", _("Extend a deadline"), OPEN, STAY, by=(APPROVER,),
         requires=(g.not_the_drafter, g.running_clock, g.days, g.reasons), tells=("holder",)),
    Edge("take_over", _("Take over the file"), OPEN, STAY, by=(PROCUREMENT,), requires=(g.not_the_holder,)),
    Edge("note", _("Note"), ALL, STAY, by=(PROCUREMENT, HEAD, APPROVER), requires=(g.text,)),
    Edge("attach", _("Attach a file"), ALL, STAY, by=(PROCUREMENT, APPROVER), requires=(g.file,)),
)
# fmt: on

GRAPH = Graph("committee", _("Committee"), STATES, EDGES)
