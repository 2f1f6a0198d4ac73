"""The pages of rule data that are read: the tables, their rows, and who changed what."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import ComplaintKind, StandardText
from organisations.models import Holiday, User
from tests.support.world import World
from workflows.models import ClockRule, RuleChange
from workflows.rulebook.rows import alter, stamp
from workflows.rulebook.tables import Table, all_tables, table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world: World) -> Client:
    """A browser of the administrator, in English."""
    return signed_in(world.administrator)


def signed_in(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses() -> list[str]:
    """Every page of every table, and of a row of each."""
    found = [reverse("rules"), reverse("rule_changes"), reverse("rule_year", args=[2026])]
    for table in all_tables():
        found.append(reverse("rule_table", args=[table.name]))
        if table.may_add:
            found.append(reverse("rule_new", args=[table.name]))
        if row := table.rows().first():
            found.append(reverse("rule_row", args=[table.name, str(row.pk)]))
            acts = {
                "change": table.may_change(row), "next": bool(table.dated), "end": table.may_end(row),
                "remove": table.may_remove(row),
            }  # fmt: skip
            found += [reverse("rule_edit", args=[table.name, str(row.pk), act]) for act, may in acts.items() if may]
    return found


def change(table: Table, row: Any, by: User, **values: Any) -> RuleChange:
    """Change a row as a page does."""
    after = table.model.objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(after, name, value)
    before = table.model.objects.get(pk=row.pk)
    found = alter(table, before, after, by=by, reason="ทดสอบ", seen=stamp(table, [before]))
    assert found is not None
    return found


def test_every_page_opens_for_the_administrator_in_both_languages(admin: Client, world: World) -> None:
    Holiday.objects.create(day=timezone.localdate(), name_th="วันหยุด", source="มติ")
    for language in ("en", "th"):
        User.objects.filter(pk=world.administrator.pk).update(language=language)
        for address in addresses():
            assert admin.get(address).status_code == 200, address


def test_anonymous_is_sent_to_sign_in(world: World, client: Client) -> None:
    for address in addresses():
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login")), address
        assert client.post(address).status_code in (302, 405)


@pytest.mark.parametrize("who", ["officer", "head", "approver", "executive", "custodian", "stranger_without"])
def test_other_roles_are_told_who_has_it(world: World, who: str) -> None:
    client = signed_in(world.screener if who == "stranger_without" else getattr(world, who))
    for address in addresses():
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert "administrator" in answer.content.decode()
    assert client.post(reverse("rule_new", args=["kinds"]), {"code": "x", "save": "1"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/rules/none/", "/rules/none/new/", "/rules/kinds/row/none/", "/rules/clocks/row/none/",
     "/rules/clocks/row/99999999999999999999/", "/rules/holidays/row/2026-13-01/", "/rules/clocks/new/",
     "/rules/kinds/row/road/burn/", "/rules/holidays/year/1200/", "/rules/kinds/row/none/change/"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(admin: Client, address: str) -> None:
    assert admin.get(address).status_code == 404


def test_the_menu_leads_the_administrator_to_the_rules_and_nobody_else(admin: Client, world: World) -> None:
    assert f'href="{reverse("rules")}"' in admin.get(reverse("profile")).content.decode()
    assert f'href="{reverse("rules")}"' not in signed_in(world.officer).get(reverse("profile")).content.decode()


def test_rules_lists_every_table_with_its_last_change(admin: Client, world: World) -> None:
    text = admin.get(reverse("rules")).content.decode()
    assert all(reverse("rule_table", args=[table.name]) in text for table in all_tables())
    assert "just now" not in text
    change(table_of("kinds"), ComplaintKind.objects.get(pk="road"), world.administrator, name_en="Roads")
    assert "just now" in admin.get(reverse("rules")).content.decode()


def test_holidays_are_listed_by_year(admin: Client) -> None:
    for year in (2025, 2026):
        Holiday.objects.create(day=date(year, 12, 5), name_th=f"วันพ่อ {year}", name_en=f"Day {year}", source="มติ")
    address = reverse("rule_table", args=["holidays"])
    assert "Day 2026" in admin.get(address, {"year": "2026"}).content.decode()
    assert "Day 2025" not in admin.get(address, {"year": "2026"}).content.decode()
    for odd in ("", "x", "99999", "0000", "²²²²"):
        assert admin.get(address, {"year": odd}).status_code == 200


def test_rows_of_a_dated_table_say_which_is_in_force(admin: Client, world: World) -> None:
    now = ClockRule.objects.get(code="screen")
    ClockRule.objects.filter(code__gt="screen").delete()
    ClockRule.objects.filter(code__lt="screen").delete()
    text = admin.get(reverse("rule_table", args=["clocks"])).content.decode()
    assert ("in force" in text, "begins later" in text, "has been replaced" in text) == (True, False, False)
    today = timezone.localdate()
    for days in (-1, 5):
        now.pk, now._state.adding, now.valid_from = None, True, today + timedelta(days=days)
        now.save()
    text = admin.get(reverse("rule_table", args=["clocks"])).content.decode()
    assert [text.count(word) for word in ("in force", "begins later", "has been replaced")] == [1, 1, 1]


# --- Who changed what -------------------------------------------------------------------------------------------------
def test_a_row_shows_what_was_altered_by_whom_and_why(admin: Client, world: World) -> None:
    kind = ComplaintKind.objects.get(pk="road")
    change(table_of("kinds"), kind, world.administrator, owning_unit=world.province, simple=False)
    text = admin.get(reverse("rule_row", args=["kinds", "road"])).content.decode()
    for said in ("ทดสอบ", world.administrator.name_en, "Owning unit", world.province.name_en, "Simple"):
        assert said in text
    assert "Protected</th>" not in text  # it was not altered


def test_changes_are_filtered_by_table_and_period(admin: Client, world: World) -> None:
    change(table_of("kinds"), ComplaintKind.objects.get(pk="road"), world.administrator, name_en="Roads")
    text = StandardText.objects.get(pk="ask_place")
    change(table_of("standard-texts"), text, world.administrator, title_th="ใหม่")
    address, today = reverse("rule_changes"), timezone.localdate()

    def said(**chosen: Any) -> list[bool]:
        page = admin.get(address, chosen).content.decode()
        return ["ถนนชำรุด" in page, "ใหม่" in page]

    assert said() == [True, True]
    assert said(table="kinds") == [True, False]
    assert said(since=today, until=today) == [True, True]
    assert said(until=today - timedelta(days=1)) == [False, False]
    assert said(since=today + timedelta(days=1)) == [False, False]
    assert admin.get(address, {"table": "none", "since": "x"}).status_code == 200


def test_changes_of_a_table_that_is_gone_are_still_told(admin: Client, world: World) -> None:
    RuleChange.objects.create(
        table="gone", key="1", label="เดิม", act="create", after={"a": 1}, reason="x", by=world.administrator,
        at=timezone.now(),
    )  # fmt: skip
    assert "เดิม" in admin.get(reverse("rule_changes")).content.decode()


def test_changes_go_on_by_pages(admin: Client, world: World) -> None:
    kind = ComplaintKind.objects.get(pk="road")
    for number in range(30):
        change(table_of("kinds"), kind, world.administrator, name_en=f"Road {number}")
    for address in (reverse("rule_changes"), reverse("rule_row", args=["kinds", "road"])):
        page = admin.get(address)
        assert page.content.decode().count("entry-head") == 25
        found = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        assert found
        older = admin.get(address + found[1])
        assert older.content.decode().count("entry-head") == 5


# --- Queries ----------------------------------------------------------------------------------------------------------
def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def test_lists_ask_the_same_however_many_rows(admin: Client, world: World) -> None:
    kinds, texts = table_of("kinds"), table_of("standard-texts")
    ComplaintKind.objects.filter(pk="road").update(owning_unit=world.province)
    rule = ClockRule.objects.get(code="screen")
    change(kinds, ComplaintKind.objects.get(pk="road"), world.administrator, owning_unit=world.district)
    change(texts, StandardText.objects.get(pk="ask_place"), world.administrator, kind_id="road")
    pages = [
        reverse("rules"), reverse("rule_changes"), reverse("rule_table", args=["kinds"]),
        reverse("rule_table", args=["clocks"]), reverse("rule_table", args=["standard-texts"]),
        reverse("rule_row", args=["kinds", "road"]),
    ]  # fmt: skip
    few = [queries(admin, page) for page in pages]
    for number in range(50):
        ComplaintKind.objects.create(
            code=f"k{number}", parent_id="general", name_th="ก", name_en="k", owning_unit=world.province, source="x"
        )
        rule.pk, rule._state.adding, rule.category = None, True, f"k{number}"
        rule.save()
        StandardText.objects.create(
            code=f"t{number}", place="decline.reply", kind_id=f"k{number}", title_th="ก", title_en="t", text_th="ก",
            text_en="t", source="x",
        )  # fmt: skip
        change(kinds, ComplaintKind.objects.get(pk="road"), world.administrator, name_en=f"Road {number}")
        change(texts, StandardText.objects.get(pk=f"t{number}"), world.administrator, title_en=f"T {number}")
    assert [queries(admin, page) for page in pages] == few
