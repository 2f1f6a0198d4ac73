"""The standard texts an installation starts with. Like all rule data they belong to the administrator once loaded.

A text says only what is true of every such case; what a case needs beside it is marked by dots and written by hand.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps as current_apps

if TYPE_CHECKING:
    from django.apps.registry import Apps

OWN_PRACTICE = "แนวปฏิบัติเริ่มต้นของระบบ ผู้ดูแลระบบแก้ไขได้"


@dataclass(frozen=True)
class StandardText:
    """A text for one field of the form of one edge (`place`: `edge.field`); `kind`: only for it and its sub-kinds."""

    code: str
    place: str
    title_th: str
    title_en: str
    text_th: str
    text_en: str
    kind: str = ""
    source: str = OWN_PRACTICE


STANDARD_TEXTS: tuple[StandardText, ...] = (
    StandardText(
        "ask_place",
        "ask_complainant.text",
        "ขอทราบสถานที่ให้ชัดเจน",
        "Where exactly",
        "เรื่องเลขที่ {number} ยังไม่ทราบสถานที่แน่ชัด ขอให้ท่านแจ้งชื่อถนนหรือซอย จุดสังเกตใกล้เคียง หรือส่งภาพถ่าย"
        " เพื่อให้เจ้าหน้าที่เข้าตรวจสอบได้ถูกจุด",
        "We do not yet know exactly where the matter of case {number} is. Please tell us the road or lane and what"
        " stands nearby, or send a photograph, so that an officer finds the spot.",
        kind="general",
    ),
    StandardText(
        "ask_facts",
        "ask_complainant.text",
        "ขอข้อเท็จจริงเพิ่มเติม",
        "More facts",
        "เพื่อให้ตรวจสอบเรื่องเลขที่ {number} ได้ ขอให้ท่านแจ้งเพิ่มเติมว่า เหตุเกิดเมื่อใด ที่ใด มีผู้ใดเกี่ยวข้อง และมีเอกสาร"
        " ภาพถ่าย หรือพยานใดบ้าง หากไม่ประสงค์เปิดเผยตัวตน ท่านตอบผ่านรหัสติดตามเรื่องได้โดยไม่ต้องแจ้งชื่อ",
        "So that case {number} can be looked into, please tell us when and where it happened, who was concerned, and"
        " which documents, photographs or witnesses there are. You may answer by your receipt code without giving a"
        " name.",
    ),
    StandardText(
        "ask_documents",
        "ask_complainant.text",
        "ขอเอกสารหรือหลักฐาน",
        "Documents or evidence",
        "ขอให้ท่านส่งเอกสารหรือหลักฐานที่เกี่ยวกับเรื่องเลขที่ {number} ได้แก่ ........ ทางหน้าติดตามเรื่อง หรือนำส่งที่ {unit}",
        "Please send us the documents or evidence about case {number}, namely ........, on the page where you follow"
        " your case, or bring them to {unit}.",
    ),
    StandardText(
        "progress_inspecting",
        "send_progress.text",
        "อยู่ระหว่างตรวจสอบข้อเท็จจริง",
        "The facts are being established",
        "{unit} ได้รับเรื่องเลขที่ {number} ของท่านแล้ว ขณะนี้อยู่ระหว่างตรวจสอบข้อเท็จจริง โดยได้ดำเนินการแล้ว คือ ........"
        " ขั้นต่อไป คือ ........ จะแจ้งความคืบหน้าให้ทราบอีกครั้ง",
        "{unit} is establishing the facts of your case {number}. So far we have ........ Next we will ........ We will"
        " write to you again.",
    ),
    StandardText(
        "progress_waiting_agency",
        "send_progress.text",
        "รอคำชี้แจงจากหน่วยงานที่เกี่ยวข้อง",
        "Waiting for another agency",
        "เรื่องเลขที่ {number} อยู่ระหว่างรอคำชี้แจงจากหน่วยงานที่เกี่ยวข้อง {unit} จะติดตามและแจ้งผลให้ท่านทราบต่อไป",
        "For case {number} we are waiting for the answer of the agency concerned. {unit} follows it up and will tell"
        " you.",
    ),
    StandardText(
        "progress_budget",
        "send_progress.text",
        "อยู่ระหว่างจัดสรรงบประมาณหรือจัดหาวัสดุ",
        "Waiting for budget or material",
        "ตรวจสอบเรื่องเลขที่ {number} แล้ว ต้องดำเนินการแก้ไข ขณะนี้อยู่ระหว่างจัดหาวัสดุหรือขอรับจัดสรรงบประมาณ"
        " คาดว่าจะดำเนินการได้ภายใน ........",
        "We have looked into case {number}, and something has to be mended. Material or budget is being obtained. We"
        " expect to begin by ........",
        kind="general",
    ),
    StandardText(
        "decline_outside_powers",
        "decline.reply",
        "ไม่อยู่ในอำนาจหน้าที่",
        "Outside our powers",
        "{unit} พิจารณาเรื่องเลขที่ {number} แล้ว เห็นว่าไม่อยู่ในอำนาจหน้าที่ เนื่องจาก ........ ท่านอาจยื่นเรื่องต่อ ........"
        " หากไม่เห็นด้วย ท่านขอให้ทบทวนได้ทางหน้าติดตามเรื่อง",
        "{unit} has considered case {number}. It lies outside our powers, because ........ You may turn to ........ If"
        " you do not agree, you may ask for a review on the page where you follow your case.",
    ),
    StandardText(
        "decline_too_few_facts",
        "decline.reply",
        "ข้อเท็จจริงไม่เพียงพอ",
        "Too few facts",
        "เรื่องเลขที่ {number} ไม่มีข้อเท็จจริงหรือพยานหลักฐานเพียงพอให้ตรวจสอบได้ {unit} จึงยังไม่รับไว้พิจารณา หากท่านมี"
        " ข้อมูลเพิ่มเติม เช่น วันเวลา สถานที่ ผู้เกี่ยวข้อง หรือเอกสาร ขอให้ยื่นใหม่หรือขอทบทวนได้ทางหน้าติดตามเรื่อง",
        "Case {number} gives too few facts or evidence to be looked into, so {unit} cannot take it up. If you have"
        " more, such as the time, the place, the people or documents, file it anew or ask for a review on the page"
        " where you follow your case.",
    ),
    StandardText(
        "decline_before_court",
        "decline.reply",
        "อยู่ในการพิจารณาของศาล",
        "Before a court",
        "เรื่องเลขที่ {number} อยู่ในการพิจารณาของศาล หรือศาลมีคำพิพากษาถึงที่สุดแล้ว {unit} จึงไม่อาจรับไว้พิจารณา"
        " ท่านใช้สิทธิตามกระบวนการของศาลได้ต่อไป",
        "The matter of case {number} is before a court or was finally decided by one, so {unit} may not take it up."
        " Your rights before the court are not touched.",
    ),
    StandardText(
        "answer_repaired",
        "answer_directly.reply",
        "แก้ไขเรียบร้อยแล้ว",
        "It has been mended",
        "{unit} ได้ดำเนินการเรื่องเลขที่ {number} เรียบร้อยแล้ว เมื่อวันที่ ........ โดย ........ หากยังพบปัญหา"
        " ขอให้แจ้งภายในกำหนดทางหน้าติดตามเรื่อง ขอขอบคุณที่แจ้งให้ทราบ",
        "{unit} has settled case {number} on ........ by ........ If the trouble is still there, please tell us in time"
        " on the page where you follow your case. Thank you for telling us.",
        kind="general",
    ),
    StandardText(
        "answer_information",
        "answer_directly.reply",
        "ตอบข้อสอบถาม",
        "Answer to a question",
        "ตามที่ท่านสอบถามในเรื่องเลขที่ {number} {unit} ขอเรียนว่า ........ หากมีข้อสงสัยเพิ่มเติม ท่านสอบถามได้ทางหน้าติดตามเรื่อง",
        "About what you asked in case {number}: ........ If anything is unclear, ask {unit} on the page where you"
        " follow your case.",
        kind="enquiry",
    ),
    StandardText(
        "unfounded",
        "decide_unfounded.reply",
        "ตรวจสอบแล้วไม่มีมูล",
        "Unfounded",
        "{unit} ได้ตรวจสอบข้อเท็จจริงเรื่องเลขที่ {number} แล้ว โดย ........ ปรากฏว่า ........ จึงเห็นว่าเรื่องไม่มีมูล"
        " หากท่านไม่เห็นด้วยหรือมีข้อเท็จจริงใหม่ ท่านขอให้ทบทวนได้ภายในกำหนดทางหน้าติดตามเรื่อง",
        "{unit} has looked into case {number} by ........ It was found that ........, so the complaint is unfounded. If"
        " you do not agree or have new facts, you may ask for a review in time on the page where you follow your case.",
    ),
    StandardText(
        "inconclusive",
        "decide_inconclusive.reply",
        "ไม่อาจสรุปข้อเท็จจริงได้",
        "Inconclusive",
        "{unit} ได้ตรวจสอบเรื่องเลขที่ {number} แล้ว แต่พยานหลักฐานที่มีไม่เพียงพอให้สรุปได้ กล่าวคือ ........ หากท่านมี"
        " ข้อเท็จจริงหรือพยานหลักฐานใหม่ ท่านขอให้ทบทวนได้ภายในกำหนดทางหน้าติดตามเรื่อง",
        "{unit} has looked into case {number}, but the evidence does not allow a conclusion: ........ If you have new"
        " facts or evidence, you may ask for a review in time on the page where you follow your case.",
    ),
    StandardText(
        "reply_founded",
        "draft_reply.reply",
        "มีมูล และดำเนินการแก้ไขแล้ว",
        "Founded, and acted upon",
        "{unit} ได้ตรวจสอบเรื่องเลขที่ {number} แล้ว เห็นว่าเรื่องมีมูล คือ ........ และได้ดำเนินการ ........ ขอขอบคุณที่ท่านแจ้งเรื่อง"
        " หากเห็นว่ายังไม่ครบถ้วน ท่านขอให้ทบทวนได้ภายในกำหนดทางหน้าติดตามเรื่อง",
        "{unit} has looked into case {number} and found it well founded: ........ We have done this: ........ Thank you"
        " for telling us. If something is missing, you may ask for a review in time on the page where you follow your"
        " case.",
    ),
    StandardText(
        "message_received",
        "message.text",
        "แจ้งการได้รับข้อมูลเพิ่มเติม",
        "What you sent has come in",
        "{unit} ได้รับข้อมูลเพิ่มเติมของเรื่องเลขที่ {number} แล้ว จะนำไปประกอบการพิจารณา กำหนดดำเนินการขั้นต่อไปภายใน {due}",
        "{unit} has received what you sent for case {number} and takes it into account. The next step is due by {due}.",
    ),
)


def load_standard_texts(apps: "Apps" = current_apps) -> int:
    """Add the texts that are missing, by their codes, and change none that exist. Out: how many were added.

    apps: the registry, so that a migration can pass its own historical one.
    """
    try:
        model: Any = apps.get_model("complaints", "StandardText")
    except LookupError:  # a migration from before there were any
        return 0
    here = set(model.objects.filter(code__in=[one.code for one in STANDARD_TEXTS]).values_list("code", flat=True))
    rows = [
        model(
            code=one.code,
            place=one.place,
            kind_id=one.kind or None,
            title_th=one.title_th,
            title_en=one.title_en,
            text_th=one.text_th,
            text_en=one.text_en,
            position=10 * position,
            source=one.source,
        )
        for position, one in enumerate(STANDARD_TEXTS, start=1)
        if one.code not in here
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
