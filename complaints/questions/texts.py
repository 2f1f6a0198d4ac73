"""The sealed texts of a question."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from complaints.models import Question, QuestionEntry
from workflows import sealing

FIRST_WORDS = 120
_CONTEXT = "complaints.questionentry/text"


@dataclass(frozen=True)
class Said:
    """An entry of the thread with its text; empty where it has none."""

    entry: QuestionEntry
    text: str


def seal(question: Question, text: str) -> bytes:
    """A text sealed with the key of its question. Raises what `sealing.unwrap_data_key` raises."""
    return sealing.seal(sealing.unwrap_data_key(question.wrapped), text, _CONTEXT)


def beginnings(questions: Iterable[Question]) -> dict[int, str]:
    """Question → the first words of what was asked, for a list of those that exist for its reader. One query.

    Nothing where the text moved into a complaint or was erased.
    """
    rows = {question.pk: question for question in questions if question.wrapped}
    asked = QuestionEntry.objects.filter(question__in=rows, kind=QuestionEntry.Kind.ASKED)
    return {entry.question_id: _first_words(thread(rows[entry.question_id], [entry])[0].text) for entry in asked}


def _first_words(text: str) -> str:
    """As much of it as a row shows, whole letters and their marks."""
    return Truncator(" ".join(text.split())).chars(FIRST_WORDS)


def thread(question: Question, entries: Iterable[QuestionEntry]) -> list[Said]:
    """The entries with their texts. One that moved into a complaint, or was erased, says so in its place."""
    try:
        key = sealing.unwrap_data_key(question.wrapped)
    except sealing.KeyErased:
        gone = _("This text was deleted for good.")
        if question.state == Question.State.TURNED:
            gone = _("This text stands in the complaint now.")
        return [Said(entry, gone if entry.sealed is not None else "") for entry in entries]
    return [
        Said(entry, "" if entry.sealed is None else sealing.open_text(key, entry.sealed, _CONTEXT)) for entry in entries
    ]
