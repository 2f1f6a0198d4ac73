"""How many people sit on an investigating committee is rule data of the kind."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from complaints.models import ComplaintKind
from complaints.rules import least_of_inquiry
from organisations.models import Role, User
from tests.support.world import World, make_person
from workflows.refusals import Missing

pytestmark = pytest.mark.django_db


def order(world: World, count: int) -> dict[str, Any]:
    """An order that appoints so many."""
    people = [world.officer, world.officer2]
    people += [make_person(f"member{n}", world.district, Role.OFFICER) for n in range(count - 2)]
    members = [{"user": user, "part": "member"} for user in people[:count]]
    members[0]["part"] = "chair"
    return {"order_number": "1/2570", "ordered_on": timezone.localdate(), "members": members}


def test_kind_says_how_many_and_a_case_without_one_begins_as_a_new_kind(world: World) -> None:
    case = world.into("accepted")
    assert least_of_inquiry(case) == 3
    ComplaintKind.objects.filter(pk=world.ordinary.pk).update(committee_least=4)
    assert least_of_inquiry(case) == 4
    assert least_of_inquiry(world.file()) == 3


def test_committee_that_is_too_small_for_its_kind_is_refused_with_the_figure(world: World) -> None:
    case, given = world.into("accepted"), order(world, 3)
    ComplaintKind.objects.filter(pk=world.ordinary.pk).update(committee_least=4)
    with translation.override("en"), pytest.raises(Missing) as refused:
        world.do(case, "appoint_committee", world.head, **given)
    assert "at least 4 people" in str(refused.value.sentence)
    ComplaintKind.objects.filter(pk=world.ordinary.pk).update(committee_least=3)
    assert world.do(case, "appoint_committee", world.head, **given).committees.count() == 1


def test_form_says_how_many(world: World) -> None:
    case = world.into("accepted")
    ComplaintKind.objects.filter(pk=world.ordinary.pk).update(committee_least=5)
    User.objects.filter(pk=world.head.pk).update(language="en")
    client = Client()
    client.force_login(User.objects.get(pk=world.head.pk), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("take", args=[case.public_id, "appoint_committee"])).content.decode()
    assert "at least 5 people" in page


def test_committee_of_one_is_no_committee(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplaintKind.objects.filter(pk="road").update(committee_least=1)
