"""The planner: which seats to fill for a level, what would be if some are left out, and doing it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisations.accounts import role_required
from organisations.models import Role
from procurement.actions.proposing import LONGEST_REASON, propose
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import Facts, Seat, Variant, compute
from procurement.planner.places import Effort
from procurement.planner.problem import Pair, Problem, Proposal
from procurement.planner.reading import problem_of
from procurement.planner.rule import solve
from procurement.views.levels import LevelFigures, kept_strip, strip
from workflows.refusals import Missing

from .plan_scope import scope_of
from .planner_names import Names
from .planner_what_if import read_pairs, what_if_of

ROLES = frozenset({Role.PROCUREMENT, Role.HEAD, Role.APPROVER})
MOST_OPEN = 3000
"""Uncovered activities that are planned at once: a province has some hundreds."""
BATCH = 20
"""Seats that are written before the page shows what has been done so far: 0.5 s, at 26 ms a seat."""
MOST_PAIRS = 2000

EFFORTS = {
    Effort.VACANT: lambda: _("nominated for the vacant seat"),
    Effort.DRAFT: lambda: _("into the draft that is there"),
    Effort.NEW: lambda: _("a committee is drafted"),
    Effort.AMENDMENT: lambda: _("an amending order is drafted"),
    Effort.WAITING: lambda: _("its draft has to come back from approval first"),
    Effort.NO_PURCHASE: lambda: _("its purchase has to be planned first"),
}


@require_GET
@role_required(*ROLES)
def planner(request: HttpRequest) -> HttpResponse:
    """The fewest appointments for a level (`level`) of a unit and year; what if: see `what_if_of`."""
    scope, variant = scope_of(request), variant_of()
    kept = kept_strip(scope.unit, scope.year, variant)
    level = _level(request.GET.get("level", ""), kept["figures"], variant)
    context: dict[str, Any] = {
        **scope.choices(),
        "level": level,
        "levels": [rule.level for rule in sorted(variant.levels, key=lambda rule: rule.level)],
        **kept,
    }
    totals = kept["figures"].totals
    lacking = totals.top - totals.top_covered + totals.rest - totals.rest_covered
    if lacking > MOST_OPEN:
        return render(request, "procurement/planner.html", {**context, "too_many": lacking})
    facts = facts_of(scope.unit, scope.year)
    problem = problem_of(scope.unit, scope.year, level)
    what_if = what_if_of(request.GET)
    problem, refused = what_if.applied_to(problem)
    proposal = solve(problem)
    then = compute(_with_seats(facts, [*proposal.assignments, *problem.under_way]), variant)
    names = Names.of(scope.unit, problem, proposal, what_if)
    context |= {
        "problem": problem,
        "proposal": proposal,
        "then": strip(scope.unit, LevelFigures.of_result(then), variant),
        "rows": _rows(problem, proposal, names),
        "blocking": [
            {"activity": names.activity(row.activity_id), "why": row.reason.label} for row in proposal.blocking
        ],
        "under_way": [
            {"activity": names.activity(activity), "person": names.person(person)}
            for activity, person in problem.under_way
        ],
        "refused": [
            {"activity": names.activity(activity), "person": names.person(person)} for activity, person in refused
        ],
        "what_if": what_if,
        "left_out": names.left_out(what_if),
        "open_activities": names.open_activities(problem),
        "free_people": names.free_people(problem),
        "pairs": _written(proposal.assignments),
        "may_do": scope.keeps and bool(proposal.assignments),
        "longest_reason": LONGEST_REASON,
        "reason": "",
    }
    return render(request, "procurement/planner.html", context)


@require_POST
@role_required(Role.PROCUREMENT)
def planner_do(request: HttpRequest) -> HttpResponse:
    """Write the proposals of `pair`, some at a time: the answer says of each what was done or why not, and goes on with
    those that are left."""
    scope = scope_of(request, request.POST)
    scope.need_to_keep()
    pairs = read_pairs(request.POST.getlist("pair"))[:MOST_PAIRS]
    reason = request.POST.get("reason", "")
    if not pairs:
        raise Http404
    now, left = pairs[:BATCH], pairs[BATCH:]
    begun = _count(request.POST.get("begun", ""))
    context: dict[str, Any] = {"scope": scope, "level": request.POST.get("level", ""), "reason": reason}
    try:
        outcomes = propose(scope.unit, scope.year, now, scope.user, reason)
    except Missing as refusal:
        context |= {"sentence": refusal.sentence, "pairs": _written(pairs), "longest_reason": LONGEST_REASON}
        return render(request, "procurement/planner_reason.html", context, status=422)
    names = Names.of_pairs(scope.unit, now)
    context |= {
        "outcomes": [
            {
                "outcome": row,
                "activity": names.activity(row.activity_id),
                "person": names.person(row.candidate_id),
            }
            for row in outcomes
        ],
        "left": _written(left),
        "done": begun + len(now),
        "total": begun + len(pairs),
    }
    part = "_part" if request.headers.get("HX-Request") else ""
    return render(request, f"procurement/planner_done{part}.html", context)


def _level(text: str, figures: LevelFigures, variant: Variant) -> int:
    """The level that is asked for; where none is named, the next one. Raises Http404 for one that the rule lacks."""
    known = {str(rule.level): rule.level for rule in variant.levels}
    if not text:
        return figures.next_step.level if figures.next_step else max(known.values(), default=0)
    if text not in known:
        raise Http404
    return known[text]


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _written(pairs: Iterable[Pair]) -> list[str]:
    """As `read_pairs` reads them again."""
    return [f"{activity}-{person}" for activity, person in pairs]


def _with_seats(facts: Facts, pairs: list[Pair]) -> Facts:
    """The facts as they would be if these citizens were appointed today."""
    wanted = {activity for activity, _person in pairs}
    seat = Seat(facts.as_of, None, True)
    return replace(
        facts,
        activities=tuple(
            replace(row, seats=(*row.seats, seat)) if row.id in wanted else row for row in facts.activities
        ),
    )


def _rows(problem: Problem, proposal: Proposal, names: Names) -> list[dict[str, Any]]:
    openings = {row.activity_id: row for row in problem.openings}
    candidates = {row.id: row for row in problem.candidates}
    pinned, loads = set(problem.pinned), dict(proposal.loads)
    rows = []
    for activity, person in proposal.assignments:
        opening, candidate = openings[activity], candidates[person]
        rows.append({
            "pair": _written([(activity, person)])[0],
            "activity": names.activity(activity),
            "person": names.person(person),
            "top": opening.top,
            "pinned": (activity, person) in pinned,
            "live": candidate.live,
            "then": loads[person],
            "most": candidate.live + candidate.seats_left,
            "effort": EFFORTS[Effort(opening.effort)](),
        })  # fmt: skip
    return sorted(rows, key=lambda row: not row["top"])
