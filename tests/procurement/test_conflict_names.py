"""Names as registers write them, and how alike two are. No database; every name is invented."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.conflicts.likeness import Name, likeness, may_be, read_name, same_surname
from procurement.conflicts.names import folded, parts_of, sounded
from procurement.conflicts.sounds import keys_of, skeleton

THAI = "กขคงจชซญฐณดตถทธนบปพภมยรลวศษสหอะาิีุูเแโใไำ์่้ัๆ"
words = st.text(THAI, min_size=1, max_size=9)
texts = st.one_of(
    st.text(max_size=20), st.text(THAI + " .()-\u200b\u0e4d", max_size=20), st.text("abcghjnprx z.", max_size=20)
)
FIRST = st.sampled_from(["สมหวัง", "วิไลพร", "ธนากร", "ณัฐชยา", "ประเสริฐ", "มาลี", "กิตติ"])
LAST = st.sampled_from(["ใจงาม", "ทองสมมุติ", "วงศ์จำลอง", "ศรีตัวอย่าง", "บุญหลาย"])
TITLES = st.sampled_from(
    ["นาย", "นาง", "นางสาว", "น.ส.", "ว่าที่ ร.ต.", "พ.ต.ท.หญิง", "ดร.", "ผศ.ดร.", "พล.ต.อ.", "คุณ", ""]
)


def name(text: str) -> Name:
    """A name that can be read."""
    found = read_name(text)
    assert found is not None
    return found


def score(one: str, other: str) -> int:
    """How alike two texts are as names."""
    return likeness(name(one), name(other))


# --- Reading ----------------------------------------------------------------------------------------------------------
@given(texts)
def test_folded_name_is_not_changed_by_folding_it_again(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(texts)
def test_any_text_can_be_read_or_is_no_name(text: str) -> None:
    first, last = parts_of(text)
    assert first or not last
    assert (read_name(text) is None) == (not first)


@given(TITLES, st.sampled_from(["", " ", "  ", "\t"]), FIRST, st.sampled_from([" ", "   ", "\u00a0"]), LAST)
def test_titles_and_spaces_never_matter(title: str, gap: str, first: str, space: str, last: str) -> None:
    assert parts_of(f"{title}{gap}{first}{space}{last} ") == (first, last)
    assert score(f"{title}{gap}{first}{space}{last}", f"นาย {first} {last}") == 100
    assert score(f"{title}{gap}{first}{last}", f"{first} {last}") == 100
    assert may_be(name(f"{title}{first}{last}"), name(f"{first} {last}"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("แดง ณ สมมุติ", ("แดง", "ณสมมุติ")),
        ("แดง ดงงาม ณ สมมุติ", ("แดง", "ดงงามณสมมุติ")),
        ("เจริญ แซ่ ลิ่ม", ("เจริญ", "แซ่ลิ่ม")),
        ("นางหญิง ใจงาม", ("หญิง", "ใจงาม")),
        ("พ. ต. ท. (หญิง) มาลี ใจงาม", ("มาลี", "ใจงาม")),
        ("นาง สาว มาลี ใจงาม", ("มาลี", "ใจงาม")),
        ("นายกิตติ (เอก) ใจงาม", ("กิตติ", "ใจงาม")),
        ("ร้านสมมุติพาณิชย์ โดย นางสาว มาลี ใจงาม", ("มาลี", "ใจงาม")),
        ("Mrs Malee Jaingam", ("malee", "jaingam")),
        ("แอนนา มารี จำลอง", ("แอนนา", "จำลอง")),
        ("คุณากร ใจงาม", ("คุณากร", "ใจงาม")),
        ("นาย", ("", "")),
        ("-", ("", "")),
    ],
)
def test_parts_of_a_name(text: str, parts: tuple[str, str]) -> None:
    assert parts_of(text) == parts


def test_two_sara_e_and_the_typed_sara_am_are_what_they_look_like() -> None:
    assert folded("เเดง น\u0e4d\u0e32ชัย") == folded("แดง นำชัย")


# --- Sounds -----------------------------------------------------------------------------------------------------------
SAME_SOUND = [
    ("พงษ์", "พงศ์"), ("สุวรรณ", "สุวัน"), ("กรรณิการ์", "กันนิกา"), ("ธรรม", "ทัม"), ("ชัย", "ไชย"), ("ณัฐ", "นัท"),
    ("สัญญา", "สันยา"), ("บุญ", "บุน"), ("วิชัย", "วีชัย"), ("ธนพล", "ธนะพล"), ("ศักดิ์", "สัก"), ("ใจ", "ไจ"), ("นำ", "นัม"),
    ("ญาดา", "ยาดา"), ("ภูมิ", "พูมิ"), ("จันทร์", "จัน"), ("กฤษ", "กริส"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME_SOUND)
def test_spellings_of_one_sound_are_equal(one: str, other: str) -> None:
    assert sounded(one) == sounded(other)
    assert not keys_of(one).isdisjoint(keys_of(other))


@pytest.mark.parametrize(("one", "other"), [("สมชาย", "สมหญิง"), ("มาลี", "มานี"), ("ดำ", "แดง"), ("วิชัย", "วิชา")])
def test_other_sounds_stay_apart(one: str, other: str) -> None:
    assert sounded(one) != sounded(other)


@pytest.mark.parametrize(
    ("thai", "latin"),
    [
        ("สมพร", "somporn"), ("สมพร", "somphon"), ("ใจดี", "jaidee"), ("ใจดี", "chaidi"), ("วิชัย", "vichai"),
        ("ธนากร", "thanakorn"), ("ณรงค์", "narong"), ("พิทักษ์", "phithak"), ("กิตติ", "kitti"), ("แก้ว", "kaew"),
    ],
)  # fmt: skip
def test_consonants_are_the_same_from_either_script(thai: str, latin: str) -> None:
    assert skeleton(thai) == skeleton(latin) != ""
    assert not keys_of(thai).isdisjoint(keys_of(latin))


# --- Likeness ---------------------------------------------------------------------------------------------------------
@given(words, words, words, words, st.integers(1, 100))
def test_likeness_is_symmetric_and_its_floor_hides_nothing(a: str, b: str, c: str, d: str, floor: int) -> None:
    one, other = read_name(f"{a} {b}"), read_name(f"{c} {d}")
    if one is None or other is None:
        return
    found = likeness(one, other)
    assert 0 <= found <= 100
    assert found == likeness(other, one)
    assert may_be(one, other) == may_be(other, one)
    assert likeness(one, other, floor) == (found if found >= floor else 0)
    assert likeness(one, one) == 100
    assert (found == 100) == (one.joined == other.joined)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("สมพงษ์ วงศ์จำลอง", "สมพงศ์ วงษ์จำลอง", 95, 99),
        ("วงศ์จำลอง สมพงษ์", "สมพงษ์ วงศ์จำลอง", 95, 99),
        ("ธนากร บุญหลาย", "ธนกร บุญหลาย", 85, 99),
        ("สมพร ใจดี", "Somporn Jaidee", 88, 90),
        ("Somporn Jaidee", "Somphon Chaidi", 85, 90),
        # A surname alone, or a first name alone, is no likeness.
        ("มาลี วงศ์จำลอง", "กิตติ วงศ์จำลอง", 0, 75),
        ("มาลี วงศ์จำลอง", "มาลี ศรีตัวอย่าง", 0, 75),
        ("มาลี", "มาลี วงศ์จำลอง", 0, 75),
        ("แดง ณ สมมุติ", "ดวงใจ ณ สมมุติ", 0, 80),
    ],
)
def test_likeness_of_spellings(one: str, other: str, least: int, most: int) -> None:
    assert least <= score(one, other) <= most
    if least:
        assert may_be(name(one), name(other))


def test_surname_is_compared_as_it_sounds_and_never_where_there_is_none() -> None:
    assert same_surname(name("มาลี พงษ์งาม"), name("กิตติ พงศ์งาม"))
    assert not same_surname(name("มาลี พงษ์งาม"), name("พงษ์งาม มาลี"))
    assert not same_surname(name("มาลี"), name("กิตติ"))


# --- The package ------------------------------------------------------------------------------------------------------
def test_soundex_is_imported_without_a_home_a_network_or_a_folder(tmp_path: Path) -> None:
    """PyThaiNLP makes a data folder when it is imported, and fails where it cannot."""
    program = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "from procurement.conflicts.sounds import keys_of\n"
        "assert keys_of('สมพร')\n"
        "heavy = {'numpy', 'torch', 'pandas', 'requests', 'tensorflow', 'django'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    missing = tmp_path / "file" / "home"
    missing.parent.write_text("")  # nothing can be made below a file
    root = Path(__file__).parents[2]
    environment = {"HOME": str(missing), "PYTHONPATH": str(root), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
