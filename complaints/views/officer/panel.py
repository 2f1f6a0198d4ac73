"""What a person may do with a complaint now, and what comes next."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints import escalation
from complaints.escalation import RoleStep
from complaints.forms import FORMS
from complaints.forms.handling import DECISION_FORMS
from complaints.forms.keeping import KEEPING_FORMS
from complaints.forms.letters import LETTER_FORMS
from complaints.models import ComplaintCase
from complaints.states import GRAPH
from organisations.formats import digits
from organisations.models import Role, User
from workflows.actors import post_for
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, Group, GroupOf, NextStep, Panel, first_deadline, grouped
from workflows.hands import in_hand
from workflows.models import Clock

ADDRESSES = Addresses(case="case", take="take", lists="queue", file="attachment")
PANEL = Panel(
    GRAPH,
    FORMS,
    ADDRESSES,
    labels={
        "complainant_answered": gettext_lazy("Record the answer of the complainant"),
        "complainant_message": gettext_lazy("Record what the complainant says"),
        "request_review": gettext_lazy("Record a request for review"),
        "withdraw": gettext_lazy("Record the withdrawal"),
    },
    left_out=frozenset(
        {
            "not_yet_acknowledged",
            "not_corruption",
            "corruption_goes_on",
            "was_answered",
            "was_declined",
            "letter_reader",
            "letter_carries",
            "draft_of_a_letter",
            "letter_without_scan",
            "letter_not_despatched",
            "letter_goes_on",
            "not_erased",
            "held",
            "not_held",
            "not_asked",
            "erasure_is_asked",
            "slip_of_today",
            "in_somebodys_hands",
            "agency_binds",
            "respondent",
            "order_to_copy",
        }
    ),
    grave=frozenset({"decline", "withdraw", "declare_conflict", "refuse_review", "erase", "discontinue"}),
)
GROUPS = (
    GroupOf(
        gettext_lazy("Ask others, or send it elsewhere"),
        frozenset({"ask_agencies", "ask_another_agency", "transfer", "refer"}),
    ),
    GroupOf(
        pgettext_lazy("of a case", "People"),
        frozenset(
            {"hand_over", "reassign", "add_respondent", "remove_respondent", "appoint_committee", "declare_conflict"}
        ),
    ),
    GroupOf(
        gettext_lazy("Record"),
        frozenset({"note", "attach", "change_kind", "extend", "complainant_message", "acknowledge", *LETTER_FORMS}),
    ),
    GroupOf(
        gettext_lazy("Rarely needed"),
        frozenset(
            {
                "suspend",
                "discontinue",
                "merge",
                "unmerge",
                "split",
                "correct",
                "reopen_ex_officio",
                "rescreen_ex_officio",
                "withdraw",
                "record_withdrawal",
                *KEEPING_FORMS,
            }
        ),
        folded=True,
    ),
)
ON_PAPER = GroupOf(gettext_lazy("Record a decision on paper"), frozenset(DECISION_FORMS), folded=True)

_WHAT: dict[str, str | Promise] = {
    "received": gettext_lazy("Screen it: complete, in our power, of which kind"),
    "screening": gettext_lazy("Accept it, decline it or ask the complainant"),
    "awaiting_complainant": gettext_lazy("The complainant answers the question"),
    "accepted": gettext_lazy("Assign an investigator, or answer a simple matter"),
    "investigating": gettext_lazy("Establish the facts and submit a finding"),
    "awaiting_agency": gettext_lazy("The units that were asked answer"),
    "review": gettext_lazy("Decide about the finding"),
    "acting": gettext_lazy("Carry out the measures and reply"),
    "replied": gettext_lazy("Close it with its evidence, or wait for the end of the objection window"),
    "referred": gettext_lazy("The agency answers; remind it when it does not"),
    "suspended_case": gettext_lazy("See whether the matter is still pending, and resume it then"),
    "merged": gettext_lazy("Nothing more here; the matter goes on in the other case"),
    "review_requested": gettext_lazy("Decide about the request for review"),
    "closed": gettext_lazy("Nothing more; the case is closed"),
    "declined": gettext_lazy("Nothing more; the case was declined"),
    "withdrawn": gettext_lazy("Nothing more; the complainant withdrew"),
}
_MOVE_OF_TURN = {
    "received": ("start_screening",),
    "accepted": ("assign", "answer_directly"),
    "review": ("decide_founded",),
    "suspended_case": ("resume",),
    "review_requested": ("refuse_review",),
}
# Whose the next step is, where it is not the holder's.
_OF_A_ROLE: dict[RoleStep, str | Promise] = {
    escalation.SCREENS: gettext_lazy("a screener of %(unit)s"),
    escalation.GIVES_OUT: gettext_lazy("the head of %(unit)s assigns it"),
    escalation.DECIDES: gettext_lazy("an approver of %(unit)s, not the investigator"),
    escalation.REVIEWS: gettext_lazy("an approver of %(unit)s who did not handle it"),
    escalation.RESUMES: gettext_lazy("an approver of %(unit)s"),
    escalation.APPROVES: gettext_lazy("an approver of %(unit)s, not who drafted it"),
}
MOST_NAMED = 3


def actions_of(case: ComplaintCase, user: User) -> list[Action]:
    """What `user` may do now. Of decisions on paper an officer is shown only what he may record."""
    actions = PANEL.actions_for(case, user)
    if _decides(case, user):
        return actions
    return [action for action in actions if action.edge not in DECISION_FORMS or not action.reason]


def groups_of(case: ComplaintCase, user: User, actions: list[Action]) -> list[Group]:
    """`actions` as the panel shows them: the next steps first, decisions of others on paper last."""
    return grouped(actions, GROUPS if _decides(case, user) else (*GROUPS, ON_PAPER))


def _decides(case: ComplaintCase, user: User) -> bool:
    return post_for(user, case, Role.APPROVER) is not None


def next_step(case: ComplaintCase, groups: list[Group], running: list[Clock]) -> NextStep:
    """What is next in this case. groups: what the reader may do; running: its clocks that run."""
    first = groups[0].actions if groups and not groups[0].label else []
    takes = {action.edge: action for action in first if not action.reason}
    wanted = _MOVE_OF_TURN.get(case.state)
    what = _WHAT[case.state]
    if not case.is_open:
        return NextStep(what)
    if case.state == "awaiting_complainant":
        due = next((clock.due_on for clock in running if clock.code == "complainant_answer"), None)
        return NextStep(what, _("the complainant"), due)
    if case.state == "awaiting_agency":
        return NextStep(what, *_asked_units(case))
    if case.state == "referred":
        referral = case.referrals.select_related("agency").last()
        return NextStep(what, str(referral.agency) if referral else "", case.next_due, first_deadline(case, running))
    step = escalation.step_of(case, in_hand=in_hand(case))
    if step is escalation.APPROVES:
        what, wanted = _("Approve the reply"), ("approve_reply",)
    turn = str(case.holder) if step is None else str(_OF_A_ROLE[step]) % {"unit": case.unit}
    mine = bool(takes.keys() & set(wanted)) if wanted else any(action.moves for action in takes.values())
    return NextStep(what, turn, case.next_due, first_deadline(case, running), mine=mine)


def _asked_units(case: ComplaintCase) -> tuple[str, date | None]:
    """Which units have not answered, by name, and by when the first of them has to."""
    open_requests = [row.case for row in case.requests.filter(case__is_open=True).select_related("case__unit")]
    names = [str(request.unit) for request in open_requests[:MOST_NAMED]]
    if len(open_requests) > MOST_NAMED:
        names.append(_("%(count)s more") % {"count": digits(len(open_requests) - MOST_NAMED)})
    return ", ".join(names), min((row.next_due for row in open_requests if row.next_due), default=None)
