"""The demo of procurement is loaded once, and everything that is said of it is looked at on that one."""

from collections.abc import Callable

import pytest
from django.db import transaction

from organisations.demo.load import load_organisation
from procurement.demo.load import load_procurement
from tests.procurement import test_demo as procurement
from tests.procurement import test_demo_citizens as citizens

CHECKS: list[Callable[[int], None]] = [
    check
    for module in (procurement, citizens)
    for name, check in vars(module).items()
    if name.startswith("check_") and check.__module__ == module.__name__
]


@pytest.mark.demo
@pytest.mark.django_db
def test_whole_demo(subtests: pytest.Subtests) -> None:
    load_organisation(procurement.A_DAY)
    purchases = load_procurement(procurement.A_DAY, procurement.quiet)
    assert len(CHECKS) == 11
    for check in CHECKS:
        with subtests.test(check.__name__), transaction.atomic():
            check(purchases)
            transaction.set_rollback(True)
