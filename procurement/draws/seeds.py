"""Public random values as the sources of RFC 3797: what numbers they are, and the key they give. Pure.

A seed is a row of sources, each a row of whole numbers. The order of the sources is that of the announcement; within
a source it does not matter, as RFC 3797 sorts it. So a source of several numbers cannot be written down in two ways.
"""

import re
from collections.abc import Iterable, Sequence

from .terms import Unusable

Seed = Sequence[Sequence[int]]
LONGEST = 1_000
"""Digits of one number at most: far above any beacon, and below what Python refuses to read."""

_KEY = re.compile(r"(?:(?:(?:0|[1-9][0-9]*)\.)+/)+", re.ASCII)
_DRAND = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


class UnusableSeed(Unusable):
    """No seed, or none that RFC 3797 could write down."""


def key_of(seed: Seed) -> str:
    """The key of RFC 3797, section 4: each number followed by a full stop, each source sorted and followed by a slash.

    Numbers are whole and not negative (the RFC's decimal fractions are no source of ours). Raises UnusableSeed.
    """
    rows = [seed, *seed] if isinstance(seed, tuple | list) else [()]
    if not all(isinstance(row, tuple | list) and row for row in rows):
        raise UnusableSeed("a seed has at least one source, and each source at least one number")
    for number in (number for source in seed for number in source):
        if type(number) is not int or number < 0 or number >= 10**LONGEST:
            raise UnusableSeed("a source is made of whole numbers that are not negative")
    return "".join("".join(f"{number}." for number in sorted(source)) + "/" for source in seed)


def seed_of(key: str) -> tuple[tuple[int, ...], ...]:
    """The seed a key was made of. Raises UnusableSeed when it is no key."""
    if not _KEY.fullmatch(key):
        raise UnusableSeed("not a key of RFC 3797")
    parts = [source.split(".")[:-1] for source in key.split("/")[:-1]]
    if any(len(digits) > LONGEST for source in parts for digits in source):
        raise UnusableSeed("a number of the key is too long")
    seed = tuple(tuple(int(digits) for digits in source) for source in parts)
    if key_of(seed) != key:
        raise UnusableSeed("the numbers of a source are not in order")
    return seed


def drand(randomness: str) -> tuple[tuple[int, ...], ...]:
    """The seed of a drand round: its `randomness` (64 hexadecimal digits, SHA-256 of the signature) read as one whole
    number, most significant digit first: one source of one number, 256 bits.

    Raises UnusableSeed.
    """
    if not _DRAND.fullmatch(randomness):
        raise UnusableSeed("the randomness of a drand round has 64 hexadecimal digits")
    return ((int(randomness, 16),),)


def government_lottery(
    first_prize: str, front_three: Iterable[str], last_three: Iterable[str], last_two: str
) -> tuple[tuple[int, ...], ...]:
    """The seed of one draw of the Thai government lottery: four sources, in this order, about 64 bits together.

    first_prize: รางวัลที่ 1, six digits; front_three: เลขหน้า 3 ตัว, two of them; last_three: เลขท้าย 3 ตัว, two of them;
    last_two: เลขท้าย 2 ตัว. As printed, leading zeros included; in the key they fall away. Raises UnusableSeed.
    """
    prizes = ((6, (first_prize,)), (3, tuple(front_three)), (3, tuple(last_three)), (2, (last_two,)))
    for length, numbers in prizes:
        if len(numbers) != (2 if length == 3 else 1):
            raise UnusableSeed("there are two prizes of the first three digits and two of the last three")
        if not all(re.fullmatch(f"[0-9]{{{length}}}", number, re.ASCII) for number in numbers):
            raise UnusableSeed(f"a number with {length} digits is not printed with {length} digits")
    return tuple(tuple(sorted(map(int, numbers))) for _length, numbers in prizes)
