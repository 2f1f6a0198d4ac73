"""Complaints and procurement are two worlds: whoever reads one kind of case finds nothing of the other, anywhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import overview
from complaints.models import ComplaintCase
from complaints.queries import complaints_visible_to
from notifications.models import Notice
from notifications.queries import notices_of, unread_count
from notifications.relay import relay
from organisations.models import Role, User
from procurement.models import CommitteeCase, PurchaseCase
from procurement.queries import activities_visible_to, committees_visible_to, purchases_visible_to
from tests.support.procurement_ways import committee_in, day
from tests.support.purchases import Plan, paper
from tests.support.world import make_person
from workflows.models import Case, OutboxRow
from workflows.queries import queue, readers_of, visible_to

pytestmark = pytest.mark.django_db

COMPLAINT = "ไฟถนนหน้าโรงเรียน"
PURCHASE = "จัดซื้อเครื่องพิมพ์สำนักงาน"
# Role: the kinds of cases that exist for it (domain.md, section 1).
READS = {
    Role.SCREENER: {"complaint"},
    Role.OFFICER: {"complaint"},
    Role.CUSTODIAN: {"complaint"},
    Role.PROCUREMENT: {"purchase", "committee"},
    Role.HEAD: {"complaint", "purchase", "committee"},
    Role.APPROVER: {"complaint", "purchase", "committee"},
    Role.EXECUTIVE: {"complaint", "purchase", "committee"},
    Role.INTEGRITY: set(),
    Role.EVALUATOR: set(),
    Role.ADMINISTRATOR: set(),
}


@pytest.fixture(autouse=True)
def _no_figures_of_others() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def both(plan: Plan) -> dict[str, Any]:
    """A complaint, a purchase with a file, and a committee with an order, all of the district and all late."""
    complaint = plan.world.file(plan.world.ordinary, statement=COMPLAINT)
    purchase = plan.do(plan.purchase(name=PURCHASE, dates={"contract": day(30)}), "attach", files=[paper()])
    committee = committee_in(plan, "ordered", purchase=purchase)
    cases = {"complaint": complaint, "purchase": purchase, "committee": committee}
    Case.objects.update(next_due=day(30))
    return cases


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- What exists for whom ---------------------------------------------------------------------------------------------
def test_table_names_every_role() -> None:
    assert set(READS) == set(Role)


@pytest.mark.parametrize("role", READS)
def test_role_reads_its_kinds_and_no_other(plan: Plan, both: dict[str, Any], role: Role) -> None:
    user = make_person("one", plan.unit, role)
    above = make_person("above", plan.world.department, role)
    for reader in (user, above):
        assert set(visible_to(reader).values_list("kind", flat=True)) == READS[role]
        for kind in ("complaint", "purchase", "committee"):
            assert visible_to(reader, kind).exists() == (kind in READS[role])
            for name in ("mine", "unit", "unassigned", "overdue", "all"):
                assert set(queue(reader, kind, name).values_list("kind", flat=True)) <= READS[role] & {kind}
        assert complaints_visible_to(reader).exists() == ("complaint" in READS[role])
        assert purchases_visible_to(reader).exists() == ("purchase" in READS[role])
        assert committees_visible_to(reader).exists() == ("committee" in READS[role])
        assert activities_visible_to(reader).exists() == ("purchase" in READS[role])


def test_readers_of_a_kind_are_those_of_the_table() -> None:
    for kind in ("complaint", "purchase", "committee"):
        assert set(readers_of(kind)) == {role for role, kinds in READS.items() if kind in kinds}


def test_reader_of_another_unit_reads_nothing(plan: Plan, both: dict[str, Any]) -> None:
    assert not visible_to(plan.world.stranger).exists()
    assert not activities_visible_to(plan.world.stranger).exists()


def test_proxies_never_show_a_case_of_another_kind(plan: Plan, both: dict[str, Any]) -> None:
    head = plan.world.head
    assert set(complaints_visible_to(head).values_list("kind", flat=True)) == {"complaint"}
    assert set(purchases_visible_to(head).values_list("kind", flat=True)) == {"purchase"}
    assert set(committees_visible_to(head).values_list("kind", flat=True)) == {"committee"}
    # They are one table: the manager of each proxy keeps them apart.
    assert ComplaintCase.objects.count() == PurchaseCase.objects.count() == CommitteeCase.objects.count() == 1
    assert Case.objects.count() == 3


# --- Addresses --------------------------------------------------------------------------------------------------------
def addresses(case: Case, page: str, take: str, file: str) -> list[str]:
    """Every address of a kind, with the public id of `case`, whatever its kind."""
    public_id = case.public_id
    return [
        reverse(page, args=[public_id]),
        reverse(take, args=[public_id, "note"]),
        reverse(file, args=[public_id, "AAAAAAAAAAAA"]),
    ]


OF_KIND = {
    "complaint": ("case", "take", "attachment"),
    "purchase": ("purchase", "take_purchase", "purchase_file"),
    "committee": ("committee", "take_committee", "committee_file"),
}


@pytest.mark.parametrize("role", READS)
@pytest.mark.parametrize("kind", OF_KIND)
def test_case_of_a_kind_he_does_not_read_is_not_there(plan: Plan, both: dict[str, Any], role: Role, kind: str) -> None:
    client = signed_in(make_person("one", plan.unit, role))
    page, take, file = OF_KIND[kind]
    for own, case in both.items():
        there, doing, filed = addresses(case, page, take, file)
        assert client.get(there).status_code == (200 if own == kind and kind in READS[role] else 404)
        assert client.get(filed).status_code == 404
        if own != kind or kind not in READS[role]:
            for answer in (client.get(doing), client.post(doing, {"text": "จด"})):
                assert answer.status_code == 404
    assert not Case.objects.filter(ledger__verb="note").exists()


@pytest.mark.parametrize("role", [Role.SCREENER, Role.OFFICER, Role.CUSTODIAN, Role.ADMINISTRATOR])
def test_complaint_officer_finds_no_page_of_procurement(plan: Plan, both: dict[str, Any], role: Role) -> None:
    client = signed_in(make_person("one", plan.unit, role))
    purchase, committee = both["purchase"], both["committee"]
    paths = [reverse(name) for name in ("procurement_desk", "plan", "purchases", "committees", "level", "planner",
                                        "disbursement", "disbursement_sheet", "registers", "coverage_overview",
                                        "level_facts")]  # fmt: skip
    paths += [
        reverse("purchase_file", args=[purchase.public_id, purchase.attachments.get().public_id]),
        reverse("order_document", args=[committee.public_id, committee.committee.orders.get().pk]),
        reverse("draft_document", args=[committee.public_id]),
        reverse("new_committee", args=[purchase.public_id]),
        reverse("activity", args=[purchase.purchase.activity_id]),
        reverse("new_purchase", args=[purchase.purchase.activity_id]),
        reverse("committee_person", args=[committee.committee.members.first().person_id]),
    ]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in {403, 404}, path
        page = answer.content.decode()
        assert PURCHASE not in page
        assert purchase.number not in page


def test_procurement_staff_find_no_page_of_complaints(plan: Plan, both: dict[str, Any]) -> None:
    client = signed_in(plan.staff)
    complaint = both["complaint"]
    paths = [reverse(name) for name in ("queue", "register", "registered", "overview", "overview_trend", "open_cases")]
    paths += [reverse("queue", args=[name]) for name in ("mine", "unit", "unassigned", "overdue", "all")]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in {302, 403, 404}, path
        page = answer.content.decode()
        assert complaint.number not in page
        assert COMPLAINT not in page
    for asked in (complaint.number, COMPLAINT):
        answer = client.get(reverse("queue", args=["all"]), {"q": asked})
        assert answer.status_code == 403
        assert complaint.public_id not in answer.content.decode()


def test_menu_leads_nobody_to_the_other_side(plan: Plan, both: dict[str, Any]) -> None:
    staff = signed_in(plan.staff).get(reverse("procurement_desk")).content.decode()
    assert f'href="{reverse("queue")}"' not in staff
    officer = signed_in(plan.world.officer).get(reverse("queue")).content.decode()
    assert f'href="{reverse("procurement_desk")}"' not in officer


HOMES = {
    Role.PROCUREMENT: "procurement_desk", Role.EXECUTIVE: "overview", Role.INTEGRITY: "assessments",
    Role.EVALUATOR: "assessments", Role.ADMINISTRATOR: "rules",
}  # fmt: skip


@pytest.mark.parametrize(("role", "page"), [(role, HOMES.get(role, "queue")) for role in Role])
def test_way_home_leads_to_ones_own_side(plan: Plan, role: Role, page: str) -> None:
    answer = signed_in(make_person("one", plan.unit, role)).get(reverse("landing"))
    assert answer.headers["Location"] == reverse(page)


# --- Search, counts, figures ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["number", "subject"])
def test_search_of_one_side_finds_nothing_of_the_other(plan: Plan, both: dict[str, Any], words: str) -> None:
    """The head reads both: each search finds its own."""
    client = signed_in(plan.world.head)
    complaint, purchase = both["complaint"], both["purchase"]
    asked = purchase.number if words == "number" else PURCHASE
    cases = client.get(reverse("queue", args=["all"]), {"q": asked})
    assert cases.context["rows"] == []
    own = client.get(reverse("queue", args=["all"]), {"q": complaint.number})
    assert len(own.context["rows"]) == 1
    asked = complaint.number if words == "number" else COMPLAINT
    found = client.get(reverse("purchases"), {"q": asked}).content.decode()
    assert reverse("case", args=[complaint.public_id]) not in found
    assert complaint.public_id not in found


def test_counts_and_lists_of_complaints_hold_complaints_only(plan: Plan, both: dict[str, Any]) -> None:
    for name in ("unit", "all", "overdue"):
        answer = signed_in(plan.world.head).get(reverse("queue", args=[name]))
        assert len(answer.context["rows"]) == 1
        counts = {row["count"] for row in answer.context["rail"]} - {None}
        assert counts <= {0, 1}


def test_figures_of_the_executive_count_complaints_only(plan: Plan, both: dict[str, Any]) -> None:
    today = timezone.localdate()
    executive = plan.world.executive
    assert overview.overview(executive, overview.scope(executive), today=today).total.cases == 1
    assert overview.open_complaints(executive, overview.Selection(), today=today).count() == 1
    page = signed_in(executive).get(reverse("open_cases")).content.decode()
    assert both["purchase"].number not in page
    assert both["committee"].number not in page


def test_desk_of_procurement_holds_no_complaint(plan: Plan, both: dict[str, Any]) -> None:
    for user in (plan.staff, plan.world.head, plan.approver):
        page = signed_in(user).get(reverse("procurement_desk")).content.decode()
        assert both["complaint"].number not in page
        assert COMPLAINT not in page


def test_several_are_not_assigned_across_the_line(plan: Plan, both: dict[str, Any]) -> None:
    head, officer = plan.world.head, plan.world.officer
    data = {"case": both["purchase"].public_id, "cases": both["purchase"].public_id, "to": officer.pk}
    signed_in(head).post(reverse("assign_many"), data)
    assert Case.objects.get(pk=both["purchase"].pk).holder is None


# --- Notices ----------------------------------------------------------------------------------------------------------
def test_notices_stay_on_their_side_even_when_the_wrong_people_are_named(
    plan: Plan, both: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind names everybody: the relay tells only those for whom the case exists."""
    import dataclasses

    from workflows import registry

    staff, officer = plan.staff, plan.world.officer
    for code in ("complaint", "purchase", "committee"):
        everybody = dataclasses.replace(registry.kind_of(code), recipients=lambda _row: [staff, officer])
        monkeypatch.setitem(registry._kinds, code, everybody)
    assert set(OutboxRow.objects.values_list("case__kind", flat=True)) == {"complaint", "committee"}
    OutboxRow.objects.create(case=both["purchase"], event="announce", at=timezone.now())
    relay()
    assert set(Notice.objects.filter(recipient=staff).values_list("case__kind", flat=True)) == {"purchase", "committee"}
    assert set(Notice.objects.filter(recipient=officer).values_list("case__kind", flat=True)) == {"complaint"}


