"""Write the demo's units, links, people and posts. Safe to repeat: what is there stays as it is."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from organisations.actions import rebuild_reach
from organisations.models import Holding, Post, Role, Unit, UnitLink, User

from .absences import load_absences
from .beyond import units_beyond
from .people import PASSWORD, PEOPLE, POSTS
from .units import UNITS as UNITS_OF_NAN

UNITS = (*UNITS_OF_NAN, *units_beyond())
_LONG_HELD = 730
_POSTS_SINCE = date(2015, 10, 1)


@transaction.atomic
def load_organisation(today: date) -> None:
    """Add whatever of the demo's organisation is missing.

    today: the day from which changes of hands count back.
    """
    units = _load_units()
    _load_links(units)
    users = _load_people()
    _load_posts(units, users, today)
    load_absences(users, today)
    rebuild_reach(on=today)


def begun_on() -> date | None:
    """The day on which the demo in this database stands, for an interrupted load goes on with it. None: not begun."""
    change = next(post for post in POSTS if post.held_from is not None)
    holding = Holding.objects.filter(user__username=change.username, post__title_th=change.title_th).first()
    if holding is None or change.held_from is None:
        return None
    return holding.valid.lower + timedelta(days=change.held_from)  # type: ignore[no-any-return]


def _load_units() -> dict[str, Unit]:
    units = {}
    for row in UNITS:
        units[row.code], _ = Unit.objects.get_or_create(
            code=row.code,
            defaults={
                "name_th": row.name_th,
                "name_en": row.name_en,
                "kind": row.kind,
                "area_code": row.area_code,
                "founded_on": row.founded_on,
                "closed_on": row.closed_on,
            },
        )
    return units


def _load_links(units: dict[str, Unit]) -> None:
    for row in UNITS:
        for link in row.links:
            UnitLink.objects.get_or_create(
                axis=link.axis,
                child=units[row.code],
                parent=units[link.parent],
                defaults={"valid": DateRange(link.start or row.founded_on, link.end)},
            )


def _load_people() -> dict[str, User]:
    # One hash for all: the password is public, and a hundred slow hashes would take a minute.
    hashed = make_password(PASSWORD)
    administrators = {post.username for post in POSTS if Role.ADMINISTRATOR in post.roles}
    User.objects.bulk_create(
        [
            User(
                username=person.username,
                name_th=person.name_th,
                name_en=person.name_en,
                is_active=person.active,
                is_staff=person.username in administrators,
                password=hashed,
            )
            for person in PEOPLE
        ],
        ignore_conflicts=True,
    )
    names = [person.username for person in PEOPLE]
    return {user.username: user for user in User.objects.filter(username__in=names)}


def _load_posts(units: dict[str, Unit], users: dict[str, User], today: date) -> None:
    if Holding.objects.filter(user__in=users.values()).exists():
        return
    posts: dict[tuple[str, str, tuple[str, ...]], Post] = {}
    for row in POSTS:
        seat = (row.unit, row.title_th, tuple(row.roles))
        # Colleagues of one title have a post each; a successor and a deputy stand in the one that exists.
        joins = seat in posts and (row.deputy or row.held_from is not None or row.held_until is not None)
        if not joins:
            posts[seat] = Post.objects.create(
                unit=units[row.unit],
                title_th=row.title_th,
                title_en=row.title_en,
                roles=list(row.roles),
                valid=DateRange(_POSTS_SINCE, None),
            )
        since = today - timedelta(days=_LONG_HELD if row.held_from is None else row.held_from)
        until = None if row.held_until is None else today - timedelta(days=row.held_until)
        Holding.objects.create(
            post=posts[seat], user=users[row.username], deputy=row.deputy, valid=DateRange(since, until)
        )
