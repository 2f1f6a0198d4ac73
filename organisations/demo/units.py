"""The demo's units and how they stand under one another, on the line, area and supervision axes.

Districts of Nan (จังหวัดน่าน, area code 55) with their official codes of the Department of Provincial Administration,
and for each the subdistricts and their rough middle, so that made-up complaints lie where they say. The
local bodies are invented, and so is everything that is complained about.
"""

from dataclasses import dataclass, field
from datetime import date

from organisations.models import Unit, UnitLink

# Where the founding day of an office is not known to us, the founding day of the ministry stands in.
MINISTRY_FOUNDED = date(1892, 4, 1)
PROVINCE = "น่าน"


@dataclass(frozen=True)
class Place:
    """A subdistrict (ตำบล) and its rough middle in degrees (WGS 84)."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class District:
    """A district (อำเภอ): `code` is our short unit code, `area_code` the official four figures."""

    code: str
    area_code: str
    name_th: str
    name_en: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Link:
    """Under `parent` on `axis` from `start` up to, but without, `end`; `None`: since founding, without end."""

    axis: UnitLink.Axis
    parent: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class DemoUnit:
    """A unit and its links; parents stand before their children in `UNITS`."""

    code: str
    name_th: str
    name_en: str
    kind: Unit.Kind
    links: tuple[Link, ...] = field(default=())
    area_code: str = ""
    founded_on: date = MINISTRY_FOUNDED
    closed_on: date | None = None


def _places(*rows: tuple[str, float, float]) -> tuple[Place, ...]:
    return tuple(Place(*row) for row in rows)


DISTRICTS: tuple[District, ...] = (
    District("NAN-MU", "5501", "เมืองน่าน", "Mueang Nan", _places(
        ("ในเวียง", 18.793, 100.786), ("ผาสิงห์", 18.850, 100.749), ("ไชยสถาน", 18.783, 100.731),
        ("ดู่ใต้", 18.724, 100.739), ("กองควาย", 18.686, 100.732), ("สะเนียน", 18.912, 100.592))),
    District("NAN-MC", "5502", "แม่จริม", "Mae Charim", _places(
        ("หนองแดง", 18.736, 101.025), ("น้ำพาง", 18.611, 101.057), ("แม่จริม", 18.824, 101.045))),
    District("NAN-BL", "5503", "บ้านหลวง", "Ban Luang", _places(
        ("บ้านฟ้า", 18.782, 100.429), ("ป่าคาหลวง", 18.858, 100.405), ("สวด", 18.849, 100.484))),
    District("NAN-NN", "5504", "นาน้อย", "Na Noi", _places(
        ("นาน้อย", 18.313, 100.681), ("ศรีษะเกษ", 18.369, 100.771), ("บัวใหญ่", 18.350, 100.570))),
    District("NAN-PU", "5505", "ปัว", "Pua", _places(
        ("ปัว", 19.168, 100.903), ("ศิลาแลง", 19.148, 100.967), ("วรนคร", 19.176, 100.947),
        ("ศิลาเพชร", 19.097, 100.957), ("ภูคา", 19.254, 101.091))),
    District("NAN-TW", "5506", "ท่าวังผา", "Tha Wang Pha", _places(
        ("ท่าวังผา", 19.128, 100.831), ("ริม", 19.119, 100.798), ("จอมพระ", 19.103, 100.865),
        ("ตาลชุม", 19.022, 100.829))),
    District("NAN-WS", "5507", "เวียงสา", "Wiang Sa", _places(
        ("กลางเวียง", 18.577, 100.740), ("ส้าน", 18.464, 100.729), ("น้ำปั้ว", 18.639, 100.725),
        ("ปงสนุก", 18.600, 100.648), ("แม่สา", 18.564, 100.660))),
    District("NAN-TC", "5508", "ทุ่งช้าง", "Thung Chang", _places(
        ("ทุ่งช้าง", 19.390, 100.834), ("ปอน", 19.535, 100.975), ("งอบ", 19.514, 100.849))),
    District("NAN-CK", "5509", "เชียงกลาง", "Chiang Klang", _places(
        ("เปือ", 19.324, 100.843), ("พระธาตุ", 19.338, 100.925), ("พญาแก้ว", 19.270, 100.909))),
    District("NAN-NM", "5510", "นาหมื่น", "Na Muen", _places(
        ("นาทะนุง", 18.117, 100.615), ("บ่อแก้ว", 18.139, 100.832), ("เมืองลี", 18.226, 100.505))),
    District("NAN-SS", "5511", "สันติสุข", "Santi Suk", _places(
        ("ดู่พงษ์", 18.898, 100.902), ("ป่าแลวหลวง", 18.957, 100.950), ("พงษ์", 18.899, 100.983))),
    District("NAN-BK", "5512", "บ่อเกลือ", "Bo Kluea", _places(
        ("บ่อเกลือเหนือ", 19.297, 101.176), ("บ่อเกลือใต้", 19.127, 101.130), ("ดงพญา", 19.220, 101.198))),
    District("NAN-SK", "5513", "สองแคว", "Song Khwae", _places(
        ("นาไร่หลวง", 19.339, 100.704), ("ชนแดน", 19.462, 100.691), ("ยอด", 19.384, 100.567))),
    District("NAN-PP", "5514", "ภูเพียง", "Phu Phiang", _places(
        ("ม่วงตึ๊ด", 18.756, 100.816), ("ฝายแก้ว", 18.803, 100.933), ("นาปัง", 18.696, 100.801),
        ("เมืองจัง", 18.878, 100.830))),
    District("NAN-CP", "5515", "เฉลิมพระเกียรติ", "Chaloem Phra Kiat", _places(
        ("ห้วยโก๋น", 19.559, 101.046), ("ขุนน่าน", 19.450, 101.128))),
)  # fmt: skip

_LINE, _AREA, _SUPERVISION = UnitLink.Axis.LINE, UnitLink.Axis.AREA, UnitLink.Axis.SUPERVISION
_FOUNDED: dict[str, date] = {"NAN-PP": date(1996, 7, 1), "NAN-CP": date(1996, 12, 5)}
# Phu Phiang was a branch (กิ่งอำเภอ) of Mueang Nan until it became a district: the one unit here that moved.
_PHU_PHIANG_RAISED = date(2007, 9, 8)


def _district(district: District) -> DemoUnit:
    if district.code == "NAN-PP":
        line: tuple[Link, ...] = (
            Link(_LINE, "NAN-MU", end=_PHU_PHIANG_RAISED),
            Link(_LINE, "NAN-ADM", start=_PHU_PHIANG_RAISED),
        )
    else:
        line = (Link(_LINE, "NAN-ADM"),)
    return DemoUnit(
        district.code,
        f"ที่ทำการปกครองอำเภอ{district.name_th}",
        f"{district.name_en} District Office",
        Unit.Kind.DISTRICT,
        (*line, Link(_AREA, "NAN")),
        district.area_code,
        _FOUNDED.get(district.code, MINISTRY_FOUNDED),
    )


def _community_office(code: str, district: str, name_th: str, name_en: str, area_code: str) -> DemoUnit:
    return DemoUnit(
        code,
        f"สำนักงานพัฒนาชุมชนอำเภอ{name_th}",
        f"{name_en} District Community Development Office",
        Unit.Kind.DISTRICT,
        (Link(_LINE, "NAN-CD"), Link(_AREA, district)),
        area_code,
        date(1962, 10, 1),
    )


UNITS: tuple[DemoUnit, ...] = (
    DemoUnit("MOI", "กระทรวงมหาดไทย", "Ministry of Interior", Unit.Kind.MINISTRY),
    DemoUnit(
        "MOI-AC",
        "ศูนย์ปฏิบัติการต่อต้านการทุจริต กระทรวงมหาดไทย",
        "Anti-Corruption Operation Centre, Ministry of Interior",
        Unit.Kind.ANTI_CORRUPTION,
        (Link(_LINE, "MOI"),),
        founded_on=date(2012, 10, 1),
    ),
    DemoUnit(
        "DOPA", "กรมการปกครอง", "Department of Provincial Administration", Unit.Kind.DEPARTMENT, (Link(_LINE, "MOI"),)
    ),
    DemoUnit(
        "DOPA-AC",
        "ศูนย์ปฏิบัติการต่อต้านการทุจริต กรมการปกครอง",
        "Anti-Corruption Operation Centre, Department of Provincial Administration",
        Unit.Kind.ANTI_CORRUPTION,
        (Link(_LINE, "DOPA"),),
        founded_on=date(2012, 10, 1),
    ),
    DemoUnit(
        "DOPA-LB",
        "สำนักการสอบสวนและนิติการ กรมการปกครอง",
        "Investigation and Legal Affairs Bureau",
        Unit.Kind.CENTRAL,
        (Link(_LINE, "DOPA"),),
    ),
    DemoUnit(
        "CDD",
        "กรมการพัฒนาชุมชน",
        "Community Development Department",
        Unit.Kind.DEPARTMENT,
        (Link(_LINE, "MOI"),),
        founded_on=date(1962, 10, 1),
    ),
    DemoUnit(
        "CDD-AC",
        "ศูนย์ปฏิบัติการต่อต้านการทุจริต กรมการพัฒนาชุมชน",
        "Anti-Corruption Operation Centre, Community Development Department",
        Unit.Kind.ANTI_CORRUPTION,
        (Link(_LINE, "CDD"),),
        founded_on=date(2012, 10, 1),
    ),
    # Between ministry and province, as in law; so the centre nearest to a district office is its department's.
    DemoUnit(
        "MOI-PS",
        "สำนักงานปลัดกระทรวงมหาดไทย",
        "Office of the Permanent Secretary for Interior",
        Unit.Kind.DEPARTMENT,
        (Link(_LINE, "MOI"),),
    ),
    DemoUnit("NAN", "จังหวัดน่าน", "Nan Province", Unit.Kind.PROVINCE, (Link(_LINE, "MOI-PS"),), "55"),
    DemoUnit(
        "NAN-ADM",
        "ที่ทำการปกครองจังหวัดน่าน",
        "Nan Provincial Administration Office",
        Unit.Kind.PROVINCIAL_OFFICE,
        (Link(_LINE, "DOPA"), Link(_AREA, "NAN")),
        "55",
    ),
    DemoUnit(
        "NAN-CD",
        "สำนักงานพัฒนาชุมชนจังหวัดน่าน",
        "Nan Provincial Community Development Office",
        Unit.Kind.PROVINCIAL_OFFICE,
        (Link(_LINE, "CDD"), Link(_AREA, "NAN")),
        "55",
        date(1962, 10, 1),
    ),
    *map(_district, DISTRICTS),
    _community_office("CD-MU", "NAN-MU", "เมืองน่าน", "Mueang Nan", "5501"),
    _community_office("CD-PU", "NAN-PU", "ปัว", "Pua", "5505"),
    _community_office("CD-WS", "NAN-WS", "เวียงสา", "Wiang Sa", "5507"),
    # Invented: a unit that closed. Its row and its cases stay.
    DemoUnit(
        "NAN-C19",
        "ศูนย์ช่วยเหลือประชาชนเฉพาะกิจ โควิด-19 จังหวัดน่าน",
        "Nan Temporary COVID-19 Relief Centre",
        Unit.Kind.PROVINCIAL_OFFICE,
        (Link(_AREA, "NAN", end=date(2022, 10, 1)),),
        "55",
        date(2020, 4, 1),
        date(2022, 10, 1),
    ),
    # Invented local bodies: supervised by the district, subordinate to nobody.
    DemoUnit(
        "LB-WS1",
        "องค์การบริหารส่วนตำบลบ้านสมมุติใต้",
        "Ban Sommut Tai Subdistrict Administrative Organisation",
        Unit.Kind.LOCAL,
        (Link(_SUPERVISION, "NAN-WS"),),
        "5507",
        date(1997, 2, 23),
    ),
    DemoUnit(
        "LB-PU1",
        "เทศบาลตำบลดอยตัวอย่าง",
        "Doi Tua Yang Subdistrict Municipality",
        Unit.Kind.LOCAL,
        (Link(_SUPERVISION, "NAN-PU"),),
        "5505",
        date(1999, 5, 25),
    ),
    DemoUnit(
        "LB-TW1",
        "องค์การบริหารส่วนตำบลท่าจำลอง",
        "Tha Chamlong Subdistrict Administrative Organisation",
        Unit.Kind.LOCAL,
        (Link(_SUPERVISION, "NAN-TW"),),
        "5506",
        date(1997, 2, 23),
    ),
    DemoUnit(
        "LB-BK1",
        "องค์การบริหารส่วนตำบลภูสมมุติ",
        "Phu Sommut Subdistrict Administrative Organisation",
        Unit.Kind.LOCAL,
        (Link(_SUPERVISION, "NAN-BK"),),
        "5512",
        date(1997, 2, 23),
    ),
)
