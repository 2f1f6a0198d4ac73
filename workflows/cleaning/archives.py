"""The archive that an office file is: one archive and nothing else, modest, and every entry what the directory says."""

import io
import zipfile

from workflows.cleaning.outcome import Unfit

MOST_ENTRIES = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
# Sheets of repeated rows shrink 50-fold; bombs 1,000-fold. Small archives may do as they like.
MOST_RATIO = 100
SMALL = 10 * 1024 * 1024
_END_BYTES = 22
_HEAD_BYTES = 30
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Archive:
    """The entries of a sound archive in the order of its directory. Folders are left out.

    Raises Unfit when it is made: damaged, polyglot, archive_bomb, encrypted; and what zipfile raises.
    """

    def __init__(self, data: bytes) -> None:
        if not _is_exactly_one_archive(data):
            raise Unfit("polyglot" if zipfile.is_zipfile(io.BytesIO(data)) else "damaged")
        self._packed = zipfile.ZipFile(io.BytesIO(data))
        entries = self._packed.infolist()
        _check_size(entries, len(data))
        _check_names(entries)
        _check_places(entries, data, self._packed.start_dir)
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    @property
    def names(self) -> list[str]:
        """The entries."""
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """The content of an entry. Raises Unfit or what zipfile raises where it is not what the directory says."""
        entry = self._entries[name]
        with self._packed.open(entry) as opened:
            # No more than was said and counted, whatever comes out; at the end the checksum is compared.
            content = opened.read(entry.file_size)
            if len(content) != entry.file_size:
                raise Unfit("damaged")
        return content


def _is_exactly_one_archive(data: bytes) -> bool:
    """Whether the file begins with an entry and ends with the directory, nothing before or behind."""
    end = len(data) - _END_BYTES
    if end < 0 or not data.startswith(b"PK\x03\x04") or data[end : end + 4] != b"PK\x05\x06":
        return False
    size, offset = (int.from_bytes(data[end + start : end + start + 4], "little") for start in (12, 16))
    return offset + size == end


def _check_size(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = unpacked > SMALL and unpacked > packed * MOST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or too_dense:
        raise Unfit("archive_bomb")


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    # Office takes Word/Document.xml and word/document.xml for the same part: which one is opened, nobody knows.
    if len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise Unfit("damaged")
    for entry in entries:
        # orig_filename: zipfile itself cuts a name at a NUL.
        name = entry.orig_filename
        if name.startswith("/") or "\\" in name or "\0" in name or {".", ".."} & set(name.split("/")):
            raise Unfit("damaged")
        if entry.flag_bits & 1:
            raise Unfit("encrypted")
        if entry.compress_type not in _METHODS:
            raise Unfit("damaged")


def _check_places(entries: list[zipfile.ZipInfo], data: bytes, directory: int) -> None:
    """Entries lie one behind another. Those of a bomb lie in each other, so that few bytes are unpacked many times."""
    free_from = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        head = data[entry.header_offset : entry.header_offset + _HEAD_BYTES]
        if entry.header_offset < free_from or not head.startswith(b"PK\x03\x04") or len(head) < _HEAD_BYTES:
            raise Unfit("damaged")
        names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        free_from = entry.header_offset + _HEAD_BYTES + names + entry.compress_size
    if free_from > directory:
        raise Unfit("damaged")
