"""The law of citizen seats: from the vacancy to the answered report (domain.md: Citizen seats; S4:341-349).

A seat is one place and one person. Who falls out ends his seat, and another seat follows it for the next in line.
What the order of the committee does to its seats (approve, appoint, serve ...) is taken by the edges of the committee
and checked here once more against what the committee has on record.
"""

from django.utils.translation import gettext_lazy as _

from procurement.guards import seat as g
from procurement.rules import CITIZEN
from workflows.actors import APPROVER, CLOCK, HEAD, IMPORTER, PROCUREMENT
from workflows.graph import BACK, STAY, Edge, Graph, State

VACANT = "vacant"
DRAWN = "drawn"
NOMINATED = "nominated"
INVITED = "invited"
ACCEPTED = "seat_accepted"
DECLARED = "declared"
CLEARED = "cleared"
APPROVED = "seat_approved"
APPOINTED = "appointed"
SERVING = "serving"
SUSPENDED = "suspended"
CONCLUDING = "concluding"
COMPLETED = "seat_completed"
DECLINED = "seat_declined"
NO_REPLY = "no_reply"
CONFLICTED = "conflicted"
WITHDRAWN = "seat_withdrawn"
DISCHARGED = "discharged"
VOID = "seat_void"

STATES = (
    State(VACANT, _("Vacant"), work="fill_seat"),
    State(DRAWN, _("Drawn"), work="invite"),
    State(NOMINATED, _("Nominated"), work="invite"),
    State(INVITED, _("Invited"), work="answer_invitation", of_holder=False),
    State(ACCEPTED, _("Accepted the invitation"), work="declare_interests", of_holder=False),
    State(DECLARED, _("Declared, being checked"), work="check_conflicts"),
    State(CLEARED, _("Checked, without conflict"), work="await_order", timed_elsewhere=True),
    State(APPROVED, _("Approved, waiting for the order"), work="await_order", timed_elsewhere=True),
    State(APPOINTED, _("Appointed"), work="serve", timed_elsewhere=True),
    State(SERVING, _("Serving"), work="serve", timed_elsewhere=True),
    State(SUSPENDED, _("Suspended"), work="settle_suspension", of_holder=False),
    State(CONCLUDING, _("Work done, reports being answered"), work="conclude"),
    State(COMPLETED, _("Seat completed")),
    State(DECLINED, _("Declined the invitation")),
    State(NO_REPLY, _("No reply")),
    State(CONFLICTED, _("Conflict of interest")),
    State(WITHDRAWN, _("Acceptance withdrawn")),
    State(DISCHARGED, _("Discharged")),
    State(VOID, _("Ended without an appointment")),
)

ALL = tuple(state.code for state in STATES)
OPEN = tuple(state.code for state in STATES if state.is_open)
UNASKED = (VACANT, DRAWN, NOMINATED)
OFFERED = (DRAWN, NOMINATED, INVITED)
CONSENTED = (ACCEPTED, DECLARED, CLEARED, APPROVED)
BEFORE_ORDER = (VACANT, *OFFERED, *CONSENTED)
READY = (CLEARED, APPROVED)
IN_OFFICE = (APPOINTED, SERVING)
HELD = (*IN_OFFICE, SUSPENDED)
REPORTING = (*HELD, CONCLUDING)
# What he reported is answered, and what was promised is done, though he has left meanwhile.
ANSWERED = (*REPORTING, DISCHARGED)
FIXED = (*ANSWERED, COMPLETED)
FALLEN = (DECLINED, NO_REPLY, CONFLICTED, WITHDRAWN, DISCHARGED)
# What counts towards the seats he may hold at a time: a committee that has ended takes none of his time.
LIVE = tuple(code for code in OPEN if code != CONCLUDING)

