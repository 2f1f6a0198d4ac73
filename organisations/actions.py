"""The only place that writes the tree."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

_REBUILD = """
INSERT INTO organisations_unitreach (above_id, unit_id, distance)
WITH RECURSIVE reach (above_id, unit_id, distance) AS (
    SELECT id, id, 0 FROM organisations_unit
    UNION
    SELECT link.parent_id, reach.unit_id, reach.distance + 1
    FROM reach JOIN organisations_unitlink link ON link.child_id = reach.above_id
    WHERE link.axis <> 'supervision' AND link.valid @> %s::date AND reach.distance < 20
)
SELECT above_id, unit_id, min(distance) FROM reach GROUP BY above_id, unit_id
"""


def rebuild_reach(*, on: date | None = None) -> int:
    """Flatten the trees as they stand on a day (default: today) into `UnitReach`.

    Called after every change of a link and once a night, for links begin and end by date. Out: the number of rows.
    """
    day = on or timezone.localdate()
    with transaction.atomic(), connection.cursor() as cursor:
        # One rebuild at a time; readers go on with the rows of before.
        cursor.execute("LOCK TABLE organisations_unitreach IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM organisations_unitreach")
        cursor.execute(_REBUILD, [day])
        rows = cursor.rowcount
        # With the statistics of before, the planner chooses badly for every list.
        cursor.execute("ANALYZE organisations_unitreach")
        return rows
