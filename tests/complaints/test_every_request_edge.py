"""Every state × every edge × everybody for requests to other units, allowed and forbidden.

The table was written from domain.md (section 2), not from `complaints/requests/states.py`: one task for each unit; the
unit that is asked answers, or a clerk records the letter it answered by; who asks reminds, gives time and cancels; an
officer sees his own unit and what lies below it, a protected case his own unit only; time ends it.
"""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from complaints.models import ComplaintCase, RequestCase
from complaints.requests.states import EDGES
from organisations.models import Role, User
from tests.support.law import Table, differences, takers
from tests.support.world import World, make_person, make_unit
from workflows.actors import IMPORT, TIMER, Actor
from workflows.models import Conflict
from workflows.queries import visible_to
from workflows.refusals import Refused, WrongState
from workflows.transitions import open_case, perform

pytestmark = pytest.mark.django_db

PLACES = "asked asked/in_hand asked/astray request_answered request_timed_out request_cancelled".split()
ASKED = "asked asked/in_hand asked/astray"
ENDED = "request_answered request_timed_out request_cancelled"
EVERYWHERE = f"{ASKED} {ENDED}"
# Who stands above both units (province) reaches an ordinary request by his role, a protected one never.
OFFICERS, HEADS = "officer officer2 all_roles above_all", "head all_roles above_all"
ANSWERING = "asker officer officer2 head all_roles above_all"

TABLE: dict[str, dict[str, str]] = {
    "ask": {},  # see below: it has no case yet
    "take": {"asked asked/astray": OFFICERS, "asked/in_hand": OFFICERS.replace("officer ", "", 1)},
    "give": {ASKED: HEADS},
    "put_back": {"asked/astray": "timer"},
    "answer": {ASKED: ANSWERING},
    "answer_late": {"request_timed_out": ANSWERING},
    "remind": {ASKED: "asker"},
    "give_time": {ASKED: "asker"},
    "pass_on": {ASKED: f"asker {HEADS}"},
    "time_out": {ASKED: "timer"},
    "cancel": {ASKED: "asker timer"},
    "note": {EVERYWHERE: "screener officer officer2 head approver all_roles above_all above_approver"},
    "declare_conflict": {ASKED: "screener officer officer2 head approver all_roles above_all above_approver"},
    "protect": {EVERYWHERE: "timer"},
    "follow_unit": {EVERYWHERE: "timer"},
    "erase": {ENDED: "timer"},
}
# In the protected one who stands above has nothing to do, and the order of the rest is the same.
ABOVE = {"above_all", "above_approver"}
PROTECTED: Table = {
    edge: {places: " ".join(who for who in names.split() if who not in ABOVE) for places, names in rows.items()}
    for edge, rows in TABLE.items()
}
# For whom it exists as a case of his unit; who asks reads it from his complaint (test_officer_requests).
SEEN_BY = "screener officer officer2 head approver executive all_roles"


def staff(world: World) -> dict[str, User]:
    """One person for every part in the unit that is asked, beside it and above it."""
    beside = make_unit("NEI", under=world.province)
    roles = {
        "officer": Role.OFFICER,
        "officer2": Role.OFFICER,
        "head": Role.HEAD,
        "approver": Role.APPROVER,
        "screener": Role.SCREENER,
        "executive": Role.EXECUTIVE,
        "custodian": Role.CUSTODIAN,
        "administrator": Role.ADMINISTRATOR,
        "procurement": Role.PROCUREMENT,
    }
    return {
        **{name: make_person(f"asked_{name}", world.other, role) for name, role in roles.items()},
        "all_roles": world.stranger,
        "conflicted": make_person("conflicted", world.other, *Role.values),
        "beside_all": make_person("beside_all", beside, *Role.values),
        "above_all": make_person("above_all", world.province, *Role.values),
        "above_approver": world.upper_approver,
        "above_conflicted": make_person("above_conflicted", world.province, *Role.values),
        "inactive": make_person("gone", world.other, *Role.values),
    }


