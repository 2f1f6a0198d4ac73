"""The Viewflow process of register entries: whose hands the work is in. The ways between follow `states`."""

from django.utils.translation import gettext_lazy as _
from viewflow.workflow import flow

from scores.registers import states
from workflows.flow import Begin, CaseFlow, Work


class RegisterFlow(CaseFlow):
    """An entry, from its draft to its end."""

    graph = states.GRAPH
    process_title = _("Register entry")

    begin = Begin(_("An entry begins"))
    enter_it = Work(_("Complete the entry"))
    confirm_it = Work(_("Confirm the entry"))
    review_it = Work(_("Review, or enter what came next"))
    end = flow.End().Annotation(title=_("End"))
