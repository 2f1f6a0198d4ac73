"""Moving purchases to another activity of their plan: all of them or none, and what it would change, shown before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organisations.formats import digits
from organisations.models import Unit, User
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.models import Activity, PurchaseCase
from procurement.models.plan import EMPTIED
from workflows.actors import Actor
from workflows.models import LedgerEntry
from workflows.transitions import perform


@dataclass(frozen=True)
class Count:
    """How coverage counts a plan: activities in all, of the top and covered, and the level."""

    counted: int
    top: frozenset[str]
    covered: int
    top_covered: int
    level: int


@dataclass(frozen=True)
class Effect:
    """What a grouping changes. emptied: imported activities that are left without a purchase and go with it;
    names: the activities of the top before or after, by their keys as text."""

    before: Count
    after: Count
    emptied: list[Activity]
    names: Mapping[str, str]

    @property
    def into_top(self) -> list[str]:
        """Activities that are among the top only afterwards, by name."""
        return [self.names[pk] for pk in sorted(self.after.top - self.before.top) if pk in self.names]

    @property
    def out_of_top(self) -> list[str]:
        """Activities that are among the top no more, by name."""
        return [self.names[pk] for pk in sorted(self.before.top - self.after.top) if pk in self.names]

    def sentence(self) -> str:
        """The effect in one paragraph."""
        told = [
            _("Counted: %(before)s → %(after)s activities.")
            % {"before": digits(self.before.counted), "after": digits(self.after.counted)},
            _("Covered: %(before)s → %(after)s.")
            % {"before": digits(self.before.covered), "after": digits(self.after.covered)},
            _("Level: %(before)s → %(after)s.")
            % {"before": digits(self.before.level), "after": digits(self.after.level)},
        ]
        if self.into_top:
            told.append(_("Comes among the top three: %(names)s.") % {"names": ", ".join(self.into_top)})
        if self.out_of_top:
            told.append(_("Leaves the top three: %(names)s.") % {"names": ", ".join(self.out_of_top)})
        if self.emptied:
            names = ", ".join(row.name for row in self.emptied)
            told.append(_("Left without a purchase, and goes: %(names)s.") % {"names": names})
        return " ".join(told)


def targets(unit: int, fiscal_year: int) -> QuerySet[Activity]:
    """Where purchases of this plan may be moved: activities that go on, and those that grouping has emptied."""
    emptied = Q(source=Activity.Source.IMPORT, cancel_reason__startswith=EMPTIED, purchases=None)
    plan = Activity.objects.filter(unit=unit, fiscal_year=fiscal_year)
    return plan.filter(Q(cancelled_on=None) | emptied).order_by("id")


def came_from(cases: Iterable[PurchaseCase]) -> dict[int, Activity]:
    """The activity from which each purchase was moved last, by the key of the case; without those never moved."""
    entries = LedgerEntry.objects.filter(case__in=[case.pk for case in cases], verb="group")
    last = entries.order_by("case", "-seq").distinct("case")
    before = {entry.case_id: entry.data["from"] for entry in last}
    rows = Activity.objects.in_bulk(set(before.values()))
    return {case: rows[pk] for case, pk in before.items() if pk in rows}


@transaction.atomic
def move(wanted: Mapping[PurchaseCase, Activity], user: User, seen: Mapping[int, int] | None = None) -> None:
    """Move every purchase to its activity, or none: the first refusal (Refused) takes all back.

    seen: the `ledger_seq` of each case that the person had before him, by the key of the case.
    """
    # In one order, so that two who group at once wait for each other instead of locking each other out.
    for case in sorted(wanted, key=lambda row: row.pk):
        perform(case, "group", Actor.person(user), seen_seq=(seen or {}).get(case.pk), activity=wanted[case])


def attempt(wanted: Mapping[PurchaseCase, Activity], user: User) -> Effect:
    """What `move` would change: it is really done, looked at, and taken back. Raises Refused as `move` does."""
    first = next(iter(wanted.values()))
    unit, year = first.unit, first.fiscal_year
    own = [case.purchase.activity_id for case in wanted]
    with transaction.atomic():
        before = count_of(unit, year)
        move(wanted, user)
        after = count_of(unit, year)
        emptied = list(Activity.objects.filter(pk__in=own, cancelled_on__isnull=False).order_by("id"))
        transaction.set_rollback(True)
    rows = Activity.objects.in_bulk([int(pk) for pk in before.top | after.top])
    return Effect(before, after, emptied, {str(pk): row.name for pk, row in rows.items()})


def count_of(unit: Unit, fiscal_year: int) -> Count:
    """How coverage counts the plan of `unit` with all below it now."""
    result = compute(facts_of(unit, fiscal_year), variant_of())
    top, covered = frozenset(result.top), frozenset(result.covered)
    return Count(len(top) + len(result.rest), top, len(covered), len(top & covered), result.level)
