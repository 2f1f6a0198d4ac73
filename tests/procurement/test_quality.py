"""Quality beside coverage: each figure against a seat brought there by the product's own edges, and who is shown it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from procurement.models import Attendance, CommitteeCase, Meeting, Observation, SeatCase, Suspension
from procurement.quality import LISTS, Quality, narrowed, never_invited, qualities_of, quality_of
from procurement.rules import serving_on
from tests.procurement.test_desk import signed_in
from tests.support.levels import covered_plan
from tests.support.purchases import Plan
from tests.support.seats import seats_of
from workflows.models import Clock

pytestmark = pytest.mark.django_db


def appointed(plan: Plan, number: str = "1") -> tuple[CommitteeCase, SeatCase]:
    """A committee whose order appointed a citizen today, and his seat."""
    committee = plan.ordered(plan.committee(citizen=True), number)
    return committee, seats_of(committee)[0]


def met(plan: Plan, committee: CommitteeCase, **citizen: bool) -> CommitteeCase:
    """A meeting today; citizen: how it was with the citizen, else as with everybody."""
    today = timezone.localdate()
    ballots = [
        {"member": row, "invited": True, "attended": True, "documents": True}
        | (citizen if row.person.standing == "citizen" else {})
        for row in serving_on(committee.committee, today)
    ]
    edge = "hold_meeting" if committee.state == "ordered" else "record_meeting"
    facts = {"on": today, "ballots": ballots, "decision": "none", "minutes": "พิจารณา"}
    moved: CommitteeCase = plan.do(committee, edge, **facts)
    return moved


def reported(seat: SeatCase, plan: Plan, *, token: str = "t", **facts: Any) -> Observation:
    """A report as the edge writes it, and its clock; of the staff, for these citizens have no account."""
    today = timezone.localdate()
    number = Observation.objects.filter(seat=seat.pk).count() + 1
    given = {"observed_on": today, "seen": "ตรวจรับวัสดุหน้างาน", "by": plan.staff, "at": timezone.now(), **facts}
    row = Observation.objects.create(seat_id=seat.pk, number=number, token=token, **given)
    rule = Clock.objects.filter(case=seat.pk).values_list("rule", flat=True)[0]
    Clock.objects.create(
        case_id=seat.pk, rule_id=rule, code="observation_answer", about=str(row.pk), length=15, unit="calendar",
        duty=True, pauses=False, started_on=today, due_on=today + timedelta(days=15),
    )  # fmt: skip
    return row


def figures(plan: Plan) -> Quality:
    return quality_of(plan.unit, plan.year)


def listed(code: str) -> list[int]:
    return list(narrowed(SeatCase.objects.all(), code).order_by("pk").values_list("pk", flat=True))


# --- Seats ------------------------------------------------------------------------------------------------------------
def test_nobody_counts_before_an_order(plan: Plan) -> None:
    plan.committee(citizen=True)
    assert figures(plan) == Quality()
    assert listed("appointed") == []


def test_appointed_whose_committee_has_not_met_is_no_reproach(plan: Plan) -> None:
    appointed(plan)
    assert (figures(plan).appointed, figures(plan).met, figures(plan).never_invited) == (1, 0, 0)
    assert never_invited([plan.unit], plan.year) == []


def test_who_came_with_documents_counts_everywhere(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, committee)
    assert figures(plan) == Quality(appointed=1, met=1, invited=1, attended=1, documents=1)
    for code in ("appointed", "met", "invited", "attended", "documents"):
        assert listed(code) == [seat.pk], code
    assert listed("never_invited") == listed("no_documents") == []


def test_appointed_but_never_invited_is_shown_by_name(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, committee, invited=False, attended=False, documents=False)
    assert figures(plan) == Quality(appointed=1, met=1)
    assert listed("never_invited") == [seat.pk]
    assert [row.pk for row in never_invited([plan.unit], plan.year)] == [seat.pk]


def test_invited_to_one_meeting_of_two_is_invited(plan: Plan) -> None:
    committee, _seat = appointed(plan)
    committee = met(plan, committee, invited=False, attended=False, documents=False)
    met(plan, committee, attended=False)
    assert (figures(plan).invited, figures(plan).attended, figures(plan).documents) == (1, 0, 1)


def test_documents_are_wanting_when_one_meeting_had_none_or_he_says_so(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, met(plan, committee), documents=False)
    assert (figures(plan).documents, listed("no_documents")) == (0, [seat.pk])
    committee, other = appointed(plan, "2")
    met(plan, committee)
    assert figures(plan).documents == 1
    reported(other, plan, documents="some")
    assert (figures(plan).documents, listed("no_documents")) == (0, [seat.pk, other.pk])


def test_meeting_while_he_was_suspended_is_no_reproach(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, committee, invited=False, attended=False, documents=False)
    Suspension.objects.create(seat_id=seat.pk, since=timezone.localdate())
    assert (figures(plan).met, figures(plan).never_invited) == (0, 0)
    Suspension.objects.update(since=timezone.localdate() - timedelta(days=3), until=timezone.localdate())
    assert figures(plan).never_invited == 1


def test_who_left_still_counts(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, committee, attended=False)
    plan.do(SeatCase.objects.get(pk=seat.pk), "resign", on=timezone.localdate(), reasons="ย้ายที่อยู่")
    assert (figures(plan).appointed, figures(plan).invited) == (1, 1)


# --- Reports ----------------------------------------------------------------------------------------------------------
def test_reports_are_counted_answered_in_time_and_fixed(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, committee)
    first, second, third = (reported(SeatCase.objects.get(pk=seat.pk), plan, token=str(n)) for n in range(3))
    assert (figures(plan).reported, figures(plan).reports, figures(plan).answers_due) == (1, 3, 0)
    facts = {"text": "แก้ไขแล้ว", "outcome": "fixed", "fixed_on": timezone.localdate()}
    plan.do(SeatCase.objects.get(pk=seat.pk), "answer_report", report=first, **facts)
    late = Clock.objects.filter(case=seat.pk, code="observation_answer", about__in=[str(second.pk), str(third.pk)])
    late.update(due_on=timezone.localdate() - timedelta(days=1))
    facts = {"text": "ชี้แจงแล้ว", "outcome": "explained"}
    plan.do(SeatCase.objects.get(pk=seat.pk), "answer_report", report=second, **facts)
    found = figures(plan)
    assert (found.answered, found.answers_due, found.in_time, found.fixed) == (2, 3, 1, 1)
    for code in ("answered", "unanswered", "in_time", "late", "fixed"):
        assert listed(code) == [seat.pk], code
    assert [share.percent for share in found.shares] == [100, 100, 100, 100, 66, 33, 33]


def test_nothing_to_count_has_no_share() -> None:
    assert {share.percent for share in Quality().shares} == {None}


# --- Where ------------------------------------------------------------------------------------------------------------
def test_upper_unit_has_the_sum_and_a_neighbour_nothing(plan: Plan) -> None:
    committee, _seat = appointed(plan)
    met(plan, committee)
    world = plan.world
    found = qualities_of([plan.unit, world.province], plan.year)
    assert found[plan.unit.pk] == found[world.province.pk] == figures(plan)
    assert quality_of(plan.unit, plan.year - 1) == Quality()


@pytest.mark.parametrize("count", [1, 12])
def test_figures_take_three_statements(plan: Plan, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        appointed(plan, str(number))
    with django_assert_num_queries(3):
        assert figures(plan).appointed == count


def test_every_list_opens_on_the_page_of_seats(plan: Plan) -> None:
    committee, _seat = appointed(plan)
    met(plan, committee, invited=False, attended=False, documents=False)
    client = signed_in(plan.staff)
    for code in LISTS:
        answer = client.get(reverse("seats"), {"unit": plan.unit.code, "year": plan.year, "fact": code})
        assert len(answer.context["rows"]) == len(listed(code)), code


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_level_names_who_was_never_invited_and_links_every_figure(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, committee, invited=False, attended=False, documents=False)
    person = SeatCase.objects.get(pk=seat.pk).seat.person
    assert person is not None
    with translation.override("en"):
        page = signed_in(plan.staff).get(reverse("level")).content.decode()
    assert person.name in page[page.index('id="quality"') : page.index('id="activities"')]
    for code in ("appointed", "never_invited", "invited", "attended", "documents", "reported", "answered", "fixed"):
        assert f"fact={code}" in page


def test_public_page_has_the_figures_without_names(plan: Plan) -> None:
    committee, seat = appointed(plan)
    met(plan, committee, invited=False, attended=False, documents=False)
    person = SeatCase.objects.get(pk=seat.pk).seat.person
    assert person is not None
    page = Client().get(reverse("open_level"), {"unit": plan.unit.code}).content.decode()
    quality = page[page.index('id="quality"') : page.index('id="activities"')]
    assert "0/1" in quality
    assert person.name not in page
    assert "fact=" not in page
    assert person.network not in quality


def test_executive_sees_the_figures_of_every_unit(plan: Plan) -> None:
    committee, _seat = appointed(plan)
    met(plan, committee)
    covered_plan(plan, top=0, rest=1, rest_covered=0)
    client = signed_in(plan.world.executive)
    page = client.get(reverse("coverage_overview"), {"depth": "all"}).content.decode()
    assert 'id="quality"' in page
    assert "fact=attended" in page
    sheet = client.get(reverse("coverage_overview"), {"depth": "all", "as": "csv"}).content.decode()
    assert sheet.count("\n") >= 2
    assert Meeting.objects.count() == 1
    assert Attendance.objects.count() == 4
