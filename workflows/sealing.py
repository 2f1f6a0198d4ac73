"""Envelope encryption: each case has a data key of its own, wrapped by a master key that never enters the database.

Erasure destroys the wrapped data key: every text and file sealed with it is then noise, and no ledger entry changes.
Rotation wraps the data key anew and leaves the ciphertexts alone. Nothing here knows a model; only `_keyring()` reads
the settings.

A ciphertext is bound to its place by a *context* such as "complaint/123/identity": moved to another field or case it
does not open. Which contexts exist is for the callers to say; a context must never change for a stored ciphertext.
"""

import base64
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
CHUNK_BYTES = 64 * 1024

_NONCE_BYTES = 12
_TAG_BYTES = 16
_SALT_BYTES = 32
_FIELD_VERSION = b"\x01"
_STREAM_VERSION = b"\x02"
_WRAP_VERSION = "1"


class SealingError(Exception):
    """Something sealed cannot be opened. The text never holds content or keys."""


class SealBroken(SealingError):
    """The ciphertext was changed, cut short, moved from its place, or sealed with another key."""


class KeyErased(SealingError):
    """The data key of this case was destroyed; what it sealed is gone for good."""


class UnknownMasterKey(SealingError):
    """The data key is wrapped by a master key that this installation does not have (any more)."""


class DataKey(bytes):
    """The 32 bytes that seal one case; shows nothing of itself in a traceback or a log."""

    def __repr__(self) -> str:
        return "<data key>"

    __str__ = __repr__


class Readable(Protocol):
    """What a stream is read from: an open binary file, an upload, a BytesIO."""

    def read(self, size: int, /) -> bytes: ...


# --- Master keys ----------------------------------------------------------------------------------------------------
class _MasterKey:
    """One master key, known outside by the short hash `id`; never used itself, only the keys derived from it."""

    def __init__(self, encoded: str) -> None:
        material = key_from_text(encoded)
        self.id = sha256(b"sodsong/master-key-id/1\0" + material).hexdigest()[:16]
        self.wrapping = AESGCM(derive_key(material, "wrap data keys/1"))
        self.index = derive_key(material, "lookup index/1")


@lru_cache(maxsize=8)
def _keyring_of(encoded: tuple[str, ...]) -> tuple[_MasterKey, ...]:
    if not encoded:
        raise ImproperlyConfigured("MASTER_KEYS is empty: identities could not be sealed.")
    return tuple(_MasterKey(text) for text in encoded)


def _keyring() -> tuple[_MasterKey, ...]:
    return _keyring_of(tuple(settings.MASTER_KEYS))


def key_from_text(encoded: str) -> bytes:
    """32 key bytes from base64url, with or without its padding.

    Raises ImproperlyConfigured (which does not repeat the key) for anything else.
    """
    text = encoded.strip().rstrip("=")
    if re.fullmatch(r"[A-Za-z0-9_-]{43}", text):
        return base64.urlsafe_b64decode(text + "=")
    raise ImproperlyConfigured("A key in the settings is not 32 bytes in base64url (43 characters).")


