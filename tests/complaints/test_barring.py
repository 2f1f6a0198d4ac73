"""Conflict rule: for who is complained about and who works under him the case does not exist, on any way to it."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import barring, handing, overview
from complaints.candidates import candidates
from complaints.escalation import next_people, rises_to
from complaints.jobs import settle_conflicts
from complaints.models import ComplaintCase, RequestCase
from complaints.queries import (
    alike,
    complaints_visible_to,
    open_complaint_numbered,
    requests_by,
    requests_of_unit,
)
from complaints.rules import custodians, may_approve, may_investigate, may_take
from complaints.unattended import unattended
from notifications.duties import due_soon_of, overdue_of
from notifications.live.reading import case_keys, who_sees
from notifications.models import Notice
from notifications.relay import relay
from organisations.models import Holding, Post, Role, Unit, User
from tests.support.world import ALWAYS, World, make_person
from workflows import handover, search
from workflows.files import check_upload
from workflows.models import Case, CaseLink, Conflict
from workflows.queries import known_among, queue, visible_to
from workflows.refusals import NotAllowed, Refused

pytestmark = pytest.mark.django_db

QUEUES = ("mine", "unit", "unassigned", "overdue", "all")


def again(user: User) -> User:
    """As a new request knows him."""
    return User.objects.get(pk=user.pk)


def name(world: World, case: ComplaintCase, account: User, by: User | None = None) -> ComplaintCase:
    return world.do(case, "add_respondent", by or world.officer, name="ผู้ถูกร้อง", text="ละเลย", account=account)


def barred(case: Case) -> set[str]:
    return set(Conflict.objects.filter(case=case.pk).values_list("user__username", flat=True))


def put(user: User, unit: Unit, *roles: str) -> Holding:
    post = Post.objects.create(unit=unit, title_th="ตำแหน่ง", title_en="Post", roles=list(roles), valid=ALWAYS)
    return Holding.objects.create(post=post, user=user, valid=ALWAYS)


READS: dict[str, Callable[[User, ComplaintCase], Any]] = {
    "visible": lambda user, case: visible_to(user).filter(pk=case.pk).exists(),
    "complaints": lambda user, case: complaints_visible_to(user).filter(pk=case.pk).exists(),
    "queues": lambda user, case: any(queue(user, "complaint", q).filter(pk=case.pk).exists() for q in QUEUES),
    "by number": lambda user, case: search.by_number(visible_to(user), case.number).filter(pk=case.pk).exists(),
    "by subject": lambda user, case: search.by_subject(visible_to(user), case.subject).filter(pk=case.pk).exists(),
    "into which to merge": lambda user, case: open_complaint_numbered(user, case.number),
    "alike": lambda user, case: alike(user, ComplaintCase(unit_id=case.unit_id, category=case.category)),
    "told": lambda user, case: known_among(user, [case.pk]),
    "socket": lambda user, case: who_sees([(user.pk, case.pk)]) or case_keys(user.pk, [case.public_id]),
    "overdue": lambda user, case: case.pk in overdue_of(user, timezone.localdate() + timedelta(days=900), 50).cases,
    "due soon": lambda user, case: case.pk in due_soon_of(user, timezone.localdate(), 900, 50).cases,
    "figures": lambda user, case: (
        overview.open_complaints(user, overview.Selection(), today=timezone.localdate()).filter(pk=case.pk).exists()
    ),
    "in hand": lambda user, case: any(row.case.pk == case.pk for row in handing.in_hand(case.holder or user, user)),
    "requests": lambda user, case: (
        requests_of_unit(user).filter(request__complaint=case.pk).exists()
        or requests_by(user).filter(request__complaint=case.pk).exists()
    ),
    "may take": lambda user, case: may_take(user, case) or may_investigate(user, case) or may_approve(user, case),
    "offered": lambda user, case: any(row.able and row.user == user for row in candidates(case, user)),
    "whose step": lambda user, case: user in next_people(case) or user in custodians(case),
}


def knows(user: User, case: ComplaintCase) -> set[str]:
    """By which ways the case exists for `user`."""
    return {way for way, read in READS.items() if read(again(user), ComplaintCase.objects.get(pk=case.pk))}


# --- The rule, over posts as they fall --------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(8))
def test_exactly_respondents_and_who_works_in_a_unit_they_lead_are_barred(world: World, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    units = [world.department, world.province, world.district, world.other]
    roles = [Role.OFFICER, Role.HEAD, Role.APPROVER, Role.SCREENER, Role.EXECUTIVE]
    people = [make_person(f"p{n}") for n in range(8)]
    posts: list[tuple[User, Unit, list[str]]] = []
    for user in people:
        for _n in range(dice.randint(0, 2)):
            row = (user, dice.choice(units), dice.sample(roles, dice.randint(1, 2)))
            put(row[0], row[1], *row[2])
            posts.append(row)
    accused = dice.sample(people, 2)
    case = world.into("investigating")
    asked = world.do(case, "ask_agencies", world.officer, units=[world.other], text="ขอข้อมูล")
    for user in accused:
        asked = name(world, asked, user) if asked.holder_id else ComplaintCase.objects.get(pk=asked.pk)
    named = set(asked.respondents.values_list("user", flat=True))
    led = {unit.pk for user, unit, held in posts if user.pk in named and Role.HEAD in held}
    wanted = named | set(Holding.objects.filter(post__unit__in=led).values_list("user", flat=True))
    assert set(Conflict.objects.filter(case=asked.pk).values_list("user", flat=True)) == wanted
    request = RequestCase.objects.get(request__complaint=asked.pk)
    assert set(Conflict.objects.filter(case=request.pk).values_list("user", flat=True)) == wanted
    everybody = User.objects.filter(is_active=True)
    reach = {user.pk: visible_to(again(user)).filter(pk=asked.pk).exists() for user in everybody}
    assert not any(reach[user] for user in wanted)
    for user in everybody.filter(pk__in=wanted):
        assert knows(user, asked) == set()


def test_barred_know_it_by_no_way_and_others_by_the_same_ways_as_before(world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "ask_agencies", world.officer, units=[world.other], text="ขอข้อมูล")
    put(world.officer2, world.other, Role.OFFICER)
    people = (world.officer, world.officer2, world.head, world.approver, world.executive, world.screener)
    before = {user.pk: knows(user, case) for user in people}
    # Every way leads to it for somebody, or this test would say nothing about it.
    assert set().union(*before.values()) == set(READS)
    case = name(world, case, world.officer2)
    assert knows(world.officer2, case) == set()
    for user in people:
        if user != world.officer2:
            assert knows(user, case) == before[user.pk]


def test_pages_of_a_respondent_are_those_of_an_unknown_number_and_his_lists_do_not_name_it(world: World) -> None:
    case = world.into("investigating")
    case = world.do(case, "attach", world.officer, files=[check_upload(SimpleUploadedFile("a.txt", b"file"))])
    case = name(world, case, world.officer2)
    client = Client()
    client.force_login(world.officer2)
    file = case.attachments.get()
    addresses = [
        reverse("case", args=[case.public_id]),
        reverse("take", args=[case.public_id, "note"]),
        reverse("take", args=[case.public_id, "hear_respondent"]),
        reverse("reveal", args=[case.public_id]),
        reverse("attachment", args=[case.public_id, file.public_id]),
    ]
    for address in addresses:
        unknown = address.replace(case.public_id, "ZZZZZZZZZZZZ")
        assert client.get(address).status_code == client.get(unknown).status_code == 404
        assert client.post(address).status_code == client.post(unknown).status_code != 200
    for page in (reverse("queue"), reverse("queue", args=["all"]), f"{reverse('queue', args=['all'])}?q={case.number}"):
        text = client.get(page, follow=True).content.decode()
        assert case.public_id not in text
        assert f">{case.number}<" not in text


def test_nobody_barred_is_told_of_anything_that_happens(world: World) -> None:
    case = name(world, world.into("investigating"), world.officer2)
    relay()
    Notice.objects.all().delete()
    case = world.do(case, "send_progress", world.officer, text="กำลังตรวจสอบ")
    case = world.do(case, "reassign", world.head, to=world.officer)
    case = world.do(case, "submit_finding", world.officer, **finding(case))
    relay()
    assert Notice.objects.filter(case=case.pk).exists()
    assert not Notice.objects.filter(recipient=world.officer2).exists()


def finding(case: ComplaintCase) -> dict[str, Any]:
    rows = [{"respondent": row, "outcome": "unfounded", "reasons": "ไม่พบ"} for row in case.respondents.all()]
    return {"outcome": "founded", "reasons": "พบจริง", "evidence": "พยาน", "respondents": rows}


def test_what_he_was_told_before_he_was_named_is_gone_from_his_notices(world: World) -> None:
    from notifications.queries import notices_of, unread_count

    case = world.do(world.into("accepted"), "assign", world.head, to=world.officer2)
    relay()
    assert [row.case_id for row in notices_of(world.officer2)].count(case.pk)
    name(world, case, world.officer2, by=world.officer2)
    relay()
    assert not [row for row in notices_of(again(world.officer2)) if row.case_id == case.pk]
    assert unread_count(again(world.officer2)) == 0


def test_who_reaches_the_answering_unit_and_is_a_respondent_does_not_see_the_request(world: World) -> None:
    case = world.do(world.into("investigating"), "ask_agencies", world.officer, units=[world.other], text="ขอข้อมูล")
    request = RequestCase.objects.get(request__complaint=case.pk)
    assert requests_of_unit(world.stranger).filter(pk=request.pk).exists()
    case = name(world, case, world.stranger)
    assert not requests_of_unit(again(world.stranger)).filter(pk=request.pk).exists()
    with pytest.raises(NotAllowed):
        world.do(request, "answer", world.stranger, text="คำตอบ")
    client = Client()
    client.force_login(world.stranger)
    assert client.get(reverse("request", args=[request.public_id])).status_code == 404
    case = world.do(case, "remove_respondent", world.head, respondent=case.respondents.get(), reasons="คนละคน")
    make_person("province_officer", world.province, Role.OFFICER)
    later = world.do(case, "ask_another_agency", world.officer, units=[world.province], text="ขอข้อมูล")
    assert barred(later) == barred(RequestCase.objects.get(request__complaint=case.pk, unit=world.province)) == set()


def test_declared_interest_outlives_the_removal_of_the_respondent(world: World) -> None:
    case = world.do(world.into("investigating"), "declare_conflict", world.officer2, reasons="ญาติ")
    case = name(world, case, world.officer2)
    case = world.do(case, "remove_respondent", world.head, respondent=case.respondents.get(), reasons="คนละคน")
    assert barred(case) == {"officer2"}


# --- Every night ------------------------------------------------------------------------------------------------------
def test_who_comes_to_work_under_a_respondent_is_barred_in_the_night_and_freed_when_he_leaves(world: World) -> None:
    chief = make_person("chief", world.other, Role.HEAD)
    case = name(world, world.into("investigating"), chief)
    assert "officer" not in barred(case)
    moved = put(world.officer, world.other, Role.OFFICER)
    settle_conflicts(0)
    assert "officer" in barred(case)
    assert not complaints_visible_to(again(world.officer)).filter(pk=case.pk).exists()
    handover.settle()
    assert ComplaintCase.objects.get(pk=case.pk).holder is None
    moved.delete()
    settle_conflicts(0)
    assert "officer" not in barred(case)
    assert complaints_visible_to(again(world.officer)).filter(pk=case.pk).exists()


def test_night_changes_nothing_that_is_right(world: World) -> None:
    case = name(world, world.into("investigating"), world.officer2)
    world.into("accepted")
    before = list(Conflict.objects.order_by("pk").values())
    assert [barring.settle_all(), barring.settle_all()] == [0, 0]
    assert list(Conflict.objects.order_by("pk").values()) == before
    assert barred(case) == {"officer2"}


# --- Together and apart -----------------------------------------------------------------------------------------------
def test_cases_merged_are_barred_together_and_apart_again(world: World) -> None:
    main, extra = name(world, world.into("investigating"), world.officer2), world.into("screening")
    extra = world.do(extra, "add_respondent", world.screener, name="อีกคน", text="ละเลย", account=world.executive)
    extra = world.do(extra, "merge", world.screener, into=main)
    assert barred(main) == barred(extra) == {"officer2", "executive"}
    settle_conflicts(0)
    assert barred(main) == barred(extra) == {"officer2", "executive"}
    extra = world.do(extra, "unmerge", world.screener, reasons="คนละเรื่อง")
    assert (barred(main), barred(extra)) == ({"officer2"}, {"executive"})
    assert not CaseLink.objects.exists()


# --- Four eyes, and nobody left ---------------------------------------------------------------------------------------
def test_approver_who_is_a_respondent_decides_nothing_here_or_on_paper(world: World) -> None:
    case = name(world, world.into("investigating"), world.approver)
    case = world.do(case, "submit_finding", world.officer, **finding(case))
    facts = {"measures": [world.measure(world.officer)]}
    with pytest.raises(NotAllowed):
        world.do(case, "decide_founded", world.approver, **facts)
    paper = [check_upload(SimpleUploadedFile("scan.txt", b"scan"))]
    with pytest.raises(Refused):
        world.do(case, "decide_founded", world.officer2, decided_by=world.approver, files=paper, **facts)
    assert next_people(case) == [world.upper_approver]
    assert world.do(case, "decide_founded", world.upper_approver, **facts).state == "acting"


def test_respondent_is_given_nothing(world: World) -> None:
    case = name(world, world.into("investigating"), world.officer2)
    for edge, user in (("reassign", world.head), ("hand_over", world.officer)):
        with pytest.raises(Refused):
            world.do(case, edge, user, to=world.officer2, reasons="x")


def test_protected_case_whose_approver_is_a_respondent_rises_to_the_unit_above(world: World) -> None:
    upper = make_person("department_approver", world.department, Role.APPROVER)
    case = world.into("investigating", world.corruption)
    Post.objects.filter(holdings__user=world.centre_approver).update(roles=[Role.APPROVER])
    case = name(world, case, world.centre_approver, by=world.centre_officer)
    case = world.do(case, "submit_finding", world.centre_officer, **finding(case))
    assert rises_to(case) == world.department
    assert case.raised_to == world.department
    assert next_people(case) == [upper]
    assert complaints_visible_to(upper).filter(pk=case.pk).exists()


def test_case_about_the_head_of_its_unit_moves_above_him_and_is_worked_on_there(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    above = make_person("province_head", world.province, Role.HEAD, Role.OFFICER)
    case = name(world, world.into("investigating"), world.head)
    assert (case.unit, case.holder) == (world.province, None)
    assert not [case for case, _role in unattended()]
    case = world.do(case, "reassign", above, to=above)
    assert complaints_visible_to(above).filter(pk=case.pk).exists()
    assert not complaints_visible_to(world.approver).filter(pk=case.pk).exists()


# --- What would follow ------------------------------------------------------------------------------------------------
def test_consequences_say_what_naming_does_and_write_nothing(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    case = world.into("investigating")
    said = barring.consequences(case, again(world.head))
    assert not Conflict.objects.exists()
    case = name(world, case, world.head)
    assert said.unit == case.unit
    assert set(said.barred) == set(Conflict.objects.filter(case=case.pk).values_list("user", flat=True))
