"""Activities pasted from a spreadsheet: looked at first, cell by cell; then the good rows are saved, or none."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from organisations.accounts import role_required
from organisations.formats import write_number
from procurement.actions.plan import add_activity
from procurement.forms.plan import PasteForm
from procurement.importers.pasting import PastedRow, TooManyRowsError, parse_activities
from procurement.importers.values import plain_name
from procurement.models import Activity
from workflows.refusals import Missing

from .plan_scope import ROLES, Scope, scope_of


@dataclass(frozen=True)
class Preview:
    """A pasted row beside the plan as it is. problems: cell → why it cannot be saved; remark: what to look at."""

    row: PastedRow
    problems: dict[str, str]
    remark: str = ""

    @property
    def good(self) -> bool:
        """Whether it can be saved."""
        return not self.problems


@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def paste_plan(request: HttpRequest) -> HttpResponse:
    """The text (GET), what it would become (POST), or the good rows saved (POST with `save`)."""
    scope = scope_of(request)
    scope.need_to_keep()
    if request.method == "GET":
        return _page(request, scope, PasteForm())
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _page(request, scope, form, status=422)
    try:
        previews = _look_at(scope, parse_activities(form.cleaned_data["text"]))
    except TooManyRowsError as fault:
        form.add_error("text", str(fault))
        return _page(request, scope, form, status=422)
    good = [preview.row for preview in previews if preview.good]
    if "save" not in request.POST or not good:
        return _page(request, scope, form, previews)
    if request.POST["save"] != str(len(good)):
        # The plan or the text is another one than was looked at.
        messages.warning(request, _("This has changed since you looked at it. Look again before you save."))
        return _page(request, scope, form, previews, status=409)
    try:
        with transaction.atomic():
            for row in good:
                add_activity(
                    unit=scope.unit,
                    fiscal_year=scope.year,
                    name=row.name,
                    code=row.code,
                    budget=row.budget,
                    by=scope.user,
                )
    except Missing:
        messages.warning(request, _("Somebody has entered one of these numbers meanwhile. Nothing was saved."))
        return _page(request, scope, form, _look_at(scope, [preview.row for preview in previews]), status=409)
    told = ngettext("%(count)s activity was added.", "%(count)s activities were added.", len(good))
    messages.success(request, told % {"count": write_number(len(good))})
    return redirect(f"{reverse('plan')}{scope.query}")


def _look_at(scope: Scope, rows: list[PastedRow]) -> list[Preview]:
    """What is wrong in the rows, in themselves and beside the plan. One query."""
    here = Activity.objects.filter(unit=scope.unit, fiscal_year=scope.year).values_list("code", "name")
    codes, names = {code for code, _name in here if code}, {plain_name(name) for _code, name in here}
    found = []
    for row in rows:
        problems, remark, name = dict(row.problems), "", plain_name(row.name)
        if row.code in codes:
            problems.setdefault("code", _("Another activity of this plan has this number"))
        if name in names:
            remark = _("An activity of this name is there already")
        names.add(name)
        found.append(Preview(row, problems, remark))
    return found


def _page(
    request: HttpRequest, scope: Scope, form: PasteForm, previews: list[Preview] | None = None, status: int = 200
) -> HttpResponse:
    good = sum(preview.good for preview in previews or ())
    context: dict[str, Any] = {
        "scope": scope,
        "form": form,
        "previews": previews,
        "good": good,
        "bad": len(previews or ()) - good,
        "remarks": any(preview.remark for preview in previews or ()),
    }
    return render(request, "procurement/plan_paste.html", context, status=status)
