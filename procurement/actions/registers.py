"""Writing the registers of education activities and publications, which the level needs beside coverage."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.calendar import fiscal_year
from organisations.models import Unit, User
from procurement.coverage.standing import touch
from procurement.models import EducationActivity, Publication
from workflows.refusals import Missing

E = TypeVar("E", EducationActivity, Publication)


@transaction.atomic
def record_education(
    *,
    unit: Unit,
    name: str,
    held_on: date,
    audience: Iterable[str],
    evidence: str,
    by: User,
    attendees: int | None = None,
    at: datetime | None = None,
) -> EducationActivity:
    """An education activity that was held. audience: codes of `EducationActivity.Audience`; attendees: people."""
    row = EducationActivity.objects.create(
        unit=unit,
        name=name.strip(),
        held_on=held_on,
        audience=sorted(set(audience)),
        attendees=attendees,
        evidence=evidence.strip(),
        recorded_by=by,
        recorded_at=at or timezone.now(),
    )
    touch(unit.pk, fiscal_year(held_on))
    return row


@transaction.atomic
def record_publication(
    *, unit: Unit, what: str, channel: str, published_on: date, evidence: str, by: User, at: datetime | None = None
) -> Publication:
    """Core work published in a channel (code of `Publication.Channel`)."""
    row = Publication.objects.create(
        unit=unit,
        what=what.strip(),
        channel=channel,
        published_on=published_on,
        evidence=evidence.strip(),
        recorded_by=by,
        recorded_at=at or timezone.now(),
    )
    touch(unit.pk, fiscal_year(published_on))
    return row


@transaction.atomic
def strike_out(entry: E, *, by: User, reason: str, at: datetime | None = None) -> E:
    """A line that was a mistake no longer counts; it stays readable. Raises Missing without a reason, or when it has
    been struck out already."""
    locked = type(entry).objects.select_for_update().get(pk=entry.pk)
    if not reason.strip():
        raise Missing(_("Give the reasons."), field="reason")
    if locked.struck_at is not None:
        raise Missing(_("This line has been struck out already."), field="reason")
    locked.struck_at, locked.struck_by, locked.struck_reason = at or timezone.now(), by, reason.strip()
    locked.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    day = locked.held_on if isinstance(locked, EducationActivity) else locked.published_on
    touch(locked.unit_id, fiscal_year(day))
    return locked