# A table is read by its columns.
# fmt: off
EDGES = (
    # --- A place and somebody for it ------------------------------------------------------------------------------
    Edge("open", _("Open a citizen seat"), (), VACANT, by=(PROCUREMENT,),
         requires=(g.committee_in_draft, g.no_other_vacancy), starts=("fill_seat",)),
    Edge("propose", _("Put a citizen into the draft"), (), NOMINATED, by=(PROCUREMENT,),
         requires=(g.person, g.nomination_has_its_reason), starts=("fill_seat",)),
    Edge("succeed", _("Open the seat again"), (), VACANT, by=(CLOCK,), starts=("fill_seat",), tells=("holder",)),
    Edge("draw_next", _("Take the next in the drawn order"), (VACANT,), DRAWN, by=(PROCUREMENT, CLOCK),
         requires=(g.somebody_in_line,)),
    Edge("nominate", _("Nominate"), (VACANT,), NOMINATED, by=(PROCUREMENT,),
         requires=(g.person, g.may_sit_here, g.nomination_has_its_reason)),
    Edge("invite", _("Invite"), (DRAWN, NOMINATED), INVITED, by=(PROCUREMENT, CLOCK),
         starts=("invitation_reply",), stops=("fill_seat",), tells=("citizen",)),
    # --- His answer -----------------------------------------------------------------------------------------------
    Edge("accept", _("Accept the seat"), (INVITED,), ACCEPTED, by=(CITIZEN,),
         starts=("declaration",), stops=("invitation_reply",), tells=("holder",)),
    Edge("record_acceptance", _("Record that he accepts"), (INVITED,), ACCEPTED, by=(PROCUREMENT,),
         requires=(g.how_he_answered,), starts=("declaration",), stops=("invitation_reply",), tells=("citizen",)),
    Edge("decline", _("Decline the seat"), (INVITED,), DECLINED, by=(CITIZEN,), tells=("holder",)),
    Edge("record_refusal", _("Record that he declines"), (INVITED,), DECLINED, by=(PROCUREMENT,),
         requires=(g.how_he_answered,), tells=("citizen",)),
    Edge("no_reply", _("The time to answer is over"), (INVITED,), NO_REPLY, by=(CLOCK,),
         ends_with="invitation_reply", tells=("holder", "citizen")),
    # --- His interests --------------------------------------------------------------------------------------------
    Edge("declare", _("Declare that there is no interest"), (ACCEPTED,), DECLARED, by=(CITIZEN, PROCUREMENT),
         requires=(g.present_bidders, g.declared_day), starts=("conflict_check",),
         stops=("declaration",), tells=("citizen", "holder",)),
    Edge("declaration_overdue", _("The time to declare is over"), (ACCEPTED,), NO_REPLY, by=(CLOCK,),
         ends_with="declaration", tells=("holder", "citizen")),
    Edge("declare_again", _("Declare for the present bidders"), (DECLARED, *READY, *HELD), STAY,
         by=(CITIZEN, PROCUREMENT), requires=(g.present_bidders, g.declared_day), tells=("citizen", "holder",)),
    Edge("declare_conflict", _("Declare an interest"), CONSENTED, CONFLICTED, by=(CITIZEN, PROCUREMENT),
         requires=(g.ground, g.declared_day), tells=("citizen", "holder",)),
    Edge("decide_hit", _("Decide about a possible conflict"), (DECLARED, SUSPENDED, CONCLUDING), STAY,
         by=(PROCUREMENT, APPROVER), requires=(g.not_himself, g.open_hit, g.decision, g.reasons)),
    Edge("clear", _("Clear of conflict"), (DECLARED,), CLEARED, by=(PROCUREMENT, APPROVER),
         requires=(g.not_himself, g.checked_for_present_bidders, g.every_hit_unfounded),
         stops=("conflict_check",), tells=("citizen",)),
    Edge("find_conflict", _("Find a conflict"), (DECLARED,), CONFLICTED, by=(PROCUREMENT, APPROVER),
         requires=(g.not_himself, g.founded_hit), tells=("citizen", "holder")),
    Edge("check_again", _("A possible conflict came up"), READY, DECLARED, by=(CLOCK, PROCUREMENT),
         requires=(g.undecided_hit,), starts=("conflict_check",), tells=("holder", "approvers")),
    # --- The order ------------------------------------------------------------------------------------------------
    Edge("approve_seat", _("Approved with the draft"), (CLEARED,), APPROVED, by=(APPROVER,),
         requires=(g.draft_is_sent,)),
    Edge("order_returned", _("The draft came back"), (APPROVED,), CLEARED, by=(APPROVER,), requires=(g.draft_is_sent,)),
    Edge("appoint", _("Appointed by the order"), (APPROVED,), APPOINTED, by=(APPROVER, PROCUREMENT),
         requires=(g.named_in_the_order,), tells=("citizen",)),
    Edge("withdraw_acceptance", _("Withdraw the acceptance"), CONSENTED, WITHDRAWN, by=(CITIZEN, PROCUREMENT),
         requires=(g.reasons,), tells=("citizen", "holder", "approvers")),
    Edge("set_aside", _("Set this citizen aside"), (*OFFERED, *CONSENTED), VOID, by=(APPROVER,),
         requires=(g.not_who_chose_him, g.reasons), tells=("holder", "citizen")),
    Edge("close_vacancy", _("Close the vacant seat"), (VACANT,), VOID, by=(PROCUREMENT,), requires=(g.reasons,)),
    Edge("take_out", _("Taken out of the draft"), (NOMINATED,), VOID, by=(PROCUREMENT,), requires=(g.was_nominated,)),
    Edge("draw_annulled", _("The draw was annulled"), (*OFFERED, *CONSENTED), VOID, by=(APPROVER,),
         requires=(g.of_an_annulled_draw,), tells=("citizen",)),
    Edge("project_cancelled", _("The place fell away"), BEFORE_ORDER, VOID,
         by=(PROCUREMENT, HEAD, APPROVER, IMPORTER, CLOCK), requires=(g.place_fell_away,), tells=("citizen",)),
    # --- In office ------------------------------------------------------------------------------------------------
    Edge("serve", _("Attended a meeting"), (APPOINTED,), SERVING, by=(PROCUREMENT,), requires=(g.has_attended,)),
    Edge("conflict_found", _("A possible conflict came up in office"), IN_OFFICE, SUSPENDED, by=(CLOCK, PROCUREMENT),
         requires=(g.undecided_hit,), starts=("conflict_check",),
         detour=True, tells=("citizen", "holder", "approvers", "executives")),
    Edge("lift_suspension", _("Lift the suspension"), (SUSPENDED,), BACK, back_to=IN_OFFICE, by=(APPROVER,),
         requires=(g.not_himself, g.checked_for_present_bidders, g.every_hit_unfounded),
         stops=("conflict_check",), tells=("citizen", "holder")),
    Edge("discharge", _("Discharge"), HELD, DISCHARGED, by=(APPROVER,),
         requires=(g.not_himself, g.day_of_leaving, g.reasons), tells=("citizen", "holder")),
    Edge("no_show", _("Discharge for not attending"), IN_OFFICE, DISCHARGED, by=(APPROVER,),
         requires=(g.not_himself, g.missed_last_meeting, g.reasons), tells=("citizen", "holder")),
    Edge("leave_for_interest", _("Declare an interest and leave"), HELD, DISCHARGED, by=(CITIZEN, PROCUREMENT),
         requires=(g.ground, g.declared_day), tells=("citizen", "holder", "approvers")),
    Edge("resign", _("Resign"), HELD, DISCHARGED, by=(CITIZEN, PROCUREMENT),
         requires=(g.day_of_leaving, g.reasons), tells=("citizen", "holder", "approvers")),
    Edge("die", _("Record that he died"), (*OFFERED, *CONSENTED, *HELD), DISCHARGED, by=(PROCUREMENT,),
         requires=(g.day_of_death,), tells=("holder", "approvers")),
    Edge("order_cancelled", _("The order was cancelled"), HELD, DISCHARGED, by=(APPROVER, PROCUREMENT),
         requires=(g.let_go_by_the_order,), tells=("citizen",)),
    # --- The end --------------------------------------------------------------------------------------------------
    Edge("conclude", _("The committee has done its work"), HELD, CONCLUDING, by=(APPROVER,),
         requires=(g.committee_ended,), starts=("final_report",), stops=("conflict_check",), tells=("citizen",)),
    Edge("complete", _("Complete the seat"), (CONCLUDING,), COMPLETED, by=(PROCUREMENT, APPROVER),
         requires=(g.every_report_answered, g.every_hit_decided), stops=("final_report",), tells=("citizen",)),
    # --- Reports --------------------------------------------------------------------------------------------------
    Edge("report", _("Report what was observed"), REPORTING, STAY, by=(CITIZEN,),
         requires=(g.observed_day, g.what_was_seen, g.meeting_of_the_committee), tells=("holder",)),
    Edge("record_report", _("Record his report on paper"), REPORTING, STAY, by=(PROCUREMENT,),
         requires=(g.observed_day, g.what_was_seen, g.meeting_of_the_committee, g.file), tells=("citizen",)),
    Edge("answer_report", _("Answer a report"), ANSWERED, STAY, by=(PROCUREMENT, APPROVER),
         requires=(g.open_report, g.text, g.outcome), tells=("citizen",)),
    Edge("record_fix", _("Record that something was changed"), FIXED, STAY, by=(PROCUREMENT, APPROVER),
         requires=(g.promised_report, g.day), tells=("citizen",)),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("send_documents", _("Give him documents"), (*CONSENTED, *REPORTING), STAY, by=(PROCUREMENT,),
         requires=(g.file,), tells=("citizen",)),
    Edge("extend", _("Extend a deadline"), OPEN, STAY, by=(APPROVER,),
         requires=(g.not_himself, g.running_clock, g.days, g.reasons), tells=("holder",)),
    Edge("take_over", _("Take over the file"), OPEN, STAY, by=(PROCUREMENT,), requires=(g.not_the_holder,)),
    Edge("note", _("Note"), ALL, STAY, by=(PROCUREMENT, HEAD, APPROVER), requires=(g.text,)),
    Edge("attach", _("Attach a file"), ALL, STAY, by=(PROCUREMENT, APPROVER), requires=(g.file,)),
)
# fmt: on

GRAPH = Graph("seat", _("Citizen seat"), STATES, EDGES)
