"""The reports of the demo: one that is signed and public, one that is being written."""

from datetime import date

import pytest
from django.utils import timezone

from organisations.demo.load import load_organisation
from scores.demo.reports import load_reports, reports
from scores.models import Publication, Report, ReportCase, SignedReport
from scores.reports import states
from scores.reports.checks import report_problems


@pytest.mark.django_db
def test_demo_has_a_signed_report_and_a_draft_and_is_played_once() -> None:
    today = timezone.localdate()
    load_organisation(today)
    assert load_reports(today) == load_reports(today) == 2
    assert sorted(ReportCase.objects.values_list("state", flat=True)) == [states.DRAFT, states.SIGNED]
    assert Report.objects.get(case__state=states.SIGNED).form == "year"
    assert SignedReport.objects.count() == Publication.objects.filter(until=None).count() == 1
    assert not ReportCase.objects.filter(changed_at__date__gte=today).exists()
    assert list(report_problems()) == []


@pytest.mark.parametrize("today", [date(2026, 10, 1), date(2026, 11, 21), date(2027, 4, 1), date(2027, 9, 30)])
def test_periods_of_the_demo_are_over_on_any_day(today: date) -> None:
    assert all(row.period.last < today for row in reports(today))
