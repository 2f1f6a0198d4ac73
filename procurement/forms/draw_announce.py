"""The form by which a draw is announced: quarter, seats, the future public value, quotas."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.calendar import quarter_of
from organisations.formats import write_date
from procurement.draws.beacon import LAST_ROUND, moment_of, round_at
from procurement.draws.terms import Demand, Quota
from procurement.draws.words import FEATURE_WORDS, Words, beacon_sentence, lottery_sentence, quarter_words
from procurement.models import Draw
from workflows.casepages.fields import ThaiDateField

QUARTERS_AHEAD = 4
LOTTERY_DAYS_AHEAD = 6
# The Government Lottery Office draws from half past two in the afternoon, on the air. A value is a future one only as
# long as not even its first digit is known.
_LOTTERY_BEGINS = time(14, 0)
_NOON = time(12, 0)


def quarters_to_choose(today: date) -> list[tuple[int, int]]:
    """The quarters for which a draw may be announced, this one first: (fiscal year in the Buddhist Era, quarter)."""
    year, quarter = now = quarter_of(today)
    found = [now]
    while len(found) <= QUARTERS_AHEAD:
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
        found.append((year, quarter))
    return [row for row in found if row[0] <= now[0] + 1]


def lottery_days(today: date) -> list[date]:
    """The next days on which the government lottery is usually drawn: the 1st and the 16th."""
    days = (today + timedelta(days=ahead) for ahead in range(1, 32 * LOTTERY_DAYS_AHEAD))
    return [day for day in days if day.day in (1, 16)][:LOTTERY_DAYS_AHEAD]


@dataclass(frozen=True)
class QuotaRow:
    """A value of a feature as the page shows it. people: of the pool; least, most: None for a value nobody knows."""

    value: str
    word: str
    people: int
    least: forms.BoundField | None
    most: forms.BoundField | None


class AnnounceDrawForm(forms.Form):
    """What is announced. people: the types of all who may be drawn, as dictionaries of feature and value."""

    period = forms.ChoiceField(label=_("Quarter"))
    size = forms.IntegerField(
        label=_("Seats expected in the quarter"), min_value=1, max_value=5000,
        help_text=_("With quotas exactly so many are drawn as a panel; without, everybody is put into an order."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    seed_source = forms.ChoiceField(
        label=_("The public value that decides"), choices=Draw.SeedSource.choices, widget=forms.RadioSelect,
        initial=Draw.SeedSource.LOTTERY,
    )  # fmt: skip
    lottery_day = forms.ChoiceField(label=_("Lottery draw"), required=False)
    other_day = ThaiDateField(
        label=_("Another day of the lottery"), required=False,
        help_text=_("Where the draw is held on another day, such as 30 December, 17 January or 2 May."),
    )  # fmt: skip
    beacon_round = forms.IntegerField(
        label=_("Round of the beacon"), required=False, min_value=1, max_value=LAST_ROUND,
        help_text=_("Leave it empty to name the first round at the time below."),
    )  # fmt: skip
    beacon_day = ThaiDateField(label=_("Day of the round"), required=False)
    beacon_time = forms.TimeField(
        label=_("Time of the round"), required=False, initial=_NOON,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    seed_name = forms.CharField(
        label=_("To be added to it, in your own words"), required=False, max_length=120,
        help_text=_("Leave it empty for the usual sentence, which “Check” shows."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[dict[str, str]], today: date, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.people = people
        periods: Any = self.fields["period"]
        periods.choices = [(f"{y}-{q}", quarter_words(y, q)) for y, q in quarters_to_choose(today)]
        days: Any = self.fields["lottery_day"]
        days.choices = [(day.isoformat(), write_date(day, long=True)) for day in lottery_days(today)]
        for name in ("lottery_day", "beacon_round", "beacon_day", "beacon_time"):
            # Needed by one of the two sources: "(optional)" would be wrong beside them.
            places: Any = self.fields[name]
            places.one_of_two = True
        self.initial.setdefault("beacon_day", today + timedelta(days=7))
        self.words = Words(person["district"] for person in people)
        self.counts = {name: Counter(person[name] for person in people) for name in FEATURE_WORDS}
        # Named by the value itself: were they numbered, a pool that changes meanwhile would move a quota to another.
        self.limits: list[tuple[str, str]] = []
        for name, counted in self.counts.items():
            self._offer(name, sorted(filter(None, counted)) if len(counted) > 1 else [])

    def _offer(self, feature: str, values: Iterable[str]) -> None:
        for value in values:
            self.limits.append((feature, value))
            word = self.words.value(feature, value)
            for side, label in (("least", gettext("%(value)s: at least")), ("most", gettext("%(value)s: at most"))):
                box = forms.NumberInput(attrs={"class": "short"})
                self.fields[f"{side}-{feature}-{value}"] = forms.IntegerField(
                    label=label % {"value": word}, required=False, min_value=0, max_value=5000, widget=box
                )

    # --- For the page -------------------------------------------------------------------------------------------------
    def features(self) -> Iterator[tuple[str, str, list[QuotaRow]]]:
        """The features by which quotas can be set: code, word, rows."""
        for name, word in FEATURE_WORDS.items():
            if len(self.counts[name]) > 1:
                yield name, str(word), [self._row(name, *row) for row in sorted(self.counts[name].items())]

    def _row(self, feature: str, value: str, people: int) -> QuotaRow:
        offered = bool(value)
        return QuotaRow(
            value,
            self.words.value(feature, value) if value else gettext("not known"),
            people,
            self[f"least-{feature}-{value}"] if offered else None,
            self[f"most-{feature}-{value}"] if offered else None,
        )

    @property
    def asks_quotas(self) -> bool:
        """Whether something is typed, or wrong, in the table of quotas."""
        prefixes = ("least-", "most-")
        return any(name.startswith(prefixes) and (self[name].value() or self[name].errors) for name in self.fields)

    # --- What was typed -----------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """The moment and the sentence of the value; quotas that do not contradict themselves."""
        typed = super().clean() or {}
        gone = [name for name in self.data if name.startswith(("least-", "most-")) and name not in self.fields]
        if any(self.data[name] for name in gone):
            self.add_error(None, gettext("The pool has changed: a value for which you set a quota is no longer in it."))
        for feature, value in self.limits:
            least, most = typed.get(f"least-{feature}-{value}"), typed.get(f"most-{feature}-{value}")
            if least is not None and most is not None and least > most:
                self.add_error(f"most-{feature}-{value}", gettext("The most is less than the least."))
        if typed.get("seed_source") == Draw.SeedSource.LOTTERY:
            self._lottery(typed)
        elif typed.get("seed_source"):
            self._beacon(typed)
        return typed

    def _lottery(self, typed: dict[str, Any]) -> None:
        chosen = typed.get("lottery_day")
        day = typed.get("other_day") or (date.fromisoformat(chosen) if chosen else None)
        if day is None:
            if "lottery_day" not in self.errors and "other_day" not in self.errors:
                self.add_error("lottery_day", gettext("Choose the day of the lottery."))
            return
        typed["known_at"] = _in_bangkok(day, _LOTTERY_BEGINS)
        typed["sentence"] = _with_own_words(lottery_sentence(day), typed)

    def _beacon(self, typed: dict[str, Any]) -> None:
        number, day = typed.get("beacon_round"), typed.get("beacon_day")
        try:
            if number is None and day is not None:
                number = round_at(_in_bangkok(day, typed.get("beacon_time") or _NOON))
        except (ValueError, OverflowError):
            self.add_error("beacon_day", gettext("No round is known for this day."))
            return
        if number is None:
            if not {"beacon_round", "beacon_day"} & set(self.errors):
                self.add_error("beacon_round", gettext("Name the round, or the day and time at which it is published."))
            return
        typed["known_at"] = timezone.localtime(moment_of(number))
        typed["sentence"] = _with_own_words(beacon_sentence(number), typed)

    def quotas(self) -> tuple[Quota, ...]:
        """Only of a valid form. An empty least is 0, an empty most as many as there are seats."""
        found = []
        for feature, value in self.limits:
            least = self.cleaned_data[f"least-{feature}-{value}"]
            most = self.cleaned_data[f"most-{feature}-{value}"]
            if least or most is not None:
                size = self.cleaned_data["size"]
                found.append(Quota(feature, value, least or 0, max(size, least or 0) if most is None else most))
        return tuple(found)

    def facts(self) -> dict[str, Any]:
        """What `announce` takes; only of a valid form."""
        typed = self.cleaned_data
        year, quarter = map(int, typed["period"].split("-"))
        return {
            "fiscal_year": year,
            "quarter": quarter,
            "size": typed["size"],
            "seed_source": typed["seed_source"],
            "seed_name": typed["sentence"],
            "seed_known_at": typed["known_at"],
            "quotas": self.quotas(),
        }

    # --- What was refused ---------------------------------------------------------------------------------------------
    def refuse(self, guard: str, sentence: str) -> None:
        """Show the sentence of a guard beside the field that it is about."""
        of_value = "lottery_day" if self.data.get("seed_source") == Draw.SeedSource.LOTTERY else "beacon_round"
        places = {
            "quarter_to_come_or_running": "period",
            "only_one_a_quarter": "period",
            "somebody_eligible": "size",
            "size": "size",
            "value_still_unknown": of_value,
        }
        self.add_error(places.get(guard), sentence)

    def refuse_together(self, conflict: Iterable[Demand]) -> None:
        """Name each demand that no panel can keep together with the others, beside its own field."""
        for demand in conflict:
            field = f"{demand.side}-{demand.feature}-{demand.value}"
            told = gettext("cannot be kept together with the other quotas that are marked (in the pool: %(count)s)")
            self.add_error(field if field in self.fields else None, told % {"count": demand.available})


def _in_bangkok(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _with_own_words(sentence: str, typed: dict[str, Any]) -> str:
    """The sentence that follows from what was chosen, always; own words stand behind it and never in its place."""
    return f"{sentence} ({typed['seed_name']})" if typed.get("seed_name") else sentence
