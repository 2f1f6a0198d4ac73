"""Take every step of a story through the product's own actions, at the moment it happened."""

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import F

from complaints.models import Complaint, ComplaintCase, ComplaintKind, DeclineGround
from complaints.receipts import ALPHABET, LOOKUP_LENGTH, SECRET_LENGTH, Receipt
from organisations.demo.clock import as_of
from organisations.models import Unit, User
from workflows.actors import TIMER as THE_TIMER
from workflows.actors import Actor
from workflows.files import Checked
from workflows.models import Clock, OutboxRow
from workflows.transitions import open_case, perform

from .pictures import picture
from .plan import SEED, Story
from .story import BANGKOK, COMPLAINANT, TIMER, Act

SOURCE = "demo"
_JUST_AFTER_MIDNIGHT = time(0, 20)


def receipt_of(number: str) -> Receipt:
    """The receipt of a demo complaint, the same in every installation so that anyone can try following one.

    That it can be guessed is why the demo is refused where the settings are those of production.
    """
    rng = random.Random(f"{SEED}/{number}")  # noqa: S311 - said above
    signs = "".join(rng.choices(ALPHABET, k=LOOKUP_LENGTH + SECRET_LENGTH))
    return Receipt(signs[:LOOKUP_LENGTH], signs[LOOKUP_LENGTH:])


class Player:
    """Plays stories into the database. What it needs again and again it reads once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._units = {unit.code: unit for unit in Unit.objects.all()}
        self._kinds = {kind.code: kind for kind in ComplaintKind.objects.all()}
        self._grounds = {ground.code: ground for ground in DeclineGround.objects.all()}

    def play(self, story: Story) -> ComplaintCase:
        """Play one story whole or not at all; one that was played is left as it is."""
        played = Complaint.objects.filter(source=SOURCE, source_number=story.number).select_related("case").first()
        if played:
            return played.case
        # Read anew for each story, for a user keeps the posts of the day on which he was first asked.
        names = {act.by for act in story.acts} - {COMPLAINANT, TIMER}
        people = {user.username: user for user in User.objects.filter(username__in=names | _named(story))}
        with transaction.atomic():
            case = self._open(story, people)
            for act in story.acts[1:]:
                case = self._take(act, case, people)
            return self._end_window(case)

    def _open(self, story: Story, people: Mapping[str, User]) -> ComplaintCase:
        act = story.acts[0]
        facts = {**act.facts, "source": SOURCE, "source_number": story.number, "receipt": receipt_of(story.number)}
        facts["kind"] = self._kinds[facts["kind"]] if facts["kind"] else None
        if (before := facts.pop("days_before", None)) is not None:
            facts["received_on"] = act.at.date() - timedelta(days=before)
        facts |= _files(story.number, facts.pop("pictures", 0), mended=False)
        actor = Actor.complainant() if act.by == COMPLAINANT else Actor.person(people[act.by])
        with as_of(act.at):
            return cast("ComplaintCase", open_case("complaint", act.edge, actor, unit=self._units[story.unit], **facts))

    def _take(self, act: Act, case: ComplaintCase, people: Mapping[str, User]) -> ComplaintCase:
        at = act.at
        if act.by == TIMER:
            actor, at = THE_TIMER, self._window_end(case) or at
        elif act.by == COMPLAINANT:
            actor = Actor.complainant(case)
        else:
            # The posts of that day, not those of the step before.
            people[act.by].__dict__.pop("_held_posts", None)
            actor = Actor.person(people[act.by])
        facts = self._facts(act, case, people)
        facts |= _files(act.at.isoformat(), facts.pop("pictures", 0), mended=True)
        with as_of(at):
            return cast("ComplaintCase", perform(case, act.edge, actor, **facts))

    def _facts(self, act: Act, case: ComplaintCase, people: Mapping[str, User]) -> dict[str, Any]:
        """The facts of an act with the rows that the story only names."""
        find: dict[str, Callable[[Any], Any]] = {
            "kind": lambda code: self._kinds[code],
            "unit": lambda code: self._units[code],
            "ground": lambda code: self._grounds[code],
            "to": lambda name: people[name],
            "clock": lambda code: case.clocks.filter(code=code, stopped_on=None).get(),
            "measure": lambda _: case.measures.filter(done_at=None).first(),
            "reply_seen": lambda _: case.replies.order_by("pk").values_list("pk", flat=True).last(),
            "measures": lambda rows: [self._measure(row, act.at, people) for row in rows],
        }
        return {name: find[name](value) if name in find else value for name, value in act.facts.items()}

    def _measure(self, row: Mapping[str, Any], at: datetime, people: Mapping[str, User]) -> dict[str, Any]:
        due_on = at.date() + timedelta(days=row["due_in"])
        return {"kind": row["kind"], "text": row["text"], "owner": people[row["owner"]], "due_on": due_on}

    def _window_end(self, case: ComplaintCase) -> datetime | None:
        """The first minutes of the day after the objection window, when the job would have come by."""
        clock = Clock.objects.filter(case=case.pk, code="objection", stopped_on=None).first()
        if clock is None or clock.due_on is None:
            return None
        return datetime.combine(clock.due_on + timedelta(days=1), _JUST_AFTER_MIDNIGHT, BANGKOK)

    def _end_window(self, case: ComplaintCase) -> ComplaintCase:
        """A window that ended before today has been ended by the clock."""
        end = self._window_end(case)
        if end is None or end.date() >= self.today or case.is_open:
            return case
        with as_of(end):
            return cast("ComplaintCase", perform(case, "window_ended", THE_TIMER))


def _named(story: Story) -> set[str]:
    """User names that stand in the facts of a story."""
    return {
        name
        for act in story.acts
        for name in (act.facts.get("to"), *(measure["owner"] for measure in act.facts.get("measures", ())))
        if name
    }


def _files(seed: str, count: int, *, mended: bool) -> dict[str, list[Checked]]:
    """So many pictures, the same for the same seed, as the fact of an act; nothing where there are none."""
    rng = random.Random(seed)  # noqa: S311 - made-up pictures
    name = "หลังดำเนินการ" if mended else "จุดที่แจ้ง"
    pictures = [picture(f"{name} {number}", rng, mended=mended) for number in range(1, count + 1)]
    return {"files": pictures} if pictures else {}


def settle_old_notices(today: date) -> int:
    """What happened before the last week was told long ago: the relay does not tell it again. Out: how many rows."""
    last_week = datetime.combine(today - timedelta(days=7), time.min, BANGKOK)
    return OutboxRow.objects.filter(case__complaint__source=SOURCE, at__lt=last_week, relayed_at=None).update(
        relayed_at=F("at")
    )
