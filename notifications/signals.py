"""Sockets hear of it at once when somebody signs out or has a right less."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save

from organisations.models import Holding, Post, User
from workflows.wakeups import About, wake


def connect() -> None:
    """Hear of ended sessions, of people, and of the posts they hold."""
    # Not `user_logged_out`: it is sent while the session is still there.
    post_delete.connect(_session_ended, Session)
    post_save.connect(_person_changed, User)
    for happened in (post_save, post_delete):
        happened.connect(_holding_changed, Holding)
    post_save.connect(_post_changed, Post)


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
