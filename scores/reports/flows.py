"""The Viewflow process of reports: whose hands the work is in. The ways between follow `states`."""

from django.utils.translation import gettext_lazy as _
from viewflow.workflow import flow

from scores.reports import states
from workflows.flow import Begin, CaseFlow, Work


class ReportFlow(CaseFlow):
    """A report, from the first draft to the signature."""

    graph = states.GRAPH
    process_title = _("Report")

    begin = Begin(_("A report begins"))
    write = Work(_("Write the report"))
    sign = Work(_("Sign the report"))
    end = flow.End().Annotation(title=_("End"))
