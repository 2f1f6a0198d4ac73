"""Addresses as people write them, and whether two are one place. No database; every address is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.conflicts.addresses import read_address, same_place

HERE = "123/4 หมู่ 5 ตำบลบ้านสมมุติ อำเภอเมืองนนทบุรี จังหวัดนนทบุรี 11000"
SAME = [
    "บ้านเลขที่ ๑๒๓/๔ ม.๕ ต.บ้านสมมุติ อ.เมือง จ.นนทบุรี",
    "เลขที่ 123/4 หมู่ที่ 5 ต. บ้านสมมุติ อ. เมืองนนทบุรี จ. นนทบุรี 11000",
    "123/4 ม.5 ต.บ้านสมมุติอ.เมืองจ.นนทบุรี",
    "123/4 หมู่ 05 ซอยสุขใจ ถ.จำลอง ต.บ้านสมมุติ อ.เมือง จ.นนทบุรี",
    "123/4 ม.5 บ้านสมมุติ เมือง นนทบุรี 11000",
    "123/4 ม.5 ต.บ้านสมมุติ เมืองนนทบุรี นนทบุรี 11000",
    "123/4-6 ม.5 ต.บ้านสมมุติ อ.เมือง จ.นนทบุรี",
    "หมู่บ้านสุขใจ 123/4 ม.5 ต.บ้านสมมุติ อ.เมือง จ.นนทบุรี",
]
OTHER = [
    "123/5 หมู่ 5 ต.บ้านสมมุติ อ.เมือง จ.นนทบุรี",  # next door
    "123/4 หมู่ 6 ต.บ้านสมมุติ อ.เมือง จ.นนทบุรี",
    "123/4 หมู่ 5 ต.บ้านจำลอง อ.เมือง จ.นนทบุรี",
    "123/4 หมู่ 5 ต.บ้านสมมุติ อ.บางสมมุติ จ.นนทบุรี",
    "123/4 หมู่ 5 ต.บ้านสมมุติ อ.เมือง จ.น่าน",
    "123/4 อ.เมือง จ.นนทบุรี",
    "ต.บ้านสมมุติ อ.เมือง จ.นนทบุรี",
    "จังหวัดนนทบุรี",
    "",
]
BANGKOK = "99/1 ซ.จำลอง 3 ถ.สมมุติ แขวงบางจำลอง เขตบางสมมุติ กรุงเทพมหานคร 10999"


@pytest.mark.parametrize("text", SAME)
def test_same_place_however_it_is_written(text: str) -> None:
    assert same_place(read_address(HERE), read_address(text)) >= 80


@pytest.mark.parametrize("text", OTHER)
def test_other_place_or_too_little_is_never_the_same(text: str) -> None:
    assert same_place(read_address(HERE), read_address(text)) == 0


@pytest.mark.parametrize("text", ["", "จ.นนทบุรี", "นนทบุรี", "อ.เมือง จ.นนทบุรี 11000", "12 Moo 3, Nonthaburi"])
def test_without_house_number_and_tambon_it_cannot_be_compared(text: str) -> None:
    assert not read_address(text).comparable
    assert same_place(read_address(text), read_address(text)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "เลขที่ 99/1 ซอยจำลอง 3 ถนนสมมุติ แขวงบางจำลอง เขตบางสมมุติ กทม. 10999",
        "๙๙/๑ ซ.3 แขวง บางจำลอง เขต บางสมมุติ กรุงเทพฯ",
        "99/1 ถ.สมมุติ บางจำลอง บางสมมุติ กรุงเทพ 10999",
    ],
)
def test_bangkok_has_other_words_for_the_same(text: str) -> None:
    found = read_address(text)
    assert found.province == "กรุงเทพมหานคร"
    assert same_place(read_address(BANGKOK), found) >= 80


def test_another_lane_road_or_room_ranks_behind_but_is_shown() -> None:
    same = same_place(read_address(BANGKOK), read_address(BANGKOK))
    lane = same_place(read_address(BANGKOK), read_address(BANGKOK.replace("จำลอง 3", "ไกลโพ้น 8")))
    room = [read_address(f"{BANGKOK} ห้อง {number}") for number in (11, 12)]
    assert 0 < lane < same == 100
    assert 0 < same_place(*room) < same


def test_tambons_of_one_name_are_told_apart_by_what_is_known() -> None:
    bare = "12 ต.บ้านสมมุติ"
    assert 0 < same_place(read_address(bare), read_address(bare)) < 100
    assert same_place(read_address(f"{bare} 11000"), read_address(f"{bare} 50000")) == 0
    assert same_place(read_address(bare), read_address(f"{bare} จ.น่าน")) > 0


def test_house_numbers_with_letters_zeros_and_ranges() -> None:
    def houses(text: str) -> set[str]:
        return set(read_address(text).houses)

    assert houses("12ก ต.บ้านสมมุติ") == {"12ก"}
    assert houses("012/03 ต.บ้านสมมุติ") == {"12/3"}
    assert houses("12/3-5 ต.บ้านสมมุติ") == {"12/3", "12/5"}
    assert houses("12,14 ต.บ้านสมมุติ") == {"12", "14"}
    assert houses("12 ซ.3 ต.บ้านสมมุติ") == {"12"}
    assert houses("ม.5 ต.บ้านสมมุติ") == set()


pieces = st.lists(
    st.sampled_from(
        ["12", "12/3", "๑๒", "ม.", "ม.2", "หมู่บ้าน", "ต.", "ต.งาม", "แขวงงาม", "อ.เมือง", "เขต", "จ.น่าน", "น่าน", "กทม.",
         "10110", "ซ.4", "ถ.", "งาม", "ชั้น 2", ",", "\u200b", "-", "²", "x"]
    ),
    max_size=8,
)  # fmt: skip


@given(pieces, pieces)
def test_any_two_lines_can_be_compared_in_both_directions(one: list[str], other: list[str]) -> None:
    mine, theirs = read_address(" ".join(one)), read_address(" ".join(other))
    found = same_place(mine, theirs)
    assert found == same_place(theirs, mine)
    assert 0 <= found <= 100
    if found:
        assert set(mine.keys) & set(theirs.keys)
    assert (same_place(mine, mine) > 0) == mine.comparable
