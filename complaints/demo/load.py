"""Play the demo's complaints into a database that has the demo's organisation."""

from collections.abc import Callable, Sequence
from datetime import date

from complaints.models import Complaint
from organisations.calendar import current_calendar

from .beside import answer_surveys, hand_back, load_questions, load_what_is_over
from .beyond import plan_beyond
from .letters import begin_series, load_letterhead
from .plan import TOTAL, Story, plan
from .play import SOURCE, Player, settle_old_notices


def loaded() -> int:
    """How many of the demo's complaints are there."""
    return Complaint.objects.filter(source=SOURCE).count()


def among_others() -> bool:
    """Whether there are complaints, and none of them the demo's."""
    return not loaded() and Complaint.objects.exists()


def load_complaints(today: date, say: Callable[[str], None]) -> Sequence[Story]:
    """Play the stories that are missing, up to `today`, and what stands beside them. Out: all stories.

    say: hears how far it is.
    """
    calendar = current_calendar()
    stories = plan(today, calendar)
    load_letterhead()
    player = Player(today)
    for done, story in enumerate(stories, start=1):
        player.play(story)
        if done % 50 == 0:
            say(f"{done} of {TOTAL} complaints")
    beyond = plan_beyond(today, calendar)
    for story in beyond:
        player.play(story)
    say(f"{len(beyond)} complaints in other provinces")
    begin_series(today)
    hand_back(today)
    load_what_is_over(today)
    answer_surveys(stories, today)
    load_questions(today, calendar)
    settle_old_notices(today)
    return stories
