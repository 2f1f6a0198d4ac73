"""What a committee says before it tells its result stays between its members; who works in the agency is none of them;
and what the agency gave itself it reads at any time."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from organisations.models import Holding, Role, User
from organisations.queries import units_where
from scores import executive
from scores.models import AssessmentCase, Snapshot, Statement
from scores.notices import evaluators_of
from scores.queries import examined_by
from tests.scores.assessment_support import FAMILY, House, build_house
from tests.scores.test_assessment_pages import browser, page
from tests.support.purchases import paper
from tests.support.seen import seen
from tests.support.threads import together
from tests.support.world import World, build_world, make_person
from workflows.actors import Actor
from workflows.refusals import Missing, NotAllowed, Refused
from workflows.transitions import perform

pytestmark = pytest.mark.django_db
SECRET = "ยังไม่บอกใคร 4711"


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


def read_by(user: User, case: AssessmentCase) -> bool:
    """Whether anything of what the committee has found is on his page or in his file."""
    answer = browser(user).get(reverse("assessment_facts", args=[case.public_id]), {"side": "committee"})
    return SECRET in page(user, "assessment", case.public_id) or answer.status_code == 200


def told_back(house: House, case: AssessmentCase) -> AssessmentCase:
    return house.do(case, "send_back", house.secretary, reasons="เพิ่มหลักฐานข้อ 3")


def called_off(house: House, case: AssessmentCase) -> AssessmentCase:
    return house.do(case, "call_off", house.upper_approver, reasons="เริ่มผิดปี")


def under_way(_house: House, case: AssessmentCase) -> AssessmentCase:
    return case


# --- Before it is told ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("then", [under_way, told_back, called_off])
def test_agency_reads_nothing_that_the_committee_found_before_it_is_told(
    house: House, then: Callable[[House, AssessmentCase], AssessmentCase]
) -> None:
    case = house.into("committee_review")
    case = house.do(case, "judge_criterion", house.member, about="moral.l1.1", said="not_met", remark=SECRET)
    case = then(house, case)
    assert not read_by(house.integrity, case)
    assert not read_by(house.world.head, case)
    assert read_by(house.member, case)


def test_what_is_sent_back_says_why_and_what_members_write_each_other_stays_there(house: House) -> None:
    case = house.do(house.into("committee_review"), "note", house.member, text=SECRET)
    assert SECRET in page(house.chair, "assessment", case.public_id)
    assert SECRET not in page(house.integrity, "assessment", case.public_id)
    case = told_back(house, case)
    assert "เพิ่มหลักฐานข้อ 3" in page(house.integrity, "assessment", case.public_id)
    assert SECRET not in page(house.integrity, "assessment", case.public_id)


def test_all_of_it_is_read_once_the_result_is_told(house: House) -> None:
    case = house.do(house.into("committee_review"), "note", house.member, text=SECRET)
    case = house.sign_all(house.do(house.judge_all(case), "conclude", house.secretary))
    assert not read_by(house.integrity, case)
    assert read_by(house.integrity, house.do(case, "tell_result", house.secretary))


def test_agency_reads_its_own_files_while_the_committee_works(house: House) -> None:
    case = house.do(house.into("committee_review"), "attach", house.integrity, files=[paper("own.png")])
    case = house.do(case, "attach", house.member, files=[paper("theirs.png")])
    # A judgement without a file once hid all there are.
    case = house.do(case, "judge_criterion", house.member, about="moral.l1.1", said="not_met", remark=SECRET)
    own, theirs = case.attachments.order_by("id")

    def status(user: User, file: Any) -> int:
        return browser(user).get(reverse("assessment_file", args=[case.public_id, file.public_id])).status_code

    assert [status(house.integrity, file) for file in (own, theirs)] == [200, 404]
    assert [status(house.member, file) for file in (own, theirs)] == [200, 200]


def test_executive_page_knows_no_result_of_the_ita_that_was_not_told(house: House) -> None:
    case = house.into("committee_review", "ita")
    case = house.do(case, "judge_criterion", house.member, about="ita.i5", value="12.34", remark="ตามประกาศ")
    case = house.do(house.judge_all(case), "conclude", house.secretary)
    concluded = Snapshot.objects.get(assessment=case.pk, cause="concluded")
    assert {row.points for row in executive.indicators_of(case.unit)} != _points(concluded)
    told = house.do(house.sign_all(case), "tell_result", house.secretary)
    assert {row.points for row in executive.indicators_of(told.unit)} == _points(concluded)


def _points(row: Snapshot) -> set[Any]:
    from fractions import Fraction

    return {Fraction(row.parts[code]["points"]) for code in executive.ITA_BESIDE}


# --- Who has moved in -------------------------------------------------------------------------------------------------
def test_member_who_comes_to_work_in_the_agency_examines_it_no_more(house: House) -> None:
    case = house.into("committee_review/judged")
    neighbour = Holding.objects.get(user=house.integrity)
    Holding.objects.create(post=neighbour.post, user=house.member, valid=neighbour.valid, deputy=True)
    house.member = User.objects.get(pk=house.member.pk)
    assert house.world.district.pk in units_where(house.member)
    assert case.pk not in examined_by(house.member).values_list("pk", flat=True)
    assert house.member not in evaluators_of(case)
    with pytest.raises((NotAllowed, Refused)):
        house.do(case, "judge_criterion", house.member, about="moral.l1.1", said="not_met", remark="เอง")
    with pytest.raises(Missing, match="evaluator"):
        house.do(case, "conclude", house.secretary)
    other = make_person("other_member", house.world.department, Role.EVALUATOR)
    anew = [(other if user == house.member else user, duty) for user, duty in house.committee]
    case = house.do(
        case, "name_committee", house.secretary, order_number="13/2570", ordered_on=timezone.localdate(), members=anew
    )
    house.do(case, "conclude", house.secretary)


# --- Two of one side --------------------------------------------------------------------------------------------------
def test_form_of_one_criterion_puts_nothing_over_what_a_colleague_said(house: House) -> None:
    case = house.into("committee_review")
    path = reverse("assessment_take", args=[case.public_id, "judge_criterion"])
    client = browser(house.member)
    opened = client.get(path, {"about": "moral.l1.1"}).content.decode()
    assert 'name="seen" value="0"' in opened
    house.do(case, "judge_criterion", house.chair, about="moral.l1.1", said="not_met", remark="ไม่พบ")
    mine = {"about": "moral.l1.1", "said": "met", "remark": "พบ", "seen": "0", **seen(case)}
    told = client.post(path, mine)
    assert told.status_code == 422
    assert "has answered this meanwhile" in told.content.decode()
    now = Statement.objects.get(side="committee")
    assert f'name="seen" value="{now.pk}"' in told.content.decode()
    assert client.post(path, {**mine, "seen": str(now.pk)}).status_code == 302
    assert Statement.objects.filter(side="committee").latest("pk").said == "met"
    assert client.post(path, {key: value for key, value in mine.items() if key != "seen"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_six_who_answer_at_one_moment_one_is_heard_and_five_are_told() -> None:
    house = build_house(build_world())
    case = house.into("committee_review", FAMILY)

    def answer() -> Any:
        facts = {"about": "moral.l1.1", "said": "not_met", "remark": "ไม่พบ", "seen": 0}
        return perform(AssessmentCase.objects.get(pk=case.pk), "judge_criterion", Actor.person(house.member), **facts)

    found = together(*[answer] * 6)
    assert sum(isinstance(row, Missing) for row in found) == 5
    assert Statement.objects.filter(side="committee").count() == 1
