"""The rules an installation starts with: kinds of committees, methods, rules for orders, grounds of interest, levels,
lengths of the clocks.

Everything here is a first filling. Once loaded it belongs to the administrator: loading again adds what is missing and
never changes a row that exists. Each rule names its source; what is only remembered and was not checked against the
published text is marked `verified=False`, and the pages show it.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps as current_apps

if TYPE_CHECKING:
    from django.apps.registry import Apps

ACT = "พ.ร.บ. การจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560"
REGULATION = "ระเบียบกระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560"
MINISTERIAL = "กฎกระทรวงกำหนดวงเงินการจัดซื้อจัดจ้างพัสดุโดยวิธีเฉพาะเจาะจง ฯ พ.ศ. 2560"
ADMINISTRATIVE_PROCEDURE = "พ.ร.บ. วิธีปฏิบัติราชการทางปกครอง พ.ศ. 2539 มาตรา 13-15"
FOUNDING = "S4:341-349 (แนวทางพัฒนาชุมชนใสสะอาด พ.ศ. 2564)"
CHECKLIST = "S4:3498 (แบบตรวจรายการ แนวทางพัฒนาชุมชนใสสะอาด พ.ศ. 2564)"
MILESTONES = "S4:2159 (แนวทางพัฒนาชุมชนใสสะอาด พ.ศ. 2564)"
OWN_PRACTICE = "แนวปฏิบัติเริ่มต้นของระบบ ผู้ดูแลระบบแก้ไขได้"
# The Act and the Regulation are in force since 23 August B.E. 2560.
IN_FORCE = date(2017, 8, 23)
# Imports bring purchases of earlier years; a clock needs a rule on the day it starts.
CLOCKS_FROM = date(2009, 10, 1)

Rows = list[dict[str, Any]]

_CONSIDERS = "พิจารณาผลการเสนอราคา ตรวจสอบคุณสมบัติผู้ยื่นข้อเสนอ และรายงานผลการพิจารณาพร้อมความเห็นต่อหัวหน้าหน่วยงานของรัฐ"
_INSPECTS = "ตรวจรับพัสดุให้เป็นไปตามสัญญาหรือข้อตกลง และรายงานผลการตรวจรับต่อหัวหน้าหน่วยงานของรัฐ"


def _kind(code: str, task: str, name_th: str, name_en: str, clause: str, duties: str, **more: Any) -> dict[str, Any]:
    defaults = {
        "qualifying": task == "purchase",
        "unanimous": task == "inspection",
        "single": False,
        "source": REGULATION,
    }
    return {
        "code": code, "task": task, "name_th": name_th, "name_en": name_en, "clause": clause, "duties_th": duties,
        **defaults, **more,
    }  # fmt: skip


COMMITTEE_KINDS: Rows = [
    _kind("ebidding", "purchase", "คณะกรรมการพิจารณาผลการประกวดราคาอิเล็กทรอนิกส์", "E-bidding committee",
          "ข้อ 25 (1)", _CONSIDERS),
    _kind("quotation", "purchase", "คณะกรรมการพิจารณาผลการสอบราคา", "Price quotation committee", "ข้อ 25 (2)",
          _CONSIDERS),
    _kind("selection", "purchase", "คณะกรรมการซื้อหรือจ้างโดยวิธีคัดเลือก", "Selection committee", "ข้อ 25 (3)", _CONSIDERS),
    _kind("specific", "purchase", "คณะกรรมการซื้อหรือจ้างโดยวิธีเฉพาะเจาะจง", "Specific method committee",
          "ข้อ 25 (4)", _CONSIDERS),
    _kind("inspection", "inspection", "คณะกรรมการตรวจรับพัสดุ", "Inspection committee", "ข้อ 25 (5) และข้อ 175", _INSPECTS),
    _kind("inspector", "inspection", "ผู้ตรวจรับพัสดุ", "Single inspector", "มาตรา 100 วรรคสาม", _INSPECTS, single=True,
          source=f"{ACT} และ{MINISTERIAL} ข้อ 5"),
    _kind("terms", "other", "คณะกรรมการจัดทำร่างขอบเขตของงานและกำหนดราคากลาง", "Terms of reference and reference price",
          "ข้อ 21", "จัดทำร่างขอบเขตของงานหรือรายละเอียดคุณลักษณะเฉพาะของพัสดุ และกำหนดราคากลาง"),
    _kind("supervision", "other", "ผู้ควบคุมงาน", "Site supervision", "ข้อ 177 และข้อ 178",
          "ควบคุมงานก่อสร้างให้เป็นไปตามแบบรูปรายการและข้อกำหนดในสัญญา", verified=False),
]  # fmt: skip

METHODS: Rows = [
    {
        "code": "ebidding", "name_th": "ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "name_en": "E-bidding",
        "aliases": ["ประกวดราคาอิเล็กทรอนิกส์", "e-bidding"], "floor": Decimal(500_000), "committee_kind_id": "ebidding",
        "source": f"{ACT} มาตรา 55 (1), {REGULATION} ข้อ 29-31",
    },
    {
        "code": "emarket", "name_th": "ตลาดอิเล็กทรอนิกส์ (e-market)", "name_en": "E-market",
        "aliases": ["ตลาดอิเล็กทรอนิกส์", "e-market"], "floor": Decimal(500_000), "committee_kind_id": None,
        "source": f"{ACT} มาตรา 55 (1), {REGULATION} ข้อ 29-30",
    },
    {
        "code": "quotation", "name_th": "สอบราคา", "name_en": "Price quotation", "aliases": ["สอบราคา"],
        "floor": Decimal(500_000), "ceiling": Decimal(5_000_000), "committee_kind_id": "quotation",
        "source": f"{ACT} มาตรา 55 (1), {REGULATION} ข้อ 29, 32",
    },
    {
        "code": "selection", "name_th": "คัดเลือก", "name_en": "Selection", "aliases": ["วิธีคัดเลือก", "คัดเลือก"],
        "committee_kind_id": "selection", "source": f"{ACT} มาตรา 55 (2), 56 (1)",
    },
    {
        "code": "specific", "name_th": "เฉพาะเจาะจง", "name_en": "Specific method",
        "aliases": ["เฉพาะเจาะจง"], "ceiling": Decimal(500_000), "committee_kind_id": "specific",
        "source": f"{ACT} มาตรา 55 (3), 56 (2), {MINISTERIAL}",
    },
]  # fmt: skip

# Committees of clause 25, whose composition clause 26 fixes. That of a committee for the terms of reference is as the
# head of the agency decides (cl. 21, par. 4), and site supervisors are no committee (cl. 177).
_CLAUSE_25 = ["ebidding", "quotation", "selection", "specific", "inspection"]


def _rule(code: str, level: str, clause: str, name_th: str, name_en: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code, "level": level, "clause": clause, "name_th": name_th, "name_en": name_en, "source": REGULATION,
        **more,
    }  # fmt: skip


ORDER_RULES: Rows = [
    _rule("somebody", "error", "ข้อ 25", "คำสั่งต้องแต่งตั้งผู้ใดผู้หนึ่ง", "The order names somebody"),
    _rule("chair", "error", "ข้อ 26 วรรคหนึ่ง", "ต้องมีประธานกรรมการหนึ่งคน", "One chair", kinds=_CLAUSE_25),
    _rule("members", "error", "ข้อ 26 วรรคหนึ่ง", "ต้องมีกรรมการอื่นอย่างน้อยสองคน",
          "At least two members beside the chair", threshold=Decimal(2), kinds=_CLAUSE_25),
    # The chair and the two of paragraph 1 are appointed from officials; others sit beside them, not in their place.
    _rule("officials", "error", "ข้อ 26 วรรคหนึ่ง", "ประธานและกรรมการอย่างน้อยสองคนต้องเป็นเจ้าหน้าที่ของรัฐ",
          "The chair and at least two members are officials", threshold=Decimal(2), kinds=_CLAUSE_25, verified=False),
    # An error although unverified: an order against it could be attacked, and taking one more official into the draft
    # costs little. An administrator who reads the clause otherwise sets it to a warning.
    _rule("outsiders", "error", "ข้อ 26 วรรคสอง", "กรรมการที่เป็นบุคคลอื่นต้องไม่มากกว่ากรรมการที่เป็นเจ้าหน้าที่ของรัฐ",
          "Others are never more than officials", kinds=_CLAUSE_25, verified=False),
    _rule("nomination", "error", "ข้อ 26 วรรคสอง", "การเสนอชื่อผู้แทนภาคประชาชนต้องมีเหตุผล",
          "A citizen is nominated for a reason"),
    _rule("separation", "error", "ข้อ 26 วรรคสาม", "ห้ามแต่งตั้งกรรมการผู้พิจารณาผลเป็นกรรมการตรวจรับพัสดุในครั้งเดียวกัน",
          "Who considers the offers does not inspect",
          kinds=["ebidding", "quotation", "selection", "inspection", "inspector"]),
    _rule("only_officials", "error", "ข้อ 177", "ผู้ควบคุมงานต้องเป็นเจ้าหน้าที่ของรัฐ", "Site supervisors are officials",
          kinds=["supervision"], verified=False),
    _rule("position", "warning", "ข้อ 26 วรรคหนึ่ง", "ควรระบุตำแหน่งของเจ้าหน้าที่", "The position of an official is known"),
    _rule("twice", "error", "ข้อ 26 วรรคหนึ่ง", "บุคคลหนึ่งเป็นกรรมการในคณะเดียวกันได้เพียงตำแหน่งเดียว", "Nobody sits twice"),
    _rule("method", "error", "ข้อ 25", "ประเภทคณะกรรมการต้องตรงกับวิธีการจัดซื้อจัดจ้าง", "The kind fits the method"),
    _rule("method_known", "warning", "ข้อ 25", "ควรทราบวิธีการจัดซื้อจัดจ้าง", "The method is known"),
    # Warnings: beyond its ceiling the specific method may stand on another ground of s. 56 (2), which is not recorded.
    _rule("ceiling", "warning", "มาตรา 56 (2) (ข), กฎกระทรวง ข้อ 1", "วงเงินงบประมาณไม่ควรเกินวงเงินของวิธีการจัดซื้อจัดจ้าง",
          "The budget is within the ceiling of the method", source=f"{ACT}, {MINISTERIAL}"),
    _rule("floor", "warning", "ข้อ 30-32", "วงเงินงบประมาณควรเกินวงเงินขั้นต่ำของวิธีการจัดซื้อจัดจ้าง",
          "The budget is above the floor of the method"),
    _rule("budget_known", "warning", "ข้อ 22 (4)", "ควรทราบวงเงินงบประมาณ", "The budget is known"),
    _rule("inspector_value", "error", "มาตรา 100 วรรคสาม, กฎกระทรวง ข้อ 5", "ผู้ตรวจรับพัสดุคนเดียวแต่งตั้งได้ในวงเงินเล็กน้อย",
          "A single inspector up to a small sum only", source=f"{ACT}, {MINISTERIAL}", threshold=Decimal(100_000),
          kinds=["inspector"], verified=False),
    _rule("inspector_alone", "error", "มาตรา 100 วรรคสาม", "ผู้ตรวจรับพัสดุต้องเป็นบุคคลเดียว",
          "A single inspector is one person", source=ACT, kinds=["inspector"]),
    _rule("interest", "error", "ข้อ 27 วรรคสี่และวรรคห้า", "ผู้มีส่วนได้เสียต้องไม่เป็นกรรมการ", "Nobody with an interest",
          source=f"{REGULATION}, {ADMINISTRATIVE_PROCEDURE}, 16"),
    _rule("interest_taken_back", "warning", "ข้อ 27 วรรคสี่", "ควรตรวจสอบผู้ที่เคยแจ้งว่ามีส่วนได้เสีย",
          "An interest taken back is looked into", source=OWN_PRACTICE),
    # The law forbids the interest and asks for no form of words. Before there are bidders there is nothing to break, so
    # a missing declaration is a warning; once they are known an order signed without asking would not know whether it
    # breaks clause 27, so it is an error, and so is a declaration that did not name the present bidders.
    _rule("declaration_early", "warning", "ข้อ 27 วรรคสี่", "ควรแจ้งการมีส่วนได้เสียก่อนทราบผู้ยื่นข้อเสนอ",
          "Declared before the bidders are known", source=OWN_PRACTICE, kinds=[*_CLAUSE_25, "inspector"]),
    _rule("declaration_missing", "error", "ข้อ 27 วรรคสี่", "กรรมการต้องแจ้งการมีส่วนได้เสียเมื่อทราบผู้ยื่นข้อเสนอแล้ว",
          "Declared once the bidders are known", kinds=[*_CLAUSE_25, "inspector"]),
    _rule("declaration_outdated", "error", "ข้อ 27 วรรคสี่", "การแจ้งการมีส่วนได้เสียต้องเป็นปัจจุบันตามรายชื่อผู้ยื่นข้อเสนอ",
          "Declared for the present list of bidders", kinds=[*_CLAUSE_25, "inspector"]),
    _rule("bidder_link", "warning", "ข้อ 4, 27 วรรคสี่", "ควรตรวจสอบชื่อที่ตรงกับผู้บริหาร หุ้นส่วน หรือผู้ถือหุ้นรายใหญ่ของผู้ยื่นข้อเสนอ",
          "A name like that of somebody of a bidder", threshold=Decimal(25)),
    _rule("same_name", "warning", "ข้อ 26", "ควรตรวจสอบบุคคลที่มีชื่อตรงกัน", "Two people of one name", source=OWN_PRACTICE),
    _rule("unavailable", "error", "ข้อ 26 วรรคหนึ่ง", "ผู้ได้รับแต่งตั้งต้องยังปฏิบัติหน้าที่ได้", "Who is appointed is available",
          source=OWN_PRACTICE),
    _rule("seats", "warning", "ข้อ 26 วรรคสอง", "ผู้แทนภาคประชาชนไม่ควรเป็นกรรมการพร้อมกันหลายคณะเกินกำหนด",
          "Not too many seats for one citizen", source=OWN_PRACTICE),
    _rule("citizen", "warning", "มิติที่ 3 ระดับที่ 2-5", "ควรมีผู้แทนภาคประชาชนเพื่อให้โครงการ/กิจกรรมนับเป็นการมีส่วนร่วม",
          "A citizen, so that the activity is covered", source=FOUNDING),
    _rule("no_change", "warning", "ข้อ 25", "คำสั่งแก้ไขเพิ่มเติมควรมีการเปลี่ยนแปลง", "An amendment changes something",
          source=OWN_PRACTICE),
]  # fmt: skip

INTEREST_GROUNDS: Rows = [
    {"code": "party", "name_th": "เป็นคู่กรณีหรือผู้ยื่นข้อเสนอเอง", "name_en": "He is the bidder himself"},
    {"code": "spouse", "name_th": "เป็นคู่หมั้นหรือคู่สมรสของผู้ยื่นข้อเสนอ", "name_en": "Spouse or fiancé of a bidder"},
    {"code": "lineal", "name_th": "เป็นบุพการีหรือผู้สืบสันดานไม่ว่าชั้นใด ๆ", "name_en": "Ascendant or descendant of any degree"},
    {"code": "collateral", "degree": 3, "name_th": "เป็นพี่น้อง หรือลูกพี่ลูกน้องนับได้เพียงภายในสามชั้น",
     "name_en": "Sibling, or cousin to the third degree"},
    {"code": "affinity", "degree": 2, "name_th": "เป็นญาติเกี่ยวพันทางแต่งงานนับได้เพียงสองชั้น",
     "name_en": "In-law to the second degree"},
    {"code": "representative", "name_th": "เป็นหรือเคยเป็นผู้แทนโดยชอบธรรม ผู้พิทักษ์ หรือผู้แทนหรือตัวแทน",
     "name_en": "Legal representative, guardian or agent"},
    {"code": "creditor", "name_th": "เป็นเจ้าหนี้ ลูกหนี้ หรือนายจ้าง", "name_en": "Creditor, debtor or employer"},
    {"code": "shareholder", "name_th": "เป็นกรรมการ หุ้นส่วน หรือผู้ถือหุ้นรายใหญ่ (เกินร้อยละ 25)",
     "name_en": "Director, partner or major shareholder (over 25 %)",
     "source": f"{REGULATION} ข้อ 4 (ผู้ถือหุ้นรายใหญ่), {ADMINISTRATIVE_PROCEDURE}, 16"},
    {"code": "other", "name_th": "มีเหตุอื่นซึ่งมีสภาพร้ายแรงอันอาจทำให้การพิจารณาไม่เป็นกลาง",
     "name_en": "Another grave reason to doubt impartiality",
     "source": "พ.ร.บ. วิธีปฏิบัติราชการทางปกครอง พ.ศ. 2539 มาตรา 16"},
]  # fmt: skip

VARIANTS: Rows = [
    {"code": "regional", "governing": True, "source": FOUNDING,
     "name_th": "มิติที่ 3 การมีส่วนร่วมของภาคประชาชน (ส่วนภูมิภาค)", "name_en": "Dimension 3, regional form"},
    {"code": "checklist", "governing": False, "source": CHECKLIST,
     "name_th": "แบบตรวจรายการ มิติที่ 3 (ส่วนภูมิภาค)", "name_en": "Checklist of dimension 3, regional"},
]  # fmt: skip
# Variant, level, points, published, top, share of the rest in percent, education activities.
LEVELS = [
    ("regional", 1, 4, True, False, None, 0),
    ("regional", 2, 8, True, True, None, 0),
    ("regional", 3, 12, True, True, 60, 0),
    ("regional", 4, 16, True, True, 70, 1),
    ("regional", 5, 20, True, True, 80, 1),
    ("checklist", 1, 4, True, False, None, 0),
    ("checklist", 2, 8, True, True, None, 0),
    ("checklist", 3, 12, True, True, 60, 0),
    ("checklist", 4, 16, True, True, 70, 0),
    ("checklist", 5, 20, True, True, 80, 1),
]
# Code, names, length, unit, source. The milestones of a purchase have days of their own; their lengths serve none.
CLOCKS = [
    ("plan_dates", "กำหนดวันตามแผน", "Set the planned dates", 30, "calendar", OWN_PRACTICE),
    ("announce", "ประกาศหรือเชิญชวน", "Announce or invite", 30, "calendar", MILESTONES),
    ("contract", "ลงนามสัญญา", "Sign the contract", 30, "calendar", MILESTONES),
    ("deliver", "ส่งมอบ", "Delivery", 30, "calendar", MILESTONES),
    ("inspect", "ตรวจรับพัสดุ", "Inspection", 30, "calendar", MILESTONES),
    ("pay", "เบิกจ่าย", "Payment", 30, "calendar", MILESTONES),
    ("order", "ออกคำสั่งแต่งตั้งคณะกรรมการ", "Appoint the committee", 15, "working", OWN_PRACTICE),
    ("committee_work", "คณะกรรมการรายงานผล", "The committee reports", 30, "calendar", OWN_PRACTICE),
    ("accept_report", "พิจารณารายงานของคณะกรรมการ", "Consider the report", 7, "working", OWN_PRACTICE),
    ("dissent_answer", "ตอบความเห็นแย้ง", "Answer a dissenting opinion", 15, "calendar", OWN_PRACTICE),
    ("fill_seat", "หาผู้แทนภาคประชาชนและเชิญ", "Find and invite a citizen", 5, "working", OWN_PRACTICE),
    ("conflict_check", "พิจารณาเหตุที่อาจมีส่วนได้เสีย", "Decide about possible conflicts", 3, "working", OWN_PRACTICE),
    ("observation_answer", "ตอบรายงานการสังเกตการณ์", "Answer an observation report", 15, "calendar", OWN_PRACTICE),
    ("hold_draw", "ใส่เลขสุ่มสาธารณะและจับสลาก", "Enter the public value and draw", 3, "working", OWN_PRACTICE),
]
# Time that belongs to the citizen: it ends, and nobody is late.
WINDOWS = [
    ("invitation_reply", "ตอบรับคำเชิญ", "Answer the invitation", 7, "calendar", OWN_PRACTICE),
    ("declaration", "แจ้งการมีส่วนได้เสีย", "Declare interests", 7, "calendar", OWN_PRACTICE),
    ("final_report", "ส่งรายงานสรุป", "Hand in the last report", 15, "calendar", OWN_PRACTICE),
]
FROM_POOL = "domain: Citizen seats (S4:341-349, 3314)"
# Code, value, names, source. Days, per cent or people; 0 of a number of days or marks asks for nothing.
POOL_RULES: Rows = [
    {"code": "most_seats", "value": 3, "name_th": "จำนวนที่นั่งพร้อมกันสูงสุดของผู้แทนหนึ่งคน",
     "name_en": "Live seats of one citizen at most"},
    {"code": "term_days", "value": 730, "name_th": "วาระในบัญชี (วัน)", "name_en": "Term in the pool, days"},
    {"code": "least_age", "value": 20, "name_th": "อายุขั้นต่ำ (ปี)", "name_en": "Least age, years"},
    {"code": "training_required", "value": 0, "name_th": "ต้องผ่านการอบรมก่อนจับสลาก (1 = ต้องผ่าน)",
     "name_en": "Training asked for before a draw (1 = yes)"},
    {"code": "pass_mark", "value": 0, "name_th": "คะแนนผ่านการอบรม (ร้อยละ; 0 = ไม่กำหนด)",
     "name_en": "Pass mark of a training, per cent (0 = none)"},
    {"code": "cooling_off_agency", "value": 0, "name_th": "เว้นระยะก่อนเป็นผู้แทนในหน่วยงานเดิม (วัน)",
     "name_en": "Pause before another seat in the same agency, days"},
    {"code": "cooling_off_winner", "value": 365, "name_th": "เว้นระยะก่อนเป็นผู้แทนในโครงการที่ผู้ชนะรายเดิมยื่นข้อเสนอ (วัน)",
     "name_en": "Pause before a seat where a winner of his last committee bids, days"},
    {"code": "recent_service", "value": 365, "name_th": "นับการเป็นกรรมการของผู้ชนะรายเดิมย้อนหลัง (วัน)",
     "name_en": "Service for the same winner counts as recent, days"},
    {"code": "similar_name", "value": 85, "name_th": "ชื่อคล้ายกันตั้งแต่ (ร้อยละ)",
     "name_en": "Names are alike from, per cent"},
]  # fmt: skip
CITIZEN_BARS: Rows = [
    {"code": "official", "name_th": "ข้าราชการ พนักงาน หรือลูกจ้างของหน่วยงานของรัฐ",
     "name_en": "Official or employee of a state agency"},
    {"code": "kamnan", "name_th": "กำนัน", "name_en": "Kamnan"},
    {"code": "village_head", "name_th": "ผู้ใหญ่บ้าน", "name_en": "Village head"},
    {"code": "assistant", "name_th": "แพทย์ประจำตำบล สารวัตรกำนัน หรือผู้ช่วยผู้ใหญ่บ้าน",
     "name_en": "Subdistrict doctor, kamnan's aide or assistant village head", "verified": False},
    {"code": "local_politician", "name_th": "ผู้บริหารหรือสมาชิกสภาองค์กรปกครองส่วนท้องถิ่น",
     "name_en": "Executive or council member of a local body", "verified": False},
]  # fmt: skip


def load_rule_data(apps: "Apps" = current_apps) -> int:
    """Add the rules that are missing, by their codes, and change none that exist. Out: how many were added.

    apps: the registry, so that a migration can pass its own historical one.
    """
    positioned = [
        ("CommitteeKind", COMMITTEE_KINDS, {}),
        ("ProcurementMethod", METHODS, {"valid_from": IN_FORCE}),
        ("InterestGround", INTEREST_GROUNDS, {"source": ADMINISTRATIVE_PROCEDURE}),
    ]
    added = 0
    for model, rows, defaults in positioned:
        numbered = [{"position": 10 * place, **defaults, **row} for place, row in enumerate(rows, start=1)]
        added += _add(apps.get_model("procurement", model), numbered)
    added += _add(apps.get_model("procurement", "OrderRule"), [{"valid_from": IN_FORCE, **row} for row in ORDER_RULES])
    added += _add_variants(apps)
    clocks = [_clock(*row) for row in CLOCKS] + [{**_clock(*row), "meaning": "window"} for row in WINDOWS]
    added += _add(apps.get_model("workflows", "ClockRule"), clocks)
    return added + _add_pool_rules(apps)


def _add_pool_rules(apps: "Apps") -> int:
    try:
        rules, bars = apps.get_model("procurement", "PoolRule"), apps.get_model("procurement", "CitizenBar")
    except LookupError:  # a migration from before there was a pool
        return 0
    numbered = [{"position": 10 * place, "source": FROM_POOL, **row} for place, row in enumerate(CITIZEN_BARS, start=1)]
    return _add(rules, [{"source": OWN_PRACTICE, "valid_from": CLOCKS_FROM, **row} for row in POOL_RULES]) + _add(
        bars, numbered
    )


def _add(model: Any, rows: Rows) -> int:
    # By code alone: a rule that the administrator has dated anew must not come back beside his.
    here = set(model.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", flat=True))
    missing = [model(**row) for row in rows if row["code"] not in here]
    model.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _add_variants(apps: "Apps") -> int:
    variants = apps.get_model("procurement", "CoverageVariant")
    level_rows = apps.get_model("procurement", "CoverageLevel")
    here = set(variants.objects.values_list("code", flat=True))
    added = _add(variants, VARIANTS)
    names = ("variant_id", "level", "points", "published", "top", "rest_percent", "education")
    level_rows.objects.bulk_create(
        [level_rows(**dict(zip(names, row, strict=True))) for row in LEVELS if row[0] not in here]
    )
    return added


def _clock(code: str, name_th: str, name_en: str, length: int, unit: str, source: str) -> dict[str, Any]:
    return {
        "code": code, "name_th": name_th, "name_en": name_en, "length": length, "unit": unit, "source": source,
        "meaning": "duty", "pauses": False, "valid_from": CLOCKS_FROM,
    }  # fmt: skip
