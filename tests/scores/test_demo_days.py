"""The assessments of the demo, and the scores of the days before it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from complaints.rule_loading import load_rule_data as load_complaint_rules
from organisations.calendar import fiscal_year
from organisations.demo.load import load_organisation
from organisations.models import Unit
from procurement.rule_data import load_rule_data as load_procurement_rules
from scores import executive
from scores.daily import followed
from scores.demo.load import ASSESSMENTS, is_loaded, kept_days, load_scores
from scores.demo.registers import load_registers
from scores.models import Assessment, Snapshot, Statement
from scores.rule_data import load_rule_data
from scores.snapshots import facts_of
from workflows.checks import problems
from workflows.models import LedgerEntry


@pytest.mark.parametrize(
    "today", [date(2026, 10, 1), date(2026, 11, 21), date(2027, 3, 31), date(2028, 2, 29)], ids=str
)
def test_kept_days_are_a_week_and_the_end_of_each_of_twelve_months(today: date) -> None:
    days = kept_days(today)
    assert days == sorted(set(days))
    assert days[-1] == today - timedelta(days=1)
    assert sum((today - day).days <= 7 for day in days) == 7
    ends = {day for day in days if (day + timedelta(days=1)).day == 1}
    assert len({(day.year, day.month) for day in ends}) == len(ends) == 12
    assert today.replace(day=1) - timedelta(days=1) in ends


@pytest.mark.django_db
def test_demo_keeps_the_days_as_the_nights_would_have(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    for load in (load_complaint_rules, load_procurement_rules, load_rule_data):
        load()
    load_organisation(today)
    load_registers(today, lambda _line: None)
    monkeypatch.setattr("scores.demo.load.load_reports", lambda _today: 0)
    assert load_scores(today, lambda _line: None) == len(ASSESSMENTS)
    assert is_loaded()
    kept = Snapshot.objects.filter(cause="daily", family="cdd-clean")
    assert kept.count() == len(kept_days(today)) * len(followed())
    assert not LedgerEntry.objects.filter(at__gt=timezone.now()).exists()

    office = Unit.objects.get(code="NAN-CD")
    begun = Assessment.objects.get(unit=office, fiscal_year=fiscal_year(today), ended=False)
    said = min(timezone.localdate(row.at) for row in Statement.objects.filter(assessment=begun.pk))
    for row in kept.filter(unit=office, fiscal_year=begun.fiscal_year):
        # A day holds what the assessment said by then, and nothing that it said later.
        assert bool(facts_of(row).attested) == (row.as_of >= said), row.as_of
    assert len(executive.months_of([office], today)[office.pk]) >= 11
    assert list(problems()) == []
    assert load_scores(today, lambda _line: None) == len(ASSESSMENTS)
    assert kept.count() == len(kept_days(today)) * len(followed())
