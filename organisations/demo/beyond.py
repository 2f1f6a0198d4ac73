"""The provinces of the demo beside Nan, with little work in each: so that maps and comparisons have something to say.

Codes are the official ones, and so are the names of districts and subdistricts; people and matters are made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from organisations.models import Unit, UnitLink

from .units import PROVINCE, DemoUnit, District, Link, Place

_LINE, _AREA = UnitLink.Axis.LINE, UnitLink.Axis.AREA


@dataclass(frozen=True)
class Province:
    """A province (จังหวัด) with the districts of it that the demo knows; `area_code`: the official two figures."""

    code: str
    area_code: str
    name_th: str
    name_en: str
    districts: tuple[District, ...]


def _province(code: str, area: str, name_th: str, name_en: str, *districts: tuple[str, str, str, Place]) -> Province:
    """districts: the last two figures of the official code, names, and a subdistrict."""
    rows = (District(f"{code}-{number}", f"{area}{number}", th, en, (place,)) for number, th, en, place in districts)
    return Province(code, area, name_th, name_en, tuple(rows))


PROVINCES = (
    _province(
        "CRI", "57", "เชียงราย", "Chiang Rai",
        ("01", "เมืองเชียงราย", "Mueang Chiang Rai", Place("เวียง", 19.909, 99.832)),
        ("03", "เชียงของ", "Chiang Khong", Place("เวียง", 20.262, 100.404)),
    ),
    _province(
        "PYO", "56", "พะเยา", "Phayao",
        ("01", "เมืองพะเยา", "Mueang Phayao", Place("เวียง", 19.166, 99.902)),
        ("03", "เชียงคำ", "Chiang Kham", Place("หย่วน", 19.523, 100.301)),
    ),
    _province(
        "PRE", "54", "แพร่", "Phrae",
        ("01", "เมืองแพร่", "Mueang Phrae", Place("ในเวียง", 18.145, 100.140)),
        ("02", "ร้องกวาง", "Rong Kwang", Place("ร้องกวาง", 18.340, 100.318)),
    ),
    _province(
        "LPG", "52", "ลำปาง", "Lampang",
        ("01", "เมืองลำปาง", "Mueang Lampang", Place("เวียงเหนือ", 18.300, 99.507)),
        ("02", "แม่เมาะ", "Mae Mo", Place("แม่เมาะ", 18.283, 99.667)),
    ),
    _province(
        "UTD", "53", "อุตรดิตถ์", "Uttaradit",
        ("01", "เมืองอุตรดิตถ์", "Mueang Uttaradit", Place("ท่าอิฐ", 17.620, 100.099)),
        ("02", "ตรอน", "Tron", Place("วังแดง", 17.483, 100.117)),
    ),
    _province(
        "KKN", "40", "ขอนแก่น", "Khon Kaen",
        ("01", "เมืองขอนแก่น", "Mueang Khon Kaen", Place("ในเมือง", 16.433, 102.833)),
        ("02", "บ้านฝาง", "Ban Fang", Place("บ้านฝาง", 16.453, 102.638)),
    ),
    _province(
        "SKA", "90", "สงขลา", "Songkhla",
        ("01", "เมืองสงขลา", "Mueang Songkhla", Place("บ่อยาง", 7.199, 100.595)),
        ("11", "หาดใหญ่", "Hat Yai", Place("หาดใหญ่", 7.006, 100.470)),
    ),
)  # fmt: skip


def office_of(province: Province) -> str:
    """The code of the provincial office that is assessed there."""
    return f"{province.code}-CD"


def province_name(area_code: str) -> str:
    """The Thai name of the demo's province in which an area lies."""
    return next((row.name_th for row in PROVINCES if area_code.startswith(row.area_code)), PROVINCE)


def units_beyond() -> Iterator[DemoUnit]:
    """Each province with its two offices and its districts; parents stand before their children."""
    office = Unit.Kind.PROVINCIAL_OFFICE
    for row in PROVINCES:
        code, th, en = row.code, row.name_th, row.name_en
        in_province = Link(_AREA, code)
        yield DemoUnit(
            code, f"จังหวัด{th}", f"{en} Province", Unit.Kind.PROVINCE, (Link(_LINE, "MOI-PS"),), row.area_code
        )
        yield DemoUnit(
            f"{code}-ADM", f"ที่ทำการปกครองจังหวัด{th}", f"{en} Provincial Administration Office", office,
            (Link(_LINE, "DOPA"), in_province), row.area_code,
        )  # fmt: skip
        yield DemoUnit(
            office_of(row), f"สำนักงานพัฒนาชุมชนจังหวัด{th}", f"{en} Provincial Community Development Office", office,
            (Link(_LINE, "CDD"), in_province), row.area_code,
        )  # fmt: skip
        for district in row.districts:
            yield DemoUnit(
                district.code, f"ที่ทำการปกครองอำเภอ{district.name_th}", f"{district.name_en} District Office",
                Unit.Kind.DISTRICT, (Link(_LINE, f"{code}-ADM"), in_province), district.area_code,
            )  # fmt: skip
