"""A case that was merged into another one is answered with it, or goes on by itself: it is never lost."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from complaints.jobs import take_up_what_is_left
from complaints.merged import return_all, unanswered
from complaints.models import ComplaintCase
from complaints.states import GRAPH
from notifications.models import Notice
from notifications.relay import relay
from tests.support.world import World, build_world
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.keys import destroy_key
from workflows.models import Case, CaseLink, LedgerEntry, OutboxRow
from workflows.refusals import Missing, NotAllowed, Refused, WrongState
from workflows.transitions import perform

pytestmark = pytest.mark.django_db


def joined(world: World, main: Case) -> ComplaintCase:
    """Another case, merged into `main`."""
    extra = world.do(world.into("screening"), "merge", world.screener, into=ComplaintCase.objects.get(pk=main.pk))
    assert isinstance(extra, ComplaintCase)
    return extra


def fresh(case: Case) -> ComplaintCase:
    return ComplaintCase.objects.get(pk=case.pk)


def test_case_merged_into_one_that_is_withdrawn_is_screened_by_itself(world: World) -> None:
    main = world.into("investigating")
    extra = joined(world, main)
    world.do(main, "withdraw")
    case = fresh(extra)
    assert (case.state, case.is_open, case.holder, case.closed_at) == ("screening", True, None, None)
    entry = LedgerEntry.objects.filter(case=case.pk).latest("seq")
    assert (entry.verb, entry.actor_kind, entry.data) == ("other_ended", "timer", {"out_of": main.public_id})
    running = set(case.clocks.filter(stopped_on=None).values_list("code", flat=True))
    assert running == {"screen", "next_report"}
    assert case.next_due == case.clocks.get(code="screen", stopped_on=None).due_on
    assert not CaseLink.objects.filter(source=case.pk).exists()
    assert OutboxRow.objects.filter(case=case.pk, event="other_ended").exists()
    relay()
    assert Notice.objects.filter(case=case.pk, recipient=world.screener, event="other_ended").exists()
    assert list(problems()) == []


def _end(world: World, main: ComplaintCase, edge: str) -> ComplaintCase:
    """The main case ends by this edge."""
    facts: dict[str, tuple[Any, dict[str, Any]]] = {
        "withdraw": (None, {}),
        "decline": (world.screener, world.refusal()),
        "close": (world.officer, {"evidence": "ภาพ"}),
        "discontinue": (world.approver, {"reasons": "เหตุผล", "reply": "ยุติเรื่อง"}),
        "refuse_review": (world.upper_approver, {"reasons": "คงเดิม"}),
    }
    if edge == "close_after_window":
        return world.clock(main, edge)
    user, given = facts[edge]
    ended = world.do(main, edge, user, **given)
    assert isinstance(ended, ComplaintCase)
    return ended


def _brought(world: World, state: str) -> ComplaintCase:
    if state != "review_requested":
        return world.into(state)
    # Disputed after it was closed: refusing the review ends it again.
    return world.do(world.into("closed"), "request_review", reasons="ไม่ตรง")  # type: ignore[no-any-return]


_ENDED = {state.code for state in GRAPH.states if not state.is_open}
_ENDS = [
    edge.name for edge in GRAPH.edges if edge.sources and set(GRAPH.targets(edge)) & _ENDED and edge.name != "merge"
]


@pytest.mark.parametrize("edge", _ENDS)
def test_every_end_of_the_main_case_answers_the_merged_or_gives_it_back(world: World, edge: str) -> None:
    if edge == "correct":
        return  # takes a slip back to where a case is open: its targets are listed so
    open_sources = [state for state in GRAPH.edge(edge).sources if GRAPH.state(state).is_open]
    wanted = {"decline": "screening", "discontinue": "investigating"}.get(edge, open_sources[-1])
    main = _brought(world, "investigating" if edge == "withdraw" else wanted)
    extra = joined(world, main)
    ended = _end(world, main, edge)
    assert not ended.is_open
    case = fresh(extra)
    answered = LedgerEntry.objects.filter(case=case.pk, verb="answered_with_other").exists()
    assert (case.state, answered) in {("screening", False), ("merged", True)}
    assert not unanswered().exists()
    assert list(problems()) == []


def test_case_that_was_answered_stays_merged_when_the_other_is_withdrawn(world: World) -> None:
    main = world.into("review")
    extra = joined(world, main)
    main = world.do(main, "decide_unfounded", world.approver, reply="ตรวจแล้วไม่พบ")
    world.do(main, "withdraw")
    assert fresh(extra).state == "merged"


def test_reply_goes_out_though_what_was_merged_has_been_erased(world: World) -> None:
    main = world.into("review")
    gone, extra = joined(world, main), joined(world, main)
    destroy_key(gone)
    main = world.do(main, "decide_unfounded", world.approver, reply="ตรวจแล้วไม่พบ")
    assert main.state == "replied"
    assert fresh(extra).messages.last().read(extra) == "ตรวจแล้วไม่พบ"
    assert not fresh(gone).messages.exists()


@pytest.mark.parametrize("edge", ["decide_unfounded", "withdraw"])
@pytest.mark.django_db(transaction=True)
def test_merged_case_taken_out_at_the_same_moment_holds_up_neither(edge: str) -> None:
    from tests.support.world import build_world

    world = build_world()
    failed: list[BaseException] = []

    def act(start: threading.Barrier, case: Case, edge: str, actor: Actor, facts: dict[str, Any]) -> None:
        try:
            start.wait()
            perform(case, edge, actor, **facts)
        except WrongState:
            if edge != "unmerge":  # it may come after the end of the other one gave it back
                raise
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    for _n in range(3):
        main = world.into("review" if edge == "decide_unfounded" else "investigating")
        extra = joined(world, main)
        start = threading.Barrier(2)
        approver, facts = Actor.person(world.approver), {"reply": "ตรวจแล้วไม่พบ"}
        ending = (approver, facts) if edge == "decide_unfounded" else (Actor.complainant(main), {})
        work = (
            (start, main, edge, *ending),
            (start, extra, "unmerge", Actor.person(world.screener), {"reasons": "คนละเรื่อง"}),
        )
        threads = [threading.Thread(target=act, args=each) for each in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert fresh(main).state == ("replied" if edge == "decide_unfounded" else "withdrawn")
        assert fresh(extra).state == "screening"
    assert list(problems()) == []


def test_case_merged_after_the_reply_is_given_back_though_others_were_answered(world: World) -> None:
    main = world.into("review")
    before = joined(world, main)
    main = world.do(main, "decide_unfounded", world.approver, reply="ตรวจแล้วไม่พบ")
    after = joined(world, main)
    world.do(main, "close", world.officer, evidence="ภาพ")
    assert (fresh(before).state, fresh(after).state) == ("merged", "screening")


def test_corruption_goes_on_whatever_its_complainant_wishes(world: World) -> None:
    main = world.into("investigating", world.corruption)
    extra = world.into("screening", world.corruption)
    extra = world.do(extra, "merge", world.centre_screener, into=main)
    world.do(main, "record_withdrawal")
    assert fresh(extra).state == "merged"


def test_night_gives_back_what_slipped_through_and_what_was_erased_stays(world: World) -> None:
    main = world.into("investigating")
    extra, gone = joined(world, main), joined(world, main)
    # As if it had been merged while the other ended.
    Case.objects.filter(pk=main.pk).update(is_open=False, state="withdrawn", closed_at=timezone.now())
    destroy_key(gone)
    assert [number for number, sentence in problems() if "merged" in sentence or "รวม" in sentence] == [extra.number]
    take_up_what_is_left(0)
    assert (fresh(extra).state, fresh(gone).state) == ("screening", "merged")
    assert return_all() == 0


def test_nobody_takes_it_out_by_that_edge_and_not_while_the_other_goes_on(world: World) -> None:
    extra = joined(world, world.into("investigating"))
    with pytest.raises(Missing):
        perform(extra, "other_ended", TIMER)
    with pytest.raises(NotAllowed):
        world.do(extra, "other_ended", world.screener)


def test_erasure_that_was_announced_is_taken_back_with_it(world: World) -> None:
    main = world.into("investigating")
    extra = joined(world, main)
    Case.objects.filter(pk=extra.pk).update(closed_at=timezone.now() - timedelta(days=365 * 11))
    Case.objects.filter(pk=main.pk).update(is_open=False, state="withdrawn", closed_at=timezone.now())
    link = CaseLink.objects.get(source=extra.pk)
    link.delete()
    perform(extra, "propose_erasure", TIMER)
    link.save(force_insert=True)
    perform(extra, "other_ended", TIMER)
    assert not fresh(extra).clocks.filter(code="erasure_notice", stopped_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_cases_merged_into_each_other_by_many_at_once_end_as_one_and_nobody_is_shown_an_error() -> None:
    world = build_world()
    first, second = world.into("screening"), world.into("screening")
    start, failed = threading.Barrier(10), list[BaseException]()

    def merge(case: Case, into: Case) -> None:
        start.wait()
        try:
            perform(case, "merge", Actor.person(world.screener), into=into)
        except Refused:
            pass
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in [(first, second), (second, first)] * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert CaseLink.objects.filter(relation="merged").count() == 1
