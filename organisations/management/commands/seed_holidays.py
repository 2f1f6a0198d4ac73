from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from organisations.calendar import BUDDHIST_ERA
from organisations.holidays import seed_holidays


def year_range(text: str) -> range:
    """The years of "2020-2030", both included, or of "2026" alone, in the Common Era.

    Raises ArgumentTypeError for anything else, and for years that look like the Buddhist Era.
    """
    first, _, last = text.partition("-")
    try:
        years = range(int(first), int(last or first) + 1)
    except ValueError:
        raise ArgumentTypeError(f"Not a range of years like 2020-2030: {text}") from None
    if not years:
        raise ArgumentTypeError(f"The first year comes after the last: {text}")
    # The package knows the Thai lunar calendar to C.E. 2157.
    if years[0] < 1974 or years[-1] > 2157:
        raise ArgumentTypeError(f"Years are C.E. 1974 to 2157 (B.E. minus {BUDDHIST_ERA}): {text}")
    return years


class Command(BaseCommand):
    help = (
        "Fill the table of government holidays. Years filled before and rows with a source of their own are left as "
        "they are. Future years hold estimates until the cabinet announces them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--years",
            type=year_range,
            metavar="FIRST-LAST",
            help="years of the Common Era, both included; default: from 10 years ago to 5 years ahead",
        )
        parser.add_argument(
            "--refresh",
            action="store_true",
            help="also bring years filled before up to date; an administrator's own rows stay, but a seeded row that "
            "was deleted comes back",
        )

    def handle(self, *args: Any, years: range | None, refresh: bool, **options: Any) -> None:
        if years is None:
            this_year = timezone.localdate().year
            years = range(this_year - 10, this_year + 6)
        result = seed_holidays(years, refresh=refresh)
        self.stdout.write(
            f"Holidays {years[0]}-{years[-1]}: {result.added} added, {result.updated} updated, "
            f"{result.removed} removed, {result.kept} left as they were."
        )
        if result.pending:
            self.stdout.write(
                f"Differ from the table, take them with --refresh: {', '.join(map(date.isoformat, result.pending))}"
            )
        if result.without_ploughing:
            self.stdout.write(
                "Royal Ploughing Ceremony not announced, add it by hand: "
                f"{', '.join(map(str, result.without_ploughing))}"
            )
