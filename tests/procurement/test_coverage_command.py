"""`manage.py coverage`: facts in a file without a database, an agency with one, and the JSON others rely on."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from procurement.actions.registers import record_education, record_publication
from procurement.models import CoverageVariant
from tests.support.purchases import Plan

DATA = Path(__file__).parent / "data"
FACTS, GOLDEN = DATA / "coverage_facts.json", DATA / "coverage_golden.json"
ROOT = Path(__file__).parents[2]


def run(*arguments: str, language: str = "en") -> str:
    """What the command prints."""
    said = io.StringIO()
    with translation.override(language):
        call_command("coverage", *arguments, stdout=said)
    return said.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return found


# --- A file: nothing here may touch the database, or pytest-django refuses it ---------------------------------------
def test_json_of_facts_is_the_golden_one() -> None:
    assert as_json("--facts", str(FACTS)) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_golden_file_says_what_it_should() -> None:
    """The golden file was written by the command; this is what was reckoned by hand."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert list(golden) == [
        "level", "points", "top", "rest", "covered", "p", "p_exact", "e", "published", "variant", "as_of", "left_out",
        "missing_budget", "marked", "decisions", "steps", "next_level",
    ]  # fmt: skip
    # 2,000,000 stands at the third place twice; the unknown budget is top beside them; 8 was never awarded.
    assert golden["top"] == ["road", "bridge", "school", "clinic", "unknown"]
    assert golden["rest"] == [6, 7, 9, 10, 11, 12]
    assert golden["left_out"] == [8]
    assert golden["missing_budget"] == ["unknown"]
    # 6: his last day was the day before the decision; 12: his committee does not count; 7: nobody.
    assert golden["covered"] == ["road", "bridge", "school", "clinic", "unknown", 9, 10, 11]
    assert (golden["p"], golden["p_exact"]) == (50.0, "3/6")
    assert (golden["level"], golden["points"], golden["next_level"], golden["marked"]) == (2, 8, 3, False)
    assert golden["steps"][2]["lacks"] == ["Needs 4 of the other 6 activities (60 percent), 3 are covered."]
    assert all(set(row) == {"code", "text"} for row in golden["decisions"])


def test_facts_for_people() -> None:
    said = run("--facts", str(FACTS))
    assert said.startswith("Level 2, 8 points\n")
    assert "3/6 = 50.00%" in said
    assert "road, bridge, school, clinic, unknown" in said
    assert "  - Needs 4 of the other 6 activities (60 percent), 3 are covered." in said
    assert "  missing_budget: " in said
    assert run("--facts", str(FACTS), language="th")


def test_options_go_before_what_the_file_says() -> None:
    earlier = as_json("--facts", str(FACTS), "--as-of", "2022-01-19", "--variant", "checklist")
    assert (earlier["as_of"], earlier["variant"]) == ("2022-01-19", "checklist")
    assert "bridge" not in earlier["covered"]
    # What was cancelled later goes on; a day that is not known has passed.
    assert earlier["left_out"] == [8]
    assert 6 in earlier["covered"]


def test_empty_rest_and_nothing_at_all(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text('{"activities": [], "published": 1}')
    found = as_json("--facts", str(file))
    assert (found["level"], found["points"], found["marked"], found["next_level"]) == (1, 4, True, 2)
    assert (found["p"], found["p_exact"], found["e"], found["published"]) == (None, "0/0", 0, True)
    assert found["as_of"] == timezone.localdate().isoformat()
    assert "Marked" in run("--facts", str(file))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--facts", "/nowhere/facts.json"], "/nowhere/facts.json cannot be read: No such file or directory."),
        (["--facts", str(FACTS), "--variant", "x"], "There is no form x; there are: regional, checklist."),
        (["--facts", str(FACTS), "--year", "2565"], "--year belongs to --agency; a file of facts is of one year."),
        (
            ["--facts", str(FACTS), "--as-of", "2565-01-01"],
            "--as-of must be a date of the Common Era such as 2022-09-30.",
        ),
        (["--agency", "X"], "Say which fiscal year of the Buddhist Era: --year 2565."),
        (["--agency", "X", "--year", "2022"], "Say which fiscal year of the Buddhist Era: --year 2565."),
    ],
)
def test_fault_is_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert str(caught.value) == sentence


