"""Who of the demo is away, who is going to leave the service, and who has left it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from organisations.actions import enter_leave, plan_leaving
from organisations.models import Leave, User

from .clock import as_of
from .people import AWAY, LEAVING, LEFT, LEFT_DAYS_AGO, STANDS_IN

_AWAY_SINCE, _AWAY_UNTIL, _LEAVES_IN = 2, 5, 10


def load_absences(users: Mapping[str, User], today: date) -> None:
    """Enter the leave that runs on `today`, and the last day of who is going to leave. Safe to repeat.

    users: the demo's people by their user names.
    """
    away, leaving = users[AWAY], users[LEAVING]
    if not Leave.objects.filter(user=away).exists():
        first_day, last_day = today - timedelta(days=_AWAY_SINCE), today + timedelta(days=_AWAY_UNTIL)
        enter_leave(user=away, deputy=users[STANDS_IN], first_day=first_day, last_day=last_day)
    if leaving.last_day is None:
        with as_of(_moment(today, time(8))):
            plan_leaving(leaving, today + timedelta(days=_LEAVES_IN))


def let_go(today: date) -> tuple[User, datetime] | None:
    """Close the account of who has left, as the night after his last day would have: he, and that moment.

    None where it is closed. What he had in hand is for the caller, at that moment.
    """
    user = User.objects.get(username=LEFT)
    if not user.is_active:
        return None
    moment = _moment(today - timedelta(days=LEFT_DAYS_AGO), time(0, 7))
    with as_of(moment):
        plan_leaving(user, moment.date() - timedelta(days=1))
    return user, moment


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, timezone.get_default_timezone())
