"""What is wrong in a row of a form is told at the top, with a link, as what is wrong in the form itself."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.seen import seen
from tests.support.world import World

pytestmark = pytest.mark.django_db
ROWS = {"measures-TOTAL_FORMS": "3", "measures-INITIAL_FORMS": "0"}


def test_error_in_a_row_stands_in_the_summary_with_a_link_and_the_row_is_open(client: Client, world: World) -> None:
    case = world.into("review")
    client.force_login(world.approver)
    address = reverse("take", args=[case.public_id, "decide_founded"])
    sent = {**ROWS, "seen_version": str(case.state_version), "measures-1-text": "ซ่อมไฟ", "reasons": "มีมูล"}
    response = client.post(address, sent)
    assert response.status_code == 422
    page = response.content.decode()
    summary = page.split('class="summary"', 1)[1].split("</ul>", 1)[0]
    assert 'href="#id_measures-1-owner"' in summary
    assert "โปรดกรอกข้อมูลช่องนี้" in summary
    assert page.count('<details class="measure" open') == 2


def test_more_rows_tells_nothing_yet(client: Client, world: World) -> None:
    case = world.into("review")
    client.force_login(world.approver)
    address = reverse("take", args=[case.public_id, "decide_founded"])
    response = client.post(address, {**ROWS, **seen(case), "measures-1-text": "ซ่อมไฟ", "more": "1"})
    assert response.status_code == 200
    page = response.content.decode()
    assert 'class="summary"' not in page
    assert "โปรดกรอกข้อมูลช่องนี้" not in page
    assert 'name="measures-5-text"' in page
