"""What a person may do with an assessment now, what comes next, and how its story is told."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.formats import digits
from organisations.models import User
from scores import states as law
from scores.forms import FORMS, rubric_name
from scores.models import AssessmentCase, Evaluator, Note, Statement
from scores.notices import evaluators_of, is_stated, next_people
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, step_by_name
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.graph import Text
from workflows.models import Clock, LedgerEntry

ADDRESSES = Addresses(case="assessment", take="assessment_take", lists="assessments", file="assessment_file")
PANEL = Panel(
    law.GRAPH,
    # Criteria are stated and judged where they stand in the sheet.
    FORMS,
    ADDRESSES,
    left_out=frozenset({"not_the_holder", "running_clock", "not_signed_yet", "never_published", "a_criterion"}),
    grave=frozenset({"call_off"}),
    last=frozenset({"send_back", "examine_again", "extend", "take_over", "note", "attach", "gather_anew", "call_off"}),
)
_BETWEEN_MEMBERS = frozenset({"note", "examine_again"})
IN_THE_SHEET = frozenset({"state_criterion", "judge_criterion"})

_WHAT = {
    law.SELF: gettext_lazy("State every criterion, then the head signs and sends it"),
    law.REVIEW: gettext_lazy("Examine the evidence and judge every criterion"),
    law.SIGNING: gettext_lazy("Everybody on the committee signs, then the agency is told"),
    law.TOLD: gettext_lazy("Accept the result or object to it"),
    law.OBJECTED: gettext_lazy("Decide about the objection"),
    law.FINAL: gettext_lazy("Publish the score"),
    law.PUBLISHED: gettext_lazy("Nothing more; the score is published"),
    law.CANCELLED: gettext_lazy("Nothing more; the assessment was called off"),
}
_SENT = gettext_lazy("The head signs and sends it")
_COMMITTEE_ENTERED = gettext_lazy("The committee that examines it is entered")


def next_step(case: AssessmentCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next. actions: what the reader may do; running: the clocks of the case that run."""
    what = _WHAT[case.state]
    if case.state == law.SELF and is_stated(case):
        what = _SENT if evaluators_of(case) else _COMMITTEE_ENTERED
    return step_by_name(case, what, next_people, actions, running)


# Who has it where it is nobody's alone: the holder is he who stated it, or who keeps the file of the committee.
_HANDS = {
    law.REVIEW: gettext_lazy("The committee"),
    law.SIGNING: gettext_lazy("The committee"),
    law.OBJECTED: gettext_lazy("Approvers above the agency"),
    law.FINAL: gettext_lazy("The executive above the agency"),
}


def hands_of(case: AssessmentCase) -> User | Text | None:
    """In whose hands it is; None where nobody has it, or has anything left to do."""
    return _HANDS.get(case.state, case.holder) if case.is_open else None


def heading(case: AssessmentCase) -> dict[str, Any]:
    """What the identity bar shows."""
    row = case.assessment
    year = digits(row.fiscal_year)
    words = {"unit": row.unit, "rubric": rubric_name(row.family, row.fiscal_year), "year": year}
    return {
        "title": _("%(rubric)s, fiscal year %(year)s: %(unit)s") % words,
        "facts": [
            (_("Agency"), row.unit),
            (_("Fiscal year"), year),
            (_("Assessed by"), words["rubric"]),
            (_("In whose hands"), hands_of(case) or ("–" if not case.is_open else _("not assigned yet"))),
        ],
    }


