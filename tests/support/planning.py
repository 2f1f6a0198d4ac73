"""Small problems of the planner, and every plan there is for them: slow, and plainly right."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import strategies as st

from procurement.planner.problem import by_id
from procurement.planner.rule import Candidate, Closed, Opening, Problem, Reason, Target

Plan = dict[str, str]


@st.composite
def problems(draw: Any, *, what_if: bool = True) -> Problem:
    """A problem small enough to try every plan: up to 5 activities and 4 people."""
    people = [str(number) for number in draw(st.permutations(range(8, 8 + draw(st.integers(0, 4)))))]
    names = [str(number) for number in draw(st.permutations(range(98, 98 + draw(st.integers(0, 5)))))]
    candidates = tuple(Candidate(id_, draw(st.integers(0, 2)), draw(st.integers(0, 2))) for id_ in people)
    allowed = st.frozensets(st.sampled_from(people)) if people else st.just(frozenset())
    openings = tuple(Opening(id_, draw(st.booleans()), draw(allowed), draw(st.integers(0, 1))) for id_ in names)
    closed = tuple(
        Closed(f"c{number}", draw(st.booleans()), draw(st.sampled_from([Reason.DECIDED, Reason.OVER])))
        for number in range(draw(st.integers(0, 1)))
    )
    tops = sum(row.top for row in (*openings, *closed))
    rests = st.integers(0, 3)
    targets = [(draw(st.sampled_from([0, tops])), draw(rests))]
    targets += [(tops, draw(rests)), (tops, 0), (0, 0)][: draw(st.integers(0, 3))]
    problem: dict[str, Any] = {}
    if what_if and names and people:
        pairs = st.frozensets(st.tuples(st.sampled_from(names), st.sampled_from(people)), max_size=2)
        problem["excluded_pairs"] = draw(pairs)
        problem["excluded_people"] = draw(st.frozensets(st.sampled_from(people), max_size=1))
        problem["excluded_activities"] = draw(st.frozensets(st.sampled_from(names), max_size=1))
        free = [(row.activity_id, id_) for row in openings for id_ in people if _may_sit(row, id_, problem)]
        problem["pinned"] = tuple(
            _usable(draw(st.lists(st.sampled_from(free), max_size=2)) if free else [], candidates)
        )
    return Problem(
        openings,
        candidates,
        *targets[0],
        level=5,
        lower=tuple(Target(5 - place, *lacking) for place, lacking in enumerate(targets[1:], start=1)),
        closed=closed,
        **problem,
    )


def _usable(wanted: list[tuple[str, str]], candidates: tuple[Candidate, ...]) -> Iterator[tuple[str, str]]:
    left = {candidate.id: candidate.seats_left for candidate in candidates}
    for activity, person in dict(wanted).items():
        left[person] -= 1
        if left[person] >= 0:
            yield activity, person


def _may_sit(work: Opening, person: str, left_out: Any) -> bool:
    return (
        person in work.allowed
        and work.activity_id not in left_out["excluded_activities"]
        and person not in left_out["excluded_people"]
        and (work.activity_id, person) not in left_out["excluded_pairs"]
    )


def every_plan(problem: Problem) -> list[Plan]:
    """Every plan that breaks no limit and keeps what is pinned, whatever it covers."""
    names = (
        "excluded_activities",
        "excluded_people",
        "excluded_pairs",
    )
    left_out = {name: getattr(problem, name) for name in names}
    choices = [
        [person for person in sorted(work.allowed) if _may_sit(work, person, left_out)] for work in problem.openings
    ]
    limits = {candidate.id: candidate.seats_left for candidate in problem.candidates}
    found = []
    for mates in product(*([None, *row] for row in choices)):
        pairs = zip(problem.openings, mates, strict=True)
        plan = {work.activity_id: person for work, person in pairs if person is not None}
        within = all(seats <= limits[person] for person, seats in Counter(plan.values()).items())
        if within and all(plan.get(activity) == person for activity, person in problem.pinned):
            found.append(plan)
    return found


def covers(problem: Problem, plan: Plan) -> tuple[int, int]:
    """How many of the top and of the rest a plan covers."""
    tops = [work.top for work in problem.openings if work.activity_id in plan]
    return tops.count(True), tops.count(False)


def reaching(problem: Problem, plans: list[Plan], target: Target) -> list[Plan]:
    """Those that reach the target."""
    wanted = (target.lacking_top, target.lacking_rest)
    return [plan for plan in plans if all(a >= b for a, b in zip(covers(problem, plan), wanted, strict=True))]


def worth(problem: Problem, plan: Plan) -> Any:
    """By what plans are compared, the smallest first; no two plans are worth the same."""
    pinned = dict(problem.pinned)
    before = Counter(pinned.values())
    new = Counter(person for activity, person in plan.items() if activity not in pinned)
    seats = [
        (candidate.live + before[candidate.id] + nth, candidate.live, by_id(candidate.id))
        for candidate in problem.candidates
        for nth in range(1, new[candidate.id] + 1)
    ]
    works = sorted(
        (work for work in problem.openings if work.activity_id not in pinned),
        key=lambda work: (work.effort, by_id(work.activity_id)),
    )
    return (
        len(plan),
        sorted(seats, reverse=True),
        [work.activity_id not in plan for work in works],
        [by_id(plan.get(work.activity_id, "")) for work in works],
    )
