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
    """Writes the entries of one complaint. head, changed, since: for the case. measure: key of its measure, or 0.

    What a verb writes beside its entry is the method of its name.
    """

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

    def _facts(self, entry: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        """The rows an entry speaks of, and the facts that name them, as in `complaints.actions`."""
        make = getattr(self, f"_{entry.verb}", None)
        return make(entry, actor, at) if make else {}

    def _register(self, *_: Any) -> dict[str, Any]:
        unit = self.draft.desk.unit.pk
        return {
            "channel": self.draft.channel,
            "kind": self.draft.base.kind,
            "anonymous": True,
            "files": 0,
            "unit": unit,
        }

    def _accept(self, *_: Any) -> dict[str, Any]:
        return {"kind": self.draft.base.kind, "unit": self.draft.desk.unit.pk}

    def _assign(self, *_: Any) -> dict[str, Any]:
        return {"to": self.draft.user("officer")}

    def _ask_complainant(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        return {"message": self._message("question", self.draft.base.question, actor, at), "days": 15}

    def _complainant_answered(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        return {"message": self._message("answer", self.draft.base.answer, actor, at), "files": 0}

    def _send_progress(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        return {"message": self._message("progress", phrases().by_name["progress"][0], actor, at)}

    def _submit_finding(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        base = self.draft.base
        outcome = "unfounded" if self._moment_of("decide_unfounded") else "founded"
        reasons = base.finding if outcome == "founded" else base.unfounded
        evidence = self._said("บันทึกการตรวจสถานที่และภาพถ่ายในแฟ้มเรื่อง")
        self.finding = self.tables.finding.add(self._said(reasons), self.draft.id, outcome, evidence, actor, at)
        return {"finding": self.finding, "outcome": outcome, "files": 0}

    def _decide_founded(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        draft = self.draft
        decision = self._decision("founded", actor, at)
        done, owner = self._moment_of("measure_done"), draft.user("officer")
        due = (at + timedelta(days=MEASURE_DAYS)).date()
        evidence = self._said("ภาพถ่ายหลังดำเนินการในแฟ้มเรื่อง") if done else ""
        text, done_by = self._said(draft.base.measure), owner if done else None
        self.measure = self.tables.measure.add(
            text, draft.id, "corrective", owner, due, actor, at, done, done_by, evidence
        )
        return {"decision": decision, "outcome": "founded", "measures": [self.measure]}

    def _decide_unfounded(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        decision = self._decision("unfounded", actor, at)
        reply = self._reply(self.draft.base.reply_unfounded, actor, at, sent=at, outcome="unfounded")
        return {"decision": decision, "outcome": "unfounded", "reply": reply}

    def _measure_done(self, *_: Any) -> dict[str, Any]:
        return {"measure": self.measure, "files": 0}

    def _draft_reply(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        sent = self._moment_of("answer")
        return {"reply": self._reply(self.draft.base.reply, actor, at, sent=sent, outcome="founded")}

    def _approve_reply(self, *_: Any) -> dict[str, Any]:
        return {"reply": self.reply}

    def _answer(self, *_: Any) -> dict[str, Any]:
        return {"reply": self.reply, "outcome": "founded"}

    def _answer_directly(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        replies = self.draft.base.replies
        return {"reply": self._reply(replies[self.draft.id % len(replies)], actor, at, sent=at), "files": 0}

    def _decline(self, _: Entry, actor: int | None, at: datetime) -> dict[str, Any]:
        ground, text = "insufficient_facts", "ข้อเท็จจริงไม่เพียงพอที่จะดำเนินการต่อได้"
        return {"ground": ground, "reply": self._reply(text, actor, at, sent=at, ground=ground)}

    def _request_review(self, entry: Entry, _: int | None, at: datetime) -> dict[str, Any]:
        text = self._said(phrases().by_name["review_reasons"][0])
        request = self.tables.review_request.add(text, self.draft.id, entry.from_state, at)
        return {"request": request, "against": entry.from_state}

    def _close(self, *_: Any) -> dict[str, Any]:
        return {"files": 0}

    # --- Shared -------------------------------------------------------------------------------------------------
    def _said(self, text: str) -> str:
        return "" if self.silent else text

    def _moment_of(self, verb: str) -> datetime | None:
        """When a later step was taken, None when it was not."""
        for place, entry in enumerate(self.draft.walk.entries):
            if entry.verb == verb:
                return self.draft.at(entry.day, place)
        return None

    def _message(self, kind: str, text: str, actor: int | None, at: datetime) -> int:
        return self.tables.message.add(self._said(text), self.draft.id, kind, actor, at)

    def _decision(self, outcome: str, actor: int | None, at: datetime) -> int:
        return self.tables.decision.add("", self.draft.id, self.finding, outcome, actor, at)

    def _reply(
        self,
        text: str,
        actor: int | None,
        at: datetime,
        *,
        sent: datetime | None,
        outcome: str = "",
        ground: str | None = None,
    ) -> int:
        approved = self._moment_of("approve_reply")
        approver = self.draft.user("approver") if approved else None
        self.reply = self.tables.reply.add(
            self._said(text), self.draft.id, outcome, ground, actor, at, approver, approved, sent
        )
        return self.reply
