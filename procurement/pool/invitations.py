"""Invitations to the pool: a signed link for one unit and, where it goes to one, for a community or network.

Nothing is stored. Who forwards the link invites with it; it says how an applicant came, and gives no right.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core import signing

from organisations.models import Unit
from organisations.queries import open_units

_SALT = "procurement/invitation to the pool"


@dataclass(frozen=True)
class Invitation:
    """Whom a link invites. last_day: on which it is good."""

    unit: Unit
    network: str
    last_day: date


class InvitationOver(Exception):
    """The link is not one of ours, its time is over, or its unit is closed."""


def make_invitation(*, unit: Unit, network: str, today: date, days: int) -> str:
    """The text behind `invited=` in the link. days: how long it is good, today included."""
    last = today + timedelta(days=days - 1)
    return signing.dumps({"u": unit.code, "n": network.strip(), "d": last.isoformat()}, salt=_SALT, compress=True)


def read_invitation(token: str, today: date) -> Invitation:
    """Whom the link invites. Raises InvitationOver."""
    try:
        data = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise InvitationOver from None
    last = date.fromisoformat(data["d"])
    unit = open_units().filter(code=data["u"]).first()
    if unit is None or today > last:
        raise InvitationOver
    return Invitation(unit, data["n"], last)
