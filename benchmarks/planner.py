"""The planner of seats on 500 activities and 300 people, beside a greedy heuristic. Run as a process of its own.

The heuristic is what a careful officer would do by hand: the top first, then where the fewest people are eligible; of
these the one with the fewest seats. Where it gets through it needs as many appointments as the exact plan, for one
appointment covers one activity. What it misses is the level where people are scarce, and an even workload.
"""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import django

from benchmarks.measuring import Figures, counting, figures, hand_back, say, timed

if TYPE_CHECKING:
    from procurement.planner.rule import Problem

ACTIVITIES, PEOPLE, TOP = 500, 300, 3
ROUNDS = 3
# Name; in how many pools the people are, as districts divide them; the share of their pool who may sit for an activity,
# each drawn by himself, so that hardly two are alike; live seats at most; how many of the rest are to be covered: 80 %
# of 497, and where people are scarce as many as can be.
SHAPES = (
    ("ten districts, everybody", 10, 1.0, 3, 398),
    ("ten districts, 98 %", 10, 0.98, 3, 398),
    ("one pool, 98 %", 1, 0.98, 3, 398),
    ("one pool, half", 1, 0.5, 3, 398),
    ("ten districts, scarce", 10, 0.1, 2, 436),
    ("one pool, scarce", 1, 0.02, 2, 445),
)


def main() -> None:
    """Measure on the database of DATABASE_URL and hand the figures back."""
    django.setup()
    from procurement.planner.rule import solve

    solve(_problem(1, 1.0, 3, 1))  # loads scipy
    shapes = {}
    for name, *shape in SHAPES:
        say(f"  {name} …")
        shapes[name] = _compared(_problem(*shape))
    say("  from the database …")
    hand_back({"shapes": shapes, "reading": _reading()})


def _problem(pools: int, share: float, most: int, rest: int) -> "Problem":
    """Always the same one of its shape."""
    from procurement.planner.rule import Candidate, Opening, Problem

    chance = random.Random(2569)
    people = []
    for number in range(PEOPLE):
        live = chance.randrange(most)
        people.append(Candidate(str(number), most - live, live))
    openings = []
    for number in range(ACTIVITIES):
        eligible = frozenset(row.id for row in people[number % pools :: pools] if chance.random() < share)
        openings.append(Opening(str(number), number < TOP, eligible, chance.randrange(3)))
    return Problem(tuple(openings), tuple(people), TOP, rest, level=5)


def _compared(problem: "Problem") -> Figures:
    from procurement.planner.rule import solve

    kept: dict[str, dict[str, str]] = {}

    def exact() -> None:
        kept["exact"] = dict(solve(problem).assignments)

    def heuristic() -> None:
        kept["greedy"] = greedy(problem)

    found: Figures = {}
    for name, operation in (("exact", exact), ("greedy", heuristic)):
        times = figures([timed(operation) for _turn in range(ROUNDS)])
        found[name] = {**times, **_worth(problem, kept[name])}
    return {**found, "ratio": round(found["exact"]["p50_ms"] / found["greedy"]["p50_ms"], 1)}


def greedy(problem: "Problem") -> dict[str, str]:
    """Activity to candidate, one after the other, without ever taking one back."""
    left = {row.id: row.seats_left for row in problem.candidates}
    load = {row.id: row.live for row in problem.candidates}
    wanted = {True: problem.lacking_top, False: problem.lacking_rest}
    plan: dict[str, str] = {}
    for work in sorted(problem.openings, key=lambda row: (not row.top, len(row.allowed), row.activity_id)):
        free = [id_ for id_ in work.allowed if left[id_]]
        if wanted[work.top] and free:
            chosen = min(free, key=lambda id_: (load[id_], id_))
            plan[work.activity_id] = chosen
            wanted[work.top] -= 1
            left[chosen] -= 1
            load[chosen] += 1
    return plan


def _worth(problem: "Problem", plan: dict[str, str]) -> Figures:
    """Appointments; how many the level still lacks; the most live seats that anybody with a new one then has, and how
    many people have as many."""
    load = {row.id: row.live for row in problem.candidates}
    for person in plan.values():
        load[person] += 1
    loads = [load[person] for person in set(plan.values())]
    most = max(loads, default=0)
    lacking = problem.lacking_top + problem.lacking_rest - len(plan)
    return {"appointments": len(plan), "lacking": lacking, "largest_load": most, "with_it": loads.count(most)}


def _reading() -> Figures:
    """The same size from the database: every activity has a purchase, every second one a committee in draft."""
    from procurement.planner.reading import problem_of
    from procurement.planner.rule import solve

    unit, year = _fill()
    kept: list[Any] = []

    def read() -> None:
        kept[:] = [problem_of(unit, year, 5)]

    return {"problem_of": _rounds(read), "solve": _rounds(lambda: solve(kept[0]))}


def _rounds(operation: Callable[[], Any]) -> Figures:
    times = []
    for _turn in range(ROUNDS):
        with counting() as statements:
            times.append(timed(operation))
    return {**figures(times), "statements": len(statements)}


def _fill() -> tuple[Any, int]:
    """Plain rows: no edge was taken for them, and only reading is measured on them. Out: the unit, the fiscal year."""
    from datetime import date
    from decimal import Decimal

    from django.utils import timezone

    from organisations.actions import rebuild_reach
    from organisations.calendar import fiscal_year
    from organisations.models import Unit, User
    from procurement.models import Activity, Committee, CommitteeCase, Member, Person, Purchase, PurchaseCase

    now = timezone.now()
    year = fiscal_year(timezone.localdate())
    unit = Unit.objects.create(code="BEN", name_th="หน่วยวัดผล", kind=Unit.Kind.DISTRICT, founded_on=date(2000, 1, 1))
    rebuild_reach()
    user = User.objects.create(username="bench", name_th="ผู้วัด")
    plan = Activity.objects.bulk_create(
        [Activity(unit=unit, fiscal_year=year, name=f"กิจกรรม {n}", budget=Decimal(n)) for n in range(ACTIVITIES)]
    )

    def cases(model: Any, kind: str, state: str, count: int) -> list[Any]:
        times = dict.fromkeys(("opened_at", "changed_at", "state_since"), now)
        rows = [model(kind=kind, state=state, number=f"{kind} {n}", unit=unit, **times) for n in range(count)]
        return list(model.objects.bulk_create(rows))

    bought = cases(PurchaseCase, "purchase", "announced", ACTIVITIES)
    purchases = [
        Purchase(case=case, activity=row, name=row.name, method_id="ebidding")
        for case, row in zip(bought, plan, strict=True)
    ]
    Purchase.objects.bulk_create(purchases)
    drafts = cases(CommitteeCase, "committee", "draft", ACTIVITIES // 2)
    committees = [
        Committee(case=case, purchase=row, kind_id="ebidding") for case, row in zip(drafts, purchases[::2], strict=True)
    ]
    Committee.objects.bulk_create(committees)
    people = [Person(standing="citizen", name=f"นาย {n}", unit=unit) for n in range(PEOPLE)]
    people += [Person(standing="official", name=f"นางสาว {n}", unit=unit) for n in range(3)]
    staff = Person.objects.bulk_create(people)[-3:]
    Member.objects.bulk_create(
        [
            Member(committee=row, person=person, duty="member", position=place, added_by=user, added_at=now)
            for row in committees
            for place, person in enumerate(staff)
        ]
    )
    return unit, year


if __name__ == "__main__":
    main()
