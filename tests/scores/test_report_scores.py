"""Which scores stand in a report: those that everybody may read, for not all its readers read scores."""

import pytest
from django.utils import timezone, translation

from complaints.statistics.periods import month_of
from organisations.formats import write_date
from organisations.models import Unit
from scores.daily import take_daily
from scores.models import Snapshot
from scores.reports.figures import Figures
from scores.reports.filling import figures_of
from scores.reports.rules import READERS as READERS_OF_REPORTS
from scores.rules import READERS
from tests.scores.assessment_support import House, build_house
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


def scores_in(unit: Unit) -> Figures:
    """What a report of this month would hold."""
    return figures_of(unit, month_of(timezone.localdate()))


def codes(figures: Figures) -> list[str]:
    return [code for code in figures.by_code if code.startswith("scores.")]


def test_some_read_reports_who_read_no_scores() -> None:
    assert READERS_OF_REPORTS - READERS


@pytest.mark.parametrize("place", ["committee_review", "committee_signing", "result_told", "result_final"])
def test_score_that_is_not_published_stands_in_no_report(house: House, place: str) -> None:
    house.into(place)
    take_daily()
    kept = Snapshot.objects.filter(unit=house.world.district)
    assert {"submitted", "daily"} <= set(kept.values_list("cause", flat=True))
    assert codes(scores_in(house.world.district)) == []


def test_published_score_stands_there_with_the_day_of_its_publication(house: House) -> None:
    house.into("result_published")
    found = scores_in(house.world.district)
    [code] = codes(found)
    figure, today = found.by_code[code], timezone.localdate()
    published = Snapshot.objects.get(cause=Snapshot.Cause.PUBLISHED)
    assert (code, figure.value[0]) == ("scores.moral-district", f"{published.points:.2f}")
    with translation.override("th"):
        assert write_date(today, long=True) in figure.definition
    assert "เผยแพร่เมื่อ" in figure.definition
    assert not next(group for group in found.groups if group.code == "scores").staff_only
