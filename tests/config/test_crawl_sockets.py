"""Sockets: a page that says it shows a case which must not exist for its reader hears of it no more than of one that
never was."""

from pathlib import Path

import pytest
from pytest_django import Settings

from notifications.live.reading import case_keys, who_sees
from organisations.models import Role
from tests.support.crowd import UNKNOWN, Crowd, build_crowd
from tests.support.hidden import HIDDEN
from tests.support.hidden_procurement import HIDDEN_PROCUREMENT
from tests.support.world import World, make_person
from workflows.models import Case

pytestmark = pytest.mark.django_db
_CASES = [make for make in HIDDEN if not make.__name__.startswith(("question_", "parts_", "file_"))]


@pytest.mark.parametrize("make", [*_CASES, HIDDEN_PROCUREMENT[2]])
def test_hidden_case_is_watched_and_heard_of_as_one_that_never_was(
    world: World, settings: Settings, tmp_path: Path, make: object
) -> None:
    settings.EVIDENCE_ROOT = tmp_path
    make_person("other_officer", world.other, Role.OFFICER)
    crowd: Crowd = build_crowd(world)
    hidden = make(world, crowd)  # type: ignore[operator]
    case = Case.objects.get(public_id=hidden.arguments["public_id"])
    people = [crowd.users[name].pk for name in hidden.to if name in crowd.users]
    asked = [case.public_id, UNKNOWN["public_id"]]
    assert [case_keys(user, asked) for user in people] == [{}] * len(people)
    assert who_sees((user, case.pk) for user in people) == set()
