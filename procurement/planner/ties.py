"""Of the equally good plans always the same one. Pure.

The solver may hand over any of the best plans, and its next version another one. How many seats each person gets is
settled before (`rule` gives every seat a price of its own); here it is settled for which activities, and who sits
where. Both by exchanges along alternating paths, so that the answer does not depend on the plan one starts from:

- which activities: those that given seats can cover are a matroid. The greedy choice in the order of preference is its
  one best basis, and from any basis it is reached by exchanging one for one.
- who sits where: in their order, each activity gets the first candidate with whom all others still find a seat.
"""

from collections.abc import Iterator, Sequence

from .network import Mates

Way = tuple[int | None, int | None]
"""The activity that a candidate passes on (None: none, the path ends with him), and to whom (None: to nobody)."""


def settled(mates: Mates, tops: Sequence[bool], allowed: Sequence[frozenset[int]]) -> Mates:
    """The first of the plans that are as good as `mates`: each candidate with as many seats, as many activities of the
    top and of the rest. The activities come in the order of preference, the candidates in the order of their numbers.

    Of the top either all or none are covered: between, the choices would be no matroid.
    """
    found = list(mates)
    works_of = _works_of(allowed)
    _choose(found, tops, allowed, works_of)
    _pair(found, allowed, works_of)
    return found


def reaching(starts: Sequence[int], mates: Mates, allowed: Sequence[frozenset[int]]) -> set[int]:
    """The activities that stand in each other's way: those of `starts`, and whoever sits where one of them could be
    covered, and so on. In a largest plan everybody who may sit for one of them is at his limit."""
    held: dict[int, list[int]] = {}
    for place, person in enumerate(mates):
        if person is not None:
            held.setdefault(person, []).append(place)
    seen, queue, met = set(starts), list(starts), set[int]()
    for place in queue:
        for person in allowed[place] - met:
            met.add(person)
            new = [other for other in held.get(person, ()) if other not in seen]
            seen.update(new)
            queue += new
    return seen


def _choose(mates: Mates, tops: Sequence[bool], allowed: Sequence[frozenset[int]], works_of: dict[int, int]) -> None:
    """Bring in what is preferred, in place of what comes later."""
    for place in range(len(mates)):
        if mates[place] is not None:
            continue
        later: dict[int, Way] = {
            person: (other, None)
            for other, person in enumerate(mates)
            if other > place and person is not None and tops[other] == tops[place]
        }
        covered = sum(1 << other for other, person in enumerate(mates) if person is not None)
        ways = _ways(later, covered, mates, works_of)
        willing = allowed[place] & ways.keys()
        if willing:
            _pass_on(place, min(willing), ways, mates)


def _pair(mates: Mates, allowed: Sequence[frozenset[int]], works_of: dict[int, int]) -> None:
    """Give each activity the first candidate that leaves the others a seat."""
    unsettled = sum(1 << place for place, person in enumerate(mates) if person is not None)
    for place, person in enumerate(mates):
        if person is None:
            continue
        unsettled &= ~(1 << place)
        ways = _ways({person: (None, None)}, unsettled, mates, works_of)
        _pass_on(place, min(allowed[place] & ways.keys()), ways, mates)


def _ways(ends: dict[int, Way], movable: int, mates: Mates, works_of: dict[int, int]) -> dict[int, Way]:
    """Every candidate from whom seats can be passed on until one of `ends` takes the last; only `movable` activities
    are passed on."""
    ways = dict(ends)
    queue = list(ends)
    for target in queue:
        found = movable & works_of.get(target, 0)
        movable &= ~found
        for place in _bits(found):
            person = mates[place]
            if person is not None and person not in ways:
                ways[person] = (place, target)
                queue.append(person)
    return ways


def _pass_on(place: int, person: int, ways: dict[int, Way], mates: Mates) -> None:
    """`person` takes the activity `place`, and passes on what he has to along his way."""
    taken: int | None = place
    taker: int | None = person
    while taken is not None:
        mates[taken] = taker
        taken, taker = (None, None) if taker is None else ways[taker]


def _works_of(allowed: Sequence[frozenset[int]]) -> dict[int, int]:
    # A set of activities is a number with a bit for each, so that one search looks at each activity once.
    works_of: dict[int, int] = {}
    for place, people in enumerate(allowed):
        for person in people:
            works_of[person] = works_of.get(person, 0) | 1 << place
    return works_of


def _bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
