"""The pages on which rule data is changed: a form, a preview of what that does, a reason, and only then the change."""

import copy
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.formats import write_ago
from organisations.middleware import typed_text
from organisations.reference_data import administrators_only
from workflows.casepages.access import reader
from workflows.models import RuleChange
from workflows.rulebook.builtin import HOLIDAYS
from workflows.rulebook.deadlines import effect_of_days
from workflows.rulebook.forms import ReasonForm, RuleForm, YearForm, form_class_of
from workflows.rulebook.pages import named, row_of
from workflows.rulebook.rows import RuleClosed, RuleOvertaken, RuleTaken, alter, alter_year, rows_of_year, stamp
from workflows.rulebook.tables import Table
from workflows.rulebook.wording import Writer, heading_of
from workflows.rulebook.years import alterations, write_year

MOST_MOVED = 20
FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass
class _Edit:
    """A row being edited. row: None for a new one. form: None where it is taken out."""

    table: Table
    act: str
    row: Any = None
    form: RuleForm | None = None
    seen: str = ""
    conflict: str = ""

    @property
    def before(self) -> Any:
        """The row that is changed; a row that follows another one is new."""
        return None if self.act == "next" else self.row

    @property
    def after(self) -> Any:
        """The row as it shall be; None where it is taken out."""
        return None if self.form is None else self.form.instance

    def stamp(self) -> str:
        """What the form is going to say it has seen."""
        return stamp(self.table, [] if self.before is None else [self.before])


@require_http_methods(["GET", "POST"])
@administrators_only
def rule_new(request: HttpRequest, table: str) -> HttpResponse:
    """Enter a row."""
    kept = named(table)
    if not kept.may_add:
        raise Http404
    return _respond(request, _Edit(kept, "new"))


@require_http_methods(["GET", "POST"])
@administrators_only
def rule_edit(request: HttpRequest, table: str, key: str, act: str) -> HttpResponse:
    """Change a row, let one follow it, end it or take it out. 409 when somebody was faster or the row has begun: what
    was typed stands there still. 422 when something is missing."""
    kept = named(table)
    edit = _Edit(kept, act, row_of(kept, key))
    if not _is_open(edit):
        return _closed(request, edit)
    return _respond(request, edit)


def _is_open(edit: _Edit) -> bool:
    return {
        "change": edit.table.may_change(edit.row),
        "next": bool(edit.table.dated),
        "end": edit.table.may_end(edit.row),
        "remove": edit.table.may_remove(edit.row),
    }[edit.act]


def _respond(request: HttpRequest, edit: _Edit) -> HttpResponse:
    edit.seen = request.POST.get("seen", "")
    if edit.act != "remove":
        edit.form = _form(request, edit)
    if request.method == "GET":
        edit.seen = edit.stamp()
        return _form_page(request, edit) if edit.form else _preview_page(request, edit)
    if edit.seen != edit.stamp():
        return _overtaken(request, edit, RuleOvertaken(_last(edit)))
    if edit.form is not None:
        if not edit.form.is_valid():
            return _form_page(request, edit, 422)
        if edit.table.settle:
            edit.table.settle(edit.after, reader(request))
        if "edit" in request.POST:
            return _form_page(request, edit)
        if not Writer().difference(edit.table, edit.before, edit.after):
            edit.form.add_error(None, _("Nothing is changed yet."))
            return _form_page(request, edit, 422)
    if "save" not in request.POST:
        return _preview_page(request, edit)
    reason = ReasonForm(request.POST)
    if not reason.is_valid():
        return _preview_page(request, edit, reason, 422)
    return _save(request, edit, reason.cleaned_data["reason"])


def _form(request: HttpRequest, edit: _Edit) -> RuleForm:
    # A copy: checking a form writes into its instance, and the row as it was is still needed.
    instance = copy.copy(edit.row) if edit.row is not None else edit.table.model()
    if edit.act == "next":
        instance.pk, instance._state.adding = None, True  # noqa: SLF001 - Django's documented way to copy a row
    return form_class_of(edit.table)(request.POST or None, instance=instance, table=edit.table, act=edit.act)


def _save(request: HttpRequest, edit: _Edit, reason: str) -> HttpResponse:
    try:
        change = alter(edit.table, edit.before, edit.after, by=reader(request), reason=reason, seen=edit.seen)
    except RuleOvertaken as overtaken:
        return _overtaken(request, edit, overtaken)
    except RuleClosed:
        return _closed(request, edit)
    except RuleTaken:
        assert edit.form is not None
        edit.form.add_error(None, _("Somebody has just entered such a row. Look at it first."))
        return _form_page(request, edit, 409)
    if change is not None:
        messages.success(request, f"{change.label}: {change.get_act_display()}")
    if edit.act == "remove" or change is None:
        return redirect("rule_table", edit.table.name)
    return redirect("rule_row", edit.table.name, change.key)


def _last(edit: _Edit) -> RuleChange | None:
    if edit.before is None:
        return None
    changes = RuleChange.objects.filter(table=edit.table.name, key=str(edit.before.pk)).select_related("by")
    return changes.order_by("-id").first()


