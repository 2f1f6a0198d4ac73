"""Assessments, the board and the published scores, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from organisations.models import User
from scores.models import AssessmentCase, Statement
from tests.browser.test_executive import sign_in
from tests.browser.test_level_pages import at_all_widths
from tests.scores.assessment_support import House, build_house
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_of_the_agency_look(house: House, open_page: OpenPage, look: Look, language: str) -> None:
    case = house.begin("cdd-clean")
    User.objects.update(language=language)
    page = sign_in(open_page(), house.integrity, "/scores/")
    at_all_widths(page, look, f"assessments-{language}")
    page.goto("/scores/begin/")
    at_all_widths(page, look, f"begin-{language}")
    page.goto(f"/scores/{case.public_id}/criteria/d5/")
    at_all_widths(page, look, f"criteria-{language}")
    page.goto(f"/scores/{case.public_id}/do/state_criterion/?about=d5.l1.1")
    at_all_widths(page, look, f"state-{language}")
    page.goto("/scores/units/DST/cdd-clean/2570/?met.d5.l1.1=on&met.d5.l1.2=on")
    at_all_widths(page, look, f"unit-{language}")


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_of_the_committee_and_the_public_look(
    house: House, open_page: OpenPage, look: Look, language: str
) -> None:
    case = house.into("committee_review")
    case = house.do(case, "judge_criterion", house.member, about="moral.l1.1", said="not_met", remark="ไม่พบเอกสาร")
    User.objects.update(language=language)
    page = sign_in(open_page(), house.member, f"/scores/{case.public_id}/")
    page.locator("#part-moral summary").click()
    at_all_widths(page, look, f"assessment-{language}")
    page.goto(f"/scores/{case.public_id}/criteria/moral/")
    at_all_widths(page, look, f"judge-{language}")
    case = house.sign_all(house.do(house.judge_all(case), "conclude", house.secretary))
    page.goto(f"/scores/{case.public_id}/do/tell_result/")
    at_all_widths(page, look, f"tell-{language}")
    case = house.do(house.do(case, "tell_result", house.secretary), "accept_result", house.world.head)
    house.do(case, "publish", house.executive)
    page = sign_in(open_page(), house.world.executive, "/scores/board/")
    at_all_widths(page, look, f"board-{language}")
    page = open_page()
    page.goto("/open/scores/")
    at_all_widths(page, look, f"open-scores-{language}")
    page.goto(f"/open/scores/{case.public_id}/")
    page.locator("#part-moral summary").click()
    at_all_widths(page, look, f"open-score-{language}")


def test_officer_states_a_part_with_the_keyboard(house: House, open_page: OpenPage) -> None:
    case = house.begin()
    page = sign_in(open_page(), house.integrity, f"/scores/{case.public_id}/")
    page.get_by_role("link", name="ตอบต่อ").press("Enter")
    rows = page.locator("fieldset.criterion")
    expect(rows).to_have_count(9)
    for number in range(9):
        rows.nth(number).locator("input[value=met]").press("Space")
        rows.nth(number).locator("textarea").fill("แฟ้ม 1")
    rows.nth(8).locator("textarea").press("Control+Enter")
    expect(page.locator("#part-moral")).to_be_visible()
    assert Statement.objects.filter(assessment=case.pk, said="met").count() == 9
    assert AssessmentCase.objects.get(pk=case.pk).state == "self_assessment"
