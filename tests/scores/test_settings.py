"""Settings of rubrics as rule data: who changed what, what enters new scores, and what stays."""

import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.shares import Share
from scores import in_force, snapshots
from scores.daily import take_daily
from scores.models import Assessment, RubricText, ScoreSetting, Snapshot
from scores.rubric import own_rubrics, parse, text_of
from scores.rubric import rubric_for as of_file
from scores.rule_data import load_rule_data
from tests.scores.assessment_support import build_house
from tests.scores.scores_support import meeting
from tests.support.world import World
from tests.workflows.test_rulebook_editing import page, save
from tests.workflows.test_rulebook_pages import signed_in
from workflows.models import Clock, RuleChange

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YEAR = fiscal_year(TODAY)
OVERDUE = "cdd-clean-2564.overdue_percent"


@pytest.fixture
def admin(world: World) -> Client:
    """A browser of the administrator, in English."""
    return signed_in(world.administrator)


def setting(code: str = OVERDUE) -> ScoreSetting:
    return ScoreSetting.objects.filter(code=code).latest("valid_from")


def another(value: str, code: str = OVERDUE, days: int = 0) -> ScoreSetting:
    """In force from so many days ahead."""
    old = setting(code)
    row = ScoreSetting(
        code=code,
        value=value,
        name_th=old.name_th,
        name_en=old.name_en,
        source="มติ",
        valid_from=TODAY + timedelta(days),
    )
    row.full_clean()
    row.save()
    return row


def overdue_limit(when: int = 0) -> Fraction | str:
    return in_force.rubric_for("cdd-clean", YEAR, TODAY + timedelta(days=when)).settings["overdue_percent"].value


# --- Kept as rule data ------------------------------------------------------------------------------------------------
def test_every_setting_of_every_rubric_has_a_row_with_the_value_of_its_file() -> None:
    there = {row.code: row.read for row in ScoreSetting.objects.all()}
    files = {
        f"{rubric.code}.{name}": found.value for rubric in own_rubrics() for name, found in rubric.settings.items()
    }
    assert there == files
    assert load_rule_data() == 0
    ScoreSetting.objects.filter(code=OVERDUE).delete()
    assert load_rule_data() == 1


def test_another_value_is_a_row_of_its_own_with_who_why_and_when(admin: Client, world: World) -> None:
    day = TODAY + timedelta(days=2)
    save(admin, page("score-settings", setting().pk, "next"), value="๑๒.50", valid_from=str(day))
    assert (setting().value, setting().valid_from) == ("12.5", day)
    change = RuleChange.objects.get()
    assert (change.table, change.by) == ("score-settings", world.administrator)
    assert (overdue_limit(), overdue_limit(2)) == (0, Fraction(25, 2))


def test_another_value_is_not_said_to_be_what_was_published_unless_somebody_says_so(admin: Client) -> None:
    assert setting().verified
    page_of_next = admin.get(page("score-settings", setting().pk, "next")).content.decode()
    assert 'name="verified"' in page_of_next
    assert not re.search(r'name="verified"[^>]*checked', page_of_next)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (OVERDUE, "many"), (OVERDUE, "-1"), (OVERDUE, "1001"), (OVERDUE, "NaN"), (OVERDUE, "1E-900"),
        ("ita-2566.condition_scope", "planets"), ("ita-2566.condition_scope", "95"),
    ],
)  # fmt: skip
def test_value_that_the_rubric_cannot_take_is_refused(admin: Client, code: str, wrong: str) -> None:
    address = page("score-settings", setting(code).pk, "next")
    sent = {
        "seen": admin.get(address).context["seen"], "value": wrong, "valid_from": str(TODAY + timedelta(days=2)),
        "code": code, "name_th": "ก", "name_en": "a", "source": "s",
    }  # fmt: skip
    assert admin.post(address, sent).status_code == 422
    assert setting(code).valid_from < TODAY


def test_setting_that_no_rubric_has_is_refused() -> None:
    for code in ("cdd-clean-2564.nothing", "nothing-2564.overdue_percent", "nothing"):
        with pytest.raises(ValidationError):
            ScoreSetting(code=code, value="1", name_th="ก", name_en="a", source="s", valid_from=TODAY).full_clean()


