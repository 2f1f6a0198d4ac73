"""No live page tells of a protected matter by a number: everybody of the accused unit fetches everything before and
after. With the assessment it is told what had ended before the quarter, and sending it twice tells no more."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.relay import relay
from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.models import Role
from scores.daily import take_daily
from scores.models import Snapshot
from scores.snapshots import facts_of, recomputed
from tests.config.test_crawl_traces import differing, look
from tests.scores.assessment_support import build_house
from tests.support.accusing import GRIEVANCE, matter
from tests.support.crowd import Crowd, build_crowd
from tests.support.world import World, make_person
from workflows.metrics import is_withheld

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YEAR = fiscal_year(TODAY)
LAST = YEAR - 1
MARCH = fiscal_year_bounds(LAST)[0] + timedelta(days=160)
YESTERDAY = TODAY - timedelta(days=1)
# Everybody who reads scores of the unit or of one above it, and who has nothing to do with them.
PEOPLE = "head executive integrity officer administrator only_executive stranger anonymous"
WISHES = ("", "?more.complaints.executive_founded=-1", "?met.d1.l3.3=on", "?flag.complaints.staff_founded=on")


@pytest.fixture
def crowd(world: World, settings: Settings, tmp_path: Path) -> Crowd:
    settings.EVIDENCE_ROOT = tmp_path
    none = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {"default": none, "files": none}
    make_person("other_officer", world.other, Role.OFFICER)
    return build_crowd(world)


def accuse(world: World) -> None:
    """An executive and a grievance, long ended, ended now, and still open; as bad as it can be."""
    for day in (MARCH, YESTERDAY):
        matter(world, day, name="นาย ก", executive=True, then="none")
        matter(world, day, kind=GRIEVANCE)
    matter(world, YESTERDAY, "", name="นาย ข", executive=True)
    take_daily()
    relay()


def pages(*more: str) -> list[str]:
    units = [
        f"scores/units/{code}/{family}/{year}/{wish}"
        for code, wishes in (("DST", WISHES), ("PRV", WISHES[:1]), ("DEP", WISHES[:1]))
        for family in ("cdd-clean", "cdd-clean-checklist")
        for year in (YEAR, LAST)
        for wish in wishes
    ]
    boards = [f"scores/board/?unit={code}&year={year}{end}" for code in ("DST", "PRV", "DEP") for year in (YEAR, LAST)
              for end in ("", "&as=csv")]  # fmt: skip
    return ["scores/", "scores/board/", "overview/", "open/scores/", "notices/", *boards, *units, *more]


def test_nothing_that_anybody_of_the_unit_can_fetch_tells_of_a_protected_matter(world: World, crowd: Crowd) -> None:
    house = build_house(world)
    crowd.enter("integrity", house.integrity)
    case = house.state_all(house.name_committee(house.begin("cdd-clean", LAST)))
    own = [f"scores/{case.public_id}/{end}" for end in ("", "facts.json", "criteria/d1/", "criteria/d4/", "do/submit/")]
    take_daily()
    relay()
    people = [name for name in PEOPLE.split() if name in crowd.clients]
    found = pages(*own)
    before = look(crowd, found, people)
    assert sum(answer[0] == 200 for answer in before.values()) > 60
    accuse(world)
    assert differing(before, look(crowd, found, people)) == []
    assert not any(is_withheld(code) for row in Snapshot.objects.all() for code in facts_of(row).figures)


# --- With the assessment ----------------------------------------------------------------------------------------------
def withheld_of(row: Snapshot) -> dict[str, object]:
    return {code: figure for code, figure in facts_of(row).figures.items() if is_withheld(code)}


def test_assessment_is_sent_with_what_had_ended_before_the_quarter_and_says_no_more_when_sent_again(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    settings.EVIDENCE_ROOT = tmp_path
    house = build_house(world)
    matter(world, MARCH, name="นาย ก", executive=True)
    case = house.state_all(house.name_committee(house.begin("cdd-clean", LAST)))
    case = house.do(case, "submit", world.head)
    first = Snapshot.objects.filter(cause=Snapshot.Cause.SUBMITTED).latest("pk")
    assert withheld_of(first)["complaints.executive_founded"] == 1
    assert withheld_of(first)["complaints.section_122_grievances"] == 0
    score = recomputed(first)
    assert [score.criterion(code).state.met for code in ("d1.l3.3", "d1.l4.3", "d1.l4.4", "d4.l5.3")] == [
        True, True, False, False,
    ]  # fmt: skip
    for kind in ("", GRIEVANCE):
        matter(world, YESTERDAY, kind=kind, **({} if kind else {"name": "นาย ข", "executive": True}))
    case = house.do(case, "send_back", house.secretary, reasons="เอกสารไม่ครบ")
    house.do(case, "submit", world.head)
    again = Snapshot.objects.filter(cause=Snapshot.Cause.SUBMITTED).latest("pk")
    assert again.pk != first.pk
    assert withheld_of(again) == withheld_of(first)


def test_what_was_told_with_the_assessment_stays_on_the_live_page(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    settings.EVIDENCE_ROOT = tmp_path
    house = build_house(world)
    matter(world, MARCH, name="นาย ก", executive=True)
    crowd = Crowd(None)  # type: ignore[arg-type]  # nobody asks for its plan
    crowd.enter("head", world.head)
    address = f"/scores/units/DST/cdd-clean/{LAST}/"

    def state() -> str:
        return str(crowd.clients["head"].get(address).context["own"].criterion("d1.l4.4").state)

    case = house.state_all(house.name_committee(house.begin("cdd-clean", LAST)))
    assert state() == "not_shown"
    assert "so that no number tells of a matter" in crowd.clients["head"].get(address).content.decode()
    house.do(case, "submit", world.head)
    assert state() == "not_met"
