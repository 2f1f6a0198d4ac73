"""Official letters of the demo: the steps of a story by which a text goes out on paper, and the letterhead."""

from datetime import date

from complaints.letters.registers import letter_year
from complaints.models import ComplaintCase, Letter, LetterCount, LetterSeries
from organisations.models import Unit

from .story import Teller

_STEPS = ("drafted", "registered", "signed", "despatched")
_OFFICE = "NAN"


def letter(t: Teller, carries: str, *, upto: str = "despatched", signatory: str = "") -> None:
    """The newest text of a sort becomes a letter.

    carries: reply, message, referral or request. upto: how far it has come (drafted, registered, signed, despatched).
    signatory: who signs; "" for the approver.
    """
    t.then("draft_letter", t.holder, (0.1, 0.5), carries=carries, signatory=signatory or t.begin.desk.approver)
    steps = (
        ("register_letter", {"registered_on": True, "number": True}),
        ("attach_signed", {"scan": "หนังสือที่ลงนามแล้ว"}),
        ("despatch_letter", {"despatched_on": True, "way": t.rng.choice(("post", "saraban")), "tracking": ""}),
    )
    for edge, facts in steps[: _STEPS.index(upto)]:
        t.then(edge, t.holder, (0.1, 0.6), letter=True, **facts)


def number_of(case: ComplaintCase, day: date) -> str:
    """The next number of a register on `day`. The stories are not played in the order of their days, so each day has
    ten numbers of its own: numbers and dates run together, as in every register."""
    series = LetterSeries.objects.filter(unit=case.unit_id).first()
    before = Letter.objects.filter(unit=case.unit_id, registered_on=day).count()
    return f"{series.prefix if series else 'นน 9999'}/{_first_of(day) + before}"


def _first_of(day: date) -> int:
    return day.timetuple().tm_yday * 10


def begin_series(today: date) -> None:
    """From now on the province's numbers are given here; the other units copy theirs. Safe to repeat."""
    series = LetterSeries.objects.get(unit__code=_OFFICE)
    LetterCount.objects.get_or_create(series=series, year=letter_year(today), defaults={"last": _first_of(today) + 9})
    LetterSeries.objects.filter(pk=series.pk).update(gives_numbers=True)


def load_letterhead() -> None:
    """The letterhead of the province. Safe to repeat."""
    LetterSeries.objects.get_or_create(
        unit=Unit.objects.get(code=_OFFICE),
        defaults={
            "prefix": "นน 9999.1",
            "address": "ศาลากลางจังหวัด (ที่อยู่ตัวอย่าง)",
            "email": "demo@example.org",
        },
    )
