"""Work that changes hands: the people of a unit, one's own work, deputies, who leaves, and where posts are vacant."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from complaints.candidates import candidates
from complaints.handing import in_hand, work_of
from complaints.models import ComplaintCase
from complaints.unattended import EVENT, note, unattended
from notifications.events import event_of
from organisations.actions import enter_leave
from organisations.models import Holding, Post, Role, User, Vacancy
from tests.support.world import ALWAYS, World, make_person
from workflows.models import Assignment, Case, Conflict, LedgerEntry, OutboxRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def away(user: User, deputy: User) -> None:
    """On leave today and tomorrow."""
    today = timezone.localdate()
    enter_leave(user=user, deputy=deputy, first_day=today, last_day=today + timedelta(days=1))


def work_page(user: User) -> str:
    """The address of what somebody has in hand."""
    return reverse("work", args=[user.pk])


def sent(cases: list[ComplaintCase], to: User, reasons: str = "ลาพักผ่อน") -> dict[str, Any]:
    """The form."""
    return {"case": [case.public_id for case in cases], "to": to.pk, "reasons": reasons}


def fresh(case: Case) -> ComplaintCase:
    """As it is now."""
    return ComplaintCase.objects.get(pk=case.pk)


# --- Who reaches the pages --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["people", "vacancies"])
def test_pages_anonymous_are_sent_to_sign_in(client: Client, name: str) -> None:
    assert client.get(reverse(name))["Location"].startswith(reverse("account_login"))


def test_work_anonymous_is_sent_to_sign_in(client: Client, world: World) -> None:
    assert client.get(work_page(world.officer))["Location"].startswith(reverse("account_login"))
    assert client.post(reverse("leaving", args=[world.officer.pk]))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["officer", "screener", "approver", "executive", "custodian"])
def test_people_are_for_heads_and_administrators(world: World, name: str) -> None:
    client = signed_in(getattr(world, name))
    assert client.get(reverse("people")).status_code == 403
    assert client.post(reverse("leaving", args=[world.officer.pk])).status_code == 403


@pytest.mark.parametrize("name", ["officer", "screener", "approver", "custodian"])
def test_vacancies_are_for_who_leads_and_administrators(world: World, name: str) -> None:
    assert signed_in(getattr(world, name)).get(reverse("vacancies")).status_code == 403


def test_work_of_somebody_else_is_not_there(world: World) -> None:
    for user in (world.officer2, world.screener, world.approver, world.executive, world.centre_approver):
        client = signed_in(user)
        assert client.get(work_page(world.officer)).status_code == 404
        assert client.post(work_page(world.officer), sent([], user)).status_code == 404
    assert signed_in(world.head).get(reverse("work", args=[10**12])).status_code == 404


def test_work_of_somebody_without_a_post_is_not_there(world: World) -> None:
    new = make_person("new")
    assert signed_in(new).get(work_page(new)).status_code == 404
    assert signed_in(world.administrator).get(work_page(new)).status_code == 404


# --- Handing over -----------------------------------------------------------------------------------------------------
def test_holder_hands_everything_to_his_deputy_in_one_step(world: World) -> None:
    cases = [world.into("investigating"), world.into("acting")]
    away(world.officer, world.officer2)
    client = signed_in(world.officer)
    page = client.get(work_page(world.officer)).content.decode()
    assert all(case.number in page for case in cases)
    assert f'value="{world.officer2.pk}" required id="id_to_0" checked' in page
    answer = client.post(work_page(world.officer), sent(cases, world.officer2))
    assert "2 cases done" in answer.content.decode()
    for case in cases:
        assert fresh(case).holder == world.officer2
        entry = LedgerEntry.objects.filter(case=case.pk).latest("seq")
        assert (entry.verb, entry.actor, entry.data["to"]) == ("hand_over", world.officer, world.officer2.pk)
        assert "ลาพักผ่อน" not in str(entry.data)


def test_only_the_ticked_cases_are_handed_over(world: World) -> None:
    kept, given = world.into("investigating"), world.into("investigating")
    signed_in(world.officer).post(work_page(world.officer), sent([given], world.officer2))
    assert (fresh(kept).holder, fresh(given).holder) == (world.officer, world.officer2)


def test_case_the_deputy_cannot_take_is_listed_without_the_reason(world: World) -> None:
    free, barred = world.into("investigating"), world.into("investigating")
    Conflict.objects.create(case_id=barred.pk, user=world.officer2, at=timezone.now())
    answer = signed_in(world.officer).post(work_page(world.officer), sent([free, barred], world.officer2))
    page = answer.content.decode()
    assert "1 case done" in page
    assert "1 case not done" in page
    assert "This person cannot take the case" in page
    assert "onflict" not in page
    assert (fresh(free).holder, fresh(barred).holder) == (world.officer2, world.officer)


def test_head_hands_over_for_his_people(world: World) -> None:
    case = world.into("investigating")
    signed_in(world.head).post(work_page(world.officer), sent([case], world.officer2))
    assert fresh(case).holder == world.officer2
    assert LedgerEntry.objects.filter(case=case.pk).latest("seq").actor == world.head


def test_head_hands_over_only_what_exists_for_him(world: World) -> None:
    case = world.into("investigating", world.corruption)
    post = Post.objects.create(unit=world.district, title_th="ตำแหน่ง", roles=[Role.OFFICER], valid=ALWAYS)
    Holding.objects.create(post=post, user=world.centre_officer, valid=ALWAYS)
    client = signed_in(world.head)
    mate = make_person("mate", world.centre, Role.OFFICER)
    page = client.get(work_page(world.centre_officer)).content.decode()
    assert "What centre_officer has in hand" in page
    assert case.number not in page
    assert case.public_id not in page
    assert "1 open" not in page
    assert client.post(work_page(world.centre_officer), sent([case], mate)).status_code == 422
    assert fresh(case).holder == world.centre_officer


def test_what_is_not_in_his_hands_is_refused(world: World) -> None:
    case = world.do(world.into("investigating"), "reassign", world.head, to=world.officer2)
    answer = signed_in(world.officer).post(work_page(world.officer), sent([case], world.officer))
    assert answer.status_code == 422
    assert fresh(case).holder == world.officer2


def test_form_says_what_is_missing_and_keeps_what_was_ticked(world: World) -> None:
    ticked, other = world.into("investigating"), world.into("investigating")
    answer = signed_in(world.officer).post(work_page(world.officer), sent([ticked], world.officer2, reasons=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{ticked.public_id}" checked' in page
    assert f'value="{other.public_id}" checked' not in page
    assert fresh(ticked).holder == world.officer


def test_screener_hands_a_case_in_screening_to_a_screener(world: World) -> None:
    mate = make_person("mate", world.district, Role.SCREENER)
    case = world.into("screening")
    away(world.screener, mate)
    signed_in(world.screener).post(work_page(world.screener), sent([case], mate))
    assert fresh(case).holder == mate
    investigated = world.into("investigating")
    signed_in(world.officer).post(work_page(world.officer), sent([investigated], mate))
    assert fresh(investigated).holder == world.officer


def test_deputy_hands_back_what_came_from_whom_he_stood_in_for(world: World) -> None:
    given, own = world.into("investigating"), world.into("investigating")
    own = world.do(own, "reassign", world.head, to=world.officer2)
    world.do(given, "hand_over", world.officer, to=world.officer2, reasons="ลา")
    client = signed_in(world.officer2)
    page = client.get(work_page(world.officer2)).content.decode()
    back = f"{work_page(world.officer2)}?from={world.officer.pk}&to={world.officer.pk}"
    assert "Hand back what came from officer" in page
    page = client.get(back).content.decode()
    assert given.number in page
    assert own.number not in page
    client.post(back, sent([given], world.officer, reasons="กลับจากลา"))
    assert fresh(given).holder == world.officer
    assert "Hand back" not in client.get(work_page(world.officer2)).content.decode()


def test_case_that_was_given_by_the_head_came_from_nobody(world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "hand_over", world.officer, to=world.officer2, reasons="ลา")
    assert [row.came_from for row in in_hand(world.officer2, world.officer2)] == [world.officer]
    third = make_person("third", world.district, Role.OFFICER)
    world.do(case, "reassign", world.head, to=third)
    assert [row.came_from for row in in_hand(third, third)] == [None]


@pytest.mark.parametrize("count", [1, 50])
def test_work_takes_a_constant_number_of_statements(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    case = world.into("investigating")
    now = timezone.now()
    for number in range(count - 1):
        row = Case.objects.get(pk=case.pk)
        row.pk, row.process, row.number, row.public_id = None, None, f"X{number}", f"X{number}"
        row.save(force_insert=True)
        Assignment.objects.create(case=row, user=world.officer, by=world.head, at=now)
    client = signed_in(world.officer)
    client.get(work_page(world.officer))
    with django_assert_max_num_queries(40):
        client.get(work_page(world.officer))


# --- Standing in ------------------------------------------------------------------------------------------------------
def test_deputy_sees_what_waits_for_whom_he_stands_in(world: World) -> None:
    case = world.into("investigating")
    client = signed_in(world.officer2)
    assert "I stand in" not in client.get(reverse("queue")).content.decode()
    away(world.officer, world.officer2)
    assert "I stand in" in client.get(reverse("queue")).content.decode()
    assert case.number in client.get(reverse("queue", args=["standing_in"])).content.decode()


def test_deputy_sees_no_more_than_his_own_posts_allow(world: World) -> None:
    case = world.into("investigating", world.corruption)
    away(world.centre_officer, world.officer)
    page = signed_in(world.officer).get(reverse("queue", args=["standing_in"])).content.decode()
    assert case.number not in page
    Conflict.objects.create(
        case_id=(ordinary := world.into("investigating")).pk, user=world.officer2, at=timezone.now()
    )
    away(world.officer, world.officer2)
    assert ordinary.number not in signed_in(world.officer2).get(reverse("queue", args=["standing_in"])).content.decode()


# --- Workload ---------------------------------------------------------------------------------------------------------
def test_candidates_show_open_overdue_leave_and_deputy(world: World) -> None:
    world.into("investigating")
    late = world.into("investigating")
    Case.objects.filter(pk=late.pk).update(next_due=timezone.localdate() - timedelta(days=1))
    away(world.officer, world.officer2)
    labels = {row.user: row.label for row in candidates(world.into("accepted"), world.head)}
    assert "2 open cases (1 overdue)" in labels[world.officer]
    assert "on leave until" in labels[world.officer]
    assert "officer2 stands in" in labels[world.officer]
    assert "0 open cases" in labels[world.officer2]
    assert "overdue" not in labels[world.officer2]


def test_bulk_assignment_shows_the_workload(world: World) -> None:
    world.into("investigating")
    case = world.into("accepted")
    page = signed_in(world.head).get(reverse("assign_many"), {"case": f"{case.public_id}~{case.state_version}"})
    assert "1 open case" in page.content.decode()


# --- People and who leaves --------------------------------------------------------------------------------------------
def test_head_sees_his_people_with_their_work(world: World) -> None:
    world.into("investigating")
    away(world.officer, world.officer2)
    page = signed_in(world.head).get(reverse("people")).content.decode()
    assert "1 open case" in page
    assert "officer2 stands in" in page
    assert work_page(world.officer) in page
    assert work_page(world.stranger) not in page
    assert 'type="search"' not in page


@pytest.mark.parametrize("count", [1, 50])
def test_people_take_a_constant_number_of_statements(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        away(make_person(f"person{number}", world.district, Role.OFFICER), world.officer)
    client = signed_in(world.head)
    client.get(reverse("people"))
    with django_assert_max_num_queries(16):
        client.get(reverse("people"))


def test_administrator_finds_people_by_name_and_sees_counts_only(world: World) -> None:
    case, protected = world.into("investigating"), world.into("investigating", world.corruption)
    client = signed_in(world.administrator)
    assert "Nobody is going to leave" in client.get(reverse("people")).content.decode()
    assert work_page(world.officer) in client.get(reverse("people"), {"q": "OFFIC"}).content.decode()
    page = client.get(work_page(world.officer)).content.decode()
    assert "1 open" in page
    assert case.number not in page
    assert "Hand it over" not in page
    assert "1 open" not in client.get(work_page(world.centre_officer)).content.decode()
    assert client.post(work_page(world.officer), sent([case], world.officer2)).status_code == 404
    assert fresh(protected).holder == world.centre_officer


def test_administrator_enters_and_takes_back_the_last_day(world: World) -> None:
    client, leaving = signed_in(world.administrator), reverse("leaving", args=[world.officer.pk])
    day = timezone.localdate() + timedelta(days=30)
    assert client.post(leaving, {"last_day": f"{day:%Y-%m-%d}"})["Location"] == reverse("people")
    assert User.objects.get(pk=world.officer.pk).last_day == day
    assert work_page(world.officer) in client.get(reverse("people")).content.decode()
    assert "Leaves the service after" in signed_in(world.head).get(work_page(world.officer)).content.decode()
    client.post(leaving, {"last_day": ""})
    assert User.objects.get(pk=world.officer.pk).last_day is None
    assert client.post(leaving, {"last_day": "2669-01-01"}).status_code == 422
    assert client.post(reverse("leaving", args=[make_person("new").pk]), {"last_day": ""}).status_code == 404


def test_last_day_in_the_past_empties_the_hands_at_once(world: World, django_capture_on_commit_callbacks: Any) -> None:
    case, day = world.into("investigating"), timezone.localdate() - timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(world.administrator).post(
            reverse("leaving", args=[world.officer.pk]), {"last_day": f"{day:%Y-%m-%d}"}
        )
    assert not User.objects.get(pk=world.officer.pk).is_active
    assert fresh(case).holder is None


def test_work_counts_measures_substitutions_and_where_nobody_else_is(world: World) -> None:
    world.into("acting")
    away(world.officer2, world.officer)
    work = work_of(world.officer, world.head)
    assert [(str(kind), count, late) for kind, count, late in work.cases] == [("Complaint", 1, 0)]
    assert work.measures == 1
    assert [leave.user for leave in work.stands_in] == [world.officer2]
    assert work.alone == []  # officer2 is an officer too
    assert work_of(world.screener, world.head).alone == [(world.district.name, "screener")]


def test_reference_data_deactivates_and_puts_back(world: World, django_capture_on_commit_callbacks: Any) -> None:
    case, client = world.into("investigating"), signed_in(world.administrator)
    address = reverse("admin:organisations_user_change", args=[world.officer.pk])
    form = {"username": "officer", "name_th": "นาย officer", "name_en": "", "email": "", "language": "th"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, form).status_code == 302
    assert not User.objects.get(pk=world.officer.pk).is_active
    assert fresh(case).holder is None


def test_reference_data_ends_a_holding_and_puts_back(world: World, django_capture_on_commit_callbacks: Any) -> None:
    case, client = world.into("investigating"), signed_in(world.administrator)
    holding = world.officer.holdings.get()
    address = reverse("admin:organisations_holding_change", args=[holding.pk])
    form = {"user": holding.user_id, "post": holding.post_id, "valid_0": "2000-01-01", "valid_1": "2020-01-01"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, form).status_code == 302
    assert fresh(case).holder is None


def test_reference_data_refuses_a_unit_that_takes_over_from_itself(world: World) -> None:
    client = signed_in(world.administrator)
    type(world.other).objects.filter(pk=world.other.pk).update(
        closed_on=timezone.localdate(), successor=world.district.pk
    )
    address = reverse("admin:organisations_unit_change", args=[world.district.pk])
    form = {
        "code": "DST", "name_th": "หน่วย", "name_en": "", "kind": "district", "area_code": "",
        "founded_on": "2000-01-01", "closed_on": "2026-11-01", "successor": world.other.pk,
    }  # fmt: skip
    assert "would take over from itself" in client.post(address, form).content.decode()
    no_day = client.post(address, {**form, "closed_on": "", "successor": world.province.pk}).content.decode()
    assert "Say from which day" in no_day
    assert client.post(address, {**form, "successor": world.province.pk}).status_code == 302


# --- Without hands ----------------------------------------------------------------------------------------------------
def gone(*users: User) -> None:
    """They are not in service any more."""
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)


@pytest.mark.parametrize(
    ("state", "leave", "role"),
    [
        ("received", ["screener"], Role.SCREENER),
        ("accepted", ["head"], Role.HEAD),
        ("investigating", ["officer", "head"], Role.HEAD),
        ("review", ["approver", "upper_approver"], Role.APPROVER),
        ("review_requested", ["upper_approver"], Role.APPROVER),
    ],
)
def test_case_without_anybody_for_its_next_step_is_found(
    world: World, state: str, leave: list[str], role: Role
) -> None:
    case = world.into(state)
    assert list(unattended()) == []
    gone(*(getattr(world, name) for name in leave[:-1]))
    if len(leave) > 1:
        assert list(unattended()) == []
    gone(*(getattr(world, name) for name in leave))
    assert list(unattended()) == [(case, role)]


def test_case_with_a_head_for_whom_it_does_not_exist_is_without_hands(world: World) -> None:
    case = world.into("accepted")
    Conflict.objects.create(case_id=case.pk, user=world.head, at=timezone.now())
    assert list(unattended()) == [(case, Role.HEAD)]


def test_vacancy_is_told_once_and_again_when_it_comes_back(world: World) -> None:
    world.into("received")
    gone(world.screener)
    assert (note(), note()) == (1, 0)
    row = OutboxRow.objects.get(event=EVENT)
    assert (row.case, row.facts) == (None, {"unit": world.district.pk, "role": "screener"})
    event = event_of(EVENT)
    assert {user.username for user in event.recipients(row.facts)} == {"head", "administrator"}
    assert event.sentence(row.facts) == "Cases wait in Unit DST, and nobody there or above may take them: screener"
    assert event.page(row.facts) == reverse("vacancies")
    filled = make_person("new_screener", world.district, Role.SCREENER)
    note()
    assert not Vacancy.objects.exists()
    gone(filled)
    assert note() == 1


def test_vacancy_of_a_head_is_told_above(world: World) -> None:
    world.into("accepted")
    gone(world.head)
    note()
    facts = OutboxRow.objects.get(event=EVENT).facts
    assert {user.username for user in event_of(EVENT).recipients(facts)} == {"executive", "administrator"}


def test_vacancies_page_shows_cases_to_who_leads_and_none_to_the_administrator(world: World) -> None:
    case = world.into("received")
    gone(world.screener)
    note()
    for user in (world.head, world.executive):
        page = signed_in(user).get(reverse("vacancies")).content.decode()
        assert case.number in page
        assert "screener" in page
        assert "administrator" in page
    page = signed_in(world.administrator).get(reverse("vacancies")).content.decode()
    assert "Unit DST" in page
    assert "Fill a post" in page
    assert case.number not in page
    assert "Unit DST" not in signed_in(world.stranger).get(reverse("vacancies")).content.decode()


def test_vacancies_page_without_any_says_so(world: World) -> None:
    assert "Every case is in somebody's hands" in signed_in(world.head).get(reverse("vacancies")).content.decode()


@pytest.mark.parametrize("count", [1, 50])
def test_vacancies_page_takes_a_constant_number_of_statements(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    for _number in range(count):
        world.file(world.ordinary)
    gone(world.screener)
    note()
    client = signed_in(world.head)
    client.get(reverse("vacancies"))
    with django_assert_max_num_queries(24):
        client.get(reverse("vacancies"))


def test_protected_case_without_hands_is_a_vacancy_and_no_line(world: World) -> None:
    case = world.into("review", world.corruption)
    gone(world.centre_approver)
    note()
    assert Vacancy.objects.get().role == Role.APPROVER
    executive = make_person("dep_executive", world.department, Role.EXECUTIVE)
    page = signed_in(executive).get(reverse("vacancies")).content.decode()
    assert "Unit ACC" in page
    assert case.number not in page


def test_everything_ends_by_its_day(world: World) -> None:
    """A post that ends today is nobody's tomorrow, whatever was entered."""
    world.into("received")
    Holding.objects.filter(user=world.screener).update(valid=DateRange(date(2000, 1, 1), timezone.localdate()))
    assert note() == 1


def test_profile_leads_to_the_work_and_heads_to_their_people(world: World) -> None:
    page = signed_in(world.officer).get(reverse("profile")).content.decode()
    assert work_page(world.officer) in page
    assert f'href="{reverse("people")}"' not in page
    assert f'href="{reverse("people")}"' in signed_in(world.head).get(reverse("profile")).content.decode()
    leaves = signed_in(world.head).get(f"{reverse('leaves')}?for={world.officer.pk}").content.decode()
    assert work_page(world.officer) in leaves
