"""What a draw would be, computed from the pool as it is now; nothing is written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

from organisations.models import Unit
from procurement.actions.draw import announced, features_in, features_of, type_of
from procurement.draws.announcement import Announcement, Entry
from procurement.draws.running import type_chances
from procurement.draws.terms import Quota
from procurement.draws.words import FEATURE_WORDS, Words
from procurement.pool.eligibility import eligible

FEW = 3
"""A type of fewer people than this is pointed out before it is published: their neighbours may know who they are."""


@dataclass(frozen=True)
class TypeRow:
    """A type: how many of the pool are of it, and the chance of each of them to be on the panel (0-1)."""

    word: str
    people: int
    chance: float
    fraction: str
    few: bool


@dataclass(frozen=True)
class Trial:
    """people: in the list; panels: how many the quotas leave to draw from, 0 in a simple draw; smallest, largest:
    chances (0-1); features: by what quotas are set, in words."""

    people: int
    size: int
    types: list[TypeRow]
    panels: int
    smallest: float
    largest: float
    features: list[str]

    @property
    def few(self) -> list[TypeRow]:
        """The types by which somebody may be recognised."""
        return [row for row in self.types if row.few]

    @property
    def without_chance(self) -> list[TypeRow]:
        """Who cannot be drawn, whatever the value."""
        return [row for row in self.types if not row.chance]


def people_of(unit: Unit, fiscal_year: int, day: date) -> list[dict[str, str]]:
    """The features of everybody who may be drawn for `unit` on `day`. One query. fiscal_year: Buddhist Era."""
    known = eligible(unit.pk, day).select_related("person__unit").defer("sealed", "wrapped_key")
    return [features_of(citizen, fiscal_year) for citizen in known]


def try_out(people: Iterable[dict[str, str]], size: int, quotas: tuple[Quota, ...]) -> Trial:
    """The draw that would be announced. Raises Missing as `actions.draw.announced`; its cause is an Infeasible where
    quotas stand against each other."""
    rows = [type_of(person, quotas) for person in people]
    # Lines that stand for nobody: those of the announcement are made of fresh secrets when it is made.
    facts: dict[str, Any] = {"id": "trial", "unit": "-", "period": "-", "seed_source": "-"}
    announcement = announced(
        **facts,
        size=size,
        features=features_in(quotas),
        quotas=quotas,
        entries=[Entry(sha256(str(place).encode()).hexdigest(), row) for place, row in enumerate(rows)],
        seed_known_at="2000-01-01",
    )
    return trial_of(announcement)


def trial_of(announcement: Announcement) -> Trial:
    """The figures of an announcement, made or tried out."""
    chances = type_chances(announcement)
    counted = Counter(entry.type for entry in announcement.entries)
    words = Words.of_types(announcement.features, chances)
    return Trial(
        people=len(announcement.entries),
        size=announcement.size,
        types=[
            TypeRow(
                words.type_(announcement.features, type_),
                counted[type_],
                float(chance),
                _written(chance),
                bool(announcement.features) and counted[type_] < FEW,
            )
            for type_, chance in chances.items()
        ],
        panels=len(announcement.panels),
        smallest=float(min(chances.values())),
        largest=float(max(chances.values())),
        features=[str(FEATURE_WORDS.get(name, name)) for name in announcement.features],
    )


def _written(chance: Fraction) -> str:
    """A fraction where it is short enough to be read."""
    text = f"{chance.numerator}/{chance.denominator}"
    return text if len(text) <= 11 else ""
