"""What a person may do with a draw now, what comes next, and how its story is told."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.formats import digits, write_moment
from procurement.draws.words import in_groups, quarter_words
from procurement.forms.draw import FORMS
from procurement.models import DrawCase, Note
from procurement.states import draw as law
from workflows.casepages.access import Addresses
from workflows.casepages.panel import Action, NextStep, Panel, first_deadline
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.models import Clock, LedgerEntry

ADDRESSES = Addresses(case="draw", take="draw_take", lists="draws", file="draw_file")
PANEL = Panel(
    law.GRAPH,
    FORMS,
    ADDRESSES,
    left_out=frozenset({"not_the_holder", "running_clock"}),
    grave=frozenset({"annul"}),
    last=frozenset({"extend", "take_over", "note", "attach", "annul"}),
)


def next_step(case: DrawCase, actions: list[Action], running: list[Clock]) -> NextStep:
    """What is next in this draw. actions: what the reader may do; running: its clocks that run."""
    draw = case.draw
    if case.state == law.ANNULLED:
        return NextStep(_("Nothing more; this draw does not stand"))
    if case.state == law.DRAWN:
        return NextStep(_("Nothing more; seats of the quarter are filled along its order"))
    takes = {action.edge for action in actions if not action.reason}
    turn = str(case.holder) if case.holder else _("the procurement staff of %(unit)s") % {"unit": case.unit}
    if draw.seed_known_at > timezone.now():
        what = _("Wait for the public value, known from %(moment)s") % {"moment": write_moment(draw.seed_known_at)}
        return NextStep(what, turn, case.next_due, first_deadline(case, running))
    what = _("Enter the public value and draw")
    return NextStep(what, turn, case.next_due, first_deadline(case, running), mine="hold_draw" in takes)


def heading(case: DrawCase) -> dict[str, Any]:
    """What the identity bar shows."""
    draw = case.draw
    words = {"unit": case.unit, "quarter": quarter_words(draw.fiscal_year, draw.quarter)}
    return {
        "title": _("Draw of %(unit)s, %(quarter)s") % words,
        "facts": [
            (_("Unit"), case.unit),
            (_("Way of drawing"), draw.get_algorithm_display()),
            (_("Seats expected"), digits(draw.size)),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }


class ReferredByDraw(Referred):
    """Notes; what else there is to say stands in the facts themselves."""

    rows_of = (("note", Note),)

    def line(self, row: Any) -> str:
        """The text of a note."""
        text: str = row.text
        return text

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """The digest that was announced, the value that was entered."""
        yield from super().words(entry)
        facts = self.facts[entry.pk]
        if entry.verb == "announce":
            yield _("%(people)s people in the list. Digest: %(digest)s") % {
                "people": digits(facts.get("people", "")),
                "digest": in_groups(facts.get("digest", "")),
            }
        if entry.verb == "hold_draw":
            yield _("Value: %(value)s") % {"value": facts.get("seed", {}).get("text", "")}


class DrawTimeline(Timeline):
    graph = law.GRAPH
    addresses = ADDRESSES
    told = {
        "announce": Told(gettext_lazy("Draw announced"), "calendar", "accent", "steps"),
        "hold_draw": Told(gettext_lazy("Drawn"), "check-circle", "well", "steps"),
        "annul": Told(gettext_lazy("Draw annulled"), "declined", "late", "steps"),
        "note": Told(gettext_lazy("Note"), "edit"),
        "attach": Told(gettext_lazy("Files attached"), "file", "", "files"),
    }
    tabs = {"all": gettext_lazy("All"), "steps": gettext_lazy("Steps"), "files": gettext_lazy("Files")}
    referred = ReferredByDraw


TIMELINE = DrawTimeline()
