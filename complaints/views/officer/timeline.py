"""The timeline of a complaint: how each of its edges is told, and the texts under the entries."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import ComplaintKind, Decision, Finding, Measure, Message, Reply, ReviewRequest
from complaints.models.handling import Outcome
from complaints.states import GRAPH
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.models import LedgerEntry

from .panel import ADDRESSES

_TOLD = {
    "register": Told(gettext_lazy("Complaint received"), "inbox", "accent"),
    "import_received": Told(gettext_lazy("Imported as received"), "download"),
    "import_investigating": Told(gettext_lazy("Imported as under investigation"), "download"),
    "import_closed": Told(gettext_lazy("Imported as closed"), "download"),
    "acknowledge": Told(gettext_lazy("Receipt confirmed"), "check"),
    "start_screening": Told(gettext_lazy("Screening begun"), "filter"),
    "accept": Told(gettext_lazy("Accepted"), "check-circle", "well", "decisions"),
    "decline": Told(gettext_lazy("Declined"), "declined", "late", "decisions"),
    "ask_complainant": Told(gettext_lazy("Question to the complainant"), "help", "accent", "messages"),
    "complainant_answered": Told(gettext_lazy("Answer of the complainant"), "message", "accent", "messages"),
    "answer_timed_out": Told(gettext_lazy("No answer came in time"), "clock", "", "messages"),
    "assign": Told(gettext_lazy("Assigned"), "assign"),
    "reassign": Told(gettext_lazy("Reassigned"), "assign"),
    "answer_directly": Told(gettext_lazy("Answered directly"), "send", "well", "decisions"),
    "send_progress": Told(gettext_lazy("Progress reported to the complainant"), "send", "", "messages"),
    "submit_finding": Told(gettext_lazy("Finding submitted"), "scales", "accent", "decisions"),
    "return_finding": Told(gettext_lazy("Finding returned"), "undo", "late", "decisions"),
    "decide_founded": Told(gettext_lazy("Decided: founded"), "scales", "well", "decisions"),
    "decide_partly": Told(gettext_lazy("Decided: partly founded"), "scales", "well", "decisions"),
    "decide_unfounded": Told(gettext_lazy("Decided: unfounded"), "scales", "well", "decisions"),
    "decide_inconclusive": Told(gettext_lazy("Decided: inconclusive"), "scales", "well", "decisions"),
    "measure_done": Told(gettext_lazy("Measure done"), "tools", "well", "decisions"),
    "draft_reply": Told(gettext_lazy("Reply drafted"), "edit", "", "decisions"),
    "approve_reply": Told(gettext_lazy("Reply approved"), "check", "well", "decisions"),
    "answer": Told(gettext_lazy("Reply sent to the complainant"), "send", "well", "decisions"),
    "close": Told(gettext_lazy("Closed"), "closed", "well", "decisions"),
    "close_after_window": Told(gettext_lazy("Closed at the end of the objection window"), "closed", "", "decisions"),
    "window_ended": Told(gettext_lazy("Objection window ended"), "clock"),
    "request_review": Told(gettext_lazy("Review requested"), "undo", "accent", "decisions"),
    "reopen": Told(gettext_lazy("Reopened"), "refresh", "accent", "decisions"),
    "reopen_screening": Told(gettext_lazy("Reopened for screening"), "refresh", "accent", "decisions"),
    "refuse_review": Told(gettext_lazy("Review refused"), "declined", "late", "decisions"),
    "withdraw": Told(gettext_lazy("Withdrawn"), "leave", "", "decisions"),
    "record_withdrawal": Told(gettext_lazy("Wish to withdraw recorded; the case goes on"), "leave", "", "messages"),
    "note": Told(gettext_lazy("Note"), "edit"),
    "message": Told(gettext_lazy("Message to the complainant"), "mail", "", "messages"),
    "complainant_message": Told(gettext_lazy("Message from the complainant"), "message", "accent", "messages"),
    "attach": Told(gettext_lazy("Files attached"), "file", "", "files"),
    "extend": Told(gettext_lazy("Deadline extended"), "calendar", "", "decisions"),
    "change_kind": Told(gettext_lazy("Kind changed"), "flag"),
    "declare_conflict": Told(gettext_lazy("Conflict of interest declared"), "shield"),
    "set_contact": Told(gettext_lazy("The complainant chose how to be told of news"), "mail", "", "messages"),
    "rate": Told(gettext_lazy("Rated by the complainant"), "star", "", "messages"),
}


class ReferredByComplaint(Referred):
    """The texts of a complaint; kinds and outcomes are words of the ledger itself."""

    rows_of = (
        ("message", Message),
        ("finding", Finding),
        ("decision", Decision),
        ("reply", Reply),
        ("request", ReviewRequest),
        ("measures", Measure),
        ("measure", Measure),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = self.units or any("from" in facts for facts in self.facts.values())
        self.kinds = {kind.code: kind.name for kind in ComplaintKind.objects.all()} if named else {}

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """Who, where to, outcomes."""
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        if (unit := facts.get("unit")) in self.units:
            yield _("Kind: %(kind)s · Unit: %(unit)s") % {
                "kind": self.kinds.get(facts.get("kind", ""), ""),
                "unit": self.units[unit],
            }
        if entry.verb == "change_kind":
            before, after = (self.kinds.get(facts.get(name, ""), "–") for name in ("from", "to"))
            yield f"{before} → {after}"
        if entry.verb == "rate":
            yield _("%(stars)s of 5 stars") % {"stars": facts.get("stars")}
        if entry.verb == "submit_finding" and facts.get("outcome") in Outcome.values:
            yield _("Finding: %(outcome)s") % {"outcome": Outcome(facts["outcome"]).label}

    def line(self, row: Any) -> str:
        """The text of a row, with what belongs to it."""
        text = super().line(row)
        if isinstance(row, Measure):
            return f"{row.get_kind_display()}: {text} · {row.owner}"
        if isinstance(row, Reply) and row.ground:
            return f"{row.ground.name}\n\n{text}"
        if isinstance(row, Finding) and row.evidence:
            return _("%(text)s\n\nEvidence: %(evidence)s") % {"text": text, "evidence": row.evidence}
        return text

    def rows(self, model: Any) -> Any:
        """With what `line()` names beside the text."""
        rows = super().rows(model)
        if model is Measure:
            return rows.select_related("owner")
        return rows.select_related("ground") if model is Reply else rows


class ComplaintTimeline(Timeline):
    graph = GRAPH
    addresses = ADDRESSES
    told = _TOLD
    tabs = {
        "all": gettext_lazy("All"),
        "messages": gettext_lazy("Messages"),
        "decisions": gettext_lazy("Decisions"),
        "files": gettext_lazy("Files"),
    }
    referred = ReferredByComplaint


TIMELINE = ComplaintTimeline()
