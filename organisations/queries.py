"""Who holds what, and what lies below it: the only reads of posts and the tree that pages and rules use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Leave, Post, Role, Unit, UnitLink, UnitReach, User

# Plain SQL, because every edge asks both: building such a query costs the ORM five times what PostgreSQL needs for it.
_HELD = """
SELECT post.id, post.unit_id, post.roles, holding.deputy
FROM organisations_holding holding JOIN organisations_post post ON post.id = holding.post_id
WHERE holding.user_id = %s AND holding.valid @> %s::date AND post.valid @> %s::date ORDER BY holding.id
"""
_ABOVE = "SELECT above_id, distance FROM organisations_unitreach WHERE unit_id = %s ORDER BY distance"

_REACH = "SELECT above_id, unit_id FROM organisations_unitreach WHERE above_id = ANY(%s) ORDER BY unit_id"


@dataclass(frozen=True)
class HeldPost:
    """A post somebody holds today: its unit, its roles, and whether he acts as deputy."""

    post_id: int
    unit_id: int
    roles: frozenset[str]
    deputy: bool


def held_posts(user: User, on: date | None = None) -> tuple[HeldPost, ...]:
    """The posts `user` holds on that day (default: today in Bangkok).

    Today's answer is kept on the user object, which lives as long as one request.
    """
    if on is None and (kept := vars(user).get("_held_posts")) is not None:
        return kept
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [user.pk, day, day])
        posts = tuple(HeldPost(post, unit, frozenset(roles), deputy) for post, unit, roles, deputy in cursor.fetchall())
    if on is None:
        vars(user)["_held_posts"] = posts
    return posts


def units_where(user: User, roles: Iterable[str] | None = None) -> frozenset[int]:
    """Ids of the units in which `user` holds a post today, with one of `roles` where they are named."""
    wanted = None if roles is None else set(roles)
    return frozenset(post.unit_id for post in held_posts(user) if wanted is None or post.roles & wanted)


def roles_of(user: User) -> frozenset[str]:
    """All roles of the posts `user` holds today."""
    return frozenset(role for post in held_posts(user) for role in post.roles)


def units_below(unit_ids: Iterable[int]) -> QuerySet[UnitReach, dict[str, int]]:
    """A subquery of the ids of these units and all that lies below them today, on either axis."""
    return UnitReach.objects.filter(above__in=list(unit_ids)).values("unit")


def units_at(code: str) -> QuerySet[UnitReach, dict[str, int]]:
    """A subquery of the ids of the unit of that code and all that lies below it today; of none for an unknown code."""
    return UnitReach.objects.filter(above__code=code).values("unit")


def reach_of(unit_ids: Iterable[int]) -> dict[int, list[int]]:
    """For each of these units its own id and those of all units below it today. One query."""
    units: dict[int, list[int]] = {unit: [] for unit in unit_ids}
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [sorted(units)])
        for above, unit in cursor.fetchall():
            units[above].append(unit)
    return units


def units_above(unit_id: int) -> dict[int, int]:
    """Ids of the unit itself and of all units above it today, each with its distance (0 is itself)."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [unit_id])
        return dict(cursor.fetchall())


def holders_of(unit_id: int, role: str) -> QuerySet[User]:
    """The active people who hold `role` in exactly this unit today."""
    today = timezone.localdate()
    return User.objects.filter(
        is_active=True,
        holdings__valid__contains=today,
        holdings__post__valid__contains=today,
        holdings__post__unit=unit_id,
        holdings__post__roles__contains=[role],
    ).distinct()


def open_units() -> QuerySet[Unit]:
    """Units that are not closed today, in Thai dictionary order."""
    today = timezone.localdate()
    return Unit.objects.filter(founded_on__lte=today).exclude(closed_on__lte=today)


def on_leave(user_ids: Iterable[int]) -> dict[int, Leave]:
    """The leave of those of these people who are away today, with who stands in; the others are not in the answer."""
    leaves = Leave.objects.filter(user__in=list(user_ids), valid__contains=timezone.localdate())
    return {leave.user_id: leave for leave in leaves.select_related("deputy")}


def leaves_ahead() -> QuerySet[Leave]:
    """Leaves that run or are to come, the next first."""
    ahead = Q(valid__endswith__gt=timezone.localdate()) | Q(valid__upper_inf=True)
    return Leave.objects.filter(ahead).select_related("user", "deputy").order_by("valid", "pk")


def substitutes_for(user: User) -> QuerySet[User]:
    """Who can stand in for `user`: whoever holds a post today with a role of one of his posts, or leads the unit, in
    the unit of that post or above it."""
    today = timezone.localdate()
    posts = Q(pk__in=[])
    for held in held_posts(user):
        posts |= Q(roles__overlap=[*held.roles, Role.HEAD], unit__in=list(units_above(held.unit_id)))
    fitting = Post.objects.filter(posts, valid__contains=today).values("pk")
    people = User.objects.filter(is_active=True, holdings__valid__contains=today, holdings__post__in=fitting)
    return people.exclude(pk=user.pk).distinct().order_by("name_th", "pk")


def people_led_by(head: User) -> QuerySet[User]:
    """The other people who hold a post today in a unit that `head` leads."""
    today = timezone.localdate()
    led = units_where(head, {Role.HEAD})
    people = User.objects.filter(
        is_active=True,
        holdings__valid__contains=today,
        holdings__post__valid__contains=today,
        holdings__post__unit__in=led,
    )
    return people.exclude(pk=head.pk).distinct().order_by("name_th", "pk")


def units_around(unit: Unit | None, among: QuerySet[Unit]) -> list[Unit]:
    """The units of `among` by which a page leads up and down the tree: those above `unit`, itself, and those directly
    below it; without a unit the topmost. Two queries at most."""
    if unit is None:
        below = UnitReach.objects.filter(distance__gt=0)
        return list(among.exclude(pk__in=below.values("unit")))
    above = UnitReach.objects.filter(unit=unit).values("above")
    children = UnitReach.objects.filter(above=unit, distance=1).values("unit")
    return list(among.filter(Q(pk__in=above) | Q(pk__in=children) | Q(pk=unit.pk)))


def heir_of(unit: Unit, on: date | None = None) -> Unit | None:
    """The unit that takes over from one that is closed on that day (default: today): whom it names, and so on until one
    is open; where one names none, the unit it stood under (line before area before supervision) on its last day.

    None where there is nobody, and for a unit that is not closed.
    """
    day, seen = on or timezone.localdate(), set[int]()
    heir: Unit | None = unit
    while heir is not None and heir.is_closed(day) and heir.pk not in seen:
        seen.add(heir.pk)
        heir = heir.successor or _stood_under(heir)
    return heir if heir is not None and heir.pk != unit.pk and heir.pk not in seen else None


def _stood_under(unit: Unit) -> Unit | None:
    assert unit.closed_on is not None
    links = UnitLink.objects.filter(child=unit, valid__contains=unit.closed_on - timedelta(days=1))
    order = list(UnitLink.Axis.values)
    above = sorted(links.select_related("parent__successor"), key=lambda link: order.index(link.axis))
    return above[0].parent if above else None
