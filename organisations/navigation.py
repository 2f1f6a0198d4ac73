"""The main ways through the officers' pages, each shown to whom it is of use. Showing is not granting: views check."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Role

CASE_ROLES = frozenset({Role.SCREENER, Role.OFFICER, Role.HEAD, Role.APPROVER, Role.CUSTODIAN})


class Way(NamedTuple):
    """An entry of the main menu: the name of its address, its word, its icon, and whom it is for (none: everybody)."""

    name: str
    word: str | Promise
    icon: str
    roles: frozenset[str] = frozenset()


WAYS = (
    Way("queue", _("Cases"), "inbox", CASE_ROLES),
    Way("register", _("Register a case"), "plus", frozenset({Role.SCREENER, Role.OFFICER})),
    Way("overview", _("Overview"), "chart", frozenset({Role.EXECUTIVE, Role.HEAD, Role.APPROVER})),
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
