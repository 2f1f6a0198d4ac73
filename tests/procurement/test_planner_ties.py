"""Whatever plan the solver hands over, the same one goes out."""

from collections import Counter

from hypothesis import given, settings

from procurement.planner.problem import Problem, by_id
from procurement.planner.ties import settled
from tests.support.planning import covers, every_plan, problems, worth


@settings(max_examples=150, deadline=None)
@given(problem=problems(what_if=False))
def test_every_equally_good_plan_settles_to_the_first_of_them(problem: Problem) -> None:
    works = sorted(problem.openings, key=lambda work: (work.effort, by_id(work.activity_id)))
    people = sorted((candidate.id for candidate in problem.candidates), key=by_id)
    allowed = [frozenset(people.index(id_) for id_ in work.allowed) for work in works]
    tops = [work.top for work in works]
    equal: dict[tuple[object, ...], list[dict[str, str]]] = {}
    for plan in every_plan(problem):
        covered = covers(problem, plan)
        if covered[0] in {0, sum(tops)}:
            equal.setdefault((*covered, *sorted(Counter(plan.values()).items())), []).append(plan)
    for plans in equal.values():
        first = min(plans, key=lambda plan: worth(problem, plan))
        expected = [people.index(first[work.activity_id]) if work.activity_id in first else None for work in works]
        for plan in plans:
            mates = [people.index(plan[work.activity_id]) if work.activity_id in plan else None for work in works]
            assert settled(mates, tops, allowed) == expected
