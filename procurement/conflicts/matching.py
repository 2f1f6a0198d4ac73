"""Who of the bidders has to do with somebody on a committee. Pure, and the same at every run.

What is found for one bidder depends on him and the suspect alone: the index only leaves out what could be no hit, so
that another bidder never hides one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from .addresses import Address, read_address, same_place
from .facts import BidderFacts, Hit, Kind, LinkedPerson, Major, Relative, Result, Rules, Suspect
from .likeness import Name, Part, Seen, likeness, part_likeness, read_name, same_surname, weakest

SHAREHOLDER = "shareholder"
# A surname that is heard the same at one address: ranks behind every name that was found for itself.
_SURNAME_HERE = 50
# Served for somebody who bids again and has not won yet.
_NOT_WON = 60
_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody or something of a bidder that can be compared: the bidder himself (linked: None), or a person of his."""

    bidder: BidderFacts
    linked: LinkedPerson | None
    name: Name | None
    address: Address

    @property
    def id_digest(self) -> str:
        """Digest of the number, "" where it is not known. A firm's number is no person's."""
        if self.linked is not None:
            return self.linked.id_digest
        return self.bidder.id_digest if self.bidder.natural else ""

    @property
    def text(self) -> str:
        """The name as it was written."""
        return self.bidder.name if self.linked is None else self.linked.name

    @property
    def written_address(self) -> str:
        """The address as it was written."""
        return self.bidder.address if self.linked is None else self.linked.address


def entries_of(bidder: BidderFacts) -> Iterator[Entry]:
    """The bidder and each of his people. Only a natural bidder's own name is a person's."""
    yield Entry(bidder, None, read_name(bidder.name) if bidder.natural else None, read_address(bidder.address))
    for person in bidder.people:
        yield Entry(bidder, person, read_name(person.name), read_address(person.address))


@dataclass(frozen=True, slots=True)
class _Holders:
    """A first name or surname and the names it is in: `alone` those it is the whole of."""

    part: Part
    places: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)


class BidderIndex:
    """All bidders of one purchase or of many, built once and then only read.

    Raises ValueError when two bidders have one key: put the supplier in once.
    """

    def __init__(self, bidders: Iterable[BidderFacts]) -> None:
        self.bidders: dict[int, BidderFacts] = {}
        self.entries: dict[int, list[Entry]] = {}
        self._names: list[tuple[Name, list[Entry]]] = []
        self._parts: dict[str, _Holders] = {}
        self._by_sound: dict[str, list[_Holders]] = defaultdict(list)
        self._by_seam: dict[str, list[int]] = defaultdict(list)
        self._by_address: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self._by_id: dict[str, list[Entry]] = defaultdict(list)
        places: dict[tuple[str, str], int] = {}
        for bidder in bidders:
            if bidder.key in self.bidders:
                raise ValueError(f"two bidders have the key {bidder.key}")
            self.bidders[bidder.key] = bidder
            self.entries[bidder.key] = list(entries_of(bidder))
            for entry in self.entries[bidder.key]:
                self._put(entry, places)
        self._missing = {key: _missing(entries) for key, entries in self.entries.items()}

    def _put(self, entry: Entry, places: dict[tuple[str, str], int]) -> None:
        if entry.id_digest:
            self._by_id[entry.id_digest].append(entry)
        for key in entry.address.keys:
            self._by_address[key].append(entry)
        if entry.name is None:
            return
        parts = (entry.name.first.text, entry.name.last.text if entry.name.last else "")
        place = places.setdefault(parts, len(self._names))
        if place == len(self._names):
            self._names.append((entry.name, []))
            for seam in entry.name.seams:
                self._by_seam[seam].append(place)
            for part in entry.name.parts:
                self._put_part(part, place, alone=entry.name.last is None)
        self._names[place][1].append(entry)

    def _put_part(self, part: Part, place: int, *, alone: bool) -> None:
        if part.text not in self._parts:
            self._parts[part.text] = holders = _Holders(part)
            for sound in part.sounds:
                self._by_sound[sound].append(holders)
        holders = self._parts[part.text]
        (holders.alone if alone else holders.places).append(place)

    def alike(self, name: Name, similar: int) -> Iterator[tuple[int, Entry]]:
        """Entries whose name may be this one and is at least `similar` percent like it, with how much."""
        seen: Seen = {}
        found: set[int] = set()
        for seam in name.seams:
            found.update(self._by_seam.get(seam, ()))
        sounds = {sound for part in name.parts for sound in part.sounds}
        for holders in {part.part.text: part for sound in sounds for part in self._by_sound.get(sound, ())}.values():
            found.update(holders.alone)
            # A part that is like neither of his makes no name of two parts that is like his.
            if name.last is None or any(
                part_likeness(part, holders.part, seen) >= weakest(similar) for part in name.parts
            ):
                found.update(holders.places)
        for place in found:
            other, entries = self._names[place]
            if (score := likeness(name, other, similar, seen)) >= similar:
                for entry in entries:
                    yield score, entry

    def at(self, address: Address) -> Iterator[tuple[int, Entry]]:
        """Entries at the same place, with how surely; each once."""
        seen: set[tuple[int, int | None]] = set()
        for key in address.keys:
            for entry in self._by_address.get(key, ()):
                here = (entry.bidder.key, id(entry))
                if here not in seen and (score := same_place(address, entry.address)):
                    seen.add(here)
                    yield score, entry

    def with_id(self, digest: str) -> list[Entry]:
        """Entries with this number."""
        return self._by_id.get(digest, []) if digest else []

    def missing(self, among: Collection[int] | None = None) -> frozenset[Kind]:
        """Kinds that cannot be computed for one of these bidders (None: all). Raises KeyError for an unknown one."""
        return frozenset().union(*(self._missing[key] for key in (self.bidders if among is None else among)))


