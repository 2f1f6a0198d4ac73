"""The figures about people that complaints give to the scores (S4:313-314, 359), withheld: see `workflows.metrics`.

They count protected matters, so nothing that happens today may move them. They know no more than the ledger of before
the quarter that runs (`Span.settled`), and of that only what had come to an end by then; read again in the same quarter
they are the same, whatever has happened meanwhile. A matter counts in the fiscal year in which it ended.

Founded (มีมูล) is said of a respondent: of an allegation against him, in a finding that a second person decided. He
counts for the unit he was of, else for the unit the matter is about; where neither is known, for none.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from complaints.models import (
    Complaint,
    ComplaintKind,
    Decision,
    Measure,
    Penalty,
    Respondent,
    RespondentFinding,
)
from complaints.models.handling import Outcome
from complaints.rules import AGAINST
from complaints.states import CLOSED, ENDED, MERGED
from organisations.calendar import start_of
from organisations.queries import reach_of
from organisations.shares import Share
from workflows.graph import Text
from workflows.metrics import Figure, Metric, Span
from workflows.models import Case, LedgerEntry

PROCEEDINGS = (Measure.Kind.DISCIPLINE, Measure.Kind.ETHICS, Measure.Kind.CRIMINAL)
"""Measures by which somebody found against is pursued in earnest."""


Row = TypeVar("Row", bound=Model)
Counted = TypeVar("Counted", "Grievance", "Accused")


class Grievance(NamedTuple):
    """A grievance under section 122 that has ended. case, unit: ids; founded: also in part."""

    case: int
    unit: int
    founded: bool


class Accused(NamedTuple):
    """An official and one allegation against him, in a matter that was closed. case, unit: ids.

    pursued: it was decided about, and where it was founded, proceedings or a penalty followed.
    """

    case: int
    unit: int
    executive: bool
    founded: bool
    pursued: bool


def grievances(span: Span) -> list[Grievance]:
    """Those that ended in the year, before the quarter that runs; declined and withdrawn ones too, for they were filed.
    What was merged counts with what it was merged into."""
    rows = _ended(Complaint.objects.filter(kind__in=_codes_of_section_122()), span, set(ENDED) - {MERGED})
    found = rows.annotate(outcome_then=_decided(span, "outcome")).exclude(about_unit=None)
    return [Grievance(row.pk, row.about_unit_id, row.outcome_then in AGAINST) for row in found]


def accused(span: Span) -> list[Accused]:
    """The officials who were accused in what was closed in the year, before the quarter that runs. A matter that was
    not taken up, or withdrawn, accuses nobody, and a grievance under section 122 is no accusation."""
    before = start_of(span.settled)
    named = Respondent.objects.filter(official=True, at__lt=before).filter(
        Q(removed_at=None) | Q(removed_at__gte=before)
    )
    other_kinds = Q(case__complaint__kind=None) | ~Q(case__complaint__kind__in=_codes_of_section_122())
    own = RespondentFinding.objects.filter(respondent=OuterRef("pk"), finding=OuterRef("finding_then"))
    orders = Penalty.objects.filter(respondent=OuterRef("pk"), at__lt=before).exclude(kind=Penalty.Kind.NONE)
    proceedings = Measure.objects.filter(respondent=OuterRef("pk"), at__lt=before, kind__in=PROCEEDINGS)
    rows = (
        _ended(named.filter(other_kinds), span, {CLOSED})
        .annotate(outcome_then=_decided(span, "outcome"), finding_then=_decided(span, "finding"))
        .annotate(
            found_against=Exists(own.filter(outcome__in=AGAINST)),
            followed=Exists(proceedings) | Exists(orders),
            unit_then=Coalesce("unit", "case__complaint__about_unit"),
        )
        .exclude(unit_then=None)
    )
    return [_accused(row) for row in rows]


def _accused(row: Any) -> Accused:
    # What the anti-corruption body found binds, and names no finding of ours.
    binds = row.outcome_then is not None and row.finding_then is None
    founded = row.outcome_then in AGAINST and (binds or row.found_against)
    pursued = row.outcome_then is not None and (not founded or row.followed)
    return Accused(row.case_id, row.unit_then, row.executive, founded, pursued)


def _ended(rows: "QuerySet[Row]", span: Span, states: Collection[str]) -> "QuerySet[Row]":
    """Those whose case stood in one of these states when the settled part of the year ended, and came there in it."""
    entries = LedgerEntry.objects.filter(case=OuterRef("case"), at__lt=start_of(span.settled)).order_by("-seq")
    moved = entries.exclude(from_state=F("to_state"))
    return rows.annotate(
        state_then=Subquery(entries.values("to_state")[:1]), moved_then=Subquery(moved.values("at")[:1])
    ).filter(state_then__in=states, moved_then__gte=start_of(span.first))


def _decided(span: Span, field: str) -> Subquery:
    """Of the last decision about the matter, as it stood then."""
    rows = Decision.objects.filter(case=OuterRef("case"), outcome__in=Outcome.values, at__lt=start_of(span.settled))
    return Subquery(rows.order_by("-pk").values(field)[:1])


def _codes_of_section_122() -> list[str]:
    """The kinds that rule data marks, and what is part of them."""
    kinds = list(ComplaintKind.objects.values_list("pk", "parent", "section_122"))
    codes = {code for code, _parent, marked in kinds if marked}
    while more := {code for code, parent, _marked in kinds if parent in codes} - codes:
        codes |= more
    return sorted(codes)


# --- The metrics ------------------------------------------------------------------------------------------------------
def _count(
    code: str,
    title: Text,
    part: Text,
    source: str,
    rows: Callable[[Span], Iterable[Counted]],
    counts: Callable[[Counted], bool],
) -> Metric:
    """How many cases have a row that counts; each once."""

    def cases(span: Span) -> set[tuple[int, int]]:
        return {(row.unit, row.case) for row in rows(span) if counts(row)}

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        found = cases(span)
        reach = {unit: set(below) for unit, below in reach_of(units).items()}
        return {unit: len({case for of, case in found if of in below}) for unit, below in reach.items()}

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        below = set(reach_of([unit])[unit])
        return Case.objects.filter(pk__in={case for of, case in cases(span) if of in below})

    return Metric(code, title, part, "", source, compute, behind, withheld=True)


def _share(code: str, title: Text, whole: Text, source: str, counts: Callable[[Accused], bool]) -> Metric:
    """Of so many allegations, how many were pursued."""

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        rows = [row for row in accused(span) if counts(row)]
        every, part = Counter(row.unit for row in rows), Counter(row.unit for row in rows if row.pursued)
        return {
            unit: Share(sum(part[one] for one in below), sum(every[one] for one in below))
            for unit, below in reach_of(units).items()
        }

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        below = set(reach_of([unit])[unit])
        rows = (row for row in accused(span) if counts(row) and row.pursued and row.unit in below)
        return Case.objects.filter(pk__in={row.case for row in rows})

    part = _("those that were decided about, with proceedings or a penalty where they were founded")
    return Metric(code, title, part, whole, source, compute, behind, withheld=True)


WITHHELD = (
    _count(
        "complaints.section_122_grievances",
        _("Grievances under section 122"),
        _("grievances of officials against superiors that ended in the year"),
        "S4:313",
        grievances,
        lambda _row: True,
    ),
    _count(
        "complaints.section_122_founded",
        _("Founded grievances under section 122"),
        _("those that were founded, also in part"),
        "S4:313",
        grievances,
        lambda row: row.founded,
    ),
    _share(
        "complaints.discipline_pursued",
        _("Officials accused, pursued in earnest"),
        _("allegations against officials in matters that were closed in the year"),
        "S4:314",
        lambda _row: True,
    ),
    _share(
        "complaints.discipline_pursued_founded",
        _("Officials found against, pursued in earnest"),
        _("founded allegations against officials in matters that were closed in the year"),
        "S4:314",
        lambda row: row.founded,
    ),
    _count(
        "complaints.executive_founded",
        _("Founded matters about executives"),
        _("matters closed in the year in which an allegation against an executive was founded"),
        "S4:314",
        accused,
        lambda row: row.founded and row.executive,
    ),
    _count(
        "complaints.staff_founded",
        _("Founded matters about staff"),
        _("matters closed in the year in which an allegation against an official was founded"),
        "S4:359",
        accused,
        lambda row: row.founded,
    ),
)
