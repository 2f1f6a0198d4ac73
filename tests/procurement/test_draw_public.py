"""What everybody may read of draws, that it can be verified with what is given out, and what nobody reads."""

import json
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from procurement.draws.terms import Quota
from procurement.models import Consent, Draw, DrawCase, SeatCase
from tests.support.purchases import Plan
from tests.support.seats import LOTTERY, account_of, announce, drawn, join_pool, on_paper, open_seat, pool, seats_of

pytestmark = pytest.mark.django_db


def visitor(language: str = "en") -> Client:
    """A browser of somebody without an account."""
    client = Client()
    client.cookies["django_language"] = language
    return client


def get(name: str, case: DrawCase | None = None, **query: str) -> Any:
    """A public page or file that stands."""
    answer = visitor().get(reverse(name, args=[case.public_id] if case else []), query)
    assert answer.status_code == 200, answer.status_code
    return answer


def mixed_pool(plan: Plan, women: int = 5, men: int = 4) -> None:
    """Citizens of both sexes."""
    for number in range(women + men):
        sex = "female" if number < women else "male"
        join_pool(plan.citizen(f"นาย คนที่{number} ลับเฉพาะ"), plan.staff, sex=sex)


def with_quotas(plan: Plan) -> DrawCase:
    """A draw that was held, with two women and one or two men."""
    mixed_pool(plan)
    return drawn(plan, size=3, quotas=(Quota("sex", "female", 2, 2), Quota("sex", "male", 1, 2)))


def simple(plan: Plan) -> DrawCase:
    """A draw that was held, without quotas, of a pool so large that SHA-512 is needed."""
    mixed_pool(plan, 20, 16)
    return drawn(plan, size=3)


def replaced(plan: Plan) -> DrawCase:
    """A draw with quotas from which one seat was declined twice and so passed on, and another was offered."""
    case = with_quotas(plan)
    committee = plan.committee()
    for _ in range(2):
        seat = SeatCase.objects.filter(seat__committee=committee.pk).order_by("-pk").first()
        seat = seat or plan.do(plan.do(open_seat(plan, committee), "draw_next"), "invite")
        plan.do(seat, "decline", account_of(seat))
    plan.do(open_seat(plan, plan.committee()), "draw_next")
    return case


