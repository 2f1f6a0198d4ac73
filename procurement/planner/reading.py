"""The planner's problem from the database: a fixed number of queries, however many activities and people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from organisations.models import Unit, UnitReach
from organisations.queries import units_below
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import Result, Step, compute
from procurement.models import Person
from procurement.states import seat as seat_law

from .places import Prospect, prospects_of
from .problem import Candidate, Closed, Opening, Problem, Target

# What a level may lack that no seat mends.
_BESIDES = frozenset({"published", "activities", "education"})


def problem_of(unit: Unit, fiscal_year: int, level: int, as_of: date | None = None) -> Problem:
    """Which seats can be filled for `level` of a unit with all below it. fiscal_year: Buddhist Era.

    as_of: the day of assessment, for what is counted and covered (default: today); people, purchases and committees
    are those of now, for they are what can be acted on. Ids are keys of `Activity` and `Person`, as text.

    An activity is open where a citizen can still be seated (`places`); one with a citizen in a place already, mostly in
    a draft that waits for its order, or in a seat that waits for the draft, is under way: it counts as covered here,
    and nobody else is proposed for it.

    A candidate is an available citizen of the pool of this unit or below. He may sit for an activity when the unit in
    whose area he lives is that of the activity, lies below it, or above it: a citizen of the province for a district's
    road, but none of the district beside it. He may not where `places.Place.barred` says so.

    Limits: what he is to bidders who are not known yet cannot be known either. That he is away, has left the pool or is
    cooling off (`pool.line`) is not looked at here: the edge that would seat him refuses it with its reason.

    Raises LookupError with a sentence for a level that the form of the rule does not have.
    """
    result = compute(facts_of(unit, fiscal_year, as_of), variant_of())
    asked = next((step for step in result.steps if step.level == level), None)
    if asked is None:
        raise LookupError(_("There is no level %(level)s.") % {"level": level})
    prospects = prospects_of(map(int, result.uncovered))
    going = {id_: prospects[int(id_)] for id_ in result.uncovered}
    tops = frozenset(result.top)
    seated = {id_: row.seated[0] for id_, row in going.items() if row.seated}
    targets = [_target(step, result, seated) for step in result.steps if step.level <= level]
    people = list(pool_of(unit))
    neighbours = _neighbours({row.unit for row in going.values()}, people)
    return Problem(
        openings=tuple(
            Opening(id_, id_ in tops, _allowed(row, neighbours[row.unit]), row.effort)
            for id_, row in going.items()
            if row.reason is None and id_ not in seated
        ),
        candidates=tuple(map(candidate_of, people)),
        lacking_top=targets[-1].lacking_top,
        lacking_rest=targets[-1].lacking_rest,
        level=level,
        lower=tuple(targets[:-1]),
        closed=tuple(
            Closed(id_, id_ in tops, row.reason)
            for id_, row in going.items()
            if row.reason is not None and id_ not in seated
        ),
        under_way=tuple((id_, str(person)) for id_, person in seated.items()),
        besides=tuple(lack.sentence for lack in asked.lacking if lack.code in _BESIDES),
    )


def pool_of(unit: Unit) -> "QuerySet[Person]":
    """The available citizens in the area of `unit` and below, each with the seats he holds (`live`): in office, in a
    draft, or offered, of committees that are not at their end, also while an amendment is to take him out."""
    held = Q(memberships__left_on=None, memberships__committee__case__is_open=True)
    # Offered, and in no draft yet.
    waiting = Q(seats__member=None, seats__case__state__in=seat_law.BEFORE_ORDER)
    people = Person.objects.filter(standing=Person.Standing.CITIZEN, active=True, unit__in=units_below([unit.pk]))
    live = Count("memberships", filter=held, distinct=True) + Count("seats", filter=waiting, distinct=True)
    return people.annotate(live=live).order_by("pk")


def candidate_of(person: Person) -> Candidate:
    """A row of `pool_of` as the planner takes it."""
    live: int = person.live  # type: ignore[attr-defined]  # annotated by `pool_of`
    return Candidate(str(person.pk), max(0, person.most_seats - live), live)


def is_near(person_unit: int, activity_unit: int) -> bool:
    """Whether one of the units is the other, or lies below it today."""
    pairs = Q(above=person_unit, unit=activity_unit) | Q(above=activity_unit, unit=person_unit)
    return UnitReach.objects.filter(pairs).exists()


def _neighbours(units: Iterable[int], people: list[Person]) -> dict[int, dict[int, str]]:
    """For each unit the people who may sit for its activities: key to id."""
    homes: dict[int, list[int]] = defaultdict(list)
    for person in people:
        homes[person.unit_id].append(person.pk)
    pairs = Q(above__in=list(units), unit__in=list(homes)) | Q(above__in=list(homes), unit__in=list(units))
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for above, below in UnitReach.objects.filter(pairs).values_list("above", "unit"):
        for mine, home in ((above, below), (below, above)):
            found[mine].update((pk, str(pk)) for pk in homes.get(home, ()))
    return found


def _allowed(prospect: Prospect, near: dict[int, str]) -> frozenset[str]:
    barred = prospect.barred()
    return frozenset(id_ for pk, id_ in near.items() if pk not in barred)


def _target(step: Step, result: Result, seated: Iterable[str]) -> Target:
    """What the step lacks, once the seats that are under way are in office."""
    tops = frozenset(result.top)
    coming = sum(id_ in tops for id_ in seated)
    whole_top = any(lack.code == "top" for lack in step.lacking)
    lacking_top = len(tops) - result.top_covered - coming if whole_top else 0
    coming_rest = sum(id_ not in tops for id_ in seated)
    return Target(step.level, lacking_top, max(0, step.needs_rest - result.rest_covered - coming_rest))
