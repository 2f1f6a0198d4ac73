"""The pages of draws for staff and approvers: who sees what, what is refused and where, at what cost."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from organisations.calendar import quarter_of
from organisations.formats import write_date
from organisations.models import Role, User
from procurement.models import Draw, DrawCase, SeatCase
from procurement.states.draw import ALL, GRAPH
from tests.support.purchases import Plan, paper
from tests.support.seats import LOTTERY, announce, drawn, join_pool, open_seat, pool
from tests.support.seen import seen
from tests.support.world import make_person

pytestmark = pytest.mark.django_db
BOXES = dict(zip(("first_prize", "front_a", "front_b", "last_a", "last_b", "last_two"), LOTTERY.split(), strict=True))


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def browser(user: User, language: str = "en") -> Client:
    """A browser of somebody who is signed in and reads that language."""
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: Any, status: int = 200, **query: str) -> str:
    """The text of a page."""
    answer = browser(user).get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


def typed(plan: Plan, **changes: Any) -> dict[str, Any]:
    """What the form of the announcement sends for a draw without quotas."""
    year, quarter = quarter_of(timezone.localdate())
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    given = {"period": f"{year}-{quarter}", "size": "2", "seed_source": "lottery", "other_day": day}
    return {**given, **changes}


def send(user: User, unit: str = "DST", **data: Any) -> Any:
    """The form of the announcement, sent."""
    return browser(user).post(f"{reverse('draw_announce')}?unit={unit}", data)


def people_of_two_sexes(plan: Plan) -> None:
    """Six women and three men; one of the men is young."""
    pool(plan, 6)
    for number, year in enumerate((2520, 2521, 2545)):
        join_pool(plan.citizen(f"นาย ชายคนที่{number} สมมุติ"), plan.staff, sex="male", birth_year=year)


def known(case: DrawCase) -> DrawCase:
    """The value is known by now."""
    Draw.objects.filter(pk=case.pk).update(seed_known_at=timezone.now() - timedelta(days=1))
    return DrawCase.objects.get(pk=case.pk)


# --- Rights -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["draw", "draw_notice"])
def test_draw_does_not_exist_for_another_unit_nor_for_the_anonymous(plan: Plan, name: str) -> None:
    pool(plan, 3)
    case = announce(plan)
    assert page(plan.world.stranger, name, case.public_id, status=404)
    page(plan.world.officer, name, case.public_id, status=404)
    assert Client().get(reverse(name, args=[case.public_id])).status_code == 302
    assert browser(plan.world.stranger).get(reverse("draw_take", args=[case.public_id, "hold_draw"])).status_code == 404


@pytest.mark.parametrize("name", ["draws", "draw_announce"])
def test_list_and_announcement_need_a_role(plan: Plan, name: str) -> None:
    assert Client().get(reverse(name)).status_code == 302
    page(plan.world.officer, name, status=403)


def test_announcing_is_for_the_unit_one_plans(plan: Plan) -> None:
    pool(plan, 3)
    page(plan.approver, "draw_announce", status=403)
    page(plan.staff, "draw_announce", unit="OTH", status=404)
    page(plan.staff, "draw_announce", unit="no such", status=404)
    assert send(plan.staff, unit="OTH", **typed(plan)).status_code == 404
    # He reads this unit as an executive, and plans another one.
    both = make_person("both", plan.world.other, Role.PROCUREMENT)
    make_post(both, plan)
    page(both, "draw_announce", unit="DST", status=403)


def make_post(user: User, plan: Plan) -> None:
    """A second post: executive of the province."""
    other = make_person("x" + user.username, plan.world.province, Role.EXECUTIVE)
    other.holdings.update(user=user)


def test_executive_reads_places_and_no_names(plan: Plan) -> None:
    citizens = pool(plan, 3)
    case = drawn(plan)
    with_names = page(plan.staff, "draw", case.public_id)
    without = page(plan.world.executive, "draw", case.public_id)
    for citizen in citizens:
        assert citizen.person.name in with_names
        assert citizen.person.name not in without
    assert citizens[0].person.name in page(plan.approver, "draw", case.public_id)


def test_before_it_is_drawn_nobody_reads_names(plan: Plan) -> None:
    citizens = pool(plan, 3)
    text = page(plan.staff, "draw", announce(plan).public_id)
    assert not any(citizen.person.name in text for citizen in citizens)


def test_no_page_shows_the_secret_of_a_line(plan: Plan) -> None:
    pool(plan, 3)
    case = drawn(plan)
    texts = page(plan.staff, "draw", case.public_id) + page(plan.staff, "draw_notice", case.public_id)
    assert not any(nonce in texts for nonce in case.draw.entries.values_list("nonce", flat=True))


@pytest.mark.parametrize("state", ALL)
def test_every_edge_has_a_form_or_a_sentence_in_every_state(plan: Plan, state: str) -> None:
    pool(plan, 3)
    case = announce(plan) if state == "draw_announced" else drawn(plan)
    if state == "draw_annulled":
        case = plan.do(case, "annul", plan.approver, reasons="ผิดงวด")
    assert case.state == state
    for edge in GRAPH.edges:
        for user in (plan.staff, plan.approver):
            answer = browser(user).get(reverse("draw_take", args=[case.public_id, edge.name]))
            assert answer.status_code in ((404,) if edge.name == "announce" else (200, 403, 409, 422)), edge.name


# --- The calendar -----------------------------------------------------------------------------------------------------
def test_calendar_says_what_each_quarter_has_and_what_is_next(plan: Plan) -> None:
    text = page(plan.staff, "draws")
    assert "Admit citizens to the pool" in text
    pool(plan, 3)
    plan.activity()
    text = page(plan.staff, "draws")
    assert "missing" in text
    assert "Announce a draw" in text
    case = announce(plan)
    text = page(plan.staff, "draws")
    assert reverse("draw", args=[case.public_id]) in text
    assert "Value known from" in text
    known(case)
    assert reverse("draw_take", args=[case.public_id, "hold_draw"]) in page(plan.staff, "draws")
    held = plan.do(known(case), "hold_draw", seed=LOTTERY)
    plan.do(held, "annul", plan.approver, reasons="ผิดงวด")
    text = page(plan.staff, "draws")
    assert "annulled" in text
    assert "Announce a draw" in text


def test_calendar_shows_the_draw_of_a_unit_above(plan: Plan) -> None:
    pool(plan, 3)
    year, quarter = quarter_of(timezone.localdate())
    data = typed(plan)
    assert send(plan.upper_staff, unit="PRV", **data).status_code == 302
    text = page(plan.staff, "draws")
    assert "by the draw of" in text
    assert Draw.objects.get().unit == plan.world.province
    assert (Draw.objects.get().fiscal_year, Draw.objects.get().quarter) == (year, quarter)


def test_calendar_of_an_approver_offers_no_announcement(plan: Plan) -> None:
    pool(plan, 3)
    assert reverse("draw_announce") not in page(plan.approver, "draws")


def test_calendar_costs_the_same_for_one_unit_and_many(
    plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pool(plan, 3)
    announce(plan)
    few, many = browser(plan.staff), browser(plan.upper_staff)
    for client in (few, many):
        # The first reader of the day computes how the units stand.
        client.get(reverse("draws"))
    with django_assert_max_num_queries(24) as one:
        assert few.get(reverse("draws")).status_code == 200
    with django_assert_max_num_queries(24) as several:
        assert len(many.get(reverse("draws")).context["rows"]) > 1
    assert abs(len(several) - len(one)) <= 1


# --- The announcement -------------------------------------------------------------------------------------------------
def test_empty_pool_says_what_to_do(plan: Plan) -> None:
    assert "Nobody in the pool of this unit may be drawn yet" in page(plan.staff, "draw_announce")


def test_form_offers_a_seat_for_each_activity_without_a_citizen(plan: Plan) -> None:
    pool(plan, 3)
    plan.activity()
    plan.activity(500_000)
    assert 'name="size" value="2"' in page(plan.staff, "draw_announce")


def test_check_writes_nothing_and_shows_everything(plan: Plan) -> None:
    people_of_two_sexes(plan)
    answer = send(plan.staff, **typed(plan, check="1", **{"least-sex-male": "2", "size": "3"}))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert not Draw.objects.exists()
    assert "Nothing has been written yet" in text
    with override("th"):
        # The sentence that is frozen is Thai, whatever its writer reads.
        assert write_date(timezone.localdate() + timedelta(days=9), long=True) in text
    assert "smallest" in text
    assert 'name="announce"' in text


def test_check_warns_of_a_value_that_comes_too_late(plan: Plan) -> None:
    pool(plan, 3)
    day = (timezone.localdate() + timedelta(days=200)).isoformat()
    assert "only when the quarter is over" in send(plan.staff, **typed(plan, check="1", other_day=day)).content.decode()


def test_check_points_out_types_of_few_people(plan: Plan) -> None:
    people_of_two_sexes(plan)
    sex = send(plan.staff, **typed(plan, check="1", **{"least-sex-male": "1"})).content.decode()
    assert "Somebody may be recognised" not in sex
    both = {"least-sex-male": "1", "most-age-20-34": "1"}
    text = send(plan.staff, **typed(plan, check="1", **both)).content.decode()
    assert "Somebody may be recognised" in text


def test_quotas_that_cannot_be_kept_are_named_beside_their_fields(plan: Plan) -> None:
    people_of_two_sexes(plan)
    wrong = {"least-sex-male": "2", "least-sex-female": "2", "size": "3"}
    for button in ({"check": "1"}, {"announce": "1"}):
        answer = send(plan.staff, **typed(plan, **wrong, **button))
        assert answer.status_code == 422
        form = answer.context["form"]
        assert set(form.errors) >= {"least-sex-male", "least-sex-female"}
        assert "most-age-20-34" not in form.errors
        assert 'name="least-sex-male" value="2"' in answer.content.decode()
    assert not Draw.objects.exists()


def test_announced_draw_has_the_quotas_and_the_sentence(plan: Plan) -> None:
    people_of_two_sexes(plan)
    data = typed(plan, announce="1", size="3", **{"least-sex-male": "1", "most-sex-male": "2"})
    answer = send(plan.staff, **data)
    draw = Draw.objects.get()
    assert answer.url == reverse("draw", args=[draw.case.public_id])
    assert (draw.algorithm, draw.size) == ("quotas/1", 3)
    assert draw.announcement["quotas"] == [{"feature": "sex", "value": "male", "least": 1, "most": 2}]
    assert draw.announcement["seed_source"].startswith("lottery: ")
    assert draw.announcement["seed_source"].removeprefix("lottery: ") == draw.seed_name
    assert timezone.localtime(draw.seed_known_at).hour == 14


def test_beacon_is_named_by_its_round_or_its_time(plan: Plan) -> None:
    pool(plan, 3)
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    data = typed(plan, announce="1", seed_source="beacon", beacon_day=day, beacon_time="09:00")
    assert send(plan.staff, **data).status_code == 302
    draw = Draw.objects.get()
    local = timezone.localtime(draw.seed_known_at)
    assert (local.date().isoformat(), local.hour, local.minute) == (day, 9, 0)
    assert local.second < 3
    assert "drand quicknet" in draw.seed_name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"period": "2500-1"}, "period"),
        ({"size": "0"}, "size"),
        ({"size": "4"}, "size"),
        ({"other_day": "", "lottery_day": ""}, "lottery_day"),
        ({"other_day": "2020-01-16"}, "lottery_day"),
        ({"seed_source": "beacon", "beacon_round": "1"}, "beacon_round"),
        ({"seed_source": "beacon", "beacon_day": "", "beacon_round": ""}, "beacon_round"),
        ({"seed_source": "dice"}, "seed_source"),
    ],
)
def test_wrong_input_is_said_beside_its_field(plan: Plan, changes: dict[str, str], field: str) -> None:
    pool(plan, 3)
    for button in ("check", "announce"):
        answer = send(plan.staff, **typed(plan, **{button: "1"}, **changes))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
    assert not Draw.objects.exists()


def test_quota_of_a_value_that_left_the_pool_is_told(plan: Plan) -> None:
    people_of_two_sexes(plan)
    answer = send(plan.staff, **typed(plan, check="1", **{"least-age-65+": "1"}))
    assert answer.status_code == 422
    assert "no longer in it" in answer.content.decode()


def test_second_draw_of_the_quarter_is_refused_beside_the_quarter(plan: Plan) -> None:
    pool(plan, 3)
    announce(plan)
    answer = send(plan.staff, **typed(plan, announce="1"))
    assert answer.status_code == 422
    assert "period" in answer.context["form"].errors
    assert Draw.objects.count() == 1


def test_notice_has_the_digest_and_where_to_verify(plan: Plan) -> None:
    pool(plan, 3)
    case = announce(plan)
    text = page(plan.staff, "draw_notice", case.public_id)
    assert case.draw.digest[:8] in text
    assert case.draw.digest[-8:] in text
    assert reverse("open_draw", args=[case.public_id]) in text


# --- Drawing ----------------------------------------------------------------------------------------------------------
def hold(user: User, case: DrawCase, **data: Any) -> Any:
    """The form of the value, sent."""
    sent = {"compared": "on", **seen(case), **data}
    return browser(user).post(reverse("draw_take", args=[case.public_id, "hold_draw"]), sent)


def test_value_before_its_time_is_refused_with_a_sentence(plan: Plan) -> None:
    pool(plan, 3)
    case = announce(plan)
    answer = hold(plan.staff, case, **BOXES)
    assert answer.status_code == 422
    assert "not known yet" in answer.content.decode()
    assert not Draw.objects.filter(seed__isnull=False).exists()
    # On the page the button is barred with the same sentence.
    assert "not known yet" in page(plan.staff, "draw", case.public_id)


def test_six_numbers_are_entered_as_printed(plan: Plan) -> None:
    pool(plan, 3)
    case = known(announce(plan))
    thai = {name: text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")) for name, text in BOXES.items()}
    assert hold(plan.staff, case, **thai).status_code == 302
    assert Draw.objects.get().seed == {"text": LOTTERY, "key": "123456./111.222./333.444./55./"}


@pytest.mark.parametrize(
    "changes", [{"first_prize": "12345"}, {"last_two": "5"}, {"front_a": "abc"}, {"last_b": ""}, {"compared": ""}]
)
def test_wrong_digits_are_said_beside_their_box(plan: Plan, changes: dict[str, str]) -> None:
    pool(plan, 3)
    answer = hold(plan.staff, known(announce(plan)), **{**BOXES, **changes})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(changes)
    assert Draw.objects.get().seed is None


def test_value_of_a_beacon(plan: Plan) -> None:
    pool(plan, 3)
    case = known(announce(plan, seed_source="beacon"))
    assert "value" in hold(plan.staff, case, value="zz").context["form"].errors
    assert hold(plan.staff, case, value="0A" * 32).status_code == 302
    assert Draw.objects.get().result is not None


def test_draw_is_held_once(plan: Plan) -> None:
    pool(plan, 3)
    case = known(announce(plan))
    assert hold(plan.staff, case, seen_version="1", **BOXES).status_code == 302
    answer = hold(plan.staff2, case, seen_version="1", **{**BOXES, "last_two": "99"})
    assert answer.status_code == 409
    assert Draw.objects.get().seed["text"] == LOTTERY


def test_approver_is_told_what_follows_before_he_annuls(plan: Plan) -> None:
    pool(plan, 4)
    case = drawn(plan)
    seat = plan.do(open_seat(plan, plan.committee()), "draw_next")
    text = page(plan.approver, "draw_take", case.public_id, "annul")
    assert "1 seat that it offered" in text
    sent = {"reasons": "กรอกเลขผิด", **seen(case)}
    answer = browser(plan.approver).post(reverse("draw_take", args=[case.public_id, "annul"]), sent)
    assert answer.status_code == 302
    assert SeatCase.objects.get(pk=seat.pk).state == "seat_void"
    page(plan.staff, "draw_notice", case.public_id, status=404)
    assert send(plan.staff, **typed(plan, announce="1")).status_code == 302


def test_file_of_a_draw_is_for_who_sees_the_draw(plan: Plan) -> None:
    pool(plan, 3)
    case = plan.do(announce(plan), "attach", files=[paper()])
    address = reverse("draw_file", args=[case.public_id, case.attachments.get().public_id])
    assert address in page(plan.staff, "draw", case.public_id)
    assert browser(plan.staff).get(address).status_code == 200
    assert browser(plan.world.stranger).get(address).status_code == 404


def test_staff_does_not_annul(plan: Plan) -> None:
    pool(plan, 3)
    case = drawn(plan)
    page(plan.staff, "draw_take", case.public_id, "annul", status=403)


@pytest.mark.parametrize("people", [1, 50])
def test_page_costs_the_same_for_one_line_and_fifty(
    plan: Plan, people: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        join_pool(plan.citizen(f"นาย ที่{number} สมมุติ"), plan.staff, account=False)
    case = drawn(plan, size=1)
    client = browser(plan.staff)
    client.get(reverse("draw", args=[case.public_id]))
    with django_assert_max_num_queries(36):
        text = client.get(reverse("draw", args=[case.public_id])).content.decode()
    assert text.count("นาย ที่") == people


def test_order_has_pages(plan: Plan) -> None:
    for number in range(52):
        join_pool(plan.citizen(f"นาย ที่{number} สมมุติ"), plan.staff, account=False)
    case = drawn(plan)
    assert page(plan.staff, "draw", case.public_id, page="2").count("นาย ที่") == 2
    assert page(plan.staff, "draw", case.public_id, page="99").count("นาย ที่") == 2
