"""What comes in by upload: what it is by its content, and where it lies, sealed.

All evidence is sealed with the data key of its case, protected or not: there is one way. A name given by a user is a
label and never a path. Nothing here writes to a log.
"""

import io
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import puremagic
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workflows import contents, scanning, sealing
from workflows.contents import Content, FileRefused, Kind, Note

if TYPE_CHECKING:
    from django.core.files import File

__all__ = ["ACCEPT", "Checked", "EvidenceMissing", "FileRefused", "Kind", "Note"]

# For <input type="file" accept=…>. Without HEIC in the list, an iPhone sends its photos as JPEG.
ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx,.odt,.ods,.txt,.mp3,.m4a,.mp4,.mov,.3gp"
LABEL_LENGTH = 120

_NAME = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{28})")


class EvidenceMissing(Exception):
    """No evidence lies under this storage name: it was deleted, or the name is none."""


@dataclass(frozen=True)
class Checked:
    """An upload that may be kept. `size` in bytes and `sha256` (hex) are of `data`, which is what will be kept.

    No hash of the file as it came is taken: it would prove from whose telephone a picture is.
    """

    kind: Kind
    content_type: str
    extension: str
    label: str
    data: bytes = field(repr=False)
    size: int
    sha256: str
    notes: tuple[Note, ...]


# --- Coming in ------------------------------------------------------------------------------------------------------
def check_count(present: int, coming: int = 1, *, most: int | None = None) -> None:
    """Refuse files beyond `most` (default `settings.EVIDENCE_MAX_FILES`), of which `present` are there.

    Raises FileRefused.
    """
    most = settings.EVIDENCE_MAX_FILES if most is None else most
    if present + coming > most:
        message = _("At most %(count)d files can be sent. Remove one, or put several pages into one PDF.")
        raise FileRefused("too_many", message % {"count": most})


def check_upload(upload: "File[bytes]") -> Checked:
    """What an upload is, and the bytes to keep of it: cleaned by its kind, and scanned where a scanner is set up.

    At most `settings.EVIDENCE_MAX_BYTES` bytes. Raises FileRefused, whose sentence says what the sender can do. Where
    the scanner is away the notes say that nothing was scanned, or the file is refused (`settings.CLAMAV_REQUIRED`).
    """
    limit: int = settings.EVIDENCE_MAX_BYTES
    upload.seek(0)
    # What the client says of the size is not believed.
    data = upload.read(limit + 1)
    if not data:
        raise FileRefused("empty", _("This file is empty. Choose it again."))
    if len(data) > limit:
        message = _("This file is larger than %(megabytes)d MB. Send a smaller picture, or a part of the recording.")
        raise FileRefused("too_large", message % {"megabytes": limit // 1024**2})
    content = _checker(data, upload.name or "")(data)
    return Checked(
        kind=content.kind,
        content_type=content.content_type,
        extension=content.extension,
        label=clean_label(upload.name or "", content.extension),
        data=content.data,
        size=len(content.data),
        sha256=sha256(content.data).hexdigest(),
        notes=(*content.notes, _scanned(content.data)),
    )


def _scanned(data: bytes) -> Note:
    """What may be said of viruses, of the bytes that are kept. Raises FileRefused: infected, scanner_away."""
    try:
        verdict = scanning.scan([data])
    except scanning.ScannerAway:
        if settings.CLAMAV_REQUIRED:
            raise FileRefused("scanner_away") from None
        return Note.NOT_SCANNED
    if verdict == scanning.Verdict.INFECTED:
        raise FileRefused("infected")
    return Note.SCANNED


_CHECKERS: dict[str, Callable[[bytes], Content]] = {
    "image/jpeg": contents.check_image,
    "image/png": contents.check_image,
    "image/webp": contents.check_image,
    "application/pdf": contents.check_pdf,
    "audio/mpeg": contents.check_mp3,
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _checker(data: bytes, name: str) -> Callable[[bytes], Content]:
    """Which strict check a file has to pass, by its first bytes. Raises FileRefused when there is none for it."""
    if data.startswith(b"PK\x03\x04"):
        return contents.check_office
    if data[4:8] == b"ftyp":
        return contents.check_iso_media
    if data.startswith(_OLD_OFFICE):
        message = _("Old or locked Office files are not accepted. Save it as DOCX, XLSX or PDF without a password.")
        raise FileRefused("old_office", message)
    try:
        seen = {match.mime_type for match in puremagic.magic_string(data)}
    except puremagic.PureError:
        seen = set()
    for content_type, checker in _CHECKERS.items():
        if content_type in seen:
            return checker
    # Text has no mark of its own: here, and only here, the name has to say so too.
    if name.lower().endswith(".txt"):
        return contents.check_text
    raise FileRefused("not_accepted")


# What no file system takes in a name.
_UNFIT = str.maketrans("", "", '<>:"|?*')
# Controls, direction and joining signs, halves of pairs, private and unassigned signs, separators of lines.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_label(name: str, extension: str) -> str:
    """A file name to show, from one a user gave: no path, no control or direction signs, the extension of the content.

    At most 120 characters, NFC. It may still name a person: keep it sealed.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1].translate(_UNFIT)
    seen = "".join(char for char in last if unicodedata.category(char) not in _UNSEEN)
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", " ".join(seen.split())).strip(" .")
    return f"{stem[: LABEL_LENGTH - len(extension) - 1].strip(' .') or 'file'}.{extension}"


# --- Lying there ----------------------------------------------------------------------------------------------------
def store_evidence(checked: Checked, data_key: sealing.DataKey) -> str:
    """Seal a checked file under `settings.EVIDENCE_ROOT` and give the random name it lies under ("ab/cd/abcd…").

    On return it is on the disk whole, also after a power cut; on an error (OSError: disk full, no right) nothing is
    left. A transaction that stored files and is rolled back has to call `delete_evidence`.
    """
    token = secrets.token_hex(16)
    name = f"{token[:2]}/{token[2:4]}/{token}"
    path = _path(name)
    _make_folders(path.parent)
    partial = path.with_name(f".{token}.part")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.writelines(sealing.seal_stream(data_key, io.BytesIO(checked.data), _context(name)))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return name


def open_evidence(name: str, data_key: sealing.DataKey) -> Iterator[bytes]:
    """The content of stored evidence, chunk by chunk, each checked before it is given out.

    Raises EvidenceMissing at once, SealBroken while reading (at the end, when the end was cut off).
    """
    try:
        source = _path(name).open("rb")
    except FileNotFoundError as error:
        raise EvidenceMissing from error
    return _read_and_close(source, data_key, name)


def evidence_exists(name: str) -> bool:
    """Whether anything lies under this storage name; nothing is opened."""
    return bool(_NAME.fullmatch(name)) and _path(name).is_file()


def delete_evidence(name: str) -> bool:
    """Remove stored evidence; False when it was not there. Blocks of the disk may outlive it, sealed."""
    path = _path(name)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _sync_folder(path.parent)
    return True


def _read_and_close(source: io.BufferedReader, data_key: sealing.DataKey, name: str) -> Iterator[bytes]:
    with source:
        yield from sealing.open_stream(data_key, source, _context(name))


def _context(name: str) -> str:
    """Binds the ciphertext to its place, so that two files of one case cannot be exchanged on the disk."""
    return f"evidence/{name}"


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise EvidenceMissing
    return Path(settings.EVIDENCE_ROOT) / name


def _make_folders(folder: Path) -> None:
    """Make the folder and what is missing above it, 0700, and make their entries last."""
    if not folder.is_dir():
        _make_folders(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
