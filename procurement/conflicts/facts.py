"""What a check for conflicts looks at, and what it finds. Pure data, no query, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """Why somebody may have an interest; in the order in which equals are listed."""

    SAME_PERSON = "same_person"  # one 13-digit number: the only thing that says who somebody is
    DECLARED = "declared"  # the name of a relative whom he declared
    NAME = "name"  # his own name, now or before
    ADDRESS = "address"
    RECENT_SERVICE = "recent_service"  # sat lately on a committee of a purchase this bidder won
    COMPLAINT = "complaint"  # is a party to a complaint about this project


class Major(StrEnum):
    """Whether a shareholder is a major one (Regulation cl. 4). A share that is not known is no safety."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Relative:
    """Somebody whom he declared himself. relation: code; degree: of kinship, None where there is none (a creditor).

    shares_count: his shares count as the declarer's own: the spouse, a minor child (Regulation cl. 4).
    """

    name: str
    relation: str
    degree: int | None = None
    shares_count: bool = False


@dataclass(frozen=True)
class Service:
    """He sat on a committee of a purchase that this supplier won. last_day: None while he still sits."""

    supplier: int
    purchase: str
    last_day: date | None


@dataclass(frozen=True)
class Suspect:
    """Somebody who sits or is to sit on a committee, citizen or official. Nothing is said against him.

    declared: he has made his declaration, so that no relatives means he declared none. id_digest: keyed digest of his
    13-digit number in hex, made as those of the bidders are; "" when it is not known. complaints: to how many
    complaints about this project he is a party, of those that whoever reads the result may see.
    """

    key: int
    name: str
    former_names: tuple[str, ...] = ()
    relatives: tuple[Relative, ...] = ()
    declared: bool = False
    address: str = ""
    id_digest: str = ""
    service: tuple[Service, ...] = ()
    complaints: int = 0


@dataclass(frozen=True)
class LinkedPerson:
    """A director, partner or shareholder of a bidder (`part`). share: percent, None when it is not known."""

    key: int
    name: str
    part: str
    share: Decimal | None = None
    address: str = ""
    id_digest: str = ""


@dataclass(frozen=True)
class BidderFacts:
    """Who bids. key: of the supplier; natural: a person, no firm; won: has the contract or is to have it."""

    key: int
    name: str
    address: str = ""
    natural: bool = False
    won: bool = False
    id_digest: str = ""
    people: tuple[LinkedPerson, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Rule data. similar: percent from which a name is a hit; major_share: percent above which a shareholder is a major
    one; recent_days: how long service for a winner counts after its last day; today: the day of the check.

    Raises ValueError when a percentage is none or the days are negative.
    """

    similar: int
    major_share: Decimal
    recent_days: int
    today: date

    def __post_init__(self) -> None:
        if not (0 < self.similar <= 100 and 0 <= self.major_share <= 100 and self.recent_days >= 0):
            raise ValueError("a rule of conflicts is out of its range")


@dataclass(frozen=True)
class Hit:
    """One thing that was found, for a person to judge.

    bidder, linked: keys, None where it is about none. score: 0-100, ranks only. certain: known by an identifier and not
    by a text. evidence: what was compared, codes and the two texts; it names people, so it belongs in no ledger, log or
    address. Identity numbers and their digests are never in it.
    """

    kind: Kind
    suspect: int
    bidder: int | None
    linked: int | None
    score: int
    certain: bool
    evidence: Mapping[str, str | int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Result:
    """Hits, and the kinds that could not be computed for everybody concerned: there, no hit is no safety."""

    hits: tuple[Hit, ...]
    unchecked: tuple[Kind, ...]
