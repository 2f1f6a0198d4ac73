"""The Viewflow processes of procurement: whose hands the work is in. The ways between follow `states`."""

from django.utils.translation import gettext_lazy as _
from viewflow.workflow import flow

from procurement.states import committee, draw, purchase, seat
from workflows.flow import Begin, CaseFlow, Work


class PurchaseFlow(CaseFlow):
    """A purchase, from the plan to the last payment."""

    graph = purchase.GRAPH
    process_title = _("Purchase")

    begin = Begin(_("A purchase enters the plan"))
    prepare = Work(_("Prepare and announce"))
    consider = Work(_("Consider the offers"))
    conclude_contract = Work(_("Conclude the contract"))
    perform_contract = Work(_("Follow the contract"))
    inspect = Work(_("Inspect the delivery"))
    pay = Work(_("Pay and complete"))
    end = flow.End().Annotation(title=_("End"))


class CommitteeFlow(CaseFlow):
    """A committee, from the draft of its order to the end of its work, or one round of an amendment."""

    graph = committee.GRAPH
    process_title = _("Committee")

    begin = Begin(_("A committee is proposed"))
    draft_order = Work(_("Draft the order"))
    approve_order = Work(_("Approve the draft"))
    sign_order = Work(_("Sign the order"))
    begin_work = Work(_("Hold the first meeting"))
    work = Work(_("Meet, decide and report"))
    accept_report = Work(_("Accept the report"))
    end = flow.End().Annotation(title=_("End"))


class SeatFlow(CaseFlow):
    """A citizen seat, from the vacancy to the answered report."""

    graph = seat.GRAPH
    process_title = _("Citizen seat")

    begin = Begin(_("A seat is opened"))
    fill_seat = Work(_("Find a citizen"))
    invite = Work(_("Invite him"))
    answer_invitation = Work(_("Answer the invitation"))
    declare_interests = Work(_("Declare interests"))
    check_conflicts = Work(_("Decide about possible conflicts"))
    await_order = Work(_("Wait for the order"))
    serve = Work(_("Observe and report"))
    settle_suspension = Work(_("Decide about the suspension"))
    conclude = Work(_("Answer the last reports"))
    end = flow.End().Annotation(title=_("End"))


class DrawFlow(CaseFlow):
    """A draw, from its announcement to the order of the pool."""

    graph = draw.GRAPH
    process_title = _("Draw")

    begin = Begin(_("A draw is announced"))
    hold_draw = Work(_("Enter the public value"))
    end = flow.End().Annotation(title=_("End"))
