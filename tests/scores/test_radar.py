"""The radar as plain coordinates."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scores.facts import Facts
from scores.radar import RADIUS, axes_of, radar_of
from scores.rubric import rubric_for
from scores.scoring import score

shares = st.lists(st.sampled_from([Fraction(part, 100) for part in range(101)]), min_size=3, max_size=13)


def points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def test_four_axes_stand_up_right_down_left() -> None:
    radar = radar_of([Fraction(1), Fraction(1, 2), Fraction(0), Fraction(1, 4)])
    assert radar.dots == ((0.0, -80.0), (40.0, 0.0), (0.0, 0.0), (-20.0, 0.0))
    assert [spoke.anchor for spoke in radar.spokes] == ["middle", "start", "middle", "end"]
    assert len(radar.rings) == 5
    assert points(radar.rings[-1]) == [(spoke.x, spoke.y) for spoke in radar.spokes]


@given(shares)
def test_each_corner_is_as_far_out_as_its_share(found: list[Fraction]) -> None:
    radar = radar_of(found)
    assert len(radar.dots) == len(radar.spokes) == len(points(radar.shape)) == len(found)
    for share, (x, y), spoke in zip(found, radar.dots, radar.spokes, strict=True):
        assert (x * x + y * y) ** 0.5 == pytest.approx(RADIUS * float(share), abs=0.15)
        assert x * spoke.x + y * spoke.y >= 0
        assert "-0.0" not in (str(x), str(y))


@given(shares, st.integers(0, 12))
def test_more_of_one_share_moves_its_corner_only(found: list[Fraction], place: int) -> None:
    more = [*found]
    more[place % len(found)] = Fraction(1)
    before, after = radar_of(found), radar_of(more)
    assert before.rings == after.rings
    assert [dot for at, dot in enumerate(before.dots) if at != place % len(found)] == [
        dot for at, dot in enumerate(after.dots) if at != place % len(found)
    ]


@pytest.mark.parametrize("found", [[], [Fraction(1)] * 2, [Fraction(1), Fraction(2), Fraction(0)], [Fraction(-1)] * 3])
def test_what_has_no_area_or_is_no_share_is_refused(found: list[Fraction]) -> None:
    with pytest.raises(ValueError, match=r"axes|share"):
        radar_of(found)


@pytest.mark.parametrize(("family", "axes"), [("cdd-clean", 5), ("ocsc-transparency", 4), ("moral-district", 0)])
def test_axes_are_the_parts_that_are_beside_each_other(family: str, axes: int) -> None:
    rubric = rubric_for(family, 2570)
    found = score(rubric, Facts(words={"unit.placement": "regional"}))
    assert len(axes_of(found.root)) == axes
