"""What each edge of a report writes: the only place that changes one."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from complaints.letters.signing import Signature
from complaints.models import LetterSeries
from complaints.statistics.periods import period_of
from organisations.models import Holding, Role
from organisations.queries import units_above
from scores.models import Filling, Note, Publication, Report, ReportCase, SectionText, SignedReport
from scores.reports.content import content_of, document_of, for_everybody, tidy
from scores.reports.figures import Figures, canonical
from scores.reports.filling import figures_of
from scores.reports.outline import form_of
from scores.reports.pdf import report_pdf
from scores.reports.word import report_docx
from workflows import handover
from workflows.actions import Action, Recorded, enter_into, taken_is_refused
from workflows.notes import Notes, take_over
from workflows.refusals import Missing
from workflows.transitions import Step

NOTES = Notes(Note)
ACTIONS: dict[str, Action] = {
    "note": NOTES.note,
    "extend": NOTES.extend,
    "take_over": take_over,
    "put_back": handover.put_back,
    "follow_unit": handover.follow_unit,
    "send_back": NOTES.why,
}
_TAKEN = {"one_written_report_a_period": ("one_a_period", _("This unit has a report for this period already."))}
_edge = enter_into(ACTIONS, within=partial(taken_is_refused, _TAKEN))
_ACTING = "ปฏิบัติราชการแทน"
_SIGNING = (Role.HEAD, Role.EXECUTIVE)


# --- Writing ----------------------------------------------------------------------------------------------------------
@_edge("begin")
def begin(step: Step, *, period: str) -> Recorded:
    """A report of the unit for a period (its code), with its figures and with what sections begin with."""
    case, meant = step.case, period_of(period)
    assert meant is not None
    form = form_of(meant)
    assert form is not None
    row = Report.objects.create(
        case=case, unit=case.unit, form=form.code, period=meant.code, first=meant.first, last=meant.last
    )
    SectionText.objects.bulk_create(
        SectionText(report=row, section=section.code, version=1, text=section.lead, at=step.at)
        for section in form.sections
        if section.lead
    )
    case.subject, case.category, case.screened = meant.code, form.code, True
    step.hand_to(step.user)
    step.number_wanted = True
    return {"period": meant.code, "form": form.code, "filling": _fill(step, row, figures_of(case.unit, meant)).pk}


@_edge("write")
def write(step: Step, *, section: str, text: str, base: int) -> Recorded:
    """A new version of a section. base: the version that the writer had before him, checked by the guard."""
    row = _report(step)
    kept = SectionText.objects.create(
        report=row, section=section, version=base + 1, text=tidy(text), by=step.user, at=step.at
    )
    return {"section": section, "version": kept.version, "text": kept.pk}


@_edge("fill")
def fill(step: Step, *, shown: str = "") -> Recorded:
    """The figures as they stand now; no text changes. shown: the digest of those that the person saw before.

    Raises Missing: nothing is another figure, or something is since he saw them.
    """
    row = _report(step)
    period = period_of(row.period)
    assert period is not None
    figures = figures_of(row.unit, period)
    if figures.digest == row.filling.digest:
        raise Missing(_("No figure has changed since it was filled in last."), field="shown")
    if shown and shown != figures.digest:
        raise Missing(
            _("The figures have changed again while you looked. Look at what changed once more."), field="shown"
        )
    kept = _fill(step, row, figures)
    return {"filling": kept.pk, "number": kept.number, "digest": kept.digest}


def _fill(step: Step, row: Report, figures: Figures) -> Filling:
    number = (row.fillings.aggregate(last=Max("number"))["last"] or 0) + 1
    stored = {"figures": figures.to_json(), "digest": figures.digest}
    return Filling.objects.create(report=row, number=number, by=step.user, at=step.at, **stored)


@_edge("send")
def send(step: Step) -> Recorded:
    """What is to be signed: which texts and which figures."""
    row = _report(step)
    return {"texts": [text.pk for text in row.texts().values()], "filling": row.filling.pk}


# --- Signing ----------------------------------------------------------------------------------------------------------
@_edge("sign")
def sign(step: Step) -> Recorded:
    """The content and both documents are kept as they are signed, byte for byte."""
    row = _report(step)
    version = row.signed_versions.count() + 1
    content = draft_content(row, version=version, signatory=_signatory(step))
    document, text = document_of(content), canonical(content)
    pdf, docx = report_pdf(document), report_docx(document)
    kept = SignedReport.objects.create(
        report=row,
        version=version,
        content=text,
        digest=_digest(text.encode()),
        pdf=pdf,
        pdf_digest=_digest(pdf),
        docx=docx,
        docx_digest=_digest(docx),
        by=step.user,
        at=step.at,
    )
    _correcting(row, "")
    return {"version": version, "digest": kept.digest, "pdf": kept.pdf_digest, "docx": kept.docx_digest}


@_edge("correct")
def correct(step: Step, *, reasons: str) -> Recorded:
    """A new version begins from the newest texts; what was signed stays."""
    _correcting(_report(step), tidy(reasons))
    return {"note": NOTES.write(step, reasons)}


@_edge("keep_signed")
def keep_signed(step: Step, *, reasons: str) -> Recorded:
    """The correction is given up; what was written for it stays among the versions."""
    _correcting(_report(step), "")
    return {"note": NOTES.write(step, reasons)}


@_edge("withdraw")
def withdraw(step: Step, *, reasons: str) -> Recorded:
    """Another one may begin for the same period."""
    row = _report(step)
    row.ended = True
    row.save(update_fields=["ended"])
    return {"note": NOTES.write(step, reasons)}


def _correcting(row: Report, why: str) -> None:
    row.correcting = why
    row.save(update_fields=["correcting"])


# --- For everybody ----------------------------------------------------------------------------------------------------
@_edge("publish")
def publish(step: Step) -> Recorded:
    """The version that was signed last, without small figures of complaints."""
    signed = _report(step).signed()
    assert signed is not None  # by the state
    content = for_everybody(read_content(signed))
    document = document_of(content)
    kept = Publication.objects.create(
        signed=signed,
        content=canonical(content),
        pdf=report_pdf(document),
        docx=report_docx(document),
        by=step.user,
        at=step.at,
    )
    return {"version": signed.version, "publication": kept.pk, "digest": _digest(kept.content.encode())}


@_edge("take_down")
def take_down(step: Step, *, reasons: str) -> Recorded:
    """No version is public any more."""
    row = _report(step)
    taken = Publication.objects.filter(signed__report=row, until=None)
    versions = sorted(taken.values_list("signed__version", flat=True))
    taken.update(until=step.at)
    return {"versions": versions, "note": NOTES.write(step, reasons)}


# --- Shared -----------------------------------------------------------------------------------------------------------
def draft_content(row: Report, *, version: int = 0, signatory: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The content of a report as it stands. version: 0, or the one that is being signed, by its signatory."""
    period = period_of(row.period)
    assert period is not None
    series = LetterSeries.objects.filter(unit=row.unit_id).only("thai_numerals").first()
    with translation.override("th"):
        name = period.name
    return content_of(
        form_code=row.form,
        unit=row.unit.name_th,
        period=f"ประจำเดือน {name}" if period.is_month else name,
        texts={code: text.text for code, text in row.texts().items()},
        figures=row.filling.read(),
        # As the agency sets it for its letters; official documents have them unless it does.
        thai_numerals=series.thai_numerals if series else True,
        version=version,
        reason=row.correcting,
        signatory=signatory,
    )


def read_content(kept: SignedReport | Publication) -> dict[str, Any]:
    """The content of what was signed or published."""
    import json

    found: dict[str, Any] = json.loads(kept.content)
    return found


def _signatory(step: Step) -> dict[str, str]:
    """Who signs: with the nearest post that lets him."""
    distances = units_above(step.case.unit_id)
    today = timezone.localdate(step.at)
    held = Holding.objects.filter(
        user=step.user, valid__contains=today, post__valid__contains=today,
        post__unit__in=distances, post__roles__overlap=list(_SIGNING),
    ).select_related("post", "user")  # fmt: skip
    nearest = min(held, key=lambda row: (distances[row.post.unit_id], row.deputy, row.pk))
    series = LetterSeries.objects.filter(unit=step.case.unit_id).only("acting").first()
    signature = Signature.of(nearest, series.acting if series else _ACTING)
    on = today.isoformat()
    return {"name": signature.name, "title": signature.title, "acting_for": signature.acting_for, "on": on}


def _report(step: Step) -> Report:
    case = step.case
    assert isinstance(case, ReportCase)
    row = Report.objects.select_related("unit").get(case=case.pk)
    case.report = row
    return row


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
