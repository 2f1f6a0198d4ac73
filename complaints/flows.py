"""The Viewflow processes of complaints and requests: whose hands the work is in. The ways between follow `states`."""

from django.utils.translation import gettext_lazy as _
from viewflow.workflow import flow

from complaints.requests import states as requests
from complaints.states import GRAPH
from workflows.flow import Begin, CaseFlow, Work


class ComplaintFlow(CaseFlow):
    """One round of a complaint, from its receipt or reopening to its end."""

    graph = GRAPH
    process_title = _("Complaint")

    begin = Begin(_("A complaint comes in"))
    screen = Work(_("Screen"))
    answer_question = Work(_("Answer the question"))
    arrange = Work(_("Assign or answer"))
    investigate = Work(_("Investigate"))
    await_answers = Work(_("Wait for the answers of other units"))
    decide = Work(_("Decide about the finding"))
    carry_out = Work(_("Carry out measures and reply"))
    conclude = Work(_("Close, or wait for objections"))
    follow_referral = Work(_("Follow the referral"))
    await_ruling = Work(_("Wait for the ruling"))
    decide_review = Work(_("Decide about the review"))
    end = flow.End().Annotation(title=_("End"))


class RequestFlow(CaseFlow):
    """A request to another unit. Several about one complaint are several processes, side by side."""

    graph = requests.GRAPH
    process_title = _("Request to a unit")

    begin = Begin(_("A unit is asked"))
    answer_request = Work(_("Answer the request"))
    end = flow.End().Annotation(title=_("End"))
