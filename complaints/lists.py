"""Rows of lists of complaints: what a reader may see of each case, whatever the number of rows, in few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from complaints.models import ComplaintKind
from complaints.states import GRAPH
from organisations.models import Role, UnitReach, User
from organisations.queries import units_where
from workflows import search
from workflows.models import Case


@dataclass(frozen=True)
class Row:
    """A case in a list: `about` is what may be shown of its subject, `muted` whether that is a remark of ours."""

    case: Case
    about: str
    muted: bool
    kind_name: str
    assign_edge: str


class Reader:
    """Somebody who looks at lists: in which units he screens and assigns, and what follows for the rows."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.screens = units_where(user, {Role.SCREENER})
        self.heads = units_where(user, {Role.HEAD})

    def rows(self, cases: Sequence[Case]) -> list[Row]:
        """The rows of `cases` (with unit and holder loaded): two queries, none for an empty list."""
        if not cases:
            return []
        screened = self._reached(self.screens, cases)
        headed = self._reached(self.heads, cases)
        return [self._row(case, screened, headed) for case in cases]

    def readable(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Those of `cases` whose subject the reader may see: a search must not tell what the list conceals."""
        screened = UnitReach.objects.filter(above__in=self.screens, unit=OuterRef("unit"))
        return cases.filter(Q(screened=True) | Q(holder=self.user) | Q(Exists(screened)))

    def find(self, cases: QuerySet[Case], text: str) -> QuerySet[Case]:
        """Those of `cases` whose number begins with `text`, else those whose subject contains it and may be seen."""
        if search.as_number(text) and (numbered := search.by_number(cases, text)).exists():
            return numbered
        return search.by_subject(self.readable(cases), text)

    @cached_property
    def kinds(self) -> dict[str, ComplaintKind]:
        """All kinds by their code."""
        return {kind.code: kind for kind in ComplaintKind.objects.all()}

    def _row(self, case: Case, screened: set[int], headed: set[int]) -> Row:
        about, muted = case.subject, False
        if case.protected:
            about, muted = _("Protected"), True
        elif not case.screened and case.holder_id != self.user.pk and case.unit_id not in screened:
            about, muted = _("Not screened yet"), True
        elif not about:
            about, muted = _("No text"), True
        kind = self.kinds.get(case.category)
        may_assign = case.unit_id in (self.heads if case.protected else headed)
        edge = assign_edge(case) if may_assign else ""
        return Row(case, about, muted, kind.name if kind else "", edge)

    def _reached(self, units: Iterable[int], cases: Sequence[Case]) -> set[int]:
        """Which units of these cases lie in or below `units`."""
        if not units:
            return set()
        of_cases = {case.unit_id for case in cases}
        return set(UnitReach.objects.filter(above__in=units, unit__in=of_cases).values_list("unit", flat=True))


def assign_edge(case: Case) -> str:
    """The edge by which a head puts the case into somebody's hands in its state; empty when there is none."""
    return next((name for name in ("assign", "reassign") if case.state in GRAPH.edge(name).sources), "")
