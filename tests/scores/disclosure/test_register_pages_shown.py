"""Items that open registers satisfy: met once an entry is confirmed, and no longer when it is struck out."""

import pytest
from django.test import Client
from django.utils import timezone

from organisations.calendar import fiscal_year
from scores.disclosure.checklist import checklist_of
from tests.scores.register_support import build_office
from tests.support.world import World


@pytest.mark.parametrize(
    ("register", "changes", "figure"),
    [("no_gift", {}, "disclosure.no_gift"), ("rule", {"about": "personnel"}, "disclosure.personnel")],
)
def test_item_is_satisfied_by_a_confirmed_entry(
    world: World, client: Client, register: str, changes: dict[str, str], figure: str
) -> None:
    office, year = build_office(world), fiscal_year(timezone.localdate())

    def item() -> tuple[str, bool | None]:
        rows = checklist_of(world.district, year).items
        return next((row.page, row.met) for row in rows if row.criterion.page == figure)

    assert item()[1] is False
    case = office.do(office.enter(register, **changes), "submit_entry", office.integrity)
    assert item()[1] is False
    case = office.do(case, "confirm_and_follow" if register == "rule" else "confirm", office.upper_head)
    address, met = item()
    assert met is True
    assert world.district.name_th in client.get(address).content.decode()
    office.do(case, "strike_entry", office.upper_head, reasons="ลงผิด")
    assert item()[1] is False


def test_rule_about_something_else_is_no_policy_on_personnel(world: World) -> None:
    build_office(world).confirmed("rule")
    rows = checklist_of(world.district, fiscal_year(timezone.localdate())).items
    assert next(row.met for row in rows if row.criterion.page == "disclosure.personnel") is False
