"""Withheld figures: what they count, that they equal a recount of the facts, and that nothing of today moves them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from complaints.metrics_withheld import WITHHELD
from complaints.models import Complaint, ComplaintKind, Respondent
from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.models import Unit
from organisations.shares import Share
from tests.support.accusing import GRIEVANCE, matter
from tests.support.world import World
from workflows.actors import Actor
from workflows.metrics import Figure, Span, figures_of, is_withheld, list_behind, metric
from workflows.models import Case
from workflows.transitions import perform

pytestmark = pytest.mark.django_db
# A year that is over, whose last quarter runs in the tests of quarters.
YEAR = fiscal_year(timezone.localdate()) - 1
FIRST, AFTER = fiscal_year_bounds(YEAR)
WHOLE = Span(YEAR, AFTER - timedelta(days=1))
CODES = [row.code for row in WITHHELD]
MARCH = FIRST + timedelta(days=160)


def figures(unit: Unit, span: Span = WHOLE) -> dict[str, Figure]:
    """Without the name of the app."""
    found = figures_of([unit.pk], CODES, span, withheld=True)[unit.pk]
    return {code.removeprefix("complaints."): figure for code, figure in found.items()}


def counts(unit: Unit, span: Span = WHOLE) -> dict[str, Figure]:
    """Those that are not 0."""
    return {code: figure for code, figure in figures(unit, span).items() if figure not in (0, Share(0, 0))}


# --- Where it is known ------------------------------------------------------------------------------------------------
def test_no_withheld_figure_is_computed_unless_it_is_asked_for(world: World) -> None:
    matter(world, MARCH, name="นาย ก", executive=True)
    assert figures_of([world.district.pk], CODES, WHOLE) == {world.district.pk: {}}
    assert all(map(is_withheld, CODES))
    assert not is_withheld("complaints.overdue_share")
    assert not is_withheld("nobody.computes")


@pytest.mark.parametrize(
    ("as_of", "settled"),
    [
        (date(2026, 9, 30), date(2026, 10, 1)),
        (date(2026, 9, 29), date(2026, 7, 1)),
        (date(2026, 8, 15), date(2026, 7, 1)),
        (date(2026, 3, 31), date(2026, 4, 1)),
        (date(2026, 2, 1), date(2026, 1, 1)),
        (date(2025, 10, 1), date(2025, 10, 1)),
    ],
)
def test_span_is_settled_to_the_quarter_that_runs(as_of: date, settled: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.metrics.timezone.localdate", lambda: date(2026, 11, 21))
    assert Span(2569, as_of).settled == settled
    # On the last day of a quarter that day is not over.
    monkeypatch.setattr("workflows.metrics.timezone.localdate", lambda: date(2026, 9, 30))
    assert Span(2569, date(2026, 9, 30)).settled == date(2026, 7, 1)


# --- What is counted --------------------------------------------------------------------------------------------------
def test_founded_matter_about_an_executive_counts_where_he_was_not_where_it_lies(world: World) -> None:
    case = matter(world, MARCH, name="นาย ก", executive=True)
    one = Share(1, 1)
    expected = {
        "discipline_pursued": one, "discipline_pursued_founded": one, "executive_founded": 1, "staff_founded": 1,
    }  # fmt: skip
    assert counts(world.district) == counts(world.province) == counts(world.department) == expected
    assert counts(world.centre) == counts(world.other) == {}
    assert case.unit_id == world.centre.pk
    # Named with a unit, he counts there.
    matter(world, MARCH, name="นาย ข", unit=world.district)
    Respondent.objects.filter(case__gt=case.pk).update(unit=world.other)
    assert counts(world.other)["staff_founded"] == 1
    assert counts(world.district) == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (
            {"executive": False},
            {"discipline_pursued": (1, 1), "discipline_pursued_founded": (1, 1), "staff_founded": 1},
        ),
        ({"then": "none"}, {"discipline_pursued": (0, 1), "discipline_pursued_founded": (0, 1), "staff_founded": 1}),
        ({"outcome": "unfounded"}, {"discipline_pursued": (1, 1)}),
        # Founded, but not what is said of him (a pothole that is really there).
        ({"against": "unfounded"}, {"discipline_pursued": (1, 1)}),
        ({"official": False}, {}),
        ({"end": "discontinued"}, {"discipline_pursued": (0, 1)}),
        ({"end": "declined"}, {}),
        ({"end": ""}, {}),
        ({"kind": GRIEVANCE}, {"section_122_grievances": 1, "section_122_founded": 1}),
        ({"kind": GRIEVANCE, "outcome": "unfounded"}, {"section_122_grievances": 1}),
        ({"kind": GRIEVANCE, "end": "declined"}, {"section_122_grievances": 1}),
        ({"kind": GRIEVANCE, "end": ""}, {}),
    ],
)
def test_what_counts(world: World, how: dict[str, Any], expected: dict[str, Any]) -> None:
    matter(world, MARCH, **{"name": "นาย ก", "executive": how.get("official", True) and "executive" in how, **how})
    wanted = {code: Share(*figure) if isinstance(figure, tuple) else figure for code, figure in expected.items()}
    assert counts(world.district) == wanted


def test_pothole_that_is_founded_fails_nothing(world: World) -> None:
    matter(world, MARCH, kind=world.ordinary.pk)
    assert counts(world.district) == {}


def test_which_kinds_are_grievances_is_rule_data(world: World) -> None:
    matter(world, MARCH, kind=GRIEVANCE)
    assert counts(world.district)["section_122_grievances"] == 1
    ComplaintKind.objects.filter(pk="internal").update(section_122=False)
    assert counts(world.district) == {}


def test_matter_of_which_nobody_knows_whom_it_is_about_counts_nowhere(world: World) -> None:
    case = matter(world, MARCH, name="นาย ก")
    Complaint.objects.filter(case=case.pk).update(about_unit=None)
    assert counts(world.department) == {}


# --- Nothing of the quarter that runs ---------------------------------------------------------------------------------
def test_nothing_that_happens_now_moves_a_withheld_figure(world: World) -> None:
    """Come in, named by mistake, reopened, found, ended: whoever reads twice in a quarter learns nothing."""
    ended = matter(world, MARCH, name="นาย ก", executive=True)
    grievance = matter(world, MARCH, kind=GRIEVANCE)
    before = figures(world.district)
    today = timezone.localdate()
    matter(world, today - timedelta(days=1), name="นาย ข", executive=True)
    matter(world, today - timedelta(days=1), kind=GRIEVANCE)
    matter(world, today, "", name="นาย ค")
    for case in (ended, grievance):
        perform(case, "reopen_ex_officio", Actor.person(world.centre_approver), to=world.centre_officer, reasons="ใหม่")
    row = Respondent.objects.get(case=ended.pk)
    perform(
        Case.objects.get(pk=ended.pk), "remove_respondent", Actor.person(world.centre_approver), respondent=row,
        reasons="ผิดคน",
    )  # fmt: skip
    assert figures(world.district) == before
    assert before["executive_founded"] == before["section_122_grievances"] == 1


def test_what_ended_in_a_quarter_is_known_when_the_quarter_is_over(world: World) -> None:
    day = date(FIRST.year + 1, 2, 10)
    matter(world, day, kind=GRIEVANCE)
    assert counts(world.district, Span(YEAR, date(day.year, 3, 30))) == {}
    assert counts(world.district, Span(YEAR, date(day.year, 3, 31))) == {
        "section_122_grievances": 1,
        "section_122_founded": 1,
    }
    # In the year in which it ended, and in no other.
    next_year = Span(YEAR + 1, timezone.localdate())
    assert counts(world.district, next_year) == counts(world.district, Span(YEAR - 1, FIRST - timedelta(days=1))) == {}


# --- The cases behind -------------------------------------------------------------------------------------------------
def test_list_behind_opens_only_for_whom_every_case_exists(world: World) -> None:
    case = matter(world, MARCH, name="นาย ก", executive=True)
    code = "complaints.executive_founded"
    behind = metric(code).behind
    assert behind is not None
    assert [row.pk for row in behind(world.district.pk, WHOLE)] == [case.pk]
    for user in (world.head, world.executive, world.officer, world.administrator, world.stranger):
        assert list_behind(user, code, world.district.pk, WHOLE) is None
    of_centre = list_behind(world.centre_officer, code, world.district.pk, WHOLE)
    assert of_centre is not None
    assert [row.pk for row in of_centre] == [case.pk]


# --- Equal to a recount -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Spec:
    """A matter as it is played."""

    place: str
    kind: str
    end: str
    outcome: str
    against: str
    then: str
    official: bool
    executive: bool
    day: int


specs = st.builds(
    Spec,
    place=st.sampled_from(["district", "other", "province"]),
    kind=st.sampled_from(["corruption_bribery", GRIEVANCE, "service_manner"]),
    end=st.sampled_from(["closed", "closed", "closed", "declined", "discontinued", ""]),
    outcome=st.sampled_from(["founded", "partly", "unfounded", "inconclusive"]),
    against=st.sampled_from(["", "founded", "unfounded"]),
    then=st.sampled_from(["discipline", "ethics", "criminal", "none"]),
    official=st.booleans(),
    executive=st.booleans(),
    day=st.integers(-40, 400),
)
BELOW = {"district": {"district"}, "other": {"other"}, "province": {"district", "other", "province"}}
BAD = ("founded", "partly")


def played(world: World, spec: Spec) -> None:
    """Played as far as the law allows: nothing is found against somebody in an unfounded matter."""
    against = spec.against if spec.outcome in BAD else ""
    unit = getattr(world, spec.place)
    day = min(FIRST + timedelta(days=spec.day), timezone.localdate() - timedelta(days=1))
    facts = {"name": "นาย ก", "official": spec.official, "executive": spec.official and spec.executive}
    end = spec.end if spec.kind != "service_manner" or spec.place == "district" else "withdrawn"
    matter(world, day, end, kind=spec.kind, unit=unit, outcome=spec.outcome, against=against, then=spec.then, **facts)


def recount(found: list[Spec], place: str, settled: date) -> dict[str, Figure]:
    """The same by hand."""
    here = []
    for spec in found:
        ended = min(FIRST + timedelta(days=spec.day), timezone.localdate() - timedelta(days=1)) + timedelta(days=1)
        gone = spec.kind == "service_manner" and spec.place != "district"
        if spec.place in BELOW[place] and FIRST <= ended < settled and not gone and spec.end:
            here.append(spec)
    grievances = [spec for spec in here if spec.kind == GRIEVANCE]
    closed = [spec for spec in here if spec.kind != GRIEVANCE and spec.end != "declined" and spec.official]
    bad = [
        spec for spec in closed
        if spec.end == "closed" and spec.outcome in BAD and (spec.against or spec.outcome) in BAD
    ]  # fmt: skip
    followed = [spec for spec in bad if spec.then != "none"]
    decided = [spec for spec in closed if spec.end == "closed"]
    return {
        "section_122_grievances": len(grievances),
        "section_122_founded": sum(spec.end == "closed" and spec.outcome in BAD for spec in grievances),
        "discipline_pursued": Share(len(decided) - len(bad) + len(followed), len(closed)),
        "discipline_pursued_founded": Share(len(followed), len(bad)),
        "executive_founded": sum(spec.executive for spec in bad),
        "staff_founded": len(bad),
    }


# Each matter takes a dozen edges: a failing example is read as it was found.
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(found=st.lists(specs, min_size=2, max_size=6))
def test_withheld_figures_are_those_of_a_recount(world: World, found: list[Spec]) -> None:
    with transaction.atomic():
        for spec in found:
            played(world, spec)
        for span in (WHOLE, Span(YEAR, MARCH)):
            for place in BELOW:
                assert figures(getattr(world, place), span) == recount(found, place, span.settled)
        transaction.set_rollback(True)
