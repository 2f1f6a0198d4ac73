"""A share as it was counted. It is compared unrounded, and rounded only for people to read."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, both counted. A whole of 0: there were no cases.

    Raises ValueError unless 0 ≤ part ≤ whole.
    """

    part: int
    whole: int

    def __post_init__(self) -> None:
        if isinstance(self.part, bool) or isinstance(self.whole, bool) or not 0 <= self.part <= self.whole:
            raise ValueError(f"A share of {self.part} in {self.whole}: the part lies between 0 and the whole.")

    @property
    def percent(self) -> Fraction | None:
        """0-100, exact; None where there were no cases."""
        return Fraction(100 * self.part, self.whole) if self.whole else None
