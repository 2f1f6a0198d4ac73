"""An activity of the plan: its page, correcting it in its row, giving it up."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from organisations.accounts import role_required
from procurement.actions.plan import ActivityOvertaken, cancel_activity, change_activity
from procurement.forms.plan import CancelForm, ChangeForm
from procurement.models import Activity
from workflows.casepages.access import reader
from workflows.refusals import Missing

from .plan import row_context
from .plan_rows import Standing, coverage_of, purchases_of
from .plan_scope import ROLES, Scope, activity_for, scope_of_activity
from .purchase_versions import activity_versions


@require_GET
@role_required(*ROLES)
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity: its figures with their versions, its purchases, what coverage says of it. With htmx its row."""
    row = activity_for(reader(request), pk)
    scope = scope_of_activity(reader(request), row)
    standing = Standing(coverage_of(scope))
    shown = standing.row(row, purchases_of(scope, [row])[row.pk])
    if request.htmx and row.cancelled_on is None:  # type: ignore[attr-defined]
        return render(request, "procurement/plan_row.html", {"row": shown, "scope": scope})
    context = {"scope": scope, "row": shown, "activity": row, "versions": activity_versions(row)}
    return render(request, "procurement/plan_activity.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def edit_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Correcting an activity in its row (htmx) or on a page of its own. 409 when somebody changed it meanwhile: what
    he changed stands above what was typed, and sending it again is a decision of its own."""
    row, scope = _kept(request, pk)
    about = {"unit": scope.unit, "fiscal_year": scope.year, "own": row}
    if row.cancelled_on is not None:
        return _answer(request, scope, _Edit(row, None, _("This plan activity has been cancelled.")), 409)
    if request.method == "GET":
        return _answer(request, scope, _Edit(row, ChangeForm(**about)))
    form, seen = ChangeForm(request.POST, **about), _seen(request)
    if not form.is_valid():
        return _answer(request, scope, _Edit(row, form, seen=seen), 422)
    before = frozenset(coverage_of(scope).top) if request.htmx else frozenset()  # type: ignore[attr-defined]
    try:
        changed = change_activity(row, by=scope.user, seen_version=seen, **form.cleaned_data)
    except ActivityOvertaken as overtaken:
        told = _what_happened(overtaken.activity, seen, scope)
        return _answer(request, scope, _Edit(overtaken.activity, form, told), 409)
    except Missing as refusal:
        form.add_error(refusal.field, str(refusal.sentence))
        return _answer(request, scope, _Edit(row, form, seen=seen), 422)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "procurement/plan_changed.html", row_context(scope, changed, before))
    messages.success(request, _("Saved: %(name)s") % {"name": changed.name})
    return redirect(f"{reverse('plan')}{scope.query}#activity-{changed.pk}")


@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def cancel_activity_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Giving an activity up, with its reason."""
    row, scope = _kept(request, pk)
    form, status, conflict = CancelForm(request.POST or None), 200, ""
    if row.cancelled_on is not None:
        return _answer(request, scope, _Edit(row, None, _("This plan activity has been cancelled.")), 409)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                cancel_activity(row, by=scope.user, seen_version=_seen(request), **form.cleaned_data)
            except ActivityOvertaken as overtaken:
                row, status = overtaken.activity, 409
                conflict = _what_happened(row, _seen(request), scope)
            except Missing as refusal:
                form.add_error("reason", str(refusal.sentence))
            else:
                messages.success(request, _("Cancelled: %(name)s") % {"name": row.name})
                return redirect(f"{reverse('plan')}{scope.query}#cancelled")
    context = {
        "scope": scope,
        "activity": row,
        "form": form,
        "conflict": conflict,
        "open_purchases": [one for one in purchases_of(scope, [row])[row.pk] if one.case.is_open],
    }
    return render(request, "procurement/plan_cancel.html", context, status=status)


@dataclass(frozen=True)
class _Edit:
    """An activity being corrected. form: None when it cannot be any more; told: why, or what somebody else did."""

    activity: Activity
    form: ChangeForm | None
    told: str = ""
    seen: int | None = None

    @property
    def version(self) -> int:
        """What the form is going to say it has seen."""
        return self.activity.version if self.seen is None else self.seen


def _answer(request: HttpRequest, scope: Scope, edit: _Edit, status: int = 200) -> HttpResponse:
    bare = request.htmx and edit.form is not None  # type: ignore[attr-defined]
    template = "procurement/plan_row_edit.html" if bare else "procurement/plan_edit.html"
    if edit.form is not None:
        edit.form.fields[next(iter(edit.form.errors), "name")].widget.attrs["autofocus"] = True
    context: dict[str, Any] = {"scope": scope, "edit": edit, "activity": edit.activity, "form": edit.form}
    return render(request, template, context, status=status)


def _kept(request: HttpRequest, pk: int) -> tuple[Activity, Scope]:
    row = activity_for(reader(request), pk)
    scope = scope_of_activity(reader(request), row)
    scope.need_to_keep()
    return row, scope


def _seen(request: HttpRequest) -> int | None:
    value = request.POST.get("seen_version", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else None


def _what_happened(row: Activity, seen: int | None, scope: Scope) -> str:
    """Who changed what since `seen`, in a sentence for each version."""
    news = activity_versions(row)[: max(1, row.version - (seen or 0))]
    return " ".join(version.sentence(scope.user) for version in reversed(news))
