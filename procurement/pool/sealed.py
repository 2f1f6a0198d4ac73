"""What of a citizen is sealed: his identity number, how to reach him, where he lives, the relatives he declared.

Each citizen has a data key of his own, wrapped by a master key (`workflows.sealing`); emptying `wrapped_key` erases
what it sealed. He is found again by keyed hashes of his number, e-mail and telephone only.
"""

import json
from collections.abc import Mapping
from typing import Any

from procurement.models import Citizen
from workflows import sealing

FIELDS = ("id_number", "phone", "email", "address", "former_names", "relatives")
ID_PURPOSE = "identity number"
"""Of the hash of a 13-digit number: of a citizen, and of a natural person who bids."""


def read_private(citizen: Citizen) -> dict[str, Any]:
    """Everything sealed of a citizen, as far as it was given; the caller has checked the right.

    `relatives`: a list of mappings of name, relation, degree (None where there is none) and shares_count. Empty for who
    has nothing sealed or was erased. Raises what `sealing.open_text` raises.
    """
    if citizen.sealed is None or not citizen.wrapped_key:
        return {}
    key = sealing.unwrap_data_key(citizen.wrapped_key)
    private: dict[str, Any] = json.loads(sealing.open_text(key, citizen.sealed, _context(citizen)))
    return private


def write_private(citizen: Citizen, private: Mapping[str, Any]) -> None:
    """Seal these fields in place of those that were sealed, and their hashes; unknown names are left out.

    Does not save: the caller does, with `sealed`, `wrapped_key`, `id_hash`, `email_hash` and `phone_hash`.
    """
    known = {name: private[name] for name in FIELDS if private.get(name)}
    if not citizen.wrapped_key:
        citizen.wrapped_key = sealing.new_data_key()
    key = sealing.unwrap_data_key(citizen.wrapped_key)
    citizen.sealed = sealing.seal(key, json.dumps(known, ensure_ascii=False), _context(citizen))
    for column, digest in _hashes(known).items():
        setattr(citizen, column, digest)


def hashes_made_anew(citizen: Citizen) -> dict[str, str]:
    """The hashes of a citizen by the newest master key, for `workflows.rotation`. Raises what `open_text` raises."""
    if not citizen.wrapped_key:
        raise sealing.KeyErased
    return _hashes(read_private(citizen))


def _hashes(private: Mapping[str, Any]) -> dict[str, str]:
    return {
        "id_hash": digest_of(str(private.get("id_number", "")), ID_PURPOSE),
        "email_hash": digest_of(str(private.get("email", "")), "email"),
        "phone_hash": digest_of(str(private.get("phone", "")), "phone"),
    }


def digest_of(value: str, purpose: str) -> str:
    """The keyed hash in hex by which a value is found; "" where nothing is left of it."""
    try:
        return sealing.lookup_hash(value, purpose).hex()
    except ValueError:
        return ""


def hashes_of(value: str, purpose: str) -> list[str]:
    """The hashes in hex under which a value may stand, one for each master key; none for a value of nothing."""
    try:
        return [found.hex() for found in sealing.lookup_hashes(value, purpose)]
    except ValueError:
        return []


def _context(citizen: Citizen) -> str:
    """Binds the ciphertext to its citizen, so that it cannot be moved to another together with its key."""
    return f"procurement.citizen/{citizen.code}"
