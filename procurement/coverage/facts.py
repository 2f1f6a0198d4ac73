"""Facts of coverage from a JSON file, so that anyone can check the rule without a database.

docs/coverage-facts.schema.json is the contract of the file; what a schema cannot say is in docs/coverage.md.
"""

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

from django.utils.translation import gettext as _

from procurement.rule_data import LEVELS, VARIANTS

from .rule import ActivityFacts, Facts, LevelRule, Seat, Variant

T = TypeVar("T")
# As in the schema. No \d, which in Python takes the digits of every script.
_DAY = re.compile(r"(1[0-9]|2[0-3])[0-9]{2}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
# More digits than any budget has; a longer number is a mistake, or is meant to cost time.
_MOST_CHARACTERS = 40

GOVERNING = next(str(row["code"]) for row in VARIANTS if row["governing"])
"""The form that governs where none is named."""


class UnreadableFacts(ValueError):
    """The file is not as the contract says; the text is one sentence with the JSON path."""


@dataclass(frozen=True)
class FactsFile:
    """What the file says. variant: code of the form; names: id in `facts` to the id as the file writes it."""

    facts: Facts
    variant: str
    names: Mapping[str, str | int]


def built_in(code: str) -> Variant:
    """A form as the product brings it (`procurement.rule_data`), whatever a database says.

    Raises LookupError with a sentence for an unknown code.
    """
    levels = tuple(LevelRule(*row[1:]) for row in LEVELS if row[0] == code)
    if not levels:
        raise LookupError(_("There is no form %(code)s; there are: %(known)s.") % {"code": code, "known": _known()})
    return Variant(code, levels)


def read_day(text: str) -> date:
    """A day as the file and the command write it, 2022-09-30. Raises ValueError, also for a Buddhist year."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _known() -> str:
    return ", ".join(str(row["code"]) for row in VARIANTS)


def read_facts(data: bytes, *, today: date) -> FactsFile:
    """The facts of a file. today: the day of assessment where the file names none.

    Raises UnreadableFacts.
    """
    root = _object(_parsed(data), "$", {"activities"}, {"variant", "published", "education", "as_of"})
    variant = _text(root.get("variant", GOVERNING), "$.variant")
    if variant not in {row["code"] for row in VARIANTS}:
        raise _fault(_("%(path)s is not a known form; there are: %(known)s."), "$.variant", known=_known())
    names: dict[str, str | int] = {}
    facts = Facts(
        activities=tuple(_activity(item, path, names) for item, path in _items(root["activities"], "$.activities")),
        published=_published(root.get("published", False)),
        education=_education(root.get("education", 0)),
        as_of=_day(root["as_of"], "$.as_of") if root.get("as_of") is not None else today,
    )
    return FactsFile(facts, variant, names)


# --- The parts of the file --------------------------------------------------------------------------------------------
def _activity(value: Any, path: str, names: dict[str, str | int]) -> ActivityFacts:
    optional = {"budget", "cancelled", "award_date", "first_decision", "seats"}
    row = _object(value, path, {"id"}, optional)
    name = _id(row["id"], f"{path}.id")
    if str(name) in names:
        raise _fault(
            _("%(path)s is %(value)s, which another activity has already; a re-tender is the same activity."),
            f"{path}.id",
            value=json.dumps(name, ensure_ascii=False),
        )
    names[str(name)] = name
    return ActivityFacts(
        id=str(name),
        budget=_or_none(row.get("budget"), f"{path}.budget", _amount),
        cancelled=_cancelled(row.get("cancelled"), f"{path}.cancelled"),
        award=_or_none(row.get("award_date"), f"{path}.award_date", _day),
        first_decision=_or_none(row.get("first_decision"), f"{path}.first_decision", _day),
        seats=tuple(_seat(item, place) for item, place in _items(row.get("seats", []), f"{path}.seats")),
    )


def _seat(value: Any, path: str) -> Seat:
    row = _object(value, path, {"from", "qualifying"}, {"to", "first_decision"})
    if not isinstance(row["qualifying"], bool):
        raise _fault(_("%(path)s must be true or false."), f"{path}.qualifying")
    start = _day(row["from"], f"{path}.from")
    end = _or_none(row.get("to"), f"{path}.to", _day)
    if end is not None and end < start:
        raise _fault(_("%(path)s lies before the day on which the seat begins."), f"{path}.to")
    first_decision = _or_none(row.get("first_decision"), f"{path}.first_decision", _day)
    return Seat(start, end, row["qualifying"], first_decision)


def _cancelled(value: Any, path: str) -> date | bool | None:
    if value is None or isinstance(value, bool):
        return value or None
    if not isinstance(value, str):
        raise _fault(_("%(path)s must be null, false, true (the day is not known) or a date."), path)
    return _day(value, path)


def _published(value: Any) -> bool:
    return value if isinstance(value, bool) else _count(value, "$.published") > 0


def _education(value: Any) -> int:
    if isinstance(value, bool):
        raise _fault(_("%(path)s must be a whole number from 0 on, or a list of texts."), "$.education")
    return _count(value, "$.education")


# --- Values -----------------------------------------------------------------------------------------------------------
def _count(value: Any, path: str) -> int:
    """A number of things, or the list of their names."""
    if isinstance(value, list):
        return len([_text(item, place) for item, place in _items(value, path)])
    number = _whole(value)
    if number is None or number < 0:
        raise _fault(_("%(path)s must be a whole number from 0 on, or a list of texts."), path)
    return number


def _id(value: Any, path: str) -> str | int:
    number = _whole(value)
    if number is not None:
        return number
    if isinstance(value, str) and _is_text(value):
        return value
    raise _fault(_("%(path)s must be a text or a whole number."), path)


def _amount(value: Any, path: str) -> Decimal:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value >= 0:
        return Decimal(value)
    if isinstance(value, str) and len(value) <= _MOST_CHARACTERS and _AMOUNT.fullmatch(value):
        return Decimal(value.replace(",", ""))
    raise _fault(
        _('%(path)s must be an amount in baht: a number from 0 on, a text such as "1,234,567.50", or null.'), path
    )


def _day(value: Any, path: str) -> date:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return read_day(value)
    raise _fault(_("%(path)s must be a date of the Common Era such as 2022-09-30."), path)


def _text(value: Any, path: str) -> str:
    if isinstance(value, str) and _is_text(value):
        return value
    raise _fault(_("%(path)s must be a text that is not empty."), path)


def _is_text(value: str) -> bool:
    """Not empty, and no half of a character (a lone surrogate), which cannot be printed."""
    return bool(value) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _whole(value: Any) -> int | None:
    """JSON has one kind of number: 3.0 is 3."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    return int(value) if value == int(value) else None


def _or_none(value: Any, path: str, read: Callable[[Any, str], T]) -> T | None:
    return None if value is None else read(value, path)


# --- JSON -------------------------------------------------------------------------------------------------------------
class _Keys(dict[str, Any]):
    """An object of the file that remembers a key written twice, of which json would keep the last in silence."""

    twice = ""


def _keys(pairs: list[tuple[str, Any]]) -> _Keys:
    made = _Keys()
    for key, value in pairs:
        if key in made:
            made.twice = key
        made[key] = value
    return made


def _number(text: str) -> Decimal:
    """Not a float: a budget is compared exactly."""
    number = Decimal(text) if len(text) <= _MOST_CHARACTERS else None
    # 1e999999999 is short to write and takes a gigabyte as a whole number.
    if number is None or abs(number.adjusted()) > _MOST_CHARACTERS:
        raise InvalidOperation
    return number


def _no_number(text: str) -> NoReturn:
    """NaN and Infinity, which Python's json takes and JSON does not know."""
    raise InvalidOperation(text)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_keys,
            parse_float=_number,
            parse_int=lambda text: int(_number(text)),
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as error:
        place, what = error.start, _("%(path)s cannot be read: the file is not UTF-8 (byte %(place)s).")
        raise _fault(what, "$", place=place)
    except json.JSONDecodeError as error:
        what = _("%(path)s cannot be read: this is no JSON (line %(line)s, column %(column)s).")
        raise _fault(what, "$", line=error.lineno, column=error.colno)
    except (ArithmeticError, RecursionError):
        raise _fault(
            _("%(path)s cannot be read: a number is too long or none at all, or lists are nested too deep."), "$"
        )


def _object(value: Any, path: str, required: set[str], optional: set[str]) -> _Keys:
    if not isinstance(value, _Keys):
        raise _fault(_("%(path)s must be an object with named values."), path)
    if value.twice:
        raise _fault(_("%(path)s stands there twice."), _member(path, value.twice))
    if unknown := sorted(value.keys() - required - optional):
        known = ", ".join(sorted(required | optional))
        raise _fault(_("%(path)s is not known here; there are: %(known)s."), _member(path, unknown[0]), known=known)
    if missing := sorted(required - value.keys()):
        raise _fault(_("%(path)s is missing."), _member(path, missing[0]))
    return value


def _items(value: Any, path: str) -> list[tuple[Any, str]]:
    if not isinstance(value, list):
        raise _fault(_("%(path)s must be a list."), path)
    return [(item, f"{path}[{place}]") for place, item in enumerate(value)]


def _member(path: str, key: str) -> str:
    """The path of a value by RFC 9535; a key that is no plain name stands in brackets."""
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _fault(sentence: str, path: str, **words: object) -> UnreadableFacts:
    text = sentence % {"path": path, **words}
    return UnreadableFacts(text.encode("utf-8", "backslashreplace").decode())
