"""Quality beside coverage: what became of the citizens who were appointed (domain.md: Citizen seats).

Counted are the seats of the activities of a unit and of all below it in a fiscal year, on committees of every kind.
Nothing is weighed or added up: each figure is so many of so many, and opens the list it counts.

How the figures are read, the stricter way where the sources leave a choice:
a seat counts once an order has appointed its citizen, also when he left later. Whose committee has not met while he
was its member, or only while he was suspended, could not be invited yet. Documents: by the minutes he was given them
for every meeting to which he was invited, and no report of his says that some were missing. In time: the clock of the
answer was stopped by its due day; a report whose answer is not due yet is not counted there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit, UnitReach
from procurement.models import Attendance, Observation, Seat, SeatCase, Suspension
from workflows.graph import Text
from workflows.models import Clock

_UNIT = "committee__purchase__activity__unit"
_YEAR = "committee__purchase__activity__fiscal_year"

MOST_NAMED = 20
"""People named on a page; the rest stand in the list behind the figure."""


# --- What is asked of a seat ------------------------------------------------------------------------------------------
def _attendances(**facts: bool) -> "QuerySet[Attendance]":
    return Attendance.objects.filter(member=OuterRef("member"), **facts)


def _met() -> Q:
    held_on = OuterRef("meeting__held_on")
    suspended = Suspension.objects.filter(Q(until=None) | Q(until__gt=held_on), since__lte=held_on)
    while_suspended = Exists(suspended.filter(seat__member=OuterRef("member")))
    # Who was invited all the same is counted as invited, and so as somebody who could be.
    return Q(Exists(_attendances().filter(~while_suspended | Q(invited=True))))


def _invited() -> Q:
    return Q(Exists(_attendances(invited=True)))


def _attended() -> Q:
    return Q(Exists(_attendances(invited=True, attended=True)))


def _given_documents() -> Q:
    without = _attendances(invited=True, documents=False)
    missed = Observation.objects.filter(~Q(refused_documents="") | Q(documents__in=["some", "none"]))
    return _invited() & ~Q(Exists(without)) & ~Q(Exists(missed.filter(seat=OuterRef("pk"))))


def _with_report(wanted: "QuerySet[Observation]") -> Q:
    return Q(Exists(wanted.filter(seat=OuterRef("pk"))))


# --- What is asked of a report ----------------------------------------------------------------------------------------
def _clock(**facts: object) -> Q:
    about = Cast(OuterRef("pk"), CharField())
    clocks = Clock.objects.filter(case=OuterRef("seat"), code="observation_answer", about=about)
    return Q(Exists(clocks.filter(**facts)))


def _answered() -> Q:
    return ~Q(answer="")


def _in_time() -> Q:
    return _answered() & _clock(stopped_on__lte=F("due_on"))


def _overdue() -> Q:
    return Q(answer="") & _clock(stopped_on=None, due_on__lt=timezone.localdate())


def _fixed() -> Q:
    return Q(outcome=Observation.Outcome.FIXED)


def _reports(condition: Q | None = None) -> "QuerySet[Observation]":
    return Observation.objects.filter(condition) if condition is not None else Observation.objects.all()


# --- Lists ------------------------------------------------------------------------------------------------------------
LISTS: dict[str, Text] = {
    "appointed": _("Appointed"),
    "met": _("Whose committee has met"),
    "invited": _("Invited to a meeting"),
    "never_invited": _("Appointed but never invited"),
    "attended": _("Attended a meeting"),
    "documents": _("Given the documents"),
    "no_documents": _("Invited, but not given all documents"),
    "reported": _("Sent a report"),
    "answered": _("With an answered report"),
    "unanswered": _("With a report not answered"),
    "in_time": _("With a report answered in time"),
    "late": _("With a report answered late or overdue"),
    "fixed": _("With a report that led to a change"),
}
"""Lists of seats that a figure opens: the code of each and its words."""

_CONDITIONS: dict[str, Callable[[], Q]] = {
    "appointed": Q,
    "met": _met,
    "invited": _invited,
    "never_invited": lambda: _met() & ~_invited(),
    "attended": _attended,
    "documents": _given_documents,
    "no_documents": lambda: _invited() & ~_given_documents(),
    "reported": lambda: _with_report(_reports()),
    "answered": lambda: _with_report(_reports(_answered())),
    "unanswered": lambda: _with_report(_reports(Q(answer=""))),
    "in_time": lambda: _with_report(_reports(_in_time())),
    "late": lambda: _with_report(_reports((_answered() & ~_in_time()) | _overdue())),
    "fixed": lambda: _with_report(_reports(_fixed())),
}


def narrowed(cases: "QuerySet[SeatCase]", code: str) -> "QuerySet[SeatCase]":
    """Those of `cases` that the list `code` of `LISTS` counts. Raises KeyError for another code."""
    return cases.filter(seat__in=_appointed().filter(_CONDITIONS[code]()))


def _appointed() -> "QuerySet[Seat]":
    return Seat.objects.filter(member__appointed_on__isnull=False)


# --- Figures ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Share:
    """So many of so many. code, of_code: the lists that `count` and `of` open; of reports, the seats that sent them."""

    code: str
    word: Text
    count: int
    of: int
    of_code: str
    of_word: Text

    @property
    def percent(self) -> int | None:
        """Percent, cut to a whole number; None where there is nothing to count."""
        return 100 * self.count // self.of if self.of else None


@dataclass(frozen=True)
class Quality:
    """Seats: appointed … reported; reports: reports … fixed. answers_due: reports that are answered, or overdue."""

    appointed: int = 0
    met: int = 0
    invited: int = 0
    attended: int = 0
    documents: int = 0
    reported: int = 0
    reports: int = 0
    answered: int = 0
    answers_due: int = 0
    in_time: int = 0
    fixed: int = 0

    def __add__(self, other: "Quality") -> "Quality":
        names = [field.name for field in fields(self)]
        return Quality(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def never_invited(self) -> int:
        """Whose committee has met, but never with them."""
        return self.met - self.invited

    @property
    def shares(self) -> list[Share]:
        """The figures as a page shows them, each of what it can be of."""
        met = (self.met, "met", _("citizens whose committee has met"))
        invited = (self.invited, "invited", _("citizens invited"))
        appointed = (self.appointed, "appointed", _("citizens appointed"))
        reports = (self.reports, "reported", _("reports"))
        due = (self.answers_due, "", _("reports answered or overdue"))
        return [
            Share("invited", _("Invited to a meeting"), self.invited, *met),
            Share("attended", _("Attended a meeting"), self.attended, *invited),
            Share("documents", _("Given the documents"), self.documents, *invited),
            Share("reported", _("Sent a report"), self.reported, *appointed),
            Share("answered", _("Reports answered"), self.answered, *reports),
            Share("in_time", _("Answered in time"), self.in_time, *due),
            Share("fixed", _("Led to a change"), self.fixed, *reports),
        ]


def quality_of(unit: Unit, fiscal_year: int) -> Quality:
    """The figures of a unit with all below it. fiscal_year: Buddhist Era. Three queries."""
    return qualities_of([unit], fiscal_year)[unit.pk]


def qualities_of(units: Iterable[Unit], fiscal_year: int) -> dict[int, Quality]:
    """The same of several units, by their keys: three queries, however many."""
    pks = {unit.pk for unit in units}
    reach = list(UnitReach.objects.filter(above__in=pks).values_list("above", "unit"))
    below = {unit for _above, unit in reach}
    own = _of_each(below, fiscal_year)
    sums = dict.fromkeys(pks, Quality())
    for above, unit in reach:
        if unit in own:
            sums[above] += own[unit]
    return sums


def _of_each(units: Iterable[int], fiscal_year: int) -> Mapping[int, Quality]:
    """What each unit by itself brings in, where there is anything."""
    wanted = {f"{_UNIT}__in": list(units), _YEAR: fiscal_year}
    seats = _appointed().filter(**wanted).order_by().values(_UNIT)
    asked = {code: _CONDITIONS[code]() for code in ("met", "invited", "attended", "documents", "reported")}
    seats = seats.annotate(
        appointed=Count("pk"), **{f"n_{code}": Count("pk", filter=condition) for code, condition in asked.items()}
    )
    found = {
        row[_UNIT]: Quality(appointed=row["appointed"], **{code: row[f"n_{code}"] for code in asked}) for row in seats
    }
    reports = Observation.objects.filter(seat__member__appointed_on__isnull=False)
    reports = reports.filter(**{f"seat__{name}": value for name, value in wanted.items()}).order_by()
    counted = reports.values(f"seat__{_UNIT}").annotate(
        reports=Count("pk"),
        n_answered=Count("pk", filter=_answered()),
        n_due=Count("pk", filter=_answered() | _overdue()),
        n_in_time=Count("pk", filter=_in_time()),
        n_fixed=Count("pk", filter=_fixed()),
    )
    for row in counted:
        found[row[f"seat__{_UNIT}"]] += Quality(
            reports=row["reports"],
            answered=row["n_answered"],
            answers_due=row["n_due"],
            in_time=row["n_in_time"],
            fixed=row["n_fixed"],
        )
    return found


def never_invited(units: Iterable[Unit], fiscal_year: int) -> list[Seat]:
    """Whose committee has met, but never with them, the longest appointed first: at most `MOST_NAMED`. For those who
    may read the names."""
    below = UnitReach.objects.filter(above__in=[unit.pk for unit in units]).values("unit")
    rows = _appointed().filter(**{f"{_UNIT}__in": below, _YEAR: fiscal_year}).filter(_CONDITIONS["never_invited"]())
    rows = rows.select_related("case__unit", "person", "committee__case", "committee__purchase", "member")
    return list(rows.order_by("member__appointed_on", "pk")[:MOST_NAMED])
