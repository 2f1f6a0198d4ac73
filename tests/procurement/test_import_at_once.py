"""Imports that are stopped, killed, or run beside each other."""

import csv
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import translation

from procurement.importers import running, taking
from procurement.models import Activity, Contract, ImportedPurchase, Purchase, Supplier
from tests.support.world import World, build_world
from workflows.models import Case, UnitNumber

SAMPLE = Path(__file__).parent / "data" / "cgd.csv"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(path: Path, out: io.StringIO | None = None, **options: Any) -> str:
    """The last line of the report."""
    said = out or io.StringIO()
    call_command("import_projects", path, format="cgd", stdout=said, stderr=io.StringIO(), **options)
    return said.getvalue().splitlines()[-1]


def many(path: Path, count: int) -> Path:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as handle:
        first = next(csv.DictReader(handle))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(first), lineterminator="\n")
        writer.writeheader()
        # Every tenth firm is a new one, so that two imports make the same ones.
        for number in range(count):
            cells = {"project_id": f"650200{number:05d}", "winner_tin": "-", "winner": f"บริษัท สมมุติ {number // 10}"}
            writer.writerow(first | cells)
    return path


def at_row(number: str, fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = taking.open_case

    def stop(*args: Any, **facts: Any) -> Case:
        if facts["project_number"] == number:
            raise fault
        return opened(*args, **facts)

    monkeypatch.setattr(taking, "open_case", stop)


def test_ctrl_c_keeps_whole_batches_and_the_next_run_completes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    path, out = many(tmp_path / "many.csv", 25), io.StringIO()
    with monkeypatch.context() as patch:
        at_row("65020000014", KeyboardInterrupt(), patch)
        with pytest.raises(SystemExit) as caught:
            run(path, out)
    assert caught.value.code == 130
    assert "created 10," in out.getvalue().splitlines()[-1]
    assert Purchase.objects.count() == ImportedPurchase.objects.count() == Activity.objects.count() == 10
    assert run(path) == "read 25, created 15, changed 0, unchanged 10, rejected 0"


def test_ctrl_c_of_all_or_nothing_leaves_nothing(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    at_row("65020000003", KeyboardInterrupt(), monkeypatch)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        run(many(tmp_path / "many.csv", 5), out, all_or_nothing=True)
    assert "created 0," in out.getvalue().splitlines()[-1]
    assert not Case.objects.exists()
    assert not Supplier.objects.exists()


def test_database_that_goes_away_is_a_sentence(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    at_row("65020000003", OperationalError("the connection is lost"), monkeypatch)
    out = io.StringIO()
    with pytest.raises(CommandError, match="The database ended the import: the connection is lost"):
        run(many(tmp_path / "many.csv", 5), out)
    assert "created 2," in out.getvalue()
    assert Purchase.objects.count() == 2


_CHILD = """
import sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
call_command("import_projects", sys.argv[2], format="cgd")
"""


@pytest.fixture
def lasting_world(transactional_db: None) -> World:
    """A world that other connections see. What a flush before it took away is put back."""
    from tests.conftest import reload_rule_data

    reload_rule_data()
    return build_world()


def test_kill_in_the_middle_leaves_whole_batches_and_the_next_run_completes(
    lasting_world: World, tmp_path: Path
) -> None:
    path = many(tmp_path / "many.csv", 150)
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, connection.settings_dict["NAME"], str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + 90
        while not Purchase.objects.exists() and child.poll() is None and time.monotonic() < give_up:
            time.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    # The server may still be at the last statement of the killed client; its transaction ends with the connection.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [running.IMPORT_LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [running.IMPORT_LOCK])
    written = Purchase.objects.count()
    assert 0 < written < 150
    assert written % running.BATCH == 0
    assert run(path) == f"read 150, created {150 - written}, changed 0, unchanged {written}, rejected 0"
    assert Purchase.objects.values("project_number").distinct().count() == 150
    assert ImportedPurchase.objects.count() == Activity.objects.count() == Contract.objects.count() == 150
    call_command("check_cases", stdout=io.StringIO())
    call_command("verify_ledger", stdout=io.StringIO())


def test_two_imports_of_a_file_at_once_create_each_purchase_once(
    lasting_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 5)
    path = many(tmp_path / "many.csv", 60)
    reports: list[str] = []
    together = threading.Barrier(2)

    def one() -> None:
        try:
            together.wait()
            reports.append(run(path))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    counts = [[int(part.split()[1]) for part in report.split(", ")] for report in reports]
    assert [sum(column) for column in zip(*counts, strict=True)] == [120, 60, 0, 60, 0]
    assert Purchase.objects.count() == Activity.objects.count() == 60
    assert Supplier.objects.count() == 6
    assert sorted(UnitNumber.objects.values_list("value", flat=True)) == list(range(1, 61))
