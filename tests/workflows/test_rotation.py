"""The master key is changed: everything opens with the new one alone, whatever happened in between."""

import re
import secrets
import sys
from io import StringIO
from pathlib import Path
from threading import Event, Thread

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from complaints.identity import read_identity
from complaints.models import ComplainantIdentity, ComplaintCase, Contact, ImportedReport
from procurement.models import Citizen, Person
from procurement.pool.sealed import read_private, write_private
from tests.support.live import Process
from tests.support.world import TEXT, World, build_world
from workflows import rotation, sealing
from workflows.attachments import content
from workflows.files import check_upload
from workflows.models import Case, CaseKey

OLD, NEW = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
WHO = {"name": "นางสาวใจดี", "phone": "081-234-5678", "email": "Jaidee@example.org"}


@pytest.fixture(autouse=True)
def _keys(settings: Settings, tmp_path: Path) -> None:
    settings.MASTER_KEYS, settings.EVIDENCE_ROOT = [OLD], tmp_path


@pytest.fixture
def everything(transactional_db: None) -> World:
    """The small world, in a database that other processes and threads see."""
    return build_world()


def file(world: World) -> ComplaintCase:
    """A protected complaint with an identity, an address and a file."""
    upload = check_upload(SimpleUploadedFile("a.txt", "หลักฐาน".encode()))
    return world.file(world.corruption, identity=WHO, tell_at="me@example.org", files=[upload])


def a_citizen(world: World, number: int = 1) -> Citizen:
    """A citizen of the pool."""
    person = Person.objects.create(name=f"นายสมชาย {number}", unit=world.province)
    citizen = Citizen(person=person, source=Citizen.Source.STAFF, applied_at=timezone.now())
    write_private(
        citizen, {"id_number": f"110000000000{number}", "phone": WHO["phone"], "email": f"{number}@example.org"}
    )
    citizen.save()
    return citizen


def run(**options: bool) -> str:
    """What the command says."""
    out = StringIO()
    call_command("rotate_keys", stdout=out, stderr=out, **options)
    return out.getvalue()


def opens(case: Case) -> bool:
    """Whether everything sealed in a case of `file()` can be read."""
    fresh = ComplaintCase.objects.get(pk=case.pk)
    data = b"".join(content(fresh.attachments.get(), fresh)).decode()
    return fresh.complaint.read(fresh) == TEXT and read_identity(fresh.complaint) == WHO and data == "หลักฐาน"


# --- Nothing is forgotten ---------------------------------------------------------------------------------------------
def test_every_column_that_hangs_on_a_master_key_is_registered() -> None:
    # By their names: a key that is wrapped, and a keyed hash. The others are hashes of tokens or of the ledger.
    others = {
        ("notifications.LineCode", "code_hash"), ("procurement.SignInLink", "token_hash"),
    }  # fmt: skip
    named = re.compile(r"wrapped|_hash$|fingerprint")
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if named.search(field.name) and isinstance(field, models.CharField | models.TextField | models.BinaryField)
    }
    assert {pair for pair in found if pair[0].split(".")[0] in OURS} - others == rotation.registered()


OURS = {"organisations", "workflows", "notifications", "complaints", "procurement"}


# --- Going over -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_rotation_leaves_nothing_that_needs_the_older_key(world: World, settings: Settings) -> None:
    cases, citizen = [file(world) for _ in range(7)], a_citizen(world)
    sealed_before = bytes(ComplainantIdentity.objects.get(pk=cases[0].pk).sealed)
    settings.MASTER_KEYS = [NEW, OLD]
    said = run()
    assert f"{sealing.master_key_ids()[1]} can be taken out of SODSONG_MASTER_KEYS" in said
    assert "workflows.CaseKey.wrapped: 7 changed, 0 left, 0 lost" in said
    settings.MASTER_KEYS = [NEW]
    assert all(opens(case) for case in cases)
    assert Contact.objects.count() == 7
    assert bytes(ComplainantIdentity.objects.get(pk=cases[0].pk).sealed) == sealed_before
    hashes = {sealing.lookup_hash(WHO["phone"], "phone").hex()}
    assert set(ComplainantIdentity.objects.values_list("phone_hash", flat=True)) == hashes
    citizen = Citizen.objects.get(pk=citizen.pk)
    assert read_private(citizen)["id_number"] == "1100000000001"
    assert citizen.phone_hash in hashes
    assert citizen.id_hash == sealing.lookup_hash("1100000000001", "identity number").hex()


@pytest.mark.django_db
def test_rotation_run_twice_changes_nothing_the_second_time(world: World, settings: Settings) -> None:
    file(world)
    settings.MASTER_KEYS = [NEW, OLD]
    run()
    kept = CaseKey.objects.get().wrapped
    assert "1 changed" not in run()
    assert CaseKey.objects.get().wrapped == kept


@pytest.mark.django_db
def test_rotation_keeps_empty_a_hash_that_was_left_out_on_purpose(world: World, settings: Settings) -> None:
    citizen = a_citizen(world)
    Citizen.objects.filter(pk=citizen.pk).update(email_hash="")  # another citizen has this address
    settings.MASTER_KEYS = [NEW, OLD]
    run()
    citizen.refresh_from_db()
    assert citizen.email_hash == ""
    assert citizen.phone_hash == sealing.lookup_hash(WHO["phone"], "phone").hex()


