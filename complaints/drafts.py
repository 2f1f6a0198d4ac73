"""The filing wizard between two steps: without JavaScript, without an account, without a trace of the visitor.

A random token lives in the visitor's cookie and nowhere else. From it come two things: its SHA-256, by which the row is
found, and the key that opens the row. Nobody else can open a draft, not even who has the database, the backups and
the master keys; the price is that a lost cookie is a lost draft. One hour after the last step it is gone.
"""

import json
import logging
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from complaints.models.draft import FilingDraft, FilingDraftFile
from workflows import files, sealing

LIFETIME = timedelta(hours=1)
COOKIE = "filing"
# Ten pages of text; the longest form has a few kilobytes.
MAX_DATA_BYTES = 256 * 1024

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_log = logging.getLogger(__name__)


class DraftTooLong(ValueError):
    """The draft is larger than any form of ours; forms limit their fields far below."""


class DraftGone(LookupError):
    """No draft belongs to this token, or its hour is over: the visitor has to begin again."""


@dataclass(frozen=True)
class DraftFile:
    """A file of a draft as the wizard lists it. `size` in bytes."""

    public_id: str
    label: str
    kind: files.Kind
    size: int
    notes: tuple[files.Note, ...]


# --- The cookie -----------------------------------------------------------------------------------------------------
def new_token() -> str:
    """256 random bits in base64url: 43 characters."""
    return secrets.token_urlsafe(32)


def token_of(request: HttpRequest) -> str | None:
    """The token the visitor's browser holds; None when there is none or it is not of our making."""
    token = request.COOKIES.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def set_cookie(response: HttpResponseBase, token: str) -> None:
    """Give the token to the browser for one more hour; set it with every step, as `save_draft` prolongs the draft.

    Lax, not Strict: who leaves quickly to another site and comes back by a link would seem to have no draft, and the
    new token would cost him the old one. What changes a draft is a POST, which Lax does not send across sites.
    """
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def clear_cookie(response: HttpResponseBase) -> None:
    """Take the token back: after filing, and when the visitor leaves quickly."""
    response.delete_cookie(COOKIE, samesite="Lax")


# --- The draft ------------------------------------------------------------------------------------------------------
def save_draft(token: str, data: dict[str, Any]) -> None:
    """Keep the answers so far (JSON; every text in NFC) for one hour from now; what was there is replaced.

    A lapsed draft under this token goes first, with its files: they are not taken up again. Raises DraftTooLong,
    TypeError for what JSON does not know, ValueError for a token not of our making.
    """
    plain = json.dumps(_in_nfc(data), ensure_ascii=False, allow_nan=False).encode()
    if len(plain) > MAX_DATA_BYTES:
        raise DraftTooLong
    key, lookup = _key(token), _lookup(token)
    with transaction.atomic():
        FilingDraft.objects.filter(lookup=lookup, expires_at__lte=timezone.now()).delete()
        FilingDraft.objects.bulk_create(
            [FilingDraft(lookup=lookup, sealed=sealing.seal(key, plain, "draft/data"), expires_at=_in_an_hour())],
            # Two steps at once (a double click): the later one stands, and neither fails.
            update_conflicts=True,
            unique_fields=["lookup"],
            update_fields=["sealed", "expires_at"],
        )


def load_draft(token: str | None) -> dict[str, Any] | None:
    """The answers so far; None when the token is none, unknown or lapsed, or its row was tampered with."""
    return _opened(token, _live(token).first())


def lock_draft(token: str | None) -> dict[str, Any] | None:
    """As `load_draft`, and until the transaction ends nobody else reads it so: two clicks on "send" come one by one."""
    return _opened(token, _live(token).select_for_update().first())


def _opened(token: str | None, draft: FilingDraft | None) -> dict[str, Any] | None:
    if token is None or draft is None:
        return None
    try:
        data: dict[str, Any] = json.loads(sealing.open_sealed(_key(token), draft.sealed, "draft/data"))
    except sealing.SealBroken:
        _log.warning("A filing draft does not open with its own token: its row was changed.")
        return None
    return data


def discard_draft(token: str | None) -> None:
    """Delete the draft and its files, if there are any: after filing, or when the visitor gives up."""
    if token and _TOKEN.fullmatch(token):
        FilingDraft.objects.filter(lookup=_lookup(token)).delete()


