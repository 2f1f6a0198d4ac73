"""The law of complaints: every state, every edge, who may take it, what it needs, what it does to the clocks.

Read from top to bottom in a minute; nothing else in the product decides what may happen to a complaint
(domain.md, section 2; founding documents S4:603-629, 737). Texts are translated on the pages.
"""

from django.utils.translation import gettext_lazy as _

from complaints import guards as g
from complaints.rules import RECORDER
from workflows.actors import ANYONE, APPROVER, ASSIGNEE, CLOCK, COMPLAINANT, HEAD, IMPORTER, OFFICER, SCREENER
from workflows.graph import BACK, STAY, Edge, Graph, State

RECEIVED = "received"
SCREENING = "screening"
AWAITING_COMPLAINANT = "awaiting_complainant"
ACCEPTED = "accepted"
INVESTIGATING = "investigating"
REVIEW = "review"
ACTING = "acting"
REPLIED = "replied"
CLOSED = "closed"
DECLINED = "declined"
REVIEW_REQUESTED = "review_requested"
WITHDRAWN = "withdrawn"

STATES = (
    #     state                 its name                            whose work is open, as a Viewflow node
    State(RECEIVED, _("Received"), work="screen"),
    State(SCREENING, _("Screening"), work="screen"),
    State(AWAITING_COMPLAINANT, _("Waiting for the complainant"), work="answer_question", pauses=True, of_holder=False),
    State(ACCEPTED, _("Accepted"), work="arrange"),
    State(INVESTIGATING, _("Investigating"), work="investigate"),
    State(REVIEW, _("Under review"), work="decide", of_holder=False),
    State(ACTING, _("Acting on the finding"), work="carry_out"),
    State(REPLIED, _("Replied"), work="conclude"),
    State(CLOSED, _("Closed")),
    State(DECLINED, _("Declined")),
    State(REVIEW_REQUESTED, _("Review requested"), work="decide_review", of_holder=False),
    State(WITHDRAWN, _("Withdrawn")),
)

OPEN = tuple(state.code for state in STATES if state.is_open)
ALL = tuple(state.code for state in STATES)
ASKABLE = (SCREENING, ACCEPTED, INVESTIGATING)
FINISHED = (CLOSED, DECLINED)
DISPUTABLE = (REPLIED, CLOSED, DECLINED)
HANDLED = (ACCEPTED, AWAITING_COMPLAINANT, INVESTIGATING, REVIEW, ACTING, REPLIED)