def everybody(world: World, asker: User, people: dict[str, User], case: RequestCase) -> dict[str, Actor]:
    """All who might try; of the complainant every receipt he could hold."""
    User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
    named = {**people, "inactive": User.objects.get(pk=people["inactive"].pk), "asker": asker}
    complaint = ComplaintCase.objects.get(pk=case.request.complaint_id)
    district = "screener officer officer2 head approver custodian administrator".split()
    centre = "centre_screener centre_officer centre_approver centre_custodian".split()
    colleagues = {f"asking {name}": getattr(world, name) for name in [*district, *centre]}
    return {
        **{name: Actor.person(user) for name, user in named.items()},
        **{name: Actor.person(user) for name, user in colleagues.items() if user != asker},
        "asking executive": Actor.person(make_person("asking_executive", complaint.unit, Role.EXECUTIVE)),
        "complainant": Actor.complainant(complaint),
        "complainant of another case": Actor.complainant(world.file(world.ordinary)),
        "somebody filing": Actor.complainant(),
        "timer": TIMER,
        "import": IMPORT,
    }


def bring(asker: User, people: dict[str, User], case: RequestCase, place: str) -> RequestCase:
    """The request in `place`."""
    state, _, variant = place.partition("/")
    me = Actor.person(asker)
    if variant:
        case = take(case, "take", Actor.person(people["officer2" if variant == "astray" else "officer"]))
    if variant == "astray":
        held = people["officer2"].holdings.get()
        held.valid = type(held.valid)(held.valid.lower, timezone.localdate())  # it ended this morning
        held.save()
    if state == "request_answered":
        case = take(case, "answer", me, text="ตอบทางหนังสือ")
    if state == "request_cancelled":
        case = take(case, "cancel", me, reasons="ไม่ต้องการแล้ว")
    if state == "request_timed_out":
        from tests.support.law import run_out

        run_out(case, "agency_answer")
        case = take(case, "time_out", TIMER)
    return case


def take(case: RequestCase, edge: str, actor: Actor, **facts: Any) -> RequestCase:
    moved = perform(case, edge, actor, **facts)
    assert isinstance(moved, RequestCase)
    return moved


def facts_for(world: World, edge: str, case: RequestCase, to: User) -> dict[str, Any]:
    """Complete facts for an edge."""
    text, reasons = {"text": "ข้อความ"}, {"reasons": "เหตุผล"}
    facts: dict[str, dict[str, Any]] = {
        "give": {"to": to},
        "answer": text,
        "answer_late": text,
        "remind": text,
        "give_time": {"clock": case.clocks.filter(stopped_on=None).first(), "days": 5, **reasons},
        "pass_on": {"unit": world.department, **reasons},
        "cancel": reasons,
        "note": text,
        "declare_conflict": reasons,
        "follow_unit": {"unit": world.department},
    }
    return facts.get(edge, {})


def asked(world: World, *, protected: bool) -> tuple[RequestCase, User, dict[str, User]]:
    """The other unit is asked: (the request, who asks, the people of `staff`)."""
    people = staff(world)
    make_person("department_officer", world.department, Role.OFFICER)
    complaint = world.into("investigating", world.corruption if protected else world.ordinary)
    for name in ("conflicted", "above_conflicted"):
        Conflict.objects.create(case_id=complaint.pk, user=people[name], at=timezone.now())
    asker = world.centre_officer if protected else world.officer
    world.do(complaint, "ask_agencies", asker, units=[world.other], text="ขอคำชี้แจง")
    return RequestCase.objects.get(request__complaint=complaint.pk), asker, people


def test_table_names_every_edge() -> None:
    assert set(TABLE) == {edge.name for edge in EDGES}


