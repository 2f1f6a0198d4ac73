"""The custodian's reveal: who complained is shown once, with a reason, and the second custodian hears of it."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from complaints.models import ComplaintCase, Message
from notifications.models import Notice
from notifications.relay import relay
from organisations.models import Role, User
from tests.support.world import World, make_person
from workflows.actors import Actor
from workflows.models import CaseKey, Conflict, LedgerEntry
from workflows.refusals import Missing, NotAllowed
from workflows.transitions import perform

pytestmark = pytest.mark.django_db

WHO = {"name": "นางสาวสมหญิง ใจกล้าหาญ", "phone": "0899998877", "email": "somying@example.org", "address": "99/9 หมู่ 9"}
WHY = "ต้องแจ้งสิทธิคุ้มครองพยานตามคำขอของ ป.ป.ช."


def page(case: ComplaintCase) -> str:
    """The address of the reveal."""
    return reverse("reveal", args=[case.public_id])


def sealed_case(world: World, **facts: Any) -> ComplaintCase:
    """A protected complaint of somebody who gave a name."""
    return world.file(world.corruption, **{"identity": WHO, **facts})


def send(client: Client, case: ComplaintCase, user: User, **typed: Any) -> Any:
    """The form as the page had it."""
    client.force_login(user)
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq, "reasons": WHY, "sure": "on"}
    return client.post(page(case), {**seen, **typed})


def shown(response: Any) -> bool:
    """Whether anything of the identity stands in an answer."""
    return any(text in response.content.decode() for text in WHO.values())


def test_reveal_shows_the_identity_once(client: Client, world: World) -> None:
    case = sealed_case(world)
    response = send(client, case, world.centre_custodian)
    assert response.status_code == 200
    assert all(text in response.content.decode() for text in WHO.values())
    assert response["Cache-Control"] == "no-store"
    assert not shown(client.get(page(case)))
    assert not shown(client.get(reverse("case", args=[case.public_id])))
    assert not shown(client.get(reverse("case", args=[case.public_id]) + "?contact=1"))


def test_reveal_sent_again_shows_nothing_and_takes_a_new_entry(client: Client, world: World) -> None:
    case = sealed_case(world)
    send(client, case, world.centre_custodian)
    again = send(client, case, world.centre_custodian)
    assert again.status_code == 409
    assert not shown(again)
    assert LedgerEntry.objects.filter(case=case.pk, verb="reveal").count() == 1
    fresh = ComplaintCase.objects.get(pk=case.pk)
    assert shown(send(client, fresh, world.centre_custodian))
    assert LedgerEntry.objects.filter(case=case.pk, verb="reveal").count() == 2


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("centre_screener", 403),
        ("centre_officer", 403),
        ("centre_approver", 403),
        ("custodian", 404),  # of the district accused, which a protected case is kept from
        ("executive", 404),
        ("administrator", 404),
        ("stranger", 404),
    ],
)
def test_reveal_by_anybody_else_is_refused(client: Client, world: World, who: str, status: int) -> None:
    case, user = sealed_case(world), getattr(world, who)
    response = send(client, case, user)
    assert response.status_code == status
    assert not shown(response)
    assert client.get(page(case)).status_code == status
    with pytest.raises(NotAllowed):
        perform(case, "reveal", Actor.person(user), reasons=WHY)


def test_reveal_anonymous_goes_to_sign_in(client: Client, world: World) -> None:
    case = sealed_case(world)
    for response in (client.get(page(case)), client.post(page(case), {"reasons": WHY})):
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


def test_reveal_to_who_has_a_conflict_is_a_case_that_is_not_there(client: Client, world: World) -> None:
    case = sealed_case(world)
    Conflict.objects.create(case_id=case.pk, user=world.centre_custodian, at=timezone.now())
    assert send(client, case, world.centre_custodian).status_code == 404


@pytest.mark.parametrize("typed", [{"reasons": ""}, {"sure": ""}])
def test_reveal_without_reason_or_confirmation_shows_nothing(
    client: Client, world: World, typed: dict[str, str]
) -> None:
    case = sealed_case(world)
    response = send(client, case, world.centre_custodian, **typed)
    assert response.status_code == 422
    assert not shown(response)
    assert not LedgerEntry.objects.filter(case=case.pk, verb="reveal").exists()


def test_reveal_without_a_second_custodian_is_refused_with_a_sentence(client: Client, world: World) -> None:
    case = sealed_case(world)
    User.objects.filter(pk=world.centre_custodian2.pk).update(is_active=False)
    with translation.override("en"), pytest.raises(Missing, match="no second custodian"):
        perform(case, "reveal", Actor.person(world.centre_custodian), reasons=WHY)
    assert send(client, case, world.centre_custodian).status_code == 422


def test_reveal_counts_no_second_custodian_who_has_a_conflict(world: World) -> None:
    case = sealed_case(world)
    Conflict.objects.create(case_id=case.pk, user=world.centre_custodian2, at=timezone.now())
    with pytest.raises(Missing):
        perform(case, "reveal", Actor.person(world.centre_custodian), reasons=WHY)


def test_reveal_of_an_ordinary_case_is_refused_because_its_people_see_the_contact(world: World) -> None:
    case = world.file(world.ordinary, identity=WHO)
    with translation.override("en"), pytest.raises(Missing, match="those who handle it see who complained"):
        perform(case, "reveal", Actor.person(world.custodian), reasons=WHY)


def test_reveal_of_an_anonymous_complaint_says_so(world: World) -> None:
    case = sealed_case(world, identity=None)
    with translation.override("en"), pytest.raises(Missing, match="gave no name"):
        perform(case, "reveal", Actor.person(world.centre_custodian), reasons=WHY)


def test_reveal_of_a_key_that_was_destroyed_is_no_error(client: Client, world: World) -> None:
    case = sealed_case(world)
    CaseKey.objects.filter(case=case.pk).update(wrapped="")
    response = send(client, case, world.centre_custodian)
    assert response.status_code == 422
    assert not shown(response)


def test_reveal_tells_the_other_custodian_and_nobody_else_why(client: Client, world: World) -> None:
    case = world.into("investigating", world.corruption, identity=WHO)
    relay()
    Notice.objects.all().delete()
    send(client, case, world.centre_custodian)
    relay()
    told = set(Notice.objects.values_list("recipient__username", "event"))
    assert ("centre_custodian2", "reveal") in told
    assert {name for name, event in told if event == "reveal"} <= {"centre_custodian", "centre_custodian2"}
    for user, reads in (
        (world.centre_custodian2, True),
        (world.centre_custodian, True),
        (world.centre_officer, False),
        (world.centre_approver, False),
        (world.centre_screener, False),
    ):
        client.force_login(user)
        text = client.get(reverse("case", args=[case.public_id])).content.decode()
        assert (WHY in text) is reads
        assert str(world.centre_custodian) in text


def test_reveal_leaves_nothing_in_ledger_session_log_and_plain_texts(
    client: Client, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    case = sealed_case(world)
    with caplog.at_level(logging.DEBUG):
        send(client, case, world.centre_custodian)
    entry = LedgerEntry.objects.get(case=case.pk, verb="reveal")
    message = Message.objects.get(pk=entry.data["custody"])
    assert set(entry.data) == {"custody"}
    assert message.text == ""
    assert message.read(case) == WHY
    kept = [
        *(record.getMessage() for record in caplog.records),
        str(dict(client.session)),
        str(client.cookies),
        entry.facts,
    ]
    for secret in (*WHO.values(), WHY):
        assert not any(secret in text for text in kept)


def test_reveal_is_offered_to_custodians_alone(client: Client, world: World) -> None:
    case = sealed_case(world)
    address = reverse("take", args=[case.public_id, "reveal"])
    for user, offered in ((world.centre_custodian, True), (world.centre_screener, False)):
        client.force_login(user)
        assert (address in client.get(reverse("case", args=[case.public_id])).content.decode()) is offered


def test_reasons_of_a_custodian_are_not_told_to_who_follows_the_case(client: Client, world: World) -> None:
    from complaints.views.citizen.reading import talk

    case = sealed_case(world)
    send(client, case, world.centre_custodian)
    assert not any(WHY in said.text for said in talk(ComplaintCase.objects.get(pk=case.pk)).said)


def test_reveal_by_a_custodian_with_other_roles_counts_once(world: World) -> None:
    case = sealed_case(world)
    both = make_person("both", world.centre, Role.CUSTODIAN, Role.OFFICER)
    User.objects.filter(pk__in=[world.centre_custodian.pk, world.centre_custodian2.pk]).update(is_active=False)
    with pytest.raises(Missing):
        perform(case, "reveal", Actor.person(both), reasons=WHY)
