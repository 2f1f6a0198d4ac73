"""Guards that kinds of cases share."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflows.actors import Actor
from workflows.graph import Text, given, needs
from workflows.models import Case

Facts = Mapping[str, Any] | None

text = given("text", _("a text"), "text", _("Write the text."))
reasons = given("reasons", _("reasons"), "reasons", _("Give the reasons."))
file = given("file", _("a file"), "files", _("Choose a file."))
successor = given("successor", _("the unit that follows"), "unit", _("No unit was named."))


@needs(_("the day"))
def day(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The day on which it happened (`on`), not one to come."""
    if facts is None:
        return None
    if not facts.get("on"):
        return _("Say on which day.")
    return _("This day has not come yet.") if facts["on"] > timezone.localdate() else None


@needs(_("a file that somebody else has"))
def not_the_holder(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Takes over what a colleague has in hand."""
    assert actor.user is not None
    return _("You have it already.") if case.holder_id == actor.user.pk else None


@needs(_("a running deadline"))
def running_clock(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A duty of this case that runs."""
    running = case.clocks.filter(stopped_on=None, duty=True)
    if facts is None:
        return None if running.exists() else _("No deadline is running.")
    chosen = facts.get("clock")
    return None if chosen and running.filter(pk=chosen.pk).exists() else _("Choose a deadline that is running.")


@needs(_("a number of days"))
def days(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One day or more."""
    if facts is None or (isinstance(facts.get("days"), int) and facts["days"] > 0):
        return None
    return _("Say by how many days.")