def _missing(entries: list[Entry]) -> frozenset[Kind]:
    """Kinds that cannot be computed for a bidder: of a firm without people nobody knows who they are."""
    people = [entry for entry in entries if entry.linked is not None or entry.bidder.natural]
    missing = set()
    if not people or any(entry.name is None for entry in people):
        missing |= {Kind.NAME, Kind.DECLARED}
    if not people or any(not entry.id_digest for entry in people):
        missing.add(Kind.SAME_PERSON)
    if not people or any(not entry.address.comparable for entry in entries):
        missing.add(Kind.ADDRESS)
    return frozenset(missing)


# --- What is found ----------------------------------------------------------------------------------------------------
def check(suspect: Suspect, index: BidderIndex, rules: Rules, *, among: Collection[int] | None = None) -> Result:
    """Hits and what could not be computed; `among`: keys of the bidders it is about, None for all of the index.

    Raises KeyError when one of `among` is not in the index.
    """
    return Result(hits_of(suspect, index, rules, among=among), unchecked_of(suspect, index, among=among))


def unchecked_of(suspect: Suspect, index: BidderIndex, *, among: Collection[int] | None = None) -> tuple[Kind, ...]:
    """Kinds for which something is missing, of him or of one of the bidders: there, no hit says nothing.

    Service and complaints are this system's own records and always known, once there are bidders. Raises KeyError.
    """
    missing = set(index.missing(among))
    if not (index.bidders if among is None else among):
        missing |= set(Kind) - {Kind.COMPLAINT}
    if read_name(suspect.name) is None:
        missing.add(Kind.NAME)
    if not suspect.id_digest:
        missing.add(Kind.SAME_PERSON)
    if not read_address(suspect.address).comparable:
        missing.add(Kind.ADDRESS)
    if suspect.declared and not suspect.relatives:
        # He said that there is nobody, so that there is nobody to look for.
        missing.discard(Kind.DECLARED)
    elif not suspect.declared or any(read_name(relative.name) is None for relative in suspect.relatives):
        missing.add(Kind.DECLARED)
    return tuple(kind for kind in Kind if kind in missing)


