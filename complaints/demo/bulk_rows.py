"""The rows of one complaint of the load: a journey, with places, people, dates, hashes and deadlines put to it."""

import random
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from viewflow.workflow.fields import get_flow_ref, get_task_ref
from viewflow.workflow.status import STATUS

from complaints.flows import ComplaintFlow
from complaints.models import Complaint, ComplaintCase
from complaints.receipts import ALPHABET, LOOKUP_LENGTH, secret_hmac
from complaints.routing import protected_unit
from complaints.subjects import subject_of
from organisations.calendar import WorkingCalendar, fiscal_year
from organisations.demo.units import DISTRICTS, PROVINCE, District
from organisations.models import Holding, Role, Unit
from workflows import sealing
from workflows.models import CasePause, Clock, ClockRule
from workflows.timekeeping import as_pauses, refresh, rules_in_force

from .bulk_entries import BulkEntries, Desk, Draft, Person
from .bulk_tables import Tables, null
from .journeys import MEASURE_DAYS, Walk, walks
from .texts import Base, bases, phrases

_CHANNELS = (("website", 46), ("line", 24), ("hotline", 12), ("walk_in", 10), ("letter", 5), ("api", 3))
_TEXT_FILES = ("general_simple", "general_long", "service", "procurement", "corruption", "internal")
_INVENTED_OFFICE = "องค์การบริหารส่วนตำบลบ้านสมมุติใต้"
_ODD = 0x9E3779B97F4A7C15
"""An odd number (2^64 over the golden ratio): multiplying by it modulo a power of two doubles no number."""


def scrambled(order: int, signs: int) -> str:
    """The `order`-th of a series of codes of so many signs that looks random and repeats none."""
    value = (order + 1) * _ODD % (1 << 5 * signs)
    return "".join(ALPHABET[value >> 5 * place & 31] for place in range(signs))


