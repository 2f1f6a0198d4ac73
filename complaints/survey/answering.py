"""Taking an answer. Why it is written in this way: `complaints.survey`."""

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from complaints import routing
from complaints.models import Complaint, ComplaintCase, SurveyAnswer, SurveyPool
from complaints.models.survey import Aspect
from complaints.states import CLOSED, REPLIED
from complaints.survey import LEAST
from workflows import sealing

_CONTEXT = "survey:waiting"


def is_open_to(case: ComplaintCase) -> bool:
    """Whether the complainant of a case may answer: he has a reply, and has not answered yet."""
    return case.state in (REPLIED, CLOSED) and not case.complaint.surveyed


def answer(case: ComplaintCase, marks: Mapping[str, int], remark: str = "") -> bool:
    """Take the complainant's answer: 1 to 5 for each `Aspect`, and a remark, which of a protected matter is left out.

    Out: False when it is not open to him, also when it has been answered since he opened the page. Not within a
    transaction of the caller: the bit and the answer must not share one.
    """
    if not is_open_to(case):
        return False
    if not Complaint.objects.filter(case=case.pk, surveyed=False).update(surveyed=True):
        return False
    lineage = routing.lineage(case.category)
    waiting = {
        "kind": lineage[-1] if lineage else "",
        "channel": case.complaint.channel,
        "remark": "" if case.protected else remark.strip(),
        **{aspect: marks[aspect] for aspect in Aspect.values},
    }
    _join(case.unit_id, waiting)
    return True


@transaction.atomic
def _join(unit: int, answered: Mapping[str, Any]) -> None:
    pool, _new = SurveyPool.objects.select_for_update().get_or_create(unit_id=unit)
    waiting = [*waiting_in(pool), answered]
    if len(waiting) >= LEAST:
        _count(unit, waiting)
        waiting = []
    secrets.SystemRandom().shuffle(waiting)
    pool.wrapped = sealing.new_data_key() if waiting else ""
    key = sealing.unwrap_data_key(pool.wrapped) if waiting else None
    pool.sealed = sealing.seal(key, json.dumps(waiting), _CONTEXT) if key else b""
    pool.save(update_fields=["wrapped", "sealed"])


def waiting_in(pool: SurveyPool) -> list[dict[str, Any]]:
    """The answers that wait. Raises what opening a seal raises."""
    if not pool.wrapped:
        return []
    found: list[dict[str, Any]] = json.loads(
        sealing.open_text(sealing.unwrap_data_key(pool.wrapped), pool.sealed, _CONTEXT)
    )
    return found


def _count(unit: int, waiting: list[Mapping[str, Any]]) -> None:
    month = timezone.localdate().replace(day=1)
    alike = Counter((each["kind"], each["channel"]) for each in waiting)
    hidden = _standing_out(alike)
    rows = [
        SurveyAnswer(
            unit_id=unit,
            month=month,
            **({**each, "kind": "", "channel": ""} if (each["kind"], each["channel"]) in hidden else each),
        )
        for each in waiting
    ]
    SurveyAnswer.objects.bulk_create(sorted(rows, key=lambda row: row.pk))


def _standing_out(alike: Counter[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs of kind and channel that are not kept: those of one answer alone. Where that is a single answer, also
    those of the next fewest, for the only one without would stand out just as well."""
    hidden = {pair for pair, count in alike.items() if count == 1}
    if len(hidden) == 1:
        hidden |= {pair for pair, _count in sorted(alike.items(), key=lambda item: item[1])[:2]}
    return hidden
