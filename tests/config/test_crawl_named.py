"""Ids that somebody sends along about a case of his own, of a case that must not exist for him: refused like ids that
never were, with the same words, and nothing is written."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from complaints.letters.carried import carried_texts
from complaints.models import ComplaintCase
from organisations.models import User
from procurement.models import SeatCase
from tests.support.crawl import OF_CASES, filled
from tests.support.crowd import UNKNOWN, Answer, Crowd, build_crowd, everything, told
from tests.support.hidden import IDENTITY, MARK, STATEMENT, arguments_of, upload
from tests.support.hidden_procurement import plan_beside
from tests.support.letters import draft
from tests.support.procurement_ways import committee_in, purchase_in
from tests.support.purchases import Plan
from tests.support.seat_ways import seat_in
from tests.support.seats import drawn, pool
from tests.support.world import World
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db

NEVER_WAS = 99_999_999
_OF_CASES = ("complaints", "workflows", "procurement")


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


@pytest.fixture
def crowd(world: World) -> Crowd:
    return build_crowd(world)


class Rows:
    """The rows of all tables of cases that came after this was made, by model: those of what is hidden."""

    def __init__(self) -> None:
        self._before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in self._models()}

    def _models(self) -> Iterable[Any]:
        return [model for label in _OF_CASES for model in apps.get_app_config(label).get_models()]

    def since(self) -> dict[Any, list[Any]]:
        """Model → keys."""
        found = {
            m: sorted(set(m._base_manager.values_list("pk", flat=True)) - kept) for m, kept in self._before.items()
        }
        return {model: keys for model, keys in found.items() if keys}


def choices_of(form: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a form, and of its rows, in which a row of a table is chosen: the name as it is sent."""
    rows = [*getattr(form, "rows", [])] if not callable(getattr(form, "rows", None)) else []
    for part in (form, *rows):
        for name, field in part.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                yield part.add_prefix(name), field


def named(form: Any, hidden: dict[Any, list[Any]], texts: dict[str, list[tuple[str, str]]]) -> Iterator[Any]:
    """(field, what names something hidden, what names nothing), for every field that could name it."""
    for name, field in choices_of(form):
        model = field.queryset.model
        for key in hidden.get(model, [])[:2]:
            to_field = field.to_field_name or "pk"
            yield name, str(getattr(model._base_manager.get(pk=key), to_field)), str(NEVER_WAS)
    for name, pairs in texts.items():
        if name in form.fields:
            yield from ((name, *pair) for pair in pairs)


def _told(response: Any, path: str, value: str) -> Answer:
    """As `told`; a key is repeated in the sentence of the refusal only, for as a number it may stand anywhere."""
    if not value.isdecimal():
        return told(response, path, value)
    status, body, headers = told(response, path)
    return status, body.replace(f"choice. {value} is".encode(), b"choice. ASKED is"), headers


def leaks_of(
    client: Client, case: Case, take: str, hidden: dict[Any, list[Any]], texts: dict[str, list[tuple[str, str]]]
) -> Iterator[tuple[str, str, bool]]:
    """For each edge of `case` that has a form for this person, and each of its fields that could name what is hidden:
    (edge, field, whether the answer differs from that for what never was)."""
    for edge in case.graph.edges:
        if not edge.sources:
            continue
        path = reverse(take, args=[case.public_id, edge.name])
        page = client.get(path)
        if page.status_code != 200 or page.context is None or "form" not in page.context:
            continue
        seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq, "text": "ข้อความ", "reasons": "เหตุผล"}
        for name, real, never in named(page.context["form"], hidden, texts):
            answers = [_told(client.post(path, {**seen, name: value}), path, value) for value in (real, never)]
            # 422: the form was read, so that it is the id that was refused and no older page.
            same = answers[0] == answers[1] and answers[0][0] == 422
            yield edge.name, name, not same or MARK.encode() in answers[0][1]


def hidden_complaint(world: World, to: Iterable[User]) -> ComplaintCase:
    """A founded complaint of the district with a respondent, a measure, a letter, a file and a request, of which none
    exists for `to`."""
    case = world.into("investigating", statement=STATEMENT, identity=IDENTITY, files=[upload()])
    world.do(case, "add_respondent", world.officer, name=f"{MARK}name", text=f"{MARK}allegation")
    world.do(case, "ask_agencies", world.officer, units=[world.other], text=f"{MARK}question", files=[upload()])
    case = world.do(case, "message", world.officer, text=f"{MARK}message")
    carried = carried_texts(ComplaintCase.objects.get(pk=case.pk))[-1]
    draft(world, case, world.officer, carries=carried.key, subject=f"{MARK}subject", addressee=f"{MARK}addressee")
    Conflict.objects.bulk_create(Conflict(case_id=case.pk, user=user, at=timezone.now()) for user in to)
    return ComplaintCase.objects.get(pk=case.pk)


def own_complaints(world: World) -> list[ComplaintCase]:
    """Cases of the district for whose edges something may be named."""
    investigated = world.into("investigating", files=[upload()])
    investigated = world.do(investigated, "add_respondent", world.officer, name="นาย ก", text="ข้อกล่าวหา")
    acting = world.into("acting")
    review = world.into("review")
    replied = world.into("replied", identity=IDENTITY)
    draft(world, replied, world.officer)
    keys = [case.pk for case in (investigated, acting, review, replied, world.into("accepted"))]
    return list(ComplaintCase.objects.filter(pk__in=keys).order_by("pk"))


