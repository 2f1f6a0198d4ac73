"""The page of a report: its sections and figures, who wrote what, its edges, and its documents."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from complaints.statistics.periods import Period, period_of
from organisations.calendar import current_calendar
from organisations.models import User
from organisations.sheets import xlsx_response
from scores.models import Publication, ReportCase
from scores.reports.actions import draft_content, read_content
from scores.reports.content import document_of, for_everybody, tidy
from scores.reports.figures import Figures, changes
from scores.reports.filling import as_read_by, figures_of
from scores.reports.panel import IN_THE_SECTIONS, PANEL, TIMELINE, heading, next_step
from scores.reports.pdf import report_pdf
from scores.reports.queries import report_for, signed_version
from scores.reports.states import SIGNED
from scores.reports.word import report_docx
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.casepages.take import TakePage
from workflows.graph import Edge
from workflows.models import Clock, LedgerEntry
from workflows.refusals import Missing, Overtaken
from workflows.timekeeping import as_pauses
from workflows.transitions import why_not

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@require_GET
@login_required
def report_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One report. `show` filters the timeline. 404 for whom it does not exist."""
    user = reader(request)
    case = report_for(user, public_id)
    row = case.report
    show = request.GET.get("show", "steps")
    clocks: list[Clock] = list(case.clocks.select_related("rule"))
    running = [clock for clock in clocks if clock.stopped_on is None]
    actions = [action for action in PANEL.actions_for(case, user) if action.edge not in IN_THE_SECTIONS]
    entries = TIMELINE.entries(case, readable=True, attachments=[], confidential_too=True)
    signed = list(row.signed_versions.defer("pdf", "docx", "content").select_related("by").order_by("-version"))
    public = Publication.objects.filter(signed__report=row, until=None)
    writes = why_not(case, PANEL.graph.edge("write"), Actor.person(user)) is None
    context: dict[str, Any] = {
        "case": case,
        "row": row,
        **heading(case),
        "next": next_step(case, actions, running),
        "actions": actions,
        "document": document_of(content_now(case, user)),
        "write_url": PANEL.addresses.of_take(case, "write") if writes else "",
        "texts": row.texts(),
        "filling": row.filling,
        "signed": signed,
        "public_versions": set(public.values_list("signed__version", flat=True)),
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar()),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "scores/reports/report.html", context)


def content_now(case: ReportCase, user: User) -> dict[str, Any]:
    """What holds, as `user` is told it: the version that was signed last, or the draft as it stands."""
    content = read_content(signed_version(case.report, None)) if case.state == SIGNED else draft_content(case.report)
    return _told(case, user, content)


def _told(case: ReportCase, user: User, content: dict[str, Any]) -> dict[str, Any]:
    """A content without what does not exist for `user`."""
    return {**content, "figures": _figures_told(case, user, Figures.from_json(content["figures"])).to_json()}


def _figures_told(case: ReportCase, user: User, figures: Figures) -> Figures:
    return as_read_by(user, case.report.unit, _period(case), figures)


def _period(case: ReportCase) -> Period:
    period = period_of(case.report.period)
    assert period is not None
    return period


@require_GET
@login_required
def section_versions(request: HttpRequest, public_id: str, section: str) -> HttpResponse:
    """Every text that somebody wrote in a section, the newest first."""
    case = report_for(reader(request), public_id)
    chosen = next((row for row in case.report.outline.sections if row.code == section), None)
    if chosen is None:
        raise Http404
    versions = case.report.texts_written.filter(section=section).select_related("by").order_by("-version")
    context = {"case": case, **heading(case), "section": chosen, "versions": versions}
    return render(request, "scores/reports/section.html", context)


# --- Documents --------------------------------------------------------------------------------------------------------
@require_GET
@login_required
def report_document(request: HttpRequest, public_id: str, ending: str) -> HttpResponse:
    """The report as `pdf` or `docx`; `version`: one that was signed, byte for byte unless it counts something that does
    not exist for the reader; without it a draft as it stands."""
    user = reader(request)
    case = report_for(user, public_id)
    row, asked = case.report, request.GET.get("version", "")
    kept = signed_version(row, number(asked)) if asked else None
    exact = read_content(kept) if kept else draft_content(row)
    told, name = _told(case, user, exact), f"-{kept.version}" if kept else "-draft"
    if kept and told == exact:
        content = bytes(kept.pdf if ending == "pdf" else kept.docx)
    else:
        content = report_pdf(document_of(told)) if ending == "pdf" else report_docx(document_of(told))
    response = document_response(content, f"report-{row.unit.code}-{row.period}{name}.{ending}")
    response["Cache-Control"] = "no-store"
    return response


def document_response(content: bytes, name: str) -> HttpResponse:
    """A document by its ending: a PDF is shown, a DOCX is kept."""
    is_pdf = name.endswith(".pdf")
    response = HttpResponse(content, content_type="application/pdf" if is_pdf else _DOCX)
    response["Content-Disposition"] = content_disposition_header(not is_pdf, name) or "attachment"
    # A document loads and runs nothing; the viewers of browsers bring styles of their own.
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@login_required
def report_figures(request: HttpRequest, public_id: str) -> HttpResponse:
    """The figures of the report as XLSX, each with its definition."""
    user = reader(request)
    case = report_for(user, public_id)
    content = content_now(case, user)
    figures = Figures.from_json(content["figures"])
    titles = document_of(content).titles
    rows = [
        (group.title, row.name, *_cells(row.kind, row.value), row.unit, row.definition, row.code)
        for group in figures.groups
        for row in group.figures
    ]
    head = ("ตาราง", "รายการ", "จำนวน", "จากทั้งหมด", "หน่วยนับ", "นิยาม", "รหัส")
    return xlsx_response(f"report-{case.report.unit.code}-{case.report.period}.xlsx", titles, head, rows)


