"""What a file is, by its content: one checker per kind, each strict, for a file may pretend to be another.

A checker takes the bytes and gives the bytes to keep: pictures are drawn anew, documents written anew, recordings and
texts cut to what they need. What a user named the file is of no interest here: `workflows.files` is the door.
"""

from workflows.contents.base import SENTENCES, Content, FileRefused, Kind, Note
from workflows.contents.documents import check_office, check_pdf
from workflows.contents.pictures import check_image
from workflows.contents.recordings import check_iso_media, check_mp3
from workflows.contents.text import check_text

__all__ = [
    "SENTENCES",
    "Content",
    "FileRefused",
    "Kind",
    "Note",
    "check_image",
    "check_iso_media",
    "check_mp3",
    "check_office",
    "check_pdf",
    "check_text",
]
