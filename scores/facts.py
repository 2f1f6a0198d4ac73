"""Facts that a rubric is scored by: figures, words about the unit, and attestations. JSON in and out.

What is not known is absent. docs/scores.md describes the file; `facts_schema()` is its JSON Schema.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.config import JsonDict

from .exact import Figure, Share, bounded

__all__ = ["Attestation", "Attested", "Facts", "FactsError", "facts_from", "facts_schema", "facts_to"]

_MOST_BYTES = 5_000_000
_MOST_SAID = 5
# No \d, which takes the digits of every script.
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")


class Attested(StrEnum):
    """What an officer states of a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attestation:
    """A statement about a criterion: what is stated, by whom, and which evaluator confirmed it ("" for nobody).

    Raises ValueError when somebody confirms his own statement.
    """

    state: Attested
    by: str = ""
    confirmed_by: str = ""

    def __post_init__(self) -> None:
        if self.confirmed_by and self.confirmed_by == self.by:
            raise ValueError("Nobody confirms his own statement.")


@dataclass(frozen=True)
class Facts:
    """figures: by the code of the metric; words: such as {"unit.placement": "regional"}; attested: by criterion."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    attested: Mapping[str, Attestation] = field(default_factory=dict)


class FactsError(ValueError):
    """The file is not as its schema says. The text is one line; faults: (JSON path, sentence) of each."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(f"{path}: {sentence}" for path, sentence in self.faults[:_MOST_SAID]))


# --- The form of the file ---------------------------------------------------------------------------------------------
def _number(value: object) -> object:
    """A number as the file writes it: 3, 92.43 or "92.43"."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError('A number as text is written like "92.43".')
        return Decimal(value)
    if isinstance(value, float):
        raise ValueError("A float is not exact: write it as text.")  # noqa: TRY004 - pydantic passes on ValueError only
    return bounded(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ShareFigure(_Form):
    part: Annotated[int, Field(strict=True, ge=0, lt=10**15)]
    whole: Annotated[int, Field(strict=True, ge=0, lt=10**15)]


class Statement(_Form):
    state: Attested
    by: Annotated[str, Field(strict=True, max_length=200)] = ""
    confirmed_by: Annotated[str, Field(strict=True, max_length=200)] = ""


def _statement_form(value: object) -> object:
    """A word alone is short for a statement by nobody: "met" for {"state": "met"}."""
    return {"state": value} if isinstance(value, str) else value


_Statement = Annotated[Statement, BeforeValidator(_statement_form, json_schema_input_type=Statement | Attested)]
# A schema cannot say that a number must not be a float: one in a file is read as it is written.
_WrittenNumber = int | float | Annotated[str, StringConstraints(pattern=f"^{_NUMBER.pattern}$")]
_DecimalText = Annotated[Decimal, BeforeValidator(_number, json_schema_input_type=_WrittenNumber)]
_FigureForm = Annotated[bool, Field(strict=True)] | ShareFigure | _DecimalText
_NO_OTHERS: JsonDict = {"additionalProperties": False}
_Metric = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=80)]
_Word = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class FactsFile(_Form):
    """Facts of one unit and fiscal year."""

    figures: dict[_Metric, _FigureForm] = Field(default_factory=dict, json_schema_extra=_NO_OTHERS)
    words: dict[_Metric, _Word] = Field(default_factory=dict, json_schema_extra=_NO_OTHERS)
    attested: dict[Annotated[str, StringConstraints(max_length=80)], _Statement] = Field(default_factory=dict)


def facts_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file of facts."""
    return FactsFile.model_json_schema()


# --- In and out -------------------------------------------------------------------------------------------------------
def facts_from(data: bytes | str | Mapping[str, Any]) -> Facts:
    """The facts of a JSON file, or of what was read from one. Raises FactsError with every fault found."""
    raw = data if isinstance(data, Mapping) else _parsed(data)
    try:
        form = FactsFile.model_validate(raw)
    except ValidationError as error:
        raise FactsError(_faults(error)) from None
    faults: list[tuple[str, str]] = []
    figures: dict[str, Figure] = {}
    for code, value in form.figures.items():
        try:
            figures[code] = Share(value.part, value.whole) if isinstance(value, ShareFigure) else _slim(value)
        except ValueError as error:
            faults.append((f"$.figures.{code}", str(error)))
    attested: dict[str, Attestation] = {}
    for code, said in form.attested.items():
        try:
            attested[code] = Attestation(said.state, said.by, said.confirmed_by)
        except ValueError as error:
            faults.append((f"$.attested.{code}", str(error)))
    if faults:
        raise FactsError(faults)
    return Facts(figures, dict(form.words), attested)


def facts_to(facts: Facts) -> dict[str, Any]:
    """The same facts for a JSON file, with sorted keys, so that equal facts give equal files."""
    return {
        "figures": {code: _written(facts.figures[code]) for code in sorted(facts.figures)},
        "words": {code: facts.words[code] for code in sorted(facts.words)},
        "attested": {code: _statement(facts.attested[code]) for code in sorted(facts.attested)},
    }


def _statement(said: Attestation) -> dict[str, str]:
    written = {"state": said.state.value, "by": said.by, "confirmed_by": said.confirmed_by}
    return {key: text for key, text in written.items() if text}


def _written(figure: Figure) -> Any:
    if isinstance(figure, Share):
        return {"part": figure.part, "whole": figure.whole}
    slim = _slim(figure)
    # As text: a number with a point becomes a float in most readers. "f", for they do not all know 1E-7.
    return format(slim.normalize(), "f") if isinstance(slim, Decimal) else slim


def _slim(number: bool | int | Decimal) -> bool | int | Decimal:
    """A whole number is an int, however it was written."""
    return int(number) if isinstance(number, Decimal) and number == number.to_integral_value() else number


def _parsed(data: bytes | str) -> Any:
    if len(data) > _MOST_BYTES:
        raise FactsError([("$", f"It is longer than {_MOST_BYTES} bytes.")])
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise FactsError([("$", "It is not UTF-8.")]) from None
    except json.JSONDecodeError as error:
        raise FactsError([("$", f"It is not JSON: {error}.")]) from None
    except RecursionError:
        raise FactsError([("$", "It is nested too deeply.")]) from None
    except ArithmeticError:
        raise FactsError([("$", "A number has too many digits.")]) from None
    except ValueError as error:
        raise FactsError([("$", str(error))]) from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key stands twice: whoever reads the file would not know which one holds."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A key stands twice in an object.")
    return found


def _faults(error: ValidationError) -> list[tuple[str, str]]:
    """A fault for each place. Of the branches of a union, the one that came furthest says it."""
    said: dict[str, tuple[int, str]] = {}
    for fault in error.errors(include_url=False, include_input=False):
        steps = [str(step) for step in fault["loc"]]
        # Below the name of a figure or criterion, pydantic names the branch of the union.
        path = ".".join(["$", *steps[:2]])
        ctx: dict[str, Any] = fault.get("ctx", {})
        text = str(ctx["error"]) if fault["type"] == "value_error" else str(fault["msg"])
        rank = len(steps) + (fault["type"] == "value_error")
        if fault["type"] == "extra_forbidden":
            text = f"{steps[-1]} is not known here"
        if path not in said or rank > said[path][0]:
            said[path] = (rank, text)
    return [(path, text if text.endswith(".") else f"{text}.") for path, (_rank, text) in said.items()]
