"""The pages of assessments: who reads them, what they show, and what they refuse."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from organisations.calendar import fiscal_year
from organisations.models import Role, User
from scores.assessing import asked_of
from scores.models import AssessmentCase, Snapshot, Statement
from scores.rubric import rubric_for
from scores.scoring import facts_from
from tests.scores.assessment_support import House, build_house
from tests.support.purchases import paper
from tests.support.seen import seen
from tests.support.world import World, make_person
from workflows import metrics

pytestmark = pytest.mark.django_db
YEAR = fiscal_year(timezone.localdate())


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


def browser(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, name: str, *args: Any, status: int = 200, **query: str) -> str:
    answer = browser(user).get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


# --- Who --------------------------------------------------------------------------------------------------------------
def test_anonymous_is_asked_to_sign_in(house: House) -> None:
    case = house.begin()
    for path in (reverse("assessments"), reverse("assessment", args=[case.public_id])):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_other_roles_and_units_know_nothing_of_it(house: House) -> None:
    case = house.into("committee_review")
    for user in (house.world.officer, house.world.stranger, make_person("far", house.world.other, Role.INTEGRITY)):
        page(user, "assessment", case.public_id, status=404)
    page(house.world.officer, "assessments", status=403)


def test_who_sits_on_the_committee_reads_it_wherever_his_post_is(house: House) -> None:
    outsider = make_person("outsider", house.world.other, Role.OFFICER)
    case = house.begin()
    page(outsider, "assessment", case.public_id, status=404)
    members = [(house.chair, "chair"), (outsider, "member"), (house.secretary, "secretary")]
    facts = {"order_number": "1", "ordered_on": timezone.localdate(), "members": members}
    house.do(case, "name_committee", house.secretary, **facts)
    assert "Moral district" in page(outsider, "assessment", case.public_id)
    assert case.number in page(outsider, "assessments")
    house.name_committee(case)
    page(outsider, "assessment", case.public_id, status=404)


# --- The list and the beginning ---------------------------------------------------------------------------------------
def test_list_is_empty_with_advice_then_holds_what_began(house: House) -> None:
    assert "No assessment yet" in page(house.integrity, "assessments")
    case = house.begin()
    assert case.number in page(house.integrity, "assessments")
    assert case.number not in page(house.integrity, "assessments", state="result_published")
    assert "Nothing matches" in page(house.integrity, "assessments", state="result_published")


def test_list_costs_the_same_however_long(house: House, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = browser(house.world.executive)
    house.begin()
    client.get(reverse("assessments"))

    def cost() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as found:
            client.get(reverse("assessments"))
        return len(found)

    one = cost()
    for year in range(YEAR - 3, YEAR):
        house.begin(year=year)
    for family in ("no-gift", "oit", "ita", "cdd-clean", "ocsc-transparency"):
        house.begin(family)
    assert cost() == one


def test_begin_takes_what_is_asked_and_refuses_a_second_one(house: House) -> None:
    client = browser(house.integrity)
    sent = {"unit": "DST", "family": "moral-district", "year": YEAR}
    answer = client.post(reverse("assessment_begin"), sent)
    case = AssessmentCase.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("assessment", args=[case.public_id]))
    again = client.post(reverse("assessment_begin"), sent)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    other = client.post(reverse("assessment_begin"), {**sent, "unit": "OTH"})
    assert other.status_code == 422
    page(house.world.head, "assessment_begin", status=403)


# --- The sheet --------------------------------------------------------------------------------------------------------
def sheet(**answers: str) -> dict[str, str]:
    """What the form of the part sends: code with a dash → said; every other row as it was."""
    sent = {}
    for code, said in answers.items():
        name = code.replace("_", "-")
        sent[f"{name}-said"], sent[f"{name}-remark"] = said, "แฟ้ม 1"
    return sent


def test_part_saves_what_was_answered_and_nothing_else(house: House) -> None:
    case = house.begin()
    client = browser(house.integrity)
    path = reverse("assessment_criteria", args=[case.public_id, "moral"])
    assert client.get(path).content.decode().count('<fieldset class="criterion') == 9
    answer = client.post(path, sheet(moral_l1_1="met", moral_l1_2="not_met"))
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("assessment", args=[case.public_id]) + "#part-moral",
    )
    assert set(Statement.objects.values_list("about", "said")) == {("moral.l1.1", "met"), ("moral.l1.2", "not_met")}
    # Sent again as it stands: nothing was changed, nothing is written.
    opened = {f"{row.about.replace('.', '-')}-seen": str(row.pk) for row in Statement.objects.all()}
    assert client.post(path, {**sheet(moral_l1_1="met", moral_l1_2="not_met"), **opened}).status_code == 302
    assert Statement.objects.count() == 2


def test_part_keeps_what_is_good_and_says_what_is_not(house: House) -> None:
    case = house.begin()
    path = reverse("assessment_criteria", args=[case.public_id, "moral"])
    sent = {"moral-l1-1-said": "met", "moral-l1-1-remark": "", "moral-l1-2-remark": "x", **sheet(moral_l1_3="met")}
    answer = browser(house.integrity).post(path, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Give evidence" in text
    assert "Say first whether it is met" in text
    assert list(Statement.objects.values_list("about", flat=True)) == ["moral.l1.3"]


def test_part_that_was_saved_in_part_is_sent_again_without_a_quarrel(house: House) -> None:
    """What was saved the first time is what its writer has seen since."""
    case = house.into("committee_review")
    path = reverse("assessment_criteria", args=[case.public_id, "moral"])
    client = browser(house.member)
    fields = re.compile(r'name="(moral-l1-[12]-seen)"[^>]* value="(\d*)"')
    shown = client.get(path).content.decode()
    sent = {"moral-l1-1-said": "met", "moral-l1-2-said": "not_met"}
    refused = client.post(path, sent | dict(fields.findall(shown)))
    assert refused.status_code == 422
    again = dict(fields.findall(refused.content.decode()))
    assert len(again) == 2
    mended = client.post(path, sent | again | {"moral-l1-2-remark": "ไม่พบเอกสาร"})
    assert mended.status_code == 302, mended.content.decode()
    judged = Statement.objects.filter(side="committee").values_list("about", "said")
    assert sorted(judged) == [("moral.l1.1", "met"), ("moral.l1.2", "not_met")]


def test_part_is_closed_to_who_may_not_and_when_it_is_over(house: House) -> None:
    case = house.into("committee_review")
    path = reverse("assessment_criteria", args=[case.public_id, "moral"])
    assert browser(house.integrity).get(path).status_code == 403
    assert browser(house.integrity).post(path, sheet(moral_l1_1="not_met")).status_code == 403
    assert browser(house.member).get(path).status_code == 200
    assert browser(house.member).get(path.replace("moral", "nothing")).status_code == 404


def test_committee_judges_beside_what_the_agency_said(house: House) -> None:
    case = house.into("committee_review")
    path = reverse("assessment_criteria", args=[case.public_id, "moral"])
    client = browser(house.member)
    assert "แฟ้มหลักฐานเล่ม 1" in client.get(path).content.decode()
    refused = client.post(path, {"moral-l1-1-said": "not_met"})
    assert refused.status_code == 422
    client.post(path, {"moral-l1-1-said": "not_met", "moral-l1-1-remark": "ไม่พบเอกสาร", "moral-l1-2-said": "met"})
    text = page(house.chair, "assessment", case.public_id)
    assert "ไม่พบเอกสาร" in text
    assert "Where the committee sees it otherwise" in text


def test_criterion_takes_a_file_and_gives_it_out_only_here(house: House) -> None:
    case = house.begin()
    client = browser(house.integrity)
    path = reverse("assessment_take", args=[case.public_id, "state_criterion"])
    form = client.get(path, {"about": "moral.l1.1"}).content.decode()
    assert "Indicator 1 is passed" in form
    with open_paper() as upload:
        sent = {"about": "moral.l1.1", "said": "met", "files": upload, "seen": "0"}
        answer = client.post(path, {**sent, **seen(case)})
    assert answer.status_code == 302, answer.content.decode()
    file = case.attachments.get()
    address = reverse("assessment_file", args=[case.public_id, file.public_id])
    assert client.get(address).status_code == 200
    assert browser(house.world.stranger).get(address).status_code == 404
    assert client.post(path, {"about": "nothing", "said": "met", "remark": "x", **seen(case)}).status_code == 422


def open_paper() -> Any:
    """A picture, as a browser sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = paper().data
    assert data
    return SimpleUploadedFile("a.png", data)


