"""What a complaint does to the requests about it, and they to it. Each takes its edges by itself, after the other."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from complaints.models import AgencyRequest, ComplaintCase
from organisations.models import Unit
from workflows.actors import TIMER
from workflows.attachments import copy_of
from workflows.files import Checked
from workflows.models import Attachment
from workflows.transitions import Step, open_case, perform

if TYPE_CHECKING:
    from complaints.models import RequestCase


def ask_units(
    step: Step, units: Iterable[Unit], text: str, *, days: int | None, passed_on: list[Attachment], files: list[Checked]
) -> None:
    """Open a request in each unit, with the files that are new and copies of those of the complaint."""
    copies = [copy_of(attachment, step.case) for attachment in passed_on]
    for unit in units:
        open_case(
            "request", "ask", step.actor, unit=unit, at=step.at, complaint=step.case, text=text, days=days,
            files=[*copies, *files],
        )  # fmt: skip


def cancel_open(step: Step) -> None:
    """Whatever is still asked about a complaint that ends is asked no longer. The units learn nothing of its end."""
    for request in _open(step):
        perform(request.case, "cancel", TIMER, at=step.at, reasons=_("The answer is not needed any more."))


def protect_all(step: Step) -> None:
    """What was asked and answered about a complaint that became protected is protected too."""
    for request in AgencyRequest.objects.filter(complaint=step.case.pk).select_related("case"):
        perform(request.case, "protect", TIMER, at=step.at)


def tell_complaint(request: "RequestCase", step: Step) -> None:
    """A request has ended: its complaint says so, and goes on when none is open any more.

    The complaint is locked before its state is read: what it did a moment ago must not refuse the answer of a unit.
    """
    complaint = ComplaintCase.objects.select_for_update(no_key=True).get(pk=request.request.complaint_id)
    graph = complaint.graph
    if complaint.state in graph.edge("agency_answered").sources:
        perform(complaint, "agency_answered", TIMER, at=step.at, request=request.pk, outcome=request.state)
    if complaint.state in graph.edge("all_answered").sources and not _others_open(request):
        perform(complaint, "all_answered", TIMER, at=step.at)


def _open(step: Step) -> list[AgencyRequest]:
    return list(
        AgencyRequest.objects.filter(complaint=step.case.pk, case__is_open=True).select_related("case").order_by("case")
    )


def _others_open(request: "RequestCase") -> bool:
    return AgencyRequest.objects.filter(complaint=request.request.complaint_id, case__is_open=True).exists()
