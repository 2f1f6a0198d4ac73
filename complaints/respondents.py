"""Who is complained about in a case, as its officers read it: persons, allegations, hearings, findings, penalties."""

from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from complaints.models import (
    ComplaintCase,
    Finding,
    Hearing,
    InquiryCommittee,
    Measure,
    Penalty,
    Respondent,
    RespondentFinding,
)
from complaints.rules import AGAINST, PERSONAL, may_read_text
from organisations.formats import digits
from organisations.models import User
from workflows.models import Clock

_SHORT = 90


@dataclass(frozen=True)
class Named:
    """A respondent. person, allegation: "" for who may not read the text; number: his place in the case, from 1."""

    row: Respondent
    number: int
    name: str = ""
    position: str = ""
    allegation: str = ""

    @property
    def person(self) -> str:
        """His name and position, else "respondent 2"."""
        return ", ".join(filter(None, (self.name, self.position))) or _("respondent %(n)s") % {"n": digits(self.number)}

    @property
    def label(self) -> str:
        """For a list to choose from."""
        return " · ".join(filter(None, (self.person, Truncator(self.allegation).chars(_SHORT))))


def named_in(case: ComplaintCase, user: User, *, removed: bool = False) -> list[Named]:
    """The respondents of `case` as `user` may read them, in the order in which they were named. One query.

    removed: with those who were named by mistake.
    """
    readable = may_read_text(user, case)
    rows = case.respondents.select_related("unit", "by").order_by("pk")
    return [_named(case, row, n, readable) for n, row in enumerate(rows, start=1) if removed or row.removed_at is None]


def _named(case: ComplaintCase, row: Respondent, number: int, readable: bool) -> Named:
    if not readable:
        return Named(row, number)
    person = row.read_person(case)
    return Named(row, number, person.get("name", ""), person.get("position", ""), row.read(case))


# --- All that is on record --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A hearing, a finding, a measure or a penalty, with its text and the due day of its clock, where one runs."""

    row: Hearing | RespondentFinding | Measure | Penalty
    text: str
    due: date | None = None


@dataclass(frozen=True)
class OnRecord:
    """A respondent with all that is on record about him. due: when the penalty has to be decided; unanswered: found
    against in the newest finding, an official, and no measure says yet what follows."""

    person: Named
    hearings: list[Line] = field(default_factory=list)
    findings: list[Line] = field(default_factory=list)
    measures: list[Line] = field(default_factory=list)
    penalties: list[Line] = field(default_factory=list)
    due: date | None = None
    unanswered: bool = False


def on_record(case: ComplaintCase, user: User) -> list[OnRecord]:
    """Every respondent of `case`, those named by mistake too, as far as `user` may read it. Nobody's text is opened for
    who may not read it. At most seven queries whatever their number."""
    named = named_in(case, user, removed=True)
    if not named:
        return []
    readable = may_read_text(user, case)
    clocks = {
        f"{code}:{about}": due
        for code, about, due in Clock.objects.filter(case=case.pk, stopped_on=None).values_list(
            "code", "about", "due_on"
        )
    }
    newest = case.findings.last()
    rows = {person.row.pk: OnRecord(person, due=clocks.get(f"penalty_decision:{person.row.pk}")) for person in named}
    if not readable:
        return list(rows.values())
    for hearing in Hearing.objects.filter(respondent__in=rows).select_related("by"):
        rows[hearing.respondent_id].hearings.append(Line(hearing, hearing.read(case)))
    for found in RespondentFinding.objects.filter(respondent__in=rows).select_related("finding__by"):
        rows[found.respondent_id].findings.append(Line(found, found.read(case)))
    for measure in Measure.objects.filter(respondent__in=rows).select_related("owner", "respondent"):
        line = Line(measure, measure.read(case), clocks.get(f"measure:{measure.pk}"))
        rows[line.row.respondent.pk].measures.append(line)  # type: ignore[union-attr]
    for penalty in Penalty.objects.filter(respondent__in=rows).select_related("by"):
        line = Line(penalty, penalty.read(case), clocks.get(f"penalty_copy:{penalty.pk}"))
        rows[penalty.respondent_id].penalties.append(line)
    return [_with_what_is_open(row, newest) for row in rows.values()]


def _with_what_is_open(row: OnRecord, newest: Finding | None) -> OnRecord:
    if newest is None or not row.person.row.official or row.person.row.removed_at is not None:
        return row
    against = any(
        found.row.finding_id == newest.pk and found.row.outcome in AGAINST  # type: ignore[union-attr]
        for found in row.findings
    )
    # What an earlier round led to does not answer this one.
    answered = any(
        measure.row.kind in PERSONAL and measure.row.at >= newest.at  # type: ignore[union-attr]
        for measure in row.measures
    )
    return replace(row, unanswered=against and not answered)


def committees_of(case: ComplaintCase) -> list[InquiryCommittee]:
    """The investigating committees with their members, the newest first. Two queries."""
    rows = case.committees.select_related("by").prefetch_related("members__user")
    return list(rows.order_by("-pk"))
