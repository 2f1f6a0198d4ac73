"""Who declares an interest in a case has declared it in the whole matter, and what he had of it goes back."""

from typing import Any

import pytest

from complaints.models import ComplaintCase, RequestCase
from complaints.queries import complaints_visible_to
from organisations.models import Role, User
from tests.support.world import World, make_person
from workflows.models import Case, CaseLink, Conflict, LedgerEntry

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> ComplaintCase:
    return ComplaintCase.objects.get(pk=case.pk)


def split(world: World, case: Case, *parts: dict[str, Any]) -> list[ComplaintCase]:
    world.do(case, "split", world.screener, parts=[{"text": f"ส่วนที่ {n}", **row} for n, row in enumerate(parts)])
    links = CaseLink.objects.filter(target=case.pk, relation="part").order_by("pk")
    return [fresh(link.source) for link in links]


def barred(case: Case) -> dict[str, str]:
    return dict(Conflict.objects.filter(case=case.pk).values_list("user__username", "cause"))


def declare(world: World, case: Case, user: User) -> None:
    world.do(case, "declare_conflict", user, reasons="เป็นญาติ")


def name(world: World, case: Case, account: User, by: User) -> None:
    world.do(case, "add_respondent", by, name="นายถูกร้อง", text="เรียกเงิน", account=account)


def test_parts_made_before_exist_for_him_no_longer_nor_does_what_is_asked_about_them(world: World) -> None:
    case = world.into("investigating")
    part, other = split(world, case, {}, {})
    part = world.do(part, "accept", world.screener, kind=world.ordinary, unit=world.district)
    part = world.do(part, "assign", world.head, to=world.officer2)
    part = world.do(part, "ask_agencies", world.officer2, units=[world.other], text="ขอข้อมูล")
    request = RequestCase.objects.get(request__complaint=part.pk)
    declare(world, case, world.approver)
    assert barred(case) == {"approver": "declared"}
    for about in (part, other, request):
        assert barred(about) == {"approver": "related"}
    assert not complaints_visible_to(User.objects.get(pk=world.approver.pk)).filter(pk=part.pk).exists()


def test_it_goes_up_from_a_part_and_never_sideways(world: World) -> None:
    case = world.into("investigating")
    first, second = split(world, case, {}, {})
    extra = world.do(world.into("screening"), "merge", world.screener, into=first)
    declare(world, first, world.head)
    assert (set(barred(case)), set(barred(extra)), barred(second)) == ({"head"}, {"head"}, {})


def test_what_he_had_in_hand_elsewhere_in_the_matter_goes_back(world: World) -> None:
    everything = make_person("everything", world.district, *Role.values)
    case = world.into("investigating")
    part, _other = split(world, case, {}, {})
    part = world.do(part, "start_screening", everything) if part.state == "received" else part
    part = world.do(part, "accept", world.screener, kind=world.ordinary, unit=world.district)
    part = world.do(part, "assign", world.head, to=everything)
    declare(world, case, everything)
    assert (fresh(part).holder, fresh(case).holder) == (None, world.officer)
    assert LedgerEntry.objects.filter(case=part.pk).latest("seq").verb == "put_back"


def test_declared_in_a_case_holds_for_the_one_it_is_merged_into_and_back(world: World) -> None:
    main, extra = world.into("investigating"), world.into("screening")
    asked = world.do(main, "ask_agencies", world.officer, units=[world.other], text="ขอข้อมูล")
    request = RequestCase.objects.get(request__complaint=asked.pk)
    part, other = split(world, extra, {}, {})
    declare(world, extra, world.head)
    declare(world, main, world.approver)
    world.do(extra, "merge", world.screener, into=main)
    assert barred(main) == {"head": "related", "approver": "declared"}
    assert barred(extra) == {"head": "declared", "approver": "related"}
    for about in (request, part, other):
        assert barred(about) == {"head": "related", "approver": "related"}
    world.do(extra, "unmerge", world.screener, reasons="คนละเรื่อง")
    assert barred(main) == {"approver": "declared"}
    assert barred(request) == {"approver": "related"}
    for about in (part, other):
        assert barred(about) == {"head": "related"}


def test_who_has_the_other_case_has_it_no_longer(world: World) -> None:
    main, extra = world.into("investigating"), world.into("screening")
    declare(world, extra, world.officer)
    world.do(extra, "merge", world.screener, into=main)
    assert fresh(main).holder is None


def test_respondent_of_a_merged_case_has_the_other_no_longer(world: World) -> None:
    main, extra = world.into("investigating"), world.into("screening")
    name(world, extra, world.officer, world.screener)
    world.do(extra, "merge", world.screener, into=main)
    assert fresh(main).holder is None


def test_what_is_declared_outlasts_the_end_of_a_subordination(world: World) -> None:
    """Both causes at once, one in each case: taking the respondent away leaves what he declared."""
    main, extra = world.into("investigating"), world.into("screening")
    declare(world, extra, world.officer2)
    name(world, main, world.officer2, world.officer)
    world.do(extra, "merge", world.screener, into=main)
    world.do(main, "remove_respondent", world.head, respondent=main.respondents.get(), reasons="คนละคน")
    assert (barred(main), barred(extra)) == ({"officer2": "related"}, {"officer2": "declared"})
