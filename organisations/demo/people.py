"""The demo's people: every role at the province and the anti-corruption centre, full staff in five districts.

No real person: the family names say that they are made up (สมมุติ, ตัวอย่าง, จำลอง, ทดลอง).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from organisations.models import Role

from .beyond import PROVINCES, office_of
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

# For who comes after everybody with a name of these.
_MORE_FAMILY_NAMES = (
    ("สมมุติธรรม", "Sommuttham"), ("ตัวอย่างเลิศ", "Tuayangloet"), ("จำลองศักดิ์", "Chamlongsak"),
    ("ทดลองสุข", "Thotlongsuk"), ("สมมุติผล", "Sommutphon"), ("ตัวอย่างทอง", "Tuayangthong"), ("จำลองวัฒน์", "Chamlongwat"),
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


# Who is on leave today, and who stands in for him; who leaves the service soon; who has left it, and since when.
AWAY, STANDS_IN, LEAVING, LEFT, LEFT_DAYS_AGO = "officer2", "officer3", "officer4", "officer5", 4

# Who examines assessments, by the unit in which their posts are: as chair, as member, as secretary (S4:225-262).
EVALUATORS = {
    "CDD": ("evaluator", "evaluator2", "evaluator3"),
    "NAN": ("nan.eval1", "nan.eval2", "nan.eval3"),
}
_EVALUATING = (
    ("ผู้ตรวจราชการ", "Inspector"),
    ("ผู้อำนวยการศูนย์ศึกษา", "Director of the study centre"),
    ("เจ้าหน้าที่สำนักตรวจราชการ", "Officer of the inspectorate"),
)

_R = Role
_CENTRES = (("dopaac", "DOPA-AC"), ("moiac", "MOI-AC"), ("cddac", "CDD-AC"))
_EXECUTIVE_CHANGED = 200

_CENTRE_TH, _CENTRE_EN = "ศูนย์ดำรงธรรมจังหวัด", "Damrongtham Centre"
_PROVINCE: tuple[DemoPost, ...] = (
    DemoPost("screener", "NAN", f"นักวิเคราะห์นโยบายและแผน {_CENTRE_TH}", f"Policy analyst, {_CENTRE_EN}", (_R.SCREENER,)),
    DemoPost("officer", "NAN", f"เจ้าหน้าที่{_CENTRE_TH}", f"Complaint officer, {_CENTRE_EN}", (_R.OFFICER,)),
    DemoPost("officer2", "NAN", f"นิติกร{_CENTRE_TH}", f"Legal officer, {_CENTRE_EN}", (_R.OFFICER,)),
    DemoPost("officer3", "NAN", "เจ้าหน้าที่ตรวจสอบ", "Fact-finding officer", (_R.OFFICER, _R.SCREENER), held_from=150),
    DemoPost("head", "NAN", f"หัวหน้า{_CENTRE_TH}", f"Head of the {_CENTRE_EN}", (_R.HEAD,)),
    DemoPost("approver", "NAN", "รองผู้ว่าราชการจังหวัด", "Vice governor", (_R.APPROVER,)),
    DemoPost("custodian", "NAN", "ผู้รักษาข้อมูลผู้ร้อง คนที่ 1", "First identity custodian", (_R.CUSTODIAN,)),
    DemoPost("custodian2", "NAN", "ผู้รักษาข้อมูลผู้ร้อง คนที่ 2", "Second identity custodian", (_R.CUSTODIAN,)),
    DemoPost("executive", "NAN", "ผู้ว่าราชการจังหวัด", "Governor", (_R.EXECUTIVE,), held_from=_EXECUTIVE_CHANGED),
    DemoPost("former", "NAN", "ผู้ว่าราชการจังหวัด", "Governor", (_R.EXECUTIVE,), held_until=_EXECUTIVE_CHANGED),
    DemoPost("admin", "NAN", "นักวิชาการคอมพิวเตอร์ ผู้ดูแลระบบ", "System administrator", (_R.ADMINISTRATOR,)),
    DemoPost("deputy", "NAN", f"หัวหน้า{_CENTRE_TH}", f"Head of the {_CENTRE_EN}", (_R.HEAD,), deputy=True),
    DemoPost("deputy", "NAN", f"ผู้ช่วยหัวหน้า{_CENTRE_TH}", "Assistant head", (_R.OFFICER,)),
)

_FULL_STAFF = ("NAN-MU", "NAN-PU", "NAN-TW", "NAN-WS", "NAN-BK")
_DISTRICT_HEAD = ("ปลัดอำเภอ หัวหน้ากลุ่มงานบริหารงานปกครอง", "Deputy district chief, administration", (_R.HEAD,))

_Staff = tuple[tuple[str, str, str, tuple[Role, ...]], ...]
_ANTI_CORRUPTION_STAFF: _Staff = (
    ("screen", "เจ้าหน้าที่รับและกลั่นกรองเรื่อง", "Screening officer", (_R.SCREENER,)),
    ("off1", "นิติกรชำนาญการ", "Legal officer", (_R.OFFICER,)),
    ("off2", "นิติกรปฏิบัติการ", "Legal officer", (_R.OFFICER,)),
    ("head", "หัวหน้าฝ่ายตรวจสอบข้อเท็จจริง", "Head of fact-finding", (_R.HEAD,)),
    ("appr", "หัวหน้าศูนย์ปฏิบัติการต่อต้านการทุจริต", "Head of the centre", (_R.APPROVER, _R.EXECUTIVE)),
    # A review is decided by somebody new, and a protected case is seen from nowhere else.
    ("appr2", "รองหัวหน้าศูนย์ปฏิบัติการต่อต้านการทุจริต", "Deputy head of the centre", (_R.APPROVER,)),
    ("cust1", "ผู้รักษาข้อมูลผู้ร้อง คนที่ 1", "First identity custodian", (_R.CUSTODIAN,)),
    ("cust2", "ผู้รักษาข้อมูลผู้ร้อง คนที่ 2", "Second identity custodian", (_R.CUSTODIAN,)),
)
_DISTRICT_STAFF: _Staff = (
    ("appr", "นายอำเภอ", "District chief", (_R.APPROVER, _R.EXECUTIVE)),
    ("head", *_DISTRICT_HEAD),
    ("screen", "ปลัดอำเภอ งานศูนย์ดำรงธรรมอำเภอ", f"Deputy district chief, {_CENTRE_EN}", (_R.SCREENER,)),
    ("off1", "เจ้าพนักงานปกครองชำนาญการ", "Senior administrative officer", (_R.OFFICER,)),
    ("off2", "เจ้าพนักงานปกครองปฏิบัติการ", "Administrative officer", (_R.OFFICER,)),
)


def login_of(unit: str) -> str:
    """How the user names of a unit begin that has no shorter name."""
    return unit.replace("-", "").lower()


def _short(code: str) -> str:
    return code.rsplit("-", 1)[-1].lower()


def _staffed(prefix: str, unit: str, staff: _Staff) -> Iterator[DemoPost]:
    for name, title_th, title_en, roles in staff:
        yield DemoPost(f"{prefix}.{name}", unit, title_th, title_en, roles)


def _small(prefix: str, unit: str, chief: tuple[str, str], clerk: tuple[str, str]) -> Iterator[DemoPost]:
    """Three people: one decides, one screens and handles, one helps. chief, clerk: titles in Thai and English."""
    staff: _Staff = (
        ("appr", *chief, (_R.APPROVER, _R.HEAD, _R.EXECUTIVE)),
        ("off1", *clerk, (_R.SCREENER, _R.OFFICER)),
        ("off2", "เจ้าหน้าที่บริหารงานทั่วไป", "General service officer", (_R.OFFICER,)),
    )
    yield from _staffed(prefix, unit, staff)


_DIRECTOR = "Director-general"
_SECRETARY = ("เลขานุการกรม", "Department secretary")
_COMMUNITY_OFFICER = ("นักวิชาการพัฒนาชุมชน", "Community development officer")


def _posts() -> Iterator[DemoPost]:
    yield from _PROVINCE
    for prefix, centre in _CENTRES:
        yield from _staffed(prefix, centre, _ANTI_CORRUPTION_STAFF)
    yield from _small("dopa", "DOPA", ("อธิบดีกรมการปกครอง", _DIRECTOR), _SECRETARY)
    yield from _small("lb", "DOPA-LB", ("ผู้อำนวยการสำนัก", "Bureau director"), ("นิติกร", "Legal officer"))
    yield from _small("cdd", "CDD", ("อธิบดีกรมการพัฒนาชุมชน", _DIRECTOR), _SECRETARY)
    yield from _small("adm", "NAN-ADM", ("ปลัดจังหวัด", "Chief administrator"), ("จ่าจังหวัด", "Provincial registrar"))
    yield from _small("cd", "NAN-CD", ("พัฒนาการจังหวัด", "Provincial development chief"), _COMMUNITY_OFFICER)
    for district in DISTRICTS:
        prefix = _short(district.code)
        if district.code in _FULL_STAFF:
            yield from _staffed(prefix, district.code, _DISTRICT_STAFF)
        else:
            chief, clerk = ("นายอำเภอ", "District chief"), ("ปลัดอำเภอ", "Deputy district chief")
            yield from _small(prefix, district.code, chief, clerk)
    for code in ("CD-MU", "CD-PU", "CD-WS"):
        chief = ("พัฒนาการอำเภอ", "District development chief")
        yield from _small(f"cd{_short(code)}", code, chief, _COMMUNITY_OFFICER)
    for code in ("LB-WS1", "LB-PU1", "LB-TW1", "LB-BK1"):
        chief = ("ปลัดเทศบาล" if code == "LB-PU1" else "ปลัด อบต.", "Chief administrator")
        yield from _small(_short(code), code, chief, ("นักจัดการงานทั่วไป", "General affairs officer"))
    # Before his transfer to the province, and beside the head of his district while she is away.
    title_th, title_en, roles = _DISTRICT_HEAD
    yield DemoPost("officer3", "NAN-WS", "เจ้าพนักงานปกครอง", "Administrative officer", (_R.OFFICER,), held_until=150)
    yield DemoPost("ws.off1", "NAN-WS", title_th, title_en, roles, deputy=True, held_from=30)
    # Procurement staff stand last: a person's name follows from his place.
    for username, unit in (
        ("procurement", "NAN-CD"),
        ("procurement2", "NAN-CD"),
        ("cdmu.proc", "CD-MU"),
        ("cdpu.proc", "CD-PU"),
        ("cdws.proc", "CD-WS"),
    ):
        yield DemoPost(username, unit, "เจ้าหน้าที่พัสดุ", "Procurement officer", (_R.PROCUREMENT,))
    # And after them who came to the demo later. A centre needs three officers for an investigating committee.
    for prefix, centre in _CENTRES:
        yield DemoPost(f"{prefix}.off3", centre, "นิติกร ฝ่ายสืบสวน", "Legal officer, inquiries", (_R.OFFICER,))
    # One who is going to leave the service, and one who has left it (`organisations.demo.absences`).
    yield DemoPost(LEAVING, "NAN", "เจ้าหน้าที่ประสานงาน", "Coordination officer", (_R.OFFICER,), held_from=100)
    title_th, title_en = "เจ้าหน้าที่ติดตามเรื่อง", "Follow-up officer"
    yield DemoPost(LEFT, "NAN", title_th, title_en, (_R.OFFICER,), held_until=LEFT_DAYS_AGO)
    for username, unit in (("integrity", "NAN-CD"), ("mu.integ", "NAN-MU"), ("pu.integ", "NAN-PU")):
        yield DemoPost(username, unit, "ผู้รับผิดชอบงานคุณธรรมและความโปร่งใส", "Integrity officer", (_R.INTEGRITY,))
    for unit, people in EVALUATORS.items():
        for username, (title_th, title_en) in zip(people, _EVALUATING, strict=True):
            yield DemoPost(username, unit, title_th, title_en, (_R.EVALUATOR,))
    # The department keeps registers of its own.
    yield DemoPost("cdd.integ", "CDD", "ผู้รับผิดชอบงานคุณธรรมและความโปร่งใส", "Integrity officer", (_R.INTEGRITY,))

    yield from _posts_beyond()


def _posts_beyond() -> Iterator[DemoPost]:
    """Who oversees several provinces, and who works in those beside Nan."""
    yield DemoPost("moi.exec", "MOI-PS", "ปลัดกระทรวงมหาดไทย", "Permanent Secretary for Interior", (_R.EXECUTIVE,))
    for province in PROVINCES:
        governor, clerk = ("ผู้ว่าราชการจังหวัด", "Governor"), (f"เจ้าหน้าที่{_CENTRE_TH}", f"Officer, {_CENTRE_EN}")
        yield from _small(login_of(province.code), province.code, governor, clerk)
        office = office_of(province)
        roles = (_R.APPROVER, _R.HEAD, _R.EXECUTIVE)
        yield DemoPost(f"{login_of(office)}.appr", office, "พัฒนาการจังหวัด", "Provincial development chief", roles)
        yield DemoPost(f"{login_of(office)}.proc", office, "เจ้าหน้าที่พัสดุ", "Procurement officer", (_R.PROCUREMENT,))
        for district in province.districts:
            chief, clerk = ("นายอำเภอ", "District chief"), ("ปลัดอำเภอ", "Deputy district chief")
            yield from _small(login_of(district.code), district.code, chief, clerk)


POSTS: tuple[DemoPost, ...] = tuple(_posts())


def _people() -> Iterator[DemoPerson]:
    for order, username in enumerate(dict.fromkeys(post.username for post in POSTS)):
        title, first_th, first_en = FIRST_NAMES[order % len(FIRST_NAMES)]
        families = (FAMILY_NAMES, _MORE_FAMILY_NAMES)[order // (len(FAMILY_NAMES) * len(FIRST_NAMES))]
        family_th, family_en = families[order % len(families)]
        yield DemoPerson(username, f"{title}{first_th} {family_th}", f"{first_en} {family_en}", username != "former")


PEOPLE: tuple[DemoPerson, ...] = tuple(_people())

# One sign-in a role, as `make run` prints them.
SIGN_INS: tuple[tuple[Role, str], ...] = tuple(
    (role, "admin" if role is Role.ADMINISTRATOR else role.value) for role in Role
)
