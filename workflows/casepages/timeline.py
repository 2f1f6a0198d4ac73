"""The timeline of a case: its ledger, with the texts, files and people it refers to. Few queries, however long."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Unit, User
from workflows.casepages.access import Addresses
from workflows.contents import Note
from workflows.graph import Graph, Text
from workflows.models import Attachment, LedgerEntry

MOST = 300


class Told(NamedTuple):
    """How an edge is told: what has been done, an icon, a tone, and the tab under which it falls."""

    title: Text
    icon: str
    tone: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the timeline, in the shape of `components/timeline_entry.html`.

    letter: the key by which its text can be made an official letter, "" where it cannot.
    """

    title: Text
    icon: str
    tone: str
    by: str
    at: datetime
    sort: str
    text: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    letter: str = ""


class Referred:
    """The rows that the entries of a case refer to, each kind of row read once, and the words made of them.

    rows_of: the name of a fact (one key or a list of keys) and the model of the rows it names. Such rows have a `case`
    and, unless `line()` says otherwise, a `read(case)` that gives their text.
    confidential: names among them whose rows are read only by who may read what is confidential.
    """

    rows_of: tuple[tuple[str, type[Model]], ...] = ()
    confidential: frozenset[str] = frozenset()

    def __init__(
        self, case: Any, entries: list[LedgerEntry], *, readable: bool, confidential_too: bool = False
    ) -> None:
        """readable: whether the reader may read texts; else no row is read. confidential_too: whether he may read what
        is confidential, whatever else he may read."""
        self.case, self.entries, self.readable = case, entries, readable
        self.rows_of = tuple(
            (name, model)
            for name, model in self.rows_of
            if (confidential_too if name in self.confidential else readable)
        )
        self.facts = {entry.pk: entry.data for entry in entries}
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for facts in self.facts.values():
            for name, model in self.rows_of:
                value = facts.get(name)
                wanted[model] |= set(value) if isinstance(value, list) else {value} if value else set()
        self.found: dict[type[Model], dict[Any, Any]] = {
            model: self.rows(model).in_bulk(keys) if keys else {} for model, keys in wanted.items()
        }
        people = {facts["to"] for facts in self.facts.values() if isinstance(facts.get("to"), int)}
        units = {facts["unit"] for facts in self.facts.values() if isinstance(facts.get("unit"), int)}
        self.people: dict[Any, User] = User.objects.in_bulk(people) if people else {}
        self.units: dict[Any, Unit] = Unit.objects.in_bulk(units) if units else {}

    def rows(self, model: Any) -> Any:
        """The rows of `model` that belong to this case, as a queryset."""
        return model.objects.filter(case=self.case.pk)

    def line(self, row: Any) -> str:
        """The text of a row."""
        text: str = row.read(self.case)
        return text

    def texts(self, entry: LedgerEntry) -> Iterator[str]:
        """What stands under an entry: the words made of its facts, and the texts where they may be read."""
        yield from self.words(entry)
        yield from self.written(self.facts[entry.pk])

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """What the facts say themselves: to whom, how many days."""
        facts = self.facts[entry.pk]
        if (to := facts.get("to")) in self.people:
            yield _("To: %(name)s") % {"name": self.people[to]}
        if entry.verb == "extend":
            yield _("%(days)s more days") % {"days": facts.get("days")}

    def letter(self, entry: LedgerEntry) -> str:  # noqa: ARG002 - for subclasses
        """By which key the text under an entry can be made an official letter; "" where it cannot."""
        return ""

    def written(self, facts: dict[str, Any]) -> Iterator[str]:
        """The texts of the rows that `facts` names."""
        for name, model in self.rows_of:
            value = facts.get(name)
            for key in value if isinstance(value, list) else [value]:
                if (row := self.found.get(model, {}).get(key)) is not None:
                    yield self.line(row)


class Timeline:
    """The timeline of a kind of case; an app subclasses it, says what follows and keeps one.

    told: edge → how it is told; what is missing is told by its name in the law. tabs: the filters and their names,
    `all` first; `files` leaves whatever carries a file, any other the entries of that sort. actors: who acted, where
    it was no person of the agency. referred: what reads the rows that entries refer to.
    """

    graph: Graph
    addresses: Addresses
    told: Mapping[str, Told] = {}
    tabs: Mapping[str, Text] = {"all": gettext_lazy("All")}
    actors: Mapping[str, Text] = {
        "complainant": gettext_lazy("the complainant"),
        "timer": gettext_lazy("the clock"),
        "import": gettext_lazy("import"),
    }
    referred: type[Referred] = Referred

    def title_of(self, verb: str) -> Text:
        """What has been done, for sentences too ("X, 2 minutes ago: Accepted")."""
        return self.told[verb].title if verb in self.told else self.graph.edge(verb).label

    def entries(
        self, case: Any, *, readable: bool, attachments: Iterable[Attachment], confidential_too: bool = False
    ) -> list[Entry]:
        """The entries of `case`, the newest first, at most 300.

        readable: whether the reader may read texts; else an entry says only what was done. attachments: all of the
        case; a file belongs to the entry of the same moment. confidential_too: whether he may read that as well.
        """
        rows = list(LedgerEntry.objects.filter(case=case.pk).select_related("actor", "post").order_by("-seq")[:MOST])
        referred = self.referred(case, rows, readable=readable, confidential_too=confidential_too)
        by_moment: dict[datetime, list[Attachment]] = defaultdict(list)
        if readable:
            for attachment in attachments:
                by_moment[attachment.at].append(attachment)
        return [self._entry(case, row, referred, by_moment) for row in rows]

    def shown(self, entries: list[Entry], show: str) -> list[Entry]:
        """Those that a tab leaves; all of them for a tab that does not exist."""
        if self._tab(show) == "all":
            return entries
        if show == "files":
            return [entry for entry in entries if entry.files or entry.sort == "files"]
        return [entry for entry in entries if entry.sort == show]

    def tab_rows(self, show: str) -> list[dict[str, Any]]:
        """The tabs for `casepages/timeline.html`; the address of each is the same page with its own `show`."""
        current = self._tab(show)
        return [
            {"label": label, "url": f"?show={name}#timeline", "current": name == current}
            for name, label in self.tabs.items()
        ]

    def file_row(self, case: Any, attachment: Attachment) -> dict[str, Any]:
        """A file for a list: name, address, size in bytes, and what was not done to it."""
        notes = [str(Note(note).label) for note in attachment.notes if note in Note.values]
        return {
            "name": attachment.label,
            "url": self.addresses.of_file(case, attachment),
            "note": " ".join(notes),
            "size": attachment.size,
            "by_complainant": attachment.by_complainant,
        }

    def _tab(self, show: str) -> str:
        return show if show in self.tabs else "all"

    def _entry(self, case: Any, row: LedgerEntry, referred: Referred, files: dict[datetime, list[Attachment]]) -> Entry:
        told = self.told.get(row.verb) or Told(self.graph.edge(row.verb).label, "new")
        return Entry(
            title=told.title,
            icon=told.icon,
            tone=told.tone,
            by=self._by(row),
            at=row.at,
            sort=told.sort,
            text="\n\n".join(filter(None, referred.texts(row))),
            files=[self.file_row(case, attachment) for attachment in files.get(row.at, ())],
            letter=referred.letter(row),
        )

    def _by(self, row: LedgerEntry) -> str:
        if row.actor is not None:
            return f"{row.actor} · {row.post.title}" if row.post else str(row.actor)
        return str(self.actors.get(row.actor_kind, ""))
