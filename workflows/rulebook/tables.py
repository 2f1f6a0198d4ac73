"""The tables of rule data that have pages. Apps register theirs in ``AppConfig.ready()``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils import timezone

from organisations.models import User
from workflows.graph import Text

Choices = Callable[[], Iterable[tuple[str, Any]]]


class Moved(NamedTuple):
    """Running clocks that get another due day: of which duty, from when to when (None while paused), how many."""

    clock: str
    old: date | None
    new: date | None
    many: int


@dataclass(frozen=True)
class Effect:
    """What a change would do to cases: sentences, and the due days that move, the earliest first.

    Counts leave protected cases out, for such a case never moves a figure that somebody watches (design: Privacy).
    """

    sentences: tuple[Text, ...] = ()
    moved: tuple[Moved, ...] = ()


Foresee = Callable[[Any, Any], Effect]
"""(the row as it is or None, the row as it would be or None) → what that does."""


@dataclass(frozen=True)
class Table:
    """A table of rule data and how it is kept.

    name: its part of addresses, and its name in `RuleChange`. columns: the fields a list shows. dated: the field with
    the first day of a row, where a change is a new row and one that has begun stays as it is; such a row is one of a
    line of rows with the same `code`. until: its last day but one, where a line can end. removable: rows may be taken
    out at any time; else only rows of a dated table that have not begun. may_add: new rows, or new codes, may be
    entered. by_year: the day by whose year the rows are listed. choices: what a field may be, where the model does not
    say. effect: see `Foresee`. hints: what stands under fields of the form of a row that is there, by their names.
    settle: puts right what only the page knows (who edits) before a row is saved. after: called in the transaction of
    every change, once its rows are written.
    """

    name: str
    model: type[Any]
    about: Text
    columns: tuple[str, ...]
    group: Text
    dated: str = ""
    until: str = ""
    removable: bool = False
    may_add: bool = True
    by_year: str = ""
    choices: Mapping[str, Choices] = field(default_factory=dict)
    effect: Foresee | None = None
    hints: Callable[[Any], Mapping[str, str]] | None = None
    settle: Callable[[Any, User], None] | None = None
    after: Callable[[], None] | None = None

    @property
    def title(self) -> Text:
        """What the table is called."""
        return self.model._meta.verbose_name_plural or self.name

    @property
    def row_title(self) -> Text:
        """What one row is called."""
        return self.model._meta.verbose_name or self.name

    def rows(self) -> "models.QuerySet[Any]":
        """All rows in the order of the model, with what they refer to."""
        relations = [one.name for one in self.fields() if isinstance(one, models.ForeignKey)]
        found: models.QuerySet[Any] = self.model.objects.select_related(*relations)
        return found

    def fields(self) -> Sequence["models.Field[Any, Any]"]:
        """The fields a person fills in, in the order of the model."""
        return [one for one in self.model._meta.fields if one.editable and not isinstance(one, models.AutoField)]

    def has_begun(self, row: Any) -> bool:
        """Whether `row` is in force already or was once; always where rows have no first day."""
        return not self.dated or getattr(row, self.dated) <= timezone.localdate()

    def may_change(self, row: Any) -> bool:
        """Whether the row itself may be changed: in a dated table only before its first day."""
        return not self.dated or not self.has_begun(row)

    def may_end(self, row: Any) -> bool:
        """Whether a row that has begun may be given a last day."""
        return bool(self.until) and self.has_begun(row) and not _is_over(getattr(row, self.until))

    def may_remove(self, row: Any) -> bool:
        """Whether the row may be taken out."""
        return self.removable or (bool(self.dated) and not self.has_begun(row))


def _is_over(until: date | None) -> bool:
    return until is not None and until <= timezone.localdate()


_tables: dict[str, Table] = {}


def register(table: Table) -> None:
    """Make a table known. Raises ImproperlyConfigured when it names fields that its model does not have."""
    known = {one.name for one in table.model._meta.get_fields()}
    named = {*table.columns, *table.choices, *filter(None, (table.dated, table.until, table.by_year))}
    if unknown := named - known:
        raise ImproperlyConfigured(f"{table.name}: no field {', '.join(sorted(unknown))}")
    _tables[table.name] = table


def table_of(name: str) -> Table:
    """The table of that name; KeyError when no app registered it."""
    return _tables[name]


def all_tables() -> tuple[Table, ...]:
    """Every registered table, in the order of registration."""
    return tuple(_tables.values())
