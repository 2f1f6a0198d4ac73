"""What a file is, by its content: one checker per kind, each strict, for a file may pretend to be another.

A checker takes the bytes and gives the bytes to keep. Pictures are drawn anew, so that nothing hidden in them survives;
documents and recordings are kept as they are, after the checks written at each. What a user named the
file is of no interest here: `workflows.files` is the door.
"""

import io
import re
import threading
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from workflows.refusals import Refused

if TYPE_CHECKING:
    from workflows.graph import Text

# A phone's full resolution is 12-50 megapixels, as JPEG, which is read smaller from the start. Screens have 4-15, and
# A4 at 400 dpi has 15: what comes as PNG or WebP has to be unpacked whole, at four bytes a pixel and more.
MAX_PIXELS_JPEG = 50_000_000
MAX_PIXELS = 25_000_000
MAX_SIDE = 4096
# How many pictures are unpacked at once in a process, whatever the number of its threads: the others wait.
_UNPACKING = threading.BoundedSemaphore(2)
ZIP_MAX_ENTRIES = 5_000
ZIP_MAX_BYTES = 200 * 1024 * 1024
# Sheets of repeated rows shrink 50-fold; bombs 1,000-fold. Small archives may do as they like.
ZIP_MAX_RATIO = 100
ZIP_SMALL_BYTES = 10 * 1024 * 1024
_BLOCK = 64 * 1024


class Kind(TextChoices):
    """How a page shows the file."""

    IMAGE = "image", _("picture")
    DOCUMENT = "document", _("document")
    TEXT = "text", _("plain text")
    AUDIO = "audio", _("sound recording")
    VIDEO = "video", _("video")


class Note(TextChoices):
    """What was done to a file, or was not; shown beside it, for nobody should trust a check that did not happen."""

    METADATA_REMOVED = "metadata_removed", _("Place, time and camera were removed from this picture.")
    MADE_SMALLER = "made_smaller", _("The picture was made smaller.")
    FIRST_PICTURE_ONLY = "first_picture_only", _("Only the first picture of the animation was kept.")
    PROPERTIES_KEPT = "properties_kept", _("The properties of this document (such as its author) were not removed.")
    RECORDING_KEPT = "recording_kept", _("The place, time and device stored in this recording were not removed.")
    CONVERTED_TO_UTF8 = "converted_to_utf8", _("The text was converted to UTF-8.")
    NOT_SCANNED = "not_scanned", _("This file was not checked for viruses.")


class FileRefused(Refused):
    """A file that is not taken; `sentence` says why and what to do, `code` names the reason for tests and the API."""

    def __init__(self, code: str, sentence: "Text") -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Content:
    """What a checker found: the bytes to keep, and what they are."""

    kind: Kind
    content_type: str
    extension: str
    data: bytes = field(repr=False)
    notes: tuple[Note, ...] = ()


def _damaged() -> FileRefused:
    message = _("This file is damaged or incomplete. Open it to see whether it is whole, then send it again.")
    return FileRefused("damaged", message)


def _polyglot() -> FileRefused:
    message = _("This file hides another file inside. Save it again as a PDF or a picture and send that.")
    return FileRefused("polyglot", message)


def _macros() -> FileRefused:
    message = _("This file contains macros. Save it without macros, or as a PDF, and send that.")
    return FileRefused("macros", message)


# --- Pictures -------------------------------------------------------------------------------------------------------
def check_image(data: bytes) -> Content:
    """A JPEG, PNG or WebP drawn anew: turned upright, at most 4096 pixels a side, without any metadata.

    What follows the picture in the file (another file, a short video, a depth map) is gone with the rest. Colour
    profiles go too, for they can name a device. WebP becomes JPEG or, with transparency, PNG: every office can open
    these. Raises FileRefused: damaged, too_many_pixels.
    """
    with _UNPACKING:
        return _drawn_anew(data)


