"""Erasure: no word or name is left anywhere, everything that is counted stays, no page fails."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from complaints.erasing import BLANKED, REMOVED, REQUEST_TEXTS, ErasureGround
from complaints.forms import FORMS
from complaints.models import AgencyRequest, ComplaintCase, Contact, RequestCase, Respondent
from complaints.protecting import TEXTS
from complaints.states import EDGES, ENDED, GRAPH
from complaints.statistics.periods import month_of
from complaints.statistics.reading import tallies_of
from complaints.views.citizen.acts import ACTS
from organisations.models import User
from tests.support.filing import follow
from tests.support.world import World
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.files import check_upload
from workflows.keys import CaseText, is_erased
from workflows.models import Attachment, Case, CaseKey, CaseLink, CaseSearch, Clock, LedgerEntry, RecordsHold
from workflows.refusals import Missing, NotAllowed, Refused
from workflows.search import by_subject
from workflows.transitions import perform
from workflows.verification import Report, verify

pytestmark = pytest.mark.django_db

SECRETS = {
    "statement": "ปลาทับทิมสีชมพูหน้าศาลากลาง",
    "place": "ซอยมะขามเปรี้ยว",
    "name": "นางพิกุลทอง แสนสุข",
    "phone": "0811112222",
    "email": "phikun@example.org",
    "tell_at": "tell-phikun@example.org",
    "reference": "นม 0099/ว1234",
    "note": "โทรคุยกับเจ้าของร้านแล้ว",
    "finding": "พบใบเสร็จปลอมสามใบ",
    "evidence": "ตู้เอกสารชั้นสองห้องพัสดุ",
    "reply": "ขอเรียนว่าได้ดำเนินการเปลี่ยนหลอดไฟ",
    "file": "ไฟล์ลับเฉพาะ",
    "content": "เนื้อความในไฟล์แนบ",
    "question": "ขอให้ชี้แจงเรื่องใบเสร็จ",
    "answer": "ใบเสร็จออกโดยร้านค้า",
    "allegation": "รับของขวัญจากร้านค้า",
    "respondent": "นายมะม่วงสุก ผลไม้",
}


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def upload(name: str = SECRETS["file"]) -> Any:
    """A small file of text."""
    return check_upload(SimpleUploadedFile(f"{name}.txt", SECRETS["content"].encode()))


def full(world: World, kind: Any = None, **facts: Any) -> ComplaintCase:
    """A complaint with something of every sort, closed and with nothing running."""
    s = SECRETS
    case = world.into(
        "investigating", kind, statement=s["statement"], place=s["place"], reference=s["reference"],
        identity={"name": s["name"], "phone": s["phone"], "email": s["email"]}, tell_at=s["tell_at"],
        latitude="13.7563", longitude="100.5018", files=[upload()], **facts,
    )  # fmt: skip
    protected = case.protected
    officer, approver = (world.centre_officer, world.centre_approver) if protected else (world.officer, world.approver)
    world.do(case, "note", officer, text=s["note"])
    world.do(case, "attach", officer, files=[upload()])
    asked = world.other if not protected else world.centre
    world.do(case, "ask_agencies", officer, units=[asked], text=s["question"], files=[upload()])
    request = AgencyRequest.objects.get(complaint=case.pk).case
    perform(request, "answer", Actor.person(officer), text=s["answer"])
    case = ComplaintCase.objects.get(pk=case.pk)
    respondent = Respondent(case=case, by=officer, at=timezone.now(), official=False)
    respondent.write(case, s["allegation"])
    respondent.write_person(case, {"name": s["respondent"]})
    respondent.save()
    Respondent.objects.filter(pk=respondent.pk).update(removed_at=timezone.now())
    case = world.do(case, "submit_finding", officer, outcome="unfounded", reasons=s["finding"], evidence=s["evidence"])
    case = world.do(case, "decide_unfounded", approver, reply=s["reply"])
    case = world.do(case, "close", officer, evidence=s["evidence"])
    return ended(case)


def ended(case: Case) -> ComplaintCase:
    """The same case after its objection window."""
    Clock.objects.filter(case=case.pk, code="objection", stopped_on=None).update(
        due_on=timezone.localdate(case.closed_at)
    )
    Clock.objects.filter(case=case.pk, stopped_on=None).update(stopped_on=timezone.localdate())
    return ComplaintCase.objects.get(pk=case.pk)


def custodians(world: World, case: Case) -> tuple[User, User]:
    """The two who reach a case."""
    if case.protected:
        return world.centre_custodian, world.centre_custodian2
    return world.custodian, world.custodian2


def ask(world: World, case: ComplaintCase) -> ComplaintCase:
    """The first of them asks."""
    first = custodians(world, case)[0]
    return world.do(case, "ask_erasure", first, ground=ErasureGround.REQUEST, reasons="เจ้าของข้อมูลขอให้ลบ")


def erase(world: World, case: ComplaintCase) -> ComplaintCase:
    """By the two."""
    return world.do(ask(world, case), "erase", custodians(world, case)[1])


def where_it_stands(secrets: list[str]) -> list[str]:
    """Every table in which one of these texts stands in plain."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for secret in secrets:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{secret}%"])  # noqa: S608
                if cursor.fetchone()[0]:
                    found.append(f"{table}: {secret}")
    return found


