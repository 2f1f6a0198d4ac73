"""The forms of the edges of complaints, and what has to be read beside them."""

from typing import Any

from django.http import HttpRequest

from complaints.models import ComplaintCase
from complaints.queries import complaint_for
from complaints.respondents import on_record
from complaints.rules import may_read_text
from organisations.models import User
from workflows.casepages.take import TakePage
from workflows.graph import Edge

from .case import heading
from .panel import PANEL
from .timeline import TIMELINE

# Beside whose form the finding, its reasons and the evidence have to be read.
_DECIDES = frozenset(
    {"return_finding", "decide_founded", "decide_partly", "decide_unfounded", "decide_inconclusive", "submit_finding"}
)
_SHOWS_REPLY = frozenset({"approve_reply", "answer"})


_OF_LETTERS = {
    "letter_carries": "carries",
    "letter_signatory": "signatory",
    "letter_number": "number",
    "letter_day": "registered_on",
    "letter_scan": "files",
    "letter_scan_or_later": "files",
    "letter_despatch": "despatched_on",
}


class TakeComplaint(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {
        "unit_is_named": "unit",
        "kind_is_known": "kind",
        "taker": "to",
        "investigator": "to",
        "new_investigator": "to",
        "by_an_approver": "decided_by",
        "other_unit": "unit",
        "open_case_i_may_see": "number",
        "person": "name",
        "allegation": "text",
        "day_not_ahead": "heard_on",
        "order_date": "ordered_on",
        "penalty": "kind",
        "order_to_copy": "penalty",
        **_OF_LETTERS,
    }
    then = frozenset({"register", "queue"})
    beside_template = "officer/beside.html"

    def case_for(self, user: User, public_id: str) -> ComplaintCase:
        """See `complaint_for`."""
        return complaint_for(user, public_id)

    def heading(self, user: User, case: ComplaintCase) -> dict[str, Any]:
        """As on the case page."""
        return heading(case, readable=may_read_text(user, case))

    def initial(self, request: HttpRequest, case: ComplaintCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """Which text becomes a letter, or which letter is meant, where the link has said so."""
        return {name: request.GET[name] for name in ("carries", "letter") if name in request.GET}

    def beside(self, user: User, case: ComplaintCase, edge: Edge) -> dict[str, Any]:
        """What has to be read before deciding: the finding with its evidence, or the reply that waits."""
        if edge.name not in _DECIDES | _SHOWS_REPLY or not may_read_text(user, case):
            return {}
        beside: dict[str, Any] = {}
        if edge.name in _DECIDES and (finding := case.findings.select_related("by").last()):  # type: ignore[attr-defined]
            beside["finding"] = {"row": finding, "text": finding.read(case)}
            # Whoever submits a finding has them in his form.
            beside["respondents"] = on_record(case, user) if edge.name != "submit_finding" else ()
        if edge.name in _SHOWS_REPLY and (reply := case.replies.select_related("drafted_by").last()):  # type: ignore[attr-defined]
            beside["reply"] = {"row": reply, "text": reply.read(case)}
        return beside


take = TakeComplaint.as_view()
