"""What a person may do with a register entry now, what comes next, and how its story is told."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.formats import digits
from scores.models import EntryVersion, Note, RegisterCase
from scores.registers import states as law
from scores.registers.forms import FORMS
from scores.registers.kinds import STAGES, YEARLY
from scores.registers.notices import next_people
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, step_by_name
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.graph import Text
from workflows.models import Clock, LedgerEntry

ADDRESSES = Addresses(case="register_entry", take="register_take", lists="integrity_registers", file="register_file")
PANEL = Panel(
    law.GRAPH,
    FORMS,
    ADDRESSES,
    left_out=frozenset(
        {"for_good", "followed", "never_confirmed", "confirmed_before", "not_the_holder", "running_clock"}
    ),
    grave=frozenset({"strike_entry", "withdraw_entry"}),
    last=frozenset(
        {"return_entry", "end_entry", "strike_entry", "withdraw_entry", "drop_review", "extend", "take_over", "note"}
        | {"attach"}
    ),
)

_WHAT = {
    law.DRAFT: gettext_lazy("Complete the entry with its evidence and send it to be confirmed"),
    law.SUBMITTED: gettext_lazy("Confirm the entry or send it back"),
    law.CONFIRMED: gettext_lazy("Nothing more; the entry counts"),
    law.ENDED: gettext_lazy("Nothing more; it is followed no more"),
    law.STRUCK: gettext_lazy("Nothing more; the entry does not count"),
}
_FOLLOWING = {
    YEARLY: gettext_lazy("Review it, and enter what is new"),
    STAGES: gettext_lazy("Enter what came next: analysis, plan, activities"),
}


def _what(case: RegisterCase) -> Text:
    return _FOLLOWING[case.entry.kind.follows] if case.state == law.STANDING else _WHAT[case.state]


def next_step(case: RegisterCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next. actions: what the reader may do; running: the clocks of the case that run."""
    return step_by_name(case, _what(case), next_people, actions, running)


def heading(case: RegisterCase) -> dict[str, Any]:
    """What the identity bar shows."""
    entry = case.entry
    return {
        "title": entry.current.title or f"{entry.kind.one}: {entry.unit}",
        "facts": [
            (_("Name of the register"), entry.kind.label),
            (_("Agency"), entry.unit),
            (_("Fiscal year"), digits(entry.fiscal_year)),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }


class ReferredByEntry(Referred):
    """Notes, and what reviews found."""

    rows_of = (("note", Note), ("version", EntryVersion))

    def rows(self, model: Any) -> Any:
        """Versions belong to the entry of the case."""
        return EntryVersion.objects.filter(entry=self.case.pk) if model is EntryVersion else super().rows(model)

    def line(self, row: Any) -> str:
        """The text of a note; of a version what the review found."""
        text: str = row.reviewed if isinstance(row, EntryVersion) else row.text
        return text

    def texts(self, entry: LedgerEntry) -> Iterator[str]:
        """Only where a version was written: a confirmation names it again."""
        yield from self.words(entry)
        if entry.verb not in ("submit_entry", "confirm", "confirm_and_follow", "drop_review"):
            yield from self.written(self.facts[entry.pk])
        elif note := self.facts[entry.pk].get("note"):
            yield from self.written({"note": note})


class RegisterTimeline(Timeline):
    graph = law.GRAPH
    addresses = ADDRESSES
    told = {
        "enter": Told(gettext_lazy("Entered in the register"), "plus", "accent", "steps"),
        "submit_entry": Told(gettext_lazy("Sent to be confirmed"), "send", "accent", "steps"),
        "confirm": Told(gettext_lazy("Confirmed"), "check-circle", "well", "steps"),
        "confirm_and_follow": Told(gettext_lazy("Confirmed"), "check-circle", "well", "steps"),
        "return_entry": Told(gettext_lazy("Sent back"), "declined", "soon", "steps"),
        "review_entry": Told(gettext_lazy("Reviewed, to be confirmed"), "history", "accent", "steps"),
        "end_entry": Told(gettext_lazy("Ended: followed no more"), "closed", "", "steps"),
        "withdraw_entry": Told(gettext_lazy("Entry withdrawn"), "declined", "late", "steps"),
        "drop_review": Told(gettext_lazy("Change dropped; what was confirmed stands"), "undo", "", "steps"),
        "strike_entry": Told(gettext_lazy("Struck out"), "declined", "late", "steps"),
        "change_entry": Told(gettext_lazy("Entry changed"), "edit", "", "steps"),
        "extend": Told(gettext_lazy("Deadline extended"), "calendar", "", "steps"),
        "take_over": Told(gettext_lazy("File taken over"), "assign", "", "steps"),
        "put_back": Told(gettext_lazy("Back with the unit, in nobody's hands; to be assigned"), "undo", "", "steps"),
        "follow_unit": Told(gettext_lazy("Moved with its unit"), "building", "", "steps"),
        "note": Told(gettext_lazy("Note"), "edit", "", "steps"),
        "attach": Told(gettext_lazy("Files attached"), "file", "", "files"),
    }
    tabs = {"all": gettext_lazy("All"), "steps": gettext_lazy("Steps"), "files": gettext_lazy("Files")}
    referred = ReferredByEntry


TIMELINE = RegisterTimeline()
