"""Uses of public pages are counted without knowing by whom, and counting never stands in the way."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from organisations import usage
from organisations.models import PageUse
from tests.support.world import World, build_world


def opened() -> int:
    return PageUse.objects.aggregate(all=Sum("opened"))["all"] or 0


@pytest.mark.django_db
def test_page_and_file_are_counted_by_unit_and_quarter(world: World) -> None:
    client = Client()
    client.get(reverse("open_manual"), {"unit": world.district.code})
    client.get(reverse("open_manual_json"), {"unit": world.district.code})
    client.get(reverse("published"))
    rows = PageUse.objects.order_by("pk").values_list("page", "unit", "file", "opened")
    assert list(rows) == [
        ("open_manual", world.district.pk, False, 1),
        ("open_manual_json", world.district.pk, True, 1),
        ("published", None, False, 1),
    ]
    assert set(PageUse.objects.values_list("fiscal_year", "quarter")) == {usage.quarter_today()}


@pytest.mark.django_db
def test_nothing_of_the_visitor_is_kept() -> None:
    names = {field.name for field in PageUse._meta.get_fields()}
    assert names == {"id", "fiscal_year", "quarter", "page", "unit", "file", "opened"}


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["head", "staff", "robot", "missing", "moved", "post"])
def test_what_is_no_use_is_not_counted(world: World, how: str) -> None:
    client = Client()
    match how:
        case "head":
            client.head(reverse("open_manual"))
        case "staff":
            client.force_login(world.officer)
            client.get(reverse("open_manual"))
        case "robot":
            client.get(reverse("open_manual"), headers={"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
        case "missing":
            client.get(reverse("open_manual"), {"unit": "nowhere"})
        case "moved":
            client.get(reverse("published_before"))
        case "post":
            client.post(reverse("open_manual"))
    assert opened() == 0


@pytest.mark.django_db
def test_unit_that_does_not_exist_is_counted_as_none(world: World) -> None:
    Client().get(reverse("published"), {"unit": "x" * 500})
    assert PageUse.objects.get().unit is None


@pytest.mark.django_db
def test_page_is_given_out_where_the_count_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_COUNT", "INSERT INTO no_such_table VALUES (%s, %s, %s, %s, %s)")
    assert Client().get(reverse("published")).status_code == 200

    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(usage.transaction, "atomic", broken)
    assert Client().get(reverse("published")).status_code == 200


@pytest.mark.django_db
def test_night_makes_one_row_of_one_kind_and_loses_none(world: World) -> None:
    client = Client()
    for _ in range(3):
        client.get(reverse("open_manual"))
        client.get(reverse("open_manual"), {"unit": world.district.code})
    usage.fold()
    assert sorted(PageUse.objects.values_list("unit", "opened"), key=str) == sorted(
        [(None, 3), (world.district.pk, 3)], key=str
    )
    usage.fold()
    assert (PageUse.objects.count(), opened()) == (2, 6)


@pytest.mark.django_db(transaction=True)
def test_visitors_at_once_and_the_night_between_them_lose_nothing() -> None:
    build_world()
    usage.fold()

    def visit(number: int) -> int:
        try:
            if number % 5 == 4:
                usage.fold()
                return 0
            return int(Client().get(reverse("published")).status_code == 200)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        seen = sum(pool.map(visit, range(40)))
    assert seen == opened() == 32
