"""Coverage and level kept beside the facts, so that a list of 878 districts is one query.

Whoever changes a fact inserts a `StandingChange` for his unit and all above it, in the transaction of the change, and
waits for nobody. Whoever reads a standing that has one, or that is of another day, computes it anew: he takes the lock
of the year, *then* takes the changes away, *then* reads the facts. So a change that commits after the taking leaves its
row for the next reader, and of two who compute at once the second one reads later.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from organisations.models import Unit, UnitLink
from organisations.queries import reach_of
from procurement.models import CommitteeKind, CoverageLevel, CoverageVariant, Standing, StandingChange, StandingPart

from .parts import Part, combine, part_of
from .reading import read, variant_of
from .rule import Totals, Variant, reached, steps_of

_TOUCH = """
INSERT INTO procurement_standingchange (unit_id, origin_id, fiscal_year)
SELECT above_id, unit_id, %s FROM organisations_unitreach WHERE unit_id = %s
"""
# Also units without a standing: somebody may be computing their first one by the rules of before.
_TOUCH_ALL = """
INSERT INTO procurement_standingchange (unit_id, origin_id, fiscal_year)
SELECT reach.above_id, reach.unit_id, years.fiscal_year FROM organisations_unitreach reach CROSS JOIN (
    SELECT fiscal_year FROM procurement_activity UNION SELECT fiscal_year FROM procurement_standing
) years
"""
_TAKE = """
WITH taken AS (
    DELETE FROM procurement_standingchange WHERE fiscal_year = %s AND unit_id = ANY(%s) RETURNING origin_id
) SELECT DISTINCT origin_id FROM taken
"""
# With the fiscal year, the name of the lock. Held for as long as it takes to compute; nobody else knows the number.
_LOCK, _LOCK_CLASS = "SELECT pg_advisory_xact_lock(%s, %s)", 341_349
_PART = ("as_of", "counted", "covered", "missing", "missing_covered", "highest", "published", "education")
_FIGURES = (
    "as_of", "level", "points", "activities", "top", "top_covered", "rest", "rest_covered", "education", "published",
    "computed_at",
)  # fmt: skip


# --- A fact has changed -----------------------------------------------------------------------------------------------
def touch(unit_id: int, fiscal_year: int) -> None:
    """A fact of this unit and year has changed: its standing and those of all units above are to be computed anew.

    Only inserts, in the transaction of the change: writers never wait for each other here.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [fiscal_year, unit_id])


