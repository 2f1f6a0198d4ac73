"""Standard texts: offered where they belong, filled from the case, put in without sending anything."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from complaints.models import Complaint, StandardText
from complaints.rule_texts import STANDARD_TEXTS, load_standard_texts
from complaints.standard_texts import GAP, offers, places
from organisations.formats import write_date
from organisations.models import User
from tests.support.seen import seen
from tests.support.world import World
from workflows.models import LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, world: World) -> Client:
    """A browser of the officer, in English."""
    User.objects.update(language="en")
    client.force_login(world.officer)
    return client


def page(case: Any, edge: str) -> str:
    return reverse("take", args=[case.public_id, edge])


# --- The first filling ------------------------------------------------------------------------------------------------
def test_every_text_of_the_first_filling_stands_where_a_form_has_a_field() -> None:
    known = {place for place, _label in places()}
    assert len(STANDARD_TEXTS) >= 12
    for text in STANDARD_TEXTS:
        assert text.place in known, text.code
        for words in (text.text_th, text.text_en):
            assert set(re.findall(r"\{(\w*)\}", words)) <= {"number", "unit", "due"}
    assert StandardText.objects.count() == len(STANDARD_TEXTS)


def test_loading_again_adds_nothing_and_keeps_what_was_changed() -> None:
    StandardText.objects.filter(pk="ask_place").update(text_th="แก้แล้ว")
    StandardText.objects.filter(pk="unfounded").delete()
    assert (load_standard_texts(), load_standard_texts()) == (1, 0)
    assert StandardText.objects.get(pk="ask_place").text_th == "แก้แล้ว"


def test_only_long_texts_of_forms_are_places() -> None:
    known = {place for place, _label in places()}
    assert "decline.reply" in known
    assert "decline.ground" not in known  # a list to choose from takes no text


# --- What is offered --------------------------------------------------------------------------------------------------
def test_texts_are_offered_for_the_kind_of_the_case_and_for_every_kind(world: World) -> None:
    lamp, service = world.into("investigating", world.simple), world.into("investigating")
    codes = [[one.code for one in offers(case, "ask_complainant")["text"]] for case in (lamp, service)]
    assert codes == [["ask_place", "ask_facts", "ask_documents"], ["ask_facts", "ask_documents"]]
    StandardText.objects.filter(pk="ask_facts").update(active=False)
    assert [one.code for one in offers(service, "ask_complainant")["text"]] == ["ask_documents"]
    assert offers(service, "note") == {}


def test_gaps_are_filled_from_the_case_in_the_language_of_the_complainant(world: World) -> None:
    case = world.into("investigating")
    with override("en"):
        found = next(one for one in offers(case, "message")["text"] if one.code == "message_received")
    assert found.title == "What you sent has come in"
    assert case.next_due is not None
    with override("th"):
        due = write_date(case.next_due, long=True)
    assert case.number in found.text
    assert world.district.name_th in found.text
    assert due in found.text
    assert "{" not in found.text
    Complaint.objects.filter(case=case.pk).update(language="en")
    case = world.do(case, "note", world.officer, text="x")
    case.complaint.refresh_from_db()
    english = next(one for one in offers(case, "message")["text"] if one.code == "message_received")
    assert english.text.startswith(world.district.name_en)


def test_a_gap_without_a_value_is_dotted_and_other_braces_stay(world: World) -> None:
    case = world.into("investigating")
    StandardText.objects.filter(pk="message_received").update(text_th="{due} {x} {number.__class__} {}")
    case.next_due = None
    found = next(one for one in offers(case, "message")["text"] if one.code == "message_received")
    assert found.text == GAP + " {x} {number.__class__} {}"


def test_offers_ask_the_same_however_many_texts(world: World) -> None:
    case = world.into("investigating")

    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            offers(case, "ask_complainant")
        return len(made)

    asked()
    few = asked()
    for number in range(50):
        StandardText.objects.create(
            code=f"t{number}", place="ask_complainant.text", kind_id="service", title_th="ก", title_en="t",
            text_th="ก", text_en="t", source="x",
        )  # fmt: skip
    assert asked() == few


# --- In the form ------------------------------------------------------------------------------------------------------
def test_a_form_offers_its_texts_beside_the_field(officer: Client, world: World) -> None:
    case = world.into("investigating")
    text = officer.get(page(case, "ask_complainant")).content.decode()
    assert 'name="standard_text"' in text
    assert '<option value="ask_facts"' in text
    assert "standard_text" not in officer.get(page(case, "note")).content.decode()


def test_a_chosen_text_is_put_behind_what_was_typed_and_nothing_is_sent(officer: Client, world: World) -> None:
    case = world.into("investigating")
    entries = LedgerEntry.objects.filter(case=case.pk).count()
    sent = {
        "text": "เรียนผู้ร้อง ", "days": "7", "standard_text": "ask_facts", "insert": "text",
        "seen_version": case.state_version,
    }  # fmt: skip
    answer = officer.post(page(case, "ask_complainant"), sent)
    assert answer.status_code == 200
    form = answer.context["form"]
    wanted = next(one.text for one in offers(case, "ask_complainant")["text"] if one.code == "ask_facts")
    assert form["text"].value() == f"เรียนผู้ร้อง\n\n{wanted}"
    assert form["days"].value() == "7"
    assert "what you typed is kept" not in answer.content.decode()
    assert LedgerEntry.objects.filter(case=case.pk).count() == entries
    # What stands in the form now is sent like anything typed.
    ready = {"text": form["text"].value(), "days": "7", "seen_version": case.state_version}
    assert officer.post(page(case, "ask_complainant"), ready).status_code == 302
    assert case.messages.get(kind="question").read(case) == form["text"].value()


@pytest.mark.parametrize("chosen", [{}, {"standard_text": "none"}, {"standard_text": "decline_outside_powers"}])
def test_what_is_not_offered_there_puts_nothing_in(officer: Client, world: World, chosen: dict[str, str]) -> None:
    case = world.into("investigating")
    sent = {"text": "ข้อความ", "insert": "text", "seen_version": case.state_version, **chosen}
    answer = officer.post(page(case, "ask_complainant"), sent)
    assert (answer.status_code, answer.context["form"]["text"].value()) == (200, "ข้อความ")
    empty = officer.post(page(case, "ask_complainant"), {**sent, "text": ""})
    assert "what you typed is kept" not in empty.content.decode()  # what is missing is told when it is sent
    odd = officer.post(page(case, "ask_complainant"), {**sent, "insert": "no_such_field"})
    assert odd.status_code == 200


def test_rows_of_a_form_survive_putting_a_text_in(officer: Client, client: Client, world: World) -> None:
    case = world.into("review")
    client.force_login(world.approver)
    StandardText.objects.create(
        code="t", place="decide_founded.reasons", title_th="ก", title_en="t", text_th="เหตุผลมาตรฐาน", text_en="t",
        source="x",
    )  # fmt: skip
    rows = {"measures-TOTAL_FORMS": "3", "measures-INITIAL_FORMS": "0", "measures-0-text": "ซ่อมไฟทั้งสาย"}
    sent = {**rows, "standard_reasons": "t", "insert": "reasons", "seen_version": case.state_version}
    text = client.post(page(case, "decide_founded"), sent).content.decode()
    assert "เหตุผลมาตรฐาน" in text
    assert "ซ่อมไฟทั้งสาย" in text


def test_somebody_who_may_not_take_the_edge_gets_no_text(client: Client, world: World) -> None:
    case = world.into("investigating")
    sent = {"text": "", "standard_text": "ask_facts", "insert": "text", **seen(case)}
    client.force_login(world.approver)
    assert client.post(page(case, "ask_complainant"), sent).status_code == 403
    client.force_login(world.stranger)
    assert client.post(page(case, "ask_complainant"), sent).status_code == 404
