"""The timeline of a case: its ledger, with the texts, files and people it refers to. Few queries, however long."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import ComplaintCase, ComplaintKind, Decision, Finding, Measure, Message, Reply, ReviewRequest
from complaints.models.handling import Outcome
from complaints.states import GRAPH
from organisations.models import Unit, User
from workflows.contents import Note
from workflows.models import Attachment, LedgerEntry

MOST = 300
SHOWS = ("all", "messages", "decisions", "files")

# Edge → what has been done, an icon, a tone, and under which filter it falls.
_TOLD: dict[str, tuple[str | Promise, str, str, str]] = {
    "register": (gettext_lazy("Complaint received"), "inbox", "accent", ""),
    "import_received": (gettext_lazy("Imported as received"), "download", "", ""),
    "import_investigating": (gettext_lazy("Imported as under investigation"), "download", "", ""),
    "import_closed": (gettext_lazy("Imported as closed"), "download", "", ""),
    "acknowledge": (gettext_lazy("Receipt confirmed"), "check", "", ""),
    "start_screening": (gettext_lazy("Screening begun"), "filter", "", ""),
    "accept": (gettext_lazy("Accepted"), "check-circle", "well", "decisions"),
    "decline": (gettext_lazy("Declined"), "declined", "late", "decisions"),
    "ask_complainant": (gettext_lazy("Question to the complainant"), "help", "accent", "messages"),
    "complainant_answered": (gettext_lazy("Answer of the complainant"), "message", "accent", "messages"),
    "answer_timed_out": (gettext_lazy("No answer came in time"), "clock", "", "messages"),
    "assign": (gettext_lazy("Assigned"), "assign", "", ""),
    "reassign": (gettext_lazy("Reassigned"), "assign", "", ""),
    "answer_directly": (gettext_lazy("Answered directly"), "send", "well", "decisions"),
    "send_progress": (gettext_lazy("Progress reported to the complainant"), "send", "", "messages"),
    "submit_finding": (gettext_lazy("Finding submitted"), "scales", "accent", "decisions"),
    "return_finding": (gettext_lazy("Finding returned"), "undo", "late", "decisions"),
    "decide_founded": (gettext_lazy("Decided: founded"), "scales", "well", "decisions"),
    "decide_partly": (gettext_lazy("Decided: partly founded"), "scales", "well", "decisions"),
    "decide_unfounded": (gettext_lazy("Decided: unfounded"), "scales", "well", "decisions"),
    "decide_inconclusive": (gettext_lazy("Decided: inconclusive"), "scales", "well", "decisions"),
    "measure_done": (gettext_lazy("Measure done"), "tools", "well", "decisions"),
    "draft_reply": (gettext_lazy("Reply drafted"), "edit", "", "decisions"),
    "approve_reply": (gettext_lazy("Reply approved"), "check", "well", "decisions"),
    "answer": (gettext_lazy("Reply sent to the complainant"), "send", "well", "decisions"),
    "close": (gettext_lazy("Closed"), "closed", "well", "decisions"),
    "close_after_window": (gettext_lazy("Closed at the end of the objection window"), "closed", "", "decisions"),
    "window_ended": (gettext_lazy("Objection window ended"), "clock", "", ""),
    "request_review": (gettext_lazy("Review requested"), "undo", "accent", "decisions"),
    "reopen": (gettext_lazy("Reopened"), "refresh", "accent", "decisions"),
    "reopen_screening": (gettext_lazy("Reopened for screening"), "refresh", "accent", "decisions"),
    "refuse_review": (gettext_lazy("Review refused"), "declined", "late", "decisions"),
    "withdraw": (gettext_lazy("Withdrawn"), "leave", "", "decisions"),
    "record_withdrawal": (gettext_lazy("Wish to withdraw recorded; the case goes on"), "leave", "", "messages"),
    "note": (gettext_lazy("Note"), "edit", "", ""),
    "message": (gettext_lazy("Message to the complainant"), "mail", "", "messages"),
    "complainant_message": (gettext_lazy("Message from the complainant"), "message", "accent", "messages"),
    "attach": (gettext_lazy("Files attached"), "file", "", "files"),
    "extend": (gettext_lazy("Deadline extended"), "calendar", "", "decisions"),
    "change_kind": (gettext_lazy("Kind changed"), "flag", "", ""),
    "declare_conflict": (gettext_lazy("Conflict of interest declared"), "shield", "", ""),
    "rate": (gettext_lazy("Rated by the complainant"), "star", "", "messages"),
}


@dataclass(frozen=True)
class Entry:
    """A line of the timeline, in the shape of `components/timeline_entry.html`."""

    title: str | Promise
    icon: str
    tone: str
    by: str
    at: datetime
    sort: str
    text: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)


def title_of(verb: str) -> str | Promise:
    """What has been done, for sentences too ("X, 2 minutes ago: Accepted")."""
    return _TOLD[verb][0] if verb in _TOLD else GRAPH.edge(verb).label


def timeline(case: ComplaintCase, *, readable: bool, attachments: Iterable[Attachment]) -> list[Entry]:
    """The entries of `case`, the newest first, at most 300.

    readable: whether the reader may read texts; else an entry says only what was done. attachments: all of the case.
    """
    entries = list(LedgerEntry.objects.filter(case=case.pk).select_related("actor", "post").order_by("-seq")[:MOST])
    told = _Told(case, entries, readable=readable)
    by_moment: dict[datetime, list[Attachment]] = defaultdict(list)
    if readable:
        for attachment in attachments:
            by_moment[attachment.at].append(attachment)
    return [_entry(case, entry, told, by_moment) for entry in entries]


def shown(entries: list[Entry], show: str) -> list[Entry]:
    """Those that a filter leaves: `messages`, `decisions`, `files` (whatever carries one), else all."""
    if show == "files":
        return [entry for entry in entries if entry.files or entry.sort == "files"]
    return entries if show not in SHOWS[1:] else [entry for entry in entries if entry.sort == show]


def file_row(case: ComplaintCase, attachment: Attachment) -> dict[str, Any]:
    """A file for a list: name, address, and what was not done to it."""
    notes = [str(Note(note).label) for note in attachment.notes if note in Note.values]
    return {
        "name": attachment.label,
        "url": reverse("attachment", args=[case.public_id, attachment.public_id]),
        "note": " ".join(notes),
        "size": attachment.size,
        "by_complainant": attachment.by_complainant,
    }


def _entry(case: ComplaintCase, entry: LedgerEntry, told: "_Told", files: dict[datetime, list[Attachment]]) -> Entry:
    title, icon, tone, sort = _TOLD.get(entry.verb, (GRAPH.edge(entry.verb).label, "new", "", ""))
    return Entry(
        title=title,
        icon=icon,
        tone=tone,
        by=_by(entry),
        at=entry.at,
        sort=sort,
        text="\n\n".join(filter(None, told.texts(entry))),
        files=[file_row(case, row) for row in files.get(entry.at, ())],
    )


def _by(entry: LedgerEntry) -> str:
    if entry.actor is not None:
        return f"{entry.actor} · {entry.post.title}" if entry.post else str(entry.actor)
    words = {"complainant": _("the complainant"), "timer": _("the clock"), "import": _("import")}
    return words.get(entry.actor_kind, "")


class _Told:
    """The rows that the entries refer to, each kind of row read once."""

    _ROWS: tuple[tuple[str, type[Model]], ...] = (
        ("message", Message),
        ("finding", Finding),
        ("decision", Decision),
        ("reply", Reply),
        ("request", ReviewRequest),
        ("measures", Measure),
        ("measure", Measure),
    )

    def __init__(self, case: ComplaintCase, entries: list[LedgerEntry], *, readable: bool) -> None:
        self.case, self.readable = case, readable
        self.facts = {entry.pk: entry.data for entry in entries}
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for facts in self.facts.values():
            for name, model in self._ROWS:
                value = facts.get(name)
                wanted[model] |= set(value) if isinstance(value, list) else {value} if value else set()
        self.rows: dict[type[Model], dict[int, Any]] = {
            model: self._load(model, keys) if keys and readable else {} for model, keys in wanted.items()
        }
        people = {facts["to"] for facts in self.facts.values() if isinstance(facts.get("to"), int)}
        units = {facts["unit"] for facts in self.facts.values() if isinstance(facts.get("unit"), int)}
        self.people = User.objects.in_bulk(people) if people else {}
        self.units = Unit.objects.in_bulk(units) if units else {}
        named = units or any("from" in facts for facts in self.facts.values())
        self.kinds = {kind.code: kind.name for kind in ComplaintKind.objects.all()} if named else {}

    def texts(self, entry: LedgerEntry) -> Iterator[str]:
        """What stands under an entry: who, where to, outcomes, and the texts where they may be read."""
        facts = self.facts[entry.pk]
        if (to := facts.get("to")) in self.people:
            yield _("To: %(name)s") % {"name": self.people[to]}
        if (unit := facts.get("unit")) in self.units:
            yield _("Kind: %(kind)s · Unit: %(unit)s") % {
                "kind": self.kinds.get(facts.get("kind", ""), ""),
                "unit": self.units[unit],
            }
        if entry.verb == "change_kind":
            before, after = (self.kinds.get(facts.get(name, ""), "–") for name in ("from", "to"))
            yield f"{before} → {after}"
        if entry.verb == "extend":
            yield _("%(days)s more days") % {"days": facts.get("days")}
        if entry.verb == "rate":
            yield _("%(stars)s of 5 stars") % {"stars": facts.get("stars")}
        if entry.verb == "submit_finding" and facts.get("outcome") in Outcome.values:
            yield _("Finding: %(outcome)s") % {"outcome": Outcome(facts["outcome"]).label}
        yield from self._written(facts)

    def _written(self, facts: dict[str, Any]) -> Iterator[str]:
        for name, model in self._ROWS:
            value = facts.get(name)
            for key in value if isinstance(value, list) else [value]:
                if (row := self.rows.get(model, {}).get(key)) is None:
                    continue
                yield self._line(row)

    def _line(self, row: Any) -> str:
        text: str = row.read(self.case)
        if isinstance(row, Measure):
            return f"{row.get_kind_display()}: {text} · {row.owner}"
        if isinstance(row, Reply) and row.ground:
            return f"{row.ground.name}\n\n{text}"
        if isinstance(row, Finding) and row.evidence:
            return _("%(text)s\n\nEvidence: %(evidence)s") % {"text": text, "evidence": row.evidence}
        return text

    def _load(self, model: Any, keys: set[int]) -> dict[int, Any]:
        rows = model.objects.filter(pk__in=keys, case=self.case.pk)
        if model is Measure:
            rows = rows.select_related("owner")
        if model is Reply:
            rows = rows.select_related("ground")
        return {row.pk: row for row in rows}
