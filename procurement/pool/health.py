"""How the pool of a unit stands: who may be drawn now, what runs out, what is missing. Figures for the staff.

Each figure is a number of people or seats of a unit with all below it, on one day.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from organisations.calendar import BUDDHIST_ERA, fiscal_year
from organisations.models import Unit, User
from procurement.coverage.standing import standing_of
from procurement.models import Citizen, Seat
from procurement.states import seat as seat_law

from .eligibility import age_band, eligible
from .finding import citizens_read_by, ending, of_unit, term_over, trained
from .line import live_seats

REFUSALS = 3
"""Who has said no, or nothing, so often is asked whether he still wants to be in the pool."""
_SAID_NO = (seat_law.DECLINED, seat_law.NO_REPLY)
_MOST = 50


@dataclass(frozen=True)
class Health:
    """The pool of a unit on a day.

    admitted, waiting, drawable, trained, never_invited, refused_often, ending, over: people; trained and never_invited
    of those who may be drawn. by_district, by_sex, by_age: of those who may be drawn, each with its number; the code of
    a sex or "" where it is not known, the age band or "". seats_free: seats that those who may be drawn could still
    take; seats_needed: activities of the year that count and have no citizen. refusers, leavers: some of them by name.
    """

    admitted: int
    waiting: int
    drawable: int
    by_district: Sequence[tuple[Unit, int]]
    by_sex: Sequence[tuple[str, int]]
    by_age: Sequence[tuple[str, int]]
    trained: int
    never_invited: int
    ending: int
    over: int
    seats_free: int
    seats_needed: int
    refusers: Sequence[Citizen]
    leavers: Sequence[Citizen]

    @property
    def enough(self) -> bool:
        """Whether there are as many free seats of citizens as activities that need one."""
        return self.seats_free >= self.seats_needed


def health_of(unit: Unit, day: date, user: User) -> Health:
    """The pool of `unit` and all below it on `day`, as far as `user` reads it. The same number of queries for any
    size; who may be drawn is read once, three columns of each."""
    mine = of_unit(citizens_read_by(user), unit)
    states = dict(mine.order_by().values_list("status").annotate(Count("pk")))
    people = eligible(unit.pk, day)
    rows = list(people.values_list("pk", "person__unit", "sex", "birth_year", "person__most_seats"))
    pks = [row[0] for row in rows]
    held = live_seats(people.order_by().values("pk"))
    units = Unit.objects.in_bulk({row[1] for row in rows})
    districts = Counter(units[row[1]] for row in rows)
    ages = Counter(age_band(row[3], day.year + BUDDHIST_ERA) for row in rows)
    asked = Seat.objects.filter(person=OuterRef("pk")).exclude(case__state__in=seat_law.UNASKED)
    known = Citizen.objects.filter(pk__in=people.order_by().values("pk"))
    refused = (
        mine.filter(status=Citizen.Status.ADMITTED)
        .annotate(refusals=Count("person__seats", filter=Q(person__seats__case__state__in=_SAID_NO)))
        .filter(refusals__gte=REFUSALS)
        .order_by("-refusals", "person__name", "pk")
    )
    return Health(
        admitted=states.get(Citizen.Status.ADMITTED, 0),
        waiting=states.get(Citizen.Status.APPLIED, 0),
        drawable=len(pks),
        by_district=sorted(districts.items(), key=lambda pair: pair[0].sort_key),
        by_sex=sorted(Counter(row[2] for row in rows).items()),
        by_age=sorted(ages.items(), key=lambda pair: (not pair[0], pair[0])),
        trained=known.filter(trained()).count(),
        never_invited=known.filter(~Exists(asked)).count(),
        ending=ending(mine, day).count(),
        over=term_over(mine, day).count(),
        seats_free=sum(max(0, row[4] - held[row[0]]) for row in rows),
        seats_needed=_needed(unit, day),
        refusers=list(refused[:_MOST]),
        leavers=list(ending(mine, day).order_by("term_to", "person__name", "pk")[:_MOST]),
    )


def _needed(unit: Unit, day: date) -> int:
    standing = standing_of(unit, fiscal_year(day))
    return standing.top - standing.top_covered + standing.rest - standing.rest_covered
