"""What happened to one complaint of the load: its ledger with a true hash chain, and the rows the entries speak of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from organisations.models import Unit
from workflows import ledger
from workflows.models import LedgerEntry

from .bulk_tables import Tables, null
from .journeys import MEASURE_DAYS, Entry, Walk
from .texts import Base, phrases

_KINDS = {"complainant": LedgerEntry.ActorKind.COMPLAINANT.value, "timer": LedgerEntry.ActorKind.TIMER.value}
_MESSAGES = {"ask_complainant": "question", "complainant_answered": "answer", "send_progress": "progress"}


@dataclass(frozen=True)
class Person:
    """A user and the post in which he acts, by their keys."""

    user: int
    post: int


@dataclass(frozen=True)
class Desk:
    """A unit and who works there, by role."""

    unit: Unit
    people: dict[str, tuple[Person, ...]]


@dataclass(frozen=True)
class Draft:
    """One complaint while its rows are made."""

    id: int
    public_id: str
    walk: Walk
    desk: Desk
    people: dict[str, Person]
    base: Base
    protected: bool
    opened: datetime
    channel: str

    def at(self, day: int, place: int = 0) -> datetime:
        """The moment of a step: some minutes after the one before on the same day."""
        return self.opened + timedelta(days=day, minutes=7 * place)

    def user(self, who: str) -> int | None:
        """The key of whoever plays `who`; None for the complainant, the timer and nobody."""
        return self.people[who].user if who in self.people else None


class BulkEntries:
    """Writes the entries of one complaint. head, changed, since: for the case. measure: key of its measure, or 0."""

    def __init__(self, draft: Draft, tables: Tables) -> None:
        self.draft, self.tables = draft, tables
        self.head = ""
        self.changed = self.since = draft.opened
        self.finding = self.reply = self.measure = 0
        # Texts about a protected case would have to be sealed one by one; the load leaves them empty.
        self.silent = draft.protected
        for place, entry in enumerate(draft.walk.entries):
            self._write(place, entry)

    def _write(self, place: int, entry: Entry) -> None:
        draft = self.draft
        at = draft.at(entry.day, place)
        # Nobody turns a matter of corruption away but an approver.
        by = "approver" if entry.verb == "decline" and draft.protected else entry.by
        person = draft.people.get(by)
        actor, post = (person.user, person.post) if person else (None, None)
        found = self._facts(entry, actor, at)
        facts = ledger.canonical(found) if found else "{}"
        kind = _KINDS.get(by, LedgerEntry.ActorKind.USER.value)
        previous, self.changed = self.head, at
        if entry.from_state != entry.to_state:
            self.since = at
        self.head = ledger.entry_hash(
            case=draft.public_id,
            seq=place + 1,
            at=at,
            actor_kind=kind,
            actor=actor,
            post=post,
            verb=entry.verb,
            from_state=entry.from_state,
            to_state=entry.to_state,
            facts=facts,
            previous=previous,
        )
        self.tables.entry.add_line(
            f"{draft.id}\t{place + 1}\t{at}\t{kind}\t{null(actor)}\t{null(post)}\t{entry.verb}\t{entry.from_state}\t"
            f"{entry.to_state}\t{facts}\t{previous}\t{self.head}\n"
        )

    def _facts(self, entry: Entry, actor: int | None, at: datetime) -> dict[str, Any]:  # noqa: C901 - one case a verb
        """The rows an entry speaks of, and the facts that name them, as in `complaints.actions`."""
        draft, base = self.draft, self.draft.base
        match entry.verb:
            case "register":
                return {"channel": draft.channel, "kind": base.kind, "anonymous": True, "files": 0}
            case "accept":
                return {"kind": base.kind, "unit": draft.desk.unit.pk}
            case "assign":
                return {"to": draft.user("officer")}
            case "ask_complainant":
                return {"message": self._message(entry, base.question, actor, at), "days": 15}
            case "complainant_answered":
                return {"message": self._message(entry, base.answer, actor, at), "files": 0}
            case "send_progress":
                return {"message": self._message(entry, phrases().by_name["progress"][0], actor, at)}
            case "submit_finding":
                return self._submit(actor, at)
            case "decide_founded":
                return self._decide_for(actor, at)
            case "decide_unfounded":
                decision = self._decision("unfounded", actor, at)
                self._reply(base.reply_unfounded, "unfounded", actor, at, at)
                return {"decision": decision, "outcome": "unfounded", "reply": self.reply}
            case "measure_done":
                return {"measure": self.measure, "files": 0}
            case "draft_reply":
                self._reply(base.reply, "founded", actor, at, self._moment_of("answer"))
                return {"reply": self.reply}
            case "approve_reply":
                return {"reply": self.reply}
            case "answer":
                return {"reply": self.reply, "outcome": "founded"}
            case "answer_directly":
                self._reply(base.replies[draft.id % len(base.replies)], "", actor, at, at)
                return {"reply": self.reply, "files": 0}
            case "decline":
                self._reply("ข้อเท็จจริงไม่เพียงพอที่จะดำเนินการต่อได้", "", actor, at, at, ground="insufficient_facts")
                return {"ground": "insufficient_facts", "reply": self.reply}
            case "request_review":
                request = self.tables.review_request.add(
                    self._said(phrases().by_name["review_reasons"][0]), draft.id, entry.from_state, at
                )
                return {"request": request, "against": entry.from_state}
            case "close":
                return {"files": 0}
        return {}

    def _said(self, text: str) -> str:
        return "" if self.silent else text

    def _moment_of(self, verb: str) -> datetime | None:
        """When a later step was taken, None when it was not."""
        for place, entry in enumerate(self.draft.walk.entries):
            if entry.verb == verb:
                return self.draft.at(entry.day, place)
        return None

    def _message(self, entry: Entry, text: str, actor: int | None, at: datetime) -> int:
        return self.tables.message.add(self._said(text), self.draft.id, _MESSAGES[entry.verb], actor, at)

    def _outcome(self) -> str:
        verbs = {entry.verb for entry in self.draft.walk.entries}
        return "unfounded" if "decide_unfounded" in verbs else "founded"

    def _submit(self, actor: int | None, at: datetime) -> dict[str, Any]:
        outcome, base = self._outcome(), self.draft.base
        reasons = base.finding if outcome == "founded" else base.unfounded
        evidence = self._said("บันทึกการตรวจสถานที่และภาพถ่ายในแฟ้มเรื่อง")
        self.finding = self.tables.finding.add(self._said(reasons), self.draft.id, outcome, evidence, actor, at)
        return {"finding": self.finding, "outcome": outcome, "files": 0}

    def _decision(self, outcome: str, actor: int | None, at: datetime) -> int:
        return self.tables.decision.add("", self.draft.id, self.finding, outcome, actor, at)

    def _decide_for(self, actor: int | None, at: datetime) -> dict[str, Any]:
        draft = self.draft
        decision = self._decision("founded", actor, at)
        done, owner = self._moment_of("measure_done"), draft.user("officer")
        due = (at + timedelta(days=MEASURE_DAYS)).date()
        evidence = self._said("ภาพถ่ายหลังดำเนินการในแฟ้มเรื่อง") if done else ""
        self.measure = self.tables.measure.add(
            self._said(draft.base.measure), draft.id, "corrective", owner, due, actor, at, done, owner if done else None,
            evidence,
        )  # fmt: skip
        return {"decision": decision, "outcome": "founded", "measures": [self.measure]}

    def _reply(
        self,
        text: str,
        outcome: str,
        actor: int | None,
        at: datetime,
        sent: datetime | None,
        *,
        ground: str | None = None,
    ) -> None:
        approved = self._moment_of("approve_reply")
        approver = self.draft.user("approver") if approved else None
        self.reply = self.tables.reply.add(
            self._said(text), self.draft.id, outcome, ground, actor, at, approver, approved, sent
        )
