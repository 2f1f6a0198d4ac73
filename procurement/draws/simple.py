"""Numbers from a public random value, and a choice by them: RFC 3797, section 4. Pure.

The n-th number is the hash of the key between two copies of n, in two bytes, the more significant first, read as a
whole number. The RFC takes MD5; where an outcome needs more than its 128 bits SHA-512 stands in its place
(domain.md, section 3).
"""

from collections.abc import Iterable
from hashlib import md5, sha512
from math import factorial

MD5 = "MD5"
SHA_512 = "SHA-512"
MD5_BITS = 128
MOST_NUMBERS = 2**16
"""The running number has two bytes."""


def entropy_needed(people: int) -> int:
    """Bits that tell all orders of so many people apart: log2(people!), rounded up. 0 for nobody or one.

    RFC 3797 counts log2 of C(pool, selected); here the whole order is drawn, as seats are filled along it.
    """
    return (factorial(people) - 1).bit_length()


def hash_for(bits: int) -> str:
    """The hash that gives an outcome of so many bits its due: MD5 up to 128, else SHA-512."""
    return MD5 if bits <= MD5_BITS else SHA_512


class Numbers:
    """The numbers of a key, one after the other, never the same one twice."""

    def __init__(self, key: str, hash_name: str) -> None:
        self._key = key.encode("ascii")
        self._hash = hash_name
        self._given = 0

    def below(self, bound: int) -> int:
        """The next number, as a remainder: 0 ≤ it < bound.

        A remainder favours the small ones by at most bound / 2**128, which no one could measure. Raises OverflowError
        after 65,536 numbers.
        """
        frame = self._given.to_bytes(2, "big")
        self._given += 1
        data = frame + self._key + frame
        # MD5 is the RFC's; it mixes a public value and protects nothing.
        mixed = md5(data, usedforsecurity=False) if self._hash == MD5 else sha512(data)
        return int.from_bytes(mixed.digest(), "big") % bound

    def drawn(self, places: Iterable[int], count: int) -> list[int]:
        """`count` of the places, in the order in which they are drawn: who is drawn leaves, the others close up."""
        left = list(places)
        return [left.pop(self.below(len(left))) for _turn in range(count)]
