"""Play the demo's complaints into a database that has the demo's organisation."""

from collections.abc import Callable, Sequence
from datetime import date

from complaints.models import Complaint
from organisations.calendar import current_calendar

from .plan import TOTAL, Story, plan
from .play import SOURCE, Player, settle_old_notices


def loaded() -> int:
    """How many of the demo's complaints are there."""
    return Complaint.objects.filter(source=SOURCE).count()


def among_others() -> bool:
    """Whether there are complaints, and none of them the demo's."""
    return not loaded() and Complaint.objects.exists()


def load_complaints(today: date, say: Callable[[str], None]) -> Sequence[Story]:
    """Play the stories that are missing, up to `today`. say: hears how far it is. Out: all stories."""
    stories = plan(today, current_calendar())
    player = Player(today)
    for done, story in enumerate(stories, start=1):
        player.play(story)
        if done % 50 == 0:
            say(f"{done} of {TOTAL} complaints")
    settle_old_notices(today)
    return stories
