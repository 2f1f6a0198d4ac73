"""Who may do what with a complaint, written from domain.md (section 2) for an ordinary, a simple and a protected kind.

The people are named by their part: those of the unit in which the case lies, `upper_approver` in a unit above it.
"""

PLACES = (
    "received screening awaiting_complainant accepted investigating awaiting_agency review acting acting/drafted "
    "acting/approved replied closed declined referred suspended_case merged review_requested "
    "review_requested/declined withdrawn"
).split()
ACTING = "acting acting/drafted acting/approved"
OPEN = (
    f"received screening awaiting_complainant accepted investigating awaiting_agency review {ACTING} replied "
    "referred suspended_case review_requested review_requested/declined"
)
IN_HAND = (
    f"awaiting_complainant investigating awaiting_agency review {ACTING} replied closed referred suspended_case merged "
    "review_requested"
)
OPEN_IN_HAND = IN_HAND.replace("closed ", "").replace("merged ", "")
ENDED = "closed declined merged withdrawn"
APPROVERS = "approver upper_approver"
AGENCY = "screener officer officer2 head approver upper_approver"
EVERYWHERE = " ".join(PLACES)

# edge: {places: who may take it there}; officer is the assignee wherever there is one. An ordinary kind, by website.
ORDINARY: dict[str, dict[str, str]] = {
    "acknowledge": {"received screening": "complainant screener officer officer2"},
    "start_screening": {"received": "screener"},
    "accept": {"screening": "screener"},
    "decline": {"screening": "screener"},
    "ask_complainant": {"screening accepted": "screener", "investigating": "officer"},
    "cancel_question": {"awaiting_complainant": "screener officer"},
    "complainant_answered": {"awaiting_complainant": "complainant"},
    "answer_timed_out": {"awaiting_complainant": "clock"},
    "assign": {"accepted": "head"},
    "reassign": {OPEN_IN_HAND.replace(" review_requested", ""): "head"},
    "hand_over": {OPEN_IN_HAND: "officer head", "screening review_requested/declined": "screener head"},
    "answer_directly": {},
    "send_progress": {
        "screening accepted": "screener",
        f"investigating awaiting_agency review {ACTING} referred suspended_case": "screener officer",
    },
    "submit_finding": {"investigating": "officer"},
    "return_finding": {"review": "approver upper_approver"},
    "decide_founded": {"review": "approver upper_approver"},
    "decide_partly": {"review": "approver upper_approver"},
    "decide_unfounded": {"review": "approver upper_approver"},
    "decide_inconclusive": {"review": "approver upper_approver"},
    "measure_done": {ACTING: "officer"},
    "take_over_measures": {},  # nobody has left: see test_measures
    "draft_reply": {ACTING: "officer"},
    "approve_reply": {"acting/drafted": "approver upper_approver"},
    "answer": {"acting/approved": "officer"},
    "close": {"replied": "officer officer2"},
    "close_after_window": {"replied": "clock"},
    "window_ended": {"closed declined": "clock"},
    "request_review": {"replied closed declined": "complainant"},
    # The district's approver decided the case: somebody who did not handle it is one level up.
    "reopen": {"review_requested": "upper_approver"},
    "reopen_screening": {"review_requested/declined": "approver upper_approver"},
    "refuse_review": {"review_requested": "upper_approver", "review_requested/declined": "approver upper_approver"},
    "withdraw": {OPEN: "complainant"},
    "record_withdrawal": {},
    # Respondents: those who need one that is named are in test_respondents.
    "add_respondent": {
        "screening accepted": "screener",
        "investigating awaiting_agency review referred": "screener officer",
    },
    "remove_respondent": {},
    "raise_above": {},
    "hear_respondent": {},
    "record_penalty": {},
    "copy_penalty": {},
    "appoint_committee": {"accepted investigating awaiting_agency": f"head {APPROVERS}"},
    # Other units and agencies.
    "ask_agencies": {"investigating": "officer"},
    "ask_another_agency": {"awaiting_agency": "officer"},
    "agency_answered": {f"{OPEN} closed declined": "clock"},
    "all_answered": {},  # one is still asked
    "transfer": {"accepted": "screener head"},
    "refer": {"screening accepted investigating review": APPROVERS},
    "remind_agency": {"referred": "officer officer2"},
    "referral_unanswered": {"referred": "clock"},
    "referral_answered": {"referred": "officer officer2"},
    "referral_returned": {"referred": "officer officer2"},
    "binding_finding": {"referred": APPROVERS},
    # It rests or ends early.
    "suspend": {f"accepted investigating review {ACTING}": APPROVERS},
    "keep_suspended": {"suspended_case": APPROVERS},
    "resume": {"suspended_case": APPROVERS},
    "discontinue": {"accepted investigating awaiting_agency review suspended_case": APPROVERS},
    # Together and apart.
    "merge": {"screening accepted": "screener", "investigating": "screener officer"},
    "unmerge": {"merged": "screener head"},
    "other_ended": {},  # the other one goes on: see test_merged
    "answered_with_other": {"merged": "clock"},
    "protected_with_other": {EVERYWHERE: "clock"},
    "split": {"screening accepted": "screener", "investigating": "screener officer"},
    # The head assigned it: somebody else takes that back.
    "correct": {"accepted review closed": f"head {APPROVERS}", "investigating": APPROVERS},
    "reopen_ex_officio": {"closed withdrawn": APPROVERS},
    "rescreen_ex_officio": {"declined": APPROVERS},
    "reveal": {},  # an ordinary case hides nobody from those who handle it
    "follow_unit": {EVERYWHERE: "clock"},
    # Whose holder is gone, and where nobody may act: see test_handover.
    "put_back": {},
    "rise": {},
    # Nothing is old enough here; who is asked for twice is in test_erasing.
    "propose_erasure": {},
    "withdraw_proposal": {},
    "hold_records": {ENDED: "custodian head"},
    "release_records": {},
    "erase_when_due": {},
    "erase_again": {ENDED: "clock"},
    "ask_erasure": {"withdrawn": "custodian"},
    "erase": {},
    # What a letter carries and who signs it: see test_letters.
    "draft_letter": {},
    "register_letter": {},
    "attach_signed": {},
    "despatch_letter": {},
    "cancel_letter": {},
    "note": {EVERYWHERE: AGENCY},
    "message": {
        "received screening accepted declined withdrawn review_requested/declined": "screener",
        IN_HAND: "screener officer",
    },
    "complainant_message": {EVERYWHERE: "complainant"},
    "attach": {OPEN: "complainant screener officer officer2"},
    "extend": {OPEN.replace("replied ", ""): "approver upper_approver"},
    "change_kind": {
        "screening accepted": "screener",
        f"awaiting_complainant investigating awaiting_agency review {ACTING} replied": "screener officer",
    },
    "declare_conflict": {OPEN: AGENCY},
    "rate": {"replied closed": "complainant"},
    "set_contact": {EVERYWHERE: "complainant"},
    "register": {},
    "register_part": {},
    "import_received": {},
    "import_investigating": {},
    "import_closed": {},
}


