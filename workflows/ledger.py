"""The hash chain: what an entry's hash is taken over, and the Merkle tree. Pure, so that anyone can repeat it."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any


class LedgerFactError(TypeError):
    """A fact that has no place in the ledger: a float (its text differs between machines) or an unknown type."""


def canonical(facts: Mapping[str, Any]) -> str:
    """`facts` as the one JSON text that is stored and hashed: keys sorted, no spaces, NFC.

    Raises LedgerFactError for floats and for values that are not text, whole numbers, booleans, None, lists or maps.
    """
    return json.dumps(_normal(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _normal(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case Mapping():
            return {unicodedata.normalize("NFC", str(key)): _normal(item) for key, item in value.items()}
        case list() | tuple():
            return [_normal(item) for item in value]
    raise LedgerFactError(f"{type(value).__name__} cannot stand in the ledger")


def entry_hash(
    *,
    case: str,
    seq: int,
    at: datetime,
    actor_kind: str,
    actor: int | None,
    post: int | None,
    verb: str,
    from_state: str,
    to_state: str,
    facts: str,
    previous: str,
) -> str:
    """SHA-256 (hex) of one entry: its fields in this order, a line each, the time in UTC with microseconds."""
    lines = (
        case,
        str(seq),
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        actor_kind,
        "" if actor is None else str(actor),
        "" if post is None else str(post),
        verb,
        from_state,
        to_state,
        facts,
        previous,
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def merkle_root(leaves: Iterable[tuple[int, int, str]]) -> str:
    """The Merkle root (SHA-256, hex) over leaves (case id, sequence, head) in the order of their case ids.

    Leaves are hashed as ``00`` + "case/seq/head", nodes as ``01`` + left + right; an odd node rises unchanged
    (the construction of RFC 6962, so that a leaf can never pass for a node). Empty: SHA-256 of nothing.
    """
    level = [hashlib.sha256(b"\0" + f"{case}/{seq}/{head}".encode()).digest() for case, seq, head in sorted(leaves)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        paired = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0].hex()
