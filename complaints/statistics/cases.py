"""The cases behind a figure: as many as it counts, for who may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import Func, QuerySet

from complaints.models import ReportCell
from organisations.models import User
from workflows.models import Case
from workflows.queries import visible_to

from .barred import barred_cases
from .labels import KindTree
from .periods import Period
from .reading import KIND


@dataclass(frozen=True)
class Counted:
    """What a figure of a report counts. keys: those of its cells; units: those whose figures it adds up."""

    period: Period
    units: frozenset[int]
    part: str
    keys: tuple[str, ...]

    @cached_property
    def _cells(self) -> list[int]:
        cells = ReportCell.objects.filter(
            report__period=self.period.code, report__unit__in=self.units, part=self.part, key__in=self.keys
        )
        return list(cells.values_list("pk", flat=True))

    def cases(self, user: User) -> QuerySet[Case]:
        """Those that exist for `user`, each once."""
        counted = ReportCell.objects.filter(pk__in=self._cells).values(item=Func("cases", function="unnest"))
        return visible_to(user, KIND).filter(pk__in=counted)

    def numbers(self, user: User) -> tuple[int, int]:
        """(how many the figure counts, how many of them exist for `user`); what is counted twice counts twice, what he
        has a conflict with not at all: nobody learns from what is missing that it is there."""
        visible, params = visible_to(user, KIND).values("id").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERS.format(visible=visible), [self._cells, barred_cases(user, self.period), *params])
            counted, known = cursor.fetchone()
        return counted, known

    def times(self, cases: Iterable[Case]) -> dict[int, int]:
        """How often each of these is counted, by id."""
        with connection.cursor() as cursor:
            cursor.execute(_TIMES, [self._cells, [case.pk for case in cases]])
            return dict(cursor.fetchall())


_NUMBERS = """
WITH counted AS (
    SELECT item AS id FROM complaints_reportcell, unnest(cases) AS item
    WHERE id = ANY (%s::bigint[]) AND item <> ALL (%s::bigint[])
)
SELECT count(*), count(visible.id) FROM counted LEFT JOIN ({visible}) visible USING (id)
"""
_TIMES = """
SELECT item, count(*) FROM complaints_reportcell, unnest(cases) AS item
WHERE complaints_reportcell.id = ANY (%s::bigint[]) AND item = ANY (%s::bigint[]) GROUP BY item
"""


def keys_of(part: str, key: str, *, exactly: bool = False) -> tuple[str, ...]:
    """The keys of the cells that a figure adds up: a main kind has those of its parts, unless it is meant `exactly`."""
    if part != "kinds" or exactly:
        return (key,)
    tree = KindTree.read()
    return tuple({key, *(code for code in tree.kinds if tree.main(code) == key)})
