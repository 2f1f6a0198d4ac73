"""The wizard: every question, any order, twice, too late, and by people who mean harm."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import drafts
from complaints.models import ComplainantIdentity, ComplaintCase, ComplaintKind, FilingDraft, FilingDraftFile
from organisations.models import Holding, Unit
from tests.support.filing import ANSWERS, STATEMENT, answer_all, file_complaint, post, receipt_of
from tests.support.world import make_unit
from tests.workflows import samples

pytestmark = pytest.mark.django_db
STEPS = ["kind", "detail", "what", "where", "unit", "files", "who", "check"]


def _page(client, step):
    return client.get(reverse("file", args=[step]))


def _photo(name="ไฟดับ.jpg"):
    return SimpleUploadedFile(name, samples.photo(), "image/jpeg")


# --- The pages --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["start", "follow"])
def test_doors_open_to_everybody(client, world, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_information_centre_is_for_everybody_and_where_it_was_before_leads_there(client, world):
    assert client.get(reverse("published")).status_code == 200
    assert client.get("/published/").headers["Location"] == reverse("published")


def test_doors_lead_somewhere(client, world):
    page = client.get("/").content.decode()
    for name, args in (("file", ["kind"]), ("follow", []), ("published", []), ("leave", []), ("account_login", [])):
        assert f'href="{reverse(name, args=args)}"' in page


def test_pages_are_never_cached_and_tell_no_other_site(client, world):
    answer_all(client)
    for step in STEPS:
        response = _page(client, step)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"


def test_titles_say_nothing_of_the_matter(client, world):
    answer_all(client, kind={"kind": "corruption"}, detail={"detail": "corruption_bribery"})
    for step in STEPS:
        title = _page(client, step).content.decode().split("<title>")[1].split("</title>")[0]
        assert "/" not in title
        assert not {"corruption", "complaint", "ทุจริต"} & set(title.lower().split())


def test_question_says_its_place_and_no_number_of_all_which_grows(client, world):
    for step, n in (("kind", 1), ("detail", 2)):
        body = _page(client, step).content.decode()
        assert body.split('<p class="steps">')[1].split("</p>")[0].split()[-1] == str(n)
        post(client, "kind", kind="corruption")


def test_pages_stay_small_on_a_bad_line(client, world):
    answer_all(client)
    sizes = {step: len(_page(client, step).content) for step in STEPS}
    sizes["start"] = len(client.get("/").content)
    post(client, "check")
    sizes["receipt"] = len(client.get(reverse("receipt")).content)
    assert max(sizes.values()) < 60_000, sizes
    assert sum(sizes.values()) < 150_000, sizes


@pytest.mark.parametrize("step", STEPS)
def test_page_query_count_does_not_grow_with_units(client, world, django_assert_max_num_queries, step):
    for number in range(50):
        make_unit(f"U{number}")
    answer_all(client)
    with django_assert_max_num_queries(12):
        assert _page(client, step).status_code == 200


def test_unknown_step_is_no_page(client, world):
    assert _page(client, "identity").status_code == 404


# --- Filing -----------------------------------------------------------------------------------------------------------
def test_filing_anonymously(client, world):
    receipt = file_complaint(client, files={"files": [_photo(), _photo("b.jpg")]})
    case = ComplaintCase.objects.get()
    complaint = case.complaint
    assert (case.state, case.unit, case.category) == ("received", world.district, "street_light")
    assert (complaint.anonymous, complaint.channel, complaint.receipt_lookup) == (True, "website", receipt.lookup)
    assert complaint.read(case) == STATEMENT
    assert complaint.place == ANSWERS["where"]["place"]
    assert case.attachments.filter(by_complainant=True, shown_to_complainant=True).count() == 2
    assert not ComplainantIdentity.objects.exists()
    assert not FilingDraftFile.objects.exists()


def test_filing_with_a_name_seals_it(client, world):
    file_complaint(client, who={"who": "named", "name": "สมชาย ใจดี", "phone": "081-234-5678"})
    assert not ComplaintCase.objects.get().complaint.anonymous
    assert ComplainantIdentity.objects.get().phone_hash


def test_anonymous_takes_no_name_whatever_the_fields_hold(client, world):
    file_complaint(client, who={"who": "anonymous", "name": "สมชาย", "phone": "12", "email": "no"})
    assert not ComplainantIdentity.objects.exists()


@pytest.mark.parametrize("given", [{}, {"name": "สมชาย"}, {"phone": "123"}, {"email": "a@"}])
def test_named_needs_a_way_to_be_reached(client, world, given):
    answer_all(client, who=None)
    response = post(client, "who", who="named", **given)
    assert response.status_code == 200
    assert "aria-invalid" in response.content.decode()


def test_corruption_goes_to_the_centre_and_keeps_its_place_sealed(client, world):
    receipt = file_complaint(client, kind={"kind": "corruption"}, detail={"detail": "corruption_bribery"})
    case = ComplaintCase.objects.get()
    assert (case.protected, case.unit, case.subject) == (True, world.centre, "")
    assert case.complaint.place == ""
    assert ANSWERS["where"]["place"] in case.complaint.read(case)
    assert receipt.lookup == case.complaint.receipt_lookup


def test_not_sure_of_kind_and_office(client, world):
    file_complaint(client, kind={"kind": "unsure"}, detail=None, unit={"unit": "unsure"})
    case = ComplaintCase.objects.get()
    assert case.complaint.kind is None
    assert case.unit in (world.district, world.other)


def test_group_without_a_kind_of_it(client, world):
    file_complaint(client, detail={"detail": "unsure"})
    assert ComplaintCase.objects.get().category == "general"


def test_offices_are_only_those_where_somebody_reads(client, world):
    answer_all(client)
    page = _page(client, "unit").content.decode()
    assert world.district.name in page
    assert world.province.name not in page
    assert world.centre.name not in page


def test_no_office_at_all_is_said(client, world):
    answer_all(client, unit=None, files=None, who=None)
    Holding.objects.all().delete()
    response = post(client, "unit", unit="unsure")
    assert response.status_code == 200
    assert "1111" in response.content.decode()


def test_provinces_and_districts(client, world):
    for code, name, kind in (("55", "จังหวัดน่าน", "province"), ("54", "จังหวัดแพร่", "province")):
        Unit.objects.create(code=f"P{code}", name_th=name, kind=kind, area_code=code, founded_on="2000-01-01")
    Unit.objects.filter(pk=world.district.pk).update(area_code="5505", name_th="ที่ทำการปกครองอำเภอปัว")
    Unit.objects.filter(pk=world.other.pk).update(area_code="5401", name_th="ที่ทำการปกครองอำเภอเมืองแพร่")
    answer_all(client, where=None, unit=None, files=None, who=None)
    assert _page(client, "where").headers["Location"] == reverse("file", args=["province"])
    post(client, "province", province="55")
    page = _page(client, "where").content.decode()
    assert "ปัว" in page
    assert "เมืองแพร่" not in page
    post(client, "where", district="5505", place="ตลาด", latitude="19.1681234567", longitude="100.9")
    assert world.other.name not in _page(client, "unit").content.decode()
    post(client, "unit", unit="DST")
    post(client, "files")
    post(client, "who", who="anonymous")
    post(client, "check")
    complaint = ComplaintCase.objects.get().complaint
    assert (complaint.province, complaint.district, str(complaint.latitude)) == ("น่าน", "ปัว", "19.168123")


def test_another_place_asks_for_the_office_again(client, world):
    Unit.objects.filter(pk=world.district.pk).update(area_code="5505")
    answer_all(client)
    response = client.post(reverse("file", args=["where"]) + "?to=check", {"place": "ที่อื่น"})
    assert response.headers["Location"] == reverse("file", args=["unit"]) + "?to=check"


def test_changing_one_answer_leads_back_to_the_last_page(client, world):
    answer_all(client)
    response = client.post(reverse("file", args=["what"]) + "?to=check", {"statement": "ใหม่"})
    assert response.headers["Location"] == reverse("file", args=["check"])
    assert "ใหม่" in _page(client, "check").content.decode()


# --- Order, time, twice -----------------------------------------------------------------------------------------------
def test_forged_order_leads_to_the_first_open_question(client, world):
    post(client, "kind", **ANSWERS["kind"])
    for step in ("unit", "who", "check"):
        assert _page(client, step).headers["Location"] == reverse("file", args=["detail"])
        assert post(client, step).headers["Location"] == reverse("file", args=["detail"])
    assert not ComplaintCase.objects.exists()


def test_page_without_a_draft_says_that_nothing_is_kept(client, world):
    for response in (_page(client, "who"), post(client, "check"), client.get(reverse("receipt"))):
        assert response.status_code == 410
        assert reverse("follow") in response.content.decode()


def test_expired_draft_keeps_what_was_sent_last(client, world):
    answer_all(client, what=None, where=None, unit=None, files=None, who=None)
    FilingDraft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = post(client, "what", statement="เขียนมานานแล้ว")
    assert response.headers["Location"] == reverse("file", args=["kind"])
    assert "notice-warning" in _page(client, "kind").content.decode()
    post(client, "kind", kind="unsure")
    assert "เขียนมานานแล้ว" in _page(client, "what").content.decode()


def test_expired_draft_gives_back_text_of_an_invalid_answer(client, world):
    response = post(client, "who", who="named", name="ชื่อที่ยาวพอจะเสียดายถ้าหายไป")
    assert response.status_code == 410
    assert "ชื่อที่ยาวพอ" in response.content.decode()


def test_sending_again_shows_the_same_receipt(client, world):
    receipt = file_complaint(client)
    for step in ("check", "kind", "what"):
        assert post(client, step, **ANSWERS.get(step, {})).headers["Location"] == reverse("receipt")
        assert _page(client, step).headers["Location"] == reverse("receipt")
    assert receipt_of(client) == receipt
    assert ComplaintCase.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sending_at_the_same_moment_files_once(world):
    """Eight clicks on real connections, with answers saved anew between them: one complaint, one receipt."""
    first = Client()
    answer_all(first)
    token = first.cookies[drafts.COOKIE].value
    start, results = threading.Barrier(8), []

    def click(number):
        try:
            client = Client()
            client.cookies[drafts.COOKIE] = token
            start.wait(10)
            step = "what" if number % 4 == 3 else "check"
            results.append(post(client, step, **ANSWERS.get(step, {})).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [302] * 8
    assert ComplaintCase.objects.count() == 1
    assert receipt_of(first).lookup == ComplaintCase.objects.get().complaint.receipt_lookup


def test_kind_withdrawn_by_the_administrator_meanwhile_is_asked_again(client, world):
    answer_all(client)
    ComplaintKind.objects.filter(code="street_light").update(active=False)
    assert post(client, "check").headers["Location"] == reverse("file", args=["detail"])
    assert not ComplaintCase.objects.exists()


def test_failed_filing_leaves_the_draft_whole(client, world, monkeypatch):
    answer_all(client, files={"files": _photo()})
    monkeypatch.setattr("workflows.attachments.files.store_evidence", lambda *_: (_ for _ in ()).throw(OSError("full")))
    client.raise_request_exception = False
    assert post(client, "check").status_code == 500
    monkeypatch.undo()
    assert not ComplaintCase.objects.exists()
    assert post(client, "check").headers["Location"] == reverse("receipt")


def test_receipt_lookup_that_is_taken_is_drawn_again(client, world, monkeypatch):
    from complaints import queries, receipts

    taken = file_complaint(Client())
    drawn = iter([receipts.Receipt(taken.lookup, "0" * 16), receipts.new_receipt()])
    monkeypatch.setattr(queries, "new_receipt", lambda: next(drawn))
    file_complaint(client)
    assert ComplaintCase.objects.count() == 2


# --- The receipt ------------------------------------------------------------------------------------------------------
def test_receipt_shown_confirms_and_says_what_comes(client, world):
    receipt = file_complaint(client)
    page = client.get(reverse("receipt")).content.decode()
    for group in receipt.text.split("-"):
        assert f"<li>{group}</li>" in page
    case = ComplaintCase.objects.get()
    assert case.number in page
    assert page.count('class="ahead"') == 2
    assert not case.clocks.filter(code="acknowledge", stopped_on=None).exists()
    client.get(reverse("receipt"))
    assert case.ledger.filter(verb="acknowledge").count() == 1


@pytest.mark.parametrize(("then", "name"), [("start", "/"), ("another", "/file/kind/")])
def test_receipt_put_away_is_gone(client, world, then, name):
    file_complaint(client)
    assert client.post(reverse("receipt"), {"then": then}).headers["Location"] == name
    assert not FilingDraft.objects.exists()
    assert client.get(reverse("receipt")).status_code == 410
    answer_all(client)
    assert post(client, "check").status_code == 302
    assert ComplaintCase.objects.count() == 2


def test_receipt_page_leaves_an_unfinished_draft_alone(client, world):
    answer_all(client)
    assert client.get(reverse("receipt")).headers["Location"] == reverse("file", args=["check"])
    client.post(reverse("receipt"), {"then": "start"})
    assert FilingDraft.objects.exists()


def test_leaving_quickly_forgets_the_draft(client, world):
    answer_all(client)
    response = client.get(reverse("leave"))
    assert not FilingDraft.objects.exists()
    assert {response.cookies[name]["max-age"] for name in ("filing", "following")} == {0}


# --- Files ------------------------------------------------------------------------------------------------------------
def test_refused_file_keeps_the_others(client, world):
    answer_all(client, files=None, who=None)
    bad = SimpleUploadedFile("<b>ไวรัส.exe", b"MZ" + bytes(50))
    response = post(client, "files", files=[_photo(), bad], add="1")
    page = response.content.decode()
    assert response.status_code == 200
    assert "ไฟดับ.jpg" in page
    assert "bไวรัส.exe" in page
    assert "<b>ไวรัส" not in page
    assert len(drafts.list_files(client.cookies[drafts.COOKIE].value)) == 1


def test_file_removed_again(client, world):
    answer_all(client, files={"files": [_photo("a.jpg"), _photo("b.jpg")], "add": "1"}, who=None)
    token = client.cookies[drafts.COOKIE].value
    first, second = drafts.list_files(token)
    assert post(client, "files", remove=first.public_id).headers["Location"] == reverse("file", args=["files"])
    assert drafts.list_files(token) == [second]


def test_file_of_another_draft_is_not_removed(client, world):
    other = Client()
    answer_all(other, files={"files": _photo()})
    theirs = drafts.list_files(other.cookies[drafts.COOKIE].value)[0]
    answer_all(client, who=None)
    post(client, "files", remove=theirs.public_id)
    assert FilingDraftFile.objects.count() == 1


def test_eleven_files_are_one_too_many(client, world):
    answer_all(client, files=None, who=None)
    response = post(client, "files", files=[_photo(f"{number}.jpg") for number in range(11)])
    assert response.status_code == 200
    assert len(drafts.list_files(client.cookies[drafts.COOKIE].value)) == 10


# --- Harm -------------------------------------------------------------------------------------------------------------
def test_script_stays_text(client, world):
    answer_all(client, what={"statement": "<script>alert(1)</script> ไฟดับ"})
    assert "<script>alert" not in _page(client, "check").content.decode()
    assert "<script>alert" not in _page(client, "what").content.decode()


def test_unseen_signs_are_dropped_and_seen_ones_kept(client, world):
    nasty = "ก\u202eขฃ\x00ค\ufeff\u2066 👨‍👩‍👧 🫨\r\nน้ำ\u0301"
    file_complaint(client, what={"statement": nasty}, where={"place": "บ้าน\x00\n\u202eนา"})
    case = ComplaintCase.objects.get()
    assert case.complaint.read(case) == "กขฃค 👨‍👩‍👧 🫨\nน้ำ\u0301"
    assert case.complaint.place == "บ้าน นา"


def test_text_too_long_is_refused_and_kept_on_the_page(client, world):
    answer_all(client, what=None, where=None, unit=None, files=None, who=None)
    response = post(client, "what", statement="ก" * 10_001)
    assert response.status_code == 200
    assert "ก" * 10_001 in response.content.decode()


def test_ten_megabytes_of_text_are_refused_and_the_draft_lives(client, world):
    answer_all(client)
    body = {"statement": "x" * 10_000_000}
    response = client.post(
        reverse("file", args=["what"]),
        "statement=" + body["statement"],
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 400
    assert STATEMENT in _page(client, "check").content.decode()


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("kind", {"kind": "street_light"}),
        ("kind", {"kind": "x' OR 1=1"}),
        ("detail", {"detail": "corruption_bribery"}),
        ("unit", {"unit": "ACC"}),
        ("where", {"latitude": "NaN", "longitude": "1e999"}),
        ("who", {"who": "both"}),
    ],
)
def test_forged_choice_is_refused(client, world, step, data):
    answer_all(client)
    assert post(client, step, **data).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "é" * 10, "A" * 5000])
def test_forged_cookie_is_no_draft(client, world, cookie):
    client.cookies[drafts.COOKIE] = cookie
    assert _page(client, "check").status_code == 410
    assert _page(client, "kind").status_code == 200


def test_post_needs_the_csrf_token(world):
    client = Client(enforce_csrf_checks=True)
    response = post(client, "what", statement="ข้อความยาวพอที่จะเสียดายถ้าหายไปเฉย ๆ")
    assert response.status_code == 403
    assert "เสียดาย" in response.content.decode()
