"""What every checker gives back, and every reason why a file is not taken."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflows.refusals import Refused

if TYPE_CHECKING:
    from workflows.graph import Text


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
    PROPERTIES_REMOVED = (
        "properties_removed",
        _("The properties of this document (such as its author) were removed; its text was not changed."),
    )
    PROPERTIES_KEPT = "properties_kept", _("The properties of this document (such as its author) were not removed.")
    PARTS_REMOVED = "parts_removed", _("Scripts, automatic actions or files inside this document were removed.")
    SIGNED = (
        "signed",
        _(
            "This document is digitally signed, and was kept as it came so that the signature can be checked. "
            "Its properties and the name of the signer are still in it."
        ),
    )
    SIGNATURE_REMOVED = (
        "signature_removed",
        _("This document was digitally signed. The signature was lost when the document was cleaned."),
    )
    RECORDING_CLEANED = (
        "recording_cleaned",
        _("Place, time and device were removed from this recording; what is seen and heard was not changed."),
    )
    RECORDING_KEPT = "recording_kept", _("The place, time and device stored in this recording were not removed.")
    CONVERTED_TO_UTF8 = "converted_to_utf8", _("The text was converted to UTF-8.")
    NOT_SCANNED = "not_scanned", _("This file was not checked for viruses.")
    SCANNED = "scanned", _("A virus scanner found nothing in this file.")
    INFECTED = "infected", _("A virus scanner found something harmful. The file is withheld.")


SENTENCES: dict[str, "Text"] = {
    "damaged": _("This file is damaged or incomplete. Open it to see whether it is whole, then send it again."),
    "polyglot": _("This file hides another file inside. Save it again as a PDF or a picture and send that."),
    "macros": _("This file contains macros. Save it without macros, or as a PDF, and send that."),
    "archive_bomb": _("This file unpacks to far more than it seems. Print it to a PDF and send that."),
    "encrypted": _(
        "This file is locked with a password or against changes. "
        "Save it without the lock, or send pictures of its pages."
    ),
    "embedded": _("This file holds other files inside. Save it as a PDF, and send the files inside one by one."),
    "external": _("This file fetches parts from other files or programs. Save it as a PDF and send that."),
    "portfolio": _("This PDF is a case with several files inside. Send them one by one."),
    "too_complex": _("This file takes too long to read. Print it to a PDF, or send a part of it."),
    "too_many_pixels": _(
        "This picture has too many pixels. Take a screenshot of it, or save it smaller, and send that."
    ),
    "heic": _("HEIC photos cannot be read here. Save it as JPEG, or take a screenshot of it, and send that."),
    "not_accepted": _(
        "Files of this kind are not accepted. "
        "Send a picture (JPEG, PNG, WebP), PDF, Word, Excel, OpenDocument, text, MP3, M4A or MP4 file."
    ),
    "infected": _("A virus scanner found something harmful in this file. It was not kept. Check your device."),
    "scanner_away": _("Files cannot be checked for viruses at the moment, and so none are taken. Send it again later."),
}
"""What a refusal says to the sender: what is wrong and what can be done."""


class FileRefused(Refused):
    """A file that is not taken; `sentence` says why and what to do, `code` names the reason for tests and the API."""

    def __init__(self, code: str, sentence: "Text | None" = None) -> None:
        super().__init__(SENTENCES[code] if sentence is None else sentence)
        self.code = code


@dataclass(frozen=True)
class Content:
    """What a checker found: the bytes to keep, and what they are."""

    kind: Kind
    content_type: str
    extension: str
    data: bytes = field(repr=False)
    notes: tuple[Note, ...] = ()
