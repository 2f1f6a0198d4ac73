"""The map of tiles."""

from hypothesis import given
from hypothesis import strategies as st

from scores.tiles import TINTS, provinces, tint


def test_every_province_has_a_tile_of_its_own() -> None:
    rows = provinces()
    assert len(rows) == 77
    assert len({row.code for row in rows}) == 77
    assert len({(row.column, row.row) for row in rows}) == 77
    for names in ({row.name.th for row in rows}, {row.name.en for row in rows}):
        assert len(names) == 77
    for shorts in ({row.short.th for row in rows}, {row.short.en for row in rows}):
        assert len(shorts) == 77
        assert max(map(len, shorts)) <= 3


def test_tiles_lie_about_where_the_provinces_do() -> None:
    at = {row.name.en: (row.column, row.row) for row in provinces()}
    assert at["Chiang Rai"][1] == 0
    assert at["Narathiwat"][1] == max(row for _column, row in at.values())
    assert at["Mae Hong Son"][0] < at["Nan"][0] < at["Nakhon Phanom"][0]
    assert at["Chiang Mai"][1] < at["Nakhon Sawan"][1] < at["Bangkok"][1] < at["Surat Thani"][1] < at["Songkhla"][1]
    assert {row.code for row in provinces() if row.code == "55"} == {"55"}
    assert next(row.name.th for row in provinces() if row.code == "55") == "น่าน"


@given(st.integers(0, 500), st.integers(0, 500))
def test_tint_is_the_fifth_of_the_share(part: int, whole: int) -> None:
    found = tint(min(part, whole), whole)
    if not whole or not part:
        assert found == 0
    else:
        assert 1 <= found <= TINTS
        assert TINTS * min(part, whole) <= found * whole < TINTS * min(part, whole) + whole