@pytest.mark.parametrize(
    "place", ["self_assessment", "committee_review/judged", "committee_signing", "result_published"]
)
def test_page_shows_every_part_in_every_state(house: House, place: str) -> None:
    case = house.into(place)
    for user in (house.integrity, house.world.head, house.chair, house.world.executive):
        text = page(user, "assessment", case.public_id)
        assert "Indicator 9 is passed" in text
        assert "Check it yourself" in text


def test_facts_of_both_sides_score_the_same_by_the_command(house: House) -> None:
    case = house.into("committee_review/judged")
    client = browser(house.member)
    for side in ("agency", "committee"):
        data = client.get(reverse("assessment_facts", args=[case.public_id]), {"side": side}).content
        assert facts_from(data).attested["moral.l1.1"].state == "met"


def test_whole_road_by_the_pages(house: House) -> None:
    case = house.name_committee(house.state_all(house.begin()))

    def press(user: User, edge: str, **sent: Any) -> None:
        path = reverse("assessment_take", args=[case.public_id, edge])
        if edge in ("submit", "sign_result", "publish"):
            # A signature says which version was read.
            refused = browser(user).post(path, sent)
            assert refused.status_code == 409
            assert "data-takes-focus" in refused.content.decode()
        answer = browser(user).post(path, {**sent, **seen(case)})
        assert answer.status_code == 302, answer.content.decode()[-3000:]

    press(house.world.head, "submit")
    house.judge_all(AssessmentCase.objects.get(pk=case.pk))
    press(house.secretary, "conclude")
    for user, _duty in house.committee:
        press(user, "sign_result")
    press(house.chair, "tell_result")
    press(house.world.head, "object", criteria=["moral.l1.1"], reasons="ไม่เห็นด้วย")
    press(house.upper_approver, "dismiss_objection", reasons="ไม่มีหลักฐานใหม่")
    press(house.executive, "publish")
    assert Snapshot.objects.filter(assessment=case.pk, cause="published").count() == 1
    assert "Version 1" in page(house.integrity, "assessment", case.public_id)


