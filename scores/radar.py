"""A radar of shares as plain coordinates, which a template draws as SVG. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin

from .results import NodeScore

RADIUS = 80
_BESIDE = 14
"""How far outside of the rim the name of an axis stands."""
_RINGS = 5
_LEAST = 3


@dataclass(frozen=True)
class Spoke:
    """An axis: its end on the rim and the place of its name; anchor: how the name stands there, as SVG calls it."""

    x: float
    y: float
    name_x: float
    name_y: float
    anchor: str


@dataclass(frozen=True)
class Radar:
    """rings: closed polygons at each fifth of the rim, the innermost first; shape: that of the shares; dots: its
    corners. All as coordinates around the middle (0, 0), the rim `RADIUS` away."""

    spokes: tuple[Spoke, ...]
    rings: tuple[str, ...]
    shape: str
    dots: tuple[tuple[float, float], ...]


def axes_of(root: NodeScore) -> tuple[NodeScore, ...]:
    """The parts of a score that a radar compares: the children of the first node, from the top, that has at least three
    of which points can be had; () where none has."""
    level = [root]
    while level:
        for node in level:
            found = tuple(child for child in node.children if child.full > 0)
            if len(found) >= _LEAST:
                return found
        level = [child for node in level for child in node.children]
    return ()


def radar_of(shares: Sequence[Fraction]) -> Radar:
    """The radar of shares, 0 to 1, the first one straight up and the others clockwise.

    Raises ValueError for fewer than three, which have no area, and for a share outside of 0 to 1.
    """
    if len(shares) < _LEAST:
        raise ValueError("A radar has at least three axes.")
    if not all(0 <= share <= 1 for share in shares):
        raise ValueError("A share lies between 0 and 1.")
    ways = [_way(place, len(shares)) for place in range(len(shares))]
    dots = tuple(_at(way, RADIUS * float(share)) for way, share in zip(ways, shares, strict=True))
    rings = tuple(_path(_at(way, RADIUS * ring / _RINGS) for way in ways) for ring in range(1, _RINGS + 1))
    return Radar(tuple(_spoke(way) for way in ways), rings, _path(dots), dots)


def _way(place: int, axes: int) -> tuple[float, float]:
    """The direction of an axis, of length 1; y grows downwards, as in SVG."""
    angle = 2 * pi * place / axes
    return sin(angle), -cos(angle)


def _at(way: tuple[float, float], length: float) -> tuple[float, float]:
    # Adding 0 turns -0.0 into 0.0.
    return round(way[0] * length, 1) + 0.0, round(way[1] * length, 1) + 0.0


def _spoke(way: tuple[float, float]) -> Spoke:
    x, y = _at(way, RADIUS)
    name_x, name_y = _at(way, RADIUS + _BESIDE)
    side = round(way[0], 6)
    return Spoke(x, y, name_x, name_y, "middle" if not side else "start" if side > 0 else "end")


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
