"""A table for everybody: one description gives the page, the CSV and the JSON, so that they never differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from organisations.formats import digits, write_baht, write_date, write_number
from organisations.sheets import csv_response

PAGE = 50
MOST_PAGES = 1000
MOST_IN_A_FILE = 1000
"""Rows of one file, which is what anybody may make the server read at once; a longer table comes in parts."""
Kind = Literal["text", "baht", "day", "number", "yes", "list", "link"]


@dataclass(frozen=True)
class Column:
    """A column. key: its name in files, the same in every language; words: its heading on the page; page, file: whether
    it stands there. What a page says in words, a file may say in codes: then these are two columns."""

    key: str
    words: str | Promise
    kind: Kind = "text"
    page: bool = True
    file: bool = True

    @property
    def figure(self) -> bool:
        """Whether it stands to the right."""
        return self.kind in {"baht", "number"}


Row = dict[str, Any]
"""Values by the keys of the columns; ``_url``: where the row leads on the page."""


@dataclass(frozen=True)
class Table:
    """Columns and rows. rows(start, stop): a stretch of them, in a fixed order; count: how many there are."""

    columns: Sequence[Column]
    rows: Callable[[int, int], list[Row]]
    count: int

    @property
    def keys(self) -> list[str]:
        """The columns of its files."""
        return [column.key for column in self.columns if column.file]

    @classmethod
    def of(cls, columns: Sequence[Column], rows: list[Row]) -> "Table":
        """A table whose rows are all there."""
        return cls(columns, lambda start, stop: rows[start:stop], len(rows))


def answer(
    request: HttpRequest, table: Table, *, name: str, template: str, context: dict[str, Any], about: dict[str, Any]
) -> HttpResponse:
    """The page, or with ``as=csv`` or ``as=json`` a file. name: of the file, without ending; about: what the JSON says
    beside the rows. A file holds at most `MOST_IN_A_FILE` rows, the first ones or those of a ``part``, and says where
    the next part is. Raises Http404 for a part that is not there."""
    if request.GET.get("as") in {"csv", "json"}:
        return _file(request, table, name, about)
    last = min(_parts(table.count, PAGE), MOST_PAGES)
    page = min(_number(request.GET.get("page", "")), last)
    shown = [column for column in table.columns if column.page]
    context |= {
        "columns": shown,
        "rows": [
            {"url": row.get("_url"), "cells": [(column, _shown(column, row.get(column.key))) for column in shown]}
            for row in table.rows(PAGE * (page - 1), PAGE * page)
        ],
        "count": table.count,
        "in_a_file": MOST_IN_A_FILE if table.count > MOST_IN_A_FILE else None,
        "newer_page": page - 1 if page > 1 else None,
        "older_page": page + 1 if page < last else None,
    }
    return render(request, template, context)


def _file(request: HttpRequest, table: Table, name: str, about: dict[str, Any]) -> HttpResponse:
    parts = _parts(table.count, MOST_IN_A_FILE)
    part = _number(request.GET.get("part", ""))
    if part > parts:
        raise Http404
    following = _address(request, part + 1) if part < parts else None
    rows = table.rows(MOST_IN_A_FILE * (part - 1), MOST_IN_A_FILE * part)
    name = name if parts == 1 else f"{name}-{part}"
    if request.GET["as"] == "csv":
        lines = ([_flat(row.get(key)) for key in table.keys] for row in rows)
        response = csv_response(f"{name}.csv", table.keys, lines)
    else:
        content = {
            **about,
            "as_of": timezone.localtime().isoformat(timespec="seconds"),
            "count": table.count,
            "next": following,
            "rows": [{key: _plain(row.get(key)) for key in table.keys} for row in rows],
        }
        response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.json") or "attachment"
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _parts(count: int, size: int) -> int:
    return max(1, -(-count // size))


def _number(asked: str) -> int:
    """The number of a page or part; 1 for what is none."""
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def _address(request: HttpRequest, part: int) -> str:
    values = request.GET.copy()
    values["part"] = str(part)
    return request.build_absolute_uri(f"{request.path}?{values.urlencode()}")


def _plain(value: Any) -> Any:
    """As JSON has it: money as text in baht, days as ISO dates."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return str(value) if isinstance(value, Promise) else value


def _flat(value: Any) -> Any:
    """As a cell has it: a list with semicolons, the parts of a thing with spaces."""
    if isinstance(value, list):
        return "; ".join(str(_flat(each)) for each in value)
    if isinstance(value, dict):
        return " ".join(str(each) for each in value.values() if each is not None)
    return value


def _shown(column: Column, value: Any) -> Any:
    """As the page has it, in the reader's language."""
    if value is None or value in ("", []):
        return "–"
    match column.kind:
        case "baht":
            return write_baht(value)
        case "day":
            return write_date(value)
        case "number":
            return write_number(value)
        case "yes":
            return _("yes") if value else _("no")
        case "list":
            return [_item(each) for each in value]
        case "link":
            return value
    return digits(value)


def _item(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(
            write_baht(each) if isinstance(each, Decimal) else digits(each)
            for each in value.values()
            if each is not None
        )
    return digits(value)
