"""The forms of the edges of committees, and what has to be read beside them."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from organisations.models import User
from procurement import rules
from procurement.forms.several import SeveralForm
from procurement.models import CommitteeCase
from procurement.pool.remaining import remaining
from procurement.queries import committee_for
from procurement.states import committee as law
from workflows.actors import Actor
from workflows.casepages.take import TakePage
from workflows.graph import Edge
from workflows.refusals import Missing
from workflows.transitions import perform

from .committee_panel import ADDRESSES, PANEL, heading
from .committee_reading import findings_now, is_error, members_of
from .committee_timeline import TIMELINE

# Beside whose form the draft has to be read: who is in it, and what the rules say.
_OF_THE_DRAFT = frozenset(
    {"lint", "approve", "return_draft", "sign_order", "record_signed_order", "add_member", "change_duty"}
)


class TakeCommittee(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {
        "order_number": "number",
        "order_day": "on",
        "citizen_before_decision": "on",
        "file": "files",
        "voter_against": "attendance",
        "open_dissent": "dissent",
        "serving_member": "member",
        "day_of_leaving": "on",
        "running_clock": "clock",
    }
    template = "procurement/committee_take.html"
    beside_template = "procurement/committee_beside.html"

    def case_for(self, user: User, public_id: str) -> CommitteeCase:
        """See `committee_for`."""
        return committee_for(user, public_id)

    def heading(self, user: User, case: CommitteeCase) -> dict[str, Any]:  # noqa: ARG002 - nothing is hidden
        """As on the case page."""
        return heading(case)

    def initial(self, request: HttpRequest, case: CommitteeCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """The member beside whom the link stands."""
        return {"member": request.GET["member"]} if "member" in request.GET else {}

    def beside(self, user: User, case: CommitteeCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """The draft and what the rules say of it; the opinions that wait for an answer; what the committee reported."""
        if edge.name in _OF_THE_DRAFT:
            findings = findings_now(case)
            adding = edge.name == "add_member"
            return {
                "left_in_line": remaining(case.committee, timezone.localdate()) if adding else None,
                "adding": adding,
                "draft_members": [row for row in members_of(case.committee) if row.left_on is None],
                "findings": findings,
                "errors": sum(map(is_error, findings)),
                "shows_draft": case.state in law.BEFORE_SIGNATURE,
            }
        if edge.name == "answer_dissent":
            return {"dissents": rules.open_dissents(case.committee).select_related("member__person", "meeting")}
        return {}

    def carry_out(
        self,
        case: CommitteeCase,
        edge: Edge,
        actor: Actor,
        form: Any,
        *,
        seen_version: int | None,
        seen_seq: int | None,
    ) -> Any:
        """A form about several members takes its edge for each of them, all or none."""
        if not isinstance(form, SeveralForm):
            return super().carry_out(case, edge, actor, form, seen_version=seen_version, seen_seq=seen_seq)
        done: Any = case
        with transaction.atomic():
            for facts in form.steps():
                try:
                    done = perform(case, edge.name, actor, seen_version=seen_version, seen_seq=seen_seq, **facts)
                except Missing as refusal:
                    refusal.field = form.place_of(facts, refusal.field)
                    raise
                # The case is locked from here on: nobody can be between.
                seen_version = seen_seq = None
        return done

    def after(self, request: HttpRequest, case: CommitteeCase) -> HttpResponse:
        """Who adds members goes on adding, with the focus in the form again; else back to the committee."""
        match = request.resolver_match
        if match is not None and match.kwargs.get("edge") == "add_member":
            return redirect(ADDRESSES.of_take(case, "add_member"))
        return super().after(request, case)


take = TakeCommittee.as_view()