def _drawn_anew(data: bytes) -> Content:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as source:
            written_as = "JPEG" if source.format == "MPO" else str(source.format)
            animated = written_as != "JPEG" and getattr(source, "n_frames", 1) > 1
            full_size = source.size
            picture = _upright(source, written_as)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        message = _("This picture has too many pixels. Take a screenshot of it, or save it smaller, and send that.")
        raise FileRefused("too_many_pixels", message) from error
    # Pillow's decoders raise many kinds of errors on hostile input, and all of them mean the same here.
    except Exception as error:
        raise _damaged() from error

    if written_as == "WEBP":
        written_as = "PNG" if "A" in picture.getbands() else "JPEG"
    # The writers take comments, profiles and resolution from here when they are not told otherwise.
    picture.info = {}
    out = io.BytesIO()
    if written_as == "JPEG":
        picture.convert("L" if picture.mode == "L" else "RGB").save(out, "JPEG", quality=88, optimize=True)
    else:
        picture.save(out, "PNG")
    notes = [Note.METADATA_REMOVED]
    if max(full_size) > MAX_SIDE:
        notes.append(Note.MADE_SMALLER)
    if animated:
        notes.append(Note.FIRST_PICTURE_ONLY)
    is_jpeg = written_as == "JPEG"
    return Content(
        Kind.IMAGE, "image/jpeg" if is_jpeg else "image/png", "jpg" if is_jpeg else "png", out.getvalue(), tuple(notes)
    )


def _upright(picture: Image.Image, written_as: str) -> Image.Image:
    """The picture unpacked, at most 4096 pixels a side, upright, in a plain mode.

    Made smaller first, so that what else is done is done to little. Raises DecompressionBombError.
    """
    # A progressive JPEG is held whole while it is read, however small it is drawn.
    if written_as == "JPEG" and "progressive" not in picture.info:
        picture.draft(None, (MAX_SIDE, MAX_SIDE))
    if picture.width * picture.height > (MAX_PIXELS_JPEG if written_as == "JPEG" else MAX_PIXELS):
        raise Image.DecompressionBombError
    picture.load()
    # Colours of a palette, and a colour that means "transparent", cannot be mixed.
    if picture.mode in {"1", "P", "PA"} or "transparency" in picture.info:
        picture = _plain_mode(picture)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    ImageOps.exif_transpose(picture, in_place=True)
    return _plain_mode(picture)


def _plain_mode(picture: Image.Image) -> Image.Image:
    """Grey, RGB or RGBA: the modes that both writers and every viewer know."""
    if picture.mode.startswith("I"):  # 16 bits a sample: convert() would clip instead of scaling
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in {"L", "RGB", "RGBA"} and "transparency" not in picture.info:
        return picture
    if picture.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode == "1" else "RGB")


# --- Documents ------------------------------------------------------------------------------------------------------
def check_pdf(data: bytes) -> Content:
    """A PDF as it is: begins with its mark, is whole to its end mark, and carries no archive behind it.

    Its properties and active content are not removed, and the note says so. Raises FileRefused: damaged, polyglot.
    """
    if not re.match(rb"%PDF-[12]\.\d", data) or b"%%EOF" not in data[-1024:]:
        raise _damaged()
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise _polyglot()
    return Content(Kind.DOCUMENT, "application/pdf", "pdf", data, (Note.PROPERTIES_KEPT,))


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
# What an office file says of itself, and the extension it then has.
_OFFICE = {
    f"{_OOXML}wordprocessingml.document": "docx",
    f"{_OOXML}spreadsheetml.sheet": "xlsx",
    f"{_ODF}text": "odt",
    f"{_ODF}spreadsheet": "ods",
}


def check_office(data: bytes) -> Content:
    """A Word, Excel or OpenDocument file as it is: a sound, modest archive and nothing else, without macros.

    Every entry is read once, so that sizes cannot lie and damage shows. Its properties are not removed, and the note
    says so. Raises FileRefused: damaged, polyglot, archive_bomb, macros, encrypted, not_accepted.
    """
    if not _is_exactly_one_archive(data):
        raise _polyglot() if zipfile.is_zipfile(io.BytesIO(data)) else _damaged()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content_type = _checked_archive(archive, len(data))
    # As with pictures: zipfile and zlib raise a dozen kinds of errors on hostile archives.
    except FileRefused:
        raise
    except Exception as error:
        raise _damaged() from error
    return Content(Kind.DOCUMENT, content_type, _OFFICE[content_type], data, (Note.PROPERTIES_KEPT,))


