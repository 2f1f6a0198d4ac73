"""Everybody who fetches pages, how they ask, and what an answer says without what is new in every answer."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from organisations.actions import enter_leave
from organisations.models import Role, User
from tests.support.filing import follow
from tests.support.purchases import Plan, build_plan
from tests.support.seats import join_pool
from tests.support.world import World, make_person

BACKEND = "django.contrib.auth.backends.ModelBackend"
# What every address may name, as it never was.
UNKNOWN: dict[str, Any] = {
    "public_id": "zzzzzzzzzzzz",
    "request_id": "zzzzzzzzzzzz",
    "file_id": "zzzzzzzzzzzzzzzz",
    "part": "zzzzzzzzzzzz",
    "pk": 999999,
    "order": 999999,
    "number": 999999,
}
FORM = {"seen_version": 1, "seen_seq": 1, "text": "ข้อความ", "reasons": "เหตุผล", "do": "answer"}
# What differs from one answer to the next whatever was asked.
_CHANGING = re.compile(rb'csrfmiddlewaretoken" value="[^"]*"|nonce(?:="|-)[\w+/=-]+|X-CSRFToken[^}]*')
_LOOSE_HEADERS = {"Set-Cookie", "Content-Length", "Expires"}

Answer = tuple[int, bytes, dict[str, str]]


@dataclass
class Crowd:
    """Everybody who fetches: name to his browser, and to his account if he has one."""

    plan: Plan
    clients: dict[str, Client] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def enter(self, name: str, user: User) -> None:
        """A signed-in person, in English."""
        User.objects.filter(pk=user.pk).update(language="en")
        client = Client()
        client.force_login(user, backend=BACKEND)
        self.clients[name], self.users[name] = client, user

    def without(self, *names: str) -> list[str]:
        """Everybody but those whose name begins so."""
        return [name for name in self.clients if not name.startswith(names)]

    def outside(self) -> list[str]:
        """One of the district for every role, and who has no post that counts: for what lies elsewhere altogether."""
        besides = "administrator", "centre_officer", "nobody", "representative", "gone", "anonymous", "complainant"
        return [name for name in self.clients if name.startswith("only_") or name in besides]


def build_crowd(world: World) -> Crowd:
    """Everybody of the world, one for every single role, and who has no post or none that counts today."""
    plan = build_plan(world)
    crowd = Crowd(plan)
    for name in (
        "screener officer officer2 head approver custodian upper_approver executive administrator stranger "
        "centre_officer"
    ).split():
        crowd.enter(name, getattr(world, name))
    for role in Role:
        crowd.enter(f"only_{role}", make_person(f"only_{role}", world.district, role))
    crowd.enter("upper_staff", plan.upper_staff)
    substitute = make_person("substitute", world.district, Role.OFFICER, Role.HEAD, deputy=True)
    today = timezone.localdate()
    enter_leave(user=substitute, deputy=world.officer2, first_day=today, last_day=today)
    crowd.enter("substitute", substitute)
    crowd.enter("nobody", make_person("nobody"))
    representative = join_pool(plan.citizen("นาย ตัวแทน สมมุติ"), plan.staff)
    assert representative.account is not None
    crowd.enter("representative", representative.account)
    gone = make_person("gone", world.district, *Role.values)
    crowd.enter("gone", gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    crowd.clients["anonymous"] = Client()
    crowd.clients["complainant"] = Client()
    follow(crowd.clients["complainant"], world.receipts[world.file().pk])
    return crowd


# --- Looking ----------------------------------------------------------------------------------------------------------
def content_of(response: Any) -> bytes:
    """The body, also of what is streamed."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def told(response: HttpResponse, *repeated: str) -> Answer:
    """What an answer says: (status, body, headers), without what is new in every answer and what it repeats of what it
    was asked (the address, an id that was typed)."""
    body = content_of(response)
    headers = {name: value for name, value in response.items() if name not in _LOOSE_HEADERS}
    for said in repeated:
        for written in {said, quote(said), quote(said, safe="")}:
            body = body.replace(written.encode(), b"ASKED")
            headers = {name: value.replace(written, "ASKED") for name, value in headers.items()}
    headers = {name: _CHANGING.sub(b"", value.encode()).decode() for name, value in headers.items()}
    return response.status_code, _CHANGING.sub(b"", body), headers


def ask(client: Client, method: str, path: str) -> Answer:
    """What is answered to this method; a form comes filled."""
    if method == "POST":
        return told(client.post(path, FORM), path)
    return told(client.generic(method, path), path)


def everything() -> dict[str, str]:
    """Every table but the sessions, as a sum over its rows."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name != "django_session"]
        sums = " UNION ALL ".join(
            f"SELECT '{table}', md5(coalesce(string_agg(t::text, '~' ORDER BY t::text), '')) FROM \"{table}\" t"  # noqa: S608
            for table in tables
        )
        cursor.execute(sums)
        return dict(cursor.fetchall())