class ReferredByAssessment(Referred):
    """Notes, and remarks of statements."""

    rows_of = (("note", Note), ("statement", Statement))

    def __init__(self, *args: Any, confidential_too: bool = False, **kwargs: Any) -> None:
        """confidential_too: whether the reader reads what the committee has found so far."""
        self.told = confidential_too
        super().__init__(*args, confidential_too=confidential_too, **kwargs)

    def rows(self, model: Any) -> Any:
        """Statements belong to the assessment of the case."""
        if model is Statement:
            said = Statement.objects.filter(assessment=self.case.pk)
            return said if self.told else said.filter(side=Statement.Side.AGENCY)
        return super().rows(model).exclude(pk__in=[] if self.told else self._between_themselves())

    def _between_themselves(self) -> set[int]:
        """The notes that members of the committee wrote for each other; what they send back with is for the agency."""
        committee = set(Evaluator.objects.filter(assessment=self.case.pk).values_list("user", flat=True))
        own = (entry for entry in self.entries if entry.verb in _BETWEEN_MEMBERS and entry.actor_id in committee)
        return {entry.data["note"] for entry in own if entry.data.get("note")}

    def line(self, row: Any) -> str:
        """The text of a note; of a statement its remark."""
        text: str = row.remark if isinstance(row, Statement) else row.text
        return text

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """Which criterion, and what was said of it."""
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        if entry.verb == "judge_criterion" and not self.told:
            return
        if about := facts.get("about"):
            said = facts.get("said")
            word = str(Statement.Said(said).label) if said else _("figure entered")
            yield f"{about}: {word}"
        if version := facts.get("version"):
            yield _("Version %(version)s") % {"version": digits(version)}
        if criteria := facts.get("criteria"):
            yield _("About: %(criteria)s") % {"criteria": ", ".join(criteria)}


class AssessmentTimeline(Timeline):
    graph = law.GRAPH
    addresses = ADDRESSES
    told = {
        "begin": Told(gettext_lazy("Self-assessment begun"), "plus", "accent", "steps"),
        "submit": Told(gettext_lazy("Signed by the agency and sent to the committee"), "send", "accent", "steps"),
        "send_back": Told(gettext_lazy("Sent back to be completed"), "declined", "soon", "steps"),
        "conclude": Told(gettext_lazy("Examination concluded"), "check", "", "steps"),
        "examine_again": Told(gettext_lazy("Examined again"), "edit", "", "steps"),
        "tell_result": Told(gettext_lazy("Result told to the agency"), "send", "", "steps"),
        "accept_result": Told(gettext_lazy("Result accepted"), "check-circle", "well", "steps"),
        "let_it_stand": Told(gettext_lazy("No objection was made in time"), "clock", "", "steps"),
        "object": Told(gettext_lazy("Objection made"), "alert", "late", "steps"),
        "dismiss_objection": Told(gettext_lazy("Objection dismissed"), "declined", "", "steps"),
        "uphold_objection": Told(gettext_lazy("Objection upheld"), "check", "", "steps"),
        "publish": Told(gettext_lazy("Score published"), "check-circle", "well", "steps"),
        "correct_score": Told(gettext_lazy("Taken up again to be corrected"), "edit", "soon", "steps"),
        "call_off": Told(gettext_lazy("Called off"), "declined", "late", "steps"),
        "state_criterion": Told(gettext_lazy("Criterion stated"), "edit", "", "criteria"),
        "judge_criterion": Told(gettext_lazy("Criterion judged"), "scales", "", "criteria"),
        "name_committee": Told(gettext_lazy("Committee entered"), "people", "", "steps"),
        "gather_anew": Told(gettext_lazy("Live figures read anew"), "chart", "", "steps"),
        "sign_result": Told(gettext_lazy("Result signed"), "check", "", "steps"),
        "extend": Told(gettext_lazy("Deadline extended"), "calendar", "", "steps"),
        "take_over": Told(gettext_lazy("File taken over"), "assign", "", "steps"),
        "put_back": Told(gettext_lazy("Back with the unit, in nobody's hands; to be assigned"), "undo", "", "steps"),
        "follow_unit": Told(gettext_lazy("Moved with its unit"), "building", "", "steps"),
        "note": Told(gettext_lazy("Note"), "edit", "", "steps"),
        "attach": Told(gettext_lazy("Files attached"), "file", "", "files"),
    }
    tabs = {
        "all": gettext_lazy("All"),
        "steps": gettext_lazy("Steps"),
        "criteria": gettext_lazy("Criteria"),
        "files": gettext_lazy("Files"),
    }
    referred = ReferredByAssessment


TIMELINE = AssessmentTimeline()
