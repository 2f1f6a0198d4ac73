"""What happened to one complaint, from the filing to the state it is in today."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from organisations.calendar import WorkingCalendar

from .cast import Cast
from .texts import Base, Phrases, phrases

BANGKOK = timezone.get_default_timezone()
COMPLAINANT = "complainant"
TIMER = "timer"
# Kinds for which a drawn road says enough.
SHOWN_ON_PICTURES = frozenset({"road", "procurement_work", "drainage"})
# The objection window of 15 days ends on a working day; no run of holidays is longer than the rest.
WINDOW_AND_HOLIDAYS = 22


@dataclass(frozen=True)
class Act:
    """One edge, taken at a moment by a user name, the complainant or the timer. facts: see `finding`.

    edge: of the complaint; ``request.…`` of a request to a unit, ``part.…`` of a part (`play`).
    """

    at: datetime
    edge: str
    by: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Beginning:
    """Where and how a complaint comes in. unit: where it is filed; front screens it, desk handles it."""

    base: Base
    front: Cast
    desk: Cast
    online: bool
    offline_clerk: str
    facts: dict[str, Any]
    reclassified: bool = False


@dataclass
class _Step:
    gap: float
    edge: str
    by: str
    facts: dict[str, Any]


Gap = tuple[float, float]
_SAME_HOUR: Gap = (0.0, 0.02)


class NobodyNew(Exception):
    """A story needs somebody who had no part in it, and its office has nobody left."""


@dataclass
class Teller:
    """Writes down one story step by step, with the days between the steps; `schedule` puts dates to them.

    steady: the first officer goes on to the end, so that another one is left who never had the case.
    named: a respondent is named, so that the finding and the measures speak of him too.
    """

    begin: Beginning
    rng: random.Random
    steps: list[_Step] = field(default_factory=list)
    holder: str = ""
    steady: bool = False
    named: bool = False
    words: Phrases = field(default_factory=phrases)

    @property
    def base(self) -> Base:
        """The text the story is told about."""
        return self.begin.base

    def then(self, edge: str, by: str, gap: Gap = (0.2, 2.0), **facts: Any) -> None:
        """`by` takes `edge`, some days after the step before."""
        self.steps.append(_Step(self.rng.uniform(*gap), edge, by, facts))

    def chance(self, share: float) -> bool:
        """True in so many of one."""
        return self.rng.random() < share

    def pick(self, name: str) -> str:
        """A phrase."""
        return self.words.pick(name, self.rng)

    # --- Coming in and screening --------------------------------------------------------------------------------
    def come_in(self, *, acknowledged: bool = True) -> None:
        """Filed, and confirmed: by the receipt at once, or by the clerk who registered it."""
        begin = self.begin
        self.then("register", COMPLAINANT if begin.online else begin.offline_clerk, (0, 0), **begin.facts)
        if begin.online:
            self.then("acknowledge", COMPLAINANT, _SAME_HOUR)
        elif acknowledged:
            self.then("acknowledge", self.rng.choice(begin.front.screeners), (0.0, 0.6))

    def screen(self) -> None:
        """A screener takes it in hand, sometimes late."""
        self.holder = self.rng.choice(self.begin.front.screeners)
        self.then("start_screening", self.holder, (3.0, 6.0) if self.chance(0.08) else (0.1, 1.6))
        if self.chance(0.15):
            self.then("note", self.holder, (0.0, 0.3), text=self.pick("notes"))

    def ask(self, gap: Gap = (0.1, 1.0)) -> None:
        """The holder asks what the base asks."""
        self.then("ask_complainant", self.holder, gap, text=self.base.question)

    def answered(self, gap: Gap = (0.5, 6.0)) -> None:
        """The complainant answers; what came by letter or telephone is answered by telephone and recorded."""
        self.then("complainant_answered", self.voice(), gap, text=self.base.answer)

    def voice(self) -> str:
        """Who speaks for the complainant: he himself, or the officer who records what came on paper."""
        return COMPLAINANT if self.begin.online else self.holder

    def accept(self) -> None:
        """Kind and unit are fixed."""
        begin = self.begin
        late = self.chance(0.08)
        self.then("accept", self.holder, (5.0, 11.0) if late else (0.2, 2.5), kind=self.base.kind, unit=begin.desk.unit)
        if begin.desk.unit != begin.front.unit:
            self.holder = ""

    def decline(self) -> None:
        """Refused on the ground the text was written for; corruption by the approver."""
        by = self.begin.desk.approver if self.base.protected else self.holder
        self.then("decline", by, (0.5, 3.5), ground=self.base.ground, reply=self.base.reply)

    # --- The short road -----------------------------------------------------------------------------------------
    def answer_directly(self) -> None:
        """One officer answers a simple kind."""
        late = self.chance(0.15)
        if late:
            self.progress((6.0, 9.0))
        by = self.holder or self.rng.choice(self.begin.desk.officers)
        self.then("answer_directly", by, (6.0, 16.0) if late else (0.8, 8.0), reply=self.rng.choice(self.base.replies))
        self.holder = by

    # --- The long road ------------------------------------------------------------------------------------------
    def assign(self) -> None:
        """The head gives it to an officer; now and then the first one may not or cannot go on."""
        desk = self.begin.desk
        first, second = desk.two_officers(self.rng)
        self.then("assign", desk.head, (0.2, 2.5), to=first)
        self.holder = first
        if first == second or self.steady:
            return
        if self.chance(0.07):
            self.then("declare_conflict", first, (0.1, 1.0), reasons=self.pick("conflict_reasons"))
            self.then("reassign", desk.head, (0.1, 1.0), to=second)
            self.holder = second
        elif self.chance(0.06):
            self.then("reassign", desk.head, (3.0, 9.0), to=second)
            self.holder = second

    def look_into(self) -> None:
        """What happens while facts are gathered."""
        if self.chance(0.25):
            self.ask((0.5, 3.0))
            self.answered()
        if self.chance(0.3):
            self.then("note", self.holder, (0.5, 3.0), text=self.pick("notes"))
        if self.chance(0.2):
            self.then("message", self.holder, (0.5, 2.0), text=self.pick("messages"))
        if self.chance(0.12):
            self.then("complainant_message", self.voice(), (0.5, 2.0), text=self.pick("complainant_messages"))
        if self.chance(0.8):
            self.progress((2.0, 5.0))
        if self.base.protected and self.chance(0.12):
            self.then("record_withdrawal", self.voice(), (1.0, 4.0), text=self.pick("withdraw_protected"))

    def progress(self, gap: Gap) -> None:
        """A progress report by whoever has it."""
        by = self.holder or self.rng.choice(self.begin.front.screeners)
        if not self.holder and self.begin.desk.unit != self.begin.front.unit:
            by = self.rng.choice(self.begin.desk.screeners)
        self.then("send_progress", by, gap, text=self.pick("progress"))

    def find(self, outcome: str) -> None:
        """The finding, sometimes after an extension, sometimes returned once."""
        late = self.chance(0.12)
        if late:
            self.then(
                "extend", self.begin.desk.approver, (6.0, 10.0), clock="investigate", days=15,
                reasons=self.pick("extension_reasons"),
            )  # fmt: skip
        self._submit(outcome, (8.0, 14.0) if late else (2.0, 14.0))
        if self.chance(0.1):
            self.then("return_finding", self.begin.desk.approver, (1.0, 4.0), reasons=self.pick("return_reasons"))
            self._submit(outcome, (4.0, 9.0))

    def _submit(self, outcome: str, gap: Gap) -> None:
        reasons = {
            "founded": self.base.finding,
            "partly": f"{self.base.finding} ส่วนประเด็นอื่นไม่พบข้อเท็จจริงตามที่ร้อง",
            "unfounded": self.base.unfounded,
            "inconclusive": self.words.text("inconclusive_finding"),
        }[outcome]
        about = {"respondents": outcome} if self.named else {}
        self.then(
            "submit_finding", self.holder, gap, outcome=outcome, reasons=reasons,
            evidence=self.pick("finding_evidence"), **about,
        )  # fmt: skip

    def decide(self, outcome: str, *, on_paper: bool = False) -> None:
        """The second person decides as was found; on paper: a clerk with no part in it records it with the scan."""
        approver, reasons = self.begin.desk.approver, self.pick("decision_reasons")
        by, paper = approver, {}
        if on_paper:
            by, paper = self._clerk(), {"decided_by": approver, "scan": "บันทึกสั่งการ"}
        if outcome in ("founded", "partly"):
            facts: dict[str, Any] = {"measures": self.measures()}
        else:
            reply = self.base.reply_unfounded if outcome == "unfounded" else self.words.text("inconclusive_reply")
            facts = {"reply": reply}
        self.then(f"decide_{outcome}", by, (0.5, 5.0), reasons=reasons, **facts, **paper)

    def _clerk(self) -> str:
        hands = self._hands()
        for name in (*self.begin.desk.screeners, *self.begin.desk.officers):
            if name not in hands:
                return name
        raise NobodyNew

    def measures(self) -> list[dict[str, Any]]:
        """What is to be done when there is substance in it."""
        kind, text = "corrective", self.base.measure
        if self.base.kind.startswith("corruption"):
            kind = "discipline"
        elif self.base.kind.startswith("misconduct"):
            kind = "ethics"
        if self.named and kind == "corrective":
            kind, text = "discipline", text if self.base.protected else self.pick("discipline_measures")
        return [{"kind": kind, "text": text, "owner": self.holder, "due_in": self.rng.randint(20, 45)}]

    def carry_out(self, upto: str = "answer") -> None:
        """Measure, draft, approval, reply, as far as `upto` (the name of an edge, or "" for none)."""
        roads: list[tuple[str, Callable[[], None]]] = [
            ("measure_done", self._measure_done),
            ("draft_reply", lambda: self.then("draft_reply", self.holder, (0.3, 3.0), reply=self.base.reply)),
            (
                "approve_reply",
                lambda: self.then("approve_reply", self.begin.desk.approver, (0.3, 2.0), reply_seen=True),
            ),
            ("answer", lambda: self.then("answer", self.holder, (0.1, 1.0))),
        ]
        if not upto:
            return
        for name, take in roads:
            take()
            if name == upto:
                return

    def _measure_done(self) -> None:
        if self.chance(0.5):
            self.progress((4.0, 9.0))
        self.then("measure_done", self.holder, (3.0, 11.0), measure=True, evidence=self.pick("measure_evidence"))

    # --- After the reply ----------------------------------------------------------------------------------------
    def rate(self, share: float) -> None:
        """Some complainants rate; who filed on paper has no way to."""
        if self.begin.online and self.chance(share):
            stars = self.rng.choices((1, 2, 3, 4, 5), weights=(6, 8, 18, 38, 30))[0]
            self.then("rate", COMPLAINANT, (0.2, 4.0), stars=stars, text=self.words.rating(stars, self.rng))

    def ask_review(self, gap: Gap = (0.5, 6.0)) -> None:
        """The complainant disputes it."""
        self.then("request_review", self.voice(), gap, reasons=self.pick("review_reasons"))

    def refuse_review(self) -> None:
        """Somebody new lets it stand."""
        self.then("refuse_review", self.begin.desk.reviewer, (1.0, 4.0), reasons=self.pick("refuse_reasons"))

    def reopen(self) -> None:
        """Somebody new gives it to a new investigator."""
        new = next((name for name in self.begin.desk.officers if name not in self._hands()), None)
        if new is None:
            raise NobodyNew
        self.then("reopen", self.begin.desk.reviewer, (1.0, 4.0), to=new, reasons=self.pick("reopen_reasons"))
        self.holder = new

    def reopen_screening(self) -> None:
        """Somebody new has a refused case screened again."""
        self.then("reopen_screening", self.begin.desk.reviewer, (1.0, 3.0), reasons=self.pick("reopen_reasons"))
        self.holder = ""

    def _hands(self) -> set[str]:
        return {step.by for step in self.steps} | {str(step.facts["to"]) for step in self.steps if "to" in step.facts}

    def close(self) -> None:
        """By the officer with evidence, or by the clock when the window has ended."""
        if self.chance(0.4):
            pictures = {"pictures": 1} if self.base.kind in SHOWN_ON_PICTURES else {}
            self.then("close", self.holder, (1.0, 9.0), evidence=self.pick("close_evidence"), **pictures)
        else:
            self.then("close_after_window", TIMER, (WINDOW_AND_HOLIDAYS, WINDOW_AND_HOLIDAYS))

    def withdraw(self) -> None:
        """The complainant lets it be."""
        self.then("withdraw", self.voice() or self.begin.offline_clerk, (0.5, 4.0), text=self.pick("withdraw_texts"))

    # --- Dates --------------------------------------------------------------------------------------------------
    @property
    def span(self) -> float:
        """Days from the first step to the last."""
        return sum(step.gap for step in self.steps)

    def schedule(self, opened: date, last: date, calendar: WorkingCalendar) -> tuple[Act, ...]:
        """Dates and times: officers work on working days in office hours, nothing lies after `last`."""
        acts: list[Act] = []
        position, before = 0.0, datetime.combine(opened, time(0, 1), BANGKOK)
        for step in self.steps:
            position += step.gap
            outside = step.by in (COMPLAINANT, TIMER)
            day = opened + timedelta(days=int(position))
            if not outside:
                day = calendar.roll_forward(day)
            minutes = self.rng.randint(6 * 60, 22 * 60) if outside else self.rng.randint(8 * 60 + 30, 16 * 60 + 20)
            moment = datetime.combine(min(day, last), time(minutes // 60, minutes % 60), BANGKOK)
            moment = max(moment, before + timedelta(minutes=self.rng.randint(2, 40)))
            acts.append(Act(moment, step.edge, step.by, step.facts))
            before = moment
        return tuple(acts)
