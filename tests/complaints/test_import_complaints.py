"""The command: what it writes, what it refuses whole, what it rejects, and that it may be run again at any time."""

import csv
import io
import os
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone, translation

from complaints.importers import traffy, writing
from complaints.importers.defaults import load_mappings
from complaints.models import Complaint, ImportedReport, ImportMapping
from complaints.rule_loading import load_rule_data
from tests.support.world import World, build_world
from workflows.models import Case, Clock, LedgerEntry, OutboxRow, UnitNumber

SAMPLE = Path(__file__).parent / "data" / "traffy.csv"
LAST_LINE = "read 4, created 4, unchanged 0, rejected 0"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(path: Path, **options: Any) -> list[str]:
    """The lines of the report."""
    out = io.StringIO()
    call_command(
        "import_complaints", path, **({"format": "traffy", "unit": "DST"} | options), stdout=out, stderr=io.StringIO()
    )
    return out.getvalue().splitlines()


def rows() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, changed: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, traffy.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
    return path


def many(path: Path, count: int) -> Path:
    first = rows()[1]
    return write(path, [first | {"ticket_id": f"TEST-{number:05d}"} for number in range(count)])


def everything() -> list[Any]:
    """What an import writes, as far as a second run could change it."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Case, Complaint, ImportedReport, Clock, LedgerEntry, UnitNumber)
    ]


def imported(number: str) -> Complaint:
    return Complaint.objects.select_related("case", "kind", "imported").get(source="traffy", source_number=number)


# --- What becomes of a report -----------------------------------------------------------------------------------------
def test_reports_become_complaints(world: World) -> None:
    assert run(SAMPLE)[-1] == LAST_LINE
    complaint = imported("TEST-0001")
    assert complaint.case.state == "received"
    assert complaint.case.unit == world.district
    assert complaint.case.holder is None
    assert complaint.case.opened_at == datetime(2025, 5, 11, 4, 41, 36, 46347, tzinfo=UTC)
    assert complaint.case.subject == "ฝาท่อชำรุดหน้าตลาดสมมุติ"
    assert complaint.read(complaint.case).splitlines()[-1] == 'ขอให้ "เร่ง" ซ่อม'
    assert complaint.anonymous
    assert (complaint.kind_id, complaint.channel, complaint.reference) == ("road", "referral", "TEST-0001")
    assert (complaint.subdistrict, complaint.district, complaint.province) == ("ในเวียง", "เมืองน่าน", "น่าน")
    assert (str(complaint.longitude), str(complaint.latitude)) == ("100.786000", "18.793000")
    assert complaint.imported.tags == ["ถนน", "ทางเท้า"]
    assert complaint.imported.organisations == "เทศบาลตำบลสมมุติ, ฝ่ายโยธา"
    assert complaint.imported.photo == "https://example.org/photos/1.jpg"


def test_states_and_what_the_source_said_are_kept(world: World) -> None:
    run(SAMPLE)
    assert [imported(f"TEST-000{n}").case.state for n in (1, 2, 3, 4)] == [
        "received",
        "investigating",
        "closed",
        "received",
    ]
    closed = imported("TEST-0003")
    assert (closed.imported.state, closed.imported.star, closed.imported.reopened) == ("เสร็จสิ้น", 4, 1)
    assert not closed.case.is_open
    assert imported("TEST-0004").imported.tags == []


def test_open_cases_show_their_clocks_and_send_nothing(world: World) -> None:
    run(SAMPLE)
    case = imported("TEST-0002").case
    assert case.silent
    clocks = {clock.code: clock for clock in Clock.objects.filter(case=case.pk)}
    assert set(clocks) == {"first_report", "investigate"}
    assert case.next_due == min(clock.due_on for clock in clocks.values())
    assert case.next_due < timezone.localdate()
    assert all(clock.silent and clock.next_warning_on is None for clock in clocks.values())
    assert not Clock.objects.filter(case=imported("TEST-0003").case.pk, stopped_on=None).exists()
    assert not OutboxRow.objects.exists()


def test_every_case_has_a_number_a_ledger_and_its_tasks(world: World) -> None:
    run(SAMPLE)
    assert {entry.actor_kind for entry in LedgerEntry.objects.all()} == {"import"}
    assert Case.objects.filter(number__startswith="DST-2568-").count() == 4
    call_command("check_cases", stdout=io.StringIO())
    call_command("verify_ledger", stdout=io.StringIO())


def test_protected_kind_goes_to_the_centre_and_shows_nothing(world: World) -> None:
    ImportMapping.objects.filter(field="type", source_value="ถนน").update(target=world.corruption.code)
    run(SAMPLE)
    complaint = imported("TEST-0001")
    assert complaint.case.protected
    assert complaint.case.unit == world.centre
    assert (complaint.case.subject, complaint.text) == ("", "")
    assert "ฝาท่อ" in complaint.read(complaint.case)
    said = complaint.imported
    assert (said.tags, said.organisations, said.photo, said.photo_after) == ([], "", "", "")


def test_tis620_gives_the_same(world: World, tmp_path: Path) -> None:
    path = tmp_path / "tis.csv"
    path.write_bytes(SAMPLE.read_text(encoding="utf-8-sig").encode("tis_620"))
    assert run(path)[-1] == LAST_LINE
    assert run(SAMPLE)[-1] == "read 4, created 0, unchanged 4, rejected 0"


# --- Again ------------------------------------------------------------------------------------------------------------
def test_second_run_changes_nothing(world: World) -> None:
    run(SAMPLE)
    before = everything()
    assert run(SAMPLE) == ["read 4, created 0, unchanged 4, rejected 0"]
    assert everything() == before


def test_case_worked_on_since_is_left_alone(world: World) -> None:
    run(SAMPLE)
    world.do(imported("TEST-0001").case, "start_screening", world.screener)
    before = everything()
    run(SAMPLE)
    assert everything() == before


def test_row_changed_at_the_source_is_named_and_not_applied(world: World, tmp_path: Path) -> None:
    run(SAMPLE)
    before = everything()
    changed = rows()
    changed[0]["state"] = "เสร็จสิ้น"
    changed[1]["star"] = "2"
    assert run(write(tmp_path / "later.csv", changed)) == [
        "Line 2, TEST-0001 changed at the source, not applied here: its state, from รอรับเรื่อง to เสร็จสิ้น.",
        "Line 5, TEST-0002 changed at the source, not applied here: its text or other fields.",
        "2 rows changed at the source since they were imported; they are counted as unchanged.",
        "read 4, created 0, unchanged 4, rejected 0",
    ]
    assert everything() == before


def test_new_rows_of_a_later_export_are_added(world: World, tmp_path: Path) -> None:
    run(write(tmp_path / "first.csv", rows()[:2]))
    assert run(SAMPLE)[-1] == "read 4, created 2, unchanged 2, rejected 0"


# --- Rows that cannot be taken ----------------------------------------------------------------------------------------
@pytest.fixture
def with_bad_rows(tmp_path: Path) -> Path:
    changed = rows()
    changed[1]["timestamp"] = "2025-02-31 02:00:00+00"
    changed[2]["state"] = "ไม่รู้จัก"
    changed.append(changed[0] | {"comment": "อีกครั้ง"})
    return write(tmp_path / "bad.csv", changed)


def test_report_shows_no_control_characters_of_the_file(world: World, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x9b31m\u202eX\u2066"
    changed = [row | {"ticket_id": f"TEST-{evil}{place}", "state": f"no{evil}"} for place, row in enumerate(rows()[:2])]
    out = "\n".join(run(write(tmp_path / "evil.csv", changed)))
    assert "rejected 2" in out
    assert "TEST-" in out
    assert not [char for char in out if char != "\n" and unicodedata.category(char) == "Cc"]
    assert not set("\u202e\u2066") & set(out)


def test_repeated_number_is_taken_once_the_first_one_was_rejected(world: World, tmp_path: Path) -> None:
    first = rows()[0]
    path = write(tmp_path / "twice.csv", [first | {"state": "ไม่รู้จัก"}, first])
    assert run(path)[-1] == "read 2, created 1, unchanged 0, rejected 1"


REJECTIONS = [
    "Line 5, TEST-0002 rejected: timestamp 2025-02-31 02:00:00+00 is an impossible date.",
    "Line 6, TEST-0003 rejected: no mapping for the state ไม่รู้จัก.",
    "Line 8, TEST-0001 rejected: ticket_id stands in line 2 already.",
]


def test_bad_rows_are_rejected_with_line_number_and_reason_and_the_others_kept(
    world: World, with_bad_rows: Path
) -> None:
    assert run(with_bad_rows) == [*REJECTIONS, "read 5, created 2, unchanged 0, rejected 3"]
    assert set(Complaint.objects.values_list("source_number", flat=True)) == {"TEST-0001", "TEST-0004"}


def test_all_or_nothing_writes_nothing_when_a_row_is_rejected(world: World, with_bad_rows: Path) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("import_complaints", with_bad_rows, format="traffy", unit="DST", all_or_nothing=True, stdout=out)
    assert caught.value.code == 1
    assert out.getvalue().splitlines() == [*REJECTIONS, "read 5, created 0, unchanged 0, rejected 3"]
    assert not Case.objects.exists()


def test_all_or_nothing_writes_all_when_every_row_is_good(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    assert run(SAMPLE, all_or_nothing=True) == [LAST_LINE]
    assert Complaint.objects.count() == 4


def test_all_or_nothing_takes_back_what_came_before_a_late_refusal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 1)
    take = writing.Import._take
    monkeypatch.setattr(
        writing.Import, "_take", lambda self, row, here: "late" if row.line == 6 else take(self, row, here)
    )
    with pytest.raises(SystemExit):
        run(SAMPLE, all_or_nothing=True)
    assert not Case.objects.exists()


def test_refusal_of_an_edge_rejects_its_row_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows.refusals import Missing

    opened = writing._open

    def refuse(row: Any) -> Case:
        if row.line == 5:
            raise Missing("Nobody can take it.")
        return opened(row)

    monkeypatch.setattr(writing, "_open", refuse)
    assert run(SAMPLE)[-1] == "read 4, created 3, unchanged 0, rejected 1"
    assert Complaint.objects.count() == ImportedReport.objects.count() == 3


# --- Dry run ----------------------------------------------------------------------------------------------------------
def test_dry_run_reports_the_same_and_writes_nothing(world: World, with_bad_rows: Path) -> None:
    before = everything()
    dry = run(with_bad_rows, dry_run=True)
    assert everything() == before
    assert [line for line in dry if line != "A dry run: nothing was written."] == run(with_bad_rows)


# --- Files refused whole ----------------------------------------------------------------------------------------------
def _text() -> str:
    return SAMPLE.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_text().replace('""เร่ง"" ซ่อม"', '""เร่ง"" ซ่อม').encode(), "The quote opened in line 2"),
        (_text().replace(",state,", ",status,").encode(), "The heading lacks: state."),
        (_text().encode() + b"\xff\xfe", "Line 8 is not valid UTF-8"),
        (b"PK\x03\x04" + bytes(100), "an Excel"),
        (_text().replace(",", ";").encode(), "separated by semicolons"),
        (b"", "The file is empty."),
        (_text().splitlines()[0].encode(), "has a heading and no rows"),
        (_text().encode() + b"TEST-9\0,", "Line 8 holds a NUL byte"),
    ],
    ids=["quote", "column", "encoding", "another kind", "delimiter", "empty", "heading only", "NUL"],
)
def test_fault_of_the_file_is_named_and_nothing_is_written(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, sentence: str
) -> None:
    monkeypatch.setattr(writing, "BATCH", 1)
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as caught:
        run(path)
    assert caught.value.returncode == 1
    assert not Case.objects.exists()


def test_fault_of_the_mapping_is_named_before_anything_is_written(world: World) -> None:
    with pytest.raises(CommandError, match="no open unit with the code NOWHERE"):
        run(SAMPLE, unit="NOWHERE")


# --- Progress ---------------------------------------------------------------------------------------------------------
def test_progress_goes_to_stderr_and_ends_at_the_whole_file(world: World) -> None:
    err = io.StringIO()
    call_command("import_complaints", SAMPLE, format="traffy", unit="DST", stdout=io.StringIO(), stderr=err)
    assert err.getvalue().splitlines()[-1].startswith("100 %, 4 rows, ")


def test_a_batch_costs_one_look_for_what_is_here(
    world: World, django_assert_num_queries: Callable[..., Any], tmp_path: Path
) -> None:
    path = many(tmp_path / "many.csv", writing.BATCH)
    run(path)
    # Four for the mapping; then savepoint, lock, look, release.
    with django_assert_num_queries(8):
        run(path)


# --- Interrupted, killed, at the same time ----------------------------------------------------------------------------
def test_ctrl_c_keeps_whole_batches_and_the_next_run_completes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 10)
    path = many(tmp_path / "many.csv", 25)
    opened = writing._open

    def stop(row: Any) -> Case:
        if row.report.number == "TEST-00014":
            raise KeyboardInterrupt
        return opened(row)

    monkeypatch.setattr(writing, "_open", stop)
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("import_complaints", path, format="traffy", unit="DST", stdout=out, stderr=io.StringIO())
    assert caught.value.code == 130
    assert "created 10," in out.getvalue().splitlines()[-1]
    assert Complaint.objects.count() == ImportedReport.objects.count() == 10
    monkeypatch.setattr(writing, "_open", opened)
    assert run(path)[-1] == "read 25, created 15, unchanged 10, rejected 0"


def test_ctrl_c_of_all_or_nothing_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    opened = writing._open

    def stop(row: Any) -> Case:
        if row.report.number == "TEST-0004":
            raise KeyboardInterrupt
        return opened(row)

    monkeypatch.setattr(writing, "_open", stop)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "import_complaints",
            SAMPLE,
            format="traffy",
            unit="DST",
            all_or_nothing=True,
            stdout=out,
            stderr=io.StringIO(),
        )
    assert "created 0," in out.getvalue().splitlines()[-1]
    assert not Case.objects.exists()


def test_database_that_goes_away_is_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    opened = writing._open

    def fail(row: Any) -> Case:
        if row.report.number == "TEST-0003":
            raise OperationalError("the connection is lost")
        return opened(row)

    monkeypatch.setattr(writing, "_open", fail)
    out = io.StringIO()
    with pytest.raises(CommandError, match="The database ended the import: the connection is lost"):
        call_command("import_complaints", SAMPLE, format="traffy", unit="DST", stdout=out, stderr=io.StringIO())
    assert "created 2," in out.getvalue()
    assert Complaint.objects.count() == 2


_CHILD = """
import sys
import django
django.setup()
from django.core.management import call_command
from django.db import OperationalError, connection
connection.settings_dict["NAME"] = sys.argv[1]
call_command("import_complaints", sys.argv[2], format="traffy", unit="DST")
"""


@pytest.fixture
def lasting_world(transactional_db: None) -> World:
    """A world that other connections see. What a flush before it took away is put back."""
    load_rule_data()
    load_mappings()
    return build_world()


def test_kill_in_the_middle_leaves_whole_batches_and_the_next_run_completes(
    lasting_world: World, tmp_path: Path
) -> None:
    path = many(tmp_path / "many.csv", 80)
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, connection.settings_dict["NAME"], str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + 60
        while not Complaint.objects.exists() and child.poll() is None and time.monotonic() < give_up:
            time.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    # The server may still be at the last statement of the killed client; its transaction ends with the connection.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [writing._IMPORT_LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [writing._IMPORT_LOCK])
    written = Complaint.objects.count()
    assert 0 < written < 80
    assert written % 10 == 0
    assert run(path)[-1] == f"read 80, created {80 - written}, unchanged {written}, rejected 0"
    assert Complaint.objects.values("source_number").distinct().count() == 80
    assert ImportedReport.objects.count() == Case.objects.count() == 80
    call_command("check_cases", stdout=io.StringIO())
    call_command("verify_ledger", stdout=io.StringIO())


def test_two_imports_of_a_file_at_once_create_each_report_once(
    lasting_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 5)
    path = many(tmp_path / "many.csv", 60)
    reports: list[str] = []
    together = threading.Barrier(2)

    def one() -> None:
        try:
            together.wait()
            reports.append(run(path)[-1])
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    counts = [[int(part.split()[1]) for part in report.split(", ")] for report in reports]
    assert [sum(column) for column in zip(*counts, strict=True)] == [120, 60, 60, 0]
    assert Complaint.objects.count() == 60
    assert sorted(UnitNumber.objects.values_list("value", flat=True)) == list(range(1, 61))
