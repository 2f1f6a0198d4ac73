"""What each edge of a register entry writes: the only place that changes one."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from organisations.calendar import fiscal_year, fiscal_year_bounds
from scores.models import Confirmation, EntryVersion, Note, RegisterCase, RegisterEntry
from scores.registers.fields import Values
from scores.registers.guards import TAKEN
from scores.registers.kinds import REGISTERS, STAGES, Register
from workflows import handover
from workflows.actions import Action, Recorded, enter_into, taken_is_refused
from workflows.attachments import keep
from workflows.clocks import ONE_DAY
from workflows.files import Checked
from workflows.models import ClockRule
from workflows.notes import Notes, take_over
from workflows.timekeeping import NoClockRule, rules_in_force
from workflows.transitions import Step

NOTES = Notes(Note)
ACTIONS: dict[str, Action] = {
    "note": NOTES.note,
    "attach": NOTES.attach,
    "extend": NOTES.extend,
    "take_over": take_over,
    "put_back": handover.put_back,
    "follow_unit": handover.follow_unit,
    "return_entry": NOTES.why,
}
_edge = enter_into(ACTIONS, within=partial(taken_is_refused, {"one_entry_a_year": ("one_a_year", TAKEN)}))


@_edge("enter")
def enter(
    step: Step,
    *,
    register: str,
    year: int,
    values: Values,
    evidence: str = "",
    link: str = "",
    files: Iterable[Checked] = (),
) -> Recorded:
    """A new entry of a register for a fiscal year (B.E.). values: by the names of the register's fields."""
    case, kind = step.case, REGISTERS[register]
    assert isinstance(case, RegisterCase)
    entry = RegisterEntry.objects.create(case=case, register=register, unit=case.unit, fiscal_year=year)
    case.entry = entry
    case.category, case.screened = register, True
    step.hand_to(step.user)
    step.number_wanted = True
    version = _say(step, entry, kind, values, evidence, link, files)
    return {"register": register, "year": year, "version": version.pk}


@_edge("change_entry", "review_entry")
def change(
    step: Step,
    *,
    values: Values,
    evidence: str = "",
    link: str = "",
    files: Iterable[Checked] = (),
    fresh: bool = False,
    reviewed: str = "",
) -> Recorded:
    """Another version. fresh: the files given before are left out. reviewed: what a review found."""
    entry = _entry(step)
    before = [] if fresh else list(entry.current.files.all())
    version = _say(step, entry, entry.kind, values, evidence, link, files, before, reviewed)
    return {"version": version.pk}


@_edge("submit_entry")
def submit(step: Step) -> Recorded:
    """Which version is to be confirmed."""
    return {"version": _entry(step).newest.pk}


@_edge("confirm", "confirm_and_follow")
def confirm(step: Step) -> Recorded:
    """From today on the version counts; what has to be followed gets its deadline."""
    entry = _entry(step)
    version = entry.newest
    Confirmation.objects.create(version=version, by=step.user, on=step.today, at=step.at)
    _start_clocks(step, entry, version)
    return {"version": version.pk}


@_edge("drop_review")
def drop_review(step: Step, *, reasons: str) -> Recorded:
    """Back to what was confirmed, with its deadlines."""
    entry = _entry(step)
    standing = entry.versions.filter(confirmation__isnull=False).latest("id")
    step.case.subject = standing.title
    _start_clocks(step, entry, standing)
    return {"note": NOTES.write(step, reasons), "version": standing.pk}


@_edge("end_entry")
def end(step: Step, *, reasons: str) -> Recorded:
    """It is followed no more; what it was in the years before stays counted."""
    _mark(step, "ended_on")
    return {"note": NOTES.write(step, reasons)}


@_edge("withdraw_entry", "strike_entry")
def strike(step: Step, *, reasons: str) -> Recorded:
    """From today on it counts no more, and leaves its place for another."""
    _mark(step, "struck_on")
    return {"note": NOTES.write(step, reasons)}


# --- Shared -----------------------------------------------------------------------------------------------------------
def year_of_review(earliest: date) -> tuple[date, date]:
    """The eve of the fiscal year in which `earliest` lies, and its last day: over these days runs the yearly review of
    what was confirmed, and on the last it is due (own practice)."""
    first, after = fiscal_year_bounds(fiscal_year(earliest))
    return first - ONE_DAY, after - ONE_DAY


def _start_review(step: Step, confirmed: date) -> None:
    """The rule's length is how many days lie at least between a confirmation and the day the review is due, so that
    nothing is reviewed twice within half a year; every fiscal year has its review."""
    rule = rules_in_force(["yearly_review"], step.clocks.lineage(step.case.category), confirmed).get("yearly_review")
    if rule is None:
        raise NoClockRule("yearly_review")
    working = rule.unit == ClockRule.Unit.WORKING
    earliest = (
        step.clocks.calendar.add_working_days(confirmed, rule.length)
        if working
        else confirmed + timedelta(days=rule.length)
    )
    begins, due_on = year_of_review(earliest)
    step.clocks.start("yearly_review", begins, due_on=due_on, rule=rule)


def _start_clocks(step: Step, entry: RegisterEntry, version: EntryVersion) -> None:
    if not entry.kind.follows:
        return
    if entry.kind.follows == STAGES:
        step.clocks.start("survey_stage", step.today)
        return
    confirmed = Confirmation.objects.get(version=version).on
    _start_review(step, confirmed)
    if version.texts.get("treatment") == "inadequate":
        by = version.texts.get("treat_by")
        step.clocks.start("risk_treatment", step.today, due_on=date.fromisoformat(by) if by else None)


def _entry(step: Step) -> RegisterEntry:
    """Read under the lock of the case; the case keeps the fresh one."""
    case = step.case
    assert isinstance(case, RegisterCase)
    case.entry = RegisterEntry.objects.get(pk=case.pk)
    case.entry.case = case
    return case.entry


def _mark(step: Step, column: str) -> None:
    entry = _entry(step)
    setattr(entry, column, step.today)
    entry.save(update_fields=[column])


def _say(
    step: Step,
    entry: RegisterEntry,
    kind: Register,
    values: Values,
    evidence: str,
    link: str,
    files: Iterable[Checked],
    before: Iterable[Any] = (),
    reviewed: str = "",
) -> EntryVersion:
    version = EntryVersion.objects.create(
        entry=entry,
        **kind.columns(values) | ({} if kind.field("title") is None else {"title": str(values["title"]).strip()}),
        texts=kind.texts(values),
        evidence=evidence.strip(),
        link=link,
        reviewed=reviewed.strip(),
        by=step.user,
        at=step.at,
    )
    version.files.set([*before, *keep(step, files)])
    step.case.subject = version.title
    return version
