"""The risk register as a matrix: likelihood × impact, each 1 to 3 (S4:795-805), the highest first."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.models import Role
from organisations.queries import open_units, roles_of
from scores.models import EntryVersion
from scores.registers.fields import LEVELS
from scores.registers.kinds import RISK
from scores.registers.queries import counting, entries_visible_to
from scores.registers.showing import LEVEL_WORDS
from scores.registers.views.lists import ROLES
from workflows.casepages.access import reader

MOST = 100
"""Risks below the matrix; those beyond are found by a cell or a unit."""
# For the eye alone, beside the number: S4:795-805 ranks risks by the product and names no bands, and no figure has any.
_SIGNAL = {1: "well", 2: "well", 3: "soon", 4: "soon", 6: "late", 9: "late"}


@require_GET
@role_required(*ROLES)
def risk_matrix(request: HttpRequest) -> HttpResponse:
    """The confirmed risks that are still there, of all units of the reader or of `unit` (a code); `likelihood` and
    `impact` choose a cell."""
    user, wanted, today = reader(request), request.GET, timezone.localdate()
    visible = entries_visible_to(user).filter(entry__register=RISK.code)
    standing = counting(RISK.code, today, there_on=today).filter(entry__in=visible.values("pk"))
    if code := wanted.get("unit", "")[:20]:
        standing = standing.filter(entry__unit__code=code)
    rows: QuerySet[EntryVersion] = EntryVersion.objects.filter(pk__in=standing.values("pk"))
    cells: dict[tuple[int, int], int] = {}
    for cell in rows.order_by().values_list("likelihood", "impact"):
        cells[cell] = cells.get(cell, 0) + 1
    chosen = (_level(wanted.get("likelihood", "")), _level(wanted.get("impact", "")))
    shown = rows.filter(likelihood=chosen[0], impact=chosen[1]) if all(chosen) else rows
    risks = shown.select_related("entry__case__holder", "entry__unit").order_by(
        (F("likelihood") * F("impact")).desc(), F("impact").desc(), "-id"
    )
    found = list(risks[: MOST + 1])
    words = dict(LEVEL_WORDS)
    context: dict[str, Any] = {
        "register": RISK,
        "matrix": [
            (
                words[likelihood],
                likelihood,
                [
                    {
                        "impact": impact,
                        "word": words[impact],
                        "risk": likelihood * impact,
                        "count": cells.get((likelihood, impact), 0),
                        "signal": _SIGNAL[likelihood * impact],
                        "chosen": (likelihood, impact) == chosen,
                    }
                    for impact in LEVELS
                ],
            )
            for likelihood in reversed(LEVELS)
        ],
        "levels": [(level, words[level]) for level in LEVELS],
        "chosen": chosen if all(chosen) else None,
        "risks": [(row, _SIGNAL.get(row.risk, "plain")) for row in found[:MOST]],
        "more": len(found) > MOST,
        "units": list(open_units().filter(pk__in=visible.order_by().values("entry__unit"))),
        "unit": code,
        "all": sum(cells.values()),
        "may_enter": Role.INTEGRITY in roles_of(user),
    }
    return render(request, "scores/registers/risks.html", context)


def _level(value: str) -> int:
    return int(value) if value in {str(level) for level in LEVELS} else 0
