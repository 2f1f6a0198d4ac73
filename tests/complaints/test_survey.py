"""The survey after a reply: answered once, kept apart, never told of fewer than five."""

import io
import threading
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from complaints.metrics_survey import SURVEYED
from complaints.models import Complaint, ComplaintCase, SurveyAnswer, SurveyPool, SurveyQuestion
from complaints.models.survey import Aspect
from complaints.overview import eit_shares
from complaints.survey import LEAST
from complaints.survey.answering import _standing_out, answer, is_open_to, waiting_in
from complaints.survey.results import NOT_TOLD, Marks, _told, results
from complaints.survey.rule_data import QUESTIONS, load_questions
from organisations.calendar import fiscal_year
from organisations.models import Role, Unit
from organisations.shares import Share
from tests.support.asking import signed_in
from tests.support.filing import follow
from tests.support.world import World, build_world, make_person
from workflows.metrics import Span, figures_of
from workflows.models import LedgerEntry, OutboxRow

pytestmark = pytest.mark.django_db
BEST = dict.fromkeys(Aspect.values, 5)


def marks(mark: int) -> dict[str, int]:
    return dict.fromkeys(Aspect.values, mark)


def replied(world: World, count: int = 1, **facts: Any) -> list[ComplaintCase]:
    """Complaints whose complainants have a reply."""
    made = []
    for _ in range(count):
        case = world.into("accepted", world.simple, **facts)
        made.append(world.do(case, "answer_directly", world.officer, reply="ซ่อมแล้ว"))
    return made


def counted(unit: Unit, number: int = LEAST, **fields: Any) -> None:
    """Answers as a pool leaves them."""
    month = timezone.localdate().replace(day=1)
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(**{"unit": unit, "month": month, "kind": "general", "channel": "website", **BEST, **fields})
        for _ in range(number)
    )


# --- Once, after a reply ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["received", "screening", "investigating", "review", "declined", "withdrawn"])
def test_survey_before_a_reply_is_not_open(world: World, state: str) -> None:
    case = world.into(state)
    assert not is_open_to(case)
    assert not answer(case, BEST)
    assert not SurveyPool.objects.exists()


@pytest.mark.parametrize("state", ["replied", "closed"])
def test_survey_is_answered_once_for_a_case(world: World, state: str) -> None:
    case = world.into(state)
    assert answer(case, BEST)
    # Also by who had opened the page before, and by a second click.
    assert not answer(case, BEST)
    assert not answer(ComplaintCase.objects.get(pk=case.pk), BEST)
    assert [len(waiting_in(pool)) for pool in SurveyPool.objects.all()] == [1]


@pytest.mark.django_db(transaction=True)
def test_survey_by_two_clicks_at_once_is_one_answer() -> None:
    world = build_world()
    case = replied(world)[0]
    barrier, taken = threading.Barrier(4), list[bool]()

    def act() -> None:
        try:
            barrier.wait()
            taken.append(answer(case, BEST))
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(taken) == [False, False, False, True]
    assert len(waiting_in(SurveyPool.objects.get())) == 1


@pytest.mark.django_db(transaction=True)
def test_answers_at_once_lose_none() -> None:
    world = build_world()
    cases = replied(world, 7)
    barrier, errors = threading.Barrier(7), list[Exception]()

    def act(case: ComplaintCase) -> None:
        try:
            barrier.wait()
            answer(case, BEST)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(case,)) for case in cases]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not errors
    assert (SurveyAnswer.objects.count(), len(waiting_in(SurveyPool.objects.get()))) == (5, 2)


# --- Apart --------------------------------------------------------------------------------------------------------
def test_answer_refers_to_nothing_but_unit_kind_channel_and_month() -> None:
    """A new column has to be thought about here: it must lead to no case, person, reply or moment."""
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {
        "id", "unit", "month", "kind", "channel", "remark", *Aspect.values,
    }  # fmt: skip
    assert {field.name for field in SurveyPool._meta.get_fields()} == {"unit", "wrapped", "sealed"}
    assert isinstance(SurveyAnswer._meta.pk, models.UUIDField)
    assert SurveyAnswer._meta.pk.default().version == 4
    assert isinstance(SurveyAnswer._meta.get_field("month"), models.DateField)
    assert not isinstance(SurveyAnswer._meta.get_field("month"), models.DateTimeField)


