"""A crawl by everybody over the addresses of complaints, requests, questions, receipts and procurement: what must not
exist for somebody answers as what never was.

An address that the crawl does not know fails `test_every_address_is_known_to_the_crawl`: enter it in
`tests/support/crawl.py`, among those of a case or among the others. What lists, counts and exports say is compared in
`test_crawl_traces.py`; ids that are sent with forms in `test_crawl_named.py`; sockets in `test_crawl_sockets.py`.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from pytest_django import Settings

from organisations.models import Role
from tests.support.crawl import ADMIN_TABLES, OF_CASES, admin_tables, filled, known_routes, routes
from tests.support.crowd import UNKNOWN, Answer, Crowd, ask, build_crowd, everything
from tests.support.hidden import HIDDEN, MARK, Hidden
from tests.support.hidden_procurement import HIDDEN_PROCUREMENT
from tests.support.hidden_scores import HIDDEN_SCORES
from tests.support.world import World, make_person

pytestmark = pytest.mark.django_db

ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Everybody fetches the page itself; at every address everybody takes one of these, in turn.
METHODS = ("GET", "POST", "HEAD", "GET", "POST", "PUT", "GET", "POST", "PATCH", "DELETE", "OPTIONS")
Asked = tuple[str, str, str, dict[str, Any]]


def addresses(hidden: Hidden, route: str) -> Iterator[dict[str, Any]]:
    """The arguments of a route: as often as it can name an edge, or something that a complainant does."""
    for key, values in {"edge": hidden.edges, "name": hidden.names}.items():
        if f":{key}>" in route:
            yield from ({**hidden.arguments, key: value} for value in values)
            return
    yield hidden.arguments


def asks_of_everybody(hidden: Hidden) -> Iterator[Asked]:
    """(name, method, route, arguments): everybody at every route, each with another edge and by another method."""
    for turn, name in enumerate(hidden.to):
        for place, route in enumerate(OF_CASES[hidden.what]):
            there = list(addresses(hidden, route))
            arguments = there[turn * len(there) // len(hidden.to)]
            for method in {"GET" if place == 0 else "", METHODS[(turn + place) % len(METHODS)]} - {""}:
                yield name, method, route, arguments


def asks_of_everything(hidden: Hidden) -> Iterator[Asked]:
    """Every route with every edge by every method, people taking turns."""
    turn = count()
    for route in OF_CASES[hidden.what]:
        for arguments in addresses(hidden, route):
            for method in ALL_METHODS:
                yield hidden.to[next(turn) % len(hidden.to)], method, route, arguments


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


@pytest.fixture
def crowd(world: World) -> Crowd:
    make_person("other_officer", world.other, Role.OFFICER)
    return build_crowd(world)


# --- The addresses ----------------------------------------------------------------------------------------------------
def test_every_address_is_known_to_the_crawl() -> None:
    there = set(routes())
    assert there - known_routes() == set(), "enter them in tests/support/crawl.py"
    assert known_routes() - there == set(), "they are gone"


def test_everything_of_cases_is_hidden_from_somebody_in_the_crawl(world: World, crowd: Crowd) -> None:
    kinds = {make(world, crowd).what for make in (*HIDDEN[-4:], *HIDDEN[:1])}
    others = {make.__name__.removesuffix("_beside") for make in (*HIDDEN_PROCUREMENT, *HIDDEN_SCORES)}
    assert kinds | others == set(OF_CASES)


def test_administration_shows_no_table_of_cases() -> None:
    assert admin_tables() == ADMIN_TABLES


# --- A case that must not exist ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [*HIDDEN, *HIDDEN_PROCUREMENT, *HIDDEN_SCORES])
def test_hidden_answers_everybody_as_unknown_by_every_method(
    world: World, crowd: Crowd, caplog: pytest.LogCaptureFixture, make: Callable[[World, Crowd], Hidden]
) -> None:
    hidden = make(world, crowd)
    before = everything()
    leaks = []
    # What is not there answers the same whatever edge is named, so that it is asked once.
    of_unknown: dict[tuple[str, str, str], Answer] = {}
    with caplog.at_level("DEBUG"):
        for name, method, route, arguments in (*asks_of_everybody(hidden), *asks_of_everything(hidden)):
            client = crowd.clients[name]
            if (name, method, route) not in of_unknown:
                of_unknown[name, method, route] = ask(client, method, filled(route, {**arguments, **UNKNOWN}))
            path = filled(route, arguments)
            real = ask(client, method, path)
            if real != of_unknown[name, method, route] or MARK in str(real) or real[0] >= 500:
                leaks.append(f"{name} {method} {path} {real[0]}")
    assert leaks == []
    assert everything() == before
    assert MARK not in caplog.text
    assert mail.outbox == []
    for session in Session.objects.all():
        assert MARK not in str(session.get_decoded())
