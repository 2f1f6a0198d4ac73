"""Announcing a draw: everything is looked at first, with nothing written; then it is frozen."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.accounts import RoleNeeded, role_required
from organisations.calendar import fiscal_year, quarter_bounds
from organisations.models import Role, Unit, User
from procurement.coverage.standing import standing_of
from procurement.draws.terms import Infeasible
from procurement.draws.words import quarter_words
from procurement.forms.draw_announce import AnnounceDrawForm, quarters_to_choose
from procurement.models import Draw, DrawCase
from procurement.queries import units_planned_by, units_read_by
from procurement.states.draw import GRAPH
from procurement.views.draw_figures import Trial, people_of, try_out
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.refusals import Missing, Refused
from workflows.transitions import open_case

MOST_UNITS = 300
_EDGE = GRAPH.edge("announce")


@require_http_methods(["GET", "POST"])
@role_required(Role.PROCUREMENT)
def draw_announce(request: HttpRequest) -> HttpResponse:
    """The form for a `unit` (a code) and, chosen already, a `period`; `check` shows what it would be, without it the
    draw is announced. 404 for a unit that is not there for the reader, 403 for one he only reads, 422 for what is
    refused: what was typed stays."""
    user, today = reader(request), timezone.localdate()
    unit = _unit(user, request.GET.get("unit", ""))
    if request.method == "GET":
        initial = _initial(request, unit, today)
        people = people_of(unit, _year_of(initial["period"], today), today)
        return _page(request, unit, AnnounceDrawForm(people=people, today=today, initial=initial))
    # Age bands are those of the year of the draw.
    people = people_of(unit, _year_of(request.POST.get("period", ""), today), today)
    form = AnnounceDrawForm(request.POST, people=people, today=today)
    if not form.is_valid():
        return _page(request, unit, form, status=422)
    if "check" in request.POST:
        tried = _tried(form, unit, user)
        return _page(request, unit, form, tried=tried, status=200 if tried else 422)
    try:
        case = open_case("draw", "announce", Actor.person(user), unit=unit, **form.facts())
    except Refused as refusal:
        # Which quotas stand against each other, the trial says beside their fields.
        if refusal.field != "quotas" or _tried(form, unit, user) is not None:
            form.refuse(refusal.field, str(refusal.sentence))
        return _page(request, unit, form, status=422)
    messages.success(request, _("%(number)s: draw announced. Print the announcement now.") % {"number": case.number})
    return redirect("draw", case.public_id)


def _unit(user: User, code: str) -> Unit:
    """The unit asked for, by default the first that the reader plans. Raises Http404, RoleNeeded."""
    planned = units_planned_by(user)
    unit = planned.filter(code=code).first() if code else planned.first()
    if unit is None:
        if code and not units_read_by(user).filter(code=code).exists():
            raise Http404
        raise RoleNeeded(Role.PROCUREMENT)
    return unit


def _year_of(period: str, today: date) -> int:
    year = period.partition("-")[0]
    return int(year) if year in {str(known) for known, _quarter in quarters_to_choose(today)} else fiscal_year(today)


def _initial(request: HttpRequest, unit: Unit, today: date) -> dict[str, Any]:
    """The quarter that the calendar chose, and a seat for each activity that lacks a citizen."""
    chosen = request.GET.get("period", "")
    offered = [f"{year}-{quarter}" for year, quarter in quarters_to_choose(today)]
    period = chosen if chosen in offered else next(_free(unit, offered), offered[0])
    standing = standing_of(unit, int(period.partition("-")[0]))
    lacking = standing.activities - standing.top_covered - standing.rest_covered
    return {"period": period, "size": lacking or None}


def _after(year: int, quarter: int) -> date:
    """The first day after a quarter."""
    return quarter_bounds(year, quarter)[1]


def _free(unit: Unit, offered: list[str]) -> Iterator[str]:
    rows = Draw.objects.filter(unit=unit, annulled_at=None).values_list("fiscal_year", "quarter")
    taken = {f"{year}-{quarter}" for year, quarter in rows}
    return (period for period in offered if period not in taken)


def _tried(form: AnnounceDrawForm, unit: Unit, user: User) -> Trial | None:
    """What would be announced; None when it is refused, with the reasons in the form."""
    facts = form.facts()
    case = DrawCase(kind="draw", state=_EDGE.target, unit=unit)
    for guard in _EDGE.requires:
        if sentence := guard.refusal(case, Actor.person(user), facts):
            form.refuse(guard.code, str(sentence))
    if form.errors:
        return None
    try:
        return try_out(form.people, facts["size"], facts["quotas"])
    except Missing as refusal:
        if isinstance(refusal.__cause__, Infeasible):
            form.refuse_together(refusal.__cause__.conflict)
            form.add_error(None, _("No panel of this pool can keep all quotas. Loosen one of those that are marked."))
        else:
            form.refuse(refusal.field, str(refusal.sentence))
    return None


def _page(
    request: HttpRequest, unit: Unit, form: AnnounceDrawForm, *, tried: Trial | None = None, status: int = 200
) -> HttpResponse:
    units = list(units_planned_by(reader(request))[: MOST_UNITS + 1])
    context: dict[str, Any] = {
        "unit": unit,
        # A list of thousands would help nobody: the calendar leads to each of them.
        "units": units if 1 < len(units) <= MOST_UNITS else [],
        "form": form,
        "tried": tried,
        "people": len(form.people),
    }
    if tried is not None:
        facts = form.facts()
        context |= {
            "facts": facts,
            "sentence": f"{facts['seed_source']}: {facts['seed_name'].strip()}",
            "quarter": quarter_words(facts["fiscal_year"], facts["quarter"]),
            "too_late": timezone.localdate(facts["seed_known_at"]) >= _after(facts["fiscal_year"], facts["quarter"]),
        }
    return render(request, "procurement/draw_announce.html", context, status=status)
