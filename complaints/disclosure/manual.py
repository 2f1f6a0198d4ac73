"""How one complains, in the words of the rules in force: the manual is read off them, so that it is always true.

The times of the steps come from the clocks, the kinds and the grounds for a refusal from their tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, ComplaintKind
from complaints.models import DeclineGround as Ground
from organisations.models import Unit
from workflows.graph import Text
from workflows.models import ClockRule

STEPS: tuple[tuple[Text, Text, tuple[str, ...]], ...] = (
    (
        _("We confirm that it came in"),
        _("You get a receipt with a code. Keep it: it is your way back to your complaint."),
        ("acknowledge",),
    ),
    (
        _("We look whether we can take it up"),
        _(
            "Whether it is complete, ours to handle, and not with us already. If something is "
            "missing we ask you, and the time stands still until you answer."
        ),
        ("screen", "complainant_answer"),
    ),
    (
        _("We find out the facts"),
        _("An officer is named who has no part in the matter. Other offices that are asked have their own time."),
        ("investigate", "agency_answer"),
    ),
    (_("A second person decides"), _("Never the one who investigated."), ("review",)),
    (
        _("We tell you"),
        _("What was found and why. While it is not finished we report how far it is."),
        ("first_report", "next_report"),
    ),
    (_("We put it right"), _("Every measure has somebody who answers for it, and a day."), ("measure",)),
    (
        _("You can ask for a review"),
        _("Somebody decides who did not handle it. Afterwards the complaint is closed, with the evidence."),
        ("objection",),
    ),
    (
        _("When others are responsible"),
        _("We pass it on, tell you where, and follow what becomes of it."),
        ("referral_follow_up", "corruption_referral"),
    ),
)
"""The steps in the words of who complains, with the clocks that time them."""

# S4:457, 920-930: nobody who complains suffers for it.
PROTECTION: tuple[Text, ...] = (
    _("You need not give your name. No address of your computer or telephone is kept."),
    _("Your name and contact are encrypted. Who handles your complaint sees them only where he needs them."),
    _(
        "A complaint of corruption or misconduct, and a grievance of an official, is always "
        "protected: few people can open it, its number betrays nothing, and it goes to an "
        "office above the one complained about."
    ),
    _(
        "In a protected complaint only a custodian can see who you are, with a reason, on the "
        "record, and a second custodian is told."
    ),
    _("Who is complained about, and who works under him, can neither see the complaint nor handle it."),
    _(
        "Who complains in good faith must not suffer for it. If you do, "
        "complain of that as well: it is handled as a matter of its own."
    ),
    _("You may withdraw. A complaint of corruption goes on nevertheless."),
)

_FROM_OUTSIDE = tuple(
    channel for channel in Complaint.Channel if channel not in {Complaint.Channel.API, Complaint.Channel.STAFF_HOTLINE}
)


@dataclass(frozen=True)
class Step:
    """A step as who complains meets it. rules: the clocks in force that time it; those of some kinds alone beside."""

    title: Text
    words: Text
    rules: list[ClockRule]


@dataclass(frozen=True)
class Manual:
    """How one complains to a unit (None: to any) on a day."""

    unit: Unit | None
    day: date
    kinds: list[ComplaintKind]
    steps: list[Step]
    grounds: list[Ground]

    @property
    def channels(self) -> list[Complaint.Channel]:
        """By which a complaint may come in."""
        return list(_FROM_OUTSIDE)

    @property
    def protection(self) -> tuple[Text, ...]:
        """What protects who complains."""
        return PROTECTION


def manual_of(unit: Unit | None, day: date | None = None) -> Manual:
    """The manual as the rules stand on `day` (default: today). Three queries."""
    on = day or timezone.localdate()
    wanted = [code for _title, _words, codes in STEPS for code in codes]
    rules = ClockRule.objects.filter(code__in=wanted, valid_from__lte=on)
    kinds = {kind.code: kind for kind in ComplaintKind.objects.all()}
    force: dict[tuple[str, str], ClockRule] = {
        (rule.code, rule.category): rule for rule in rules.order_by("code", "category", "valid_from")
    }
    steps = [
        Step(title, words, [rule for code in codes for rule in _of(code, force, kinds)])
        for title, words, codes in STEPS
    ]
    return Manual(unit, on, [kind for kind in kinds.values() if not kind.parent_id], steps, list(Ground.objects.all()))


def _of(code: str, force: Mapping[tuple[str, str], ClockRule], kinds: Mapping[str, ComplaintKind]) -> list[ClockRule]:
    """The rules in force of a clock: the general one, then those of some kinds. Pages name the kind."""
    found = [rule for (of, _category), rule in sorted(force.items()) if of == code]
    for rule in found:
        vars(rule)["kind_name"] = kinds[rule.category].name if rule.category in kinds else ""
    return found


def as_json(manual: Manual) -> dict[str, Any]:
    """The manual for programs; docs/disclosure.md describes the keys."""
    unit = manual.unit
    return {
        "unit": {"code": unit.code, "name_th": unit.name_th, "name_en": unit.name_en} if unit else None,
        "as_of": manual.day.isoformat(),
        "channels": [{"code": channel.value, "name": str(channel.label)} for channel in manual.channels],
        "kinds": [{"code": kind.code, "name": kind.name, "protected": kind.protected} for kind in manual.kinds],
        "steps": [
            {
                "title": str(step.title),
                "words": str(step.words),
                "times": [
                    {
                        "clock": rule.code,
                        "name": rule.name,
                        "kind": rule.category or None,
                        "length": rule.length,
                        "unit": rule.unit,
                        "meaning": rule.meaning,
                        "source": rule.source,
                        "verified": rule.verified,
                    }
                    for rule in step.rules
                ],
            }
            for step in manual.steps
        ],
        "grounds_for_refusal": [
            {"code": ground.code, "name": ground.name, "source": ground.source} for ground in manual.grounds
        ],
        "protection": [str(words) for words in manual.protection],
    }
