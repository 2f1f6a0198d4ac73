"""Draws between the database and the pure rules beside this module: the frozen announcement, the public value as it is
typed in, the result, and who replaces whom."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from procurement.models import Draw

from .announcement import Announcement, Entry, Panel, Quota
from .running import Result, replacement_order, run
from .seeds import Seed, UnusableSeed, drand, government_lottery, key_of, seed_of

LOTTERY_NUMBERS = 6


class SeedError(ValueError):
    """The text is not the public value in the form in which its source publishes it; `sentence` says what is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_seed(source: str, text: str) -> Seed:
    """The public value as somebody typed it. source: code of `Draw.SeedSource`.

    text: of the government lottery its six numbers (first prize, the two front threes, the two last threes, the last
    two) with spaces between; of a beacon the 64 hexadecimal digits of the round. Raises SeedError.
    """
    try:
        if source == Draw.SeedSource.BEACON:
            return drand("".join(text.split()).removeprefix("0x"))
        numbers = text.split()
        if len(numbers) != LOTTERY_NUMBERS:
            raise SeedError(_("enter all six numbers of the lottery draw"))
        first, front_a, front_b, last_a, last_b, two = numbers
        return government_lottery(first, (front_a, front_b), (last_a, last_b), two)
    except UnusableSeed:
        if source == Draw.SeedSource.BEACON:
            raise SeedError(_("a round of the beacon has 64 hexadecimal digits")) from None
        raise SeedError(_("six digits, then four times three digits, then two, as they are printed")) from None


def announcement_of(draw: Draw) -> Announcement:
    """The announcement as it was frozen."""
    data: dict[str, Any] = draw.announcement
    return Announcement(
        id=data["id"],
        unit=data["unit"],
        period=data["period"],
        algorithm=data["algorithm"],
        size=data["size"],
        features=tuple(data["features"]),
        quotas=tuple(Quota(**row) for row in data["quotas"]),
        entries=tuple(Entry(row["commitment"], tuple(row["type"])) for row in data["entries"]),
        seed_source=data["seed_source"],
        seed_known_at=data["seed_known_at"],
        panels=tuple(Panel(tuple(row["counts"]), row["weight"]) for row in data["panels"]),
    )


def result_of(draw: Draw) -> Result:
    """The result, computed again from the announcement and the stored value; nothing else is trusted."""
    return run(announcement_of(draw), seed_of(draw.seed["key"]))  # type: ignore[index]  # it is drawn


def drawn(announcement: Announcement, seed: Seed) -> dict[str, Any]:
    """What is kept of a result: the order and the panel by places, the hash and the bits it had to tell apart."""
    result = run(announcement, seed)
    return {
        "order": list(result.order),
        "panel": list(result.panel),
        "hash": result.hash,
        "entropy_bits": result.entropy_bits,
        "panel_number": result.panel_number,
    }


def as_kept(text: str, seed: Seed) -> dict[str, str]:
    """The value as it was typed, and as the key of RFC 3797."""
    return {"text": " ".join(text.split()), "key": key_of(seed)}


def replacement_places(draw: Draw, place: int) -> Sequence[int]:
    """Who is asked, one after the other, when the person at `place` falls out, by the order the draw itself fixed.

    place: the first line of the chain that the draw put there, so that a seat keeps its type.
    """
    return replacement_order(announcement_of(draw), result_of(draw), place)
