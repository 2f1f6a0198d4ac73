"""The five dimensions as the main form prints them (S4:303-374).

The table stands here a second time, by hand, so that a slip in the data does not pass by agreeing with itself.
"""

from scores.facts import Facts
from scores.rubric import rubric_for
from tests.scores.scores_support import meeting

MAIN = rubric_for("cdd-clean", 2564)
CHECKLIST = rubric_for("cdd-clean-checklist", 2564)

# Dimension: (points of a level, the numbers of the criteria of each level as the form prints them).
TABLE = {
    "d1": (
        6,
        {
            1: "1 2.1.1 2.1.2 2.1.3 2.1.4 2.2.1 2.2.2 2.2.3 2.2.4 2.3.1 2.3.2 2.4.1 2.4.2 2.4.3 2.5.1 2.5.2",
            2: "2 3",
            3: "2 3",
            4: "2 3 4",
            5: "2",
        },
    ),
    "d2": (2, {1: "1 2 3", 2: "2.1 2.2 2.3 2.4 3", 3: "2", 4: "2", 5: "2 3"}),
    "d3r": (4, {1: "1", 2: "2", 3: "2", 4: "2 3", 5: "2 3"}),
    "d3c": (4, {1: "1", 2: "2", 3: "2", 4: "2", 5: "2"}),
    "d4": (6, {1: "1", 2: "2", 3: "2 3 4 5", 4: "2 3", 5: "2 3"}),
    "d5": (2, {1: "1 2", 2: "2", 3: "2 3 4", 4: "1 2 3", 5: "2 3"}),
}
# What asks for the same as another criterion of a lower level, and so cannot be missed alone.
SAME = {"d3r.l5.3": "d3r.l4.3"}


def codes(dimension: str, level: int) -> list[str]:
    """The criteria of a level and of all below it."""
    levels = TABLE[dimension][1]
    return [f"{dimension}.l{below}.{item}" for below in range(1, level + 1) for item in levels[below].split()]


def facts_of(d1: int, d2: int, d3: int, d4: int, d5: int, *, extra: bool = False) -> Facts:
    """Facts that give a regional agency these levels."""
    wanted = {"d1": d1, "d2": d2, "d3r": d3, "d4": d4, "d5": d5}
    chosen = [code for dimension, level in wanted.items() for code in codes(dimension, level)]
    return meeting(MAIN, [*chosen, *(["extra.1"] if extra else [])], unit__placement="regional")
