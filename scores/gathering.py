"""The facts of a unit from the database: what the metrics compute, and how the unit is placed."""

from collections.abc import Collection

from organisations.models import Unit
from procurement.coverage.scope import Scope, scope_of
from workflows.metrics import Span, figures_of

from .facts import Facts
from .rubric_form import Rubric


def facts_of(
    units: Collection[Unit],
    rubric: Rubric,
    span: Span,
    *,
    withheld: bool = False,
    without: Collection[int] = (),
) -> dict[int, Facts]:
    """The facts by which these units are scored, by their ids. Attestations are not among them.

    withheld: with the figures that no live page may show; only for what is kept in an assessment. without: cases that
    they are not to count (`workflows.metrics.hidden_from`).
    """
    figures = figures_of([unit.pk for unit in units], rubric.metrics, span, withheld=withheld, without=without)
    return {unit.pk: Facts(figures=figures[unit.pk], words=words_of(unit)) for unit in units}


def words_of(unit: Unit) -> dict[str, str]:
    """What is said of the unit itself, by which a rubric chooses its variants."""
    return {"unit.placement": placement_of(unit)}


def placement_of(unit: Unit) -> str:
    """By which form of the third dimension it is assessed (S4:329-349): ``regional`` or ``central``."""
    return "central" if scope_of(unit) == Scope.SURVEY else "regional"
