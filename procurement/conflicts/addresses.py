"""Addresses as people write them, and whether two are the same place. Pure; it only finds, a person decides."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .names import sounded

BANGKOK = "กรุงเทพมหานคร"
PROVINCES = frozenset(
    """กระบี่ กาญจนบุรี กาฬสินธุ์ กำแพงเพชร ขอนแก่น จันทบุรี ฉะเชิงเทรา ชลบุรี ชัยนาท ชัยภูมิ ชุมพร เชียงราย เชียงใหม่
    ตรัง ตราด ตาก นครนายก นครปฐม นครพนม นครราชสีมา นครศรีธรรมราช นครสวรรค์ นนทบุรี นราธิวาส น่าน บึงกาฬ บุรีรัมย์ ปทุมธานี
    ประจวบคีรีขันธ์ ปราจีนบุรี ปัตตานี พระนครศรีอยุธยา พะเยา พังงา พัทลุง พิจิตร พิษณุโลก เพชรบุรี เพชรบูรณ์ แพร่ ภูเก็ต
    มหาสารคาม มุกดาหาร แม่ฮ่องสอน ยโสธร ยะลา ร้อยเอ็ด ระนอง ระยอง ราชบุรี ลพบุรี ลำปาง ลำพูน เลย ศรีสะเกษ สกลนคร สงขลา
    สตูล สมุทรปราการ สมุทรสงคราม สมุทรสาคร สระแก้ว สระบุรี สิงห์บุรี สุโขทัย สุพรรณบุรี สุราษฎร์ธานี สุรินทร์ หนองคาย
    หนองบัวลำภู อ่างทอง อำนาจเจริญ อุดรธานี อุตรดิตถ์ อุทัยธานี อุบลราชธานี กรุงเทพมหานคร""".split()
)
_BANGKOK = re.compile("(?:จังหวัด|จ\\.)?\\s*(?:กรุงเทพมหานคร|กรุงเทพฯ|กรุงเทพ(?!กรีฑา)|กทม\\.?)")
# What a piece of an address begins with. หมู่ is a number here and บ้าน or an estate where it says หมู่บ้าน; the dot keeps
# abbreviations apart from letters of a name.
_MARK = re.compile(
    r"(?P<house>บ้านเลขที่|เลขที่)"
    r"|(?P<moo>หมู่\s*(?:ที่)?\s*(?=\d)|(?<![ก-๎])ม\.?\s*(?=\d))"
    r"|(?P<site>หมู่บ้าน|มบ\.|โครงการ|อาคาร|คอนโด|ตึก|ชุมชน|ม\.)"
    r"|(?P<room>ห้อง(?:เลขที่|ที่)?|ชั้น(?:ที่)?)"
    r"|(?P<soi>ตรอก|ซอย|ซ\.)"
    r"|(?P<road>ถนน|ถ\.)"
    r"|(?P<tambon>ตำบล|แขวง|ต\.)"
    r"|(?P<amphoe>กิ่งอำเภอ|อำเภอ|(?<![ก-๎])เขต|อ\.)"
    r"|(?P<province>จังหวัด|จ\.)"
)
_POSTCODE = re.compile(r"(?<![\d/-])[1-9]\d{4}(?![\d/-])")
_HOUSE = re.compile(r"\d+(?:/\d+)*\s?[ก-ฮ]?(?![ก-๎.])(?:\s*[-,]\s*\d+(?:/\d+)*)*|\d+(?:/\d+)*")
_CAPITAL = sounded("เมือง")
# How a place ranks that agrees in everything written, but of which less is known, or a lane is called another name.
_UNCOMPARED, _OTHERWISE = 10, 15


@dataclass(frozen=True)
class Address:
    """What is compared of an address. Places are as they sound; "" or no number where it is not written.

    houses: every house number, both ends of a range; moo: the village's number; within: room and floor.
    """

    houses: frozenset[str]
    moo: str = ""
    within: str = ""
    soi: str = ""
    road: str = ""
    tambon: str = ""
    amphoe: str = ""
    province: str = ""
    postcode: str = ""

    @property
    def comparable(self) -> bool:
        """Whether it can be compared at all: a house number and a tambon (แขวง) are known."""
        return bool(self.houses and self.tambon)

    @property
    def keys(self) -> Iterator[tuple[str, str]]:
        """By which the same place is found: each house number with the tambon; none where it cannot be compared."""
        return ((house, self.tambon) for house in self.houses if self.tambon)


@lru_cache(maxsize=20_000)
def read_address(text: str) -> Address:
    """An address in Thai as it was written, in any usual abbreviation, with Thai or Arabic digits.

    Parts without their word (ตำบล, อำเภอ) are read only where the line ends in amphoe and province.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u0e4d\u0e32", "\u0e33")
    plain = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter
        for letter in plain
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    postcodes = _POSTCODE.findall(plain)
    plain = _BANGKOK.sub(f" จังหวัด{BANGKOK} ", _POSTCODE.sub(" ", plain))
    pieces = _pieces(plain)
    _read_tail(pieces)
    province = _place(pieces.get("province", ""))
    return Address(
        houses=_house_numbers(pieces),
        moo=_number(pieces.get("moo", "")),
        within=_place(pieces.get("room", "")),
        soi=_place(pieces.get("soi", "")),
        road=_place(pieces.get("road", "")),
        tambon=_place(pieces.get("tambon", "")),
        amphoe=_place(pieces.get("amphoe", "")),
        province=province,
        postcode=postcodes[-1] if postcodes else "",
    )


