"""Who may, where the vocabulary of `workflows.actors` does not reach: words that belong to complaints."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from organisations.models import Role, User
from organisations.queries import roles_of
from workflows.actors import OFFICER, SCREENER, Actor, is_conflicted, post_for
from workflows.graph import Text
from workflows.models import Assignment, Case, LedgerEntry

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

# For whom complaints exist at all (within their units): not for the system's administrator nor for procurement staff.
READERS = frozenset(set(Role.values) - {Role.ADMINISTRATOR, Role.PROCUREMENT})
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
    }
)


@dataclass(frozen=True)
class _Recorder:
    """An officer who records what the complainant said by letter, by telephone or at the office."""

    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        if not (SCREENER.holds(actor, case) or OFFICER.holds(actor, case)):
            return False
        return cast("ComplaintCase", case).complaint.offline


RECORDER = _Recorder("recorder", _("officer who records it for the complainant"))


def has_investigated(user: User, case: Case) -> bool:
    """Whether the case was ever in the hands of `user`, or he submitted a finding on it (domain: four eyes)."""
    return (
        case.holder_id == user.pk
        or Assignment.objects.filter(case=case.pk, user=user).exists()
        or LedgerEntry.objects.filter(case=case.pk, actor=user, verb="submit_finding").exists()
    )


def has_handled(user: User, case: Case) -> bool:
    """Whether `user` had the case in hand or decided anything in it (domain: reopening is decided by someone new)."""
    return (
        has_investigated(user, case) or LedgerEntry.objects.filter(case=case.pk, actor=user, verb__in=HANDLING).exists()
    )


def may_investigate(user: User, case: Case) -> bool:
    """Whether a case can be given to `user`: active, an officer who reaches its unit, without a conflict."""
    return user.is_active and post_for(user, case, Role.OFFICER) is not None and not is_conflicted(user, case)


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
