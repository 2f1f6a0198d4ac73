"""Following by code: what is read, what can be done, and what nobody else gets."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Message, Rating
from complaints.receipts import new_receipt
from complaints.states import GRAPH
from complaints.views.citizen import opened, words
from complaints.views.citizen.acts import ACTS
from tests.support.filing import follow
from tests.workflows import samples
from workflows.models import Clock

pytestmark = pytest.mark.django_db


def _open(client, world, case):
    assert follow(client, world.receipts[case.pk]).headers["Location"] == reverse("follow_case")
    return client


def _case_page(client):
    response = client.get(reverse("follow_case"))
    assert response.status_code == 200
    return response.content.decode()


def _act(client, name, **data):
    page = client.get(reverse("follow_act", args=[name])).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    return client.post(reverse("follow_act", args=[name]), {"seen": seen[1] if seen else "", **data})


# --- The code ---------------------------------------------------------------------------------------------------------
def test_code_is_taken_in_any_hand(client, world):
    case = world.file(world.simple)
    code = world.receipts[case.pk].text
    for typed in (
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        f"  {code}\n",
        code.replace("0", "๐").replace("1", "l"),
    ):
        assert client.post(reverse("follow"), {"receipt": typed}).status_code == 302


def test_unknown_and_wrong_code_get_the_same_sentence(client, world):
    case = world.file(world.simple)
    unknown = new_receipt()
    wrong = type(unknown)(world.receipts[case.pk].lookup, unknown.secret)
    pages = []
    for receipt in (unknown, wrong):
        response = follow(client, receipt)
        assert response.status_code == 422
        assert opened.COOKIE not in response.cookies
        page = response.content.decode().replace(receipt.text, "")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("typed", ["", "   ", "abc", "ก" * 25, "\x00", "<script>alert(1)</script>", "1" * 100_000])
def test_what_is_no_code_is_kept_on_the_page(client, world, typed):
    response = client.post(reverse("follow"), {"receipt": typed})
    assert response.status_code == 422
    assert "<script>alert" not in response.content.decode()


def test_code_does_not_open_by_address(client, world):
    case = world.file(world.simple)
    response = client.get(reverse("follow"), {"receipt": world.receipts[case.pk].text})
    assert response.status_code == 200
    assert opened.COOKIE not in response.cookies


# --- The cookie -------------------------------------------------------------------------------------------------------
def test_cookie_is_sealed_short_and_only_for_these_pages(client, world, settings):
    settings.SESSION_COOKIE_SECURE = True
    case = world.file(world.simple)
    cookie = follow(client, world.receipts[case.pk]).cookies[opened.COOKIE]
    assert (cookie["httponly"], cookie["secure"]) == (True, True)
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/follow/")
    assert cookie["max-age"] == 30 * 60
    assert case.public_id not in cookie.value


def test_cookie_copied_out_of_the_browser_ends_too(client, world, monkeypatch):
    case = world.file(world.simple)
    _open(client, world, case)
    later = opened.time.time() + 31 * 60
    monkeypatch.setattr(opened.time, "time", lambda: later)
    page = client.get(reverse("follow_case")).content.decode()
    assert case.number not in page
    assert 'name="receipt"' in page


def test_cookie_cannot_be_renewed_for_ever(client, world, monkeypatch):
    case = world.file(world.simple)
    begun = opened.time.time()
    _open(client, world, case)
    for minutes in (25, 50, 75, 100):
        monkeypatch.setattr(opened.time, "time", lambda now=begun + minutes * 60: now)
        assert case.number in _case_page(client)
    assert client.cookies[opened.COOKIE]["max-age"] == 20 * 60
    monkeypatch.setattr(opened.time, "time", lambda: begun + 119 * 60)
    assert _act(client, "message", text="ต้นที่สาม").status_code == 302
    assert 0 < client.cookies[opened.COOKIE]["max-age"] <= 60
    monkeypatch.setattr(opened.time, "time", lambda: begun + 121 * 60)
    assert case.number not in _case_page(client)
    _open(client, world, case)
    assert case.number in _case_page(client)


@pytest.mark.parametrize("value", ["", "x", "AAAA", "é", "A" * 4000])
def test_forged_cookie_opens_nothing(client, world, value):
    world.file(world.simple)
    client.cookies[opened.COOKIE] = value
    assert 'name="receipt"' in client.get(reverse("follow_case")).content.decode()


def test_changed_cookie_opens_nothing(client, world):
    case = world.file(world.simple)
    _open(client, world, case)
    value = client.cookies[opened.COOKIE].value
    client.cookies[opened.COOKIE] = value[:20] + ("A" if value[20] != "A" else "B") + value[21:]
    assert case.number not in client.get(reverse("follow_case")).content.decode()


def test_time_over_while_writing_gives_the_text_back(client, world):
    response = client.post(reverse("follow_act", args=["message"]), {"text": "ข้อความยาวที่พิมพ์บนโทรศัพท์อยู่ครึ่งชั่วโมง"})
    assert response.status_code == 401
    assert "ครึ่งชั่วโมง" in response.content.decode()


def test_closing_on_this_device(client, world):
    case = world.file(world.simple)
    _open(client, world, case)
    client.post(reverse("follow_end"))
    assert case.number not in client.get(reverse("follow_case")).content.decode()


@pytest.mark.parametrize(
    ("name", "args"),
    [("follow_case", []), ("follow_act", ["message"]), ("follow_file", ["ABC"])],
    ids=["case", "act", "file"],
)
def test_pages_of_a_case_without_the_code_ask_for_it(client, world, name, args):
    response = client.get(reverse(name, args=args))
    assert 'name="receipt"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_signed_in_officer_is_no_complainant(client, world):
    case = world.file(world.simple)
    client.force_login(world.screener)
    assert case.number not in client.get(reverse("follow_case")).content.decode()


# --- What is read -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "protected"),
    # A matter of corruption is never withdrawn.
    [(s.code, p) for s in GRAPH.states for p in (False, True) if not (p and s.code == "withdrawn")],
)
def test_case_page_in_every_state(client, world, state, protected):
    case = world.into(state, world.corruption if protected else world.ordinary)
    page = _case_page(_open(client, world, case))
    assert str(words.NEXT[state][0]) in page.replace("&#x27;", "'")
    for person in (world.screener, world.officer, world.approver, world.centre_officer):
        assert person.name_th not in page
        assert person.username not in page.split("<main")[1].replace("office", "").replace("head", "")


def test_every_state_has_its_words():
    assert set(words.NEXT) == {state.code for state in GRAPH.states}
    assert set(words.STORY) <= {edge.name for edge in GRAPH.edges}


def test_only_what_was_written_to_him_is_shown(client, world):
    case = world.into("investigating")
    world.do(case, "note", world.officer, text="บันทึกภายใน")
    world.do(case, "message", world.officer, text="ถึงผู้ร้อง")
    world.do(case, "send_progress", world.officer, text="คืบหน้า")
    world.do(case, "submit_finding", world.officer, outcome="founded", reasons="เหตุผลในสำนวน", evidence="ภาพ")
    page = _case_page(_open(client, world, case))
    assert "ถึงผู้ร้อง" in page
    assert "คืบหน้า" in page
    assert "บันทึกภายใน" not in page
    assert "เหตุผลในสำนวน" not in page


def test_draft_of_a_reply_is_not_shown_before_it_is_sent(client, world):
    case = world.into("acting")
    world.do(case, "draft_reply", world.officer, reply="ร่างคำตอบ")
    assert "ร่างคำตอบ" not in _case_page(_open(client, world, case))


def test_files_his_own_and_those_shown(client, world):
    from workflows.files import check_upload

    def upload(name):
        return check_upload(SimpleUploadedFile(name, samples.photo()))

    case = world.into("investigating", files=[upload("mine.jpg")])
    world.do(case, "attach", world.officer, files=[upload("hidden.jpg")])
    world.do(case, "attach", world.officer, files=[upload("shown.jpg")], shown=True)
    _open(client, world, case)
    page = _case_page(client)
    assert "shown.jpg" in page
    assert "hidden.jpg" not in page
    for attachment in case.attachments.all():
        response = client.get(reverse("follow_file", args=[attachment.public_id]))
        assert response.status_code == (200 if attachment.shown_to_complainant else 404)
        if attachment.shown_to_complainant:
            assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
            assert response["Content-Disposition"].startswith("attachment")


def test_file_of_another_case_is_no_page(client, world):
    from workflows.files import check_upload

    mine, other = (
        world.file(world.simple),
        world.file(world.simple, files=[check_upload(SimpleUploadedFile("x.jpg", samples.photo()))]),
    )
    _open(client, world, mine)
    assert client.get(reverse("follow_file", args=[other.attachments.get().public_id])).status_code == 404


def test_case_page_query_count_at_1_and_50_messages(client, world, django_assert_max_num_queries):
    case = world.into("investigating")
    _open(client, world, case)
    for number in range(50):
        world.do(case, "complainant_message", text=f"ข้อความ {number}")
    with django_assert_max_num_queries(26):
        _case_page(client)


def test_erased_case_says_so(client, world):
    from workflows.models import CaseKey

    case = world.file(world.corruption)
    _open(client, world, case)
    CaseKey.objects.filter(case=case.pk).update(wrapped="")
    client.cookies["django_language"] = "en"
    assert "deleted for good" in _case_page(client)


# --- What can be done -------------------------------------------------------------------------------------------------
def test_answer_with_a_file_goes_back_to_work(client, world):
    case = world.into("awaiting_complainant")
    _open(client, world, case)
    assert "เสาต้นไหน" in _case_page(client)
    photo = SimpleUploadedFile("บ้านฉัน.jpg", samples.photo())
    response = _act(client, "answer", text="ต้นที่สาม", files=[photo])
    assert response.headers["Location"] == reverse("follow_case") + "?done=answer"
    case = type(case).objects.get(pk=case.pk)
    assert case.state == "investigating"
    assert case.unread
    assert case.attachments.get().label == "1.jpg"


def test_refused_file_sends_nothing_and_keeps_the_text(client, world):
    case = world.into("awaiting_complainant")
    _open(client, world, case)
    response = _act(client, "answer", text="ต้นที่สาม", files=[SimpleUploadedFile("a.exe", b"MZ" * 50)])
    assert response.status_code == 422
    assert "ต้นที่สาม" in response.content.decode()
    assert type(case).objects.get(pk=case.pk).state == "awaiting_complainant"


def test_too_many_files_over_time_are_refused_with_the_text_kept(client, world, settings):
    settings.EVIDENCE_MAX_FILES_OF_CASE = 1
    case = world.file(world.simple)
    _open(client, world, case)
    _act(client, "message", text="หนึ่ง", files=[SimpleUploadedFile("a.jpg", samples.photo())])
    response = _act(client, "message", text="สองที่ยังอยู่", files=[SimpleUploadedFile("b.jpg", samples.photo())])
    assert response.status_code == 409
    assert "สองที่ยังอยู่" in response.content.decode()
    assert case.messages.count() == 1


def test_overtaken_is_told_and_keeps_the_text(client, world):
    case = world.into("awaiting_complainant")
    _open(client, world, case)
    seen = case.state_version
    world.clock(case, "answer_timed_out")
    world.do(case, "ask_complainant", world.officer, text="อีกคำถามหนึ่ง")
    response = client.post(reverse("follow_act", args=["answer"]), {"seen": seen, "text": "คำตอบเก่า"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "คำตอบเก่า" in page
    assert "อีกคำถามหนึ่ง" in page
    assert _act(client, "answer", text="คำตอบใหม่").status_code == 302


@pytest.mark.parametrize("act", [act.name for act in ACTS if act.name != "message"])
def test_act_in_the_wrong_state_is_refused(client, world, act):
    states = {"answer": "received", "rate": "received", "review": "received", "withdraw": "closed"}
    case = world.into(states[act])
    _open(client, world, case)
    assert client.get(reverse("follow_act", args=[act])).status_code == 409
    data = {"text": "ข้อความ", "reasons": "ข้อความ", "stars": "5"}
    response = client.post(reverse("follow_act", args=[act]), {"seen": case.state_version, **data})
    assert response.status_code == 409
    assert type(case).objects.get(pk=case.pk).state == states[act]


def test_unknown_act_is_no_page(client, world):
    _open(client, world, world.file(world.simple))
    assert client.get(reverse("follow_act", args=["assign"])).status_code == 404


@pytest.mark.parametrize("act", ["message", "answer"])
def test_second_click_does_not_double(client, world, act):
    case = world.into("awaiting_complainant")
    _open(client, world, case)
    data = {"seen": case.state_version, "text": "ต้นที่สาม"}
    for _click in range(2):
        assert client.post(reverse("follow_act", args=[act]), data).status_code == 302
    kind = Message.Kind.ANSWER if act == "answer" else Message.Kind.FROM_COMPLAINANT
    assert case.messages.filter(kind=kind).count() == 1


@pytest.mark.parametrize("act", ["message", "answer"])
def test_second_click_with_a_file_does_not_double(client, world, act):
    case = world.into("awaiting_complainant")
    _open(client, world, case)
    for _click in range(2):
        files = [SimpleUploadedFile(name, samples.pdf(name.encode())) for name in ("b.pdf", "a.pdf")]
        data = {"seen": case.state_version, "text": "ต้นที่สาม", "files": files}
        assert client.post(reverse("follow_act", args=[act]), data).status_code == 302
    assert case.attachments.count() == 2
    assert case.messages.exclude(kind=Message.Kind.QUESTION).count() == 1


@pytest.mark.parametrize(
    ("first", "second"), [(["a"], ["b"]), (["a"], []), ([], ["a"]), (["a"], ["a", "b"]), (["a"], ["a", "a"])]
)
def test_same_words_with_other_files_are_another_message(client, world, first, second):
    case = world.file(world.simple)
    _open(client, world, case)
    for names in (first, second):
        files = [SimpleUploadedFile(f"{name}.pdf", samples.pdf(name.encode())) for name in names]
        assert _act(client, "message", text="ดูภาพ", files=files).status_code == 302
    assert case.messages.count() == 2
    assert case.attachments.count() == len(first) + len(second)


def test_two_messages_that_differ_are_both_kept(client, world):
    case = world.file(world.simple)
    _open(client, world, case)
    for text in ("หนึ่ง", "สอง"):
        assert _act(client, "message", text=text).status_code == 302
    assert case.messages.count() == 2


def test_withdraw_asks_first_and_then_ends(client, world):
    case = world.file(world.simple)
    _open(client, world, case)
    assert _act(client, "withdraw", text="").status_code == 302
    assert type(case).objects.get(pk=case.pk).state == "withdrawn"


def test_withdrawing_corruption_is_only_recorded_and_says_so(client, world):
    case = world.file(world.corruption)
    _open(client, world, case)
    client.cookies["django_language"] = "en"
    assert "goes on even if you withdraw" in client.get(reverse("follow_act", args=["withdraw"])).content.decode()
    assert _act(client, "withdraw", text="ไม่อยากให้ใครเดือดร้อน").status_code == 302
    case = type(case).objects.get(pk=case.pk)
    assert case.state == "received"
    assert case.ledger.filter(verb="record_withdrawal").exists()


def test_rating_once_for_each_reply(client, world):
    case = world.into("replied")
    _open(client, world, case)
    assert _act(client, "rate", stars="4", text="เร็วกว่านี้").status_code == 302
    assert Rating.objects.get().stars == 4
    assert reverse("follow_act", args=["rate"]) not in _case_page(client)
    assert _act(client, "rate", stars="1").status_code == 409


@pytest.mark.parametrize("stars", ["", "0", "6", "x"])
def test_rating_outside_one_to_five_is_refused(client, world, stars):
    _open(client, world, world.into("replied"))
    assert _act(client, "rate", stars=stars).status_code == 422


def test_review_within_the_window_says_until_when(client, world):
    case = world.into("replied")
    _open(client, world, case)
    due = Clock.objects.get(case=case.pk, code="objection").due_on
    assert due.isoformat() in client.get(reverse("follow_act", args=["review"])).content.decode()
    assert _act(client, "review", reasons="ยังไม่ได้ซ่อม").status_code == 302
    assert type(case).objects.get(pk=case.pk).state == "review_requested"


def test_review_after_the_window_is_refused(client, world):
    case = world.into("replied")
    _open(client, world, case)
    Clock.objects.filter(case=case.pk, code="objection").update(due_on=timezone.localdate() - timedelta(days=1))
    assert reverse("follow_act", args=["review"]) not in _case_page(client)
    response = client.post(
        reverse("follow_act", args=["review"]), {"seen": case.state_version, "reasons": "สายไปแล้วแต่ยังอยากบอก"}
    )
    assert response.status_code == 409
    assert "สายไปแล้ว" in response.content.decode()


def test_acts_need_the_csrf_token(world):
    case = world.file(world.simple)
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("follow")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    client.post(reverse("follow"), {"receipt": world.receipts[case.pk].text, "csrfmiddlewaretoken": token})
    assert client.post(reverse("follow_act", args=["withdraw"]), {"text": ""}).status_code == 403
    assert type(case).objects.get(pk=case.pk).state == "received"
