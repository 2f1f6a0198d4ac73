"""The page of an assessment: both scores side by side, what is asked, who examines it, and its edges."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from organisations.calendar import current_calendar
from organisations.models import User
from scores import assessing
from scores.actions import concluded
from scores.assessing import AGENCY, COMMITTEE
from scores.facts import facts_to
from scores.models import Assessment, AssessmentCase, Snapshot
from scores.panel import IN_THE_SHEET, PANEL, TIMELINE, heading, next_step
from scores.queries import assessment_for, files_for
from scores.rules import reads_committee
from scores.sheet import Said, sheet_of
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.casepages.take import TakePage
from workflows.graph import Edge
from workflows.metrics import hidden_from
from workflows.models import Clock
from workflows.timekeeping import as_pauses
from workflows.transitions import why_not


@require_GET
@login_required
def assessment_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One assessment. `show` filters the timeline. 404 for whom it does not exist."""
    user = reader(request)
    case = assessment_for(user, public_id)
    row = case.assessment
    # What was said of each criterion stands in the sheet: the story begins with its steps.
    show = request.GET.get("show", "steps")
    attachments = list(files_for(user, case))
    clocks: list[Clock] = list(case.clocks.select_related("rule"))
    running = [clock for clock in clocks if clock.stopped_on is None]
    actions = [action for action in PANEL.actions_for(case, user) if action.edge not in IN_THE_SHEET]
    told = reads_committee(user, case)
    entries = TIMELINE.entries(case, readable=True, attachments=attachments, confidential_too=told)
    context: dict[str, Any] = {
        "case": case,
        "row": row,
        **heading(case),
        "next": next_step(case, actions, running),
        "actions": actions,
        **both_scores(row, user, committee=reads_committee(user, case)),
        "states_it": (states_it := _may(user, case, "state_criterion")),
        "judges_it": (judges_it := _may(user, case, "judge_criterion")),
        "go_on": _go_on(row, AGENCY if states_it else COMMITTEE) if states_it or judges_it else "",
        "evaluators": _evaluators(row),
        "published": list(row.snapshots.filter(cause=Snapshot.Cause.PUBLISHED).order_by("-version")),
        "files": [TIMELINE.file_row(case, attachment) for attachment in attachments],
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar()),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "scores/assessment.html", context)


def both_scores(row: Assessment, user: User, *, committee: bool = True) -> dict[str, Any]:
    """The sheet of both sides for `user`, how much is said and judged, where they differ. committee: whether its side
    is shown."""
    base = assessing.computed(row, hidden_from(user))
    rubric = assessing.rubric_of(row)
    said = Said(assessing.newest(row, AGENCY), assessing.newest(row, COMMITTEE) if committee else {})
    own = assessing.score_by(row, AGENCY, base)
    examined = assessing.score_by(row, COMMITTEE, base) if said.judged else None
    asked = assessing.asked_in(rubric, own)
    return {
        "rubric": rubric,
        "own": own,
        "examined": examined,
        "sheet": sheet_of(rubric, own, examined, said),
        "asked": len(asked),
        "asking": set().union(*(assessing.parts_asking(rubric, one) for one in asked)),
        "stated": sum(one.code in said.own for one in asked),
        "to_judge": sum(one.shape is None for one in asked),
        "judged": sum(one.code in said.judged for one in asked if one.shape is None),
        "differences": assessing.differences(own, examined) if examined else [],
    }


def _may(user: User, case: AssessmentCase, edge: str) -> bool:
    return why_not(case, PANEL.graph.edge(edge), Actor.person(user)) is None


def _go_on(row: Assessment, side: str) -> str:
    """The first part of the sheet in which this side has not said everything; "" where it has."""
    rubric, left = assessing.rubric_of(row), assessing.unsaid(row, side)
    waiting = set().union(*(assessing.parts_asking(rubric, one) for one in left))
    return next((code for code in assessing.parts_in_order(rubric) if code in waiting), "")


def _evaluators(row: Assessment) -> list[tuple[Any, bool]]:
    """Who sits on the committee, and whether he has signed this round."""
    signed = set(row.signatures.filter(round=row.round).values_list("user", flat=True))
    return [(member, member.user_id in signed) for member in row.evaluators.filter(until=None).select_related("user")]


@require_GET
@login_required
def assessment_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A file of an assessment. 404 for who does not see it, as for a file that is not there."""
    user = reader(request)
    case = assessment_for(user, public_id)
    return file_response(request, get_object_or_404(files_for(user, case), public_id=file_id), case)


@require_GET
@login_required
def facts_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The facts by which `side` ("agency" or "committee") is scored, as a file that `manage.py score` takes."""
    user = reader(request)
    case = assessment_for(user, public_id)
    row, side = case.assessment, COMMITTEE if request.GET.get("side") == COMMITTEE else AGENCY
    if side == COMMITTEE and not reads_committee(user, case):
        raise Http404
    facts = assessing.facts_by(row, side, assessing.computed(row, hidden_from(user)))
    response = JsonResponse(facts_to(facts), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="facts-{row.unit.code}-{row.fiscal_year}-{side}.json"'
    return response


# --- Taking an edge ---------------------------------------------------------------------------------------------------
class TakeAssessment(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {
        "order_of_committee": "order_number", "a_criterion": "said", "a_judgement": "said", "evidence": "remark",
        "remark_when_different": "remark", "contested": "criteria", "running_clock": "clock", "file": "files",
    }  # fmt: skip
    template = "scores/take.html"
    beside_template = "scores/beside.html"

    def case_for(self, user: User, public_id: str) -> AssessmentCase:
        """See `assessment_for`."""
        return assessment_for(user, public_id)

    def heading(self, user: User, case: AssessmentCase) -> dict[str, Any]:  # noqa: ARG002 - nothing is hidden
        """As on the page of the assessment."""
        return heading(case)

    def initial(self, request: HttpRequest, case: AssessmentCase, edge: Edge) -> dict[str, Any]:
        """The criterion that the sheet chose; the order as it was entered before."""
        if edge.name == "name_committee":
            row = case.assessment
            return {"order_number": row.order_number, "ordered_on": row.ordered_on}
        return {"about": request.GET.get("about", "")} if edge.name in IN_THE_SHEET else {}

    def beside(self, user: User, case: AssessmentCase, edge: Edge) -> dict[str, Any]:
        """Before somebody signs, agrees or decides: both scores, and where they differ."""
        if edge.name in ("submit", "conclude", "tell_result", "accept_result", "object", "publish", "sign_result"):
            both = both_scores(case.assessment, user, committee=reads_committee(user, case))
            return {"both": both, "result": self._result(case) if edge.name != "submit" else None}
        return {}

    def _result(self, case: AssessmentCase) -> Snapshot | None:
        try:
            return concluded(case.assessment)
        except Snapshot.DoesNotExist:
            return None

    def after(self, request: HttpRequest, case: AssessmentCase) -> HttpResponse:
        """From a criterion back to its part of the sheet."""
        part = request.POST.get("about", "").partition(".")[0]
        if part in assessing.rubric_of(case.assessment).node:
            return redirect(reverse("assessment", args=[case.public_id]) + f"#part-{part}")
        return super().after(request, case)


take = TakeAssessment.as_view()
