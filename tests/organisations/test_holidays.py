from datetime import date, timedelta
from io import StringIO

import holidays as package
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from organisations.holidays import SPECIAL_DAYS_SOURCE, government_holidays, seed_holidays
from organisations.models import Holiday

SPECIAL_DAYS = [date(2025, 6, 2), date(2025, 8, 11), date(2026, 1, 2)]


def by_day(*years):
    return {holiday.day: holiday for holiday in government_holidays(years)}


def test_labour_day_is_no_government_holiday_in_any_year():
    for holiday in government_holidays(range(2015, 2031)):
        assert "Labor" not in holiday.name_en
        assert "แรงงาน" not in holiday.name_th
    assert date(2026, 5, 1) not in by_day(2026)


def test_substitute_for_labour_day_is_no_government_holiday():
    found = by_day(2021, 2022, 2027)
    # 1 May fell on a Saturday, a Sunday and a Saturday.
    assert not {date(2021, 5, 3), date(2022, 5, 2), date(2027, 5, 3)} & found.keys()


def test_holiday_that_shares_labour_day_stays(monkeypatch):
    day = date(2026, 5, 1)
    names = {"th": "วันวิสาขบูชา; วันแรงงานแห่งชาติ", "en_US": "Visakha Bucha; National Labor Day"}
    monkeypatch.setattr(package, "country_holidays", lambda *args, language, **kwargs: {day: names[language]})
    assert (by_day(2026)[day].name_th, by_day(2026)[day].name_en) == ("วันวิสาขบูชา", "Visakha Bucha")


@pytest.mark.parametrize("day", [date(2024, 5, 10), date(2025, 5, 9)])
def test_royal_ploughing_ceremony_is_included(day):
    assert by_day(day.year)[day].name_th == "วันพืชมงคล"


@pytest.mark.parametrize("day", SPECIAL_DAYS)
def test_special_days_of_the_cabinet_are_included_with_their_source(day):
    holiday = by_day(day.year)[day]
    assert holiday.source == SPECIAL_DAYS_SOURCE
    assert (holiday.name_th, holiday.name_en) == ("วันหยุดราชการเพิ่มเป็นกรณีพิเศษ", "Special government holiday")


def test_special_days_are_included_even_if_the_package_lacks_them(monkeypatch):
    monkeypatch.setattr(package, "country_holidays", lambda *args, **kwargs: {})
    assert [holiday.day for holiday in government_holidays([2025, 2026])] == SPECIAL_DAYS


def test_special_days_stay_out_of_other_years():
    assert {day.year for day in by_day(2024)} == {2024}


def test_substitute_days_are_named_as_in_the_table_of_the_cabinet():
    assert by_day(2024)[date(2024, 2, 26)].name_th == "วันหยุดชดเชยวันมาฆบูชา"


def test_every_row_fits_the_table_and_is_named_in_both_languages():
    found = government_holidays(range(1974, 2060))
    assert len({holiday.day for holiday in found}) == len(found)
    for holiday in found:
        assert 0 < len(holiday.name_th) <= 200
        assert 0 < len(holiday.name_en) <= 200
        assert not any("\u0e00" <= letter <= "\u0e7f" for letter in holiday.name_en)
        assert len(holiday.source) <= 300


def test_weekdays_closed_in_2568_are_those_of_the_cabinet():
    weekdays = {day.strftime("%m-%d") for day in by_day(2025) if day.weekday() < 5}
    assert weekdays == {
        *("01-01", "02-12", "04-07", "04-14", "04-15", "04-16", "05-05", "05-09", "05-12", "06-02", "06-03"),
        *("07-10", "07-11", "07-28", "08-11", "08-12", "10-13", "10-23", "12-05", "12-10", "12-31"),
    }


