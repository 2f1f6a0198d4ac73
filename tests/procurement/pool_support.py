"""Short ways of the pool's tests: numbers with right check digits, applications, a browser for somebody."""

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from organisations.models import Unit, User
from procurement.actions.pool import apply_for_pool
from procurement.models import Citizen
from procurement.pool.wordings import wording_of
from tests.support.purchases import Plan

PHONE, EMAIL, ADDRESS = "081 234 5678", "prachaa@example.org", "99 หมู่ 9 ตำบลลับเฉพาะ"


def id_number(seed: int) -> str:
    """A made-up identity number with its check digit."""
    first = f"1{seed:011d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, range(13, 1, -1), strict=True))
    return f"{first}{(11 - total % 11) % 10}"


def applied(plan: Plan, seed: int = 1, *, unit: Unit | None = None, by: User | None = None, **facts: Any) -> Citizen:
    """Somebody who applied, with everything that an admission asks for."""
    private: Mapping[str, Any] = facts.pop("private", {})
    given = {
        "name": f"นาย สมัคร{seed} สมมุติ", "source": "form", "no_official": True, "sex": "male", "birth_year": 2520,
        "occupation": "ชาวสวน", "network": "เครือข่ายรักษ์ป่า",
        "consents": {"pool": wording_of("pool")},
        "private": {"id_number": id_number(seed), "phone": f"08{seed:08d}", "address": ADDRESS, **private},
        **facts,
    }  # fmt: skip
    return apply_for_pool(unit=unit or plan.unit, by=by, **given)


def browser(user: User | None = None, **headers: Any) -> Client:
    """A browser in which `user` is signed in, or nobody."""
    client = Client(**headers)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(plan: Plan, client: Client, seed: int = 1, page_at: str = "", **changes: Any) -> dict[str, Any]:
    """What somebody types into the public form, with the ticket of the page he opened."""
    page = client.get(page_at or reverse("join_pool"))
    assert page.status_code == 200, page.status_code
    return {
        "ticket": page.context["form"]["ticket"].value(), "name": f"นาย สมัคร{seed} สมมุติ", "sex": "male",
        "birth_year": "2520", "unit": plan.unit.pk, "phone": f"08{seed:08d}", "id_number": id_number(seed),
        "no_official": "on", "consent_pool": "on", "website": "", **changes,
    }  # fmt: skip
