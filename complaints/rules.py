"""Who may, where the vocabulary of `workflows.actors` does not reach: words that belong to complaints."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.models import Role, User
from organisations.queries import holders_of, roles_of, units_above
from workflows.actors import CUSTODIAN, OFFICER, SCREENER, Actor, is_conflicted, post_for
from workflows.graph import Text
from workflows.models import Assignment, Case, LedgerEntry

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

# For whom complaints exist at all (within their units): not for the system's administrator nor for procurement staff.
READERS: frozenset[str] = frozenset(
    {Role.SCREENER, Role.OFFICER, Role.HEAD, Role.APPROVER, Role.CUSTODIAN, Role.EXECUTIVE}
)
# Verbs by which a person has taken part in handling a case, so that he may not decide about it again.
HANDLING = frozenset(
    {
        "accept",
        "decline",
        "answer_directly",
        "submit_finding",
        "return_finding",
        "decide_founded",
        "decide_partly",
        "decide_unfounded",
        "decide_inconclusive",
        "draft_reply",
        "approve_reply",
        "answer",
        "close",
        "reopen",
        "reopen_screening",
        "refuse_review",
        "refer",
        "referral_answered",
        "binding_finding",
        "suspend",
        "discontinue",
        "reopen_ex_officio",
        "rescreen_ex_officio",
        "correct",
    }
)
# Verbs by which a person has established the facts, so that he does not decide about them.
INVESTIGATING = frozenset({"submit_finding", "referral_answered"})
# Moves that can be taken back on the day they were made: no row of them binds anybody, and whoever was told of one is
# told that it was taken back.
CORRECTABLE = frozenset({"accept", "assign", "submit_finding", "return_finding", "close"})
# Outcomes that are against somebody, and the measures that answer them.
AGAINST = frozenset({"founded", "partly"})
PERSONAL = frozenset({"discipline", "ethics", "criminal", "none"})
# The unit above decides then, and that stands (domain.md, section 2, edges: "a second bounce goes to the unit above to
# decide").
DECIDING_BOUNCE = 2
# Who may see who complained in an ordinary case, beside who has it in hand.
_CONTACT_ROLES = (Role.SCREENER, Role.APPROVER, Role.HEAD)
_REOPENING = frozenset({"reopen", "reopen_screening", "reopen_ex_officio", "rescreen_ex_officio"})


@dataclass(frozen=True)
class _Recorder:
    """An officer who records what the complainant said by letter, by telephone or at the office."""

    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        if not (SCREENER.holds(actor, case) or OFFICER.holds(actor, case)):
            return False
        return cast("ComplaintCase", case).complaint.offline


@dataclass(frozen=True)
class _Clerk:
    """An officer who records what a superior decided on paper; he has not investigated the case himself."""

    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        return SCREENER.holds(actor, case) or OFFICER.holds(actor, case)


CLERK = _Clerk("clerk", _("clerk who records a decision on paper"))
RECORDER = _Recorder("recorder", _("officer who records it for the complainant"))


def has_investigated(user: User, case: Case) -> bool:
    """Whether `user` has the case in hand or is one of its `investigators` (domain: four eyes)."""
    return case.holder_id == user.pk or (case.pk, user.pk) in investigators([case.pk])


def has_handled(user: User, case: Case) -> bool:
    """Whether `user` has the case in hand or is one of its `handlers` (domain: reopening is decided by someone new)."""
    return case.holder_id == user.pk or (case.pk, user.pk) in handlers([case.pk])


def investigators(cases: Iterable[int]) -> set[tuple[int, int]]:
    """(case, user) for whoever ever had one of these cases in hand, established facts in it or sat on the committee
    that did; beside who has it now. One query."""
    return _taken_part(cases, INVESTIGATING)


def handlers(cases: Iterable[int]) -> set[tuple[int, int]]:
    """`investigators`, and whoever decided anything in one of these cases, also on paper. One query."""
    from complaints.models import Decision

    keys = list(cases)
    # On paper: a clerk recorded it.
    return _taken_part(keys, INVESTIGATING | HANDLING, Decision.objects.filter(case__in=keys).values_list("case", "by"))


def _taken_part(cases: Iterable[int], verbs: frozenset[str], *more: QuerySet[Any, Any]) -> set[tuple[int, int]]:
    from complaints.models import InquiryMember

    keys = list(cases)
    had = Assignment.objects.filter(case__in=keys, user__isnull=False).values_list("case", "user")
    acted = LedgerEntry.objects.filter(case__in=keys, actor__isnull=False, verb__in=verbs).values_list("case", "actor")
    sat = InquiryMember.objects.filter(committee__case__in=keys).values_list("committee__case", "user")
    return set(had.order_by().union(acted.order_by(), sat.order_by(), *(rows.order_by() for rows in more)))


def may_investigate(user: User, case: Case) -> bool:
    """Whether a case can be given to `user`: active, an officer who reaches its unit, without a conflict."""
    return user.is_active and post_for(user, case, Role.OFFICER) is not None and not is_conflicted(user, case)


def taking_roles(case: Case) -> frozenset[str]:
    """The roles in which somebody can be handed a case: an officer, and until it is screened a screener as well."""
    screening = case.state in ("received", "screening")
    return frozenset({Role.OFFICER, Role.SCREENER} if screening else {Role.OFFICER})


def may_take(user: User, case: Case) -> bool:
    """Whether a case can be handed to `user`: active, in a role that reaches its unit, without a conflict."""
    reaches = any(post_for(user, case, role) for role in taking_roles(case))
    return user.is_active and reaches and not is_conflicted(user, case)


def may_approve(user: User, case: Case) -> bool:
    """Whether `user` could decide about a finding: an active approver without a conflict who did not investigate."""
    return (
        user.is_active
        and post_for(user, case, Role.APPROVER) is not None
        and not is_conflicted(user, case)
        and not has_investigated(user, case)
    )


def is_custodian(user: User, case: Case) -> bool:
    """Whether `user` reads what custodians write for each other in this case."""
    return CUSTODIAN.holds(Actor.person(user), case)


def custodians(case: Case) -> list[User]:
    """Every active custodian who reaches the case and has no conflict."""
    units = [case.unit_id] if case.protected else list(units_above(case.unit_id))
    found = {user.pk: user for unit in units for user in holders_of(unit, Role.CUSTODIAN)}
    return [user for user in found.values() if user.is_active and not is_conflicted(user, case)]


def last_move(case: Case) -> LedgerEntry | None:
    """The last entry by which the case came from another state; None for one that has not moved since it came in."""
    moves = LedgerEntry.objects.filter(case=case.pk).exclude(from_state=F("to_state")).exclude(from_state="")
    return moves.order_by("-seq").first()


def unit_before(case: Case, move: LedgerEntry) -> int | None:
    """The unit in which the case was before an entry, as the ledger has it; None where no entry says."""
    for entry in LedgerEntry.objects.filter(case=case.pk, seq__lt=move.seq).order_by("-seq"):
        if unit := entry.data.get("unit"):
            return int(unit)
    return None


def least_of_inquiry(case: Case) -> int:
    """How many people sit on an investigating committee of this case at the least, the chair among them: by the rule
    data of its kind, or as a new kind begins where it is not decided."""
    from complaints.models import ComplaintKind

    kind = ComplaintKind.objects.filter(pk=case.category).first() or ComplaintKind()
    return kind.committee_least


def bounces(case: Case) -> int:
    """How often the case was transferred since it came in or was last reopened."""
    verbs = LedgerEntry.objects.filter(case=case.pk, verb__in=[*_REOPENING, "transfer"]).order_by("seq")
    count = 0
    for verb in verbs.values_list("verb", flat=True):
        count = count + 1 if verb == "transfer" else 0
    return count


def may_read_text(user: User, case: Case) -> bool:
    """Whether `user` may read what the complainant wrote (domain: text not yet screened is seen by screeners only).

    An administrator of the system reads no case. The case exists for `user`; that is asked before.
    """
    if case.holder_id == user.pk:
        return True
    if not case.screened:
        wanted = {Role.SCREENER} | ({Role.APPROVER} if case.protected else set())
        return any(post_for(user, case, role) for role in wanted)
    return bool(roles_of(user) & READERS)


def may_see_contact(user: User, case: "ComplaintCase") -> bool:
    """Whether `user` may see who complained: not in a protected case (only the custodian reveals that), else who has
    the case in hand, screens, decides or heads the unit, once he may read the text at all."""
    if case.protected or case.complaint.anonymous or not may_read_text(user, case):
        return False
    return case.holder_id == user.pk or any(post_for(user, case, role) for role in _CONTACT_ROLES)
