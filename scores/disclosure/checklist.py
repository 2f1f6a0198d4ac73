"""The disclosure checklist (OIT) of a unit and year: which item is satisfied by which public page, looked up now."""

from dataclasses import dataclass

from organisations.models import Unit
from scores.in_force import rubric_for
from scores.rubric_form import Rubric
from scores.rubric_parts import Criterion
from workflows.metrics import Span, figures_of

from .pages import address_of

FAMILY = "oit"


@dataclass(frozen=True)
class Item:
    """An item. page: the address (without host) of the page that satisfies it, "" where there is none yet. met: whether
    the page has something to show of this unit and year; None where nothing computes it."""

    criterion: Criterion
    page: str
    met: bool | None


@dataclass(frozen=True)
class Checklist:
    """All items of the rubric that holds for the year."""

    rubric: Rubric
    items: list[Item]

    @property
    def met(self) -> int:
        """How many are satisfied."""
        return sum(item.met is True for item in self.items)


def checklist_of(unit: Unit, year: int) -> Checklist:
    """The checklist as it stands now, of a year that is over as its last day ended. Raises LookupError where no rubric
    holds for the year."""
    rubric = rubric_for(FAMILY, year)
    figures = figures_of([unit.pk], rubric.metrics, Span.of_year(year))[unit.pk]
    items = []
    for criterion in rubric.criteria:
        asked = [figures.get(ask.metric) for ask in criterion.asks]
        met = None if not asked or None in asked else all(asked)
        items.append(Item(criterion, address_of(criterion.page or "", unit, year), met))
    return Checklist(rubric, items)
