"""The draw itself: from the announcement and the public value to the order of everybody. Pure; docs/draws.md."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from .announcement import SIMPLE, Announcement, check
from .seeds import Seed, key_of
from .simple import Numbers, entropy_needed, hash_for
from .terms import Type, Unusable
from .weights import chances_by_type

__all__ = ["Result", "chances", "replacement_order", "run"]


@dataclass(frozen=True)
class Result:
    """order: the places of all entries, in the order in which seats are offered; with quotas the panel comes first.
    panel: the first `size` of the order. hash: ``MD5`` or ``SHA-512``; key: the random value as RFC 3797 writes it;
    entropy_bits: what tells all orders apart, rounded up. chances: for each entry the chance that was promised, to be
    on the panel. panel_number: which of the announced panels was drawn, from 1; None in a simple draw.
    """

    order: tuple[int, ...]
    panel: tuple[int, ...]
    hash: str
    key: str
    entropy_bits: int
    chances: tuple[Fraction, ...]
    panel_number: int | None = None


def run(announcement: Announcement, seed: Seed) -> Result:
    """Draw.

    simple/1: RFC 3797, section 4, until everybody is drawn. quotas/1, with the numbers of the same key one after the
    other: the first chooses the panel by the weights; then of each type, in the order of types, as many people as the
    panel has of it; then all places of the list once more. The last gives the order: those on the panel first.

    Why the last is drawn apart: who was chosen early within his type would else also come early in the order, so that
    people of frequent types came before those of rare ones.

    Raises UnusableSeed, and Unusable for what could not have been announced.
    """
    check(announcement)
    key = key_of(seed)
    people = len(announcement.entries)
    bits = entropy_needed(people)
    hash_name = hash_for(bits)
    numbers = Numbers(key, hash_name)
    everybody = range(1, people + 1)
    number: int | None = None
    if announcement.algorithm == SIMPLE:
        order = numbers.drawn(everybody, people)
    else:
        number = _panel_at(announcement, numbers.below(announcement.total_weight))
        drawn: set[int] = set()
        counts = announcement.panels[number - 1].counts
        for places, count in zip(announcement.places_by_type.values(), counts, strict=True):
            drawn.update(numbers.drawn(places, count))
        # Stable: within the panel and behind it the order is the one that was drawn.
        order = sorted(numbers.drawn(everybody, people), key=lambda place: place not in drawn)
    return Result(
        order=tuple(order),
        panel=tuple(order[: announcement.size]),
        hash=hash_name,
        key=key,
        entropy_bits=bits,
        chances=chances(announcement),
        panel_number=number,
    )


def chances(announcement: Announcement) -> tuple[Fraction, ...]:
    """For each entry its exact chance to be on the panel: known as soon as the draw is announced. 0-1."""
    by_type = type_chances(announcement)
    return tuple(by_type[entry.type] for entry in announcement.entries)


def type_chances(announcement: Announcement) -> dict[Type, Fraction]:
    """The same for one person of each type, in the order of the types."""
    if announcement.algorithm == SIMPLE:
        people = len(announcement.entries)
        return {(): Fraction(min(announcement.size, people), people)}
    available = [len(places) for places in announcement.places_by_type.values()]
    return dict(zip(announcement.types, chances_by_type(available, announcement.panels), strict=True))


def reserves(announcement: Announcement, result: Result) -> dict[Type, tuple[int, ...]]:
    """For each type its people who are not on the panel, in the order drawn. {} in a simple draw: it has
    one queue and no reserves."""
    if announcement.algorithm == SIMPLE:
        return {}
    left: dict[Type, list[int]] = {type_: [] for type_ in announcement.types}
    for place in result.order[len(result.panel) :]:
        left[announcement.entries[place - 1].type].append(place)
    return {type_: tuple(places) for type_, places in left.items()}


def replacement_order(
    announcement: Announcement, result: Result, place: int, taken: Collection[int] = ()
) -> tuple[int, ...]:
    """Who is asked, one after the other, when the person at `place` falls out.

    taken: places that are not asked any more: seated, refused, or no longer eligible. With quotas first the others of
    his type who are not on the panel, in the order drawn, so that the quotas stay kept as long as can be; then
    everybody else in the order. In a simple draw everybody in the order. For a replacement who falls out in his turn,
    name the place that the draw put on the panel: the seat keeps its type.

    Raises Unusable for places that are not in the list.
    """
    gone = {place, *taken}
    if not gone <= set(result.order):
        raise Unusable("a place lies between 1 and the length of the list")
    first = reserves(announcement, result).get(announcement.entries[place - 1].type, ())
    # A dict keeps the order in which each came first.
    return tuple(other for other in dict.fromkeys((*first, *result.order)) if other not in gone)


def _panel_at(announcement: Announcement, number: int) -> int:
    """The panel, from 1, in whose stretch the number lies when the weights are laid end to end."""
    for place, panel in enumerate(announcement.panels, start=1):
        number -= panel.weight
        if number < 0:
            return place
    raise Unusable("the number is larger than the weights together")
