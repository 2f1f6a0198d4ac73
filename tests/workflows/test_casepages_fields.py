"""What the fields of the officers' forms make of odd values."""

from datetime import date

import pytest
from django import forms

from workflows.casepages.fields import ThaiDateField


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("25/12/2569", date(2026, 12, 25)),
        ("25/12/2026", date(2026, 12, 25)),
        ("2026-12-25", date(2026, 12, 25)),
        # A date picker knows one era only; guessing would make a slip a valid date.
        ("2569-12-25", date(2569, 12, 25)),
        ("29/02/2571", date(2028, 2, 29)),
    ],
)
def test_date_in_the_buddhist_era_is_one_that_was_typed_in_the_thai_order(typed: str, day: date) -> None:
    assert ThaiDateField().clean(typed) == day


@pytest.mark.parametrize("typed", ["29/02/2570", "0000-01-01", "25/13/2569", "²/12/2569"])
def test_date_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        ThaiDateField().clean(typed)
