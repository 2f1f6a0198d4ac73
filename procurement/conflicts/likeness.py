"""How alike two names are: sounds find, rapidfuzz ranks. Pure, and the same in both directions."""

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from .names import parts_of, sounded
from .sounds import is_thai, keys_of, skeleton

# How scores are put together. They order what is found; from which score a name is a hit is rule data.
_BY_SOUND = 0.98  # written differently and heard the same: behind what is written the same
_SWAPPED = 0.97  # surname first
_CONSONANTS_ONLY = 90.0  # the most that two scripts can say
_GRAM = 5

Seen = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Part:
    """A first name, a surname, or both in one word. heard: as it sounds; bare: its consonants in one alphabet.

    sounds: keys of which one is shared by what sounds alike.
    """

    text: str
    heard: str
    bare: str
    thai: bool
    sounds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Name:
    """A name, read once. last: None where there is one word only. seams: find it, as its parts' sounds do."""

    first: Part
    last: Part | None
    joined: Part
    seams: frozenset[str]

    @property
    def parts(self) -> tuple[Part, ...]:
        """First name and surname, or the one word."""
        return (self.first,) if self.last is None else (self.first, self.last)


@lru_cache(maxsize=100_000)
def _part(text: str) -> Part:
    return Part(text, sounded(text), skeleton(text), is_thai(text), keys_of(text))


@lru_cache(maxsize=20_000)
def read_name(text: str) -> Name | None:
    """A name as somebody wrote it, with its title or without. None where nothing of it can be read."""
    first, last = parts_of(text)
    if not first:
        return None
    return Name(
        first=_part(first),
        last=_part(last) if last else None,
        joined=_part(first + last),
        seams=_seams(first, last),
    )


def _seams(first: str, last: str) -> frozenset[str]:
    """Letters around the seam of two words; of one word all, as the seam may be anywhere in it. And the whole."""
    joined = first + last
    most = max(0, len(joined) - _GRAM)
    starts = range(len(first) - _GRAM + 1, len(first)) if last else range(most + 1)
    return frozenset({"=" + joined, *("-" + joined[min(max(0, start), most) :][:_GRAM] for start in starts)})


def may_be(one: Name, other: Name) -> bool:
    """Whether two names are worth comparing: a first name or surname sounds alike, or letters around their seam are the
    same, by which a name is found where somebody left its space out.

    It is about these two names alone, so that no other name can ever hide one.
    """
    return not one.seams.isdisjoint(other.seams) or any(
        not mine.sounds.isdisjoint(its.sounds) for mine in one.parts for its in other.parts
    )


def likeness(one: Name, other: Name, floor: int = 0, seen: Seen | None = None) -> int:
    """0-100: how alike two names are as people write them; 100 only where they are spelled the same.

    First name and surname are compared by themselves, in either order, and the one that is less alike counts double:
    a surname alone is no likeness. Where one of the names has no space both are compared as a whole. Two scripts are
    compared by their consonants, and never score above 90. What is below `floor` may be given as 0, which is faster.
    seen: keeps what was compared, for who compares one name with many.
    """
    seen = {} if seen is None else seen
    if one.joined.text == other.joined.text:
        return 100
    if one.last is None or other.last is None:
        score = part_likeness(one.joined, other.joined, seen)
    else:
        score = _both(one.first, other.first, one.last, other.last, floor, seen)
        if score < _SWAPPED * 100:
            score = max(score, _SWAPPED * _both(one.last, other.first, one.first, other.last, floor, seen))
    whole = min(99, int(score))
    return whole if whole >= floor else 0


def weakest(floor: int) -> float:
    """How alike both parts of two names are at least, where the names are alike by `floor`: (2 × weaker + 100) / 3."""
    return (3 * floor - 100) / 2


def _both(one: Part, its: Part, other: Part, theirs: Part, floor: int, seen: Seen) -> float:
    """Two pairs of parts as one score; 0 as soon as it cannot reach `floor`."""
    first = part_likeness(one, its, seen)
    if first < weakest(floor):
        return 0.0
    second = part_likeness(other, theirs, seen)
    return (first + second + min(first, second)) / 3


def part_likeness(one: Part, other: Part, seen: Seen) -> float:
    """0-100: two parts as written, or as heard; by their consonants where one is not Thai."""
    if one.text == other.text:
        return 100.0
    found = seen.get((one.text, other.text))
    if found is None:
        found = ratio(one.text, other.text)
        if one.thai and other.thai:
            found = max(found, _BY_SOUND * ratio(one.heard, other.heard))
        else:
            found = max(found, min(_CONSONANTS_ONLY, ratio(one.bare, other.bare)))
        seen[one.text, other.text] = found
    return found


def same_surname(one: Name, other: Name) -> bool:
    """Whether both have a surname and it is heard the same."""
    return one.last is not None and other.last is not None and one.last.heard == other.last.heard
