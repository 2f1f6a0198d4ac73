"""The forms of committees: every edge has one, what they offer, what they refuse, and two who work at once."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from organisations.models import User
from procurement.candidates import MOST
from procurement.forms.committee import FORMS
from procurement.models import (
    Attendance,
    CommitteeCase,
    Declaration,
    Dissent,
    InterestGround,
    Meeting,
    Member,
    Order,
    Person,
)
from procurement.rules import serving_on
from procurement.states.committee import GRAPH
from tests.support.purchases import Plan
from tests.support.seats import on_paper, seats_of
from tests.support.seen import seen
from workflows.models import Clock, LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def url(case: CommitteeCase, edge: str) -> str:
    """The address of an edge."""
    return reverse("take_committee", args=[case.public_id, edge])


def fresh(case: CommitteeCase) -> CommitteeCase:
    """The case as it is now."""
    return CommitteeCase.objects.get(pk=case.pk)


def send(client: Client, case: CommitteeCase, edge: str, user: User | None = None, **typed: Any) -> Any:
    """Send the form of an edge as the page had it when `case` was read."""
    client.force_login(user or User.objects.get(username="staff"))
    opened = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    return client.post(url(case, edge), {**opened, **typed})


def errors(response: Any) -> dict[str, list[str]]:
    """What a refused form says, by field."""
    assert response.status_code == 422, response.status_code
    return {name: list(rows) for name, rows in response.context["form"].errors.items()}


def picture(name: str = "คำสั่ง.png") -> SimpleUploadedFile:
    """A small picture."""
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


def meeting(case: CommitteeCase, on: Any = None, **changes: Any) -> dict[str, Any]:
    """What the form of a meeting sends when everybody came; None takes a box away."""
    day = on or timezone.localdate()
    typed: dict[str, Any] = {"on": day.isoformat(), "decision": "none", "minutes": "พิจารณาเอกสารแล้ว"}
    for row in serving_on(case.committee, day):
        typed[f"seen-{row.pk}"] = "1"
        typed |= {f"{what}-{row.pk}": "on" for what in ("invited", "attended", "documents")}
        typed[f"vote-{row.pk}"] = "for"
    typed |= changes
    return {name: value for name, value in typed.items() if value is not None}


def row_of(case: CommitteeCase, duty: str) -> Member:
    """A member by his duty."""
    return case.committee.members.get(duty=duty, left_on=None, person__standing="official")


# --- The law and the forms --------------------------------------------------------------------------------------------
def test_every_edge_of_a_person_has_a_form_and_no_other_has_one() -> None:
    people = {"procurement", "approver", "head"}
    wanted = {edge.name for edge in GRAPH.edges if edge.sources and people & {who.code for who in edge.by}}
    assert set(FORMS) == wanted
    assert {edge.name for edge in GRAPH.edges if not edge.sources} == {"draft"}, "begun by NewCommitteeForm"


@pytest.mark.parametrize("edge", ["draft", "nonsense"])
def test_take_what_nobody_takes_here_is_404(client: Client, plan: Plan, edge: str) -> None:
    case = plan.committee()
    assert send(client, case, edge).status_code == 404


def test_take_the_whole_road(client: Client, plan: Plan) -> None:
    """Every edge that leads on, by its form, from the first member to the accepted report."""
    today = timezone.localdate().isoformat()
    chair, member, secretary = (plan.official(f"นาย {n} ตัวอย่าง") for n in "กขค")
    citizen = plan.citizen()
    client.force_login(plan.staff)
    client.post(reverse("new_committee", args=[plan.purchase().public_id]), {"kind": "ebidding"})
    case = CommitteeCase.objects.get(kind="committee")

    def took(edge: str, user: User, state: str, **typed: Any) -> None:
        nonlocal case
        client.force_login(user)
        assert client.get(url(case, edge), headers={"HX-Request": "true"}).status_code == 200
        response = send(client, case, edge, user, **typed)
        assert response.status_code == 302, (edge, response.context and response.context["form"].errors)
        case = fresh(case)
        assert case.state == state, edge

    duties = {f"duty-{chair.pk}": "chair", f"duty-{member.pk}": "member", f"duty-{secretary.pk}": "secretary"}
    took("add_member", plan.staff, "draft", **duties, **{f"duty-{citizen.pk}": "member",
         f"nomination-{citizen.pk}": "เครือข่ายเสนอชื่อ"})  # fmt: skip
    seat = on_paper(plan, seats_of(case)[0], upto="seat_accepted")
    declared = {f"interest-{row.pk}": "none" for row in case.committee.members.all()}
    took("declare_interest", plan.staff, "draft", on=today, **declared)
    plan.do(seat, "clear")
    took("note", plan.staff, "draft", text="โทรแจ้งแล้ว")
    took("attach", plan.staff, "draft", files=[picture()], text="หนังสือเสนอชื่อ")
    took("take_over", plan.staff2, "draft")
    took("lint", plan.staff, "linted")
    took("take_back", plan.staff, "draft")
    took("lint", plan.staff, "linted")
    took("return_draft", plan.approver, "draft", reasons="ขอเปลี่ยนกรรมการ")
    took("lint", plan.staff, "linted")
    took("approve", plan.approver, "approved")
    clock = Clock.objects.get(case=case.pk, code="order", stopped_on=None)
    took("extend", plan.approver, "approved", clock=clock.pk, days=3, reasons="รอลงนาม")
    took("sign_order", plan.approver, "ordered", number="12", on=today, title="ปลัดจังหวัด")
    order = Order.objects.get()
    assert (order.signatory, order.signatory_title, order.signed_by) == ("นาย approver", "ปลัดจังหวัด", plan.approver)
    secretary_row, away = row_of(case, "secretary"), {f"attended-{row_of(case, 'member').pk}": None}
    took("hold_meeting", plan.staff, "working", **meeting(case, **away))
    took("record_meeting", plan.staff, "working",
         **meeting(case, decision="propose", **{f"vote-{secretary_row.pk}": "against"}, **away))  # fmt: skip
    took("record_dissent", plan.staff, "working", attendance=Attendance.objects.get(vote="against").pk, text="ราคาสูง")
    took("answer_dissent", plan.approver, "working", dissent=Dissent.objects.get().pk, text="ตรวจราคาแล้ว")
    took("amend", plan.staff, "draft", reasons="กรรมการย้าย")
    took("remove_member", plan.staff, "draft", member=secretary_row.pk)
    took("drop_amendment", plan.staff, "working")
    took(
        "member_leaves",
        plan.staff,
        "working",
        member=row_of(case, "member").pk,
        on=today,
        because="moved",
        reasons="ย้าย",
    )
    took("report", plan.staff, "reported", text="เห็นควรจ้าง", files=[picture("รายงาน.png")])
    took("return_report", plan.approver, "working", reasons="ขอเหตุผลเพิ่ม")
    took("report", plan.staff, "reported", text="เห็นควรจ้าง เพราะราคาต่ำสุด")
    took("dissolve", plan.approver, "dissolved", text="รับทราบ")
    assert Meeting.objects.count() == 2
    taken = set(LedgerEntry.objects.filter(case=case.pk).values_list("verb", flat=True))
    # What is left has a test of its own.
    assert set(FORMS) - taken == {"change_duty", "record_signed_order", "discard", "cancel_order"}


def test_take_what_is_not_his_is_refused_with_who_may(client: Client, plan: Plan) -> None:
    case = plan.do(plan.committee(), "lint")
    assert send(client, case, "approve", plan.staff).status_code == 403
    assert send(client, case, "note", plan.world.executive, text="หมายเหตุ").status_code == 403
    assert fresh(case).state == "linted"


def test_take_in_the_wrong_state_is_refused(client: Client, plan: Plan) -> None:
    case = plan.committee()
    client.force_login(plan.approver)
    assert client.post(url(case, "approve"), seen(case)).status_code == 409


def test_take_every_form_stands_where_its_edge_does(client: Client, plan: Plan) -> None:
    """No form of any state is broken for who may take it, on a page of its own and in the panel."""
    case = plan.meeting(plan.ordered(plan.committee(citizen=True)), "propose", member="against")
    case = plan.do(case, "record_dissent", attendance=Attendance.objects.filter(vote="against")[0], text="ไม่เห็นด้วย")
    for amended in (False, True):
        reached = plan.do(case, "amend", reasons="เพิ่ม") if amended else case
        for user in (plan.staff, plan.approver):
            client.force_login(user)
            for edge in GRAPH.edges_from(reached.state):
                for headers in ({}, {"HX-Request": "true"}):
                    assert client.get(url(reached, edge.name), headers=headers).status_code in (200, 403, 422)


# --- Adding members ---------------------------------------------------------------------------------------------------
def lists(client: Client, case: CommitteeCase, **typed: str) -> dict[str, list[Any]]:
    """Who is offered, by standing: searched for where `q` is typed."""
    client.force_login(User.objects.get(username="staff"))
    response = client.post(url(case, "add_member"), {**seen(case), **typed, "more": "search"}) if typed else client.get(
        url(case, "add_member")
    )  # fmt: skip
    assert response.status_code == 200
    return {part.standing: part.rows for part in response.context["form"].lists}


def test_add_member_offers_the_people_of_the_unit_with_their_seats(client: Client, plan: Plan) -> None:
    case = plan.committee(citizen=True)
    full = plan.citizen("นาง เต็ม แล้ว", most_seats=1)
    plan.do(plan.committee(plan.purchase()), "add_member", person=full, duty="member", nomination="เสนอ")
    gone, elsewhere = plan.citizen("นาย เลิก แล้ว", active=False), plan.citizen("นาย อื่น อำเภอ", unit=plan.world.other)
    free = plan.citizen("นางสาว ว่าง อยู่")
    found = {row.person.pk: row for row in lists(client, case)["citizen"]}
    assert gone.pk not in found
    assert elsewhere.pk not in found
    assert (found[free.pk].reason, found[free.pk].seats) == ("", 0)
    assert found[full.pk].seats == 1
    assert found[full.pk].reason
    member = case.committee.members.get(person__standing="citizen").person
    assert found[member.pk].reason
    assert {row.reason == "" for row in lists(client, case, q="เลิก")["citizen"]} == {False}


def test_add_member_says_who_sits_on_another_committee_of_the_purchase(client: Client, plan: Plan) -> None:
    tender = plan.committee()
    inspection = plan.committee(tender.committee.purchase.case, "inspection")
    chair = row_of(tender, "chair").person
    found = {row.person.pk: row for row in lists(client, inspection)["official"]}
    assert found[chair.pk].notes
    assert found[chair.pk].reason == ""


def test_add_member_does_not_offer_who_declared_an_interest_in_these_bidders(client: Client, plan: Plan) -> None:
    case = plan.committee()
    member = row_of(case, "member")
    case = plan.do(case, "declare_interest", member=member, ground=InterestGround.objects.get(code="creditor"))
    found = {row.person.pk: row for row in lists(client, case)["official"]}
    assert found[member.person_id].reason
    assert send(client, case, "add_member", **{f"duty-{member.person_id}": "member"}).status_code == 422
    purchase = plan.do(case.committee.purchase.case, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier(), "amount": 1000}])
    found = {row.person.pk: row for row in lists(client, case)["official"]}
    assert (found[member.person_id].reason, len(found[member.person_id].notes)) == ("", 1)


def test_add_member_search_finds_by_name_position_and_network_and_keeps_what_was_chosen(
    client: Client, plan: Plan
) -> None:
    case = plan.committee()
    chosen, wanted = plan.citizen("นาง เลือก ไว้"), plan.citizen("นาย สมหมาย", network="กองทุนหมู่บ้าน")
    for number in range(MOST + 3):
        plan.citizen(f"นาย คน{number} ก่อน")
    typed = {"q": "กองทุน", f"duty-{chosen.pk}": "member", f"nomination-{chosen.pk}": "เหตุผลที่พิมพ์"}
    client.force_login(plan.staff)
    response = client.post(url(case, "add_member"), {**seen(case), **typed, "more": "search"})
    text = response.content.decode()
    found = {row.person.pk for part in response.context["form"].lists for row in part.rows}
    assert found == {chosen.pk, wanted.pk}
    assert "เหตุผลที่พิมพ์" in text
    assert f'name="duty-{chosen.pk}"' in text
    assert "field-wrong" not in text
    assert case.committee.members.count() == 3
    assert {part.standing: part.more for part in client.get(url(case, "add_member")).context["form"].lists} == {
        "official": False,
        "citizen": True,
    }


def test_add_member_several_at_once_all_or_none(client: Client, plan: Plan) -> None:
    case = plan.committee()
    free, other = plan.official("นาย หนึ่ง"), plan.official("นาย สอง")
    response = send(client, case, "add_member", **{f"duty-{free.pk}": "member", f"duty-{other.pk}": "chair"})
    assert list(errors(response)) == [f"duty-{other.pk}"]
    assert case.committee.members.count() == 3
    response = send(client, case, "add_member", **{f"duty-{free.pk}": "member", f"duty-{other.pk}": "member"})
    assert response["Location"] == url(case, "add_member")
    assert case.committee.members.count() == 5


def test_add_member_citizen_needs_his_nomination_beside_the_field(client: Client, plan: Plan) -> None:
    case, citizen = plan.committee(), plan.citizen()
    response = send(client, case, "add_member", **{f"duty-{citizen.pk}": "member", f"nomination-{citizen.pk}": " "})
    assert list(errors(response)) == [f"nomination-{citizen.pk}"]


def test_add_member_two_chairs_in_one_form_are_refused(client: Client, plan: Plan) -> None:
    case = plan.do(plan.committee(), "remove_member", member=Member.objects.get(duty="chair"))
    one, two = plan.official("นาย ก"), plan.official("นาย ข")
    response = send(client, case, "add_member", **{f"duty-{one.pk}": "chair", f"duty-{two.pk}": "chair"})
    assert list(errors(response)) == [f"duty-{two.pk}"]


def test_add_member_nobody_chosen_is_refused(client: Client, plan: Plan) -> None:
    assert "__all__" in errors(send(client, plan.committee(), "add_member"))


def test_add_member_of_a_unit_beside_is_refused(client: Client, plan: Plan) -> None:
    case = plan.committee()
    for typed in ({f"duty-{plan.official('นาย อื่น', plan.world.other).pk}": "member"}, {"duty-999999": "member"}):
        assert errors(send(client, case, "add_member", **typed))
    assert case.committee.members.count() == 3


def test_add_member_who_is_new_is_written_and_added(client: Client, plan: Plan) -> None:
    case = plan.committee()
    typed = {
        "new_standing": "citizen", "new_name": "นาง ใหม่  มาแล้ว", "new_position": "ช่างไม้", "new_network": "ประชาคม",
        "new_duty": "member", "new_nomination": "ประชาคมเสนอ",
    }  # fmt: skip
    assert send(client, case, "add_member", **typed).status_code == 302
    person = Person.objects.get(name="นาง ใหม่ มาแล้ว")
    assert (person.unit, person.network, person.standing) == (plan.unit, "ประชาคม", "citizen")
    assert case.committee.members.get(person=person).nomination == "ประชาคมเสนอ"


def test_add_member_who_is_new_and_refused_is_not_written(client: Client, plan: Plan) -> None:
    case, known = plan.committee(), plan.official("นาย คน ก่อน")
    count = Person.objects.count()
    typed = {"new_standing": "official", "new_name": "นาย ใหม่", "new_position": "นิติกร", "new_duty": "chair"}
    assert list(errors(send(client, case, "add_member", **typed, **{f"duty-{known.pk}": "member"}))) == ["new_duty"]
    assert Person.objects.count() == count
    assert case.committee.members.count() == 3
    assert list(errors(send(client, case, "add_member", new_name="นาย ใหม่"))) == ["new_standing", "new_duty"]
    assert list(errors(send(client, case, "add_member", new_position="นิติกร"))) == ["new_name"]


def test_add_member_a_namesake_is_asked_for_and_stays_another_person(client: Client, plan: Plan) -> None:
    known, case = plan.official("นาย ชื่อ ซ้ำ"), plan.committee()
    typed = {"new_standing": "official", "new_name": known.name, "new_position": "x", "new_duty": "member"}
    response = send(client, case, "add_member", **typed)
    assert list(errors(response)) == ["new_name"]
    assert "new_namesake" in response.content.decode()
    assert send(client, case, "add_member", **typed, new_namesake="on").status_code == 302
    assert Person.objects.filter(name=known.name).count() == 2


def test_add_member_costs_the_same_for_few_and_many_people(
    client: Client, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = plan.committee(citizen=True)
    client.force_login(plan.staff)
    with django_assert_max_num_queries(45) as once:
        client.get(url(case, "add_member"))
    for number in range(20):
        plan.citizen(f"นาย ค{number}")
        plan.official(f"นาย ง{number}")
    with django_assert_max_num_queries(len(once)):
        client.get(url(case, "add_member"))


# --- Duties, declarations, leaving ------------------------------------------------------------------------------------
def test_change_duty_hands_the_chair_over_in_one_go(client: Client, plan: Plan) -> None:
    case = plan.committee()
    chair, member, secretary = (row_of(case, duty) for duty in ("chair", "member", "secretary"))
    typed = {f"duty-{chair.pk}": "member", f"duty-{member.pk}": "chair", f"duty-{secretary.pk}": "secretary"}
    assert send(client, case, "change_duty", **typed).status_code == 302
    assert row_of(case, "chair") == member


def test_change_duty_of_the_member_whose_link_was_pressed_only(client: Client, plan: Plan) -> None:
    case = plan.committee()
    member = row_of(case, "member")
    client.force_login(plan.staff)
    form = client.get(url(case, "change_duty"), {"member": member.pk}).context["form"]
    assert [line.member for line in form.lines] == [member]
    typed = {"member": member.pk, f"duty-{member.pk}": "chair"}
    assert list(errors(send(client, case, "change_duty", **typed))) == [f"duty-{member.pk}"]
    assert errors(send(client, case, "change_duty", **{"member": member.pk, f"duty-{member.pk}": "member"}))


def test_change_duty_of_somebody_gone_meanwhile_keeps_the_form(client: Client, plan: Plan) -> None:
    case = plan.committee()
    member, secretary = row_of(case, "member"), row_of(case, "secretary")
    plan.do(case, "remove_member", plan.staff2, member=member)
    typed = {f"duty-{member.pk}": "secretary", f"duty-{secretary.pk}": "member"}
    assert "__all__" in errors(send(client, case, "change_duty", **typed))


def test_declarations_of_everybody_in_one_form(client: Client, plan: Plan) -> None:
    case = plan.committee()
    Declaration.objects.all().delete()
    chair, member, secretary = (row_of(case, duty) for duty in ("chair", "member", "secretary"))
    typed = {f"interest-{chair.pk}": "none", f"interest-{member.pk}": "creditor", f"interest-{secretary.pk}": ""}
    assert send(client, case, "declare_interest", on=timezone.localdate().isoformat(), **typed).status_code == 302
    assert set(Declaration.objects.values_list("member", "ground")) == {(chair.pk, None), (member.pk, "creditor")}
    member.refresh_from_db()
    assert member.left_because == "interest"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "__all__"),
        ({"on": ""}, "on"),
        ({"on": "2999-01-01"}, "on"),
        ({"interest-{pk}": "nonsense"}, "interest-{pk}"),
        ({"interest-999999": "none"}, "__all__"),
    ],
)
def test_declarations_refused(client: Client, plan: Plan, typed: dict[str, str], wrong: str) -> None:
    case = plan.committee()
    pk, before = row_of(case, "chair").pk, Declaration.objects.count()
    sent = {"on": timezone.localdate().isoformat(), **{name.format(pk=pk): value for name, value in typed.items()}}
    assert wrong.format(pk=pk) in errors(send(client, case, "declare_interest", **sent))
    assert Declaration.objects.count() == before


def test_remove_member_asks_only_whether_one_is_sure_where_the_link_named_him(client: Client, plan: Plan) -> None:
    case = plan.committee()
    member = row_of(case, "member")
    client.force_login(plan.staff)
    form = client.get(url(case, "remove_member"), {"member": member.pk}).context["form"]
    assert form.fields["member"].widget.is_hidden
    assert member.person.name in form.question
    assert not client.get(url(case, "remove_member"), {"member": "x"}).context["form"].fields["member"].widget.is_hidden
    assert send(client, case, "remove_member", member=member.pk).status_code == 302
    assert errors(send(client, fresh(case), "remove_member", member=member.pk))


def test_member_of_another_committee_is_no_choice(client: Client, plan: Plan) -> None:
    case, other = plan.committee(), plan.committee()
    assert "member" in errors(send(client, case, "remove_member", member=row_of(other, "member").pk))
    assert other.committee.members.count() == 3


# --- The order --------------------------------------------------------------------------------------------------------
def test_lint_with_an_error_is_refused_with_the_rule(client: Client, plan: Plan) -> None:
    case = plan.do(plan.committee(), "remove_member", member=Member.objects.get(duty="chair"))
    response = send(client, case, "lint")
    assert response.status_code == 422
    assert "ข้อ 26" in response.content.decode()


def test_approve_shows_the_draft_and_what_the_rules_say(client: Client, plan: Plan) -> None:
    case = plan.do(plan.committee(citizen=True), "lint")
    client.force_login(plan.approver)
    text = client.get(url(case, "approve")).content.decode()
    assert reverse("draft_document", args=[case.public_id]) in text
    for row in case.committee.members.select_related("person"):
        assert row.person.name in text


@pytest.mark.parametrize("edge", ["approve", "sign_order", "record_signed_order"])
def test_approve_a_draft_that_lost_a_member_is_barred_with_what_to_do(client: Client, plan: Plan, edge: str) -> None:
    case = plan.do(plan.committee(citizen=True), "lint")
    if edge != "approve":
        case = plan.do(case, "approve", plan.approver)
    citizen = case.committee.members.get(person__standing="citizen")
    plan.do(case, "declare_interest", member=citizen, ground=InterestGround.objects.get(code="creditor"))
    user = plan.staff if edge == "record_signed_order" else plan.approver
    client.force_login(user)
    response = client.get(url(case, edge))
    assert response.status_code == 422
    assert response.context["form"] is None
    assert url(case, edge) not in client.get(reverse("committee", args=[case.public_id])).content.decode()


def test_sign_a_number_that_is_taken_is_refused_beside_the_number(client: Client, plan: Plan) -> None:
    plan.ordered(plan.committee(), "5")
    case = plan.do(plan.do(plan.committee(), "lint"), "approve", plan.approver)
    client.force_login(plan.approver)
    today = timezone.localdate()
    tried = [
        ({"number": "5", "on": today}, "number"),
        ({"number": " ", "on": today}, "number"),
        ({"number": "6", "on": ""}, "on"),
        ({"number": "6", "on": today + timedelta(days=1)}, "on"),
    ]
    for typed, wrong in tried:
        assert list(errors(send(client, case, "sign_order", plan.approver, **typed))) == [wrong]
    assert fresh(case).state == "approved"


def test_signed_on_paper_needs_its_scan_and_who_signed(client: Client, plan: Plan) -> None:
    case = plan.do(plan.do(plan.committee(), "lint"), "approve", plan.approver)
    client.force_login(plan.staff)
    shown = {"number": "8", "on": timezone.localdate().isoformat()}
    assert set(errors(send(client, case, "record_signed_order", **shown))) == {"signatory", "files"}
    typed = {**shown, "signatory": "นาย อำเภอ", "title": "นายอำเภอ", "files": [picture()]}
    assert send(client, case, "record_signed_order", **typed).status_code == 302
    order = Order.objects.get()
    assert (order.signatory, order.signatory_title, order.signed_by) == ("นาย อำเภอ", "นายอำเภอ", None)
    assert case.attachments.count() == 1


def test_discard_and_cancel(client: Client, plan: Plan) -> None:
    draft = plan.committee()
    assert "reasons" in errors(send(client, draft, "discard"))
    assert send(client, draft, "discard", reasons="ไม่ซื้อแล้ว").status_code == 302
    ordered = plan.ordered(plan.committee(), "1")
    typed = {"number": "2", "on": timezone.localdate().isoformat(), "reasons": "ยกเลิกโครงการ"}
    assert send(client, ordered, "cancel_order", plan.approver, **typed).status_code == 302
    assert (fresh(draft).state, fresh(ordered).state) == ("discarded", "dissolved")


def test_deputy_signs_on_behalf(client: Client, plan: Plan) -> None:
    from organisations.models import Holding

    case = plan.do(plan.do(plan.committee(), "lint"), "approve", plan.approver)
    client.force_login(plan.approver)
    assert client.get(url(case, "sign_order")).context["form"].initial["title"] == "ตำแหน่ง"
    Holding.objects.filter(user=plan.approver).update(deputy=True)
    client.force_login(plan.approver)
    assert client.get(url(case, "sign_order")).context["form"].initial["title"] == "ปฏิบัติราชการแทน ตำแหน่ง"


# --- Meetings ---------------------------------------------------------------------------------------------------------
def test_meeting_form_begins_with_everybody_there(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee(citizen=True))
    client.force_login(plan.staff)
    form = client.get(url(case, "hold_meeting")).context["form"]
    assert len(form.grid) == 4
    assert all(row.invited.value() and row.attended.value() and row.documents.value() for row in form.grid)


@pytest.mark.parametrize(
    ("kind", "decisions"),
    [
        ("ebidding", {"none", "propose", "cancel", "other"}),
        ("inspection", {"none", "accept", "reject", "other"}),
        ("terms", {"none", "other"}),
    ],
)
def test_meeting_form_offers_decisions_that_fit_the_kind(
    client: Client, plan: Plan, kind: str, decisions: set[str]
) -> None:
    case = plan.ordered(plan.committee(kind=kind))
    client.force_login(plan.staff)
    form = client.get(url(case, "hold_meeting")).context["form"]
    assert {code for code, _label in form.fields["decision"].choices} == decisions
    assert "decision" in errors(send(client, case, "hold_meeting", **meeting(case, decision="nonsense")))


def test_meeting_without_a_decision_has_no_votes(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee())
    assert send(client, case, "hold_meeting", **meeting(case)).status_code == 302
    assert set(Attendance.objects.values_list("vote", flat=True)) == {""}


def test_meeting_without_its_chair_is_refused_beside_him(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee())
    chair = row_of(case, "chair")
    response = send(client, case, "hold_meeting", **meeting(case, **{f"attended-{chair.pk}": None}))
    assert list(errors(response)) == [f"attended-{chair.pk}"]
    assert Meeting.objects.count() == 0


def test_meeting_without_a_quorum_is_refused_and_keeps_the_minutes(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee(citizen=True))
    away = {f"attended-{row.pk}": None for row in case.committee.members.exclude(duty="chair")}
    response = send(client, case, "hold_meeting", **meeting(case, minutes="รายงานยาวที่พิมพ์ไว้แล้ว", **away))
    assert "__all__" in errors(response)
    assert "รายงานยาวที่พิมพ์ไว้แล้ว" in response.content.decode()


def test_meeting_votes_that_carry_nothing_are_refused_beside_the_decision(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee(kind="inspection"))
    secretary = row_of(case, "secretary")
    typed = meeting(case, decision="accept", **{f"vote-{secretary.pk}": "against"})
    assert list(errors(send(client, case, "hold_meeting", **typed))) == ["decision"]


def test_meeting_who_was_away_has_no_vote(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee())
    secretary = row_of(case, "secretary")
    away = {f"attended-{secretary.pk}": None}
    typed = meeting(case, decision="propose", **{f"vote-{secretary.pk}": "against"}, **away)
    assert list(errors(send(client, case, "hold_meeting", **typed))) == [f"vote-{secretary.pk}"]
    assert send(client, case, "hold_meeting", **meeting(case, decision="propose", **away)).status_code == 302
    assert Attendance.objects.get(member=secretary).vote == ""


def test_meeting_of_another_day_shows_its_own_members(client: Client, plan: Plan) -> None:
    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=20)
    case = plan.meeting(plan.ordered(plan.committee(citizen=True), on=before), on=before)
    gone = row_of(case, "member")
    case = plan.do(case, "member_leaves", member=gone, on=today - timedelta(days=5), because="moved", reasons="ย้าย")
    earlier = {**meeting(case), "on": (today - timedelta(days=10)).isoformat()}
    response = send(client, case, "record_meeting", **earlier)
    assert list(errors(response)) == ["on"]
    assert gone in [row.member for row in response.context["form"].grid]
    assert "พิจารณาเอกสารแล้ว" in response.content.decode()
    again = client.post(url(case, "record_meeting"), {**seen(case), **earlier, "more": "day"})
    assert again.status_code == 200
    row = next(row for row in again.context["form"].grid if row.member == gone)
    assert row.attended.value()
    assert "field-wrong" not in again.content.decode()
    typed = meeting(case, on=today - timedelta(days=10))
    assert send(client, case, "record_meeting", **typed).status_code == 302


def test_meeting_on_a_day_that_cannot_be_is_refused_beside_it(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee())
    for day in ("2999-01-01", "", "2001-01-01", "x"):
        assert "on" in errors(send(client, case, "hold_meeting", **{**meeting(case), "on": day}))


# --- Dissent ----------------------------------------------------------------------------------------------------------
def test_dissent_of_another_committee_is_no_choice(client: Client, plan: Plan) -> None:
    case = plan.meeting(plan.ordered(plan.committee(), "1"), "propose", secretary="against")
    other = plan.meeting(plan.ordered(plan.committee(), "2"), "propose", secretary="against")
    theirs = Attendance.objects.get(vote="against", meeting__committee=other.pk)
    assert "attendance" in errors(send(client, case, "record_dissent", attendance=theirs.pk, text="ไม่"))
    plan.do(other, "record_dissent", attendance=theirs, text="ไม่")
    own = Attendance.objects.get(vote="against", meeting__committee=case.pk)
    case = plan.do(case, "record_dissent", attendance=own, text="ไม่")
    wrong = Dissent.objects.get(meeting__committee=other.pk)
    assert "dissent" in errors(send(client, case, "answer_dissent", plan.approver, dissent=wrong.pk, text="ตอบ"))


# --- Two at once ------------------------------------------------------------------------------------------------------
def test_two_add_members_to_one_draft_and_both_are_kept(client: Client, plan: Plan) -> None:
    case = plan.committee()
    plan.do(case, "add_member", plan.staff2, person=plan.official("นาย ของ คนที่สอง"), duty="member")
    mine = plan.official("นาย ของ ฉัน")
    assert send(client, case, "add_member", **{f"duty-{mine.pk}": "member"}).status_code == 302
    assert case.committee.members.count() == 5


def test_two_add_the_same_person_and_the_second_is_told(client: Client, plan: Plan) -> None:
    case, person = plan.committee(), plan.official("นาย คน เดียวกัน")
    plan.do(case, "add_member", plan.staff2, person=person, duty="member")
    assert "__all__" in errors(send(client, case, "add_member", **{f"duty-{person.pk}": "member"}))
    assert case.committee.members.filter(person=person).count() == 1


def test_overtaken_says_who_and_keeps_the_text(client: Client, plan: Plan) -> None:
    case = plan.ordered(plan.committee())
    plan.meeting(case)
    response = send(client, case, "hold_meeting", **meeting(case, minutes="รายงานการประชุมที่พิมพ์ไว้ก่อนถูกแซง"))
    assert response.status_code == 409
    assert "รายงานการประชุมที่พิมพ์ไว้ก่อนถูกแซง" in response.content.decode()


def test_overtaken_and_still_possible_offers_the_form_again(client: Client, plan: Plan) -> None:
    case = plan.committee()
    plan.do(case, "lint", plan.staff2)
    response = send(client, case, "note", text="หมายเหตุที่พิมพ์ค้างไว้")
    assert response.status_code == 409
    assert str(plan.staff2) in response.content.decode()
    assert "หมายเหตุที่พิมพ์ค้างไว้" in response.content.decode()
    assert f'name="seen_version" value="{fresh(case).state_version}"' in response.content.decode()


def test_sent_twice_is_recorded_once(client: Client, plan: Plan) -> None:
    case = plan.committee()
    assert send(client, case, "note", text="ครั้งเดียวพอ").status_code == 302
    assert send(client, case, "note", text="ครั้งเดียวพอ").status_code == 409
    typed = {"on": timezone.localdate().isoformat(), f"interest-{row_of(case, 'chair').pk}": "none"}
    now = fresh(case)
    before = Declaration.objects.count()
    assert send(client, now, "declare_interest", **typed).status_code == 302
    assert send(client, now, "declare_interest", **typed).status_code == 409
    assert Declaration.objects.count() == before + 1
