"""The plans of the demo: a provincial office with three district offices, last fiscal year and this one. All made up.

No real person or firm: names say that they are made up (สมมุติ, ตัวอย่าง, จำลอง, ทดลอง).
"""

from dataclasses import dataclass
from typing import Literal

OFFICE = "NAN-CD"

Road = Literal[
    "none",  # no purchase yet
    "planned",
    "drafted",  # announced, the order of the committee is in draft
    "sent",  # its draft waits for the approver
    "ordered",
    "met",  # the committee has decided
    "contracted",
    "delivered",
    "completed",
    "cancelled",
]


Story = Literal[
    "",  # the seat goes its plain road
    "vacant",
    "invited",
    "accepted",  # he has yet to declare
    "hit",  # he declared, and a possible conflict was found
    "declined",  # the first who was drawn declined; the next one sits
    "suspended",  # a possible conflict came up when the bidders became known
    "never_invited",
    "reports",  # one report with a promise, one not answered
    "fixed",
    "late",  # answered after its day
]


@dataclass(frozen=True)
class DemoActivity:
    """An activity with one purchase. budget: baht, None when not known; citizen: one sits on its tender committee, and
    story: what becomes of his seat."""

    code: str
    unit: str
    name: str
    budget: int | None
    method: str
    road: Road
    citizen: bool = False
    story: Story = ""


@dataclass(frozen=True)
class DemoCitizen:
    """A citizen of the pool. birth_year: Buddhist Era."""

    name: str
    occupation: str
    network: str
    sex: str
    birth_year: int
    expertise: str
    unit: str


def _rows(prefix: str, *rows: tuple[str, str, int | None, str, Road, bool, Story]) -> tuple[DemoActivity, ...]:
    return tuple(DemoActivity(f"{prefix}{place:02d}", *row) for place, row in enumerate(rows, start=1))


def _people(*rows: tuple[str, str, str, str, int, str, str]) -> tuple[DemoCitizen, ...]:
    return tuple(DemoCitizen(*row) for row in rows)


