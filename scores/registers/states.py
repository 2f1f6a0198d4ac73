"""The law of registers: somebody enters, somebody else confirms; what has to be followed comes up again.

One law for all of them (`scores.registers.kinds` says in what they differ): a training or an award is confirmed for
good; a rule or a risk is reviewed every year, a survey campaign goes on stage by stage, each time as a new version that
is confirmed again. Until then the version before counts. Own practice: the sources print no procedure.
"""

from django.utils.translation import gettext_lazy as _

from scores.registers import guards as g
from workflows import hands
from workflows.actors import APPROVER, CLOCK, EVALUATOR, HEAD, INTEGRITY
from workflows.graph import STAY, Edge, Graph, State

DRAFT = "entry_draft"
SUBMITTED = "entry_submitted"
STANDING = "entry_standing"
CONFIRMED = "entry_confirmed"
ENDED = "entry_ended"
STRUCK = "entry_struck"

STATES = (
    State(DRAFT, _("Being entered"), work="enter_it"),
    State(SUBMITTED, _("Waits to be confirmed"), work="confirm_it", of_holder=False),
    State(STANDING, _("Confirmed, followed"), work="review_it"),
    State(CONFIRMED, _("Confirmed")),
    State(ENDED, _("Ended")),
    State(STRUCK, _("Struck out")),
)
ALL = tuple(state.code for state in STATES)
OPEN = tuple(state.code for state in STATES if state.is_open)
COUNTING = (STANDING, CONFIRMED, ENDED)
_FOLLOWING = ("yearly_review", "survey_stage", "risk_treatment")

# A table is read by its columns.
# fmt: off
EDGES = (
    Edge("enter", _("Enter in a register"), (), DRAFT, by=(INTEGRITY,),
         requires=(g.a_register, g.right_values, g.one_a_year), starts=("register_entry",)),
    Edge("submit_entry", _("Send to be confirmed"), (DRAFT,), SUBMITTED, by=(INTEGRITY,),
         requires=(g.evidence_given,), starts=("register_confirmation",), stops=("register_entry",),
         tells=("next",)),
    Edge("confirm", _("Confirm"), (SUBMITTED,), CONFIRMED, by=(HEAD, APPROVER),
         requires=(g.for_good, g.not_own_entry), stops=("register_confirmation",), tells=("holder",)),
    # Which clock runs from here on depends on the register: its action starts it.
    Edge("confirm_and_follow", _("Confirm"), (SUBMITTED,), STANDING, by=(HEAD, APPROVER),
         requires=(g.followed, g.not_own_entry), stops=("register_confirmation",), tells=("holder",)),
    Edge("return_entry", _("Send back"), (SUBMITTED,), DRAFT, by=(HEAD, APPROVER),
         requires=(g.reasons,), starts=("register_entry",), stops=("register_confirmation",), tells=("holder",)),
    Edge("review_entry", _("Review, or enter what came next"), (STANDING,), SUBMITTED, by=(INTEGRITY,),
         requires=(g.right_values, g.review_said, g.evidence_of_review), starts=("register_confirmation",),
         stops=_FOLLOWING, tells=("next",)),
    Edge("end_entry", _("End: it is followed no more"), (STANDING,), ENDED, by=(HEAD, APPROVER),
         requires=(g.reasons,), stops=_FOLLOWING, tells=("holder",)),
    Edge("withdraw_entry", _("Withdraw the entry"), (DRAFT, SUBMITTED), STRUCK, by=(INTEGRITY,),
         requires=(g.never_confirmed, g.reasons), stops=("register_entry", "register_confirmation")),
    Edge("drop_review", _("Drop the change: what was confirmed stands"), (DRAFT, SUBMITTED), STANDING, by=(INTEGRITY,),
         requires=(g.confirmed_before, g.reasons), stops=("register_entry", "register_confirmation"),
         tells=("head",)),
    Edge("strike_entry", _("Strike out"), (STANDING, CONFIRMED, ENDED), STRUCK, by=(HEAD, APPROVER),
         requires=(g.reasons,), stops=_FOLLOWING, tells=("holder",)),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("change_entry", _("Change"), (DRAFT,), STAY, by=(INTEGRITY,), requires=(g.right_values,)),
    Edge("extend", _("Extend a deadline"), OPEN, STAY, by=(HEAD, APPROVER),
         requires=(g.running_clock, g.days, g.reasons), tells=("holder",)),
    Edge("take_over", _("Take over the file"), OPEN, STAY, by=(INTEGRITY,), requires=(g.not_the_holder,)),
    Edge("put_back", _("Back to the unit"), OPEN, STAY, by=(CLOCK,), requires=(hands.holder_is_gone,),
         tells=("head",)),
    Edge("follow_unit", _("Moved with its unit"), ALL, STAY, by=(CLOCK,), requires=(g.successor,),
         tells=("head",)),
    Edge("note", _("Note"), ALL, STAY, by=(INTEGRITY, HEAD, APPROVER, EVALUATOR), requires=(g.text,)),
    Edge("attach", _("Attach a file"), ALL, STAY, by=(INTEGRITY,), requires=(g.file,)),
)
# fmt: on

GRAPH = Graph("register", _("Register entry"), STATES, EDGES)
