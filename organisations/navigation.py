"""The main ways through the officers' pages, each shown to whom it is of use. Showing is not granting: views check."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Role, User
from .queries import roles_of

CASE_ROLES = frozenset({Role.SCREENER, Role.OFFICER, Role.HEAD, Role.APPROVER, Role.CUSTODIAN})

SCORE_ROLES = frozenset({Role.INTEGRITY, Role.EVALUATOR, Role.HEAD, Role.APPROVER, Role.EXECUTIVE})

# Who writes reports. Who signs them comes from the assessments or a notice: a telephone has room for few ways.
REPORT_ROLES = frozenset({Role.INTEGRITY, Role.OFFICER})


class Way(NamedTuple):
    """An entry of the main menu: the name of its address, its word, its icon, and whom it is for (none: everybody)."""

    name: str
    word: str | Promise
    icon: str
    roles: frozenset[str] = frozenset()


WAYS = (
    Way("queue", _("Cases"), "inbox", CASE_ROLES),
    Way("register", _("Register a case"), "plus", frozenset({Role.SCREENER, Role.OFFICER})),
    Way("letters", _("Letters"), "mail", frozenset({Role.SCREENER, Role.OFFICER})),
    Way("requests", _("Requests to us"), "message", frozenset({Role.OFFICER, Role.HEAD})),
    Way("questions", _("Questions"), "help", frozenset({Role.SCREENER, Role.OFFICER, Role.HEAD})),
    Way("procurement_desk", _("Procurement"), "scales", frozenset({Role.PROCUREMENT, Role.HEAD, Role.APPROVER})),
    Way("overview", _("Overview"), "chart", frozenset({Role.EXECUTIVE, Role.HEAD, Role.APPROVER})),
    Way("coverage_overview", _("Coverage"), "people", frozenset({Role.EXECUTIVE, Role.HEAD, Role.APPROVER})),
    Way("assessments", _("Assessments"), "star", SCORE_ROLES),
    Way("integrity_registers", _("Integrity registers"), "file", frozenset({Role.INTEGRITY})),
    Way("reports", _("Reports"), "file", REPORT_ROLES),
    Way("people", _("People and their work"), "people", frozenset({Role.ADMINISTRATOR})),
    Way("service", _("Notices and roads"), "bell", frozenset({Role.ADMINISTRATOR})),
    Way("rules", _("Rules"), "tools", frozenset({Role.ADMINISTRATOR})),
    Way("admin:index", _("Reference data"), "settings", frozenset({Role.ADMINISTRATOR})),
)


def ways_for(roles: Iterable[str]) -> list[tuple[Way, str]]:
    """The entries for somebody with `roles`, each with its address; an installation may leave pages out."""
    held = set(roles)
    found = []
    for way in WAYS:
        if way.roles and not held & way.roles:
            continue
        try:
            found.append((way, reverse(way.name)))
        except NoReverseMatch:
            continue
    return found


class Door(NamedTuple):
    """The way in of people who hold no post: which accounts are theirs, and the names of their own pages.

    knows: whether an account is one of theirs. landing: the first page after signing in; sign_in: where they do so;
    profile: where they see their own data.
    """

    knows: Callable[[User], bool]
    landing: str
    sign_in: str
    profile: str


_DOORS: list[Door] = []


def register_door(door: Door) -> None:
    """Make the pages of such people known; called by the app that has them, from its AppConfig.ready()."""
    if door not in _DOORS:
        _DOORS.append(door)


def door_of(user: User) -> Door | None:
    """The door of an account that is none of the staff's; None for all others."""
    return next((door for door in _DOORS if door.knows(user)), None)


def own_door(user: User) -> Door | None:
    """The door of who holds no post and has pages of his own; None for everybody else."""
    return None if roles_of(user) else door_of(user)
