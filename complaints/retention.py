"""When the content of a complaint has been kept long enough, and what the night does about it.

A rule of `RetentionRule` that is in force says how long. When that time has ended, the erasure is announced: the clock
`erasure_notice` runs, custodians and the head are told and may hold the case. If nobody does, time erases it. Nothing
here erases by itself: every step is an edge of `complaints.states`.
"""

from collections import defaultdict
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from organisations.calendar import start_of
from organisations.models import Role, User
from organisations.queries import units_where
from workflows.handover import take
from workflows.keeping import closed_on, rule_for, years_before
from workflows.keeping import kept_until as kept_until_by
from workflows.keys import not_erased
from workflows.models import Case, Clock, LedgerEntry, RecordsHold, RetentionRule
from workflows.queries import visible_to

KIND = "complaint"
NOTICE = "erasure_notice"
"""The clock between the announcement of an erasure and the erasure."""


def kept_until(case: Case, day: date) -> date | None:
    """The last day on which the content of `case` is kept by the rule in force on `day`; None where it is open, has no
    rule, or is kept for good."""
    from complaints.routing import lineage

    ended, rule = closed_on(case), rule_for(KIND, lineage(case.category), day)
    return kept_until_by(ended, rule) if ended and rule else None


def is_proposed(case: Case) -> bool:
    """Whether the erasure of `case` has been announced."""
    return Clock.objects.filter(case=case.pk, code=NOTICE, stopped_on=None).exists()


def request_of(case: Case) -> LedgerEntry | None:
    """The entry by which a custodian asked to erase `case`; None where nobody did since it came to its end, where it
    was held since, or where it is done."""
    entry = LedgerEntry.objects.filter(case=case.pk, verb="ask_erasure", at__gte=case.state_since).last()
    if entry is None or RecordsHold.objects.filter(case=case.pk, at__gte=entry.at).exists():
        return None
    return entry


def due(day: date) -> QuerySet[Case]:
    """The cases whose time has ended on `day`, whose erasure is not announced, and that nothing holds; oldest first."""
    from complaints.models import ComplaintKind
    from complaints.routing import lineage

    before: dict[date, list[str]] = defaultdict(list)
    for code in ["", *ComplaintKind.objects.values_list("code", flat=True)]:
        rule = rule_for(KIND, lineage(code), day)
        if rule is not None and rule.disposal == RetentionRule.Disposal.ERASE:
            before[years_before(day, rule.years)].append(code)
    over = Q(pk__in=[])
    for ended_before, codes in before.items():
        over |= Q(category__in=codes, closed_at__lt=start_of(ended_before))
    held = RecordsHold.objects.filter(released_at=None)
    return (
        not_erased(Case.objects.filter(over, kind=KIND, is_open=False))
        .exclude(pk__in=held.values("case"))
        .exclude(pk__in=Clock.objects.filter(stopped_on=None).values("case"))
        .order_by("closed_at", "pk")
    )


def apply_retention() -> dict[str, int]:
    """What the rules ask of today: announce what is over, take back what is not over any more.

    Out: how many were `announced`, and `taken_back`. What the notice has ended for, `workflows.watch` erases like every
    edge that time takes. Run twice it changes nothing more; a case that fails keeps no other from it.
    """
    today = timezone.localdate()
    counts = {"announced": 0, "taken_back": 0}
    for case_id in list(due(today).values_list("pk", flat=True)):
        counts["announced"] += take(Case.objects.get(pk=case_id), "propose_erasure")
    announced = Clock.objects.filter(code=NOTICE, stopped_on=None).values_list("case_id", flat=True)
    for case in Case.objects.filter(pk__in=list(announced)).order_by("pk"):
        until = kept_until(case, today)
        if until is None or until >= today:
            counts["taken_back"] += take(case, "withdraw_proposal")
    return counts


# --- For the pages ----------------------------------------------------------------------------------------------------
KEEPERS = (Role.CUSTODIAN, Role.HEAD)
"""Who is shown what will be erased, and may hold it."""


def announced_to(user: User) -> QuerySet[Case]:
    """The cases that `user` sees and whose erasure is announced, the next to be erased first."""
    return (
        visible_to(user, KIND)
        .filter(clocks__code=NOTICE, clocks__stopped_on=None)
        .order_by("clocks__due_on", "pk")
        .select_related("unit")
    )


def is_keeper(user: User) -> bool:
    """Whether the list of what will be erased is of use to `user`."""
    return bool(units_where(user, set(KEEPERS)))
