"""Sound recordings and videos, without what the device wrote beside them: place, time, names, tags.

What is seen and heard is not touched. Nothing is moved either: in an MP4 what goes is overwritten with zeros where it
stands, so that no table of places has to be counted anew.
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from workflows.contents.base import Content, FileRefused, Kind, Note

_PHOTO_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_ISO_BRANDS = re.compile(rb"iso[0-9a-z]|mp4[12]|avc1|M4[AV] |dash|3gp[0-9]|qt  |MSNV")
# ISO/IEC 14496-12, table 1: what a player needs at the outermost level, and boxes that only hold boxes.
_OUTERMOST = {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix", b"pdin", b"prft"}
_HOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"mvex", b"edts", b"moof", b"traf"}
# udta and meta hold place, device, title; uuid what its maker likes; tref points to tracks that may be gone.
_TOLD = {b"udta", b"meta", b"uuid", b"free", b"skip", b"tref", b"gps ", b"Xtra", b"ID32"}
_WITH_TIMES = {b"mvhd", b"tkhd", b"mdhd"}
_PICTURES, _SOUND = b"vide", b"soun"
_DEEPEST = 8
_FREE = b"free"


class _Box(NamedTuple):
    """A box of the file (ISO/IEC 14496-12, 4.2): its name, and where it, its body and what follows begin."""

    name: bytes
    start: int
    body: int
    end: int


def check_iso_media(data: bytes) -> Content:
    """An MP4, M4A, 3GP or QuickTime recording: a row of boxes that ends where the file ends.

    Gone are place, device, title, times, and whole tracks that are neither picture nor sound (cameras write their way
    into such). Raises FileRefused: heic, not_accepted, damaged, polyglot.
    """
    brand = data[8:12]
    if brand in _PHOTO_BRANDS:
        raise FileRefused("heic")
    if not _ISO_BRANDS.fullmatch(brand):
        raise FileRefused("not_accepted")
    names = [box.name for box in _boxes(data, 0, len(data))]
    if names[:1] != [b"ftyp"] or b"moov" not in names or not {b"mdat", b"moof"} & set(names):
        raise FileRefused("damaged")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused("polyglot")
    cleaning = _Cleaning(data)
    note = Note.RECORDING_CLEANED if cleaning.is_complete else Note.RECORDING_KEPT
    cleaned = bytes(cleaning.kept)
    if _PICTURES not in cleaning.handlers:
        return Content(Kind.AUDIO, "audio/mp4", "m4a", cleaned, (note,))
    content_type, extension = {b"qt  ": ("video/quicktime", "mov"), b"3gp": ("video/3gpp", "3gp")}.get(
        brand if brand == b"qt  " else brand[:3], ("video/mp4", "mp4")
    )
    return Content(Kind.VIDEO, content_type, extension, cleaned, (note,))


def _boxes(data: bytes | bytearray, at: int, end: int) -> Iterator[_Box]:
    """The boxes between two places. Raises FileRefused (damaged) where they do not add up."""
    while at < end:
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            # QuickTime may end a row of boxes with four zeros.
            if end - at == 4 and not any(data[at:end]):
                return
            raise FileRefused("damaged")
        yield _Box(bytes(data[at + 4 : at + 8]), at, at + head, at + size)
        at += size


class _Cleaning:
    """The recording as it is kept. handlers: what its tracks are. is_complete: whether nothing had to be left."""

    def __init__(self, data: bytes) -> None:
        self.kept = bytearray(data)
        self.handlers: set[bytes] = set()
        self.is_complete = True
        fragments = False
        outermost = list(_boxes(data, 0, len(data)))
        self._media = [(box.body, box.end) for box in outermost if box.name == b"mdat"]
        for box in outermost:
            fragments = fragments or box.name == b"moof"
            if box.name in _HOLDERS:
                self._clean(box, 0)
            elif box.name not in _OUTERMOST:
                self._erase(box)
        # What fragments hold of a track that went is not followed.
        self.is_complete = self.is_complete and not (fragments and self.handlers - {_PICTURES, _SOUND})

    def _clean(self, holder: _Box, depth: int) -> None:
        if depth > _DEEPEST:
            raise FileRefused("damaged")
        for box in _boxes(self.kept, holder.body, holder.end):
            if box.name in _TOLD or (box.name == b"trak" and self._tells(box)):
                self._erase(box)
            elif box.name in _HOLDERS:
                self._clean(box, depth + 1)
            elif box.name in _WITH_TIMES:
                # Version 1 has times of 8 bytes, version 0 of 4: when it was made, when it was changed.
                wide = self.kept[box.body : box.body + 1] == b"\1"
                self._zero(box.body + 4, min(box.end, box.body + (20 if wide else 12)))
            elif box.name == b"hdlr":
                self._zero(min(box.end, box.body + 12), box.end)

    def _tells(self, track: _Box) -> bool:
        """Whether a track is neither picture nor sound; what it tells is then erased from the media data."""
        media = self._inside(track, b"mdia")
        handler = self._inside(media, b"hdlr")
        what = bytes(self.kept[handler.body + 8 : handler.body + 12]) if handler else b""
        self.handlers.add(what)
        if what in {_PICTURES, _SOUND}:
            return False
        table = self._inside(self._inside(media, b"minf"), b"stbl")
        self._erase_samples(table)
        return True

    def _erase_samples(self, table: _Box | None) -> None:
        left = len(self.kept)
        for start, end in self._samples(table):
            left -= end - start
            # Tables that say the same bytes again and again, or that would have the boxes themselves erased.
            if left < 0 or not any(body <= start <= end <= stop for body, stop in self._media):
                raise FileRefused("damaged")
            self._zero(start, end)

    def _samples(self, table: _Box | None) -> Iterator[tuple[int, int]]:
        """Where the samples of a track lie, chunk by chunk (ISO/IEC 14496-12, 8.7)."""
        sizes_box, runs_box = self._inside(table, b"stsz"), self._inside(table, b"stsc")
        places_box, width = self._inside(table, b"stco"), ">I"
        if places_box is None:
            places_box, width = self._inside(table, b"co64"), ">Q"
        if sizes_box is None or runs_box is None or places_box is None:
            self.is_complete = False
            return
        same, count = struct.unpack_from(">II", self._body(sizes_box, 12), 4)
        each = self._numbers(sizes_box, 12, ">I") if same == 0 else []
        places = self._numbers(places_box, 8, width)
        runs = self._numbers(runs_box, 8, ">I")
        done = 0
        run = 0  # each has three numbers: its first chunk, samples a chunk, their description
        for number, place in enumerate(places, start=1):
            while run + 5 < len(runs) and runs[run + 3] <= number:
                run += 3
            in_chunk = min(runs[run + 1] if run + 2 < len(runs) else 0, count - done)
            length = same * in_chunk if same else sum(each[done : done + in_chunk])
            if length:
                yield place, place + length
            done += in_chunk
        self.is_complete = self.is_complete and done == count

    def _inside(self, holder: _Box | None, name: bytes) -> _Box | None:
        boxes = _boxes(self.kept, holder.body, holder.end) if holder else ()
        return next((box for box in boxes if box.name == name), None)

    def _body(self, box: _Box, least: int) -> bytes:
        if box.end - box.body < least:
            raise FileRefused("damaged")
        return bytes(self.kept[box.body : box.end])

    def _numbers(self, box: _Box, head: int, width: str) -> list[int]:
        """The numbers of a table that has a head; what is left of a last one is no number."""
        body = self._body(box, head)[head:]
        whole = len(body) - len(body) % struct.calcsize(width)
        return [number for (number,) in struct.iter_unpack(width, body[:whole])]

    def _erase(self, box: _Box) -> None:
        self.kept[box.start + 4 : box.start + 8] = _FREE
        self._zero(box.body, box.end)

    def _zero(self, start: int, end: int) -> None:
        end = min(end, len(self.kept))
        if start < end:
            self.kept[start:end] = bytes(end - start)


# --- MP3 ------------------------------------------------------------------------------------------------------------
_ID3_HEAD_BYTES = 10
_FRAMES_AT_LEAST = 2
# Two heads in a row, or one before the end, after a damaged stretch.
_SYNC = re.compile(rb"\xff[\xe2-\xff]")
_TAG_BEHIND = re.compile(rb"TAG|APETAGEX|LYRICSBEGIN|ID3|\0")


def check_mp3(data: bytes) -> Content:
    """An MP3, of which only the frames are kept: tags before, between and behind them go.

    After its tag at least two frames in a row, and frames to the end but for tags and damaged stretches of a tenth.
    Raises FileRefused: damaged, polyglot.
    """
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused("polyglot")
    start = _after_id3(data)
    frames = _frames(data, start)
    lost = len(data) - start - sum(end - begin for begin, end in frames)
    behind = _TAG_BEHIND.match(data, frames[-1][1]) if frames else None
    if behind:
        lost -= len(data) - frames[-1][1]
    if len(frames) < _FRAMES_AT_LEAST or frames[0][0] != start or lost > max(len(data) // 10, 4096):
        raise FileRefused("damaged")
    kept = b"".join(data[begin:end] for begin, end in frames)
    return Content(Kind.AUDIO, "audio/mpeg", "mp3", kept, (Note.RECORDING_CLEANED,))


def _after_id3(data: bytes) -> int:
    """Where the sound begins."""
    at = 0
    while data.startswith(b"ID3", at) and len(data) > at + _ID3_HEAD_BYTES:
        # The size of a tag has 7 bits in each byte (ID3v2.4, 3.1).
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += _ID3_HEAD_BYTES + size + (_ID3_HEAD_BYTES if data[at + 5] & 0x10 else 0)  # a footer is a second head
        while at < len(data) and data[at] == 0:
            at += 1
    return at


def _frames(data: bytes, at: int) -> list[tuple[int, int]]:
    """Where whole frames begin and end; after a damaged stretch from the next two in a row."""
    found = []
    while at < len(data):
        length = _mp3_frame_length(data[at : at + 4])
        if length and at + length <= len(data):
            found.append((at, at + length))
            at += length
            continue
        at = _next_pair(data, at + 1)
    return found


def _next_pair(data: bytes, at: int) -> int:
    for match in _SYNC.finditer(data, at):
        place = match.start()
        length = _mp3_frame_length(data[place : place + 4])
        if length and _mp3_frame_length(data[place + length : place + length + 4]):
            return place
    return len(data)


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
