"""Writing the people who can sit on committees."""

import pytest
from django.contrib.admin.models import LogEntry

from procurement.actions.people import PersonOvertaken, add_person, change_person, state_of
from procurement.models import Person
from tests.support.purchases import Plan
from workflows.refusals import Missing

pytestmark = pytest.mark.django_db


def test_add_person_writes_and_logs_who_did_it(plan: Plan) -> None:
    person = add_person(
        unit=plan.unit, standing="citizen", name=" นาง  ก ข ", by=plan.staff, position=" ครู ", network="ประชาคม"
    )
    person.refresh_from_db()
    assert (person.name, person.position, person.network, person.most_seats) == ("นาง ก ข", "ครู", "ประชาคม", 3)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (plan.staff, str(person.pk))


def test_add_person_official_has_no_network(plan: Plan) -> None:
    assert add_person(unit=plan.unit, standing="official", name="ก", network="x", by=plan.staff).network == ""


@pytest.mark.parametrize("name", ["", "   "])
def test_add_person_without_a_name_is_refused(plan: Plan, name: str) -> None:
    with pytest.raises(Missing):
        add_person(unit=plan.unit, standing="official", name=name, by=plan.staff)
    assert not Person.objects.exists()


def test_change_person_keeps_and_logs_what_differs(plan: Plan) -> None:
    person = plan.official("นาย ก")
    same = change_person(person, by=plan.staff, name="นาย ก", active=True)
    assert (same.name, LogEntry.objects.count()) == ("นาย ก", 0)
    changed = change_person(person, by=plan.staff, seen=state_of(person), active=False)
    assert not changed.active
    assert "active" in LogEntry.objects.get().change_message


def test_change_person_overtaken_writes_nothing(plan: Plan) -> None:
    person = plan.official("นาย ก")
    seen = state_of(person)
    change_person(person, by=plan.staff2, position="นิติกร")
    with pytest.raises(PersonOvertaken) as overtaken:
        change_person(person, by=plan.staff, seen=seen, name="นาย ข")
    assert overtaken.value.person.position == "นิติกร"
    assert Person.objects.get().name == "นาย ก"


def test_change_person_standing_and_unit_stay(plan: Plan) -> None:
    person = plan.official("นาย ก")
    for values in ({"standing": "citizen"}, {"unit": plan.world.other}):
        with pytest.raises(TypeError):
            change_person(person, by=plan.staff, **values)
    with pytest.raises(Missing):
        change_person(person, by=plan.staff, name=" ")
