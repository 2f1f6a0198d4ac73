"""Who did what with a citizen of the pool: in the log of the reference data, where an administrator finds it.

An entry names the citizen by his code and says what was done, never a name, a number or an address.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models import User
from procurement.models import Citizen


class Verb(models.TextChoices):
    """What was done."""

    APPLY = "apply", _("entered")
    ADMIT = "admit", _("admitted")
    REFUSE = "refuse", _("not admitted")
    LEAVE = "leave", _("left the pool")
    TAKE_BACK = "take_back", _("wants to come back")
    ERASE = "erase", _("data erased")
    CORRECT = "correct", _("corrected")
    READ = "read", _("sealed data shown")
    TRAIN = "train", _("training recorded")
    AWAY = "away", _("availability changed")
    TERM = "term", _("term changed")
    CONSENT = "consent", _("agreement recorded")
    WITHDRAW = "withdraw", _("agreement taken back")


_FLAGS = {Verb.APPLY: ADDITION, Verb.ERASE: DELETION}


@dataclass(frozen=True)
class Done:
    """An entry of the log. fields: what was changed, by name; reason: why sealed data was shown."""

    verb: Verb
    by: User
    at: datetime
    fields: tuple[str, ...]
    reason: str


def log_pool(citizens: Iterable[Citizen], by: User | None, verb: Verb, **more: Any) -> None:
    """Write what `by` did with these citizens. Nothing for nobody: who applies by himself has no account.

    more: `fields` (names of what was changed) or `reason`, in the words of `by`.
    """
    if by is None:
        return
    kind = ContentType.objects.get_for_model(Citizen)
    # `changed` is what Django's own pages show of it; `pool` is read here.
    message = json.dumps([{"changed": {"fields": [str(verb.label)]}, "pool": {"verb": verb.value, **more}}])
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=by.pk,
            content_type=kind,
            object_id=str(citizen.pk),
            object_repr=citizen.code,
            action_flag=_FLAGS.get(verb, CHANGE),
            change_message=message,
        )
        for citizen in citizens
    )


def done_with(citizen: Citizen, most: int = 50) -> list[Done]:
    """The last entries about a citizen, the newest first. One query."""
    kind = ContentType.objects.get_for_model(Citizen)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(citizen.pk)).select_related("user")
    found = []
    for row in rows.order_by("-action_time", "-pk")[:most]:
        for part in json.loads(row.change_message or "[]"):
            if own := part.get("pool"):
                verb, fields = Verb(own["verb"]), tuple(own.get("fields", ()))
                found.append(Done(verb, row.user, row.action_time, fields, own.get("reason", "")))
    return found
