"""The staff's pages of the pool: who reads them, who acts, what stays sealed, and that many rows cost no more."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from organisations.models import Role
from procurement.actions.pool import admit, leave_pool
from procurement.actions.pool_records import record_training
from procurement.models import Citizen, SeatCase, Training
from procurement.pool import finding
from procurement.pool.health import health_of
from procurement.pool.invitations import read_invitation
from procurement.pool.sealed import read_private
from tests.procurement.pool_support import ADDRESS, EMAIL, applied, browser, id_number
from tests.support.purchases import Plan
from tests.support.seats import account_of, drawn, on_paper, open_seat, pool
from tests.support.world import make_person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
POOL = "/procurement/pool/"
PLAIN = ("pool", "pool_health")
KEEPING = ("pool_new", "pool_invite", "pool_import", "pool_template")
SECRETS = (id_number(1), "0800000001", EMAIL, ADDRESS)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def citizen(plan: Plan) -> Citizen:
    """Somebody who applied, with everything sealed that there can be."""
    plan.staff.language = "en"
    plan.staff.save()
    return applied(plan, private={"email": EMAIL})


def of(citizen: Citizen, name: str = "pool_citizen", *more: str) -> str:
    return reverse(name, args=[citizen.code, *more])


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def again(citizen: Citizen) -> Citizen:
    return Citizen.objects.select_related("person").get(pk=citizen.pk)


# --- Who --------------------------------------------------------------------------------------------------------------
def test_anonymous_is_sent_to_sign_in(citizen: Citizen) -> None:
    addresses = [reverse(name) for name in (*PLAIN, *KEEPING)]
    addresses += [of(citizen), of(citizen, "pool_show"), of(citizen, "pool_act", "admit")]
    for address in addresses:
        answer = browser().get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith(reverse("account_login")), address
    for name in ("pool_find", "pool_chosen"):
        assert browser().post(reverse(name), {"words": "x"}).status_code == 302
    assert browser().post(of(citizen, "pool_act", "admit")).status_code == 302
    assert again(citizen).status == "applied"


def test_other_units_know_nobody(plan: Plan, citizen: Citizen) -> None:
    stranger = browser(plan.world.stranger)
    for address in (of(citizen), of(citizen, "pool_show"), of(citizen, "pool_act", "admit")):
        assert (
            stranger.get(address).status_code == stranger.get(address.replace(citizen.code, "ZZZZZZZZZZ")).status_code
        )
        assert stranger.get(address).status_code == 404
    assert stranger.post(of(citizen, "pool_act", "admit")).status_code == 404
    assert stranger.post(of(citizen, "pool_consent"), {"purpose": "publish"}).status_code == 404
    assert citizen.person.name not in words(stranger.get(POOL))
    for wanted in (citizen.person.name, citizen.code, *SECRETS):
        found = stranger.post(reverse("pool_find"), {"words": wanted})
        assert not found.context["rows"]
    stranger.post(reverse("pool_chosen"), {"do": "admit", "code": citizen.code})
    assert again(citizen).status == "applied"
    assert stranger.get(reverse("pool_health"), {"unit": plan.unit.code}).status_code == 404


@pytest.mark.parametrize("who", ["head", "approver", "executive"])
def test_readers_see_the_list_and_nothing_sealed(plan: Plan, citizen: Citizen, who: str) -> None:
    client = browser(getattr(plan.world, who))
    assert citizen.person.name in words(client.get(POOL))
    page = client.get(of(citizen))
    assert page.status_code == 200
    assert not page.context["acts"]
    assert all(secret not in words(page) for secret in SECRETS)
    for address in (of(citizen, "pool_show"), of(citizen, "pool_act", "admit")):
        assert client.get(address).status_code == 403
        assert client.post(address, {"reason": "x"}).status_code == 403
    assert client.post(of(citizen, "pool_consent"), {"purpose": "publish"}).status_code == 403
    assert client.post(reverse("pool_chosen"), {"do": "admit", "code": citizen.code}).status_code == 403
    assert all(client.get(reverse(name)).status_code == 403 for name in KEEPING)
    # Whether a number is in the pool is sealed too.
    assert not client.post(reverse("pool_find"), {"words": id_number(1)}).context["rows"]
    assert client.post(reverse("pool_find"), {"words": "สมัคร1"}).context["rows"]


@pytest.mark.parametrize("who", ["officer", "screener", "custodian", "administrator"])
def test_other_roles_are_told_who_has_it(plan: Plan, citizen: Citizen, who: str) -> None:
    client = browser(getattr(plan.world, who))
    for address in (POOL, reverse("pool_health"), of(citizen), of(citizen, "pool_show")):
        assert client.get(address).status_code == 403


def test_citizen_of_the_pool_reads_none_of_it(plan: Plan, citizen: Citizen) -> None:
    admit(citizen, by=plan.staff)
    client = browser(Citizen.objects.get(pk=citizen.pk).account)
    for address in (POOL, of(citizen), of(citizen, "pool_show"), reverse("pool_new")):
        assert client.get(address).status_code == 403


def test_staff_of_a_unit_above_keep_it(plan: Plan, citizen: Citizen) -> None:
    assert browser(plan.upper_staff).post(of(citizen, "pool_act", "admit")).status_code == 302
    assert again(citizen).decided_by == plan.upper_staff


# --- Sealed -----------------------------------------------------------------------------------------------------------
def test_sealed_data_stands_nowhere_before_it_is_asked_for(plan: Plan, citizen: Citizen, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    client = browser(plan.staff)
    pages = [POOL, of(citizen), of(citizen, "pool_show"), of(citizen, "pool_act", "correct"), reverse("pool_health")]
    for address in pages:
        text = words(client.get(address))
        assert all(secret not in text for secret in SECRETS), address
    found = client.post(reverse("pool_find"), {"words": EMAIL})
    assert [row.pk for row in found.context["rows"]] == [citizen.pk]
    shown = client.post(of(citizen, "pool_show"), {"reason": "โทรนัดประชุม"})
    assert all(secret in words(shown) for secret in SECRETS)
    assert "no-store" in shown["Cache-Control"]
    assert all(secret not in words(client.get(of(citizen))) for secret in SECRETS)
    # Django logs queries in tests; what counts here is the log of the program.
    logged = [row.getMessage() for row in caplog.records if row.name != "django.db.backends"]
    sessions = [str(row.get_decoded()) for row in Session.objects.all()]
    entries = [f"{row.object_repr} {row.change_message}" for row in LogEntry.objects.all()]
    kept = " ".join([*logged, *sessions, *entries])
    assert all(secret not in kept for secret in (*SECRETS, citizen.person.name))
    assert "โทรนัดประชุม" in words(client.get(of(citizen)))


def test_sealed_data_needs_a_reason(plan: Plan, citizen: Citizen) -> None:
    answer = browser(plan.staff).post(of(citizen, "pool_show"), {"reason": " "})
    assert answer.status_code == 422
    assert not LogEntry.objects.exists()


def test_data_that_cannot_be_opened_says_so(plan: Plan, citizen: Citizen) -> None:
    Citizen.objects.update(sealed=b"\x01broken")
    answer = browser(plan.staff).post(of(citizen, "pool_show"), {"reason": "x"})
    assert "cannot be opened" in words(answer)
    assert LogEntry.objects.exists()


# --- Acts -------------------------------------------------------------------------------------------------------------
def test_admission_by_the_page(plan: Plan, citizen: Citizen) -> None:
    client = browser(plan.staff)
    assert client.post(of(citizen, "pool_act", "admit"), follow=True).status_code == 200
    assert again(citizen).status == "admitted"
    late = client.post(of(citizen, "pool_act", "refuse"), {"reason": "สายไป"})
    assert late.status_code == 409
    assert "สายไป" in words(late)


def test_what_is_missing_is_said_before_the_button(plan: Plan, citizen: Citizen) -> None:
    Citizen.objects.update(birth_year=None)
    client = browser(plan.staff)
    assert "His year of birth is not on record" in words(client.get(of(citizen)))
    answer = client.post(of(citizen, "pool_act", "admit"))
    assert answer.status_code == 422
    assert "His year of birth is not on record" in words(answer)


def test_every_act_has_its_form_and_its_end(plan: Plan, citizen: Citizen) -> None:
    client = browser(plan.staff)
    road: list[tuple[str, dict[str, Any], str]] = [
        ("refuse", {"reason": "อยู่นอกพื้นที่"}, "refused"),
        ("erase", {}, "refused"),
    ]
    other = applied(plan, 2)
    longer: list[tuple[str, dict[str, Any], str]] = [
        ("admit", {}, "admitted"),
        ("training", {"name": "อบรม", "held_on": TODAY.isoformat(), "score": "90", "passed": "on"}, "admitted"),
        ("away", {"until": (TODAY + timedelta(days=9)).isoformat()}, "admitted"),
        ("term", {"term_from": TODAY.isoformat(), "term_to": (TODAY + timedelta(days=9)).isoformat()}, "admitted"),
        ("leave", {"on": TODAY.isoformat(), "reason": "ย้ายบ้าน"}, "left"),
        ("take_back", {}, "applied"),
        ("leave", {"on": TODAY.isoformat(), "reason": ""}, "left"),
        ("erase", {}, "left"),
    ]
    for who, steps in ((citizen, road), (other, longer)):
        for name, facts, status in steps:
            address = of(who, "pool_act", name)
            if name != "admit":
                assert client.get(address).status_code == 200, name
            answer = client.post(address, facts)
            assert answer.status_code == 302, (name, words(answer)[:2000])
            assert again(who).status == status
            assert client.get(of(who)).status_code == 200
    assert Training.objects.get().score == 90
    assert again(other).away_until == TODAY + timedelta(days=9)
    assert "data erased" in words(client.get(of(other)))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("refuse", {"reason": ""}),
        ("training", {"name": "", "held_on": TODAY.isoformat()}),
        ("training", {"name": "x", "held_on": (TODAY + timedelta(days=1)).isoformat()}),
        ("training", {"name": "x", "held_on": TODAY.isoformat(), "score": "101"}),
        ("correct", {"name": ""}),
        ("leave", {"on": "no day"}),
    ],
)
def test_wrong_entry_keeps_what_was_typed(plan: Plan, citizen: Citizen, name: str, facts: dict[str, Any]) -> None:
    answer = browser(plan.staff).post(of(citizen, "pool_act", name), facts)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_act_of_another_status_is_refused(plan: Plan, citizen: Citizen) -> None:
    client = browser(plan.staff)
    for name in ("term", "take_back", "erase"):
        facts = {"term_from": TODAY.isoformat()} if name == "term" else {}
        assert "not possible now" in words(client.get(of(citizen, "pool_act", name)))
        assert client.post(of(citizen, "pool_act", name), facts).status_code == 409
    assert client.get(of(citizen, "pool_act", "nothing")).status_code == 404


def corrected(client: Any, citizen: Citizen, **changes: Any) -> dict[str, Any]:
    page = client.get(of(citizen, "pool_act", "correct"))
    initial = page.context["form"].initial
    return {**initial, "unit": initial["unit"].pk, "seen": page.context["seen"], **changes}


def test_correction_replaces_only_what_was_typed(plan: Plan, citizen: Citizen) -> None:
    client = browser(plan.staff)
    sent = corrected(client, citizen, name="นาย ถูกต้อง สมมุติ", phone="0899999999")
    assert client.post(of(citizen, "pool_act", "correct"), sent).status_code == 302
    private = read_private(again(citizen))
    assert (private["phone"], private["email"], again(citizen).person.name) == (
        "0899999999",
        EMAIL,
        "นาย ถูกต้อง สมมุติ",
    )
    overtaken = client.post(of(citizen, "pool_act", "correct"), sent | {"name": "นาย สาย"})
    assert (overtaken.status_code, "นาย สาย" in words(overtaken)) == (409, True)


def test_citizen_is_not_moved_to_a_unit_one_does_not_keep(plan: Plan, citizen: Citizen) -> None:
    client = browser(plan.staff)
    sent = corrected(client, citizen, unit=plan.world.other.pk)
    assert client.post(of(citizen, "pool_act", "correct"), sent).status_code == 422


def test_consents_on_paper(plan: Plan, citizen: Citizen) -> None:
    client = browser(plan.staff)
    client.post(of(citizen, "pool_consent"), {"purpose": "publish"})
    given = citizen.consents.get(purpose="publish")
    assert (given.recorded_by, given.withdrawn_at) == (plan.staff, None)
    client.post(of(citizen, "pool_consent"), {"purpose": "publish", "withdraw": "1"})
    assert citizen.consents.get(purpose="publish").withdrawn_at
    answer = client.post(of(citizen, "pool_consent"), {"purpose": "pool", "withdraw": "1"}, follow=True)
    assert "let him leave the pool" in words(answer)
    assert client.post(of(citizen, "pool_consent"), {"purpose": "nothing"}).status_code == 404


def test_availability_is_not_given_by_the_form_of_committee_people(plan: Plan, citizen: Citizen) -> None:
    page = browser(plan.staff).get(reverse("committee_person", args=[citizen.pk]))
    assert "active" not in page.context["form"].fields


# --- Several at once --------------------------------------------------------------------------------------------------
def test_several_are_admitted_and_the_others_named(plan: Plan, citizen: Citizen) -> None:
    other = applied(plan, 2, birth_year=None)
    client = browser(plan.staff)
    answer = client.post(reverse("pool_chosen"), {"do": "admit", "code": [citizen.code, other.code]})
    assert (answer.status_code, again(citizen).status, again(other).status) == (422, "admitted", "applied")
    assert other.person.name in words(answer)
    assert client.post(reverse("pool_chosen"), {"do": "admit"}).status_code == 302


def test_training_of_several(plan: Plan, citizen: Citizen) -> None:
    codes = [citizen.code, applied(plan, 2).code]
    client = browser(plan.staff)
    page = client.post(reverse("pool_chosen"), {"do": "train", "code": codes})
    assert len(page.context["chosen"]) == 2
    sent = {"do": "train", "code": codes, "save": "1", "name": "อบรม", "held_on": TODAY.isoformat(), "passed": "on"}
    assert client.post(reverse("pool_chosen"), sent | {"name": ""}).status_code == 422
    assert client.post(reverse("pool_chosen"), sent).status_code == 302
    assert Training.objects.count() == 2


# --- The list ---------------------------------------------------------------------------------------------------------
def test_filters(plan: Plan, citizen: Citizen) -> None:
    inside = admit(applied(plan, 2), by=plan.staff)
    away = admit(applied(plan, 3), by=plan.staff)
    Citizen.objects.filter(pk=away.pk).update(away_until=TODAY, term_to=TODAY + timedelta(days=90))
    over = admit(applied(plan, 4), by=plan.staff)
    Citizen.objects.filter(pk=over.pk).update(term_from=None, term_to=TODAY - timedelta(days=1))
    client = browser(plan.staff)

    def rows(**query: str) -> set[int]:
        return {row.pk for row in client.get(POOL, query).context["page"].rows}

    assert rows() == {citizen.pk, inside.pk, away.pk, over.pk}
    assert rows(status="applied") == {citizen.pk}
    assert rows(free="yes") == {inside.pk}
    assert rows(free="no") == {citizen.pk, away.pk, over.pk}
    assert rows(term="ending") == {away.pk}
    assert rows(term="over") == {over.pk}
    assert rows(unit=plan.unit.code) == rows()
    assert rows(unit="nowhere", status="nothing") == rows()


def test_pages_by_name_reach_everybody_once(plan: Plan, citizen: Citizen, monkeypatch: Any) -> None:
    for seed in range(2, 8):
        applied(plan, seed, name="นาย ชื่อ ซ้ำกัน" if seed < 6 else f"นาย {seed} สมมุติ")
    mine, seen, after = finding.citizens_kept_by(plan.staff), [], ""
    while True:
        page = finding.page_of(mine, after=after, size=2)
        seen += [row.pk for row in page.rows]
        if page.after is None:
            break
        after = str(page.after)
    assert seen == list(mine.order_by("person__name", "pk").values_list("pk", flat=True))
    back = finding.page_of(mine, before=str(seen[4]), size=2)
    assert [row.pk for row in back.rows] == seen[2:4]
    assert (back.before, back.after) == (seen[2], seen[3])
    assert [row.pk for row in finding.page_of(mine, after="nobody", size=2).rows] == seen[:2]


@pytest.mark.parametrize("words_", ["สมัคร1", "รักษ์ป่า", id_number(1), "08-0000-0001", EMAIL.upper(), "code"])
def test_person_is_found_by_what_is_known_of_him(plan: Plan, citizen: Citizen, words_: str) -> None:
    wanted = citizen.code.lower() if words_ == "code" else words_
    answer = browser(plan.staff).post(reverse("pool_find"), {"words": wanted})
    assert [row.pk for row in answer.context["rows"]] == [citizen.pk]


# --- Coming in --------------------------------------------------------------------------------------------------------
def paper(plan: Plan, seed: int = 5, **changes: Any) -> dict[str, Any]:
    return {
        "name": f"นาง กระดาษ{seed} สมมุติ", "sex": "female", "birth_year": "2515", "unit": plan.unit.pk,
        "phone": f"08{seed:08d}", "id_number": id_number(seed), "no_official": "on", "consent_pool": "on", **changes,
    }  # fmt: skip


def test_paper_is_entered(plan: Plan) -> None:
    client = browser(plan.staff)
    answer = client.post(reverse("pool_new"), paper(plan))
    citizen = Citizen.objects.get()
    assert answer.headers["Location"] == of(citizen)
    assert (citizen.source, citizen.consents.get().recorded_by) == ("staff", plan.staff)
    twice = client.post(reverse("pool_new"), paper(plan))
    assert twice.status_code == 422
    assert citizen.code in words(twice)
    leave_pool(citizen, by=plan.staff)
    assert citizen.code in words(client.post(reverse("pool_new"), paper(plan)))


def test_paper_of_somebody_who_is_reached_by_letter_only(plan: Plan) -> None:
    client = browser(plan.staff)
    assert client.post(reverse("pool_new"), paper(plan, phone="")).status_code == 422
    assert client.post(reverse("pool_new"), paper(plan, phone="", address=ADDRESS)).status_code == 302


def test_paper_of_somebody_elsewhere_does_not_say_where(plan: Plan) -> None:
    known = applied(plan, 5, unit=plan.world.other)
    answer = browser(plan.staff).post(reverse("pool_new"), paper(plan))
    assert answer.status_code == 422
    assert known.code not in words(answer)


def test_paper_for_a_unit_one_does_not_keep_is_refused(plan: Plan) -> None:
    assert browser(plan.staff).post(reverse("pool_new"), paper(plan, unit=plan.world.other.pk)).status_code == 422


def test_invitation_link(plan: Plan) -> None:
    client = browser(plan.staff)
    page = client.post(reverse("pool_invite"), {"unit": plan.unit.pk, "network": "กลุ่มแม่บ้าน", "days": "7"})
    link = page.context["link"]
    assert browser().get(link).status_code == 200
    found = read_invitation(unquote(link.partition("invited=")[2]), TODAY)
    assert (found.unit, found.network, found.last_day) == (plan.unit, "กลุ่มแม่บ้าน", TODAY + timedelta(days=6))
    other = client.post(reverse("pool_invite"), {"unit": plan.world.other.pk, "days": "7"})
    assert other.status_code == 422


# --- Health -----------------------------------------------------------------------------------------------------------
def test_health(plan: Plan) -> None:
    people = pool(plan, 4)
    applied(plan, 9)
    Citizen.objects.filter(pk=people[0].pk).update(sex="male", birth_year=2550, term_to=TODAY + timedelta(days=30))
    Citizen.objects.filter(pk=people[3].pk).update(away_until=TODAY)
    record_training(people[:2], by=plan.staff, name="อบรม", held_on=TODAY)
    plan.activity()
    drawn(plan, size=1)
    committee = plan.committee()
    seat = plan.do(plan.do(open_seat(plan, committee), "draw_next"), "invite")
    plan.do(seat, "decline", account_of(seat))
    found = health_of(plan.unit, TODAY, plan.staff)
    assert (found.admitted, found.waiting, found.drawable) == (4, 1, 3)
    assert found.by_district == [(plan.unit, 3)]
    assert dict(found.by_sex) == {"female": 2, "male": 1}
    assert sum(count for _band, count in found.by_age) == 3
    assert (found.trained, found.ending, found.over) == (2, 1, 0)
    asked = {seat.seat.person_id, SeatCase.objects.get(seat__follows=seat.pk).seat.person_id}
    free = {row.pk for row in people[:3]}
    assert found.never_invited == len(free - asked)
    assert found.seats_free == 9 - len(free & {SeatCase.objects.get(seat__follows=seat.pk).seat.person_id})
    assert found.seats_needed == 2
    assert found.enough
    assert [row.pk for row in found.leavers] == [people[0].pk]
    assert found.refusers == []


def test_health_names_who_refused_thrice(plan: Plan) -> None:
    (one,) = pool(plan, 1)
    for _round in range(3):
        seat = plan.do(open_seat(plan, plan.committee()), "nominate", person=one.person, reason="ขาดคน")
        seat = on_paper(plan, seat, upto="invited")
        plan.do(seat, "decline", account_of(seat))
    assert [row.pk for row in health_of(plan.unit, TODAY, plan.staff).refusers] == [one.pk]
    page = browser(plan.staff).get(reverse("pool_health"))
    assert one.person.name in words(page)


# --- Cost -------------------------------------------------------------------------------------------------------------
def test_same_queries_for_one_and_for_fifty(plan: Plan) -> None:
    client = browser(plan.staff)
    counts: dict[str, list[int]] = {}
    for start, end in ((1, 2), (2, 51)):
        for seed in range(start, end):
            citizen = admit(applied(plan, seed), by=plan.staff)
            record_training([citizen], by=plan.staff, name="อบรม", held_on=TODAY)
        for name, address in (("list", POOL), ("health", reverse("pool_health")), ("one", of(citizen))):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.setdefault(name, []).append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("pool_find"), {"words": "สมัคร"})
        counts.setdefault("find", []).append(len(queries))
    assert all(few == many for few, many in counts.values()), counts
    assert max(few for few, _many in counts.values()) <= 40, counts


def test_role_is_taken_from_the_post(plan: Plan) -> None:
    somebody = make_person("both", plan.unit, Role.PROCUREMENT, Role.HEAD)
    assert browser(somebody).get(reverse("pool_new")).status_code == 200
