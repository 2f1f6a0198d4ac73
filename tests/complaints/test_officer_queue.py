"""The officer's queue: who sees which rows, in which order, at what cost."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from complaints.lists import Reader
from tests.support.world import World
from workflows.casepages.pages import page_of
from workflows.models import Case, CaseSearch, Conflict
from workflows.search import by_subject

pytestmark = pytest.mark.django_db


def found(client: Client, text: str) -> int:
    """How many rows a search among all cases shows."""
    return page(client, "all", q=text).count("<a data-open ")


def page(client: Client, name: str = "unit", **query: str) -> str:
    """The text of a queue."""
    response = client.get(reverse("queue", args=[name]), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_queue_anonymous_goes_to_sign_in(client: Client) -> None:
    response = client.get(reverse("queue"))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_queue_administrator_is_refused(client: Client, world: World) -> None:
    client.force_login(world.administrator)
    assert client.get(reverse("queue")).status_code == 403


def test_queue_unknown_name_is_404(client: Client, world: World) -> None:
    client.force_login(world.officer)
    assert client.get(reverse("queue", args=["theirs"])).status_code == 404


def test_queue_shows_own_unit_and_below_and_nothing_beside(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.officer)
    assert case.number in page(client)
    assert case.number in page(client, "mine")
    client.force_login(world.executive)
    assert case.number in page(client, "all")
    client.force_login(world.stranger)
    for name in ("mine", "decide", "unit", "unassigned", "overdue", "all"):
        assert case.number not in page(client, name)
    assert found(client, case.number) == 0


def test_queue_of_ones_own_work_does_not_say_in_whose_hands_it_is(client: Client, world: World) -> None:
    world.into("investigating")
    client.force_login(world.officer)
    label = f'data-label="{gettext("In whose hands")}"'
    assert label not in page(client, "mine")
    assert label in page(client, "unit")


def test_queue_conceals_text_that_is_not_screened(client: Client, world: World) -> None:
    case = world.file(world.ordinary, statement="นายอำเภอเรียกเงินค่าจดทะเบียน")
    client.force_login(world.officer)
    text = page(client)
    assert case.number in text
    assert "เรียกเงิน" not in text
    assert found(client, "เรียกเงิน") == 0
    client.force_login(world.screener)
    assert "เรียกเงิน" in page(client)
    assert found(client, "เรียกเงิน") == 1


def test_queue_protected_case_exists_in_its_centre_only(client: Client, world: World) -> None:
    case = world.file(world.corruption)
    for user in (world.officer, world.screener, world.executive, world.head):
        client.force_login(user)
        for name in ("unit", "all", "overdue", "unassigned"):
            assert case.number not in page(client, name)
        assert found(client, case.number) == 0
    client.force_login(world.centre_officer)
    text = page(client)
    assert case.number in text
    assert "ไฟถนน" not in text


def test_queue_conflicted_person_does_not_see_the_row(client: Client, world: World) -> None:
    case = world.into("investigating")
    Conflict.objects.create(case_id=case.pk, user=world.officer2, at=timezone.now())
    client.force_login(world.officer2)
    assert case.number not in page(client)
    assert found(client, case.number) == 0


def test_queue_decide_holds_what_waits_for_the_approver(client: Client, world: World) -> None:
    waits, other = world.into("review"), world.into("investigating")
    client.force_login(world.approver)
    text = page(client, "decide")
    assert waits.number in text
    assert other.number not in text


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"state": "review"}, 1),
        ({"state": "acting"}, 0),
        ({"state": "nonsense"}, 2),
        ({"due": "overdue"}, 0),
        ({"due": "soon"}, 0),
        ({"due": "paused"}, 0),
        ({"only": "protected"}, 0),
        ({"only": "unread"}, 0),
        ({"kind": "service"}, 2),
        ({"kind": "corruption"}, 0),
        ({"kind": "'; DROP"}, 2),
        ({"unit": "99999999"}, 2),
        ({"after": "2026-99-99~x"}, 2),
        ({"before": "~"}, 2),
    ],
)
def test_queue_filters(client: Client, world: World, query: dict[str, str], rows: int) -> None:
    world.into("review")
    world.into("investigating")
    client.force_login(world.officer)
    assert page(client, "unit", **query).count("<a data-open ") == rows


def test_queue_ended_holds_what_is_over_and_exists_for_the_reader(client: Client, world: World) -> None:
    over, running, hidden = world.into("closed"), world.into("review"), world.into("declined", world.corruption)
    client.force_login(world.approver)
    assert over.number in page(client, "ended")
    assert over.number not in page(client, "all")
    for number in (running.number, hidden.number):
        assert number not in page(client, "ended")
    assert page(client, "ended", state="closed").count("<a data-open ") == 1
    assert page(client, "ended", state="declined").count("<a data-open ") == 0
    assert client.get(reverse("queue", args=["all"]), {"state": "closed"})["Location"] == (
        f"{reverse('queue', args=['ended'])}?state=closed"
    )
    client.force_login(world.stranger)
    assert over.number not in page(client, "ended")


def test_queue_ended_turns_its_pages_newest_first(client: Client, world: World) -> None:
    rows = many(world, 52, state="closed", is_open=False, closed_at=timezone.now())
    ended = Case.objects.filter(is_open=False)
    first = page_of(ended, newest=True)
    second = page_of(ended, newest=True, after=first.after)
    assert [row.pk for row in (*first.cases, *second.cases)] == [row.pk for row in reversed(rows)]
    assert (first.before, second.after) == ("", "")
    assert page_of(ended, newest=True, before=second.before).cases == first.cases
    client.force_login(world.officer)
    assert page(client, "ended", after=first.after).count("<a data-open ") == 2


def test_queue_counts_stop_at_99(client: Client, world: World) -> None:
    many(world, 101)
    client.force_login(world.officer)
    assert "99+" in page(client)


def test_queue_empty_says_what_to_do_next(client: Client, world: World) -> None:
    client.force_login(world.officer)
    assert reverse("queue", args=["unassigned"]) in page(client, "mine")
    assert reverse("register") in page(client, "unit")


@pytest.mark.parametrize(
    ("who", "ways"),
    [
        ("officer", set()),
        ("head", {"people", "vacancies", "retention"}),
        ("executive", {"vacancies"}),
        ("custodian", {"retention"}),
    ],
)
def test_rail_leads_to_the_pages_of_ones_role(client: Client, world: World, who: str, ways: set[str]) -> None:
    client.force_login(getattr(world, who))
    text = page(client)
    for name in ("people", "vacancies", "retention"):
        assert (f'href="{reverse(name)}"' in text) == (name in ways), name


def test_queue_refresh_sends_only_what_changes(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.officer)
    response = client.get(reverse("queue", args=["unit"]), headers={"HX-Request": "true", "HX-Trigger": "poll-queue"})
    text = response.content.decode()
    assert case.number in text
    assert "<html" not in text


# --- Pages ------------------------------------------------------------------------------------------------------------
def many(world: World, count: int, **changes: object) -> list[Case]:
    """Open cases of the district made by the row, for lists only."""
    now = timezone.now()
    day = timezone.localdate()
    fields = {"kind": "complaint", "state": "investigating", "unit": world.district, "subject": "ถนนเป็นหลุม", **changes}
    rows = [
        Case(
            number=f"DST-2570-{place:05d}",
            opened_at=now,
            changed_at=now,
            state_since=now,
            next_due=None if place % 5 == 0 else day.replace(day=1 + place % 7),
            **fields,
        )
        for place in range(count)
    ]
    return Case.objects.bulk_create(rows)


def test_page_mark_tells_nobody_whether_a_case_exists(
    client: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(world, 2)
    hidden = world.file(world.corruption)
    client.force_login(world.officer)
    for key in (hidden.public_id, hidden.pk, "NOSUCHCASE", 0):
        for mark in (f"{timezone.localdate()}~{key}", f"-~{key}"):
            assert page(client, "unit", after=mark).count("<a data-open ") == 2
    first = page_of(Case.objects.filter(subject="ถนนเป็นหลุม"), size=1)
    with django_assert_num_queries(2):
        assert len(page_of(Case.objects.filter(subject="ถนนเป็นหลุม"), after=first.after, size=1).cases) == 1
    assert len(page_of(Case.objects.filter(subject="ถนนเป็นหลุม"), after=first.after[:-1] + "_", size=2).cases) == 2


@pytest.mark.parametrize("name", ["unit", "all", "ended"])
def test_queue_costs_the_same_for_1_and_50_rows(
    client: Client, world: World, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(world.head)
    over = {"state": "closed", "is_open": False, "closed_at": timezone.now()} if name == "ended" else {}
    many(world, 1, **over)
    with django_assert_max_num_queries(24) as one:
        page(client, name)
    Case.objects.all().delete()
    many(world, 60, holder=world.officer, **over)
    with django_assert_max_num_queries(len(one)):
        assert page(client, name).count("<a data-open ") == 50


# --- Search -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["ไฟถนน", "โรงเรียน", "สามคืน", "ไฟถนนหน้าโรงเรียนดับมาสามคืนแล้ว"])
def test_search_finds_any_part_of_the_subject(world: World, text: str) -> None:
    case = world.file(world.ordinary)
    assert list(by_subject(Case.objects.all(), text)) == [Case.objects.get(pk=case.pk)]


@pytest.mark.parametrize(
    "text", ["ไฟ", "โรงพยาบาล", "%%%", "___", "\\\\\\", "'''", "ดับ & มาส", "a'b\\c|d", "คืนสาม", ""]
)
def test_search_takes_signs_as_they_are(world: World, text: str) -> None:
    world.file(world.ordinary)
    assert list(by_subject(Case.objects.all(), text)) == []


def test_search_finds_quotes_backslashes_and_capitals(world: World) -> None:
    world.file(world.ordinary, statement="ป้าย 'It''s 100%_OFF' C:\\temp หาย")
    for text in ("'it''s", "100%_off", "c:\\TEMP"):
        assert by_subject(Case.objects.all(), text).count() == 1


def test_search_forgets_a_case_that_becomes_protected(world: World) -> None:
    case = world.into("screening")
    assert CaseSearch.objects.filter(case=case.pk).exists()
    world.do(case, "change_kind", world.screener, kind=world.corruption)
    assert not CaseSearch.objects.filter(case=case.pk).exists()


@pytest.mark.parametrize("typed", ["{0}", "{1}", " {0} ", "dst-{2}"])
def test_search_by_number_takes_the_beginning(world: World, typed: str) -> None:
    case = world.into("investigating")
    text = typed.format(case.number, case.number.lower(), case.number.split("-")[1])
    assert Reader(world.officer).find(Case.objects.all(), text).get().pk == case.pk


@pytest.mark.parametrize("text", ["covid-19", "ม.4", "2569"])
def test_search_takes_words_that_look_like_a_number(world: World, text: str) -> None:
    case = world.into("accepted", statement="จุดตรวจ COVID-19 ม.4 ปี 2569 ปิดแล้ว")
    assert Reader(world.officer).find(Case.objects.all(), text).get().pk == case.pk


def test_search_by_number_takes_thai_digits(world: World) -> None:
    case = world.into("closed")
    typed = case.number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert Reader(world.officer).find(Case.objects.all(), typed).get().pk == case.pk
