"""What everybody may read of reports, and nothing else: the only read of the public pages and files."""

import hashlib
import json
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from scores.models import Publication, Report
from scores.reports.figures import Figures


def reports() -> QuerySet[Publication]:
    """The reports that are public, each by its newest public version, the newest period first."""
    public = Publication.objects.filter(until=None)
    later = public.filter(signed__report=OuterRef("signed__report"), signed__version__gt=OuterRef("signed__version"))
    rows = public.filter(~Exists(later)).defer("pdf", "docx", "content", "signed__pdf", "signed__docx")
    return rows.select_related("signed__report__unit", "signed__report__case").order_by("-signed__report__last", "-pk")


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
