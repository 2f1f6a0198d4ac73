"""Cells of Thai procurement data: money, days, tax numbers, project numbers and places as exports write them.

Pure functions from text to a value. Every one gives None (or "") for a cell that says nothing (`-`, `N/A`, empty),
never 0, and raises `UnreadableError` for a cell that says something nobody can be sure about.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from organisations.calendar import BUDDHIST_ERA
from organisations.formats import MONTHS, MONTHS_LONG, THAI_MONTHS, THAI_MONTHS_LONG, arabic
from procurement.actions.suppliers import check_digit_holds

SHOWN_CHARS = 40
# What the database holds: 15 digits, two of them satang.
MONEY_DIGITS = 13
SATANG = Decimal("0.01")
# Public procurement data does not begin before; a day outside is another era or a slip.
YEARS = range(1990, 2100)
# Years from here on are of the Buddhist Era.
FIRST_BE_YEAR = 2400
# The land and sea of Thailand, in degrees (WGS 84).
LONGITUDES = (Decimal("97.3"), Decimal("105.7"))
LATITUDES = (Decimal("5.6"), Decimal("20.5"))
MICRODEGREE = Decimal("0.000001")

_NOTHING = frozenset({
    "", "-", "--", "–", "—", ".", "n/a", "#n/a", "na", "nan", "none", "null", "nil", "ไม่มี", "ไม่ระบุ", "ไม่มีข้อมูล",
    "0000-00-00", "0000-00-00 00:00:00",
})  # fmt: skip
# Controls, what has no width or turns the direction, and halves of letters that no database takes.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_CURRENCY = re.compile(r"^(?:฿|thb|บาท)\s*|\s*(?:฿|thb|baht|บาท(?:ถ้วน)?|\.-|/-)$", re.IGNORECASE)
_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?")
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)")
_SHORT_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?: [\d:.]+)?")
_NAMED_DAY = re.compile(r"(\d{1,2})[ \-/]*([^\d\s\-/]+)[ \-/]*(?:พ\.?ศ\.? ?)?(\d{4}|\d{2})")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?e\+?(\d+)", re.IGNORECASE)
_WKT = re.compile(
    r"(?:srid=\d+; ?)?(?:multi)?(?:point|linestring|polygon) ?(?:z|m|zm)? ?"
    r"(?:(?P<empty>empty)|[( ]+(?P<x>[-+\d.e]+) +(?P<y>[-+\d.e]+)[^a-z]*)",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?P<x>[-+\d.]+) ?, ?(?P<y>[-+\d.]+)")
_TIN = re.compile(r"\d{13}")
_MASKED_TIN = re.compile(r"(?=.{13}$)\d+x+\d*", re.IGNORECASE)
_BANGKOK = ZoneInfo("Asia/Bangkok")


class UnreadableError(ValueError):
    """A cell says something that cannot be read. `sentence(column)` says so, without a full stop."""

    def __init__(self, template: str, text: str) -> None:
        """template: translated, with %(column)s and %(value)s."""
        super().__init__(text)
        self._template, self._text = template, text

    def sentence(self, column: str) -> str:
        """For the person who mends the cell; column: as he knows it."""
        return self._template % {"column": column, "value": shown(self._text)}


@dataclass(frozen=True)
class TaxNumber:
    """A tax number of 13 signs, or "" for none. masked: the source hides some of its digits. remark: what to look at
    (the check digit is wrong, a zero was put back), with %(column)s in it, or ""."""

    number: str = ""
    masked: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Place:
    """Degrees, WGS 84. swapped: the source had them the other way round."""

    longitude: Decimal
    latitude: Decimal
    swapped: bool = False


def clean(text: str) -> str:
    """One line of NFC text without what cannot be seen: no control characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", _UNWANTED.sub("", text)).split())


def shown(text: str) -> str:
    """A value short enough to stand in a sentence."""
    text = clean(text)
    return text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 1]}…"


def plain_name(name: str) -> str:
    """A name for comparison: single spaces, no case."""
    return clean(name).casefold()