# fmt: off
THIS_YEAR = _rows(
    "ก",
    ("NAN-CD", "ก่อสร้างศูนย์จำหน่ายผลิตภัณฑ์ชุมชนจังหวัดน่าน ระยะที่ 1", 9_500_000, "ebidding", "met", True, "reports"),
    ("NAN-CD", "ปรับปรุงอาคารศูนย์เรียนรู้สัมมาชีพชุมชน", 3_200_000, "ebidding", "ordered", True, "suspended"),
    ("NAN-CD", "จัดซื้อครุภัณฑ์คอมพิวเตอร์และอุปกรณ์ประกอบ", 1_850_000, "ebidding", "drafted", False, ""),
    ("NAN-CD", "จ้างจัดงานแสดงและจำหน่ายสินค้าชุมชน", 980_000, "selection", "sent", True, ""),
    ("NAN-CD", "จ้างเหมาบริการรถตู้โดยสารสำหรับคณะศึกษาดูงาน", 420_000, "specific", "contracted", False, ""),
    ("NAN-CD", "จัดพิมพ์คู่มือกองทุนพัฒนาบทบาทสตรี", 180_000, "specific", "completed", True, ""),
    ("NAN-CD", "จัดซื้อวัสดุสำนักงาน ไตรมาสที่ 1", 95_000, "specific", "delivered", False, ""),
    ("CD-MU", "ปรับปรุงลานกิจกรรมหมู่บ้านต้นแบบ", 640_000, "ebidding", "ordered", True, "declined"),
    ("CD-MU", "จัดอบรมผู้ผลิตผ้าทอพื้นเมือง", 320_000, "specific", "met", True, "never_invited"),
    ("CD-MU", "จัดซื้อชุดสาธิตการแปรรูปอาหาร", 210_000, "specific", "planned", False, ""),
    ("CD-PU", "ก่อสร้างโรงเรือนเพาะชำกลุ่มอาชีพ", 780_000, "ebidding", "drafted", True, "hit"),
    ("CD-PU", "จ้างออกแบบบรรจุภัณฑ์สินค้าชุมชน", 150_000, "specific", "none", False, ""),
    ("CD-PU", "จัดซื้อกล้าไม้โครงการชุมชนสีเขียว", None, "specific", "none", False, ""),
    ("CD-WS", "ปรับปรุงระบบไฟฟ้าศูนย์ราชการชุมชน", 560_000, "ebidding", "cancelled", False, ""),
    ("CD-WS", "จัดซื้อเครื่องเสียงตามสายหมู่บ้าน", 390_000, "specific", "met", False, ""),
    ("CD-WS", "จัดเวทีประชาคมจัดทำแผนชุมชน", 240_000, "specific", "planned", False, ""),
    ("CD-MU", "ปรับปรุงภูมิทัศน์แหล่งเรียนรู้ชุมชน", 450_000, "ebidding", "drafted", True, "invited"),
    ("CD-WS", "ก่อสร้างลานจำหน่ายสินค้าเกษตร", 520_000, "ebidding", "drafted", True, "vacant"),
    ("CD-PU", "จัดซื้อครุภัณฑ์ห้องเรียนรู้ชุมชน", 310_000, "ebidding", "drafted", True, "accepted"),
)
LAST_YEAR = _rows(
    "ข",
    ("NAN-CD", "ก่อสร้างอาคารเก็บพัสดุสำนักงานพัฒนาชุมชนจังหวัด", 4_800_000, "ebidding", "completed", True, "fixed"),
    ("NAN-CD", "จัดซื้อรถยนต์บรรทุก 4 ล้อ", 1_200_000, "ebidding", "completed", True, "late"),
    ("NAN-CD", "จ้างจัดงานมหกรรมสินค้าชุมชน", 950_000, "selection", "completed", True, ""),
    ("NAN-CD", "จัดซื้อครุภัณฑ์สำนักงาน", 480_000, "specific", "completed", True, ""),
    ("NAN-CD", "จ้างเหมาทำความสะอาดอาคาร", 360_000, "specific", "completed", False, ""),
    ("CD-MU", "ปรับปรุงศูนย์เรียนรู้ชุมชนบ้านตัวอย่าง", 620_000, "ebidding", "completed", True, "fixed"),
    ("CD-MU", "จัดอบรมอาชีพกลุ่มสตรี", 280_000, "specific", "completed", True, ""),
    ("CD-PU", "ก่อสร้างลานตากผลผลิตกลุ่มเกษตรกร", 540_000, "ebidding", "completed", True, ""),
    ("CD-PU", "จัดซื้อวัสดุฝึกอาชีพ", 190_000, "specific", "completed", True, ""),
    ("CD-WS", "ปรับปรุงตลาดชุมชนบ้านจำลอง", 450_000, "specific", "completed", True, ""),
    ("CD-WS", "จัดซื้อชุดนิทรรศการเคลื่อนที่", 160_000, "specific", "completed", False, ""),
    ("CD-WS", "จ้างสำรวจข้อมูลความจำเป็นพื้นฐาน", 220_000, "specific", "completed", True, ""),
)
# In other provinces, with who sits on their committees: three officials and a citizen of each office that has one.
BEYOND = _rows(
    "ค",
    ("CRI-CD", "ปรับปรุงศูนย์จำหน่ายผลิตภัณฑ์ชุมชน", 1_200_000, "ebidding", "ordered", True, ""),
    ("PYO-CD", "ก่อสร้างลานตากผลผลิตชุมชน", 860_000, "ebidding", "ordered", True, ""),
    ("PYO-CD", "จัดซื้อวัสดุฝึกอาชีพ", 120_000, "specific", "planned", False, ""),
    ("PRE-CD", "จ้างจัดงานแสดงสินค้าชุมชน", 450_000, "specific", "planned", False, ""),
    ("PRE-CD", "จัดซื้อชุดนิทรรศการ", 160_000, "specific", "none", False, ""),
    ("UTD-CD", "ปรับปรุงอาคารศูนย์เรียนรู้ชุมชน", 740_000, "ebidding", "none", False, ""),
    ("KKN-CD", "จัดซื้อครุภัณฑ์คอมพิวเตอร์ศูนย์เรียนรู้", 980_000, "ebidding", "ordered", True, ""),
    ("SKA-CD", "ปรับปรุงตลาดชุมชน", 1_500_000, "ebidding", "planned", False, ""),
)
# Which of these offices have published their core work this year, and which have taught how corruption is prevented.
PUBLISHED_BEYOND = ("CRI-CD", "PYO-CD", "PRE-CD", "KKN-CD", "SKA-CD")
TAUGHT_BEYOND = ("CRI-CD",)
OFFICIALS_BEYOND = (
    ("นายอดุลย์ ตัวอย่างเพชร", "นักวิชาการพัฒนาชุมชนชำนาญการ", "CRI-CD"),
    ("นางพรทิพย์ จำลองวงศ์", "นักวิชาการพัฒนาชุมชนปฏิบัติการ", "CRI-CD"),
    ("นายนพดล สมมุติรัตน์", "เจ้าพนักงานธุรการชำนาญงาน", "CRI-CD"),
    ("นายเกรียงไกร ทดลองศักดิ์", "นักวิชาการพัฒนาชุมชนชำนาญการ", "PYO-CD"),
    ("นางสาวมาลี ตัวอย่างรุ่งเรือง", "นักวิชาการพัฒนาชุมชนปฏิบัติการ", "PYO-CD"),
    ("นายสุพจน์ จำลองมงคล", "เจ้าพนักงานธุรการชำนาญงาน", "PYO-CD"),
    ("นายปรีชา สมมุติธร", "นักวิชาการพัฒนาชุมชนชำนาญการ", "KKN-CD"),
    ("นางอุษา ทดลองบุญ", "นักวิชาการพัฒนาชุมชนปฏิบัติการ", "KKN-CD"),
    ("นายศักดา ตัวอย่างเดช", "เจ้าพนักงานธุรการชำนาญงาน", "KKN-CD"),
)
CITIZENS_BEYOND = _people(
    ("นายจำรัส สมมุติโชติ", "เกษตรกร", "สภาองค์กรชุมชนตำบลตัวอย่าง", "male", 2511, "การเกษตร", "CRI-CD"),
    ("นางสาวพิกุล จำลองขวัญ", "ค้าขาย", "กลุ่มสตรีตำบลสมมุติ", "female", 2527, "ราคาสินค้าท้องถิ่น", "PYO-CD"),
    ("นายบุญธรรม ทดลองกิจ", "ช่างก่อสร้าง", "เครือข่ายช่างชุมชน", "male", 2519, "งานก่อสร้าง", "KKN-CD"),
)
# Name, position, unit.
OFFICIALS = (
    ("นายสมศักดิ์ จำลองพัสดุ", "นักวิชาการพัฒนาชุมชนชำนาญการพิเศษ", "NAN-CD"),
    ("นางสาวพิมพ์ใจ ตัวอย่างการ", "นักวิชาการพัฒนาชุมชนชำนาญการ", "NAN-CD"),
    ("นายเอกชัย สมมุติกิจ", "เจ้าพนักงานธุรการชำนาญงาน", "NAN-CD"),
    ("นางวรรณา ทดลองสุข", "เจ้าพนักงานการเงินและบัญชีชำนาญงาน", "NAN-CD"),
    ("นายธีรพล จำลองศรี", "นักวิชาการพัฒนาชุมชนปฏิบัติการ", "NAN-CD"),
    ("นางสาวสุนิสา สมมุติพร", "นักวิชาการพัฒนาชุมชนชำนาญการ", "NAN-CD"),
    ("นายบุญส่ง ตัวอย่างชัย", "นักวิชาการพัฒนาชุมชนชำนาญการ", "CD-MU"),
    ("นางจินตนา จำลองงาม", "นักวิชาการพัฒนาชุมชนปฏิบัติการ", "CD-MU"),
    ("นายวีระ สมมุติชาติ", "พัฒนากร", "CD-MU"),
    ("นายสุรชัย ทดลองดี", "นักวิชาการพัฒนาชุมชนชำนาญการ", "CD-PU"),
    ("นางสาวอรุณี ตัวอย่างใจ", "พัฒนากร", "CD-PU"),
    ("นางลัดดา จำลองผล", "เจ้าพนักงานธุรการปฏิบัติงาน", "CD-PU"),
    ("นายไพโรจน์ สมมุติวัฒน์", "นักวิชาการพัฒนาชุมชนชำนาญการ", "CD-WS"),
    ("นางสาวกมลชนก ทดลองกุล", "พัฒนากร", "CD-WS"),
    ("นายสายชล ตัวอย่างทอง", "เจ้าพนักงานธุรการปฏิบัติงาน", "CD-WS"),
)
# Name, occupation, network, sex, year of birth, expertise, unit.
CITIZENS = _people(
    ("นายคำปัน สมมุติไทย", "เกษตรกร", "สภาองค์กรชุมชนตำบลตัวอย่าง", "male", 2505, "แหล่งน้ำและการเกษตร", "NAN-CD"),
    ("นางบัวลอย จำลองแก้ว", "ค้าขาย", "กลุ่มออมทรัพย์บ้านสมมุติ", "female", 2512, "บัญชีกลุ่มออมทรัพย์", "NAN-CD"),
    ("นายอินสอน ตัวอย่างธรรม", "ข้าราชการบำนาญ", "ชมรมผู้สูงอายุบ้านจำลอง", "male", 2498, "งานพัสดุ", "NAN-CD"),
    ("นางสาวดารณี ทดลองรัก", "ครูเอกชน", "เครือข่ายสตรีจังหวัดจำลอง", "female", 2530, "การศึกษา", "NAN-CD"),
    ("นายสมพร สมมุติแสง", "ช่างก่อสร้าง", "เครือข่ายช่างชุมชน", "male", 2522, "งานก่อสร้าง", "CD-MU"),
    ("นางเพ็ญศรี ตัวอย่างบุญ", "ผู้ประกอบการผ้าทอ", "กลุ่มผ้าทอบ้านตัวอย่าง", "female", 2518, "ผ้าและหัตถกรรม", "CD-MU"),
    ("นายบุญเลิศ จำลองสวัสดิ์", "เกษตรกร", "กลุ่มเกษตรอินทรีย์บ้านทดลอง", "male", 2515, "การเกษตร", "CD-PU"),
    ("นางคำแก้ว สมมุติทรัพย์", "ค้าขาย", "กลุ่มสตรีตำบลสมมุติ", "female", 2524, "ราคาสินค้าท้องถิ่น", "CD-PU"),
    ("นายศรีนวล ทดลองชัย", "รับจ้าง", "สภาองค์กรชุมชนตำบลจำลอง", "male", 2533, "งานไฟฟ้า", "CD-WS"),
    ("นางสาวจันทร์แรม ตัวอย่างสุข", "อาสาสมัครสาธารณสุข", "ชมรม อสม. ตำบลตัวอย่าง", "female", 2528, "สาธารณสุข", "CD-WS"),
    ("นายทองใบ จำลองเจริญ", "ช่างซ่อมเครื่องยนต์", "เครือข่ายช่างชุมชน", "male", 2520, "ยานพาหนะ", "NAN-CD"),
    ("นางสาวฟองจันทร์ สมมุติวัน", "พนักงานบัญชี", "เครือข่ายสตรีจังหวัดจำลอง", "female", 2537, "บัญชี", "NAN-CD"),
    ("นายมานพ ตัวอย่างกล้า", "วิศวกรอิสระ", "ชมรมวิศวกรอาสาจำลอง", "male", 2526, "โครงสร้างอาคาร", "NAN-CD"),
    ("นางอำไพ ทดลองเงิน", "เจ้าของร้านอาหาร", "กลุ่มออมทรัพย์บ้านสมมุติ", "female", 2510, "จัดเลี้ยงและจัดงาน", "NAN-CD"),
    ("นายยอดชาย สมมุติเพียร", "นักดนตรี", "เครือข่ายเยาวชนตัวอย่าง", "male", 2541, "เครื่องเสียง", "NAN-CD"),
    ("นางสาวกรองแก้ว จำลองรุ่ง", "นักศึกษา", "เครือข่ายเยาวชนตัวอย่าง", "female", 2547, "คอมพิวเตอร์", "CD-MU"),
    ("นายหล้า ตัวอย่างมั่น", "เกษตรกร", "สภาองค์กรชุมชนตำบลตัวอย่าง", "male", 2502, "ไม้และวัสดุ", "CD-MU"),
    ("นางวิไล ทดลองพร", "ผู้สูงอายุ", "ชมรมผู้สูงอายุบ้านจำลอง", "female", 2496, "งานประชุม", "CD-MU"),
    ("นายเจตน์ สมมุติกุล", "เจ้าของโรงพิมพ์", "ชมรมการค้าอำเภอจำลอง", "male", 2523, "สิ่งพิมพ์", "CD-PU"),
    ("นางสาวปวีณา จำลองทิพย์", "พยาบาลเอกชน", "ชมรม อสม. ตำบลตัวอย่าง", "female", 2534, "เครื่องมือแพทย์", "CD-PU"),
    ("นางแสงดาว ตัวอย่างหอม", "ค้าขาย", "กลุ่มสตรีตำบลสมมุติ", "female", 2519, "อาหารแปรรูป", "CD-PU"),
    ("นายหมื่น ทดลองไพร", "เลี้ยงสัตว์", "กลุ่มเกษตรอินทรีย์บ้านทดลอง", "male", 2508, "ปศุสัตว์", "CD-WS"),
    ("นางสาวสายฝน สมมุติเนตร", "ช่างภาพ", "เครือข่ายเยาวชนตัวอย่าง", "female", 2539, "สื่อและนิทรรศการ", "CD-WS"),
    ("นายวิเชียร จำลองทอง", "ช่างรับเหมารายย่อย", "เครือข่ายช่างชุมชน", "male", 2517, "งานทาง", "CD-WS"),
)
# Who filled in the public form and waits to be admitted.
APPLICANTS = _people(
    ("นางสาวนารี ทดลองแจ่ม", "ครูสอนพิเศษ", "เครือข่ายสตรีจังหวัดจำลอง", "female", 2535, "การสอน", "NAN-CD"),
    ("นายโชคดี ตัวอย่างหาญ", "เกษตรกร", "กลุ่มเกษตรอินทรีย์บ้านทดลอง", "male", 2516, "ระบบน้ำ", "CD-PU"),
)
# By these activities the accounts of citizens are called citizen, citizen2 and so on: who has most to do comes first.
# What there is to try with each, in Thai and English.
STORIES = {
    "ก01": ("รายงานที่ตอบแล้วและที่รอคำตอบ", "reports, answered and not"),
    "ก17": ("ได้รับเชิญ รอตอบรับ", "invited: accept or decline"),
    "ก19": ("ตอบรับแล้ว รอแจ้งส่วนได้เสีย", "to declare interests"),
    "ก02": ("ถูกพักระหว่างตรวจสอบ", "suspended while something is checked"),
    "ก11": ("แจ้งแล้ว รอตรวจสอบ", "declared, being checked"),
}
# Tax number (no real one: 0-0000-…), name.
SUPPLIERS = (
    ("0000000000019", "บริษัท สมมุติก่อสร้าง จำกัด"),
    ("0000000000027", "ห้างหุ้นส่วนจำกัด จำลองการช่าง"),
    ("0000000000035", "บริษัท ตัวอย่างเทรดดิ้ง จำกัด"),
    ("0000000000043", "ร้านทดลองพาณิชย์"),
)
# A bidder whose director has the name of a citizen.
KIN_FIRM = ("0000000000051", "ห้างหุ้นส่วนจำกัด จำลองญาติมิตร")
# fmt: on