def derive_key(material: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A 32-byte key for one purpose, by HKDF-SHA256 (RFC 5869) from high-entropy material; never from a password."""
    return HKDF(SHA256(), KEY_BYTES, salt, b"sodsong/" + purpose.encode()).derive(material)


# --- Data keys ------------------------------------------------------------------------------------------------------
def new_data_key() -> str:
    """A fresh data key for one case, wrapped by the newest master key: "version.key id.base64url", 99 characters."""
    return _wrap(DataKey(secrets.token_bytes(KEY_BYTES)))


def unwrap_data_key(wrapped: str) -> DataKey:
    """The data key inside a record of `new_data_key()`.

    Raises KeyErased for an empty record (how erasure leaves it), UnknownMasterKey when no configured master key has its
    id, SealBroken when the record was changed.
    """
    if not wrapped:
        raise KeyErased("The data key of this case was destroyed.")
    version, _, rest = wrapped.partition(".")
    key_id, _, sealed = rest.partition(".")
    try:
        raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
    except ValueError as error:
        raise SealBroken("A wrapped data key is malformed.") from error
    if version != _WRAP_VERSION or len(raw) != _NONCE_BYTES + KEY_BYTES + _TAG_BYTES:
        raise SealBroken("A wrapped data key is malformed.")
    for master in _keyring():
        if master.id == key_id:
            return DataKey(_decrypt(master.wrapping, raw, _wrap_context(key_id)))
    raise UnknownMasterKey(f"No master key with the id {key_id} is configured.")


def rewrap(wrapped: str) -> str:
    """The same data key wrapped by the newest master key; the very same record when it already is.

    Raises what `unwrap_data_key` raises. A master key may be taken out of the settings once no record needs it.
    """
    data_key = unwrap_data_key(wrapped)
    return wrapped if wrapped.split(".")[1] == _keyring()[0].id else _wrap(data_key)


def newest_wrapping() -> str:
    """How every record begins that the newest master key has wrapped."""
    return f"{_WRAP_VERSION}.{_keyring()[0].id}."


def master_key_ids() -> list[str]:
    """The ids of the configured master keys, newest first; an id tells nothing of its key."""
    return [master.id for master in _keyring()]


def _wrap(data_key: DataKey) -> str:
    master = _keyring()[0]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + master.wrapping.encrypt(nonce, bytes(data_key), _wrap_context(master.id))
    return f"{_WRAP_VERSION}.{master.id}.{base64.urlsafe_b64encode(sealed).decode()}"


def _wrap_context(key_id: str) -> bytes:
    return f"sodsong/data-key/{_WRAP_VERSION}/{key_id}".encode()


# --- Fields ---------------------------------------------------------------------------------------------------------
def seal(data_key: DataKey, plaintext: str | bytes, context: str) -> bytes:
    """Version byte, nonce, ciphertext and tag (AES-256-GCM): 29 bytes longer than the text in UTF-8.

    The nonce is random: sound for 2^32 texts under one key (NIST SP 800-38D, 8.3), and a case has a few hundred.
    """
    data = plaintext.encode() if isinstance(plaintext, str) else bytes(plaintext)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _FIELD_VERSION + nonce + AESGCM(data_key).encrypt(nonce, data, _field_context(context))


def open_sealed(data_key: DataKey, sealed: bytes | memoryview, context: str) -> bytes:
    """The bytes that `seal` was given. Raises SealBroken."""
    raw = bytes(sealed)
    if raw[:1] != _FIELD_VERSION or len(raw) < 1 + _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken("A sealed field is malformed.")
    return _decrypt(AESGCM(data_key), raw[1:], _field_context(context))


def open_text(data_key: DataKey, sealed: bytes | memoryview, context: str) -> str:
    """The text that `seal` was given. Raises SealBroken."""
    return open_sealed(data_key, sealed, context).decode()


def _field_context(context: str) -> bytes:
    if not context:
        raise ValueError("A sealed field needs a context, or it could be moved.")
    return b"sodsong/field/1\0" + context.encode()


def _decrypt(cipher: AESGCM, raw: bytes, associated: bytes | None) -> bytes:
    try:
        return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], associated)
    except InvalidTag as error:
        raise SealBroken("Sealed content was changed, moved, or sealed with another key.") from error


# --- Files ----------------------------------------------------------------------------------------------------------
def seal_stream(data_key: DataKey, source: Readable, context: str) -> Iterator[bytes]:
    """A file sealed in chunks of 64 KiB, so that it never has to fit into memory.

    The STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár 2015): each chunk's nonce is its number and a flag
    on the last, so that chunks cannot be changed, dropped, repeated, reordered or cut off at the end. Each stream has a
    key of its own, from a random salt at its head, so that counted nonces never meet.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    cipher = _stream_cipher(data_key, salt, context)
    yield _STREAM_VERSION + salt
    for number, chunk, last in _chunks(source, CHUNK_BYTES):
        yield cipher.encrypt(_stream_nonce(number, last=last), chunk, None)


