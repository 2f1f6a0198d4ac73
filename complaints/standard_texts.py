"""The standard texts of complaints: where they are offered, and what is filled into them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, override

from complaints.models import ComplaintCase, Question, StandardText
from complaints.routing import lineage
from complaints.states import GRAPH
from organisations.formats import write_date
from workflows.casepages.standard_texts import Offer, Offers, register_texts

QUESTION = "question_answer"
"""In place of an edge: the answer to a question that is no case (`complaints.questions`)."""
GAP = "........"
"""Stands where a case has nothing to fill in, to be written by hand as in an official letter."""


def register() -> None:
    """Called once, from ``AppConfig.ready()``."""
    register_texts(GRAPH.kind, offers)


def places() -> Iterable[tuple[str, str]]:
    """Every field of a form of an edge that takes a long text, as `edge.field`, with what both are called."""
    from complaints.forms import FORMS
    from complaints.views.officer.panel import PANEL

    for edge, form in FORMS.items():
        for name, field in form.base_fields.items():
            if isinstance(field.widget, forms.Textarea):
                yield f"{edge}.{name}", f"{PANEL.label_of(GRAPH.edge(edge))}: {field.label}"
    yield f"{QUESTION}.text", gettext("Answer to a question of a citizen")


def offers(case: ComplaintCase, edge: str) -> Offers:
    """The texts in use for the form of `edge`, by its fields: those for every kind and for that of the case.

    Titles are in the language of the officer, texts in that of the complainant.
    """
    rows = StandardText.objects.filter(active=True, place__startswith=f"{edge}.")
    if not rows:
        return {}
    kinds, values = {None, *lineage(case.category)}, _values(case)
    found: dict[str, list[Offer]] = {}
    for row in rows:
        if row.kind_id in kinds:
            text = row.text_en if case.complaint.language == "en" else row.text_th
            field = row.place.removeprefix(f"{edge}.")
            found.setdefault(field, []).append(Offer(row.code, row.name, _filled(text, values)))
    return found


def question_offers(question: Question, due: date | None) -> Offers:
    """The texts in use for the answer to a question that is no case, in the language of its asker. due: of the
    answer."""
    with override(question.language):
        values = {
            "number": question.public_id,
            "unit": question.unit.name,
            "due": write_date(due, long=True) if due else GAP,
        }
    rows = StandardText.objects.filter(active=True, place=f"{QUESTION}.text")
    texts = [(row, row.text_en if question.language == "en" else row.text_th) for row in rows]
    return {"text": [Offer(row.code, row.name, _filled(text, values)) for row, text in texts]}


def _values(case: ComplaintCase) -> dict[str, str]:
    with override(case.complaint.language):
        due = write_date(case.next_due, long=True) if case.next_due else GAP
        return {"number": case.number, "unit": case.unit.name, "due": due}


def _filled(text: str, values: dict[str, Any]) -> str:
    # Not str.format: an administrator's text may hold any other brace.
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
