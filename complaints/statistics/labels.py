"""The words of the figures, in the language of the page, in a fixed order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.models import Complaint, ComplaintKind
from complaints.models.handling import Outcome
from complaints.states import CLOSED, GRAPH, MERGED
from workflows.drawing import clock_codes
from workflows.graph import Text
from workflows.models import ClockRule

from .figures import UNDECIDED
from .histories import ANSWERED, DISCONTINUED, FLOWS, MOVED

FLOW_WORDS: dict[str, Text] = {
    "opening": pgettext_lazy("statistics", "Open at the start"),
    "received": pgettext_lazy("statistics", "Received"),
    "parts": pgettext_lazy("statistics", "Split off"),
    "reopened": pgettext_lazy("statistics", "Reopened"),
    "moved_in": pgettext_lazy("statistics", "Moved in"),
    "closed": pgettext_lazy("statistics", "Closed"),
    "merged": pgettext_lazy("statistics", "Merged"),
    "moved_out": pgettext_lazy("statistics", "Moved out"),
    "open": pgettext_lazy("statistics", "Open at the end"),
    "overdue": pgettext_lazy("statistics", "Overdue at the end"),
}
assert tuple(FLOW_WORDS) == FLOWS
PART_WORDS: dict[str, Text] = {
    "kinds": gettext_lazy("What was received, by kind"),
    "channels": gettext_lazy("How it came in"),
    "outcomes": gettext_lazy("How what closed ended"),
    "states": gettext_lazy("Where what is open stands"),
}
TOTAL_OF = {"kinds": "received", "channels": "received", "outcomes": "closed", "states": "open"}
"""The flow to which a part adds up."""


@dataclass(frozen=True)
class KindTree:
    """The kinds of complaints as rule data has them now."""

    kinds: Mapping[str, ComplaintKind]

    @classmethod
    def read(cls) -> "KindTree":
        """One query."""
        return cls({kind.code: kind for kind in ComplaintKind.objects.all()})

    def main(self, code: str) -> str:
        """The main kind of which a kind is part; the kind itself for one that is part of none or unknown."""
        seen: set[str] = set()
        while code not in seen and code in self.kinds and (above := self.kinds[code].parent_id):
            seen.add(code)
            code = above
        return code

    def name(self, code: str) -> str:
        """What it is called."""
        if code == UNDECIDED:
            return _("kind not decided yet")
        return self.kinds[code].name if code in self.kinds else code

    def codes(self) -> list[str]:
        """All kinds in their order, each main kind before its parts; what is not decided last."""
        mains = [code for code in self.kinds if self.main(code) == code]
        parts: dict[str, list[str]] = {main: [main] for main in mains}
        for code in self.kinds:
            if code not in parts:
                parts[self.main(code)].append(code)
        return [*(code for main in mains for code in parts[main]), UNDECIDED]


def words_of(part: str) -> dict[str, Any]:
    """What a part other than the kinds can be divided into: by its code the word for it."""
    match part:
        case "outcomes":
            others = {
                ANSWERED: _("answered without a finding"),
                DISCONTINUED: _("discontinued"),
                MOVED: _("moved to another register"),
            }
            ends = {
                state.code: state.label
                for state in GRAPH.states
                if not state.is_open and state.code not in {CLOSED, MERGED}
            }
            return {**dict(Outcome.choices), **others, **ends}
        case "states":
            return {state.code: state.label for state in GRAPH.states if state.is_open}
        case "channels":
            return dict(Complaint.Channel.choices)
    return dict(FLOW_WORDS)


def clock_words() -> dict[str, str]:
    """The clocks of complaints in the order in which they begin, by their codes: one query."""
    names = {rule.code: rule.name for rule in ClockRule.objects.filter(category="").order_by("code", "valid_from")}
    return {code: names[code] for code in clock_codes(GRAPH) if code in names}


def describe(part: str, key: str, kinds: KindTree) -> str:
    """A figure in words, for the list of its cases."""
    if part == "kinds":
        return f"{FLOW_WORDS['received']}: {kinds.name(key)}"
    if part in {"in_time", "late"}:
        word = _("In time") if part == "in_time" else _("Late")
        return f"{word}: {clock_words().get(key, key)}"
    word = str(words_of(part).get(key, key))
    return word if part == "flows" else f"{FLOW_WORDS[TOTAL_OF[part]]}: {word}"
