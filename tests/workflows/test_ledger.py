"""Who owns the database can rewrite it; then `verify_ledger` names the row. Others are refused by triggers."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import World
from workflows.checkpoints import make_checkpoint
from workflows.ledger import LedgerFactError, canonical, entry_hash, merkle_root
from workflows.models import Case, Checkpoint, CheckpointLeaf, LedgerEntry
from workflows.verification import Report, verify

TABLES = ("workflows_ledgerentry", "workflows_checkpoint", "workflows_checkpointleaf")


def faults() -> list[tuple[int, int]]:
    """(case, entry) of every fault."""
    return [(fault.case, fault.seq) for fault in verify(Report())]


@pytest.fixture
def owner(db: None) -> Iterator[Callable[..., None]]:
    """Runs SQL as the owner of the database, who has put the triggers out of action."""
    with connection.cursor() as cursor:
        # Else the deferred checks of the rows made in this test forbid ALTER TABLE.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        def run(sql: str, *values: Any) -> None:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql, values)

        yield run


@pytest.fixture
def case(world: World) -> Case:
    """A case with several entries, beside another one that must never be blamed."""
    world.into("accepted")
    made = world.into("review")
    assert not faults()
    return Case.objects.get(pk=made.pk)


# --- Rewriting by the owner -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "'close'"),
        ("facts", '\'{"ground":"other"}\''),
        ("actor_id", "NULL"),
        ("actor_kind", "'timer'"),
        ("post_id", "NULL"),
        ("from_state", "'closed'"),
        ("at", "at + interval '1 microsecond'"),
        ("hash", "repeat('0', 64)"),
    ],
)
def test_changed_entry_is_named(case: Case, owner: Callable[..., None], column: str, value: str) -> None:
    owner(f"UPDATE workflows_ledgerentry SET {column} = {value} WHERE case_id = %s AND seq = 2", case.pk)  # noqa: S608
    assert (case.pk, 2) in faults()
    assert {found for found, _seq in faults()} == {case.pk}


def test_deleted_entry_is_named(case: Case, owner: Callable[..., None]) -> None:
    owner("DELETE FROM workflows_ledgerentry WHERE case_id = %s AND seq = 2", case.pk)
    assert (case.pk, 2) in faults()


def test_deleted_last_entry_is_named(case: Case, owner: Callable[..., None]) -> None:
    owner("DELETE FROM workflows_ledgerentry WHERE case_id = %s AND seq = %s", case.pk, case.ledger_seq)
    assert (case.pk, case.ledger_seq) in faults()


def test_deleted_first_entry_is_named(case: Case, owner: Callable[..., None]) -> None:
    owner("DELETE FROM workflows_ledgerentry WHERE case_id = %s AND seq = 1", case.pk)
    assert (case.pk, 1) in faults()


def test_entry_added_at_the_end_is_named(case: Case, owner: Callable[..., None]) -> None:
    last = LedgerEntry.objects.filter(case=case).latest("seq")
    forged = {"seq": last.seq + 1, "at": last.at, "actor_kind": "user", "actor": None, "post": None, "verb": "note"}
    states = {"from_state": case.state, "to_state": case.state, "facts": "{}", "previous": last.hash}
    owner("SELECT 1")
    LedgerEntry.objects.create(
        case=case, hash=entry_hash(case=case.public_id, **forged, **states), **forged, **states
    )  # fmt: skip
    assert (case.pk, last.seq + 1) in faults()


def test_entry_put_between_two_is_named(case: Case, owner: Callable[..., None]) -> None:
    owner("UPDATE workflows_ledgerentry SET seq = seq + 1000 WHERE case_id = %s AND seq >= 2", case.pk)
    owner("UPDATE workflows_ledgerentry SET seq = seq - 999 WHERE case_id = %s AND seq >= 1000", case.pk)
    owner(
        "INSERT INTO workflows_ledgerentry"
        " (case_id, seq, at, actor_kind, verb, from_state, to_state, facts, previous, hash)"
        " SELECT case_id, 2, at, actor_kind, 'note', to_state, to_state, facts, hash, repeat('a', 64)"
        " FROM workflows_ledgerentry WHERE case_id = %s AND seq = 1",
        case.pk,
    )
    assert (case.pk, 2) in faults()


def test_swapped_entries_are_named(case: Case, owner: Callable[..., None]) -> None:
    for before, after in ((2, 1000), (3, 2), (1000, 3)):
        owner("UPDATE workflows_ledgerentry SET seq = %s WHERE case_id = %s AND seq = %s", after, case.pk, before)
    assert {(case.pk, 2), (case.pk, 3)} <= set(faults())


def test_entry_moved_to_another_case_is_named(case: Case, world: World, owner: Callable[..., None]) -> None:
    other = world.file()
    owner("DELETE FROM workflows_ledgerentry WHERE case_id = %s", other.pk)
    owner("UPDATE workflows_ledgerentry SET case_id = %s WHERE case_id = %s AND seq = 1", other.pk, case.pk)
    assert {(other.pk, 1), (case.pk, 1)} <= set(faults())


def test_changed_head_is_named(case: Case, owner: Callable[..., None]) -> None:
    owner("UPDATE workflows_case SET ledger_head = repeat('0', 64) WHERE id = %s", case.pk)
    assert faults() == [(case.pk, case.ledger_seq)]


def test_state_changed_past_the_ledger_is_named(case: Case, owner: Callable[..., None]) -> None:
    owner("UPDATE workflows_case SET state = 'acting' WHERE id = %s", case.pk)
    assert faults() == [(case.pk, case.ledger_seq)]


def test_case_without_its_entries_is_named(case: Case, owner: Callable[..., None]) -> None:
    owner("DELETE FROM workflows_ledgerentry WHERE case_id = %s", case.pk)
    assert faults() == [(case.pk, 1)]


def test_truncated_ledger_names_every_case(case: Case, owner: Callable[..., None]) -> None:
    owner("TRUNCATE workflows_ledgerentry")
    assert sorted(faults()) == [(pk, 1) for pk in Case.objects.order_by("pk").values_list("pk", flat=True)]


# --- What only a checkpoint sees --------------------------------------------------------------------------------------
def test_last_entry_removed_with_its_head_is_seen_by_the_checkpoint_alone(
    case: Case, owner: Callable[..., None]
) -> None:
    checkpoint = make_checkpoint()
    assert checkpoint is not None
    assert not faults()
    before = LedgerEntry.objects.get(case=case, seq=case.ledger_seq - 1)
    owner("DELETE FROM workflows_ledgerentry WHERE case_id = %s AND seq = %s", case.pk, case.ledger_seq)
    owner(
        "UPDATE workflows_case SET ledger_seq = %s, ledger_head = %s, state = %s WHERE id = %s",
        before.seq, before.hash, before.to_state, case.pk,
    )  # fmt: skip
    assert faults() == [(case.pk, case.ledger_seq)]
    owner("DELETE FROM workflows_checkpointleaf")
    owner("DELETE FROM workflows_checkpoint")
    assert not faults()


def test_history_rewritten_whole_is_seen_by_the_checkpoint(case: Case, owner: Callable[..., None]) -> None:
    make_checkpoint()
    owner("SELECT 1")
    previous = ""
    for entry in LedgerEntry.objects.filter(case=case).order_by("seq"):
        facts = canonical({"forged": entry.seq})
        previous = entry_hash(
            case=case.public_id, seq=entry.seq, at=entry.at, actor_kind=entry.actor_kind, actor=entry.actor_id,
            post=entry.post_id, verb=entry.verb, from_state=entry.from_state, to_state=entry.to_state, facts=facts,
            previous=(before := previous),
        )  # fmt: skip
        LedgerEntry.objects.filter(pk=entry.pk).update(facts=facts, previous=before, hash=previous)
    owner("UPDATE workflows_case SET ledger_head = %s WHERE id = %s", previous, case.pk)
    assert faults() == [(case.pk, case.ledger_seq)]


def test_case_removed_whole_is_seen_by_the_checkpoint_alone(case: Case, owner: Callable[..., None]) -> None:
    make_checkpoint()
    # As a superuser, for whom not even foreign keys hold.
    owner("SET LOCAL session_replication_role = replica")
    owner("DELETE FROM workflows_ledgerentry WHERE case_id = %s", case.pk)
    owner("DELETE FROM workflows_case WHERE id = %s", case.pk)
    assert faults() == [(case.pk, case.ledger_seq)]


def test_changed_root_is_named(case: Case, owner: Callable[..., None]) -> None:
    make_checkpoint()
    owner("UPDATE workflows_checkpoint SET root = repeat('0', 64)")
    assert faults() == [(0, 0)]


def test_checkpoint_holds_only_what_changed_since(case: Case, world: World) -> None:
    first = make_checkpoint()
    assert first is not None
    assert first.leaves == Case.objects.count()
    assert make_checkpoint() is None
    world.do(case, "note", world.officer, text="ตรวจแล้ว")
    second = make_checkpoint()
    assert second is not None
    assert (second.leaves, second.previous) == (1, first.root)
    assert not faults()


# --- Triggers ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", [LedgerEntry, Checkpoint, CheckpointLeaf])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_plain_change_is_refused(case: Case, model: Any, change: str) -> None:
    make_checkpoint()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(model._meta.db_table))


@pytest.mark.parametrize("model", [LedgerEntry, Checkpoint, CheckpointLeaf])
def test_truncate_is_refused_outside_a_test_database(case: Case, model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL sodsong.test_database = 'off'")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_orm_cannot_change_an_entry(case: Case) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.filter(case=case).update(verb="close")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.filter(case=case).delete()


# --- Commands ---------------------------------------------------------------------------------------------------------
def test_verify_ledger_says_whole(case: Case) -> None:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert f"whole: {LedgerEntry.objects.count()} entries of {Case.objects.count()} cases" in out.getvalue()


def test_verify_ledger_fails_and_names_the_row(case: Case, owner: Callable[..., None]) -> None:
    owner("UPDATE workflows_ledgerentry SET verb = 'close' WHERE case_id = %s AND seq = 2", case.pk)
    out = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_ledger", stdout=out)
    assert f"case {case.pk}, entry 2: was changed" in out.getvalue()


def test_make_checkpoint_prints_the_root(case: Case) -> None:
    out = StringIO()
    call_command("make_checkpoint", stdout=out)
    assert Checkpoint.objects.get().root in out.getvalue()
    call_command("make_checkpoint", stdout=out)
    assert "nothing has changed" in out.getvalue()


# --- The text that is hashed ------------------------------------------------------------------------------------------
plain = st.none() | st.booleans() | st.integers() | st.text()
facts = st.dictionaries(
    st.text(), st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)


@given(facts)
def test_canonical_text_reads_back_as_itself(given_facts: dict[str, Any]) -> None:
    text = canonical(given_facts)
    assert canonical(json.loads(text)) == text


@given(facts)
def test_canonical_text_is_nfc_in_one_line(given_facts: dict[str, Any]) -> None:
    text = canonical(given_facts)
    assert unicodedata.is_normalized("NFC", text)
    assert "\n" not in text


@given(st.dictionaries(st.text(), plain, min_size=2))
def test_canonical_text_does_not_depend_on_the_order_of_keys(given_facts: dict[str, Any]) -> None:
    normal = {unicodedata.normalize("NFC", key): value for key, value in given_facts.items()}
    assert canonical(normal) == canonical(dict(reversed(normal.items())))


def test_canonical_text_is_the_same_for_both_spellings_of_a_letter() -> None:
    assert canonical({"name": "e\u0301"}) == canonical({"name": "\u00e9"})


@pytest.mark.parametrize("value", [1.5, float("nan"), [1, 2.0], {"deep": [{"er": 0.1}]}, b"bytes", {1, 2}, object()])
def test_canonical_refuses_what_has_no_one_text(value: Any) -> None:
    with pytest.raises(LedgerFactError):
        canonical({"value": value})


# --- The root ---------------------------------------------------------------------------------------------------------
leaves = st.lists(
    st.tuples(st.integers(1, 10**12), st.integers(1, 10**6), st.text("0123456789abcdef", min_size=64, max_size=64)),
    unique_by=lambda leaf: leaf[0],
    max_size=40,
)


def rfc6962_root(data: list[bytes]) -> bytes:
    """The tree hash of RFC 6962, section 2.1, as it is written there."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\0" + data[0]).digest()
    half = 1
    while half * 2 < len(data):
        half *= 2
    return hashlib.sha256(b"\1" + rfc6962_root(data[:half]) + rfc6962_root(data[half:])).digest()


@given(leaves)
def test_root_is_that_of_rfc6962(found: list[tuple[int, int, str]]) -> None:
    data = [f"{case}/{seq}/{head}".encode() for case, seq, head in sorted(found)]
    assert merkle_root(found) == rfc6962_root(data).hex()


@given(leaves, st.randoms())
def test_root_does_not_depend_on_the_order_of_leaves(found: list[tuple[int, int, str]], chance: Any) -> None:
    shuffled = [*found]
    chance.shuffle(shuffled)
    assert merkle_root(shuffled) == merkle_root(found)


@given(leaves.filter(bool), st.data())
def test_root_changes_with_any_leaf(found: list[tuple[int, int, str]], data: Any) -> None:
    i = data.draw(st.integers(0, len(found) - 1))
    case, seq, head = found[i]
    changed = [*found[:i], (case, seq + 1, head), *found[i + 1 :]]
    assert merkle_root(changed) != merkle_root(found)
    assert merkle_root([*found[:i], *found[i + 1 :]]) != merkle_root(found)
