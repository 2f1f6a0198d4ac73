"""What an entry of a register says: its fields, and the checks on what was typed. Pure: no database, no clock."""

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year
from workflows.graph import Text

Values = Mapping[str, Any]
Faults = dict[str, Text]
"""Name of a field → the sentence that says what is wrong with it."""

TITLE_LENGTH = 200
LONGEST = 5000
MOST = 1_000_000
MOST_ACTIVITIES = 50
INDICATORS = range(1, 10)
"""The nine indicators of moral districts (S0:118-120)."""
LEVELS = range(1, 4)
"""Low, middle, high, for likelihood and impact (S4:799)."""
FULL = Decimal(100)


class Shape(enum.Enum):
    """What is typed into a field."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    POINTS = "points"
    CHOICE = "choice"
    LEVEL = "level"
    INDICATORS = "indicators"
    ACTIVITIES = "activities"


@dataclass(frozen=True)
class Field:
    """A field of a register.

    column: whether `EntryVersion` has a column of this name; all others are kept together as JSON. to_come: a day that
    may lie ahead, as that of a plan. choices: of a CHOICE, the code and the word of each.
    """

    name: str
    label: Text
    shape: Shape
    required: bool = True
    column: bool = False
    to_come: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    help: Text = ""


Rule = Callable[[Values], Faults]
"""What must hold between the fields of an entry."""


def faults_of(fields: tuple[Field, ...], values: Values, *, today: date) -> Faults:
    """What is wrong with each field for itself; nothing where all is right. today: in Bangkok."""
    found: Faults = {}
    for field in fields:
        value = values.get(field.name)
        if value in (None, "", [], ()):
            if field.required:
                found[field.name] = _("This is needed.")
            continue
        if sentence := _wrong(field, value, today):
            found[field.name] = sentence
    return found


def _wrong(field: Field, value: Any, today: date) -> Text:
    wrong = _("This cannot be read.")
    match field.shape:
        case Shape.LINE:
            return "" if isinstance(value, str) and len(value) <= TITLE_LENGTH else wrong
        case Shape.TEXT:
            return "" if isinstance(value, str) and len(value) <= LONGEST else wrong
        case Shape.DAY:
            if not isinstance(value, date):
                return wrong
            return "" if field.to_come or value <= today else _("This day has not come yet.")
        case Shape.COUNT:
            return "" if _is_whole(value) and 0 <= value <= MOST else wrong
        case Shape.POINTS:
            return "" if isinstance(value, Decimal) and 0 <= value <= FULL else wrong
        case Shape.CHOICE:
            return "" if value in dict(field.choices) else wrong
        case Shape.LEVEL:
            return "" if _is_whole(value) and value in LEVELS else wrong
        case Shape.INDICATORS:
            return "" if all(_is_whole(one) and one in INDICATORS for one in value) else wrong
    return _wrong_activities(value, today)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong_activities(value: Any, today: date) -> Text:
    for row in value:
        if not str(row.get("what") or "").strip() or not isinstance(row.get("on"), date):
            return _("Every activity has a name and a day.")
        if row["on"] > today:
            return _("An activity that has not been held yet does not belong here.")
    return "" if len(value) <= MOST_ACTIVITIES else _("There are too many activities.")


# --- Rules between fields ---------------------------------------------------------------------------------------------
def not_more_passed_than_trained(values: Values) -> Faults:
    """Nobody passes who was not trained."""
    trained, passed = values.get("trained"), values.get("passed")
    if trained is None or passed is None or passed <= trained:
        return {}
    return {"passed": _("More people passed than were trained.")}


def treatment_that_lacks_has_a_plan(values: Values) -> Faults:
    """A treatment that is not adequate needs a plan, and the day by which it is done (domain.md: Risk register)."""
    if values.get("treatment") != "inadequate":
        return {}
    needed = _("The treatment is not adequate: say what will be done, and by when.")
    return {name: needed for name in ("plan", "treat_by") if not values.get(name)}


def one_stage_after_the_other(values: Values) -> Faults:
    """S4:331-339: survey, analysis put before the head, plan, activities; none without the one before, none before the
    survey has ended."""
    found: Faults = {}
    ended = values.get("happened_on")
    if _any_before(ended, [values.get("presented_on")]):
        found["presented_on"] = _("The survey had not ended on this day. Please check both days.")
    if _any_before(ended, [row.get("on") for row in values.get("activities") or ()]):
        found["activities"] = _(
            "An activity that came of the survey cannot have been held before the survey ended. Please check the days."
        )
    if bool(values.get("analysis")) != bool(values.get("presented_on")):
        name = "analysis" if values.get("presented_on") else "presented_on"
        found[name] = _("An analysis counts with the day on which it was put before the head of the agency.")
    if values.get("plan") and not values.get("analysis"):
        found["plan"] = _("A plan follows from the analysis. Enter the analysis first.")
    if values.get("activities") and not values.get("plan"):
        found["activities"] = _("Activities follow from the plan. Enter the plan first.")
    return found


def _any_before(day: Any, others: Iterable[Any]) -> bool:
    """Whether one of the others that is a day lies before `day`; what is no day is told of elsewhere."""
    return isinstance(day, date) and any(isinstance(other, date) and other < day for other in others)


def within_year(name: str) -> Callable[[Values, int], Faults]:
    """The day of this field lies in the fiscal year of the entry."""

    def check(values: Values, year: int) -> Faults:
        day = values.get(name)
        if not isinstance(day, date) or fiscal_year(day) == year:
            return {}
        return {name: _("This day belongs to another fiscal year than that of the entry.")}

    return check
