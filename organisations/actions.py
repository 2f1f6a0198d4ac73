"""The only place that writes the tree, who is on leave, who leaves the service, and where posts are vacant."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils import timezone

from organisations.models import Holding, Leave, User, Vacancy
from organisations.signals import staff_changed

_EXCLUSION_VIOLATION = "23P01"

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


class LeaveOverlaps(Exception):
    """The person is on leave already on one of these days."""


def enter_leave(*, user: User, deputy: User, first_day: date, last_day: date) -> Leave:
    """Write that `user` is away from one day to the other, both included, and that `deputy` stands in.

    Raises LeaveOverlaps: a person has one leave a day, and so one deputy.
    """
    try:
        with transaction.atomic():
            valid = DateRange(first_day, last_day + timedelta(days=1))
            return Leave.objects.create(user=user, deputy=deputy, valid=valid)
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == _EXCLUSION_VIOLATION:
            raise LeaveOverlaps from error
        raise


@transaction.atomic
def cancel_leave(leave: Leave) -> None:
    """End a leave with yesterday; one that has not begun before today never was. What has ended stays as it is."""
    today = timezone.localdate()
    locked = Leave.objects.select_for_update().filter(pk=leave.pk).first()
    if locked is None or (locked.valid.upper is not None and locked.valid.upper <= today):
        return
    if locked.first_day >= today:
        locked.delete()
        return
    locked.valid = DateRange(locked.first_day, today)
    locked.save(update_fields=["valid"])


@transaction.atomic
def plan_leaving(user: User, last_day: date | None) -> None:
    """Write on which day somebody leaves the service; None: he stays. A day that has passed closes the account now."""
    user.last_day = last_day
    user.save(update_fields=["last_day"])
    if last_day is not None and last_day < timezone.localdate():
        end_services()


@transaction.atomic
def end_services(today: date | None = None) -> list[int]:
    """Close the accounts of all whose last day has passed, and end what they held with it. Out: their keys.

    Nothing holds anybody back: what he had in hand goes back to his unit (`staff_changed`).
    """
    day = today or timezone.localdate()
    gone = list(User.objects.select_for_update().filter(is_active=True, last_day__lt=day).order_by("pk"))
    for user in gone:
        assert user.last_day is not None  # what the query asked for
        until = user.last_day + timedelta(days=1)
        held = Holding.objects.filter(Q(valid__endswith__gt=until) | Q(valid__upper_inf=True), user=user)
        held.filter(valid__startswith__gte=until).delete()  # a post he was to take up later
        for holding in held:
            holding.valid = DateRange(holding.valid.lower, until)
            holding.save(update_fields=["valid"])
        user.is_active = False
        user.save(update_fields=["is_active"])
    keys = [user.pk for user in gone]
    if keys:
        staff_changed.send(sender=None, users=frozenset(keys))
    return keys


@transaction.atomic
def note_vacancies(found: Iterable[tuple[int, str]]) -> list[Vacancy]:
    """Write which vacancies there are now, as (unit, role), and forget those that are filled. Out: the new ones."""
    wanted = set(found)
    kept = {(row.unit_id, row.role): row for row in Vacancy.objects.select_for_update()}
    Vacancy.objects.filter(pk__in=[row.pk for key, row in kept.items() if key not in wanted]).delete()
    return [Vacancy.objects.create(unit_id=unit, role=role) for unit, role in sorted(wanted - set(kept))]