def says_nothing(text: str) -> bool:
    """Whether a cell is empty or holds a sign for nothing."""
    return clean(text).casefold() in _NOTHING


def words(text: str) -> str:
    """The text of a cell, "" for nothing."""
    return "" if says_nothing(text) else clean(text)


def money(text: str) -> Decimal | None:
    """Baht, to the satang: `1,234.50`, `๑,๒๓๔ บาท`, `1 234`, `฿1234`. Decimals beyond the satang are rounded (an export
    through a computer's floating point has them). Raises UnreadableError; less than nothing is no amount either."""
    if says_nothing(text):
        return None
    plain = arabic(clean(text))
    plain = _CURRENCY.sub("", _CURRENCY.sub("", plain)).strip()
    plain = re.sub(r" ?, ?", ",", plain)
    if not _AMOUNT.fullmatch(plain):
        raise UnreadableError(_("%(column)s %(value)s is no amount of money"), text)
    amount = Decimal(plain.replace(",", "").replace(" ", ""))
    # Before it is rounded: more digits than a Decimal works with would end in an error of its own.
    if amount >= 10**MONEY_DIGITS or (amount := amount.quantize(SATANG, ROUND_HALF_UP)) >= 10**MONEY_DIGITS:
        raise UnreadableError(_("%(column)s %(value)s is more than an amount can be"), text)
    return amount


def share(text: str) -> Decimal | None:
    """A share in percent, 0 to 100: `25`, `25.5%`, `ร้อยละ 25`. Raises UnreadableError."""
    if says_nothing(text):
        return None
    plain = re.sub(r"^ร้อยละ ?| ?%$", "", arabic(clean(text)))
    if not re.fullmatch(r"\d{1,3}(?:\.\d+)?", plain) or Decimal(plain) > 100:
        raise UnreadableError(_("%(column)s %(value)s is no share from 0 to 100 percent"), text)
    return Decimal(plain).quantize(Decimal("0.001"), ROUND_HALF_UP)


def day(text: str) -> date | None:
    """A day: `20 พ.ย. 68`, `20 พฤศจิกายน 2568`, `2025-11-20`, `20/11/2568`, `20/11/2025`, `20 Nov 2025`.

    Years from 2400 on, and all of two digits, are of the Buddhist Era. A moment with a zone gives its day in Bangkok.
    Raises UnreadableError, also for a day that does not exist and for years outside 1990 to 2099.
    """
    if says_nothing(text):
        return None
    plain = arabic(clean(text))
    try:
        found = _day(plain)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.year not in YEARS:
        raise UnreadableError(_("%(column)s %(value)s is no day"), text)
    return found


def fiscal_year(text: str) -> int | None:
    """A fiscal year in the Buddhist Era: `2565`, `๒๕๖๕`, `65`; `2022` is taken as of the Common Era. Raises
    UnreadableError."""
    if says_nothing(text):
        return None
    plain = arabic(clean(text)).removesuffix(".0")
    year = _christian_year(plain) if re.fullmatch(r"\d{4}|\d{2}", plain) else 0
    if year not in YEARS:
        raise UnreadableError(_("%(column)s %(value)s is no fiscal year"), text)
    return year + BUDDHIST_ERA


def project_number(text: str) -> str:
    """The number of an e-GP project: digits only. "" for none.

    A sheet may have written it in scientific notation: with all its digits it is read, with some of them lost it is
    not (`6.41273E+10`). Raises UnreadableError.
    """
    if says_nothing(text):
        return ""
    plain = re.sub(r"[\s']", "", arabic(clean(text)))
    if found := _SCIENTIFIC.fullmatch(plain):
        first, rest, power = found[1], found[2] or "", int(found[3])
        if len(rest) != power:
            raise UnreadableError(_("%(column)s %(value)s has lost digits: a sheet wrote it as a rounded number"), text)
        plain = first + rest
    plain = re.sub(r"\.0+$", "", plain)
    if not re.fullmatch(r"\d{6,20}", plain):
        raise UnreadableError(_("%(column)s %(value)s is no project number"), text)
    return plain


