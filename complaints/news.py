"""What a notice says of an edge: what has happened and what it means for the reader.

The name of an edge is the word on its button. In a list of notices "Answer" or "Assign" would read as an order.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from workflows.graph import Text

COMPLAINT: Mapping[str, Text] = MappingProxyType(
    {
        "register": _("A new complaint, to be screened"),
        "register_part": _("A new part of a complaint, to be screened"),
        "accept": _("Accepted; the unit starts to handle it"),
        "decline": _("Declined; the complainant has been told why"),
        "ask_complainant": _("A question was sent to the complainant"),
        "complainant_answered": _("The complainant has answered the question"),
        "answer_timed_out": _("The complainant did not answer in time; the case goes on"),
        "cancel_question": _("The question to the complainant was withdrawn; the case goes on"),
        "assign": _("Assigned, to be investigated"),
        "reassign": _("Assigned anew, to be carried on"),
        "hand_over": _("Handed over, to be carried on"),
        "put_back": _("Back with the unit, in nobody's hands; to be assigned"),
        "answer_directly": _("Answered directly"),
        "send_progress": _("The complainant was told how far it is"),
        "submit_finding": _("A finding waits for a decision"),
        "add_respondent": _("A respondent was named"),
        "appoint_committee": _("Appointed to its investigating committee"),
        "agency_answered": _("A request to a unit has ended; read what came of it"),
        "all_answered": _("No answer of a unit is open any more; the investigation goes on"),
        "transfer": _("Transferred from another unit, to be screened"),
        "refer": _("Referred to another agency; its answer is to be followed"),
        "referral_unanswered": _("The agency has not answered in time; remind it"),
        "referral_answered": _("The agency has answered; a decision is to be made"),
        "referral_returned": _("Returned by the agency, to be screened again"),
        "binding_finding": _("The agency's binding finding was recorded; measures are to be carried out"),
        "return_finding": _("The finding was returned; investigate further"),
        "decide_founded": _("Decided: founded; measures are to be carried out"),
        "decide_partly": _("Decided: partly founded; measures are to be carried out"),
        "decide_unfounded": _("Decided: unfounded; the complainant has been told"),
        "decide_inconclusive": _("Decided: inconclusive; the complainant has been told"),
        "measure_done": _("A measure has been carried out"),
        "draft_reply": _("A reply waits for approval"),
        "approve_reply": _("The reply was approved; it can be sent"),
        "answer": _("The reply was sent to the complainant"),
        "close": _("It was closed"),
        "close_after_window": _("It was closed when the objection window ended"),
        "suspend": _("Suspended; its deadlines rest"),
        "keep_suspended": _("It stays suspended"),
        "resume": _("Resumed; its deadlines run again"),
        "discontinue": _("Discontinued and closed; the complainant has been told"),
        "merge": _("Merged into another case; it goes on there"),
        "unmerge": _("Taken out of the other case, to be screened"),
        "answered_with_other": _("Answered together with the case it was merged into"),
        "split": _("Split into parts"),
        "correct": _("A slip of today was taken back; look where the case stands now"),
        "reopen_ex_officio": _("Reopened on new facts, to be investigated"),
        "rescreen_ex_officio": _("To be screened again, because of new facts"),
        "request_review": _("The complainant asks for a review; a decision is to be made"),
        "reopen": _("Reopened after a request for review, to be investigated"),
        "reopen_screening": _("Reopened after a request for review, to be screened again"),
        "refuse_review": _("The review was refused; the complainant has been told why"),
        "withdraw": _("The complainant has withdrawn it"),
        "record_withdrawal": _("The complainant wants to withdraw; the case goes on all the same"),
        "message": _("A message was sent to the complainant"),
        "complainant_message": _("A new message from the complainant"),
        "extend": _("A deadline was extended"),
        "change_kind": _("Its kind was changed"),
        "declare_conflict": _("Somebody declared a conflict of interest; look whether it needs other hands"),
        "reveal": _("Who complained was revealed to a custodian; the reason stands in the case"),
        "raise_above": _("Moved above the unit of whom it is about"),
        "take_over_measures": _("Measures of somebody who left the service were taken over"),
        "other_ended": _("The case it was merged into ended without a reply; to be screened"),
        "follow_unit": _("Moved here from a unit that was closed or merged"),
        "rise": _("Raised from its unit, where nobody may take the next step"),
        "propose_erasure": _("Its content is to be erased; hold it if it is still needed"),
        "withdraw_proposal": _("Its content is not to be erased yet"),
        "hold_records": _("Its content is held and is not erased"),
        "release_records": _("The hold on its content was released"),
        "erase_when_due": _("Its content was erased at the end of its time"),
        "erase_again": _("Its content was erased again after a restore"),
        "ask_erasure": _("A custodian asks to erase its content; a second one decides"),
        "erase": _("Its content was erased for good"),
    }
)

REQUEST: Mapping[str, Text] = MappingProxyType(
    {
        "ask": _("A statement is asked for"),
        "give": _("Assigned, to be answered"),
        "put_back": _("Back with the unit, in nobody's hands; somebody has to answer it"),
        "answer": _("The unit that was asked has answered"),
        "answer_late": _("The unit that was asked has answered, though late"),
        "remind": _("A reminder: the answer is still awaited"),
        "give_time": _("There is more time to answer"),
        "pass_on": _("Another unit is asked in place of the first"),
        "time_out": _("The time to answer has ended without an answer"),
        "cancel": _("Cancelled; nothing need be answered any more"),
        "declare_conflict": _("Somebody declared a conflict of interest; look whether it needs other hands"),
    }
)
