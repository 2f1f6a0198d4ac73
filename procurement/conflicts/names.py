"""Names of people as registers write them: without titles, in parts, and as they sound. Pure.

All of this only helps to find a name again: two people may have one name, and one person two.
"""

import re
import unicodedata
from functools import lru_cache

# Titles and ranks before a name, as registers write them or leave them out.
_TITLES = (
    "นางสาว", "นาง", "นาย", "น.ส.", "คุณหญิง", "คุณ", "ดร.", "ศาสตราจารย์", "รองศาสตราจารย์", "ผู้ช่วยศาสตราจารย์",
    "ศ.", "รศ.", "ผศ.", "นพ.", "พญ.", "ทพ.", "ทพญ.", "ภก.", "ภญ.", "สพ.ญ.", "น.สพ.", "ม.ร.ว.", "ม.ล.",
    "หม่อมราชวงศ์", "หม่อมหลวง", "เด็กชาย", "เด็กหญิง", "ด.ช.", "ด.ญ.", "ว่าที่",
    "ร้อยตรี", "ร้อยโท", "ร้อยเอก", "พันตรี", "พันโท", "พันเอก", "พลตรี", "พลโท", "พลเอก",
    "ร้อยตำรวจตรี", "ร้อยตำรวจโท", "ร้อยตำรวจเอก", "พันตำรวจตรี", "พันตำรวจโท", "พันตำรวจเอก",
    "พลตำรวจตรี", "พลตำรวจโท", "พลตำรวจเอก", "สิบตรี", "สิบโท", "สิบเอก",
    "จ่าสิบตรี", "จ่าสิบโท", "จ่าสิบเอก", "สิบตำรวจตรี", "สิบตำรวจโท", "สิบตำรวจเอก", "ดาบตำรวจ",
    "เรือตรี", "เรือโท", "เรือเอก", "นาวาตรี", "นาวาโท", "นาวาเอก",
    "เรืออากาศตรี", "เรืออากาศโท", "เรืออากาศเอก", "นาวาอากาศตรี", "นาวาอากาศโท", "นาวาอากาศเอก",
    "ร.ต.ต.", "ร.ต.ท.", "ร.ต.อ.", "พ.ต.ต.", "พ.ต.ท.", "พ.ต.อ.", "ร.ต.", "ร.ท.", "ร.อ.", "พ.ต.", "พ.ท.", "พ.อ.",
    "พล.ต.ต.", "พล.ต.ท.", "พล.ต.อ.", "พล.ต.", "พล.ท.", "พล.อ.", "น.ต.", "น.ท.", "น.อ.",
    "ส.ต.ต.", "ส.ต.ท.", "ส.ต.อ.", "จ.ส.ต.", "จ.ส.ท.", "จ.ส.อ.", "ส.ต.", "ส.ท.", "ส.อ.", "ด.ต.", "หญิง",
    "mr.", "mrs.", "ms.", "miss", "dr.",
)  # fmt: skip
_VOWEL = "[\u0e30-\u0e3a\u0e47-\u0e4e]"
# The longest first; never before a vowel or a mark, for then the letters are a part of the name itself (นายิกา).
_TITLE = re.compile(f"(?:{'|'.join(map(re.escape, sorted(_TITLES, key=len, reverse=True)))})(?!{_VOWEL})")
_OF_WOMEN = {"", "นาง", "นางสาว", "น.ส.", "เด็กหญิง", "ด.ญ."}
_LATIN_TITLE = re.compile(r"(?:mrs?|ms|dr)\s+")
# "ร้านสมมุติพาณิชย์ โดย นางสาว ก": the person behind the sign of a shop.
_BY = re.compile(r"^.*\sโดย\s*")
_IN_BRACKETS = re.compile(r"\([^)]*\)?")


def _composed(text: str) -> str:
    """One form for what looks the same: NFC leaves nikhahit with sara aa, and two sara e for sara ae, as they are."""
    shown = "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return unicodedata.normalize("NFC", shown).casefold().replace("\u0e4d\u0e32", "\u0e33").replace("เเ", "แ")


