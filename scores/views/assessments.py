"""The list of assessments, and the beginning of one."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from organisations.accounts import RoleNeeded, role_required
from organisations.calendar import fiscal_year
from organisations.formats import digits
from organisations.models import Role
from organisations.queries import roles_of
from scores.forms import YEARS, BeginForm, rubric_name
from scores.models import AssessmentCase, Snapshot
from scores.panel import hands_of
from scores.queries import assessments_visible_to, examined_by, units_assessed_by
from scores.reports.rules import READERS as READERS_OF_REPORTS
from scores.rubric import families
from scores.rules import READERS
from scores.states import RESULT_TOLD, STATES
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of
from workflows.refusals import Refused
from workflows.transitions import open_case

ROLES = tuple(role for role in Role if role in READERS)
OPEN = "open"


class AssessmentFilter(forms.Form):
    """The filter row; every field is optional and narrows further."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    family = forms.ChoiceField(label=gettext_lazy("Assessed by"), required=False)
    year = forms.TypedChoiceField(label=gettext_lazy("Fiscal year"), required=False, coerce=int, empty_value=None)
    mine = forms.ChoiceField(
        label=gettext_lazy("Committee"),
        required=False,
        choices=[("", gettext_lazy("all")), ("mine", gettext_lazy("those I examine"))],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        now = fiscal_year(timezone.localdate())
        state, family, year = (self.fields[name] for name in ("state", "family", "year"))
        every = ("", gettext_lazy("all"))
        state.choices = [every, (OPEN, gettext_lazy("going on")), *((row.code, row.label) for row in STATES)]  # type: ignore[attr-defined]
        family.choices = [every, *((code, rubric_name(code, now)) for code in families())]  # type: ignore[attr-defined]
        year.choices = [every, *((then, digits(then)) for then in range(now, now - YEARS, -1))]  # type: ignore[attr-defined]

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, cases: QuerySet[AssessmentCase], examined: QuerySet[AssessmentCase]) -> QuerySet[AssessmentCase]:
        """`cases` narrowed by what is set; what cannot be read narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if state := wanted.get("state"):
            cases = cases.filter(is_open=True) if state == OPEN else cases.filter(state=state)
        if family := wanted.get("family"):
            cases = cases.filter(assessment__family=family)
        if year := wanted.get("year"):
            cases = cases.filter(assessment__fiscal_year=year)
        if wanted.get("mine"):
            cases = cases.filter(pk__in=examined.values("pk"))
        return cases


def reads_assessments(request: HttpRequest) -> bool:
    """Whether the reader holds a post that reads assessments, or sits on a committee of one."""
    user = reader(request)
    return bool(roles_of(user) & READERS) or examined_by(user).exists()


@require_GET
@role_required(*Role.values)
def assessments(request: HttpRequest) -> HttpResponse:
    """The assessments that exist for the reader, filtered, one page of them, with the newest points of each."""
    if not reads_assessments(request):
        raise RoleNeeded(*ROLES)
    user = reader(request)
    filters = AssessmentFilter(request.GET)
    # What the committee has concluded and not told yet is nobody's to read in a list.
    told = ~Q(cause=Snapshot.Cause.CONCLUDED) | Q(assessment__case__state__in=RESULT_TOLD)
    newest = Snapshot.objects.filter(told, assessment=OuterRef("pk")).order_by("-id")
    cases: QuerySet[Any] = filters.narrow(assessments_visible_to(user), examined_by(user)).annotate(
        points=Subquery(newest.values("points")[:1]), full=Subquery(newest.values("full")[:1])
    )
    page = page_of(
        cases.select_related("unit", "holder", "assessment__unit"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    names = {code: rubric_name(code, fiscal_year(timezone.localdate())) for code in families()}
    shown = cast("list[AssessmentCase]", page.cases)
    context = {
        "page": page,
        "rows": [(case, names.get(case.assessment.family, case.assessment.family), hands_of(case)) for case in shown],
        "filters": filters,
        "is_set": filters.is_set,
        "may_begin": Role.INTEGRITY in roles_of(user),
        "reads_scores": bool(roles_of(user) & READERS),
        "reads_reports": bool(roles_of(user) & READERS_OF_REPORTS),
    }
    return render(request, "scores/assessments.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.INTEGRITY)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a self-assessment. 422 for what is refused: what was typed stays."""
    user = reader(request)
    units = units_assessed_by(user)
    if request.method == "GET":
        chosen = units.filter(code=request.GET.get("unit", "")).first() or units.first()
        initial = {"unit": chosen, "family": "cdd-clean", "year": fiscal_year(timezone.localdate())}
        return render(request, "scores/begin.html", {"form": BeginForm(units=units, initial=initial)})
    form = BeginForm(request.POST, units=units)
    if form.is_valid():
        wanted = form.cleaned_data
        facts = {"family": wanted["family"], "year": wanted["year"]}
        try:
            case = open_case("assessment", "begin", Actor.person(user), unit=wanted["unit"], **facts)
        except Refused as refusal:
            field = {"rubric_of_the_year": "family", "one_a_year": "year"}.get(refusal.field)
            form.add_error(field, str(refusal.sentence))
        else:
            messages.success(request, _("%(number)s: self-assessment begun.") % {"number": case.number})
            return redirect("assessment", case.public_id)
    return render(request, "scores/begin.html", {"form": form}, status=422)
