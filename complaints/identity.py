"""Who complained: sealed with the key of the case, found again by keyed hashes, shown to nobody by itself."""

import json
from collections.abc import Mapping

from complaints.models import ComplainantIdentity, Complaint
from complaints.wholes import whole_of
from workflows import sealing
from workflows.keys import data_key, key_to_write

FIELDS = ("name", "phone", "email", "address")


def _context(complaint: Complaint) -> str:
    """Binds the ciphertext to its case, so that it cannot be moved to another together with its key."""
    return f"complaints.complainantidentity/{complaint.pk}"


def write_identity(complaint: Complaint, identity: Mapping[str, str]) -> None:
    """Seal name, phone, email and address. Unknown keys are left out."""
    known = {key: identity[key] for key in FIELDS if identity.get(key)}
    ComplainantIdentity.objects.create(
        complaint=complaint,
        sealed=sealing.seal(key_to_write(complaint.case), json.dumps(known, ensure_ascii=False), _context(complaint)),
        phone_hash=_hash(known, "phone"),
        email_hash=_hash(known, "email"),
    )


def _hash(known: Mapping[str, str], field: str) -> str:
    """Empty where nothing was given, or nothing by which anybody could be found ("ไม่มี")."""
    try:
        return sealing.lookup_hash(known.get(field, ""), field).hex()
    except ValueError:
        return ""


def read_identity(complaint: Complaint) -> dict[str, str]:
    """Name, phone, email and address as far as they were given; empty for an anonymous complaint and an erased one.

    A part has the complainant of the whole it was split from. The caller has checked the right. Raises
    `sealing.SealBroken`, `sealing.UnknownMasterKey`.
    """
    complaint = Complaint.objects.select_related("case").get(case=whole_of(complaint.case).pk)
    row = ComplainantIdentity.objects.filter(complaint=complaint).first()
    if row is None:
        return {}
    try:
        return _opened(row, complaint)
    except sealing.KeyErased:
        return {}


def hashes_of(row: ComplainantIdentity) -> dict[str, str]:
    """The hashes of an identity by the newest master key, for `workflows.rotation`. Raises what opens it."""
    known = _opened(row, row.complaint)
    return {"phone_hash": _hash(known, "phone"), "email_hash": _hash(known, "email")}


def _opened(row: ComplainantIdentity, complaint: Complaint) -> dict[str, str]:
    opened: dict[str, str] = json.loads(sealing.open_text(data_key(complaint.case), row.sealed, _context(complaint)))
    return opened
