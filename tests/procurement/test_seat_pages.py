"""The pages of citizen seats: what each person of the agency sees, at what cost, and what each step does."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from organisations.models import User
from procurement.forms.citizen_seat import FORMS
from procurement.models import CommitteeCase, ConflictHit, InterestGround, Member, Observation, SeatCase, SupplierPerson
from procurement.states.seat import ALL, GRAPH
from tests.support.purchases import Plan, paper
from tests.support.seats import account_of, by_clock, drawn, join_pool, on_paper, open_seat, pool, seats_of
from tests.support.seen import seen
from workflows.models import Case, Conflict, LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def url(case: Case, edge: str = "") -> str:
    """The address of a seat, or of an edge of it."""
    return reverse("seat_take", args=[case.public_id, edge]) if edge else reverse("seat", args=[case.public_id])


def english(user: User) -> User:
    """The same person, who reads English."""
    user.language = "en"
    user.save(update_fields=["language"])
    return user


def page(client: Client, user: User, address: str, **query: str) -> str:
    """The text of a page that stands, as `user` sees it."""
    client.force_login(user)
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def send(client: Client, user: User, case: Case, edge: str, **facts: Any) -> Any:
    """The form of an edge, sent by `user` as he saw the case."""
    client.force_login(user)
    case.refresh_from_db(fields=["state_version", "ledger_seq"])
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    return client.post(url(case, edge), {**seen, **facts})


def fresh(case: Case) -> SeatCase:
    """The seat as it is now."""
    return SeatCase.objects.get(pk=case.pk)


def with_hit(plan: Plan, *, ordered: bool = True) -> SeatCase:
    """A seat whose citizen has the name of a director of a bidder who has just become known."""
    committee = plan.committee(citizen=True)
    if ordered:
        plan.ordered(committee, f"{committee.pk}")
    seat = seats_of(committee)[0]
    bidder = plan.supplier()
    SupplierPerson.objects.create(supplier=bidder, name=seat.seat.person.name, part="director")
    purchase = plan.do(committee.committee.purchase.case, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": bidder}])
    return fresh(seat)


def report(plan: Plan, seat: SeatCase, by: User, number: int = 1) -> Observation:
    """A report of the citizen, sent in."""
    facts = {"token": f"t{number}", "observed_on": timezone.localdate(), "seen": "เปิดซองครบทุกราย"}
    plan.do(seat, "report", by, **facts)
    return Observation.objects.get(seat=seat.pk, number=number)


def reporting(plan: Plan) -> SeatCase:
    """A seat in office whose citizen has an account and has reported."""
    pool(plan, 2)
    drawn(plan)
    committee = plan.committee()
    seat = on_paper(plan, plan.do(open_seat(plan, committee), "draw_next"))
    plan.meeting(plan.ordered(committee))
    report(plan, fresh(seat), account_of(seat))
    return fresh(seat)


def into(plan: Plan, state: str) -> SeatCase:
    """A seat in `state`."""
    pool(plan, 3)
    drawn(plan)
    committee = plan.committee()
    seat = open_seat(plan, committee)
    if state == "nominated":
        other = join_pool(plan.citizen("นาง เสนอ ชื่อดี"), plan.staff)
        return plan.do(seat, "nominate", person=other.person, reason="ชุมชนเสนอ")  # type: ignore[no-any-return]
    seat = seat if state == "vacant" else plan.do(seat, "draw_next")
    if state in ("vacant", "drawn"):
        return seat
    return before_order(plan, seat, state) or from_approval_on(plan, seat, committee, state)


def before_order(plan: Plan, seat: SeatCase, state: str) -> SeatCase | None:
    """A seat that was drawn, brought to a state it has without an order; None for any other state."""
    ends: dict[str, tuple[str, str, User, dict[str, Any]]] = {
        "seat_declined": ("invited", "record_refusal", plan.staff, {"text": "ติดงาน"}),
        "conflicted": (
            "seat_accepted", "declare_conflict", plan.staff, {"seen": 0, "ground": InterestGround.objects.all()[0]},
        ),
        "seat_withdrawn": ("cleared", "withdraw_acceptance", plan.staff, {"reasons": "ป่วย"}),
        "seat_void": ("invited", "set_aside", plan.world.upper_approver, {"reasons": "ย้ายถิ่นฐาน"}),
    }  # fmt: skip
    if state == "no_reply":
        return by_clock(on_paper(plan, seat, upto="invited"), "no_reply")
    if state in ends:
        upto, edge, who, facts = ends[state]
        return plan.do(on_paper(plan, seat, upto=upto), edge, who, **facts)  # type: ignore[no-any-return]
    if state in ("invited", "seat_accepted", "declared", "cleared"):
        return on_paper(plan, seat, upto=state)
    return None


def from_approval_on(plan: Plan, seat: SeatCase, committee: CommitteeCase, state: str) -> SeatCase:
    """A seat that was drawn, brought to a state it has by the order of its committee."""
    seat = on_paper(plan, seat)
    committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
    if state == "seat_approved":
        return fresh(seat)
    committee = plan.do(committee, "sign_order", plan.approver, number="1", on=timezone.localdate())
    if state == "appointed":
        return fresh(seat)
    if state == "suspended":
        hit = {"first_version": 0, "last_version": 0, "kind": "name", "evidence": {}, "digest": "x"}
        ConflictHit.objects.create(seat=fresh(seat).seat, found_at=timezone.now(), **hit)
        return plan.do(fresh(seat), "conflict_found")  # type: ignore[no-any-return]
    if state == "discharged":
        leaving = {"on": timezone.localdate(), "reasons": "ย้าย"}
        return plan.do(fresh(seat), "resign", **leaving)  # type: ignore[no-any-return]
    committee = plan.meeting(committee, "propose")
    if state == "serving":
        return fresh(seat)
    plan.do(plan.do(committee, "report", text="เห็นควรจ้าง"), "dissolve", plan.approver)
    if state == "concluding":
        return fresh(seat)
    return plan.do(fresh(seat), "complete")  # type: ignore[no-any-return]


# --- Who gets in ------------------------------------------------------------------------------------------------------
def addresses(plan: Plan) -> list[str]:
    """Every address of these pages, about one seat."""
    seat = into(plan, "vacant")
    return [
        url(seat),
        url(seat, "note"),
        url(seat, "draw_next"),
        reverse("seat_file", args=[seat.public_id, "0" * 16]),
        reverse("seat_open", args=[seat.seat.committee.case.public_id]),
    ]


def test_every_page_anonymous_goes_to_sign_in(client: Client, plan: Plan) -> None:
    for address in (*addresses(plan), reverse("seats")):
        response = client.get(address)
        assert response.status_code == 302, address
        assert reverse("account_login") in response["Location"]


def test_every_page_of_another_unit_is_404(client: Client, plan: Plan) -> None:
    client.force_login(plan.world.stranger)
    for address in addresses(plan):
        assert client.get(address).status_code == 404, address


def test_seat_for_who_reads_no_procurement_is_404_and_the_list_403(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    for user in (plan.world.officer, account_of(seat)):
        client.force_login(user)
        assert client.get(url(seat)).status_code == 404
        assert client.get(reverse("seats")).status_code == 403


def test_seat_not_there_and_not_to_be_seen_are_the_same(client: Client, plan: Plan) -> None:
    seat = into(plan, "vacant")
    Conflict.objects.create(case_id=seat.pk, user=plan.staff2, at=timezone.now())
    answers = set()
    for user, public_id in (
        (plan.world.stranger, seat.public_id),
        (plan.staff2, seat.public_id),
        (plan.staff, "000000000000"),
    ):
        client.force_login(user)
        for address in (reverse("seat", args=[public_id]), reverse("seat_take", args=[public_id, "note"])):
            response = client.get(address)
            told = response.content.decode().partition("<main")[2].partition("</main>")[0]
            answers.add((response.status_code, told))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.parametrize("state", ALL)
def test_seat_page_stands_in_every_state(client: Client, plan: Plan, state: str) -> None:
    seat = into(plan, state)
    assert seat.state == state
    for user in (plan.staff, plan.world.upper_approver, plan.world.executive):
        text = page(client, user, url(seat))
        assert seat.number in text
        for edge in GRAPH.edges:
            if state not in edge.sources:
                assert f"/do/{edge.name}/" not in text


@pytest.mark.parametrize("state", ["vacant", "invited", "declared", "serving", "suspended"])
def test_forms_of_every_step_stand(client: Client, plan: Plan, state: str) -> None:
    seat = into(plan, state)
    for user in (plan.staff, plan.world.upper_approver):
        client.force_login(user)
        for edge in GRAPH.edges_from(state):
            wanted = {404} if edge.name not in FORMS else {200, 403, 422}
            assert client.get(url(seat, edge.name)).status_code in wanted, edge.name


def test_seat_page_offers_each_only_his_part(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    staff, approver = page(client, plan.staff, url(seat)), page(client, plan.world.upper_approver, url(seat))
    head = page(client, plan.world.head, url(seat))
    assert "/do/record_acceptance/" in staff
    assert "/do/set_aside/" not in staff
    assert "/do/set_aside/" in approver
    assert "/do/record_acceptance/" not in approver
    assert "/do/set_aside/" not in head
    client.force_login(plan.staff)
    assert client.get(url(seat, "set_aside")).status_code == 403
    assert client.get(url(seat, "appoint")).status_code == 404
    assert client.get(url(seat, "clear")).status_code == 409


# --- Somebody for the seat --------------------------------------------------------------------------------------------
def test_open_seat_draws_and_invites_in_one_step(client: Client, plan: Plan) -> None:
    citizens = pool(plan, 3)
    draw = drawn(plan)
    committee = plan.committee()
    address = reverse("seat_open", args=[committee.public_id])
    assert "3" in page(client, english(plan.staff), address)
    answer = client.post(address, {"fill": "on"})
    seat = seats_of(committee)[0]
    assert answer["Location"] == url(seat)
    assert (seat.state, seat.seat.entry.rank) == ("invited", 1)
    assert seat.seat.member.person == draw.draw.entries.get(rank=1).person
    assert len(citizens) == 3


def test_open_seat_twice_leaves_one_vacancy_and_says_so(client: Client, plan: Plan) -> None:
    committee = plan.committee()
    address = reverse("seat_open", args=[committee.public_id])
    page(client, english(plan.staff), address)
    assert client.post(address).status_code == 302
    again = client.post(address)
    assert again.status_code == 422
    assert "vacant already" in again.content.decode()
    assert len(seats_of(committee)) == 1


def test_open_seat_on_an_order_in_force_says_what_to_do(client: Client, plan: Plan) -> None:
    committee = plan.ordered(plan.committee())
    address = reverse("seat_open", args=[committee.public_id])
    assert "not in draft" in page(client, english(plan.staff), address)
    assert client.post(address).status_code == 422
    client.force_login(plan.approver)
    assert client.post(address).status_code == 403


def test_next_in_line_is_named_before_and_invited_with_one_button(client: Client, plan: Plan) -> None:
    pool(plan, 3)
    draw = drawn(plan)
    first = draw.draw.entries.get(rank=1).person
    first.most_seats = 0
    first.save()
    second = draw.draw.entries.get(rank=2).person
    seat = open_seat(plan, plan.committee())
    text = page(client, english(plan.staff), url(seat, "draw_next"))
    assert second.name in text
    assert "as many seats as he may" in text
    answer = send(client, plan.staff, seat, "draw_next", invite="on")
    assert answer["Location"] == url(seat)
    seat = fresh(seat)
    assert (seat.state, seat.seat.person) == ("invited", second)
    after = page(client, plan.staff, url(seat))
    assert first.name in after
    assert "as many seats as he may" in after


def test_next_in_line_drawn_without_inviting(client: Client, plan: Plan) -> None:
    pool(plan, 2)
    drawn(plan)
    seat = open_seat(plan, plan.committee())
    send(client, plan.staff, seat, "draw_next")
    assert fresh(seat).state == "drawn"
    send(client, plan.staff, seat, "invite")
    assert fresh(seat).state == "invited"


def test_seat_without_a_draw_is_barred_with_the_way_out(client: Client, plan: Plan) -> None:
    seat = open_seat(plan, plan.committee())
    text = page(client, english(plan.staff), url(seat))
    assert "no draw for this quarter" in text
    assert "/do/nominate/" in text


def test_nominate_finds_by_name_and_shows_what_bars(client: Client, plan: Plan) -> None:
    citizen = join_pool(plan.citizen("นาง เสนอ ชื่อดี"), plan.staff)
    away = join_pool(plan.citizen("นาย เสนอ ไม่ว่าง"), plan.staff, away_until=timezone.localdate() + timedelta(days=9))
    left = join_pool(plan.citizen("นาย เสนอ ออกแล้ว"), plan.staff, term_to=timezone.localdate() - timedelta(days=1))
    outside = plan.citizen("นาย เสนอ นอกบัญชี")
    seat = open_seat(plan, plan.committee())
    client.force_login(english(plan.staff))
    found = client.post(url(seat, "nominate"), {"q": "เสนอ", "more": "search", **seen(seat)}).content.decode()
    assert f'id="id_person_{citizen.pk}"' in found
    assert "He is not available now." in found
    assert "He is not in the pool" in found
    # Whom the pool does not know may be nominated with a reason; whose term is over may not.
    assert f'id="id_person_{outside.pk}"' in found
    assert f'id="id_person_{left.pk}"' not in found
    refused = send(client, plan.staff, seat, "nominate", person=away.pk, reason="ชุมชนเสนอ")
    assert refused.status_code == 422
    assert "is not offered" in refused.content.decode()
    assert "ชุมชนเสนอ" in refused.content.decode()
    assert send(client, plan.staff, seat, "nominate", person=citizen.pk).status_code == 422
    done = send(client, plan.staff, seat, "nominate", q="เสนอ", person=citizen.pk, reason="ชุมชน\nเสนอ", invite="on")
    assert done.status_code == 302
    seat = fresh(seat)
    assert (seat.state, seat.seat.person, seat.seat.reason) == ("invited", citizen.person, "ชุมชน เสนอ")


@pytest.mark.parametrize("person", ["x", "999999", "12345678901234567890", ""])
def test_nominate_crafted_person_is_refused(client: Client, plan: Plan, person: str) -> None:
    join_pool(plan.citizen(), plan.staff)
    seat = open_seat(plan, plan.committee())
    assert send(client, plan.staff, seat, "nominate", person=person, reason="ชุมชนเสนอ").status_code == 422
    assert fresh(seat).state == "vacant"


# --- His answer, his interests ----------------------------------------------------------------------------------------
def test_paper_road_from_the_invitation_to_cleared(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    assert send(client, plan.staff, seat, "record_acceptance").status_code == 422
    assert send(client, plan.staff, seat, "record_acceptance", text="โทรศัพท์ 20 พ.ย.").status_code == 302
    form = page(client, english(plan.staff), url(seat, "declare"))
    assert "No bidder is known yet" in form
    late = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert send(client, plan.staff, seat, "declare", seen=0, on=late).status_code == 422
    assert send(client, plan.staff, seat, "declare", seen=9, on=timezone.localdate()).status_code == 422
    assert send(client, plan.staff, seat, "declare", seen=0, on=timezone.localdate()).status_code == 302
    assert fresh(seat).state == "declared"
    assert "Nothing was found: clear him" in page(client, plan.staff, url(seat))
    assert send(client, plan.staff, seat, "clear").status_code == 302
    assert fresh(seat).state == "cleared"
    assert reverse("committee", args=[seat.seat.committee.case.public_id]) in page(client, plan.staff, url(seat))


def test_refusal_is_followed_by_the_next_and_the_chain_shows_both(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    send(client, plan.staff, seat, "record_refusal", text="ติดเก็บเกี่ยว")
    follower = SeatCase.objects.get(seat__follows=seat.pk)
    assert follower.state == "invited"
    for one in (seat, follower):
        text = page(client, english(plan.staff), url(one))
        assert seat.seat.person.name in text
        assert follower.seat.person.name in text
        assert "Who had this place" in text


def test_declared_interest_ends_the_seat(client: Client, plan: Plan) -> None:
    seat = into(plan, "seat_accepted")
    ground = InterestGround.objects.all()[0]
    assert send(client, plan.staff, seat, "declare_conflict", seen=0, on=timezone.localdate()).status_code == 422
    send(client, plan.staff, seat, "declare_conflict", seen=0, on=timezone.localdate(), ground=ground.pk)
    assert fresh(seat).state == "conflicted"
    assert ground.name in page(client, plan.staff, url(seat))


# --- Conflicts --------------------------------------------------------------------------------------------------------
def test_hit_shows_both_sides_to_who_decides_and_to_nobody_else(client: Client, plan: Plan) -> None:
    seat = with_hit(plan)
    assert seat.state == "suspended"
    hit = seat.seat.hits.get()
    for user in (plan.staff, plan.approver):
        text = page(client, english(user), url(seat))
        assert text.count(hit.evidence["theirs"]) >= 2
        assert "director" in text
        assert f"?hit={hit.pk}" in text
    for user in (plan.world.head, plan.world.executive):
        text = page(client, english(user), url(seat))
        assert "is seen by who decides about it" in text
        assert "director" not in text
        assert f"?hit={hit.pk}" not in text
    assert "Not computable" in page(client, plan.staff, url(seat))


def test_hit_is_decided_by_its_own_form_and_the_suspension_lifted_by_the_approver(client: Client, plan: Plan) -> None:
    seat = with_hit(plan)
    hit = seat.seat.hits.get()
    assert send(client, plan.staff, seat, "decide_hit", hit=hit.pk, decision="unfounded").status_code == 422
    text = page(client, plan.approver, url(seat))
    assert f'?hit={hit.pk}"' in text
    assert "data-assign" in text
    send(client, plan.staff, seat, "decide_hit", hit=hit.pk, decision="unfounded", reasons="คนละเลขประจำตัว")
    hit.refresh_from_db()
    assert (hit.decision, hit.decided_by) == ("unfounded", plan.staff)
    said = LedgerEntry.objects.get(case=seat.pk, verb="decide_hit").data
    assert (said["hit"], said["decision"]) == (hit.pk, "unfounded")
    assert "note" in said  # the reasons stay, whoever decides again
    barred = page(client, english(plan.approver), url(seat))
    assert "has not declared for the present list" in barred
    send(client, plan.staff, seat, "declare_again", seen=1, on=timezone.localdate())
    assert send(client, plan.staff, seat, "lift_suspension").status_code == 403
    assert send(client, plan.approver, seat, "lift_suspension").status_code == 302
    assert fresh(seat).state == "appointed"


def test_hit_of_another_seat_is_refused(client: Client, plan: Plan) -> None:
    seat = with_hit(plan)
    other = into(plan, "declared")
    hit = seat.seat.hits.get()
    answer = send(client, plan.staff, other, "decide_hit", hit=hit.pk, decision="founded", reasons="ทดสอบ")
    assert answer.status_code == 422
    hit.refresh_from_db()
    assert hit.decision == ""


def test_founded_hit_makes_discharge_the_next_step(client: Client, plan: Plan) -> None:
    pool(plan, 3)
    drawn(plan)
    seat = with_hit(plan)
    hit = seat.seat.hits.get()
    send(client, plan.approver, seat, "decide_hit", hit=hit.pk, decision="founded", reasons="เป็นบุคคลเดียวกัน")
    form = page(client, english(plan.approver), url(seat, "discharge"))
    assert 'value="interest" required id="id_because_0" checked' in form
    today = timezone.localdate()
    send(client, plan.approver, seat, "discharge", on=today, because="interest", reasons="มีส่วนได้เสีย")
    assert fresh(seat).state == "discharged"
    assert Member.objects.get(seat=seat.pk).left_because == "interest"
    assert SeatCase.objects.get(seat__follows=seat.pk).state == "invited"


# --- Reports and documents --------------------------------------------------------------------------------------------
def test_report_is_answered_and_its_promise_kept(client: Client, plan: Plan) -> None:
    seat = reporting(plan)
    one = seat.seat.observations.get()
    assert f"?report={one.pk}" in page(client, plan.staff, url(seat))
    refused = send(client, plan.staff, seat, "answer_report", report=one.pk, text="แก้แล้ว", outcome="fixed")
    assert refused.status_code == 422
    assert "แก้แล้ว" in refused.content.decode()
    send(client, plan.staff, seat, "answer_report", report=one.pk, text="จะแก้", outcome="promised")
    assert f"/do/record_fix/?report={one.pk}" in page(client, plan.staff, url(seat))
    send(client, plan.staff, seat, "record_fix", report=one.pk, on=timezone.localdate())
    one.refresh_from_db()
    assert (one.outcome, one.fixed_on) == ("fixed", timezone.localdate())


def test_report_on_paper_sent_twice_is_one(client: Client, plan: Plan) -> None:
    seat = into(plan, "serving")
    form = page(client, plan.staff, url(seat, "record_report"))
    token = form.partition('name="token" value="')[2].partition('"')[0]
    assert len(token) == 32
    facts = {"token": token, "observed_on": timezone.localdate(), "attended": "on", "seen": "เห็นครบ"}

    def again() -> Any:
        client.force_login(plan.staff)
        scan = SimpleUploadedFile("report.png", _png())
        return client.post(url(seat, "record_report"), {**facts, "files": scan, "seen_version": seat.state_version})

    assert send(client, plan.staff, seat, "record_report", **facts).status_code == 422  # without its scan
    assert (again().status_code, again().status_code) == (302, 302)
    assert seat.seat.observations.count() == 1
    assert seat.attachments.count() == 1


def _png() -> bytes:
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(data, "PNG")
    return data.getvalue()


def test_documents_are_marked_as_the_citizens_own_and_files_open(client: Client, plan: Plan) -> None:
    seat = plan.do(into(plan, "cleared"), "send_documents", files=[paper("tor.png")], text="ขอบเขตของงาน")
    text = page(client, english(plan.staff), url(seat))
    assert "the citizen can open it" in text
    file = seat.attachments.get()
    assert client.get(reverse("seat_file", args=[seat.public_id, file.public_id])).status_code == 200
    assert client.get(reverse("seat_file", args=[seat.public_id, "1" * 16])).status_code == 404


def test_form_sent_twice_is_told_who_did_it(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    facts = {"text": "ตอบทางโทรศัพท์ไว้ครบถ้วน", "seen_version": seat.state_version, "seen_seq": seat.ledger_seq}
    client.force_login(plan.staff)
    assert client.post(url(seat, "record_acceptance"), facts).status_code == 302
    again = client.post(url(seat, "record_acceptance"), facts)
    assert again.status_code == 409
    assert "ตอบทางโทรศัพท์ไว้ครบถ้วน" in again.content.decode()


# --- What it costs ----------------------------------------------------------------------------------------------------
def test_seat_page_costs_the_same_however_much_is_on_it(
    client: Client, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    seat = reporting(plan)
    for number in range(2, 12):
        report(plan, seat, account_of(seat), number)
    hit = {"first_version": 0, "last_version": 0, "kind": "name", "evidence": {"compared": "name"}}
    for number in range(20):
        ConflictHit.objects.create(seat=seat.seat, found_at=timezone.now(), digest=str(number), **hit)
    client.force_login(plan.staff)
    client.get(url(seat))
    with django_assert_max_num_queries(62):
        client.get(url(seat))


# --- The list ---------------------------------------------------------------------------------------------------------
def listed(client: Client, user: User, **query: str) -> list[str]:
    """The numbers of the seats that the list shows."""
    client.force_login(user)
    answer = client.get(reverse("seats"), query)
    assert answer.status_code == 200
    return [row["case"].number for row in answer.context["rows"]]


def test_list_by_state_late_and_fact(client: Client, plan: Plan) -> None:
    seat, other = into(plan, "serving"), with_hit(plan)
    assert set(listed(client, plan.staff)) == {seat.number, other.number}
    assert listed(client, plan.staff, state="suspended") == [other.number]
    assert listed(client, plan.world.executive, list="suspended") == [other.number]
    assert listed(client, plan.staff, fact="attended") == [seat.number]
    assert listed(client, plan.staff, fact="never_invited") == []
    seat.seat.member.attendances.update(invited=False, attended=False, vote="")
    assert listed(client, plan.staff, fact="never_invited") == [seat.number]
    assert listed(client, plan.staff, q=seat.seat.person.name[4:10]) == [seat.number]
    assert listed(client, plan.staff, q=other.number) == [other.number]
    assert listed(client, plan.staff, year=str(plan.year - 1)) == []
    assert set(listed(client, plan.staff, list="mine")) == {seat.number, other.number}
    assert listed(client, plan.staff, due="late") == []
    other.clocks.filter(stopped_on=None).update(due_on=timezone.localdate() - timedelta(days=3))
    Case.objects.filter(pk=other.pk).update(next_due=timezone.localdate() - timedelta(days=3))
    assert listed(client, plan.staff, list="late") == [other.number]
    assert listed(client, plan.upper_staff, unit=plan.unit.code, state="serving") == [seat.number]
    client.force_login(plan.staff)
    assert client.get(reverse("seats"), {"list": "nothing"}).status_code == 404
    assert client.get(reverse("seats"), {"state": "nothing", "year": "x", "unit": "x"}).status_code == 200


def test_list_costs_the_same_at_one_and_many(
    client: Client, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    into(plan, "declared")
    purchase = plan.purchase()
    for _ in range(6):
        committee = plan.committee(purchase, citizen=True)
        purchase = plan.purchase()
        assert seats_of(committee)
    client.force_login(plan.staff)
    client.get(reverse("seats"))
    with django_assert_max_num_queries(24):
        client.get(reverse("seats"), {"list": "all"})
