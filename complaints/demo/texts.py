"""The hand-written Thai of the demo, as data."""

import random
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Base:
    """A complaint as written by hand: what the complainant says, and what officers would answer.

    Simple kinds have `replies`; kinds that are investigated have a finding, a measure and two ways to end.
    """

    kind: str
    openings: tuple[str, ...]
    details: tuple[str, ...]
    question: str = ""
    answer: str = ""
    replies: tuple[str, ...] = ()
    finding: str = ""
    measure: str = ""
    reply: str = ""
    unfounded: str = ""
    reply_unfounded: str = ""
    ground: str = ""

    @property
    def protected(self) -> bool:
        """Whether the kind is of corruption, misconduct or s.122."""
        return self.kind.startswith(("corruption", "misconduct", "internal"))


@dataclass(frozen=True)
class Phrases:
    """Short texts that fit every complaint, by name."""

    by_name: dict[str, Any]

    def pick(self, name: str, rng: random.Random) -> str:
        """One of the phrases of that name."""
        return str(rng.choice(self.by_name[name]))

    def text(self, name: str) -> str:
        """The phrase of that name where there is only one."""
        return str(self.by_name[name])

    def rating(self, stars: int, rng: random.Random) -> str:
        """A remark that goes with so many stars; may be empty."""
        return str(rng.choice(self.by_name["ratings"][str(stars)]))


@lru_cache
def bases(name: str) -> tuple[Base, ...]:
    """The complaints of one file, e.g. ``service``."""
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        rows = tomllib.load(file)["complaint"]
    return tuple(_base(row) for row in rows)


def _base(row: dict[str, Any]) -> Base:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Base(**fields)


@lru_cache
def phrases() -> Phrases:
    """The phrases."""
    with (_FOLDER / "phrases.toml").open("rb") as file:
        return Phrases(tomllib.load(file))
