"""Rubrics from files: one TOML file for each source and first fiscal year, checked when it is loaded.

A new year is a new file in `scores/rubrics/`; no code changes. docs/scores.md explains the form of a file.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from .rubric_checks import faults_of, full_points
from .rubric_form import Rubric
from .rubric_parts import KINDS

__all__ = ["FOLDER", "Fault", "Rubric", "RubricError", "families", "full_points", "parse", "read_folder", "rubric_for"]
__all__ += ["own_rubric", "own_rubrics", "text_of"]

FOLDER = Path(__file__).parent / "rubrics"
"""The rubrics that come with the product."""
_MOST_BYTES = 1_000_000
_MOST_SAID = 5


class Fault(NamedTuple):
    """Where in the file, and what is wrong there, in one sentence."""

    path: str
    sentence: str


class RubricError(ValueError):
    """A file that is no rubric. The text is one line: the file, the path in it and a sentence, for each fault."""

    def __init__(self, file: str, faults: Iterable[tuple[str, str]]) -> None:
        self.file = file
        self.faults = tuple(Fault(*fault) for fault in faults)
        said = [f"{fault.path}: {fault.sentence}" for fault in self.faults[:_MOST_SAID]]
        if (more := len(self.faults) - _MOST_SAID) > 0:
            said.append(f"And {more} more.")
        super().__init__(f"{file}: {' '.join(said)}")


def parse(data: bytes, file: str = "rubric.toml") -> Rubric:
    """The rubric that a TOML file says. file: its name, for the errors. Raises RubricError with every fault found."""
    if len(data) > _MOST_BYTES:
        raise RubricError(file, [("$", f"It is longer than {_MOST_BYTES} bytes.")])
    try:
        # Decimal, for 0.1 as a float is not a tenth.
        raw = tomllib.loads(data.decode("utf-8"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise RubricError(file, [("$", "It is not UTF-8.")]) from None
    except tomllib.TOMLDecodeError as error:
        raise RubricError(file, [("$", f"It is not TOML: {error}.")]) from None
    except (ArithmeticError, RecursionError, ValueError):
        # Nested without end, or a number of thousands of digits or a monstrous exponent.
        raise RubricError(file, [("$", "It is not TOML that can be read.")]) from None
    try:
        rubric = Rubric.model_validate(raw)
    except ValidationError as error:
        raise RubricError(file, _found(raw, error)) from None
    except RecursionError:
        raise RubricError(file, [("$", "It is nested too deeply.")]) from None
    if faults := faults_of(rubric):
        raise RubricError(file, faults)
    return rubric


def read_folder(folder: Path) -> Mapping[tuple[str, int], Rubric]:
    """All rubrics of a folder by family and first year. Raises RubricError, also for a file that is misnamed."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        rubric = parse(path.read_bytes(), path.name)
        if path.stem != rubric.code:
            raise RubricError(path.name, [("family", f"A file of this family and year is named {rubric.code}.toml.")])
        found[rubric.family, rubric.year] = rubric
    return found


@cache
def _own() -> Mapping[tuple[str, int], Rubric]:
    return read_folder(FOLDER)


def families() -> tuple[str, ...]:
    """The sources of which there is a rubric, in order: "cdd-clean", "ita", ..."""
    return tuple(sorted({family for family, _year in _own()}))


def own_rubrics() -> tuple[Rubric, ...]:
    """The rubrics that come with the product, as their files have them."""
    return tuple(_own().values())


def own_rubric(code: str) -> Rubric | None:
    """The one of that code ("ita-2566"); None where there is none."""
    return next((rubric for rubric in own_rubrics() if rubric.code == code), None)


def text_of(rubric: Rubric) -> str:
    """The text of the file of one of the product's own rubrics, by which anybody can score again: with the values that
    its settings have here."""
    text = (FOLDER / f"{rubric.code}.toml").read_text("utf-8")
    own = _own()[rubric.family, rubric.year].settings
    for name, setting in rubric.settings.items():
        if setting.value != own[name].value:
            text = _with_value(text, name, setting.value)
    return text


def _with_value(text: str, name: str, value: Fraction | str) -> str:
    """The file with another value of a setting; all else, comments too, as it stands."""
    written = f'"{value}"' if isinstance(value, str) else _written(value)
    table = re.compile(rf"(^\[settings\.{re.escape(name)}\]\n(?:[^\[\n].*\n)*?value = ).*$", re.MULTILINE)
    changed, times = table.subn(lambda found: found[1] + written, text)
    if times != 1:
        raise RubricError(f"settings.{name}", [("value", "It is not written as a table of its own.")])
    return changed


def _written(number: Fraction) -> str:
    """A number as TOML has it; every setting was read from decimals."""
    return format((Decimal(number.numerator) / Decimal(number.denominator)).normalize(), "f")


def rubric_for(source: str, year: int, rubrics: Mapping[tuple[str, int], Rubric] | None = None) -> Rubric:
    """The newest rubric of a source (family) that holds for a fiscal year (B.E.).

    rubrics: those of `read_folder`; the product's own where left out. Raises LookupError with a sentence.
    """
    of_source = [rubric for (family, _), rubric in (rubrics or _own()).items() if family == source]
    if not of_source:
        known = ", ".join(sorted({family for family, _ in (rubrics or _own())}))
        raise LookupError(f"There is no rubric {source}; there are: {known}.")
    holding = [rubric for rubric in of_source if rubric.holds(year)]
    if not holding:
        first = min(rubric.year for rubric in of_source)
        raise LookupError(f"No rubric {source} holds for the fiscal year {year}; the first is of {first}.")
    return max(holding, key=lambda rubric: rubric.year)


# --- Faults of the form, in words -------------------------------------------------------------------------------------
def _said(raw: Mapping[str, Any], fault: dict[str, Any]) -> tuple[str, str]:
    """Where and what, from what pydantic found. Of a list the code is named where there is one: nodes[d1].points."""
    path = ""
    value: Any = raw
    for number, step in enumerate(fault["loc"]):
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else {}
            code = value.get("code") if isinstance(value, Mapping) else None
            path += f"[{code if isinstance(code, str) else step}]"
        elif not _of_the_checker(number, step, fault["loc"]):
            value = value.get(step, {}) if isinstance(value, Mapping) else {}
            path += f".{step}" if path else step
    return path or "$", _sentence(fault)


def _of_the_checker(number: int, step: str, steps: tuple[int | str, ...]) -> bool:
    """Steps that name a branch of a union and stand in no file: the kind of a node, and types."""
    return (number == 2 and steps[0] == "nodes") or step == "SettingName" or not step.isidentifier()


def _found(raw: Mapping[str, Any], error: ValidationError) -> list[tuple[str, str]]:
    """All faults. A list of which every item is faulty is said to be too short as well, which helps nobody."""
    faults = [dict(fault) for fault in error.errors(include_url=False)]
    kept = [fault for fault in faults if not (fault["type"] == "too_short" and fault["input"])]
    return [_said(raw, fault) for fault in kept or faults]


def _sentence(fault: dict[str, Any]) -> str:
    match fault["type"]:
        case "missing":
            return "It is missing."
        case "extra_forbidden":
            return "This is not known here."
        case "string_pattern_mismatch":
            return f"It is not written as it must be, {fault['ctx']['pattern']}."
        case "union_tag_not_found" | "union_tag_invalid":
            return f"`kind` must be one of {', '.join(sorted(KINDS))}."
        case "value_error":
            return str(fault["ctx"]["error"])
        case _:
            return str(fault["msg"]).rstrip(".") + "."