@pytest.mark.django_db
class TestSeed:
    @pytest.fixture(autouse=True)
    def empty_table(self):
        Holiday.objects.all().delete()

    def test_seed_twice_changes_nothing(self):
        first = seed_holidays(range(2024, 2027))
        rows = list(Holiday.objects.values_list())
        second = seed_holidays(range(2024, 2027))
        refreshed = seed_holidays(range(2024, 2027), refresh=True)
        assert first.added == len(rows) > 60
        for again in (second, refreshed):
            assert (again.added, again.updated, again.removed, again.pending) == (0, 0, 0, ())
            assert again.kept == len(rows)
        assert list(Holiday.objects.values_list()) == rows

    @pytest.mark.parametrize("refresh", [False, True])
    def test_seed_leaves_an_administrators_row_alone(self, refresh):
        Holiday.objects.create(day=date(2025, 6, 2), name_th="ของผู้ดูแล", source="หนังสือเวียน")
        own_day = date(2025, 3, 3)
        Holiday.objects.create(day=own_day, name_th="วันหยุดจังหวัด", source="ประกาศจังหวัด")
        result = seed_holidays([2025], refresh=refresh)
        assert result.kept == 2
        assert Holiday.objects.get(day=date(2025, 6, 2)).name_th == "ของผู้ดูแล"
        assert Holiday.objects.get(day=own_day).source == "ประกาศจังหวัด"
        assert Holiday.objects.filter(day=date(2025, 8, 11)).exists()

    def test_seed_does_not_bring_back_a_deleted_holiday_unless_refreshed(self):
        seed_holidays([2025])
        day = date(2025, 8, 11)
        Holiday.objects.get(day=day).delete()
        assert seed_holidays([2025]).pending == (day,)
        assert not Holiday.objects.filter(day=day).exists()
        assert seed_holidays([2025], refresh=True).added == 1
        assert Holiday.objects.filter(day=day).exists()

    def test_refresh_moves_an_estimate_that_was_wrong(self):
        source = "python-holidays 0.84, Thailand (public, government)"
        wrong = date(2026, 3, 4)
        Holiday.objects.create(day=wrong, name_th="วันมาฆบูชา", name_en="Makha Bucha", source=source)
        Holiday.objects.create(day=date(2026, 1, 1), name_th="ปีใหม่", name_en="New Year", source=source)
        before = seed_holidays([2026])
        assert (before.added, before.updated, before.removed) == (0, 0, 0)
        assert wrong in before.pending
        after = seed_holidays([2026], refresh=True)
        assert (after.updated, after.removed) == (1, 1)
        assert not Holiday.objects.filter(day=wrong).exists()
        assert Holiday.objects.get(day=date(2026, 3, 3)).name_th == "วันมาฆบูชา"
        assert Holiday.objects.get(day=date(2026, 1, 1)).name_th == "วันขึ้นปีใหม่"

    def test_refresh_leaves_other_years_alone(self):
        seed_holidays([2025, 2026])
        Holiday.objects.filter(day__year=2025).delete()
        assert seed_holidays([2026], refresh=True).added == 0
        assert not Holiday.objects.filter(day__year=2025).exists()

    def test_command_says_its_counts_and_what_is_missing(self):
        out = StringIO()
        call_command("seed_holidays", "--years", "2025-2100", stdout=out)
        count = Holiday.objects.count()
        assert f"{count} added, 0 updated, 0 removed, 0 left as they were." in out.getvalue()
        assert "Royal Ploughing Ceremony not announced" in out.getvalue()
        assert "2100" in out.getvalue().splitlines()[-1]
        Holiday.objects.get(day=date(2025, 8, 11)).delete()
        again = StringIO()
        call_command("seed_holidays", "--years", "2025", stdout=again)
        assert "--refresh: 2025-08-11" in again.getvalue()

    def test_command_without_years_covers_the_present(self):
        call_command("seed_holidays", stdout=StringIO())
        today = timezone.localdate()
        for day in (today, today - timedelta(days=3600), today + timedelta(days=1800)):
            assert Holiday.objects.filter(day__year=day.year).exists()

    @pytest.mark.parametrize("years", ["2569", "2030-2020", "soon", "1900-2020", ""])
    def test_command_refuses_years_it_cannot_know(self, years):
        with pytest.raises(CommandError):
            call_command("seed_holidays", f"--years={years}", stdout=StringIO())
        assert not Holiday.objects.exists()
