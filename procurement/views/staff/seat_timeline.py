"""The timeline of a citizen seat: how each of its edges is told, and the words under the entries."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations.formats import digits, write_date
from procurement.conflicts.words import KINDS
from procurement.models import ConflictHit, InterestGround, Member, Note, Observation, Person
from procurement.states.seat import GRAPH
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.models import LedgerEntry

from .seat_panel import ADDRESSES

_TOLD = {
    "open": Told(gettext_lazy("Seat opened"), "inbox", "accent", "person"),
    "propose": Told(gettext_lazy("Put into the draft"), "edit", "accent", "person"),
    "succeed": Told(gettext_lazy("Seat opened again"), "refresh", "accent", "person"),
    "draw_next": Told(gettext_lazy("Drawn"), "star", "accent", "person"),
    "nominate": Told(gettext_lazy("Nominated"), "edit", "accent", "person"),
    "invite": Told(gettext_lazy("Invited"), "send", "accent", "person"),
    "accept": Told(gettext_lazy("Accepted the invitation"), "check", "well", "person"),
    "record_acceptance": Told(gettext_lazy("Acceptance recorded"), "check", "well", "person"),
    "decline": Told(gettext_lazy("Declined"), "declined", "late", "person"),
    "record_refusal": Told(gettext_lazy("Refusal recorded"), "declined", "late", "person"),
    "no_reply": Told(gettext_lazy("No answer in time"), "clock", "late", "person"),
    "declare": Told(gettext_lazy("Declared: no interest"), "shield", "", "conflict"),
    "declaration_overdue": Told(gettext_lazy("No declaration in time"), "clock", "late", "conflict"),
    "declare_again": Told(gettext_lazy("Declared again: no interest"), "shield", "", "conflict"),
    "declare_conflict": Told(gettext_lazy("Declared an interest"), "shield", "late", "conflict"),
    "decide_hit": Told(gettext_lazy("Possible conflict decided"), "scales", "", "conflict"),
    "clear": Told(gettext_lazy("Cleared of conflict"), "check", "well", "conflict"),
    "find_conflict": Told(gettext_lazy("Conflict found"), "alert", "late", "conflict"),
    "check_again": Told(gettext_lazy("A possible conflict came up"), "alert", "soon", "conflict"),
    "approve_seat": Told(gettext_lazy("Approved with the draft"), "check", "well", "order"),
    "order_returned": Told(gettext_lazy("Back with the draft"), "undo", "", "order"),
    "appoint": Told(gettext_lazy("Appointed"), "check-circle", "well", "order"),
    "withdraw_acceptance": Told(gettext_lazy("Acceptance withdrawn"), "undo", "late", "person"),
    "set_aside": Told(gettext_lazy("Set aside"), "declined", "late", "person"),
    "close_vacancy": Told(gettext_lazy("Vacant seat closed"), "closed", "", "order"),
    "take_out": Told(gettext_lazy("Taken out of the draft"), "close", "", "order"),
    "draw_annulled": Told(gettext_lazy("His draw was annulled"), "declined", "late", "person"),
    "project_cancelled": Told(gettext_lazy("The place fell away"), "declined", "", "order"),
    "serve": Told(gettext_lazy("First meeting attended"), "people", "accent", "order"),
    "conflict_found": Told(gettext_lazy("Suspended for a possible conflict"), "alert", "late", "conflict"),
    "lift_suspension": Told(gettext_lazy("Suspension lifted"), "check", "well", "conflict"),
    "discharge": Told(gettext_lazy("Discharged"), "declined", "late", "order"),
    "no_show": Told(gettext_lazy("Discharged for not attending"), "declined", "late", "order"),
    "leave_for_interest": Told(gettext_lazy("Left for an interest"), "leave", "late", "conflict"),
    "resign": Told(gettext_lazy("Resigned"), "leave", "late", "person"),
    "die": Told(gettext_lazy("Died"), "leave", "", "person"),
    "order_cancelled": Told(gettext_lazy("Let go by an order"), "declined", "", "order"),
    "conclude": Told(gettext_lazy("The committee has done its work"), "closed", "accent", "order"),
    "complete": Told(gettext_lazy("Seat completed"), "check-circle", "well", "order"),
    "report": Told(gettext_lazy("Report of what was observed"), "eye", "accent", "reports"),
    "record_report": Told(gettext_lazy("Report on paper recorded"), "eye", "accent", "reports"),
    "answer_report": Told(gettext_lazy("Report answered"), "message", "well", "reports"),
    "record_fix": Told(gettext_lazy("Something was changed"), "check", "well", "reports"),
    "send_documents": Told(gettext_lazy("Documents given to him"), "file", "", "files"),
    "extend": Told(gettext_lazy("Deadline extended"), "calendar"),
    "take_over": Told(gettext_lazy("File taken over"), "assign"),
    "note": Told(gettext_lazy("Note"), "edit"),
    "attach": Told(gettext_lazy("Files attached"), "file", "", "files"),
}


class ReferredBySeat(Referred):
    """People, hits, reports and notes. What was compared stands with the hits, where rights are asked once more."""

    rows_of = (("person", Person), ("hit", ConflictHit), ("report", Observation), ("note", Note))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declared = any(facts.get("ground") for facts in self.facts.values())
        self.grounds = {row.code: row.name for row in InterestGround.objects.all()} if declared else {}

    def rows(self, model: Any) -> Any:
        """The rows of this seat."""
        if model is Person:
            return Person.objects.all()
        return super().rows(model) if model is Note else model.objects.filter(seat=self.case.pk)

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """How many were passed over, the ground, the decision, the day."""
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        because, decision, outcome = facts.get("because", ""), facts.get("decision", ""), facts.get("outcome", "")
        parts = [
            str(self.grounds.get(facts.get("ground"), "") or ""),
            str(Member.Leaving(because).label) if because in Member.Leaving.values else "",
            str(ConflictHit.Decision(decision).label) if decision and decision in ConflictHit.Decision.values else "",
            str(Observation.Outcome(outcome).label) if outcome in Observation.Outcome.values else "",
            write_date(date.fromisoformat(facts["on"])) if facts.get("on") else "",
        ]
        if passed := len(facts.get("passed", ())):
            words = ngettext("%(n)s before him was passed over", "%(n)s before him were passed over", passed)
            parts.append(digits(words % {"n": passed}))
        if hits := len(facts.get("hits", ())):
            parts.append(digits(_("possible conflicts: %(n)s") % {"n": hits}))
        if facts.get("line_left"):
            parts.append(_("somebody was left in the drawn order"))
        if line := " · ".join(filter(None, parts)):
            yield line

    def line(self, row: Any) -> str:
        """The words of a row."""
        match row:
            case Note():
                return row.text
            case Person():
                return str(row)
            case ConflictHit():
                return "\n".join(filter(None, [str(KINDS.get(row.kind, row.kind)), row.reasons]))
            case Observation():
                words = {"number": digits(row.number), "day": write_date(row.observed_on)}
                return _("Report %(number)s, observed on %(day)s") % words
        return ""


class SeatTimeline(Timeline):
    graph = GRAPH
    addresses = ADDRESSES
    told = _TOLD
    tabs = {
        "all": gettext_lazy("All"),
        "person": gettext_lazy("Citizen"),
        "conflict": gettext_lazy("Conflicts"),
        "order": gettext_lazy("Order"),
        "reports": gettext_lazy("Reports"),
        "files": gettext_lazy("Files"),
    }
    referred = ReferredBySeat


TIMELINE = SeatTimeline()
