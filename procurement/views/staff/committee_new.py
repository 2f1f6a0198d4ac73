"""Beginning a committee from its purchase."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.accounts import RoleNeeded
from organisations.models import Role, User
from procurement.forms.committee import NewCommitteeForm
from procurement.models import PurchaseCase
from procurement.queries import purchase_for
from workflows.actors import Actor, post_for
from workflows.casepages.access import reader
from workflows.models import Case
from workflows.refusals import Refused
from workflows.transitions import open_case


@require_http_methods(["GET", "POST"])
@login_required
def new_committee(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form; then the page on which members are added. 404 for a purchase that does not exist for the reader, 403
    for who is no procurement officer of it, 422 when it cannot be begun."""
    user = reader(request)
    case = purchase_for(user, public_id)
    if post_for(user, case, Role.PROCUREMENT) is None:
        raise RoleNeeded(Role.PROCUREMENT)
    if request.method == "GET":
        return _page(request, case, NewCommitteeForm(purchase=case.purchase), status=200 if case.is_open else 422)
    form = NewCommitteeForm(request.POST, purchase=case.purchase)
    if form.is_valid():
        try:
            begun = _begin(case, user, form)
        except Refused as refusal:
            form.add_error("kind" if refusal.field in {"kind", "only_one_of_a_kind"} else None, str(refusal.sentence))
        else:
            messages.success(request, _("%(number)s: committee begun") % {"number": begun.number})
            return redirect("take_committee", begun.public_id, "add_member")
    return _page(request, case, form, status=422)


def _begin(case: PurchaseCase, user: User, form: NewCommitteeForm) -> Case:
    return open_case(
        "committee",
        "draft",
        Actor.person(user),
        unit=case.unit,
        purchase=case.purchase,
        kind=form.cleaned_data["kind"],
    )


def _page(request: HttpRequest, case: PurchaseCase, form: NewCommitteeForm, *, status: int) -> HttpResponse:
    return render(request, "procurement/committee_new.html", {"case": case, "form": form}, status=status)
