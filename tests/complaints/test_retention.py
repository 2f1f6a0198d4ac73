"""Retention: what has been kept long enough is announced, may be held, and is erased by time; nothing else is."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from complaints.models import ComplaintCase
from complaints.retention import NOTICE, apply_retention
from notifications.models import Notice
from notifications.relay import relay
from tests.complaints.test_erasing import ended, full
from tests.support.world import World
from workflows import handover
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.keeping import kept_until, rule_for, years_before
from workflows.keys import is_erased
from workflows.models import Case, Clock, LedgerEntry, RetentionRule
from workflows.refusals import Missing, NotAllowed
from workflows.transitions import perform
from workflows.watch import take_timed_edges

pytestmark = pytest.mark.django_db


def aged(case: Case, years: float) -> ComplaintCase:
    """The same case as if it had ended years ago."""
    past = timezone.now() - timedelta(days=round(365.25 * years))
    Case.objects.filter(pk=case.pk).update(closed_at=past)
    return ended(Case.objects.get(pk=case.pk))


def old(world: World, years: float = 10.1) -> ComplaintCase:
    """A closed case of an ordinary kind."""
    return aged(world.into("closed"), years)


def announced(case: Case) -> bool:
    """Whether its notice runs."""
    return Clock.objects.filter(case=case.pk, code=NOTICE, stopped_on=None).exists()


def let_notice_end(case: Case) -> None:
    """The notice has run out."""
    Clock.objects.filter(case=case.pk, code=NOTICE, stopped_on=None).update(
        due_on=timezone.localdate() - timedelta(days=1)
    )


def erased(case: Case) -> bool:
    """As the database has it."""
    return is_erased(ComplaintCase.objects.get(pk=case.pk))


# --- The rule ---------------------------------------------------------------------------------------------------------
def test_rules_of_the_first_filling_say_where_they_come_from() -> None:
    rules = {rule.category: rule for rule in RetentionRule.objects.filter(code="complaint")}
    assert {category: rule.years for category, rule in rules.items()} == {"": 10, "corruption": 20}
    assert all(rule.source and not rule.verified for rule in rules.values())


def test_rule_of_the_nearest_kind_and_the_newest_day_counts() -> None:
    today = timezone.localdate()

    def years(lineage: tuple[str, ...], day: date = today) -> int:
        rule = rule_for("complaint", lineage, day)
        assert rule is not None
        return rule.years

    assert years(("road", "service")) == 10
    assert years(("bribe", "corruption")) == 20
    RetentionRule.objects.create(code="complaint", category="service", years=3, valid_from=today, source="x")
    assert years(("road", "service")) == 3
    assert years(("road", "service"), today - timedelta(days=1)) == 10
    RetentionRule.objects.create(
        code="complaint", category="service", years=5, valid_from=today + timedelta(days=1), source="x"
    )
    assert years(("road", "service")) == 3
    assert rule_for("purchase", (), today) is None


@pytest.mark.parametrize(
    ("ended_on", "years", "until"),
    [
        (date(2016, 11, 21), 10, date(2026, 11, 21)),
        (date(2016, 2, 29), 10, date(2026, 2, 28)),
        (date(2016, 2, 29), 4, date(2020, 2, 29)),
    ],
)
def test_kept_until_is_the_same_day_of_the_year(ended_on: date, years: int, until: date) -> None:
    assert kept_until(ended_on, RetentionRule(years=years)) == until
    assert years_before(until, years) <= ended_on


def test_rule_that_keeps_for_good_never_ends() -> None:
    assert kept_until(date(2000, 1, 1), RetentionRule(years=1, disposal=RetentionRule.Disposal.KEEP)) is None


def test_rule_of_no_year_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRule.objects.create(code="complaint", category="x", years=0, valid_from=date(2020, 1, 1), source="x")


# --- The night --------------------------------------------------------------------------------------------------------
def test_what_was_kept_long_enough_is_announced_once_and_erased_after_its_notice(world: World) -> None:
    case, young, open_one = old(world), old(world, 9.9), world.into("investigating")
    assert apply_retention() == {"announced": 1, "taken_back": 0}
    assert apply_retention() == {"announced": 0, "taken_back": 0}
    assert announced(case)
    take_timed_edges()
    assert not erased(case)
    let_notice_end(case)
    take_timed_edges()
    assert [erased(each) for each in (case, young, open_one)] == [True, False, False]
    assert LedgerEntry.objects.filter(case=case.pk, verb="erase_when_due").count() == 1
    assert not announced(case)
    apply_retention()
    take_timed_edges()
    assert LedgerEntry.objects.filter(case=case.pk, verb__in=["erase_when_due", "propose_erasure"]).count() == 2
    assert list(problems()) == []


def test_last_day_of_the_period_is_kept(world: World) -> None:
    case = old(world)
    today = timezone.localdate()
    same_day = years_before(today, 10)
    for ended_on, counts in ((same_day, 0), (same_day - timedelta(days=1), 1)):
        noon = datetime.combine(ended_on, time(12), timezone.get_current_timezone())
        Case.objects.filter(pk=case.pk).update(closed_at=noon)
        assert apply_retention()["announced"] == counts
    # The law says the same as the list.
    Case.objects.filter(pk=case.pk).update(
        closed_at=datetime.combine(same_day, time(12), timezone.get_current_timezone())
    )
    Clock.objects.filter(code=NOTICE).update(stopped_on=today)
    with translation.override("en"), pytest.raises(Missing, match="has not ended"):
        perform(case, "propose_erasure", TIMER)


def test_notice_is_as_long_as_its_clock_rule_says(world: World) -> None:
    case = old(world)
    apply_retention()
    due = Clock.objects.get(case=case.pk, code=NOTICE).due_on
    assert due is not None
    assert due >= timezone.localdate() + timedelta(days=60)


def test_corruption_is_kept_longer(world: World) -> None:
    case = aged(full(world, world.corruption), 10.5)
    assert apply_retention()["announced"] == 0
    aged(case, 20.1)
    assert apply_retention()["announced"] == 1


def test_custodians_and_head_are_told_of_the_announcement(world: World) -> None:
    case = old(world)
    relay()
    Notice.objects.all().delete()
    apply_retention()
    relay()
    told = set(
        Notice.objects.filter(case=case.pk, event="propose_erasure").values_list("recipient__username", flat=True)
    )
    assert told == {"custodian", "custodian2", "head"}


def test_case_that_is_held_is_neither_announced_nor_erased(world: World) -> None:
    case = old(world)
    apply_retention()
    world.do(case, "hold_records", world.head, reasons="ป.ป.ช. ขอให้เก็บไว้")
    assert not announced(case)
    apply_retention()
    assert not announced(case)
    world.do(case, "release_records", world.custodian, reasons="ป.ป.ช. แจ้งยุติ")
    apply_retention()
    assert announced(case)


@pytest.mark.parametrize("who", ["screener", "officer", "approver", "executive", "administrator", "stranger"])
def test_hold_by_anybody_else_is_refused(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        world.do(old(world), "hold_records", getattr(world, who), reasons="x")


def test_hold_needs_a_reason(world: World) -> None:
    with pytest.raises(Missing):
        world.do(old(world), "hold_records", world.head, reasons=" ")


def test_rule_that_was_made_longer_takes_the_announcement_back(world: World) -> None:
    case = old(world)
    apply_retention()
    RetentionRule.objects.create(
        code="complaint", category="", years=15, valid_from=timezone.localdate(), source="มติคณะกรรมการ"
    )
    let_notice_end(case)
    take_timed_edges()
    assert not erased(case)
    assert apply_retention() == {"announced": 0, "taken_back": 1}
    assert not announced(case)


def test_case_with_an_open_window_is_never_announced(world: World) -> None:
    case = world.into("closed")
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=5000))
    assert apply_retention()["announced"] == 0
    with pytest.raises(Missing):
        perform(case, "propose_erasure", TIMER)


def test_reopened_case_is_not_erased(world: World) -> None:
    case = old(world)
    apply_retention()
    world.do(case, "reopen_ex_officio", world.approver, to=world.officer2, reasons="มีข้อเท็จจริงใหม่")
    assert not announced(case)
    let_notice_end(case)
    take_timed_edges()
    assert not erased(case)
    assert list(problems()) == []


def test_nobody_but_the_clock_announces_or_erases_by_time(world: World) -> None:
    case = old(world)
    for name in ("custodian", "head", "administrator"):
        for edge in ("propose_erasure", "withdraw_proposal", "erase_when_due", "erase_again"):
            with pytest.raises(NotAllowed):
                perform(case, edge, Actor.person(getattr(world, name)))
    with pytest.raises(Missing):
        perform(case, "erase_when_due", TIMER)


def test_one_case_that_fails_keeps_no_other_from_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = old(world), old(world)
    take = handover.perform

    def fails(case: Case, *args: object, **facts: object) -> object:
        if case.pk == first.pk:
            raise RuntimeError
        return take(case, *args, **facts)

    monkeypatch.setattr(handover, "perform", fails)
    assert apply_retention()["announced"] == 1
    assert announced(second)


def test_command_says_what_it_did(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    old(world)
    call_command("apply_retention")
    assert capsys.readouterr().out == "announced 1, taken back 0, questions erased 0\n"


# --- The list ---------------------------------------------------------------------------------------------------------
def test_list_shows_what_is_announced_to_who_may_hold_it(client: Client, world: World) -> None:
    case, other = old(world), old(world, 1)
    apply_retention()
    for name in ("custodian", "head"):
        client.force_login(getattr(world, name))
        text = client.get(reverse("retention")).content.decode()
        assert case.number in text
        assert other.number not in text
        assert reverse("take", args=[case.public_id, "hold_records"]) in text
        assert reverse("retention") in client.get(reverse("queue")).content.decode()
    for name, status in (("officer", 403), ("administrator", 403)):
        client.force_login(getattr(world, name))
        assert client.get(reverse("retention")).status_code == status
    client.force_login(world.stranger)
    assert case.number not in client.get(reverse("retention")).content.decode()
    client.logout()
    assert client.get(reverse("retention")).status_code == 302


def test_list_that_is_empty_says_so(client: Client, world: World) -> None:
    client.force_login(world.head)
    assert client.get(reverse("retention")).status_code == 200


def test_list_costs_the_same_for_one_and_for_many(client: Client, world: World) -> None:
    old(world)
    apply_retention()
    client.force_login(world.custodian)
    client.get(reverse("retention"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("retention"))
    for _ in range(4):
        old(world)
    apply_retention()
    with CaptureQueriesContext(connection) as many:
        response = client.get(reverse("retention"))
    assert len(response.context["rows"]) == 5
    assert len(many) == len(one)


def test_case_page_shows_until_when_it_is_kept(client: Client, world: World) -> None:
    case = old(world)
    apply_retention()
    client.force_login(world.head)
    with translation.override("th"):
        text = client.get(reverse("case", args=[case.public_id])).content.decode()
    assert "แจ้งล่วงหน้าก่อนลบข้อมูล" in text
