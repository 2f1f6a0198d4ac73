"""Where the number of a letter comes from: copied from the register by hand, given here, or asked of another system."""

from datetime import date
from typing import Protocol

from django.db import connection
from django.db.models import Max

from complaints.models import Letter, LetterSeries
from organisations.formats import BUDDHIST_ERA, arabic
from organisations.models import Unit

# Begun, or locked and raised, in one statement; the lock is held until the edge is written, so there is no gap.
_NEXT = """
INSERT INTO complaints_lettercount (series_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (series_id, year) DO UPDATE SET last = complaints_lettercount.last + 1 RETURNING last
"""


class RegisterOfLetters(Protocol):
    """A register of outgoing letters (ทะเบียนหนังสือส่ง) that gives numbers."""

    def gives(self, unit: Unit) -> bool:
        """Whether it gives the numbers of `unit`; else they are copied by hand."""

    def next_number(self, unit: Unit, year: int) -> str:
        """The next number of `unit` in a calendar year (Buddhist Era), as it stands on the letter: ``นน 0017.1/12``.

        Asked inside the transaction of the edge, so it must answer quickly. Raises Refused with a sentence when it
        cannot; then nothing is written, and no number is lost here.
        """


class OwnSeries:
    """The register of this system: a series of each unit whose `LetterSeries` says so, by the calendar year."""

    def gives(self, unit: Unit) -> bool:
        """See `RegisterOfLetters`."""
        return LetterSeries.objects.filter(unit=unit, gives_numbers=True).exists()

    def next_number(self, unit: Unit, year: int) -> str:
        """See `RegisterOfLetters`. A number that was copied by hand before is passed over: it is taken."""
        series = LetterSeries.objects.get(unit=unit)
        while True:
            with connection.cursor() as cursor:
                cursor.execute(_NEXT, [series.pk, year])
                number = f"{series.prefix}/{cursor.fetchone()[0]}"
            if not taken(unit, year, number):
                return number


_registers: list[RegisterOfLetters] = [OwnSeries()]


def connect(register: RegisterOfLetters) -> None:
    """Ask `register` before the others. Called in ``AppConfig.ready()`` by an app that speaks to another system."""
    _registers.insert(0, register)


def disconnect(register: RegisterOfLetters) -> None:
    """The end of `connect`. Raises ValueError for one that is not connected."""
    _registers.remove(register)


def register_of(unit: Unit) -> RegisterOfLetters | None:
    """What gives the numbers of the letters of `unit`; None where they are copied by hand."""
    return next((register for register in _registers if register.gives(unit)), None)


def letter_year(day: date) -> int:
    """The year of the register in which a letter of that day stands: the calendar year, Buddhist Era."""
    return day.year + BUDDHIST_ERA


def as_number(text: str) -> str:
    """A number as it is kept: digits in Arabic, no spaces around it or doubled."""
    return " ".join(arabic(text).split())


def last_day(unit: Unit, day: date) -> date | None:
    """The latest date of a letter in the register of `unit` for the year of `day`."""
    found: date | None = Letter.objects.filter(unit=unit, year=letter_year(day)).aggregate(last=Max("registered_on"))[
        "last"
    ]
    return found


def taken(unit: Unit, year: int, number: str) -> bool:
    """Whether the register of `unit` has the number in that year already."""
    return Letter.objects.filter(unit=unit, year=year, number=as_number(number)).exists()


def letterhead_of(unit: Unit) -> LetterSeries:
    """The letterhead of `unit`; one without number, address and telephone where none was entered."""
    return LetterSeries.objects.filter(unit=unit).first() or LetterSeries(unit=unit)
