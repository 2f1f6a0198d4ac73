"""The citizens of the demo: a pool, draws in each state, seats that give every page and pile something to show."""

import re
from datetime import date

import pytest
from django.urls import reverse

from organisations.demo.clock import as_of
from organisations.demo.people import PASSWORD
from organisations.models import Unit, User
from procurement.actions.suppliers import check_digit_holds
from procurement.demo.citizens import sign_in_lines
from procurement.demo.load import load_procurement
from procurement.demo.plan import APPLICANTS, CITIZENS, CITIZENS_BEYOND, LAST_YEAR, OFFICE, STORIES, THIS_YEAR
from procurement.models import Citizen, Consent, Draw, Observation, Seat, SeatCase
from procurement.pool.line import draw_for
from procurement.pool.sealed import read_private
from procurement.quality import quality_of
from procurement.states import seat as law
from tests.procurement.test_demo import A_DAY, at_noon, quiet
from tests.procurement.test_desk import signed_in

pytestmark = pytest.mark.demo


def state_of(code: str) -> str:
    """The state of the last seat of an activity."""
    return SeatCase.objects.filter(seat__committee__purchase__activity__code=code).order_by("-pk")[0].state


def test_stories_are_told_by_rows_that_exist() -> None:
    codes = {row.code: row for row in THIS_YEAR + LAST_YEAR}
    assert set(STORIES) <= set(codes)
    assert all(row.citizen for row in codes.values() if row.story)


def check_pool_of_the_demo_is_sealed_and_nobodys(whole: int) -> None:
    assert Citizen.objects.filter(status="admitted").count() == len(CITIZENS) + len(CITIZENS_BEYOND) == 27
    assert Citizen.objects.filter(status="applied").count() == len(APPLICANTS)
    private = [read_private(citizen) for citizen in Citizen.objects.all()]
    # No identity number begins with a zero.
    assert all(row["id_number"].startswith("00000") and check_digit_holds(row["id_number"]) for row in private)
    assert all(row["email"].endswith("@example.org") for row in private)
    assert len({row["id_number"] for row in private}) == len(private)
    for purpose in Consent.Purpose:
        assert Consent.objects.filter(purpose=purpose).exists()


def check_draws_wait_are_to_be_held_and_were_held(whole: int) -> None:
    with as_of(at_noon(A_DAY)):
        assert draw_for(Unit.objects.get(code=OFFICE).pk, A_DAY) is not None
    announced = Draw.objects.filter(case__state="draw_announced")
    assert announced.filter(seed_known_at__gt=at_noon(A_DAY), algorithm=Draw.Algorithm.QUOTAS).count() == 1
    assert announced.filter(seed_known_at__lt=at_noon(A_DAY)).count() == 1


def check_seats_stand_in_many_states_and_each_sign_in_has_something_to_do(whole: int) -> None:
    reached = set(SeatCase.objects.filter(kind="seat").values_list("state", flat=True))
    assert reached >= {
        law.VACANT, law.INVITED, law.ACCEPTED, law.DECLARED, law.CLEARED, law.APPOINTED, law.SERVING, law.SUSPENDED,
        law.DECLINED, law.COMPLETED,
    }  # fmt: skip
    wanted = {"ก01": law.SERVING, "ก17": law.INVITED, "ก19": law.ACCEPTED, "ก02": law.SUSPENDED, "ก11": law.DECLARED}
    assert {code: state_of(code) for code in STORIES} == wanted
    lines = sign_in_lines()
    assert len(lines) == len(STORIES)
    names = [re.search(r": (citizen\d*) / ", line)[1] for line in lines]  # type: ignore[index]
    assert names[0] == "citizen"
    # Two quarters may have chosen one person twice.
    assert len(set(names)) >= len(STORIES) - 1
    assert User.objects.get(username="citizen").check_password(PASSWORD)
    assert User.objects.filter(username__startswith="citizen").count() == len(CITIZENS) + len(CITIZENS_BEYOND)
    assert not User.objects.filter(username__startswith="c-").exists()
    serving = Seat.objects.get(case__state=law.SERVING, committee__purchase__activity__code="ก01")
    answers = list(serving.observations.values_list("outcome", flat=True))
    assert answers == [Observation.Outcome.PROMISED, ""]
    before = list(User.objects.order_by("pk").values_list("username", flat=True))
    load_procurement(A_DAY, quiet)
    assert list(User.objects.order_by("pk").values_list("username", flat=True)) == before

    with as_of(at_noon(A_DAY)):
        this = quality_of(Unit.objects.get(code=OFFICE), 2570)
        last = quality_of(Unit.objects.get(code=OFFICE), 2569)
    assert this.never_invited == 1
    assert this.reports > this.answered > 0
    assert 0 < last.in_time < last.answered
    assert last.fixed > 0


def check_every_citizen_page_and_the_staff_pages_open(whole: int) -> None:
    for name in ("citizen", "citizen2", "citizen3"):
        client = signed_in(User.objects.get(username=name))
        assert client.get(reverse("my_seats")).status_code == 200
        seat = SeatCase.objects.filter(seat__person__citizen__account__username=name).order_by("-pk")[0]
        assert client.get(reverse("my_seat", args=[seat.public_id])).status_code == 200
    client = signed_in(User.objects.get(username="procurement"))
    for page in ("procurement_desk", "seats", "draws", "level"):
        assert client.get(reverse(page)).status_code == 200, page


@pytest.mark.django_db
@pytest.mark.parametrize("today", [date(2026, 10, 1), date(2027, 1, 3)], ids=str)
def test_seats_are_drawn_at_the_turn_of_a_year_and_of_a_quarter(monkeypatch: pytest.MonkeyPatch, today: date) -> None:
    from organisations.demo.load import load_organisation
    from procurement.demo import load as loading

    for others in ("LAST_YEAR", "BEYOND"):
        monkeypatch.setattr(loading, others, ())
    monkeypatch.setattr(loading, "THIS_YEAR", tuple(row for row in THIS_YEAR if row.citizen)[:4])
    load_organisation(today)
    load_procurement(today, quiet)
    assert Seat.objects.filter(how="draw").exists()
    assert not Seat.objects.filter(how="nomination").exists()
