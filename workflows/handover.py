"""No case without hands: what lies with somebody who is gone, or in a unit that closed, goes to where it is worked on.

Everything is derived from the rows of today: whoever calls, how often and how late, changes nothing that is right.
Every step is an edge of the kind's own graph, taken by the clock, so the ledger says what became of the case and why:

* `put_back`: its holder may have it no longer (he left, his post ended, he has a conflict); its unit has it again;
* `follow_unit`: its unit has closed; it goes to the unit that takes over (`Kind.heir`), closed cases too, so that who
  reaches that unit reads them; its number stays;
* `rise`: nobody in the unit of a protected case may take the next step; somebody above may (`Kind.rises_to`).

A kind takes part in what its graph has an edge for.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from organisations.models import Unit
from organisations.queries import heir_of
from workflows.actors import TIMER
from workflows.hands import strayed, why_gone
from workflows.models import Case
from workflows.refusals import Refused
from workflows.registry import Kind, all_kinds, kind_of
from workflows.transitions import Step, perform

logger = logging.getLogger(__name__)


# --- What the edges write ---------------------------------------------------------------------------------------------
def put_back(step: Step) -> Mapping[str, Any]:
    """The action of `put_back`: on the table of its unit again; the ledger says whose it was and why no longer."""
    facts = {"of": step.case.holder_id, "why": why_gone(step.case)}
    step.hand_to(None)
    return facts


def follow_unit(step: Step, *, unit: Unit) -> Mapping[str, Any]:
    """The action of `follow_unit`: the case is that of `unit`; a holder who does not reach it has it no longer."""
    facts = {"unit": unit.pk, "from": step.case.unit_id}
    step.case.unit = unit
    if step.case.is_open and why_gone(step.case):
        step.hand_to(None)
    return facts


def rise(step: Step) -> Mapping[str, Any]:
    """The action of `rise`: the next step is that of the unit above, or of the case's own again."""
    step.case.raised_to = kind_of(step.case.kind).rises_to(step.case)
    return {"raised_to": step.case.raised_to_id}


# --- What is found and done -------------------------------------------------------------------------------------------
def put_back_strayed(users: Iterable[int] | None = None) -> int:
    """Put every strayed case back on the table of its unit. Out: how many."""
    return sum(take(case, "put_back") for case in _in_order(strayed(users)))


def follow_closed_units() -> int:
    """Move the cases of all units that are closed today to those that take over, the open ones first. Out: how many."""
    closed, moved = Unit.objects.filter(closed_on__lte=timezone.localdate()), 0
    for kind in all_kinds():
        if not _has(kind, "follow_unit"):
            continue
        lying = Case.objects.filter(kind=kind.graph.kind, unit__in=closed)
        for case in _in_order(lying, "-is_open"):
            heir = (kind.heir or _heir)(case)
            moved += heir is not None and heir.pk != case.unit_id and take(case, "follow_unit", unit=heir)
    return moved


def raise_protected() -> int:
    """Let protected cases rise to where somebody may take their next step, or come down again. Out: how many."""
    raised = 0
    for kind in all_kinds():
        if not _has(kind, "rise"):
            continue
        for case in _in_order(Case.objects.filter(kind=kind.graph.kind, protected=True, is_open=True)):
            above = kind.rises_to(case)
            if (above.pk if above else None) != case.raised_to_id:
                raised += take(case, "rise")
    return raised


def settle() -> int:
    """All of it, in the order in which one thing follows from another. Out: how many edges were taken."""
    return follow_closed_units() + put_back_strayed() + raise_protected()


def _has(kind: Kind, edge: str) -> bool:
    return any(row.name == edge for row in kind.graph.edges)


def _heir(case: Case) -> Unit | None:
    return heir_of(case.unit)


def _in_order(cases: QuerySet[Case], *first: str) -> Iterable[Case]:
    """The cases one by one, in bounded memory; which they are is found before anything changes."""
    for pk in list(cases.order_by(*first, "pk").values_list("pk", flat=True)):
        if (case := Case.objects.select_related("unit__successor").filter(pk=pk).first()) is not None:
            yield case


def take(case: Case, edge: str, **facts: Any) -> bool:
    """Let the clock take an edge. Out: whether it was taken; one case that cannot be moved keeps no other from it."""
    try:
        perform(case, edge, TIMER, **facts)
    except Refused:
        # Somebody was quicker: the head gave it to another, or another machine was here.
        logger.info("edge %s of case %s was no longer due", edge, case.pk)
    except Exception:
        logger.exception("edge %s of case %s failed", edge, case.pk)
    else:
        return True
    return False
