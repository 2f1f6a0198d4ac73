"""Where a question goes whose unit has closed, and how long its texts are kept. By the night, never by a person.

Once nothing more is expected of it, a question is kept as long as the rule `question` of `RetentionRule` says, which is
own practice: no source that we know says it of questions that are no complaint. Then its key is destroyed and its texts
are blanked; what stays is that there was one, in which unit, and who of the staff did what, so that figures stay what
they were, and the hash of the receipt, so that its holder is told. No erasure is announced and none can be held: a
question is no file (`complaints.questions`).
"""

import logging
from collections.abc import Callable
from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from complaints.models import Question, QuestionEntry
from complaints.questions.notices import EVENT
from notifications.events import announce
from organisations.calendar import start_of
from organisations.models import Unit
from organisations.queries import heir_of
from workflows.keeping import rule_for, years_before
from workflows.keys import CaseText
from workflows.models import RetentionRule

logger = logging.getLogger(__name__)
KIND = "question"
"""The code of the retention rule."""
State, Kind = Question.State, QuestionEntry.Kind


# --- Closed units -----------------------------------------------------------------------------------------------------
def follow_closed_units() -> int:
    """Move the questions of all units that are closed today to those that take over, closed questions too, so that who
    reaches that unit reads them. Out: how many. What waits is told there, and waits since the same day."""
    moved = 0
    for unit in Unit.objects.filter(closed_on__lte=timezone.localdate(), pk__in=Question.objects.values("unit")):
        heir = heir_of(unit)
        if heir is not None:
            moved += _each(Question.objects.filter(unit=unit), partial(_follow, heir=heir))
    return moved


def _follow(question: Question, *, heir: Unit) -> bool:
    if not question.unit.is_closed(timezone.localdate()):
        return False  # somebody has passed it on meanwhile
    QuestionEntry.objects.create(question=question, kind=Kind.FOLLOWED, unit=heir, at=timezone.now())
    question.unit = heir
    question.save(update_fields=["unit"])
    if question.state == State.WAITING:
        announce(EVENT, {"question": question.pk})
    return True


# --- How long it is kept ----------------------------------------------------------------------------------------------
def due(day: date) -> QuerySet[Question]:
    """The questions whose time has ended on `day`, the oldest first: answered or closed, and since their last entry the
    years of the rule in force have passed. An office that never presses "close" keeps nothing longer for it."""
    rule = rule_for(KIND, (), day)
    if rule is None or rule.disposal == RetentionRule.Disposal.KEEP:
        return Question.objects.none()
    moment = start_of(years_before(day, rule.years))
    ended = Question.objects.filter(state__in=[State.ANSWERED, State.CLOSED]).exclude(wrapped="")
    # That its unit was closed makes nothing of it newer.
    last = Max("entries__at", filter=~Q(entries__kind=Kind.FOLLOWED))
    return ended.annotate(ended_at=last).filter(ended_at__lt=moment).order_by("ended_at", "pk")


def apply_retention() -> int:
    """Erase the texts of the questions that have been kept long enough. Out: how many. Run twice it erases no more."""
    today = timezone.localdate()
    return _each(due(today), lambda question: due(today).filter(pk=question.pk).exists() and _erase(question))


def _erase(question: Question) -> bool:
    question.entries.exclude(sealed=None).update(sealed=CaseText.ERASED)
    QuestionEntry.objects.create(question=question, kind=Kind.ERASED, at=timezone.now())
    question.wrapped = ""
    question.save(update_fields=["wrapped"])
    return True


def _each(questions: QuerySet[Question], act: Callable[[Question], bool]) -> int:
    """Do it to each, locked; one that fails keeps no other from it. Out: to how many it was done."""
    done = 0
    for pk in list(questions.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                done += act(Question.objects.select_for_update().get(pk=pk))
        except Exception:
            logger.exception("question %s failed", pk)
    return done
