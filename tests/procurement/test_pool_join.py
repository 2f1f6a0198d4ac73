"""The public form: everybody may send it, it tells nobody who is in the pool, and it keeps no trace of the visitor."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from organisations.actions import rebuild_reach
from organisations.models import Role
from procurement.models import Citizen, CitizenBar, Person
from procurement.pool import places
from procurement.pool.invitations import InvitationOver, make_invitation, read_invitation
from procurement.pool.sealed import read_private
from procurement.views.public import join
from tests.procurement.pool_support import ADDRESS, EMAIL, applied, id_number, typed
from tests.support.purchases import Plan
from tests.support.world import make_person, make_unit

pytestmark = pytest.mark.django_db
JOIN, RECEIVED = "/join/", "/join/received/"
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def visitor() -> Client:
    """Somebody who reads English and is not signed in."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_form_names_the_posts_that_bar_and_the_words_of_consent(visitor: Client) -> None:
    page = visitor.get(JOIN)
    text = words(page)
    assert all(escape(bar.name_en) in text for bar in CitizenBar.objects.all())
    assert "choose citizen representatives: to check it, to draw lots" in text
    assert "no-store" in page["Cache-Control"]


def test_application_is_taken_without_an_account(plan: Plan, visitor: Client) -> None:
    sent = typed(plan, visitor, email=EMAIL, address=ADDRESS, occupation="ครู", consent_publish="on")
    answer = visitor.post(JOIN, sent, follow=True)
    assert answer.redirect_chain == [(RECEIVED, 302)]
    citizen = Citizen.objects.select_related("person").get()
    assert (citizen.source, citizen.status, citizen.person.position) == ("form", "applied", "ครู")
    assert set(citizen.consents.values_list("purpose", flat=True)) == {"pool", "publish"}
    private = read_private(citizen)
    assert (private["email"], private["address"], private["id_number"]) == (EMAIL, ADDRESS, id_number(1))
    shown = "".join(answer.context["groups"])
    assert shown == citizen.code
    assert citizen.person.name not in words(answer)


def test_no_session_and_no_name_in_cookies(plan: Plan, visitor: Client) -> None:
    visitor.post(JOIN, typed(plan, visitor, email=EMAIL))
    assert "sessionid" not in visitor.cookies
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone()[0] == 0
    kept = "".join(cookie.OutputString() for cookie in visitor.cookies.values())
    assert EMAIL not in kept
    assert visitor.cookies["joined"]["httponly"]
    assert visitor.cookies["joined"]["path"] == JOIN


def test_received_page_without_an_application_leads_to_the_form(visitor: Client) -> None:
    assert visitor.get(RECEIVED).headers["Location"] == JOIN
    visitor.cookies["joined"] = "ABCDEFGHJK:1:forged"
    assert visitor.get(RECEIVED).headers["Location"] == JOIN


def test_same_person_twice_sees_the_same_and_leaves_nothing(plan: Plan, visitor: Client) -> None:
    applied(plan)
    others = Client()
    new = visitor.post(JOIN, typed(plan, visitor, 2), follow=True)
    known = others.post(JOIN, typed(plan, others, 1, phone="0866666666"), follow=True)
    assert (new.status_code, new.redirect_chain) == (known.status_code, known.redirect_chain)
    assert len("".join(known.context["groups"])) == len("".join(new.context["groups"])) == 10
    assert Citizen.objects.count() == 2
    assert Citizen.objects.filter(code="".join(known.context["groups"])).count() == 0


def test_taken_email_is_not_told_either(plan: Plan, visitor: Client) -> None:
    applied(plan, private={"email": EMAIL})
    assert visitor.post(JOIN, typed(plan, visitor, 2, email=EMAIL)).headers["Location"] == RECEIVED
    assert Citizen.objects.count() == 2


def test_form_sent_twice_is_one_application(plan: Plan, visitor: Client) -> None:
    sent = typed(plan, visitor)
    first, second = visitor.post(JOIN, sent, follow=True), visitor.post(JOIN, sent, follow=True)
    assert first.context["groups"] == second.context["groups"]
    assert Citizen.objects.count() == 1


def test_machine_gets_the_same_answer_and_leaves_nothing(plan: Plan, visitor: Client) -> None:
    assert visitor.post(JOIN, typed(plan, visitor, website="http://x")).headers["Location"] == RECEIVED
    assert not Citizen.objects.exists()