# --- Into new scores, and never into old ones -------------------------------------------------------------------------
def test_text_with_another_setting_is_the_file_with_another_value_and_gives_it_again() -> None:
    for code, value in ((OVERDUE, "12.5"), ("ita-2566.condition_scope", "none"), ("ita-2566.condition_floor", "90")):
        name = code.partition(".")[0]
        family, _dash, year = name.rpartition("-")
        rubric = of_file(family, int(year))
        changed = in_force.with_rows(rubric, [another(value, code)])
        text, before = text_of(changed), text_of(rubric)
        assert parse(text.encode()).settings == changed.settings != rubric.settings
        differing = [
            line for line, old in zip(text.splitlines(), before.splitlines(), strict=True) if line != old
        ]  # fmt: skip
        assert len(differing) == 1
        assert differing[0].startswith("value = ")
    assert text_of(in_force.rubric_for("ocsc-transparency", YEAR)) == text_of(of_file("ocsc-transparency", YEAR))


def test_same_value_gives_the_same_text() -> None:
    another("0.0")
    rubric = in_force.rubric_for("cdd-clean", YEAR)
    assert snapshots.keep_rubric(rubric) == snapshots.keep_rubric(of_file("cdd-clean", YEAR))


def make_overdue(world: World) -> None:
    """One matter of two is overdue."""
    case = world.into("investigating")
    Clock.objects.filter(case=case.pk, duty=True).update(due_on=TODAY - timedelta(days=2))
    world.into("investigating")


def limit_of(row: Snapshot) -> Fraction | str:
    return snapshots.parsed(row.rubric).settings["overdue_percent"].value


def test_new_scores_have_the_new_value_and_kept_ones_give_theirs_again(world: World) -> None:
    make_overdue(world)
    take_daily()
    old = Snapshot.objects.get(unit=world.department)
    another("60")
    assert limit_of(old) == 0
    house = build_house(world)
    begun = house.begin("cdd-clean")
    assert snapshots.parsed(begun.assessment.rubric).settings["overdue_percent"].value == 60
    # The assessment goes on by what it began with.
    ScoreSetting.objects.filter(value="60").update(value="70")
    assert snapshots.parsed(Assessment.objects.get(pk=begun.pk).rubric).settings["overdue_percent"].value == 60
    assert overdue_limit() == 70
    assert list(snapshots.problems()) == []
    assert RubricText.objects.filter(code="cdd-clean-2564").count() == 2
    criterion = snapshots.recomputed(old).criterion("d1.l1.2.5.2")
    assert not criterion.state.met


def test_live_pages_have_the_new_value(world: World) -> None:
    make_overdue(world)
    client = signed_in(world.executive)  # of the province
    address = reverse("unit_score", args=["PRV", "cdd-clean", YEAR])

    def met() -> bool:
        return bool(client.get(address).context["own"].criterion("d1.l1.2.5.2").reasons[1].code == "reached")

    assert not met()
    another("50")
    assert met()


# --- The preview ------------------------------------------------------------------------------------------------------
def test_preview_says_how_many_agencies_would_have_other_points(admin: Client, world: World) -> None:
    address, day = page("score-settings", setting().pk, "next"), str(TODAY + timedelta(days=2))
    seen = admin.get(address).context["seen"]
    old = setting()
    sent = {
        "seen": seen, "value": "60", "valid_from": day, "code": OVERDUE, "name_th": old.name_th,
        "name_en": old.name_en, "source": old.source, "verified": "on",
    }  # fmt: skip
    assert "nothing to compare with" in admin.post(address, sent).content.decode()
    rubric = of_file("cdd-clean", YEAR)
    level1 = [criterion.code for criterion in rubric.criteria_of("d1", 1)]
    met = meeting(rubric, level1, unit__placement="central")
    for unit, overdue in ((world.district, 1), (world.other, 0)):
        facts = replace(met, figures={**met.figures, "complaints.overdue_share": Share(overdue, 2)})
        snapshots.take(
            unit=unit, rubric=snapshots.keep_rubric(rubric), fiscal_year=YEAR, as_of=TODAY, at=timezone.now(),
            facts=facts, cause=Snapshot.Cause.DAILY,
        )  # fmt: skip
    said = admin.post(address, sent).content.decode()
    assert "Of 2 agencies whose score was kept last, 1 would have other points or another grade." in said
    assert "assessments that have begun stay as they are" in said
    assert setting().valid_from < TODAY
