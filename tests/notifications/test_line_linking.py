"""LINE's webhook, and the codes by which people link their LINE accounts."""

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from notifications import linking, shortlived
from notifications.jobs import forget_line_codes, reply_on_line
from notifications.models import LineAccount, LineCode
from organisations.models import User
from tests.support.servers import web_server
from tests.support.world import World, build_world
from workflows.models import Case

pytestmark = pytest.mark.django_db
SECRET = "the secret of the channel"
HOOK = "/line/"
ID = "U0123456789abcdef0123456789abcdef"
OTHER_ID = "Ufedcba9876543210fedcba9876543210"


@pytest.fixture(autouse=True)
def _line(settings: LazySettings) -> None:
    settings.LINE_TOKEN, settings.LINE_SECRET, settings.LINE_ADDRESS = "token", SECRET, "@sodsong"


@pytest.fixture
def outsiders(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Case, str]]]:
    """What complainants linked, in place of what complaints do with it."""
    linked: list[tuple[Case, str]] = []
    monkeypatch.setitem(linking._outsiders, "complaint", lambda case, line_id: linked.append((case, line_id)))
    return linked


def event(kind: str = "message", line_id: str = ID, **more: Any) -> dict[str, Any]:
    """An event as LINE delivers it."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1790000000000,
        "webhookEventId": "01J00000000000000000000000",
        "deliveryContext": {"isRedelivery": False},
        "source": {"type": "user", "userId": line_id},
        **more,
    }


def said(text: str, **more: Any) -> dict[str, Any]:
    """Somebody wrote a text."""
    message = {"id": "1", "type": "text", "text": text, "quoteToken": "q"}
    return event(message=message, replyToken="reply-token", **more)


def deliver(*events: dict[str, Any], body: bytes | None = None, secret: str = SECRET, signature: str = "") -> int:
    """Post to the webhook, signed. Out: the status."""
    body = json.dumps({"destination": "Ubot", "events": events}).encode() if body is None else body
    signed = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    headers = {"X-Line-Signature": signature or signed}
    # As in a browser that another site sent here: the webhook asks for no token of ours.
    client = Client(enforce_csrf_checks=True)
    return client.post(HOOK, body, content_type="application/json", headers=headers).status_code


def linked() -> dict[int, str]:
    """Who is linked to which LINE account."""
    return dict(LineAccount.objects.values_list("user", "line_id"))


def replies() -> list[dict[str, Any]]:
    """What the jobs that wait are to answer."""
    return [job.args for job in ProcrastinateJob.objects.filter(task_name="notifications.jobs.reply_on_line")]


# --- Codes ------------------------------------------------------------------------------------------------------------
def test_code_is_shown_once_and_kept_as_a_hash_for_ten_minutes(world: World) -> None:
    User.objects.filter(pk=world.officer.pk).update(language="en")
    client = Client()
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/notices/choices/line/")
    page = answer.content.decode()
    (code,) = re.findall(r"<code[^>]*>([0-9A-Z-]+)</code>", page)
    assert "@sodsong" in page
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    assert "no-store" in answer["Cache-Control"]
    row = LineCode.objects.get()
    assert (row.user, row.case) == (world.officer, None)
    assert code.replace("-", "") not in row.code_hash
    assert timedelta(minutes=9) < row.ends_at - timezone.now() <= timedelta(minutes=10)
    assert code not in client.get("/notices/choices/").content.decode()
    assert deliver(said(code)) == 200
    assert linked() == {world.officer.pk: ID}


def test_code_links_once(world: World) -> None:
    code = linking.new_code(world.officer)
    deliver(said(code))
    deliver(said(code, line_id=OTHER_ID))
    assert linked() == {world.officer.pk: ID}
    assert [(reply["answer"], reply["language"]) for reply in replies()] == [("linked", "th"), ("wrong", "th")]


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} \n"])
def test_code_may_be_written_as_people_write(world: World, change: Any) -> None:
    deliver(said(change(linking.new_code(world.officer))))
    assert linked() == {world.officer.pk: ID}


def test_letters_that_are_mistaken_are_understood() -> None:
    assert linking._code_in("oiLa–๑๒ ３4") == "011A1234"


def test_new_code_replaces_the_old_one_of_the_same_person_only(world: World) -> None:
    case = world.file()
    old, of_case, of_head = (linking.new_code(owner) for owner in (world.officer, case, world.head))
    new = linking.new_code(world.officer)
    assert LineCode.objects.count() == 3
    deliver(said(old))
    assert linked() == {}
    deliver(said(new), said(of_head, line_id=OTHER_ID))
    assert linked() == {world.officer.pk: ID, world.head.pk: OTHER_ID}
    assert LineCode.objects.get().case_id == case.pk
    assert of_case


def test_code_that_ended_links_nothing(world: World) -> None:
    code = linking.new_code(world.officer)
    LineCode.objects.update(ends_at=timezone.now())
    deliver(said(code))
    assert linked() == {}
    assert [reply["answer"] for reply in replies()] == ["wrong"]


def test_ended_codes_are_deleted_nightly(world: World) -> None:
    linking.new_code(world.officer)
    LineCode.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    linking.new_code(world.head)
    forget_line_codes(0)
    assert LineCode.objects.get().user == world.head


def test_linking_again_takes_the_new_account(world: World) -> None:
    deliver(said(linking.new_code(world.officer)))
    deliver(said(linking.new_code(world.officer), line_id=OTHER_ID))
    assert linked() == {world.officer.pk: OTHER_ID}


def test_code_of_who_has_left_links_nothing(world: World) -> None:
    code = linking.new_code(world.officer)
    User.objects.filter(pk=world.officer.pk).update(is_active=False)
    deliver(said(code))
    assert linked() == {}


def test_unlinking_ends_a_code_that_waits(world: World) -> None:
    code = linking.new_code(world.officer)
    linking.unlink(world.officer)
    deliver(said(code))
    assert linked() == {}


def test_code_of_a_complainant_is_handed_over(world: World, outsiders: list[tuple[Case, str]]) -> None:
    case = world.file()
    deliver(said(linking.new_code(case)))
    assert [(found.pk, line_id) for found, line_id in outsiders] == [(case.pk, ID)]
    assert linked() == {}
    assert not LineCode.objects.exists()


def test_code_of_a_complainant_survives_what_fails_behind(
    world: World, monkeypatch: pytest.MonkeyPatch, outsiders: list[tuple[Case, str]]
) -> None:
    def fail(case: Case, line_id: str) -> None:
        raise RuntimeError

    code = linking.new_code(world.file())
    with monkeypatch.context() as broken:
        broken.setitem(linking._outsiders, "complaint", fail)
        assert deliver(said(code)) == 200
    assert not outsiders
    deliver(said(code))
    assert len(outsiders) == 1


# --- What is no code, and too many wrong ones -------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["", "สวัสดีครับ", "hello", "1234567", "123456789", "ABCD-EFGU", "A" * 5000, "ABCD\0EFG"])
def test_text_that_cannot_be_a_code_is_not_answered_and_not_counted(world: World, text: str) -> None:
    for _ in range(linking.MOST_TRIES + 1):
        assert deliver(said(text)) == 200
    assert replies() == []
    deliver(said(linking.new_code(world.officer)))
    assert linked() == {world.officer.pk: ID}


def test_after_five_wrong_codes_nothing_more_is_looked_at_for_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(linking.MOST_TRIES + 2):
        deliver(said("0000-0000"))
    assert len(replies()) == linking.MOST_TRIES
    code = linking.new_code(world.officer)
    deliver(said(code))
    assert linked() == {}
    deliver(said(linking.new_code(world.head), line_id=OTHER_ID))  # others are not hindered
    assert linked() == {world.head.pk: OTHER_ID}
    later = timezone.now() + linking.TRIES_LIFE
    monkeypatch.setattr(shortlived.timezone, "now", lambda: later - timedelta(minutes=1))
    deliver(said(code))
    assert linked() == {world.head.pk: OTHER_ID}
    monkeypatch.setattr(shortlived.timezone, "now", lambda: later + timedelta(seconds=1))
    deliver(said(linking.new_code(world.officer)))
    assert linked()[world.officer.pk] == ID


def test_right_code_begins_the_count_anew(world: World) -> None:
    for _ in range(2):
        for _ in range(linking.MOST_TRIES - 1):
            deliver(said("0000-0000"))
        deliver(said(linking.new_code(world.officer)))
    assert len(replies()) == 2 * linking.MOST_TRIES


def test_event_that_line_delivers_again_is_not_called_wrong(world: World) -> None:
    code = linking.new_code(world.officer)
    deliver(said(code))
    deliver(said(code, deliveryContext={"isRedelivery": True}))
    assert [reply["answer"] for reply in replies()] == ["linked"]
    # One that was not heard the first time does its work.
    deliver(said(linking.new_code(world.head), deliveryContext={"isRedelivery": True}))
    assert world.head.pk in linked()


@pytest.mark.parametrize(
    "source",
    [
        {"type": "group", "groupId": "C1", "userId": ID},
        {"type": "room", "roomId": "R1", "userId": ID},
        {"type": "user"},
    ],
)
def test_code_in_a_group_links_nothing(world: World, source: dict[str, str]) -> None:
    assert deliver(said(linking.new_code(world.officer), source=source)) == 200
    assert linked() == {}


def test_unfollowing_unlinks(world: World) -> None:
    for user, line_id in ((world.officer, ID), (world.screener, ID), (world.head, OTHER_ID)):
        LineAccount.objects.create(user=user, line_id=line_id, linked_at=timezone.now())
    assert deliver(event("unfollow")) == 200
    assert linked() == {world.head.pk: OTHER_ID}


# --- The webhook ------------------------------------------------------------------------------------------------------
def test_webhook_is_not_there_where_line_is_not_set_up(settings: LazySettings) -> None:
    settings.LINE_SECRET = ""
    assert deliver() == 404
    assert deliver(secret="") == 404


@pytest.mark.parametrize("signature", ["x", "กข", "=", base64.b64encode(bytes(32)).decode()])
def test_webhook_refuses_what_line_has_not_signed(world: World, signature: str) -> None:
    assert deliver(said(linking.new_code(world.officer)), signature=signature) == 400
    assert deliver(said("x"), secret="another") == 400
    assert Client().post(HOOK, b"{}", content_type="application/json").status_code == 400
    assert linked() == {}


def test_webhook_takes_posts_only() -> None:
    assert Client().get(HOOK).status_code == 405


def test_webhook_takes_no_more_than_64_kilobytes() -> None:
    assert deliver(body=b" " * (64 * 1024 + 1)) == 413


def test_webhook_answers_lines_own_trial() -> None:
    assert deliver() == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b'{"events": 1}', b'{"events": [1]}', b'{"events": [{}]}', b"[" * 60000]
)
def test_webhook_answers_200_to_whatever_line_has_signed(body: bytes) -> None:
    assert deliver(body=body) == 200


def test_webhook_refuses_what_is_no_text() -> None:
    assert deliver(body=b"\xff\xfe") == 400


def test_event_that_is_unknown_or_fails_holds_back_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(case: Case, line_id: str) -> None:
        raise RuntimeError

    monkeypatch.setitem(linking._outsiders, "complaint", fail)
    failing, good = linking.new_code(world.file()), linking.new_code(world.officer)
    sticker = {"id": "1", "type": "sticker", "stickerId": "1", "packageId": "1", "stickerResourceType": "STATIC"}
    sent = [event("newKind"), event(message=sticker, replyToken="r"), said(failing, line_id=OTHER_ID), said(good)]
    with caplog.at_level(logging.WARNING):
        assert deliver(*sent) == 200
    assert linked() == {world.officer.pk: ID}
    assert OTHER_ID not in caplog.text
    assert failing not in caplog.text


def test_nothing_of_whoever_writes_stands_in_the_job(world: World) -> None:
    code = linking.new_code(world.officer)
    deliver(said(code))
    (args,) = replies()
    assert args == {"token": "reply-token", "answer": "linked", "language": "th"}


# --- The reply --------------------------------------------------------------------------------------------------------
def test_reply_is_sent_in_the_language_of_its_reader(settings: LazySettings) -> None:
    with web_server() as line:
        settings.LINE_HOST = line.url
        reply_on_line("reply-token", "linked", "en")
        reply_on_line("reply-token", "wrong", "en")
    first, second = line.asked
    assert first.path == "/v2/bot/message/reply"
    assert first.headers["Authorization"] == "Bearer token"
    assert first.json["replyToken"] == "reply-token"
    assert first.json["messages"][0]["text"].startswith("Linked.")
    assert "not right" in second.json["messages"][0]["text"]


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_reply_that_line_does_not_take_hurts_nobody(
    settings: LazySettings, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with web_server() as line:
        settings.LINE_HOST, line.status = line.url, status
        reply_on_line("reply-token", "linked", "th")
    assert len(line.asked) == 1
    assert str(status) in caplog.text
    assert "reply-token" not in caplog.text


def test_reply_to_a_line_that_is_away_hurts_nobody(settings: LazySettings, caplog: pytest.LogCaptureFixture) -> None:
    settings.LINE_HOST = "http://127.0.0.1:9"
    reply_on_line("reply-token", "linked", "th")
    assert "did not take a reply" in caplog.text


# --- At once ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_code_sent_from_two_accounts_at_once_links_one() -> None:
    world = build_world()
    code = linking.new_code(world.officer)
    ids = [f"U{number}" for number in range(4)]
    barrier = Barrier(len(ids))

    def send(line_id: str) -> Any:
        try:
            barrier.wait()
            return linking.take_text(line_id, code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(ids)) as pool:
        answers = list(pool.map(send, ids))
    assert sorted(answer[0] for answer in answers) == ["linked", "wrong", "wrong", "wrong"]
    assert linked() == {world.officer.pk: ids[[answer[0] for answer in answers].index(linking.Answer.LINKED)]}


@pytest.mark.django_db(transaction=True)
def test_counting_at_once_forgets_none() -> None:
    barrier = Barrier(4)

    def add(_turn: int) -> list[int]:
        try:
            barrier.wait()
            return [shortlived.count("one", timedelta(hours=1)) for _ in range(5)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counted = [number for found in pool.map(add, range(4)) for number in found]
    assert sorted(counted) == list(range(1, 21))
