"""The annual plan of a unit as a table that is filled in row by row, with the keyboard alone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from organisations.accounts import role_required
from procurement.actions.plan import add_activity
from procurement.forms.plan import ActivityForm
from procurement.models import Activity
from workflows.refusals import Missing

from .plan_rows import Plan, Standing, coverage_of, plan_of, purchases_of
from .plan_scope import ROLES, Scope, scope_of

SHOW = {
    "all": gettext_lazy("All"),
    "uncovered": gettext_lazy("Without a citizen yet"),
    "no_budget": gettext_lazy("Without a budget"),
    "no_purchase": gettext_lazy("Without a purchase"),
}
SORT = {"plan": gettext_lazy("in the order of the plan"), "budget": gettext_lazy("by budget, the largest first")}


@require_GET
@role_required(*ROLES)
def plan(request: HttpRequest) -> HttpResponse:
    """The plan of `unit` and `year`; `show` filters it, `sort` orders it."""
    scope = scope_of(request)
    return plan_page(request, scope, new_form(scope, focus="added" in request.GET))


@require_POST
@role_required(*ROLES)
def plan_add(request: HttpRequest) -> HttpResponse:
    """The next activity. With htmx: its row, and an empty row with the cursor in it; else the plan again."""
    scope = scope_of(request)
    scope.need_to_keep()
    form = ActivityForm(request.POST, unit=scope.unit, fiscal_year=scope.year)
    before = frozenset(coverage_of(scope).top) if request.htmx else frozenset()  # type: ignore[attr-defined]
    made = _add(form, scope) if form.is_valid() else None
    if made is None:
        return _refused(request, scope, form)
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Added: %(name)s") % {"name": made.name})
        # Without a fragment: a browser that jumps to one leaves the autofocus of the empty row alone.
        return redirect(f"{reverse('plan')}{scope.query}&added={made.pk}")
    context = {**row_context(scope, made, before), "entry": new_form(scope, focus=True), "added": True}
    return render(request, "procurement/plan_changed.html", context)


def _add(form: ActivityForm, scope: Scope) -> Activity | None:
    try:
        return add_activity(unit=scope.unit, fiscal_year=scope.year, by=scope.user, **form.cleaned_data)
    except Missing as refusal:
        # Somebody has entered the same number in this very moment.
        form.add_error(refusal.field, str(refusal.sentence))
        return None


def _refused(request: HttpRequest, scope: Scope, form: ActivityForm) -> HttpResponse:
    form.fields[next(iter(form.errors), "name")].widget.attrs["autofocus"] = True
    if not request.htmx:  # type: ignore[attr-defined]
        return plan_page(request, scope, form, status=422)
    response = render(request, "procurement/plan_entry.html", {"entry": form, "scope": scope}, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#plan-entry", "outerHTML"
    return response


def new_form(scope: Scope, *, focus: bool = False) -> ActivityForm:
    """The empty row at the foot of the table."""
    form = ActivityForm(unit=scope.unit, fiscal_year=scope.year)
    if focus:
        form.fields["code"].widget.attrs["autofocus"] = True
    return form


def plan_page(request: HttpRequest, scope: Scope, entry: ActivityForm, status: int = 200) -> HttpResponse:
    """The whole page. entry: the row at the foot."""
    whole = plan_of(scope)
    show, sort = request.GET.get("show", "all"), request.GET.get("sort", "plan")
    context = {
        **scope.choices(),
        "plan": whole,
        "rows": whole.chosen(show, sort),
        "tabs": [
            {"label": label, "name": name, "count": len(whole.chosen(name, "plan")), "current": name == show}
            for name, label in SHOW.items()
        ],
        "show": show if show in SHOW else "all",
        "sort": sort if sort in SORT else "plan",
        "orders": [{"label": label, "name": name, "current": name == sort} for name, label in SORT.items()],
        "entry": entry,
        "totals": whole.totals,
        "merged": [row for row in whole.cancelled if row.was_emptied],
        "given_up": [row for row in whole.cancelled if not row.was_emptied],
    }
    return render(request, "procurement/plan.html", context, status=status)


def row_context(scope: Scope, activity: Activity, before: frozenset[str]) -> dict[str, Any]:
    """For `procurement/plan_changed.html`: the row of `activity` as it is now, the totals, and the marks of the top
    three that differ from `before`."""
    whole: Plan = plan_of(scope)
    standing = Standing(whole.result)
    moved = (standing.top ^ before) - {str(activity.pk)}
    return {
        "scope": scope,
        "row": standing.row(activity, purchases_of(scope, [activity])[activity.pk]),
        "totals": whole.totals,
        "marks": [row for row in whole.rows if str(row.activity.pk) in moved],
    }
