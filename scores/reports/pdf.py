"""A report as PDF in official form, set by typst from `report.typ`: in memory, without a file of its own."""

from pathlib import Path
from typing import Any, Literal

from organisations.documents.setting import plain
from organisations.documents.typesetting import day_parts, in_runs, typeset

from .content import Document, Part

_TEMPLATE = Path(__file__).parent / "report.typ"


def report_pdf(document: Document) -> bytes:
    """The document, its plain text attached as ``report.txt``. The same document gives the same bytes."""
    return _set(document, "pdf")[0]


def report_pictures(document: Document) -> list[bytes]:
    """The pages of the same document, each as PNG."""
    return _set(document, "png")


def _set(document: Document, form: Literal["pdf", "png"]) -> list[bytes]:
    return typeset(_TEMPLATE, _values(document), day=document.day, form=form)


def _values(document: Document) -> dict[str, Any]:
    return {
        "plain": document.plain,
        "thai_numerals": document.thai_numerals,
        "draft": document.draft,
        "day": day_parts(document.day),
        "heading": plain(" ".join(document.titles)),
        "titles": [in_runs(title) for title in document.titles],
        "dated": in_runs(document.dated),
        "parts": [_part(part) for part in document.parts],
        "definitions": [{"name": in_runs(name), "words": in_runs(words)} for name, words in document.definitions],
        "remarks": [in_runs(remark) for remark in document.remarks],
        "signature": [in_runs(line) for line in document.signature],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "level": part.level,
        "heading": in_runs(part.heading),
        "blocks": [{"label": in_runs(block.label), "text": in_runs(block.text)} for block in part.blocks],
        "tables": [
            {
                "title": in_runs(table.title),
                "source": in_runs(table.source),
                "rows": [[in_runs(cell) for cell in row] for row in table.rows],
            }
            for table in part.tables
        ],
    }
