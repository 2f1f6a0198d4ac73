"""Measures whose owner left them behind: he left the service, or may know nothing of the case any more.

They go along with the case: to whom it is given, or every night to who has it. Where nobody has it, it is the head's to
give it to somebody; where there is no head, it is a vacancy (`complaints.unattended`). So no measure is nobody's.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from complaints.models import ComplaintCase, Measure
from organisations.models import User
from workflows.handover import take
from workflows.models import Conflict
from workflows.transitions import Step


def left_behind() -> QuerySet[Measure]:
    """The measures that are not done and whose owner will not do them."""
    barred = Conflict.objects.filter(user=OuterRef("owner"), case=OuterRef("case"))
    return Measure.objects.filter(Q(owner__is_active=False) | Exists(barred), done_at=None)


def along(step: Step, giver: User | None = None) -> dict[str, list[int]]:
    """What `giver`, who had the case before, still had to do in it, and what anybody left behind, is its holder's from
    now on. Out: for the ledger, which measures; nothing where there are none, or nobody has the case."""
    to, mine = step.case.holder, Q(owner=giver) if giver else Q(pk__in=[])
    rows = Measure.objects.filter(mine | Q(pk__in=left_behind().values("pk")), case=step.case.pk, done_at=None)
    keys = list(rows.exclude(owner=to).order_by("pk").values_list("pk", flat=True)) if to else []
    Measure.objects.filter(pk__in=keys).update(owner=to)
    return {"measures": keys} if keys else {}


def take_over_all() -> int:
    """Give what was left behind to who has the case. Out: in how many cases."""
    cases = ComplaintCase.objects.filter(
        state__in=["acting", "replied"], holder__isnull=False, pk__in=left_behind().values("case")
    )
    return sum(take(case, "take_over_measures") for case in list(cases.order_by("pk")))
