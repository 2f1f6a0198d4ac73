"""What a change of holidays or of a clock's length does to clocks, computed with the rules themselves and written
nowhere.

Clocks that are alike (same start, length, pauses) are counted by the database and computed once, so that a hundred
thousand of them cost two queries. Protected cases are not counted: their figures move before nobody's eyes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.calendar import WorkingCalendar, current_calendar
from organisations.formats import write_date, write_number
from workflows.clocks import DayUnit, Pause, due_on, is_overdue
from workflows.models import ClockRule
from workflows.registry import kind_of
from workflows.rulebook.tables import Effect, Moved

LOOKED_BACK = timedelta(days=90)

_ALIKE = """
SELECT clock.code, clock.duty, clock.pauses, clock.started_on, clock.stopped_on, clock.length, clock.unit,
       clock.extension, clock.due_on, paused.began, paused.ended, {kind} AS kind, {category} AS category, count(*)
FROM workflows_clock clock
JOIN workflows_case matter ON matter.id = clock.case_id AND NOT matter.protected
JOIN workflows_clockrule rule ON rule.id = clock.rule_id
CROSS JOIN LATERAL (
    SELECT array_agg(pause.started_on ORDER BY pause.id) AS began, array_agg(pause.ended_on ORDER BY pause.id) AS ended
    FROM workflows_casepause pause WHERE pause.case_id = clock.case_id
) paused
WHERE {wanted}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
"""
_RUNNING = "clock.stopped_on IS NULL"
# A clock with a day or a number of days of its own (a measure, a question) does not follow the length of its rule.
_STOPPED = """
clock.stopped_on >= %s AND clock.code = %s AND NOT clock.silent
AND clock.length = rule.length AND clock.unit = rule.unit
"""


class Alike(NamedTuple):
    """Clocks that run, or ran, in the same way, and how many they are; `kind` and `category` of their cases only where
    they were asked for."""

    code: str
    duty: bool
    pauses: bool
    started_on: date
    stopped_on: date | None
    length: int
    unit: str
    extension: int
    due_on: date | None
    began: list[date] | None
    ended: list[date | None] | None
    kind: str
    category: str
    many: int

    def due(self, calendar: WorkingCalendar, *, by: ClockRule | None = None) -> date | None:
        """Their due day in that calendar. by: with the length, the unit and the pausing of this rule instead."""
        pausing = self.pauses if by is None else by.pauses
        pauses = [Pause(*ends) for ends in zip(self.began or (), self.ended or (), strict=True)] if pausing else []
        return due_on(
            self.started_on,
            self.length if by is None else by.length,
            DayUnit(self.unit if by is None else by.unit),
            extension=self.extension,
            pauses=pauses,
            calendar=calendar,
        )


def _alike(wanted: str, params: Iterable[Any] = (), *, by_kind: bool = False) -> Iterator[Alike]:
    kind, category = ("matter.kind", "matter.category") if by_kind else ("''", "''")
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE.format(kind=kind, category=category, wanted=wanted), list(params))
        yield from map(Alike._make, cursor.fetchall())


# --- Holidays ---------------------------------------------------------------------------------------------------------
class Shift(NamedTuple):
    """What another calendar does to running clocks. moved: (code, old due day, new due day) → how many of them."""

    moved: Counter[tuple[str, date | None, date | None]]
    late: int
    no_longer_late: int


def shift(calendar: WorkingCalendar, today: date) -> Shift:
    """What `calendar` does to the running clocks of cases that are not protected, as `recompute_deadlines` will."""
    moved: Counter[tuple[str, date | None, date | None]] = Counter()
    late = no_longer_late = 0
    for alike in _alike(_RUNNING):
        new = alike.due(calendar)
        if new == alike.due_on:
            continue
        moved[alike.code, alike.due_on, new] += alike.many
        if alike.duty:
            was, will_be = is_overdue(alike.due_on, today), is_overdue(new, today)
            late += alike.many * (will_be and not was)
            no_longer_late += alike.many * (was and not will_be)
    return Shift(moved, late, no_longer_late)


def effect_of_days(*, added: Iterable[date], removed: Iterable[date]) -> Effect:
    """What it does that offices are closed on the days `added`, and open on those `removed`."""
    days = (current_calendar().holidays - set(removed)) | set(added)
    found = shift(WorkingCalendar(frozenset(days)), timezone.localdate())
    total = sum(found.moved.values())
    if not total:
        return Effect((_("No running deadline gets another day."), _uncounted()))
    said = ngettext(
        "%(count)s running deadline gets another day.", "%(count)s running deadlines get another day.", total
    )
    sentences = [said % {"count": write_number(total)}]
    if found.late:
        said = ngettext("%(count)s of them is overdue then.", "%(count)s of them are overdue then.", found.late)
        sentences.append(said % {"count": write_number(found.late)})
    if found.no_longer_late:
        said = ngettext(
            "%(count)s is overdue now and no longer then.",
            "%(count)s are overdue now and no longer then.",
            found.no_longer_late,
        )
        sentences.append(said % {"count": write_number(found.no_longer_late)})
    names = _names()
    order = sorted(found.moved.items(), key=lambda one: (one[0][1] or date.max, one[0][0], one[0][2] or date.max))
    moved = tuple(Moved(names.get(code, code), old, new, count) for (code, old, new), count in order)
    return Effect((*sentences, _uncounted()), moved)


def _uncounted() -> str:
    return _("Protected cases are not counted here; the same rules hold for them.")


def _names() -> dict[str, str]:
    """What each clock is called: by its newest general rule, or any where there is none."""
    rules = ClockRule.objects.order_by("-category", "valid_from")
    return {rule.code: rule.name for rule in rules}


# --- Rules of clocks --------------------------------------------------------------------------------------------------
def effect_of_rule(before: ClockRule | None, after: ClockRule | None) -> Effect:
    """What a clock rule that has not begun does: nothing to a clock that runs, and to those that start from its day on.

    before: the row that is changed or taken out; None for a new one. after: None where it is taken out.
    """
    if after is None:
        assert before is not None
        return Effect(
            (_("No deadline has begun under this rule. The one before it goes on."),),
        )
    line = _Line(after, leaving_out=before)
    of_code = _alike(f"{_RUNNING} AND clock.code = %s", [after.code], by_kind=True)
    running = sum(one.many for one in of_code if line(one))
    sentences = [
        _("Every deadline that begins on %(day)s or later has the new length.") % {"day": write_date(after.valid_from)},
    ]
    if running:
        goes_on = ngettext(
            "%(count)s deadline runs under the rule of before and goes on so.",
            "%(count)s deadlines run under the rule of before and go on so.",
            running,
        )
        sentences.insert(0, goes_on % {"count": write_number(running)})
    if after.meaning == ClockRule.Meaning.DUTY:
        sentences += _looking_back(after, line)
    return Effect((*sentences, _uncounted()))


def _looking_back(rule: ClockRule, line: "_Line") -> list[str]:
    """How many of the clocks that stopped in the last 90 days were late, and would have been under `rule`."""
    today, calendar = timezone.localdate(), current_calendar()
    ended = late = late_then = 0
    for one in _alike(_STOPPED, [today - LOOKED_BACK, rule.code], by_kind=True):
        if one.duty and one.stopped_on is not None and line(one):
            ended += one.many
            late += one.many * is_overdue(one.due_on, one.stopped_on)
            late_then += one.many * is_overdue(one.due(calendar, by=rule), one.stopped_on)
    if not ended:
        return [_("None of these deadlines has ended in the last 90 days, so there is nothing to compare with.")]
    said = _(
        "Of %(ended)s that ended in the last 90 days %(late)s were late; with the new length %(then)s would have been."
    )
    return [said % {"ended": write_number(ended), "late": write_number(late), "then": write_number(late_then)}]


class _Line:
    """For which clocks a rule would be taken, were one to start on its first day; the question is put per category."""

    def __init__(self, rule: ClockRule, *, leaving_out: ClockRule | None) -> None:
        others = ClockRule.objects.filter(code=rule.code, valid_from__lte=rule.valid_from)
        if leaving_out is not None and leaving_out.pk:
            others = others.exclude(pk=leaving_out.pk)
        self._categories = set(others.values_list("category", flat=True)) - {rule.category}
        self._own = rule.category
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, clock: Alike) -> bool:
        """Whether the rule governs clocks of such cases: no rule of a nearer kind stands before it."""
        if not self._own and self._categories <= {""}:
            return True  # one rule for all kinds: nobody has to be asked what a kind is part of
        pair = (clock.kind, clock.category)
        if pair not in self._known:
            nearest = next(
                (one for one in [*kind_of(clock.kind).lineage(clock.category), ""]
                 if one == self._own or one in self._categories),
                None,
            )  # fmt: skip
            self._known[pair] = nearest == self._own
        return self._known[pair]
