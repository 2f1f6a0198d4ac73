"""The faults of a file: each is named with its line, before the first row is used."""

import csv
import gzip
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workflows.importing import reading

COLUMNS = ("number", "text", "place")
GOOD = 'number,text,place\nA1,"ถนนชำรุด\nหน้าตลาด",บ้านหมี่\nA2,ไฟดับ,ท่าวุ้ง\n'

MakeFile = Callable[[bytes | str], Path]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    def make(content: bytes | str) -> Path:
        path = tmp_path / "export.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def read(path: Path, encoding: str | None = None) -> tuple[reading.Layout, list[reading.Record]]:
    with reading.open_file(path) as handle:
        layout = reading.inspect(handle, COLUMNS, encoding=encoding)
        return layout, list(reading.records(handle, layout))


def refusal(path: Path) -> str:
    with pytest.raises(reading.UnreadableFileError) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (GOOD.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "utf-8"),
        (GOOD.encode("tis_620"), "cp874"),
        (GOOD.replace("ไฟดับ", "“ไฟดับ”…").encode("cp874"), "cp874"),
        (GOOD.replace("\n", "\r\n").encode(), "utf-8"),
        (b"\xef\xbb\xbf" + GOOD.replace("number,", '"number",', 1).encode(), "utf-8"),
    ],
    ids=["utf-8", "utf-8 with BOM", "TIS-620", "Windows-874", "CRLF", "BOM before a quoted heading"],
)
def test_records_of_each_encoding_are_the_same(make_file: MakeFile, content: bytes, encoding: str) -> None:
    layout, records = read(make_file(content))
    assert layout.encoding == encoding
    assert layout.records == 2
    assert records[0] == reading.Record(2, {"number": "A1", "text": "ถนนชำรุด\nหน้าตลาด", "place": "บ้านหมี่"}, "")
    assert records[1].line == 4
    assert records[1].values["place"] == "ท่าวุ้ง"


