"""Figures of reports: how they are written, what changed, and which are not shown to everybody."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaints.statistics.figures import LEAST
from complaints.statistics.histories import MOVED
from scores.reports.figures import HIDDEN, PROTECTED, Figure, Figures, Group, changes, suppressed

FLOWS = ("opening", "received", "reopened", "closed", "open", "overdue")


def group(code: str, counts: dict[str, int], sums_to: str = "", small: bool = True) -> Group:
    rows = tuple(Figure(f"{code}.{key}", key, "นิยาม", "count", count, "เรื่อง") for key, count in counts.items())
    return Group(code, code, "ที่มา", rows, sums_to, small)


def figures(*groups: Group) -> Figures:
    return Figures("2026-09-30", "2026-11-09", groups)


def values(found: Figures) -> dict[str, Any]:
    return {code: None if row.hidden else row.value for code, row in found.by_code.items()}


def test_figures_are_written_as_people_read_them() -> None:
    def written(kind: str, value: Any) -> str:
        return Figure("a", "b", "c", kind, value).written

    assert written("count", 1234) == "1,234"
    assert written("share", [755, 878]) == "755 จาก 878 (ร้อยละ 85.99)"
    assert written("share", [2, 3]) == "2 จาก 3 (ร้อยละ 66.67)"
    assert written("share", [0, 0]) == "0 จาก 0"
    assert written("money", "900000.5") == "900,000.50"
    assert written("points", ["82.00", "110"]) == "82.00 จาก 110.00"
    assert written("count", None) == "–"


def test_stored_figures_are_read_again() -> None:
    found = figures(group("complaints", {"received": 7}))
    assert Figures.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_digest_does_not_depend_on_the_day_of_filling() -> None:
    one, two = figures(group("a", {"b": 1})), Figures("2026-09-30", "2027-01-01", (group("a", {"b": 1}),))
    assert one.digest == two.digest
    assert one.digest != figures(group("a", {"b": 2})).digest


def test_changes_name_what_differs_what_is_new_and_what_is_gone() -> None:
    before, after = (
        figures(group("g", {"same": 1, "other": 2, "gone": 3})),
        figures(group("g", {"same": 1, "other": 5, "new": 4})),
    )
    assert [(row.name, row.before, row.after) for row in changes(before, after)] == [
        ("other", "2", "5"),
        ("new", None, "4"),
        ("gone", "3", None),
    ]


# --- What everybody reads ---------------------------------------------------------------------------------------------
def test_small_cell_is_hidden_with_another_so_that_the_sum_does_not_tell_it() -> None:
    found = values(
        suppressed(figures(group("c", {"received": 40}), group("k", {"a": 2, "b": 8, "d": 30}, sums_to="c.received")))
    )
    assert found == {"c.received": 40, "k.a": None, "k.b": None, "k.d": 30}


def test_sum_is_hidden_where_its_parts_would_tell() -> None:
    groups = (group("c", {"received": 3, "opening": 20, "closed": 9, "open": 14}), group("k", {"a": 3}, "c.received"))
    found = suppressed(figures(*groups))
    assert values(found)["c.received"] is None
    assert values(found)["k.a"] is None
    # 20 + received = 9 + 14: one more of the balance is hidden with it.
    assert sum(value is None for value in values(found).values()) >= 3
    assert found.by_code["c.received"].written == HIDDEN


def test_figures_that_reach_the_least_stay_shown() -> None:
    found = values(suppressed(figures(group("c", {"received": 6}), group("k", {"a": 6}, "c.received"))))
    assert found == {"c.received": 6, "k.a": 6}


def test_shares_of_few_are_hidden_whole() -> None:
    rows = tuple(
        Figure(f"t.{place}", "x", "y", "share", value) for place, value in enumerate(([5, 6], [9, 9], [8, 20], [3, 3]))
    )
    found = suppressed(figures(Group("t", "t", "s", rows, small=True)))
    assert [row.hidden for row in found.by_code.values()] == [True, False, False, True]


def test_nothing_of_protected_complaints_is_left() -> None:
    protected = group(PROTECTED, {"received": 40}, small=False)
    outcomes = group("complaints.outcomes", {"founded": 30, "declined": 9, MOVED: 12}, "complaints.closed")
    found = suppressed(figures(group("complaints", {"closed": 51}), outcomes, protected))
    assert not [code for code in found.by_code if code.startswith(PROTECTED)]
    assert values(found)[f"complaints.outcomes.{MOVED}"] is None
    # 51 - 30 would tell it.
    assert values(found)["complaints.outcomes.declined"] is None


def test_sum_that_tells_how_many_became_protected_is_hidden() -> None:
    groups = group("complaints", {"closed": 12}), group("complaints.outcomes", {MOVED: 12}, "complaints.closed")
    assert set(values(suppressed(figures(*groups))).values()) == {None}


def test_figures_of_procurement_are_never_hidden() -> None:
    found = figures(group("procurement", {"activities": 2, "level": 1}, small=False))
    assert suppressed(found) == found


counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), max_size=6)


@given(counts, counts, st.fixed_dictionaries(dict.fromkeys(FLOWS, st.integers(0, 30))))
def test_nothing_small_is_shown_nor_stands_alone(
    kinds: dict[str, int], outcomes: dict[str, int], flows: dict[str, int]
) -> None:
    flows = {**flows, "received": sum(kinds.values()), "closed": sum(outcomes.values())}
    given_figures = figures(group("c", flows), group("k", kinds, "c.received"), group("o", outcomes, "c.closed"))
    before, after = given_figures.by_code, suppressed(given_figures).by_code
    for code, row in after.items():
        assert row.hidden or not 0 < before[code].value < LEAST, code
        assert row.value is None if row.hidden else row.value == before[code].value
    for part, total in (("k", "c.received"), ("o", "c.closed")):
        hidden = [before[code].value for code, row in after.items() if code.startswith(f"{part}.") and row.hidden]
        if after[total].hidden:
            # The whole part is, for what is shown would add up to it.
            assert all(row.hidden or not row.value for code, row in after.items() if code.startswith(f"{part}."))
        elif hidden:
            assert len(hidden) > 1
            assert sum(hidden) >= LEAST


@given(counts, counts)
def test_hidden_figures_of_the_balance_never_stand_alone(kinds: dict[str, int], outcomes: dict[str, int]) -> None:
    flows = {"opening": 50, "received": sum(kinds.values()), "closed": sum(outcomes.values()), "open": 60}
    after = suppressed(figures(group("c", flows), group("k", kinds, "c.received"), group("o", outcomes, "c.closed")))
    hidden = [code for code, row in after.by_code.items() if code.startswith("c.") and row.hidden]
    assert len(hidden) != 1
