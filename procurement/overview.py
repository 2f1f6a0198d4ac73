"""Coverage and level of many units at once, for those who oversee them: one row each, from the standings kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.models import Role, Unit, UnitReach, User
from organisations.queries import open_units, units_below, units_where
from procurement.coverage.reading import variant_of
from procurement.coverage.rule import Lack, Step, Totals, Variant, steps_of
from procurement.coverage.standing import standings_of
from procurement.models import Standing

ROLES = (Role.EXECUTIVE, Role.HEAD, Role.APPROVER)

ASSESSED = frozenset({Unit.Kind.PROVINCE, Unit.Kind.PROVINCIAL_OFFICE})
"""Kinds of units that are assessed by this form, with everything below them (S4:341); of others the level is
diagnostic."""

BLOCKS = {
    "published": _("Core work not published"),
    "top": _("A largest budget without a citizen"),
    "rest": _("Too few of the other activities"),
    "education": _("No education activity"),
    "activities": _("No activity counted"),
}
"""What keeps units from their next level: the code of the `Lack` and its words."""

SORTS = ("worst", "name", "level", "top", "rest")


@dataclass(frozen=True)
class Row:
    """A unit with its standing. next_step: the level it has not reached; None at the highest."""

    unit: Unit
    standing: Standing
    next_step: Step | None
    diagnostic: bool

    @property
    def level(self) -> int:
        """The level now."""
        return self.standing.level

    @property
    def top_uncovered(self) -> int:
        """How many of the largest budgets have no citizen."""
        return self.standing.top - self.standing.top_covered

    @cached_property
    def lacks(self) -> tuple[Lack, ...]:
        """What keeps it from its next level."""
        return self.next_step.lacking if self.next_step else ()

    @property
    def seats_needed(self) -> int:
        """How many activities more need a citizen for the next level."""
        return sum(lack.missing for lack in self.lacks if lack.code in {"top", "rest"})

    @property
    def share(self) -> float:
        """The share of the rest that is covered, 0-100, for the order of the rows; nothing left: 100."""
        return 100 * self.standing.rest_covered / self.standing.rest if self.standing.rest else 100.0


def tops_of(user: User) -> list[Unit]:
    """The topmost units whose coverage `user` oversees."""
    units = units_where(user, ROLES)
    lower = UnitReach.objects.filter(above__in=units, unit__in=units, distance__gt=0).values("unit")
    return list(open_units().filter(pk__in=units).exclude(pk__in=lower))


def overseen_by(user: User) -> QuerySet[Unit]:
    """The open units whose coverage `user` oversees: his own and all below."""
    return open_units().filter(pk__in=units_below(units_where(user, ROLES)))


def rows_below(tops: Iterable[Unit], fiscal_year: int, *, everything: bool) -> list[Row]:
    """The units below `tops` that have a plan in this year: those directly under them, or all (`everything`).

    Where nothing lies below, the units themselves. A fixed number of queries while no standing has to be made anew.
    """
    pks = [top.pk for top in tops]
    reach = UnitReach.objects.filter(above__in=pks, distance__gte=1)
    if not everything:
        reach = reach.filter(distance=1)
    units = list(open_units().filter(pk__in=reach.values("unit"))) or list(open_units().filter(pk__in=pks))
    standings: Mapping[int, Standing] = standings_of(units, fiscal_year)
    variant = variant_of()
    return [_row(unit, standings[unit.pk], variant) for unit in units if standings[unit.pk].activities]


def _row(unit: Unit, standing: Standing, variant: Variant) -> Row:
    missing = next((step for step in steps_of(totals_of(standing), variant) if not step.met), None)
    return Row(unit, standing, missing, diagnostic=unit.kind not in ASSESSED)


def totals_of(standing: Standing) -> Totals:
    """What decides the level, as it was when the standing was computed."""
    return Totals(
        top=standing.top,
        top_covered=standing.top_covered,
        rest=standing.rest,
        rest_covered=standing.rest_covered,
        published=standing.published,
        education=standing.education,
    )


def in_order(rows: Iterable[Row], sort: str) -> list[Row]:
    """The rows by a code of `SORTS`, the worst first; by name where nothing else tells them apart."""
    keys = {
        "worst": lambda row: (row.level, -row.top_uncovered, -row.seats_needed, row.unit.sort_key),
        "name": lambda row: (row.unit.sort_key,),
        "level": lambda row: (-row.level, row.unit.sort_key),
        "top": lambda row: (-row.top_uncovered, row.level, row.unit.sort_key),
        "rest": lambda row: (row.share, row.level, row.unit.sort_key),
    }
    return sorted(rows, key=keys.get(sort, keys["worst"]))


def by_level(rows: Iterable[Row], levels: Iterable[int]) -> dict[int, int]:
    """How many units are at each level, 0 included."""
    found = Counter(row.level for row in rows)
    return {level: found[level] for level in sorted({0, *levels, *found})}


def by_block(rows: Iterable[Row]) -> dict[str, int]:
    """How many units each thing keeps from their next level; a unit may stand under several."""
    found = Counter(code for row in rows for code in {lack.code for lack in row.lacks})
    return {code: found[code] for code in BLOCKS if found[code]}
