"""The rule data of procurement on the pages of the administrator."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.models import CommitteeKind, CoverageVariant, OrderRule, PoolRule
from tests.support.world import World
from tests.workflows.test_rulebook_editing import page, save
from tests.workflows.test_rulebook_pages import signed_in
from workflows.models import RuleChange
from workflows.rulebook.tables import all_tables

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def admin(world: World) -> Client:
    """A browser of the administrator, in English."""
    return signed_in(world.administrator)


def test_every_table_of_rules_is_kept_on_pages() -> None:
    names = {table.name for table in all_tables() if table.model._meta.app_label == "procurement"}
    assert names >= {
        "committee-kinds", "methods", "order-rules", "interest-grounds", "pool-rules", "citizen-bars", "level-forms",
        "levels",
    }  # fmt: skip


def test_a_kind_of_committee_is_changed_with_a_reason(admin: Client) -> None:
    assert save(admin, page("committee-kinds", "inspection"), qualifying="on").status_code == 302
    assert CommitteeKind.objects.get(pk="inspection").qualifying
    assert RuleChange.objects.get().key == "inspection"


def test_another_figure_of_the_pool_is_a_row_of_its_own(admin: Client) -> None:
    rule, day = PoolRule.objects.get(code="most_seats"), TODAY + timedelta(days=2)
    save(admin, page("pool-rules", rule.pk, "next"), value="4", valid_from=str(day))
    rows = PoolRule.objects.filter(code="most_seats").order_by("valid_from")
    assert list(rows.values_list("value", "valid_from")) == [(3, rule.valid_from), (4, day)]


def test_a_rule_for_orders_that_has_begun_is_ended_by_its_last_day_only(admin: Client) -> None:
    rule, day = OrderRule.objects.get(code="members"), TODAY + timedelta(days=2)
    address = page("order-rules", rule.pk, "end")
    assert set(admin.get(address).context["form"].fields) == {"valid_until"}
    for wrong in ("", str(TODAY)):
        sent = {"seen": admin.get(address).context["seen"], "valid_until": wrong}
        assert admin.post(address, sent).status_code == 422
    save(admin, address, valid_until=str(day))
    rule.refresh_from_db()
    assert (rule.valid_until, rule.threshold) == (day, 2)


def test_a_rule_that_the_linter_cannot_carry_out_is_refused_in_words(admin: Client) -> None:
    rule = OrderRule.objects.get(code="members")
    address = page("order-rules", rule.pk, "next")
    sent = {
        **dict.fromkeys(admin.get(address).context["form"].fields, ""),
        "seen": "new", "level": "error", "name_th": "ก", "name_en": "k", "source": "x", "clause": "1",
        "valid_from": str(TODAY + timedelta(days=2)), "threshold": "", "kinds": "no_such_kind",
    }  # fmt: skip
    answer = admin.post(address, sent)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"threshold", "kinds"}


def test_only_one_form_of_the_level_governs(admin: Client) -> None:
    address = page("level-forms", "checklist")
    sent = {
        "seen": admin.get(address).context["seen"],
        "name_th": "ก",
        "name_en": "k",
        "source": "x",
        "governing": "on",
    }
    assert admin.post(address, {**sent, "save": "1", "reason": "x"}).status_code == 422
    assert CoverageVariant.objects.get(governing=True).pk == "regional"


def test_the_tables_are_listed_in_a_group_of_their_own(admin: Client) -> None:
    text = admin.get(reverse("rules")).content.decode()
    assert "<h2>Procurement</h2>" in text