def _overtaken(request: HttpRequest, edit: _Edit, overtaken: RuleOvertaken) -> HttpResponse:
    """Who changed what, above the form as it was typed; sending it again is a decision of its own."""
    if edit.before is not None:
        edit.row = edit.table.rows().filter(pk=edit.row.pk).first()
        if edit.row is None:
            return _closed(request, edit)
    edit.seen, edit.conflict = edit.stamp(), _sentence(request, overtaken.change)
    return _form_page(request, edit, 409) if edit.form else _preview_page(request, edit, status=409)


def _sentence(request: HttpRequest, change: RuleChange | None) -> str:
    if change is None:
        return _("This has changed since you opened it.")
    who = _("You") if change.by_id == reader(request).pk else str(change.by)
    said = _("%(who)s, %(ago)s: %(name)s %(act)s. Reason: %(reason)s")
    return said % {
        "who": who, "ago": write_ago(change.at), "name": change.label, "act": change.get_act_display(),
        "reason": change.reason,
    }  # fmt: skip


def _context(edit: _Edit, **more: Any) -> dict[str, Any]:
    key = "" if edit.row is None else str(edit.row.pk)
    table_url = reverse("rule_table", args=[edit.table.name])
    return {
        "table": edit.table,
        "act": edit.act,
        "heading": "" if edit.row is None else heading_of(edit.row),
        "back_url": reverse("rule_row", args=[edit.table.name, key]) if key else table_url,
        "form": edit.form,
        "seen": edit.seen,
        "conflict": edit.conflict,
        **more,
    }


def _form_page(request: HttpRequest, edit: _Edit, status: int = 200) -> HttpResponse:
    return render(request, "workflows/rules/form.html", _context(edit), status=status)


def _preview_page(
    request: HttpRequest, edit: _Edit, reason: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    effect = edit.table.effect(edit.before, edit.after) if edit.table.effect else None
    context = _context(
        edit,
        # A row that follows another one is shown beside that one.
        lines=Writer().difference(edit.table, edit.row, edit.after),
        effect=effect,
        moved=effect.moved[:MOST_MOVED] if effect else (),
        more_moved=len(effect.moved) > MOST_MOVED if effect else False,
        reason=reason or ReasonForm(initial={"reason": request.POST.get("reason", "")}),
    )
    return render(request, "workflows/rules/preview.html", context, status=status)


def _closed(request: HttpRequest, edit: _Edit) -> HttpResponse:
    """What cannot be done any more, with what was typed."""
    typed = [one for one in typed_text(request) if one[0] != "seen"] if request.method == "POST" else []
    return render(request, "workflows/rules/closed.html", _context(edit, typed=typed), status=409)


# --- The holidays of a year -------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@administrators_only
def rule_year(request: HttpRequest, year: int) -> HttpResponse:
    """All holidays of a year (C.E.) as lines to be pasted, with the same preview; 409 when somebody was faster."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    table = named(HOLIDAYS)
    held = rows_of_year(table, year)
    context = {"table": table, "year": year, "seen": stamp(table, held)}
    template = "workflows/rules/year.html"
    if request.method == "GET":
        return render(request, template, {**context, "form": YearForm(year=year, initial={"days": write_year(held)})})
    form = YearForm(request.POST, year=year)
    context |= {"form": form}
    if request.POST.get("seen", "") != context["seen"]:
        newest = RuleChange.objects.filter(table=HOLIDAYS).select_related("by").order_by("-id").first()
        return render(request, template, {**context, "conflict": _sentence(request, newest)}, status=409)
    if not form.is_valid():
        return render(request, template, context, status=422)
    if "edit" in request.POST:
        return render(request, template, context)
    wanted = alterations(held, form.read, form.cleaned_data["source"])
    if not wanted:
        form.add_error("days", _("Nothing is changed yet."))
        return render(request, template, context, status=422)
    reason, status = ReasonForm(initial={"reason": request.POST.get("reason", "")}), 200
    if "save" in request.POST:
        reason, status = ReasonForm(request.POST), 422
        if reason.is_valid():
            try:
                alter_year(
                    table, year, wanted, by=reader(request), reason=reason.cleaned_data["reason"], seen=context["seen"]
                )
            except RuleOvertaken as overtaken:
                context["seen"] = stamp(table, rows_of_year(table, year))
                said = {"conflict": _sentence(request, overtaken.change)}
                return render(request, template, {**context, **said}, status=409)
            messages.success(request, _("The holidays are saved. The running deadlines follow within minutes."))
            return redirect(f"{reverse('rule_table', args=[HOLIDAYS])}?year={year}")
    added = {one.after.day for one in wanted if one.before is None}
    removed = {one.before.day for one in wanted if one.after is None}
    effect = effect_of_days(added=added, removed=removed)
    context |= {
        "alterations": wanted,
        "effect": effect,
        "moved": effect.moved[:MOST_MOVED],
        "more_moved": len(effect.moved) > MOST_MOVED,
        "reason": reason,
    }
    return render(request, "workflows/rules/year_preview.html", context, status=status)
