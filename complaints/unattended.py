"""Cases without hands: open complaints whose next step nobody may take, in their unit or above it.

The same question as `escalation.next_people`, asked for a whole list in a few queries for a thousand cases. What it
finds becomes vacancies (unit and role, no case), each told once to who leads there or above, and to administrators.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import rules
from complaints.escalation import has_drafted, nobody, step_of
from complaints.models import ComplaintCase
from complaints.queries import drafts
from notifications import events
from organisations.actions import note_vacancies
from organisations.models import Holding, Role, Unit, User
from organisations.queries import holders_of, units_above
from workflows.hands import strayed
from workflows.models import Case, Conflict
from workflows.people import Barred

EVENT = "vacancy"
LEADERS = frozenset({Role.HEAD, Role.EXECUTIVE})
_BATCH = 1000


class Staff:
    """Who holds which role where, today: read once for any number of cases."""

    def __init__(self) -> None:
        self._above: dict[int, list[int]] = {}

    @cached_property
    def _holders(self) -> Mapping[tuple[int, str], list[User]]:
        today, found = timezone.localdate(), defaultdict[tuple[int, str], list[User]](list)
        held = Holding.objects.filter(valid__contains=today, post__valid__contains=today, user__is_active=True)
        for holding in held.select_related("post", "user").iterator(chunk_size=2000):
            for role in holding.post.roles:
                found[holding.post.unit_id, role].append(holding.user)
        return found

    def reaching(self, case: Case, role: str) -> Iterator[User]:
        """Who has `role` for `case`, the nearest first: as `workflows.actors.post_for`."""
        for unit in self._units(case, role):
            yield from self._holders.get((unit, role), ())

    def _units(self, case: Case, role: str) -> Iterable[int]:
        if case.protected:
            raised = case.raised_to_id if role in (Role.HEAD, Role.APPROVER) else None
            return [case.unit_id, *([raised] if raised else [])]
        if case.unit_id not in self._above:
            self._above[case.unit_id] = list(units_above(case.unit_id))
        return self._above[case.unit_id]


def unattended(cases: QuerySet[ComplaintCase] | None = None) -> Iterator[tuple[ComplaintCase, Role]]:
    """Open complaints whose next step nobody may take, each with the role that would. cases: only among these."""
    wanted = ComplaintCase.objects.all() if cases is None else cases
    staff = Staff()
    rows = wanted.filter(is_open=True).order_by("pk").iterator(chunk_size=_BATCH)
    while batch := list(islice(rows, _BATCH)):
        yield from _lacking(batch, staff)


def _lacking(rows: list[ComplaintCase], staff: Staff) -> Iterator[tuple[ComplaintCase, Role]]:
    keys = [case.pk for case in rows]
    astray = set(strayed().filter(pk__in=keys).values_list("pk", flat=True))
    drafters = dict(drafts().filter(case__in=keys).values_list("case", "drafted_by"))
    holders = {(case.pk, case.holder_id) for case in rows}
    # (case, user) for whom each reason not to take a step holds; the same as the functions say one by one.
    unable: Mapping[Barred, set[tuple[int, int | None]]] = {
        nobody: set(),
        rules.has_investigated: holders | rules.investigators(keys),
        rules.has_handled: holders | rules.handlers(keys),
        has_drafted: set(drafters.items()),
    }
    conflicts = set(Conflict.objects.filter(case__in=keys).values_list("case", "user"))
    for case in rows:
        in_hand = case.holder_id is not None and case.pk not in astray
        step = step_of(case, in_hand=in_hand, drafted=case.pk in drafters)
        if step is None:
            continue
        pairs = ((case.pk, user.pk) for user in staff.reaching(case, step.role))
        if all(pair in conflicts or pair in unable[step.barred] for pair in pairs):
            yield case, step.role


def note() -> int:
    """Write what is vacant tonight and tell of what is new. Out: how many vacancies are new."""
    new = note_vacancies({(case.unit_id, role) for case, role in unattended()})
    for vacancy in new:
        events.announce(EVENT, {"unit": vacancy.unit_id, "role": vacancy.role})
    return len(new)


# --- The news ---------------------------------------------------------------------------------------------------------
def register() -> None:
    """Make the news of a vacancy known."""
    events.register(events.Event(EVENT, "house", _recipients, _sentence, lambda _facts: reverse("vacancies")))


def _recipients(facts: Mapping[str, Any]) -> list[User]:
    """Who leads the nearest unit that anybody leads, from the vacant one upwards, and the nearest administrators."""
    found: dict[int, User] = {}
    for roles in (LEADERS, {Role.ADMINISTRATOR}):
        for unit in units_above(facts["unit"]):
            if people := [user for role in roles for user in holders_of(unit, role)]:
                found |= {user.pk: user for user in people}
                break
    return list(found.values())


def _sentence(facts: Mapping[str, Any]) -> str:
    words = {"unit": Unit.objects.get(pk=facts["unit"]).name, "role": Role(facts["role"]).label}
    return _("Cases wait in %(unit)s, and nobody there or above may take them: %(role)s") % words
