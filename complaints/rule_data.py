"""The rules an installation starts with: kinds of complaints, grounds for refusal, lengths of the clocks.

Everything here is a first filling, which `rule_loading` loads. Each rule names its source; what is only remembered and
was not checked against the published text says so (`unverified`), and the pages show it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

FOUNDING = "S4:603-617 (แนวทางพัฒนาชุมชนใสสะอาด พ.ศ. 2564)"
SERVICE_STANDARD = "S4:619-629 (แนวทางพัฒนาชุมชนใสสะอาด พ.ศ. 2564)"
# Complaints of the open data that are imported begin years back; the rules are in force since the regulation is.
VALID_FROM = date(2009, 10, 1)
TRAFFY = "ประเภทปัญหาในชุดข้อมูลเปิด Traffy Fondue"
CIVIL_SERVICE_122 = "พ.ร.บ. ระเบียบข้าราชการพลเรือน พ.ศ. 2551 มาตรา 122 (S4:313)"
PROCUREMENT_ACT = "พ.ร.บ. การจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560"
BID_RIGGING_ACT = "พ.ร.บ. ว่าด้วยความผิดเกี่ยวกับการเสนอราคาต่อหน่วยงานของรัฐ พ.ศ. 2542"
PACC_ACT = "พ.ร.บ. มาตรการของฝ่ายบริหารในการป้องกันและปราบปรามการทุจริต พ.ศ. 2551"
ORGANIC_ACT = "พ.ร.ป. ว่าด้วยการป้องกันและปราบปรามการทุจริต พ.ศ. 2561"
GRIEVANCE_REGULATION = "ระเบียบสำนักนายกรัฐมนตรีว่าด้วยการจัดการเรื่องราวร้องทุกข์ พ.ศ. 2552"
CORRESPONDENCE_REGULATION = "ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526"
OWN_PRACTICE = "แนวปฏิบัติเริ่มต้นของระบบ ผู้ดูแลระบบแก้ไขได้"


@dataclass(frozen=True)
class Kind:
    """A kind of complaint. `simple`: one officer, three acts. `protected`: restricted access, random number.
    `section_122`: it and its parts are grievances of officials against superiors.

    Which kinds are serious, and so need an investigating committee, no source says: the administrator marks them.
    """

    code: str
    name_th: str
    name_en: str
    parent: str = ""
    simple: bool = False
    protected: bool = False
    section_122: bool = False
    source: str = FOUNDING


@dataclass(frozen=True)
class DeclineGround:
    """A ground on which a complaint may be refused; the text that goes to the complainant is written by hand."""

    code: str
    name_th: str
    name_en: str
    source: str
    unverified: bool = False


@dataclass(frozen=True)
class RetentionRule:
    """How many years the content is kept. category: a kind, with its sub-categories; empty: all others. code: what it
    is about, a complaint or a question."""

    category: str
    years: int
    source: str
    unverified: bool = False
    code: str = "complaint"


@dataclass(frozen=True)
class ClockRule:
    """How long a clock runs: `length` in calendar or working days.

    window: it is the complainant's time, which ends but is never overdue; else it is a duty of the agency.
    pauses: it stands still while the complainant is asked.
    """

    code: str
    name_th: str
    name_en: str
    length: int
    unit: Literal["calendar", "working"]
    source: str
    unverified: bool = False
    window: bool = False
    pauses: bool = True


@dataclass(frozen=True)
class ReferralAgency:
    """An agency to which complaints are referred. binding: its findings start the clock of the penalty."""

    code: str
    name_th: str
    name_en: str
    source: str
    binding: bool = False


def _grievance(code: str, name_th: str, name_en: str, *, simple: bool = True, source: str = TRAFFY) -> Kind:
    return Kind(code, name_th, name_en, parent="general", simple=simple, source=source)


def _service(code: str, name_th: str, name_en: str) -> Kind:
    return Kind(code, name_th, name_en, parent="service", source=SERVICE_STANDARD)


def _purchase(code: str, name_th: str, name_en: str) -> Kind:
    return Kind(code, name_th, name_en, parent="procurement", source=PROCUREMENT_ACT)


def _corruption(code: str, name_th: str, name_en: str, source: str = ORGANIC_ACT) -> Kind:
    return Kind(code, name_th, name_en, parent="corruption", protected=True, source=source)


def _internal(code: str, name_th: str, name_en: str) -> Kind:
    return Kind(code, name_th, name_en, parent="internal", protected=True, source=CIVIL_SERVICE_122)


# Parents stand before their children.
KINDS: tuple[Kind, ...] = (
    Kind("general", "เรื่องร้องทุกข์ทั่วไป", "General grievance"),
    _grievance("road", "ถนนชำรุด", "Road damage"),
    _grievance("footpath", "ทางเท้า", "Footpath"),
    _grievance("street_light", "ไฟส่องสว่าง", "Street light"),
    _grievance("drainage", "ท่อระบายน้ำ", "Drainage"),
    _grievance("flood", "น้ำท่วมขัง", "Flooding"),
    _grievance("water_supply", "น้ำประปา น้ำอุปโภคบริโภค", "Water supply", source=OWN_PRACTICE),
    _grievance("waste", "ขยะและความสะอาด", "Waste and cleanliness"),
    _grievance("noise", "เสียงรบกวน", "Noise", simple=False),
    _grievance("air", "หมอกควัน ฝุ่น กลิ่น", "Smoke, dust and smells", simple=False),
    _grievance("stray_animals", "สัตว์จรจัด", "Stray animals"),
    _grievance("electric_wires", "สายไฟฟ้าและสายสื่อสาร", "Electric and telecom wires"),
    _grievance("trees", "ต้นไม้", "Trees"),
    _grievance("traffic", "จราจร", "Traffic"),
    _grievance("obstruction", "กีดขวางทางสาธารณะ", "Obstruction of a public way"),
    _grievance("signs", "ป้าย", "Signs"),
    _grievance("safety", "ความปลอดภัย", "Public safety"),
    _grievance("canal", "คลอง ลำน้ำ ตลิ่ง", "Canals, streams and banks", simple=False),
    _grievance("bridge", "สะพาน", "Bridge", simple=False),
    _grievance("people_in_need", "ผู้เดือดร้อนและคนไร้ที่พึ่ง", "People in need", simple=False),
    _grievance("public_land", "ที่ดินและที่สาธารณะ", "Land and public land", simple=False, source=OWN_PRACTICE),
    _grievance("enquiry", "สอบถามและเสนอแนะ", "Questions and suggestions"),
    _grievance("other", "เรื่องทั่วไปอื่น ๆ", "Other general matters", simple=False, source=OWN_PRACTICE),
    Kind("service", "คุณภาพการให้บริการ", "Service quality", source=SERVICE_STANDARD),
    _service("service_delay", "บริการล่าช้า", "Slow service"),
    _service("service_manner", "กิริยาวาจาของเจ้าหน้าที่", "Manner of staff"),
    _service("service_information", "ให้ข้อมูลไม่ครบหรือไม่ตรงกัน", "Wrong or missing information"),
    _service("service_access", "สถานที่และการเข้าถึงบริการ", "Premises and access"),
    _service("service_online", "บริการออนไลน์ขัดข้อง", "Online service"),
    Kind("procurement", "การจัดซื้อจัดจ้าง", "Procurement", source=PROCUREMENT_ACT),
    _purchase("procurement_terms", "ขอบเขตของงานและราคากลาง", "Terms of reference and reference price"),
    _purchase("procurement_bidding", "การเสนอราคาและการคัดเลือก", "Bidding and selection"),
    _purchase("procurement_work", "งานไม่เป็นไปตามสัญญา", "Work not as contracted"),
    _purchase("procurement_disclosure", "การเปิดเผยข้อมูลจัดซื้อจัดจ้าง", "Disclosure of procurement"),
    Kind("corruption", "ทุจริตหรือประพฤติมิชอบ", "Corruption or misconduct", protected=True, source=ORGANIC_ACT),
    _corruption("corruption_bribery", "เรียกรับหรือให้สินบน", "Bribery"),
    _corruption("corruption_embezzlement", "เบียดบังทรัพย์สินของทางราชการ", "Embezzlement"),
    _corruption("corruption_collusion", "ฮั้วประมูล", "Bid rigging", BID_RIGGING_ACT),
    _corruption("corruption_interest", "ผลประโยชน์ทับซ้อน", "Conflict of interest"),
    _corruption("corruption_abuse", "ปฏิบัติหรือละเว้นหน้าที่โดยมิชอบ", "Abuse or neglect of duty"),
    _corruption("misconduct_ethics", "ฝ่าฝืนวินัยหรือประมวลจริยธรรม", "Breach of discipline or ethics", "S4:314, S4:359"),
    Kind(
        "internal",
        "ร้องทุกข์ของข้าราชการต่อผู้บังคับบัญชา (มาตรา 122)",
        "Grievance of a civil servant against a superior (s.122)",
        protected=True,
        section_122=True,
        source=CIVIL_SERVICE_122,
    ),
    _internal("internal_appraisal", "การประเมินและเลื่อนเงินเดือน", "Appraisal and pay"),
    _internal("internal_transfer", "การแต่งตั้ง โยกย้าย มอบหมายงาน", "Appointment, transfer and duties"),
    _internal("internal_treatment", "การปฏิบัติของผู้บังคับบัญชา", "Treatment by a superior"),
)

DECLINE_GROUNDS: tuple[DeclineGround, ...] = (
    DeclineGround(
        "anonymous_no_facts",
        "ไม่ระบุชื่อผู้ร้องและไม่ระบุข้อเท็จจริงหรือพยานหลักฐานให้ตรวจสอบได้ (บัตรสนเท่ห์)",
        "Anonymous and without facts or evidence that could be checked",
        "มติคณะรัฐมนตรี 22 ธันวาคม 2541 หนังสือสำนักเลขาธิการคณะรัฐมนตรี ที่ นร 0206/ว 218",
        unverified=True,
    ),
    DeclineGround(
        "insufficient_facts",
        "ข้อเท็จจริงไม่เพียงพอ และผู้ร้องไม่ให้ข้อมูลเพิ่มเติมตามที่ขอ",
        "Too few facts, and the complainant gave none when asked",
        GRIEVANCE_REGULATION,
        unverified=True,
    ),
    DeclineGround(
        "sub_judice",
        "เรื่องอยู่ในการพิจารณาของศาล หรือศาลมีคำพิพากษาหรือคำสั่งเด็ดขาดแล้ว",
        "Before a court, or finally decided by a court",
        GRIEVANCE_REGULATION,
        unverified=True,
    ),
    DeclineGround(
        "decided_elsewhere",
        "หน่วยงานที่มีอำนาจวินิจฉัยเรื่องนี้แล้ว และไม่มีข้อเท็จจริงใหม่",
        "Decided by the competent agency, with no new facts",
        GRIEVANCE_REGULATION,
        unverified=True,
    ),
    DeclineGround(
        "already_answered",
        "เป็นเรื่องเดิมที่ได้แจ้งผลแก่ผู้ร้องรายเดียวกันแล้ว และไม่มีข้อเท็จจริงใหม่",
        "The same matter was answered before, with no new facts",
        OWN_PRACTICE,
    ),
    DeclineGround(
        "outside_powers",
        "ไม่อยู่ในอำนาจหน้าที่ของหน่วยงานของรัฐที่จะดำเนินการได้",
        "Outside the powers of government agencies",
        GRIEVANCE_REGULATION,
        unverified=True,
    ),
    DeclineGround(
        "private_dispute",
        "เป็นข้อพิพาทระหว่างเอกชนที่มีช่องทางอื่นกำหนดไว้",
        "A private dispute for which another way is laid down",
        OWN_PRACTICE,
    ),
    DeclineGround(
        "not_a_complaint",
        "ข้อความไม่เป็นเรื่องร้องเรียน เช่น โฆษณา ทดสอบระบบ หรือถ้อยคำหยาบคายที่ไม่มีประเด็น",
        "Not a complaint: advertising, a test, or abuse without a point",
        OWN_PRACTICE,
    ),
)

REFERRAL_AGENCIES: tuple[ReferralAgency, ...] = (
    ReferralAgency("nacc", "สำนักงานคณะกรรมการป้องกันและปราบปรามการทุจริตแห่งชาติ (ป.ป.ช.)",
                   "National Anti-Corruption Commission (NACC)", ORGANIC_ACT, binding=True),
    ReferralAgency("pacc", "สำนักงานคณะกรรมการป้องกันและปราบปรามการทุจริตในภาครัฐ (ป.ป.ท.)",
                   "Public Sector Anti-Corruption Commission (PACC)", PACC_ACT, binding=True),
    ReferralAgency("oag", "สำนักงานการตรวจเงินแผ่นดิน (สตง.)", "State Audit Office", OWN_PRACTICE),
    ReferralAgency("ombudsman", "สำนักงานผู้ตรวจการแผ่นดิน", "Office of the Ombudsman", OWN_PRACTICE),
    ReferralAgency("police", "สำนักงานตำรวจแห่งชาติ", "Royal Thai Police", OWN_PRACTICE),
    ReferralAgency("damrongdhama", "ศูนย์ดำรงธรรม กระทรวงมหาดไทย", "Damrongdhama Centre, Ministry of Interior",
                   OWN_PRACTICE),
    ReferralAgency("gcc", "ศูนย์บริการประชาชน สำนักงานปลัดสำนักนายกรัฐมนตรี (1111)",
                   "Government Complaint Centre (1111)", GRIEVANCE_REGULATION),
    ReferralAgency("ocsc", "สำนักงาน ก.พ. (คณะกรรมการพิทักษ์ระบบคุณธรรม)",
                   "OCSC (Merit System Protection Commission)", CIVIL_SERVICE_122),
    ReferralAgency("other", "หน่วยงานอื่น (ระบุในเหตุผล)", "Another agency (named in the reasons)", OWN_PRACTICE),
)  # fmt: skip

CLOCK_RULES: tuple[ClockRule, ...] = (
    ClockRule("acknowledge", "แจ้งรับเรื่อง", "Acknowledge", 1, "working", OWN_PRACTICE),
    ClockRule("screen", "กลั่นกรอง", "Screen", 5, "working", OWN_PRACTICE),
    ClockRule(
        "first_report",
        "รายงานผลครั้งแรกแก่ผู้ร้อง",
        "First report to the complainant",
        15,
        "calendar",
        f"{GRIEVANCE_REGULATION}; พ.ร.ฎ. ว่าด้วยหลักเกณฑ์และวิธีการบริหารกิจการบ้านเมืองที่ดี พ.ศ. 2546 มาตรา 38",
        unverified=True,
    ),
    ClockRule("next_report", "รายงานความคืบหน้าครั้งถัดไป", "Next report to the complainant", 30, "calendar", OWN_PRACTICE),
    ClockRule("investigate", "ตรวจสอบข้อเท็จจริง", "Investigate", 30, "calendar", OWN_PRACTICE),
    ClockRule("agency_answer", "หน่วยงานชี้แจง", "Answer of another unit", 15, "calendar", OWN_PRACTICE),
    ClockRule("review", "พิจารณาผล", "Review", 7, "working", OWN_PRACTICE),
    ClockRule(
        "complainant_answer",
        "รอคำตอบจากผู้ร้อง",
        "Answer of the complainant",
        15,
        "calendar",
        OWN_PRACTICE,
        window=True,
        pauses=False,
    ),
    # Every measure has its own date; this length only serves one that was given none.
    ClockRule("measure", "มาตรการตามผลการพิจารณา", "Measure", 30, "calendar", OWN_PRACTICE, pauses=False),
    ClockRule(
        "objection", "ระยะเวลาขอทบทวน", "Objection window", 15, "calendar", OWN_PRACTICE, window=True, pauses=False
    ),
    # Between the announcement that the content of a case will be erased, and the erasure (complaints.retention).
    ClockRule(
        "erasure_notice",
        "แจ้งล่วงหน้าก่อนลบข้อมูล",
        "Notice before erasure",
        60,
        "calendar",
        OWN_PRACTICE,
        window=True,
        pauses=False,
    ),
    # Of a question that is no complaint (complaints.questions).
    ClockRule("question_answer", "ตอบคำถามประชาชน", "Answer a question", 7, "working", OWN_PRACTICE, pauses=False),
    ClockRule(
        "suspension_check", "ทบทวนเหตุที่พักเรื่อง", "Look again at a suspension", 90, "calendar", OWN_PRACTICE, pauses=False
    ),
    ClockRule("referral_follow_up", "ติดตามเรื่องที่ส่งต่อ", "Follow up a referral", 30, "calendar", OWN_PRACTICE),
    ClockRule(
        "corruption_referral",
        "ส่งเรื่องทุจริตให้ ป.ป.ช. หรือ ป.ป.ท.",
        "Refer corruption to the NACC or PACC",
        30,
        "calendar",
        ORGANIC_ACT,
        unverified=True,
    ),
    ClockRule(
        "penalty_decision",
        "พิจารณาโทษทางวินัยตามมติ ป.ป.ช.",
        "Decide the penalty after an NACC finding",
        30,
        "calendar",
        f"{ORGANIC_ACT} (ตามบทบัญญัติเดิม)",
    ),
    ClockRule(
        "penalty_copy",
        "ส่งสำเนาคำสั่งลงโทษ",
        "Send a copy of the penalty order",
        15,
        "calendar",
        f"{ORGANIC_ACT} (ตามบทบัญญัติเดิม)",
    ),
)


# How long what stands in a complaint, or in a question, is kept after its end.
RETENTION_RULES: tuple[RetentionRule, ...] = (
    RetentionRule("", 10, f"{CORRESPONDENCE_REGULATION} ข้อ 57 (เก็บไว้ไม่น้อยกว่า 10 ปี)", unverified=True),
    # Longer than the general period: a matter may be taken up by the NACC or a court long after it was closed here.
    RetentionRule("corruption", 20, OWN_PRACTICE, unverified=True),
    # A question is no file: nobody accounts for it, and its asker may have said what he would not say in a complaint.
    RetentionRule("", 1, OWN_PRACTICE, unverified=True, code="question"),
)
