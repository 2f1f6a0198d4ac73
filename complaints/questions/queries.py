"""The only reads of questions for pages."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q, QuerySet
from django.http import Http404

from complaints.models import Question
from complaints.queries import complaints_visible_to
from complaints.receipts import parse, verify
from organisations.calendar import current_calendar
from organisations.models import Role, Unit, User
from organisations.queries import open_units, units_below, units_where
from workflows import clocks
from workflows.clocks import DayUnit
from workflows.models import ClockRule

ANSWERING = (Role.SCREENER, Role.OFFICER, Role.HEAD)
"""Who reads and answers questions of his unit and of those below it."""
REGISTERING = (Role.SCREENER, Role.OFFICER)
"""Who may make one a complaint: whoever registers complaints."""
CLOCK = "question_answer"
LISTS = {
    "waiting": Q(state=Question.State.WAITING),
    "answered": Q(state__in=[Question.State.ANSWERED, Question.State.CLOSED]),
    "all": Q(),
}


def visible_to(user: User) -> QuerySet[Question]:
    """The questions that exist for `user`. One that became a complaint exists for whom the complaint does."""
    if not user.is_active:
        return Question.objects.none()
    mine = Question.objects.filter(unit__in=units_below(units_where(user, ANSWERING)))
    return mine.filter(Q(case=None) | Q(case__in=complaints_visible_to(user).values("pk")))


def question_for(user: User, public_id: str) -> Question:
    """One question. Raises Http404, the same whether it is unknown or not for `user`."""
    found = visible_to(user).select_related("unit", "case").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def listed(user: User, name: str) -> QuerySet[Question]:
    """The questions of a list (`LISTS`), those that wait first and of them the oldest, for `page_of`."""
    return visible_to(user).filter(LISTS[name]).select_related("unit").annotate(next_due=F("waiting_since"))


def by_receipt(text: str) -> Question | None:
    """The question whose receipt is `text`; None when there is none. Raises `receipts.ReceiptMistyped`."""
    receipt = parse(text)
    question = Question.objects.select_related("unit").filter(receipt_lookup=receipt.lookup).first()
    # A lookup that is not there costs as much as a secret that is wrong.
    if not verify(receipt.secret, question.receipt_hmac if question else None):
        return None
    return question


def due_days(questions: Iterable[Question]) -> dict[int, date]:
    """The day on which each question that waits has to be answered, by the rule in force when it began to wait.

    Nothing of it is stored: a changed holiday is right at once. Two queries, whatever the number of questions.
    """
    waiting = [(question.pk, question.waiting_since) for question in questions if question.waiting_since]
    if not waiting:
        return {}
    rules = list(ClockRule.objects.filter(code=CLOCK, category="").order_by("valid_from"))
    calendar = current_calendar()
    found: dict[int, date] = {}
    for pk, since in waiting:
        rule = next((rule for rule in reversed(rules) if rule.valid_from <= since), None)
        if rule is None:
            continue
        due = clocks.due_on(since, rule.length, DayUnit(rule.unit), calendar=calendar)
        if due is not None:
            found[pk] = due
    return found


def units_to_move_to(user: User, question: Question) -> QuerySet[Unit]:
    """The other open units below where `user` answers questions."""
    below = units_below(units_where(user, ANSWERING))
    return open_units().filter(pk__in=below).exclude(pk=question.unit_id).exclude(kind=Unit.Kind.ANTI_CORRUPTION)


def may_register(user: User, question: Question) -> bool:
    """Whether `user` may make it a complaint."""
    return units_below(units_where(user, REGISTERING)).filter(unit=question.unit_id).exists()
