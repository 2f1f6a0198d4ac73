"""What everybody may read of reports, and nothing else: the only read of the public pages and files."""

import hashlib
import json
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.opentables import Column, Row, Table
from scores.models import Publication, Report
from scores.reports.figures import Figures
from scores.reports.panel import period_name

COLUMNS = (
    Column("unit", _("Agency"), file=False),
    Column("agency", _("Code"), page=False),
    Column("name", _("Agency"), page=False),
    Column("report", _("Code"), page=False),
    Column("form", _("Code"), page=False),
    Column("period_name", _("Period"), file=False),
    Column("period", _("Period"), page=False),
    Column("first", _("Period"), "day", page=False),
    Column("last", _("Period"), "day", page=False),
    Column("version", _("Version"), "number", page=False),
    Column("published_on", _("Published on"), "day", file=False),
    Column("published_at", _("Published on"), "day", page=False),
)


def reports() -> QuerySet[Publication]:
    """The reports that are public, each by its newest public version, the newest period first."""
    public = Publication.objects.filter(until=None)
    later = public.filter(signed__report=OuterRef("signed__report"), signed__version__gt=OuterRef("signed__version"))
    rows = public.filter(~Exists(later)).defer("pdf", "docx", "content", "signed__pdf", "signed__docx")
    return rows.select_related("signed__report__unit", "signed__report__case").order_by("-signed__report__last", "-pk")


def reports_table(rows: QuerySet[Publication]) -> Table:
    """The list of public reports. rows: of `reports`."""
    return Table(COLUMNS, lambda start, stop: [_row(row) for row in rows[start:stop]], rows.count())


def _row(row: Publication) -> Row:
    report = row.signed.report
    return {
        "unit": str(report.unit),
        "agency": report.unit.code,
        "name": report.unit.name_th,
        "report": report.case.public_id,
        "form": report.form,
        "period_name": period_name(report),
        "period": report.period,
        "first": report.first,
        "last": report.last,
        "version": row.signed.version,
        "published_on": timezone.localdate(row.at),
        "published_at": row.at,
        "_url": reverse("open_report", args=[report.case.public_id]),
    }


def report_of(public_id: str, version: int | None = None) -> Publication:
    """A public version of a report; the newest where none is named. Raises Http404, the same whether the report is
    unknown or not public."""
    rows = Publication.objects.filter(until=None, signed__report__case__public_id=public_id)
    rows = rows.select_related("signed__report__unit", "signed__report__case").defer("signed__pdf", "signed__docx")
    found = (rows if version is None else rows.filter(signed__version=version)).order_by("-signed__version").first()
    if found is None:
        raise Http404
    return found


def versions_of(row: Report) -> list[Publication]:
    """Its public versions, the newest first."""
    rows = Publication.objects.filter(until=None, signed__report=row).select_related("signed")
    return list(rows.defer("pdf", "docx", "content", "signed__pdf", "signed__docx").order_by("-signed__version"))


def as_json(found: Publication) -> dict[str, Any]:
    """A public report as open data: its texts, and every figure that is shown with its definition."""
    content = json.loads(found.content)
    row = found.signed.report
    figures = Figures.from_json(content["figures"])
    return {
        "agency": {"code": row.unit.code, "name_th": row.unit.name_th, "name_en": row.unit.name_en},
        "report": row.case.public_id,
        "form": row.form,
        "period": {"code": row.period, "first": row.first.isoformat(), "last": row.last.isoformat()},
        "version": found.signed.version,
        "signed_on": content["signatory"]["on"],
        "published_at": found.at.isoformat(),
        "filled_on": figures.filled_on,
        "texts": content["texts"],
        "figures": [
            {
                "code": figure.code,
                "name": figure.name,
                "definition": figure.definition,
                "unit": figure.unit,
                "kind": figure.kind,
                "value": figure.value,
            }
            for group in figures.groups
            for figure in group.figures
        ],
        "sha256": hashlib.sha256(found.content.encode()).hexdigest(),
    }
