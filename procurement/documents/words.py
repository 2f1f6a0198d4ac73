"""Numbers and days as Thai official documents write them."""

from datetime import date
from decimal import Decimal

from organisations.formats import BUDDHIST_ERA, THAI_MONTHS_LONG

_DIGITS = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_MILLION = 1_000_000


def number_words(number: int) -> str:
    """A whole number in words: 121 is ``หนึ่งร้อยยี่สิบเอ็ด``, 0 is ``ศูนย์``. Raises ValueError below 0."""
    if number < 0:
        raise ValueError(f"no words for {number}")
    if number == 0:
        return _DIGITS[0]
    millions, rest = divmod(number, _MILLION)
    return (f"{number_words(millions)}ล้าน" if millions else "") + _below_a_million(rest, more=millions > 0)


def _below_a_million(number: int, *, more: bool) -> str:
    """more: something larger comes before, so that a last 1 is เอ็ด."""
    words = ""
    for place in range(len(_PLACES) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            continue
        if place == 1:
            words += {1: "", 2: "ยี่"}.get(digit, _DIGITS[digit]) + "สิบ"
        elif place == 0 and digit == 1 and (words or more):
            words += "เอ็ด"
        else:
            words += _DIGITS[digit] + _PLACES[place]
    return words


def baht_words(amount: Decimal) -> str:
    """An amount of baht in words, to the satang: ``หนึ่งล้านบาทถ้วน``, ``สองร้อยบาทห้าสิบสตางค์``.

    Raises ValueError for less than 0 or for a part of a satang.
    """
    satang = amount * 100
    if satang != satang.to_integral_value():
        raise ValueError(f"{amount} has a part of a satang")
    baht, rest = divmod(int(satang), 100)
    if not rest:
        return f"{number_words(baht)}บาทถ้วน"
    whole = f"{number_words(baht)}บาท" if baht else ""
    return f"{whole}{number_words(rest)}สตางค์"


def day_words(day: date) -> str:
    """``5 มกราคม 2569``, whatever the language of the page."""
    return f"{day.day} {THAI_MONTHS_LONG[day.month - 1]} {day.year + BUDDHIST_ERA}"