def hits_of(
    suspect: Suspect, index: BidderIndex, rules: Rules, *, among: Collection[int] | None = None
) -> tuple[Hit, ...]:
    """Everything found about one person: what is certain first, then by score, and always in the same order.

    among: keys of the bidders it is about, None for all of the index. Raises KeyError when one is not in the index.
    """
    wanted = index.bidders.keys() if among is None else frozenset(among)
    if unknown := wanted - index.bidders.keys():
        raise KeyError(f"no bidder of the index has the key {min(unknown)}")
    search = _Search(suspect, index, rules, wanted)
    hits = [*search.people(), *search.service(), *search.complaints()]
    return tuple(sorted(hits, key=_place_in_list))


def _place_in_list(hit: Hit) -> tuple[bool, int, int, int, int, list[tuple[str, str]]]:
    bidder, linked = (-1 if key is None else key for key in (hit.bidder, hit.linked))
    evidence = sorted((name, str(text)) for name, text in hit.evidence.items())
    return not hit.certain, -hit.score, _ORDER[hit.kind], bidder, linked, evidence


@dataclass(frozen=True)
class _Found:
    """A hit in the making. relative: by whose name; own: the share counts as the suspect's own."""

    kind: Kind
    entry: Entry
    score: int
    compared: str
    ours: str
    theirs: str
    relative: Relative | None = None

    @property
    def own(self) -> bool:
        return self.compared not in {"address", "surname"} and (self.relative is None or self.relative.shares_count)

    @property
    def certain(self) -> bool:
        return self.kind == Kind.SAME_PERSON


