"""The demo's people: every role at the province and the anti-corruption centre, full staff in five districts.

No real person: the family names say that they are made up (สมมุติ, ตัวอย่าง, จำลอง, ทดลอง).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from organisations.models import Role

from .units import DISTRICTS

PASSWORD = "sodsong-demo"  # noqa: S105 - the demo's password is public and refused in production settings

FIRST_NAMES = (
    ("นาย", "กิตติ", "Kitti"), ("นางสาว", "ขวัญใจ", "Khwanchai"), ("นาง", "จันทร์เพ็ญ", "Chanphen"),
    ("นาย", "ชาญชัย", "Chanchai"), ("นางสาว", "ดวงใจ", "Duangchai"), ("นาย", "ทรงพล", "Songphon"),
    ("นาง", "นงนุช", "Nongnut"), ("นาย", "บุญมี", "Bunmi"), ("นางสาว", "ปราณี", "Prani"),
    ("นาย", "พิชัย", "Phichai"), ("นางสาว", "มณีรัตน์", "Manirat"), ("นาย", "ยงยุทธ", "Yongyut"),
    ("นาง", "รัตนา", "Rattana"), ("นาย", "วิชัย", "Wichai"), ("นางสาว", "ศิริพร", "Siriphon"),
    ("นาย", "สมชาย", "Somchai"), ("นาง", "สายใจ", "Saichai"), ("นาย", "อนันต์", "Anan"),
    ("นางสาว", "อรทัย", "Orathai"), ("นาย", "ประเสริฐ", "Prasoet"), ("นางสาว", "กาญจนา", "Kanchana"),
    ("นาย", "ธีระ", "Thira"), ("นาง", "ลำดวน", "Lamduan"),
)  # fmt: skip
FAMILY_NAMES = (
    ("สมมุติวงศ์", "Sommutwong"), ("ตัวอย่างดี", "Tuayangdi"), ("จำลองกิจ", "Chamlongkit"), ("ทดลองงาน", "Thotlongngan"),
    ("สมมุติสุข", "Sommutsuk"), ("ตัวอย่างงาม", "Tuayangngam"), ("จำลองชัย", "Chamlongchai"),
)  # fmt: skip


@dataclass(frozen=True)
class DemoPost:
    """A post in a unit and who holds it; `held_from`, `held_until`: days before today, `None`: two years, open."""

    username: str
    unit: str
    title_th: str
    title_en: str
    roles: tuple[Role, ...]
    deputy: bool = False
    held_from: int | None = None
    held_until: int | None = None


@dataclass(frozen=True)
class DemoPerson:
    """A person who signs in; `active` is false for one who has left."""

    username: str
    name_th: str
    name_en: str
    active: bool = True


_R = Role
_EXECUTIVE_CHANGED = 200

_PROVINCE: tuple[DemoPost, ...] = (
    DemoPost("screener", "NAN", "นักวิเคราะห์นโยบายและแผน ศูนย์ดำรงธรรมจังหวัด", "Policy analyst, Damrongtham Centre", (_R.SCREENER,)),
    DemoPost("officer", "NAN", "เจ้าหน้าที่ศูนย์ดำรงธรรมจังหวัด", "Complaint officer, Damrongtham Centre", (_R.OFFICER,)),
    DemoPost("officer2", "NAN", "นิติกรศูนย์ดำรงธรรมจังหวัด", "Legal officer, Damrongtham Centre", (_R.OFFICER,)),
    DemoPost("officer3", "NAN", "เจ้าหน้าที่ตรวจสอบข้อเท็จจริง", "Fact-finding officer", (_R.OFFICER, _R.SCREENER), held_from=150),
    DemoPost("head", "NAN", "หัวหน้าศูนย์ดำรงธรรมจังหวัด", "Head of the Damrongtham Centre", (_R.HEAD,)),
    DemoPost("approver", "NAN", "รองผู้ว่าราชการจังหวัด", "Vice governor", (_R.APPROVER,)),
    DemoPost("custodian", "NAN", "ผู้รักษาข้อมูลผู้ร้อง คนที่ 1", "First identity custodian", (_R.CUSTODIAN,)),
    DemoPost("custodian2", "NAN", "ผู้รักษาข้อมูลผู้ร้อง คนที่ 2", "Second identity custodian", (_R.CUSTODIAN,)),
    DemoPost("executive", "NAN", "ผู้ว่าราชการจังหวัด", "Governor", (_R.EXECUTIVE,), held_from=_EXECUTIVE_CHANGED),
    DemoPost("former", "NAN", "ผู้ว่าราชการจังหวัด", "Governor", (_R.EXECUTIVE,), held_until=_EXECUTIVE_CHANGED),
    DemoPost("admin", "NAN", "นักวิชาการคอมพิวเตอร์ ผู้ดูแลระบบ", "System administrator", (_R.ADMINISTRATOR,)),
    DemoPost("deputy", "NAN", "หัวหน้าศูนย์ดำรงธรรมจังหวัด", "Head of the Damrongtham Centre", (_R.HEAD,), deputy=True),
    DemoPost("deputy", "NAN", "ผู้ช่วยหัวหน้าศูนย์ดำรงธรรมจังหวัด", "Assistant head", (_R.OFFICER,)),
)  # fmt: skip

_FULL_STAFF = ("NAN-MU", "NAN-PU", "NAN-TW", "NAN-WS", "NAN-BK")


def _short(code: str) -> str:
    return code.rsplit("-", 1)[-1].lower()


def _centre(prefix: str, unit: str) -> Iterator[DemoPost]:
    yield DemoPost(f"{prefix}.screen", unit, "เจ้าหน้าที่รับและกลั่นกรองเรื่อง", "Screening officer", (_R.SCREENER,))
    yield DemoPost(f"{prefix}.off1", unit, "นิติกรชำนาญการ", "Legal officer", (_R.OFFICER,))
    yield DemoPost(f"{prefix}.off2", unit, "นิติกรปฏิบัติการ", "Legal officer", (_R.OFFICER,))
    yield DemoPost(f"{prefix}.head", unit, "หัวหน้าฝ่ายตรวจสอบข้อเท็จจริง", "Head of fact-finding", (_R.HEAD,))
    yield DemoPost(f"{prefix}.appr", unit, "หัวหน้าศูนย์ปฏิบัติการต่อต้านการทุจริต", "Head of the centre", (_R.APPROVER, _R.EXECUTIVE))
    # A review is decided by somebody new, and a protected case is seen from nowhere else.
    yield DemoPost(f"{prefix}.appr2", unit, "รองหัวหน้าศูนย์ปฏิบัติการต่อต้านการทุจริต", "Deputy head of the centre", (_R.APPROVER,))
    yield DemoPost(f"{prefix}.cust1", unit, "ผู้รักษาข้อมูลผู้ร้อง คนที่ 1", "First identity custodian", (_R.CUSTODIAN,))
    yield DemoPost(f"{prefix}.cust2", unit, "ผู้รักษาข้อมูลผู้ร้อง คนที่ 2", "Second identity custodian", (_R.CUSTODIAN,))


def _full_district(unit: str) -> Iterator[DemoPost]:
    name = _short(unit)
    yield DemoPost(f"{name}.appr", unit, "นายอำเภอ", "District chief", (_R.APPROVER, _R.EXECUTIVE))
    yield DemoPost(f"{name}.head", unit, "ปลัดอำเภอ หัวหน้ากลุ่มงานบริหารงานปกครอง", "Deputy district chief, administration", (_R.HEAD,))
    yield DemoPost(f"{name}.screen", unit, "ปลัดอำเภอ งานศูนย์ดำรงธรรมอำเภอ", "Deputy district chief, Damrongtham Centre", (_R.SCREENER,))
    yield DemoPost(f"{name}.off1", unit, "เจ้าพนักงานปกครองชำนาญการ", "Administrative officer", (_R.OFFICER,))
    yield DemoPost(f"{name}.off2", unit, "เจ้าพนักงานปกครองปฏิบัติการ", "Administrative officer", (_R.OFFICER,))


def _small_unit(name: str, unit: str, chief_th: str, chief_en: str, clerk_th: str, clerk_en: str) -> Iterator[DemoPost]:
    yield DemoPost(f"{name}.appr", unit, chief_th, chief_en, (_R.APPROVER, _R.HEAD, _R.EXECUTIVE))
    yield DemoPost(f"{name}.off1", unit, clerk_th, clerk_en, (_R.SCREENER, _R.OFFICER))
    yield DemoPost(f"{name}.off2", unit, "เจ้าหน้าที่บริหารงานทั่วไป", "General administration officer", (_R.OFFICER,))


def _posts() -> Iterator[DemoPost]:
    yield from _PROVINCE
    yield from _centre("dopaac", "DOPA-AC")
    yield from _centre("moiac", "MOI-AC")
    yield from _centre("cddac", "CDD-AC")
    yield from _small_unit("dopa", "DOPA", "อธิบดีกรมการปกครอง", "Director-general", "เลขานุการกรม", "Department secretary")
    yield from _small_unit("lb", "DOPA-LB", "ผู้อำนวยการสำนัก", "Bureau director", "นิติกร", "Legal officer")
    yield from _small_unit("cdd", "CDD", "อธิบดีกรมการพัฒนาชุมชน", "Director-general", "เลขานุการกรม", "Department secretary")
    yield from _small_unit("adm", "NAN-ADM", "ปลัดจังหวัด", "Provincial chief administrator", "จ่าจังหวัด", "Provincial registrar")
    yield from _small_unit("cd", "NAN-CD", "พัฒนาการจังหวัด", "Provincial community development chief", "นักวิชาการพัฒนาชุมชน", "Community development officer")
    for district in DISTRICTS:
        if district.code in _FULL_STAFF:
            yield from _full_district(district.code)
        else:
            yield from _small_unit(_short(district.code), district.code, "นายอำเภอ", "District chief", "ปลัดอำเภอ", "Deputy district chief")
    for code in ("CD-MU", "CD-PU", "CD-WS"):
        yield from _small_unit(f"cd{_short(code)}", code, "พัฒนาการอำเภอ", "District community development chief", "นักวิชาการพัฒนาชุมชน", "Community development officer")
    for code in ("LB-WS1", "LB-PU1", "LB-TW1", "LB-BK1"):
        yield from _small_unit(_short(code), code, "ปลัดเทศบาล" if code == "LB-PU1" else "ปลัด อบต.", "Chief administrator", "นักจัดการงานทั่วไป", "General affairs officer")
    # Before his transfer to the province, and beside the head of his district while she is away.
    yield DemoPost("officer3", "NAN-WS", "เจ้าพนักงานปกครอง", "Administrative officer", (_R.OFFICER,), held_until=150)
    yield DemoPost("ws.off1", "NAN-WS", "ปลัดอำเภอ หัวหน้ากลุ่มงานบริหารงานปกครอง", "Deputy district chief, administration", (_R.HEAD,), deputy=True, held_from=30)


POSTS: tuple[DemoPost, ...] = tuple(_posts())


def _people() -> Iterator[DemoPerson]:
    for order, username in enumerate(dict.fromkeys(post.username for post in POSTS)):
        title, first_th, first_en = FIRST_NAMES[order % len(FIRST_NAMES)]
        family_th, family_en = FAMILY_NAMES[order % len(FAMILY_NAMES)]
        yield DemoPerson(username, f"{title}{first_th} {family_th}", f"{first_en} {family_en}", username != "former")


PEOPLE: tuple[DemoPerson, ...] = tuple(_people())

# One sign-in a role, as `make run` prints them.
SIGN_INS: tuple[tuple[Role, str], ...] = tuple((role, role.value if role is not Role.ADMINISTRATOR else "admin") for role in Role)
