"""The law of complaints: every state, every edge, who may take it, what it needs, what it does to the clocks.

Read from top to bottom in a minute; nothing else in the product decides what may happen to a complaint
(domain.md, section 2; founding documents S4:603-629, 737). Texts are translated on the pages.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import guards as g
from complaints.rules import CLERK, RECORDER
from workflows import hands
from workflows.actors import (
    ANYONE,
    APPROVER,
    ASSIGNEE,
    CLOCK,
    COMPLAINANT,
    CUSTODIAN,
    HEAD,
    IMPORTER,
    OFFICER,
    SCREENER,
)
from workflows.graph import BACK, STAY, UNDO, Edge, Graph, State

RECEIVED = "received"
SCREENING = "screening"
AWAITING_COMPLAINANT = "awaiting_complainant"
ACCEPTED = "accepted"
INVESTIGATING = "investigating"
AWAITING_AGENCY = "awaiting_agency"
REVIEW = "review"
ACTING = "acting"
REPLIED = "replied"
CLOSED = "closed"
DECLINED = "declined"
REFERRED = "referred"
SUSPENDED = "suspended_case"
MERGED = "merged"
REVIEW_REQUESTED = "review_requested"
WITHDRAWN = "withdrawn"

STATES = (
    #     state                 its name                            whose work is open, as a Viewflow node
    State(RECEIVED, _("Received"), work="screen"),
    State(SCREENING, _("Screening"), work="screen"),
    State(AWAITING_COMPLAINANT, _("Waiting for the complainant"), work="answer_question", pauses=True, of_holder=False),
    State(ACCEPTED, _("Accepted"), work="arrange"),
    State(INVESTIGATING, _("Investigating"), work="investigate"),
    State(AWAITING_AGENCY, _("Waiting for other units"), work="await_answers", timed_elsewhere=True),
    State(REVIEW, _("Under review"), work="decide", of_holder=False),
    State(ACTING, _("Acting on the finding"), work="carry_out"),
    State(REPLIED, _("Replied"), work="conclude"),
    State(CLOSED, _("Closed")),
    State(DECLINED, _("Declined")),
    State(REFERRED, _("Referred"), work="follow_referral"),
    State(SUSPENDED, pgettext_lazy("complaint", "Suspended"), work="await_ruling", pauses=True, of_holder=False),
    State(MERGED, _("Merged")),
    State(REVIEW_REQUESTED, _("Review requested"), work="decide_review", of_holder=False),
    State(WITHDRAWN, _("Withdrawn")),
)

OPEN = tuple(state.code for state in STATES if state.is_open)
ALL = tuple(state.code for state in STATES)
ENDED = tuple(state.code for state in STATES if not state.is_open)
ASKABLE = (SCREENING, ACCEPTED, INVESTIGATING)
FINISHED = (CLOSED, DECLINED)
DISPUTABLE = (REPLIED, CLOSED, DECLINED)
HANDLED = (ACCEPTED, AWAITING_COMPLAINANT, INVESTIGATING, AWAITING_AGENCY, REVIEW, ACTING, REPLIED)
IN_HAND = (AWAITING_COMPLAINANT, INVESTIGATING, AWAITING_AGENCY, REVIEW, ACTING, REPLIED, REFERRED, SUSPENDED)
REPORTED = (SCREENING, ACCEPTED, INVESTIGATING, AWAITING_AGENCY, REVIEW, ACTING, REFERRED, SUSPENDED)
JOINABLE = (SCREENING, ACCEPTED, INVESTIGATING)
REFERABLE = (SCREENING, ACCEPTED, INVESTIGATING, REVIEW)
SUSPENDABLE = (ACCEPTED, INVESTIGATING, REVIEW, ACTING)
INQUIRED = (ACCEPTED, INVESTIGATING, AWAITING_AGENCY)
# Where a slip of today may have led, and from where.
SLIPPED_TO = (ACCEPTED, INVESTIGATING, REVIEW, CLOSED)
SLIPPED_FROM = (SCREENING, ACCEPTED, INVESTIGATING, REVIEW, REPLIED)

# A table is read by its columns.
# fmt: off
EDGES: tuple[Edge, ...] = (
    # --- It comes in ----------------------------------------------------------------------------------------------
    Edge("register", _("Register"), (), RECEIVED, by=(ANYONE, SCREENER, OFFICER),
         starts=("acknowledge", "screen", "first_report"), tells=("screeners", "leaders")),
    Edge("import_received", _("Import as received"), (), RECEIVED, by=(IMPORTER,),
         starts=("acknowledge", "screen", "first_report")),
    Edge("import_investigating", _("Import as under investigation"), (), INVESTIGATING, by=(IMPORTER,),
         starts=("first_report", "investigate")),
    Edge("import_closed", _("Import as closed"), (), CLOSED, by=(IMPORTER,)),
    Edge("register_part", _("Register as a part"), (), SCREENING, by=(SCREENER, OFFICER), requires=(g.whole_in_hand,),
         starts=("screen", "first_report"), tells=("screeners",)),
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
    Edge("cancel_question", _("Withdraw the question"), (AWAITING_COMPLAINANT,), BACK, back_to=ASKABLE,
         by=(ASSIGNEE, SCREENER), requires=(g.reasons,), stops=("complainant_answer",),
         tells=("complainant", "holder")),
    # --- Handling -------------------------------------------------------------------------------------------------
    Edge("assign", _("Assign"), (ACCEPTED,), INVESTIGATING, by=(HEAD,), requires=(g.investigator,),
         tells=("holder",)),
    Edge("reassign", _("Reassign"), IN_HAND, STAY, by=(HEAD,), requires=(g.investigator,), tells=("holder",)),
    Edge("hand_over", _("Hand over"), OPEN, STAY, by=(ASSIGNEE, HEAD), requires=(g.in_somebodys_hands, g.taker,
         g.reasons), tells=("holder",)),
    Edge("put_back", _("Back to the unit"), OPEN, STAY, by=(CLOCK,), requires=(hands.holder_is_gone,),
         tells=("head",)),
    Edge("answer_directly", _("Answer directly"), (ACCEPTED,), REPLIED, by=(ASSIGNEE, OFFICER),
         requires=(g.kind_is_simple, g.reply_text), starts=("objection",),
         stops=("investigate", "first_report", "next_report"), tells=("complainant",)),
    Edge("send_progress", _("Report progress"), REPORTED, STAY,
         by=(ASSIGNEE, SCREENER), requires=(g.text,), stops=("first_report", "next_report"), starts=("next_report",),
         tells=("complainant",)),
    Edge("submit_finding", _("Submit the finding"), (INVESTIGATING,), REVIEW, by=(ASSIGNEE,),
         requires=(g.outcome, g.reasons, g.evidence, g.committee_where_serious, g.finding_for_every_respondent,
                   g.nobody_unheard),
         starts=("review",), stops=("investigate",), tells=("approvers",)),
    # --- Who is complained about (ผู้ถูกร้อง) -------------------------------------------------------------------------
    Edge("add_respondent", _("Name a respondent"), (SCREENING, *INQUIRED, REVIEW, REFERRED), STAY,
         by=(ASSIGNEE, SCREENER), requires=(g.person, g.allegation), tells=("head",)),
    Edge("remove_respondent", _("Named by mistake"), (SCREENING, *INQUIRED, REVIEW, REFERRED), STAY,
         by=(HEAD, APPROVER), requires=(g.respondent, g.reasons)),
    Edge("appoint_committee", _("Appoint an investigating committee"), INQUIRED, STAY, by=(HEAD, APPROVER),
         requires=(g.order_number, g.order_date, g.members), tells=("committee",)),
    Edge("raise_above", _("Moved above whom it is about"), OPEN, STAY, by=(CLOCK,),
         requires=(g.lies_under_a_respondent,), tells=("screeners", "head")),
    Edge("hear_respondent", _("Record the hearing of a respondent"), (INVESTIGATING, AWAITING_AGENCY), STAY,
         by=(ASSIGNEE,), requires=(g.respondent, g.day_not_ahead, g.text)),
    # --- Other units --------------------------------------------------------------------------------------------------
    Edge("ask_agencies", _("Ask other units"), (INVESTIGATING,), AWAITING_AGENCY, by=(ASSIGNEE,),
         requires=(g.units_to_ask, g.question)),
    Edge("ask_another_agency", _("Ask one more unit"), (AWAITING_AGENCY,), STAY, by=(ASSIGNEE,),
         requires=(g.units_to_ask, g.question)),
    Edge("agency_answered", _("A unit has answered"), (*OPEN, *FINISHED), STAY, by=(CLOCK,), tells=("holder",)),
    Edge("all_answered", _("No answer is open any more"), (AWAITING_AGENCY,), INVESTIGATING, by=(CLOCK,),
         requires=(g.no_request_is_open,), tells=("holder",)),
    Edge("transfer", _("Transfer to another unit"), (ACCEPTED,), SCREENING, by=(SCREENER, HEAD),
         requires=(g.other_unit, g.not_settled_above, g.reasons), starts=("screen",), stops=("investigate",),
         tells=("screeners", "complainant")),
    # --- Other agencies -----------------------------------------------------------------------------------------------
    Edge("refer", _("Refer to another agency"), REFERABLE, REFERRED, by=(APPROVER,),
         requires=(g.agency, g.reasons), starts=("referral_follow_up",),
         stops=("screen", "acknowledge", "investigate", "review", "first_report", "next_report"),
         tells=("complainant", "holder")),
    Edge("remind_agency", _("Remind the agency"), (REFERRED,), STAY, by=(ASSIGNEE, OFFICER), requires=(g.text,),
         starts=("referral_follow_up",), stops=("referral_follow_up",)),
    Edge("referral_unanswered", _("The agency has not answered in time"), (REFERRED,), STAY, by=(CLOCK,),
         ends_with="referral_follow_up", starts=("referral_follow_up",), stops=("referral_follow_up",),
         tells=("holder", "head", "superiors")),
    Edge("referral_answered", _("Record the agency's answer"), (REFERRED,), REVIEW, by=(ASSIGNEE, OFFICER),
         requires=(g.outcome, g.reasons, g.evidence, g.finding_for_every_respondent),
         starts=("review", "next_report"), stops=("referral_follow_up",), tells=("approvers",)),
    Edge("referral_returned", _("Record that the agency returned it"), (REFERRED,), SCREENING, by=(ASSIGNEE, OFFICER),
         requires=(g.reasons,), starts=("screen", "next_report"), stops=("referral_follow_up",), tells=("screeners",)),
    Edge("binding_finding", _("Record a binding finding"), (REFERRED,), ACTING, by=(APPROVER,),
         requires=(g.agency_binds, g.reasons, g.evidence, g.measures, g.owners), starts=("next_report",),
         stops=("referral_follow_up",), tells=("holder",)),
    Edge("record_penalty", _("Record a penalty order"), (ACTING, REPLIED), STAY, by=(ASSIGNEE, OFFICER),
         requires=(g.respondent, g.penalty, g.order_number, g.order_date)),
    Edge("copy_penalty", _("Record that the order was copied"), (ACTING, REPLIED), STAY, by=(ASSIGNEE, OFFICER),
         requires=(g.order_to_copy, g.copy_day, g.evidence)),
    # --- Four eyes ------------------------------------------------------------------------------------------------
    Edge("return_finding", _("Return the finding"), (REVIEW,), INVESTIGATING, by=(APPROVER, CLERK),
         requires=(g.not_the_investigator, g.by_an_approver, g.reasons), starts=("investigate",), stops=("review",),
         tells=("holder", "decider")),
    Edge("decide_founded", _("Decide: founded"), (REVIEW,), ACTING, by=(APPROVER, CLERK),
         requires=(g.not_the_investigator, g.by_an_approver, g.measures, g.owners, g.measures_for_officials),
         stops=("review",), tells=("holder", "decider")),
    Edge("decide_partly", _("Decide: partly founded"), (REVIEW,), ACTING, by=(APPROVER, CLERK),
         requires=(g.not_the_investigator, g.by_an_approver, g.measures, g.owners, g.measures_for_officials),
         stops=("review",), tells=("holder", "decider")),
    Edge("decide_unfounded", _("Decide: unfounded"), (REVIEW,), REPLIED, by=(APPROVER, CLERK),
         requires=(g.not_the_investigator, g.by_an_approver, g.reply_text), starts=("objection",),
         stops=("review", "first_report", "next_report"), tells=("complainant", "holder", "decider")),
    Edge("decide_inconclusive", _("Decide: inconclusive"), (REVIEW,), REPLIED, by=(APPROVER, CLERK),
         requires=(g.not_the_investigator, g.by_an_approver, g.reply_text), starts=("objection",),
         stops=("review", "first_report", "next_report"), tells=("complainant", "holder", "decider")),
    # --- Acting on it ---------------------------------------------------------------------------------------------
    Edge("measure_done", _("Record a measure as done"), (ACTING, REPLIED), STAY, by=(ASSIGNEE, OFFICER),
         requires=(g.owner_of_the_measure, g.evidence), tells=("holder",)),
    Edge("take_over_measures", _("Measures of somebody who left taken over"), (ACTING, REPLIED), STAY, by=(CLOCK,),
         requires=(g.measure_left_behind,), tells=("holder",)),
    Edge("draft_reply", _("Draft the reply"), (ACTING,), STAY, by=(ASSIGNEE,), requires=(g.reply_text,),
         tells=("approvers",)),
    Edge("approve_reply", _("Approve the reply"), (ACTING,), STAY, by=(APPROVER,),
         requires=(g.reply_is_drafted, g.reply_is_the_one_seen, g.not_the_drafter),
         tells=("holder",)),
    Edge("answer", _("Send the reply"), (ACTING,), REPLIED, by=(ASSIGNEE,),
         requires=(g.every_measure_done_or_dated, g.reply_is_approved), starts=("objection",),
         stops=("first_report", "next_report"), tells=("complainant",)),
    Edge("close", _("Close"), (REPLIED,), CLOSED, by=(ASSIGNEE, OFFICER),
         requires=(g.every_measure_done, g.every_penalty_settled, g.evidence), tells=("complainant",)),
    Edge("close_after_window", _("Closed when the objection window ended"), (REPLIED,), CLOSED, by=(CLOCK,),
         ends_with="objection", requires=(g.every_measure_done, g.every_penalty_settled), stops=("objection",),
         tells=("holder",)),
    Edge("window_ended", _("The objection window has ended"), FINISHED, STAY, by=(CLOCK,), ends_with="objection",
         stops=("objection",)),
    # --- It rests, or ends early --------------------------------------------------------------------------------------
    Edge("suspend", _("Suspend"), SUSPENDABLE, SUSPENDED, by=(APPROVER,), requires=(g.body, g.reasons),
         starts=("suspension_check",), detour=True, tells=("complainant", "holder")),
    Edge("keep_suspended", _("Keep it suspended"), (SUSPENDED,), STAY, by=(APPROVER,), requires=(g.reasons,),
         starts=("suspension_check",), stops=("suspension_check",), tells=("holder",)),
    Edge("resume", _("Resume"), (SUSPENDED,), BACK, back_to=SUSPENDABLE, by=(APPROVER,), requires=(g.reasons,),
         stops=("suspension_check",), tells=("complainant", "holder")),
    Edge("discontinue", _("Discontinue"), (*INQUIRED, REVIEW, SUSPENDED), CLOSED, by=(APPROVER,),
         requires=(g.not_the_investigator, g.reasons, g.reply_text), starts=("objection",),
         stops=("first_report", "next_report"), tells=("complainant", "holder")),
    # --- Together and apart -------------------------------------------------------------------------------------------
    Edge("merge", _("Merge into another case"), JOINABLE, MERGED, by=(SCREENER, ASSIGNEE),
         requires=(g.open_case_i_may_see,), stops=("screen", "acknowledge", "first_report", "next_report"),
         tells=("complainant", "holder")),
    Edge("unmerge", _("Take out of the other case"), (MERGED,), SCREENING, by=(SCREENER, HEAD), requires=(g.reasons,),
         starts=("screen", "next_report"), stops=("erasure_notice",), tells=("complainant", "screeners")),
    Edge("other_ended", _("The other case ended without a reply"), (MERGED,), SCREENING, by=(CLOCK,),
         requires=(g.other_ended_without_reply,), starts=("screen", "next_report"), stops=("erasure_notice",),
         tells=("complainant", "screeners")),
    Edge("answered_with_other", _("Answered with the case it was merged into"), (MERGED,), STAY, by=(CLOCK,),
         requires=(g.text,), tells=("complainant",)),
    Edge("protected_with_other", _("Protected with the case it belongs to"), ALL, STAY, by=(CLOCK,),
         requires=(g.kind_is_known,)),
    Edge("split", _("Split into parts"), JOINABLE, STAY, by=(SCREENER, ASSIGNEE), requires=(g.parts,),
         tells=("complainant",)),
    # --- A slip, or new facts -----------------------------------------------------------------------------------------
    Edge("correct", _("Correct a slip of today"), SLIPPED_TO, UNDO, back_to=SLIPPED_FROM, by=(HEAD, APPROVER),
         requires=(g.slip_of_today, g.reasons), tells=("complainant", "holder")),
    Edge("reopen_ex_officio", _("Reopen on new facts"), (CLOSED, WITHDRAWN), INVESTIGATING, by=(APPROVER,),
         requires=(g.investigator, g.reasons), starts=("investigate", "next_report"),
         stops=("objection", "erasure_notice"), tells=("complainant", "holder")),
    Edge("rescreen_ex_officio", _("Screen again on new facts"), (DECLINED,), SCREENING, by=(APPROVER,),
         requires=(g.reasons,), starts=("screen", "next_report"), stops=("objection", "erasure_notice"),
         tells=("complainant", "screeners")),
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
    Edge("reveal", _("Reveal who complained"), ALL, STAY, by=(CUSTODIAN,),
         requires=(g.identity_is_sealed, g.key_is_there, g.second_custodian, g.reasons), tells=("custodians",)),
    Edge("follow_unit", _("Moved with its unit"), ALL, STAY, by=(CLOCK,), requires=(g.successor,), tells=("head",)),
    Edge("rise", _("Raised to where somebody may take it"), OPEN, STAY, by=(CLOCK,), requires=(hands.rises_elsewhere,),
         tells=("next",)),
    Edge("set_contact", _("Choose how to be told of news"), ALL, STAY, by=(COMPLAINANT,),
         requires=(g.road_of_a_person, g.key_is_there)),
    Edge("rate", _("Rate the handling"), (REPLIED, CLOSED), STAY, by=(COMPLAINANT,),
         requires=(g.not_yet_rated, g.stars)),
    # --- How long it is kept (see `complaints.retention`, `complaints.erasing`) ---------------------------------------
    Edge("propose_erasure", _("Announce the erasure"), ENDED, STAY, by=(CLOCK,),
         requires=(g.not_proposed, g.not_held, g.nothing_runs, g.retention_is_over), starts=("erasure_notice",),
         tells=("custodians", "head")),
    Edge("withdraw_proposal", _("Not to be erased yet"), ENDED, STAY, by=(CLOCK,),
         requires=(g.proposed, g.retention_goes_on), stops=("erasure_notice",), tells=("custodians", "head")),
    Edge("hold_records", _("Hold what is kept"), ENDED, STAY, by=(CUSTODIAN, HEAD), requires=(g.not_held, g.reasons),
         stops=("erasure_notice",), tells=("custodians", "head")),
    Edge("release_records", _("Release the hold"), ENDED, STAY, by=(CUSTODIAN, HEAD), requires=(g.held, g.reasons),
         tells=("custodians", "head")),
    Edge("erase_when_due", _("Erased at the end of its time"), ENDED, STAY, by=(CLOCK,), ends_with="erasure_notice",
         requires=(g.not_held, g.nothing_runs, g.retention_is_over), stops=("erasure_notice",), tells=("custodians",)),
    Edge("erase_again", _("Erased again after a restore"), ENDED, STAY, by=(CLOCK,), stops=("erasure_notice",),
         tells=("custodians",)),
    Edge("ask_erasure", _("Ask to erase the content"), ENDED, STAY, by=(CUSTODIAN,),
         requires=(g.not_asked, g.not_held, g.nothing_runs, g.second_custodian, g.erasure_ground, g.reasons),
         tells=("custodians",)),
    Edge("erase", _("Erase the content for good"), ENDED, STAY, by=(CUSTODIAN,),
         requires=(g.erasure_is_asked, g.not_the_asker, g.not_held, g.nothing_runs), stops=("erasure_notice",),
         tells=("custodians",)),
    # --- Official letters -----------------------------------------------------------------------------------------
    Edge("draft_letter", _("Draft a letter"), ALL, STAY, by=(ASSIGNEE, SCREENER, OFFICER),
         requires=(g.letter_reader, g.letter_carries, g.letter_signatory)),
    Edge("register_letter", _("Register a letter"), ALL, STAY, by=(ASSIGNEE, SCREENER, OFFICER),
         requires=(g.letter_reader, g.draft_of_a_letter, g.letter_day, g.letter_number, g.letter_signatory,
                   g.letter_scan_or_later, g.letter_despatch)),
    Edge("attach_signed", _("Attach a signed letter"), ALL, STAY, by=(ASSIGNEE, SCREENER, OFFICER),
         requires=(g.letter_reader, g.letter_without_scan, g.letter_scan)),
    Edge("despatch_letter", _("Despatch a letter"), ALL, STAY, by=(ASSIGNEE, SCREENER, OFFICER),
         requires=(g.letter_reader, g.letter_not_despatched, g.letter_despatch)),
    Edge("cancel_letter", _("Cancel a letter"), ALL, STAY, by=(ASSIGNEE, SCREENER, OFFICER),
         requires=(g.letter_reader, g.letter_goes_on, g.reasons)),
)
# fmt: on
EDGES = g.shut_when_erased(EDGES, ENDED)

GRAPH = Graph("complaint", _("Complaint"), STATES, EDGES)