@pytest.mark.django_db
def test_rotation_only_looks_with_check(world: World, settings: Settings) -> None:
    file(world)
    settings.MASTER_KEYS = [NEW, OLD]
    before = list(CaseKey.objects.values_list("wrapped", flat=True)), ComplainantIdentity.objects.get().phone_hash
    with pytest.raises(CommandError, match="still needed"):
        run(check=True)
    after = list(CaseKey.objects.values_list("wrapped", flat=True)), ComplainantIdentity.objects.get().phone_hash
    assert after == before
    run()
    assert "can be taken out" in run(check=True)


@pytest.mark.django_db
def test_rotation_says_how_many_rows_no_key_opens(world: World, settings: Settings) -> None:
    lost, kept = file(world), file(world)
    foreign = "1.0123456789abcdef." + CaseKey.objects.get(case=lost.pk).wrapped.split(".")[2]
    CaseKey.objects.filter(case=lost.pk).update(wrapped=foreign)
    settings.MASTER_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="Nothing more can be done"):
        run()
    assert CaseKey.objects.get(case=lost.pk).wrapped == foreign
    settings.MASTER_KEYS = [NEW]
    assert opens(kept)


@pytest.mark.django_db
def test_rotation_says_what_hashes_of_imported_rows_cost(world: World, settings: Settings) -> None:
    case = file(world)
    ImportedReport.objects.create(
        complaint=case.complaint, state="x", last_activity=timezone.now(), fingerprint="0" * 64
    )
    assert "cannot be made anew" not in run()
    settings.MASTER_KEYS = [NEW, OLD]
    assert "1 hashes cannot be made anew: a report that is imported once more is told as changed" in run()


@pytest.mark.django_db
def test_rotation_never_brings_back_an_erased_key(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = file(world)
    settings.MASTER_KEYS = [NEW, OLD]
    rewrap = sealing.rewrap

    def erased_meanwhile(wrapped: str) -> str:
        CaseKey.objects.filter(case=case.pk).update(wrapped="")
        return rewrap(wrapped)

    monkeypatch.setattr(sealing, "rewrap", erased_meanwhile)
    run()
    assert CaseKey.objects.get(case=case.pk).wrapped == ""


@pytest.mark.django_db
def test_rotation_costs_a_batch_the_same_number_of_statements_however_long(world: World, settings: Settings) -> None:
    for _ in range(12):
        file(world)
    ComplainantIdentity.objects.all().delete()
    settings.MASTER_KEYS = [NEW, OLD]

    with CaptureQueriesContext(
        connection,
    ) as many:
        run()
    CaseKey.objects.exclude(case=CaseKey.objects.order_by("pk")[0].pk).update(wrapped="")
    settings.MASTER_KEYS = [OLD, NEW]
    with CaptureQueriesContext(connection) as one:
        run()
    assert len(many) == len(one)


# --- Beside others ----------------------------------------------------------------------------------------------------
_DIES = """
import os, signal, sys, django
from django.conf import settings
django.setup()
settings.MASTER_KEYS = sys.argv[1:3]
from workflows import rotation
rotation.BATCH = 3
seen = []
def progress(name, count):
    seen.append(name)
    if len(seen) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
rotation.rotate(progress)
"""


@pytest.mark.parametrize("batch", [1, 3, 6])
def test_rotation_that_is_killed_goes_on_where_it_was(everything: World, settings: Settings, batch: int) -> None:
    cases = [file(everything) for _ in range(10)]
    killed = Process([sys.executable, "-c", _DIES, NEW, OLD, str(batch)]).start()
    assert killed.running is not None
    assert killed.running.wait(60) == -9
    settings.MASTER_KEYS = [NEW, OLD]
    done = CaseKey.objects.filter(wrapped__startswith=sealing.newest_wrapping()).count()
    assert done == min(10, 3 * batch)
    assert all(opens(case) for case in cases)
    assert f"workflows.CaseKey.wrapped: {10 - done} changed, 0 left, 0 lost" in run()
    settings.MASTER_KEYS = [NEW]
    assert all(opens(case) for case in cases)


def test_rotation_beside_people_who_file(
    everything: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of before writes under the older key until it is restarted; nothing of it is lost or overlooked."""
    cases = [file(everything) for _ in range(5)]
    settings.MASTER_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotation, "BATCH", 2)
    failed: list[BaseException] = []
    stop = Event()

    def files() -> None:
        try:
            while not stop.is_set():
                cases.append(file(everything))
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=files)
    thread.start()
    try:
        for _ in range(4):
            rotation.rotate(lambda *_: None)
    finally:
        stop.set()
        thread.join(30)
    assert failed == []
    assert len(cases) > 6
    run()
    settings.MASTER_KEYS = [NEW]
    assert all(opens(case) for case in cases)


def test_rotation_tells_of_a_process_with_the_settings_of_before(everything: World, settings: Settings) -> None:
    file(everything)
    settings.MASTER_KEYS = [NEW, OLD]
    begun: list[str] = []

    def late(name: str, _seen: int) -> None:
        if "Identity" in name and not begun:
            begun.append(name)
            settings.MASTER_KEYS = [OLD]
            file(everything)
            settings.MASTER_KEYS = [NEW, OLD]

    outcome = rotation.rotate(late)
    assert not outcome.finished
    assert outcome.tallies[0].left == 1
    assert rotation.rotate(lambda *_: None).finished
