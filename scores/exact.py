"""Exact figures. A score compares what was counted, never what was rounded for people to read."""

from decimal import Decimal
from fractions import Fraction

from organisations.shares import Share

__all__ = ["Figure", "Share", "bounded", "exact", "least_part", "shown"]

# More than any budget or count has; a longer number is a mistake, or is meant to cost time.
_MOST_DIGITS = 15
_MOST_PLACES = 12


Figure = bool | int | Decimal | Share
"""What a metric gives: a flag, a count, a number such as 92.43, or a share."""


def exact(number: object) -> Fraction:
    """A whole or a decimal number as a fraction.

    Raises ValueError with a sentence for anything else: a float has already lost what was written, true is no number,
    and a number of more than 15 digits or 12 places is a mistake.
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise ValueError("It must be a whole or a decimal number.")  # noqa: TRY004 - pydantic passes on ValueError only
    return Fraction(bounded(number))


def bounded(number: int | Decimal) -> int | Decimal:
    """The number, when it has at most 15 digits before the point and 12 after it.

    Raises ValueError. The exponent is looked at first: to write 1e999999999 out takes all the memory there is.
    """
    if isinstance(number, Decimal):
        _sign, digits, exponent = number.as_tuple()
        fits = isinstance(exponent, int) and exponent >= -_MOST_PLACES and len(digits) + exponent <= _MOST_DIGITS
    else:
        fits = abs(number) < 10**_MOST_DIGITS
    if not fits:
        raise ValueError(f"It must be a number of at most {_MOST_DIGITS} digits and {_MOST_PLACES} places.")
    return number


def least_part(percent: Fraction | int, whole: int, *, above: bool = False) -> int:
    """The least whole number of `whole` that is at least (or, with `above`, more than) so many percent of it.

    S1:161, S1:173: 60 percent of 36 matters are 21.6, so it takes 22.
    """
    wanted = Fraction(percent) * whole / 100
    return wanted.__floor__() + 1 if above else wanted.__ceil__()


def shown(figure: Fraction | Decimal | int | Share, places: int = 2) -> Decimal:
    """A figure for people: rounded half up to `places`. A share is shown in percent: 755 of 878 is 85.99 (S0:57).

    Raises ValueError for a share without cases, which has no percent.
    """
    value = figure.percent if isinstance(figure, Share) else Fraction(figure)
    if value is None:
        raise ValueError("A share without cases has no percent.")
    doubled = 2 * abs(value) * 10**places
    rounded = (doubled.__floor__() + 1) // 2
    return Decimal(rounded if value >= 0 else -rounded).scaleb(-places)