def _is_exactly_one_archive(data: bytes) -> bool:
    """Whether the file begins with an entry and ends with the directory, nothing before or behind."""
    end = len(data) - 22
    if end < 0 or not data.startswith(b"PK\x03\x04") or data[end : end + 4] != b"PK\x05\x06":
        return False
    size, offset, comment = (
        int.from_bytes(data[end + start : end + stop], "little") for start, stop in ((12, 16), (16, 20), (20, 22))
    )
    return comment == 0 and offset + size == end


def _checked_archive(archive: zipfile.ZipFile, packed: int) -> str:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > ZIP_MAX_ENTRIES
        or unpacked > ZIP_MAX_BYTES
        or (unpacked > ZIP_SMALL_BYTES and unpacked > packed * ZIP_MAX_RATIO)
    ):
        message = _("This file unpacks to far more than it seems. Print it to a PDF and send that.")
        raise FileRefused("archive_bomb", message)
    names = {entry.filename for entry in entries}
    if len(names) != len(entries) or any(_leaves_its_folder(name) for name in names):
        raise _damaged()
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("encrypted", _("This file is locked with a password. Remove the password and send it again."))
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise _damaged()
    content_type = _office_type(archive, names)
    for entry in entries:
        with archive.open(entry) as opened:
            while opened.read(_BLOCK):  # the checksum is compared at the end
                pass
    return content_type


