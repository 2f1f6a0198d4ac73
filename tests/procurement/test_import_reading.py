"""Files of the Comptroller General: nested and flat, long and hostile, and rows that belong together."""

import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from procurement.importers import cgd, json_stream
from procurement.importers.comparing import put_together
from procurement.importers.json_stream import objects
from procurement.importers.mapping import state_at_source
from procurement.importers.spool import Row, Spool
from workflows.importing import reading
from workflows.importing.reading import BadRowError, UnreadableFileError

DATA = Path(__file__).parent / "data"
TODAY = date(2022, 6, 1)
KNOWN = frozenset({"project_id"})


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def found(text: str | bytes, encoding: str = "utf-8") -> list[tuple[int, Any]]:
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return list(objects(io.BytesIO(data), encoding, KNOWN))


# --- JSON, object by object -------------------------------------------------------------------------------------------
TWO = '{"project_id": 1},\n {"project_id": 2}'
BOTH = [{"project_id": "1"}, {"project_id": "2"}]


@pytest.mark.parametrize(
    "text",
    [
        f"[{TWO}]",
        f"\ufeff \n[{TWO}] \n",
        f'{{"result": [{TWO}]}}',
        f'{{"summary": {{"total": 2}}, "data": [{TWO}], "next": null}}',
        f'{{"help": "x", "success": true, "result": {{"total": 2, "records": [{TWO}]}}}}',
        TWO.replace(",", ""),
        TWO,
    ],
    ids=["list", "mark and spaces", "result", "data", "CKAN", "an object a line", "with commas"],
)
def test_list_is_found_wherever_it_stands(text: str) -> None:
    assert [thing for _line, thing in found(text)] == BOTH


def test_lines_are_those_of_the_file() -> None:
    assert [line for line, _thing in found('{"data": [\n{"project_id": 1},\n\n{"project_id":\n2}]}')] == [2, 4]


def test_numbers_stay_as_they_are_written() -> None:
    text = '[{"project_id": 65010000001, "a": 116190000.0, "b": 6.5E+10, "c": NaN}]'
    assert found(text)[0][1] == {"project_id": "65010000001", "a": "116190000.0", "b": "6.5E+10", "c": None}


