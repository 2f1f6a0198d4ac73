"""What the edges of an assessment write, and that a kept score gives itself again."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.models import Role
from scores import assessing, snapshots
from scores.assessing import AGENCY, COMMITTEE, asked_of, newest, score_by, unsaid
from scores.models import Assessment, RubricText, Signature, Snapshot, Statement
from scores.rubric import families
from tests.scores.assessment_support import FAMILY, House, answer, build_house
from tests.support.purchases import paper
from tests.support.world import World, make_person
from workflows import metrics
from workflows.actors import Actor
from workflows.checks import problems
from workflows.refusals import Missing
from workflows.transitions import open_case, perform

pytestmark = pytest.mark.django_db
YEAR = fiscal_year(timezone.localdate())


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


# --- Beginning --------------------------------------------------------------------------------------------------------
def test_assessment_keeps_the_text_of_its_rubric(house: House) -> None:
    row = house.begin().assessment
    assert row.rubric.code == "moral-district-2566"
    assert "[[criteria]]" in row.rubric.text
    assert assessing.rubric_of(row).family == FAMILY


def test_one_assessment_a_year_unless_the_other_was_called_off(house: House) -> None:
    first = house.begin()
    with pytest.raises(Missing, match="แล้ว"):
        house.begin()
    house.begin("no-gift")
    house.do(first, "call_off", house.upper_approver, reasons="เริ่มผิดปี")
    house.begin()


def test_two_at_once_are_held_back_by_the_database(house: House) -> None:
    row = house.begin().assessment
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(
            case=house.begin("no-gift"), unit=row.unit, family=FAMILY, fiscal_year=YEAR, rubric=row.rubric
        )


@pytest.mark.parametrize(
    ("family", "year"), [("nothing", YEAR), ("moral-district", 2560), ("moral-district", YEAR + 1)]
)
def test_no_assessment_without_a_rubric_of_the_year(house: House, family: str, year: int) -> None:
    with pytest.raises(Missing):
        house.begin(family, year)


@pytest.mark.parametrize("family", families())
def test_every_rubric_can_be_assessed_to_its_end(house: House, family: str) -> None:
    case = house.name_committee(house.begin(family, 2567 if family in ("pacc", "no-gift") else YEAR))
    case = house.state_all(case)
    assert unsaid(case.assessment, AGENCY) == []
    case = house.do(case, "submit", house.world.head)
    case = house.judge_all(case)
    case = house.sign_all(house.do(case, "conclude", house.secretary))
    case = house.do(case, "tell_result", house.secretary)
    case = house.do(case, "accept_result", house.world.head)
    case = house.do(case, "publish", house.executive)
    kept = Snapshot.objects.get(assessment=case.pk, cause="published")
    assert snapshots.recomputed(kept).points == score_by(case.assessment, COMMITTEE).points
    assert list(problems()) == []


# --- What is said -----------------------------------------------------------------------------------------------------
def test_newest_statement_holds_and_the_others_stay(house: House) -> None:
    case = house.begin()
    for said in ("met", "not_met"):
        case = house.do(case, "state_criterion", house.integrity, about="moral.l1.1", said=said, remark="แฟ้ม 1")
    assert newest(case.assessment, AGENCY)["moral.l1.1"].said == "not_met"
    assert Statement.objects.filter(assessment=case.pk).count() == 2


def test_files_belong_to_their_criterion(house: House) -> None:
    case = house.do(
        house.begin(), "state_criterion", house.integrity, about="moral.l1.1", said="met", files=[paper("a.png")]
    )
    assert [file.label for file in newest(case.assessment, AGENCY)["moral.l1.1"].files.all()] == ["a.png"]


@pytest.mark.parametrize(
    "facts",
    [
        {"about": "moral.l1.1", "said": "met"},
        {"about": "moral.l1.1", "said": "maybe", "remark": "x"},
        {"about": "moral.l9.1", "said": "met", "remark": "x"},
        {"about": "moral.l1.1", "value": 3, "remark": "x"},
        {"about": "complaints.overdue_share", "value": {"part": 0, "whole": 9}, "remark": "x"},
    ],
)
def test_statement_without_evidence_or_about_nothing_is_refused(house: House, facts: dict[str, Any]) -> None:
    with pytest.raises(Missing):
        house.do(house.begin(), "state_criterion", house.integrity, **facts)


def test_what_is_computed_nobody_states(house: House) -> None:
    asked = {one.code for one in asked_of(house.begin("cdd-clean").assessment)}
    assert "complaints.overdue_share" not in asked
    assert "d1.l1.2.5.2" not in asked
    assert "d1.l1.1" in asked
    # Districts are assessed by the regional form of the third dimension.
    assert not any(code.startswith("d3c.") for code in asked)


def test_live_figure_as_evidence_is_frozen_when_it_is_sent(house: House) -> None:
    facts = {"about": "moral.l1.1", "said": "met", "live": "complaints.overdue_share"}
    case = house.name_committee(house.do(house.begin(), "state_criterion", house.integrity, **facts))
    assert newest(case.assessment, AGENCY)["moral.l1.1"].live_value is None
    case = house.do(house.state_all(case), "submit", house.world.head)
    assert newest(case.assessment, AGENCY)["moral.l1.1"].live_value == {"part": 0, "whole": 0}


def test_committee_explains_where_it_differs(house: House) -> None:
    case = house.into("committee_review")
    with pytest.raises(Missing):
        house.do(case, "judge_criterion", house.member, about="moral.l1.1", said="not_met")
    house.do(case, "judge_criterion", house.member, about="moral.l1.1", said="met")
    case = house.do(case, "judge_criterion", house.member, about="moral.l1.1", said="not_met", remark="ไม่พบเอกสาร")
    assert newest(case.assessment, COMMITTEE)["moral.l1.1"].said == "not_met"
    assert newest(case.assessment, AGENCY)["moral.l1.1"].said == "met"


@pytest.mark.parametrize(
    "members",
    [["chair", "member"], ["chair", "chair", "secretary"], ["member", "member", "secretary"], ["chair"]],
)
def test_committee_has_a_chair_a_secretary_and_a_member(house: House, members: list[str]) -> None:
    people = [house.chair, house.member, house.secretary]
    facts = {
        "order_number": "1",
        "ordered_on": timezone.localdate(),
        "members": list(zip(people, members, strict=False)),
    }
    with pytest.raises(Missing):
        house.do(house.begin(), "name_committee", house.secretary, **facts)


def test_nobody_examines_his_own_house(house: House) -> None:
    inside = make_person("inside", house.world.district, Role.EVALUATOR)
    members = [(house.chair, "chair"), (inside, "member"), (house.secretary, "secretary")]
    facts = {"order_number": "1", "ordered_on": timezone.localdate()}
    with pytest.raises(Missing):
        house.do(house.begin(), "name_committee", house.secretary, members=members, **facts)


# --- Two scores -------------------------------------------------------------------------------------------------------
def test_committee_score_counts_only_what_it_confirmed(house: House) -> None:
    case = house.into("committee_review")
    assert score_by(case.assessment, AGENCY).points == 3
    assert score_by(case.assessment, COMMITTEE).points == 0
    case = house.do(case, "judge_criterion", house.member, about="moral.l2.5", said="not_met", remark="ไม่ครบ")
    case = house.judge_all(case)
    own, examined = score_by(case.assessment, AGENCY), score_by(case.assessment, COMMITTEE)
    assert (own.points, examined.points) == (3, 1)
    assert [(row.code, row.agency.level, row.committee.level) for row in assessing.differences(own, examined)] == [
        ("moral", 3, 1)
    ]


def test_published_score_gives_itself_again_after_everything_has_changed(house: House) -> None:
    case = house.into("result_published")
    kept = Snapshot.objects.get(assessment=case.pk, cause="published")
    before = snapshots.digest_of(snapshots.recomputed(kept))
    Statement.objects.filter(assessment=case.pk).update(said="not_met")
    case.assessment.figures = {"figures": {}, "words": {}, "attested": {}}
    case.assessment.save()
    snapshots._rubrics.clear()
    again = snapshots.recomputed(Snapshot.objects.get(pk=kept.pk))
    assert snapshots.digest_of(again) == before == kept.digest
    assert again.points == Fraction(kept.points) == 3
    assert kept.points == Decimal(3)


def test_correction_is_a_new_version_and_the_old_one_stays(house: House) -> None:
    case = house.into("result_published")
    case = house.do(case, "correct_score", house.secretary, reasons="นับผิด")
    case = house.do(case, "judge_criterion", house.member, about="moral.l3.9", said="not_met", remark="ไม่พบ")
    case = house.sign_all(house.do(case, "conclude", house.secretary))
    case = house.do(case, "tell_result", house.secretary)
    case = house.do(house.do(case, "accept_result", house.world.head), "publish", house.executive)
    published = Snapshot.objects.filter(assessment=case.pk, cause="published").order_by("version")
    assert list(published.values_list("version", "points")) == [(1, Decimal(3)), (2, Decimal(2))]
    assert list(problems()) == []


def test_signatures_of_an_earlier_round_count_no_longer(house: House) -> None:
    case = house.into("committee_signing/signed")
    case = house.do(case, "examine_again", house.chair, reasons="พบเอกสารเพิ่ม")
    case = house.do(case, "conclude", house.secretary)
    with pytest.raises(Missing):
        house.do(case, "tell_result", house.secretary)
    house.do(house.sign_all(case), "tell_result", house.secretary)
    assert Signature.objects.filter(assessment=case.pk).count() == 6


def test_sent_back_the_figures_are_live_again(house: House) -> None:
    case = house.into("committee_review")
    assert case.assessment.figures is not None
    case = house.do(case, "send_back", house.chair, reasons="เอกสารไม่ครบ")
    assert (case.assessment.figures, case.assessment.as_of) == (None, None)


@pytest.mark.parametrize("table", ["scores_snapshot", "scores_rubrictext", "scores_factstext", "scores_signature"])
def test_database_refuses_to_change_what_was_kept(house: House, table: str) -> None:
    house.into("result_published")
    column = "at" if table == "scores_signature" else "digest"
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):  # noqa: S608 - a list above
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_check_finds_a_snapshot_that_was_tampered_with(house: House) -> None:
    house.into("result_published")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # whoever owns the server can do this
        cursor.execute("UPDATE scores_snapshot SET points = 2 WHERE cause = 'published'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert len(list(problems())) == 1


def test_rubric_is_kept_once(house: House) -> None:
    house.begin()
    other = make_person("other_integrity", house.world.other, Role.INTEGRITY)
    facts = {"family": FAMILY, "year": YEAR}
    open_case("assessment", "begin", Actor.person(other), unit=house.world.other, **facts)
    assert RubricText.objects.count() == 1


def test_answer_of_a_share_is_a_figure_of_the_score(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if nobody here computed it.
    monkeypatch.delitem(metrics._metrics, "scores.no_gift_declared")
    case = house.begin("no-gift", 2567)
    asked = asked_of(case.assessment)
    assert [one.shape for one in asked] == ["share"]
    for part, met in ((4, True), (3, False)):
        facts = {**answer(asked[0]), "value": {"part": part, "whole": 5}, "remark": "ทะเบียน"}
        perform(case, "state_criterion", Actor.person(house.integrity), **facts)
        assert score_by(case.assessment, AGENCY).root.criteria[0].state.met == met
