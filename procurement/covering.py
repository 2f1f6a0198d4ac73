"""Who covers an activity of the plan, or why nobody does, in words: what pages show beside the verdict of the rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations import formats
from procurement.models import Activity, Committee, CommitteeKind, Meeting, Member, Milestone, Person, Purchase
from procurement.states import committee as law
from procurement.states import purchase as purchase_law
from workflows.models import Case

_BEFORE_DECISION = (Milestone.Code.ANNOUNCE, Milestone.Code.CONTRACT)
_BEFORE_AWARD = (purchase_law.PLANNED, purchase_law.ANNOUNCED)


@dataclass(frozen=True)
class Cover:
    """An activity with its citizens, or why it has none.

    seats: the citizens who cover it. why: a sentence, empty where it is covered; open_why: the same for everybody, who
    are told of no draft. committee, purchase: the case on which something can be done about it. decides_on: when its
    committee will decide at the latest, as planned.
    """

    activity: Activity
    seats: list[Member]
    why: str = ""
    open_why: str = ""
    committee: Case | None = None
    purchase: Case | None = None
    decides_on: date | None = None


def covers(ids: Iterable[int | str]) -> list[Cover]:
    """A `Cover` for each of these activities, in the order of `ids`, by the committees of the kinds that count. A fixed
    number of queries, however many activities."""
    pks = [int(pk) for pk in ids]
    found = {row.pk: row for row in _with_committees(pks)}
    today = timezone.localdate()
    return [_cover(found[pk], today) for pk in pks if pk in found]


def _with_committees(pks: list[int]) -> Iterable[Activity]:
    citizens = Member.objects.filter(person__standing=Person.Standing.CITIZEN).select_related("person", "seat")
    decided = Meeting.objects.exclude(decision=Meeting.Decision.NONE).order_by("held_on")
    committees = Committee.objects.select_related("case", "kind").exclude(case__state=law.DISCARDED)
    planned = Milestone.objects.filter(code__in=_BEFORE_DECISION, done_on=None)
    return (
        Activity.objects.filter(pk__in=pks)
        .select_related("unit")
        .prefetch_related(
            Prefetch("purchases", Purchase.objects.select_related("case", "method")),
            "purchases__contracts",
            Prefetch("purchases__milestones", planned),
            Prefetch("purchases__committees", committees),
            Prefetch("purchases__committees__members", citizens),
            "purchases__committees__members__seat__suspensions",
            Prefetch("purchases__committees__meetings", decided),
        )
    )


def _cover(activity: Activity, today: date) -> Cover:
    purchases = list(activity.purchases.all())
    wanted = [row for purchase in purchases for row in purchase.committees.all() if row.kind.qualifying]
    seats = [member for committee in wanted for member in _serving(committee, _first_decision(committee) or today)]
    decides_on = _decides_on(purchases)
    if seats:
        return Cover(activity, seats, decides_on=decides_on)
    going = [purchase for purchase in purchases if purchase.case.is_open]
    nobody = _("No committee that counts has been appointed yet.")
    if hopes := sorted((_hope(committee) for committee in wanted), key=lambda hope: hope[0]):
        rank, why, case = hopes[0]
        return Cover(activity, [], why, nobody if rank <= _DRAFTED else why, committee=case, decides_on=decides_on)
    if not purchases:
        why = _("No purchase of it has been planned yet.")
        return Cover(activity, [], why, why)
    if not going and all(purchase.cancelled_on for purchase in purchases):
        why = _("All its purchases have been cancelled.")
        return Cover(activity, [], why, why)
    first = (going or purchases)[0]
    if not any(row.case.state in _BEFORE_AWARD for row in purchases):
        why = _("The winner is known, and no committee that counts had a citizen.")
        return Cover(activity, [], why, why, purchase=first.case)
    if first.method is not None and first.method.committee_kind_id is None:
        nobody = _("Its method has no committee that considers offers.")
    return Cover(activity, [], nobody, nobody, purchase=first.case, decides_on=decides_on)


def _first_decision(committee: Committee) -> date | None:
    """The day the rule looks at, as `coverage.reading` finds it: that of the first decision; where none is on record,
    the day of the award or of the first contract, for a committee that considers offers. None: today (S4:341-349)."""
    if first := next(iter(committee.meetings.all()), None):
        return first.held_on
    if committee.kind.task != CommitteeKind.Task.PURCHASE:
        return None
    purchase = committee.purchase
    days = [purchase.awarded_on, *(contract.signed_on for contract in purchase.contracts.all())]
    return min((day for day in days if day), default=None)


def _serving(committee: Committee, day: date) -> Iterator[Member]:
    for member in committee.members.all():
        begun = member.appointed_on is not None and member.appointed_on <= day
        if begun and (member.left_on is None or member.left_on > day) and not _suspended(member, day):
            yield member


def _suspended(member: Member, day: date) -> bool:
    """Whether a conflict was being looked into on `day`: then he does not count, as in `coverage.reading`."""
    if not hasattr(member, "seat"):
        return False
    return any(row.since <= day and (row.until is None or day < row.until) for row in member.seat.suspensions.all())


# Ranks of what is still in a draft.
_DRAFTED = 1


def _hope(committee: Committee) -> tuple[int, str, Case]:
    """Why this committee has no citizen that counts; the number tells what can still be mended, the easiest first."""
    if first := _first_decision(committee):
        words = {"day": formats.write_date(first)}
        if any(_suspended(row, first) for row in committee.members.all()):
            return 6, _("The committee decided on %(day)s while its citizen was suspended.") % words, committee.case
        if any(row.appointed_on and row.appointed_on > first for row in committee.members.all()):
            return 5, _("The citizen was appointed after the committee had decided (%(day)s).") % words, committee.case
        return 6, _("The committee decided on %(day)s without a citizen.") % words, committee.case
    drafted = [row for row in committee.members.all() if row.appointed_on is None and row.left_on is None]
    if drafted and committee.case.is_open:
        return 0, _("A citizen is in the draft and not appointed yet."), committee.case
    if committee.case.state in law.BEFORE_SIGNATURE:
        return 1, _("The order is in draft, without a citizen."), committee.case
    if any(_suspended(row, timezone.localdate()) for row in committee.members.all() if row.left_on is None):
        return 2, _("The citizen is suspended until it is decided whether there is a conflict."), committee.case
    left = [row.left_on for row in committee.members.all() if row.left_on and row.appointed_on]
    if left and committee.case.is_open:
        return 2, _("The citizen left on %(day)s.") % {"day": formats.write_date(max(left))}, committee.case
    if committee.case.is_open:
        return 3, _("Appointed without a citizen; until it decides, an amending order can add one."), committee.case
    return 7, _("The committee ended without a citizen."), committee.case


def _decides_on(purchases: Iterable[Purchase]) -> date | None:
    """The day by which a committee decides that has not: before the contract; where none is planned, after the
    announcement."""
    waiting = [row for row in purchases if row.case.state in _BEFORE_AWARD and not _has_decided(row)]
    return first_decision((step.code, step.planned_on) for row in waiting for step in row.milestones.all())


def _has_decided(purchase: Purchase) -> bool:
    """Whether a committee that counts has decided: nobody can be seated for that decision any more."""
    return any(row.kind.qualifying and _first_decision(row) for row in purchase.committees.all())


def first_decision(planned: Iterable[tuple[str, date | None]]) -> date | None:
    """The earliest day by which a committee decides. planned: steps that are not reached, each with its day, if any."""
    days: dict[str, date] = {}
    for code, day in planned:
        if day is not None:
            days[code] = min(day, days.get(code, day))
    return days.get(Milestone.Code.CONTRACT) or days.get(Milestone.Code.ANNOUNCE)


def decision_days(ids: Iterable[int]) -> dict[int, date]:
    """For each of these activities whose committee is still to decide, the day by which it does, as planned: one query
    over any number of them. Keys of activities that have none are left out."""
    decided = Meeting.objects.filter(committee__purchase=OuterRef("purchase"), committee__kind__qualifying=True)
    steps = Milestone.objects.filter(
        ~Exists(decided.exclude(decision=Meeting.Decision.NONE)),
        purchase__activity__in=list(ids),
        purchase__case__state__in=_BEFORE_AWARD,
        code__in=_BEFORE_DECISION,
        done_on=None,
        planned_on__isnull=False,
    )
    planned: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for activity, code, day in steps.values_list("purchase__activity", "code", "planned_on"):
        planned[activity].append((code, day))
    return {activity: day for activity, rows in planned.items() if (day := first_decision(rows))}
