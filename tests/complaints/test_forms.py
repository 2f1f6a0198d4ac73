"""What the forms of the edges make of odd values."""

from datetime import timedelta

import pytest
from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import override

from complaints.forms import FORMS
from complaints.models import ComplaintCase
from complaints.states import GRAPH
from organisations.models import Leave, User
from tests.support.world import World

TODAY = timezone.localdate()


def measures(world: World, case: ComplaintCase, **changes: str) -> forms.Form:
    given = {
        "measures-TOTAL_FORMS": "1",
        "measures-INITIAL_FORMS": "0",
        "measures-0-kind": "corrective",
        "measures-0-text": "ซ่อมไฟ",
        "measures-0-owner": str(world.officer.pk),
        "measures-0-due_on": (TODAY + timedelta(days=10)).isoformat(),
        **changes,
    }
    return FORMS["decide_founded"](given, case=case, user=world.approver)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due", "valid"),
    [
        (TODAY.isoformat(), True),
        ((TODAY + timedelta(days=3653)).isoformat(), True),
        ((TODAY + timedelta(days=3654)).isoformat(), False),
        ("9999-12-31", False),
        ("7800-01-01", False),
        ("01/01/7800", False),
        (f"{TODAY.year + 544}-01-01", False),
        (f"01/01/{TODAY.year + 544}", True),
    ],
)
def test_measure_is_due_within_ten_years(world: World, due: str, valid: bool) -> None:
    case = world.into("review")
    form = measures(world, case, **{"measures-0-due_on": due})
    assert form.is_valid() == valid


@pytest.mark.django_db
@pytest.mark.parametrize(("last_day", "valid"), [(9, False), (10, True)])
def test_measure_is_not_due_after_the_last_day_of_its_owner(world: World, last_day: int, valid: bool) -> None:
    User.objects.filter(pk=world.officer.pk).update(last_day=TODAY + timedelta(days=last_day))
    form = measures(world, world.into("review"))
    assert form.is_valid() == valid
    assert ("owner" in form.rows.forms[0].errors) != valid


@pytest.mark.django_db
def test_measure_offers_its_owners_with_unit_load_and_absence(world: World) -> None:
    case = world.into("review")
    deputy, tomorrow = world.officer2, TODAY + timedelta(days=1)
    Leave.objects.create(user=world.officer, deputy=deputy, valid=DateRange(TODAY, tomorrow))
    User.objects.filter(pk=deputy.pk).update(last_day=tomorrow)
    with override("en"):
        offered = dict(measures(world, case).rows.forms[0].fields["owner"].choices)
    assert "on leave" in offered[world.officer.pk]
    assert "1 open case" in offered[world.officer.pk]
    assert "Unit DST · 0 open cases · leaves the service" in offered[deputy.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("total", ["²", "9" * 5000, "-1", "", "x", "๑"])
def test_more_rows_of_measures_after_a_count_that_is_none(world: World, total: str) -> None:
    form = measures(world, world.into("review"), **{"measures-TOTAL_FORMS": total, "more": "1"})
    assert 3 <= len(form.rows.forms) <= 30


def test_every_form_belongs_to_an_edge() -> None:
    assert set(FORMS) <= {edge.name for edge in GRAPH.edges}
