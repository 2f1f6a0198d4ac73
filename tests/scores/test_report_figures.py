"""Figures of reports: how they are written, what changed, and which are not shown to everybody."""

import json
from typing import Any

from scores.reports.figures import Figure, Figures, Group, changes, for_public


def group(code: str, counts: dict[str, int], *, staff_only: bool = True) -> Group:
    rows = tuple(Figure(f"{code}.{key}", key, "นิยาม", "count", count, "เรื่อง") for key, count in counts.items())
    return Group(code, code, "ที่มา", rows, staff_only)


def figures(*groups: Group) -> Figures:
    return Figures("2026-09-30", "2026-11-09", groups)


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
def test_what_is_for_staff_only_is_not_in_the_public_version() -> None:
    shown = group("procurement", {"activities": 2, "level": 1}, staff_only=False)
    found = for_public(figures(group("complaints", {"received": 40}), shown))
    assert found == figures(shown)
