"""Writing rule data: every change beside its row, nobody overwritten, nothing of it changed afterwards."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from complaints.models import ComplaintKind
from organisations.models import Holiday, User
from procurement.models import OrderRule, ProcurementMethod
from tests.support.world import World, build_world, make_person, make_unit
from tests.workflows.test_rulebook_pages import change
from workflows.models import ClockRule, RuleChange
from workflows.rulebook.rows import RuleClosed, RuleOvertaken, RuleTaken, alter, snapshot, stamp
from workflows.rulebook.tables import Table, register, table_of

TODAY = timezone.localdate()


def holiday(day: date = date(2027, 1, 4)) -> Holiday:
    return Holiday(day=day, name_th="วันหยุด", source="มติ")


# --- A change and its row ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_snapshot_holds_every_field_as_json_does(world: World) -> None:
    method = ProcurementMethod.objects.get(code="ebidding")
    found = snapshot(table_of("methods"), method)
    assert found is not None
    assert set(found) == {one.name for one in ProcurementMethod._meta.fields}
    assert (found["floor"], found["committee_kind"], found["valid_from"]) == ("500000", "ebidding", "2017-08-23")
    # A sum that was typed with another number of noughts is the same sum.
    method.floor = Decimal("500000.0")
    assert snapshot(table_of("methods"), method) == found


@pytest.mark.django_db
def test_what_does_not_change_is_not_written_down(world: World) -> None:
    table, kind = table_of("kinds"), ComplaintKind.objects.get(pk="road")
    same = ComplaintKind.objects.get(pk="road")
    assert alter(table, kind, same, by=world.administrator, reason="x", seen=stamp(table, [kind])) is None
    assert not RuleChange.objects.exists()


@pytest.mark.django_db
def test_a_row_that_cannot_be_written_leaves_no_change(world: World) -> None:
    table, kind = table_of("kinds"), ComplaintKind.objects.get(pk="road")
    wrong = ComplaintKind.objects.get(pk="road")
    wrong.simple = wrong.protected = True
    with pytest.raises(DatabaseError), transaction.atomic():
        alter(table, kind, wrong, by=world.administrator, reason="x", seen=stamp(table, [kind]))
    assert not RuleChange.objects.exists()


@pytest.mark.django_db
def test_a_new_row_never_overwrites_one_that_is_there(world: World) -> None:
    table = table_of("kinds")
    fresh = ComplaintKind(code="road", name_th="ใหม่", name_en="New", source="x")
    with pytest.raises(RuleTaken):
        alter(table, None, fresh, by=world.administrator, reason="x", seen="new")
    assert ComplaintKind.objects.get(pk="road").name_en == "Road damage"
    assert not RuleChange.objects.exists()


@pytest.mark.django_db
def test_a_change_needs_a_reason_in_the_database_too(world: World) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        alter(table_of("holidays"), None, holiday(), by=world.administrator, reason="", seen="new")
    assert not Holiday.objects.exists()


# --- What has begun stays ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_rule_that_began_since_the_form_was_opened_stays(world: World) -> None:
    table, rule = table_of("clocks"), ClockRule.objects.get(code="screen")
    longer = ClockRule.objects.get(code="screen")
    longer.length = 9
    for after in (longer, None):
        with pytest.raises(RuleClosed):
            alter(table, rule, after, by=world.administrator, reason="x", seen=stamp(table, [rule]))
    assert ClockRule.objects.get(code="screen").length == 5


@pytest.mark.django_db
def test_a_rule_that_has_begun_may_end_and_nothing_else_of_it_changes(world: World) -> None:
    table, rule = table_of("order-rules"), OrderRule.objects.get(code="members")
    made = change(table, rule, world.administrator, valid_until=TODAY + timedelta(days=5))
    assert (made.act, made.after["threshold"]) == ("change", "2")
    rule.refresh_from_db()
    other = OrderRule.objects.get(pk=rule.pk)
    other.valid_until, other.threshold = TODAY + timedelta(days=9), Decimal(1)
    with pytest.raises(RuleClosed):
        alter(table, rule, other, by=world.administrator, reason="x", seen=stamp(table, [rule]))


# --- What is written down stays ---------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    ["UPDATE workflows_rulechange SET reason = 'other'", "DELETE FROM workflows_rulechange"],
)
def test_the_database_refuses_to_change_what_was_written_down(world: World, sql: str) -> None:
    change(table_of("kinds"), ComplaintKind.objects.get(pk="road"), world.administrator, name_en="Roads")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert RuleChange.objects.get().reason == "ทดสอบ"


# --- Two at once ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_one_row_at_once_one_is_told(db: None) -> None:
    world = build_world()
    table = table_of("kinds")
    seen = stamp(table, [ComplaintKind.objects.get(pk="road")])
    ready, ended = threading.Barrier(2), []

    def write(name: str, by: User) -> None:
        try:
            before, after = ComplaintKind.objects.get(pk="road"), ComplaintKind.objects.get(pk="road")
            after.name_en = name
            ready.wait(20)
            ended.append(alter(table, before, after, by=by, reason="x", seen=seen))
        except RuleOvertaken as overtaken:
            ended.append(overtaken)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=one) for one in (("A", world.administrator), ("B", world.custodian))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    overtaken = [one for one in ended if isinstance(one, RuleOvertaken)]
    made = RuleChange.objects.get()
    assert len(ended) == 2
    assert [one.change for one in overtaken] == [made]
    assert ComplaintKind.objects.get(pk="road").name_en == made.after["name_en"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_one_day_at_once_one_is_told(db: None) -> None:
    by = make_person("keeper", make_unit("KEEP"))
    ready, ended = threading.Barrier(2), []

    def write() -> None:
        try:
            ready.wait(20)
            ended.append(alter(table_of("holidays"), None, holiday(), by=by, reason="x", seen="new"))
        except RuleTaken as taken:
            ended.append(taken)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(type(one).__name__ for one in ended) == ["RuleChange", "RuleTaken"]
    assert RuleChange.objects.count() == Holiday.objects.count() == 1


# --- Registration -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong", [{"columns": ("no_such",)}, {"dated": "no_such"}, {"until": "no_such"}, {"choices": {"no_such": list}}]
)
def test_a_table_that_names_what_its_model_lacks_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match="no_such"):
        register(Table(**{"name": "x", "model": Holiday, "about": "", "columns": (), "group": "", **wrong}))
