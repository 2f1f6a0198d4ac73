"""What no address may hold."""

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import User
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "who", "query"),
    [
        ("queue", "head", "q=%00"),
        ("queue", "head", "kind=%00"),
        ("queue", "head", "unit=a%00b"),
        ("assign_many", "head", "case=%00~1"),
        ("open_cases", "executive", "unit=%00"),
        ("open_cases", "executive", "kind=%00"),
        ("open_cases", "executive", "holder=x%00"),
        ("overview", "executive", "under=%00"),
        ("start", None, "%00=1"),
    ],
)
def test_nul_in_a_query_is_a_bad_request(client: Client, world: World, name: str, who: str | None, query: str) -> None:
    if who:
        client.force_login(getattr(world, who), backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(f"{reverse(name)}?{query}")
    assert response.status_code == 400
    assert "<h1" in response.content.decode()


def test_nul_in_a_path_is_a_bad_request(client: Client) -> None:
    assert client.get("/follow/%00/").status_code == 400


def test_a_percent_sign_and_zeros_are_no_nul(client: Client) -> None:
    assert client.get("/?rate=%2500").status_code == 200


def test_nul_among_the_chosen_cases_is_none_of_them(client: Client, world: World) -> None:
    user: User = world.head
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(reverse("assign_many"), {"case": ["\0~1", "a\0~1"], "to": world.officer.pk})
    assert response.status_code == 302