class BulkRows:
    """Makes rows and writes them. rng: the only source of chance, so that a load can be repeated."""

    def __init__(self, today: date, calendar: WorkingCalendar, rng: random.Random) -> None:
        self.tables = Tables()
        self.today, self.calendar, self.rng = today, calendar, rng
        self._by_age = [self._fitting(age) for age in range(max(walk.fits.stop for walk in walks()))]
        self._bases = [base for name in _TEXT_FILES for base in bases(name)]
        self._desks = self._read_desks()
        self._series: dict[tuple[int, int], list[int]] = {}
        self._flow = get_flow_ref(ComplaintFlow)
        self._nodes = {node.name: (get_task_ref(node), node.task_type) for node in ComplaintFlow.instance.nodes()}
        self._rules: dict[str, ClockRule] = {}
        # A clock depends on its code and days only; there are some thousands of those.
        self._clock = lru_cache(maxsize=50_000)(self._derive)

    # --- What is drawn ------------------------------------------------------------------------------------------
    def _fitting(self, age: int) -> tuple[list[Walk], list[int]]:
        fitting = [walk for walk in walks() if age in walk.fits]
        return fitting, [walk.weight for walk in fitting]

    def _read_desks(self) -> dict[str, Desk]:
        holdings = Holding.objects.filter(
            valid__contains=self.today, deputy=False, user__is_active=True
        ).select_related("post")
        people: dict[int, dict[str, tuple[Person, ...]]] = {}
        for held in holdings.order_by("id"):
            of_unit = people.setdefault(held.post.unit_id, {})
            for role in held.post.roles:
                of_unit[role] = (*of_unit.get(role, ()), Person(held.user_id, held.post_id))
        wanted = {Role.SCREENER, Role.OFFICER, Role.HEAD, Role.APPROVER}
        return {
            unit.code: Desk(unit, people[unit.pk])
            for unit in Unit.objects.filter(closed_on=None)
            if wanted <= people.get(unit.pk, {}).keys()
        }

    def _journey(self, opened: datetime) -> Walk:
        # Whole days only, or the last step would lie in the hours that are still to come.
        fitting, weights = self._by_age[max(0, (self.today - opened.date()).days - 1)]
        return self.rng.choices(fitting, weights)[0]

    def _base(self, walk: Walk) -> Base:
        while True:
            base = self.rng.choice(self._bases)
            if walk.simple in (None, bool(base.replies)) and not (base.protected and walk.state == "withdrawn"):
                return base

    # --- One complaint ------------------------------------------------------------------------------------------
    def add(self, order: int, opened: datetime) -> None:
        """The `order`-th complaint, which came in at `opened`."""
        rng, tables, walk = self.rng, self.tables, self._journey(opened)
        base, district = self._base(walk), rng.choice(DISTRICTS)
        desk = self._desk_for(base, district)
        people = {role: rng.choice(found) for role, found in desk.people.items()}
        case_id, process_id = tables.case.next_id, tables.process.next_id
        channel = rng.choices([name for name, _ in _CHANNELS], [weight for _, weight in _CHANNELS])[0]
        draft = Draft(case_id, scrambled(order, 12), walk, desk, people, base, base.protected, opened, channel)
        statement = self._complaint(draft, order, district)
        story = BulkEntries(draft, tables)
        due = self._clocks(draft, story)
        self._tasks(draft, process_id)
        for day, who, by in walk.assignments:
            tables.assignment.add(case_id, draft.user(who), draft.user(by), draft.at(day))
        tables.case.add(
            "complaint", draft.public_id, self._number(draft, order), "" if base.protected else subject_of(statement),
            base.kind, base.protected, walk.state, walk.came_from, walk.version, walk.is_open, due, False, True, opened,
            story.changed, story.since, None if walk.is_open else story.since, len(walk.entries), story.head,
            draft.user(walk.holder), process_id, desk.unit.pk, walk.screened,
        )  # fmt: skip

    def _desk_for(self, base: Base, district: District) -> Desk:
        code = "NAN" if self.rng.random() < 0.1 else district.code
        return self._desks[self._centre(code) if base.protected else code]

    @lru_cache(maxsize=64)  # noqa: B019 - lives as long as the load
    def _centre(self, code: str) -> str:
        return protected_unit(self._desks[code].unit).code

    def _number(self, draft: Draft, order: int) -> str:
        if draft.protected:
            return f"P-{scrambled(order, 10)}"
        year, unit = fiscal_year(timezone.localdate(draft.opened)), draft.desk.unit
        series = self._series.setdefault((unit.pk, year), [0, 0])
        if not series[0]:
            series[0] = self.tables.series.add(unit.pk, year, 0)
        series[1] += 1
        self.tables.number.add(series[0], series[1], draft.id)
        return f"{unit.code}-{year}-{series[1]:05d}"

    def _complaint(self, draft: Draft, order: int, district: District) -> str:
        rng, base, place = self.rng, draft.base, self.rng.choice(district.places)
        moo = str(rng.randint(1, 14))
        spot = phrases().pick("spots", rng).format(moo=moo)
        words = {
            "spot": spot,
            "moo": moo,
            "tambon": f"ตำบล{place.name}",
            "since": phrases().pick("since", rng),
            # Nobody real is accused.
            "office": _INVENTED_OFFICE if draft.protected else f"ที่ว่าการอำเภอ{district.name_th}",
        }
        statement = f"{rng.choice(base.openings)}\n{rng.choice(base.details)}".format(**words)
        sealed = self._sealed(draft.id, statement) if draft.protected else None
        self.tables.complaint.add(
            draft.id,
            "" if sealed else statement,
            sealed,
            base.kind,
            (self._desks[district.code] if draft.protected else draft.desk).unit.pk,
            draft.channel,
            True,
            "" if sealed else spot,
            "" if sealed else place.name,
            district.name_th,
            PROVINCE,
            None if sealed else round(place.latitude + rng.uniform(-0.02, 0.02), 6),
            None if sealed else round(place.longitude + rng.uniform(-0.02, 0.02), 6),
            "",
            scrambled(order, LOOKUP_LENGTH),
            secret_hmac(str(order)),
            "th",
            "load",
            str(order + 1),
        )
        return statement

    def _sealed(self, case_id: int, statement: str) -> bytes:
        wrapped = sealing.new_data_key()
        self.tables.key.add(case_id, wrapped)
        case = ComplaintCase(pk=case_id, protected=True)
        # The key is not in the database yet.
        case._data_key = sealing.unwrap_data_key(wrapped)  # type: ignore[attr-defined]  # noqa: SLF001
        row = Complaint(case=case)
        row.write(case, statement)
        return bytes(row.sealed or b"")

    # --- Time and work ------------------------------------------------------------------------------------------
    def _clocks(self, draft: Draft, story: BulkEntries) -> date | None:
        """The clocks and pauses; gives back the earliest due day of the running duties."""
        tables, opened = self.tables, timezone.localdate(draft.opened)
        pauses = tuple(
            (opened + timedelta(days=start), None if end is None else opened + timedelta(days=end))
            for start, end in draft.walk.pauses
        )
        for start, end in pauses:
            tables.pause.add(draft.id, start, end)
        earliest: date | None = None
        for round_ in draft.walk.clocks:
            started = opened + timedelta(days=round_.starts)
            stopped = None if round_.stops is None else opened + timedelta(days=round_.stops)
            clock = self._clock(round_.code, started, pauses)
            about = str(story.measure) if round_.code == "measure" else ""
            tables.clock.add_line(
                f"{draft.id}\t{clock.rule_id}\t{clock.code}\t{about}\t{clock.length}\t{clock.unit}\t{clock.duty}\t"
                f"{clock.pauses}\tt\t{started}\t{null(stopped)}\t0\t{null(clock.due_on)}\t0\n"
            )
            if stopped is None and clock.duty and clock.due_on and (earliest is None or clock.due_on < earliest):
                earliest = clock.due_on
        return earliest

    def _derive(self, code: str, started: date, pauses: tuple[tuple[date, date | None], ...]) -> Clock:
        """A clock as `Timekeeper.start` makes it, with the due day that the history so far gives."""
        rule = self._rules.get(code) or self._rules.setdefault(code, rules_in_force([code], (), started)[code])
        measured = code == "measure"
        clock = Clock(
            rule=rule,
            code=code,
            length=MEASURE_DAYS if measured else rule.length,
            unit=ClockRule.Unit.CALENDAR if measured else rule.unit,
            duty=rule.meaning == ClockRule.Meaning.DUTY,
            pauses=rule.pauses,
            silent=True,
            started_on=started,
        )
        refresh(clock, as_pauses([CasePause(started_on=start, ended_on=end) for start, end in pauses]), self.calendar)
        return clock

    def _tasks(self, draft: Draft, process_id: int) -> None:
        tables, walk = self.tables, draft.walk
        status = STATUS.NEW if walk.is_open else STATUS.DONE
        tables.process.add(
            self._flow, status, draft.opened, None if walk.is_open else draft.at(walk.since), "{}", draft.id
        )
        previous = 0
        for work in walk.works:
            owner = draft.user(work.owner)
            status = STATUS.DONE if work.ends is not None else STATUS.ASSIGNED if owner else STATUS.NEW
            begun, ended = draft.at(work.begins), None if work.ends is None else draft.at(work.ends)
            node, kind = self._nodes[work.node]
            task = tables.task.add_line(
                f"{process_id}\t{node}\t{kind}\t{status}\t{null(owner)}\t{begun}\t{null(ended)}\t{null(ended)}\tstart\t{{}}\n"
            )
            if previous:
                tables.task_previous.add_line(f"{task}\t{previous}\n")
            previous = task

    def last_numbers(self) -> list[tuple[int, int]]:
        """The last number given in each series, with the key of the series."""
        return [(last, series) for series, last in self._series.values()]
