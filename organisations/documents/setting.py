"""How a text of a document is set: made safe for one line, kept whole where a line must not break, in its numerals."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_BREAK, _TIE = "\u200b", "\u2060"
# Joiners and breaks of words. Whatever else hides in a line or turns its direction has no business in a document.
_KEPT_FORMATS = {_BREAK, "\u200c", "\u200d"}
# Runs that no rule of a language lets break: foreign letters, and Thai ones without a vowel.
_LONG_RUN = re.compile(r"[^\s\u0e00-\u0e7f\u200b]{16,}|[\u0e01-\u0e2e]{25,}")
_LONGEST_TIED = 40
# What breaks Thai lines guesses the words, and is wrong with these, which stand in every other order, and with the
# names of places behind them (ตำ|บล, นครพน|ม). A no-break space would not help: beside Thai letters it breaks too.
_PLACES = "ตำบล|อำเภอ|จังหวัด|เทศบาล|กระทรวง"
_WORDS = f"(?:{_PLACES})[\u0e01-\u0e4e]{{0,22}}(?![\u0e01-\u0e4e])|{_PLACES}|สำนักงาน|พนักงาน|อิเล็กทรอนิกส์"
_WHOLE = re.compile(rf"{_TIE}([^{_TIE}]*){_TIE}|(พ\.ศ\. [0-9๐-๙]{{4}}|{_WORDS})")
_PART_OF_NAME = re.compile("[\u0e01-\u0e4e.]{2,24}")


@dataclass(frozen=True)
class Run:
    """A part of a text. tied: it stays on one line."""

    text: str
    tied: bool = False


def cleaned(value: Any) -> Any:
    """A content with every text in it fit to be set: see `clean`."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {name: cleaned(inner) for name, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value


def clean(text: str) -> str:
    """One line without control characters; where a run of letters would not break by itself, made so that it may."""
    shown = "".join(
        letter if letter in _KEPT_FORMATS or unicodedata.category(letter)[0] != "C" else " "
        for letter in unicodedata.normalize("NFC", text)
    )
    return _LONG_RUN.sub(lambda run: _BREAK.join(run.group()), " ".join(shown.split()))


def tied(text: str) -> str:
    """A text that stays on one line, unless it is too long for that."""
    return f"{_TIE}{text}{_TIE}" if 0 < len(text) <= _LONGEST_TIED else text


def tied_name(name: str) -> str:
    """The name of a person, which breaks between its parts only."""
    return " ".join(tied(part) if _PART_OF_NAME.fullmatch(part) else part for part in name.split(" "))


def runs(text: str) -> Iterator[Run]:
    """The parts of a text, for the template: what is tied apart from the rest."""
    place = 0
    for found in _WHOLE.finditer(text):
        if found.start() > place:
            yield Run(text[place : found.start()])
        yield Run(found.group(1) or found.group(2), tied=True)
        place = found.end()
    if place < len(text):
        yield Run(text[place:])


def plain(text: str) -> str:
    """The text without the marks of this module."""
    return text.replace(_TIE, "").replace(_BREAK, "")
