"""Who takes an edge: a person in a post, the complainant of the case, a clock, or an import."""

from dataclasses import dataclass

from django.db import connection

from organisations.models import Role, User
from organisations.queries import HeldPost, held_posts, units_above
from workflows.graph import Text
from workflows.models import Case
from workflows.models.ledger import LedgerEntry

Kind = LedgerEntry.ActorKind
# Plain SQL for the reason given in `organisations.queries`.
_CONFLICT = "SELECT EXISTS (SELECT 1 FROM workflows_conflict WHERE user_id = %s AND case_id = %s)"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts. A complainant acts on the one case whose receipt he holds."""

    kind: Kind
    user: User | None = None
    case_id: int | None = None

    @classmethod
    def person(cls, user: User) -> "Actor":
        """A signed-in person."""
        return cls(Kind.USER, user=user)

    @classmethod
    def complainant(cls, case: Case | None = None) -> "Actor":
        """The holder of the receipt of `case`; without a case, somebody who is just filing one."""
        return cls(Kind.COMPLAINANT, case_id=case.pk if case else None)


TIMER = Actor(Kind.TIMER)
IMPORT = Actor(Kind.IMPORT)


def post_for(user: User, case: Case, role: str) -> HeldPost | None:
    """The post by which `user` has `role` for `case`, the nearest one first; None when he has none.

    A post reaches its own unit and what lies below it. A protected case is reached from its own unit only (domain:
    corruption or misconduct, restricted access), and from the unit it was raised to because nobody in its own may act.
    """
    held = [post for post in held_posts(user) if role in post.roles]
    if not held:
        return None
    own = {case.unit_id: 0}
    if case.raised_to_id and role in (Role.HEAD, Role.APPROVER):
        own[case.raised_to_id] = 1
    distances = own if case.protected else _units_above(case)
    reaching = [post for post in held if post.unit_id in distances]
    return min(reaching, key=lambda post: distances[post.unit_id], default=None)


def _units_above(case: Case) -> dict[int, int]:
    """Kept on the instance: a case page asks for every edge, and `perform()` reads its case anew."""
    kept: tuple[int, dict[int, int]] | None = vars(case).get("_above")
    if kept is None or kept[0] != case.unit_id:
        kept = (case.unit_id, units_above(case.unit_id))
        vars(case)["_above"] = kept
    return kept[1]


@dataclass(frozen=True)
class HasRole:
    """A person whose post has `role` in the unit of the case or above it, and who has no conflict."""

    role: Role

    @property
    def code(self) -> str:
        """The role's code."""
        return self.role.value

    @property
    def label(self) -> Text:
        """The role's name."""
        return self.role.label

    def holds(self, actor: Actor, case: Case) -> bool:
        """See `workflows.graph.Who`."""
        return (
            actor.user is not None
            and actor.user.is_active
            and post_for(actor.user, case, self.role) is not None
            and not is_conflicted(actor.user, case)
        )


@dataclass(frozen=True)
class _Assignee:
    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        return (
            actor.user is not None
            and actor.user.is_active
            and case.holder_id == actor.user.pk
            and not is_conflicted(actor.user, case)
        )


@dataclass(frozen=True)
class _Complainant:
    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        return actor.kind == Kind.COMPLAINANT and actor.case_id == case.pk


@dataclass(frozen=True)
class _ByKind:
    code: str
    label: Text
    kind: Kind

    def holds(self, actor: Actor, case: Case) -> bool:  # noqa: ARG002 - the same for every case
        return actor.kind == self.kind


def _somebodies() -> tuple[_Assignee, _Complainant, _ByKind, _ByKind, _ByKind]:
    from django.utils.translation import gettext_lazy as _

    return (
        _Assignee("assignee", _("assignee")),
        _Complainant("complainant", _("complainant")),
        _ByKind("timer", _("the clock"), Kind.TIMER),
        _ByKind("import", _("import"), Kind.IMPORT),
        _ByKind("anyone", _("anyone"), Kind.COMPLAINANT),
    )


ASSIGNEE, COMPLAINANT, CLOCK, IMPORTER, ANYONE = _somebodies()
SCREENER = HasRole(Role.SCREENER)
OFFICER = HasRole(Role.OFFICER)
HEAD = HasRole(Role.HEAD)
APPROVER = HasRole(Role.APPROVER)
CUSTODIAN = HasRole(Role.CUSTODIAN)
PROCUREMENT = HasRole(Role.PROCUREMENT)
EXECUTIVE = HasRole(Role.EXECUTIVE)
INTEGRITY = HasRole(Role.INTEGRITY)
EVALUATOR = HasRole(Role.EVALUATOR)


def is_conflicted(user: User, case: Case) -> bool:
    """Whether the case does not exist for `user` (domain: Conflict rule)."""
    if not case.ledger_seq:
        return False  # it is just being opened
    kept: dict[int, bool] = vars(case).setdefault("_conflicted", {})
    if user.pk not in kept:
        with connection.cursor() as cursor:
            cursor.execute(_CONFLICT, [user.pk, case.pk])
            kept[user.pk] = bool(cursor.fetchone()[0])
    return kept[user.pk]