class _Search:
    """One person looked up in one index."""

    def __init__(self, suspect: Suspect, index: BidderIndex, rules: Rules, wanted: Collection[int]) -> None:
        self.suspect, self.index, self.rules, self.wanted = suspect, index, rules, wanted
        self.names = [("name", suspect.name), *(("former_name", name) for name in suspect.former_names)]

    def people(self) -> list[Hit]:
        """The bidders themselves and their people: by number, name, relatives and address."""
        same = [
            _Found(Kind.SAME_PERSON, entry, 100, "id", self.suspect.name, entry.text)
            for entry in self._wanted_entries(self.index.with_id(self.suspect.id_digest))
        ]
        here = list(self._addresses())
        named = [*same, *self._own_names(), *self._relatives()]
        surnames = self._surnames(here, {id(row.entry) for row in named})
        return self._as_hits([*named, *here, *surnames])

    def _wanted_entries(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        return (entry for entry in entries if entry.bidder.key in self.wanted)

    def _alike(self, text: str) -> Iterator[tuple[int, Entry]]:
        if (name := read_name(text)) is not None:
            for score, entry in self.index.alike(name, self.rules.similar):
                if entry.bidder.key in self.wanted:
                    yield score, entry

    def _own_names(self) -> Iterator[_Found]:
        """Each entry once, by the name that is most alike. Two numbers that are known and differ are two people."""
        best: dict[int, _Found] = {}
        for compared, text in self.names:
            for score, entry in self._alike(text):
                if self.suspect.id_digest and entry.id_digest:
                    # The same number was found for itself.
                    continue
                if id(entry) not in best or score > best[id(entry)].score:
                    best[id(entry)] = _Found(Kind.NAME, entry, score, compared, text, entry.text)
        yield from best.values()

    def _relatives(self) -> Iterator[_Found]:
        """Relatives whom he declared, by their names. An entry with his own number is himself."""
        for relative in dict.fromkeys(self.suspect.relatives):
            for score, entry in self._alike(relative.name):
                if not (entry.id_digest and entry.id_digest == self.suspect.id_digest):
                    yield _Found(Kind.DECLARED, entry, score, "relative", relative.name, entry.text, relative)

    def _addresses(self) -> Iterator[_Found]:
        written = self.suspect.address
        for score, entry in self.index.at(read_address(written)):
            if entry.bidder.key in self.wanted:
                yield _Found(Kind.ADDRESS, entry, score, "address", written, entry.written_address)

    def _surnames(self, here: list[_Found], named: set[int]) -> Iterator[_Found]:
        """A surname alone is weak, and only where the person or his bidder has the suspect's address.

        A different number does not speak against it: it is his family that is looked for.
        """
        mine = [(text, name) for _, text in self.names if (name := read_name(text)) is not None]
        seen = set(named)
        for row in here:
            bidder = self.index.entries[row.entry.bidder.key]
            for entry in bidder if row.entry.linked is None else (row.entry,):
                if entry.name is None or id(entry) in seen:
                    continue
                for text, name in mine:
                    if same_surname(name, entry.name):
                        seen.add(id(entry))
                        yield _Found(Kind.NAME, entry, _SURNAME_HERE, "surname", text, entry.text)
                        break

    def _as_hits(self, rows: list[_Found]) -> list[Hit]:
        shares = self._shares(rows)
        hits = []
        for row in rows:
            linked = row.entry.linked
            evidence: dict[str, str | int] = {"compared": row.compared, "ours": row.ours, "theirs": row.theirs}
            if row.relative is not None:
                evidence["relation"] = row.relative.relation
                if row.relative.degree is not None:
                    evidence["degree"] = row.relative.degree
            if linked is not None:
                evidence["part"] = linked.part
                if linked.part == SHAREHOLDER and row.compared not in {"address", "surname"}:
                    together = shares[row.entry.bidder.key] if row.own else [linked.share]
                    evidence |= self._share(linked.share, together)
            key = None if linked is None else linked.key
            hits.append(Hit(row.kind, self.suspect.key, row.entry.bidder.key, key, row.score, row.certain, evidence))
        return hits

    @staticmethod
    def _shares(rows: list[_Found]) -> dict[int, list[Decimal | None]]:
        """Shares in each bidder that count as his own: his, his spouse's, his minor children's (Regulation cl. 4)."""
        counted = {
            id(row.entry): row.entry
            for row in rows
            if row.own and row.entry.linked is not None and row.entry.linked.part == SHAREHOLDER
        }
        shares: dict[int, list[Decimal | None]] = defaultdict(list)
        for entry in counted.values():
            assert entry.linked is not None
            shares[entry.bidder.key].append(entry.linked.share)
        return shares

    def _share(self, share: Decimal | None, together: list[Decimal | None]) -> dict[str, str]:
        known = sum((one for one in together if one is not None), Decimal(0))
        major = Major.UNKNOWN if None in together else Major.NO
        if known > self.rules.major_share:
            major = Major.YES
        words = {"major": str(major), "shares_together": str(known)}
        return words if share is None else words | {"share": str(share)}

    def service(self) -> Iterator[Hit]:
        """He sat for a supplier who bids or won again; the last time counts. Certain where the supplier has won."""
        last: dict[int, tuple[bool, str, str]] = {}
        since = self.rules.today - timedelta(days=self.rules.recent_days)
        for row in self.suspect.service:
            if row.supplier in self.wanted and (row.last_day is None or row.last_day >= since):
                day = "" if row.last_day is None else row.last_day.isoformat()
                # Who still sits comes last.
                last[row.supplier] = max(last.get(row.supplier, (False, "", "")), (not day, day, row.purchase))
        for supplier, (_, day, purchase) in last.items():
            won = self.index.bidders[supplier].won
            evidence: dict[str, str | int] = {"purchase": purchase, "last_day": day, "won": int(won)}
            score = 100 if won else _NOT_WON
            yield Hit(Kind.RECENT_SERVICE, self.suspect.key, supplier, None, score, won, evidence)

    def complaints(self) -> Iterator[Hit]:
        """He is a party to a complaint about this project. By the records, and about no bidder."""
        if self.suspect.complaints > 0:
            evidence: dict[str, str | int] = {"complaints": self.suspect.complaints}
            yield Hit(Kind.COMPLAINT, self.suspect.key, None, None, 100, True, evidence)
