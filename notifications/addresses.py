"""The e-mail address of a person: a new one holds once the link that was sent to it was opened by him."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notifications import shortlived
from organisations.formats import thai_numerals
from organisations.models import User

LINK_LIFE = timedelta(hours=1)
MOST_LINKS = 5
"""How many links a person can have sent within `LINK_LIFE`: ours is no engine to write to others with."""

_SALT = "notifications.addresses"


def ask_for(user: User, address: str) -> str | None:
    """Keep a new address until its link is opened. Out: the key for `mail_link`; None after too many links."""
    if shortlived.count(f"address {user.pk}", LINK_LIFE) > MOST_LINKS:
        return None
    key = shortlived.keep({"user": user.pk, "before": user.email, "address": address}, LINK_LIFE)
    shortlived.keep_under(_last(user), {"key": key}, LINK_LIFE)
    return key


def waiting_for(user: User) -> str:
    """The address to which his last link was sent, of its name only the first letter; "" when none is good."""
    last = shortlived.kept_under(_last(user))
    asked = shortlived.kept(last["key"]) if last else None
    if asked is None or asked["before"] != user.email:
        return ""
    name, _at, domain = asked["address"].rpartition("@")
    return f"{name[:1]}…@{domain}"


def mail_link(key: str) -> None:
    """Send the link to the address that is kept under a key; nothing after its hour. Raises what sending raises."""
    waiting = shortlived.kept(key)
    user = User.objects.filter(pk=waiting["user"], is_active=True).first() if waiting else None
    if waiting is None or user is None:
        return
    url = settings.SITE_URL + reverse("notice_address_link", args=[signing.dumps(key, salt=_SALT, compress=False)])
    with translation.override(user.language), thai_numerals(user.thai_numerals):
        text = render_to_string("notifications/address_link.txt", {"url": url})
        EmailMessage(_("Your address for notices"), text, to=[waiting["address"]]).send()


def confirm(user: User, token: str) -> bool:
    """Make the address of a link the one of `user`. Out: whether the link is good: signed by us, his own, not older
    than an hour, and his address has not changed since."""
    try:
        key = signing.loads(token, salt=_SALT, max_age=LINK_LIFE)
    except signing.BadSignature:
        return False
    waiting = shortlived.kept(key)
    if waiting is None or waiting["user"] != user.pk:
        return False
    shortlived.forget(key)
    return bool(User.objects.filter(pk=user.pk, email=waiting["before"]).update(email=waiting["address"]))


def _last(user: User) -> str:
    return f"last address link {user.pk}"


def remove(user: User) -> None:
    """Nothing goes to this person by e-mail any more."""
    User.objects.filter(pk=user.pk).update(email="")
