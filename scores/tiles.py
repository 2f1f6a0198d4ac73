"""The map of Thailand as tiles: a square for each of its 77 provinces, about where it lies, from
``provinces.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path

_FILE = Path(__file__).parent / "provinces.toml"
TINTS = 5


@dataclass(frozen=True)
class Name:
    """In Thai and in English."""

    th: str
    en: str


@dataclass(frozen=True)
class Province:
    """A tile. code: the first two figures of the area codes of all units of the province; column, row: its place, from
    0 at the upper left; short: what fits into the tile."""

    code: str
    column: int
    row: int
    name: Name
    short: Name


@cache
def provinces() -> tuple[Province, ...]:
    """All of them, from the north to the south."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["provinces"]
    return tuple(
        Province(
            row["code"], row["column"], row["row"],
            Name(row["th"], row["en"]), Name(row["short_th"], row["short_en"]),
        )
        for row in rows
    )  # fmt: skip


def tint(part: int, whole: int) -> int:
    """How strongly a share is tinted: 0 for nothing, else the fifth in which it lies, 1 to `TINTS`."""
    return ceil(TINTS * part / whole) if part > 0 and whole > 0 else 0
