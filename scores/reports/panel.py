"""What a person may do with a report now, what comes next, and how its story is told."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.statistics.periods import period_of
from organisations.formats import digits
from scores.models import Note, Report, ReportCase
from scores.reports import states as law
from scores.reports.forms import FORMS
from scores.reports.notices import next_people
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, step_by_name
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.models import Clock, LedgerEntry

ADDRESSES = Addresses(case="report", take="report_take", lists="reports")
PANEL = Panel(
    law.GRAPH,
    FORMS,
    ADDRESSES,
    labels={"write": gettext_lazy("Save the section")},
    left_out=frozenset(
        {"not_the_holder", "running_clock", "signed_before", "never_signed", "not_public_yet", "is_public"}
    ),
    grave=frozenset({"withdraw", "take_down"}),
    last=frozenset({"send_back", "keep_signed", "extend", "take_over", "note", "take_down", "withdraw"}),
)
# Sections are written where they stand.
IN_THE_SECTIONS = frozenset({"write"})
_WHAT = {
    law.DRAFT: gettext_lazy("Write every section, then send it to be signed"),
    law.SIGNING: gettext_lazy("Read it, then sign it or send it back"),
    law.SIGNED: gettext_lazy("Nothing more; the report is signed"),
    law.WITHDRAWN: gettext_lazy("Nothing more; the report was withdrawn"),
}


def next_step(case: ReportCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next. actions: what the reader may do; running: the clocks of the case that run."""
    return step_by_name(case, _WHAT[case.state], next_people, actions, running)


def period_name(row: Report) -> str:
    """The period as people call it."""
    period = period_of(row.period)
    return period.name if period else row.period


def heading(case: ReportCase) -> dict[str, Any]:
    """What the identity bar shows."""
    row = case.report
    return {
        "title": f"{row.outline.label}: {row.unit}",
        "facts": [
            (_("Agency"), row.unit),
            (_("Period"), period_name(row)),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }


class ReferredByReport(Referred):
    """Notes; which section, and which version."""

    rows_of = (("note", Note),)

    def line(self, row: Any) -> str:
        """The text of a note."""
        text: str = row.text
        return text

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """What was written, filled in, signed or published."""
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        if section := facts.get("section"):
            labels = {row.code: row.label for row in self.case.report.outline.sections}
            yield str(labels.get(section, section))
        if version := facts.get("version"):
            yield _("Version %(version)s") % {"version": digits(version)}


class ReportTimeline(Timeline):
    graph = law.GRAPH
    addresses = ADDRESSES
    told = {
        "begin": Told(gettext_lazy("Report begun and filled in"), "plus", "accent", "steps"),
        "send": Told(gettext_lazy("Sent to be signed"), "send", "accent", "steps"),
        "send_back": Told(gettext_lazy("Sent back to be changed"), "declined", "soon", "steps"),
        "sign": Told(gettext_lazy("Report signed"), "check-circle", "well", "steps"),
        "correct": Told(gettext_lazy("Taken up again to be corrected"), "edit", "soon", "steps"),
        "keep_signed": Told(gettext_lazy("Left as it was signed"), "undo", "", "steps"),
        "withdraw": Told(gettext_lazy("Report withdrawn"), "declined", "late", "steps"),
        "write": Told(gettext_lazy("Section written"), "edit", "", "sections"),
        "fill": Told(gettext_lazy("Figures filled in again"), "chart", "", "sections"),
        "publish": Told(gettext_lazy("Report published"), "check-circle", "well", "steps"),
        "take_down": Told(gettext_lazy("Taken off the public pages"), "lock", "late", "steps"),
        "extend": Told(gettext_lazy("Deadline extended"), "calendar", "", "steps"),
        "take_over": Told(gettext_lazy("File taken over"), "assign", "", "steps"),
        "put_back": Told(gettext_lazy("Back with the unit, in nobody's hands; to be assigned"), "undo", "", "steps"),
        "follow_unit": Told(gettext_lazy("Moved with its unit"), "building", "", "steps"),
        "note": Told(gettext_lazy("Note"), "edit", "", "steps"),
    }
    tabs = {
        "all": gettext_lazy("All"),
        "steps": gettext_lazy("Steps"),
        "sections": gettext_lazy("Sections and figures"),
    }
    referred = ReferredByReport


TIMELINE = ReportTimeline()
