"""From the solver's shares to whole weights, and from these to the chances that are promised. Pure and exact."""

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from .leximin import Lottery
from .quotas import Rules
from .terms import NotSolved, Panel

WHOLE = 10**12
"""The sum of all weights, unless a smaller one is exact. Every program reads it without loss (2**53 is more)."""
LOST = Fraction(1, 10**6)
"""The share of anybody's chance that rounding may take at most."""
_SMALL = 10**4
_NEARLY = 1e-9


def weighed(rules: Rules, lottery: Lottery) -> tuple[Panel, ...]:
    """The panels with whole weights, in the order of their counts; who would weigh nothing is left out.

    Nobody's chance is smaller than that of the lottery by more than a millionth of it. Raises NotSolved when that
    cannot be kept.
    """
    shares = [share for _counts, share in lottery.panels]
    for weights in (_small(shares), _rounded(shares)):
        divisor = gcd(*weights) or 1
        pairs = zip(lottery.panels, weights, strict=True)
        panels = tuple(Panel(counts, weight // divisor) for (counts, _share), weight in pairs if weight)
        if panels and all(rules.allows(panel.counts) for panel in panels):
            chances = chances_by_type(rules.available, panels)
            pairs_of_chances = zip(chances, lottery.chances, strict=True)
            if all(promised >= Fraction(meant) * (1 - LOST) for promised, meant in pairs_of_chances):
                return panels
    raise NotSolved("the shares of the panels cannot be rounded without taking somebody's chance")


def chances_by_type(available: Sequence[int], panels: Sequence[Panel]) -> tuple[Fraction, ...]:
    """For each type the chance that one of its people is on the drawn panel: by symmetry the same for all of them.

    available: people of each type in the list.
    """
    total = sum(panel.weight for panel in panels)
    expected = [sum(panel.weight * panel.counts[place] for panel in panels) for place in range(len(available))]
    return tuple(Fraction(count, total * there) for count, there in zip(expected, available, strict=True))


def _small(shares: Sequence[float]) -> list[int]:
    """Weights of small denominators where the shares plainly are such, as 1/3: then nothing is lost. Else zeros."""
    exact = [Fraction(share).limit_denominator(_SMALL) for share in shares]
    near = all(abs(float(fraction) - share) < _NEARLY for fraction, share in zip(exact, shares, strict=True))
    common = lcm(*(fraction.denominator for fraction in exact))
    if not near or sum(exact) != 1 or common > WHOLE:
        return [0] * len(shares)
    return [int(fraction * common) for fraction in exact]


def _rounded(shares: Sequence[float]) -> list[int]:
    """Weights that sum to `WHOLE`: each share cut, and what is left given to the largest remainders, of equal ones to
    the first."""
    total = sum(map(Fraction, shares))
    meant = [Fraction(share) * WHOLE / total for share in shares]
    weights = [int(weight) for weight in meant]
    left = WHOLE - sum(weights)
    by_remainder = sorted(range(len(shares)), key=lambda place: (weights[place] - meant[place], place))
    for place in by_remainder[:left]:
        weights[place] += 1
    return weights
