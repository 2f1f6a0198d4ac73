"""The PDF of an order, set by typst from `order.typ`: in memory, without a file of its own."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from .setting import plain, runs
from .wording import Paper, paper_of

_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "order.typ"
_FONTS = _HERE / "fonts"
# A draft has no day of its own; without one typst would take the clock, and no two of its files were the same.
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def order_pdf(content: Mapping[str, Any], *, thai_numerals: bool = False, draft: bool = False) -> bytes:
    """The document of an order, as PDF, its plain text attached as ``order.txt``.

    content: as `order_content` or `draft_content` gives it, frozen with the order. thai_numerals: every digit in Thai.
    draft: marked ร่าง. The same content gives the same bytes.
    """
    return _compile(content, "pdf", thai_numerals=thai_numerals, draft=draft)[0]


def order_pictures(content: Mapping[str, Any], *, thai_numerals: bool = False, draft: bool = False) -> list[bytes]:
    """The pages of the same document, each as PNG."""
    return _compile(content, "png", thai_numerals=thai_numerals, draft=draft)


def _compile(content: Mapping[str, Any], kind: Any, *, thai_numerals: bool, draft: bool) -> list[bytes]:
    paper = paper_of(content, thai_numerals=thai_numerals, draft=draft)
    made: Any = typst.compile(
        str(_TEMPLATE),
        root=str(_HERE),
        font_paths=[str(_FONTS)],
        # What a machine has installed must not change an official document.
        ignore_system_fonts=True,
        format=kind,
        sys_inputs={"paper": json.dumps(_as_json(paper, thai_numerals=thai_numerals), ensure_ascii=False)},
        timestamp=datetime(*_day(paper), tzinfo=UTC) if paper.day else _NO_DAY,
    )
    return made if isinstance(made, list) else [made]


def _day(paper: Paper) -> tuple[int, int, int]:
    assert paper.day is not None
    return paper.day.year, paper.day.month, paper.day.day


def _as_json(paper: Paper, *, thai_numerals: bool) -> dict[str, Any]:
    return {
        "plain": paper.plain,
        "thai_numerals": thai_numerals,
        "draft": paper.draft,
        "day": dict(zip(("year", "month", "day"), _day(paper), strict=True)) if paper.day else None,
        "heading": plain(f"{paper.agency} {paper.number} {paper.subject}"),
        "agency": _set(paper.agency),
        "number": _set(paper.number),
        "subject": _set(paper.subject),
        "blocks": [
            {
                "text": _set(block.text),
                "people": [
                    [_set(line.number), _set(line.name), _set(line.position), _set(line.duty)] for line in block.people
                ],
            }
            for block in paper.blocks
        ],
        "dated": _set(paper.dated),
        "signatory": _set(f"({paper.signatory})"),
        "title": [_set(words) for words in paper.title],
    }


def _set(text: str) -> list[dict[str, Any]]:
    return [asdict(run) for run in runs(text)]
