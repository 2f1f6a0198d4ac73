"""The registers of education activities and publications: who writes them, what counts, and what evidence becomes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from organisations.calendar import fiscal_year_bounds
from procurement.actions.registers import record_education, record_publication, strike_out
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.models import EducationActivity, Publication
from procurement.views.staff.registers import level_words, link_of
from tests.support.purchases import Plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
EDUCATION = {
    "register": "education",
    "education-name": "อบรมผู้นำชุมชน",
    "education-held_on": TODAY.isoformat(),
    "education-audience": ["leaders", "public"],
    "education-attendees": "60",
    "education-evidence": "https://example.go.th/album?id=1",
}
PUBLICATION = {
    "register": "publication",
    "publication-what": "แผนปฏิบัติราชการ",
    "publication-channel": "website",
    "publication-published_on": TODAY.isoformat(),
    "publication-evidence": "แฟ้ม 3 หน้า 7",
}


def address(plan: Plan, **more: Any) -> str:
    """The registers of the district."""
    values = {"unit": plan.unit.code, "year": plan.year, **more}
    return f"{reverse('registers')}?{'&'.join(f'{key}={value}' for key, value in values.items())}"


def education(plan: Plan, *audience: str, **facts: Any) -> EducationActivity:
    """A line of the register."""
    about = {"name": "อบรม", "held_on": TODAY, "evidence": "แฟ้ม", "by": plan.staff, "unit": plan.unit, **facts}
    return record_education(audience=audience or ["public"], **about)


def publication(plan: Plan, **facts: Any) -> Publication:
    """A line of the other one."""
    about = {"what": "แผน", "published_on": TODAY, "evidence": "แฟ้ม", "by": plan.staff, "unit": plan.unit, **facts}
    return record_publication(channel="website", **about)


def text(response: Any) -> str:
    return response.content.decode()


# --- Who ------------------------------------------------------------------------------------------------------------
def test_registers_anonymous_goes_to_sign_in(client: Client, plan: Plan) -> None:
    row = education(plan)
    for way in (address(plan), reverse("strike", args=["education", row.pk])):
        response = client.get(way)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


def test_registers_of_another_unit_are_404(client: Client, plan: Plan) -> None:
    row = education(plan)
    client.force_login(plan.world.stranger)
    assert client.get(address(plan)).status_code == 404
    assert client.post(address(plan), EDUCATION).status_code == 404
    for pk in (row.pk, row.pk + 99):
        assert client.post(reverse("strike", args=["education", pk]), {"reason": "x"}).status_code == 404
    client.force_login(plan.staff)
    assert client.get(reverse("strike", args=["nonsense", row.pk])).status_code == 404
    assert client.post(address(plan), {"register": "nonsense"}).status_code == 404
    row.refresh_from_db()
    assert row.struck_at is None


@pytest.mark.parametrize("role", ["executive", "head", "approver"])
def test_reader_reads_and_does_not_write(client: Client, plan: Plan, role: str) -> None:
    row = education(plan, name="อบรมประชาชน")
    client.force_login(getattr(plan.world, role))
    response = client.get(address(plan))
    assert "อบรมประชาชน" in text(response)
    assert '<form class="form"' not in text(response)
    assert client.post(address(plan), EDUCATION).status_code == 403
    assert client.post(reverse("strike", args=["education", row.pk]), {"reason": "x"}).status_code == 403
    assert EducationActivity.objects.filter(struck_at=None).count() == 1


def test_registers_without_a_reading_role_are_403(client: Client, plan: Plan) -> None:
    client.force_login(plan.world.officer)
    assert client.get(reverse("registers")).status_code == 403


# --- Writing ----------------------------------------------------------------------------------------------------------
def test_record_both(client: Client, plan: Plan) -> None:
    client.force_login(plan.staff)
    assert client.post(address(plan), EDUCATION).status_code == 302
    assert client.post(address(plan), PUBLICATION).status_code == 302
    taught, published = EducationActivity.objects.get(), Publication.objects.get()
    assert (taught.unit, taught.audience, taught.attendees, taught.recorded_by) == (
        plan.unit, ["leaders", "public"], 60, plan.staff,
    )  # fmt: skip
    assert (published.channel, published.evidence) == ("website", "แฟ้ม 3 หน้า 7")
    page = text(client.get(address(plan)))
    assert "อบรมผู้นำชุมชน" in page
    assert "แฟ้ม 3 หน้า 7" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"education-name": " "}, "name"),
        ({"education-audience": []}, "audience"),
        ({"education-audience": ["nobody"]}, "audience"),
        ({"education-held_on": (TODAY + timedelta(days=1)).isoformat()}, "held_on"),
        ({"education-held_on": (TODAY - timedelta(days=400)).isoformat()}, "held_on"),
        ({"education-attendees": "-1"}, "attendees"),
        ({"education-evidence": ""}, "evidence"),
    ],
)
def test_record_wrong_keeps_what_was_typed(client: Client, plan: Plan, change: dict[str, Any], field: str) -> None:
    client.force_login(plan.staff)
    response = client.post(address(plan), {**EDUCATION, **change})
    assert response.status_code == 422
    assert field in response.context["forms"]["education"].errors
    if field != "name":
        assert "อบรมผู้นำชุมชน" in text(response)
    assert not EducationActivity.objects.exists()
    assert not response.context["forms"]["publication"].is_bound


def test_strike_out_with_its_reason(client: Client, plan: Plan) -> None:
    row = publication(plan)
    client.force_login(plan.staff)
    way = reverse("strike", args=["publication", row.pk])
    assert client.get(way).status_code == 200
    assert client.post(way, {"reason": " "}).status_code == 422
    assert client.post(way, {"reason": "บันทึกซ้ำ"}).status_code == 302
    row.refresh_from_db()
    assert (row.struck_by, row.struck_reason) == (plan.staff, "บันทึกซ้ำ")
    assert client.post(way, {"reason": "อีกครั้ง"}).status_code == 422
    assert client.get(way).status_code == 200
    page = text(client.get(address(plan)))
    assert "บันทึกซ้ำ" in page
    assert way not in page


# --- What counts ------------------------------------------------------------------------------------------------------
def test_lines_of_another_year_or_unit_are_elsewhere(client: Client, plan: Plan) -> None:
    first, after = fiscal_year_bounds(plan.year)
    education(plan, name="ปีก่อน", held_on=first - timedelta(days=1))
    education(plan, name="วันแรก", held_on=first)
    education(plan, name="ของจังหวัด", unit=plan.world.province)
    client.force_login(plan.upper_staff)
    page = text(client.get(address(plan)))
    assert "วันแรก" in page
    assert "ปีก่อน" not in page
    assert "ของจังหวัด" not in page
    assert after > first


@pytest.mark.parametrize(
    ("audience", "counts"), [(["staff"], False), (["staff", "public"], True), (["networks"], True)]
)
def test_training_of_the_staff_alone_does_not_count(
    client: Client, plan: Plan, audience: list[str], counts: bool
) -> None:
    education(plan, *audience)
    client.force_login(plan.staff)
    with translation.override("en"):
        response = client.get(address(plan))
    assert response.context["education"][0]["row"].counts is counts
    assert facts_of(plan.unit, plan.year).education == int(counts)


def test_level_in_words(plan: Plan) -> None:
    def words() -> dict[str, str]:
        facts, variant = facts_of(plan.unit, plan.year), variant_of()
        with translation.override("en"):
            return level_words(compute(facts, variant), facts, variant)

    assert "not even level 1" in words()["publication"]
    assert words()["education"].startswith("0 count this year; from level 4 on at least 1")
    row = publication(plan)
    taught = education(plan)
    assert words()["publication"].startswith("Published")
    assert words()["education"].startswith("1 counts this year")
    strike_out(row, by=plan.staff, reason="ผิด")
    strike_out(taught, by=plan.staff, reason="ผิด")
    assert "not even level 1" in words()["publication"]
    assert words()["education"].startswith("0 count")


# --- Evidence ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("link", ["https://example.go.th/a?b=1&c=2#d", "HTTP://example.go.th", " http://x.go.th/ก "])
def test_evidence_on_the_web_is_linked(link: str) -> None:
    assert link_of(link) == link.strip()


@pytest.mark.parametrize(
    "other",
    [
        "javascript:alert(1)", "data:text/html,x", "//example.go.th", "ftp://x", "แฟ้ม 3", "ดู https://example.go.th",
        "https://", "https://x\njavascript:alert(1)", 'https://x" onclick="alert(1)', "vbscript:x", "",
    ],
)  # fmt: skip
def test_evidence_of_any_other_kind_is_text(other: str) -> None:
    assert link_of(other) == ""


def test_evidence_opens_in_a_tab_that_cannot_reach_back(client: Client, plan: Plan) -> None:
    education(plan, evidence="https://example.go.th/a?b=1&c=2")
    publication(plan, evidence="javascript:alert(1)")
    client.force_login(plan.staff)
    page = text(client.get(address(plan)))
    assert '<a href="https://example.go.th/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">' in page
    assert 'href="javascript' not in page
    assert "javascript:alert(1)" in page


def test_registers_cost_the_same_for_few_and_many(client: Client, plan: Plan) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(plan)).status_code == 200
        return len(queries)

    client.force_login(plan.staff)
    client.get(address(plan))
    strike_out(education(plan), by=plan.staff, reason="ผิด")
    publication(plan)
    few = cost()
    for _ in range(50):
        strike_out(education(plan), by=plan.staff2, reason="ผิด")
        publication(plan, by=plan.staff2)
    assert cost() == few <= 25
