"""What came of cleaning a document."""

from dataclasses import dataclass, field

PARTS_REMOVED = "parts_removed"
SIGNATURE_REMOVED = "signature_removed"
SIGNED = "signed"
"""Codes of what has to be said of a document; each is a value of `workflows.contents.Note`."""


class Unfit(Exception):
    """A document that is not taken. `code`: why, as in `workflows.contents.base.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Cleaned:
    """The bytes to keep. extension: what the document is by its content. said: what has to be said of it, sorted."""

    data: bytes = field(repr=False)
    extension: str
    said: tuple[str, ...] = ()
