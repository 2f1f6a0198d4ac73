"""The registers there are, each declared once: what an entry says, what follows its confirmation, who may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from scores.registers.fields import (
    Faults,
    Field,
    Rule,
    Shape,
    Values,
    faults_of,
    not_more_passed_than_trained,
    one_stage_after_the_other,
    treatment_that_lacks_has_a_plan,
    within_year,
)
from workflows.graph import Text

YEARLY, STAGES = "yearly", "stages"
_TITLE, _LINE, _TEXT, _DAY, _CHOICE = "title", Shape.LINE, Shape.TEXT, Shape.DAY, Shape.CHOICE


@dataclass(frozen=True)
class Register:
    """A register.

    label, one: what the register and an entry of it are called. source: the clause that asks for it. follows: what
    comes after the confirmation: nothing (""), a review every year (`YEARLY`), or the next stage (`STAGES`). dated: the
    field whose day lies in the fiscal year of the entry. one_a_year: a unit has one entry a fiscal year. public:
    whether everybody reads what is confirmed. empty: what to do where there is none.
    """

    code: str
    label: Text
    one: Text
    source: str
    fields: tuple[Field, ...]
    empty: Text
    follows: str = ""
    dated: str = ""
    one_a_year: bool = False
    public: bool = False
    rules: tuple[Rule, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of that name; None where the register has none."""
        return next((field for field in self.fields if field.name == name), None)

    def faults(self, values: Values, year: int, today: date) -> Faults:
        """What is wrong with what was typed for an entry of a fiscal year (B.E.): the field and a sentence each."""
        found = faults_of(self.fields, values, today=today)
        if self.dated:
            found = within_year(self.dated)(values, year) | found
        for rule in self.rules:
            found = rule(values) | found
        return found

    def columns(self, values: Values) -> dict[str, Any]:
        """Those of the values that are kept in columns of their own; what was left out is None."""
        return {field.name: _or_none(values.get(field.name)) for field in self.fields if field.column}

    def texts(self, values: Values) -> dict[str, Any]:
        """The others, as JSON keeps them: days as ISO text."""
        return {
            field.name: _as_json(values[field.name])
            for field in self.fields
            if not field.column and values.get(field.name) not in (None, "", [])
        }


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def _as_json(value: Any) -> Any:
    if isinstance(value, list):
        return [{"what": row["what"].strip(), "on": row["on"].isoformat()} for row in value]
    return value.isoformat() if isinstance(value, date) else value


def _title(label: Text, text: Text = "") -> Field:
    return Field(_TITLE, label, _LINE, column=True, help=text)


def _day(label: Text, text: Text = "") -> Field:
    return Field("happened_on", label, _DAY, column=True, help=text)


