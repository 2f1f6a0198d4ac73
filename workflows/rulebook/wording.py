"""Rule data in words: what stands in a field, and what a change altered, in the language of the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations.formats import digits, write_date
from workflows.models import RuleChange
from workflows.rulebook.rows import snapshot
from workflows.rulebook.tables import Table, all_tables

NOTHING = "–"
Names = Mapping[type[models.Model], Mapping[Any, str]]
"""Of each table that rows refer to: key → name."""


class Line(NamedTuple):
    """A field that a change altered, with what stood and what stands in it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Told:
    """A change for a page: its table (None where no app has it any more), its row and the fields it altered."""

    change: RuleChange
    table: Table | None
    lines: list[Line]

    @property
    def gone(self) -> bool:
        """Whether the row was taken out with it, so that there is no page to lead to."""
        return self.change.act == RuleChange.Act.END


def heading_of(row: Any) -> str:
    """What a row is called on a page, in the language of the reader."""
    english = getattr(row, "name_en", None) if get_language() == "en" else None
    return str(english or getattr(row, "name", None) or getattr(row, "name_th", None) or row)


def label_of(column: Any) -> str:
    """What a field is called."""
    return capfirst(str(column.verbose_name))


class Writer:
    """Writes rule data for one page. What a field may be is asked once, however many rows are written."""

    def __init__(self) -> None:
        self._choices: dict[Any, dict[Any, Any]] = {}

    def value_of(self, table: Table, row: Any, name: str) -> str:
        """What stands in a field of a row that was read with `Table.rows()`."""
        column: Any = table.model._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            related = getattr(row, name)
            return NOTHING if related is None else heading_of(related)
        return self._written(table, column, column.value_from_object(row))

    def difference(self, table: Table, before: Any, after: Any) -> list[Line]:
        """The fields in which two rows differ; of a row that is new or taken out whatever was filled in."""
        was, will_be = snapshot(table, before), snapshot(table, after)
        return self._lines(table, was, will_be, names_of([(table, was), (table, will_be)]))

    def told(self, changes: Iterable[RuleChange]) -> list[Told]:
        """Changes in words. One query for each table that rows refer to, however many changes there are."""
        known = {table.name: table for table in all_tables()}
        found = [(known.get(change.table), change) for change in changes]
        names = names_of((table, one) for table, change in found if table for one in (change.before, change.after))
        return [
            Told(change, table, self._lines(table, change.before, change.after, names) if table else [])
            for table, change in found
        ]

    def _lines(self, table: Table, before: Any, after: Any, names: Names) -> list[Line]:
        lines = []
        for column in table.model._meta.fields:
            if isinstance(column, models.AutoField):
                continue
            old, new = (None if one is None else one.get(column.name) for one in (before, after))
            nothing_there = (new if before is None else old) in (None, "", [])
            if old == new or (None in (before, after) and nothing_there):
                continue
            was, will_be = (
                NOTHING if one is None else self._kept(table, column, value, names)
                for one, value in ((before, old), (after, new))
            )
            lines.append(Line(label_of(column), was, will_be))
        return lines

    def _kept(self, table: Table, column: Any, value: Any, names: Names) -> str:
        """A value out of a snapshot."""
        if isinstance(column, models.ForeignKey) and value is not None:
            related: Any = column.related_model
            return names.get(related, {}).get(value, str(value))
        if isinstance(column, models.DateField) and isinstance(value, str):
            value = date.fromisoformat(value)
        return self._written(table, column, value)

    def _written(self, table: Table, column: Any, value: Any) -> str:
        if isinstance(column, models.BooleanField):
            return _("yes") if value else _("no")
        choices = self._choices_of(table, column)
        if not isinstance(value, list) and value in choices:
            return str(choices[value])
        if value in (None, "", []):
            return NOTHING
        if isinstance(value, date):
            return write_date(value)
        if isinstance(column, ArrayField):
            return ", ".join(str(one) for one in value)
        return digits(value) if isinstance(column, models.IntegerField | models.DecimalField) else str(value)

    def _choices_of(self, table: Table, column: Any) -> dict[Any, Any]:
        if column not in self._choices:
            choices = table.choices.get(column.name)
            flat: dict[Any, Any] = {} if choices else dict(column.flatchoices)
            for key, said in choices() if choices else ():
                flat |= dict(said) if isinstance(said, list | tuple) else {key: said}
            self._choices[column] = flat
        return self._choices[column]


def names_of(snapshots: Iterable[tuple[Table, Any]]) -> Names:
    """The names of the rows to which these snapshots refer."""
    wanted: dict[Any, set[Any]] = {}
    for table, one in snapshots:
        for column in table.model._meta.fields:
            if isinstance(column, models.ForeignKey) and one and one.get(column.name) is not None:
                wanted.setdefault(column.related_model, set()).add(one[column.name])
    return {
        model: {key: heading_of(row) for key, row in model.objects.in_bulk(keys).items()}
        for model, keys in wanted.items()
    }