def open_stream(data_key: DataKey, source: Readable, context: str) -> Iterator[bytes]:
    """The content of a sealed file, chunk by chunk, each checked before it is given out.

    Raises SealBroken, for a cut end only at that end: who must not act on a part reads to the end first.
    """
    head = _read_fully(source, 1 + _SALT_BYTES)
    if head[:1] != _STREAM_VERSION or len(head) != 1 + _SALT_BYTES:
        raise SealBroken("A sealed file is malformed.")
    cipher = _stream_cipher(data_key, head[1:], context)
    for number, chunk, last in _chunks(source, CHUNK_BYTES + _TAG_BYTES):
        yield _decrypt(cipher, _stream_nonce(number, last=last) + chunk, None)


def _stream_cipher(data_key: DataKey, salt: bytes, context: str) -> AESGCM:
    if not context:
        raise ValueError("A sealed file needs a context, or it could be moved.")
    return AESGCM(derive_key(data_key, f"stream/1\0{context}", salt))


def _stream_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE_BYTES - 1, "big") + bytes([last])


def _chunks(source: Readable, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes and "is the last": one chunk is read ahead, for a full chunk may be the last. Never none at all."""
    number, chunk = 0, _read_fully(source, size)
    while following := _read_fully(source, size) if len(chunk) == size else b"":
        yield number, chunk, False
        number, chunk = number + 1, following
    yield number, chunk, True


def _read_fully(source: Readable, size: int) -> bytes:
    """`size` bytes, or what is left: a single read of a socket or pipe may give less."""
    parts: list[bytes] = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


# --- Looking up an identity -----------------------------------------------------------------------------------------
def lookup_hash(value: str, purpose: str) -> bytes:
    """32 bytes by which a sealed value is found again without opening anything: HMAC-SHA256 of its normal form.

    In: a value as people write it, and its purpose: "phone" and "email" have a normal form of their own, every other
    purpose has NFC, single spaces and no case. Uses the newest master key; to *find*, use `lookup_hashes`. Without the
    key nobody can try all phone numbers. Raises ValueError when nothing is left of the value.
    """
    return lookup_hashes(value, purpose)[0]


def lookup_hashes(value: str, purpose: str) -> Sequence[bytes]:
    """The hash under each configured master key, newest first: during a rotation rows may stand under any of them."""
    normal = _NORMAL_FORMS.get(purpose, _normal_text)(value)
    if not normal or not purpose:
        raise ValueError("Nothing to look up.")
    message = f"{purpose}\0{normal}".encode()
    return [hmac.digest(master.index, message, "sha256") for master in _keyring()]


def _normal_text(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).casefold().split())


def _normal_email(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).casefold().split())


EXTENSION = re.compile(r"ต่อ|ext|#")
"""What stands before the extension of a telephone number (text folded)."""


def _normal_phone(value: str) -> str:
    """Digits in the national form (0812345678); foreign numbers as + and digits. Thai digits count as digits."""
    text = unicodedata.normalize("NFKC", value)
    text = EXTENSION.split(text.casefold(), maxsplit=1)[0]
    digits = "".join(str(unicodedata.digit(sign)) for sign in text if unicodedata.category(sign) == "Nd")
    foreign = text.strip().startswith("+")
    if not foreign and digits.startswith("00"):
        foreign, digits = True, digits[2:]
    # A number written 66 8x xxx xxxx lost its plus; no Thai number begins with anything but 0.
    if digits.startswith("66") and (foreign or len(digits) in (10, 11)):
        return "0" + digits[2:].lstrip("0")
    return f"+{digits}" if foreign and digits else digits


_NORMAL_FORMS = {"phone": _normal_phone, "email": _normal_email}
