"""Published scores: for everybody, with all that proves them, and nothing that was not published."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scores.facts import facts_from
from scores.models import Snapshot
from scores.results import score_to
from scores.rubric import parse
from scores.scoring import score
from tests.scores.assessment_support import House, build_house
from tests.support.purchases import paper
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


def get(name: str, *args: Any, status: int = 200, **query: str) -> Any:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.status_code
    return answer


def test_nothing_is_there_before_it_is_published(house: House) -> None:
    case = house.into("result_final")
    assert "No score is published yet" in get("open_scores").content.decode()
    for name in ("open_score", "open_score_json", "open_score_facts", "open_score_rubric"):
        get(name, case.public_id, status=404)
        get(name, "zzzzzzzzzzzz", status=404)


def test_anybody_computes_a_published_score_from_its_files(house: House, tmp_path: Path) -> None:
    case = house.into("result_published")
    rubric = parse(get("open_score_rubric", case.public_id).content)
    facts = facts_from(get("open_score_facts", case.public_id).content)
    told = json.loads(get("open_score_json", case.public_id).content)
    assert score_to(score(rubric, facts, confirmed_only=True)) == told["score"]
    assert told["score_sha256"] == Snapshot.objects.get(cause="published").digest
    files = {"rubric": f"{rubric.code}.toml", "facts": "facts.json"}
    for name, file in files.items():
        (tmp_path / file).write_bytes(get(f"open_score_{name}", case.public_id).content)
    out = io.StringIO()
    paths = [str(tmp_path / file) for file in files.values()]
    call_command("score", "--rubric", paths[0], "--facts", paths[1], "--confirmed-only", stdout=out)
    assert out.getvalue().split()[-1] == told["score_sha256"]


def test_page_shows_signers_parts_and_only_evidence_that_was_published(house: House) -> None:
    case = house.name_committee(house.begin())
    open_one = {"about": "moral.l1.1", "said": "met", "remark": "เปิดเผยได้", "files": [paper("open.png")], "shown": True}
    closed = {"about": "moral.l1.2", "said": "met", "remark": "ใช้ภายใน", "files": [paper("closed.png")]}
    case = house.do(case, "state_criterion", house.integrity, **open_one)
    case = house.do(case, "state_criterion", house.integrity, **closed)
    case = house.do(house.state_all(case), "submit", house.world.head)
    case = house.do(house.judge_all(case), "conclude", house.secretary)
    case = house.do(house.sign_all(case), "tell_result", house.secretary)
    files = {file.label: file.public_id for file in case.attachments.all()}
    get("open_score_file", case.public_id, files["open.png"], status=404)
    case = house.do(house.do(case, "accept_result", house.world.head), "publish", house.executive)
    text = get("open_score", case.public_id).content.decode()
    assert "เปิดเผยได้" in text
    assert "ใช้ภายใน" not in text
    assert "ตรวจเอกสารแล้ว" not in text
    assert "secretary" in text
    assert "closed.png" not in text
    assert get("open_score_file", case.public_id, files["open.png"]).status_code == 200
    get("open_score_file", case.public_id, files["closed.png"], status=404)
    facts = get("open_score_facts", case.public_id).content.decode()
    assert not any(user.name_th in facts for user, _duty in house.committee)


def test_corrected_version_takes_its_place_and_the_old_one_stays_marked(house: House) -> None:
    case = house.into("result_published")
    case = house.do(case, "correct_score", house.secretary, reasons="นับผิด")
    # While it is corrected, the old one holds.
    assert get("open_score", case.public_id).status_code == 200
    case = house.do(case, "judge_criterion", house.member, about="moral.l3.9", said="not_met", remark="ไม่พบ")
    case = house.sign_all(house.do(case, "conclude", house.secretary))
    case = house.do(case, "tell_result", house.secretary)
    house.do(house.do(case, "accept_result", house.world.head), "publish", house.executive)
    assert "has been corrected" in get("open_score", case.public_id, version="1").content.decode()
    assert "has been corrected" not in get("open_score", case.public_id).content.decode()
    get("open_score", case.public_id, version="3", status=404)
    rows = json.loads(get("open_scores", **{"as": "json"}).content)["rows"]
    assert [(row["version"], row["points"]) for row in rows] == [(2, "2")]


def test_lists_narrow_and_take_any_text(house: House) -> None:
    house.into("result_published")
    assert "Unit DST" in get("open_scores", family="moral-district").content.decode()
    assert "Unit DST" not in get("open_scores", family="ita").content.decode()
    for wrong in ({"year": "x"}, {"year": "99999999999"}, {"unit": "'" * 300}, {"unit": "NOBODY"}):
        get("open_scores", **wrong, status=404)
    get("open_scores", page="-1", family="x")
    assert get("open_scores", **{"as": "csv"})["Content-Type"].startswith("text/csv")
    year = str(Snapshot.objects.get(cause="published").fiscal_year)
    for narrowed, many in (({"unit": "DST", "year": year}, 1), ({"unit": "OTH"}, 0), ({"year": "2500"}, 0)):
        assert json.loads(get("open_scores", **{"as": "json"}, **narrowed).content)["count"] == many


def test_what_is_said_after_publication_is_not_public_before_the_next_one(house: House) -> None:
    case = house.into("result_published")
    before = get("open_score", case.public_id).content.decode()
    case = house.do(case, "correct_score", house.secretary, reasons="นับผิด")
    case = house.do(case, "send_back", house.secretary, reasons="เอกสารไม่ครบ")
    draft = {"about": "moral.l1.1", "said": "met", "remark": "ฉบับร่าง", "files": [paper("draft.png")], "shown": True}
    case = house.do(case, "state_criterion", house.integrity, **draft)
    members = [(house.member, "chair"), (house.chair, "member"), (house.secretary, "secretary")]
    facts = {"order_number": "99/2570", "ordered_on": timezone.localdate(), "members": members}
    case = house.do(case, "name_committee", house.secretary, **facts)
    after = get("open_score", case.public_id).content.decode()
    assert "ฉบับร่าง" not in after
    assert "99/2570" not in after
    assert signers(after) == signers(before)
    get("open_score_file", case.public_id, case.attachments.get().public_id, status=404)


def signers(text: str) -> list[str]:
    return re.findall(r"<li>([^<]+ · [^<]+)</li>", text)