# --- Nothing is left --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("protected", [False, True])
def test_erased_case_leaves_no_word_in_any_table_and_no_file(
    world: World, protected: bool, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    case = full(world, world.corruption if protected else None)
    assert protected or where_it_stands([SECRETS["statement"], SECRETS["note"], SECRETS["answer"]])
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3
    with django_capture_on_commit_callbacks(execute=True):
        erase(world, case)
    assert where_it_stands([*SECRETS.values(), "13.7563"]) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    request = RequestCase.objects.get(request__complaint=case.pk)
    for each in (case.pk, request.pk):
        assert CaseKey.objects.get(case=each).wrapped == ""
        assert not CaseSearch.objects.filter(case=each).exists()
        assert not Attachment.objects.filter(case=each).exclude(sha256="", label="", storage_name="").exists()
    assert not Contact.objects.filter(complaint=case.pk).exists()
    assert not by_subject(Case.objects.all(), SECRETS["statement"]).exists()


def test_every_text_of_a_case_is_erased_or_kept_for_a_reason() -> None:
    """A new column of a row that belongs to a complaint has to be thought of here."""
    kept = {
        "complaints.Complaint": "channel district province receipt_lookup receipt_hmac language source source_number",
        "complaints.Message": "kind",
        "complaints.Finding": "outcome",
        "complaints.Decision": "outcome",
        "complaints.Measure": "kind",
        "complaints.Reply": "outcome",
        "complaints.ReviewRequest": "against",
        "complaints.RespondentFinding": "outcome",
        "complaints.Penalty": "kind",
        "complaints.Letter": "number way",
        "complaints.ImportedReport": "state",
        "complaints.InquiryCommittee": "order_number",
        "complaints.InquiryMember": "part",
        "complaints.RequestAnswer": "kind",
        # A question is erased with the key of its own when it becomes a complaint.
        "complaints.Question": "public_id state wrapped receipt_lookup receipt_hmac language",
        "complaints.QuestionEntry": "kind sealed",
        "workflows.Case": "kind public_id number category state came_from ledger_head subject",
        "workflows.Attachment": "public_id content_type label sha256 storage_name notes",
        "workflows.CaseKey": "wrapped",
        "workflows.CaseLink": "relation",
        "workflows.CaseSearch": "grams",
        "workflows.Clock": "code about unit",
        "workflows.Conflict": "cause",
        "workflows.LedgerEntry": "actor_kind verb from_state to_state facts previous hash",
        "workflows.OutboxRow": "event facts",
        "notifications.Notice": "event facts",
        "notifications.Delivery": "road contents target period state reason",
        "notifications.DeliveryLine": "road target",
        "notifications.LineCode": "code_hash",
    }
    plain = (
        models.CharField, models.TextField, models.BinaryField, models.JSONField, models.DecimalField,
    )  # fmt: skip
    unthought = []
    for model in apps.get_models():
        label = model._meta.label
        if not label.startswith(("complaints.", "workflows.", "notifications.")) or not _reaches_a_case(model):
            continue
        texts = {field.name for field in model._meta.concrete_fields if isinstance(field, plain)}
        texts |= {
            field.name
            for field in model._meta.concrete_fields
            if type(field).__name__ in ("ArrayField", "SearchVectorField")
        }
        erased = {"text", "sealed"} if model in {**TEXTS, **REQUEST_TEXTS} else set()
        erased |= set(BLANKED[model][1]) if model in BLANKED else set()
        if model in REMOVED or model._meta.proxy:
            continue
        unthought += [f"{label}.{name}" for name in texts - erased - set(kept.get(label, "").split())]
    assert unthought == []


def _reaches_a_case(model: type[models.Model], depth: int = 3) -> bool:
    if issubclass(model, Case):
        return True
    ways = [field.remote_field.model for field in model._meta.concrete_fields if field.remote_field]
    return bool(depth) and any(
        isinstance(way, type) and not issubclass(way, User) and _reaches_a_case(way, depth - 1) for way in ways
    )


def test_every_kind_of_text_of_a_complaint_is_in_the_list() -> None:
    known = {*TEXTS, *REQUEST_TEXTS}
    assert {model for model in apps.get_models() if issubclass(model, CaseText)} == known


# --- Everything that counts stays -------------------------------------------------------------------------------------
def test_erased_case_keeps_ledger_checks_and_figures(world: World) -> None:
    case = full(world)
    before, figures = _counted(case), tallies_of(month_of(timezone.localdate()))
    assert figures
    erase(world, case)
    assert tallies_of(month_of(timezone.localdate())) == figures
    assert list(verify(Report())) == []
    assert list(problems()) == []
    assert _counted(case) == before
    entry = LedgerEntry.objects.get(case=case.pk, verb="erase")
    assert set(entry.data) == {"texts", "files"}
    assert entry.data["files"] == 2
    request = RequestCase.objects.get(request__complaint=case.pk)
    assert LedgerEntry.objects.filter(case=request.pk, verb="erase").count() == 1


def _counted(case: Case) -> Any:
    fresh = ComplaintCase.objects.select_related("complaint").get(pk=case.pk)
    entries = LedgerEntry.objects.filter(case=case.pk).exclude(verb__in=["ask_erasure", "erase"]).order_by("seq")
    return (
        fresh.number, fresh.state, fresh.unit_id, fresh.category, fresh.closed_at, fresh.opened_at, fresh.holder_id,
        fresh.complaint.channel, fresh.complaint.anonymous, fresh.complaint.district,
        list(entries.values_list("verb", "hash", "facts")),
        list(fresh.clocks.values_list("code", "started_on", "stopped_on", "due_on")),
        list(fresh.findings.values_list("outcome", flat=True)), list(fresh.replies.values_list("outcome", flat=True)),
    )  # fmt: skip


# --- Two people, and nothing that runs --------------------------------------------------------------------------------
def test_erasing_takes_two_custodians(world: World) -> None:
    case = full(world)
    with translation.override("en"):
        with pytest.raises(Missing, match="No custodian has asked"):
            world.do(case, "erase", world.custodian)
        case = ask(world, case)
        with pytest.raises(Missing, match="Another custodian has to erase it"):
            world.do(case, "erase", world.custodian)
        with pytest.raises(Missing, match="asked for already"):
            ask(world, case)
    assert is_erased(world.do(case, "erase", world.custodian2))


@pytest.mark.parametrize("edge", ["ask_erasure", "erase"])
def test_erasing_is_for_custodians_alone(world: World, edge: str) -> None:
    case = full(world) if edge == "ask_erasure" else ask(world, full(world))
    for name in (
        "screener",
        "officer",
        "head",
        "approver",
        "executive",
        "administrator",
        "stranger",
        "centre_custodian",
    ):
        with pytest.raises(NotAllowed):
            perform(case, edge, Actor.person(getattr(world, name)), ground="request", reasons="x")
    for actor in (Actor.complainant(case), TIMER):
        with pytest.raises(NotAllowed):
            perform(case, edge, actor, ground="request", reasons="x")


def test_erasing_is_refused_while_anything_runs(world: World) -> None:
    with translation.override("en"):
        with_window = world.into("closed")
        with pytest.raises(Missing, match="objection window"):
            ask(world, with_window)
        case = full(world)
        other = world.into("screening")
        CaseLink.objects.create(source=other, target=case, relation=CaseLink.Relation.PART, at=timezone.now())
        with pytest.raises(Missing, match="still open"):
            ask(world, case)


def test_erasing_of_a_held_case_is_refused_and_a_hold_ends_what_was_asked(world: World) -> None:
    case = ask(world, full(world))
    case = world.do(case, "hold_records", world.head, reasons="ศาลเรียกเอกสาร")
    with pytest.raises(Missing):
        world.do(case, "erase", world.custodian2)
    case = world.do(case, "release_records", world.head, reasons="ศาลตัดสินแล้ว")
    assert RecordsHold.objects.get(case=case.pk).released_by == world.head
    with pytest.raises(Missing):
        world.do(case, "erase", world.custodian2)
    assert is_erased(erase(world, case))


def test_erasing_that_fails_takes_nothing_away(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = ask(world, full(world))
    monkeypatch.setattr("complaints.erasing.destroy_key", lambda _case: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        world.do(case, "erase", world.custodian2)
    fresh = ComplaintCase.objects.get(pk=case.pk)
    assert fresh.complaint.read(fresh) == SECRETS["statement"]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


def test_merged_case_is_kept_as_long_as_the_one_it_went_into(world: World) -> None:
    into, case = full(world), world.into("screening")
    CaseLink.objects.create(source=case, target=into, relation=CaseLink.Relation.MERGED, at=timezone.now())
    Case.objects.filter(pk=case.pk).update(is_open=False, closed_at=timezone.now())
    from complaints.guards.keeping import nothing_runs

    Clock.objects.filter(case=case.pk).update(stopped_on=timezone.localdate())
    case = ComplaintCase.objects.get(pk=case.pk)
    with translation.override("en"):
        assert "as long as the case" in str(nothing_runs.refusal(case, Actor.person(world.custodian), None))
    Case.objects.filter(pk=case.pk).update(is_open=True, closed_at=None)
    CaseLink.objects.all().delete()
    erase(world, into)
    CaseLink.objects.create(source=case, target=into, relation=CaseLink.Relation.MERGED, at=timezone.now())
    Case.objects.filter(pk=case.pk).update(is_open=False, closed_at=timezone.now())
    assert nothing_runs.refusal(case, Actor.person(world.custodian), None) is None


# --- Every page and every edge afterwards -----------------------------------------------------------------------------
def test_every_edge_that_begins_at_an_end_needs_a_case_that_was_not_erased() -> None:
    free = {"follow_unit", "erase_again"}
    for edge in EDGES:
        at_an_end = bool(set(edge.sources) & set(ENDED)) and edge.name not in free
        assert ("not_erased" in {guard.code for guard in edge.requires}) == at_an_end, edge.name


@pytest.mark.parametrize("way", ["erased", "key destroyed by hand"])
@pytest.mark.parametrize("protected", [False, True])
def test_no_page_fails_on_an_erased_case(client: Client, world: World, protected: bool, way: str) -> None:
    client.raise_request_exception = False
    case = full(world, world.corruption if protected else None)
    if way == "erased":
        erase(world, case)
    else:
        CaseKey.objects.filter(case=case.pk).update(wrapped="")
    case = ComplaintCase.objects.get(pk=case.pk)
    answers = dict(_answers(client, world, case))
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    page = answers[reverse("case", args=[case.public_id])]
    assert page == 200
    assert list(problems()) == []
    if way == "erased":
        # Nothing was done to it by all this.
        fresh = ComplaintCase.objects.get(pk=case.pk)
        assert (fresh.ledger_seq, fresh.state) == (case.ledger_seq, case.state)


def _answers(client: Client, world: World, case: ComplaintCase) -> Iterator[tuple[str, int]]:
    """The status of every page of a case, to everybody who may see it, and of every form of an edge that is sent."""
    names = ("centre_approver", "centre_custodian") if case.protected else ("officer", "head", "custodian")
    typed = {"reasons": "x", "text": "x", "reply": "x", "evidence": "x", "sure": "on", "ground": "request", "days": "5"}
    for name in names:
        client.force_login(getattr(world, name))
        addresses = [reverse("case", args=[case.public_id]), reverse("queue", args=["all"]) + f"?q={case.number}"]
        addresses += [reverse("case", args=[case.public_id]) + query for query in ("?contact=1", "?show=files")]
        for row in case.attachments.all():
            addresses.append(reverse("attachment", args=[case.public_id, row.public_id]))
        for request in RequestCase.objects.filter(request__complaint=case.pk):
            addresses.append(reverse("request", args=[request.public_id]))
        for address in addresses:
            yield address, client.get(address).status_code
        # The others are refused before anything of the case is read.
        for edge in FORMS.keys() & {edge.name for edge in GRAPH.edges_from(case.state)} | {"accept"}:
            address = reverse("take", args=[case.public_id, edge])
            yield f"GET {address} {name}", client.get(address).status_code
            seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
            yield f"POST {address} {name}", client.post(address, {**typed, **seen}).status_code
    client.logout()
    assert follow(client, world.receipts[case.pk]).status_code == 302
    for address in (reverse("follow_case"), reverse("follow_contact")):
        yield address, client.get(address).status_code
    for act in ACTS:
        address = reverse("follow_act", args=[act.name])
        yield address, client.get(address).status_code
        yield f"POST {address}", client.post(address, {"text": "ข้อความ", "reasons": "เหตุผล", "stars": "4"}).status_code
    for row in case.attachments.all():
        address = reverse("follow_file", args=[row.public_id])
        yield address, client.get(address).status_code


def test_erased_case_says_so_to_its_officer_its_complainant_and_who_wants_a_file(client: Client, world: World) -> None:
    case = erase(world, full(world))
    world.officer.language = "en"
    world.officer.save()
    client.force_login(world.officer)
    page = client.get(reverse("case", args=[case.public_id])).content.decode()
    assert "erased for good" in page
    assert "This text was deleted for good." in page
    assert "Nothing is kept of who complained" in page
    row = case.attachments.first()
    assert row is not None
    response = client.get(reverse("attachment", args=[case.public_id, row.public_id]))
    assert response.status_code == 410
    assert "deleted for good" in response.content.decode()
    client.logout()
    follow(client, world.receipts[case.pk])
    response = client.get(reverse("follow_case"))
    assert response.context["erased"]
    assert SECRETS["statement"] not in response.content.decode()


def test_erased_case_offers_nothing_but_its_page(client: Client, world: World) -> None:
    case = erase(world, full(world))
    for name in ("screener", "officer", "head", "approver", "custodian"):
        client.force_login(getattr(world, name))
        text = client.get(reverse("case", args=[case.public_id])).content.decode()
        assert not re.search(r"/do/(?!draft_letter)", text), name


def test_erased_case_takes_no_edge(world: World) -> None:
    case = erase(world, full(world))
    people = [Actor.person(user) for user in User.objects.all()] + [Actor.complainant(case), TIMER]
    for edge in GRAPH.edges_from(case.state):
        if edge.name in ("follow_unit", "erase_again"):
            continue
        for actor in people:
            with pytest.raises(Refused):
                perform(case, edge.name, actor, text="x", reasons="x", reply="x")


# --- After a restore --------------------------------------------------------------------------------------------------
def test_list_of_erased_cases_erases_again_what_a_backup_brought_back(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = full(world)
    case = full(world, channel="letter")
    point = transaction.savepoint()
    erase(world, case)
    call_command("erased_cases")
    listed = capsys.readouterr().out
    assert listed.split() == [case.public_id]
    transaction.savepoint_rollback(point)  # the backup of the day before
    outside = tmp_path / "erased.txt"
    outside.write_text(listed + "ZZZZZZZZZZZZ\n")
    call_command("erased_cases", again=outside)
    assert "erased again 1, left 0" in capsys.readouterr().out
    assert is_erased(ComplaintCase.objects.get(pk=case.pk))
    assert not is_erased(ComplaintCase.objects.get(pk=kept.pk))
    call_command("erased_cases", again=outside)
    assert "erased again 0, left 0" in capsys.readouterr().out


def test_list_names_a_case_that_the_backup_has_open(world: World, tmp_path: Path) -> None:
    case = world.into("investigating")
    outside = tmp_path / "erased.txt"
    outside.write_text(case.public_id)
    with pytest.raises(CommandError, match="to their end"):
        call_command("erased_cases", again=outside)
    assert not is_erased(ComplaintCase.objects.get(pk=case.pk))