def test_forms_of_an_own_complaint_name_a_hidden_one_as_one_that_never_was(world: World, crowd: Crowd) -> None:
    own = own_complaints(world)
    people = [world.officer, world.head, world.approver, world.screener]
    rows = Rows()
    hidden = hidden_complaint(world, people)
    measured = world.into("acting")
    Conflict.objects.bulk_create(Conflict(case_id=measured.pk, user=user, at=timezone.now()) for user in people)
    texts = {
        "number": [(hidden.number, "DST-2570-99999"), (measured.number, "DST-2570-99998")],
        "like": [(hidden.public_id, UNKNOWN["public_id"])],
    }
    before, there = everything(), rows.since()
    found = [
        (user.username, *leak)
        for user in people
        for case in own
        for leak in leaks_of(crowd.clients[user.username], case, "take", there, texts)
    ]
    assert [leak for leak in found if leak[-1]] == []
    assert everything() == before
    asked = {(edge, name.rpartition("-")[2]) for _user, edge, name, _differs in found}
    wanted = {
        ("merge", "number"), ("measure_done", "measure"), ("hear_respondent", "respondent"),
        ("remove_respondent", "respondent"), ("ask_agencies", "passed_on"), ("register_letter", "letter"),
    }  # fmt: skip
    assert wanted <= asked


def test_cases_given_out_together_leave_a_hidden_one_out_as_one_that_never_was(world: World, crowd: Crowd) -> None:
    own = world.into("accepted")
    mine = world.into("investigating")
    hidden, moved = hidden_complaint(world, [world.head]), world.into("accepted")
    Conflict.objects.create(case=moved, user=world.head, at=timezone.now())
    head, assign, work = crowd.clients["head"], reverse("assign_many"), reverse("work", args=[world.officer.pk])
    before = everything()
    for case in (hidden, moved):
        for other in ([], [f"{own.public_id}~{own.state_version}"]):
            answers = []
            for public_id in (case.public_id, UNKNOWN["public_id"]):
                given = {"case": [f"{public_id}~1", *other], "to": "999999"}
                answers.append([told(ask(assign, given), public_id) for ask in (head.get, head.post)])
            assert answers[0] == answers[1]
        answers = []
        for public_id in (case.public_id, UNKNOWN["public_id"]):
            given = {"case": [public_id, mine.public_id], "to": world.officer2.pk, "reasons": "ลา"}
            answers.append([told(head.post(work, given), public_id)])
        assert answers[0] == answers[1]
        assert answers[0][0][0] == 422
    assert everything() == before


def test_addresses_of_an_own_case_lead_to_nothing_of_a_hidden_one(world: World, crowd: Crowd) -> None:
    own = world.into("investigating")
    world.do(own, "ask_agencies", world.officer, units=[world.other], text="ถาม", files=[upload()])
    hidden = arguments_of(hidden_complaint(world, [world.officer]))
    ours = arguments_of(ComplaintCase.objects.get(pk=own.pk))
    officer, asked = crowd.clients["officer"], 0
    for route in OF_CASES["complaint"]:
        for key in ("file_id", "pk", "request_id"):
            if f":{key}>" in route:
                arguments = {**ours, "public_id": own.public_id, key: hidden[key]}
                path, never = filled(route, arguments), filled(route, {**arguments, key: UNKNOWN[key]})
                answer = told(officer.get(path), path)
                assert answer == told(officer.get(never), never), path
                assert answer[0] == 404
                asked += 1
    assert asked == 5


def test_forms_of_own_procurement_name_what_is_beside_as_what_never_was(world: World, crowd: Crowd) -> None:
    plan = crowd.plan
    pool(plan, 4)
    own = _procurement(plan)
    clients = {name: crowd.clients.get(name) or _client(crowd, user) for name, user in
               (("staff", plan.staff), ("approver", plan.approver))}  # fmt: skip
    # The ways into places know the people of one district only.
    for user in User.objects.filter(username__in=("drafter", "seated", "keeper")):
        User.objects.filter(pk=user.pk).update(username=f"own_{user.username}")
    rows, beside = Rows(), plan_beside(world, crowd)
    drawn(beside)
    _procurement(beside)
    before, there = everything(), rows.since()
    found = [
        (name, *leak)
        for name, client in clients.items()
        for case, take in own
        for leak in leaks_of(client, case, take, there, {})
    ]
    assert [leak for leak in found if leak[-1]] == []
    assert everything() == before
    assert len({(edge, name) for _who, edge, name, _differs in found}) >= 3


def _client(crowd: Crowd, user: User) -> Client:
    crowd.enter(user.username, user)
    return crowd.clients[user.username]


def _procurement(plan: Plan) -> list[tuple[Case, str]]:
    """A purchase under contract, a committee with a dissenting opinion, seats with a report and with a hit, each with
    the name of the address of its edges."""
    places = [
        (purchase_in(plan, "contracted"), "take_purchase"),
        (committee_in(plan, "working/opinion", number=f"o{plan.unit.pk}"), "take_committee"),
        (seat_in(plan, "serving/report"), "seat_take"),
        (seat_in(plan, "serving/hit"), "seat_take"),
    ]
    seats = {case.pk: SeatCase.objects.get(pk=case.pk) for case, take in places if take == "seat_take"}
    return [(seats.get(case.pk) or type(case).objects.get(pk=case.pk), take) for case, take in places]
