"""Lists of citizens: what comes of each line, again and again the same; and no line that breaks it."""

import csv
import io
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.actions.pool import leave_pool
from procurement.importers.citizens import EXAMPLE, HEADINGS, CitizenImport, opened, parse, template
from procurement.importers.spool import Row
from procurement.models import Citizen
from procurement.pool.sealed import read_private
from tests.procurement.pool_support import applied, browser, id_number
from tests.support.purchases import Plan
from workflows.importing.reading import BadRowError

COLUMNS = list(HEADINGS.columns)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def line(plan: Plan | None, seed: int = 1, **cells: str) -> dict[str, str]:
    return {
        "name": f"นาย รายชื่อ{seed} สมมุติ", "id_number": id_number(seed), "sex": "ชาย", "birth_year": "2520",
        "unit": plan.unit.code if plan else "", "phone": f"08{seed:08d}", "network": "เครือข่ายหนึ่ง",
        "no_official": "ใช่", "consent_pool": "ใช่", **cells,
    }  # fmt: skip


def as_csv(*rows: dict[str, str], columns: list[str] = COLUMNS) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()


@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Import these rows by the command and give the lines of the report."""

    def run(*rows: dict[str, str], **options: Any) -> list[str]:
        path = tmp_path / "list.csv"
        path.write_bytes(as_csv(*rows))
        out = io.StringIO()
        call_command("import_citizens", path, stdout=out, stderr=io.StringIO(), **options)
        return out.getvalue().splitlines()

    return run


@pytest.mark.django_db
def test_list_becomes_applications(plan: Plan, take: Any) -> None:
    said = take(line(plan, email="a@example.org", consent_publish="yes"), line(plan, 2, unit=plan.unit.name_th))
    assert said == ["read 2, created 2, changed 0, unchanged 0, rejected 0"]
    citizen = Citizen.objects.get(person__name="นาย รายชื่อ1 สมมุติ")
    assert (citizen.source, citizen.status, citizen.sex, citizen.birth_year) == ("import", "applied", "male", 2520)
    assert set(citizen.consents.values_list("purpose", flat=True)) == {"pool", "publish"}
    assert read_private(citizen)["id_number"] == id_number(1)


@pytest.mark.django_db
def test_same_list_again_changes_nothing(plan: Plan, take: Any) -> None:
    take(line(plan), line(plan, 2))
    assert take(line(plan), line(plan, 2)) == ["read 2, created 0, changed 0, unchanged 2, rejected 0"]


@pytest.mark.django_db
def test_changed_cells_change_and_empty_ones_take_nothing_away(plan: Plan, take: Any) -> None:
    take(line(plan, email="a@example.org", occupation="ครู"))
    said = take(line(plan, phone="0899999999", occupation="", birth_year="", consent_contact="ใช่"))
    assert said == [
        f"Line 2, {Citizen.objects.get().code} changed: consent_contact, phone.",
        "read 1, created 0, changed 1, unchanged 0, rejected 0",
    ]
    citizen = Citizen.objects.select_related("person").get()
    assert (citizen.person.position, citizen.birth_year, read_private(citizen)["email"]) == (
        "ครู",
        2520,
        "a@example.org",
    )


@pytest.mark.django_db
def test_number_comes_to_who_applied_without_it(plan: Plan, take: Any) -> None:
    citizen = applied(plan, name="นาย รายชื่อ1 สมมุติ", private={"id_number": ""})
    take(line(plan))
    assert read_private(Citizen.objects.get(pk=citizen.pk))["id_number"] == id_number(1)


@pytest.mark.django_db
def test_one_person_twice_in_a_list_is_one(plan: Plan, take: Any) -> None:
    assert take(line(plan), line(plan))[-1] == "read 2, created 1, changed 0, unchanged 1, rejected 0"


@pytest.mark.django_db
def test_who_left_is_not_entered_anew(plan: Plan, take: Any) -> None:
    citizen = applied(plan)
    leave_pool(citizen, by=plan.staff)
    said = take(line(plan))
    assert citizen.code in said[0]
    assert said[-1].endswith("rejected 1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name": "-"}, "name is empty"),
        ({"id_number": ""}, "id_number is empty"),
        ({"id_number": id_number(1)[:-1] + "x"}, "no identity number of 13 digits"),
        ({"id_number": "1.23E+12"}, "no identity number of 13 digits"),
        ({"no_official": ""}, "none of the posts"),
        ({"no_official": "ไม่"}, "none of the posts"),
        ({"no_official": "บางที"}, "neither yes nor no"),
        ({"consent_pool": "no"}, "agreed that his data is kept"),
        ({"phone": ""}, "can be reached"),
        ({"unit": "ที่ไหนสักแห่ง"}, "no unit that you may enter people for"),
        ({"unit": ""}, "names no district"),
    ],
)
def test_line_that_cannot_be_taken_is_told_by_its_number(plan: Plan, take: Any, cells: Any, reason: str) -> None:
    said = take(line(plan, **cells), line(plan, 2))
    assert said[0].startswith("Line 2, ∅ rejected: ")
    assert reason in said[0]
    assert said[-1] == "read 2, created 1, changed 0, unchanged 0, rejected 1"
    text = " ".join(said)
    assert id_number(1)[:12] not in text
    assert "รายชื่อ1" not in text


@pytest.mark.django_db
def test_what_is_left_out_is_told(plan: Plan, take: Any) -> None:
    said = take(line(plan, sex="?", birth_year="50", email="no mail", network="ก" * 201))
    assert all(word in said[0] for word in ("sex", "birth_year", "email", "network is longer"))
    assert Citizen.objects.get().birth_year is None


@pytest.mark.django_db
def test_dry_run_and_all_or_nothing_write_nothing(plan: Plan, take: Any) -> None:
    assert take(line(plan), dry_run=True)[-2:] == [
        "A dry run: nothing was written.",
        "read 1, created 1, changed 0, unchanged 0, rejected 0",
    ]
    with pytest.raises(SystemExit):
        take(line(plan), line(plan, 2, name=""), all_or_nothing=True)
    assert not Citizen.objects.exists()


@pytest.mark.django_db
def test_unit_of_lines_that_name_none(plan: Plan, take: Any) -> None:
    assert take(line(None), unit=plan.unit.code)[-1].endswith("created 1, changed 0, unchanged 0, rejected 0")
    with pytest.raises(CommandError, match="NOWHERE"):
        take(line(None, 2), unit="NOWHERE")


@pytest.mark.django_db
def test_template_is_read_and_its_example_refused(plan: Plan, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("import_citizens", template=True, stdout=out)
    assert out.getvalue() == template()
    path = tmp_path / "t.csv"
    path.write_text(template(), encoding="utf-8")
    out = io.StringIO()
    call_command("import_citizens", path, unit=plan.unit.code, stdout=out, stderr=io.StringIO())
    assert "example of the template" in out.getvalue()
    assert not Citizen.objects.exists()
    with pytest.raises(BadRowError, match="example"):
        parse(Row(2, dict(zip(COLUMNS, EXAMPLE, strict=True))), {})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"name,phone\nx,1\n"])
def test_file_of_another_kind_is_refused(content: bytes, tmp_path: Path, db: None) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_citizens", path, stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("import_citizens", stdout=io.StringIO())


# --- The page ---------------------------------------------------------------------------------------------------------
def upload(plan: Plan, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("รายชื่อ.csv", content, "text/csv")
    return browser(plan.staff).post(reverse("pool_import"), {"file": file, **more})


@pytest.mark.django_db
def test_list_by_the_page(plan: Plan) -> None:
    rows = (line(plan), line(None, 2), line(plan, 3, unit=plan.world.other.code), line(plan, 4, name=""))
    page = upload(plan, as_csv(*rows), unit=plan.unit.pk)
    assert str(page.context["tally"]) == "read 4, created 2, changed 0, unchanged 0, rejected 2"
    assert [row[0] for row in page.context["lines"]] == [4, 5]
    text = page.content.decode()
    assert all(id_number(seed) not in text for seed in range(1, 5))
    assert "รายชื่อ1" not in text
    assert set(Citizen.objects.values_list("person__unit", flat=True)) == {plan.unit.pk}


@pytest.mark.django_db
def test_page_changes_nobody_elsewhere(plan: Plan) -> None:
    applied(plan, unit=plan.world.other)
    page = upload(plan, as_csv(line(plan)))
    assert str(page.context["tally"]).endswith("rejected 1")
    assert "another area" in page.context["lines"][0][2] or "อื่น" in page.context["lines"][0][2]


@pytest.mark.django_db
def test_page_only_looks_when_asked(plan: Plan) -> None:
    page = upload(plan, as_csv(line(plan)), dry_run="on")
    assert str(page.context["tally"]).startswith("read 1, created 1")
    assert not Citizen.objects.exists()


@pytest.mark.django_db
def test_page_refuses_a_file_of_another_kind(plan: Plan, monkeypatch: Any) -> None:
    for content in (b"PK\x03\x04junk", b"name\nx\n"):
        assert upload(plan, content).status_code == 422
    assert browser(plan.staff).post(reverse("pool_import"), {}).status_code == 422
    monkeypatch.setattr("procurement.importers.citizens.MOST_BYTES", 10)
    assert upload(plan, as_csv(line(plan))).status_code == 422


@pytest.mark.django_db
def test_template_by_the_page(plan: Plan) -> None:
    answer = browser(plan.staff).get(reverse("pool_template"))
    assert answer.content.decode() == template()


# --- Broken lines -----------------------------------------------------------------------------------------------------
NASTY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(
    [
        "",
        "-",
        "ใช่",
        "no",
        "x" * 600,
        "=1+1",
        '"',
        "๑๒๓",
        "\u202eabc",
        "2520",
        "²" * 13,
        id_number(3),
        *string.punctuation,
    ]
)


class _Silent:
    def __init__(self) -> None:
        self.told: list[str] = []

    def rejected(self, line: int, number: str, reason: str) -> None:
        self.told.append(f"{line}{number}{reason}")

    changed = remarked = rejected

    def progress(self, tally: Any, position: int) -> None:
        pass

    def finished(self, tally: Any) -> None:
        pass


@given(st.dictionaries(st.sampled_from(COLUMNS), NASTY))
@settings(max_examples=300, deadline=None)
def test_any_row_is_read_or_refused_in_words(cells: dict[str, str]) -> None:
    reasons: list[str] = []
    try:
        applicant = parse(Row(7, cells), {})
    except BadRowError as bad:
        reasons = bad.reasons
    if not reasons:
        assert applicant.name
        assert applicant.private["id_number"]
        assert "pool" in applicant.consents
    number = cells.get("id_number", "")
    assert len(number) < 13 or all(number not in reason for reason in reasons)


@pytest.mark.django_db
@given(rows=st.lists(st.dictionaries(st.sampled_from(COLUMNS), NASTY), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_list_stops_the_import(plan: Plan, tmp_path: Path, rows: list[dict[str, str]]) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(as_csv(*({**line(plan, 3), **row} for row in rows)))
    with path.open("rb") as handle, opened(handle, "utf-8") as (layout, spool):
        run = CitizenImport(spool, _Silent(), default=plan.unit, dry_run=True)
        tally = run.run()
    assert tally.read == layout.records == tally.created + tally.changed + tally.unchanged + tally.rejected
