"""Who is told that a question waits: whoever answers in its unit, else in the nearest unit above with anybody."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import Question
from complaints.questions.queries import ANSWERING
from notifications import events
from organisations.models import User
from organisations.queries import holders_of, units_above

EVENT = "question_waits"


def register() -> None:
    """Make the news of questions known."""
    events.register(events.Event(EVENT, "complaints", _recipients, _sentence, _page))


def _question(facts: Mapping[str, Any]) -> Question:
    return Question.objects.select_related("unit").get(pk=facts["question"])


def _recipients(facts: Mapping[str, Any]) -> list[User]:
    question = _question(facts)
    if question.state != Question.State.WAITING:
        return []  # answered, or made a complaint, before anybody was told
    for unit in units_above(question.unit_id):
        people = {user.pk: user for role in ANSWERING for user in holders_of(unit, role)}
        if people:
            return list(people.values())
    return []


def _sentence(facts: Mapping[str, Any]) -> str:
    # No word of the question: it may be told by e-mail.
    return _("A question to %(unit)s waits for an answer") % {"unit": _question(facts).unit.name}


def _page(facts: Mapping[str, Any]) -> str:
    return reverse("question", args=[_question(facts).public_id])
