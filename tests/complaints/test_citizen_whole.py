"""The citizen's side of the roads beside the plain one: what he reads, what he can do, and what he never learns."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from complaints import contacts, wholes
from complaints.models import ComplaintCase, ReferralAgency
from complaints.states import GRAPH
from complaints.views.citizen import together, words
from notifications.letters import compose
from notifications.models import Delivery, DeliveryLine
from notifications.relay import relay
from organisations.models import Role
from tests.support.filing import follow
from tests.support.world import World, make_person
from tests.workflows import samples
from workflows.actors import COMPLAINANT
from workflows.files import Checked, check_upload
from workflows.models import CaseLink, Clock

pytestmark = pytest.mark.django_db
EMAIL = "somying.secret@example.org"


@pytest.fixture(autouse=True)
def _in_english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def photo(name: str = "photo.jpg") -> Checked:
    return check_upload(SimpleUploadedFile(name, samples.photo()))


def page(client: Client, world: World, case: ComplaintCase) -> str:
    """His page, as text without markup around it."""
    assert follow(client, world.receipts[case.pk]).status_code == 302
    return read(client, reverse("follow_case"))


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("&#x27;", "'")


def acts_on(shown: str) -> set[str]:
    return set(re.findall(r'href="/follow/(?:case|part/\w+)/(\w+)/"', shown)) - {"contact", "survey"}


def act(client: Client, address: str, **data: Any) -> Any:
    seen = re.search(r'name="seen" value="(\d+)"', client.get(address).content.decode())
    return client.post(address, {"seen": seen[1] if seen else "", **data})


def fresh(case: ComplaintCase) -> ComplaintCase:
    return ComplaintCase.objects.get(pk=case.pk)


def told(case: ComplaintCase) -> list[str]:
    relay()
    lines = DeliveryLine.objects.filter(delivery__case=case.pk).order_by("pk")
    return list(lines.values_list("outbox__event", flat=True))


# --- The words --------------------------------------------------------------------------------------------------------
def test_whatever_the_complainant_is_told_of_has_its_words() -> None:
    assert {edge.name for edge in GRAPH.edges if "complainant" in edge.tells} <= set(words.STORY)


def test_every_state_of_the_other_case_has_its_words_and_none_is_of_its_complainant() -> None:
    assert set(together.OTHER) | together.OF_ITS_COMPLAINANT == {state.code for state in GRAPH.states}
    taken = {
        edge.target for edge in GRAPH.edges if COMPLAINANT in edge.by and edge.target in {s.code for s in GRAPH.states}
    }
    for state in taken - together.OF_ITS_COMPLAINANT - {"received"}:
        assert together.OTHER[state] == together.OTHER["closed"], state


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("awaiting_complainant", {"answer", "message", "withdraw"}),
        ("awaiting_agency", {"message", "withdraw"}),
        ("referred", {"message", "withdraw"}),
        ("suspended_case", {"message", "withdraw"}),
        ("merged", {"message"}),
        ("replied", {"message", "review", "rate", "withdraw"}),
        ("declined", {"message", "review"}),
        ("withdrawn", {"message"}),
    ],
)
def test_acts_of_a_state_are_those_of_the_law(client: Client, world: World, state: str, acts: set[str]) -> None:
    assert acts_on(page(client, world, world.into(state))) == acts


# --- Other units and agencies -----------------------------------------------------------------------------------------
def test_units_that_are_asked_are_not_named(client: Client, world: World) -> None:
    shown = page(client, world, world.into("awaiting_agency"))
    assert "Other units are asked." in shown
    assert world.other.name_en not in shown
    assert world.other.name_th not in shown
    assert "ขอคำชี้แจง" not in shown


def test_referred_case_says_where_it_is_and_when_the_office_asks_again(client: Client, world: World) -> None:
    case = world.into("referred")
    due = case.clocks.get(code="referral_follow_up", stopped_on=None).due_on
    shown = page(client, world, case)
    assert f"It has been with {ReferralAgency.objects.get(pk='nacc').name_en} since" in shown
    assert due.isoformat() in shown
    assert "อยู่ในอำนาจของหน่วยงานนั้น" not in shown
    world.do(case, "referral_returned", world.officer, reasons="เหตุผลภายใน")
    shown = read(client, reverse("follow_case"))
    assert "It has been with" not in shown
    assert "The agency returned the matter." in shown
    assert "เหตุผลภายใน" not in shown


# --- It rests, or ends early ------------------------------------------------------------------------------------------
def test_suspended_case_does_not_say_why(client: Client, world: World) -> None:
    case = world.into("suspended_case")
    shown = page(client, world, case)
    assert "The case rests" in shown
    assert "ศาลปกครอง" not in shown
    assert "มีคดีในศาล" not in shown
    assert case.clocks.get(code="suspension_check", stopped_on=None).due_on.isoformat() in shown
    world.do(case, "resume", world.approver, reasons="ศาลตัดสิน")
    shown = read(client, reverse("follow_case"))
    assert "The case goes on." in shown
    assert "ศาลตัดสิน" not in shown


def test_discontinued_case_gives_the_reasons_and_the_window(client: Client, world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "discontinue", world.approver, reasons="สำนวนภายใน", reply="ยุติเพราะผู้ถูกร้องเสียชีวิต")
    shown = page(client, world, case)
    assert "ยุติเพราะผู้ถูกร้องเสียชีวิต" in shown
    assert "สำนวนภายใน" not in shown
    assert "If you do not agree, you can ask for a review." in shown
    assert "The time to ask for a review ends." in shown
    assert "review" in acts_on(shown)


@pytest.mark.parametrize("state", ["replied", "declined", "closed"])
def test_nothing_is_said_of_a_review_once_its_time_is_over(client: Client, world: World, state: str) -> None:
    case = world.into(state)
    assert "ask for a review" in page(client, world, case)
    Clock.objects.filter(case=case.pk, code="objection").update(due_on=timezone.localdate() - timedelta(days=1))
    shown = read(client, reverse("follow_case"))
    assert "ask for a review" not in shown
    assert "review" not in acts_on(shown)


def test_withdrawn_question_is_marked_and_its_answer_is_refused_with_the_text_kept(
    client: Client, world: World
) -> None:
    case = world.into("awaiting_complainant")
    assert "answer" in acts_on(page(client, world, case))
    seen = case.state_version
    world.do(case, "cancel_question", world.officer, reasons="ได้ข้อมูลแล้ว")
    shown = read(client, reverse("follow_case"))
    assert "Question, withdrawn since" in shown
    assert "The office withdrew its question." in shown
    assert "ได้ข้อมูลแล้ว" not in shown
    assert "answer" not in acts_on(shown)
    response = client.post(reverse("follow_act", args=["answer"]), {"seen": seen, "text": "คำตอบที่พิมพ์ไว้"})
    assert response.status_code == 409
    assert "คำตอบที่พิมพ์ไว้" in response.content.decode()


def test_only_the_question_that_was_withdrawn_is_marked(client: Client, world: World) -> None:
    case = world.into("awaiting_complainant")
    case = world.do(case, "cancel_question", world.officer, reasons="x")
    case = world.do(case, "ask_complainant", world.officer, text="คำถามที่สอง")
    shown = page(client, world, case)
    assert shown.count("Question, withdrawn since") == 1
    assert re.search(r"<strong>Question</strong>.*?คำถามที่สอง", shown, re.S)


@pytest.mark.parametrize(("state", "edge"), [("closed", "reopen_ex_officio"), ("declined", "rescreen_ex_officio")])
def test_new_facts_are_told_and_their_reasons_are_not(client: Client, world: World, state: str, edge: str) -> None:
    facts = {"to": world.officer} if edge == "reopen_ex_officio" else {}
    case = world.do(world.into(state), edge, world.approver, reasons="พยานใหม่ชื่อสมชาย", **facts)
    shown = page(client, world, case)
    assert "New facts came up." in shown
    assert "พยานใหม่" not in shown
    assert "You get the next report." in shown


# --- Together ---------------------------------------------------------------------------------------------------------
def merge(world: World, kind: Any = None) -> tuple[ComplaintCase, ComplaintCase]:
    extra = world.into("merged", kind or world.ordinary)
    link = CaseLink.objects.get(source=extra.pk, relation=CaseLink.Relation.MERGED)
    return ComplaintCase.objects.get(pk=link.target_id), extra


def test_merged_case_names_the_other_and_how_far_the_office_is(client: Client, world: World) -> None:
    main, extra = merge(world)
    shown = page(client, world, extra)
    assert f"It goes on with case {main.number}" in shown
    assert str(main.public_id) not in shown
    with translation.override("en"):
        assert str(together.OTHER["investigating"]) in shown
    world.do(main, "submit_finding", world.officer, outcome="unfounded", reasons="เหตุผลในสำนวน", evidence="ภาพ")
    shown = read(client, reverse("follow_case"))
    assert "A second person decides about what was found." in shown
    assert "เหตุผลในสำนวน" not in shown


def test_merged_case_gets_the_reply_and_goes_on_by_itself_when_taken_out(client: Client, world: World) -> None:
    main, extra = merge(world)
    case = world.do(main, "submit_finding", world.officer, outcome="unfounded", reasons="x", evidence="ภาพ")
    world.do(case, "decide_unfounded", world.approver, reply="ตรวจแล้วไม่พบ")
    shown = page(client, world, extra)
    assert "ตรวจแล้วไม่พบ" in shown
    assert "You got the reply to the case that yours goes on with." in shown
    world.do(fresh(extra), "unmerge", world.screener, reasons="คนละเรื่อง")
    shown = read(client, reverse("follow_case"))
    assert "Your case goes on by itself again." in shown
    assert main.number not in shown
    assert "คนละเรื่อง" not in shown


def test_other_case_that_is_protected_has_no_number(client: Client, world: World) -> None:
    main, extra = merge(world, world.corruption)
    shown = page(client, world, extra)
    assert "handled in confidence" in shown
    assert main.number not in shown
    ordinary, joined = merge(world)
    before = ordinary.number
    world.do(ordinary, "change_kind", world.officer, kind=world.corruption)
    shown = page(client, world, fresh(joined))
    assert before not in shown
    assert fresh(ordinary).number not in shown


def said_of_the_other(shown: str) -> str:
    (sentence,) = re.findall(r"<p>(It goes on with.*?)</p>", shown, re.S)
    return sentence


def test_nothing_that_the_other_complainant_does_shows(client: Client, world: World) -> None:
    main, extra = merge(world)
    before = page(client, world, extra)
    world.do(main, "complainant_message", text="ความลับของผู้ร้องอีกคน", files=[photo("secret.jpg")])
    world.do(main, "set_contact", road="email", address=EMAIL)
    world.do(main, "message", world.officer, text="ถึงผู้ร้องอีกคน")
    world.do(main, "send_progress", world.officer, text="คืบหน้าของอีกคน")
    asked = world.do(main, "ask_complainant", world.officer, text="ท่านชื่ออะไร")
    shown = read(client, reverse("follow_case"))
    assert said_of_the_other(shown) == said_of_the_other(before)
    for secret in ("ความลับ", "secret.jpg", EMAIL, "ถึงผู้ร้องอีกคน", "คืบหน้าของอีกคน", "ท่านชื่ออะไร"):
        assert secret not in shown
    hidden = asked.attachments.get()
    assert client.get(reverse("follow_file", args=[hidden.public_id])).status_code == 404
    assert client.get(reverse("follow_part", args=[main.public_id])).status_code == 404
    assert client.get(reverse("follow_part_act", args=[main.public_id, "message"])).status_code == 404
    response = client.post(reverse("follow_part_act", args=[main.public_id, "withdraw"]), {"text": ""})
    assert response.status_code == 404
    assert fresh(main).state == "awaiting_complainant"


def test_review_and_withdrawal_of_the_other_do_not_show(client: Client, world: World) -> None:
    main, extra = merge(world)
    case = world.do(main, "submit_finding", world.officer, outcome="unfounded", reasons="x", evidence="ภาพ")
    case = world.do(case, "decide_unfounded", world.approver, reply="ตรวจแล้วไม่พบ")
    replied = said_of_the_other(page(client, world, extra))
    case = world.do(case, "request_review", reasons="ไม่เห็นด้วย")
    assert said_of_the_other(read(client, reverse("follow_case"))) == replied
    other_main, other_extra = merge(world)
    world.do(other_main, "withdraw")
    shown = page(client, world, other_extra)
    assert "has ended without a reply. Yours goes on by itself again." in shown
    assert other_main.number not in shown


def test_main_case_learns_nothing_of_the_one_merged_into_it(client: Client, world: World) -> None:
    main, extra = merge(world)
    world.do(extra, "complainant_message", text="ความลับของผู้ที่รวมเรื่อง", files=[photo()])
    shown = page(client, world, main)
    assert extra.number not in shown
    assert "ความลับ" not in shown
    address = reverse("follow_file", args=[extra.attachments.get().public_id])
    assert client.get(address).status_code == 404


# --- Apart ------------------------------------------------------------------------------------------------------------
def split(world: World, **facts: Any) -> tuple[ComplaintCase, ComplaintCase, ComplaintCase]:
    """whole, a plain part, a protected part."""
    case = world.file(world.ordinary, **facts)
    case = world.do(case, "start_screening", world.screener)
    parts = [
        {"text": "ถ้อยคำของเจ้าหน้าที่หนึ่ง", "kind": world.simple},
        {"text": "ถ้อยคำของเจ้าหน้าที่สอง", "kind": world.corruption},
    ]
    whole = world.do(case, "split", world.screener, parts=parts)
    plain, confidential = wholes.parts_of(whole)
    return whole, plain, confidential


def settle(world: World, part: ComplaintCase, reply: str = "เปลี่ยนหลอดแล้ว") -> ComplaintCase:
    part = world.do(part, "accept", world.screener, kind=world.simple, unit=world.district)
    settled = world.do(part, "answer_directly", world.officer, reply=reply, files=[photo()])
    assert isinstance(settled, ComplaintCase)
    return settled


def test_parts_are_listed_and_a_protected_one_says_no_more_than_that(client: Client, world: World) -> None:
    whole, plain, confidential = split(world)
    shown = page(client, world, whole)
    assert plain.number in shown
    assert "A part that is handled in confidence" in shown
    for secret in (confidential.number, world.corruption.name_en, world.centre.name_en, "ถ้อยคำของเจ้าหน้าที่"):
        assert secret not in shown
        assert secret not in read(client, reverse("follow_part", args=[confidential.public_id]))


def test_part_has_its_reply_its_file_and_its_review(client: Client, world: World) -> None:
    whole, plain, _ = split(world)
    plain = settle(world, plain)
    assert "เปลี่ยนหลอดแล้ว" not in page(client, world, whole)
    address = reverse("follow_part", args=[plain.public_id])
    shown = read(client, address)
    assert "เปลี่ยนหลอดแล้ว" in shown
    assert acts_on(shown) == {"message", "review", "rate", "withdraw"}
    assert reverse("follow_contact") not in shown
    file = client.get(reverse("follow_file", args=[plain.attachments.get().public_id]))
    assert b"".join(file.streaming_content)[:2] == b"\xff\xd8"
    response = act(client, reverse("follow_part_act", args=[plain.public_id, "review"]), reasons="ยังดับอยู่")
    assert response.headers["Location"] == f"{address}?done=review"
    assert (fresh(plain).state, fresh(whole).state) == ("review_requested", "screening")


def test_part_can_be_asked_about_and_answered_with_the_receipt_of_the_whole(client: Client, world: World) -> None:
    whole, _, confidential = split(world)
    confidential = world.do(confidential, "ask_complainant", world.centre_screener, text="วันไหน")
    page(client, world, whole)
    shown = read(client, reverse("follow_part", args=[confidential.public_id]))
    assert "วันไหน" in shown
    address = reverse("follow_part_act", args=[confidential.public_id, "answer"])
    assert "วันไหน" in read(client, address)
    assert act(client, address, text="วันจันทร์").status_code == 302
    assert fresh(confidential).state == "screening"


def test_withdrawing_a_protected_part_is_only_recorded(client: Client, world: World) -> None:
    whole, plain, confidential = split(world)
    page(client, world, whole)
    for part in (plain, confidential):
        assert act(client, reverse("follow_part_act", args=[part.public_id, "withdraw"]), text="").status_code == 302
    assert (fresh(plain).state, fresh(confidential).state) == ("withdrawn", "screening")
    assert fresh(whole).state == "screening"


def test_part_of_a_part_is_followed_too(client: Client, world: World) -> None:
    whole, plain, _ = split(world)
    parts = [{"text": "หนึ่ง", "kind": world.simple}, {"text": "สอง", "kind": None}]
    plain = world.do(plain, "split", world.screener, parts=parts)
    assert len(wholes.parts_of(whole)) == 4
    inner = wholes.parts_of(plain)[0]
    assert wholes.whole_of(inner).pk == whole.pk
    assert inner.number in page(client, world, whole)
    assert inner.number in read(client, reverse("follow_part", args=[inner.public_id]))


def test_part_opens_for_nobody_else(client: Client, world: World) -> None:
    _, plain, confidential = split(world)
    settled = settle(world, plain)
    address = reverse("follow_file", args=[settled.attachments.get().public_id])
    pages = [reverse("follow_part", args=[each.public_id]) for each in (plain, confidential)]
    pages += [reverse("follow_part_act", args=[each.public_id, "message"]) for each in (plain, confidential)]
    for each in [*pages, address]:
        assert 'name="receipt"' in read(client, each)  # without a code
    page(client, world, world.file(world.simple))
    for each in [*pages, address, reverse("follow_part", args=["ABC"])]:
        assert client.get(each).status_code == 404
        assert client.post(each, {"text": "x"}).status_code in {404, 405}
    assert not plain.messages.exists()


def test_file_of_a_part_that_is_not_shown_to_him_is_no_page(client: Client, world: World) -> None:
    whole, plain, _ = split(world)
    plain = world.do(plain, "accept", world.screener, kind=world.simple, unit=world.district)
    world.do(plain, "attach", world.officer, files=[photo("hidden.jpg")])
    page(client, world, whole)
    assert client.get(reverse("follow_file", args=[plain.attachments.get().public_id])).status_code == 404
    assert "hidden.jpg" not in read(client, reverse("follow_part", args=[plain.public_id]))


def test_query_count_does_not_grow_with_the_parts(client: Client, world: World, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    whole, _, _ = split(world)
    page(client, world, whole)
    with CaptureQueriesContext(connection) as few:
        read(client, reverse("follow_case"))
    world.do(whole, "split", world.screener, parts=[{"text": f"ส่วน {n}", "kind": world.simple} for n in range(20)])
    with django_assert_num_queries(len(few)):
        assert read(client, reverse("follow_case")).count("/follow/part/") == 22


# --- News outside -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "edge", "by", "facts"),
    [
        ("awaiting_complainant", "cancel_question", "officer", {"reasons": "x"}),
        ("accepted", "transfer", "head", {"unit": "other", "reasons": "x"}),
        ("screening", "refer", "approver", {"agency": "nacc", "reasons": "x"}),
        ("investigating", "suspend", "approver", {"body": "ศาล", "reasons": "x"}),
        ("suspended_case", "resume", "approver", {"reasons": "x"}),
        ("investigating", "discontinue", "approver", {"reasons": "x", "reply": "ยุติเรื่อง"}),
        ("merged", "unmerge", "screener", {"reasons": "x"}),
        ("closed", "reopen_ex_officio", "approver", {"to": "officer", "reasons": "x"}),
        ("declined", "rescreen_ex_officio", "approver", {"reasons": "x"}),
    ],
)
@pytest.mark.parametrize("language", ["th", "en"])
def test_complainant_is_written_to_that_there_is_news_and_no_more(
    world: World, language: str, state: str, edge: str, by: str, facts: dict[str, Any]
) -> None:
    make_person("other_screener", world.other, Role.SCREENER)
    case = world.into(state, language=language)
    case = world.do(case, "set_contact", road="email", address=EMAIL)
    relay()
    named = {"unit": world.other, "agency": ReferralAgency.objects.get(pk="nacc"), "to": world.officer}
    case = world.do(case, edge, getattr(world, by), **{key: named.get(key, value) for key, value in facts.items()})
    assert told(case)[-1] == edge
    address, letter = compose(Delivery.objects.filter(case=case.pk).latest("pk"))
    assert address == EMAIL
    assert case.number in letter.text
    for secret in ("ศาล", "ยุติเรื่อง", world.other.name_th, named["agency"].name_th, named["agency"].name_en):
        assert secret not in letter.subject + letter.text
    assert words.STORY[edge] in [event.text for event in words.story(case.ledger.order_by("seq"))]


def test_merging_and_its_reply_are_told(world: World) -> None:
    main, extra = world.into("investigating"), world.into("screening")
    for case in (main, extra):
        world.do(case, "set_contact", road="email", address=f"{case.pk}@example.org")
    extra = world.do(extra, "merge", world.screener, into=main)
    case = world.do(fresh(main), "submit_finding", world.officer, outcome="unfounded", reasons="x", evidence="ภาพ")
    world.do(case, "decide_unfounded", world.approver, reply="ตรวจแล้วไม่พบ")
    assert told(extra)[-2:] == ["merge", "answered_with_other"]
    for delivery in Delivery.objects.filter(case=extra.pk):
        address, letter = compose(delivery)
        assert address == f"{extra.pk}@example.org"
        assert main.number not in letter.text


def test_news_of_a_part_goes_where_he_left_word_under_the_number_that_he_knows(world: World) -> None:
    whole, plain, confidential = split(world)
    world.do(whole, "set_contact", road="email", address=EMAIL)
    world.do(confidential, "message", world.centre_screener, text="เรื่องสินบน")
    settle(world, plain)
    for part, event in ((confidential, "message"), (plain, "answer_directly")):
        assert told(part)[-1] == event
        address, letter = compose(Delivery.objects.filter(case=part.pk).latest("pk"))
        assert address == EMAIL
        assert whole.number in letter.text
        assert part.number not in letter.text
    assert contacts.roads_of(whole) == contacts.roads_of(plain) == ["email"]
