"""The form of every edge that a person of the agency takes: what is typed becomes the facts of its action.

A form checks what was typed; whether the edge may be taken is for `perform()`. One module for each subject, as in
`complaints.actions`.
"""

from collections.abc import Mapping

from workflows.casepages.forms import EdgeForm

from .acts import ACT_FORMS
from .coming_in import COMING_IN_FORMS
from .elsewhere import ELSEWHERE_FORMS
from .handling import HANDLING_FORMS
from .keeping import KEEPING_FORMS
from .letters import LETTER_FORMS
from .parts import PARTS_FORMS
from .respondents import RESPONDENT_FORMS

FORMS: Mapping[str, type[EdgeForm]] = {
    **COMING_IN_FORMS,
    **HANDLING_FORMS,
    **ELSEWHERE_FORMS,
    **PARTS_FORMS,
    **RESPONDENT_FORMS,
    **ACT_FORMS,
    **LETTER_FORMS,
    **KEEPING_FORMS,
}
"""Edge → its form. Edges that only a clock, an import or the complainant takes have none here."""

__all__ = ["FORMS"]
