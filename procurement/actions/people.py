"""Writing the people who can sit on committees. No case stands behind them; who wrote what is in the log of the
reference data, where an administrator finds it."""

import hashlib
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Unit, User
from procurement.models import Person
from workflows.refusals import Missing

CHANGEABLE = ("name", "position", "network", "most_seats", "active")
"""What may be corrected later. The standing may not: a citizen who becomes an official is entered anew, so that who
sat where as a citizen stays true."""


class PersonOvertaken(Exception):
    """Somebody changed the person after the form was opened; `person` is how he stands now."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.pk)
        self.person = person


def state_of(person: Person) -> str:
    """A short mark of everything that can be changed, by which a form tells whether it is out of date."""
    values = "\0".join(str(getattr(person, name)) for name in CHANGEABLE)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


@transaction.atomic
def add_person(
    *, unit: Unit, standing: str, name: str, by: User, position: str = "", network: str = "", most_seats: int = 3
) -> Person:
    """Somebody who can be chosen for committees from now on.

    unit: where an official works, in whose area a citizen lives. standing: code of `Person.Standing`. name: with its
    title, as it stands in an order. network: by which a citizen was put forward. most_seats: live seats at most.
    Raises Missing without a name.
    """
    person = Person.objects.create(
        unit=unit,
        standing=standing,
        name=_name(name),
        position=position.strip(),
        network=network.strip() if standing == Person.Standing.CITIZEN else "",
        most_seats=most_seats,
    )
    _log(person, by, ADDITION, [{"added": {}}])
    return person


@transaction.atomic
def change_person(person: Person, *, by: User, seen: str = "", **values: Any) -> Person:
    """Correct what is known of a person; signed orders keep what they say. Out: the person as he stands now.

    seen: `state_of()` what the form showed; another state now raises PersonOvertaken. values: of `CHANGEABLE`.
    Raises Missing without a name, TypeError for a value that may not be changed.
    """
    if unknown := set(values) - set(CHANGEABLE):
        raise TypeError(f"not to be changed: {', '.join(sorted(unknown))}")
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if seen and seen != state_of(locked):
        raise PersonOvertaken(locked)
    if "name" in values:
        values["name"] = _name(values["name"])
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if changed:
        for name in changed:
            setattr(locked, name, values[name])
        locked.save(update_fields=changed)
        _log(locked, by, CHANGE, [{"changed": {"fields": changed}}])
    return locked


def _name(name: str) -> str:
    if not name.strip():
        raise Missing(_("Write the name with its title, as it stands in an order."), field="name")
    return " ".join(name.split())


def _log(person: Person, by: User, flag: int, message: list[dict[str, Any]]) -> None:
    LogEntry.objects.log_actions(by.pk, [person], flag, change_message=message, single_object=True)
