"""What a committee does for coverage: whether it covers its activity, and if not, why (S4:341-349)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from organisations.formats import write_date
from procurement.coverage.rule import ActivityFacts, Seat, is_covered
from procurement.models import CommitteeCase, Meeting, Member, Person
from procurement.states import committee as law


@dataclass(frozen=True)
class Effect:
    """covers: whether the activity is covered by this committee. why: who does, or what is missing. advice: what can
    still be done, "" where nothing can."""

    covers: bool
    why: str
    advice: str = ""


def effect_of(case: CommitteeCase, members: list[Member], meetings: list[Meeting], today: date) -> Effect:
    """The effect of this committee alone; another one of the same activity may cover it all the same.

    members: all rows with their people, also of those who left; meetings: all. No query.
    """
    committee = case.committee
    citizens = [row for row in members if row.person.standing == Person.Standing.CITIZEN]
    first = min((row.held_on for row in meetings if row.decision != Meeting.Decision.NONE), default=None)
    if not committee.kind.qualifying:
        return Effect(
            covers=False, why=_("Committees of this kind do not count for coverage; a citizen is welcome all the same.")
        )
    seats = [
        (row, Seat(row.appointed_on, row.left_on, qualifying=True, first_decision=first))
        for row in citizens
        if row.appointed_on
    ]
    counting = [row for row, seat in seats if is_covered(ActivityFacts("", None, seats=(seat,)), today)]
    if counting:
        words = {"names": ", ".join(str(row.person) for row in counting)}
        if first is None:
            return Effect(covers=True, why=_("%(names)s sits in it as a citizen.") % words)
        words["day"] = write_date(first)
        return Effect(covers=True, why=_("%(names)s sat in it as a citizen when it first decided, on %(day)s.") % words)
    return _not_covered(case, citizens, first)


def _not_covered(case: CommitteeCase, citizens: list[Member], first: date | None) -> Effect:
    appointed = [row for row in citizens if row.appointed_on]
    if first is not None:
        words = {"day": write_date(first)}
        if any(row.appointed_on > first for row in appointed):
            return Effect(
                covers=False, why=_("The citizen was appointed after the first decision, on %(day)s.") % words
            )
        return Effect(covers=False, why=_("It first decided on %(day)s, and no citizen sat in it then.") % words)
    if case.state == law.DISCARDED:
        return Effect(covers=False, why=_("The draft was discarded."))
    if not case.is_open:
        return Effect(covers=False, why=_("It ended before it decided anything."))
    if any(row.appointed_on is None and row.left_on is None for row in citizens):
        return Effect(
            covers=False,
            why=_("A citizen is in the draft and not appointed yet."),
            advice=_("The activity is covered from the day of the order on."),
        )
    left = [row.left_on for row in appointed if row.left_on]
    why = _("The citizen left on %(day)s.") % {"day": write_date(max(left))} if left else _("No citizen sits in it.")
    if case.state in law.IN_FORCE:
        return Effect(
            covers=False, why=why, advice=_("Until it first decides, an amending order can still appoint one.")
        )
    return Effect(covers=False, why=why, advice=_("Add a citizen before the order is signed."))
