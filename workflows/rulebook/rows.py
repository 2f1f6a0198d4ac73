"""The only place that writes rule data from pages: the row and its `RuleChange`, in one transaction.

What a page had before it is compared with what is there (`stamp`), so that nobody overwrites what he has not seen.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from organisations.models import User
from workflows.models import RuleChange

from .tables import Table

_UNIQUE_VIOLATION = "23505"
_NOTHING = "new"


class RuleOvertaken(Exception):
    """Somebody else changed the row after this person opened it. change: what he did, where it is written down."""

    def __init__(self, change: RuleChange | None) -> None:
        super().__init__()
        self.change = change


class RuleTaken(Exception):
    """There is such a row already: somebody else has just entered one with the same key."""


class RuleClosed(Exception):
    """The row has begun meanwhile, or may not be taken out: it stays as it is."""


class Alteration(NamedTuple):
    """A row as it is (None: there is none yet) and as it shall be (None: it is taken out)."""

    before: Any
    after: Any


def snapshot(table: Table, row: Any) -> dict[str, Any] | None:
    """A row as it is written down: field → value, days and sums as text, so that JSON holds it exactly."""
    if row is None:
        return None
    return {one.name: _plain(one.value_from_object(row)) for one in table.model._meta.fields}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        # A sum is the same sum with more noughts behind the point.
        return format(value.normalize(), "f")
    return value


def stamp(table: Table, rows: Iterable[Any]) -> str:
    """A short text that is another one once one of these rows has changed; `new` where there is none."""
    found = [snapshot(table, row) for row in rows]
    if not found:
        return _NOTHING
    return hashlib.sha256(json.dumps(found, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:24]


def last_change(table: Table, key: str) -> RuleChange | None:
    """The last thing that was done to a row."""
    return RuleChange.objects.filter(table=table.name, key=key).select_related("by").order_by("-id").first()


def alter(table: Table, before: Any, after: Any, *, by: User, reason: str, seen: str) -> RuleChange | None:
    """Enter, change or take out one row. None where nothing changes.

    before: the row as it was read, None for a new one. after: an instance that was not saved, None to take it out.
    seen: the `stamp` of what the person had before him. Raises RuleOvertaken, RuleTaken, RuleClosed.
    """
    with transaction.atomic():
        if before is not None:
            held = table.model.objects.select_for_update().filter(pk=before.pk).first()
            if stamp(table, [] if held is None else [held]) != seen:
                raise RuleOvertaken(last_change(table, str(before.pk)))
            _must_be_open(table, held, after)
        changes = _write(table, [Alteration(before, after)], by=by, reason=reason)
        return changes[0] if changes else None


def alter_year(
    table: Table, year: int, alterations: Iterable[Alteration], *, by: User, reason: str, seen: str
) -> list[RuleChange]:
    """Enter, change and take out rows of one year (C.E.) of a table that is kept by years, all or none.

    seen: the `stamp` of all rows of that year. Raises RuleOvertaken, RuleTaken.
    """
    with transaction.atomic():
        # Two who paste the same year wait for each other, even where there is no row yet to lock.
        _lock_table(table)
        held = rows_of_year(table, year)
        if stamp(table, held) != seen:
            changes = RuleChange.objects.filter(table=table.name).select_related("by")
            raise RuleOvertaken(changes.order_by("-id").first())
        return _write(table, alterations, by=by, reason=reason)


def rows_of_year(table: Table, year: int) -> list[Any]:
    """The rows of one year (C.E.) of a table that is kept by years."""
    return list(table.rows().filter(**{f"{table.by_year}__year": year}))


def _lock_table(table: Table) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table.model._meta.db_table)
        cursor.execute(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


def _must_be_open(table: Table, held: Any, after: Any) -> None:
    """A row of a dated table may have begun since the form was opened, for a day has passed."""
    if after is None:
        allowed = table.may_remove(held)
    else:
        allowed = table.may_change(held) or (table.may_end(held) and _only_ends(table, held, after))
    if not allowed:
        raise RuleClosed


def _only_ends(table: Table, held: Any, after: Any) -> bool:
    was, will = snapshot(table, held) or {}, snapshot(table, after) or {}
    return {name for name in was if was[name] != will[name]} <= {table.until}


def _write(table: Table, alterations: Iterable[Alteration], *, by: User, reason: str) -> list[RuleChange]:
    changes, at = [], timezone.now()
    for before, after in alterations:
        was = snapshot(table, before)
        if before is not None and after is not None and was == snapshot(table, after):
            continue
        row = before if after is None else after
        change = RuleChange(
            table=table.name, label=str(row)[:300], before=was, reason=reason, by=by, at=at, act=_act(before, after)
        )
        if after is None:
            change.key = str(before.pk)
            before.delete()
        else:
            _save(after, new=before is None)
            change.key, change.after = str(after.pk), snapshot(table, after)
        changes.append(change)
    for change in changes:
        change.save(force_insert=True)
    if changes and table.after:
        table.after()
    return changes


def _act(before: Any, after: Any) -> str:
    if before is None:
        return RuleChange.Act.CREATE
    return RuleChange.Act.END if after is None else RuleChange.Act.CHANGE


def _save(row: models.Model, *, new: bool) -> None:
    try:
        with transaction.atomic():
            # A key that is the row's own code would otherwise overwrite the row of somebody who was quicker.
            row.save(force_insert=new, force_update=not new)
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == _UNIQUE_VIOLATION:
            raise RuleTaken from error
        raise
