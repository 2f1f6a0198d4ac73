"""How dates, times, money and counts are written, in the language and the numerals the reader chose.

Pages use these through `templatetags/sodsong.py`; letters, sheets and notices call them directly.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

from asgiref.local import Local
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

THAI_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
THAI_MONTHS_LONG = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_LONG = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
BUDDHIST_ERA = 543

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
# Follows the request across threads, as the active language does.
_active = Local()
# Vowels that are written before the letter they belong to.
_LEADING = "เแโใไ"


def activate_thai_numerals(wanted: bool) -> None:
    """Choose the numerals for what is written from here on in this request: Thai where `wanted`, else Arabic."""
    _active.thai_numerals = wanted


def thai_numerals_active() -> bool:
    """Whether the reader asked for Thai numerals. Nobody has until `activate_thai_numerals(True)`."""
    return getattr(_active, "thai_numerals", False)


@contextmanager
def thai_numerals(wanted: bool) -> Iterator[None]:
    """Write with Thai (or Arabic) numerals inside the block, for instance in one letter."""
    before = thai_numerals_active()
    activate_thai_numerals(wanted)
    try:
        yield
    finally:
        activate_thai_numerals(before)


def _thai() -> bool:
    return (get_language() or "th").startswith("th")


def arabic(text: str) -> str:
    """The text with every Thai digit in Arabic, as numbers are read and as what is hashed is written."""
    return text.translate(_TO_ARABIC)


def digits(text: object) -> str:
    """The text with its digits in the numerals the reader chose."""
    return str(text).translate(_TO_THAI) if thai_numerals_active() else str(text)


def beginning(text: str, most: int) -> str:
    """`text`, of at most `most` characters: where it is cut it ends with "…", and no letter loses its vowel or tone
    mark nor a vowel its letter."""
    if len(text) <= most:
        return text
    end = most - 1
    while end and (unicodedata.category(text[end]) == "Mn" or text[end - 1] in _LEADING or text[end - 1].isspace()):
        end -= 1
    return f"{text[:end]}…"


def write_date(day: date, *, long: bool = False) -> str:
    """A day as people write it.

    In: a date, or a point in time (its day in Bangkok); `long` for the month in full. Out: `20 พ.ย. 2569` in Thai, in
    the Buddhist Era; `20 Nov 2026` in English.
    """
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    if _thai():
        months, year = THAI_MONTHS_LONG if long else THAI_MONTHS, day.year + BUDDHIST_ERA
    else:
        months, year = MONTHS_LONG if long else MONTHS, day.year
    return digits(f"{day.day} {months[day.month - 1]} {year}")


def write_month(day: date) -> str:
    """The month in which a day lies: `พฤศจิกายน 2569`, in the Buddhist Era; `November 2026` in English."""
    return write_date(day.replace(day=1), long=True).split(" ", 1)[1]


def write_year(year: int) -> str:
    """A calendar year (C.E.) as people name it: `พ.ศ. 2569` in Thai, `2026` in English."""
    return digits(f"พ.ศ. {year + BUDDHIST_ERA}" if _thai() else year)


def write_time(moment: datetime) -> str:
    """The time of day in Bangkok, 24 hours: `14:05 น.` in Thai, `14:05` in English."""
    if timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    clock = digits(f"{moment:%H:%M}")
    return f"{clock} น." if _thai() else clock


def write_moment(moment: datetime) -> str:
    """Day and time in Bangkok: `20 พ.ย. 2569 14:05 น.`, or `20 Nov 2026, 14:05`."""
    return f"{write_date(moment)}{' ' if _thai() else ', '}{write_time(moment)}"


def write_due(due: date, today: date) -> str:
    """How far a due date is from today, in calendar days: `อีก 3 วัน`, `วันนี้`, `เกิน 2 วัน`."""
    days = (due - today).days
    if days == 0:
        return _("today")
    if days > 0:
        return digits(ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days})
    return digits(ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days})


def write_ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago something happened, in the largest unit that still says something: `2 นาทีที่แล้ว`, `3 วันที่แล้ว`."""
    seconds = max(timedelta(0), (now or timezone.now()) - moment).total_seconds()
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if days:
        text = ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    elif hours:
        text = ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    elif minutes:
        text = ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    else:
        text = _("just now")
    return digits(text)


def write_number(value: int | float | Decimal, places: int = 0) -> str:
    """A number with commas: `1,234` or, with `places` decimals, `1,234.50`."""
    return digits(f"{value:,.{places}f}")


def write_baht(amount: int | Decimal) -> str:
    """An amount of money in baht: `1,234.00 บาท`, `1,234.00 baht`."""
    return f"{write_number(Decimal(amount), 2)} {'บาท' if _thai() else 'baht'}"


def write_share(share: float | Decimal, places: int = 2) -> str:
    """A share from 0 to 1 as a percentage: `85.99%`."""
    return f"{write_number(Decimal(str(share)) * 100, places)}%"
