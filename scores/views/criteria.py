"""One part of an assessment as a sheet to fill in: every criterion a row, saved together.

Each row that was changed is an edge of its own, so that the ledger says who stated what; what is refused stays typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from scores import assessing, states
from scores.assessing import AGENCY, COMMITTEE, Asked
from scores.forms import fields_of, read_value
from scores.guards import answered_meanwhile
from scores.models import AssessmentCase, Statement
from scores.panel import PANEL, heading
from scores.queries import assessment_for
from scores.sheet import Line, Said, sheet_of
from scores.showing import say_about
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.fields import text_field
from workflows.metrics import hidden_from
from workflows.refusals import Missing, NotAllowed, Overtaken, Refused, WrongState
from workflows.transitions import perform, why_not


class RowForm(forms.Form):
    """The answer to one criterion or figure."""

    remark = text_field(gettext_lazy("Where the evidence is"), required=False, rows=2)
    link = forms.URLField(label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https")

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Asked, stands: Statement | None, judges: bool, **kwargs: Any) -> None:
        """stands: what this side said when the sheet was opened, None for nothing. judges: for the committee."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, prefix=asked.code.replace(".", "-"), **kwargs)
        self.asked = asked
        for name, field in fields_of(asked, stands).items():
            field.required = False
            self.fields[name] = field
        if judges:
            del self.fields["link"]
            self.fields["remark"].label = gettext_lazy("Remark")
        elif stands is not None:
            self.fields["link"].initial = stands.link
        self.fields["seen"].initial = stands.pk if stands else 0
        if stands is not None:
            self.fields["remark"].initial = stands.remark
        # First what it is, then why.
        self.order_fields([name for name in self.fields if name not in ("remark", "link", "seen")])

    def clean(self) -> dict[str, Any]:
        """`said` or `value`."""
        cleaned: dict[str, Any] = super().clean() or {}
        read_value(self.asked, cleaned)
        cleaned.pop("seen", None)
        return cleaned

    def has_changed(self) -> bool:
        """Whether anything was typed or chosen that was not there; which row was seen says nothing of that."""
        return any(name != "seen" for name in self.changed_data)

    @property
    def answered(self) -> bool:
        """Whether it says anything."""
        cleaned = getattr(self, "cleaned_data", {})
        return bool(cleaned.get("said")) or cleaned.get("value") is not None


@dataclass(frozen=True)
class SheetRow:
    """A criterion or figure with its form, and what both sides have said. now: what this side says; changed_by: what a
    colleague of the same side has said since the sheet was opened."""

    asked: Asked
    text: str
    line: Line | None
    own: Statement | None
    form: RowForm
    now: Statement | None
    changed_by: Statement | None


@require_http_methods(["GET", "POST"])
@login_required
def criteria(request: HttpRequest, public_id: str, part: str) -> HttpResponse:
    """What is asked in a part (a code of the rubric). GET shows it; POST takes an edge for every row that was changed.

    404 for whom the assessment does not exist and for a part that asks nothing; 403 for who may not say anything now;
    409 when the assessment has gone on meanwhile; 422 when a row is refused, with the others kept as they were saved.
    """
    user = reader(request)
    case = assessment_for(user, public_id)
    edge = "judge_criterion" if case.state == states.REVIEW else "state_criterion"
    refusal = why_not(case, PANEL.graph.edge(edge), Actor.person(user))
    rows = _rows(case, part, request, judges=edge == "judge_criterion")
    if refusal is not None:
        status = 403 if isinstance(refusal, NotAllowed) else 409
        return _page(request, case, part, rows, edge, refusal=refusal, status=status)
    if request.method == "GET":
        return _page(request, case, part, rows, edge)
    try:
        saved = sum(_save(case, edge, row, Actor.person(user)) for row in rows)
    except (Overtaken, NotAllowed, WrongState) as overtaken:
        return _page(request, case, part, rows, edge, refusal=overtaken, status=409)
    if saved:
        messages.success(request, ngettext("%(n)s answer saved.", "%(n)s answers saved.", saved) % {"n": saved})
    if any(row.form.errors for row in rows):
        return _page(request, case, part, rows, edge, status=422)
    then = _next_part(case, part) if "next" in request.POST else ""
    if then:
        return redirect("assessment_criteria", case.public_id, then)
    return redirect(reverse("assessment", args=[case.public_id]) + f"#part-{part}")