def verify(folder: Path, minutes: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the program as it is given out over a file, in a process of its own, as somebody at home does."""
    (folder / "verify_draw.py").write_bytes(get("draw_verifier").content)
    (folder / "minutes.json").write_bytes(minutes)
    run = [sys.executable, "-I", "verify_draw.py", "minutes.json", *more]
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


# --- Verified with what is given out ----------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [simple, with_quotas, replaced])
def test_downloaded_minutes_verify_with_the_downloaded_program(plan: Plan, tmp_path: Path, make: Any) -> None:
    case = make(plan)
    minutes = get("open_draw_minutes", case).content
    said = verify(tmp_path, minutes, "--digest", case.draw.digest)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "VERDICT: everything agrees" in said.stdout
    if make is replaced:
        rows = json.loads(minutes)["replacements"]
        offers = list(SeatCase.objects.filter(seat__entry__draw=case.pk).order_by("pk"))
        assert [row["next"] for row in rows] == [offers[1].seat.entry.place, offers[2].seat.entry.place]
        assert {row["place"] for row in rows} == {offers[0].seat.entry.place}


@pytest.mark.parametrize("make", [simple, with_quotas])
def test_tampered_minutes_fail(plan: Plan, tmp_path: Path, make: Any) -> None:
    case = make(plan)
    good = json.loads(get("open_draw_minutes", case).content)
    order = good["result"]["order"]
    swapped = {**good, "result": {**good["result"], "order": [order[1], order[0], *order[2:]]}}
    another = {**good, "seed": [["123457"], *good["seed"][1:]]}
    larger = {**good, "announcement": {**good["announcement"], "size": 2}}
    for bad in (swapped, another, larger):
        assert verify(tmp_path, json.dumps(bad).encode()).returncode == 1
    # A list made up anew, with a digest that fits it, is not the one that was announced.
    assert verify(tmp_path, json.dumps(good).encode(), "--digest", "0" * 64).returncode == 1


def test_citizen_finds_his_line_with_the_program(plan: Plan, tmp_path: Path) -> None:
    case = with_quotas(plan)
    entry = case.draw.entries.select_related("person__citizen").get(rank=2)
    minutes = get("open_draw_minutes", case).content
    said = verify(tmp_path, minutes, "--mine", f"{entry.person.citizen.code}|{entry.nonce}")
    assert said.returncode == 0
    assert f"place {entry.place} of the list" in said.stdout
    assert "number 2 of 9" in said.stdout


def test_announcement_is_given_out_byte_for_byte_as_it_was_hashed(plan: Plan) -> None:
    mixed_pool(plan)
    case = announce(plan, size=3, quotas=(Quota("sex", "female", 1, 2),))
    content = get("open_draw_announcement", case).content
    assert sha256(content).hexdigest() == case.draw.digest
    assert case.draw.digest[:8] in get("open_draw", case).content.decode()


def test_program_is_a_text_whose_digest_stands_on_the_page(plan: Plan) -> None:
    case = simple(plan)
    answer = get("draw_verifier")
    assert answer["Content-Type"].startswith("text/plain")
    assert "verify_draw.py" in answer["Content-Disposition"]
    assert sha256(answer.content).hexdigest()[:8] in get("open_draw", case).content.decode()


# --- What is told, and when -------------------------------------------------------------------------------------------
def test_draw_is_public_from_its_announcement(plan: Plan) -> None:
    mixed_pool(plan)
    assert "No draw has been announced yet" in get("open_draws").content.decode()
    case = announce(plan)
    assert reverse("open_draw", args=[case.public_id]) in get("open_draws", unit="DST").content.decode()
    assert reverse("open_draw", args=[case.public_id]) not in get("open_draws", unit="OTH").content.decode()
    text = get("open_draw", case).content.decode()
    assert "Everything below is fixed" in text
    assert case.draw.entries.first().commitment in text  # type: ignore[union-attr]
    assert visitor().get(reverse("open_draw_minutes", args=[case.public_id])).status_code == 404


def test_annulled_draw_stays_public_beside_the_one_that_took_its_place(plan: Plan) -> None:
    case = simple(plan)
    plan.do(case, "annul", plan.approver, reasons="กรอกเลขผิด")
    again = announce(plan)
    text = get("open_draws").content.decode()
    assert reverse("open_draw", args=[case.public_id]) in text
    assert reverse("open_draw", args=[again.public_id]) in text
    shown = get("open_draw", case).content.decode()
    assert "was annulled" in shown
    assert "กรอกเลขผิด" not in shown


@pytest.mark.parametrize("name", ["open_draw", "open_draw_minutes", "open_draw_announcement"])
def test_unknown_draw_is_404_and_nothing_takes_a_form(plan: Plan, name: str) -> None:
    case = simple(plan)
    assert visitor().get(reverse(name, args=["nosuchdraw"])).status_code == 404
    assert visitor().post(reverse(name, args=[case.public_id])).status_code == 405
    # A case of another kind is no draw.
    assert visitor().get(reverse(name, args=[plan.purchase().public_id])).status_code == 404


def test_list_refuses_a_unit_that_is_not_published(plan: Plan) -> None:
    assert visitor().get(reverse("open_draws"), {"unit": "no such"}).status_code == 404


def test_page_begins_no_session(plan: Plan) -> None:
    case, client = simple(plan), visitor()
    answer = client.get(reverse("open_draw", args=[case.public_id]))
    assert set(answer.cookies) <= {"csrftoken"}


# --- What nobody reads ------------------------------------------------------------------------------------------------
def test_nothing_public_tells_who_is_in_the_pool(plan: Plan) -> None:
    case = replaced(plan)
    secrets = []
    for entry in case.draw.entries.select_related("person__citizen"):
        secrets += [entry.nonce, entry.person.name, entry.person.citizen.code]
    for name in ("open_draw", "open_draw_minutes", "open_draw_announcement"):
        text = get(name, case).content.decode()
        assert not [secret for secret in secrets if secret in text], name


def test_citizen_is_named_only_with_consent_and_once_appointed(plan: Plan) -> None:
    pool(plan, 4)
    case = drawn(plan)
    committee = plan.committee()
    seat = plan.do(open_seat(plan, committee), "draw_next")
    person = seat.seat.person
    Consent.objects.create(
        citizen=person.citizen, purpose=Consent.Purpose.PUBLISH, wording="ยินยอม", given_at=timezone.now()
    )
    assert person.name not in get("open_draw", case).content.decode()
    on_paper(plan, seat)
    plan.ordered(committee)
    assert SeatCase.objects.get(pk=seat.pk).state == "appointed"
    text = get("open_draw", case).content.decode()
    assert person.name in text
    assert committee.committee.purchase.name in text
    Consent.objects.update(withdrawn_at=timezone.now())
    text = get("open_draw", case).content.decode()
    assert person.name not in text
    assert committee.committee.purchase.name not in text


def test_passed_over_is_a_place_and_a_reason_without_a_seat(plan: Plan) -> None:
    pool(plan, 3)
    case = drawn(plan)
    first = case.draw.entries.get(rank=1)
    first.person.most_seats = 0
    first.person.save()
    committee = plan.committee()
    plan.do(open_seat(plan, committee), "draw_next")
    answer = get("open_draw", case)
    assert [(row.place, row.times) for row in answer.context["passed"]] == [(first.place, 1)]
    assert "holds as many seats as he may" in answer.content.decode()
    assert committee.number not in answer.content.decode()
    assert seats_of(committee)[0].number not in answer.content.decode()


def test_page_has_no_form_that_sends_a_secret(plan: Plan) -> None:
    text = get("open_draw", simple(plan)).content.decode()
    form = text[text.index("data-find-line") :].partition("</form>")[0]
    assert "action=" not in form
    assert "name=" not in form


# --- Cost -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("people", [1, 50])
def test_page_costs_the_same_for_one_line_and_fifty(
    plan: Plan, people: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mixed_pool(plan, people, 0)
    case = drawn(plan, size=1)
    client = visitor()
    client.get(reverse("open_draw", args=[case.public_id]))
    with django_assert_max_num_queries(6 + 3):
        client.get(reverse("open_draw", args=[case.public_id]))
    with django_assert_max_num_queries(6 + 3):
        client.get(reverse("open_draw_minutes", args=[case.public_id]))
    with django_assert_max_num_queries(4 + 3):
        client.get(reverse("open_draws"))


def test_list_has_pages(plan: Plan) -> None:
    mixed_pool(plan, 101, 0)
    case = drawn(plan, size=1)
    first, second = (get("open_draw", case, page=number) for number in ("1", "2"))
    assert [len(answer.context["lines"]) for answer in (first, second)] == [100, 1]
    assert {line.place for answer in (first, second) for line in answer.context["lines"]} == set(range(1, 102))


def test_value_that_was_typed_stands_as_its_source_published_it(plan: Plan) -> None:
    case = simple(plan)
    text = get("open_draw", case).content.decode()
    assert LOTTERY in text
    assert "123456./111.222./333.444./55./" in text
    assert Draw.objects.get().seed_known_at < timezone.now() - timedelta(hours=1)