# A table is read by its columns.
# fmt: off
EDGES = (
    # --- It comes in ----------------------------------------------------------------------------------------------
    Edge("register", _("Register"), (), RECEIVED, by=(ANYONE, SCREENER, OFFICER),
         starts=("acknowledge", "screen", "first_report"), tells=("screeners",)),
    Edge("import_received", _("Import as received"), (), RECEIVED, by=(IMPORTER,),
         starts=("acknowledge", "screen", "first_report")),
    Edge("import_investigating", _("Import as under investigation"), (), INVESTIGATING, by=(IMPORTER,),
         starts=("first_report", "investigate")),
    Edge("import_closed", _("Import as closed"), (), CLOSED, by=(IMPORTER,)),
    Edge("acknowledge", _("Confirm receipt"), OPEN, STAY, by=(COMPLAINANT, SCREENER, OFFICER),
         requires=(g.not_yet_acknowledged,), stops=("acknowledge",)),
    # --- Screening ------------------------------------------------------------------------------------------------
    Edge("start_screening", _("Start screening"), (RECEIVED,), SCREENING, by=(SCREENER,)),
    Edge("accept", _("Accept"), (SCREENING,), ACCEPTED, by=(SCREENER,),
         requires=(g.kind_is_known, g.protection_is_not_lifted, g.unit_is_named),
         starts=("investigate",), stops=("screen", "acknowledge"), tells=("complainant", "head")),
    Edge("decline", _("Decline"), (SCREENING,), DECLINED, by=(SCREENER, APPROVER),
         requires=(g.corruption_is_declined_by_the_approver, g.ground, g.reply_text),
         starts=("objection",), stops=("screen", "acknowledge", "first_report", "next_report"), tells=("complainant",)),
    # --- Asking the complainant -----------------------------------------------------------------------------------
    Edge("ask_complainant", _("Ask the complainant"), ASKABLE, AWAITING_COMPLAINANT, by=(ASSIGNEE, SCREENER),
         requires=(g.asker_has_it, g.complainant_can_answer, g.question), starts=("complainant_answer",), detour=True,
         tells=("complainant",)),
    Edge("complainant_answered", _("Answer"), (AWAITING_COMPLAINANT,), BACK, back_to=ASKABLE,
         by=(COMPLAINANT, RECORDER), requires=(g.text,), stops=("complainant_answer",), tells=("holder",)),
    Edge("answer_timed_out", _("The time to answer has passed"), (AWAITING_COMPLAINANT,), BACK, back_to=ASKABLE,
         by=(CLOCK,), ends_with="complainant_answer", stops=("complainant_answer",), tells=("holder",)),
    # --- Handling -------------------------------------------------------------------------------------------------
    Edge("assign", _("Assign"), (ACCEPTED,), INVESTIGATING, by=(HEAD,), requires=(g.investigator,),
         tells=("holder",)),
    Edge("reassign", _("Reassign"), (AWAITING_COMPLAINANT, INVESTIGATING, REVIEW, ACTING, REPLIED), STAY, by=(HEAD,),
         requires=(g.investigator,), tells=("holder",)),
    Edge("answer_directly", _("Answer directly"), (ACCEPTED,), REPLIED, by=(ASSIGNEE, OFFICER),
         requires=(g.kind_is_simple, g.reply_text), starts=("objection",),
         stops=("investigate", "first_report", "next_report"), tells=("complainant",)),
    Edge("send_progress", _("Report progress"), (SCREENING, ACCEPTED, INVESTIGATING, REVIEW, ACTING), STAY,
         by=(ASSIGNEE, SCREENER), requires=(g.text,), stops=("first_report", "next_report"), starts=("next_report",),
         tells=("complainant",)),
    Edge("submit_finding", _("Submit the finding"), (INVESTIGATING,), REVIEW, by=(ASSIGNEE,),
         requires=(g.outcome, g.reasons, g.evidence), starts=("review",), stops=("investigate",), tells=("approvers",)),
    # --- Four eyes ------------------------------------------------------------------------------------------------
    Edge("return_finding", _("Return the finding"), (REVIEW,), INVESTIGATING, by=(APPROVER,),
         requires=(g.not_the_investigator, g.reasons), starts=("investigate",), stops=("review",), tells=("holder",)),
    Edge("decide_founded", _("Decide: founded"), (REVIEW,), ACTING, by=(APPROVER,),
         requires=(g.not_the_investigator, g.measures), stops=("review",), tells=("holder",)),
    Edge("decide_partly", _("Decide: partly founded"), (REVIEW,), ACTING, by=(APPROVER,),
         requires=(g.not_the_investigator, g.measures), stops=("review",), tells=("holder",)),
    Edge("decide_unfounded", _("Decide: unfounded"), (REVIEW,), REPLIED, by=(APPROVER,),
         requires=(g.not_the_investigator, g.reply_text), starts=("objection",),
         stops=("review", "first_report", "next_report"), tells=("complainant", "holder")),
    Edge("decide_inconclusive", _("Decide: inconclusive"), (REVIEW,), REPLIED, by=(APPROVER,),
         requires=(g.not_the_investigator, g.reply_text), starts=("objection",),
         stops=("review", "first_report", "next_report"), tells=("complainant", "holder")),
    # --- Acting on it ---------------------------------------------------------------------------------------------
    Edge("measure_done", _("Record a measure as done"), (ACTING, REPLIED), STAY, by=(ASSIGNEE, OFFICER),
         requires=(g.owner_of_the_measure, g.evidence), tells=("holder",)),
    Edge("draft_reply", _("Draft the reply"), (ACTING,), STAY, by=(ASSIGNEE,), requires=(g.reply_text,),
         tells=("approvers",)),
    Edge("approve_reply", _("Approve the reply"), (ACTING,), STAY, by=(APPROVER,),
         requires=(g.reply_is_drafted, g.reply_is_the_one_seen, g.not_the_drafter),
         tells=("holder",)),
    Edge("answer", _("Send the reply"), (ACTING,), REPLIED, by=(ASSIGNEE,),
         requires=(g.every_measure_done_or_dated, g.reply_is_approved), starts=("objection",),
         stops=("first_report", "next_report"), tells=("complainant",)),
    Edge("close", _("Close"), (REPLIED,), CLOSED, by=(ASSIGNEE, OFFICER),
         requires=(g.every_measure_done, g.evidence),
         tells=("complainant",)),
    Edge("close_after_window", _("Closed when the objection window ended"), (REPLIED,), CLOSED, by=(CLOCK,),
         ends_with="objection", requires=(g.every_measure_done,), stops=("objection",), tells=("holder",)),
    Edge("window_ended", _("The objection window has ended"), FINISHED, STAY, by=(CLOCK,), ends_with="objection",
         stops=("objection",)),
    # --- The complainant disagrees --------------------------------------------------------------------------------
    Edge("request_review", _("Ask for a review"), DISPUTABLE, REVIEW_REQUESTED, by=(COMPLAINANT, RECORDER),
         requires=(g.within_the_window, g.reasons), starts=("review",), detour=True, tells=("approvers",)),
    Edge("reopen", _("Reopen"), (REVIEW_REQUESTED,), INVESTIGATING, by=(APPROVER,),
         requires=(g.did_not_handle_it, g.was_answered, g.new_investigator, g.reasons),
         starts=("investigate", "next_report"),
         stops=("review", "objection"), tells=("complainant", "holder")),
    Edge("reopen_screening", _("Reopen for screening"), (REVIEW_REQUESTED,), SCREENING, by=(APPROVER,),
         requires=(g.did_not_handle_it, g.was_declined, g.reasons), starts=("screen", "next_report"),
         stops=("review", "objection"), tells=("complainant", "screeners")),
    Edge("refuse_review", _("Refuse the review"), (REVIEW_REQUESTED,), BACK, back_to=DISPUTABLE, by=(APPROVER,),
         requires=(g.did_not_handle_it, g.reasons), stops=("review",), tells=("complainant",)),
    # --- The complainant withdraws --------------------------------------------------------------------------------
    Edge("withdraw", _("Withdraw"), OPEN, WITHDRAWN, by=(COMPLAINANT, RECORDER), requires=(g.not_corruption,),
         stops=("complainant_answer", "objection"), tells=("holder", "screeners")),
    Edge("record_withdrawal", _("Record the wish to withdraw"), OPEN, STAY, by=(COMPLAINANT, RECORDER),
         requires=(g.corruption_goes_on,), tells=("holder",)),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("note", _("Note"), ALL, STAY, by=(ASSIGNEE, SCREENER, OFFICER, HEAD, APPROVER), requires=(g.text,)),
    Edge("message", _("Write to the complainant"), ALL, STAY, by=(ASSIGNEE, SCREENER),
         requires=(g.complainant_can_answer, g.text),
         tells=("complainant",)),
    Edge("complainant_message", _("Write to the officer"), ALL, STAY, by=(COMPLAINANT, RECORDER), requires=(g.text,),
         tells=("holder",)),
    Edge("attach", _("Attach a file"), OPEN, STAY, by=(COMPLAINANT, ASSIGNEE, SCREENER, OFFICER), requires=(g.file,)),
    Edge("extend", _("Extend a deadline"), OPEN, STAY, by=(APPROVER,),
         requires=(g.running_clock, g.days, g.reasons, g.not_the_assignee), tells=("holder",)),
    Edge("change_kind", _("Change the kind"), (SCREENING, *HANDLED), STAY, by=(SCREENER, ASSIGNEE),
         requires=(g.kind_is_known, g.protection_is_not_lifted), tells=("holder",)),
    Edge("declare_conflict", _("Declare a conflict of interest"), OPEN, STAY,
         by=(ASSIGNEE, SCREENER, OFFICER, HEAD, APPROVER), requires=(g.reasons,), tells=("head",)),
    Edge("set_contact", _("Choose how to be told of news"), ALL, STAY, by=(COMPLAINANT,),
         requires=(g.road_of_a_person, g.not_erased)),
    Edge("rate", _("Rate the handling"), (REPLIED, CLOSED), STAY, by=(COMPLAINANT,),
         requires=(g.not_yet_rated, g.stars)),
)
# fmt: on

GRAPH = Graph("complaint", _("Complaint"), STATES, EDGES)
