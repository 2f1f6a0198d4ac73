"""How many of a drawn order are left for the seats of a committee, and which draw that is."""

from dataclasses import dataclass
from datetime import date

from procurement.models import Committee, Draw

from .line import bars_of, draw_for

MOST = 200
"""Lines that are looked at: more are not counted, for nobody needs to know whether 200 or 400 are left."""


@dataclass(frozen=True)
class Remaining:
    """What is left of a draw. count: of the first `MOST` lines those whom nothing bars; more: whether there are other
    lines, which were not looked at."""

    draw: Draw
    count: int
    more: bool


def remaining(committee: Committee, day: date) -> Remaining | None:
    """What the draw of the quarter has left for `committee` on `day`; None when there is no draw. Ten queries or so,
    however long the order."""
    draw = draw_for(committee.case.unit_id, day)
    if draw is None:
        return None
    lines = list(draw.entries.filter(rank__isnull=False).select_related("person").order_by("rank")[: MOST + 1])
    bars = bars_of(committee, [line.person for line in lines[:MOST]], day)
    return Remaining(draw, sum(not found for found in bars.values()), len(lines) > MOST)
