"""What is frozen and published before the random value is known, and the one text it is hashed as. Pure."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized, normalize

from .leximin import fairest
from .quotas import Rules
from .simple import MOST_NUMBERS
from .terms import Entry, Infeasible, Panel, Quota, Type, Unusable, kept
from .weights import weighed

__all__ = [
    "QUOTAS",
    "SIMPLE",
    "Announcement",
    "Entry",
    "Infeasible",
    "Panel",
    "Quota",
    "Unusable",
    "announce",
    "canonical",
    "check",
    "commitment_of",
]

SIMPLE = "simple/1"
QUOTAS = "quotas/1"
SHORTEST_NONCE = 16
"""Characters: 16 of base 32 are 80 bits, so nobody finds a person by trying the registers' numbers."""

_COMMITMENT = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Announcement:
    """A draw before it is drawn.

    id, unit, period: texts that name it; period as the unit writes it, such as ``2570-Q1``. algorithm: `SIMPLE` or
    `QUOTAS`. size: seats expected; with quotas exactly so many are on the panel. features: what quotas speak of, in
    the order of `Entry.type`. entries: the list, place by place. panels: with quotas every panel that may be drawn, so
    that no solver decides anything after the value is known. seed_source: the future public value, named so that
    anyone can look it up; seed_known_at: when it will be known, ISO 8601.
    """

    id: str
    unit: str
    period: str
    algorithm: str
    size: int
    features: tuple[str, ...]
    quotas: tuple[Quota, ...]
    entries: tuple[Entry, ...]
    seed_source: str
    seed_known_at: str
    panels: tuple[Panel, ...] = ()

    @cached_property
    def types(self) -> tuple[Type, ...]:
        """The types of the entries, by their code points: what `Panel.counts` goes along."""
        return tuple(sorted({entry.type for entry in self.entries}))

    @cached_property
    def places_by_type(self) -> dict[Type, tuple[int, ...]]:
        """The places of each type, rising; types in their order."""
        places: dict[Type, list[int]] = {type_: [] for type_ in self.types}
        for place, entry in enumerate(self.entries, start=1):
            places[entry.type].append(place)
        return {type_: tuple(found) for type_, found in places.items()}

    @property
    def total_weight(self) -> int:
        """The sum of the weights of all panels."""
        return sum(panel.weight for panel in self.panels)

    def as_json(self) -> dict[str, Any]:
        """The object that is hashed, as docs/draw-minutes.schema.json describes it."""
        return {
            "id": self.id,
            "unit": self.unit,
            "period": self.period,
            "algorithm": self.algorithm,
            "size": self.size,
            "features": list(self.features),
            "quotas": [_row(quota) for quota in self.quotas],
            "types": [list(type_) for type_ in self.types],
            "panels": [{"counts": list(panel.counts), "weight": panel.weight} for panel in self.panels],
            "entries": [{"commitment": entry.commitment, "type": list(entry.type)} for entry in self.entries],
            "seed_source": self.seed_source,
            "seed_known_at": self.seed_known_at,
        }

    def text(self) -> str:
        """The announcement as it is published: canonical JSON. Raises Unusable when a text is not in NFC."""
        return canonical(self.as_json())

    def digest(self) -> str:
        """SHA-256 of `text` in UTF-8, in hex. Who has kept it notices every later change."""
        return sha256(self.text().encode()).hexdigest()


def announce(
    *,
    id: str,  # noqa: A002 - named as the field is
    unit: str,
    period: str,
    size: int,
    entries: Iterable[Entry],
    seed_source: str,
    seed_known_at: str,
    features: Sequence[str] = (),
    quotas: Iterable[Quota] = (),
) -> Announcement:
    """Freeze a draw: with quotas when there are any, and then with the panels that make it fairest; else a simple one.

    entries: in the order of the list; sort them by commitment first, so that a place says nothing about its person.
    The same list and quotas have the same panels in every process, however the quotas are ordered. Texts come out in
    NFC.

    Raises Unusable when what is given contradicts itself, Infeasible when no panel keeps the quotas, NotSolved.
    """
    names = tuple(_nfc(name) for name in features)
    places = {name: place for place, name in enumerate(names)}
    asked = [replace(quota, feature=_nfc(quota.feature), value=_nfc(quota.value)) for quota in quotas]
    # A feature that is not named is refused below; here it only has to be sorted somewhere.
    asked.sort(key=lambda quota: (places.get(quota.feature, len(names)), quota.value))
    draft = Announcement(
        id=_nfc(id),
        unit=_nfc(unit),
        period=_nfc(period),
        algorithm=QUOTAS if asked else SIMPLE,
        size=size,
        features=names,
        quotas=tuple(asked),
        entries=tuple(Entry(entry.commitment, tuple(map(_nfc, entry.type))) for entry in entries),
        seed_source=_nfc(seed_source),
        seed_known_at=_nfc(seed_known_at),
    )
    _check_draft(draft)
    if draft.algorithm == SIMPLE:
        return draft
    rules = Rules.of(draft.features, draft.quotas, draft.places_by_type, draft.size)
    return replace(draft, panels=weighed(rules, fairest(rules)))


