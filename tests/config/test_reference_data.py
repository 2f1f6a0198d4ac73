"""The administrator's pages: reference data only, behind the role administrator."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import ImportMapping
from organisations.models import Holding, Leave, Post, Role, Unit, UnitLink, UnitReach, User
from procurement.models import AgencyName, SourceStatus
from tests.support.world import World, make_unit
from workflows.rulebook.tables import all_tables

pytestmark = pytest.mark.django_db
TABLES = {
    *(Unit, UnitLink, Post, Holding, Leave, User, ImportMapping, AgencyName, SourceStatus),
}
# Words of other systems: nothing refers to them, so they may go.
IMPORT_WORDS = {ImportMapping, AgencyName, SourceStatus}


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(model: Any, page: str, *args: Any) -> str:
    """The address of a page of a table."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_reference_data_and_nothing_else_is_here() -> None:
    assert set(admin.site._registry) == TABLES


def test_rules_cannot_be_changed_past_their_own_pages() -> None:
    rules = {table.model for table in all_tables()}
    assert rules
    assert not rules & set(admin.site._registry)


@pytest.mark.parametrize("model", sorted(TABLES, key=lambda model: model.__name__))
def test_lists_and_forms_open_for_the_administrator(world: World, model: Any) -> None:
    client = signed_in(world.administrator)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "changelist"), {"q": "a"}).status_code == 200
    assert client.get(address(model, "add")).status_code == 200
    if row := model.objects.first():
        assert client.get(address(model, "change", row.pk)).status_code == 200


def test_reference_data_leads_back_to_the_rules(world: World) -> None:
    text = signed_in(world.administrator).get(reverse("admin:index")).content.decode()
    assert f'href="{reverse("rules")}"' in text


def test_anonymous_is_sent_to_our_own_sign_in() -> None:
    answer = Client().get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["officer", "executive", "head", "custodian", "approver"])
def test_other_roles_are_told_who_has_it(world: World, who: str) -> None:
    answer = signed_in(getattr(world, who)).get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403
    assert "administrator" in answer.content.decode()


def test_staff_mark_without_the_role_opens_nothing(world: World) -> None:
    User.objects.filter(pk=world.officer.pk).update(is_staff=True)
    assert signed_in(world.officer).get(address(User, "changelist"), follow=True).status_code == 403


def test_administrator_who_left_is_out(world: World) -> None:
    client = signed_in(world.administrator)
    world.administrator.holdings.all().delete()
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_first_superuser_reaches_it_before_there_are_posts() -> None:
    user = User.objects.create_superuser("first", password="first-first-first", name_th="คนแรก")
    assert signed_in(user).get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize("model", sorted(TABLES - {Leave, *IMPORT_WORDS}, key=lambda model: model.__name__))
