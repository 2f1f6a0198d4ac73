"""The forms by which a citizen answers, declares and leaves."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.models import User
from procurement.actions import own_seat
from procurement.conflicts.reading import suppliers_of
from procurement.forms.own_seat import DeclareForm, InterestForm
from procurement.models import Citizen, SeatCase
from procurement.states import seat as law
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.forms import EdgeForm
from workflows.casepages.take import TakePage
from workflows.casepages.timeline import Timeline
from workflows.graph import Edge, Text
from workflows.transitions import why_not

from .access import citizen_of, citizen_required, seat_for
from .own_seats import told
from .seat import PANEL
from .wording import done_words, expectations


class _Story(Timeline):
    graph = law.GRAPH
    addresses = PANEL.addresses

    def title_of(self, verb: str) -> Text:
        """In words for the citizen."""
        return told(verb)


class TakeSeat(TakePage):
    panel = PANEL
    timeline = _Story()
    fields = {"day_of_leaving": "on", "declared_day": "on"}
    template = "representative/seat_take.html"
    heading_template = "representative/seat_heading.html"
    beside_template = "representative/seat_beside.html"

    @classmethod
    def as_view(cls) -> Callable[..., HttpResponse]:
        """The view, for signed-in citizens; its address gives `public_id` and `edge`."""
        page = cls()

        @never_cache
        @require_http_methods(["GET", "POST"])
        @citizen_required
        def take(request: HttpRequest, public_id: str, edge: str, *, citizen: Citizen) -> HttpResponse:  # noqa: ARG001
            return page.respond(request, public_id, edge)

        return take

    def case_for(self, user: User, public_id: str) -> SeatCase:
        """See `access.seat_for`."""
        citizen = citizen_of(user)
        if citizen is None:
            raise Http404
        return seat_for(citizen, public_id)

    def heading(self, user: User, case: SeatCase) -> dict[str, Any]:  # noqa: ARG002
        """Which purchase it is."""
        return {"purchase": case.seat.committee.purchase, "committee": case.seat.committee}

    def beside(self, user: User, case: SeatCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """The bidders, where he declares; what is expected, where he answers."""
        return {
            "bidders": suppliers_of(case.seat.committee.purchase_id) if edge.name in _DECLARING else [],
            "shows_bidders": edge.name in _DECLARING,
            "expectations": list(expectations(case)) if edge.name == "accept" else [],
            "suspended": case.state == law.SUSPENDED,
        }

    def carry_out(
        self, case: Any, edge: Edge, actor: Actor, form: Any, *, seen_version: int | None, seen_seq: int | None
    ) -> Any:
        """A declaration takes the people it names with it."""
        if not isinstance(form, DeclareForm):
            return super().carry_out(case, edge, actor, form, seen_version=seen_version, seen_seq=seen_seq)
        assert actor.user is not None
        facts = form.facts()
        return own_seat.declare(case, edge.name, actor.user, seen_version=seen_version, seen_seq=seen_seq, **facts)

    def respond(self, request: HttpRequest, public_id: str, edge: str) -> HttpResponse:
        """As every edge; an interest that was chosen in a declaration is first shown with what it leads to."""
        if request.method == "POST" and edge in _DECLARING and not {"more", "preview"} & request.POST.keys():
            warned = self._warned(request, public_id, edge)
            if warned is not None:
                return warned
        return super().respond(request, public_id, edge)

    def _warned(self, request: HttpRequest, public_id: str, edge: str) -> HttpResponse | None:
        user = reader(request)
        case = self.case_for(user, public_id)
        if why_not(case, law.GRAPH.edge(edge), Actor.person(user)) is not None:
            return None
        form = DeclareForm(request.POST, case=case, user=user)
        # The relatives he named do not matter any more: who has an interest is not compared with anybody.
        if not _has_interest(form):
            return None
        leads_to = law.GRAPH.edge("leave_for_interest" if case.state in law.HELD else "declare_conflict")
        chosen = {"ground": form.data.get("ground"), "text": form.data.get("text", "")}
        asked: EdgeForm = InterestForm(case=case, user=user, initial=chosen)
        return self._page(request, case, leads_to, asked, warned=True)

    def after(self, request: HttpRequest, case: SeatCase) -> HttpResponse:
        """To the seat, with a sentence that says what follows in place of the usual one."""
        list(messages.get_messages(request))
        match = request.resolver_match
        messages.success(request, str(done_words(match.kwargs["edge"] if match is not None else "")))
        return redirect(PANEL.addresses.of_case(case))


_DECLARING = frozenset({"declare", "declare_again"})


def _has_interest(form: DeclareForm) -> bool:
    """Whether a ground of the rule data was chosen, whatever else is missing on the form."""
    form.full_clean()
    return "ground" in form.cleaned_data and form.has_interest


take = TakeSeat.as_view()
