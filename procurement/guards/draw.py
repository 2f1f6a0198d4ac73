"""What an edge of a draw needs beyond who takes it."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.calendar import quarter_of
from workflows.actors import Actor
from workflows.graph import Text, needs
from workflows.guards import Facts, day, days, file, not_the_holder, reasons, running_clock, text
from workflows.models import LedgerEntry

if TYPE_CHECKING:
    from procurement.models import DrawCase

__all__ = ["day", "days", "file", "not_the_holder", "reasons", "running_clock", "text"]


@needs(_("a quarter that is not over"))
def quarter_to_come_or_running(case: "DrawCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """This quarter or the next ones of this fiscal year and the one after it."""
    if facts is None:
        return None
    chosen, now = (facts.get("fiscal_year") or 0, facts.get("quarter") or 0), quarter_of(timezone.localdate())
    if not 1 <= chosen[1] <= 4 or chosen[0] > now[0] + 1:
        return _("Choose a quarter of this fiscal year or of the next one.")
    return _("This quarter is over.") if chosen < now else None


@needs(_("no other draw of the quarter"))
def only_one_a_quarter(case: "DrawCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One per unit and quarter (domain: Citizen seats); one that was annulled leaves its place."""
    from procurement.models import Draw

    if facts is None:
        return None
    same = Draw.objects.filter(
        unit=case.unit_id,
        fiscal_year=facts.get("fiscal_year") or 0,
        quarter=facts.get("quarter") or 0,
        annulled_at=None,
    )
    return _("This unit has a draw for this quarter already.") if same.exists() else None


@needs(_("citizens who may be drawn"))
def somebody_eligible(case: "DrawCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The pool of the unit and all below it, on this day; not fewer than the seats."""
    from procurement.pool.eligibility import eligible

    count = eligible(case.unit_id, timezone.localdate()).count()
    if not count:
        return _("Nobody in the pool of this unit may be drawn yet. Admit citizens first.")
    if facts is not None and (facts.get("size") or 0) > count:
        return _("There are more seats than citizens who may be drawn (%(count)s).") % {"count": count}
    return None


@needs(_("a value that nobody knows yet"))
def value_still_unknown(case: "DrawCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The random value is a future one: who announces cannot know whom it will choose."""
    if facts is None:
        return None
    if not facts.get("seed_known_at") or not str(facts.get("seed_name") or "").strip():
        return _("Name the public value and when it becomes known.")
    if facts["seed_known_at"] <= timezone.now():
        return _("This value may be known already. Name one that is still to come.")
    return None


@needs(_("the moment at which the value is known"))
def value_is_known_by_now(case: "DrawCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not before the moment that was announced."""
    return None if case.draw.seed_known_at <= timezone.now() else _("The public value is not known yet.")


@needs(_("the public value"))
def public_value(case: "DrawCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`seed`: as its source publishes it."""
    from procurement.draws.records import SeedError, read_seed

    if facts is None:
        return None
    try:
        read_seed(case.draw.seed_source, facts.get("seed") or "")
    except SeedError as error:
        return _("This is not the value in the form in which it is published: %(why)s") % {"why": error.sentence}
    return None


@needs(_("somebody other than who announced it"))
def not_who_announced(case: "DrawCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Four eyes: who announced the draw or held it does not annul it."""
    mine = LedgerEntry.objects.filter(case=case.pk, actor=actor.user, verb__in=("announce", "hold_draw"))
    return _("You announced or held this draw. Somebody else has to decide.") if mine.exists() else None
