"""The law of reports: who writes, who signs, how a signed one is corrected, who publishes.

The sources print the form (S0) and when reports are due (S4:194, 1684, 1784), not how one is signed: own practice. The
signature is that of who reports (S0: ลงชื่อผู้รายงาน), so a head may sign what he wrote himself.
"""

from django.utils.translation import gettext_lazy as _

from scores.reports import guards as g
from workflows import hands
from workflows.actors import APPROVER, CLOCK, EXECUTIVE, HEAD, INTEGRITY, OFFICER
from workflows.graph import STAY, Edge, Graph, State

DRAFT = "report_draft"
SIGNING = "report_signing"
SIGNED = "report_signed"
WITHDRAWN = "report_withdrawn"

STATES = (
    State(DRAFT, _("Draft"), work="write"),
    State(SIGNING, _("To be signed"), work="sign", of_holder=False),
    State(SIGNED, _("Signed")),
    State(WITHDRAWN, _("Withdrawn")),
)
ALL = tuple(state.code for state in STATES)
OPEN = (DRAFT, SIGNING)

# A table is read by its columns.
# fmt: off
EDGES = (
    Edge("begin", _("Begin a report"), (), DRAFT, by=(INTEGRITY, OFFICER),
         requires=(g.period_is_over, g.one_a_period, g.statistics_are_there), starts=("report_draft",),
         tells=("head",)),
    Edge("send", _("Send to be signed"), (DRAFT,), SIGNING, by=(INTEGRITY, OFFICER), requires=(g.everything_written,),
         starts=("report_signature",), stops=("report_draft",), tells=("head", "executives")),
    Edge("send_back", _("Send back to be changed"), (SIGNING,), DRAFT, by=(HEAD, EXECUTIVE), requires=(g.reasons,),
         starts=("report_draft",), stops=("report_signature",), tells=("holder",)),
    Edge("sign", _("Sign"), (SIGNING,), SIGNED, by=(HEAD, EXECUTIVE), stops=("report_signature",),
         tells=("holder", "head", "executives")),
    Edge("correct", _("Correct what was signed"), (SIGNED,), DRAFT, by=(INTEGRITY, OFFICER, HEAD),
         requires=(g.reasons,), starts=("report_draft",), tells=("holder", "head", "executives")),
    Edge("keep_signed", _("Leave it as it was signed"), OPEN, SIGNED, by=(INTEGRITY, OFFICER, HEAD),
         requires=(g.signed_before, g.reasons), stops=("report_draft", "report_signature"),
         tells=("holder", "head", "executives")),
    Edge("withdraw", _("Withdraw the report"), OPEN, WITHDRAWN, by=(INTEGRITY, OFFICER, HEAD),
         requires=(g.never_signed, g.reasons), stops=("report_draft", "report_signature"), tells=("holder", "head")),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("write", _("Write a section"), (DRAFT,), STAY, by=(INTEGRITY, OFFICER, HEAD),
         requires=(g.section_of_the_form, g.nobody_wrote_meanwhile, g.figures_are_known)),
    Edge("fill", _("Fill in the figures again"), (DRAFT,), STAY, by=(INTEGRITY, OFFICER),
         requires=(g.statistics_are_there,)),
    Edge("publish", _("Publish"), (SIGNED,), STAY, by=(HEAD, EXECUTIVE), requires=(g.not_public_yet,),
         tells=("holder", "head", "executives")),
    Edge("take_down", _("Take it off the public pages"), (DRAFT, SIGNING, SIGNED), STAY, by=(HEAD, EXECUTIVE),
         requires=(g.is_public, g.reasons), tells=("holder", "head", "executives")),
    Edge("extend", _("Extend a deadline"), OPEN, STAY, by=(APPROVER,),
         requires=(g.running_clock, g.days, g.reasons), tells=("holder",)),
    Edge("take_over", _("Take over the file"), OPEN, STAY, by=(INTEGRITY, OFFICER), requires=(g.not_the_holder,)),
    Edge("put_back", _("Back to the unit"), OPEN, STAY, by=(CLOCK,), requires=(hands.holder_is_gone,),
         tells=("head",)),
    Edge("follow_unit", _("Moved with its unit"), ALL, STAY, by=(CLOCK,), requires=(g.successor,), tells=("head",)),
    Edge("note", _("Note"), ALL, STAY, by=(INTEGRITY, OFFICER, HEAD, APPROVER, EXECUTIVE), requires=(g.text,)),
)
# fmt: on

GRAPH = Graph("report", _("Report"), STATES, EDGES)