def delete_expired_drafts() -> int:
    """Delete every lapsed draft with its files; gives how many drafts. Run by a job every few minutes."""
    _total, by_model = FilingDraft.objects.filter(expires_at__lte=timezone.now()).delete()
    return by_model.get("complaints.FilingDraft", 0)


# --- Its files ------------------------------------------------------------------------------------------------------
def add_file(token: str, checked: files.Checked) -> DraftFile:
    """Keep a checked file with the draft and prolong the draft.

    Raises DraftGone, FileRefused beyond `settings.EVIDENCE_MAX_FILES`.
    """
    key = _key(token)
    with transaction.atomic():
        # The lock makes two uploads at once count each other.
        draft = _live(token).select_for_update().first()
        if draft is None:
            raise DraftGone
        files.check_count(draft.files.count())
        public_id = secrets.token_urlsafe(16)
        description = {each.name: getattr(checked, each.name) for each in fields(checked) if each.name != "data"}
        FilingDraftFile.objects.create(
            draft=draft,
            public_id=public_id,
            sealed_description=sealing.seal(key, json.dumps(description), f"draft/file/{public_id}/description"),
            sealed_content=sealing.seal(key, checked.data, f"draft/file/{public_id}/content"),
        )
        draft.expires_at = _in_an_hour()
        draft.save(update_fields=["expires_at"])
    return _listed(public_id, checked)


def list_files(token: str | None) -> list[DraftFile]:
    """The files of a draft in the order they came; empty when there is no draft. Contents are not read."""
    rows = FilingDraftFile.objects.filter(draft__in=_live(token)).defer("sealed_content")
    return [_listed(row.public_id, _checked(token, row, b"")) for row in rows if token]


def remove_file(token: str | None, public_id: str) -> bool:
    """Delete one file of this draft; False when it is not there. A file of another draft is never touched."""
    if "\0" in public_id:  # PostgreSQL takes none
        return False
    deleted, _by_model = FilingDraftFile.objects.filter(draft__in=_live(token), public_id=public_id).delete()
    return bool(deleted)


def open_files(token: str | None) -> Iterator[files.Checked]:
    """The files of a draft, one after the other in memory, ready for `workflows.files.store_evidence`.

    Raises SealBroken when one was tampered with.
    """
    # Without .iterator() all contents would be in memory at once.
    for row in FilingDraftFile.objects.filter(draft__in=_live(token)).iterator(chunk_size=1):
        if token:
            content = sealing.open_sealed(_key(token), row.sealed_content, f"draft/file/{row.public_id}/content")
            yield _checked(token, row, content)


def _checked(token: str, row: FilingDraftFile, content: bytes) -> files.Checked:
    context = f"draft/file/{row.public_id}/description"
    described = json.loads(sealing.open_sealed(_key(token), row.sealed_description, context))
    return files.Checked(
        **described
        | {
            "kind": files.Kind(described["kind"]),
            "notes": tuple(files.Note(note) for note in described["notes"]),
            "data": content,
        }
    )


def _listed(public_id: str, checked: files.Checked) -> DraftFile:
    return DraftFile(public_id, checked.label, checked.kind, checked.size, checked.notes)


# --- Token, key, row ------------------------------------------------------------------------------------------------
def _lookup(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _key(token: str) -> sealing.DataKey:
    if not _TOKEN.fullmatch(token):
        raise ValueError("Not a token of new_token().")
    # HKDF: the key does not follow from the SHA-256 that stands in the database.
    return sealing.DataKey(sealing.derive_key(token.encode(), "filing draft/1"))


def _live(token: str | None) -> QuerySet[FilingDraft]:
    """The draft of this token unless its hour is over, also when the job that deletes it is late."""
    if token is None or not _TOKEN.fullmatch(token):
        return FilingDraft.objects.none()
    return FilingDraft.objects.filter(lookup=_lookup(token), expires_at__gt=timezone.now())


def _in_an_hour() -> Any:
    return timezone.now() + LIFETIME


def _in_nfc(value: Any) -> Any:
    """The same JSON with every text and key in NFC, so that what is compared and searched later is one form."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", str(key)): _in_nfc(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in_nfc(item) for item in value]
    return value
