"""Pictures inside documents, without what a camera wrote beside them; their dots are not touched.

A JPEG inside a PDF or an office file still says where and with what it was taken. It is cut by its own structure and
not drawn anew, so that the document looks as before.
"""

import re
import struct
from collections.abc import Iterator

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_JFIF, _ADOBE = 0xE0, 0xEE
_START_OF_SCAN, _END = 0xDA, 0xD9
_COMMENT = 0xFE
# In the coded dots FF 00 is a byte FF and FF D0…D7 a restart: every other pair is the next marker (ITU T.81, B.1.1).
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_PNG_TOLD = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"iCCP"}


def without_metadata(data: bytes) -> bytes:
    """A JPEG or PNG without comments, camera, place, profile, preview and what follows its end.

    Everything else comes back as it is, also a JPEG or PNG that cannot be followed: no viewer draws that either.
    """
    try:
        if data.startswith(_JPEG):
            return b"".join(_jpeg_parts(data))
        if data.startswith(_PNG):
            return b"".join(_png_parts(data))
    except (ValueError, IndexError, struct.error):
        return data
    return data


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
            continue
        if marker == _END:
            yield data[at : at + 2]
            return
        length = struct.unpack_from(">H", data, at + 2)[0]
        after = at + 2 + length
        if length < 2 or after > len(data):
            raise ValueError("a segment beyond the end")
        if marker == _START_OF_SCAN:
            following = _MARKER.search(data, after)
            # Cut short: what there is of the dots.
            after = following.start() if following else len(data)
        if not _is_told(marker, data[at + 4 : at + 9]):
            yield data[at:after]
        if after == len(data):
            return
        at = after


def _is_told(marker: int, name: bytes) -> bool:
    """Whether a segment only tells about the picture. JFIF's shape and Adobe's colours are needed to draw it."""
    if marker == _JFIF:
        return name != b"JFIF\0"
    return marker == _COMMENT or (_JFIF < marker <= 0xEF and not (marker == _ADOBE and name == b"Adobe"))


def _png_parts(data: bytes) -> Iterator[bytes]:
    yield data[: len(_PNG)]
    at = len(_PNG)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, after = data[at + 4 : at + 8], at + 12 + length
        if after > len(data):
            raise ValueError("a chunk beyond the end")
        if name not in _PNG_TOLD:
            yield data[at:after]
        if name == b"IEND":
            return
        at = after