def _save(case: AssessmentCase, edge: str, row: SheetRow, actor: Actor) -> bool:
    """Take the edge of a row that was changed. Out: whether it was saved; what is wrong stands in its form.

    Raises Overtaken, NotAllowed, WrongState when the assessment has gone on meanwhile.
    """
    form = row.form
    if not form.is_valid() or not form.has_changed():
        return False
    if row.changed_by is not None:
        # Sent again as it stands it is a decision: from now on this is what was seen.
        _has_seen(form, row.changed_by)
        form.add_error(None, answered_meanwhile(row.changed_by))
        return False
    if not form.answered:
        form.add_error(None, _("Say first whether it is met."))
        return False
    facts = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    try:
        perform(case, edge, actor, about=row.asked.code, seen=row.now.pk if row.now else 0, **facts)
    except Missing as missing:
        form.add_error("remark", str(missing.sentence))
        return False
    # Where another row is refused this one is shown again as it was sent: what it says is what he has seen by now.
    side = COMMITTEE if edge == "judge_criterion" else AGENCY
    _has_seen(form, Statement.objects.filter(assessment=case.pk, side=side, about=row.asked.code).latest("pk"))
    return True


def _has_seen(form: RowForm, statement: Statement) -> None:
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = str(statement.pk)


def _rows(case: AssessmentCase, part: str, request: HttpRequest, *, judges: bool) -> list[SheetRow]:
    row = case.assessment
    base, rubric = assessing.computed(row, hidden_from(reader(request))), assessing.rubric_of(row)
    said = Said(assessing.newest(row, AGENCY), assessing.newest(row, COMMITTEE))
    own = assessing.score_by(row, AGENCY, base)
    sheet = next((found for found in sheet_of(rubric, own, None, said) if found.code == part), None)
    asked = [one for one in assessing.asked_in(rubric, own) if part in assessing.parts_asking(rubric, one)]
    if sheet is None or not asked:
        raise Http404
    lines = {line.code: line for line in sheet.lines}
    mine = said.judged if judges else said.own
    data = request.POST if request.method == "POST" else None
    return [_row(one, rubric, lines, said, mine, data, judges=judges) for one in asked]


def _row(
    one: Asked,
    rubric: assessing.Rubric,
    lines: dict[str, Line],
    said: Said,
    mine: Mapping[str, Statement],
    data: QueryDict | None,
    *,
    judges: bool,
) -> SheetRow:
    now = stood = mine.get(one.code)
    if data is not None:
        sent = data.get(f"{one.code.replace('.', '-')}-seen", "")
        # Who does not say what he saw has seen nothing.
        seen = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 19 else 0
        if seen != (now.pk if now else 0):
            # What he changed is told by what he had before him, not by what stands there now.
            stood = Statement.objects.filter(pk=seen, about=one.code, side=now.side if now else AGENCY).first()
    form = RowForm(data, asked=one, stands=stood, judges=judges)
    changed = now if now is not None and (stood is None or stood.pk != now.pk) else None
    return SheetRow(one, say_about(rubric, one.code), lines.get(one.code), said.own.get(one.code), form, now, changed)


def _next_part(case: AssessmentCase, part: str) -> str:
    """The part after this one in which something is asked; "" after the last."""
    row = case.assessment
    rubric = assessing.rubric_of(row)
    asking = set().union(*(assessing.parts_asking(rubric, one) for one in assessing.asked_of(row)))
    order = [code for code in assessing.parts_in_order(rubric) if code in asking]
    later = order[order.index(part) + 1 :] if part in order else []
    return later[0] if later else ""


def _page(
    request: HttpRequest,
    case: AssessmentCase,
    part: str,
    rows: list[SheetRow],
    edge: str,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    rubric = assessing.rubric_of(case.assessment)
    context = {
        "case": case,
        **heading(case),
        "part": part,
        "part_name": say_about(rubric, part),
        "rows": rows,
        "judges": edge == "judge_criterion",
        "refusal": refusal,
        "next_part": _next_part(case, part),
    }
    return render(request, "scores/criteria.html", context, status=status)