# --- As it stands today -----------------------------------------------------------------------------------------------
def test_live_page_shows_the_score_the_road_and_what_if(house: House) -> None:
    args = ("DST", "cdd-clean", YEAR)
    text = page(house.world.executive, "unit_score", *args)
    assert "No self-assessment of this year" in text
    assert "cheapest road" in text
    imagined = page(house.world.executive, "unit_score", *args, **{"met.d5.l1.1": "on", "met.d5.l1.2": "on"})
    assert "What if" in imagined
    assert "level 0 → 1" in imagined
    page(house.world.stranger, "unit_score", *args, status=404)
    page(house.world.officer, "unit_score", *args, status=403)
    page(house.world.executive, "unit_score", "OTHX", "cdd-clean", YEAR, status=404)
    page(house.world.executive, "unit_score", "DST", "nothing", YEAR, status=404)
    page(house.world.executive, "unit_score", "DST", "cdd-clean", YEAR + 1, status=404)


@pytest.mark.parametrize("value", ["", "x", "1e9", "99999999999999999999", "-5", "٣", "+2"])
def test_what_if_takes_any_text_without_an_error(house: House, value: str) -> None:
    page(house.world.executive, "unit_score", "DST", "cdd-clean", YEAR, **{"more.procurement.rest_covered": value})


# --- What fresh eyes found --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("family", "about", "sent"),
    [
        ("ita", "ita.i1", {"number": "101"}),
        ("ita", "ita.i1", {"number": "-1"}),
        ("ita", "ita.i1", {"number": "1e5"}),
        ("no-gift", "scores.no_gift_declared", {"part": "1", "whole": "99999999999999999999"}),
    ],
)
def test_figure_off_its_scale_is_refused_and_every_page_still_opens(
    house: House, monkeypatch: pytest.MonkeyPatch, family: str, about: str, sent: dict[str, str]
) -> None:
    # As if nobody here computed it.
    monkeypatch.delitem(metrics._metrics, about, raising=False)
    case = house.begin(family)
    assert about in {one.code for one in asked_of(case.assessment)}
    path = reverse("assessment_take", args=[case.public_id, "state_criterion"])
    answer = browser(house.integrity).post(path, {"about": about, "remark": "x", "seen": "0", **sent, **seen(case)})
    assert answer.status_code == 422
    page(house.integrity, "assessment", case.public_id)
    page(house.world.executive, "score_board")


@pytest.mark.parametrize("family", ["cdd-clean", "ita", "oit", "no-gift", "ocsc-transparency"])
def test_nothing_that_is_imagined_ends_in_an_error(house: House, family: str) -> None:
    rubric = rubric_for(family, YEAR)
    for metric in sorted(rubric.metrics):
        for wish in ({f"more.{metric}": "5"}, {f"more.{metric}": "0" * 5000}, {f"flag.{metric}": "on"}):
            page(house.world.executive, "unit_score", "DST", family, YEAR, **wish)


