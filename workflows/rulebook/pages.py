"""The administrator's pages of rule data: the tables, their rows, and what was changed by whom.

An administrator reads no case here: a preview counts cases and names none.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.calendar import start_of
from organisations.reference_data import administrators_only
from workflows.models import RuleChange
from workflows.rulebook.forms import ChangesFilter
from workflows.rulebook.tables import Table, all_tables, table_of
from workflows.rulebook.wording import Writer, heading_of, label_of

CHANGES_A_PAGE = 25


@require_GET
@administrators_only
def rules(request: HttpRequest) -> HttpResponse:
    """All tables in their groups, each with its last change."""
    last = RuleChange.objects.order_by("table", "-id").distinct("table").select_related("by")
    latest = {change.table: change for change in last}
    groups: dict[str, list[dict[str, Any]]] = {}
    for table in all_tables():
        groups.setdefault(str(table.group), []).append({"table": table, "last": latest.get(table.name)})
    return render(request, "workflows/rules/tables.html", {"groups": groups.items()})


@require_GET
@administrators_only
def rule_table(request: HttpRequest, table: str) -> HttpResponse:
    """The rows of a table; of one that is kept by years those of `year` (C.E., default: this year)."""
    kept = named(table)
    rows = kept.rows()
    context: dict[str, Any] = {"table": kept}
    if kept.by_year:
        year = _year(request.GET.get("year", ""))
        rows = rows.filter(**{f"{kept.by_year}__year": year})
        context |= {"year": year, "years": [year - 1, year, year + 1]}
    writer, found = Writer(), list(rows)
    standing = _standing(kept, found)
    context["heads"] = [label_of(kept.model._meta.get_field(name)) for name in kept.columns]
    context["rows"] = [
        {
            "key": str(row.pk),
            "heading": heading_of(row),
            "cells": list(
                zip(context["heads"], (writer.value_of(kept, row, name) for name in kept.columns), strict=True)
            ),
            "standing": standing.get(row.pk, ""),
        }
        for row in found
    ]
    return render(request, "workflows/rules/rows.html", context)


@require_GET
@administrators_only
def rule_row(request: HttpRequest, table: str, key: str) -> HttpResponse:
    """One row: what stands in it, what may be done with it, and what was done."""
    kept = named(table)
    row, writer = row_of(kept, key), Writer()
    page, older = _page_of(RuleChange.objects.filter(table=kept.name, key=str(row.pk)), request)
    context = {
        "table": kept,
        "key": str(row.pk),
        "heading": heading_of(row),
        "facts": [(label_of(one), writer.value_of(kept, row, one.name)) for one in kept.fields()],
        "may_change": kept.may_change(row),
        "may_follow": bool(kept.dated),
        "may_end": kept.may_end(row),
        "may_remove": kept.may_remove(row),
        "changes": writer.told(page),
        "older": older,
    }
    return render(request, "workflows/rules/row.html", context)


@require_GET
@administrators_only
def rule_changes(request: HttpRequest) -> HttpResponse:
    """Who changed what, when and why, the last first; of one table or a period where they are chosen."""
    form = ChangesFilter(request.GET or None, tables=[(table.name, table.title) for table in all_tables()])
    found, chosen = RuleChange.objects.all(), form.cleaned_data if form.is_valid() else {}
    if chosen.get("table"):
        found = found.filter(table=chosen["table"])
    if chosen.get("since"):
        found = found.filter(at__gte=start_of(chosen["since"]))
    if chosen.get("until"):
        found = found.filter(at__lt=start_of(chosen["until"] + timedelta(days=1)))
    page, older = _page_of(found, request)
    context = {"form": form, "active": any(chosen.values()), "changes": Writer().told(page), "older": older}
    return render(request, "workflows/rules/changes.html", context)


# --- What these pages share with those on which rows are changed ------------------------------------------------------
def named(table: str) -> Table:
    """The table of an address. Raises Http404."""
    try:
        return table_of(table)
    except KeyError:
        raise Http404 from None


def row_of(table: Table, key: str) -> Any:
    """The row of an address. Raises Http404, also for a key that cannot be one."""
    try:
        row = table.rows().filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        raise Http404 from None
    if row is None:
        raise Http404
    return row


def _year(text: str) -> int:
    is_year = text.isascii() and text.isdecimal() and len(text) == 4 and int(text) > 0
    return int(text) if is_year else timezone.localdate().year


def _page_of(found: Any, request: HttpRequest) -> tuple[list[RuleChange], int | None]:
    """A page of changes, the last first, and from where the older ones go on."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) <= 18:
        found = found.filter(pk__lt=int(before))
    page = list(found.select_related("by").order_by("-pk")[: CHANGES_A_PAGE + 1])
    return page[:CHANGES_A_PAGE], page[CHANGES_A_PAGE - 1].pk if len(page) > CHANGES_A_PAGE else None


def _standing(table: Table, rows: Iterable[Any]) -> dict[Any, str]:
    """Of each row of a dated table: `ahead`, `now` for the one of its line in force today, or `past`."""
    if not table.dated:
        return {}
    lines: dict[Any, list[Any]] = {}
    for row in rows:
        lines.setdefault((row.code, getattr(row, "category", "")), []).append(row)
    found = {}
    for line in lines.values():
        begun = [row for row in line if table.has_begun(row)]
        newest = max(begun, key=lambda row: getattr(row, table.dated), default=None)
        for row in line:
            over = table.until and not table.may_end(row) and table.has_begun(row)
            ahead = not table.has_begun(row)
            found[row.pk] = "ahead" if ahead else "now" if row is newest and not over else "past"
    return found
