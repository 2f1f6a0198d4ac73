"""Cases without hands: where work waits and nobody may do it, and what helps."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from complaints.lists import Reader
from complaints.models import ComplaintCase
from complaints.queries import complaints_visible_to
from complaints.unattended import LEADERS, unattended
from organisations.accounts import role_required, who_has
from organisations.models import Role, Vacancy
from organisations.queries import roles_of, units_below, units_where
from workflows.casepages.access import reader

MOST = 50


@require_GET
@login_required
@role_required(*LEADERS, Role.ADMINISTRATOR)
def vacancies(request: HttpRequest) -> HttpResponse:
    """The vacancies of last night in the units below the reader, and the cases that wait there, of those that exist for
    him at most 50. An administrator, for whom no case exists, sees the vacancies, for he fills them."""
    user = reader(request)
    below = units_below(units_where(user, {*LEADERS, Role.ADMINISTRATOR}))
    found = Vacancy.objects.filter(unit__in=below).select_related("unit").order_by("unit__sort_key", "role")
    rows = list(found[: MOST * 2])
    waiting = complaints_visible_to(user).filter(unit__in={row.unit_id for row in rows})
    lacking: dict[int, tuple[ComplaintCase, Role]] = {}
    for case, role in unattended(waiting.select_related("unit", "holder")):
        lacking[case.pk] = (case, role)
        if len(lacking) == MOST:
            break
    shown = Reader(user).rows([case for case, _role in lacking.values()])
    context = {
        "rows": rows,
        "waiting": [(row, lacking[row.case.pk][1].label) for row in shown],
        "fills": Role.ADMINISTRATOR in roles_of(user),
        "administrators": who_has(user, [Role.ADMINISTRATOR]),
    }
    return render(request, "officer/vacancies.html", context)
