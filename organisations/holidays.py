"""The table of government holidays, seeded from the `holidays` package with its traps mended.

* Labour Day (1 May) and its substitute day are holidays of banks and companies; government offices are open.
* The Royal Ploughing Ceremony (วันพืชมงคล) is only in the package's category `government`, and only for the years whose
  date the palace has announced: a later year lacks it until then.
* Special days set by the cabinet come late: releases of the package that are older than a resolution lack its days,
  so those known are kept here with their source.

Lunar holidays (Makha, Visakha and Asarnha Bucha, Buddhist Lent) and substitute days of future years are the package's
estimates until the cabinet announces the year. Holidays of single provinces are not seeded. So the table is data: an
administrator edits it, and states his source in the row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import holidays
from django.db import transaction

from organisations.models import Holiday

PACKAGE_SOURCE = f"python-holidays {version('holidays')}, Thailand (public, government)"
_PACKAGE_SOURCE_MARK = "python-holidays "

SPECIAL_DAYS_SOURCE = "มติคณะรัฐมนตรี 12 พฤศจิกายน 2567 กำหนดวันหยุดราชการเพิ่มเป็นกรณีพิเศษ ประจำปี 2568 และ 2569"
_SPECIAL_DAYS = (date(2025, 6, 2), date(2025, 8, 11), date(2026, 1, 2))

_LABOUR_DAY = "National Labor Day"
_IN_LIEU = "ชดเชย"
_SEPARATOR = "; "
"""Between the names of holidays that fall on one day, as the package joins them."""


@dataclass(frozen=True)
class SeedHoliday:
    """A holiday as the seed knows it: the day, its names in Thai and English, and where it comes from."""

    day: date
    name_th: str
    name_en: str
    source: str


@dataclass(frozen=True)
class SeedResult:
    """What a seeding did, in rows.

    added: new rows. updated, removed: earlier rows of the seed that had changed or are no holidays any more. kept: rows
    left as they were. pending: days on which the seed differs from a year that was seeded before, and which only a
    refresh would change. without_ploughing: years (C.E.) whose Royal Ploughing Ceremony is not known yet.
    """

    added: int
    updated: int
    removed: int
    kept: int
    pending: tuple[date, ...]
    without_ploughing: tuple[int, ...]


def government_holidays(years: Iterable[int]) -> list[SeedHoliday]:
    """The government holidays of the given years (C.E.), in order of the day, with the traps of this module mended.

    Those on a Saturday or Sunday are included. Reads no database.
    """
    years = sorted(set(years))
    thai, english = (
        holidays.country_holidays("TH", years=years, language=language, categories=("public", "government"))
        for language in ("th", "en_US")
    )
    found = {}
    for day in thai:
        # On a day of several holidays both languages name them in the same order.
        names = [
            (name_th, name_en)
            for name_th, name_en in zip(thai[day].split(_SEPARATOR), english[day].split(_SEPARATOR), strict=True)
            if not name_en.startswith(_LABOUR_DAY)
        ]
        if names:
            found[day] = SeedHoliday(
                day,
                _SEPARATOR.join(_official(name_th) for name_th, _ in names),
                _SEPARATOR.join(name_en for _, name_en in names),
                PACKAGE_SOURCE,
            )
    for day in _SPECIAL_DAYS:
        if day.year in years:
            found[day] = SeedHoliday(day, "วันหยุดราชการเพิ่มเป็นกรณีพิเศษ", "Special government holiday", SPECIAL_DAYS_SOURCE)
    return [found[day] for day in sorted(found)]


def seed_holidays(years: Iterable[int], *, refresh: bool = False) -> SeedResult:
    """Writes the government holidays of the given years (C.E.) into the table, in one transaction.

    A year in which a row of the seed stands is left as it is, or a holiday that an administrator deleted would come
    back; its differences are only counted as pending. refresh: take them, that is add, update and remove the seed's own
    rows of such years too. A row whose source an administrator wrote is never touched, and its day never added.
    """
    years = sorted(set(years))
    seeds = {seed.day: seed for seed in government_holidays(years)}
    added: list[date] = []
    updated: list[date] = []
    removed: list[date] = []
    pending: list[date] = []
    kept = 0
    with transaction.atomic():
        rows = {row.day: row for row in Holiday.objects.select_for_update().filter(day__year__in=years)}
        own = {day for day, row in rows.items() if is_seeded(row)}
        seeded_years = {day.year for day in own}
        for day in sorted(seeds.keys() | rows.keys()):
            seed, row = seeds.get(day), rows.get(day)
            writable = refresh or day.year not in seeded_years
            if row is None and seed is not None:
                (added if writable else pending).append(day)
            elif seed is None and day in own:
                (removed if writable else pending).append(day)
            elif seed and row and day in own and (row.name_th, row.name_en) != (seed.name_th, seed.name_en):
                (updated if writable else pending).append(day)
            else:
                kept += 1
        Holiday.objects.bulk_create([_row(seeds[day]) for day in added])
        Holiday.objects.bulk_update([_row(seeds[day]) for day in updated], ["name_th", "name_en", "source"])
        Holiday.objects.filter(day__in=removed).delete()
    ploughed = {seed.day.year for seed in seeds.values() if "Ploughing" in seed.name_en}
    return SeedResult(
        len(added), len(updated), len(removed), kept, tuple(pending), tuple(y for y in years if y not in ploughed)
    )


def _official(name_th: str) -> str:
    """The package writes ชดเชยวันมาฆบูชา; the cabinet's table writes วันหยุดชดเชยวันมาฆบูชา."""
    return f"วันหยุด{name_th}" if name_th.startswith(_IN_LIEU) else name_th


def is_seeded(row: Holiday) -> bool:
    """Whether the seed wrote this row, so that a refresh may change it."""
    return row.source.startswith(_PACKAGE_SOURCE_MARK) or row.source == SPECIAL_DAYS_SOURCE


def _row(seed: SeedHoliday) -> Holiday:
    return Holiday(day=seed.day, name_th=seed.name_th, name_en=seed.name_en, source=seed.source)