def test_answering_leaves_one_bit_and_no_moment_on_the_case(world: World) -> None:
    case = replied(world)[0]
    rows = (Complaint.objects.filter(pk=case.pk), ComplaintCase.objects.filter(pk=case.pk))
    before = [row.values().get() for row in rows]
    entries, told = LedgerEntry.objects.count(), OutboxRow.objects.count()
    answer(case, BEST, "ดี")
    assert [row.values().get() for row in rows] == [{**before[0], "surveyed": True}, before[1]]
    assert (LedgerEntry.objects.count(), OutboxRow.objects.count()) == (entries, told)


def test_waiting_answers_hold_nothing_of_their_case(world: World) -> None:
    case = replied(world)[0]
    answer(case, marks(2), " ช้าไป ")
    (waiting,) = waiting_in(SurveyPool.objects.get())
    assert waiting == {"kind": "general", "channel": "website", "remark": "ช้าไป", **marks(2)}


def test_what_waits_is_sealed_and_the_key_is_new_with_every_answer(world: World) -> None:
    """One copy of the database binds no answer to the only case of its unit that has its bit."""
    wrapped = set()
    for _ in range(2):
        answer(replied(world)[0], marks(2), "ช้าไป")
        pool = SurveyPool.objects.get()
        wrapped.add(pool.wrapped)
        assert not any(word.encode() in bytes(pool.sealed) for word in ("general", "website", "quality", "ช้าไป"))
    assert len(wrapped) == 2


def test_nothing_is_counted_before_five_have_answered(world: World) -> None:
    cases = replied(world, LEAST)
    for number, case in enumerate(cases, start=1):
        assert SurveyAnswer.objects.count() == 0
        answer(case, marks(number))
    assert SurveyAnswer.objects.count() == LEAST
    assert waiting_in(SurveyPool.objects.get()) == []
    assert sorted(SurveyAnswer.objects.values_list("quality", flat=True)) == [1, 2, 3, 4, 5]
    assert set(SurveyAnswer.objects.values_list("month", flat=True)) == {timezone.localdate().replace(day=1)}


def test_units_are_mixed_each_by_itself(world: World) -> None:
    for case in replied(world, LEAST - 1):
        answer(case, BEST)
    other = replied(world)[0]
    ComplaintCase.objects.filter(pk=other.pk).update(unit=world.other)
    answer(ComplaintCase.objects.get(pk=other.pk), BEST)
    assert not SurveyAnswer.objects.exists()
    assert {pool.unit_id: len(waiting_in(pool)) for pool in SurveyPool.objects.all()} == {
        world.district.pk: 4, world.other.pk: 1,
    }  # fmt: skip


def test_order_of_the_pool_and_of_what_is_counted_tells_nothing(world: World) -> None:
    """Neither the list nor the rows stand in the order of answering: by chance they would once in 120 times, each."""
    orders, rows = [], []
    for _round in range(4):
        for number, case in enumerate(replied(world, LEAST), start=1):
            answer(case, marks(number))
            if number == LEAST - 1:
                orders.append([each["quality"] for each in waiting_in(SurveyPool.objects.get())])
        with connection.cursor() as cursor:
            cursor.execute("SELECT quality FROM complaints_surveyanswer ORDER BY ctid DESC LIMIT 5")
            rows.append([row[0] for row in cursor.fetchall()])
        keys = list(SurveyAnswer.objects.order_by("pk").values_list("pk", flat=True))
        assert keys == sorted(keys)
    assert any(order != [1, 2, 3, 4] for order in orders)
    assert any(row not in ([5, 4, 3, 2, 1], [1, 2, 3, 4, 5]) for row in rows)


