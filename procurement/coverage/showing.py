"""A result for machines and for a terminal."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from organisations.formats import write_date

from .rule import Result

Name = Callable[[str], str | int]


def as_json(result: Result, name: Name = str) -> dict[str, Any]:
    """The result as docs/coverage.md describes it. name: id of an activity to how it was written where it came from."""

    def names(ids: tuple[str, ...]) -> list[str | int]:
        return [name(id_) for id_ in ids]

    share, step = result.share, result.next_step
    return {
        "level": result.level,
        "points": result.points,
        "top": names(result.top),
        "rest": names(result.rest),
        "covered": names(result.covered),
        "p": None if share is None else float(share),
        "p_exact": result.share_exact,
        "e": result.education,
        "published": result.published,
        "variant": result.variant,
        "as_of": result.as_of.isoformat(),
        "left_out": names(result.left_out),
        "missing_budget": names(result.missing_budget),
        "marked": result.marked,
        "decisions": [{"code": row.code, "text": row.text} for row in result.decisions],
        "steps": [
            {
                "level": row.level,
                "points": row.points,
                "met": row.met,
                "needs_rest": row.needs_rest,
                "lacks": list(row.lacks),
            }
            for row in result.steps
        ],
        "next_level": step.level if step else None,
    }


def as_json_beside(result: Result, name: Name = str) -> dict[str, Any]:
    """The figure with inspection committees, shown beside the one that decides."""
    return {"level": result.level, "points": result.points, "covered": [name(id_) for id_ in result.covered]}


def as_lines(
    result: Result, name: Name = str, with_inspection: Result | None = None, about: Iterable[str] = ()
) -> Iterator[str]:
    """The result for a person at a terminal. about: lines that stand above it."""
    yield from about
    yield _("Level %(level)s, %(points)s points") % {"level": result.level, "points": result.points}
    if result.marked:
        yield _("Marked: no activity with procurement is counted.")
    lists = (result.top, result.rest, result.covered, result.left_out, result.missing_budget)
    top, rest, covered, left_out, missing = (", ".join(str(name(id_)) for id_ in ids) or "–" for ids in lists)
    share = "–" if result.share is None else f"{result.share:.2f}%"
    rows = [
        (_("Form"), result.variant),
        (_("As of"), write_date(result.as_of)),
        (_("Core work published"), _("yes") if result.published else _("no")),
        (_("Education activities"), result.education),
        (_("Largest budgets, covered"), f"{result.top_covered}/{len(result.top)}"),
        (_("Others, covered"), f"{result.share_exact} = {share}"),
        (_("Largest budgets"), top),
        (_("Other activities"), rest),
        (_("With a citizen"), covered),
        (_("Left out"), left_out),
        (_("Budget not known"), missing),
    ]
    if with_inspection:
        words = {"level": with_inspection.level, "points": with_inspection.points}
        rows.append((_("With inspection committees"), _("Level %(level)s, %(points)s points") % words))
    width = max(_width(label) for label, _value in rows)
    yield from (f"{label}{' ' * (width - _width(label))}  {value}" for label, value in rows)
    for step in result.steps:
        words = {"level": step.level, "points": step.points}
        yield ""
        yield (
            (_("Level %(level)s, %(points)s points") % words) + ": " + (_("reached") if step.met else _("not reached"))
        )
        yield from (f"  - {sentence}" for sentence in step.lacks)
    yield ""
    yield _("How the rule was read:")
    yield from (f"  {row.code}: {row.text}" for row in result.decisions)


def _width(text: str) -> int:
    """How many columns of a terminal it takes: Thai vowels and tone marks above and below a letter take none."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)
