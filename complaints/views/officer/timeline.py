"""The timeline of a complaint: how each of its edges is told, and the texts under the entries."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.erasing import ErasureGround
from complaints.letters.carried import key_of
from complaints.models import (
    ComplaintKind,
    Decision,
    Finding,
    Letter,
    Measure,
    Message,
    Referral,
    ReferralAgency,
    Reply,
    RequestCase,
    ReviewRequest,
)
from complaints.models.handling import Outcome
from complaints.requests.states import GRAPH as REQUEST_GRAPH
from complaints.states import GRAPH
from organisations.models import Unit, User
from workflows import hands
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
    "cancel_question": Told(gettext_lazy("Question withdrawn"), "undo", "", "messages"),
    "complainant_answered": Told(gettext_lazy("Answer of the complainant"), "message", "accent", "messages"),
    "answer_timed_out": Told(gettext_lazy("No answer came in time"), "clock", "", "messages"),
    "assign": Told(gettext_lazy("Assigned"), "assign"),
    "reassign": Told(gettext_lazy("Reassigned"), "assign"),
    "hand_over": Told(gettext_lazy("Handed over"), "assign"),
    "put_back": Told(gettext_lazy("Back to the unit"), "undo"),
    "follow_unit": Told(gettext_lazy("Moved with its unit"), "building"),
    "rise": Told(gettext_lazy("Raised to where somebody may take it"), "upload"),
    "answer_directly": Told(gettext_lazy("Answered directly"), "send", "well", "decisions"),
    "send_progress": Told(gettext_lazy("Progress reported to the complainant"), "send", "", "messages"),
    "submit_finding": Told(gettext_lazy("Finding submitted"), "scales", "accent", "decisions"),
    "add_respondent": Told(gettext_lazy("Respondent named"), "person"),
    "remove_respondent": Told(gettext_lazy("Respondent named by mistake"), "undo"),
    "appoint_committee": Told(gettext_lazy("Investigating committee appointed"), "people", "accent", "decisions"),
    "raise_above": Told(gettext_lazy("Moved above whom it is about"), "building", "accent", "elsewhere"),
    "hear_respondent": Told(gettext_lazy("Respondent heard"), "message", "", "decisions"),
    "record_penalty": Told(gettext_lazy("Penalty order recorded"), "scales", "", "decisions"),
    "copy_penalty": Told(gettext_lazy("Penalty order copied"), "send", "", "decisions"),
    "ask_agencies": Told(gettext_lazy("Other units asked"), "help", "accent", "elsewhere"),
    "ask_another_agency": Told(gettext_lazy("One more unit asked"), "help", "accent", "elsewhere"),
    "agency_answered": Told(gettext_lazy("Request to a unit ended"), "message", "accent", "elsewhere"),
    "all_answered": Told(gettext_lazy("No answer is open any more; the case goes on"), "forward", "", "elsewhere"),
    "transfer": Told(gettext_lazy("Transferred to another unit"), "forward", "accent", "elsewhere"),
    "refer": Told(gettext_lazy("Referred to another agency"), "send", "accent", "elsewhere"),
    "remind_agency": Told(gettext_lazy("Agency reminded"), "bell", "", "elsewhere"),
    "referral_unanswered": Told(gettext_lazy("The agency did not answer in time"), "clock", "late", "elsewhere"),
    "referral_answered": Told(gettext_lazy("Answer of the agency"), "scales", "accent", "elsewhere"),
    "referral_returned": Told(gettext_lazy("Returned by the agency"), "undo", "late", "elsewhere"),
    "binding_finding": Told(gettext_lazy("Binding finding of the agency"), "scales", "well", "decisions"),
    "return_finding": Told(gettext_lazy("Finding returned"), "undo", "late", "decisions"),
    "decide_founded": Told(gettext_lazy("Decided: founded"), "scales", "well", "decisions"),
    "decide_partly": Told(gettext_lazy("Decided: partly founded"), "scales", "well", "decisions"),
    "decide_unfounded": Told(gettext_lazy("Decided: unfounded"), "scales", "well", "decisions"),
    "decide_inconclusive": Told(gettext_lazy("Decided: inconclusive"), "scales", "well", "decisions"),
    "measure_done": Told(gettext_lazy("Measure done"), "tools", "well", "decisions"),
    "take_over_measures": Told(gettext_lazy("Measures of somebody who left taken over"), "tools", "", "decisions"),
    "draft_reply": Told(gettext_lazy("Reply drafted"), "edit", "", "decisions"),
    "approve_reply": Told(gettext_lazy("Reply approved"), "check", "well", "decisions"),
    "answer": Told(gettext_lazy("Reply sent to the complainant"), "send", "well", "decisions"),
    "close": Told(gettext_lazy("Closed"), "closed", "well", "decisions"),
    "close_after_window": Told(gettext_lazy("Closed at the end of the objection window"), "closed", "", "decisions"),
    "window_ended": Told(gettext_lazy("Objection window ended"), "clock"),
    "suspend": Told(pgettext_lazy("complaint", "Suspended"), "pause", "", "decisions"),
    "keep_suspended": Told(gettext_lazy("Stays suspended"), "pause", "", "decisions"),
    "resume": Told(gettext_lazy("Resumed"), "forward", "accent", "decisions"),
    "discontinue": Told(gettext_lazy("Discontinued"), "closed", "late", "decisions"),
    "merge": Told(gettext_lazy("Merged into another case"), "link", "", "decisions"),
    "unmerge": Told(gettext_lazy("Taken out of the other case"), "undo", "accent", "decisions"),
    "other_ended": Told(gettext_lazy("The other case ended without a reply"), "undo", "accent", "decisions"),
    "answered_with_other": Told(gettext_lazy("Answered with the other case"), "send", "well", "messages"),
    "protected_with_other": Told(gettext_lazy("Protected with the other case"), "lock"),
    "split": Told(gettext_lazy("Split into parts"), "link", "", "decisions"),
    # Of what it is a part stands beside the timeline, for who may see that.
    "register_part": Told(gettext_lazy("Complaint received"), "inbox", "accent"),
    "correct": Told(gettext_lazy("Slip taken back"), "undo", "late", "decisions"),
    "reopen_ex_officio": Told(gettext_lazy("Reopened on new facts"), "refresh", "accent", "decisions"),
    "rescreen_ex_officio": Told(gettext_lazy("Screened again on new facts"), "refresh", "accent", "decisions"),
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
    "draft_letter": Told(gettext_lazy("Letter drafted"), "mail", "", "messages"),
    "register_letter": Told(gettext_lazy("Letter registered"), "mail", "", "messages"),
    "attach_signed": Told(gettext_lazy("Signed letter attached"), "file", "", "messages"),
    "despatch_letter": Told(gettext_lazy("Letter despatched"), "send", "well", "messages"),
    "cancel_letter": Told(gettext_lazy("Letter cancelled"), "declined", "", "messages"),
    "reveal": Told(gettext_lazy("Who complained was revealed"), "eye", "late"),
    "propose_erasure": Told(gettext_lazy("Erasure announced"), "clock"),
    "withdraw_proposal": Told(gettext_lazy("Not to be erased yet: the rule has changed"), "undo"),
    "hold_records": Told(gettext_lazy("Held: not to be erased"), "lock"),
    "release_records": Told(gettext_lazy("Hold released"), "undo"),
    "erase_when_due": Told(gettext_lazy("Content erased at the end of its time"), "close", "late"),
    "erase_again": Told(gettext_lazy("Content erased again after a restore"), "close", "late"),
    "ask_erasure": Told(gettext_lazy("Erasure asked for"), "help"),
    "erase": Told(gettext_lazy("Content erased"), "close", "late"),
    "rate": Told(gettext_lazy("Rated by the complainant"), "star", "", "messages"),
}

_GONE = {
    hands.LEFT: gettext_lazy("Who had it is not in service any more."),
    hands.POST_ENDED: gettext_lazy("Who had it holds no post any more that reaches this unit."),
    hands.CONFLICT: gettext_lazy("Who had it cannot have it any more."),
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
        ("referral", Referral),
        ("letter", Letter),
        ("custody", Message),
    )

    confidential = frozenset({"custody"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verbs = {entry.seq: entry.verb for entry in self.entries}
        self._name_the_others()
        named = self.units or any("from" in facts for facts in self.facts.values())
        self.kinds = {kind.code: kind.name for kind in ComplaintKind.objects.all()} if named else {}
        self.came_from = dict(self._units_before())

    def _units_before(self) -> Iterator[tuple[int, int]]:
        """Entry → where the case lay before it, as far as an earlier one says."""
        before: int | None = None
        for entry in reversed(self.entries):
            if before is not None:
                yield entry.pk, before
            before = self.facts[entry.pk].get("unit", before)

    def _name_the_others(self) -> None:
        """The units that were asked, the agencies, and who decided on paper; each kind read once, if at all."""
        facts = list(self.facts.values())
        self.requests = RequestCase.objects.select_related("unit").in_bulk(
            [self.facts[entry.pk]["request"] for entry in self.entries if entry.verb == "agency_answered"]
        )
        self.asked = Unit.objects.in_bulk({unit for row in facts for unit in row.get("units", ())})
        self.agencies = ReferralAgency.objects.in_bulk({row["agency"] for row in facts if "agency" in row})
        self.deciders = User.objects.in_bulk({row["decided_by"] for row in facts if "decided_by" in row})

    def texts(self, entry: LedgerEntry) -> Iterator[str]:
        """An answer of a unit stands with its request."""
        return self.words(entry) if entry.verb == "agency_answered" else super().texts(entry)

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """Who, where to, outcomes."""
        yield from self._of_others(entry)
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        if (unit := facts.get("unit")) in self.units and entry.verb == "add_respondent":
            # The unit of the case, which nobody may take for the respondent's.
            if self.came_from.get(entry.pk, unit) != unit:
                yield _("The case moved to %(unit)s.") % {"unit": self.units[unit]}
        elif unit in self.units:
            words = {"kind": self.kinds.get(facts.get("kind", ""), ""), "unit": self.units[unit]}
            yield (_("Kind: %(kind)s · Unit: %(unit)s") if words["kind"] else _("Unit: %(unit)s")) % words
        if entry.verb == "put_back" and facts.get("why") in _GONE:
            yield str(_GONE[facts["why"]])
        if entry.verb == "change_kind":
            before, after = (self.kinds.get(facts.get(name, ""), "–") for name in ("from", "to"))
            yield f"{before} → {after}"
        if entry.verb == "ask_erasure" and facts.get("ground") in ErasureGround.values:
            yield str(ErasureGround(facts["ground"]).label)
        if entry.verb == "measure_done" and (evidence := self._evidence_of(facts.get("measure"))):
            yield _("Evidence: %(evidence)s") % {"evidence": evidence}
        if entry.verb == "rate":
            yield _("%(stars)s of 5 stars") % {"stars": facts.get("stars")}
        if entry.verb in ("submit_finding", "referral_answered") and facts.get("outcome") in Outcome.values:
            yield _("Finding: %(outcome)s") % {"outcome": Outcome(facts["outcome"]).label}

    def _evidence_of(self, measure: int | None) -> str:
        row = self.found.get(Measure, {}).get(measure)
        return row.evidence if row is not None else ""

    def _of_others(self, entry: LedgerEntry) -> Iterator[str]:
        """What the facts say of other units, agencies and cases; another case is named beside the timeline, for who may
        see it."""
        facts = self.facts[entry.pk]
        if "units" in facts:
            yield _("To: %(name)s") % {"name": ", ".join(str(self.asked[unit]) for unit in facts["units"])}
        if entry.verb == "agency_answered" and (request := self.requests.get(facts["request"])):
            yield f"{request.unit}: {REQUEST_GRAPH.state(facts['outcome']).label}"
        if entry.verb == "transfer" and facts.get("second"):
            yield _("It was sent back before: the unit above both decides.")
        if (agency := self.agencies.get(facts.get("agency"))) is not None:
            yield str(agency)
        if (decider := self.deciders.get(facts.get("decided_by"))) is not None:
            yield _("Decided on paper by %(name)s") % {"name": decider}
        if entry.verb == "correct" and (verb := self.verbs.get(facts.get("undoes"))):
            yield _("Taken back: %(what)s") % {"what": _TOLD[verb].title}

    def line(self, row: Any) -> str:
        """The text of a row, with what belongs to it."""
        if isinstance(row, Letter):
            return " · ".join(filter(None, (row.number, row.read_head(self.case).subject)))
        text = super().line(row)
        if isinstance(row, Measure):
            return f"{row.get_kind_display()}: {text} · {row.owner}"
        if isinstance(row, Reply) and row.ground:
            return f"{row.ground.name}\n\n{text}"
        if isinstance(row, Finding) and row.evidence:
            return _("%(text)s\n\nEvidence: %(evidence)s") % {"text": text, "evidence": row.evidence}
        return text

    def letter(self, entry: LedgerEntry) -> str:
        """Of what went to the complainant or to another agency; a reply from its approval on."""
        facts = self.facts[entry.pk]
        for name, model in (("message", Message), ("reply", Reply), ("referral", Referral)):
            row = self.found.get(model, {}).get(facts.get(name))
            if row is not None and entry.verb != "draft_reply":
                return key_of(row)
        return ""

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
        "elsewhere": gettext_lazy("Other units"),
        "files": gettext_lazy("Files"),
    }
    referred = ReferredByComplaint


TIMELINE = ComplaintTimeline()
