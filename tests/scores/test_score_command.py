"""`manage.py score`: anybody who has the facts computes the score himself, without a database."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from scores.exact import Share
from scores.facts import Facts, facts_to
from scores.results import Reason
from scores.rubric import FOLDER, families
from scores.scoring import score, score_to
from scores.showing import say_reason
from tests.scores.cdd_support import MAIN, facts_of
from tests.support.world import make_unit

BEST = facts_of(5, 5, 5, 5, 5, extra=True)


def run(*args: str) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("score", *args, stdout=out)
    return out.getvalue()


def file_of(folder: Path, facts: Facts) -> str:
    path = folder / "facts.json"
    path.write_text(json.dumps(facts_to(facts)), encoding="utf-8")
    return str(path)


def test_json_is_what_the_engine_says(tmp_path: Path) -> None:
    found = run("--rubric", "cdd-clean", "--year", "2564", "--facts", file_of(tmp_path, BEST), "--json")
    assert json.loads(found) == json.loads(json.dumps(score_to(score(MAIN, BEST))))
    assert json.loads(found)["points"]["shown"] == "110.00"


def test_lines_say_points_letter_and_what_the_next_level_lacks(tmp_path: Path) -> None:
    facts = facts_of(5, 5, 3, 5, 5)
    lines = run("--rubric", "cdd-clean", "--year", "2564", "--facts", file_of(tmp_path, facts))
    assert "92.00 of 110.00 points" in lines
    assert "Letters: Grade B+" in lines
    assert "What the next levels lack:" in lines
    assert "d3r.l4.2" in lines.split("What the next levels lack:")[1]


def test_rubric_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_bytes((FOLDER / "no-gift-2567.toml").read_bytes())
    facts = file_of(tmp_path, Facts(figures={"scores.no_gift_declared": Share(79, 100)}))
    assert "79/100" in run("--rubric", str(mine), "--facts", facts)


def test_list_and_schemas() -> None:
    assert tuple(run("--list").split()) == families()
    for name in ("facts", "score"):
        assert json.loads(run("--schema", name))["type"] == "object"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Say by which rubric"),
        (("--rubric", "cdd-clean", "--facts", "x"), "fiscal year"),
        (("--rubric", "cdd-clean", "--year", "2563", "--facts", "x"), "2563"),
        (("--rubric", "nothing", "--year", "2564", "--facts", "x"), "nothing"),
        (("--rubric", "cdd-clean", "--year", "2564", "--facts", "/nowhere.json"), "/nowhere.json"),
        (("--rubric", "/nowhere.toml", "--facts", "x"), "/nowhere.toml"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(args: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert said in str(refused.value)


def test_facts_and_rubrics_with_faults_name_them(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"figures": {"complaints.overdue_share": {"part": 3, "whole": 2}}}', encoding="utf-8")
    with pytest.raises(CommandError, match=r"complaints\.overdue_share"):
        run("--rubric", "cdd-clean", "--year", "2564", "--facts", str(facts))
    rubric = tmp_path / "mine.toml"
    rubric.write_text("form = 1\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"mine\.toml"):
        run("--rubric", str(rubric), "--facts", str(facts))


def test_figure_of_another_kind_is_told_also_in_a_variant_that_is_not_chosen(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    for word in ("", "regional", "central", "elsewhere"):
        words = {"unit.placement": word} if word else {}
        facts.write_text(json.dumps({"figures": {"procurement.education_activities": True}, "words": words}), "utf-8")
        with pytest.raises(CommandError, match=r"procurement\.education_activities must be a number"):
            run("--rubric", "cdd-clean", "--year", "2564", "--facts", str(facts))


@pytest.mark.django_db
@pytest.mark.parametrize("year", ["99999", "9" * 30])
def test_year_that_no_calendar_has_is_said_in_a_sentence(year: str) -> None:
    make_unit("DST")
    with pytest.raises(CommandError, match="fiscal year"):
        run("--rubric", "cdd-clean", "--year", year, "--agency", "DST")


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_reason_has_words_of_its_own(language: str) -> None:
    codes = (
        "reached no_cases_met short over differs flag no_cases no_figure confirmed stated stated_not_met not_confirmed "
        "not_stated points_short not_computable no_word"
    ).split()
    reason = Reason("", "complaints.x", have=Share(1, 3), need=50)
    with translation.override(language):
        said = {code: say_reason(replace(reason, code=code, more=1 if code == "short" else None)) for code in codes}
    assert len(set(said.values())) == len(codes)
    assert all(said.values())
