"""The law of a request to another unit: asked, answered, reminded, passed on, timed out (domain.md, section 2).

Whoever has the complaint in hand asks; the unit that is asked answers, or a clerk records the letter it answered by.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.requests import guards as g
from complaints.requests.rules import ASKER
from workflows import hands
from workflows.actors import APPROVER, CLOCK, HEAD, OFFICER, SCREENER
from workflows.graph import STAY, Edge, Graph, State

ASKED = "asked"
ANSWERED = "request_answered"
TIMED_OUT = "request_timed_out"
CANCELLED = "request_cancelled"

STATES = (
    State(ASKED, _("Waiting for the answer"), work="answer_request"),
    State(ANSWERED, _("Answered")),
    State(TIMED_OUT, _("Not answered in time")),
    State(CANCELLED, _("Cancelled")),
)

ALL = tuple(state.code for state in STATES)
ENDED = tuple(state.code for state in STATES if not state.is_open)

# A table is read by its columns.
# fmt: off
EDGES: tuple[Edge, ...] = (
    Edge("ask", _("Ask a unit"), (), ASKED, by=(ASKER,), requires=(g.complaint_in_hand, g.question),
         starts=("agency_answer",), tells=("asked",)),
    Edge("take", _("Take it in hand"), (ASKED,), STAY, by=(OFFICER,), requires=(g.not_in_my_hands,)),
    Edge("give", _("Give it to somebody"), (ASKED,), STAY, by=(HEAD,), requires=(g.somebody_of_the_unit,),
         tells=("holder",)),
    Edge("put_back", _("Back to the unit"), (ASKED,), STAY, by=(CLOCK,), requires=(hands.holder_is_gone,),
         tells=("asked",)),
    Edge("answer", pgettext_lazy("request", "Answer"), (ASKED,), ANSWERED, by=(OFFICER, HEAD, ASKER),
         requires=(g.text,), stops=("agency_answer",), tells=("asker",)),
    Edge("answer_late", _("Answer, though late"), (TIMED_OUT,), ANSWERED, by=(OFFICER, HEAD, ASKER),
         requires=(g.text,), tells=("asker",)),
    Edge("remind", _("Remind"), (ASKED,), STAY, by=(ASKER,), requires=(g.text,), tells=("asked",)),
    Edge("give_time", _("Give more time"), (ASKED,), STAY, by=(ASKER,),
         requires=(g.running_clock, g.days, g.reasons), tells=("asked",)),
    Edge("pass_on", _("Ask another unit instead"), (ASKED,), STAY, by=(ASKER, HEAD),
         requires=(g.another_unit, g.reasons), starts=("agency_answer",), stops=("agency_answer",),
         tells=("asked", "asker")),
    Edge("time_out", _("The time to answer has passed"), (ASKED,), TIMED_OUT, by=(CLOCK,), ends_with="agency_answer",
         stops=("agency_answer",), tells=("asked", "asker")),
    Edge("cancel", _("Cancel the request"), (ASKED,), CANCELLED, by=(ASKER, CLOCK), requires=(g.reasons,),
         tells=("asked",)),
    Edge("note", _("Note"), ALL, STAY, by=(OFFICER, SCREENER, HEAD, APPROVER), requires=(g.text,)),
    Edge("declare_conflict", _("Declare a conflict of interest"), (ASKED,), STAY,
         by=(OFFICER, SCREENER, HEAD, APPROVER), requires=(g.reasons,), tells=("head",)),
    Edge("protect", _("Taken into the protected register"), ALL, STAY, by=(CLOCK,)),
    Edge("follow_unit", _("Moved with its unit"), ALL, STAY, by=(CLOCK,), requires=(g.successor,)),
    Edge("erase", _("Erased with the complaint"), ENDED, STAY, by=(CLOCK,)),
)
# fmt: on
EDGES = g.shut_when_erased(EDGES, ENDED)

GRAPH = Graph("request", _("Request to a unit"), STATES, EDGES)
