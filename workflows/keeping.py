"""How long the content of a case is kept, and how it is erased.

Erasing destroys the data key of the case and blanks what stands in plain. The case itself stays, with its number, its
states, its clocks and its ledger, so that no chain breaks and every figure stays what it was. What an app keeps of a
case beyond texts and files is for its own action to blank; nothing here is called but by actions.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from workflows.files import delete_evidence
from workflows.keys import CaseText, destroy_key, is_erased
from workflows.models import Attachment, Case, RecordsHold, RetentionRule

__all__ = ["blank", "destroy_key", "erase_files", "is_erased", "is_held", "kept_until", "rule_for", "years_before"]


# --- How long ---------------------------------------------------------------------------------------------------------
def rule_for(kind: str, lineage: Sequence[str], day: date) -> RetentionRule | None:
    """The rule in force on `day` for a kind of case and a kind of matter; None where there is none, and nothing ends.

    lineage: the kind of matter and what it is part of, the nearest first: its own rule goes before the general one.
    """
    order = {category: place for place, category in enumerate([*lineage, ""])}
    rules = RetentionRule.objects.filter(code=kind, category__in=order, valid_from__lte=day)
    return min(rules, key=lambda rule: (order[rule.category], -rule.valid_from.toordinal()), default=None)


def kept_until(closed_on: date, rule: RetentionRule) -> date | None:
    """The last day on which the content of a case that ended on `closed_on` is kept; None where it is kept for good."""
    return None if rule.disposal == RetentionRule.Disposal.KEEP else _in_years(closed_on, rule.years)


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year: what ended before it has been kept for `years` years."""
    return _in_years(day, -years)


def _in_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def closed_on(case: Case) -> date | None:
    """The day in Bangkok on which the case came to its end; None while it is open."""
    return timezone.localdate(case.closed_at) if case.closed_at else None


def is_held(case: Case) -> bool:
    """Whether somebody has said that the content must not be erased for now."""
    return RecordsHold.objects.filter(case=case.pk, released_at=None).exists()


# --- Erasing ----------------------------------------------------------------------------------------------------------
def blank(texts: QuerySet[CaseText]) -> int:
    """Take the text out of these rows, whether it was sealed or not. Out: how many had one."""
    written = ~Q(text="") | Q(sealed__isnull=False)
    return texts.filter(written).update(text="", sealed=CaseText.ERASED)


def erase_files(case: Case) -> int:
    """Take away the files of a case, once the transaction is committed; their rows stay and name nothing.

    A server killed just then leaves sealed files behind that no key opens any more.
    """
    rows = Attachment.objects.filter(case=case.pk).exclude(storage_name="")
    names = list(rows.values_list("storage_name", flat=True))
    rows.update(label="", sha256="", storage_name="", size=0, notes=[])
    transaction.on_commit(lambda: [delete_evidence(name) for name in names], robust=True)
    return len(names)