def test_thai_after_the_first_chunk_decides_the_encoding(make_file: MakeFile) -> None:
    ascii_rows = "".join(f"B{n},{'x' * 80},y\n" for n in range(2 * reading.CHUNK_BYTES // 80))
    content = ("number,text,place\n" + ascii_rows).encode() + "A1,ซ่อมถนนด้วย,ลพบุรี\n".encode("tis_620")
    layout, records = read(make_file(content))
    assert layout.encoding == "cp874"
    assert records[-1].values["text"] == "ซ่อมถนนด้วย"


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (_zip(), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (gzip.compress(GOOD.encode()), "gzip"),
        (b"\n <!DOCTYPE html><html>", "web page"),
        (b'\xef\xbb\xbf{"features": []}', "JSON"),
        (b"[1]", "JSON"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n", "image"),
    ],
)
def test_file_of_another_kind_is_named(make_file: MakeFile, content: bytes, named: str) -> None:
    assert named in refusal(make_file(content))


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n  \n"])
def test_empty_file_is_named(make_file: MakeFile, content: str) -> None:
    assert refusal(make_file(content)) == "The file is empty."


def test_heading_without_reports_is_named(make_file: MakeFile) -> None:
    assert refusal(make_file("number,text,place\n\n")) == "The file has a heading and no rows."


def test_missing_columns_are_all_named(make_file: MakeFile) -> None:
    assert refusal(make_file("number,note\nA1,x\n")) == "The heading lacks: text, place. It has: number, note."


def test_doubled_column_is_named(make_file: MakeFile) -> None:
    assert refusal(make_file("number,text,place,text\nA1,x,y,z\n")) == "The heading names a column twice: text."


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_wrong_delimiter_is_named(make_file: MakeFile, delimiter: str, name: str) -> None:
    assert f"separated by {name}" in refusal(make_file(GOOD.replace(",", delimiter)))


def test_more_columns_in_another_order_and_case_are_taken(make_file: MakeFile) -> None:
    _layout, records = read(make_file("Place, TEXT ,extra,number\nลพบุรี,ไฟดับ,1,A1\n"))
    assert records[0].values == {"place": "ลพบุรี", "text": "ไฟดับ", "extra": "1", "number": "A1"}


def test_nul_byte_is_named_with_its_line(make_file: MakeFile) -> None:
    assert refusal(make_file(GOOD.encode().replace(b"A2", b"A\x00"))).startswith("Line 4 holds a NUL byte")


def test_damaged_utf8_is_named_with_its_line_and_not_taken_for_tis620(make_file: MakeFile) -> None:
    content = GOOD.encode().replace("ดับ".encode(), "ดับ".encode()[:-1])
    assert refusal(make_file(content)).startswith("Line 4 is not valid UTF-8")


def test_utf8_cut_in_its_last_letter_is_named_with_its_line(make_file: MakeFile) -> None:
    content = GOOD.encode().rstrip(b"\n")[:-1]
    assert refusal(make_file(content)).startswith("Line 4 is not valid UTF-8")


def test_western_text_is_not_taken_for_tis620(make_file: MakeFile) -> None:
    content = "number,text,place\nA1,café à côté de l'église,Besançon\n".encode("latin-1")
    assert refusal(make_file(content)).startswith("Line 2 is not valid UTF-8")


def test_stated_encoding_is_checked(make_file: MakeFile) -> None:
    path = make_file(GOOD.encode("tis_620"))
    assert read(path, encoding="cp874")[0].records == 2
    with pytest.raises(reading.UnreadableFileError, match=r"Line 2 is not valid text in the encoding utf-8\."):
        read(path, encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "opened"),
    [
        ('number,text,place\nA1,x,y\nA2,"open,y\nA3,x,y\n', 3),
        ('number,text,place\nA1,x,y\nA2,"open,y\nA3,"x",y\n', 3),
        ('number,text,place\nA1,"he said "yes" twice",y\n', 2),
        ('number,text,place\n"A1",x,"first\nsecond"third"\n', 2),
        ('number,text,place\nA1,"one\ntwo","three\nfour\n', 3),
    ],
    ids=["never closed", "closed by the next record", "bare quote inside", "text after the quote", "second field"],
)
def test_broken_quote_is_named_with_the_line_where_it_opened(make_file: MakeFile, content: str, opened: int) -> None:
    assert refusal(make_file(content)).startswith(f"The quote opened in line {opened} is ")


@pytest.mark.parametrize("line", ["x\n", "x" * 500 + "\n"], ids=["many lines", "many characters"])
def test_open_quote_that_swallows_a_large_file_is_found_early(make_file: MakeFile, line: str) -> None:
    path = make_file('number,text,place\nA1,x,y\nA2,"open' + line * 5_000)
    assert refusal(path) == "The quote opened in line 3 is never closed."


def test_endless_line_is_named(make_file: MakeFile) -> None:
    assert refusal(make_file("number,text,place\n" + "x" * 200_000)).startswith("Line 2 is longer than")


def test_record_with_another_number_of_columns_is_a_fault_of_the_row(make_file: MakeFile) -> None:
    _layout, records = read(make_file("number,text,place\nA1,x\nA2,x,y,z\nA3,x,y\n"))
    assert [record.fault for record in records] == [
        "has 2 columns where the heading has 3",
        "has 4 columns where the heading has 3",
        "",
    ]


def test_missing_file_folder_and_pipe_are_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").startswith("There is no file")
    assert "is a folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    holder = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        assert "is not an ordinary file" in refusal(tmp_path / "pipe")
    finally:
        os.close(holder)


def test_file_changed_between_the_passes_is_named(make_file: MakeFile) -> None:
    path = make_file(GOOD)
    with reading.open_file(path) as handle:
        layout = reading.inspect(handle, COLUMNS)
        with path.open("a") as other:
            other.write("A3,x,y\n")
        with pytest.raises(reading.UnreadableFileError, match="was changed"):
            list(reading.records(handle, layout))


CELLS = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS).filter(lambda row: any(cell.strip() for cell in row)), min_size=1))
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:

    path = tmp_path_factory.mktemp("csv") / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([COLUMNS, *rows])
    _layout, records = read(path)
    assert [tuple(record.values.values()) for record in records] == rows
    lines = path.read_text(encoding="utf-8").split("\n")
    assert all(record.line <= len(lines) for record in records)
