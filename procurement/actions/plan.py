"""Writing the plan: activities, people of committees, suppliers. No case stands behind them; versions do."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Unit, User
from procurement.actions.common import taken_is_refused
from procurement.actions.revisions import append_revision, differing, revise
from procurement.coverage.standing import touch
from procurement.models import Activity, Purchase
from procurement.models.plan import EMPTIED
from workflows.models import LedgerEntry
from workflows.refusals import Missing


class ActivityOvertaken(Exception):
    """Somebody changed the activity after the form was opened; `activity` is how it stands now."""

    def __init__(self, activity: Activity) -> None:
        super().__init__(activity.pk)
        self.activity = activity


@taken_is_refused()
@transaction.atomic
def add_activity(
    *,
    unit: Unit,
    fiscal_year: int,
    name: str,
    budget: Decimal | None = None,
    code: str = "",
    by: User | None,
    source: str = Activity.Source.HAND,
    at: datetime | None = None,
) -> Activity:
    """A new activity of the plan of `unit`. fiscal_year: Buddhist Era. budget: approved plan budget in baht, or None
    when it is not known (it then counts among the top, S4:341-349). by: None for an import. Raises Missing for a code
    that another activity of the plan has."""
    activity = Activity.objects.create(
        unit=unit, fiscal_year=fiscal_year, name=name.strip(), budget=budget, code=code.strip(), source=source
    )
    append_revision(activity, at=at or timezone.now(), by=by, source=source, is_new=True)
    touch(unit.pk, fiscal_year)
    return activity


@taken_is_refused()
@transaction.atomic
def change_activity(
    activity: Activity,
    *,
    by: User | None,
    seen_version: int | None = None,
    reason: str = "",
    source: str = Activity.Source.HAND,
    at: datetime | None = None,
    **figures: Any,
) -> Activity:
    """Correct figures of an activity (name, code, budget); a new version. Out: the activity as it stands now.

    seen_version: the version the person had before him; another one now raises ActivityOvertaken.
    Raises Missing for a code that another activity of the plan has.
    """
    locked = _locked(activity, seen_version)
    if changes := differing(locked, figures):
        locked.version += 1
        locked.save(update_fields=["version"])
        revise(locked, changes, at=at or timezone.now(), by=by, source=source, reason=reason)
        touch(locked.unit_id, locked.fiscal_year)
    return locked


@transaction.atomic
def cancel_activity(
    activity: Activity, *, by: User, reason: str, seen_version: int | None = None, at: datetime | None = None
) -> Activity:
    """The activity is given up. Before an award it then leaves the count, and is listed; afterwards it stays in it.

    Raises Missing without a reason, or while one of its purchases goes on; ActivityOvertaken as `change_activity`.
    """
    locked = _locked(activity, seen_version)
    # What begins with the sign was emptied by grouping; a person gives his reasons in words.
    if not reason.strip().lstrip(EMPTIED.strip()).strip() or reason.strip().startswith(EMPTIED.strip()):
        raise Missing(_("Give the reasons."), field="reason")
    if _award_was_moved_away(locked):
        raise Missing(
            _("A purchase of it that was awarded has been moved to another activity. Move it back first."),
            field="reason",
        )
    if locked.purchases.filter(case__is_open=True).exists():
        raise Missing(_("Cancel its purchases first, or move them to another activity."), field="reason")
    moment = at or timezone.now()
    return change_activity(
        locked, by=by, at=moment, reason=reason, cancelled_on=timezone.localdate(moment), cancel_reason=reason.strip()
    )


def _award_was_moved_away(activity: Activity) -> bool:
    """Whether a purchase that was awarded has been grouped out of `activity`: cancelled without it, the activity would
    leave the count, though it was awarded (S4:341-349)."""
    awarded = Purchase.objects.filter(
        Q(awarded_on__isnull=False) | Q(contracts__signed_on__isnull=False),
        activity__unit=activity.unit_id,
        activity__fiscal_year=activity.fiscal_year,
    ).exclude(activity=activity)
    moved = LedgerEntry.objects.filter(case__in=awarded.values("case"), verb="group")
    return any(entry.data["from"] == activity.pk for entry in moved)


def _locked(activity: Activity, seen_version: int | None) -> Activity:
    locked = Activity.objects.select_for_update().select_related("unit").get(pk=activity.pk)
    if seen_version is not None and locked.version != seen_version:
        raise ActivityOvertaken(locked)
    return locked
