"""Changing rule data: form, preview, reason, and only then the row with its change; two people at once."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from complaints.models import ComplaintKind
from organisations.holidays import PACKAGE_SOURCE, seed_holidays
from organisations.models import Holiday
from tests.support.world import World
from tests.workflows.test_rulebook_pages import change, signed_in
from workflows.models import ClockRule, RuleChange
from workflows.rulebook.tables import table_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
REASON = "มติคณะรัฐมนตรี"


@pytest.fixture
def admin(world: World) -> Client:
    """A browser of the administrator, in English."""
    return signed_in(world.administrator)


@pytest.fixture
def no_jobs(db: None) -> None:
    """Nothing waits in the queue: its tables survive the flush of a transactional test."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'workflows.jobs.recompute'")


def page(table: str, key: Any = None, act: str = "change") -> str:
    return reverse("rule_new", args=[table]) if key is None else reverse("rule_edit", args=[table, str(key), act])


def seen(client: Client, address: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def filled(client: Client, address: str) -> dict[str, Any]:
    """What the form at `address` would send as it stands."""
    answer = client.get(address)
    form = answer.context["form"]
    sent = {"seen": answer.context["seen"]}
    for field in form or ():
        value = field.value()
        if isinstance(value, bool):
            if value:
                sent[field.html_name] = "on"
        else:
            sent[field.html_name] = "" if value is None else str(field.as_widget and field.field.prepare_value(value))
    return sent


def save(client: Client, address: str, **values: Any) -> Any:
    """Fill the form in and go the whole way: preview, reason, save."""
    sent = {**filled(client, address), **values}
    preview = client.post(address, sent)
    assert preview.status_code == 200, preview.context["form"].errors
    assert "Nothing is saved yet" in preview.content.decode()
    return client.post(address, {**sent, "save": "1", "reason": REASON})


KIND = {
    "code": "lamps", "parent": "general", "name_th": "โคมไฟ", "name_en": "Lamps", "owning_unit": "", "active": "on",
    "position": "5", "source": "ทดสอบ",
}  # fmt: skip


# --- Form, preview, reason, change ------------------------------------------------------------------------------------
def test_a_row_is_entered_after_a_preview_with_a_reason(admin: Client, world: World) -> None:
    answer = save(admin, page("kinds"), **KIND)
    assert (answer.status_code, answer["Location"]) == (302, reverse("rule_row", args=["kinds", "lamps"]))
    kind, made = ComplaintKind.objects.get(pk="lamps"), RuleChange.objects.get()
    assert (kind.parent_id, kind.active, kind.simple) == ("general", True, False)
    assert (made.table, made.key, made.act, made.before, made.reason) == ("kinds", "lamps", "create", None, REASON)
    assert (made.by, made.after["name_en"], made.after["parent"]) == (world.administrator, "Lamps", "general")


def test_a_preview_saves_nothing_and_carries_what_was_typed(admin: Client) -> None:
    address = page("kinds", "road")
    sent = {**filled(admin, address), "name_en": "Roads & <lanes>"}
    sent.pop("simple", None)
    text = admin.post(address, sent).content.decode()
    assert ComplaintKind.objects.get(pk="road").name_en == "Road damage"
    assert not RuleChange.objects.exists()
    assert 'type="hidden" name="name_en" value="Roads &amp; &lt;lanes&gt;"' in text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    assert hidden["simple"] == "False"
    # What the preview sends on is what was typed: a box that is not ticked stays so.
    admin.post(address, {**sent, **hidden, "name_en": "Roads & <lanes>", "save": "1", "reason": REASON})
    kind = ComplaintKind.objects.get(pk="road")
    assert (kind.name_en, kind.simple, kind.active) == ("Roads & <lanes>", False, True)


def test_without_a_reason_nothing_is_saved(admin: Client) -> None:
    address = page("kinds", "road")
    for reason in ("", "   "):
        answer = admin.post(address, {**filled(admin, address), "name_en": "Roads", "save": "1", "reason": reason})
        assert answer.status_code == 422
        assert "Write why it is changed" in answer.content.decode()
    assert ComplaintKind.objects.get(pk="road").name_en == "Road damage"


def test_going_back_to_the_form_keeps_what_was_typed(admin: Client) -> None:
    address = page("kinds", "road")
    answer = admin.post(address, {**filled(admin, address), "name_en": "Roads", "edit": "1"})
    assert answer.status_code == 200
    assert answer.context["form"]["name_en"].value() == "Roads"


def test_a_form_that_is_wrong_names_the_field_and_saves_nothing(admin: Client) -> None:
    for wrong in ({"source": ""}, {"code": "Not A Code"}, {"code": "road"}, {"simple": "on", "protected": "on"}):
        answer = admin.post(page("kinds"), {**KIND, "seen": "new", "save": "1", "reason": REASON, **wrong})
        assert answer.status_code == 422, wrong
        assert "what you typed is kept" in answer.content.decode()
    assert not RuleChange.objects.exists()


def test_a_form_in_which_nothing_was_changed_says_so(admin: Client) -> None:
    address = page("kinds", "road")
    answer = admin.post(address, {**filled(admin, address), "save": "1", "reason": REASON})
    assert answer.status_code == 422
    assert "Nothing is changed yet" in answer.content.decode()
    assert not RuleChange.objects.exists()


def test_the_key_of_a_row_stays_whatever_is_sent(admin: Client) -> None:
    save(admin, page("kinds", "road"), code="street", name_en="Roads")
    assert ComplaintKind.objects.get(pk="road").name_en == "Roads"
    assert not ComplaintKind.objects.filter(pk="street").exists()


def test_a_unit_is_named_by_its_code_or_its_name(admin: Client, world: World) -> None:
    address = page("kinds", "road")
    for typed, unit in (("dst", world.district), (world.province.name_th, world.province), ("", None)):
        save(admin, address, owning_unit=typed)
        assert ComplaintKind.objects.get(pk="road").owning_unit == unit
    answer = admin.post(address, {**filled(admin, address), "owning_unit": "หน่วย"})
    assert "DST" in answer.context["form"].errors["owning_unit"][0]
    world.other.closed_on = TODAY()
    world.other.save()
    answer = admin.post(address, {**filled(admin, address), "owning_unit": "OTH"})
    assert answer.status_code == 422
    # What a form shows of a unit that is there it also takes back.
    ComplaintKind.objects.filter(pk="road").update(owning_unit=world.district)
    assert filled(admin, address)["owning_unit"] == "DST"


# --- Two people at once -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", [{}, {"save": "1", "reason": REASON}, {"edit": "1"}])
def test_who_was_overtaken_hears_by_whom_and_keeps_what_he_typed(admin: Client, world: World, step: Any) -> None:
    address = page("kinds", "road")
    sent = {**filled(admin, address), "name_en": "Roads"}
    change(table_of("kinds"), ComplaintKind.objects.get(pk="road"), world.custodian, position=7)
    answer = admin.post(address, {**sent, **step})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert (world.custodian.name_en in text, "ทดสอบ" in text, 'value="Roads"' in text) == (True, True, True)
    assert ComplaintKind.objects.get(pk="road").name_en == "Road damage"
    # Sending it again is a decision of its own.
    again = {**sent, "position": "7", "seen": answer.context["seen"], "save": "1", "reason": REASON}
    assert admin.post(address, again).status_code == 302
    kind = ComplaintKind.objects.get(pk="road")
    assert (kind.name_en, kind.position) == ("Roads", 7)


def test_a_form_without_what_it_has_seen_is_refused(admin: Client) -> None:
    address = page("kinds", "road")
    sent = filled(admin, address)
    del sent["seen"]
    assert admin.post(address, {**sent, "name_en": "Roads", "save": "1", "reason": REASON}).status_code == 409
    assert ComplaintKind.objects.get(pk="road").name_en == "Road damage"


def test_a_row_that_was_taken_out_meanwhile_is_not_written_again(admin: Client, world: World) -> None:
    Holiday.objects.create(day=date(2027, 1, 4), name_th="วันหยุด", source="มติ")
    address = page("holidays", "2027-01-04", "remove")
    sent = {"seen": seen(admin, address), "save": "1", "reason": REASON}
    Holiday.objects.all().delete()
    assert admin.post(address, sent).status_code == 404
    assert not RuleChange.objects.exists()


# --- Dated rules ------------------------------------------------------------------------------------------------------
def test_a_rule_that_has_begun_is_neither_changed_nor_taken_out(admin: Client) -> None:
    rule = ClockRule.objects.get(code="screen")
    for act in ("change", "remove"):
        assert admin.get(page("clocks", rule.pk, act)).status_code == 409
        answer = admin.post(page("clocks", rule.pk, act), {"seen": "x", "source": "long enough to be kept"})
        assert answer.status_code == 409
    assert "long enough to be kept" in answer.content.decode()
    assert ClockRule.objects.get(code="screen") == rule
    assert "stays as it is" in admin.get(reverse("rule_row", args=["clocks", rule.pk])).content.decode()


def test_another_length_is_a_new_rule_from_tomorrow_on_at_the_earliest(admin: Client) -> None:
    rule = ClockRule.objects.get(code="screen")
    address, tomorrow = page("clocks", rule.pk, "next"), TODAY() + timedelta(days=1)
    sent = filled(admin, address)
    assert sent["valid_from"] == ""
    for day in (TODAY(), TODAY() - timedelta(days=1), TODAY() + timedelta(days=4000), ""):
        answer = admin.post(address, {**sent, "length": "3", "valid_from": str(day), "save": "1", "reason": REASON})
        assert answer.status_code == 422, day
    altered = admin.post(address, {**sent, "length": "3", "valid_from": str(tomorrow)}).context["lines"]
    # That the length before was checked against what was published says nothing of this one.
    assert {line.label for line in altered} == {"Length in days", "Valid from", "Source verified"}
    assert ("5", "3") in {(line.old, line.new) for line in altered}
    save(admin, address, length="3", valid_from=str(tomorrow), code="accept")
    old, new = ClockRule.objects.filter(code="screen").order_by("valid_from")
    assert (old.length, old.valid_from, new.length, new.valid_from) == (5, rule.valid_from, 3, tomorrow)
    assert RuleChange.objects.get().act == "create"


def test_a_second_rule_of_one_day_is_refused_in_words(admin: Client) -> None:
    rule = ClockRule.objects.get(code="screen")
    address, day = page("clocks", rule.pk, "next"), str(TODAY() + timedelta(days=3))
    save(admin, address, length="3", valid_from=day)
    answer = admin.post(address, {**filled(admin, address), "length": "4", "valid_from": day})
    assert answer.status_code == 422


def test_a_rule_that_has_not_begun_is_changed_and_taken_out(admin: Client) -> None:
    rule, day = ClockRule.objects.get(code="screen"), TODAY() + timedelta(days=3)
    save(admin, page("clocks", rule.pk, "next"), length="3", valid_from=str(day))
    ahead = ClockRule.objects.get(code="screen", valid_from=day)
    save(admin, page("clocks", ahead.pk), length="4")
    ahead.refresh_from_db()
    assert ahead.length == 4
    address = page("clocks", ahead.pk, "remove")
    answer = admin.post(address, {"seen": seen(admin, address), "save": "1", "reason": REASON})
    assert answer["Location"] == reverse("rule_table", args=["clocks"])
    assert ClockRule.objects.get(code="screen") == rule
    assert list(RuleChange.objects.order_by("id").values_list("act", flat=True)) == ["create", "change", "end"]


def test_a_rule_for_one_kind_begins_a_line_of_its_own(admin: Client) -> None:
    rule, day = ClockRule.objects.get(code="screen"), TODAY() + timedelta(days=3)
    save(admin, page("clocks", rule.pk, "next"), length="2", valid_from=str(day), category="road")
    assert ClockRule.objects.get(code="screen", category="road").length == 2
    address = page("clocks", rule.pk, "next")
    sent = {**filled(admin, address), "category": "no_such_kind", "valid_from": str(day)}
    assert admin.post(address, sent).status_code == 422


# --- Holidays ---------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("no_jobs")
def test_a_holiday_is_entered_in_either_era_and_deadlines_follow_once(
    admin: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for typed in ("29/12/2569", "2026-12-30"):
            save(admin, page("holidays"), day=typed, name_th="หยุดพิเศษ", source="มติ")
    address = page("holidays", "2026-12-29", "remove")
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(address, {"seen": seen(admin, address), "save": "1", "reason": REASON})
    assert list(Holiday.objects.values_list("day", flat=True)) == [date(2026, 12, 30)]
    assert ProcrastinateJob.objects.filter(task_name="workflows.jobs.recompute", status="todo").count() == 1


@pytest.mark.usefixtures("no_jobs")
def test_a_kind_does_not_make_deadlines_follow(admin: Client, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        save(admin, page("kinds"), **KIND)
    assert not ProcrastinateJob.objects.filter(task_name="workflows.jobs.recompute").exists()


def test_a_holiday_edited_here_is_left_alone_by_the_seed(admin: Client, world: World) -> None:
    seed_holidays([2026])
    holiday = Holiday.objects.filter(source=PACKAGE_SOURCE)[0]
    save(admin, page("holidays", holiday.pk), name_th="ชื่อใหม่")
    holiday.refresh_from_db()
    assert not holiday.source.startswith("python-holidays")
    seed_holidays([2026], refresh=True)
    holiday.refresh_from_db()
    assert holiday.name_th == "ชื่อใหม่"


def test_a_preview_of_a_holiday_says_which_deadlines_move(admin: Client, world: World) -> None:
    case = world.file(world.ordinary)
    due = case.clocks.get(code="screen").due_on
    text = admin.post(
        page("holidays"), {"seen": "new", "day": str(due), "name_th": "หยุด", "source": "มติ"}
    ).content.decode()
    assert "Screen" in text
    assert "running deadline" in text
    assert case.number not in text
    assert case.public_id not in text


# --- The holidays of a year -------------------------------------------------------------------------------------------
YEAR = "2027-01-01 | วันขึ้นปีใหม่ | New Year\n6 เมษายน 2570 วันจักรี\n"


def year_page() -> str:
    return reverse("rule_year", args=[2027])


def year_save(client: Client, days: str, **more: Any) -> Any:
    sent = {"seen": seen(client, year_page()), "days": days, "source": "มติ ครม."}
    return client.post(year_page(), {**sent, "save": "1", "reason": REASON, **more})


@pytest.mark.usefixtures("no_jobs")
def test_a_year_is_pasted_previewed_and_saved_as_a_whole(
    admin: Client, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    sent = {"seen": seen(admin, year_page()), "days": YEAR, "source": "มติ ครม."}
    preview = admin.post(year_page(), sent)
    assert "working day" in preview.content.decode()
    assert not Holiday.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert year_save(admin, YEAR).status_code == 302
    assert list(Holiday.objects.values_list("day", "name_th", "name_en", "source")) == [
        (date(2027, 1, 1), "วันขึ้นปีใหม่", "New Year", "มติ ครม."),
        (date(2027, 4, 6), "วันจักรี", "", "มติ ครม."),
    ]
    assert ProcrastinateJob.objects.filter(task_name="workflows.jobs.recompute", status="todo").count() == 1
    # A second time: one renamed, one gone, one new; what is alike keeps its source and has no change.
    year_save(admin, "1/1/2570\tวันปีใหม่\n2027-12-10 วันรัฐธรรมนูญ", source="มติ ใหม่")
    assert list(RuleChange.objects.order_by("id").values_list("act", "key")) == [
        ("create", "2027-01-01"), ("create", "2027-04-06"), ("change", "2027-01-01"), ("end", "2027-04-06"),
        ("create", "2027-12-10"),
    ]  # fmt: skip
    assert Holiday.objects.get(day=date(2027, 1, 1)).source == "มติ ใหม่"


def test_a_year_with_a_line_that_says_no_day_is_refused_with_its_number(admin: Client) -> None:
    answer = year_save(admin, YEAR + "วันหยุดอะไรสักอย่าง\n2026-05-01 | ปีอื่น")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 3" in text
    assert "Line 4" in text
    assert "จักรี" in text  # kept
    assert not Holiday.objects.exists()


def test_a_year_needs_a_reason_and_something_to_change(admin: Client) -> None:
    assert year_save(admin, YEAR, reason="").status_code == 422
    assert year_save(admin, "").status_code == 422
    year_save(admin, YEAR)
    assert "Nothing is changed yet" in year_save(admin, YEAR).content.decode()
    assert RuleChange.objects.count() == 2


def test_a_year_that_somebody_else_changed_meanwhile_is_not_overwritten(admin: Client, world: World) -> None:
    before = seen(admin, year_page())
    Holiday.objects.create(day=date(2027, 5, 4), name_th="วันฉัตรมงคล", source="มติ")
    answer = year_save(admin, YEAR, seen=before)
    assert answer.status_code == 409
    assert "จักรี" in answer.content.decode()
    assert Holiday.objects.count() == 1


def test_the_page_of_a_year_offers_what_is_there_as_it_can_be_sent_back(admin: Client) -> None:
    year_save(admin, YEAR)
    days = admin.get(year_page()).context["form"]["days"].value()
    assert days == "2027-01-01 | วันขึ้นปีใหม่ | New Year\n2027-04-06 | วันจักรี"
