"""Whether news gets through: for monitoring, and for the administrators, who are told once of each outage."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import service
from notifications.backoff import MOST_FAILURES
from notifications.choices import Topic
from notifications.events import Event, Facts, announce, register
from notifications.models import Delivery, RoadState
from notifications.roads import REFUSED_ADDRESS
from organisations.models import Role, User
from workflows import scanning

ROAD_DOWN = "road_down"
OLDEST = timedelta(minutes=5)
"""News that has waited longer for the relay means that none is at work."""
OUTAGE = timedelta(minutes=15)
"""How long a road may be down before administrators are told."""
DEAD_SINCE = timedelta(days=1)
"""Messages that could not be delivered in this time make a road unwell; who looked at older ones has seen them."""


def health() -> tuple[dict[str, Any], bool]:
    """What monitoring reads, without names or addresses, and whether all is well.

    `outbox_waiting` rows (counted to 10,000), `oldest_seconds` of the first of them, `outbox_given_up`; of each road
    `waiting`, `oldest_seconds`, `dead`, `dead_since_yesterday`, `failures` in a row, `shut` (nothing is tried now);
    `scanner`: "not set up", "well" or "away". Unwell: a row older than `OLDEST`, one given up, a message that died
    since yesterday, a road that is down, or a virus scanner that is away.
    """
    now = timezone.now()
    first = service.untold().values_list("at", flat=True).first()
    oldest = (now - first).total_seconds() if first else 0.0
    given_up = service.count(service.given_up()).number
    roads, well = {}, oldest <= OLDEST.total_seconds() and not given_up
    for road in service.reports():
        died = _died(road.gate)
        roads[road.gate] = {
            "waiting": road.waiting.number,
            "oldest_seconds": int((now - road.oldest).total_seconds()) if road.oldest else 0,
            "dead": road.dead.number,
            "dead_since_yesterday": died,
            "failures": road.state.failures,
            "shut": road.shut_until is not None,
        }
        well = well and not died and not road.fails
    waiting = service.count(service.untold()).number
    found = {
        "outbox_waiting": waiting,
        "oldest_seconds": int(oldest),
        "outbox_given_up": given_up,
        "roads": roads,
        "scanner": scanning.state(),
    }
    return found, well and found["scanner"] != scanning.State.AWAY


def _died(gate: str) -> bool:
    # An address that is refused is the recipient's affair: anybody may leave a wrong one.
    dead = service.of_gate(gate).filter(state=Delivery.State.DEAD).exclude(reason__startswith=REFUSED_ADDRESS)
    return dead.filter(ended_at__gte=timezone.now() - DEAD_SINCE).exists()


# --- Outages ----------------------------------------------------------------------------------------------------------
def tell_of_outages() -> list[str]:
    """Tell the administrators of each road that has been down for `OUTAGE`, or on which messages died since yesterday:
    once, and again only after the road was well in between. Out: the roads that were told of."""
    return [gate for gate in service.gates() if _tell_of(gate)]


def _tell_of(gate: str) -> bool:
    now = timezone.now()
    with transaction.atomic():
        # Locked, so that of two workers one tells it.
        state = RoadState.objects.select_for_update().filter(road=gate).first()
        if state is None:
            return False
        down = state.failures >= MOST_FAILURES or (state.open_until is not None and state.open_until > now)
        state.down_since = (state.down_since or now) if down else None
        why = "down" if state.down_since and state.down_since <= now - OUTAGE else "dead" if _died(gate) else ""
        telling = bool(why) and state.told_at is None
        if telling:
            announce(ROAD_DOWN, {"road": gate, "why": why})
            state.told_at = now
        elif not why and not down:
            state.told_at = None
        state.save(update_fields=["down_since", "told_at"])
    return telling


def _sentence(facts: Facts) -> str:
    words = {"road": service.gates().get(facts["road"], facts["road"])}
    if facts["why"] == "down":
        return _("%(road)s has not worked for 15 minutes: its messages wait") % words
    return _("%(road)s: messages could not be delivered") % words


def administrators() -> Iterable[User]:
    """Who keeps this installation today."""
    today = timezone.localdate()
    posts = User.objects.filter(
        holdings__valid__contains=today,
        holdings__post__valid__contains=today,
        holdings__post__roles__contains=[Role.ADMINISTRATOR],
    )
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=posts.values("pk")), is_active=True).order_by("pk")


def connect() -> None:
    """Make the event known; called from AppConfig.ready()."""
    register(
        Event(ROAD_DOWN, Topic.HOUSE, lambda _facts: administrators(), _sentence, lambda _facts: reverse("service"))
    )
