"""Why an edge cannot be taken, as sentences for the person who tried. Nothing has been written when one is raised."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from workflows.graph import Text

if TYPE_CHECKING:
    from workflows.graph import Edge
    from workflows.models import Case, LedgerEntry


class Refused(Exception):
    """Base of all refusals. `sentence` is shown as it is; `code` is for the API and tests."""

    code = "refused"

    def __init__(self, sentence: Text, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Overtaken(Refused):
    """Somebody else moved the case after this person opened it."""

    code = "overtaken"

    def __init__(self, case: "Case", last: "LedgerEntry | None") -> None:
        super().__init__(_("This case has moved on since you opened it. Nothing you typed is lost."))
        self.case = case
        self.last = last


class Busy(Refused):
    """Several people changed what hangs together at one moment, and this one was given up each time."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__(_("Others are changing this at the same moment. Nothing was changed here; please try again."))


class WrongState(Refused):
    """The edge does not begin in the state the case is in."""

    code = "wrong_state"

    def __init__(self, case: "Case", edge: "Edge") -> None:
        super().__init__(_("This can no longer be done: the case is in another state now."))
        self.case = case
        self.edge = edge


class NotAllowed(Refused):
    """The person is nobody who may take the edge."""

    code = "not_allowed"

    def __init__(self, edge: "Edge") -> None:
        super().__init__(_("You may not do this with this case."))
        self.edge = edge


class Missing(Refused):
    """A condition is not met or a fact is missing; the sentence says which."""

    code = "missing"