@pytest.mark.parametrize("protected", [False, True], ids=["ordinary", "protected"])
def test_every_edge_of_a_request_for_everybody(world: World, protected: bool) -> None:
    case, asker, people = asked(world, protected=protected)
    actors = everybody(world, asker, people, case)
    wrong = []
    for place in PLACES:
        point = transaction.savepoint()
        here = bring(asker, people, case, place)
        actors |= {"officer2": Actor.person(User.objects.get(pk=people["officer2"].pk))}
        table = PROTECTED if protected else TABLE
        if place == "asked/astray":  # he whose post has ended is nobody here any more
            table = {
                edge: {at: " ".join(who for who in names.split() if who != "officer2") for at, names in rows.items()}
                for edge, rows in table.items()
            }
        found = differences(
            here,
            place,
            table,
            actors,
            lambda edge, here=here: facts_for(world, edge, here, people["officer"]),  # type: ignore[misc]
            quick=protected,
        )
        wrong += [f"{place}: {sentence}" for sentence in found]
        seen = {name for name, actor in actors.items() if actor.user and sees(actor.user, here)}
        reach = {*SEEN_BY.split()} | (set() if protected else {"above_all", "above_approver"})
        if place == "asked/astray":
            reach -= {"officer2"}
        # Held by him whose post ended until the night puts it back; the world's executive is not among the actors.
        held = {"officer2"} if place == "asked/astray" else set()
        if seen - held != reach - held:
            wrong.append(f"{place}: seen by {sorted(seen - reach)}, hidden from {sorted(reach - seen)}")
        transaction.savepoint_rollback(point)
        transaction.savepoint_commit(point)
    assert wrong == []


def sees(user: User, case: RequestCase) -> bool:
    return visible_to(user, "request").filter(pk=case.pk).exists()


@pytest.mark.parametrize("protected", [False, True], ids=["ordinary", "protected"])
def test_only_who_has_the_complaint_in_hand_asks(world: World, protected: bool) -> None:
    case, asker, people = asked(world, protected=protected)
    complaint = ComplaintCase.objects.get(pk=case.request.complaint_id)
    actors, allowed = everybody(world, asker, people, case), set()
    for name, actor in actors.items():
        point = transaction.savepoint()
        try:
            open_case("request", "ask", actor, unit=world.department, complaint=complaint, text="?")
        except Refused:
            continue
        finally:
            transaction.savepoint_rollback(point)
            transaction.savepoint_commit(point)
        allowed.add(name)
    assert allowed == {"asker"}


def test_who_asked_and_has_the_complaint_no_longer_does_nothing(world: World) -> None:
    case, asker, _people = asked(world, protected=False)
    world.do(ComplaintCase.objects.get(pk=case.request.complaint_id), "reassign", world.head, to=world.officer2)
    both = {"before": Actor.person(asker), "now": Actor.person(world.officer2)}
    for edge, facts in {"cancel": {"reasons": "x"}, "remind": {"text": "x"}, "answer": {"text": "x"}}.items():
        assert takers(case, edge, both, facts) == {"now"}


def test_request_is_not_passed_on_to_where_nobody_could_answer(world: World) -> None:
    case, asker, _people = asked(world, protected=False)
    nobody = make_unit("EMP", under=world.province)
    with pytest.raises(Refused):
        take(case, "pass_on", Actor.person(asker), unit=nobody, reasons="ย้ายงาน")


def test_conflict_declared_after_asking_hides_the_request_too(world: World) -> None:
    case, _asker, people = asked(world, protected=False)
    complaint = ComplaintCase.objects.get(pk=case.request.complaint_id)
    assert sees(world.upper_approver, case)
    world.do(complaint, "declare_conflict", world.upper_approver, reasons="เป็นญาติ")
    assert not sees(world.upper_approver, case)
    assert sees(people["approver"], case)


def test_wrong_state_is_said_whoever_comes(world: World) -> None:
    """What `takers` builds on."""
    case, asker, people = asked(world, protected=False)
    for actor in everybody(world, asker, people, case).values():
        with pytest.raises(WrongState):
            perform(case, "answer_late", actor, text="x")
