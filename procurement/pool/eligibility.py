"""Who of the pool may be drawn (domain.md: Citizen seats, Pool)."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from organisations.queries import units_below
from procurement.models import Citizen, Consent, Training

from .rules import pool_rules


def in_the_pool(day: date) -> "QuerySet[Citizen]":
    """The admitted citizens whose term runs on `day` and who have not taken back that their data is kept."""
    kept = Consent.objects.filter(citizen=OuterRef("pk"), purpose=Consent.Purpose.POOL, withdrawn_at=None)
    within = (Q(term_from=None) | Q(term_from__lte=day)) & (Q(term_to=None) | Q(term_to__gte=day))
    return Citizen.objects.filter(within, Exists(kept), status=Citizen.Status.ADMITTED, no_official=True)


def eligible(unit_id: int, day: date) -> "QuerySet[Citizen]":
    """Who may be drawn on `day` for a unit: of the pool in its area or below, available, and trained where the rules
    ask for it. In the order of their codes, so that the list of a draw depends on nothing else.

    Seats held do not count here: a draw orders the pool for a quarter; who is full when a seat is filled is passed over
    then (`line.next_in_line`).
    """
    found = may_be_drawn(day).filter(person__unit__in=units_below([unit_id]))
    return found.select_related("person").order_by("code")


def may_be_drawn(day: date) -> "QuerySet[Citizen]":
    """The same of all units, in no order: for counts."""
    found = in_the_pool(day).filter(Q(away_until=None) | Q(away_until__lt=day), person__active=True)
    rules = pool_rules(day)
    if rules.get("training_required"):
        trained = Training.objects.filter(citizen=OuterRef("pk"), passed=True, held_on__lte=day)
        if mark := rules.get("pass_mark"):
            trained = trained.filter(Q(score=None) | Q(score__gte=mark))
        found = found.filter(Exists(trained))
    return found


def age_band(birth_year: int | None, year: int) -> str:
    """The age band of a draw: years of age in `year` (both Buddhist Era), in bands of 15 from 20; "" when unknown."""
    if birth_year is None:
        return ""
    age = year - birth_year
    for first, last in ((0, 34), (35, 49), (50, 64)):
        if age <= last:
            return f"{max(first, 20)}-{last}"
    return "65+"