def test_agency_reads_the_committee_only_once_it_is_told(house: House) -> None:
    case = house.into("committee_review")
    facts = {"about": "moral.l1.1", "said": "not_met", "remark": "ไม่พบเอกสาร", "files": [paper("secret.png")]}
    case = house.do(case, "judge_criterion", house.member, **facts)
    file = case.attachments.get(label="secret.png")
    for user in (house.integrity, house.world.head, house.world.executive):
        for show in ("all", "criteria", "files"):
            text = page(user, "assessment", case.public_id, show=show)
            assert "ไม่พบเอกสาร" not in text
            assert "secret.png" not in text
        page(user, "assessment_facts", case.public_id, status=404, side="committee")
        page(user, "assessment_file", case.public_id, file.public_id, status=404)
        assert "level 0" not in page(house.world.executive, "unit_score", "DST", "moral-district", YEAR)
    assert "ไม่พบเอกสาร" in page(house.chair, "assessment", case.public_id)
    case = house.sign_all(house.do(house.judge_all(case), "conclude", house.secretary))
    assert "0.00" not in page(house.integrity, "assessments")
    house.do(case, "tell_result", house.secretary)
    assert "ไม่พบเอกสาร" in page(house.integrity, "assessment", case.public_id)
    address = reverse("assessment_file", args=[case.public_id, file.public_id])
    assert browser(house.integrity).get(address).status_code == 200


def test_statement_that_is_edited_keeps_its_files_link_and_whether_it_is_shown(house: House) -> None:
    facts = {"about": "moral.l1.1", "said": "met", "link": "https://example.org/a", "files": [paper("a.png")]}
    case = house.do(
        house.begin(), "state_criterion", house.integrity, **facts, shown=True, live="complaints.late_share"
    )
    path = reverse("assessment_criteria", args=[case.public_id, "moral"])
    stated = str(Statement.objects.get().pk)
    sent = {"moral-l1-1-said": "met", "moral-l1-1-remark": "แฟ้ม 2", "moral-l1-1-link": "https://example.org/a"}
    assert browser(house.integrity).post(path, {**sent, "moral-l1-1-seen": stated}).status_code == 302
    row = Statement.objects.latest("id")
    assert (row.remark, row.link, row.live, row.shown) == ("แฟ้ม 2", facts["link"], "complaints.late_share", True)
    assert [file.label for file in row.files.all()] == ["a.png"]
    form = page(house.integrity, "assessment_take", case.public_id, "state_criterion", about="moral.l1.1")
    assert "https://example.org/a" in form
    assert "a.png" in form


def test_stale_sheet_puts_nothing_back_and_says_who_has_answered(house: House) -> None:
    case = house.begin()
    client, path = browser(house.integrity), reverse("assessment_criteria", args=[case.public_id, "moral"])
    opened = {"moral-l1-1-seen": "0", "moral-l1-2-seen": "0"}
    case = house.do(case, "state_criterion", house.integrity2, about="moral.l1.1", said="not_met")
    # He changed another row only: what a colleague has said stands.
    answer = client.post(path, {**opened, "moral-l1-2-said": "met", "moral-l1-2-remark": "แฟ้ม 1"})
    assert answer.status_code == 302
    assert set(Statement.objects.values_list("about", "said")) == {("moral.l1.1", "not_met"), ("moral.l1.2", "met")}
    # Who does not say what he saw puts nothing in place of it either.
    silent = client.post(path, {"moral-l1-1-said": "met", "moral-l1-1-remark": "แฟ้ม 9"})
    assert silent.status_code == 422
    assert Statement.objects.get(about="moral.l1.1").said == "not_met"
    # He answered the same one: he is told, and sending it again is a decision.
    mine = {"moral-l1-1-seen": "0", "moral-l1-1-said": "met", "moral-l1-1-remark": "แฟ้ม 9"}
    own = str(Statement.objects.get(about="moral.l1.2").pk)
    mine |= {"moral-l1-2-said": "met", "moral-l1-2-remark": "แฟ้ม 1", "moral-l1-2-seen": own}
    told = client.post(path, mine)
    assert told.status_code == 422
    text = told.content.decode()
    assert "integrity2 has answered this meanwhile" in text
    now = Statement.objects.filter(about="moral.l1.1").latest("id").pk
    assert f'name="moral-l1-1-seen" value="{now}"' in text
    assert client.post(path, {**mine, "moral-l1-1-seen": str(now)}).status_code == 302
    assert Statement.objects.filter(about="moral.l1.1").latest("id").said == "met"
