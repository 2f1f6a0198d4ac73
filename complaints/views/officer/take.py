"""The forms of the edges of complaints, and what has to be read beside them."""

from typing import Any

from complaints.models import ComplaintCase
from complaints.queries import complaint_for
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


class TakeComplaint(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {"unit_is_named": "unit", "kind_is_known": "kind", "investigator": "to", "new_investigator": "to"}
    then = frozenset({"register", "queue"})
    beside_template = "officer/beside.html"

    def case_for(self, user: User, public_id: str) -> ComplaintCase:
        """See `complaint_for`."""
        return complaint_for(user, public_id)

    def heading(self, user: User, case: ComplaintCase) -> dict[str, Any]:
        """As on the case page."""
        return heading(case, readable=may_read_text(user, case))

    def beside(self, user: User, case: ComplaintCase, edge: Edge) -> dict[str, Any]:
        """What has to be read before deciding: the finding with its evidence, or the reply that waits."""
        if edge.name not in _DECIDES | _SHOWS_REPLY or not may_read_text(user, case):
            return {}
        beside: dict[str, Any] = {}
        if edge.name in _DECIDES and (finding := case.findings.select_related("by").last()):  # type: ignore[attr-defined]
            beside["finding"] = {"row": finding, "text": finding.read(case)}
        if edge.name in _SHOWS_REPLY and (reply := case.replies.select_related("drafted_by").last()):  # type: ignore[attr-defined]
            beside["reply"] = {"row": reply, "text": reply.read(case)}
        return beside


take = TakeComplaint.as_view()
