"""What must not exist for somebody leaves no trace in what he is shown: every list, count, queue, search, sheet and
notice says word for word what it said before the thing was there."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.relay import relay
from organisations.models import Role, Unit
from tests.support.asking import asked
from tests.support.crawl import WITHOUT_ARGUMENTS
from tests.support.crowd import Answer, Crowd, build_crowd, told
from tests.support.hidden import HIDDEN, MARK
from tests.support.hidden_procurement import plan_beside
from tests.support.seats import drawn, open_seat
from tests.support.world import World, make_person
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db

# They end or lengthen a session, or are made by the rules alone.
# open/use/ counts the visits of this crawl itself.
_LEFT_OUT = {
    "account/logout/", "follow/end/", "active/", "leave/", "my/report-worker.js", "open/draws/verify_draw.py",
    "open/use/",
}  # fmt: skip
_ROWS = ("mine", "unit", "unassigned", "overdue", "decide", "standing_in", "all")
SEARCHES = (f"cases/list/all/?q={MARK}statement", "cases/list/all/?only=protected", f"procurement/committees/?q={MARK}",
            f"procurement/purchases/?q={MARK}", f"procurement/seats/?q={MARK}", f"people/?q={MARK}")  # fmt: skip
# Everybody whose pages could differ; of two with the same post one.
PEOPLE = "screener officer2 head approver executive administrator stranger anonymous complainant".split()
OF_PROCUREMENT = "officer head approver only_procurement administrator representative anonymous".split()
# Where procurement is shown, and where complaints are not.
_PROCUREMENT = ("procurement/", "open/", "join/", "my/")
_NEITHER = ("account/", "line/", "rules/", "service/", "file/", "ask/", "hotline/", "join/")
# What passes by itself: clock times, how long ago something was, what a form is known by.
_PASSING = re.compile(
    rb"\d\d:\d\d(?::\d\d(?:\.\d+)?(?:\+\d\d:\d\d)?)?|just now|\d+ (?:minute|second)s? ago"
    rb'|name="(?:once|ticket)" value="[^"]*"|value="[^"]*" name="(?:once|ticket)"|"publishedDate": ?"[^"]*"'
)


def pages_of(world: World) -> list[str]:
    """Every page without an argument, every queue, searches for what is hidden, the work of people, the forms by which
    cases change hands."""
    lists = [f"cases/list/{name}/" for name in _ROWS] + [f"requests/list/{name}/" for name in ("mine", "unit", "asked")]
    people = [f"people/{user.pk}/work/" for user in (world.officer, world.officer2, world.head)]
    open_cases = list(Case.objects.filter(kind="complaint", is_open=True, state__in=("accepted", "investigating")))
    forms = [f"cases/{case.public_id}/{end}" for case in open_cases for end in ("", "do/assign/", "do/reassign/")]
    merge = [f"cases/{case.public_id}/do/merge/" for case in open_cases]
    sheets = [f"letters/{code}/2570/{end}" for code in ("DST", "OTH") for end in ("", "sheet/")]
    years = [f"overview/satisfaction/2570/{end}" for end in ("", "sheet/")]
    assigning = ["cases/assign/?" + "&".join(f"case={case.public_id}~{case.state_version}" for case in open_cases)]
    plain = sorted(page for page in WITHOUT_ARGUMENTS - _LEFT_OUT if not page.startswith(_NEITHER))
    return [*plain, *lists, *SEARCHES, *people, *forms, *merge, *sheets, *years, *assigning]


def look(crowd: Crowd, pages: list[str], people: list[str]) -> dict[tuple[str, str], Answer]:
    """What each of these people is answered at every page."""
    found = {}
    for name in people:
        for page in pages:
            status, body, headers = told(crowd.clients[name].get(f"/{page}"), f"/{page}")
            if "spreadsheet" in headers.get("Content-Type", ""):
                body = b""  # a sheet holds the moment at which it was made; its cells are compared in tests of its own
            found[name, page] = status, _PASSING.sub(b"", body), headers
    return found


def differing(before: dict[tuple[str, str], Answer], after: dict[tuple[str, str], Answer]) -> list[str]:
    """Who sees where another answer, and its first other line."""
    found = []
    for key, answer in before.items():
        if after[key] != answer or (MARK not in key[1] and MARK.encode() in after[key][1]):
            lines = zip(answer[1].split(b"\n"), after[key][1].split(b"\n"), strict=False)
            other = next((line for line in lines if line[0] != line[1]), (b"", b""))
            found.append(f"{key[0]} /{key[1]}: {other[0].decode()[:300]} -> {other[1].decode()[:300]}")
    return found


@pytest.fixture
def crowd(world: World, settings: Settings, tmp_path: Path) -> Crowd:
    settings.EVIDENCE_ROOT = tmp_path
    none = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {"default": none, "files": none}
    make_person("other_officer", world.other, Role.OFFICER)
    return build_crowd(world)


def test_hidden_complaints_requests_and_questions_leave_no_trace(world: World, crowd: Crowd) -> None:
    for state in ("screening", "accepted", "investigating", "replied", "awaiting_agency"):
        world.into(state)
    relay()
    pages = [page for page in pages_of(world) if not page.startswith(_PROCUREMENT)]
    since = Case.objects.order_by("-pk")[0].pk
    before = look(crowd, pages, PEOPLE)
    for make in HIDDEN[:8]:
        make(world, crowd)
    new = Case.objects.filter(pk__gt=since)
    assert {"complaint", "request"} <= set(new.values_list("kind", flat=True))
    # For everybody here each of them is one that he must not know of: by its register, its unit, or a conflict.
    Conflict.objects.bulk_create(
        (
            Conflict(case=case, user=crowd.users[name], at=timezone.now())
            for case in new
            for name in PEOPLE
            if name in crowd.users
        ),
        ignore_conflicts=True,
    )
    asked(Unit.objects.get(code="ACC"), f"{MARK}question")
    relay()
    assert differing(before, look(crowd, pages, PEOPLE)) == []


def test_hidden_committees_and_seats_leave_no_trace(world: World, crowd: Crowd) -> None:
    plan = plan_beside(world, crowd)
    drawn(plan)
    purchase, committee = plan.purchase(), plan.committee(plan.purchase(), "selection")
    relay()
    pages = [page for page in pages_of(world) if page.startswith((*_PROCUREMENT, "notices/"))]
    before = look(crowd, pages, OF_PROCUREMENT)
    plan.committee(purchase)
    open_seat(plan, committee)
    relay()
    assert differing(before, look(crowd, pages, OF_PROCUREMENT)) == []
