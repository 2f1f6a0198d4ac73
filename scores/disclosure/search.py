"""Search in what is published: agencies, plan activities, purchases, scores. Never a case of a person."""

from dataclasses import dataclass, field

from organisations.models import Unit
from organisations.queries import open_units
from procurement.models import Activity, Purchase
from procurement.published import MOST_FOUND, find
from procurement.published_lists import find_activities
from scores.models import Snapshot
from scores.published import scores
from workflows.search import SHORTEST, clean


@dataclass(frozen=True)
class Found:
    """What was found, of each at most `MOST_FOUND`. too_short: fewer letters than a search needs."""

    text: str
    too_short: bool = False
    units: list[Unit] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    scores: list[Snapshot] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.units or self.activities or self.purchases or self.scores)


def search(text: str) -> Found:
    """Everything published whose name contains `text`; scores by the name of their agency. Six queries."""
    wanted = clean(text)
    if len(wanted) < SHORTEST:
        return Found(wanted, too_short=bool(wanted))
    # Units are some thousands at most, so a LIKE alone finds them.
    named = open_units().filter(name_th__icontains=wanted) | open_units().filter(name_en__icontains=wanted)
    units = list(named[:MOST_FOUND])
    of_units = list(scores().filter(unit__in=units)[:MOST_FOUND]) if units else []
    return Found(wanted, False, units, find_activities(wanted), find(text), of_units)
