"""The timeline of a committee: how each of its edges is told, and the words under the entries."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations.formats import digits, write_date
from procurement.models import Check, Dissent, InterestGround, Meeting, Member, Note, Order, OrderRule, Person
from procurement.states.committee import GRAPH
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.models import LedgerEntry

from .committee_panel import ADDRESSES

_TOLD = {
    "draft": Told(gettext_lazy("Committee begun"), "inbox", "accent", "order"),
    "add_member": Told(gettext_lazy("Member added"), "plus", "", "members"),
    "change_duty": Told(gettext_lazy("Duty changed"), "edit", "", "members"),
    "remove_member": Told(gettext_lazy("Member taken out"), "close", "", "members"),
    "lint": Told(gettext_lazy("Checked and sent for approval"), "scales", "accent", "order"),
    "take_back": Told(gettext_lazy("Draft taken back"), "undo", "", "order"),
    "return_draft": Told(gettext_lazy("Draft returned"), "undo", "late", "order"),
    "approve": Told(gettext_lazy("Draft approved"), "check", "well", "order"),
    "sign_order": Told(gettext_lazy("Order signed"), "check-circle", "well", "order"),
    "record_signed_order": Told(gettext_lazy("Order signed on paper recorded"), "check-circle", "well", "order"),
    "discard": Told(gettext_lazy("Draft discarded"), "declined", "late", "order"),
    "amend": Told(gettext_lazy("Amendment begun"), "edit", "accent", "order"),
    "drop_amendment": Told(gettext_lazy("Amendment dropped"), "undo", "", "order"),
    "cancel_order": Told(gettext_lazy("Order cancelled"), "declined", "late", "order"),
    "hold_meeting": Told(gettext_lazy("First meeting held"), "people", "accent", "work"),
    "record_meeting": Told(gettext_lazy("Meeting held"), "people", "accent", "work"),
    "record_dissent": Told(gettext_lazy("Dissenting opinion"), "message", "late", "work"),
    "answer_dissent": Told(gettext_lazy("Dissenting opinion answered"), "message", "well", "work"),
    "report": Told(gettext_lazy("Reported to the head of the agency"), "send", "accent", "work"),
    "return_report": Told(gettext_lazy("Report returned"), "undo", "late", "work"),
    "dissolve": Told(gettext_lazy("Report accepted"), "closed", "well", "work"),
    "declare_interest": Told(gettext_lazy("Declaration of interest"), "shield", "", "members"),
    "member_leaves": Told(gettext_lazy("Member has left"), "leave", "late", "members"),
    "extend": Told(gettext_lazy("Deadline extended"), "calendar"),
    "take_over": Told(gettext_lazy("File taken over"), "assign"),
    "note": Told(gettext_lazy("Note"), "edit"),
    "attach": Told(gettext_lazy("Files attached"), "file", "", "files"),
}


class ReferredByCommittee(Referred):
    """Members, orders and meetings by name; a member who was taken out of a draft is named by his person."""

    rows_of = (
        ("person", Person),
        ("member", Member),
        ("order", Order),
        ("check", Check),
        ("meeting", Meeting),
        ("dissent", Dissent),
        ("note", Note),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who was taken out of a draft left no row in it; the entry by which he came in names him.
        self.seats = {facts["member"]: facts["person"] for facts in self.facts.values() if "person" in facts}
        declared = any(facts.get("ground") for facts in self.facts.values())
        self.grounds = {row.code: row.name for row in InterestGround.objects.all()} if declared else {}

    def rows(self, model: Any) -> Any:
        """The rows of this committee."""
        case = self.case.pk
        if model is Person:  # one who was taken out of a draft left no row in it
            return Person.objects.all()
        if model is Note:
            return super().rows(model)
        rows = model.objects.filter(**{"meeting__committee" if model is Dissent else "committee": case})
        return rows.select_related("person") if model is Member else rows

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """Who it is about, and as what."""
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        duty, because = facts.get("duty", ""), facts.get("because", "")
        parts = [
            self._name(facts),
            str(Member.Duty(duty).label) if duty in Member.Duty.values else "",
            str(Person.Standing.CITIZEN.label) if facts.get("citizen") else "",
            str(Member.Leaving(because).label) if because in Member.Leaving.values else "",
        ]
        if entry.verb == "declare_interest":
            ground = facts.get("ground", "")
            parts.append(self.grounds.get(ground, ground) if ground else _("No interest"))
        if line := " · ".join(filter(None, parts)):
            yield line

    def _name(self, facts: dict[str, Any]) -> str:
        if member := self.found.get(Member, {}).get(facts.get("member")):
            return str(member.person)
        key = facts.get("person") or self.seats.get(facts.get("member"))
        return str(self.found.get(Person, {}).get(key, ""))

    def line(self, row: Any) -> str:
        """The words of a row; people were named already."""
        match row:
            case Note():
                return row.text
            case Order():
                words = {"number": digits(row), "day": write_date(row.dated_on), "name": row.signatory}
                return _("Order %(number)s of %(day)s, signed by %(name)s") % words
            case Meeting():
                words = {"number": digits(row.number), "day": write_date(row.held_on)}
                head = _("Meeting %(number)s of %(day)s") % words
                return f"{head}: {row.get_decision_display()}\n\n{row.minutes}"
            case Dissent():
                return row.text
            case Check():
                return _said(row)
        return ""

    def texts(self, entry: LedgerEntry) -> Iterator[str]:
        """Of an answered opinion the answer, for the opinion stands at its own entry."""
        if entry.verb == "answer_dissent":
            dissent = self.found.get(Dissent, {}).get(self.facts[entry.pk].get("dissent"))
            yield dissent.answer if dissent else ""
            return
        yield from super().texts(entry)


def _said(check: Check) -> str:
    """How many findings of each level a check had."""
    levels = [finding.get("level") for finding in check.findings]
    errors = levels.count(OrderRule.Level.ERROR)
    warnings = len(levels) - errors
    if not levels:
        return _("The rules say nothing against it.")
    words = [
        ngettext("%(n)s error", "%(n)s errors", errors) % {"n": errors} if errors else "",
        ngettext("%(n)s point to consider", "%(n)s points to consider", warnings) % {"n": warnings} if warnings else "",
    ]
    return digits(" · ".join(filter(None, words)))


class CommitteeTimeline(Timeline):
    graph = GRAPH
    addresses = ADDRESSES
    told = _TOLD
    tabs = {
        "all": gettext_lazy("All"),
        "order": gettext_lazy("Order"),
        "members": gettext_lazy("Members"),
        "work": gettext_lazy("Work"),
        "files": gettext_lazy("Files"),
    }
    referred = ReferredByCommittee


TIMELINE = CommitteeTimeline()
