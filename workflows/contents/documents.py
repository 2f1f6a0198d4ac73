"""PDF and office files, written anew by `workflows.cleaning` in a process of its own."""

import io
import json
import re
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

from workflows.contents.base import Content, FileRefused, Kind, Note

_HOUSE = Path(__file__).resolve().parents[2]
_SECONDS = 60
"""How long a document may take by the clock of a busy machine; by the processor its process has 20 seconds."""
# How many documents are cleaned at once by a process of the server: the others wait.
_CLEANING = threading.BoundedSemaphore(2)

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OOXML}wordprocessingml.document",
    "xlsx": f"{_OOXML}spreadsheetml.sheet",
    "odt": f"{_ODF}text",
    "ods": f"{_ODF}spreadsheet",
}


def check_pdf(data: bytes) -> Content:
    """A PDF without properties, scripts and files inside (`cleaning.pdf`), or as it came where it is digitally signed.

    It begins with its mark, is whole to its end mark, and carries no archive. Raises FileRefused: damaged, polyglot,
    encrypted, portfolio, too_complex.
    """
    if not re.match(rb"%PDF-[12]\.\d", data) or not re.search(rb"%%EOF\s*\Z", data[-1024:]):
        raise FileRefused("damaged")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused("polyglot")
    return _cleaned("pdf", data)


def check_office(data: bytes) -> Content:
    """A Word, Excel or OpenDocument file without properties (`cleaning.office`): known parts of a sound archive.

    Raises FileRefused: damaged, polyglot, archive_bomb, macros, embedded, external, encrypted, not_accepted,
    too_complex.
    """
    return _cleaned("office", data)


def _cleaned(kind: str, data: bytes) -> Content:
    with _CLEANING:
        written = _run(kind, data)
    head, _line, kept = written.partition(b"\n")
    outcome = json.loads(head)
    if "refused" in outcome:
        raise FileRefused(outcome["refused"])
    said = {Note(code) for code in outcome["said"]}
    if Note.SIGNED not in said:
        said.add(Note.PROPERTIES_REMOVED)
    extension = outcome["extension"]
    notes = tuple(note for note in Note if note in said)
    return Content(Kind.DOCUMENT, _CONTENT_TYPES[extension], extension, kept, notes)


def _run(kind: str, data: bytes) -> bytes:
    """What the process writes. It is given none of our environment, for that holds every secret.

    Raises FileRefused: too_complex, when it needs more memory or time than it has or dies of the document.
    """
    command = [sys.executable, "-B", "-E", "-s", "-m", "workflows.cleaning", kind]
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=_HOUSE,
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        # From None: the error holds what was written of the document.
        raise FileRefused("too_complex") from None
    return done.stdout