# --- A simple kind: one officer and three acts, accept, answer_directly, close --------------------------------------
# Who accepts it has it in hand; everything else is as for an ordinary kind, which a simple one may become any time.
SIMPLE_PLACES = [*PLACES, "replied/directly", "closed/directly", "review_requested/directly"]
_ANSWERED = "replied/directly closed/directly review_requested/directly"
_OPEN_ANSWERED = "replied/directly review_requested/directly"
_DIRECTLY: dict[str, dict[str, str]] = {
    "answer_directly": {"accepted": "screener officer officer2"},
    "hand_over": {"accepted": "screener head", _OPEN_ANSWERED: "screener head"},
    "reassign": {"replied/directly": "head"},
    "agency_answered": {_ANSWERED: "clock"},
    "close": {"replied/directly": "screener officer officer2"},
    "close_after_window": {"replied/directly": "clock"},
    "window_ended": {"closed/directly": "clock"},
    "request_review": {"replied/directly closed/directly": "complainant"},
    # Nobody decided but who answered: the district's approver is somebody new.
    "reopen": {"review_requested/directly": APPROVERS},
    "refuse_review": {"review_requested/directly": APPROVERS},
    "withdraw": {_OPEN_ANSWERED: "complainant"},
    "correct": {"closed/directly": f"head {APPROVERS}"},
    "reopen_ex_officio": {"closed/directly": APPROVERS},
    "protected_with_other": {_ANSWERED: "clock"},
    "follow_unit": {_ANSWERED: "clock"},
    "hold_records": {"closed/directly": "custodian head"},
    "erase_again": {"closed/directly": "clock"},
    "note": {_ANSWERED: AGENCY},
    "message": {_ANSWERED: "screener"},
    "complainant_message": {_ANSWERED: "complainant"},
    "attach": {_OPEN_ANSWERED: "complainant screener officer officer2"},
    "extend": {"review_requested/directly": APPROVERS},
    "change_kind": {"replied/directly": "screener"},
    "declare_conflict": {_OPEN_ANSWERED: AGENCY},
    "rate": {"replied/directly closed/directly": "complainant"},
    "set_contact": {_ANSWERED: "complainant"},
}
SIMPLE = {edge: {**rows, **_DIRECTLY.get(edge, {})} for edge, rows in ORDINARY.items()}

