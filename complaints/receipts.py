"""The receipt of a complaint: the only key of someone who filed without a name.

25 characters in five groups: 8 find the case (40 bits), 16 are the secret (80 bits), 1 is the check character. The
server keeps the first part and an HMAC of the second: who reads the database cannot follow a case, and nobody can tell
which receipts exist by trying (2^80 for one case).

**The check character.** Crockford's 32 signs are the elements of GF(32), and the check character makes
Σ αⁱ·cᵢ = 0 over the 25 places i, where α generates the 31 elements other than 0. A wrong sign at place i adds αⁱ·e with
e ≠ 0: not 0. Two signs exchanged between the places i and j add (αⁱ + αʲ)·(cᵢ + cⱼ): not 0, for the places are fewer
than 31 and the signs differ. So every single wrong sign and every exchange of two signs, neighbours or not, is caught;
of anything worse, 31 in 32.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows import sealing

# Crockford's base32: no I, L, O (read as 1, 1, 0), no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKUP_LENGTH = 8
SECRET_LENGTH = 16
TEXT_LENGTH = LOOKUP_LENGTH + SECRET_LENGTH + 1
GROUP_LENGTH = 5

_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_READ_AS = str.maketrans("OIL", "011")


class ReceiptMistyped(ValueError):
    """The text cannot be a receipt; says what is wrong with the text, never whether a case exists."""

    class Kind(StrEnum):
        LENGTH = "length"
        CHARACTER = "character"
        CHECK = "check"

    SENTENCES: ClassVar[dict[Kind, Promise]] = {
        Kind.LENGTH: _("A code has five groups of five characters. Look for a group that is missing or doubled."),
        Kind.CHARACTER: _("A code has only the digits 0-9 and English letters. Look for another character."),
        Kind.CHECK: _(
            "At least one character is wrong, or two have changed places. Compare the code with your receipt."
        ),
    }

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind

    @property
    def sentence(self) -> str:
        """The sentence for the person who typed, in the language of the page."""
        return str(self.SENTENCES[self.kind])


@dataclass(frozen=True)
class Receipt:
    """One receipt: `lookup` (8 signs) is stored, `secret` (16 signs) only as `secret_hmac(secret)`."""

    lookup: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """As it is shown and printed: five groups of five, the check character last."""
        body = self.lookup + self.secret
        signs = body + _check_character(body)
        return "-".join(signs[start : start + GROUP_LENGTH] for start in range(0, TEXT_LENGTH, GROUP_LENGTH))

    @property
    def hmac(self) -> bytes:
        """What is stored of the secret."""
        return secret_hmac(self.secret)


@dataclass(frozen=True)
class KeptReceipt:
    """A receipt as it is stored: for what passes from one row to another while its holder keeps the code."""

    lookup: str
    hmac: bytes


def new_receipt() -> Receipt:
    """A random receipt (120 bits from the operating system).

    Among 1,000,000 cases a new lookup part is taken already once in 1,000,000 times: `lookup` is unique in the
    database, and whoever inserts draws again.
    """
    signs = "".join(secrets.choice(ALPHABET) for _place in range(LOOKUP_LENGTH + SECRET_LENGTH))
    return Receipt(signs[:LOOKUP_LENGTH], signs[LOOKUP_LENGTH:])


def receipt_of(secret: str, number: int = 0) -> Receipt:
    """The receipt of a secret; number: which one, where other cases have the lookup part of those before."""
    bits = int.from_bytes(sealing.derive_key(secret.encode(), f"receipt of a form/{number}"))
    signs = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(LOOKUP_LENGTH + SECRET_LENGTH))
    return Receipt(signs[:LOOKUP_LENGTH], signs[LOOKUP_LENGTH:])


def parse(text: str) -> Receipt:
    """The receipt that a person typed, in any case, with any spaces and dashes, o for 0, i or l for 1, Thai digits.

    Raises ReceiptMistyped. A receipt that parses need not exist: that only the secret decides.
    """
    signs = "".join(_as_sign(char) for char in unicodedata.normalize("NFKC", text) if not _is_separator(char))
    if any(sign not in _VALUES for sign in signs):
        raise ReceiptMistyped(ReceiptMistyped.Kind.CHARACTER)
    if len(signs) != TEXT_LENGTH:
        raise ReceiptMistyped(ReceiptMistyped.Kind.LENGTH)
    if _syndrome(signs):
        raise ReceiptMistyped(ReceiptMistyped.Kind.CHECK)
    return Receipt(signs[:LOOKUP_LENGTH], signs[LOOKUP_LENGTH:-1])


def secret_hmac(secret: str) -> bytes:
    """What is stored of the secret part: 32 bytes, HMAC-SHA256 under a key derived from `settings.RECEIPT_KEY`."""
    return hmac.digest(_receipt_key(settings.RECEIPT_KEY), secret.encode(), "sha256")


def verify(secret: str, stored: bytes | memoryview | None) -> bool:
    """Whether the secret is the one whose HMAC is stored, in constant time.

    Pass None when no case has the lookup part: it costs the same time, so that nobody learns which lookups exist.
    """
    return hmac.compare_digest(secret_hmac(secret), bytes(stored) if stored is not None else bytes(32))


@lru_cache(maxsize=2)
def _receipt_key(encoded: str) -> bytes:
    return sealing.derive_key(sealing.key_from_text(encoded), "receipt secret/1")


def _is_separator(char: str) -> bool:
    return unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"} or char in "_.−"


def _as_sign(char: str) -> str:
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.digit(char))
    return char.upper().translate(_READ_AS)


# --- GF(32) ---------------------------------------------------------------------------------------------------------
def _times_alpha(value: int) -> int:
    """A value of GF(32) multiplied by α = x; the polynomial is x⁵ + x² + 1, which is primitive."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _syndrome(signs: str) -> int:
    """Σ αⁱ·cᵢ, where i counts from 0 at the last sign: 0 for a receipt that was typed rightly."""
    total = 0
    for sign in signs:
        total = _times_alpha(total) ^ _VALUES[sign]
    return total


def _check_character(body: str) -> str:
    # The check character stands at place 0 (α⁰ = 1), and in GF(32) adding is its own opposite.
    return ALPHABET[_times_alpha(_syndrome(body))]
