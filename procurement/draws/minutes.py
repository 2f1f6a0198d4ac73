"""The minutes of a draw as a file: all that is needed to repeat it, and what came out. Pure.

docs/draw-minutes.schema.json describes it. It holds nothing personal: commitments, values of quotas, places.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .announcement import Announcement, canonical
from .running import Result, replacement_order, reserves, run, type_chances
from .seeds import Seed, seed_of
from .terms import Entry, Panel, Quota, Unusable

__all__ = ["FORMAT", "BadMinutes", "Minutes", "Replacement", "minutes", "read_announcement", "read_minutes"]

FORMAT = "sodsong-draw-minutes/1"

_Made = TypeVar("_Made")


class BadMinutes(Unusable):
    """No minutes, or minutes in which something does not follow from the rest."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A seat that was offered again. place: who fell out; taken: who was not asked any more then; next: who was asked,
    None when nobody was left."""

    place: int
    taken: tuple[int, ...]
    next: int | None


@dataclass(frozen=True)
class Minutes:
    """What a file of minutes says."""

    announcement: Announcement
    seed: Seed
    result: Result
    replacements: tuple[Replacement, ...] = field(default=())


def minutes(announcement: Announcement, result: Result, replacements: Iterable[Replacement] = ()) -> dict[str, Any]:
    """The minutes for `json.dumps`: plain objects, lists, texts and whole numbers.

    The numbers of the seed are texts, as one of 256 bits is rounded by programs that read JSON numbers as floats.
    Raises BadMinutes when the result is not that of the announcement, or a replacement not the one the draw fixed.
    """
    if result != run(announcement, seed_of(result.key)):
        raise BadMinutes("the result is not the one that announcement and seed give")
    rows = []
    for row in replacements:
        following = replacement_order(announcement, result, row.place, row.taken)
        if row.next != next(iter(following), None):
            raise BadMinutes("a replacement is not the one that the draw fixed")
        rows.append({"place": row.place, "taken": sorted(set(row.taken)), "next": row.next})
    return {
        "format": FORMAT,
        "announcement": announcement.as_json(),
        "digest": announcement.digest(),
        "seed": [[str(number) for number in source] for source in seed_of(result.key)],
        "result": {
            "key": result.key,
            "hash": result.hash,
            "entropy_bits": result.entropy_bits,
            "panel_number": result.panel_number,
            "panel": list(result.panel),
            "order": list(result.order),
            "chances": [f"{chance.numerator}/{chance.denominator}" for chance in type_chances(announcement).values()],
            "reserves": [list(places) for places in reserves(announcement, result).values()],
        },
        "replacements": rows,
    }


def read_minutes(text: str | bytes) -> Minutes:
    """Read a file of minutes, and repeat the draw: it is returned only if everything in the file follows from its
    announcement, its seed and its replacements.

    Whether announcement and seed are the ones that were published, the file cannot say: compare `digest()` and seed.
    Raises BadMinutes.
    """
    data = _loads(text)
    try:
        announcement = read_announcement(data["announcement"])
        seed = tuple(tuple(map(int, source)) for source in data["seed"])
        result = run(announcement, seed)
        rows = [
            Replacement(row["place"], tuple(row["taken"]), row["next"]) for row in _list(data["replacements"], dict)
        ]
        same = canonical(minutes(announcement, result, rows)) == canonical(data)
    except BadMinutes:
        raise
    except (Unusable, KeyError, TypeError, ValueError, ArithmeticError) as fault:
        raise BadMinutes(f"these are no minutes of a draw: {fault}") from fault
    if not same:
        raise BadMinutes("something in the minutes does not follow from their announcement and seed")
    return Minutes(announcement, seed, result, tuple(rows))


def read_announcement(data: Any) -> Announcement:
    """The announcement of its JSON object. Raises BadMinutes unless it is written exactly as `as_json` writes it."""
    try:
        read = Announcement(
            id=data["id"],
            unit=data["unit"],
            period=data["period"],
            algorithm=data["algorithm"],
            size=data["size"],
            features=tuple(_list(data["features"], str)),
            quotas=_rows(data["quotas"], lambda row: Quota(row["feature"], row["value"], row["least"], row["most"])),
            entries=_rows(data["entries"], lambda row: Entry(row["commitment"], tuple(_list(row["type"], str)))),
            seed_source=data["seed_source"],
            seed_known_at=data["seed_known_at"],
            panels=_rows(data["panels"], lambda row: Panel(tuple(_list(row["counts"], int)), row["weight"])),
        )
        same = canonical(read.as_json()) == canonical(data)
    except (Unusable, KeyError, TypeError, ValueError) as fault:
        raise BadMinutes(f"this is no announcement: {fault}") from fault
    if not same:
        raise BadMinutes("this is no announcement: something is missing, or too much")
    return read


def _loads(text: str | bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise BadMinutes("a key stands twice in an object")
        return found

    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, BadMinutes):
            raise
        raise BadMinutes(f"this is no JSON: {fault}") from fault


def _rows(data: Any, make: Callable[[Any], _Made]) -> tuple[_Made, ...]:
    return tuple(make(row) for row in _list(data, dict))


def _list(data: Any, kind: type) -> Sequence[Any]:
    """A list of one kind of thing: a text would also do to run along, but is no list."""
    if not isinstance(data, list) or not all(isinstance(row, kind) for row in data):
        raise BadMinutes("a list is missing")
    return data
