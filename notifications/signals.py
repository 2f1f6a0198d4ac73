"""What rows that are written elsewhere mean for notices: sockets hear at once who signs out or has a right less, and
whoever stands in for somebody is told so."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.choices import Topic
from notifications.events import Event, Facts, announce, register
from organisations.formats import write_date
from organisations.models import Holding, Leave, Post, User
from workflows.wakeups import About, wake


def connect() -> None:
    """Hear of ended sessions, of people, and of the posts they hold."""
    # Not `user_logged_out`: it is sent while the session is still there.
    post_delete.connect(_session_ended, Session)
    post_save.connect(_person_changed, User)
    for happened in (post_save, post_delete):
        happened.connect(_holding_changed, Holding)
    post_save.connect(_post_changed, Post)
    post_save.connect(_leave_entered, Leave)
    register(Event(STANDS_IN, Topic.HOUSE, _deputy, _stands_in, lambda _facts: reverse("leaves")))


def _session_ended(instance: Session, **_: Any) -> None:
    user = str(instance.get_decoded().get(SESSION_KEY, ""))
    if user.isdecimal():
        wake(About.RIGHTS, [int(user)])


def _person_changed(instance: User, created: bool, **_: Any) -> None:
    if not created:
        wake(About.RIGHTS, [instance.pk])


def _holding_changed(instance: Holding, **_: Any) -> None:
    wake(About.RIGHTS, [instance.user_id])


def _post_changed(instance: Post, created: bool, **_: Any) -> None:
    if not created:
        wake(About.RIGHTS, Holding.objects.filter(post=instance).values_list("user_id", flat=True))


# --- Standing in ------------------------------------------------------------------------------------------------------
STANDS_IN = "stands_in"


def _leave_entered(instance: Leave, created: bool, **_: Any) -> None:
    if created:
        announce(STANDS_IN, {"leave": instance.pk})


def _deputy(facts: Facts) -> list[User]:
    # A leave that was cancelled meanwhile is told to nobody.
    return list(User.objects.filter(stands_in=facts["leave"]))


def _stands_in(facts: Facts) -> str:
    leave = Leave.objects.select_related("user").get(pk=facts["leave"])
    assert leave.first_day is not None
    assert leave.last_day is not None
    words = {"name": leave.user, "first": write_date(leave.first_day), "last": write_date(leave.last_day)}
    return _("You stand in for %(name)s from %(first)s to %(last)s") % words