def _leaves_its_folder(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/")


def _office_type(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        with archive.open("[Content_Types].xml") as opened:
            declared = opened.read(1024 * 1024).decode("utf-8", "replace")
        if "macroEnabled" in declared or any(name.lower().endswith("vbaproject.bin") for name in names):
            raise _macros()
        found = [name for name in _OFFICE if f"{name}.main+xml" in declared]
        if len(found) == 1:
            return found[0]
    elif "mimetype" in names:
        with archive.open("mimetype") as opened:
            said = opened.read(100).decode("ascii", "replace")
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise _macros()
        if "content.xml" in names and said in _OFFICE:
            return said
    raise not_accepted()


# --- Recordings -----------------------------------------------------------------------------------------------------
_PHOTO_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_ISO_BRANDS = re.compile(rb"iso[0-9a-z]|mp4[12]|avc1|M4[AV] |dash|3gp[0-9]|qt  |MSNV")


def check_iso_media(data: bytes) -> Content:
    """An MP4, M4A, 3GP or QuickTime recording as it is: a row of boxes that ends where the file ends.

    Place and device inside it are not removed, for that takes a media tool; the note says so.
    Raises FileRefused: heic, not_accepted, damaged, polyglot.
    """
    brand = data[8:12]
    if brand in _PHOTO_BRANDS:
        message = _("HEIC photos cannot be read here. Save it as JPEG, or take a screenshot of it, and send that.")
        raise FileRefused("heic", message)
    if not _ISO_BRANDS.fullmatch(brand):
        raise not_accepted()
    boxes = list(_boxes(data))
    names = [name for name, _body in boxes]
    if b"moov" not in names or not {b"mdat", b"moof"} & set(names):
        raise _damaged()
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise _polyglot()
    # A handler of the type "vide" is what makes a track a picture track (ISO/IEC 14496-12, 8.4.3).
    has_pictures = any(re.search(rb"hdlr.{8}vide", body, re.DOTALL) for name, body in boxes if name == b"moov")
    if not has_pictures:
        return Content(Kind.AUDIO, "audio/mp4", "m4a", data, (Note.RECORDING_KEPT,))
    content_type, extension = {b"qt  ": ("video/quicktime", "mov"), b"3gp": ("video/3gpp", "3gp")}.get(
        brand if brand == b"qt  " else brand[:3], ("video/mp4", "mp4")
    )
    return Content(Kind.VIDEO, content_type, extension, data, (Note.RECORDING_KEPT,))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The outermost boxes (ISO/IEC 14496-12, 4.2): size, type, body. Raises FileRefused where they do not add up."""
    at = 0
    while at < len(data):
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < head or at + size > len(data):
            raise _damaged()
        yield data[at + 4 : at + 8], data[at + head : at + size]
        at += size


_ID3_HEAD_BYTES = 10


def check_mp3(data: bytes) -> Content:
    """An MP3 as it is: after its tag at least two frames in a row. Raises FileRefused: damaged, polyglot."""
    at = 0
    if data.startswith(b"ID3") and len(data) > _ID3_HEAD_BYTES:
        # The size of a tag has 7 bits in each byte (ID3v2.4, 3.1).
        size = 0
        for byte in data[6:10]:
            size = size << 7 | byte & 0x7F
        at = _ID3_HEAD_BYTES + size + (_ID3_HEAD_BYTES if data[5] & 0x10 else 0)  # a footer is a second head
        while at < len(data) and data[at] == 0:
            at += 1
    for _frame in range(2):
        length = _mp3_frame_length(data[at : at + 4])
        if not length:
            raise _damaged()
        at += length
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise _polyglot()
    return Content(Kind.AUDIO, "audio/mpeg", "mp3", data, (Note.RECORDING_KEPT,))


# By the version bits of a frame's head: 3 is MPEG-1, 2 is MPEG-2, 0 is MPEG-2.5; 1 is reserved.
_MPEG1 = 3
_MP3_RATE_DIVISOR = {3: 1, 2: 2, 0: 4}
_MP3_RATES = (44100, 48000, 32000)
_MPEG1_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# 11 bits of synchronisation; then version, layer (01 is III), protection; bit rate, sampling rate, padding.
_MP3_HEAD = re.compile(rb"\xff[\xe0-\xff][\x00-\xff]{2}", re.DOTALL)


def _mp3_frame_length(head: bytes) -> int:
    """Bytes of a layer III frame with this head (ISO/IEC 11172-3, 2.4.1.3; 13818-3); 0 when it is none."""
    if not _MP3_HEAD.fullmatch(head):
        return 0
    version, layer, kbits_at, rate_at = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    kbits_of = _MPEG1_KBITS if version == _MPEG1 else _MPEG2_KBITS
    if version not in _MP3_RATE_DIVISOR or layer != 1 or not 0 < kbits_at < len(kbits_of) or rate_at == len(_MP3_RATES):
        return 0
    rate = _MP3_RATES[rate_at] // _MP3_RATE_DIVISOR[version]
    return (144 if version == _MPEG1 else 72) * kbits_of[kbits_at] * 1000 // rate + (head[2] >> 1 & 1)


# --- Plain text -----------------------------------------------------------------------------------------------------
_MARKUP = re.compile(r"<(?:!doctype|\?xml|html|head|body|script|svg|iframe|math)\b|<\?php|^#!", re.IGNORECASE)

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def check_text(data: bytes) -> Content:
    """Plain text as UTF-8 in NFC; TIS-620 and its Windows form are converted.

    Text that a browser could take for a page is none. Raises FileRefused: not_accepted.
    """
    notes: tuple[Note, ...] = ()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes = (Note.CONVERTED_TO_UTF8,)
        try:
            text = data.decode("cp874")
        except UnicodeDecodeError as error:
            raise not_accepted() from error
    if not text.strip() or _CONTROLS.search(text) or _MARKUP.search(text):
        raise not_accepted()
    return Content(Kind.TEXT, "text/plain; charset=utf-8", "txt", unicodedata.normalize("NFC", text).encode(), notes)


def not_accepted() -> FileRefused:
    """The refusal of a kind that is not on the list, with the list."""
    message = _(
        "Files of this kind are not accepted. "
        "Send a picture (JPEG, PNG, WebP), PDF, Word, Excel, OpenDocument, text, MP3, M4A or MP4 file."
    )
    return FileRefused("not_accepted", message)
