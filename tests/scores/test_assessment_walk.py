"""A random walk of many people over assessments: whatever they try, in any order, the house agrees with itself."""

import random
from typing import Any

import pytest
from django.utils import timezone

from scores import snapshots, states
from scores.assessing import AGENCY, COMMITTEE, asked_of, score_by
from scores.models import AssessmentCase, Signature, Snapshot
from tests.scores.assessment_support import House, answer, build_house
from tests.support.world import World
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.models import Clock
from workflows.refusals import Refused
from workflows.transitions import perform, why_not

pytestmark = pytest.mark.django_db
STEPS = 220


def facts_of(edge: str, case: AssessmentCase, house: House, dice: random.Random) -> dict[str, Any]:
    """Facts that may be taken, or may not."""
    asked = dice.choice(asked_of(case.assessment))
    said = answer(asked, dice.choice(["met", "met", "met", "not_met"]))
    clock = Clock.objects.filter(case=case.pk, stopped_on=None).order_by("?").first()
    given: dict[str, dict[str, Any]] = {
        "state_criterion": {**said, "remark": dice.choice(["แฟ้ม 1", "แฟ้ม 2", ""])},
        "judge_criterion": {**said, "remark": dice.choice(["ตรวจแล้ว", "ตรวจแล้ว", ""])},
        "name_committee": {"order_number": "1", "ordered_on": timezone.localdate(), "members": house.committee},
        "object": {"criteria": [asked.code], "reasons": "ไม่เห็นด้วย"},
        "extend": {"clock": clock, "days": dice.randint(0, 3), "reasons": "รอเอกสาร"},
        "note": {"text": "บันทึก"},
        "attach": {"files": []},
    }
    with_reasons = {
        "send_back", "examine_again", "dismiss_objection", "uphold_objection", "correct_score", "gather_anew",
    }  # fmt: skip
    return given.get(edge, {"reasons": dice.choice(["เหตุผล", ""])} if edge in with_reasons else {})


@pytest.mark.parametrize("seed", range(4))
def test_random_walk_of_assessments_keeps_everything_in_agreement(world: World, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - not a secret
    house = build_house(world)
    people = [
        Actor.person(user)
        for user in (
            house.integrity, house.integrity2, world.head, world.approver, house.upper_approver, house.executive,
            house.chair, house.member, house.secretary, world.officer,
        )
    ] + [TIMER]  # fmt: skip
    case = house.name_committee(house.begin())
    taken = set()
    for _n in range(STEPS):
        # Mostly what leads on, so that the walk gets somewhere.
        if dice.random() < 0.25 and case.state == states.SELF:
            case = house.state_all(case)
        if dice.random() < 0.25 and case.state == states.REVIEW:
            case = house.judge_all(case, dice.choice(["met", "not_met"]))
        edge, actor = chosen(case, people, dice)
        try:
            perform(case, edge, actor, **facts_of(edge, case, house, dice))
        except Refused:
            pass
        else:
            taken.add(edge)
        case = AssessmentCase.objects.select_related("assessment__unit", "assessment__rubric").get(pk=case.pk)
        agrees(case)
    assert list(problems()) == []
    assert "submit" in taken


def chosen(case: AssessmentCase, people: list[Actor], dice: random.Random) -> tuple[str, Actor]:
    """Anything by anybody, or mostly what somebody may do now: so the walk gets somewhere."""
    besides = ("call_off", "follow_unit")
    there = [edge for edge in states.EDGES if case.state in edge.sources and edge.name not in besides]
    pairs = [(edge, actor) for edge in there for actor in people]
    may = [pair for pair in pairs if why_not(case, *pair) is None] if dice.random() < 0.8 else pairs
    moves = [pair for pair in may if pair[0].moves]
    edge, actor = dice.choice(moves if moves and dice.random() < 0.5 else may or pairs)
    return edge.name, actor


def agrees(case: AssessmentCase) -> None:
    """What holds after every step."""
    row = case.assessment
    frozen = case.state not in (states.SELF, states.CANCELLED)
    assert (row.figures is not None) == frozen
    signatures = Signature.objects.filter(assessment=row, round=row.round)
    if case.state in (states.TOLD, states.OBJECTED, states.FINAL):
        sitting = set(row.evaluators.filter(until=None).values_list("user", flat=True))
        assert sitting == set(signatures.values_list("user", flat=True))
    # What was signed is what stands: nothing was judged since.
    if case.state in (states.SIGNING, states.TOLD, states.OBJECTED, states.FINAL):
        kept = row.snapshots.filter(cause=Snapshot.Cause.CONCLUDED).latest("id")
        assert snapshots.digest_of(score_by(row, COMMITTEE)) == kept.digest
    published = row.snapshots.filter(cause=Snapshot.Cause.PUBLISHED)
    assert list(published.order_by("version").values_list("version", flat=True)) == list(
        range(1, published.count() + 1)
    )
    if case.state == states.SIGNING:
        assert row.statements.filter(side=AGENCY).exists()