def test_bit_and_answer_are_not_written_in_one_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the machine fails between the two, the answer is lost and the bit stays."""
    from complaints.survey import answering

    def fail(*_args: Any) -> None:
        raise OSError("the machine failed")

    case = replied(world)[0]
    monkeypatch.setattr(answering, "_join", fail)
    with pytest.raises(OSError, match="the machine"):
        answer(case, BEST)
    assert Complaint.objects.get(pk=case.pk).surveyed
    assert not SurveyPool.objects.exists()


def test_remark_of_a_protected_matter_is_not_taken(world: World) -> None:
    case = world.into("declined", world.corruption)
    ComplaintCase.objects.filter(pk=case.pk).update(state="closed")
    answer(ComplaintCase.objects.get(pk=case.pk), BEST, "นายช่างคนนั้นเรียกเงิน")
    assert waiting_in(SurveyPool.objects.get())[0]["remark"] == ""


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), min_size=LEAST, max_size=LEAST))
def test_no_kept_pair_and_no_hidden_answer_stands_alone(pairs: list[tuple[str, str]]) -> None:
    alike = Counter(pairs)
    hidden = _standing_out(alike)
    assert all(count > 1 for pair, count in alike.items() if pair not in hidden)
    assert sum(alike[pair] for pair in hidden) != 1


def test_constraints_hold_against_a_slip(world: World) -> None:
    for broken in ({"quality": 0}, {"result": 6}, {"month": date(2026, 11, 2)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            counted(world.district, 1, **broken)


# --- The page of the complainant --------------------------------------------------------------------------------------
def open_page(client: Client, world: World, case: ComplaintCase) -> Client:
    follow(client, world.receipts[case.pk])
    return client


def test_page_is_offered_after_the_reply_and_ends_with_thanks(client: Client, world: World) -> None:
    case = replied(world)[0]
    open_page(client, world, case)
    address = reverse("follow_survey")
    assert address in client.get(reverse("follow_case")).content.decode()
    page = client.get(address).content.decode()
    assert all(question.text_th in page for question in SurveyQuestion.objects.all())
    done = client.post(address, {**BEST, "remark": "ขอบคุณ"})
    assert done.status_code == 302
    thanks = client.get(done["Location"])
    assert thanks.context["done"]
    assert address not in thanks.content.decode()
    assert client.get(address)["Location"] == done["Location"]
    assert client.post(address, BEST).status_code == 302
    assert waiting_in(SurveyPool.objects.get())[0]["remark"] == "ขอบคุณ"
    assert len(waiting_in(SurveyPool.objects.get())) == 1


@pytest.mark.parametrize("broken", [{"quality": ""}, {"honesty": "6"}, {"result": "x"}, {"remark": "ก" * 1001}])
def test_page_with_a_mark_missing_or_wrong_is_shown_again(client: Client, world: World, broken: dict[str, str]) -> None:
    open_page(client, world, replied(world)[0])
    answered = client.post(reverse("follow_survey"), {**BEST, **broken})
    assert answered.status_code == 422
    assert not SurveyPool.objects.exists()


def test_page_before_a_reply_leads_back(client: Client, world: World) -> None:
    open_page(client, world, world.file())
    assert client.get(reverse("follow_survey")).status_code == 302
    assert reverse("follow_survey") not in client.get(reverse("follow_case")).content.decode()


def test_page_without_the_code_asks_for_it(client: Client, world: World) -> None:
    assert client.get(reverse("follow_survey")).context["closed"]
    assert client.post(reverse("follow_survey"), BEST).status_code == 401


def test_page_of_a_protected_matter_takes_no_remark(client: Client, world: World) -> None:
    case = world.into("declined", world.corruption)
    ComplaintCase.objects.filter(pk=case.pk).update(state="closed")
    page = open_page(client, world, case).get(reverse("follow_survey"))
    assert 'name="remark"' not in page.content.decode()


# --- Results ----------------------------------------------------------------------------------------------------------
def test_results_open_for_who_leads_and_for_what_lies_below(world: World) -> None:
    counted(world.district, quality=3)
    counted(world.centre)
    page = signed_in(world.executive).get(reverse("survey_results"))
    tables = page.context["tables"]
    assert [(row.name, row.count) for row in tables.units] == [(world.district.name_en, LEAST)]
    assert (tables.total.count, tables.total.means[0], tables.total.means[1]) == (LEAST, 3, 5)
    assert signed_in(world.head).get(reverse("survey_results")).context["tables"].total.count == LEAST
    other_head = make_person("other_head", world.other, Role.HEAD)
    assert signed_in(other_head).get(reverse("survey_results")).context["tables"].total.count == 0


@pytest.mark.parametrize("name", ["survey_results", "survey_sheet"])
def test_results_anonymous_and_other_roles(world: World, name: str) -> None:
    address = reverse(name, args=[fiscal_year(timezone.localdate())])
    assert Client().get(address)["Location"].startswith(reverse("account_login"))
    for user in (world.officer, world.screener, world.approver, world.custodian, world.administrator):
        assert signed_in(user).get(address).status_code == 403


@pytest.mark.parametrize("name", ["survey_results", "survey_sheet"])
def test_results_of_a_year_without_answers_are_not_there(world: World, name: str) -> None:
    assert signed_in(world.executive).get(reverse(name, args=[2500])).status_code == 404


def test_results_of_an_earlier_year(world: World) -> None:
    counted(world.district, month=date(2025, 9, 1), quality=1)
    counted(world.district, month=date(2025, 10, 1), quality=2)
    client = signed_in(world.executive)
    for year, mean in ((2568, 1), (2569, 2)):
        page = client.get(reverse("survey_results", args=[year]))
        assert page.context["tables"].total.means[0] == mean
        assert page.context["tables"].total.count == LEAST


def test_kinds_of_fewer_than_five_are_told_together(world: World) -> None:
    counted(world.district, 6)
    counted(world.district, 4, kind="service", quality=1)
    counted(world.district, 3, kind="", channel="")
    found = results(world.head, fiscal_year(timezone.localdate()))
    assert [(code, row.count) for code, row in found.kinds] == [("general", 6), (NOT_TOLD, 7)]
    assert [(code, row.count) for code, row in found.channels] == [("website", 13 - 3)] or found.channels == [
        (NOT_TOLD, found.total)
    ]


@given(st.dictionaries(st.sampled_from(["", *"abcdef"]), st.integers(1, 12), max_size=6))
def test_no_told_group_nor_the_rest_is_smaller_than_five(sizes: dict[str, int]) -> None:
    groups = [(code, Marks(count, marks(3))) for code, count in sizes.items()]
    told = _told(groups)
    assert all(row.count >= LEAST for _code, row in told)
    # What is missing from the total is nothing, or it is everything there is.
    missing = sum(sizes.values()) - sum(row.count for _code, row in told)
    assert missing == 0 or (not told and missing < LEAST)


def test_sheet_computes_and_holds_the_remarks(world: World) -> None:
    counted(world.district, 4)
    counted(world.district, 1, quality=1, remark="=HYPERLINK(1)")
    answer_ = signed_in(world.head).get(reverse("survey_sheet", args=[fiscal_year(timezone.localdate())]))
    sheet = load_workbook(io.BytesIO(answer_.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    unit = next(row for row in rows if row[0] == world.district.name_th)
    assert unit[1:4] == [5, 4.2, 5]
    assert "'=HYPERLINK(1)" in [row[1] for row in rows]


def test_remarks_are_shown_as_text(world: World) -> None:
    counted(world.district, 5, remark="<b>ช้า</b>")
    page = signed_in(world.head).get(reverse("survey_results")).content.decode()
    assert "&lt;b&gt;ช้า" in page


def test_results_query_count_does_not_grow(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in(world.executive)
    counted(world.district, remark="ดี")
    client.get(reverse("survey_results"))
    counts = []
    for unit in (world.province, world.other):
        with django_assert_max_num_queries(30) as captured:
            assert client.get(reverse("survey_results")).status_code == 200
        counts.append(len(captured.captured_queries))
        counted(unit, 50, remark="ดี")
    assert counts[0] == counts[1]


def test_eit_share_is_the_mean_of_its_questions(world: World) -> None:
    counted(world.district, quality=1, honesty=5, information=3, result=3)
    first, after = date(2020, 1, 1), date(2100, 1, 1)
    assert eit_shares([world.district.pk], first, after) == {
        "operation": 0.5, "communication": 0.5, "improvement": 1.0,
    }  # fmt: skip
    assert eit_shares([world.other.pk], first, after) == {}
    assert eit_shares([world.district.pk], first, date(2021, 1, 1)) == {}


def test_survey_gives_the_scores_the_same_shares_of_a_unit_with_all_below(world: World) -> None:
    counted(world.district, quality=1, honesty=5, information=3, result=3)
    counted(world.other, 7, quality=4, ease=2)
    today = timezone.localdate()
    span = Span(fiscal_year(today), today)
    codes = [row.code for row in SURVEYED]
    for unit, below in ((world.district, [world.district]), (world.province, [world.district, world.other])):
        found = figures_of([unit.pk], codes, span)[unit.pk]
        shares = eit_shares([one.pk for one in below], span.first, span.after)
        for code in codes:
            share = found[code]
            assert isinstance(share, Share)
            assert share.part / share.whole == pytest.approx(shares[code.removeprefix("complaints.survey_")])
    assert set(figures_of([world.centre.pk], codes, span)[world.centre.pk].values()) == {Share(0, 0)}


# --- Rule data ----------------------------------------------------------------------------------------------------
def test_questions_are_five_sourced_and_the_administrators(world: World) -> None:
    assert {code for code, *_rest in QUESTIONS} == set(Aspect.values)
    assert all(source for *_rest, source in QUESTIONS)
    SurveyQuestion.objects.filter(code="ease").update(text_th="ง่ายไหม")
    SurveyQuestion.objects.filter(code="result").delete()
    assert load_questions() == 1
    assert SurveyQuestion.objects.get(code="ease").text_th == "ง่ายไหม"
