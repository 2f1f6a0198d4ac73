"""What the holder of a receipt may know of cases beside his own: the one his was merged into, the parts of his.

The case it was merged into is somebody else's. Of it he learns its number, unless it is protected, and how far the
office is: nothing that its complainant did, was asked or wrote, and no day, for a clock that pauses would tell of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import ComplaintCase, Referral
from complaints.views.citizen import words
from complaints.wholes import parts_of
from organisations.formats import digits
from workflows.graph import Text
from workflows.models import Case, CaseLink, Clock

_ENDED: Text = _("The work on that case has ended. If you have no answer yet, write to the office.")
# How far the case is into which one was merged. In the states that its complainant brings about, the one before shows.
OTHER: dict[str, Text] = {
    "received": _("The office looks at that case."),
    "screening": _("The office decides whether it takes up the matter."),
    "accepted": _("The office puts somebody in charge."),
    "investigating": _("The office finds out the facts."),
    "awaiting_agency": _("The office finds out the facts."),
    "review": _("A second person decides about what was found."),
    "acting": _("The office does what was decided. Then you get the reply."),
    "replied": _ENDED,
    "closed": _ENDED,
    "declined": _ENDED,
    "referred": _("The matter is with another agency. The office follows what becomes of it."),
    "suspended_case": _("The matter is before a court or another body, and rests until then."),
    "merged": _ENDED,
    "withdrawn": _ENDED,
}
OF_ITS_COMPLAINANT = frozenset({"awaiting_complainant", "review_requested"})


@dataclass(frozen=True)
class Joined:
    """The case with which his goes on: its number, "" where it is protected, and how far the office is with it."""

    number: str
    step: Text


@dataclass(frozen=True)
class Part:
    """A part of his complaint: how it is called here, its address, what comes next and by when."""

    name: str
    public_id: str
    step: Text
    by: date | None


def joined(case: ComplaintCase) -> Joined | None:
    """The case into which `case` was merged; None where it goes on by itself."""
    if case.state != "merged":
        return None
    into = Case.objects.filter(linked_from__source=case.pk, linked_from__relation=CaseLink.Relation.MERGED).first()
    if into is None:
        return None
    state = into.came_from if into.state in OF_ITS_COMPLAINANT else into.state
    return Joined("" if into.protected else into.number, OTHER[state])


def parts(case: ComplaintCase) -> list[Part]:
    """The parts of a complaint, in a number of queries that does not grow with them."""
    found = parts_of(case)
    running: dict[int, list[Clock]] = {part.pk: [] for part in found}
    clocks = Clock.objects.filter(case__in=running, stopped_on=None, due_on__isnull=False) if running else ()
    for clock in sorted(clocks, key=lambda clock: (clock.due_on, clock.pk)):
        running[clock.case_id].append(clock)
    return [Part(name_of(part), part.public_id, *words.next_step(part, running[part.pk])) for part in found]


def name_of(part: ComplaintCase) -> str:
    """A part by its number and kind; of one that is protected no more than that."""
    if part.protected:
        return gettext("A part that is handled in confidence")
    kind = part.complaint.kind
    return " · ".join(filter(None, [digits(part.number), kind.name if kind else ""]))


def part_of(case: ComplaintCase, public_id: str) -> ComplaintCase | None:
    """The part of a complaint with that public id; None for what is no part of it."""
    return next((part for part in parts_of(case) if part.public_id == public_id), None)


def family(case: ComplaintCase) -> Iterable[ComplaintCase]:
    """A complaint and its parts."""
    return [case, *parts_of(case)]


def referral(case: ComplaintCase) -> Referral | None:
    """To which agency a case was sent, and when, while it is there."""
    return case.referrals.select_related("agency").last() if case.state == "referred" else None