def test_flood_ends_in_words_and_keeps_what_was_typed(plan: Plan, visitor: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(join, "MOST_AN_HOUR", 1)
    applied(plan)
    answer = visitor.post(JOIN, typed(plan, visitor, 2))
    assert answer.status_code == 429
    assert "นาย สมัคร2 สมมุติ" in words(answer)
    # An invitation goes on.
    link = invitation(plan)
    assert visitor.post(link, typed(plan, visitor, 2, link)).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"birth_year": "20"}, "birth_year"),
        ({"birth_year": str(TODAY.year + 543 - 19)}, "birth_year"),
        ({"phone": ""}, "phone"),
        ({"phone": "123"}, "phone"),
        ({"email": "no mail"}, "email"),
        ({"id_number": "1234567890123"}, "id_number"),
        ({"no_official": ""}, "no_official"),
        ({"consent_pool": ""}, "consent_pool"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_wrong_entry_is_told_beside_its_field(plan: Plan, visitor: Client, changes: Any, field: str) -> None:
    answer = visitor.post(JOIN, typed(plan, visitor, **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Person.objects.filter(standing="citizen").exists()


def test_year_of_the_common_era_and_no_number_are_taken(plan: Plan, visitor: Client) -> None:
    visitor.post(JOIN, typed(plan, visitor, birth_year="1980", id_number=""))
    assert Citizen.objects.get().birth_year == 2523


def test_page_that_lay_open_too_long_keeps_what_was_typed(plan: Plan, visitor: Client) -> None:
    for ticket in ("", "ABCDEFGHJK:1t:forged"):
        answer = visitor.post(JOIN, typed(plan, visitor, ticket=ticket))
        assert answer.status_code == 422
        assert "was open for a long time" in words(answer)
        fresh = answer.context["form"]["ticket"].value()
        assert fresh != ticket
    assert visitor.post(JOIN, typed(plan, visitor, ticket=fresh)).status_code == 302


# --- Invitations ------------------------------------------------------------------------------------------------------
def invitation(plan: Plan, days: int = 30) -> str:
    token = make_invitation(unit=plan.unit, network="กลุ่มแม่บ้าน", today=TODAY, days=days)
    return f"{JOIN}?invited={token}"


def test_invitation_marks_how_he_came(plan: Plan, visitor: Client) -> None:
    link = invitation(plan)
    page = visitor.get(link)
    assert page.context["form"]["network"].value() == "กลุ่มแม่บ้าน"
    assert list(page.context["form"].fields["unit"].queryset) == [plan.unit]
    visitor.post(link, typed(plan, visitor, page_at=link))
    assert Citizen.objects.get().source == "invitation"


def test_invitation_leads_to_its_unit_only(plan: Plan, visitor: Client) -> None:
    link = invitation(plan)
    sent = typed(plan, visitor, page_at=link, unit=plan.world.other.pk)
    assert visitor.post(link, sent).status_code == 422


def test_invitation_ends_and_cannot_be_made_up(plan: Plan, visitor: Client) -> None:
    token = make_invitation(unit=plan.unit, network="", today=TODAY, days=1)
    assert read_invitation(token, TODAY).unit == plan.unit
    for late, text in ((TODAY + timedelta(days=1), token), (TODAY, token[:-2] + "xx"), (TODAY, "")):
        with pytest.raises(InvitationOver):
            read_invitation(text, late)
    page = visitor.get(f"{JOIN}?invited=made-up")
    assert "no longer good" in words(page)
    assert visitor.post(f"{JOIN}?invited=made-up", typed(plan, visitor)).status_code == 302
    assert Citizen.objects.get().source == "form"


def test_invitation_of_a_closed_unit_is_over(plan: Plan) -> None:
    token = make_invitation(unit=plan.unit, network="", today=TODAY, days=9)
    plan.unit.closed_on = TODAY
    plan.unit.save()
    with pytest.raises(InvitationOver):
        read_invitation(token, TODAY)


# --- Where ------------------------------------------------------------------------------------------------------------
def test_province_comes_first_where_districts_are_many(plan: Plan, visitor: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(places, "MOST", 1)
    page = visitor.get(JOIN)
    assert page.context["provinces"] == [plan.world.province]
    address = f"{JOIN}?province={plan.world.province.code}"
    chosen = visitor.get(address)
    assert set(chosen.context["form"].fields["unit"].queryset) == {plan.unit, plan.world.other}
    assert visitor.post(address, typed(plan, visitor, page_at=address)).status_code == 302
    assert "provinces" in visitor.get(f"{JOIN}?province=nowhere").context


def test_installation_without_districts_offers_its_units(db: None) -> None:
    unit = make_unit("LOC", "local")
    make_unit("NOB", "local")  # nobody there keeps a pool: an application would never be seen
    rebuild_reach()
    make_person("keeper", unit, Role.PROCUREMENT)
    assert list(places.districts()) == [unit]


def test_same_queries_for_one_and_for_fifty(plan: Plan, visitor: Client) -> None:
    visitor.get(JOIN)
    counts = []
    for start, end in ((0, 1), (1, 50)):
        for seed in range(start, end):
            applied(plan, seed + 10)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            visitor.get(JOIN)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_addresses(db: None) -> None:
    assert (reverse("join_pool"), reverse("join_received")) == (JOIN, RECEIVED)
