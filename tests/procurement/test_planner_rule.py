"""The planner against every plan there is, and on problems whose answer is known."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.planner import network
from procurement.planner.rule import Blocked, Candidate, Closed, Opening, Problem, Reason, Target, Unusable, solve
from tests.support.planning import covers, every_plan, problems, reaching, worth


def opening(id_: str, *allowed: str, top: bool = False, effort: int = 0) -> Opening:
    return Opening(id_, top, frozenset(allowed), effort)


def asked(*openings: Opening, people: Any = (), top: int = 0, rest: int = 0, **more: Any) -> Problem:
    return Problem(openings, tuple(Candidate(*row) for row in people), top, rest, **{"level": 5, **more})


@settings(max_examples=400, deadline=None)
@given(problem=problems())
def test_proposal_is_the_best_of_all_plans(problem: Problem) -> None:
    plans = every_plan(problem)
    proposal = solve(problem)
    fitting = {target: reaching(problem, plans, target) for target in problem.targets}
    best = next((target for target in problem.targets if fitting[target]), None)
    assert proposal.reaches == bool(fitting[problem.targets[0]])
    assert proposal.best_level == (best.level if best else None)
    assert dict(proposal.assignments) in plans  # no limit is broken, nothing pinned or left out is forgotten
    if best:
        assert dict(proposal.assignments) == min(fitting[best], key=lambda plan: worth(problem, plan))


@settings(max_examples=400, deadline=None)
@given(problem=problems())
def test_blocking_names_what_some_largest_plan_leaves_uncovered(problem: Problem) -> None:
    proposal = solve(problem)
    if proposal.reaches:
        assert proposal.blocking == ()
        return
    plans = every_plan(problem)
    largest = max(covers(problem, plan) for plan in plans)  # the top first, then the rest
    largest_plans = [plan for plan in plans if covers(problem, plan) == largest]
    assert proposal.short_top == max(0, problem.lacking_top - largest[0])
    assert proposal.short_rest == max(0, problem.lacking_rest - largest[1])
    expected = {
        work.activity_id
        for work in problem.openings
        if (proposal.short_top if work.top else proposal.short_rest)
        and any(work.activity_id not in plan for plan in largest_plans)
    }
    expected |= {row.activity_id for row in problem.closed if (proposal.short_top if row.top else proposal.short_rest)}
    assert {row.activity_id for row in proposal.blocking} == expected


@settings(max_examples=100, deadline=None)
@given(problem=problems(), chance=st.randoms(use_true_random=False))
def test_proposal_does_not_depend_on_the_order_of_the_problem(problem: Problem, chance: random.Random) -> None:
    def mixed(rows: Any) -> Any:
        return tuple(chance.sample(rows, len(rows)))

    other = replace(
        problem,
        openings=mixed(problem.openings),
        candidates=mixed(problem.candidates),
        lower=mixed(problem.lower),
        pinned=mixed(problem.pinned),
    )
    assert solve(other) == solve(problem)


def test_workload_is_spread() -> None:
    everybody = ("a", "b", "c")
    rows = [opening(str(number), *everybody) for number in range(6)]
    problem = asked(*rows, people=[("a", 9, 3), ("b", 9, 1), ("c", 9, 0)], rest=5)
    assert solve(problem).loads == (("b", 3), ("c", 3))
    assert solve(replace(problem, lacking_rest=6)).loads == (("b", 3), ("c", 4))


def test_who_holds_most_seats_is_asked_last() -> None:
    problem = asked(opening("1", "a", "b"), people=[("a", 1, 4), ("b", 5, 3)], rest=1)
    assert solve(problem).assignments == (("1", "b"),)


def test_of_equal_plans_the_one_of_less_effort_is_taken() -> None:
    problem = asked(opening("1", "a", effort=3), opening("2", "a"), people=[("a", 2)], rest=1)
    assert solve(problem).assignments == (("2", "a"),)


def test_level_that_is_reached_needs_nobody() -> None:
    proposal = solve(asked(opening("1", "a"), people=[("a", 2)]))
    assert (proposal.assignments, proposal.reaches, proposal.best_level, proposal.loads) == ((), True, 5, ())


def test_level_out_of_reach_gives_the_best_below_and_every_reason() -> None:
    problem = asked(
        opening("1", "a", top=True),
        opening("2", top=True),
        opening("3", "b", top=True),
        opening("4", "c", top=True),
        opening("5", "a"),
        people=[("a", 1), ("b", 0, 3), ("c", 2)],
        top=5,
        rest=1,
        closed=(Closed("6", top=True, reason=Reason.DECIDED), Closed("7", top=False, reason=Reason.OVER)),
        lower=(Target(1, 0, 0), Target(2, 0, 1)),
        excluded_people=frozenset({"c"}),
    )
    proposal = solve(problem)
    assert (proposal.reaches, proposal.level, proposal.best_level) == (False, 5, 2)
    assert proposal.assignments == (("5", "a"),)
    assert (proposal.short_top, proposal.short_rest) == (4, 1)
    assert proposal.blocking == (
        Blocked("2", Reason.NOBODY),
        Blocked("3", Reason.FULL),
        Blocked("4", Reason.LEFT_OUT),
        Blocked("6", Reason.DECIDED),
        Blocked("5", Reason.FULL),
        Blocked("7", Reason.OVER),
    )


def test_too_few_people_for_several_activities_names_all_of_these_and_no_other() -> None:
    rows = [opening(id_, "a", "b") for id_ in "123"] + [opening("4", "c")]
    proposal = solve(asked(*rows, people=[("a", 1), ("b", 1), ("c", 1)], rest=4))
    assert proposal.best_level is None
    assert proposal.short_rest == 1
    assert proposal.blocking == tuple(Blocked(id_, Reason.FULL) for id_ in "123")


def test_pinned_appointment_stays_though_it_is_not_needed() -> None:
    problem = asked(opening("1", "a"), opening("2", "a", "b"), people=[("a", 2), ("b", 1)], rest=1)
    assert solve(replace(problem, pinned=(("2", "a"),))).assignments == (("2", "a"),)
    assert solve(replace(problem, lacking_rest=0, pinned=(("2", "b"),))).assignments == (("2", "b"),)


def test_pinned_seat_counts_as_a_load() -> None:
    problem = asked(opening("1", "a"), opening("2", "a", "b"), people=[("a", 3), ("b", 1)], rest=2)
    assert solve(problem).assignments == (("1", "a"), ("2", "b"))
    assert solve(replace(problem, pinned=(("1", "a"),))).assignments == (("1", "a"), ("2", "b"))


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"pinned": (("1", "a"), ("1", "a"))}, ("1",)),
        ({"pinned": (("1", "a"), ("1", "b"))}, ("1",)),
        ({"pinned": (("9", "a"),)}, ("9",)),
        ({"pinned": (("c", "a"),)}, ("c",)),
        ({"pinned": (("1", "z"),)}, ("z",)),
        ({"pinned": (("2", "b"),)}, ("2", "b")),
        ({"pinned": (("1", "a"), ("2", "a"))}, ("a",)),
        ({"pinned": (("1", "a"),), "excluded_people": frozenset("a")}, ("1", "a")),
        ({"pinned": (("1", "a"),), "excluded_activities": frozenset("1")}, ("1", "a")),
        ({"pinned": (("1", "a"),), "excluded_pairs": frozenset({("1", "a")})}, ("1", "a")),
        ({"excluded_people": frozenset("z")}, ("z",)),
        ({"excluded_activities": frozenset("9")}, ("9",)),
        ({"excluded_pairs": frozenset({("9", "a")})}, ("9",)),
        ({"excluded_pairs": frozenset({("1", "z")})}, ("z",)),
        ({"openings": (opening("1"), opening("1"))}, ("1",)),
        ({"openings": (opening("1"), opening("c"))}, ("c",)),
        ({"openings": (opening("1", "z"),)}, ("z",)),
        ({"candidates": (Candidate("a", 1), Candidate("a", 2))}, ("a",)),
        ({"candidates": (Candidate("a", -1), Candidate("b", 1))}, ("a",)),
        ({"candidates": (Candidate("a", 1, -1), Candidate("b", 1))}, ("a",)),
        ({"lacking_rest": -1}, ()),
        ({"openings": (opening("1", top=True), opening("2", top=True)), "lacking_top": 1}, ()),
        ({"lower": (Target(1, 0, -1),)}, ()),
    ],
)
def test_problem_that_contradicts_itself_is_refused_with_a_sentence(change: Any, about: Any) -> None:
    sound = asked(
        opening("1", "a", "b"),
        opening("2", "a"),
        people=[("a", 1), ("b", 1)],
        rest=1,
        closed=(Closed("c", top=False, reason=Reason.OVER),),
    )
    assert solve(sound).reaches
    with pytest.raises(Unusable) as refused:
        solve(replace(sound, **change))
    assert refused.value.about == about
    assert str(refused.value.sentence)
    assert "%(" not in str(refused.value.sentence)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.sampled_from([1.0, 0.6, 0.2, 0.05]))
def test_larger_problem_breaks_no_limit_and_is_the_same_without_drawing_people_together(
    seed: int, share: float
) -> None:
    problem = _larger(random.Random(seed), share)  # noqa: S311 - not a secret
    proposal = solve(problem)
    plan = dict(proposal.assignments)
    people = {candidate.id: candidate for candidate in problem.candidates}
    works = {work.activity_id: work for work in problem.openings}
    assert all(person in works[activity].allowed for activity, person in plan.items())
    assert all(load - people[id_].live <= people[id_].seats_left for id_, load in proposal.loads)
    needed = next(target for target in problem.targets if target.level == proposal.best_level)
    assert covers(problem, plan) == (needed.lacking_top, needed.lacking_rest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "_alike", lambda keys: [[place] for place, _key in enumerate(keys)])
        assert solve(problem) == proposal


def _larger(chance: random.Random, share: float) -> Problem:
    people = tuple(Candidate(str(number), chance.randrange(3), chance.randrange(4)) for number in range(20))
    openings = tuple(
        opening(
            str(number),
            *(candidate.id for candidate in people if chance.random() < share),
            top=number < 4,
            effort=chance.randrange(3),
        )
        for number in range(30)
    )
    lower = (Target(4, 4, 14), Target(3, 4, 9), Target(2, 4, 0), Target(1, 0, 0))
    return Problem(openings, people, 4, chance.randrange(14, 24), 5, lower)


def test_solver_that_gives_no_whole_numbers_is_not_believed() -> None:
    with pytest.raises(network.NotSolved):
        network._whole([1.0, 0.5])
