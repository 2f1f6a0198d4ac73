"""The participation level of a unit: how it comes about, what is decided with it, and what would raise it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.queries import roles_of
from procurement.coverage.reading import variant_of
from procurement.queries import units_read_by
from procurement.views.levels import below, details_of, facts_file, kept_strip, quality_shown, way_to

from .plan_scope import ROLES, scope_of
from .planner import ROLES as PLANNER_ROLES


@require_GET
@role_required(*ROLES)
def level(request: HttpRequest) -> HttpResponse:
    """The level of one unit (`unit`) in one year (`year`), with the list of activities that `list` names."""
    scope, variant = scope_of(request), variant_of()
    context = {
        **scope.choices(),
        "above": way_to(scope.unit, units_read_by(scope.user)),
        "below": below(scope.unit, scope.year),
        **kept_strip(scope.unit, scope.year, variant),
        **quality_shown(scope.unit, scope.year, by_name=True),
        "plans": bool(roles_of(scope.user) & PLANNER_ROLES),
    }
    if not context["too_large"]:
        context |= details_of(scope.unit, scope.year, variant, request.GET)
    return render(request, "procurement/level.html", context)


@require_GET
@role_required(*ROLES)
def level_facts(request: HttpRequest) -> HttpResponse:
    """The facts behind the level as a file that `manage.py coverage --facts` reads: anybody can compute it again."""
    scope = scope_of(request)
    return facts_file(scope.unit, scope.year)
