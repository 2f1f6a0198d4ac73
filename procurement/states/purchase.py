"""The law of purchases: every state and edge from the plan to the last payment (domain.md, section 3; Act B.E. 2560).

A purchase is one e-GP project. Its deadlines are its own milestones (announce, contract, deliver, inspect, pay), each
with the date that was planned for it; the actions start and stop their clocks. Texts are translated on the pages.
"""

from django.utils.translation import gettext_lazy as _

from procurement.guards import purchase as g
from workflows.actors import APPROVER, HEAD, IMPORTER, PROCUREMENT
from workflows.graph import STAY, Edge, Graph, State

PLANNED = "planned"
ANNOUNCED = "announced"
AWARDED = "awarded"
CONTRACTED = "contracted"
DELIVERED = "delivered"
INSPECTED = "inspected"
COMPLETED = "completed"
CANCELLED = "cancelled"

STATES = (
    State(PLANNED, _("Planned"), work="prepare"),
    State(ANNOUNCED, _("Announced"), work="consider"),
    State(AWARDED, _("Awarded"), work="conclude_contract"),
    State(CONTRACTED, _("Under contract"), work="perform_contract"),
    State(DELIVERED, _("Delivered"), work="inspect"),
    State(INSPECTED, _("Inspected and accepted"), work="pay"),
    State(COMPLETED, _("Completed")),
    State(CANCELLED, _("Cancelled")),
)

OPEN = tuple(state.code for state in STATES if state.is_open)
ALL = tuple(state.code for state in STATES)
BEFORE_CONTRACT = (PLANNED, ANNOUNCED, AWARDED)
UNDER_CONTRACT = (CONTRACTED, DELIVERED, INSPECTED)

# A table is read by its columns.
# fmt: off
EDGES = (
    # --- It enters the plan ---------------------------------------------------------------------------------------
    Edge("plan", _("Plan a purchase"), (), PLANNED, by=(PROCUREMENT,), requires=(g.name, g.activity, g.dates_follow)),
    Edge("import_planned", _("Import as planned"), (), PLANNED, by=(IMPORTER,)),
    Edge("import_announced", _("Import as announced"), (), ANNOUNCED, by=(IMPORTER,)),
    Edge("import_contracted", _("Import as under contract"), (), CONTRACTED, by=(IMPORTER,)),
    Edge("import_completed", _("Import as completed"), (), COMPLETED, by=(IMPORTER,)),
    Edge("import_cancelled", _("Import as cancelled"), (), CANCELLED, by=(IMPORTER,)),
    # --- From the announcement to the contract --------------------------------------------------------------------
    Edge("announce", _("Announce or invite"), (PLANNED,), ANNOUNCED, by=(PROCUREMENT, IMPORTER),
         requires=(g.method, g.day, g.after_the_step_before), tells=("staff",)),
    Edge("record_bids", _("Record the bidders"), (ANNOUNCED, AWARDED, CONTRACTED), STAY, by=(PROCUREMENT, IMPORTER),
         requires=(g.bids,)),
    Edge("award", _("Announce the winner"), (ANNOUNCED,), AWARDED, by=(PROCUREMENT, IMPORTER),
         requires=(g.day, g.after_the_step_before, g.winner_is_a_bidder), tells=("staff",)),
    Edge("sign_contract", _("Record the contract"), (ANNOUNCED, AWARDED), CONTRACTED, by=(PROCUREMENT, IMPORTER),
         requires=(g.contract_number, g.contract_is_new, g.supplier, g.value, g.day, g.after_the_step_before),
         tells=("staff",)),
    Edge("add_contract", _("Record another contract"), UNDER_CONTRACT, STAY, by=(PROCUREMENT, IMPORTER),
         requires=(g.contract_number, g.contract_is_new, g.supplier, g.value, g.day)),
    # --- From the delivery to the last payment --------------------------------------------------------------------
    Edge("deliver", _("Record the delivery"), (CONTRACTED,), DELIVERED, by=(PROCUREMENT,),
         requires=(g.day, g.after_the_step_before), tells=("staff",)),
    Edge("reject_delivery", _("Send the delivery back"), (DELIVERED,), CONTRACTED, by=(PROCUREMENT,),
         requires=(g.reasons,), tells=("staff",)),
    Edge("accept_delivery", _("Record the acceptance"), (DELIVERED,), INSPECTED, by=(PROCUREMENT,),
         requires=(g.day, g.after_the_step_before, g.inspection_committee_accepted), tells=("staff",)),
    Edge("pay", _("Record a payment"), UNDER_CONTRACT, STAY, by=(PROCUREMENT, IMPORTER),
         requires=(g.amount, g.day, g.own_contract, g.not_more_than_the_contracts)),
    Edge("complete", _("Complete"), (INSPECTED,), COMPLETED, by=(PROCUREMENT,), requires=(g.something_paid,)),
    Edge("import_completion", _("Completed at the source"), OPEN, COMPLETED, by=(IMPORTER,)),
    # --- It ends early --------------------------------------------------------------------------------------------
    Edge("cancel", _("Cancel the purchase"), OPEN, CANCELLED, by=(HEAD, APPROVER),
         requires=(g.reasons, g.no_order_in_force), tells=("staff",)),
    Edge("import_cancellation", _("Cancelled at the source"), OPEN, CANCELLED, by=(IMPORTER,)),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("set_dates", _("Set the planned dates"), OPEN, STAY, by=(PROCUREMENT,), requires=(g.dates_in_order,)),
    Edge("revise", _("Correct the figures"), ALL, STAY, by=(PROCUREMENT, IMPORTER),
         requires=(g.figures, g.figures_as_seen, g.contracts_cover_payments)),
    Edge("group", _("Move to another plan activity"), ALL, STAY, by=(PROCUREMENT,), requires=(g.same_plan,)),
    Edge("note", _("Note"), ALL, STAY, by=(PROCUREMENT, HEAD, APPROVER), requires=(g.text,)),
    Edge("attach", _("Attach a file"), ALL, STAY, by=(PROCUREMENT,), requires=(g.file,)),
)
# fmt: on

GRAPH = Graph("purchase", _("Purchase"), STATES, EDGES)
