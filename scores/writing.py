"""How exact numbers are written into JSON: once exact, as text, and once as they are shown to people."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from .exact import Figure, Share, shown

__all__ = ["Number", "Settings", "Value"]


class NumberForm(BaseModel):
    """A number: exact as a fraction or a whole number ("755/878", "18"); shown rounded half up to two places."""

    model_config = ConfigDict(extra="forbid")

    exact: str = Field(pattern=r"^-?[0-9]+(/[0-9]+)?$")
    shown: str = Field(pattern=r"^-?[0-9]+\.[0-9]{2}$")


class ShareForm(BaseModel):
    """A share as it was counted, and its percent as it is shown; null where there were no cases."""

    model_config = ConfigDict(extra="forbid")

    part: int
    whole: int
    shown: str | None


def _number(number: Fraction | Decimal | int) -> NumberForm:
    return NumberForm(exact=str(Fraction(number)), shown=str(shown(number)))


def _number_or_none(number: Fraction | None) -> NumberForm | None:
    return None if number is None else _number(number)


def _value(value: Figure | Fraction | None) -> bool | NumberForm | ShareForm | None:
    if isinstance(value, Share):
        return ShareForm(part=value.part, whole=value.whole, shown=str(shown(value)) if value.whole else None)
    return value if value is None or isinstance(value, bool) else _number(value)


def _settings(settings: Iterable[tuple[str, Fraction | str]]) -> dict[str, str | NumberForm]:
    return {name: value if isinstance(value, str) else _number(value) for name, value in settings}


Number = Annotated[Fraction, PlainSerializer(_number)]
NumberOrNone = Annotated[Fraction | None, PlainSerializer(_number_or_none)]
Value = Annotated[Figure | Fraction | None, PlainSerializer(_value)]
Settings = Annotated[tuple[tuple[str, Fraction | str], ...], PlainSerializer(_settings)]
