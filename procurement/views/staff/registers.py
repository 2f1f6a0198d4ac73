"""The registers the level needs beside coverage: what was taught to whom, what was published where (S4:341-349)."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from organisations.accounts import role_required
from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.formats import digits, write_number
from procurement.actions.registers import record_education, record_publication, strike_out
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import Facts, Result, Variant, compute
from procurement.forms.registers import EducationForm, PublicationForm, StrikeForm
from procurement.models import EducationActivity, Publication
from procurement.queries import units_read_by
from workflows.casepages.access import reader
from workflows.refusals import Missing

from .plan_scope import ROLES, Scope, scope_of

KINDS = {"education": EducationActivity, "publication": Publication}
_FORMS = {"education": EducationForm, "publication": PublicationForm}
_ON_THE_WEB = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def registers(request: HttpRequest) -> HttpResponse:
    """The registers of `unit` and `year` (GET), or one line more (POST, `register` says of which)."""
    scope = scope_of(request)
    if request.method == "GET":
        return _page(request, scope)
    scope.need_to_keep()
    kind = request.POST.get("register", "")
    if kind not in KINDS:
        raise Http404
    form = _FORMS[kind](request.POST, year=scope.year, prefix=kind)
    if not form.is_valid():
        return _page(request, scope, {kind: form}, status=422)
    if kind == "education":
        record_education(unit=scope.unit, by=scope.user, **form.cleaned_data)
    else:
        record_publication(unit=scope.unit, by=scope.user, **form.cleaned_data)
    messages.success(request, _("Recorded."))
    return redirect(f"{reverse('registers')}{scope.query}#{kind}")


@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def strike(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A line that was a mistake is struck out, with the reason. 404 for a line of a unit that is not there for him."""
    if kind not in KINDS:
        raise Http404
    user = reader(request)
    model: Any = KINDS[kind]
    row = get_object_or_404(model.objects.select_related("unit").filter(unit__in=units_read_by(user)), pk=pk)
    scope = Scope(user, row.unit, _year_of(row))
    scope.need_to_keep()
    form, status = StrikeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                strike_out(row, by=user, **form.cleaned_data)
            except Missing as refusal:
                form.add_error("reason", str(refusal.sentence))
            else:
                messages.success(request, _("Struck out; it stays readable and counts no more."))
                return redirect(f"{reverse('registers')}{scope.query}#{kind}")
    context = {"scope": scope, "row": row, "kind": kind, "form": form}
    return render(request, "procurement/registers_strike.html", context, status=status)


def link_of(evidence: str) -> str:
    """The address of evidence that is on the web, "" for any other text. Only http and https are ever linked."""
    text = evidence.strip()
    return text if _ON_THE_WEB.fullmatch(text) else ""


def level_words(result: Result, facts: Facts, variant: Variant) -> dict[str, str]:
    """What the two registers mean for the level of the unit, a sentence for each."""
    first = next((rule.level for rule in variant.levels if rule.published), None)
    needs = [(rule.level, rule.education) for rule in variant.levels if rule.education]
    words = {"publication": "", "education": ""}
    if first is not None:
        told = (
            _("Published: level %(level)s and those above it are open.")
            if result.published
            else _("Nothing published counts yet: without it no level is reached, not even level %(level)s.")
        )
        words["publication"] = told % {"level": digits(first)}
    if needs:
        level, wanted = needs[0]
        told = ngettext(
            "%(have)s counts this year; from level %(level)s on at least %(need)s is needed.",
            "%(have)s count this year; from level %(level)s on at least %(need)s are needed.",
            facts.education,
        )
        numbers = {"have": write_number(facts.education), "level": digits(level), "need": write_number(wanted)}
        words["education"] = told % numbers
    else:
        words["education"] = _("%(count)s count this year; this form of the level asks for none.") % {
            "count": write_number(facts.education)
        }
    return words


def _year_of(row: EducationActivity | Publication) -> int:
    return fiscal_year(row.held_on if isinstance(row, EducationActivity) else row.published_on)


def _page(request: HttpRequest, scope: Scope, bound: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    first, after = fiscal_year_bounds(scope.year)
    people = ("recorded_by", "struck_by")
    education = EducationActivity.objects.filter(unit=scope.unit, held_on__gte=first, held_on__lt=after)
    published = Publication.objects.filter(unit=scope.unit, published_on__gte=first, published_on__lt=after)
    facts, variant = facts_of(scope.unit, scope.year), variant_of()
    result = compute(facts, variant)
    audiences = dict(EducationActivity.Audience.choices)
    forms = {kind: (bound or {}).get(kind) or form(year=scope.year, prefix=kind) for kind, form in _FORMS.items()}
    context = {
        **scope.choices(),
        "education": [
            {
                "row": row,
                "link": link_of(row.evidence),
                "audience": [audiences.get(code, code) for code in row.audience],
            }
            for row in education.select_related(*people)
        ],
        "published": [{"row": row, "link": link_of(row.evidence)} for row in published.select_related(*people)],
        "level": result.level,
        "words": level_words(result, facts, variant),
        "forms": forms,
        "bound": next(iter(bound or {}), ""),
    }
    return render(request, "procurement/registers.html", context, status=status)
