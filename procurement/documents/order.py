"""The PDF of an order, set by typst from `order.typ`: in memory, without a file of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from organisations.documents.setting import plain
from organisations.documents.typesetting import day_parts, in_runs, typeset

from .wording import Paper, paper_of

_TEMPLATE = Path(__file__).parent / "order.typ"


def order_pdf(content: Mapping[str, Any], *, thai_numerals: bool = False, draft: bool = False) -> bytes:
    """The document of an order, as PDF, its plain text attached as ``order.txt``.

    content: as `order_content` or `draft_content` gives it, frozen with the order. thai_numerals: every digit in Thai.
    draft: marked ร่าง. The same content gives the same bytes.
    """
    return _compile(content, "pdf", thai_numerals=thai_numerals, draft=draft)[0]


def order_pictures(content: Mapping[str, Any], *, thai_numerals: bool = False, draft: bool = False) -> list[bytes]:
    """The pages of the same document, each as PNG."""
    return _compile(content, "png", thai_numerals=thai_numerals, draft=draft)


def _compile(
    content: Mapping[str, Any], form: Literal["pdf", "png"], *, thai_numerals: bool, draft: bool
) -> list[bytes]:
    paper = paper_of(content, thai_numerals=thai_numerals, draft=draft)
    return typeset(_TEMPLATE, _as_json(paper, thai_numerals=thai_numerals), day=paper.day, form=form)


def _as_json(paper: Paper, *, thai_numerals: bool) -> dict[str, Any]:
    return {
        "plain": paper.plain,
        "thai_numerals": thai_numerals,
        "draft": paper.draft,
        "day": day_parts(paper.day),
        "heading": plain(f"{paper.agency} {paper.number} {paper.subject}"),
        "agency": in_runs(paper.agency),
        "number": in_runs(paper.number),
        "subject": in_runs(paper.subject),
        "blocks": [
            {
                "text": in_runs(block.text),
                "people": [
                    [in_runs(line.number), in_runs(line.name), in_runs(line.position), in_runs(line.duty)]
                    for line in block.people
                ],
            }
            for block in paper.blocks
        ],
        "dated": in_runs(paper.dated),
        "signatory": in_runs(f"({paper.signatory})"),
        "title": [in_runs(words) for words in paper.title],
    }
