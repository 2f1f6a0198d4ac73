"""The Traffy Fondue open-data export: one row a report.

A reader of rows, not of files: `parse()` turns the cells of one record into a `TraffyReport` or says what is wrong
with it.
Nothing here knows the database; how states and types map to ours is decided in `mapping`.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from workflows.importing.reading import BadRowError

NAME = "traffy"
COLUMNS = (
    "ticket_id",
    "type",
    "organization",
    "comment",
    "coords",
    "photo",
    "photo_after",
    "address",
    "subdistrict",
    "district",
    "province",
    "timestamp",
    "state",
    "star",
    "count_reopen",
    "last_activity",
)
# What the database holds of each; a longer value is no value of this export.
LIMITS = {
    "ticket_id": 40,
    "photo": 500,
    "photo_after": 500,
    "address": 500,
    "subdistrict": 100,
    "district": 100,
    "province": 100,
    "state": 200,
}
MAX_TYPE_CHARS = 200
MAX_COUNT_DIGITS = 4
SHOWN_CHARS = 40
# 90 of 600 real rows carry a last_activity up to 0.07 s *before* their timestamp: two clocks of one insert, no error.
CLOCK_SKEW = timedelta(minutes=1)
# Traffy Fondue began in 2018; anything earlier is a default value or a year in another era.
EARLIEST = datetime(2018, 1, 1, tzinfo=UTC)
# The land and sea of Thailand, in degrees (WGS 84).
LONGITUDES = (Decimal("97.3"), Decimal("105.7"))
LATITUDES = (Decimal("5.6"), Decimal("20.5"))

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?")
_ZONE = re.compile(r"(Z|[+-]\d\d(:?\d\d)?)$")
_NUMBER = re.compile(r"[^\s\x00-\x1f\x7f]+")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x1f\x7f]+")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\xa0"


@dataclass(frozen=True)
class TraffyReport:
    """One report. Times are aware; longitude and latitude in degrees (WGS 84), or both None; star 1-5 or None."""

    number: str
    types: tuple[str, ...]
    organisations: tuple[str, ...]
    comment: str
    longitude: Decimal | None
    latitude: Decimal | None
    photo: str
    photo_after: str
    address: str
    subdistrict: str
    district: str
    province: str
    reported_at: datetime
    state: str
    star: int | None
    reopened: int
    last_activity: datetime


def parse(values: dict[str, str], *, now: datetime, fault: str = "") -> TraffyReport:
    """Turn the cells of one record into a report.

    In: cells by column name; the present time (a report from the future is an impossible date); and why the cells
    cannot be trusted at all, where the reader of the file found that.
    Raises BadRowError with *every* reason, so that a person mends the row once.
    """
    if fault:
        raise BadRowError([fault])
    row = _Row({column: _clean(values.get(column, "")) for column in COLUMNS})
    row.check_lengths()
    longitude, latitude = row.coordinates()
    reported_at = row.moment("timestamp", now)
    last_activity = row.moment("last_activity", now)
    if reported_at and last_activity:
        if last_activity < reported_at - CLOCK_SKEW:
            row.reasons.append(
                _("last_activity (%(last)s) is before timestamp (%(first)s)")
                % {"last": row.cells["last_activity"], "first": row.cells["timestamp"]}
            )
        last_activity = max(last_activity, reported_at)
    report = TraffyReport(
        number=row.number(),
        types=row.types(),
        organisations=tuple(filter(None, (name.strip() for name in row.cells["organization"].split(",")))),
        comment=row.required("comment"),
        longitude=longitude,
        latitude=latitude,
        photo=row.address("photo"),
        photo_after=row.address("photo_after"),
        address=row.cells["address"],
        subdistrict=_without(row.cells["subdistrict"], "แขวง", "ตำบล", "ต."),
        district=_without(row.cells["district"], "เขต", "อำเภอ", "อ."),
        province=_province(row.cells["province"]),
        reported_at=reported_at or now,
        state=row.required("state"),
        star=row.star(),
        reopened=row.count("count_reopen"),
        last_activity=last_activity or now,
    )
    if row.reasons:
        raise BadRowError(row.reasons)
    return report


class _Row:
    """The cells of a record, and what was found wrong with them so far."""

    def __init__(self, cells: dict[str, str]) -> None:
        self.cells = cells
        self.reasons: list[str] = []

    def check_lengths(self) -> None:
        for column, limit in LIMITS.items():
            if len(self.cells[column]) > limit:
                self.reasons.append(
                    _("%(column)s is longer than %(limit)d characters") % {"column": column, "limit": limit}
                )

    def address(self, column: str) -> str:
        """A web address, which a page may offer as a link: nothing but http and https."""
        text = self.cells[column]
        if text and not _WEB_ADDRESS.fullmatch(text):
            self.reasons.append(
                _("%(column)s %(value)s is not a web address") % {"column": column, "value": _shown(text)}
            )
        return text

    def required(self, column: str) -> str:
        if not self.cells[column]:
            self.reasons.append(_("%(column)s is empty") % {"column": column})
        return self.cells[column]

    def number(self) -> str:
        number = self.required("ticket_id")
        if number and not _NUMBER.fullmatch(number):
            self.reasons.append(_("ticket_id %(value)s is not a ticket number") % {"value": _shown(number)})
        return number

    def types(self) -> tuple[str, ...]:
        """The members of a PostgreSQL array such as `{ถนน,"a, b"}`, in the order given, each once; `{}` has none."""
        text = self.cells["type"]
        if not (text.startswith("{") and text.endswith("}")):
            if text:
                self.reasons.append(_("type %(value)s is not a list in braces") % {"value": _shown(text)})
            return ()
        inner = text[1:-1].replace("\n", " ")
        try:
            members: list[str] | None = next(csv.reader([inner], escapechar="\\", doublequote=False, strict=True), [])
        except csv.Error:
            members = None
        if members is None or any(len(member) > MAX_TYPE_CHARS for member in members):
            self.reasons.append(_("type %(value)s is not a list in braces") % {"value": _shown(text)})
            return ()
        return tuple(dict.fromkeys(filter(None, (member.strip() for member in members))))

    def coordinates(self) -> tuple[Decimal | None, Decimal | None]:
        text = self.cells["coords"]
        if not text:
            return None, None
        try:
            longitude, latitude = (Decimal(part.strip()) for part in text.split(","))
        except (InvalidOperation, ValueError):
            self.reasons.append(_("coords %(value)s is not a longitude and a latitude") % {"value": _shown(text)})
            return None, None
        if _in_thailand(longitude, latitude):
            return longitude, latitude
        if _in_thailand(latitude, longitude):
            reason = _("coords %(value)s has latitude and longitude swapped")
        else:
            reason = _("coords %(value)s lies outside Thailand")
        self.reasons.append(reason % {"value": _shown(text)})
        return None, None

    def moment(self, column: str, now: datetime) -> datetime | None:
        text = self.required(column)
        if not text:
            return None
        zone = _ZONE.search(text, 11)
        if not _MOMENT.fullmatch(text[: zone.start()] if zone else text):
            self.reasons.append(
                _("%(column)s %(value)s is not a date and time like 2023-05-11 04:41:36+00")
                % {"column": column, "value": _shown(text)}
            )
            return None
        if not zone:
            self.reasons.append(_("%(column)s %(value)s has no time zone") % {"column": column, "value": text})
            return None
        try:
            # In UTC at once: near the year 1 or 9999 the zone alone overflows.
            moment = datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            self.reasons.append(_("%(column)s %(value)s is an impossible date") % {"column": column, "value": text})
            return None
        if moment > now + CLOCK_SKEW:
            self.reasons.append(_("%(column)s %(value)s lies in the future") % {"column": column, "value": text})
            return None
        if moment < EARLIEST:
            self.reasons.append(
                _("%(column)s %(value)s is before Traffy Fondue began") % {"column": column, "value": text}
            )
            return None
        return moment

    def star(self) -> int | None:
        text = self.cells["star"]
        if not text:
            return None
        if text not in {"1", "2", "3", "4", "5"}:
            self.reasons.append(_("star %(value)s is not a number from 1 to 5") % {"value": _shown(text)})
            return None
        return int(text)

    def count(self, column: str) -> int:
        text = self.cells[column] or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_COUNT_DIGITS):
            self.reasons.append(_("%(column)s %(value)s is not a count") % {"column": column, "value": _shown(text)})
            return 0
        return int(text)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().strip(_INVISIBLE).strip()


def _shown(text: str) -> str:
    """A value short enough to stand in a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 1]}…"


def _in_thailand(longitude: Decimal, latitude: Decimal) -> bool:
    # A NaN compares with nothing; is_finite() first.
    return (
        longitude.is_finite()
        and latitude.is_finite()
        and LONGITUDES[0] <= longitude <= LONGITUDES[1]
        and LATITUDES[0] <= latitude <= LATITUDES[1]
    )


def _without(name: str, *prefixes: str) -> str:
    for prefix in prefixes:
        if name.startswith(prefix) and len(name) > len(prefix):
            return name.removeprefix(prefix).strip()
    return name


def _province(name: str) -> str:
    name = _without(name, "จังหวัด", "จ.")
    return "กรุงเทพมหานคร" if name in {"กทม.", "กทม", "กรุงเทพฯ", "กรุงเทพ"} else name
