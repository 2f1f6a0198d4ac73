"""Keyset pages: every row once, in both directions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.world import World
from workflows.casepages.pages import page_of
from workflows.models import Case

pytestmark = pytest.mark.django_db


def make(world: World, count: int) -> list[Case]:
    """Open cases made by the row: every fifth without a due day, the others in sevens on the same days."""
    now = timezone.now()
    return Case.objects.bulk_create(
        Case(
            kind="complaint",
            state="investigating",
            unit=world.district,
            number=f"DST-2570-{place:05d}",
            opened_at=now,
            changed_at=now,
            state_since=now,
            next_due=None if place % 5 == 0 else timezone.localdate() + timedelta(days=place % 7),
        )
        for place in range(count)
    )


def test_page_walks_forward_and_back_over_every_row_once(world: World) -> None:
    made = make(world, 23)
    wanted = sorted(made, key=lambda case: (case.next_due is None, case.next_due or timezone.localdate(), case.pk))
    cases = Case.objects.all()
    seen, after, pages = [], "", []
    while True:
        part = page_of(cases, after=after, size=4)
        pages.append([case.pk for case in part.cases])
        seen += pages[-1]
        if not (after := part.after):
            break
    assert seen == [case.pk for case in wanted]
    back = [pages.pop()]
    before = part.before
    while before:
        part = page_of(cases, before=before, size=4)
        back.insert(0, [case.pk for case in part.cases])
        before = part.before
    assert [pk for rows in back for pk in rows] == seen


@pytest.mark.parametrize("mark", ["", "nonsense", "2026-01-01~5", "-~1:forged"])
def test_page_of_a_mark_that_is_not_ours_is_the_first(world: World, mark: str) -> None:
    make(world, 3)
    first = [case.pk for case in page_of(Case.objects.all(), size=2).cases]
    assert [case.pk for case in page_of(Case.objects.all(), after=mark, size=2).cases] == first
    assert [case.pk for case in page_of(Case.objects.all(), before=mark, size=2).cases] == first