@given(
    st.lists(st.dictionaries(st.text(), st.text() | st.lists(st.text()), max_size=4), max_size=6), st.integers(1, 40)
)
def test_any_list_comes_back_whatever_the_chunks(things: list[dict[str, Any]], chunk: int) -> None:
    whole = json_stream.CHUNK_CHARS
    json_stream.CHUNK_CHARS = chunk
    try:
        assert [thing for _line, thing in found(json.dumps(things))] == things
    finally:
        json_stream.CHUNK_CHARS = whole


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[{"project_id": 1},\n{"project_id": ]', "Line 2 is not JSON"),
        ('[{"project_id": 1}\n', "Line 2 is not JSON"),
        ('[{"project_id": 1}] more', "Line 1 is not JSON"),
        ('{"error": "no right"}', "holds no list of projects"),
        ('{"other": [{"project_id": 1}]}', "holds no list of projects"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('[{"a": ' + "[" * 100_000, "is not JSON"),
    ],
    ids=["value", "end", "tail", "no list", "another key", "brace", "deep", "deep inside"],
)
def test_text_that_is_no_json_names_its_line(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        found(text)


def test_object_that_never_ends_is_refused_before_it_fills_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_OBJECT_CHARS", 1_000)
    monkeypatch.setattr(json_stream, "CHUNK_CHARS", 100)
    data = io.BytesIO(b'[{"project_id": "' + b"x" * 1_000_000)
    with pytest.raises(UnreadableFileError, match="Line 1 is not JSON"):
        list(objects(data, "utf-8", KNOWN))
    assert data.tell() < 20_000


# --- Rows -------------------------------------------------------------------------------------------------------------
def rows_of(path: Path) -> list[Row]:
    with reading.open_file(path) as handle:
        if json_stream.is_json(handle):
            return list(cgd.rows_of_json(handle, reading.find_encoding(handle)))
        return list(cgd.HEADINGS.rows(handle, cgd.HEADINGS.inspect(handle, None)))


def lines_of(path: Path) -> list[cgd.Line]:
    return [cgd.parse(row, today=TODAY) for row in rows_of(path)]


def row(**cells: str) -> Row:
    return Row(2, {"project_id": "65010000001", "project_name": "ก่อสร้าง", "contract_no": "1/2565", **cells})


def test_csv_and_nested_form_say_the_same() -> None:
    flat, nested = lines_of(DATA / "cgd.csv"), lines_of(DATA / "cgd.json")
    assert [(a.number, a.figures, a.contract, a.fiscal_year) for a in flat] == [
        (b.number, b.figures, b.contract, b.fiscal_year) for b in nested
    ]


def test_thai_headings_are_known(tmp_path: Path) -> None:
    thai = {own: others[0] for own, others in cgd.COLUMNS.items()}
    text = (DATA / "cgd.csv").read_text(encoding="utf-8-sig")
    heading, _, rest = text.partition("\n")
    path = tmp_path / "thai.csv"
    path.write_text(f"{','.join(thai[name] for name in heading.split(','))}\n{rest}", encoding="utf-8")
    assert rows_of(path) == rows_of(DATA / "cgd.csv")


def test_cp874_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "cp874.csv"
    path.write_bytes((DATA / "cgd.csv").read_text(encoding="utf-8-sig").encode("cp874"))
    assert rows_of(path) == rows_of(DATA / "cgd.csv")


def test_cells_become_figures() -> None:
    first, thai, second, *_rest = lines_of(DATA / "cgd.csv")
    assert first.figures["budget"] == Decimal("1500000.00")
    assert first.contract is not None
    assert (first.contract.supplier, first.contract.value) == ("บริษัท ตัวอย่างสมมุติ จำกัด", Decimal("1400000.00"))
    assert thai.figures["name"] == 'ซื้อวัสดุสมมุติ พร้อม "ติดตั้ง", สองรายการ'
    assert thai.figures["budget"] == Decimal("450000.00")
    assert "reference_price" not in thai.figures
    assert "announced_on" not in thai.figures
    assert thai.contract is not None
    assert thai.contract.tax.masked
    assert (thai.contract.signed_on, thai.contract.finish_on) == (date(2021, 11, 20), date(2021, 12, 20))
    assert second.contract is not None
    assert (second.contract.signed_on, second.contract.value) == (date(2021, 11, 21), Decimal("240000.00"))


@pytest.mark.parametrize(
    ("cells", "remark"),
    [
        ({"project_money": "ห้าแสน"}, "project_money ห้าแสน is no amount of money; it was left empty"),
        ({"contract_date": "31/02/2565"}, "contract_date 31/02/2565 is no day; it was left empty"),
        ({"announce_date": "2030-01-01"}, "announce_date 2030-01-01 lies in the future; it was left empty"),
        ({"winner_tin": "1.05E+11"}, "winner_tin 1.05E+11 has lost digits"),
        ({"winner_tin": "0105500000001"}, "wrong check digit"),
        ({"project_location": "POINT(0 0)"}, "lies outside Thailand; it was left empty"),
        ({"budget_year": "ปีหน้า"}, "budget_year ปีหน้า is no fiscal year; it was left empty"),
        ({"contract_no": "-", "contract_price_agree": "5"}, "contract_no is empty: the contract was left out"),
        ({"project_name": "ก" * 1001}, "project_name is longer than 1000 characters and was cut"),
    ],
)
def test_unreadable_figure_is_left_out_and_the_row_is_taken(cells: dict[str, str], remark: str) -> None:
    line = cgd.parse(row(**cells), today=TODAY)
    assert any(remark in said for said in line.remarks)
    assert line.number == "65010000001"
    assert len(line.figures["name"]) <= 1000


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"project_id": "6.5E+10"}, "project_id 6.5E+10 has lost digits"),
        ({"project_id": "-"}, "project_id is empty"),
        ({"project_id": "โครงการ"}, "project_id โครงการ is no project number"),
        ({"project_name": "N/A"}, "project_name is empty"),
    ],
)
def test_row_without_identity_is_refused(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(BadRowError, match=r".") as caught:
        cgd.parse(row(**cells), today=TODAY)
    assert reason in str(caught.value)


def test_future_day_of_delivery_is_no_fault() -> None:
    line = cgd.parse(row(contract_finish_date="2030-01-01"), today=TODAY)
    assert line.contract is not None
    assert (line.contract.finish_on, line.remarks) == (date(2030, 1, 1), [])


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        ('"text"', "is no project with its fields"),
        ('{"project_id": 1, "contract": "yes"}', "contract is no list of contracts"),
        ('{"project_id": 1, "contract": [1]}', "contract is no list of contracts"),
        ('{"project_id": 1, "contract": "-"}', ""),
        ('{"project_id": 1, "contract": null}', ""),
    ],
)
def test_odd_shapes_of_the_nested_form_are_faults_of_their_row(tmp_path: Path, thing: str, fault: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(f'[{thing}, {{"project_id": 2}}]', encoding="utf-8")
    assert [each.fault for each in rows_of(path)] == [fault, ""]


def test_halves_of_letters_and_nul_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text('[{"project_id": 65010000001, "project_name": "ก\\ud800\\u0000\\u001b[2Jข"}]', encoding="utf-8")
    assert lines_of(path)[0].figures["name"] == "ก[2Jข"


# --- Together ---------------------------------------------------------------------------------------------------------
@given(st.lists(st.tuples(st.sampled_from(["", "1", "2", "3"]), st.text(max_size=5)), max_size=30))
def test_rows_come_out_under_their_keys_in_the_order_of_the_first(rows: list[tuple[str, str]]) -> None:
    with Spool() as spool:
        spool.fill((key, Row(line, {"text": text})) for line, (key, text) in enumerate(rows))
        groups = list(spool.groups())
    assert spool.size == len(rows)
    assert sorted(each.line for _key, group in groups for each in group) == list(range(len(rows)))
    assert [group[0].line for _key, group in groups] == sorted(group[0].line for _key, group in groups)
    keys = [key for key, _group in groups if key]
    assert len(keys) == len(set(keys))
    for key, group in groups:
        assert [each.line for each in group] == [
            line for line, (own, _text) in enumerate(rows) if own == key and (key or line == group[0].line)
        ]


def test_lines_of_a_purchase_are_put_together_and_contradictions_named() -> None:
    cells = {"project_money": "100", "contract_price_agree": "50"}
    lines = [
        cgd.parse(row(**cells), today=TODAY),
        cgd.parse(row(**cells), today=TODAY),
        cgd.parse(row(**cells | {"contract_price_agree": "60"}), today=TODAY),
        cgd.parse(row(**cells | {"contract_no": "2/2565", "project_money": "200"}), today=TODAY),
    ]
    group, refused = put_together("65010000001", lines)
    assert list(group.contracts) == ["1/2565", "2/2565"]
    assert group.figures["budget"] == 100
    assert group.repeated == [lines[1]]
    assert [reason for _line, reason in refused] == ["contract 1/2565 stands in line 2 already, with other figures"]
    assert lines[3].remarks == ["budget differs from line 2, which was taken"]


@pytest.mark.parametrize(
    ("project", "contracts", "announced", "state"),
    [
        ("ongoing", ["ongoing"], True, "contracted"),
        ("ongoing", [""], True, "contracted"),
        ("", [], True, "announced"),
        ("", [], False, "planned"),
        ("ongoing", [], True, "announced"),
        ("announced", [], False, "announced"),
        ("contracted", [], False, "contracted"),
        ("ongoing", ["completed"], True, "completed"),
        ("ongoing", ["completed", "ongoing"], True, "contracted"),
        ("ongoing", ["completed", ""], True, "contracted"),
        ("completed", ["completed", ""], True, "completed"),
        ("completed", [""], True, "completed"),
        ("completed", ["ongoing"], True, "contracted"),
        ("ongoing", ["cancelled", "completed"], True, "completed"),
        ("ongoing", ["cancelled"], True, "cancelled"),
        ("cancelled", ["completed"], True, "cancelled"),
    ],
)
def test_state_at_the_source(project: str, contracts: list[str], announced: bool, state: str) -> None:
    assert state_at_source(project, contracts, announced=announced) == state
