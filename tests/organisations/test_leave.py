"""Leave: who enters it and for whom, who may stand in, what is refused, and where it is shown."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from complaints.candidates import candidates
from organisations.actions import LeaveOverlaps, cancel_leave, enter_leave
from organisations.forms import LeaveForm
from organisations.models import Leave, Role, User
from organisations.queries import on_leave, people_led_by, substitutes_for
from procurement.pool.accounts import account_for
from tests.support.purchases import Plan
from tests.support.seats import join_pool
from tests.support.world import World, make_person

pytestmark = pytest.mark.django_db
PAGE = "/account/leave/"


def day(ahead: int) -> date:
    """Today and so many days."""
    return timezone.localdate() + timedelta(days=ahead)


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def away(user: User, deputy: User, first: int = 0, last: int = 0) -> Leave:
    """A leave, in days from today."""
    return enter_leave(user=user, deputy=deputy, first_day=day(first), last_day=day(last))


def form(deputy: User | str, first: Any = 0, last: Any = 2) -> dict[str, Any]:
    """What is sent; a number is days from today."""
    days = {"first_day": first, "last_day": last}
    sent = {name: f"{day(value):%Y-%m-%d}" if isinstance(value, int) else value for name, value in days.items()}
    return {**sent, "deputy": deputy.pk if isinstance(deputy, User) else deputy}


@pytest.fixture
def mate(world: World) -> User:
    """A second officer of the district."""
    return make_person("mate", world.district, Role.OFFICER)


# --- Who reaches the page ---------------------------------------------------------------------------------------------
def test_page_anonymous_is_sent_to_sign_in() -> None:
    for answer in (Client().get(PAGE), Client().post(reverse("leave_cancel", args=[1]))):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_page_of_who_holds_no_post_is_not_there(plan: Plan) -> None:
    citizen = account_for(join_pool(plan.citizen("นาง มาลี ทองดี"), plan.staff))
    for user in (citizen, make_person("new")):
        assert signed_in(user).get(PAGE).status_code == 404


def test_page_of_an_officer_is_his_own_only(world: World, mate: User) -> None:
    client = signed_in(world.officer)
    page = client.get(PAGE).content.decode()
    assert "Whose leave" not in page
    for whose in (mate.pk, world.head.pk, 10**17, "x", "-1", "9" * 30):
        assert client.get(f"{PAGE}?for={whose}").status_code == 404
        assert client.post(f"{PAGE}?for={whose}", form(world.head)).status_code == 404
    assert not Leave.objects.exists()


def test_page_of_a_head_is_for_the_people_of_his_unit(world: World, mate: User) -> None:
    client = signed_in(world.head)
    page = client.get(PAGE).content.decode()
    assert "Whose leave" in page
    assert client.get(f"{PAGE}?for={mate.pk}").status_code == 200
    for stranger in (world.stranger, world.executive, world.centre_officer):
        assert client.get(f"{PAGE}?for={stranger.pk}").status_code == 404
    assert set(people_led_by(world.head)) == {
        world.screener, world.officer, world.officer2, world.approver, world.custodian, world.custodian2, mate
    }  # fmt: skip


@pytest.mark.parametrize("count", [1, 20])
def test_page_takes_a_constant_number_of_statements(
    world: World, mate: User, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        away(world.head, mate, first=2 * number, last=2 * number)
        make_person(f"person{number}", world.district, Role.OFFICER)
    client = signed_in(world.head)
    client.get(PAGE)
    with django_assert_max_num_queries(16):
        client.get(PAGE)


# --- Who may stand in -------------------------------------------------------------------------------------------------
def test_substitutes_have_the_same_role_or_lead_in_the_unit_or_above(world: World, mate: User) -> None:
    above = make_person("above", world.province, Role.OFFICER)
    upper_head = make_person("upper_head", world.department, Role.HEAD)
    left = make_person("left", world.district, Role.OFFICER)
    User.objects.filter(pk=left.pk).update(is_active=False)
    gone = make_person("gone", world.district, Role.OFFICER)
    gone.holdings.update(valid=DateRange(day(-9), day(0)))
    found = set(substitutes_for(world.officer))
    assert found == {world.officer2, mate, world.head, above, upper_head}
    assert world.officer not in set(substitutes_for(world.head))
    assert set(substitutes_for(make_person("new"))) == set()


def test_page_without_anybody_to_stand_in_says_whom_to_ask(world: World) -> None:
    page = signed_in(world.executive).get(PAGE).content.decode()
    assert "nobody could stand in" in page
    assert "Enter the leave" not in page


# --- Entering ---------------------------------------------------------------------------------------------------------
def test_leave_is_entered_and_shown(world: World, mate: User) -> None:
    client = signed_in(world.officer)
    answer = client.post(PAGE, form(mate), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    leave = Leave.objects.get()
    assert (leave.user, leave.deputy) == (world.officer, mate)
    assert (leave.first_day, leave.last_day, leave.valid.upper) == (day(0), day(2), day(3))
    page = answer.content.decode()
    assert "mate stands in" in page
    assert "You are on leave until" in client.get(reverse("profile")).content.decode()
    other = signed_in(mate)
    assert "You stand in for officer until" in other.get(reverse("profile")).content.decode()
    assert "You stand in for" in other.get(PAGE).content.decode()


def test_leave_is_entered_by_the_head(world: World, mate: User) -> None:
    page = f"{PAGE}?for={world.officer.pk}"
    answer = signed_in(world.head).post(page, form(mate))
    assert answer["Location"] == page
    assert Leave.objects.get().user == world.officer


def test_leave_takes_days_of_the_buddhist_era(world: World, mate: User) -> None:
    first = day(1)
    sent = form(mate, first=f"{first.day}/{first.month}/{first.year + 543}", last=1)
    signed_in(world.officer).post(PAGE, sent)
    assert Leave.objects.get().first_day == first


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (2, 1, "lies before the first"),
        (-5, -1, "has passed"),
        (0, 4000, "more than ten years"),
        ("", 1, "Enter the first day"),
        (0, "", "Enter the last day"),
        ("31/02/2569", 1, "valid date"),
    ],
)
def test_leave_of_impossible_days_is_refused(world: World, mate: User, first: Any, last: Any, words: str) -> None:
    answer = signed_in(world.officer).post(PAGE, form(mate, first, last))
    assert words in answer.content.decode()
    assert not Leave.objects.exists()


def test_leave_that_began_may_be_entered_afterwards(world: World, mate: User) -> None:
    signed_in(world.officer).post(PAGE, form(mate, -3, 0))
    assert Leave.objects.exists()


@pytest.mark.parametrize("name", ["screener", "stranger", "officer", "centre_officer"])
def test_leave_with_somebody_who_may_not_stand_in_is_refused(world: World, name: str) -> None:
    answer = signed_in(world.officer).post(PAGE, form(getattr(world, name)))
    assert answer.status_code == 200
    assert not Leave.objects.exists()


def test_leave_without_anybody_who_stands_in_is_refused(world: World) -> None:
    assert "Choose who stands in" in signed_in(world.officer).post(PAGE, form("")).content.decode()


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-1, 3), (2, 2), (2, 9)])
def test_leave_that_overlaps_is_refused_with_a_sentence(world: World, mate: User, first: int, last: int) -> None:
    away(world.officer, world.officer2, 0, 2)
    answer = signed_in(world.officer).post(PAGE, form(mate, first, last))
    assert "leave on some of these days already" in answer.content.decode()
    assert Leave.objects.count() == 1


def test_leave_right_after_another_is_taken(world: World, mate: User) -> None:
    away(world.officer, world.officer2, 0, 2)
    signed_in(world.officer).post(PAGE, form(mate, 3, 4))
    assert Leave.objects.count() == 2


def test_leave_that_another_request_was_quicker_with_is_refused(
    world: World, mate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(world.officer, mate)
    # As if the other had been written between the look and the writing.
    monkeypatch.setattr(LeaveForm, "clean", lambda form: form.cleaned_data)
    answer = signed_in(world.officer).post(PAGE, form(mate))
    assert "leave on some of these days already" in answer.content.decode()


def test_leave_with_a_deputy_who_is_away_then_is_refused(world: World, mate: User) -> None:
    away(mate, world.officer2, 2, 3)
    client = signed_in(world.officer)
    assert "mate is on leave on some of these days" in client.post(PAGE, form(mate)).content.decode()
    client.post(PAGE, form(mate, 0, 1))
    assert Leave.objects.filter(user=world.officer).exists()


def test_database_refuses_two_leaves_a_day_and_ones_own_deputy(world: World, mate: User) -> None:
    away(world.officer, mate)
    with pytest.raises(LeaveOverlaps):
        away(world.officer, world.officer2)
    with pytest.raises(IntegrityError), transaction.atomic():
        away(mate, mate)


# --- Cancelling -------------------------------------------------------------------------------------------------------
def test_leave_to_come_is_deleted_and_one_that_runs_ends_yesterday(world: World, mate: User) -> None:
    running, today, coming = away(world.officer, mate, -2, -0), away(mate, world.head), away(world.officer, mate, 3, 4)
    officer = signed_in(world.officer)
    for leave in (running, coming):
        assert officer.post(reverse("leave_cancel", args=[leave.pk]))["Location"] == PAGE
    signed_in(mate).post(reverse("leave_cancel", args=[today.pk]))
    assert [(leave.pk, leave.last_day) for leave in Leave.objects.all()] == [(running.pk, day(-1))]


def test_leave_without_an_end_is_cancelled(world: World, mate: User) -> None:
    leave = Leave.objects.create(user=world.officer, deputy=mate, valid=DateRange(day(-1), None))
    client = signed_in(world.officer)
    assert "from " in client.get(PAGE).content.decode()
    assert "You are on leave: mate stands in" in client.get(reverse("profile")).content.decode()
    client.post(reverse("leave_cancel", args=[leave.pk]))
    assert Leave.objects.get().last_day == day(-1)


def test_leave_is_cancelled_by_the_head_and_by_nobody_else(world: World, mate: User) -> None:
    leave = away(world.officer, mate, 1, 2)
    address = reverse("leave_cancel", args=[leave.pk])
    for user in (mate, world.stranger, world.executive):
        assert signed_in(user).post(address).status_code == 404
    assert signed_in(world.officer).get(address).status_code == 405
    assert signed_in(world.head).post(address)["Location"] == f"{PAGE}?for={world.officer.pk}"
    assert not Leave.objects.exists()


def test_leave_that_has_ended_stays_as_it_was(world: World, mate: User) -> None:
    leave = away(world.officer, mate, -3, -1)
    client = signed_in(world.officer)
    assert "No leave is entered" in client.get(PAGE).content.decode()
    assert client.post(reverse("leave_cancel", args=[leave.pk])).status_code == 404
    cancel_leave(leave)
    assert Leave.objects.get().last_day == day(-1)


# --- Elsewhere --------------------------------------------------------------------------------------------------------
def test_on_leave_is_who_is_away_today(world: World, mate: User) -> None:
    away(world.officer, mate, -1, 0)
    away(world.officer2, mate, -2, -1)
    away(world.head, mate, 1, 2)
    people = [user.pk for user in (world.officer, world.officer2, world.head, world.screener)]
    assert [leave.deputy for leave in on_leave(people).values()] == [mate]
    assert set(on_leave(people)) == {world.officer.pk}


def test_list_to_assign_from_says_who_is_away(world: World, mate: User) -> None:
    case = world.into("accepted")
    away(world.officer, mate, 0, 2)
    with translation.override("en"):
        labels = {row.user.pk: row.label for row in candidates(case, world.head)}
    assert "on leave until" in labels[world.officer.pk]
    assert "on leave" not in labels[mate.pk]


def test_list_to_assign_from_says_who_leaves_the_service(world: World) -> None:
    case = world.into("accepted")
    User.objects.filter(pk=world.officer.pk).update(last_day=day(10))
    with translation.override("en"):
        labels = {row.user.pk: row.label for row in candidates(case, world.head)}
    assert "leaves the service after" in labels[world.officer.pk]
    assert "leaves the service" not in labels[world.officer2.pk]


def test_administrator_corrects_a_leave_and_nobody_else(world: World, mate: User) -> None:
    leave = away(world.officer, mate, 0, 2)
    address = reverse("admin:organisations_leave_change", args=[leave.pk])
    assert signed_in(world.head).get(address, follow=True).status_code == 403
    client = signed_in(world.administrator)
    assert client.get(reverse("admin:organisations_leave_changelist")).status_code == 200
    sent = {"user": world.officer.pk, "deputy": world.officer2.pk, "valid_0": day(0), "valid_1": day(5)}
    assert client.post(address, sent).status_code == 302
    assert Leave.objects.get().deputy == world.officer2
    add = reverse("admin:organisations_leave_add")
    assert "on some of these days already" in client.post(add, sent).content.decode()
    wrong = {**sent, "user": mate.pk, "deputy": mate.pk}
    assert "Nobody stands in for himself" in client.post(add, wrong).content.decode()
    buddhist = {**sent, "user": mate.pk, "valid_0": "2569-01-01", "valid_1": "2569-02-01"}
    assert "Common Era" in client.post(add, buddhist).content.decode()
    assert Leave.objects.count() == 1
