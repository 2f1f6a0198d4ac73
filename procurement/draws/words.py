"""Draws in the words of people: features and their values, the quarter, the value that decides."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from organisations.formats import arabic, digits, write_date, write_moment
from organisations.models import Unit
from procurement.models import Citizen
from workflows.graph import Text

from .beacon import CHAIN, NETWORK, moment_of

FEATURE_WORDS: dict[str, Text] = {
    "district": gettext_lazy("district"),
    "sex": gettext_lazy("sex"),
    "age": gettext_lazy("age"),
}


class Words:
    """What the values of features are called. codes: of all units that are going to be named, read in one query."""

    def __init__(self, codes: Iterable[str]) -> None:
        wanted = set(codes) - {""}
        self.units = {unit.code: str(unit) for unit in Unit.objects.filter(code__in=wanted)} if wanted else {}

    @classmethod
    def of_types(cls, features: Iterable[str], types: Iterable[Iterable[str]]) -> "Words":
        """For values as they stand in announcements, features in their order."""
        names = tuple(features)
        codes = {value for row in types for name, value in zip(names, row, strict=True) if name == "district"}
        return cls(codes)

    def value(self, feature: str, value: str) -> str:
        """A value of a feature, "" being all of which no quota speaks; a unit that is gone by its code."""
        if not value:
            return _("others")
        if feature == "district":
            return self.units.get(value, value)
        if feature == "sex" and value in Citizen.Sex.values:
            return str(Citizen.Sex(value).label)
        if feature == "age":
            return _("%(band)s years") % {"band": digits(value.replace("-", "–"))}
        return value

    def type_(self, features: Iterable[str], values: Iterable[str]) -> str:
        """A whole type in one line; "" in a draw without quotas."""
        return " · ".join(self.value(name, value) for name, value in zip(features, values, strict=True))


def quarter_words(fiscal_year: int, quarter: int) -> str:
    """`ไตรมาส 1/2570`. fiscal_year: Buddhist Era."""
    return _("quarter %(quarter)s/%(year)s") % {"quarter": digits(quarter), "year": digits(fiscal_year)}


def lottery_sentence(day: date) -> str:
    """Which lottery draw decides, so exactly that nobody can mean another one. In Thai, as it is published."""
    # What is hashed reads the same whatever numerals its writer has chosen for himself.
    with override("th"):
        return _(
            "government lottery of Thailand, draw of %(day)s (if that draw is put off, the one held in its place): "
            "first prize, the two front three digits, the two last three digits, the last two digits"
        ) % {"day": arabic(write_date(day, long=True))}


def beacon_sentence(round_number: int) -> str:
    """Which round of the beacon decides. In Thai, as it is published. Raises ValueError for what is no round."""
    with override("th"):
        return _("%(network)s (chain %(chain)s), round %(round)s of %(moment)s: its value “randomness”") % {
            "network": NETWORK,
            "chain": CHAIN,
            "round": round_number,
            "moment": arabic(write_moment(moment_of(round_number))),
        }


def in_groups(digest: str, length: int = 8) -> str:
    """A digest as people compare it: in groups."""
    return " ".join(digest[place : place + length] for place in range(0, len(digest), length))
