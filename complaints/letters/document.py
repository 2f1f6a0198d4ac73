"""The PDF of a letter, set by typst from `letter.typ`; never kept, for it is drawn from the case each time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from organisations.documents.typesetting import day_parts, in_runs, typeset

from .wording import Paper, paper_of

_TEMPLATE = Path(__file__).parent / "letter.typ"


def letter_pdf(content: Mapping[str, Any]) -> bytes:
    """The document of a letter, as PDF, its plain text attached as ``letter.txt``.

    content: as `letter_content` gives it. The same content gives the same bytes.
    """
    return _compile(content, "pdf")[0]


def letter_pictures(content: Mapping[str, Any]) -> list[bytes]:
    """The pages of the same document, each as PNG."""
    return _compile(content, "png")


def _compile(content: Mapping[str, Any], form: Literal["pdf", "png"]) -> list[bytes]:
    paper = paper_of(content)
    return typeset(_TEMPLATE, _as_json(paper, thai_numerals=content["thai_numerals"]), day=paper.day, form=form)


def _as_json(paper: Paper, *, thai_numerals: bool) -> dict[str, Any]:
    return {
        "plain": paper.plain,
        "thai_numerals": thai_numerals,
        "cancelled": paper.cancelled,
        "day": day_parts(paper.day),
        "number": in_runs(f"ที่ {paper.number}"),
        "dated": in_runs(paper.dated),
        "head": [
            {"label": label, "lines": [in_runs(line) for line in lines]}
            for label, lines in (
                ("เรื่อง", (paper.subject,)),
                ("เรียน", (paper.to,)),
                ("อ้างถึง", paper.references),
                ("สิ่งที่ส่งมาด้วย", paper.enclosures),
            )
            if lines
        ],
        "blocks": [in_runs(block) for block in paper.blocks],
        "closing": in_runs(paper.closing),
        "signatory": in_runs(f"({paper.signatory})"),
        **{
            name: [in_runs(line) for line in getattr(paper, name)]
            for name in ("agency", "title", "contact", "copies", "label")
        },
    }