def same_place(one: Address, other: Address) -> int:
    """0-100: how surely two addresses are one place; 0 where they are not, or where one cannot be compared.

    A house number and the tambon are equal, and nothing above them or between them (moo, amphoe, province) differs. A
    province or an amphoe alone is never a place. The same in both directions.
    """
    if not (one.comparable and other.comparable) or one.tambon != other.tambon or one.houses.isdisjoint(other.houses):
        return 0
    score = 100
    for mine, theirs, agree in (
        (one.moo, other.moo, one.moo == other.moo),
        (one.amphoe, other.amphoe, _same_amphoe(one.amphoe, other.amphoe)),
        (one.province, other.province, one.province == other.province),
    ):
        if mine and theirs and not agree:
            return 0
        if bool(mine) != bool(theirs):
            score -= _UNCOMPARED
    area = bool((one.amphoe and other.amphoe) or (one.province and other.province))
    if one.postcode and other.postcode and one.postcode != other.postcode:
        # Without amphoe and province there is nothing else to tell two tambons of one name apart.
        if not area:
            return 0
        score -= _OTHERWISE
    elif not area and not (one.postcode and other.postcode):
        score -= _UNCOMPARED
    for mine, theirs in ((one.soi, other.soi), (one.road, other.road), (one.within, other.within)):
        if mine and theirs and not (mine.endswith(theirs) or theirs.endswith(mine)):
            score -= _OTHERWISE
    return score


def _same_amphoe(one: str, other: str) -> bool:
    """The amphoe of the capital is written with the province's name or without."""
    return one == other or (_CAPITAL in {one, other} and one.startswith(_CAPITAL) and other.startswith(_CAPITAL))


def _pieces(plain: str) -> dict[str, str]:
    """What stands after each word that says what it is, in the order of the line; "" before the first of them."""
    found: dict[str, str] = {}
    name, start = "", 0
    for mark in _MARK.finditer(plain):
        _put(found, name, plain[start : mark.start()])
        name, start = str(mark.lastgroup), mark.end()
    _put(found, name, plain[start:])
    return found


def _put(found: dict[str, str], name: str, text: str) -> None:
    text = " ".join(text.split()).strip(" ,.;")
    if text:
        found[name] = f"{found[name]} {text}" if name in {"room", "site"} and name in found else found.get(name, text)


def _read_tail(pieces: dict[str, str]) -> None:
    """Province, amphoe and tambon where they stand in this order from the end without their words."""
    for name in ("province", "amphoe", "tambon"):
        before = [piece for piece in pieces if piece not in _AREA[name]]
        if name in pieces or not before:
            continue
        rest, _, word = pieces[before[-1]].rpartition(" ")
        if not rest or any(letter.isdigit() for letter in word) or (name == "province" and word not in PROVINCES):
            # Without a province at the end the words before it could be anything.
            if name == "province":
                return
            continue
        pieces[before[-1]], pieces[name] = rest.rstrip(" ,."), word.strip(",.")


_AREA = {"province": set[str](), "amphoe": {"province"}, "tambon": {"province", "amphoe"}}


def _house_numbers(pieces: dict[str, str]) -> frozenset[str]:
    """After its word, or at the beginning; after an estate only with a stroke, for buildings have numbers."""
    found = _houses(pieces.get("house", "")) or _houses(pieces.get("", ""))
    return found or frozenset(house for house in _houses(pieces.get("site", "")) if "/" in house)


def _houses(text: str) -> frozenset[str]:
    found = _HOUSE.search(text)
    if found is None:
        return frozenset()
    numbers = re.findall(r"\d+(?:/\d+)*\s?[ก-ฮ]?", found.group())
    base = numbers[0].rpartition("/")[0]
    return frozenset(_house(number if "/" in number or not base else f"{base}/{number}") for number in numbers)


def _house(number: str) -> str:
    return "/".join(piece.strip().lstrip("0") or "0" for piece in number.replace(" ", "").split("/"))


def _number(text: str) -> str:
    digits = re.match(r"\d+", text)
    return digits.group().lstrip("0") if digits else ""


@lru_cache(maxsize=50_000)
def _place(text: str) -> str:
    """A name of a place as it sounds, without spaces and signs."""
    return sounded("".join(letter for letter in text.casefold() if unicodedata.category(letter)[0] in "LMN"))
