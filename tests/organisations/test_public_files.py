"""Files for everybody: made once in five minutes for all who ask, and in parts where they are long."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from organisations import opentables, publishing
from organisations.models import PageUse
from tests.support.purchases import Plan

pytestmark = pytest.mark.django_db
FILE = "/open/annual/?as=json"


@pytest.fixture
def copies(settings: Any) -> Iterator[None]:
    """Copies of files are kept, as in a real installation."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {**settings.CACHES, "files": {"BACKEND": memory, "LOCATION": "test_public_files"}}
    yield
    caches["files"].clear()


def planned(address: str = FILE, client: Client | None = None, **headers: str) -> int:
    """How many purchases a file tells."""
    answer = (client or Client()).get(address, headers=headers)
    assert answer.status_code == 200
    rows = json.loads(answer.content)["rows"]
    return int(rows[-1]["planned"]) if rows else 0


# --- Made once --------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("copies")
def test_file_is_made_once_and_anew_after_its_time(plan: Plan) -> None:
    plan.purchase()
    assert planned() == 1
    plan.purchase(name="อีกรายการ")
    assert planned() == 1
    caches["files"].clear()
    assert planned() == 2


@pytest.mark.usefixtures("copies")
def test_every_use_is_counted_though_the_file_is_made_once(plan: Plan) -> None:
    for _ in range(3):
        planned()
    assert PageUse.objects.count() == 3


@pytest.mark.usefixtures("copies")
def test_copy_is_of_one_address_language_and_host(plan: Plan, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    plan.purchase()
    assert planned() == 1
    plan.purchase(name="อีกรายการ")
    thai, english = Client(), Client()
    thai.cookies["django_language"], english.cookies["django_language"] = "th", "en"
    assert planned(client=thai) == 1
    assert planned(client=english) == 2
    assert planned(f"{FILE}&unit={plan.unit.code}") == 2
    assert planned(host="other.example") == 2
    assert planned() == 1


@pytest.mark.usefixtures("copies")
def test_who_is_signed_in_and_who_reads_a_page_see_what_is_there_now(plan: Plan) -> None:
    from tests.procurement.test_desk import signed_in

    plan.purchase()
    planned()
    Client().get("/open/annual/")
    plan.purchase(name="อีกรายการ")
    assert planned(client=signed_in(plan.staff)) == 2
    assert Client().get("/open/annual/").context["rows"][-1]["cells"][1][1] == "2"


@pytest.mark.usefixtures("copies")
def test_copy_on_the_way_grows_no_older_than_the_page_says(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Client().get(FILE)
    assert "max-age=300" in first["Cache-Control"]
    now = publishing.time.time()
    monkeypatch.setattr(publishing.time, "time", lambda: now + 100)
    again = Client().get(FILE)
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert again["Content-Disposition"] == first["Content-Disposition"]
    age = int(again["Cache-Control"].split("max-age=")[1].split(",")[0])
    assert 199 <= age <= 200


@pytest.mark.usefixtures("copies")
def test_large_file_and_what_is_not_there_are_not_kept(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "LARGEST_KEPT", 10)
    assert planned() == 0
    plan.purchase()
    assert planned() == 1
    monkeypatch.undo()
    missing = "/open/procurement/ocds.json?unit=NEW"
    assert Client().get(missing).status_code == 404
    type(plan.unit).objects.filter(pk=plan.unit.pk).update(code="NEW")
    assert Client().get(missing).status_code == 200


# --- In parts -------------------------------------------------------------------------------------------------------
@pytest.fixture
def five(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Five announced purchases, and files of two rows."""
    from tests.procurement.test_open_lists import bought

    monkeypatch.setattr(opentables, "MOST_IN_A_FILE", 2)
    for number in range(5):
        bought(plan, name=f"ซื้อ {number}")
    return plan


def test_parts_hold_every_row_once_and_the_count_is_of_all(five: Plan) -> None:
    address, names, parts = f"/open/notices/?as=json&unit={five.unit.code}", [], 0
    while address:
        answer = Client().get(address)
        told = json.loads(answer.content)
        assert told["count"] == 5
        names += [row["name"] for row in told["rows"]]
        parts += 1
        assert answer.get("Link", "") == (f'<{told["next"]}>; rel="next"' if told["next"] else "")
        address = told["next"]
        assert address is None or f"unit={five.unit.code}" in address
    assert sorted(names) == [f"ซื้อ {number}" for number in range(5)]
    assert parts == 3


def test_table_comes_in_the_same_parts(five: Plan) -> None:
    rows = []
    for part in (1, 2, 3):
        answer = Client().get(f"/open/notices/?as=csv&part={part}")
        assert f"-{part}.csv" in answer["Content-Disposition"]
        rows += list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len({row["name"] for row in rows}) == len(rows) == 5


@pytest.mark.parametrize(("part", "status"), [("4", 404), ("99999", 404), ("0", 200), ("x", 200), ("-1", 200)])
def test_part_that_is_not_there(five: Plan, part: str, status: int) -> None:
    assert Client().get(f"/open/notices/?as=json&part={part}").status_code == status


def test_page_says_that_its_file_is_a_part(five: Plan) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    assert "A file holds 2 rows" in client.get("/open/notices/").content.decode()
    assert "A file holds" not in client.get("/open/annual/").content.decode()