def test_notice_of_a_case_that_is_no_longer_his_is_gone(plan: Plan, both: dict[str, Any]) -> None:
    """He was told as an officer and is procurement staff now."""
    row = OutboxRow.objects.filter(case=both["complaint"]).first()
    facts = {"outbox": row, "case": both["complaint"], "event": "register", "at": row.at, "told_at": row.at}
    Notice.objects.create(recipient=plan.staff, number=1, **facts)
    assert not list(notices_of(plan.staff))
    assert unread_count(plan.staff) == 0
    assert signed_in(plan.staff).get(reverse("notice", args=[1])).status_code == 404


@pytest.mark.parametrize("kind", ["purchase", "committee", "complaint"])
def test_notice_leads_to_the_page_of_its_kind(plan: Plan, both: dict[str, Any], kind: str) -> None:
    case = both[kind]
    row = OutboxRow.objects.create(case=case, event="note", at=timezone.now())
    facts = {"outbox": row, "case": case, "event": "note", "at": row.at, "told_at": row.at}
    Notice.objects.create(recipient=plan.world.head, number=1, **facts)
    client = signed_in(plan.world.head)
    assert client.get(reverse("notices")).status_code == 200
    answer = client.get(reverse("notice", args=[1]), follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse(kind if kind != "complaint" else "case", args=[case.public_id])
