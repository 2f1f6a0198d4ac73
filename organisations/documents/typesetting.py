"""From a template and its values to a PDF or pictures, by typst: in memory, without a file of its own."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import typst

from .setting import runs

_FONTS = Path(__file__).parent / "fonts"
# A draft has no day of its own; without one typst would take the clock, and no two of its files were the same.
_NO_DAY = date(2000, 1, 1)


def typeset(
    template: Path, values: Mapping[str, Any], *, day: date | None = None, form: Literal["pdf", "png"] = "pdf"
) -> list[bytes]:
    """The document, as one PDF or as a PNG of each page.

    template: a typst file beside which all lies that it reads. values: plain data, which the template finds as JSON in
    ``sys.inputs.paper`` and sets as text. day: that of the document. The same values give the same bytes.
    """
    at = day or _NO_DAY
    made: Any = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(_FONTS)],
        # What a machine has installed must not change an official document.
        ignore_system_fonts=True,
        format=form,
        sys_inputs={"paper": json.dumps(values, ensure_ascii=False)},
        timestamp=datetime(at.year, at.month, at.day, tzinfo=UTC),
    )
    return made if isinstance(made, list) else [made]


def in_runs(text: str) -> list[dict[str, Any]]:
    """A text as the templates set it: its parts, those apart that stay on one line (`setting.runs`)."""
    return [asdict(run) for run in runs(text)]


def day_parts(day: date | None) -> dict[str, int] | None:
    """A day as the templates take it."""
    return {"year": day.year, "month": day.month, "day": day.day} if day else None
