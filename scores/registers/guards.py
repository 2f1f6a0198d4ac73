"""What an edge of a register entry needs beyond who takes it."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year
from scores.registers.kinds import REGISTERS
from workflows.actors import Actor
from workflows.graph import Text, needs
from workflows.guards import Facts, days, file, not_the_holder, reasons, running_clock, successor, text

if TYPE_CHECKING:
    from scores.models import RegisterCase

__all__ = ["days", "file", "not_the_holder", "reasons", "running_clock", "successor", "text"]

EARLIEST = 2500
TAKEN = _("This agency has such an entry for this fiscal year already.")


@needs(_("a register and a fiscal year"))
def a_register(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`register` is known, `year` (B.E.) has begun."""
    if facts is None:
        return None
    if facts.get("register") not in REGISTERS:
        return _("There is no such register.")
    year = facts.get("year") or 0
    return None if EARLIEST <= year <= fiscal_year(timezone.localdate()) else _("This fiscal year has not begun.")


@needs(_("what the register asks"))
def right_values(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`values`: every field of the register, each within its bounds (`kinds.Register.faults`)."""
    if facts is None:
        return None
    if "register" in facts:
        register, year = REGISTERS.get(facts["register"]), facts.get("year") or 0
    else:
        register, year = case.entry.kind, case.entry.fiscal_year
    if register is None:
        return _("There is no such register.")
    faults = register.faults(facts.get("values") or {}, year, timezone.localdate())
    for name, sentence in faults.items():
        field = register.field(name)
        return _("%(field)s: %(sentence)s") % {"field": field.label if field else name, "sentence": sentence}
    return None


@needs(_("no other entry of the year"))
def one_a_year(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Registers of which a unit has one entry a fiscal year; what was struck out leaves its place."""
    from scores.models import RegisterEntry

    register = REGISTERS.get((facts or {}).get("register") or "")
    if facts is None or register is None or not register.one_a_year:
        return None
    same = RegisterEntry.objects.filter(
        unit=case.unit_id, register=register.code, fiscal_year=facts.get("year") or 0, struck_on=None
    )
    return TAKEN if same.exists() else None


# --- Evidence ---------------------------------------------------------------------------------------------------------
_GIVE = _("Give evidence: a file, a link, or a sentence that says where it is.")


@needs(_("evidence"))
def evidence_given(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A file, a link or a sentence that says where it is, with what the entry says now."""
    version = case.entry.newest
    return None if version.evidence or version.link or version.files.exists() else _GIVE


@needs(_("evidence"))
def evidence_of_review(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What was given before stays, unless the review leaves it out."""
    if facts is None or facts.get("files") or facts.get("link") or str(facts.get("evidence") or "").strip():
        return None
    if facts.get("fresh"):
        return _GIVE
    return None if case.entry.current.files.exists() else _GIVE


@needs(_("what the review found"))
def review_said(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A review says what was looked at and what is new."""
    if facts is None or str(facts.get("reviewed") or "").strip():
        return None
    return _("Say what was looked at, and what is new.")


# --- Confirming -------------------------------------------------------------------------------------------------------
@needs(_("a register without reviews"))
def for_good(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nothing comes after the confirmation."""
    return _("Entries of this register are followed.") if case.entry.kind.follows else None


@needs(_("a register with reviews"))
def followed(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A review or another stage comes after the confirmation."""
    return None if case.entry.kind.follows else _("Entries of this register are confirmed for good.")


@needs(_("somebody else than who entered it"))
def not_own_entry(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Four eyes: nobody confirms what he entered himself, also where somebody else changed it afterwards."""
    own = actor.user is not None and case.entry.unconfirmed.filter(by=actor.user).exists()
    return _("You entered this yourself. Somebody else has to confirm it.") if own else None


@needs(_("nothing confirmed yet"))
def never_confirmed(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What was confirmed once is struck out by who confirms, and not withdrawn."""
    return _("An earlier version was confirmed; it can only be struck out.") if _confirmed(case) else None


@needs(_("an earlier version that was confirmed"))
def confirmed_before(case: "RegisterCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """There is something to which one can return."""
    return None if _confirmed(case) else _("Nothing was confirmed before. It can be withdrawn.")


def _confirmed(case: "RegisterCase") -> bool:
    from scores.models import EntryVersion

    return EntryVersion.objects.filter(entry=case.pk, confirmation__isnull=False).exists()