def check(announcement: Announcement) -> None:
    """Raises Unusable unless it is one that could have been announced: every panel keeps every quota."""
    _check_draft(announcement)
    if announcement.algorithm == SIMPLE:
        if announcement.panels:
            raise Unusable("a simple draw has no panels")
        return
    available = [len(places) for places in announcement.places_by_type.values()]
    counts = [panel.counts for panel in announcement.panels]
    if not counts or counts != sorted(set(counts)):
        raise Unusable("the panels are in the order of their counts, each once, and there is at least one")
    for panel in announcement.panels:
        if not _is_whole(panel.weight, 1) or not all(_is_whole(count, 0) for count in panel.counts):
            raise Unusable("the counts of a panel are whole numbers, and its weight is at least 1")
        if len(panel.counts) != len(available) or sum(panel.counts) != announcement.size:
            raise Unusable("a panel has a count for each type, and as many people as there are seats")
        if any(count > there for count, there in zip(panel.counts, available, strict=True)):
            raise Unusable("a panel has no more people of a type than the list")
        by_type = dict(zip(announcement.types, panel.counts, strict=True))
        if not all(kept(quota, announcement.features, by_type) for quota in announcement.quotas):
            raise Unusable("every panel keeps every quota")


def _check_draft(draft: Announcement) -> None:
    texts = (draft.id, draft.unit, draft.period, draft.seed_source, draft.seed_known_at, *draft.features)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise Unusable("a draw has an id, a unit, a period, a source of its seed and a time when that is known")
    _commitment_part(draft.id)
    try:
        datetime.fromisoformat(draft.seed_known_at)
    except ValueError:
        raise Unusable("the time when the seed is known is written as ISO 8601") from None
    if not _is_whole(draft.size, 1):
        raise Unusable("at least one seat is expected")
    _check_entries(draft)
    if draft.algorithm == SIMPLE:
        if draft.features or draft.quotas:
            raise Unusable("a simple draw has neither features nor quotas")
    elif draft.algorithm == QUOTAS:
        _check_quotas(draft)
    else:
        raise Unusable("there is no such algorithm")


def _check_entries(draft: Announcement) -> None:
    if not draft.entries:
        raise Unusable("nobody is in the list")
    drawn = 1 + draft.size if draft.quotas else 0
    if len(draft.entries) + drawn >= MOST_NUMBERS:
        raise Unusable("the list is longer than RFC 3797 can draw from")
    if not all(_COMMITMENT.fullmatch(entry.commitment) for entry in draft.entries):
        raise Unusable("a commitment is a SHA-256 in small hexadecimal digits")
    if len({entry.commitment for entry in draft.entries}) < len(draft.entries):
        raise Unusable("nobody is in the list twice")
    if any(len(entry.type) != len(draft.features) for entry in draft.entries):
        raise Unusable("every entry has a value for each feature")


def _check_quotas(draft: Announcement) -> None:
    if len(set(draft.features)) < len(draft.features) or not draft.quotas:
        raise Unusable("a draw with quotas has at least one, and each feature once")
    seen = Counter((quota.feature, quota.value) for quota in draft.quotas)
    if max(seen.values()) > 1 or any(quota.feature not in draft.features for quota in draft.quotas):
        raise Unusable("a quota names one of the features, and each value has one quota")
    for quota in draft.quotas:
        if not _is_whole(quota.least, 0) or not _is_whole(quota.most, quota.least):
            raise Unusable("a quota asks for at least 0, and for no more than its most")


def commitment_of(draw_id: str, person_code: str, nonce: str) -> str:
    """The line that stands for a person in the list: SHA-256 in hex of ``draw_id|person_code|nonce`` in NFC and UTF-8.

    person_code|nonce is the secret line that the person is given, and with which `verify_draw.py --mine` finds his
    place. nonce: fresh for each person and draw from a generator for secrets, at least 16 characters, else whoever
    knows the codes could open the list. Raises Unusable when a part is empty or holds a ``|``, by which one text could
    be read as two.
    """
    parts = [_commitment_part(_nfc(part)) for part in (draw_id, person_code, nonce)]
    if len(parts[-1]) < SHORTEST_NONCE:
        raise Unusable("the nonce is too short to hide anybody")
    return sha256("|".join(parts).encode()).hexdigest()


def canonical(data: object) -> str:
    """JSON in the one way it is hashed: keys sorted, no spaces, no escapes beyond JSON's own, no floats, NFC.

    Raises Unusable for what cannot be written so.
    """
    _check_value(data)
    return json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _check_value(data: object) -> None:
    if isinstance(data, float):
        raise Unusable("a float is not the same number everywhere")
    if isinstance(data, str):
        if not is_normalized("NFC", data):
            raise Unusable("a text is not in NFC")
        try:
            data.encode()
        except UnicodeEncodeError:
            raise Unusable("half of a surrogate pair is no letter") from None
    elif isinstance(data, dict):
        for key, value in data.items():
            _check_value(key)
            _check_value(value)
    elif isinstance(data, list):
        for value in data:
            _check_value(value)


def _commitment_part(text: str) -> str:
    if not text or text != text.strip() or "|" in text:
        raise Unusable("a part of a commitment is not empty, and has no | and no space at its ends")
    return text


def _is_whole(number: object, least: int) -> bool:
    return type(number) is int and number >= least


def _nfc(text: str) -> str:
    return normalize("NFC", text)


def _row(quota: Quota) -> dict[str, Any]:
    return {field.name: getattr(quota, field.name) for field in fields(quota)}
