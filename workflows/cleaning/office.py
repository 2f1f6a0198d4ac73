"""A Word, Excel or OpenDocument file written anew: known parts only, and no properties.

The text, the formulas and the looks stay. What the two families of formats hold is said in `ooxml` and `odf`.
"""

import io
import zipfile
from typing import Protocol

from workflows.cleaning.archives import Archive
from workflows.cleaning.odf import OpenDocument
from workflows.cleaning.ooxml import OfficeOpenXml
from workflows.cleaning.outcome import Cleaned, Unfit
from workflows.cleaning.pictures import without_metadata

# The same file gives the same bytes, so that what is sent twice is known; and no time of writing.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_FAST = 3
# Old office files, archives, PDF, programs.
_FILES_INSIDE = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"PK\x05\x06", b"%PDF", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")


class Family(Protocol):
    """What a family of formats knows of its parts."""

    extension: str
    said: set[str]

    def keeps(self, name: str) -> bool:
        """Whether the part stays. Raises Unfit for one that makes the whole file unfit."""
        ...

    def is_markup(self, name: str) -> bool:
        """Whether the part is XML that `clean` reads."""
        ...

    def clean(self, name: str, content: bytes) -> bytes:
        """The part without properties. Raises Unfit."""
        ...


def clean_office(data: bytes) -> Cleaned:
    """The file written anew.

    Raises Unfit: damaged, polyglot, archive_bomb, encrypted, macros, embedded, external, not_accepted.
    """
    try:
        return _cleaned(Archive(data))
    except (Unfit, MemoryError):
        raise
    # zipfile, zlib and the reader of XML raise a dozen kinds of errors on hostile files, and all mean the same here.
    except Exception as error:
        raise Unfit("damaged") from error


def _cleaned(archive: Archive) -> Cleaned:
    family = _family(archive)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name in archive.names:
            if not family.keeps(name):
                archive.read(name)  # damage shows wherever it is
                continue
            content = archive.read(name)
            if family.is_markup(name):
                content = family.clean(name, content)
            elif content.startswith(_FILES_INSIDE):
                raise Unfit("embedded")
            else:
                content = without_metadata(content)
            written.writestr(*_entry(name, content))
    return Cleaned(out.getvalue(), family.extension, tuple(sorted(family.said)))


def _family(archive: Archive) -> Family:
    if OfficeOpenXml.TYPES in archive.names:
        return OfficeOpenXml(archive)
    if OpenDocument.TYPE in archive.names:
        return OpenDocument(archive)
    raise Unfit("not_accepted")


def _entry(name: str, content: bytes) -> tuple[zipfile.ZipInfo, bytes, int, int]:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.create_system = 0
    # By its rule the type of an OpenDocument file lies unpacked (OpenDocument 1.3, part 2, 3.3).
    packed = zipfile.ZIP_STORED if name == OpenDocument.TYPE else zipfile.ZIP_DEFLATED
    return entry, content, packed, _FAST