def _cells(kind: str, value: Any) -> tuple[Any, Any]:
    """A figure as two cells: how many, and of how many."""
    from decimal import Decimal

    if kind in ("share", "points") and value is not None:
        part, whole = value
        return (part, whole) if kind == "share" else (Decimal(part), Decimal(whole))
    return (Decimal(value) if kind == "money" and value is not None else value), None


def number(text: str) -> int:
    """A version as an address names it. Raises Http404."""
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise Http404
    return int(text)


# --- Taking an edge ---------------------------------------------------------------------------------------------------
class TakeReport(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {"figures_are_known": "text", "section_of_the_form": "section", "running_clock": "clock"}
    template = "scores/reports/take.html"
    beside_template = "scores/reports/beside.html"

    def case_for(self, user: User, public_id: str) -> ReportCase:
        """See `report_for`."""
        return report_for(user, public_id)

    def heading(self, user: User, case: ReportCase) -> dict[str, Any]:  # noqa: ARG002 - nothing is hidden
        """As on the page of the report."""
        return heading(case)

    def initial(self, request: HttpRequest, case: ReportCase, edge: Edge) -> dict[str, Any]:
        """The section that the page chose, as it stands; of figures the digest of those that are shown."""
        if edge.name == "write":
            found = case.report.texts().get(request.GET.get("section", ""))
            if found is None:
                raise Http404
            return {"section": found.section, "text": found.text, "base": found.version}
        return {"shown": _figures_now(case).digest} if edge.name == "fill" else {}

    def beside(self, user: User, case: ReportCase, edge: Edge) -> dict[str, Any]:
        """What has to be read before: the figures that a text may name; what filling in would change; what is signed;
        what everybody would read."""
        match edge.name:
            case "write":
                figures = _figures_told(case, user, case.report.filling.read())
                return {"figures": figures, "texts_now": case.report.texts()}
            case "fill":
                both = (case.report.filling.read(), _figures_now(case))
                before, now = (_figures_told(case, user, figures) for figures in both)
                return {"changes": changes(before, now), "is_fill": True}
            case "sign":
                return {"document": document_of(_told(case, user, draft_content(case.report)))}
            case "publish":
                return {"document": document_of(for_everybody(content_now(case, user)))}
        return {}

    def carry_out(
        self, case: Any, edge: Edge, actor: Actor, form: Any, *, seen_version: int | None, seen_seq: int | None
    ) -> Any:
        """Of two who write in one section the second is told, and nobody's text is lost. Two sections of one person in
        two windows are two texts: only the version of the section counts."""
        if edge.name != "write":
            return super().carry_out(case, edge, actor, form, seen_version=seen_version, seen_seq=seen_seq)
        try:
            return super().carry_out(case, edge, actor, form, seen_version=seen_version, seen_seq=None)
        except Missing as refusal:
            if refusal.field != "nobody_wrote_meanwhile":
                raise
            section = form.cleaned_data["section"]
            newest = case.report.texts()[section]
            if newest.by_id == actor.user.pk and newest.text == tidy(form.cleaned_data["text"]):
                return case  # the same form, sent twice
            raise Overtaken(case, _last_written(case, section)) from None

    def _overtaken(self, request: HttpRequest, stale: Any, law: Edge, refusal: Overtaken | None) -> HttpResponse:
        """The text that was typed stays, and sending it again takes the place of the one that is there now."""
        if law.name == "write":
            sent = request.POST.copy()
            section = str(sent.get("section", ""))
            known = section in {row.code for row in stale.report.outline.sections}
            sent["base"] = str(stale.report.newest_version(section) if known else 0)
            request.POST = sent  # type: ignore[assignment]
        return super()._overtaken(request, stale, law, refusal)

    def after(self, request: HttpRequest, case: Any) -> HttpResponse:
        """From a section back to it."""
        section = request.POST.get("section", "")
        if any(row.code == section for row in case.report.outline.sections):
            return redirect(reverse("report", args=[case.public_id]) + f"#section-{section}")
        return super().after(request, case)


def _figures_now(case: ReportCase) -> Figures:
    """The figures as they stand; read once for a page."""
    kept: Figures | None = vars(case).get("_figures_now")
    if kept is None:
        kept = vars(case)["_figures_now"] = figures_of(case.report.unit, _period(case))
    return kept


def _last_written(case: ReportCase, section: str) -> LedgerEntry | None:
    # Facts are kept as the text that was hashed: canonical JSON, so a fact is written in one way only.
    rows = LedgerEntry.objects.filter(case=case.pk, verb="write", facts__contains=f'"section":"{section}"')
    return rows.select_related("actor").order_by("-seq").first()


take = TakeReport.as_view()
