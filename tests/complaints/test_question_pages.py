"""The pages of questions: of who asks, without an account, and of who answers."""

import re
import secrets
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from complaints.models import ComplaintCase, Question, StandardText
from complaints.questions import actions
from complaints.views.citizen import asking
from complaints.views.citizen.opened import COOKIE
from organisations.actions import rebuild_reach
from organisations.models import Role, Unit
from tests.support.asking import TEXT, asked, newest, post, signed_in
from tests.support.filing import follow
from tests.support.world import World, make_person, make_unit

pytestmark = pytest.mark.django_db


def ask(client: Client, unit: Unit, text: str = TEXT, **more: Any) -> HttpResponse:
    """The second page of asking."""
    return client.post(reverse("ask"), {"unit": unit.code, "text": text, "secret": secrets.token_urlsafe(32), **more})


def words(answer: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- Asking ---------------------------------------------------------------------------------------------------------
def test_ask_leads_from_the_office_to_the_question_to_the_code(client: Client, world: World) -> None:
    first = client.get(reverse("ask"))
    assert first.status_code == 200
    assert f'value="{world.district.code}"' in first.content.decode()
    assert "no-store" in first["Cache-Control"]
    second = client.post(reverse("ask"), {"unit": world.district.code})
    form = second.context["form"]
    answer = ask(client, world.district, secret=form.initial["secret"])
    assert answer.status_code == 200
    question = Question.objects.get()
    assert (question.unit, answer.context["question"]) == (world.district, question)
    assert follow(Client(), _receipt(answer))["Location"] == reverse("follow_question")
    assert "sessionid" not in client.cookies


def _receipt(answer: HttpResponse) -> Any:
    class Typed:
        text = answer.context["code"]

    return Typed()


def test_ask_sent_twice_is_one_question_with_one_code(client: Client, world: World) -> None:
    secret = secrets.token_urlsafe(32)
    codes = {ask(client, world.district, secret=secret).context["code"] for _ in range(2)}
    assert len(codes) == 1
    assert Question.objects.count() == 1


@pytest.mark.parametrize("broken", [{"text": " "}, {"text": "ก" * 10_001}, {"secret": "short"}, {"secret": ""}])
def test_ask_without_what_it_needs_keeps_what_was_typed(client: Client, world: World, broken: dict[str, str]) -> None:
    answer = ask(client, world.district, **broken)
    assert answer.status_code == 422
    assert not Question.objects.exists()
    if "secret" in broken:
        assert TEXT in answer.content.decode()
        new = re.search(r'name="secret" value="([^"]+)"', answer.content.decode())
        assert new is not None
        assert ask(client, world.district, secret=new[1]).status_code == 200


@pytest.mark.parametrize("code", ["ACC", "NOWHERE", ""])
def test_ask_an_office_that_is_not_offered_is_refused(client: Client, world: World, code: str) -> None:
    answer = client.post(reverse("ask"), {"unit": code, "text": TEXT, "secret": secrets.token_urlsafe(32)})
    assert answer.status_code == 422
    assert not Question.objects.exists()


def test_ask_where_there_are_several_provinces_asks_for_the_province_first(client: Client, world: World) -> None:
    for number, code in enumerate(("55", "56")):
        Unit.objects.filter(pk=(world.province, world.other)[number].pk).update(kind=Unit.Kind.PROVINCE, area_code=code)
    first = client.get(reverse("ask"))
    assert first.context["form"].offices == []
    address = f"{reverse('ask')}?province=55"
    assert client.get(address).context["form"].offices
    answer = client.post(address, {"unit": "DST", "text": TEXT, "secret": secrets.token_urlsafe(32)})
    assert answer.status_code == 200
    assert Question.objects.get().unit == world.district


def test_flood_of_questions_stops_and_keeps_the_text(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_AN_HOUR", 1)
    assert ask(client, world.district).status_code == 200
    answer = ask(client, world.district)
    assert answer.status_code == 429
    assert TEXT in answer.content.decode()
    assert Question.objects.count() == 1


def test_titles_and_addresses_say_nothing_of_the_matter(client: Client, world: World) -> None:
    answer = ask(client, world.district)
    assert TEXT not in answer.content.decode().split("</title>")[0]
    assert answer.request["PATH_INFO"] == "/ask/"


# --- Following ------------------------------------------------------------------------------------------------------
def test_follow_shows_the_answer_and_takes_what_is_written_back(client: Client, world: World) -> None:
    question, receipt = asked(world.district)
    actions.answer(question=question, user=world.officer, text="ใช้ทะเบียนบ้าน", seen=newest(question))
    assert follow(client, receipt)["Location"] == reverse("follow_question")
    page = client.get(reverse("follow_question"))
    assert "ใช้ทะเบียนบ้าน" in page.content.decode()
    assert world.officer.name_th not in page.content.decode()  # no names of officials
    answer = client.post(reverse("follow_question"), {"text": "แล้วเปิดวันไหน"})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "แล้วเปิดวันไหน" in page.content.decode()
    assert Question.objects.get().state == "waiting"


def test_follow_without_the_code_asks_for_it(client: Client, world: World) -> None:
    question, receipt = asked(world.district)
    assert client.get(reverse("follow_question")).context["closed"]
    answer = client.post(reverse("follow_question"), {"text": "ข้อความที่ยาวพอจะคืนให้ผู้พิมพ์ได้"})
    assert answer.status_code == 401
    assert "ข้อความที่ยาวพอ" in answer.content.decode()
    follow(client, receipt)
    client.post(reverse("follow_end"))
    assert client.get(reverse("follow_question")).context["closed"]
    assert question.entries.count() == 1


def test_cookie_of_a_question_opens_no_case_and_of_a_case_no_question(client: Client, world: World) -> None:
    _question, receipt = asked(world.district)
    case = world.file()
    follow(client, receipt)
    assert client.get(reverse("follow_case")).context["closed"]
    follow(client, world.receipts[case.pk])
    assert client.get(reverse("follow_question")).context["closed"]


def test_leave_quickly_closes_the_question(client: Client, world: World) -> None:
    _question, receipt = asked(world.district)
    follow(client, receipt)
    client.get(reverse("leave"))
    assert not client.cookies[COOKIE].value


def test_follow_writes_only_so_often_in_an_hour(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_BACK_AN_HOUR", 1)
    question, receipt = asked(world.district)
    follow(client, receipt)
    assert client.post(reverse("follow_question"), {"text": "หนึ่ง"}).status_code == 302
    answer = client.post(reverse("follow_question"), {"text": "สอง"})
    assert answer.status_code == 429
    assert "สอง" in answer.content.decode()
    assert question.entries.count() == 2


def test_follow_empty_text_is_refused(client: Client, world: World) -> None:
    _question, receipt = asked(world.district)
    follow(client, receipt)
    assert client.post(reverse("follow_question"), {"text": " "}).status_code == 422


def test_code_of_a_question_that_became_a_complaint_opens_the_complaint(client: Client, world: World) -> None:
    question, receipt = asked(world.district)
    follow(client, receipt)
    case = actions.turn(question=question, user=world.officer)
    # In the browser that has it open, and in one that types the code.
    answer = client.get(reverse("follow_question"))
    assert answer["Location"] == reverse("follow_case")
    assert client.get(reverse("follow_case")).context["case"].pk == case.pk
    assert follow(Client(), receipt)["Location"] == reverse("follow_case")


# --- Answering ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["questions", "question"])
def test_page_anonymous_is_sent_to_sign_in(world: World, name: str) -> None:
    question, _receipt = asked(world.district)
    args = [question.public_id] if name == "question" else []
    for answer in (Client().get(reverse(name, args=args)), Client().post(reverse("question", args=["X"]), {})):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["approver", "executive", "custodian", "administrator"])
def test_page_of_another_role_says_who_has_it(world: World, who: str) -> None:
    question, _receipt = asked(world.district)
    client = signed_in(getattr(world, who))
    assert client.get(reverse("questions")).status_code == 403
    assert client.get(reverse("question", args=[question.public_id])).status_code == 404


def test_question_of_another_unit_is_answered_like_an_unknown_one(world: World) -> None:
    question, _receipt = asked(world.district)
    client = signed_in(world.stranger)
    mine = client.get(reverse("question", args=[question.public_id]))
    unknown = client.get(reverse("question", args=["0" * 12]))
    assert mine.status_code == unknown.status_code == 404
    assert words(mine).replace(question.public_id, "") == words(unknown).replace("0" * 12, "")
    assert post(client, question, "answer", text="แอบตอบ").status_code == 404
    assert not client.get(reverse("questions")).context["rows"]


def test_answer_close_and_pass_on(world: World) -> None:
    below = make_unit("SUB", under=world.district)
    rebuild_reach()
    question, _receipt = asked(world.district)
    client = signed_in(world.officer)
    page = client.get(reverse("question", args=[question.public_id]))
    assert TEXT in page.content.decode()
    assert post(client, question, "move", unit=below.pk).status_code == 302
    assert post(client, question, "answer", text="ใช้ทะเบียนบ้าน").status_code == 302
    assert post(client, question, "close").status_code == 302
    question.refresh_from_db()
    assert (question.state, question.unit) == ("closed", below)


@pytest.mark.parametrize("unit", ["other", "department", "centre"])
def test_pass_on_only_to_units_below(world: World, unit: str) -> None:
    question, _receipt = asked(world.district)
    answer = post(signed_in(world.officer), question, "move", unit=getattr(world, unit).pk)
    assert answer.status_code == 422
    assert Question.objects.get().unit == world.district


def test_answer_to_what_has_moved_on_keeps_the_text_and_shows_what_came(world: World) -> None:
    question, _receipt = asked(world.district)
    seen = newest(question)
    actions.write_back(question=question, text="บัตรชำรุด ไม่ใช่หาย")
    client = signed_in(world.officer)
    answer = post(client, question, "answer", text="คำตอบที่พิมพ์ไว้", seen=seen)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "คำตอบที่พิมพ์ไว้" in page
    assert "บัตรชำรุด" in page
    assert "moved on" in page
    assert answer.context["seen"] == newest(question)


@pytest.mark.parametrize("do", ["answer", "nothing", ""])
def test_form_without_its_text_or_name_changes_nothing(world: World, do: str) -> None:
    question, _receipt = asked(world.district)
    assert post(signed_in(world.officer), question, do).status_code in (302, 422)
    assert question.entries.count() == 1


@pytest.mark.parametrize("seen", ["", "x", "9" * 30, "-1"])
def test_form_with_a_broken_mark_is_moved_on(world: World, seen: str) -> None:
    question, _receipt = asked(world.district)
    assert post(signed_in(world.officer), question, "answer", text="ตอบ", seen=seen).status_code == 409


def test_standard_text_is_put_in_and_nothing_is_sent(world: World) -> None:
    question, _receipt = asked(world.district)
    StandardText.objects.create(
        code="q-hours", place="question_answer.text", title_th="เวลาทำการ", title_en="Hours",
        text_th="เปิด 8.30 น. ที่ {unit}", text_en="Open 8.30", source="ทดสอบ",
    )  # fmt: skip
    client = signed_in(world.officer)
    answer = post(client, question, "answer", text="เรียนท่าน", insert="text", standard_text="q-hours")
    assert answer.status_code == 200
    assert f"เรียนท่าน\n\nเปิด 8.30 น. ที่ {world.district.name_th}" in answer.content.decode()
    assert question.entries.count() == 1


def test_turn_lands_on_the_complaint(world: World) -> None:
    question, _receipt = asked(world.district)
    client = signed_in(world.officer)
    answer = post(client, question, "turn", kind=world.ordinary.pk)
    case = ComplaintCase.objects.get()
    assert answer["Location"] == reverse("case", args=[case.public_id])
    assert case.category == world.ordinary.code
    page = client.get(reverse("question", args=[question.public_id]))
    assert answer["Location"] in page.content.decode()
    assert TEXT not in page.content.decode()
    # A second click, and an answer that comes too late.
    assert post(client, question, "turn")["Location"] == answer["Location"]
    assert post(client, question, "answer", text="สาย").status_code == 409


def test_turn_without_a_kind_is_left_to_the_screener(world: World) -> None:
    question, _receipt = asked(world.district)
    post(signed_in(world.screener), question, "turn", kind="")
    assert ComplaintCase.objects.get().complaint.kind is None


def test_turn_into_a_protected_kind_leads_away_and_the_question_is_unknown_then(world: World) -> None:
    question, _receipt = asked(world.district)
    client = signed_in(world.officer)
    answer = post(client, question, "turn", kind=world.corruption.pk)
    assert answer["Location"] == reverse("questions")
    assert client.get(reverse("question", args=[question.public_id])).status_code == 404
    assert not client.get(f"{reverse('questions')}?show=all").context["rows"]


def test_turn_is_offered_only_to_who_registers_complaints(world: World) -> None:
    question, _receipt = asked(world.district)
    assert not signed_in(world.head).get(reverse("question", args=[question.public_id])).context["may_turn"]
    assert post(signed_in(world.head), question, "turn").status_code == 422
    assert not ComplaintCase.objects.exists()


def test_late_question_is_marked_with_a_word(world: World) -> None:
    question, _receipt = asked(world.district)
    asked(world.district)
    Question.objects.filter(pk=question.pk).update(waiting_since="2026-01-05")
    page = signed_in(world.officer).get(reverse("questions"))
    rows = page.context["rows"]
    assert [row["late"] for row in rows] == [True, False]
    assert rows[0]["question"].pk == question.pk
    assert page.content.decode().count("tag-late") == 1


def test_list_shows_the_first_words_of_what_is_asked(world: World) -> None:
    question, _receipt = asked(world.district, f"{TEXT}\n{'ก' * 300}")
    actions.write_back(question=question, text="เขียนมาอีก")
    row = signed_in(world.officer).get(reverse("questions")).context["rows"][0]
    assert row["about"].startswith(f"{TEXT} กกก")
    assert len(row["about"]) < 130  # marks above and below are not counted
    actions.turn(question=question, user=world.officer)
    page = signed_in(world.officer).get(f"{reverse('questions')}?show=all")
    assert [row["about"] for row in page.context["rows"]] == [""]
    assert TEXT not in page.content.decode()
    assert signed_in(world.stranger).get(f"{reverse('questions')}?show=all").context["rows"] == []


def test_list_unknown_falls_back_to_what_waits(world: World) -> None:
    asked(world.district)
    page = signed_in(world.officer).get(f"{reverse('questions')}?show=nonsense")
    assert len(page.context["rows"]) == 1


def test_list_turns_its_pages(world: World) -> None:
    for _ in range(52):
        asked(world.district)
    client = signed_in(world.officer)
    first = client.get(reverse("questions"))
    assert len(first.context["rows"]) == 50
    second = client.get(reverse("questions"), {"after": first.context["page"].after})
    assert len(second.context["rows"]) == 2


def test_query_counts_do_not_grow_with_rows(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    question, receipt = asked(world.district)
    client, citizen = signed_in(world.officer), Client()
    follow(citizen, receipt)
    pages = {
        "list": lambda: client.get(reverse("questions")),
        "question": lambda: client.get(reverse("question", args=[question.public_id])),
        "follow": lambda: citizen.get(reverse("follow_question")),
        "ask": lambda: citizen.get(reverse("ask")),
    }

    def counts() -> dict[str, int]:
        found = {}
        for name, open_page in pages.items():
            open_page()
            with django_assert_max_num_queries(40) as captured:
                assert open_page().status_code == 200
            found[name] = len(captured.captured_queries)
        return found

    make_unit("ONE", under=world.district)
    rebuild_reach()
    before = counts()
    for number in range(50):
        asked(world.district)
        make_unit(f"U{number}", under=world.district)
        actions.write_back(question=question, text=str(number))
    rebuild_reach()
    after = counts()
    assert all(after[name] <= count for name, count in before.items()), (before, after)


def test_menu_offers_questions_to_who_answers_them(world: World) -> None:
    assert reverse("questions") in signed_in(world.head).get(reverse("questions")).content.decode()
    clerk = make_person("clerk", world.district, Role.PROCUREMENT)
    assert f'href="{reverse("questions")}"' not in signed_in(clerk).get(reverse("profile")).content.decode()


def test_due_day_stands_on_the_pages(client: Client, world: World) -> None:
    answer = ask(client, world.district)
    assert answer.context["due"] > timezone.localdate()
    assert f'datetime="{answer.context["due"].isoformat()}"' in answer.content.decode()
