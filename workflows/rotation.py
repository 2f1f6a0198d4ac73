"""Changing the master key: every data key is wrapped anew by the newest one, every keyed hash is made anew with it.

The ciphertexts stay as they are. An app says in ``AppConfig.ready()`` what it keeps under a master key, by
`register_wrapped` and `register_hashed`; a test holds that none is forgotten. Everything here may be stopped at any
moment and run again: what is done already is left alone. Beside running writers it is safe, for a row is changed only
where it still holds what was read (compare-and-set), so an erased key is never brought back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from workflows import sealing
from workflows.models import CaseKey

BATCH = 500
Progress = Callable[[str, int], None]
"""Called after each batch with the name of a table and how many of its rows were looked at."""


@dataclass(frozen=True)
class Wrapped:
    """A column of wrapped data keys; an empty one was erased."""

    model: Any
    column: str


@dataclass(frozen=True)
class Hashed:
    """Keyed hashes that stand beside what they are made of.

    columns: where they stand, in hex; an empty one stays empty. made_anew(row): what each should be by the newest
    master key; it opens what is sealed, and raises what that raises. related: read with the row.
    """

    model: Any
    columns: tuple[str, ...]
    made_anew: Callable[[Any], Mapping[str, str]]
    related: tuple[str, ...] = ()


@dataclass
class Tally:
    """What became of the rows of one table.

    left: what still stands under an older key (another process writes with the settings of before). lost: what no
    configured master key opens, so that nobody can read it whatever is done here.
    """

    name: str
    changed: int = 0
    left: int = 0
    lost: int = 0


@dataclass
class Outcome:
    """What became of everything. `lasting`: (what, how many) of hashes whose source is kept nowhere."""

    tallies: list[Tally] = field(default_factory=list)
    lasting: list[tuple[str, int]] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether nothing needs any but the newest master key any more."""
        return not any(tally.left for tally in self.tallies)


_wrapped: list[Wrapped] = [Wrapped(CaseKey, "wrapped")]
_hashed: list[Hashed] = []
_lasting: list[tuple[Any, str, str]] = []


def register_wrapped(model: Any, column: str) -> None:
    """Say that `column` of `model` holds data keys of `sealing.new_data_key()`."""
    _wrapped.append(Wrapped(model, column))


def register_hashed(
    model: Any,
    *columns: str,
    made_anew: Callable[[Any], Mapping[str, str]],
    related: tuple[str, ...] = (),
) -> None:
    """Say that `columns` of `model` hold hashes of `sealing.lookup_hash()`; see `Hashed`."""
    _hashed.append(Hashed(model, columns, made_anew, related))


def register_lasting(model: Any, column: str, what: str) -> None:
    """Say that the hashes of `column` cannot be made anew. what: what is lost with the older key, in words."""
    _lasting.append((model, column, what))


def registered() -> set[tuple[str, str]]:
    """(model, column) of everything that stands under a master key."""
    return (
        {(entry.model._meta.label, entry.column) for entry in _wrapped}
        | {(entry.model._meta.label, column) for entry in _hashed for column in entry.columns}
        | {(model._meta.label, column) for model, column, _what in _lasting}
    )


def rotate(progress: Progress, *, check: bool = False) -> Outcome:
    """Bring everything under the newest master key and say what is left. check: only look, and change nothing."""
    outcome = Outcome([_rewrap(wrapped, progress, check=check) for wrapped in _wrapped])
    outcome.tallies += [_make_anew(hashed, progress, check=check) for hashed in _hashed]
    # Counted at the very end: meanwhile a process with the settings of before may have written more.
    for wrapped, tally in zip(_wrapped, outcome.tallies, strict=False):
        tally.left = _older(wrapped).count() - tally.lost
    if len(sealing.master_key_ids()) > 1:
        for model, column, what in _lasting:
            if count := model.objects.exclude(**{column: ""}).count():
                outcome.lasting.append((what, count))
    return outcome


# --- Data keys --------------------------------------------------------------------------------------------------------
def _rewrap(wrapped: Wrapped, progress: Progress, *, check: bool) -> Tally:
    model, column = wrapped.model, wrapped.column
    tally = Tally(f"{model._meta.label}.{column}")
    seen = 0
    for rows in _batches(_older(wrapped).order_by("pk").values_list("pk", column)):
        anew: list[tuple[Any, str, str]] = []
        for pk, kept in rows:
            try:
                anew.append((pk, kept, sealing.rewrap(kept)))
            except sealing.SealingError:
                tally.lost += 1
        seen += len(rows)
        if not check:
            tally.changed += _compare_and_set(model, column, anew)
        progress(tally.name, seen)
    return tally


def _older(wrapped: Wrapped) -> QuerySet[Any, Any]:
    """The rows whose key the newest master key has not wrapped, and that was not erased."""
    here = Q(**{wrapped.column: ""}) | Q(**{f"{wrapped.column}__startswith": sealing.newest_wrapping()})
    rows: QuerySet[Any, Any] = wrapped.model.objects.exclude(here)
    return rows


def _compare_and_set(model: Any, column: str, anew: Sequence[tuple[Any, str, str]]) -> int:
    """One statement: each row that still holds what was read. Erasing and rotating wait for each other on the row."""
    quote, meta = connection.ops.quote_name, model._meta
    table, key, kept = quote(meta.db_table), quote(meta.pk.column), quote(meta.get_field(column).column)
    keys = meta.pk.db_type(connection)
    statement = f"""
        UPDATE {table} SET {kept} = anew.after
        FROM unnest(%s::{keys}[], %s::text[], %s::text[]) AS anew (id, before, after)
        WHERE {table}.{key} = anew.id AND {table}.{kept} = anew.before
    """  # noqa: S608 - names of our own tables and columns
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(part) for part in zip(*anew, strict=True)] or [[], [], []])
        return int(cursor.rowcount)


# --- Hashes -----------------------------------------------------------------------------------------------------------
def _make_anew(hashed: Hashed, progress: Progress, *, check: bool) -> Tally:
    """A hash does not say by which key it was made, so every row is opened and compared."""
    tally = Tally(f"{hashed.model._meta.label}.{'/'.join(hashed.columns)}")
    nothing = Q(**dict.fromkeys(hashed.columns, ""))
    rows = hashed.model.objects.exclude(nothing).select_related(*hashed.related).order_by("pk")
    seen = 0
    for batch in _batches(rows):
        for row in batch:
            _make_row_anew(hashed, row, tally, check=check)
        seen += len(batch)
        progress(tally.name, seen)
    return tally


def _make_row_anew(hashed: Hashed, row: Any, tally: Tally, *, check: bool) -> None:
    try:
        wanted = hashed.made_anew(row)
    except sealing.KeyErased:
        return  # erased since it was read
    except sealing.SealingError:
        tally.lost += 1
        return
    before = {column: getattr(row, column) for column in hashed.columns}
    after = {column: wanted[column] if kept else "" for column, kept in before.items()}
    if before == after:
        return
    if check:
        tally.left += 1
        return
    try:
        with transaction.atomic():
            tally.changed += hashed.model.objects.filter(pk=row.pk, **before).update(**after)
    except IntegrityError:
        # The same person was entered twice while two keys were in use; somebody has to say which row is his.
        tally.left += 1


def _batches(rows: QuerySet[Any, Any]) -> Iterator[list[Any]]:
    """The rows, some hundred at a time, each batch read when it is needed. They are in the order of their key."""
    last = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        yield batch
        last = batch[-1][0] if isinstance(batch[-1], tuple) else batch[-1].pk
