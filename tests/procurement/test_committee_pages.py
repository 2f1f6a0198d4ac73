"""The pages of committees: what each person sees, at what cost, and what a crafted request gets."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from organisations.models import User
from procurement.models import CommitteeCase, Declaration, InterestGround, Member, Person
from procurement.states.committee import ALL, GRAPH
from tests.support.purchases import Plan, paper
from workflows.casepages.pages import page_of
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def url(case: Case, edge: str = "") -> str:
    """The address of a committee, or of an edge of it."""
    return (
        reverse("take_committee", args=[case.public_id, edge]) if edge else reverse("committee", args=[case.public_id])
    )


def page(client: Client, user: User, address: str, **query: str) -> str:
    """The text of a page that stands, as `user` sees it in Thai or English (his language)."""
    client.force_login(user)
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def english(user: User) -> User:
    """The same person, who reads English."""
    user.language = "en"
    user.save(update_fields=["language"])
    return user


def into(plan: Plan, state: str) -> CommitteeCase:
    """A committee with a citizen in `state`."""
    case = plan.committee(citizen=True)
    road = {
        "linted": lambda c: plan.do(c, "lint"),
        "approved": lambda c: plan.do(c, "approve", plan.approver),
        "ordered": lambda c: plan.do(c, "sign_order", plan.approver, number=f"{c.pk}", on=timezone.localdate()),
        "working": lambda c: plan.meeting(c, "propose"),
        "reported": lambda c: plan.do(c, "report", text="เห็นควรจ้าง"),
        "dissolved": lambda c: plan.do(c, "dissolve", plan.approver),
    }
    if state == "discarded":
        return plan.do(case, "discard", reasons="ยกเลิกโครงการ")  # type: ignore[no-any-return]
    for reached, step in road.items():
        if case.state == state:
            break
        case = step(case)
        assert case.state == reached
    assert case.state == state
    return case


# --- Who gets in ------------------------------------------------------------------------------------------------------
def addresses(plan: Plan) -> list[str]:
    """Every address of these pages, about one committee that has an order."""
    case = into(plan, "ordered")
    person = Person.objects.filter(memberships__committee=case.pk)[0]
    draft = plan.committee(plan.purchase())
    return [
        url(case),
        url(case, "note"),
        reverse("order_document", args=[case.public_id, case.committee.orders.get().pk]),
        reverse("draft_document", args=[draft.public_id]),
        reverse("committee_file", args=[case.public_id, "0" * 16]),
        reverse("new_committee", args=[case.committee.purchase.case.public_id]),
        reverse("committee_person", args=[person.pk]),
    ]


def test_every_page_anonymous_goes_to_sign_in(client: Client, plan: Plan) -> None:
    for address in (*addresses(plan), reverse("committees")):
        response = client.get(address)
        assert response.status_code == 302, address
        assert reverse("account_login") in response["Location"]


def test_every_page_of_another_unit_is_404(client: Client, plan: Plan) -> None:
    client.force_login(plan.world.stranger)
    for address in addresses(plan):
        assert client.get(address).status_code == 404, address


def test_committee_for_who_reads_no_procurement_is_404_and_the_lists_403(client: Client, plan: Plan) -> None:
    case = into(plan, "draft")
    client.force_login(plan.world.officer)
    assert client.get(url(case)).status_code == 404
    assert client.get(reverse("committees")).status_code == 403


def test_committee_not_there_and_not_to_be_seen_are_the_same(client: Client, plan: Plan) -> None:
    case = into(plan, "draft")
    Conflict.objects.create(case_id=case.pk, user=plan.staff2, at=timezone.now())
    answers = set()
    for user, public_id in (
        (plan.world.stranger, case.public_id),
        (plan.staff2, case.public_id),
        (plan.staff, "000000000000"),
    ):
        client.force_login(user)
        taking = reverse("take_committee", args=[public_id, "note"])
        for response in (client.get(reverse("committee", args=[public_id])), client.get(taking), client.post(taking)):
            told = response.content.decode().partition("<main")[2].partition("</main>")[0]
            answers.add((response.status_code, told))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.parametrize("state", ALL)
def test_committee_page_stands_in_every_state(client: Client, plan: Plan, state: str) -> None:
    case = into(plan, state)
    for user in (plan.staff, plan.staff2, plan.upper_staff, plan.approver, plan.world.head, plan.world.executive):
        text = page(client, user, url(case))
        assert case.number in text
        for edge in GRAPH.edges:
            if state not in edge.sources:
                assert f"/do/{edge.name}/" not in text


# --- What the page says -----------------------------------------------------------------------------------------------
def test_committee_page_offers_only_what_the_person_may_do(client: Client, plan: Plan) -> None:
    case = into(plan, "linted")
    approver = page(client, plan.approver, url(case))
    assert url(case, "approve") in approver
    assert "data-assign" in approver
    staff = page(client, plan.staff, url(case))
    assert url(case, "approve") not in staff
    assert url(case, "take_back") in staff
    executive = page(client, plan.world.executive, url(case))
    assert "/do/" not in executive


def test_committee_page_shows_the_drafter_why_he_does_not_decide(client: Client, plan: Plan) -> None:
    post = plan.approver.holdings.get().post  # type: ignore[attr-defined]
    post.roles = ["approver", "procurement"]
    post.save()
    case = plan.do(into(plan, "draft"), "take_over", plan.approver)
    case = plan.do(case, "lint", plan.approver)
    text = page(client, english(plan.approver), url(case))
    assert "Somebody else has to decide" in text
    assert 'aria-disabled="true">Approve the draft' in text


def test_committee_page_names_findings_with_source_and_mark(client: Client, plan: Plan) -> None:
    case = plan.do(plan.committee(), "remove_member", member=Member.objects.get(duty="chair"))
    text = page(client, english(plan.staff), url(case))
    first = text.partition('<ul class="findings">')[2]
    assert first.index("finding-error") < (first.index("finding-warning") if "finding-warning" in first else 10**9)
    assert "The order may not be signed" in first
    assert "ข้อ 26" in first
    assert "in force since" in first


def test_committee_page_marks_a_rule_that_is_not_verified(client: Client, plan: Plan) -> None:
    from procurement.models import OrderRule

    OrderRule.objects.filter(code="chair").update(verified=False)
    case = plan.do(plan.committee(), "remove_member", member=Member.objects.get(duty="chair"))
    assert "not verified" in page(client, english(plan.staff), url(case)).partition('id="rules"')[2]


def test_committee_page_tells_what_members_declared(client: Client, plan: Plan) -> None:
    case = plan.committee(citizen=True)
    citizen = case.committee.members.get(person__standing="citizen")
    chair = case.committee.members.get(duty="chair")
    Declaration.objects.filter(member=chair).delete()
    ground = InterestGround.objects.get(code="creditor")
    plan.do(case, "declare_interest", member=citizen, ground=ground)
    text = page(client, english(plan.staff), url(case))
    assert "not declared yet" in text
    assert ground.name_en in text
    assert "1 person who has left" in text


def test_committee_page_asks_for_a_declaration_again_when_the_bidders_change(client: Client, plan: Plan) -> None:
    case = plan.committee()
    purchase = plan.do(case.committee.purchase.case, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier(), "amount": 1000}])
    assert "to be declared again" in page(client, english(plan.staff), url(case))


def test_committee_page_shows_a_citizen_who_was_never_invited(client: Client, plan: Plan) -> None:
    case = into(plan, "ordered")
    assert "never invited" not in page(client, english(plan.staff), url(case))
    ballots = [
        {"member": row, "invited": row.person.standing == "official", "attended": row.person.standing == "official"}
        for row in case.committee.members.all()
    ]
    case = plan.do(case, "hold_meeting", on=timezone.localdate(), ballots=ballots, minutes="พิจารณา")
    assert "never invited" in page(client, english(plan.staff), url(case))
    plan.meeting(case)
    assert "never invited" not in page(client, english(plan.staff), url(case))


def test_committee_page_shows_a_dissent_and_its_answer(client: Client, plan: Plan) -> None:
    case = plan.meeting(into(plan, "ordered"), "propose", secretary="against")
    assert url(case, "record_dissent") in page(client, plan.staff, url(case))
    from procurement.models import Attendance

    case = plan.do(case, "record_dissent", attendance=Attendance.objects.get(vote="against"), text="ราคาสูงเกินไปมาก")
    text = page(client, english(plan.approver), url(case))
    assert "ราคาสูงเกินไปมาก" in text
    assert "waits for an answer" in text
    plan.do(case, "answer_dissent", plan.approver, dissent=case.committee.meetings.get().dissents.get(), text="ตรวจแล้ว")
    assert "ตรวจแล้ว" in page(client, plan.staff, url(case))


@pytest.mark.parametrize(
    ("kind", "citizen", "state", "words"),
    [
        ("ebidding", True, "ordered", "This committee covers its plan activity"),
        ("ebidding", True, "draft", "A citizen is in the draft and not appointed yet."),
        ("ebidding", False, "draft", "No citizen sits in it. Add a citizen before the order is signed."),
        ("ebidding", False, "ordered", "an amending order can still appoint one"),
        ("inspection", True, "ordered", "Committees of this kind do not count for coverage"),
    ],
)
def test_committee_page_says_what_it_does_for_coverage(
    client: Client, plan: Plan, kind: str, citizen: bool, state: str, words: str
) -> None:
    case = plan.committee(kind=kind, citizen=citizen)
    if state == "ordered":
        case = plan.ordered(case)
    assert words in page(client, english(plan.staff), url(case))


def test_committee_page_a_citizen_appointed_after_the_decision_covers_nothing(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee(), on=timezone.localdate() - timedelta(days=9))
    case = plan.meeting(case, "propose", on=timezone.localdate() - timedelta(days=4))
    case = plan.do(case, "amend", reasons="เพิ่มผู้แทน")
    case = plan.do(case, "add_member", person=plan.citizen(), duty="member", nomination="เครือข่าย")
    plan.seats_ready(case)
    case = plan.ordered(case, "2")
    text = page(client, english(plan.staff), url(case))
    assert "This committee does not cover its plan activity" in text
    assert "The citizen was appointed after the first decision" in text


def test_committee_page_orders_have_their_document_and_scan(client: Client, plan: Plan) -> None:
    signed = {"number": "7", "on": timezone.localdate(), "signatory": "นายอำเภอ", "files": [paper()]}
    case = plan.do(into(plan, "approved"), "record_signed_order", **signed)
    text = page(client, english(plan.staff), url(case))
    order = case.committee.orders.get()
    assert reverse("order_document", args=[case.public_id, order.pk]) in text
    scan = reverse("committee_file", args=[case.public_id, case.attachments.get().public_id])
    assert scan in text.partition('id="orders"')[2]
    response = client.get(scan)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")


def test_committee_page_timeline_filter(client: Client, plan: Plan) -> None:
    case = plan.do(into(plan, "working"), "note", text="โทรนัดประชุมแล้ว")
    everything = page(client, plan.staff, url(case))
    assert "โทรนัดประชุมแล้ว" in everything
    work = page(client, plan.staff, url(case), show="work").partition('id="timeline"')[2]
    assert "พิจารณาแล้ว" in work
    assert "โทรนัดประชุมแล้ว" not in work


def test_committee_page_costs_the_same_for_few_and_many(
    client: Client, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = plan.meeting(into(plan, "working"), "propose", secretary="against")
    client.force_login(plan.staff)
    with django_assert_max_num_queries(75) as once:
        client.get(url(case))
    case = plan.do(case, "amend", reasons="เพิ่มกรรมการ")
    for number in range(12):
        case = plan.do(case, "add_member", person=plan.official(f"นาย เพิ่ม{number} ตัวอย่าง"), duty="member")
        case = plan.do(case, "note", text=f"{number}")
    for member in case.committee.members.filter(appointed_on=None):
        case = plan.do(case, "declare_interest", member=member, ground=None)
    case = plan.ordered(case, "99")
    for _ in range(8):
        case = plan.meeting(case, "propose", secretary="against")
    with django_assert_max_num_queries(len(once)):
        client.get(url(case))


# --- Documents --------------------------------------------------------------------------------------------------------
def test_order_document_is_a_pdf_of_this_committee_only(client: Client, plan: Plan) -> None:
    case, other = into(plan, "ordered"), plan.ordered(plan.committee(plan.purchase()), "55")
    client.force_login(plan.staff)
    order = case.committee.orders.get()
    response = client.get(reverse("order_document", args=[case.public_id, order.pk]))
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert client.get(reverse("order_document", args=[other.public_id, order.pk])).status_code == 404


def test_draft_document_is_there_until_the_order_is_signed(client: Client, plan: Plan) -> None:
    case = into(plan, "linted")
    address = reverse("draft_document", args=[case.public_id])
    client.force_login(plan.approver)
    response = client.get(address)
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    case = plan.do(case, "approve", plan.approver)
    assert client.get(address).status_code == 200
    plan.do(case, "sign_order", plan.approver, number="9", on=timezone.localdate())
    assert client.get(address).status_code == 404


# --- Lists ------------------------------------------------------------------------------------------------------------
def rows(client: Client, user: User, name: str = "", **query: str) -> list[CommitteeCase]:
    """The committees of a list."""
    client.force_login(user)
    response = client.get(reverse("committees", args=[name] if name else []), query)
    assert response.status_code == 200
    return [row.case for row in response.context["rows"]]


def test_lists_hold_what_waits_for_whom(client: Client, plan: Plan) -> None:
    draft, linted, working = into(plan, "draft"), into(plan, "linted"), into(plan, "working")
    over = into(plan, "discarded")
    assert rows(client, plan.approver) == [linted]
    assert set(rows(client, plan.staff)) == {draft, linted, working}
    assert rows(client, plan.staff2, "mine") == []
    assert rows(client, plan.staff2, "waiting") == [linted]
    assert rows(client, plan.staff, "working") == [working]
    assert set(rows(client, plan.world.executive)) == {linted}
    assert set(rows(client, plan.staff, "all")) == {draft, linted, working, over}
    client.force_login(plan.staff)
    assert client.get(reverse("committees", args=["theirs"])).status_code == 404


def test_lists_hold_nothing_of_another_unit(client: Client, plan: Plan) -> None:
    into(plan, "linted")
    for name in ("decide", "mine", "waiting", "working", "all"):
        assert rows(client, plan.world.stranger, name) == []
    assert len(rows(client, plan.upper_staff, "all")) == 1


def test_list_to_decide_holds_an_open_dissent(client: Client, plan: Plan) -> None:
    from procurement.models import Attendance

    case = plan.meeting(into(plan, "ordered"), "propose", secretary="against")
    assert rows(client, plan.approver, "decide") == []
    plan.do(case, "record_dissent", attendance=Attendance.objects.get(vote="against"), text="ไม่เห็นด้วย")
    assert rows(client, plan.approver, "decide") == [case]


def test_list_to_decide_leaves_out_what_he_has_in_hand_himself(client: Client, plan: Plan) -> None:
    case = into(plan, "linted")
    Case.objects.filter(pk=case.pk).update(holder=plan.approver)
    assert rows(client, plan.approver, "decide") == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"kind": "ebidding"}, 2),
        ({"kind": "inspection"}, 1),
        ({"kind": "'; DROP"}, 3),
        ({"state": "draft"}, 2),
        ({"state": "ordered"}, 1),
        ({"state": "nonsense"}, 3),
        ({"citizen": "with"}, 1),
        ({"citizen": "without"}, 2),
        ({"q": "ปรับปรุง"}, 3),
        ({"q": "ไม่มีเลย"}, 0),
        ({"after": "2026-99-99~x"}, 3),
        ({"before": "~"}, 3),
    ],
)
def test_list_filters(client: Client, plan: Plan, query: dict[str, str], count: int) -> None:
    into(plan, "ordered")
    purchase = plan.purchase()
    plan.committee(purchase)
    plan.committee(purchase, "inspection")
    assert len(rows(client, plan.staff, "all", **query)) == count


def test_list_finds_a_committee_by_its_number(client: Client, plan: Plan) -> None:
    case, _other = plan.committee(), plan.committee()
    assert rows(client, plan.staff, "all", q=case.number.lower()) == [case]


def test_list_row_counts_officials_and_citizens(client: Client, plan: Plan) -> None:
    into(plan, "working")
    into(plan, "dissolved")
    client.force_login(plan.staff)
    for row in client.get(reverse("committees", args=["all"])).context["rows"]:
        assert (row.officials, row.citizens) == (3, 1)


def test_list_is_sorted_by_due_and_paged(client: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [plan.committee() for _ in range(3)]
    for place, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(next_due=date(2027, 1, 10 - place))
    assert rows(client, plan.staff, "mine") == cases[::-1]
    monkeypatch.setattr("procurement.views.staff.committee_list.page_of", lambda *a, **k: page_of(*a, **k, size=2))
    assert rows(client, plan.staff, "mine") == cases[:0:-1]
    after = client.get(reverse("committees", args=["mine"])).context["page"].after
    assert rows(client, plan.staff, "mine", after=after) == cases[:1]


def test_list_costs_the_same_for_1_and_20_rows(
    client: Client, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    into(plan, "draft")
    client.force_login(plan.staff)
    with django_assert_max_num_queries(30) as once:
        client.get(reverse("committees"))
    for _ in range(20):
        plan.committee()
    with django_assert_max_num_queries(len(once)):
        client.get(reverse("committees"))


def test_list_polled_gives_the_changing_parts_only(client: Client, plan: Plan) -> None:
    into(plan, "draft")
    client.force_login(plan.staff)
    response = client.get(reverse("committees"), headers={"HX-Request": "true", "HX-Trigger": "poll-committees"})
    assert b"<main" not in response.content
    assert b'id="rows"' in response.content


@pytest.mark.parametrize("name", ["decide", "mine", "waiting", "working", "all"])
def test_list_that_is_empty_says_what_to_do_next(client: Client, plan: Plan, name: str) -> None:
    user = plan.approver if name == "decide" else plan.staff
    text = page(client, user, reverse("committees", args=[name]))
    assert 'class="empty"' in text
    assert 'class="button"' in text.partition('class="empty"')[2] or name in ("decide", "waiting", "working")
    filtered = page(client, user, reverse("committees", args=[name]), state="draft")
    assert reverse("committees", args=["all"]) in filtered.partition('class="empty"')[2]


# --- A committee begins -----------------------------------------------------------------------------------------------
def test_new_committee_proposes_the_kind_of_the_method_first(client: Client, plan: Plan) -> None:
    purchase = plan.purchase()
    client.force_login(plan.staff)
    form = client.get(reverse("new_committee", args=[purchase.public_id])).context["form"]
    assert next(iter(form.fields["kind"].choices))[0] == "ebidding"
    assert form.initial["kind"] == "ebidding"


def test_new_committee_under_contract_proposes_the_inspection(client: Client, plan: Plan) -> None:
    purchase = plan.contracted(plan.purchase())
    client.force_login(plan.staff)
    form = client.get(reverse("new_committee", args=[purchase.public_id])).context["form"]
    assert form.initial["kind"] == "inspection"


def test_new_committee_is_begun_and_leads_to_its_members(client: Client, plan: Plan) -> None:
    purchase = plan.purchase()
    client.force_login(plan.staff)
    response = client.post(reverse("new_committee", args=[purchase.public_id]), {"kind": "ebidding"})
    case = CommitteeCase.objects.get(kind="committee")
    assert response["Location"] == url(case, "add_member")
    assert (case.holder, case.state) == (plan.staff, "draft")


def test_new_committee_of_a_kind_that_is_there_is_not_offered(client: Client, plan: Plan) -> None:
    case = plan.committee()
    client.force_login(plan.staff)
    address = reverse("new_committee", args=[case.committee.purchase.case.public_id])
    assert url(case) in client.get(address).content.decode()
    assert client.post(address, {"kind": "ebidding"}).status_code == 422
    assert client.post(address, {}).status_code == 422
    assert CommitteeCase.objects.filter(kind="committee").count() == 1


def test_new_committee_is_for_procurement_staff(client: Client, plan: Plan) -> None:
    purchase = plan.purchase()
    address = reverse("new_committee", args=[purchase.public_id])
    for user in (plan.approver, plan.world.head, plan.world.executive):
        client.force_login(user)
        assert client.get(address).status_code == 403
        assert client.post(address, {"kind": "ebidding"}).status_code == 403
    assert not CommitteeCase.objects.filter(kind="committee").exists()


def test_new_committee_of_a_purchase_that_is_over_is_refused(client: Client, plan: Plan) -> None:
    purchase = plan.do(plan.purchase(), "cancel", plan.approver, reasons="เลิก")
    client.force_login(plan.staff)
    address = reverse("new_committee", args=[purchase.public_id])
    assert client.get(address).status_code == 422
    assert client.post(address, {"kind": "ebidding"}).status_code == 422


# --- People -----------------------------------------------------------------------------------------------------------
def person_form(client: Client, person: Person, **typed: Any) -> Any:
    """Send the form of a person as the page had it."""
    address = reverse("committee_person", args=[person.pk])
    seen = client.get(address).context["seen"]
    return client.post(address, {"seen": seen, "active": "on", "most_seats": "3", **typed})


def test_person_is_corrected_and_what_was_signed_stays(client: Client, plan: Plan) -> None:
    case = into(plan, "ordered")
    person = Person.objects.get(standing="citizen", memberships__committee=case.pk)
    before = case.committee.orders.get().content
    client.force_login(plan.staff)
    typed = {"name": "นาง ประชา  ใหม่", "position": "ครูเกษียณ", "network": "เครือข่ายใหม่", "back": url(case)}
    assert person_form(client, person, **typed)["Location"] == url(case)
    person.refresh_from_db()
    assert (person.name, person.position) == ("นาง ประชา ใหม่", "ครูเกษียณ")
    assert case.committee.orders.get().content == before
    assert "นาง ประชา ใหม่" in page(client, plan.staff, url(case))


def test_person_changed_meanwhile_keeps_what_was_typed(client: Client, plan: Plan) -> None:
    person = plan.citizen()
    client.force_login(plan.staff)
    address = reverse("committee_person", args=[person.pk])
    seen = client.get(address).context["seen"]
    Person.objects.filter(pk=person.pk).update(position="ทหารผ่านศึก")
    response = client.post(address, {"seen": seen, "name": "ชื่อที่พิมพ์ไว้", "most_seats": "3", "active": "on"})
    assert response.status_code == 409
    assert "ชื่อที่พิมพ์ไว้" in response.content.decode()
    person.refresh_from_db()
    assert person.name != "ชื่อที่พิมพ์ไว้"


def test_person_without_a_name_is_refused(client: Client, plan: Plan) -> None:
    person = plan.official()
    client.force_login(plan.staff)
    assert person_form(client, person, name=" ").status_code == 422


def test_person_form_leads_back_to_our_pages_only(client: Client, plan: Plan) -> None:
    person = plan.official()
    client.force_login(plan.staff)
    response = person_form(client, person, name="นาย ก", back="https://example.org/")
    assert response["Location"] == reverse("committees")
