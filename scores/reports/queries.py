"""The only reads of reports for the pages of the agency."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from organisations.models import Unit, User
from organisations.queries import open_units, units_below, units_where
from scores.models import Publication, Report, ReportCase, SignedReport
from scores.reports.rules import WRITERS
from workflows.queries import visible_to


def reports_visible_to(user: User) -> QuerySet[ReportCase]:
    """The reports that exist for `user`, as cases; `is_public`: whether a version is published."""
    public = Publication.objects.filter(signed__report=OuterRef("pk"), until=None)
    cases = ReportCase.objects.filter(pk__in=visible_to(user, "report").values("pk"))
    return cases.annotate(is_public=Exists(public))


def report_for(user: User, public_id: str) -> ReportCase:
    """One report by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    wanted = reports_visible_to(user).select_related("unit", "holder", "report__unit")
    case = wanted.filter(public_id=public_id).first()
    if case is None:
        raise Http404
    return case


def signed_version(row: Report, version: int | None) -> SignedReport:
    """A version that was signed, the last one where none is named. Raises Http404."""
    rows = row.signed_versions.order_by("-version")
    found = (rows if version is None else rows.filter(version=version)).first()
    if found is None:
        raise Http404
    return found


def units_reported_by(user: User) -> QuerySet[Unit]:
    """The open units whose reports `user` may begin."""
    return open_units().filter(pk__in=units_below(units_where(user, WRITERS)))
