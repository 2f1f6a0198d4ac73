"""Dates, money, numerals and signs as templates write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from organisations import formats
from organisations.templatetags import sodsong
from organisations.templatetags.sodsong import Sign

TODAY = date(2026, 11, 20)


def render(source: str, **context: object) -> str:
    return Template("{% load sodsong %}" + source).render(Context({"today": TODAY, **context}))


@pytest.fixture(autouse=True)
def thai():
    with translation.override("th"):
        yield


def test_thai_date_is_in_the_buddhist_era():
    assert sodsong.thai_date(TODAY) == "20 พ.ย. 2569"
    assert sodsong.thai_date_long(TODAY) == "20 พฤศจิกายน 2569"
    with translation.override("en"):
        assert sodsong.thai_date(TODAY) == "20 Nov 2026"


def test_thai_date_of_a_moment_is_its_day_in_bangkok():
    assert sodsong.thai_date(datetime(2026, 12, 31, 18, 30, tzinfo=UTC)) == "1 ม.ค. 2570"


@override_settings(TIME_ZONE="Asia/Bangkok")
def test_thai_moment_is_24_hours_in_bangkok():
    moment = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
    assert sodsong.thai_moment(moment) == "20 พ.ย. 2569 14:05 น."
    assert sodsong.thai_time(moment) == "14:05 น."
    with translation.override("en"):
        assert sodsong.thai_moment(moment) == "20 Nov 2026, 14:05"


@pytest.mark.parametrize(
    "name",
    ["thai_date", "thai_date_long", "thai_time", "thai_moment", "ago", "due_in", "number", "baht", "share"],
)
def test_filters_write_nothing_for_nothing(name):
    assert getattr(sodsong, name)(None) == ""


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "(today)"), (1, "(in 1 day)"), (3, "(in 3 days)"), (-1, "(1 day late)"), (-2, "(2 days late)")],
)
def test_due_in_says_how_far(days, text):
    with translation.override("en"):
        assert sodsong.due_in(TODAY + timedelta(days=days), TODAY) == text


@pytest.mark.parametrize(("days", "tone"), [(-1, "late"), (0, "soon"), (3, "soon"), (4, "plain")])
def test_due_is_toned_and_marked_by_distance(days, tone):
    shown = render("{% due day %}", day=TODAY + timedelta(days=days))
    assert f"due-{tone}" in shown
    assert ("<svg" in shown) == (tone != "plain")


def test_due_without_a_date_has_no_distance():
    shown = render("{% due day %}", day=None)
    assert "–" in shown
    assert "(" not in shown


def test_ago_uses_the_largest_unit_that_says_something():
    now = timezone.now()
    with translation.override("en"):
        for span, text in [
            ({"seconds": 5}, "just now"), ({"minutes": 2}, "2 minutes ago"), ({"hours": 1}, "1 hour ago"),
            ({"days": 3, "hours": 5}, "3 days ago"), ({"seconds": -9}, "just now"),
        ]:  # fmt: skip
            assert formats.write_ago(now - timedelta(**span), now) == text


def test_money_has_commas_and_the_word():
    assert sodsong.baht(Decimal("1234")) == "1,234.00 บาท"
    assert sodsong.baht(1234567) == "1,234,567.00 บาท"
    with translation.override("en"):
        assert sodsong.baht(Decimal("0.5")) == "0.50 baht"


def test_share_is_exact_on_the_worked_examples():
    assert [sodsong.share(Decimal(n) / 878) for n in (755, 812, 48, 5, 13, 705)] == [
        "85.99%", "92.48%", "5.47%", "0.57%", "1.48%", "80.30%",
    ]  # fmt: skip


def test_thai_numerals_are_a_choice_and_end_with_it():
    with formats.thai_numerals(True):
        assert sodsong.thai_date(TODAY) == "๒๐ พ.ย. ๒๕๖๙"
        assert sodsong.baht(1234) == "๑,๒๓๔.๐๐ บาท"
        assert sodsong.numerals("สพ-2569-000012") == "สพ-๒๕๖๙-๐๐๐๐๑๒"
    assert sodsong.numerals("สพ-2569-000012") == "สพ-2569-000012"


@given(st.dates(date(1900, 1, 1), date(2400, 1, 1)))
def test_written_dates_can_be_read_back(day):
    with translation.override("th"):
        number, month, year = formats.write_date(day).split()
    assert date(int(year) - 543, formats.THAI_MONTHS.index(month) + 1, int(number)) == day


# --- Signs --------------------------------------------------------------------------------------------------------
def test_icon_is_ornament_unless_it_has_a_label():
    assert 'aria-hidden="true"' in sodsong.icon("clock")
    labelled = sodsong.icon("message", "new <message>")
    assert 'role="img"' in labelled
    assert "new &lt;message&gt;" in labelled


def test_state_tag_has_icon_and_word_and_survives_an_unknown_code(monkeypatch):
    monkeypatch.setattr(sodsong, "_signs", {})
    sodsong.register_signs({"resting": Sign("พัก <อยู่>", "pause", "paused")})
    shown = sodsong.state_tag("resting")
    assert "tag-paused" in shown
    assert "icons.svg#pause" in shown
    assert "พัก &lt;อยู่&gt;" in shown
    assert sodsong.state_word("resting") == "พัก <อยู่>"
    assert "unheard" in sodsong.state_tag("unheard")


def test_query_changes_some_values_and_keeps_the_others():
    request = RequestFactory().get("/queue/", {"tab": "unit", "after": "9", "kind": ["3", "4"]})
    assert render('{% query tab="mine" after=None %}', request=request) == "?tab=mine&amp;kind=3&amp;kind=4"
    assert render('{% query tab=None after=None kind="" %}', request=request) == "/queue/"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("สั้น", "สั้น"),
        ("อยู่ระหว่างรวบรวมข้อเท็จจริง", "อยู่ระหว่างรวบรวม…"),
        ("ไฟฟ้าดับที่บ้านเลขที่แปด", "ไฟฟ้าดับที่บ้าน…"),
    ],
)
def test_a_text_that_is_cut_keeps_its_last_letter_whole(text: str, shown: str) -> None:
    assert formats.beginning(text, 19 if "รวบรวม" in text else 17) == shown


@given(st.text("กขเแไ่้ัำab ", max_size=30), st.integers(2, 20))
def test_a_text_that_is_cut_is_short_enough_and_ends_with_a_whole_letter(text: str, most: int) -> None:
    cut = formats.beginning(text, most)
    assert len(cut) <= most
    if cut != text:
        kept = cut.removesuffix("…")
        assert text.startswith(kept)
        assert not kept or text[len(kept)] not in "่้ั"
        assert not kept.endswith(tuple("เแไ"))
