"""What the steps of an official letter need."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import rules
from complaints.letters import stages
from organisations.formats import write_date
from workflows.actors import Actor
from workflows.graph import Text, needs
from workflows.models import Case

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

__all__ = [
    "draft_of_a_letter",
    "letter_carries",
    "letter_day",
    "letter_despatch",
    "letter_goes_on",
    "letter_not_despatched",
    "letter_number",
    "letter_reader",
    "letter_scan",
    "letter_scan_or_later",
    "letter_signatory",
    "letter_without_scan",
]

Facts = Mapping[str, Any] | None
# As registers write numbers: letters, digits, dots, strokes. No room for a sentence about a person.
_NUMBER = re.compile(r"[0-9A-Za-zก-์./() -]{1,60}")


@needs(_("somebody who may read what the letter says"))
def letter_reader(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Text not yet screened is read by screeners only, in a letter too."""
    assert actor.user is not None
    return None if rules.may_read_text(actor.user, case) else _("Only who may read the case may write its letters.")


@needs(_("a text that goes out: a message, an approved reply, a referral or a request"))
def letter_carries(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A letter says what was written in the case, and nothing else."""
    from complaints.letters.carried import carried, has_carried

    if facts is None:
        return None if has_carried(case) else _("There is no message, approved reply, referral or request to send.")
    what = carried(case, str(facts.get("carries") or ""))
    return None if what is not None and not what.is_over else _("Choose what the letter says.")


@needs(_("the signed letter as one file"))
def letter_scan(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One file: it is the letter, and is shown to nobody who may not see to whom it goes."""
    if facts is None:
        return None
    files = list(facts.get("files") or ())
    if not files:
        return _("Attach the signed letter.")
    return None if len(files) == 1 else _("Attach one file: put all sheets of the letter into it.")


@needs(_("the signed letter as one file, or later"))
def letter_scan_or_later(case: Case, actor: Actor, facts: Facts) -> Text | None:
    """As `letter_scan`, where a file was chosen."""
    return letter_scan.refusal(case, actor, facts) if facts and facts.get("files") else None


@needs(_("a signatory who may sign letters of this case"))
def letter_signatory(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Somebody in the list, or named in words; nobody with a conflict."""
    from complaints.letters.signing import signatories

    holding = facts and facts.get("signatory")
    if not holding or any(row.pk == holding.pk for row in signatories(case)):
        return None
    return _("This person cannot sign letters of this case. Choose somebody else.")


@needs(_("a drafted letter"))
def draft_of_a_letter(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A letter of this case without a number."""
    return _letter(case, facts, _("There is no drafted letter."), stages.DRAFTED)


@needs(_("a registered letter without its scan"))
def letter_without_scan(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A letter with a number, of which the signed sheet is missing."""
    return _letter(case, facts, _("There is no registered letter without its scan."), stages.WITHOUT_SCAN)


@needs(_("a registered letter that has not gone out"))
def letter_not_despatched(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A letter with a number that is still in the house."""
    sentence = _("There is no registered letter that waits to go out.")
    return _letter(case, facts, sentence, stages.NOT_DESPATCHED)


@needs(_("a letter that has not gone out"))
def letter_goes_on(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What has gone out cannot be cancelled."""
    return _letter(case, facts, _("There is no letter that could be cancelled."), stages.NOT_GONE)


@needs(_("its register number"))
def letter_number(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """As it stands in the register, once in a unit and year; not typed where the register gives it."""
    from complaints.letters.registers import as_number, letter_year, register_of, taken

    if facts is None or register_of(case.unit) is not None:
        return None
    number = as_number(str(facts.get("number") or ""))
    if not number:
        return _("Write the number of the letter as it stands in the register.")
    if not _NUMBER.fullmatch(number):
        return _("A register number has letters, digits, dots and strokes only.")
    day = facts.get("registered_on")
    if isinstance(day, date) and taken(case.unit, letter_year(day), number):
        return _("The register has this number already. Look it up again.")
    return None


@needs(_("the date of the letter"))
def letter_day(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not after today. Where the register gives the number, not before the letter before it either: numbers and dates
    run together."""
    from complaints.letters.registers import last_day, register_of

    if facts is None:
        return None
    day = facts.get("registered_on")
    if not isinstance(day, date):
        return _("Write the date of the letter.")
    if day > timezone.localdate():
        return _("This day has not come yet.")
    last = last_day(case.unit, day) if register_of(case.unit) is not None else None
    if last is not None and day < last:
        return _("The last letter in this register is dated %(day)s. The next one is not dated before it.") % {
            "day": write_date(last)
        }
    return None


@needs(_("the day and the way it goes out"))
def letter_despatch(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Both or, where it goes out later, neither; not before the date of the letter nor after today."""
    if facts is None:
        return None
    day, way, letter = facts.get("despatched_on"), facts.get("way"), facts.get("letter")
    registered = facts.get("registered_on")
    if not day and not way and registered:
        return None
    if not day or not way:
        return _("Say on which day and how the letter goes out.")
    if day > timezone.localdate():
        return _("This day has not come yet.")
    first = registered or (letter and letter.registered_on)
    return _("A letter does not go out before its date.") if first and day < first else None


def _letter(case: "ComplaintCase", facts: Facts, sentence: Text, stage: stages.Stage) -> Text | None:
    """Without facts: `sentence` unless a letter of the case is at that stage; with them: unless the one named is."""
    letters = case.letters.filter(**stage)
    if facts is not None:
        named = facts.get("letter")
        letters = letters.filter(pk=named.pk) if named else letters.none()
    return None if letters.exists() else sentence
