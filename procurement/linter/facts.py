"""What the linter looks at: a committee as its order would leave it, and a rule. Pure data, no query, no clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from workflows.graph import Text

PURCHASE, INSPECTION = "purchase", "inspection"
"""Tasks of committees (`CommitteeKind.Task`)."""


@dataclass(frozen=True)
class Other:
    """Another committee of the same purchase: code and name of its kind, its task, and whose seat on it this is."""

    kind: str
    name: str
    task: str
    person: int
    person_name: str


@dataclass(frozen=True)
class Seat:
    """A seat of the draft. person: its key, by which alone two seats are the same person's.

    serving: appointed by an earlier order. interest: the ground he declared last for this purchase, in words.
    took_back: one that he declared before and no longer does. declared: the newest version of the list of bidders for
    which he declared anything, None when he never did. other_seats: live seats on committees of other drafts and
    orders; most_seats: how many he may have at a time.
    """

    person: int
    name: str
    standing: str
    duty: str
    position: str = ""
    nomination: str = ""
    drawn: bool = False
    active: bool = True
    serving: bool = False
    interest: str = ""
    took_back: str = ""
    declared: int | None = None
    other_seats: int = 0
    most_seats: int = 0

    @property
    def citizen(self) -> bool:
        """Not an official: another person in the words of clause 26, paragraph 2."""
        return self.standing == "citizen"


@dataclass(frozen=True)
class Linked:
    """A director, partner or shareholder of a bidder. share: percent, None when it is not known; part: in words."""

    name: str
    part: str
    shareholder: bool = False
    share: Decimal | None = None


@dataclass(frozen=True)
class Bidder:
    """Who bids or has a contract in this purchase."""

    name: str
    people: tuple[Linked, ...] = ()


@dataclass(frozen=True)
class Method:
    """The method of the purchase. floor, ceiling: baht, None for none; kind: code of the committee that considers the
    offers, empty where no committee does."""

    name: str
    kind: str = ""
    kind_name: str = ""
    floor: Decimal | None = None
    ceiling: Decimal | None = None


@dataclass(frozen=True)
class Draft:
    """A committee as its order would leave it.

    value: budget of the purchase in baht, None when it is not known. bidders_version: of the list of bidders, 0 before
    there is one. others: seats on the other committees of this purchase. covered: a citizen on another qualifying
    committee covers the plan activity already. amends: an order is in force; changes: the draft differs from it.
    """

    kind: str
    task: str
    single: bool
    seats: tuple[Seat, ...]
    value: Decimal | None
    method: Method | None
    on: date
    qualifying: bool = False
    activity: str = ""
    covered: bool = False
    bidders_version: int = 0
    bidders: tuple[Bidder, ...] = ()
    others: tuple[Other, ...] = ()
    amends: bool = False
    changes: bool = True

    @property
    def citizens(self) -> tuple[Seat, ...]:
        """Seats of others than officials."""
        return tuple(seat for seat in self.seats if seat.citizen)

    @property
    def officials(self) -> tuple[Seat, ...]:
        """Seats of officials."""
        return tuple(seat for seat in self.seats if not seat.citizen)


@dataclass(frozen=True)
class Rule:
    """A row of `OrderRule`."""

    code: str
    clause: str
    source: str
    verified: bool
    level: str
    threshold: Decimal | None = None
    kinds: frozenset[str] = field(default_factory=frozenset)
    valid_from: date = date.min

    @property
    def count(self) -> int:
        """The threshold as a number of people."""
        return int(self.threshold or 0)


@dataclass(frozen=True)
class Remark:
    """One thing a check has to say, and the keys of the people it is about."""

    sentence: Text
    people: tuple[int, ...] = ()


@dataclass(frozen=True)
class Check:
    """What a rule of one code looks at. counts: it compares with the threshold of its rule, and needs one."""

    look: Callable[[Draft, Rule], Iterator[Remark]]
    counts: bool = False


Enter = Callable[[Callable[[Draft, Rule], Iterator[Remark]]], Callable[[Draft, Rule], Iterator[Remark]]]


def entering(checks: dict[str, Check]) -> Callable[..., Enter]:
    """A decorator that enters a check into `checks` under the code of its rule."""

    def check(code: str, *, counts: bool = False) -> Enter:
        def enter(
            look: Callable[[Draft, Rule], Iterator[Remark]],
        ) -> Callable[[Draft, Rule], Iterator[Remark]]:
            checks[code] = Check(look, counts)
            return look

        return enter

    return check


def about(sentence: Text, *seats: Seat) -> Remark:
    """A remark about the people of these seats."""
    return Remark(sentence, tuple(seat.person for seat in seats))


def listed(names: Iterator[str] | list[str]) -> str:
    """Names in one line."""
    return ", ".join(names)
