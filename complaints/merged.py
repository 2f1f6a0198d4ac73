"""Cases that were merged into another one, once that one has come to its end without a reply for them.

The complainant of a merged case was told that his matter goes on in the other one, with which he is answered (domain:
merged). What ends that one without a reply, above all that its own complainant withdraws it, does not end his: his case
is screened by itself again. That happens with the end of the other one, and every night for what slipped through.
"""

from django.db.models import Exists, OuterRef, QuerySet

from complaints.models import ComplaintCase
from workflows.actors import TIMER
from workflows.handover import take
from workflows.keys import not_erased
from workflows.models import CaseLink, LedgerEntry
from workflows.transitions import Step, perform


def unanswered() -> QuerySet[ComplaintCase]:
    """The merged cases that got no reply since they were merged, though the other case has ended. What was erased stays
    as it is."""
    told = LedgerEntry.objects.filter(case=OuterRef("source"), verb="answered_with_other", at__gte=OuterRef("at"))
    links = CaseLink.objects.filter(~Exists(told), relation=CaseLink.Relation.MERGED, target__is_open=False)
    merged = ComplaintCase.objects.filter(state="merged", pk__in=links.values("source"))
    return not_erased(merged)


def return_unanswered(step: Step) -> None:
    """What was merged into a case that ends with this step, and was not answered with it, goes on by itself again."""

    def give_back() -> None:
        for case in unanswered().filter(links__target=step.case.pk).order_by("pk"):
            perform(case, "other_ended", TIMER, at=step.at)

    step.then(give_back)


def return_all() -> int:
    """The same for all there are: two people may have merged one case and ended the other at once. Out: how many."""
    return sum(take(case, "other_ended") for case in list(unanswered().order_by("pk")))