def tax_number(text: str) -> TaxNumber:
    """A tax number of 13 digits, also masked (`130990115xxxx`) or after a sheet took its leading zero away.

    A wrong check digit is a remark, for sources have it wrong. Raises UnreadableError where digits are lost.
    """
    if says_nothing(text):
        return TaxNumber()
    plain = re.sub(r"[\s'\-]", "", arabic(clean(text)))
    if _SCIENTIFIC.fullmatch(plain):
        raise UnreadableError(_("%(column)s %(value)s has lost digits: a sheet wrote it as a rounded number"), text)
    plain = re.sub(r"\.0+$", "", plain).replace("*", "x").lower()
    if _MASKED_TIN.fullmatch(plain):
        return TaxNumber(plain, masked=True)
    if len(plain) == 12 and plain.isascii() and plain.isdigit() and check_digit_holds(f"0{plain}"):
        return TaxNumber(f"0{plain}", remark=_("%(column)s had lost its leading zero, which was put back"))
    if not _TIN.fullmatch(plain):
        raise UnreadableError(_("%(column)s %(value)s is no tax number of 13 digits"), text)
    holds = check_digit_holds(plain)
    return TaxNumber(plain, remark="" if holds else _("%(column)s has a wrong check digit; it was taken as it stands"))


def place(text: str) -> Place | None:
    """The first point of a WKT text (`POINT(lon lat)`, MULTIPOINT, LINESTRING, POLYGON) or of a pair `lon, lat`.

    Latitude before longitude is recognised, as the two do not overlap in Thailand. Raises UnreadableError, also for a
    place outside Thailand.
    """
    if says_nothing(text):
        return None
    plain = arabic(clean(text))
    found = _WKT.match(plain) or _PAIR.fullmatch(plain)
    if found is None:
        raise UnreadableError(_("%(column)s %(value)s is no place"), text)
    if found.groupdict().get("empty"):
        return None
    try:
        x, y = Decimal(found["x"]), Decimal(found["y"])
    except InvalidOperation:
        raise UnreadableError(_("%(column)s %(value)s is no place"), text) from None
    if _in_thailand(x, y):
        return Place(x.quantize(MICRODEGREE), y.quantize(MICRODEGREE))
    if _in_thailand(y, x):
        return Place(y.quantize(MICRODEGREE), x.quantize(MICRODEGREE), swapped=True)
    raise UnreadableError(_("%(column)s %(value)s lies outside Thailand"), text)


def _in_thailand(longitude: Decimal, latitude: Decimal) -> bool:
    # A NaN compares with nothing; is_finite() first.
    return (
        longitude.is_finite()
        and latitude.is_finite()
        and LONGITUDES[0] <= longitude <= LONGITUDES[1]
        and LATITUDES[0] <= latitude <= LATITUDES[1]
    )


def _christian_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        return year + 2500 - BUDDHIST_ERA
    return year - BUDDHIST_ERA if year >= FIRST_BE_YEAR else year


def _day(plain: str) -> date | None:
    if _ZONED.fullmatch(plain):
        return datetime.fromisoformat(plain).astimezone(_BANGKOK).date()
    if found := _ISO_DAY.fullmatch(plain):
        return date(_christian_year(found[1]), int(found[2]), int(found[3]))
    if found := _SHORT_DAY.fullmatch(plain):
        return date(_christian_year(found[3]), int(found[2]), int(found[1]))
    if found := _NAMED_DAY.fullmatch(plain):
        month = _MONTHS.get(found[2].replace(".", "").casefold())
        return date(_christian_year(found[3]), month, int(found[1])) if month else None
    return None


_MONTHS = {
    name.replace(".", "").casefold(): number
    for names in (THAI_MONTHS, THAI_MONTHS_LONG, MONTHS, MONTHS_LONG)
    for number, name in enumerate(names, start=1)
}
