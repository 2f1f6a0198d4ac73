"""Plain text."""

import re
import unicodedata

from workflows.contents.base import Content, FileRefused, Kind, Note

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
            raise FileRefused("not_accepted") from error
    if not text.strip() or _CONTROLS.search(text) or _MARKUP.search(text):
        raise FileRefused("not_accepted")
    return Content(Kind.TEXT, "text/plain; charset=utf-8", "txt", unicodedata.normalize("NFC", text).encode(), notes)
