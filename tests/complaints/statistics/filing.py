"""Complaints that came in, moved and ended on days of 2026, for the tests of statistics."""

from datetime import date, datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from complaints.receipts import new_receipt
from complaints.statistics.figures import Figures
from complaints.statistics.periods import Period, month_of
from complaints.statistics.reading import tallies_of
from organisations.models import User
from tests.support.world import World
from workflows.actors import Actor
from workflows.models import Case, Clock
from workflows.transitions import open_case, perform

ZONE = timezone.get_default_timezone()
OCTOBER = month_of(date(2026, 10, 1))
SEPTEMBER, NOVEMBER = OCTOBER.before(), OCTOBER.after()
NOVEMBER_2 = date(2026, 11, 2)  # a Monday: the first working day


def moment(day: int, month: int = 10, hour: int = 10) -> datetime:
    """A moment of 2026 at the office."""
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def filed(world: World, at: datetime, **facts: Any) -> Case:
    """A complaint that came in at that moment."""
    facts = {"statement": "ไฟดับ", "channel": "website", "kind": world.ordinary, "receipt": new_receipt()} | facts
    return open_case(
        "complaint", "register", Actor.complainant(), unit=facts.pop("unit", world.district), at=at, **facts
    )


def do(case: Case, edge: str, user: User, at: datetime, **facts: Any) -> Case:
    """An edge that was taken at that moment."""
    return perform(case, edge, Actor.person(user), at=at, **facts)


def investigated(world: World, came: datetime, **facts: Any) -> Case:
    """A complaint that came in and is being investigated since the same day."""
    case = do(filed(world, came, **facts), "start_screening", world.screener, came)
    case = do(case, "accept", world.screener, came, kind=world.ordinary, unit=world.district)
    return do(case, "assign", world.head, came, to=world.officer)


def closed(world: World, came: datetime, ended: datetime, decision: str = "decide_unfounded", **facts: Any) -> Case:
    """A complaint that came in, was investigated, and closed. A review can still be asked for."""
    case = investigated(world, came, **facts)
    case = do(case, "submit_finding", world.officer, came, outcome="founded", reasons="พบจริง", evidence="ภาพถ่าย")
    case = do(case, decision, world.approver, came, reply="ตรวจสอบแล้ว")
    Clock.objects.filter(case=case.pk, code="objection").update(due_on=date(2999, 1, 1))
    return do(case, "close", world.officer, ended, evidence="ภาพถ่าย")


def protected(world: World, at: datetime) -> Case:
    """A complaint about corruption."""
    return filed(world, at, kind=world.corruption)


def figures_of(period: Period) -> dict[int, Figures]:
    """The figures of every unit of which there is something to tell, by its id."""
    found = {unit: tally.figures(period) for unit, tally in tallies_of(period).items()}
    return {unit: figures for unit, figures in found.items() if figures}


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
