"""What becomes protected takes along where its evidence is, and whatever was said of the same matter."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from complaints.actions import parts
from complaints.checks import problems
from complaints.models import ComplaintCase, Finding, Measure
from organisations.models import Role, User
from tests.support.world import World, make_person
from workflows.actors import Actor
from workflows.keys import destroy_key
from workflows.models import Case, CaseLink, LedgerEntry
from workflows.queries import visible_to
from workflows.refusals import Missing
from workflows.search import by_subject
from workflows.transitions import Step, perform

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> ComplaintCase:
    return ComplaintCase.objects.get(pk=case.pk)


def protect(world: World, case: Case, user: User | None = None) -> ComplaintCase:
    case = world.do(case, "change_kind", user or world.officer, kind=world.corruption)
    assert isinstance(case, ComplaintCase)
    return case


def split(world: World, case: Case, *parts: dict[str, Any]) -> list[ComplaintCase]:
    world.do(case, "split", world.screener, parts=[{"text": f"สะพานชำรุด {n}", **row} for n, row in enumerate(parts)])
    links = CaseLink.objects.filter(target=case.pk, relation="part").order_by("pk")
    return [fresh(link.source) for link in links]


# --- Where the evidence is --------------------------------------------------------------------------------------------
def test_evidence_is_sealed_with_the_text_when_a_case_becomes_protected(world: World) -> None:
    case = world.into("acting")
    world.do(case, "measure_done", world.officer, measure=case.measures.get(), evidence="ภาพถ่ายในแฟ้ม 7")
    case = protect(world, case)
    finding, measure = Finding.objects.get(case=case), Measure.objects.get(case=case)
    assert (finding.text, finding.evidence, measure.text, measure.evidence) == ("", "", "", "")
    assert finding.read(case) == "พบจริง\n\nภาพถ่าย"
    assert measure.read(case) == "ซ่อมไฟ\n\nภาพถ่ายในแฟ้ม 7"


def test_evidence_of_a_measure_in_a_protected_case_is_a_sealed_note(world: World) -> None:
    case = world.into("acting", world.corruption)
    measure = case.measures.get()
    case = world.do(case, "measure_done", world.centre_officer, measure=measure, evidence="แฟ้ม 7 หน้า 3")
    note = case.messages.last()
    assert (note.kind, note.text, note.read(case)) == ("note", "", "แฟ้ม 7 หน้า 3")
    entry = LedgerEntry.objects.filter(case=case.pk).latest("seq")
    assert (entry.verb, entry.data["message"]) == ("measure_done", note.pk)
    page = case_page(world.centre_officer, case)
    assert page.count("แฟ้ม 7 หน้า 3") == 1


def test_case_page_says_where_the_evidence_of_any_measure_is(world: World) -> None:
    case = world.into("acting")
    world.do(case, "measure_done", world.officer, measure=case.measures.get(), evidence="ภาพถ่ายในแฟ้ม 7")
    assert not case.messages.exists()
    assert "ภาพถ่ายในแฟ้ม 7" in case_page(world.officer, case)


def case_page(user: User, case: Case) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("case", args=[case.public_id])).content.decode()


# --- Who reads it: parts and what is merged ---------------------------------------------------------------------------
def test_parts_are_protected_with_their_whole_and_found_by_nobody_else(world: World) -> None:
    case = world.into("screening")
    plain, simple = split(world, case, {}, {"kind": world.simple})
    simple = world.do(simple, "accept", world.screener, kind=world.simple, unit=world.district)
    deeper = split(world, plain, {}, {})
    extra = world.do(world.into("screening"), "merge", world.screener, into=simple)
    assert by_subject(visible_to(world.head), "สะพานชำรุด").exists()
    protect(world, case, world.screener)
    for row in map(fresh, (plain, simple, *deeper, extra)):
        assert (row.protected, row.subject, row.complaint.text, row.unit) == (True, "", "", world.centre)
        assert row.complaint.kind == world.corruption
        assert not visible_to(world.head).filter(pk=row.pk).exists()
    assert fresh(simple).holder is None
    assert not by_subject(visible_to(world.head), "สะพานชำรุด").exists()
    assert list(problems()) == []


def test_part_keeps_a_protected_kind_of_its_own(world: World) -> None:
    case = world.into("screening")
    _plain, secret = split(world, case, {}, {"kind": world.corruption})
    before = secret.ledger_seq
    protect(world, case, world.screener)
    assert fresh(secret).ledger_seq == before


def test_whole_of_a_protected_part_stays_as_it_is(world: World) -> None:
    case = world.into("screening")
    part, other = split(world, case, {}, {})
    protect(world, part, world.screener)
    assert (fresh(case).protected, fresh(other).protected) == (False, False)
    assert list(problems()) == []


@pytest.mark.parametrize("state", ["acting", "closed", "referred", "suspended_case", "review_requested", "merged"])
def test_part_is_protected_wherever_it_stands(world: World, state: str) -> None:
    part, whole = world.into(state), world.into("investigating")
    CaseLink.objects.create(source=part, target=whole, relation="part", by=world.officer, at=part.changed_at)
    protect(world, whole)
    part = fresh(part)
    assert (part.protected, part.state, part.unit) == (True, state, world.centre)
    # What a part was merged into is the same matter as the part.
    assert all(fresh(link.target).protected for link in CaseLink.objects.filter(source=part.pk))
    assert list(problems()) == []


def test_erased_case_keeps_no_other_from_being_protected(world: World) -> None:
    main = world.into("investigating")
    gone = world.do(world.into("screening"), "merge", world.screener, into=main)
    extra = world.do(world.into("screening"), "merge", world.screener, into=main)
    destroy_key(fresh(gone))
    assert protect(world, main).protected
    assert (fresh(extra).protected, fresh(gone).protected) == (True, False)
    assert list(problems()) == []


def test_case_that_becomes_protected_goes_to_no_centre_that_its_respondent_leads(world: World) -> None:
    make_person("department_screener", world.department, Role.SCREENER)
    case = world.into("investigating")
    world.do(case, "add_respondent", world.officer, name="นายถูกร้อง", text="เรียกเงิน", account=world.centre_approver)
    assert protect(world, case).unit == world.department


# --- Two at once ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("meanwhile", ["protected", "ended"])
def test_case_is_merged_with_nothing_that_changed_since_it_was_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """What others commit between the guard and the lock of the other case."""
    main, extra = world.into("investigating"), world.into("screening")
    settle = parts.settle_matter

    def late(step: Step, case: Case | None = None) -> None:
        if meanwhile == "protected":
            protect(world, main)
        else:
            world.do(main, "withdraw")
        settle(step, case)

    monkeypatch.setattr(parts, "settle_matter", late)
    with pytest.raises(Missing) as refused:
        world.do(extra, "merge", world.screener, into=main)
    assert refused.value.field == "open_case_i_may_see"
    assert fresh(extra).state == "screening"


def test_pair_of_which_one_is_not_protected_is_found(world: World) -> None:
    main = world.into("investigating")
    extra = world.do(world.into("screening"), "merge", world.screener, into=main)
    assert list(problems()) == []
    secret = world.into("investigating", world.corruption)
    CaseLink.objects.filter(source=extra.pk).update(target=secret.pk)
    assert [number for number, _sentence in problems()] == [extra.number]


@pytest.mark.django_db(transaction=True)
def test_merging_while_the_other_case_becomes_protected_leaves_no_pair_apart() -> None:
    from tests.support.world import build_world

    world = build_world()
    pairs = [(world.into("investigating"), world.into("screening")) for _ in range(3)]
    failed: list[BaseException] = []

    def act(start: threading.Barrier, case: Case, edge: str, user: User, facts: dict[str, Any]) -> None:
        try:
            start.wait()
            perform(case, edge, Actor.person(user), **facts)
        except Missing:
            pass  # the merge came too late
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    for main, extra in pairs:
        start = threading.Barrier(2)
        work = (
            (start, main, "change_kind", world.officer, {"kind": world.corruption}),
            (start, extra, "merge", world.screener, {"into": main}),
        )
        threads = [threading.Thread(target=act, args=each) for each in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    for main, extra in pairs:
        assert fresh(main).protected
        assert fresh(extra).protected == (fresh(extra).state == "merged")
    assert list(problems()) == []
