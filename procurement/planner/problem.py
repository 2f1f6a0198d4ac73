"""What the planner is asked, and what it answers. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.graph import Text

Pair = tuple[str, str]
"""An activity and a candidate, by their ids."""


class Reason(TextChoices):
    """Why no citizen can be brought to an activity."""

    NOBODY = "nobody", gettext_lazy("Nobody is eligible.")
    FULL = "full", gettext_lazy("Everybody who is eligible has as many seats as he may hold.")
    DECIDED = "decided", gettext_lazy("Its committee took the first decision without a citizen.")
    OVER = "over", gettext_lazy("In its purchase no committee that counts has work left.")
    LEFT_OUT = "left_out", gettext_lazy("It, or everybody who is eligible, was left out of this plan.")


class Unusable(ValueError):
    """The problem contradicts itself; `sentence` says where, `about` names the ids."""

    def __init__(self, sentence: Text, *about: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.about = about


@dataclass(frozen=True)
class Candidate:
    """A citizen of the pool. seats_left: how many more he may take; live: how many he holds now."""

    id: str
    seats_left: int
    live: int = 0


@dataclass(frozen=True)
class Opening:
    """An activity that can still be covered. top: it is one of the top; allowed: who may sit for it, by their ids;
    effort: what it takes to write the seat, 0 for the least. Of equally good plans the one of less effort is taken."""

    activity_id: str
    top: bool
    allowed: frozenset[str]
    effort: int = 0


@dataclass(frozen=True)
class Closed:
    """An activity that is counted, uncovered, and cannot be covered any more."""

    activity_id: str
    top: bool
    reason: Reason


@dataclass(frozen=True)
class Target:
    """A level, and how many more activities of the top and of the rest it needs covered. Of the top all or none."""

    level: int
    lacking_top: int
    lacking_rest: int


@dataclass(frozen=True)
class Problem:
    """What is asked. level: the level to reach; lower: the levels below it, tried in turn when it cannot be.

    lacking_top, lacking_rest: see `Target`; the activities of `under_way` are not among the lacking.
    closed: what cannot be covered any more. under_way: activities with a citizen in a draft that waits for its order.
    besides: what the level needs that no seat can give (publication, education), in sentences.
    What if: pinned appointments are in every proposal; the pairs, people and activities left out are in none.
    """

    openings: tuple[Opening, ...]
    candidates: tuple[Candidate, ...]
    lacking_top: int
    lacking_rest: int
    level: int = 0
    lower: tuple[Target, ...] = ()
    closed: tuple[Closed, ...] = ()
    under_way: tuple[Pair, ...] = ()
    besides: tuple[Text, ...] = ()
    pinned: tuple[Pair, ...] = ()
    excluded_pairs: frozenset[Pair] = frozenset()
    excluded_people: frozenset[str] = frozenset()
    excluded_activities: frozenset[str] = frozenset()

    @property
    def targets(self) -> tuple[Target, ...]:
        """The level that is asked for, then the lower ones from the highest."""
        asked = Target(self.level, self.lacking_top, self.lacking_rest)
        return (asked, *sorted(self.lower, key=lambda target: -target.level))


class Blocked(NamedTuple):
    """An activity that keeps the level away, and why."""

    activity_id: str
    reason: Reason


@dataclass(frozen=True)
class Proposal:
    """The fewest appointments for `best_level`, in the order of the activities' ids.

    reaches: whether that is the level asked for, as far as seats can give it (see `Problem.besides`). When it is not,
    best_level is the highest of the lower levels that seats can give, None for none of them (then only what was pinned
    is assigned), and blocking names every activity that keeps the level asked for away. short_top, short_rest: how many
    of the top and of the rest it still lacks when everything is done that can be.
    loads: for each candidate of the assignments the live seats he would then have.
    """

    assignments: tuple[Pair, ...]
    reaches: bool
    level: int
    best_level: int | None
    blocking: tuple[Blocked, ...] = ()
    short_top: int = 0
    short_rest: int = 0
    loads: tuple[tuple[str, int], ...] = ()


def by_id(id_: str) -> tuple[int, str]:
    """The order of ids: keys of the database, so 9 comes before 10."""
    return len(id_), id_


def check(problem: Problem) -> None:
    """Raises Unusable where the problem contradicts itself."""
    openings = {opening.activity_id: opening for opening in problem.openings}
    candidates = {candidate.id: candidate for candidate in problem.candidates}
    closed = [row.activity_id for row in problem.closed]
    _refuse_twice(_("The activity %(id)s is named twice."), [row.activity_id for row in problem.openings] + closed)
    _refuse_twice(_("The candidate %(id)s is named twice."), [candidate.id for candidate in problem.candidates])
    for candidate in problem.candidates:
        if candidate.seats_left < 0 or candidate.live < 0:
            raise Unusable(_("The candidate %(id)s has fewer seats than none.") % {"id": candidate.id}, candidate.id)
    for opening in problem.openings:
        _refuse_unknown(_("The candidate %(id)s is not known."), opening.allowed, candidates)
    tops = sum(opening.top for opening in problem.openings)
    for target in problem.targets:
        if target.lacking_rest < 0 or not (target.lacking_top == 0 or target.lacking_top >= tops):
            raise Unusable(_("A level needs the whole top or nothing of it, and no fewer of the rest than none."))
    _check_left_out(problem, {*openings, *closed}, candidates)
    _check_pinned(problem, openings, candidates)


def _check_left_out(problem: Problem, activities: set[str], candidates: dict[str, Candidate]) -> None:
    named = problem.excluded_activities | {activity for activity, _candidate in problem.excluded_pairs}
    _refuse_unknown(_("The activity %(id)s is not open."), named, activities)
    people = problem.excluded_people | {candidate for _activity, candidate in problem.excluded_pairs}
    _refuse_unknown(_("The candidate %(id)s is not known."), people, candidates)


def _check_pinned(problem: Problem, openings: dict[str, Opening], candidates: dict[str, Candidate]) -> None:
    _refuse_unknown(_("The activity %(id)s is not open."), (activity for activity, _person in problem.pinned), openings)
    _refuse_unknown(
        _("The candidate %(id)s is not known."), (person for _activity, person in problem.pinned), candidates
    )
    _refuse_twice(_("The activity %(id)s is pinned twice."), [activity for activity, _person in problem.pinned])
    for activity, person in problem.pinned:
        words = {"activity": activity, "id": person}
        if person not in openings[activity].allowed:
            raise Unusable(
                _("The candidate %(id)s may not sit for the activity %(activity)s.") % words, *words.values()
            )
        if (
            activity in problem.excluded_activities
            or person in problem.excluded_people
            or (activity, person) in problem.excluded_pairs
        ):
            sentence = _("The candidate %(id)s for the activity %(activity)s is both pinned and left out.")
            raise Unusable(sentence % words, *words.values())
    for person, seats in Counter(person for _activity, person in problem.pinned).items():
        if seats > candidates[person].seats_left:
            raise Unusable(_("The candidate %(id)s is pinned to more seats than he has left.") % {"id": person}, person)


def _refuse_twice(sentence: str, ids: list[str]) -> None:
    for id_, times in Counter(ids).items():
        if times > 1:
            raise Unusable(sentence % {"id": id_}, id_)


def _refuse_unknown(sentence: str, ids: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(ids).difference(known), key=by_id):
        raise Unusable(sentence % {"id": unknown[0]}, unknown[0])
