"""The Viewflow process of assessments: whose hands the work is in. The ways between follow `states`."""

from django.utils.translation import gettext_lazy as _
from viewflow.workflow import flow

from scores import states
from workflows.flow import Begin, CaseFlow, Work


class AssessmentFlow(CaseFlow):
    """An assessment, from the agency's own statements to the published score."""

    graph = states.GRAPH
    process_title = _("Assessment")

    begin = Begin(_("An assessment begins"))
    assess_itself = Work(_("State every criterion"))
    examine = Work(_("Examine and judge"))
    sign = Work(_("Sign the result"))
    consider_result = Work(_("Accept or object"))
    decide_objection = Work(_("Decide about the objection"))
    publish = Work(_("Publish"))
    end = flow.End().Annotation(title=_("End"))
