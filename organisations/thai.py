"""Small rules of the Thai script that the database cannot apply without an extension."""

import re

_LEADING_VOWEL = re.compile("([เ-ไ])([ก-ฮ])")
_MARKS = re.compile("[็-๎]")


def sort_key(text: str) -> str:
    """The key by which PostgreSQL's plain byte order gives the dictionary order of Thai.

    In: a Thai or mixed text. Out: the text with each leading vowel moved behind its consonant and the tone marks put
    at the end, where they decide only between words that are otherwise equal (พจนานุกรมฉบับราชบัณฑิตยสถาน).
    """
    swapped = _LEADING_VOWEL.sub(r"\2\1", text.strip().casefold())
    return f"{_MARKS.sub('', swapped)}\x01{''.join(_MARKS.findall(swapped))}"[:400]