def test_what_others_refer_to_is_never_deleted(world: World, model: Any) -> None:
    row = model.objects.first()
    client = signed_in(world.administrator)
    assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    client.post(
        address(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    )
    assert model.objects.filter(pk=row.pk).exists()


# --- The tree ---------------------------------------------------------------------------------------------------------
def test_new_place_in_the_tree_is_reached_at_once(world: World) -> None:
    unit = make_unit("NEW")
    facts = {"axis": "line", "child": unit.pk, "parent": world.province.pk, "valid_0": "2020-01-01", "valid_1": ""}
    answer = signed_in(world.administrator).post(address(UnitLink, "add"), facts)
    assert answer.status_code == 302, answer.context["adminform"].errors
    assert UnitReach.objects.filter(above=world.department, unit=unit, distance=2).exists()


def test_new_unit_reaches_itself_at_once(world: World) -> None:
    facts = {"code": "NEW", "name_th": "หน่วยใหม่", "kind": "district", "founded_on": "2020-01-01"}
    signed_in(world.administrator).post(address(Unit, "add"), facts)
    unit = Unit.objects.get(code="NEW")
    assert UnitReach.objects.filter(above=unit, unit=unit, distance=0).exists()


def test_unit_cannot_stand_under_itself_by_a_ring(world: World) -> None:
    facts = {
        "axis": "line",
        "child": world.department.pk,
        "parent": world.district.pk,
        "valid_0": "2020-01-01",
        "valid_1": "",
    }
    answer = signed_in(world.administrator).post(address(UnitLink, "add"), facts)
    assert "already stands under" in answer.content.decode()
    assert not UnitLink.objects.filter(child=world.department).exists()


def test_second_parent_on_the_same_days_is_refused_in_words(world: World) -> None:
    facts = {
        "axis": "line",
        "child": world.district.pk,
        "parent": world.department.pk,
        "valid_0": "2020-01-01",
        "valid_1": "",
    }
    answer = signed_in(world.administrator).post(address(UnitLink, "add"), facts)
    assert answer.status_code == 200
    assert UnitLink.objects.filter(child=world.district).count() == 1


def test_post_is_made_with_its_roles_and_holder(world: World) -> None:
    facts = {
        "unit": world.district.pk, "title_th": "ปลัดอำเภอ", "title_en": "", "roles": ["officer", "screener"],
        "valid_0": "2020-01-01", "valid_1": "", "holdings-TOTAL_FORMS": "1", "holdings-INITIAL_FORMS": "0",
        "holdings-0-user": world.officer.pk, "holdings-0-valid_0": "2020-01-01", "holdings-0-valid_1": "",
    }  # fmt: skip
    answer = signed_in(world.administrator).post(address(Post, "add"), facts)
    assert answer.status_code == 302, answer.context["errors"]
    post = Post.objects.get(title_th="ปลัดอำเภอ")
    assert post.roles == ["officer", "screener"]
    assert post.holdings.get().user == world.officer


# --- People -----------------------------------------------------------------------------------------------------------
def test_person_is_made_and_deactivated(world: World) -> None:
    client = signed_in(world.administrator)
    facts = {
        "username": "somchai", "name_th": "สมชาย", "name_en": "", "usable_password": "true",
        "password1": "a-long-password-1", "password2": "a-long-password-1",
    }  # fmt: skip
    answer = client.post(address(User, "add"), facts)
    assert answer.status_code == 302, answer.context["errors"]
    person = User.objects.get(username="somchai")
    assert person.check_password("a-long-password-1")
    client.post(address(User, "change", person.pk), {"username": "somchai", "name_th": "สมชาย", "language": "th"})
    person.refresh_from_db()
    assert not person.is_active


def test_person_cannot_be_made_superuser_here(world: World) -> None:
    facts = {
        "username": "officer", "name_th": "นาย", "language": "th", "is_active": "on", "is_superuser": "on",
        "is_staff": "on",
    }  # fmt: skip
    signed_in(world.administrator).post(address(User, "change", world.officer.pk), facts)
    world.officer.refresh_from_db()
    assert not world.officer.is_superuser
    assert not world.officer.is_staff


def test_lock_after_wrong_passwords_is_lifted(world: World) -> None:
    # Also that of a browser which the account knows.
    for name in ("officer", "officer Xk3", "officer2", "head"):
        AccessAttempt.objects.create(
            username=name, ip_address="203.0.113.1", failures_since_start=5, attempt_time=timezone.now()
        )
    facts = {"action": "lift_lock", "_selected_action": [world.officer.pk]}
    signed_in(world.administrator).post(address(User, "changelist"), facts)
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"officer2", "head"}


def test_roles_named_in_the_graph_can_be_given_to_a_post() -> None:
    assert {role for role, _label in Role.choices} >= {"screener", "officer", "head", "approver", "executive"}


def test_year_of_the_buddhist_era_is_refused(world: World) -> None:
    client = signed_in(world.administrator)
    link = {
        "axis": "area",
        "child": world.other.pk,
        "parent": world.department.pk,
        "valid_0": "2569-01-01",
        "valid_1": "",
    }
    assert "Common Era" in client.post(address(UnitLink, "add"), link).content.decode()
    assert not UnitLink.objects.filter(axis="area").exists()
