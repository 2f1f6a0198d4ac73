"""The archive of an office file: sound, modest and alone; bombs, lies and disguises are refused."""

import io
import struct
import zipfile

import pytest

from tests.workflows import samples
from tests.workflows.office_files import code
from workflows.cleaning import archives
from workflows.cleaning.office import clean_office


@pytest.mark.parametrize(
    "data", [samples.office("pptx"), samples.archive({"a.txt": "x"}), samples.archive({"mimetype": "application/epub"})]
)
def test_office_of_another_kind_is_refused(data: bytes) -> None:
    assert code(data) == "not_accepted"


def test_office_that_declares_macros_is_refused() -> None:
    assert code(samples.office("docm")) == "macros"


def test_office_bomb_is_refused_unread() -> None:
    bomb = samples.office(word__big_dot_xml=bytes(30 * 1024 * 1024))
    assert len(bomb) < 50_000
    assert code(bomb) == "archive_bomb"


def test_office_bomb_of_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 3)
    assert clean_office(samples.office(word__one_dot_png="1")).extension == "docx"
    assert code(samples.office(word__one_dot_png="1", word__two_dot_png="2")) == "archive_bomb"


def test_office_bomb_in_a_bomb_is_refused() -> None:
    """Like 42.zip: archives in archives, each small."""
    inner = samples.archive({f"{number}.zip": bytes(1000) for number in range(10)})
    for _depth in range(4):
        inner = samples.archive({f"{number}.zip": inner for number in range(10)})
    assert code(samples.office(**{"word/media/image1.png": inner})) == "embedded"


@pytest.mark.parametrize("claimed", [1000, 31 * 1024 * 1024])
def test_office_bomb_that_lies_about_its_size_is_refused(claimed: int) -> None:
    honest = samples.office(word__big_dot_xml=bytes(30 * 1024 * 1024))
    said = struct.pack("<I", 30 * 1024 * 1024)
    assert honest.count(said) >= 1
    assert code(honest.replace(said, struct.pack("<I", claimed))) in {"damaged", "archive_bomb"}


def test_office_that_holds_less_than_it_says_is_refused() -> None:
    data = samples.office(word__one_dot_png=b"1" * 7_777)
    assert code(data.replace(struct.pack("<I", 7_777), struct.pack("<I", 7_778))) == "damaged"


def test_office_bomb_of_entries_in_each_other_is_refused() -> None:
    """The content of one is the head and content of the other, as David Fifield's bomb has it a thousand times over."""
    inner = samples.archive({"word/two.png": b"1" * 50}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(io.BytesIO(inner)) as packed:
        entry = inner[: packed.start_dir]
    out = io.BytesIO(samples.office())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as packed:
        packed.writestr("word/one.png", b"no mark" + entry)
        packed.writestr("word/two.png", b"1" * 50)
        one = packed.getinfo("word/one.png")
    data = bytearray(out.getvalue())
    place = data.rindex(b"word/two.png") - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    inside = one.header_offset + 30 + len("word/one.png") + len(b"no mark")
    data[place + 42 : place + 46] = struct.pack("<I", inside)
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as packed:
        assert packed.read("word/two.png") == b"1" * 50  # zipfile itself sees nothing in it
    assert code(bytes(data)) == "damaged"


def test_office_that_unpacks_much_but_honestly_is_taken() -> None:
    rows = b"".join(b"<r>%d</r>" % number for number in range(1_500_000))
    data = samples.office("xlsx", xl__worksheets__sheet1_dot_xml=b"<worksheet>" + rows + b"</worksheet>")
    assert clean_office(data).extension == "xlsx"


def test_office_damaged_inside_is_refused_also_where_it_would_go() -> None:
    for name in (b"word/x.png", b"docProps/a.bin"):
        data = bytearray(samples.office(**{name.decode(): bytes(range(256)) * 4}))
        data[data.index(name) + 30] ^= 0xFF
        assert code(bytes(data)) == "damaged"


def test_office_locked_with_a_password_is_refused() -> None:
    data = samples.office()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        directory = packed.start_dir
    changed = bytearray(data)
    changed[directory + 8] |= 1
    assert code(bytes(changed)) == "encrypted"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\b", "a/../b", "word/./x.png"])
def test_office_with_names_that_leave_their_folder_is_refused(name: str) -> None:
    assert code(samples.office(**{name: b"x"})) == "damaged"


@pytest.mark.parametrize("twin", ["[Content_Types].xml", "Word/Document.XML"])
def test_office_with_one_name_twice_is_refused(twin: str) -> None:
    out = io.BytesIO(samples.office())
    with zipfile.ZipFile(out, "a") as packed:
        if twin in packed.namelist():
            with pytest.warns(UserWarning, match="Duplicate"):
                packed.writestr(twin, "<x/>")
        else:
            packed.writestr(twin, "<x/>")
    assert code(out.getvalue()) == "damaged"


def test_office_with_something_before_behind_or_in_a_comment_is_refused() -> None:
    data = samples.office()
    commented = data[:-2] + struct.pack("<H", 6) + b"GIF89a"
    for changed, why in [
        (b"GIF89a" + data, "polyglot"),
        (b"PK\x03\x04" + bytes(100) + data, "polyglot"),
        (data + b"<html>", "polyglot"),
        (commented, "polyglot"),
        (data[:-30], "damaged"),
        (b"PK\x03\x04", "damaged"),
    ]:
        assert code(changed) == why


def test_office_loses_what_lies_between_entries() -> None:
    data = samples.office()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        directory = packed.start_dir
    end = bytearray(data[-22:])
    end[16:20] = struct.pack("<I", directory + 11)
    hidden = data[:directory] + b"Secretphone" + data[directory:-22] + bytes(end)
    assert b"Secretphone" not in clean_office(hidden).data
