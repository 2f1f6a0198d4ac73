"""Keys by which names are found that sound alike: the soundex codes of PyThaiNLP, and consonants in one alphabet."""

import os
import re
from functools import lru_cache

from .names import sounded

# The package would otherwise make a folder in the user's home when it is imported, and fail where there is none. What
# is used of it reads and fetches nothing.
if "PYTHAINLP_READ_MODE" not in os.environ:
    os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")

from pythainlp.soundex import lk82, metasound, prayut_and_somchaip, udom83

_THAI = re.compile("[ก-๛]")
_LATIN = re.compile("[a-z]")

# Consonants in Latin letters: one letter for those that romanisations do not keep apart (จ ช ฉ: ch, j). Q stands for ง.
_CONSONANTS = str.maketrans(
    {letter: sound for sound, letters in (
        ("K", "กค"), ("Q", "ง"), ("C", "จช"), ("S", "ส"), ("T", "ดตท"), ("N", "น"), ("P", "บปพ"), ("F", "ฟ"),
        ("M", "ม"),
        ("Y", "ย"), ("R", "รล"), ("W", "ว"), ("H", "ห"),
    ) for letter in letters}
)  # fmt: skip
_SPELLED = (
    (re.compile("ng"), "q"), (re.compile("ch|sh|j"), "c_"), (re.compile("x"), "ks"),
    (re.compile("c(?!_)|g|q(?=u)"), "k"),
    # r colours a vowel (Somporn); h after a consonant only says that it is aspirated (Phon).
    (re.compile("(?<=[aeiou])r(?![aeiouy])"), ""), (re.compile("(?<=[a-z])h"), ""),
    (re.compile("d"), "t"), (re.compile("b"), "p"), (re.compile("v"), "w"), (re.compile("z"), "s"),
    (re.compile("l"), "r"),
    (re.compile("[^cfhkmnpqrstwy]"), ""),
)  # fmt: skip
# At the end of a Thai word only some sounds are heard, and its romanisation writes one or the other letter.
_LAST = {"R": "N", "C": "T", "S": "T", "F": "P"}


def is_thai(text: str) -> bool:
    """Whether a text is written in Thai letters without a Latin one."""
    return _LATIN.search(text) is None


@lru_cache(maxsize=200_000)
def skeleton(part: str) -> str:
    """The consonants of a folded first name or surname in capital Latin letters, the same from either script.

    Vowels are left out, and so are semivowels after the first letter, for romanisations write them as vowels.
    """
    if _THAI.search(part):
        text = sounded(part)
        text = re.sub("ห(?=[งนมยรลว])", "", text).translate(_CONSONANTS).replace("\u0e31ม", "M")
        text = re.sub("[^A-Z]", "", text)
    else:
        text = part
        for written, heard in _SPELLED:
            text = written.sub(heard, text)
        text = text.upper()
    text = text[:1] + re.sub("[WYH]", "", text[1:])
    text = re.sub(r"(.)\1+", r"\1", text)
    return text[:-1] + _LAST.get(text[-1], text[-1]) if len(text) > 1 else text


@lru_cache(maxsize=200_000)
def keys_of(part: str) -> frozenset[str]:
    """Keys of a folded first name or surname; two that share one may be the same name.

    For Thai the codes LK82, Udom83 and MetaSound, each of which hears what another does not; for both scripts the
    code of Prayut and Somchaip for words that were carried from one to the other, taken over the consonants, as it
    codes Latin vowels but no Thai ones.
    """
    keys = {"x" + prayut_and_somchaip(letters, length=99)} if (letters := skeleton(part)) else set()
    if _THAI.search(part):
        heard = sounded(part)
        keys |= {"l" + lk82(part), "u" + udom83(part), "m" + metasound(part), "h" + lk82(heard)}
    return frozenset(keys)