def folded(name: str) -> str:
    """A name without its titles, spaces and invisible characters, so that two ways to write it are equal.

    For finding only: two people may have one name, and one person two. A name that is nothing but a title gives "".
    """
    shown = "".join(letter for letter in _composed(name) if unicodedata.category(letter)[0] not in "CZ")
    return _without_titles(_composed(shown))


def _without_titles(text: str) -> str:
    while (title := _TITLE.match(text)) is not None:
        text = text[title.end() :]
    return text


def parts_of(name: str) -> tuple[str, str]:
    """First name and surname without titles; ("...", "") where there is one word only.

    Of more than two words a surname begins at its particle or clan (ณ, แซ่, บิน) or is the last; middle names, which most
    registers leave out, are left out.
    """
    text = _IN_BRACKETS.sub(" ", _composed(name).replace(",", " "))
    text = _BY.sub("", " ".join(text.split()))
    text = re.sub(r"\.\s+", ".", text)
    text = re.sub(r"^นาง\s+สาว(?=\s)", "นางสาว", text)
    last = ""
    while (title := _TITLE.match(text) or _LATIN_TITLE.match(text)) is not None:
        # หญิง is the end of a rank and a first name: before a surname and after no rank it is the name.
        if last in _OF_WOMEN and re.fullmatch(r"หญิง \S+", text):
            break
        last, text = title.group(), text[title.end() :].lstrip(" .")
    words = [word for word in map(_letters, text.split()) if word]
    if len(words) < 2:
        return (words[0] if words else "", "")
    return words[0], "".join(words[_surname_at(words) :])


def _letters(word: str) -> str:
    return _composed("".join(letter for letter in word if unicodedata.category(letter)[0] in "LMN"))


def _surname_at(words: list[str]) -> int:
    for place, word in enumerate(words[1:], start=1):
        if word == "ณ":
            # สมมุติ ณ แดนไกล has the family before the particle; a first name alone has none.
            return max(1, place - 1)
        if word in {"แซ่", "บิน", "บินติ"}:
            return place
    return len(words) - 1


_SILENCED = re.compile("(?:จน|มณ|ณฑ|ทร|ตร|[ก-ฮ])[\u0e34-\u0e39]?\u0e4c")
_UNSOUNDED = re.compile("[\u0e2f\u0e30\u0e3a\u0e46-\u0e4e]")
_ONE_LETTER = str.maketrans(
    {letter: sound for sound, letters in (
        ("ค", "ขฃฅฆ"), ("ช", "ฉฌ"), ("ส", "ศษซ"), ("ด", "ฎ"), ("ต", "ฏ"), ("ท", "ฐฑฒถธ"), ("น", "ณ"), ("พ", "ผภ"),
        ("ฟ", "ฝ"), ("ล", "ฬ"), ("ห", "ฮ"), ("ไ", "ใ"),
        ("\u0e34", "\u0e35"), ("\u0e36", "\u0e37"), ("\u0e38", "\u0e39"),
    ) for letter in letters}
)  # fmt: skip


@lru_cache(maxsize=200_000)
def sounded(text: str) -> str:
    """A folded Thai text as it is heard: what two writers of one name spell differently is made equal.

    Silenced letters (การันต์), tone marks and the short a go; letters of one sound are one (ศ ษ ส, ณ น, ญ ย, ถ ท ธ),
    long vowels are short; รร, ฤ, ำ and ใ are spelled out; doubled letters are single. Another script stays as it is.
    """
    text = _SILENCED.sub("", text)
    text = re.sub("รร(?=[ก-ฮ](?![\u0e30-\u0e39]))", "\u0e31", text).replace("รร", "\u0e31น")
    text = _UNSOUNDED.sub("", text)
    text = text.replace("\u0e33", "\u0e31ม").replace("ฤ", "ริ")
    text = re.sub("(?:^|(?<=[\u0e40-\u0e44]))ญ|ญ(?=[\u0e31-\u0e39])", "ย", text).replace("ญ", "น")
    text = text.translate(_ONE_LETTER)
    text = re.sub("ไ([ก-ฮ])ย", r"ไ\1", text)
    text = re.sub("([ก-ฮ])\u0e31ย", r"ไ\1", text)
    return re.sub(r"(.)\1+", r"\1", text)