def test_fault_in_the_file_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text('{"activities": [{"id": 1, "budget": "much"}]}')
    with pytest.raises(CommandError, match=r"^\$\.activities\[0\]\.budget must be an amount"):
        run("--facts", str(file))


def test_facts_are_read_where_there_is_no_database(tmp_path: Path) -> None:
    """As a person runs it, by standard input: no server is started for it, and no data folder is made."""
    home = tmp_path / "home"
    environment = os.environ | {"SODSONG_HOME": str(home)}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    with FACTS.open() as facts:
        done = subprocess.run(
            [sys.executable, "manage.py", "coverage", "--facts", "-", "--json"],
            cwd=ROOT, env=environment, stdin=facts, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.stderr == ""
    assert json.loads(done.stdout)["level"] == 2
    assert not home.exists()


# --- An agency ------------------------------------------------------------------------------------------------------
def test_agency_with_the_inspection_figure_beside(plan: Plan) -> None:
    today = timezone.localdate()
    covered, inspected, bare = plan.activity(3_000), plan.activity(2_000), plan.activity(1_000)
    plan.ordered(plan.committee(plan.purchase(covered), citizen=True), "1")
    plan.ordered(plan.committee(plan.purchase(inspected), "inspection", citizen=True), "2")
    record_publication(unit=plan.unit, what="งาน", channel="website", published_on=today, evidence="x", by=plan.staff)
    record_education(unit=plan.unit, name="อบรม", held_on=today, audience=["public"], evidence="x", by=plan.staff)
    for unit, scope in ((plan.unit, "diagnostic"), (plan.world.department, "survey")):
        found = as_json("--agency", unit.code, "--year", str(plan.year))
        assert found["top"] == [str(row.pk) for row in (covered, inspected, bare)]
        assert found["covered"] == [str(covered.pk)]
        assert (found["level"], found["e"], found["published"], found["variant"]) == (1, 1, True, "regional")
        assert found["with_inspection"] == {
            "level": 1, "points": 4, "covered": [str(covered.pk), str(inspected.pk)],
        }  # fmt: skip
        assert (found["agency"], found["fiscal_year"], found["scope"]) == (unit.code, plan.year, scope)
    said = run("--agency", plan.unit.code, "--year", str(plan.year))
    assert "With inspection committees" in said
    assert "For diagnosis only" in said


def test_agency_by_another_form_and_day(plan: Plan) -> None:
    CoverageVariant.objects.update(governing=False)
    CoverageVariant.objects.filter(code="checklist").update(governing=True)
    year = str(plan.year)
    assert as_json("--agency", plan.unit.code, "--year", year)["variant"] == "checklist"
    early = as_json("--agency", plan.unit.code, "--year", year, "--variant", "regional", "--as-of", "2022-01-01")
    assert (early["variant"], early["as_of"]) == ("regional", "2022-01-01")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--agency", "NOWHERE", "--year", "2570"], "There is no unit with the code NOWHERE."),
        (
            ["--agency", "DST", "--year", "2570", "--variant", "x"],
            "There is no form x; there are: checklist, regional.",
        ),
    ],
)
def test_unknown_agency_or_form_is_a_sentence(plan: Plan, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert str(caught.value) == sentence


def test_facts_by_manage_py_start_no_database_and_make_no_data_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "coverage", "--facts", str(FACTS), "--json"],
        env={**kept, "SODSONG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["level"] == json.loads(GOLDEN.read_text(encoding="utf-8"))["level"]
    assert not home.exists()