# --- A protected kind: corruption, in the anti-corruption centre above the unit accused -----------------------------
# Nobody withdraws it, so it is never in `withdrawn`.
PROTECTED_PLACES = [place for place in PLACES if place != "withdrawn"]
# Nobody above reaches it, except where it rose: the one approver of the centre has decided, so somebody new is above.
RISEN = "review_requested review_requested/declined"


def _protected(rows: dict[str, str]) -> dict[str, str]:
    """Every place by itself; above the centre nobody may, but where it has risen."""
    single = {place: names.split() for places, names in rows.items() for place in places.split()}
    return {
        place: " ".join(who for who in names if who != "upper_approver" or place in RISEN.split())
        for place, names in single.items()
        if place in PROTECTED_PLACES
    }


PROTECTED = {edge: _protected(rows) for edge, rows in ORDINARY.items()} | {
    "decline": {"screening": "approver"},
    "withdraw": {},
    "record_withdrawal": {" ".join(place for place in OPEN.split()): "complainant"},
    # It was declined by the approver, who does not decide about that again.
    "reopen_screening": {"review_requested/declined": "upper_approver"},
    "refuse_review": {RISEN: "upper_approver"},
    # The head gave it out, and is not the approver here.
    "reveal": {" ".join(PROTECTED_PLACES): "custodian"},
    "ask_erasure": {},
}

# --- For whom it exists, and who reads what was written before it is screened ---------------------------------------
SEES = {
    "ordinary": {EVERYWHERE: f"{AGENCY} executive custodian"},
    "simple": {" ".join(SIMPLE_PLACES): f"{AGENCY} executive custodian"},
    "protected": {
        " ".join(PROTECTED_PLACES): "screener officer officer2 head approver custodian",
        RISEN: "upper_approver",
    },
}
# Screeners only; of corruption the approver too, who alone may decline it.
UNSCREENED = {
    "ordinary": {"received screening withdrawn": "screener"},
    "simple": {"received screening withdrawn": "screener"},
    "protected": {"received screening": "screener approver"},
}
TABLES = {
    "ordinary": (PLACES, ORDINARY),
    "simple": (SIMPLE_PLACES, SIMPLE),
    "protected": (PROTECTED_PLACES, PROTECTED),
}
