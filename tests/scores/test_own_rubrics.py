"""What every file of the product keeps to."""

import re

import pytest

from scores.rubric import FOLDER, Rubric, read_folder

LINES = {"S0": 406, "S1": 321, "S2": 176, "S3": 27, "S4": 3613}
"""How many lines the source files have."""
THAI = re.compile("[ก-๙]")

OWN = list(read_folder(FOLDER).values())
own = pytest.mark.parametrize("rubric", OWN, ids=[rubric.code for rubric in OWN])


def test_there_are_nine_files() -> None:
    wanted = "cdd-clean-2564 cdd-clean-checklist-2564 ita-2564 ita-2566 moral-district-2566 no-gift-2567"
    assert [rubric.code for rubric in OWN] == [*wanted.split(), "ocsc-transparency-2559", "oit-2566", "pacc-2567"]


def said(rubric: Rubric) -> list[tuple[str, str, str]]:
    """(name, th, en) of everything that has a text."""
    parts = [rubric, *rubric.nodes, *rubric.criteria, *rubric.scales, *rubric.ladders, *rubric.selections]
    parts += [*rubric.readings, *rubric.contradictions, *rubric.settings.values()]
    parts += [band for scale in rubric.scales for band in scale.bands]
    return [(getattr(part, "code", ""), part.th, part.en) for part in parts]


@own
def test_texts_are_in_both_languages(rubric: Rubric) -> None:
    for name, th, en in said(rubric):
        assert THAI.search(th), name
        assert not THAI.search(en), name
        assert len(en) <= 140, name


def sources(rubric: Rubric) -> list[str]:
    """Every source that the file names, of whatever part."""

    def walk(value: object) -> list[str]:
        if isinstance(value, dict):
            return [found for item in value.values() for found in walk(item)]
        if isinstance(value, list | tuple):
            return [found for item in value for found in walk(item)]
        return [value] if isinstance(value, str) and re.match(r"S\d:", value) else []

    return walk(rubric.model_dump())


@own
def test_sources_are_lines_that_exist(rubric: Rubric) -> None:
    found = sources(rubric)
    assert len(found) > len(rubric.criteria)
    for source in found:
        document, lines = source.split(":")
        numbers = [int(line) for line in lines.split("-")]
        assert numbers == sorted(numbers), source
        assert 1 <= numbers[0] <= numbers[-1] <= LINES[document], source


@own
def test_asked_metrics_are_of_known_apps(rubric: Rubric) -> None:
    asked = {ask.metric for criterion in rubric.criteria for ask in criterion.asks}
    assert {metric.split(".")[0] for metric in asked} <= {"complaints", "procurement", "scores", "disclosure"}
