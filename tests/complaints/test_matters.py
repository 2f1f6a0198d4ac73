"""Whom a complaint is about bars him from its parts and its whole too, and it never lies under him."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints import barring
from complaints.identity import read_identity
from complaints.jobs import settle_conflicts
from complaints.matters import Matter
from complaints.models import ComplaintCase, Respondent
from complaints.queries import complaints_visible_to
from organisations.models import Holding, Post, Role, Unit, User
from tests.support.seen import seen
from tests.support.world import ALWAYS, World, make_person
from workflows import handover
from workflows.actors import TIMER
from workflows.keys import destroy_key
from workflows.models import Case, CaseLink, Conflict, LedgerEntry
from workflows.refusals import Missing, Refused
from workflows.transitions import perform

pytestmark = pytest.mark.django_db


def again(user: User) -> User:
    """As a new request knows him."""
    return User.objects.get(pk=user.pk)


def fresh(case: Case) -> ComplaintCase:
    return ComplaintCase.objects.get(pk=case.pk)


def name(world: World, case: ComplaintCase, account: User | None, by: User | None = None) -> ComplaintCase:
    case = world.do(
        case, "add_respondent", by or world.officer, name="นายถูกร้อง", position="ปลัด", text="เรียกเงิน", account=account
    )
    assert isinstance(case, ComplaintCase)
    return case


def split(world: World, case: ComplaintCase, *parts: dict[str, Any]) -> list[ComplaintCase]:
    rows = [{"text": f"ส่วนที่ {n}", **part} for n, part in enumerate(parts, start=1)]
    world.do(case, "split", world.officer, parts=rows)
    links = CaseLink.objects.filter(target=case.pk, relation="part").order_by("pk")
    return [ComplaintCase.objects.get(pk=link.source_id) for link in links]


def barred(case: Case) -> set[str]:
    return set(Conflict.objects.filter(case=case.pk).values_list("user__username", flat=True))


def lead(user: User, unit: Unit) -> Holding:
    post = Post.objects.create(unit=unit, title_th="หัวหน้า", title_en="Head", roles=[Role.HEAD], valid=ALWAYS)
    return Holding.objects.create(post=post, user=user, valid=ALWAYS)


# --- Parts ------------------------------------------------------------------------------------------------------------
def test_part_has_the_complainant_of_its_whole(world: World) -> None:
    case = world.into("investigating", identity={"name": "นางร้อง จริง", "phone": "0812345678"})
    part, deeper = split(world, case, {"kind": world.corruption}, {"kind": world.ordinary})
    who = read_identity(case.complaint)
    assert who["name"] == "นางร้อง จริง"
    assert read_identity(part.complaint) == read_identity(deeper.complaint) == who
    destroy_key(case)
    assert read_identity(fresh(part).complaint) == {}


def test_respondent_of_the_whole_is_taken_into_the_part_that_names_him(world: World) -> None:
    case = name(world, world.into("investigating"), world.officer2)
    named = case.respondents.get()
    about, other = split(world, case, {"respondents": [named], "kind": world.corruption}, {"kind": world.ordinary})
    copy = about.respondents.get()
    assert copy.pk != named.pk
    assert (copy.user, copy.official, copy.by) == (world.officer2, True, world.officer)
    assert copy.read_person(about) == {"name": "นายถูกร้อง", "position": "ปลัด"}
    assert copy.read(about) == "เรียกเงิน"
    assert copy.text == ""  # sealed in the protected part, whatever it was in the whole
    assert not other.respondents.exists()
    assert fresh(case).respondents.get() == named
    entry = LedgerEntry.objects.get(case=about.pk, verb="register_part")
    assert entry.data["respondents"] == [copy.pk]


def test_parts_exist_for_nobody_for_whom_the_whole_does_not(world: World) -> None:
    case = name(world, world.into("investigating"), world.officer2)
    case = world.do(case, "declare_conflict", world.approver, reasons="ญาติ")
    for part in split(world, case, {}, {}):
        assert barred(part) == {"officer2", "approver"}
        for user in (world.officer2, world.approver):
            assert not complaints_visible_to(again(user)).filter(pk=part.pk).exists()
        assert complaints_visible_to(again(world.screener)).filter(pk=part.pk).exists()


def test_who_is_named_or_freed_later_is_barred_up_and_down_and_never_sideways(world: World) -> None:
    case = world.into("investigating")
    first, second = split(world, case, {}, {})
    first = name(world, first, world.officer2, by=world.screener)
    assert (barred(first), barred(case), barred(second)) == ({"officer2"}, {"officer2"}, set())
    case = name(world, fresh(case), world.executive)
    settle_conflicts(0)
    assert barred(first) == barred(case) == {"officer2", "executive"}
    assert barred(second) == {"executive"}
    world.do(first, "remove_respondent", world.head, respondent=first.respondents.get(), reasons="คนละคน")
    assert barred(case) == barred(first) == barred(second) == {"executive"}


def test_part_of_a_part_and_what_is_merged_are_one_matter(world: World) -> None:
    case = world.into("investigating")
    first, _second = split(world, case, {}, {})
    world.do(first, "split", world.screener, parts=[{"text": "ก"}, {"text": "ข"}])
    grandchild = CaseLink.objects.filter(target=first.pk, relation="part").order_by("pk")[0].source
    extra = world.do(world.into("screening"), "merge", world.screener, into=first)
    name(world, fresh(case), world.officer2)
    assert barred(grandchild) == barred(extra) == barred(first) == {"officer2"}
    assert len(Matter(extra.pk).cases) == 6


def test_respondent_of_another_case_is_not_taken_into_a_part(world: World) -> None:
    stranger = name(world, world.into("investigating"), None).respondents.get()
    case = world.into("investigating")
    with pytest.raises(Missing):
        world.do(case, "split", world.officer, parts=[{"text": "ก", "respondents": [stranger]}, {"text": "ข"}])


def test_form_offers_the_respondents_for_each_part(world: World) -> None:
    case = name(world, world.into("investigating"), None)
    User.objects.filter(pk=world.officer.pk).update(language="en")
    client = Client()
    client.force_login(again(world.officer), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("take", args=[case.public_id, "split"])
    page = client.get(address).content.decode()
    assert "Respondents of this part" in page
    assert "นายถูกร้อง" in page
    named = case.respondents.get()
    data = {
        "parts-TOTAL_FORMS": 2, "parts-INITIAL_FORMS": 0, "parts-0-text": "หนึ่ง", "parts-0-respondents": [named.pk],
        "parts-1-text": "สอง", **seen(case),
    }  # fmt: skip
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.content.decode()
    parts = [link.source for link in CaseLink.objects.filter(target=case.pk, relation="part").order_by("pk")]
    assert [Respondent.objects.filter(case=part.pk).count() for part in parts] == [1, 0]
    plain = world.into("investigating")
    assert (
        "Respondents of this part" not in client.get(reverse("take", args=[plain.public_id, "split"])).content.decode()
    )


# --- Erased -----------------------------------------------------------------------------------------------------------
def test_night_does_not_open_an_erased_case_to_whom_it_was_about(world: World) -> None:
    case = name(world, world.into("investigating"), world.officer2)
    world.do(case, "withdraw")
    # As erasing leaves it (complaints.erasing).
    Respondent.objects.filter(case=case.pk).update(person=b"", user=None)
    destroy_key(fresh(case))
    settle_conflicts(0)
    assert barred(case) == {"officer2"}


# --- Who comes to lead ------------------------------------------------------------------------------------------------
def test_case_moves_above_a_respondent_who_came_to_lead_its_unit(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    above = make_person("province_head", world.province, Role.HEAD, Role.OFFICER)
    case = name(world, world.into("investigating"), world.officer2)
    assert case.unit == world.district
    lead(world.officer2, world.district)
    settle_conflicts(0)
    case = fresh(case)
    assert (case.unit, case.holder, case.state) == (world.province, None, "investigating")
    entry = LedgerEntry.objects.filter(case=case.pk).latest("seq")
    assert (entry.verb, entry.actor_kind) == ("raise_above", "timer")
    assert entry.data == {"unit": world.province.pk, "from": world.district.pk}
    assert "approver" in barred(case)  # works under him now
    assert world.do(case, "reassign", above, to=above).holder == above
    settle_conflicts(0)
    assert LedgerEntry.objects.filter(case=case.pk, verb="raise_above").count() == 1


def test_case_moves_above_a_respondent_who_came_to_lead_a_unit_above(world: World) -> None:
    make_person("department_screener", world.department, Role.SCREENER)
    case = name(world, world.into("investigating"), world.officer2)
    lead(world.officer2, world.province)
    settle_conflicts(0)
    assert fresh(case).unit == world.department


def test_case_stays_where_nobody_above_could_take_it_or_he_leads_elsewhere(world: World) -> None:
    case = name(world, world.into("investigating"), world.officer2)
    lead(world.officer2, world.other)
    settle_conflicts(0)
    assert (fresh(case).unit, fresh(case).holder) == (world.district, world.officer)
    lead(world.officer2, world.district)  # nobody screens above
    assert barring.raise_all() == 0
    with pytest.raises(Refused):
        perform(case, "raise_above", TIMER)


def test_case_with_which_one_about_its_head_is_merged_moves_above_him_too(world: World) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    case, extra = world.into("investigating"), world.into("screening")
    extra = name(world, extra, world.officer2, by=world.screener)
    world.do(extra, "merge", world.screener, into=case)
    lead(world.officer2, world.district)
    settle_conflicts(0)
    assert fresh(case).unit == world.province


def test_protected_case_moves_above_who_came_to_lead_the_centre(world: World) -> None:
    make_person("department_screener", world.department, Role.SCREENER)
    case = name(world, world.into("investigating", world.corruption), world.centre_screener, by=world.centre_officer)
    assert case.unit == world.centre
    lead(world.centre_screener, world.centre)
    settle_conflicts(0)
    assert fresh(case).unit == world.department


def test_one_case_that_cannot_be_moved_keeps_no_other_from_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    first = name(world, world.into("investigating"), world.officer2)
    second = name(world, world.into("investigating"), world.officer2)
    lead(world.officer2, world.district)
    barring.settle_all()
    take = handover.perform

    def broken(case: Case, edge: str, actor: Any, **facts: Any) -> Case:
        if case.pk == first.pk:
            raise RuntimeError
        return take(case, edge, actor, **facts)

    monkeypatch.setattr(handover, "perform", broken)
    assert barring.raise_all() == 1
    assert (fresh(first).unit, fresh(second).unit) == (world.district, world.province)


def test_nothing_on_a_part_tells_who_is_kept_from_the_whole_that_there_is_one(client: Client, world: World) -> None:
    case = world.into("investigating")
    first, second = split(world, case, {"text": "หนึ่ง"}, {"text": "สอง"})
    name(world, first, world.officer2, world.screener)
    client.force_login(world.officer2)
    page = client.get(reverse("case", args=[second.public_id])).content.decode()
    assert 'id="related"' not in page
    assert "ส่วนหนึ่ง" not in page
    client.force_login(world.officer)
    assert case.number in client.get(reverse("case", args=[second.public_id])).content.decode()


def test_protected_part_does_not_show_through_its_whole(client: Client, world: World) -> None:
    case = world.into("investigating")
    split(world, case, {"text": "หนึ่ง", "kind": world.corruption}, {"text": "สอง"})
    client.force_login(world.head)
    page = client.get(reverse("case", args=[case.public_id])).content.decode()
    assert page.split('id="related"')[1].split("</section>")[0].count("<li>") == 1
