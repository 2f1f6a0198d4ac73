"""A way in for a citizen without e-mail: letters on a paper, printed after the officer has seen who he is."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from organisations.accounts import role_required
from organisations.models import Role
from procurement.actions.sign_in import LinkDead, make_paper_link
from procurement.forms.own import LinkForm
from procurement.models import Citizen
from procurement.pool.finding import citizens_kept_by
from workflows.casepages.access import reader


@never_cache
@require_POST
@role_required(Role.PROCUREMENT)
def pool_link(request: HttpRequest, code: str) -> HttpResponse:
    """Make a link for a citizen of the reader's units and show it once, as a paper to hand over. 404 for others."""
    user = reader(request)
    citizen: Citizen = get_object_or_404(citizens_kept_by(user), code=code)
    if not LinkForm(request.POST).is_valid():
        raise Http404
    try:
        letters = make_paper_link(citizen, by=user)
    except LinkDead:
        messages.error(request, _("He may not sign in: he is not in the pool, or his account is closed."))
        return redirect("pool_citizen", citizen.code)
    context = {
        "citizen": citizen,
        "letters": letters,
        "page": request.build_absolute_uri(reverse("my_sign_in")),
        "until": timezone.now() + settings.SIGN_IN_PAPER_LIFE,
    }
    return render(request, "procurement/pool_link.html", context)