NO_GIFT = Register(
    "no_gift", _("No Gift declarations"), _("No Gift declaration"), "S1:167",
    (
        _day(_("Day of the declaration")),
        Field("signatory", _("Signed by (position)"), _LINE),
        Field("how", _("How staff and the public were told"), _TEXT),
    ),
    _("Enter the declaration that the head has signed."),
    dated="happened_on", one_a_year=True, public=True,
)  # fmt: skip
TRAINING = Register(
    "training", _("Training"), _("Training"), "S1:163, S1:175",
    (
        _title(_("Title of the training")),
        Field("course", _("Course"), _CHOICE, choices=(
            ("governance", _("good governance against corruption")),
            ("corporate", _("good corporate governance against corruption")),
            ("other", _("another course")),
        ), help=_("The two named courses count for the surveillance project.")),
        _day(_("Held on"), _("The last day of it.")),
        Field("audience", _("For whom"), _LINE),
        Field("trained", _("How many were trained"), Shape.COUNT, column=True),
        Field("passed", _("How many passed"), Shape.COUNT, column=True),
    ),
    _("Enter each training with how many took part and how many passed."),
    dated="happened_on", rules=(not_more_passed_than_trained,),
)  # fmt: skip
RULE = Register(
    "rule", _("Policies and rules"), _("Policy or rule"), "S4:308-310",
    (
        _title(_("Name")),
        Field("sort", _("What it is"), _CHOICE, choices=(
            ("policy", _("policy")), ("rule", _("rule")), ("steps", _("steps or manual")),
        )),
        Field("about", _("What it is about"), _CHOICE, choices=(
            ("complaints", _("complaints")),
            ("transparency", _("transparency and corruption")),
            ("personnel", _("personnel")),
            ("budget", _("money and budget")),
            ("other", _("something else")),
        ), help=_("Those about complaints decide criterion 1.5.1.")),
        _day(_("Last updated on"), _("The day on which the text that holds was issued.")),
        Field("changed", _("What was changed then"), _TEXT, required=False),
    ),
    _("Enter the policies and rules that hold; each is reviewed by the end of every fiscal year."),
    follows=YEARLY, public=True,
)  # fmt: skip
AWARD = Register(
    "award", _("Awards"), _("Award"), "S4:374",
    (
        _title(_("Award")),
        Field("giver", _("Given by"), _LINE, help=_("An agency outside: only such awards count.")),
        Field("about", _("For what"), _CHOICE, choices=(
            ("transparency", _("transparency")),
            ("disclosure", _("disclosure")),
            ("participation", _("participation of the public")),
            ("moral", _("moral organisation")),
            ("environment", _("environment of the workplace")),
            ("other", _("something else")),
        )),
        _day(_("Received on")),
    ),
    _("Enter awards from agencies outside; one brings the extra points."),
    dated="happened_on", public=True,
)  # fmt: skip
MORAL = Register(
    "moral", _("Moral districts"), _("Indicators of a moral district"), "S0:112-120",
    (
        _day(_("Examined on")),
        Field("indicators", _("Indicators that are passed"), Shape.INDICATORS, required=False, column=True,
              help=_("1 to 3 make the first level, 1 to 6 the second, 1 to 9 the third.")),
    ),
    _("Enter which of the nine indicators a district has passed."),
    dated="happened_on", one_a_year=True,
)  # fmt: skip
SURVEY = Register(
    "survey", _("Survey campaigns"), _("Survey campaign"), "S4:329-339",
    (
        _title(_("What was asked about")),
        _day(_("Survey ended on")),
        Field("channel", _("How people were asked"), _LINE),
        Field("answers", _("How many answered"), Shape.COUNT),
        Field("analysis", _("Analysis: what came out"), _TEXT, required=False),
        Field("presented_on", _("Analysis put before the head on"), _DAY, required=False),
        Field("plan", _("Plan: what follows from it"), _TEXT, required=False),
        Field("activities", _("Activities that came of it"), Shape.ACTIVITIES, required=False),
    ),
    _("Enter a survey; its analysis, plan and activities are added as they come."),
    follows=STAGES, dated="happened_on", rules=(one_stage_after_the_other,),
)  # fmt: skip
RISK = Register(
    "risk", _("Risk register"), _("Risk"), "S4:795-805",
    (
        _title(_("Risk"), _("What could happen, in one line.")),
        Field("process", _("Process and step"), _LINE),
        Field("likelihood", _("Likelihood"), Shape.LEVEL, column=True),
        Field("impact", _("Impact"), Shape.LEVEL, column=True),
        Field("cause", _("Cause"), _TEXT, required=False),
        Field("control", _("How it is treated now"), _TEXT),
        Field("treatment", _("The treatment is"), _CHOICE, choices=(
            ("adequate", _("adequate")), ("inadequate", _("not adequate")),
        )),
        Field("plan", _("What will be done"), _TEXT, required=False),
        Field("treat_by", _("Done by"), _DAY, required=False, to_come=True),
    ),
    _("Enter the risks of corruption of each process; the highest stands first."),
    follows=YEARLY, rules=(treatment_that_lacks_has_a_plan,),
)  # fmt: skip
EXPANSION = Register(
    "expansion", _("Extended surveillance"), _("Agency under surveillance"), "S1:159",
    (
        _title(_("Agency to which it was carried")),
        _day(_("Begun on")),
        Field("what", _("What is watched there"), _TEXT),
    ),
    _("Enter each further agency to which proactive surveillance is carried."),
    dated="happened_on",
)  # fmt: skip
ITA = Register(
    "ita", _("ITA results"), _("ITA result"), "S1:165",
    (
        _day(_("Announced on")),
        Field("points", _("Points"), Shape.POINTS, column=True, help=_("0 to 100, as the NACC announced them.")),
    ),
    _("Enter the ITA points as they are announced."),
    dated="", one_a_year=True,
)  # fmt: skip

REGISTERS: dict[str, Register] = {
    row.code: row for row in (NO_GIFT, TRAINING, RULE, AWARD, MORAL, SURVEY, RISK, EXPANSION, ITA)
}
CHOICES = tuple((row.code, row.label) for row in REGISTERS.values())


def moral_level(indicators: Iterable[int] | None) -> int:
    """The level of a moral district: indicators 1-3 passed give 1, 1-6 give 2, 1-9 give 3, else 0 (S0:118-120)."""
    passed = set(indicators or ())
    return next((level for level in (3, 2, 1) if passed >= set(range(1, 3 * level + 1))), 0)
