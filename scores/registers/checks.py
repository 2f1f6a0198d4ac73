"""What must hold between an entry of a register and its case, beyond `workflows.checks`."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from scores.models import EntryVersion, RegisterCase, RegisterEntry
from scores.registers import states
from scores.registers.kinds import REGISTERS

Problem = tuple[str, str]


def register_problems() -> Iterator[Problem]:
    """(case number, sentence) for every entry that does not agree with itself."""
    for number in RegisterCase.objects.filter(entry=None).values_list("number", flat=True):
        yield number, _("the case has no entry of a register")
    versions = EntryVersion.objects.filter(entry=OuterRef("pk"))
    entries = RegisterEntry.objects.all()
    for number in _numbers(entries.exclude(Exists(versions))):
        yield number, _("the entry says nothing")
    counting = entries.filter(case__state__in=states.COUNTING)
    for number in _numbers(counting.exclude(Exists(versions.filter(confirmation__isnull=False)))):
        yield number, _("the entry counts and nobody has confirmed it")
    for number in _numbers(entries.filter(case__state=states.STRUCK) ^ entries.exclude(struck_on=None)):
        yield number, _("the entry is struck out without its day, or the other way round")
    for number in _numbers(entries.filter(case__state=states.ENDED, ended_on=None)):
        yield number, _("the entry has ended without its day")
    followed = [row.code for row in REGISTERS.values() if row.follows]
    wrong = entries.filter(case__state=states.CONFIRMED, register__in=followed) | entries.filter(
        case__state=states.STANDING
    ).exclude(register__in=followed)
    for number in _numbers(wrong):
        yield number, _("the entry is followed though its register is not, or the other way round")


def _numbers(rows: QuerySet[RegisterEntry]) -> Iterator[str]:
    return rows.values_list("case__number", flat=True).iterator()
