"""The law of assessments: what an agency says of itself, what a committee finds, and what is published.

S4:220-267, committees and what they decide; S4:276-296, how an assessment goes: documents before, questions after.
Objection and publication are own practice: the sources print neither.
"""

from django.utils.translation import gettext_lazy as _

from scores import guards as g
from scores.rules import EVALUATING
from workflows import hands
from workflows.actors import APPROVER, CLOCK, EVALUATOR, EXECUTIVE, HEAD, INTEGRITY
from workflows.graph import STAY, Edge, Graph, State

SELF = "self_assessment"
REVIEW = "committee_review"
SIGNING = "committee_signing"
TOLD = "result_told"
OBJECTED = "result_objected"
FINAL = "result_final"
PUBLISHED = "result_published"
CANCELLED = "assessment_cancelled"

STATES = (
    State(SELF, _("Self-assessment"), work="assess_itself"),
    State(REVIEW, _("The committee examines"), work="examine", of_holder=False),
    State(SIGNING, _("The committee signs"), work="sign", of_holder=False),
    State(TOLD, _("Result told, objection possible"), work="consider_result"),
    State(OBJECTED, _("An objection is decided"), work="decide_objection", of_holder=False),
    State(FINAL, _("Final, to be published"), work="publish", of_holder=False),
    State(PUBLISHED, _("Published")),
    State(CANCELLED, _("Called off")),
)
ALL = tuple(state.code for state in STATES)
RESULT_TOLD = (TOLD, OBJECTED, FINAL, PUBLISHED)
OPEN = tuple(state.code for state in STATES if state.is_open)

# A table is read by its columns.
# fmt: off
EDGES = (
    Edge("begin", _("Begin a self-assessment"), (), SELF, by=(INTEGRITY,),
         requires=(g.rubric_of_the_year, g.one_a_year), starts=("self_assessment",),
         tells=("head", "evaluators")),
    Edge("submit", _("Sign and send to the committee"), (SELF,), REVIEW, by=(HEAD,),
         requires=(g.committee_named, g.everything_stated), starts=("committee_review",), stops=("self_assessment",),
         tells=("members", "holder")),
    Edge("send_back", _("Send back to be completed"), (REVIEW,), SELF, by=(EVALUATING,),
         requires=(g.reasons,), starts=("self_assessment",), stops=("committee_review",), tells=("holder", "head")),
    Edge("conclude", _("Conclude the examination"), (REVIEW,), SIGNING, by=(EVALUATING,),
         requires=(g.everything_judged, g.nobody_has_moved_in), tells=("members",)),
    Edge("examine_again", _("Examine again"), (SIGNING,), REVIEW, by=(EVALUATING,),
         requires=(g.reasons,), tells=("members",)),
    Edge("tell_result", _("Tell the agency the result"), (SIGNING,), TOLD, by=(EVALUATING,),
         requires=(g.all_signed, g.nobody_has_moved_in), starts=("assessment_objection",), stops=("committee_review",),
         tells=("head", "holder")),
    Edge("accept_result", _("Accept the result"), (TOLD,), FINAL, by=(HEAD,), starts=("score_publication",),
         stops=("assessment_objection",), tells=("members", "executives")),
    Edge("let_it_stand", _("No objection was made"), (TOLD,), FINAL, by=(CLOCK,),
         ends_with="assessment_objection", starts=("score_publication",), stops=("assessment_objection",),
         tells=("head", "members", "executives")),
    Edge("object", _("Object to the result"), (TOLD,), OBJECTED, by=(HEAD,),
         requires=(g.contested, g.reasons), starts=("objection_answer",), stops=("assessment_objection",),
         tells=("members", "approvers")),
    Edge("dismiss_objection", _("Dismiss the objection"), (OBJECTED,), FINAL, by=(APPROVER,),
         requires=(g.from_above, g.not_concerned, g.reasons), starts=("score_publication",),
         stops=("objection_answer",), tells=("head", "members", "executives")),
    Edge("uphold_objection", _("Uphold the objection"), (OBJECTED,), REVIEW, by=(APPROVER,),
         requires=(g.from_above, g.not_concerned, g.reasons), starts=("committee_review",), stops=("objection_answer",),
         tells=("head", "members")),
    Edge("publish", _("Publish the score"), (FINAL,), PUBLISHED, by=(EXECUTIVE, APPROVER),
         requires=(g.from_above, g.score_is_computable), stops=("score_publication",),
         tells=("head", "holder", "members")),
    Edge("correct_score", _("Correct the published score"), (PUBLISHED,), REVIEW, by=(EVALUATING,),
         requires=(g.reasons,), starts=("committee_review",), tells=("head", "members", "executives")),
    Edge("call_off", _("Call the assessment off"), (SELF, REVIEW), CANCELLED, by=(APPROVER,),
         requires=(g.from_above, g.never_published, g.reasons), stops=("self_assessment", "committee_review"),
         tells=("holder", "head", "members")),
    # --- Acts: on the record, without a move ----------------------------------------------------------------------
    Edge("state_criterion", _("State a criterion"), (SELF,), STAY, by=(INTEGRITY,),
         requires=(g.a_criterion, g.evidence, g.nobody_said_meanwhile)),
    Edge("name_committee", _("Enter the committee"), (SELF, REVIEW), STAY, by=(EVALUATOR,),
         requires=(g.order_of_committee, g.committee_is_whole, g.nobody_of_the_agency), tells=("members",)),
    Edge("judge_criterion", _("Judge a criterion"), (REVIEW,), STAY, by=(EVALUATING,),
         requires=(g.a_judgement, g.remark_when_different, g.nobody_said_meanwhile)),
    Edge("gather_anew", _("Read the live figures anew"), (REVIEW,), STAY, by=(EVALUATING,), requires=(g.reasons,)),
    Edge("sign_result", _("Sign the result"), (SIGNING,), STAY, by=(EVALUATING,), requires=(g.not_signed_yet,)),
    Edge("extend", _("Extend a deadline"), (SELF, REVIEW, SIGNING, OBJECTED, FINAL), STAY, by=(APPROVER,),
         requires=(g.from_above, g.running_clock, g.days, g.reasons), tells=("holder", "members")),
    Edge("take_over", _("Take over the file"), OPEN, STAY, by=(INTEGRITY,), requires=(g.not_the_holder,)),
    Edge("put_back", _("Back to the unit"), OPEN, STAY, by=(CLOCK,), requires=(hands.holder_is_gone,),
         tells=("head",)),
    Edge("follow_unit", _("Moved with its unit"), ALL, STAY, by=(CLOCK,), requires=(g.successor,),
         tells=("head",)),
    Edge("note", _("Note"), ALL, STAY, by=(INTEGRITY, HEAD, APPROVER, EVALUATING), requires=(g.text,)),
    Edge("attach", _("Attach a file"), ALL, STAY, by=(INTEGRITY, EVALUATING), requires=(g.file,)),
)
# fmt: on

GRAPH = Graph("assessment", _("Assessment"), STATES, EDGES)
