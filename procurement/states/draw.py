"""The law of draws: everything that decides is frozen and published before the random value is known.

domain.md, Citizen seats: one per unit and quarter; anyone can recompute the result.
"""

from django.utils.translation import gettext_lazy as _

from procurement.guards import draw as g
from workflows.actors import APPROVER, HEAD, PROCUREMENT
from workflows.graph import STAY, Edge, Graph, State

ANNOUNCED = "draw_announced"
DRAWN = "draw_done"
ANNULLED = "draw_annulled"

STATES = (
    State(ANNOUNCED, _("Announced, waiting for the public value"), work="hold_draw"),
    State(DRAWN, _("Drawn")),
    State(ANNULLED, _("Annulled")),
)
ALL = tuple(state.code for state in STATES)

# A table is read by its columns.
# fmt: off
EDGES = (
    Edge("announce", _("Announce a draw"), (), ANNOUNCED, by=(PROCUREMENT,),
         requires=(g.quarter_to_come_or_running, g.only_one_a_quarter, g.somebody_eligible, g.value_still_unknown),
         tells=("approvers",)),
    Edge("hold_draw", _("Enter the public value and draw"), (ANNOUNCED,), DRAWN, by=(PROCUREMENT,),
         requires=(g.value_is_known_by_now, g.public_value), stops=("hold_draw",), tells=("approvers", "staff")),
    Edge("annul", _("Annul the draw"), (ANNOUNCED, DRAWN), ANNULLED, by=(APPROVER,),
         requires=(g.not_who_announced, g.reasons), stops=("hold_draw",), tells=("staff",)),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("extend", _("Extend a deadline"), (ANNOUNCED,), STAY, by=(APPROVER,),
         requires=(g.not_who_announced, g.running_clock, g.days, g.reasons), tells=("holder",)),
    Edge("take_over", _("Take over the file"), (ANNOUNCED,), STAY, by=(PROCUREMENT,), requires=(g.not_the_holder,)),
    Edge("note", _("Note"), ALL, STAY, by=(PROCUREMENT, HEAD, APPROVER), requires=(g.text,)),
    Edge("attach", _("Attach a file"), ALL, STAY, by=(PROCUREMENT, APPROVER), requires=(g.file,)),
)
# fmt: on

GRAPH = Graph("draw", _("Draw"), STATES, EDGES)