def touch_all() -> None:
    """What every standing is computed by has changed: the rule data, or the tree of units."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH_ALL)


def follow_rules() -> None:
    """Compute every standing anew when an administrator changes a form, a kind of committee or the tree.

    By Django's signals, as these rows are written by the pages of the reference data and not by actions of ours.
    """
    for model in (CommitteeKind, CoverageVariant, CoverageLevel, UnitLink):
        for signal in (post_save, post_delete):
            signal.connect(_rules_changed, sender=model, dispatch_uid=f"standings follow {model.__name__}")


def waiting_years() -> set[int]:
    """The fiscal years in which facts have changed since their standings were computed, as after an import."""
    return set(StandingChange.objects.values_list("fiscal_year", flat=True).distinct())


# --- How it stands ----------------------------------------------------------------------------------------------------
def standing_of(unit: Unit, fiscal_year: int) -> Standing:
    """The standing of a unit with all below it as of today. fiscal_year: Buddhist Era."""
    return standings_of([unit], fiscal_year)[unit.pk]


def standings_of(units: Iterable[Unit], fiscal_year: int) -> dict[int, Standing]:
    """The standings of several units as of today, by their keys: one query where nothing has changed."""
    return _standings({unit.pk for unit in units}, fiscal_year)


def refresh_all(fiscal_year: int) -> int:
    """Bring the standings of all units up to today, so that nobody waits for it in the morning. Out: how many units."""
    return len(_standings(set(Unit.objects.values_list("pk", flat=True)), fiscal_year))


def _standings(pks: set[int], fiscal_year: int) -> dict[int, Standing]:
    today = timezone.localdate()
    fresh = {row.unit_id: row for row in _fresh(pks, fiscal_year, today)}
    if stale := pks - fresh.keys():
        fresh |= _compute_anew(stale, fiscal_year, today)
    return fresh


def _fresh(pks: Iterable[int], fiscal_year: int, today: date) -> QuerySet[Standing]:
    """Standings and changes in one statement: what is seen of both is of the same moment."""
    changes = StandingChange.objects.filter(unit=OuterRef("unit"), fiscal_year=fiscal_year)
    return Standing.objects.filter(~Exists(changes), unit__in=list(pks), fiscal_year=fiscal_year, as_of=today)


@transaction.atomic
def _compute_anew(pks: set[int], fiscal_year: int, today: date) -> dict[int, Standing]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [_LOCK_CLASS, fiscal_year])
    # Somebody may have done the work while we waited.
    done = {row.unit_id: row for row in _fresh(pks, fiscal_year, today)}
    stale = sorted(pks - done.keys())
    if not stale:
        return done
    # Before anything is read, never after: see above.
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [fiscal_year, stale])
        changed = {origin for (origin,) in cursor.fetchall()}
    reach, variant = reach_of(stale), variant_of()
    parts = _parts({below for units in reach.values() for below in units}, changed, fiscal_year, today)
    rows = [_row(pk, fiscal_year, today, combine(parts[below] for below in reach[pk]), variant) for pk in stale]
    Standing.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["unit", "fiscal_year"], update_fields=_FIGURES
    )
    return done | {row.unit_id: row for row in rows}


def _parts(pks: set[int], changed: set[int], fiscal_year: int, today: date) -> dict[int, Part]:
    """What each of these units by itself brings in; read anew where its facts have changed or it is of another day."""
    kept = StandingPart.objects.filter(unit__in=list(pks - changed), fiscal_year=fiscal_year, as_of=today)
    parts = {unit: _kept(*row) for unit, *row in kept.values_list("unit", *_PART[1:])}
    if stale := sorted(pks - parts.keys()):
        facts = read({pk: [pk] for pk in stale}, fiscal_year, since=today).facts_on(today)
        anew = {pk: part_of(facts[pk]) for pk in stale}
        StandingPart.objects.bulk_create(
            [_part_row(pk, fiscal_year, today, part) for pk, part in anew.items()],
            update_conflicts=True,
            unique_fields=["unit", "fiscal_year"],
            update_fields=_PART,
        )
        parts |= anew
    return parts


def _kept(
    counted: int,
    covered: int,
    missing: int,
    missing_covered: int,
    highest: list[tuple[str, int, int]],
    published: bool,
    education: int,
) -> Part:
    ranked = tuple((Decimal(budget), many, with_citizen) for budget, many, with_citizen in highest)
    return Part(counted, covered, missing, missing_covered, ranked, published, education)


def _part_row(pk: int, fiscal_year: int, today: date, part: Part) -> StandingPart:
    return StandingPart(
        unit_id=pk,
        fiscal_year=fiscal_year,
        as_of=today,
        counted=part.counted,
        covered=part.covered,
        missing=part.missing,
        missing_covered=part.missing_covered,
        highest=[[str(budget), many, with_citizen] for budget, many, with_citizen in part.highest],
        published=part.published,
        education=part.education,
    )


def _row(pk: int, fiscal_year: int, today: date, totals: Totals, variant: Variant) -> Standing:
    level, points = reached(steps_of(totals, variant))
    return Standing(
        unit_id=pk,
        fiscal_year=fiscal_year,
        as_of=today,
        level=level,
        points=points,
        activities=totals.top + totals.rest,
        top=totals.top,
        top_covered=totals.top_covered,
        rest=totals.rest,
        rest_covered=totals.rest_covered,
        education=totals.education,
        published=totals.published,
        computed_at=timezone.now(),
    )


def _rules_changed(**_signal: object) -> None:
    touch_all()
