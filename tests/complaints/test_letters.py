"""The steps of an official letter: what each writes, what it needs, and what nobody learns from it."""

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from pytest_django import Settings

from complaints.letters import registers
from complaints.letters.signing import Signature, signatories
from complaints.models import ComplaintCase, Letter, LetterCount
from organisations.models import Holding, Post, Role, Unit
from tests.support.letters import IDENTITY, despatch, draft, holding_of, letterhead, register, replied, scan
from tests.support.world import ALWAYS, World, make_person
from workflows.actors import Actor
from workflows.models import Conflict, LedgerEntry
from workflows.refusals import Missing, NotAllowed, Refused
from workflows.transitions import perform

pytestmark = pytest.mark.django_db
THIS_YEAR = timezone.localdate().year + 543


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def last_facts(case: ComplaintCase) -> dict[str, Any]:
    """What the ledger recorded last."""
    entry = LedgerEntry.objects.filter(case=case.pk).order_by("-seq").first()
    assert entry is not None
    return entry.data


def refusal(world: World, case: ComplaintCase, edge: str, **facts: Any) -> str:
    """The sentence with which an edge is refused to the officer."""
    with translation.override("en"):
        with pytest.raises(Refused) as refused:
            world.do(case, edge, world.officer, **facts)
        return str(refused.value.sentence)


# --- Drafting ---------------------------------------------------------------------------------------------------------
def test_draft_takes_text_subject_and_addressee_from_the_case(world: World) -> None:
    case = replied(world)
    letter = draft(world, case)
    assert letter.carries == f"reply-{case.replies.get().pk}"
    assert letter.read_head(case).subject == "แจ้งผลการพิจารณาเรื่องร้องเรียน"
    assert letter.read_addressee(case) == f"{IDENTITY['name']}\n{IDENTITY['address']}"
    assert (letter.status, letter.unit, letter.by) == (Letter.Status.DRAFT, world.district, world.officer)
    assert case.state == ComplaintCase.objects.get(pk=case.pk).state


def test_draft_writes_no_text_or_person_into_the_ledger(world: World) -> None:
    case = replied(world)
    letter = draft(world, case, subject="เรื่องลับเฉพาะ", addressee="นายสอง", copies="นายสาม")
    assert last_facts(case) == {"letter": letter.pk}


def test_draft_seals_the_addressee_of_an_ordinary_case_too(world: World) -> None:
    letter = draft(world, replied(world))
    assert IDENTITY["name"].encode() not in bytes(letter.addressee)
    assert IDENTITY["name"] not in letter.text


def test_draft_of_a_protected_case_is_sealed_and_names_nobody(world: World) -> None:
    case = world.into("replied", world.corruption, identity=IDENTITY)
    letter = draft(world, case, world.centre_officer, subject="ลับ", addressee=IDENTITY["name"])
    assert letter.text == ""
    assert letter.sealed is not None
    assert letter.addressee is None
    assert letter.read_head(case).subject == "ลับ"


def test_draft_by_who_may_not_see_who_complained_names_nobody(world: World) -> None:
    case = replied(world)
    assert draft(world, case, world.officer2, addressee="นายเดา").addressee is None


def test_draft_anew_keeps_the_addressee_that_the_writer_may_not_see(world: World) -> None:
    case = replied(world)
    first = draft(world, case, addressee="นางสมใจ (ผู้ร้อง)")
    second = draft(world, case, world.officer2, subject="ใหม่")
    first.refresh_from_db()
    assert first.status == Letter.Status.CANCELLED
    assert second.status == Letter.Status.DRAFT
    assert second.read_addressee(case) == "นางสมใจ (ผู้ร้อง)"
    assert second.read_head(case).subject == "ใหม่"


def test_draft_of_another_text_leaves_the_first_draft(world: World) -> None:
    case = replied(world)
    first = draft(world, case)
    world.do(case, "message", world.officer, text="เพิ่มเติม")
    draft(world, case, carries=f"message-{case.messages.last().pk}")
    first.refresh_from_db()
    assert first.status == Letter.Status.DRAFT


def test_case_that_becomes_protected_seals_the_heads_of_its_letters(world: World) -> None:
    case = replied(world)
    letter = draft(world, case, subject="ไฟดับหน้าบ้านนางสมใจ")
    case = world.do(case, "change_kind", world.officer, kind=world.corruption)
    letter.refresh_from_db()
    assert case.protected
    assert letter.text == ""
    assert letter.read_head(case).subject == "ไฟดับหน้าบ้านนางสมใจ"


@pytest.mark.parametrize("what", ["note", "reply not approved", "other case", "nothing", "nonsense"])
def test_draft_of_what_does_not_go_out_is_refused(world: World, what: str) -> None:
    case = world.into("acting")
    world.do(case, "message", world.officer, text="แจ้งให้ทราบ")
    if what == "note":
        world.do(case, "note", world.officer, text="ภายใน")
        carries = f"message-{case.messages.last().pk}"
    elif what == "reply not approved":
        world.do(case, "draft_reply", world.officer, reply="ร่าง")
        carries = f"reply-{case.replies.get().pk}"
    elif what == "other case":
        carries = f"reply-{replied(world).replies.get().pk}"
    else:
        carries = {"nothing": "", "nonsense": "reply-1; DROP"}[what]
    assert refusal(world, case, "draft_letter", carries=carries) == "Choose what the letter says."


def test_draft_without_anything_to_send_is_refused_on_the_button_too(world: World) -> None:
    from complaints.states import GRAPH
    from workflows.transitions import why_not

    case = world.into("investigating")
    reason = why_not(case, GRAPH.edge("draft_letter"), Actor.person(world.officer))
    assert isinstance(reason, Missing)
    assert reason.field == "letter_carries"


def test_reply_goes_out_as_a_letter_from_its_approval_on(world: World) -> None:
    case = world.into("acting")
    world.do(case, "draft_reply", world.officer, reply="ซ่อมแล้ว")
    world.do(case, "approve_reply", world.approver, reply_seen=case.replies.get().pk)
    assert draft(world, case).status == Letter.Status.DRAFT


@pytest.mark.parametrize("who", ["head", "approver", "executive", "custodian", "administrator", "stranger"])
def test_letters_are_not_written_by(world: World, who: str) -> None:
    case = replied(world)
    with pytest.raises(NotAllowed):
        draft(world, case, getattr(world, who))


def test_letters_of_a_case_not_screened_are_written_by_screeners_only(world: World) -> None:
    case = world.into("screening")
    world.do(case, "message", world.screener, text="ได้รับเรื่องแล้ว")
    carries = f"message-{case.messages.get().pk}"
    assert not ComplaintCase.objects.get(pk=case.pk).screened
    assert "may read" in refusal(world, case, "draft_letter", carries=carries)
    assert draft(world, case, world.screener, carries=carries).pk


# --- Who signs --------------------------------------------------------------------------------------------------------
def test_signatories_are_those_who_speak_for_the_unit_nearest_first(world: World) -> None:
    case = replied(world)
    assert [row.user for row in signatories(case)] == [
        world.head, world.approver, world.upper_approver, world.executive,
    ]  # fmt: skip


def test_signatory_with_a_conflict_cannot_sign(world: World) -> None:
    case = replied(world)
    Conflict.objects.create(case_id=case.pk, user=world.head, at=timezone.now())
    assert world.head not in [row.user for row in signatories(case)]
    carries = f"reply-{case.replies.get().pk}"
    assert "cannot sign" in refusal(world, case, "draft_letter", carries=carries, signatory=holding_of(world.head))


def test_signatories_of_a_protected_case_are_of_its_unit_only(world: World) -> None:
    case = world.into("replied", world.corruption)
    make_person("director", world.department, Role.HEAD)
    assert [row.user for row in signatories(case)] == [world.centre_approver]


def test_deputy_signs_with_his_own_post_for_the_other(world: World) -> None:
    case = replied(world)
    deputy = make_person("palad", world.district, Role.OFFICER)
    Post.objects.filter(holdings__user=deputy).update(title_th="ปลัดอำเภอ")
    post = Post.objects.get(holdings__user=world.head)
    post.title_th = "นายอำเภอเมืองน่าน"
    post.save()
    held = Holding.objects.create(post=post, user=deputy, deputy=True, valid=ALWAYS)
    letter = draft(world, case, signatory=held)
    assert letter.signatory == deputy
    assert (letter.signatory_title, letter.acting_for) == ("ปลัดอำเภอ", "ปฏิบัติราชการแทน นายอำเภอเมืองน่าน")


def test_words_before_the_post_of_another_come_from_the_letterhead(world: World) -> None:
    letterhead(world.district, acting="รักษาราชการแทน")
    post = Post.objects.get(holdings__user=world.head)
    held = Holding.objects.create(post=post, user=world.officer2, deputy=True, valid=ALWAYS)
    assert draft(world, replied(world), signatory=held).acting_for == "รักษาราชการแทน ตำแหน่ง"


def test_signatory_outside_the_system_is_named_in_words() -> None:
    signature = Signature.typed(" นายพล ใจกล้า \nรองผู้ว่าราชการจังหวัด\n ปฏิบัติราชการแทน ")
    assert (signature.name, signature.title) == ("นายพล ใจกล้า", "รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน")
    assert signature.user is None


# --- The register -----------------------------------------------------------------------------------------------------
def test_register_keeps_number_date_and_year(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case), " นน ๐๐๑๗.๑/๒๔๕ ", registered_on=date(2026, 1, 5))
    assert (letter.number, letter.year, letter.registered_on) == ("นน 0017.1/245", 2569, date(2026, 1, 5))
    assert letter.status == Letter.Status.REGISTERED
    assert last_facts(case) == {"letter": letter.pk, "files": 0, "despatched": ""}


def test_register_sign_and_despatch_in_one_go(world: World) -> None:
    case = replied(world)
    letter = register(
        world, case, draft(world, case), signatory=holding_of(world.head), files=[scan()],
        despatched_on=timezone.localdate(), way="registered", tracking=" EM123 ",
    )  # fmt: skip
    assert letter.status == Letter.Status.DESPATCHED
    assert (letter.signatory, letter.way, letter.tracking) == (world.head, "registered", "EM123")
    assert letter.signed is not None
    assert letter.signed.case_id == case.pk
    assert not letter.signed.shown_to_complainant


def test_register_leaves_the_signatory_of_the_draft(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case, signatory=holding_of(world.head)))
    assert letter.signatory == world.head


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": ""}, "Write the number of the letter as it stands in the register."),
        ({"number": "ที่\nสอง!"}, "A register number has letters, digits, dots and strokes only."),
        ({"registered_on": None}, "Write the date of the letter."),
        ({"registered_on": timezone.localdate() + timedelta(days=1)}, "This day has not come yet."),
        ({"way": "post"}, "Say on which day and how the letter goes out."),
        ({"despatched_on": timezone.localdate()}, "Say on which day and how the letter goes out."),
        (
            {"despatched_on": timezone.localdate() + timedelta(days=1), "way": "post"},
            "This day has not come yet.",
        ),
        (
            {"despatched_on": timezone.localdate() - timedelta(days=1), "way": "post"},
            "A letter does not go out before its date.",
        ),
        ({"letter": None}, "There is no drafted letter."),
    ],
)
def test_register_needs(world: World, changes: dict[str, Any], sentence: str) -> None:
    case = replied(world)
    facts = {"letter": draft(world, case), "number": "1", "registered_on": timezone.localdate(), **changes}
    assert refusal(world, case, "register_letter", **facts) == sentence
    assert not Letter.objects.exclude(number="").exists()


def test_register_of_two_files_is_refused(world: World) -> None:
    case = replied(world)
    facts = {"letter": draft(world, case), "number": "1", "registered_on": timezone.localdate()}
    sentence = refusal(world, case, "register_letter", files=[scan(), scan("2")], **facts)
    assert sentence == "Attach one file: put all sheets of the letter into it."


def test_register_of_a_letter_of_another_case_is_refused(world: World) -> None:
    mine, other = replied(world), replied(world)
    facts = {"letter": draft(world, other), "number": "1", "registered_on": timezone.localdate()}
    assert refusal(world, mine, "register_letter", **facts) == "There is no drafted letter."


def test_register_twice_is_refused(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case))
    facts = {"letter": letter, "number": "2", "registered_on": timezone.localdate()}
    assert refusal(world, case, "register_letter", **facts) == "There is no drafted letter."


@pytest.mark.parametrize("again", ["นน 0017.1/9", "นน ๐๐๑๗.๑/๙", "นน  0017.1/9"])
def test_number_is_given_once_in_a_unit_and_year(world: World, again: str) -> None:
    first, second = replied(world), replied(world)
    register(world, first, draft(world, first), "นน 0017.1/9")
    facts = {"letter": draft(world, second), "number": again, "registered_on": timezone.localdate()}
    assert "already" in refusal(world, second, "register_letter", **facts)
    last_year = timezone.localdate() - timedelta(days=366)
    assert register(world, second, facts["letter"], again, registered_on=last_year).number == "นน 0017.1/9"


def test_number_of_another_unit_may_be_the_same(world: World) -> None:
    first = replied(world)
    register(world, first, draft(world, first), "5")
    case = world.into("replied", world.corruption)
    letter = draft(world, case, world.centre_officer)
    assert register(world, case, letter, "5", user=world.centre_officer).unit == world.centre


def test_database_refuses_a_number_twice_where_two_clerks_were_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = replied(world), replied(world)
    register(world, first, draft(world, first), "5")
    letter = draft(world, second)
    # What a race looks like: the number of the other was not there yet when the guard looked.
    monkeypatch.setattr(registers, "taken", lambda *_: False)
    facts = {"letter": letter, "number": "5", "registered_on": timezone.localdate()}
    assert "already" in refusal(world, second, "register_letter", **facts)


def test_own_series_gives_numbers_by_the_calendar_year(world: World) -> None:
    letterhead(world.district, gives_numbers=True)
    cases = [replied(world) for _ in range(3)]
    days = [date(2026, 1, 2), date(2025, 12, 31), date(2026, 1, 3)]
    numbers = [
        register(world, case, draft(world, case), "", registered_on=day).number
        for case, day in zip(cases, days, strict=True)
    ]
    assert numbers == ["นน 0017.1/1", "นน 0017.1/1", "นน 0017.1/2"]


def test_own_series_has_no_gap_after_a_refusal_and_passes_over_what_is_taken(world: World) -> None:
    case, other = replied(world), replied(world)
    register(world, case, draft(world, case), "นน 0017.1/1")
    letterhead(world.district, gives_numbers=True)
    letter = draft(world, other)
    with pytest.raises(Refused):
        register(world, other, letter, "", way="post")
    assert not LetterCount.objects.exists()
    assert register(world, other, letter, "typed in vain").number == "นน 0017.1/2"


def test_register_of_another_system_is_asked_first(world: World) -> None:
    class Saraban:
        def gives(self, unit: Unit) -> bool:
            return unit == world.district

        def next_number(self, unit: Unit, year: int) -> str:
            return f"S {unit.code}/{year}"

    saraban = Saraban()
    registers.connect(saraban)
    try:
        case = replied(world)
        assert register(world, case, draft(world, case), "").number == f"S DST/{THIS_YEAR}"
        assert registers.register_of(world.other) is None
    finally:
        registers.disconnect(saraban)


@pytest.mark.django_db(transaction=True)
def test_own_series_two_at_once_get_two_numbers(settings: Settings, tmp_path: Path) -> None:
    from tests.support.world import build_world

    world = build_world()
    letterhead(world.district, gives_numbers=True)
    work = [(case := replied(world), draft(world, case)) for _ in range(4)]
    failed: list[BaseException] = []

    def one(case: ComplaintCase, letter: Letter) -> None:
        try:
            facts = {"letter": letter, "registered_on": timezone.localdate()}
            perform(case, "register_letter", Actor.person(world.officer), **facts)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(Letter.objects.values_list("number", flat=True)) == [f"นน 0017.1/{n}" for n in range(1, 5)]


# --- Signed, despatched, cancelled ------------------------------------------------------------------------------------
def test_signed_sheet_is_kept_once(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case))
    world.do(case, "attach_signed", world.officer, letter=letter, files=[scan()])
    letter.refresh_from_db()
    assert letter.status == Letter.Status.SIGNED
    sentence = refusal(world, case, "attach_signed", letter=letter, files=[scan()])
    assert sentence == "There is no registered letter without its scan."


def test_signed_sheet_of_a_draft_is_refused(world: World) -> None:
    case = replied(world)
    facts = {"letter": draft(world, case), "files": [scan()]}
    assert refusal(world, case, "attach_signed", **facts) == "There is no registered letter without its scan."


def test_signed_sheet_needs_a_file(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case))
    assert refusal(world, case, "attach_signed", letter=letter, files=[]) == "Attach the signed letter."


def test_despatch_once_with_day_and_way(world: World) -> None:
    case = replied(world)
    letter = despatch(world, case, register(world, case, draft(world, case)), tracking="TH1")
    assert (letter.status, letter.way, letter.tracking) == (Letter.Status.DESPATCHED, "post", "TH1")
    facts = {"letter": letter, "despatched_on": timezone.localdate(), "way": "hand"}
    assert refusal(world, case, "despatch_letter", **facts) == "There is no registered letter that waits to go out."


def test_despatch_of_a_draft_is_refused(world: World) -> None:
    case = replied(world)
    facts = {"letter": draft(world, case), "despatched_on": timezone.localdate(), "way": "hand"}
    assert refusal(world, case, "despatch_letter", **facts) == "There is no registered letter that waits to go out."


def test_despatch_before_the_date_of_the_letter_is_refused(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case))
    facts = {"letter": letter, "despatched_on": timezone.localdate() - timedelta(days=1), "way": "hand"}
    assert refusal(world, case, "despatch_letter", **facts) == "A letter does not go out before its date."


def test_despatch_without_a_way_is_refused(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case))
    sentence = refusal(world, case, "despatch_letter", letter=letter, despatched_on=None, way="")
    assert sentence == "Say on which day and how the letter goes out."


def test_cancelled_letter_keeps_its_number(world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case), "7")
    world.do(case, "cancel_letter", world.officer, letter=letter, reasons="พิมพ์ผิด")
    letter.refresh_from_db()
    assert (letter.status, letter.number) == (Letter.Status.CANCELLED, "7")
    facts = {"letter": draft(world, case), "number": "7", "registered_on": timezone.localdate()}
    assert "already" in refusal(world, case, "register_letter", **facts)
    for edge in ("despatch_letter", "attach_signed", "cancel_letter"):
        given = {"despatched_on": timezone.localdate(), "way": "post", "files": [scan()], "reasons": "x"}
        wanted = {"despatch_letter": ("despatched_on", "way"), "attach_signed": ("files",)}.get(edge, ("reasons",))
        assert refusal(world, case, edge, letter=letter, **{name: given[name] for name in wanted})


def test_letter_that_has_gone_out_is_not_cancelled(world: World) -> None:
    case = replied(world)
    letter = despatch(world, case, register(world, case, draft(world, case)))
    sentence = refusal(world, case, "cancel_letter", letter=letter, reasons="เปลี่ยนใจ")
    assert sentence == "There is no letter that could be cancelled."


# --- The database says so too -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"number": "1"},
        {"number": "", "year": 2569},
        {"despatched_on": date(2026, 1, 1), "way": "post"},
        {
            "number": "1",
            "year": 2569,
            "registered_on": date(2026, 1, 2),
            "despatched_on": date(2026, 1, 1),
            "way": "post",
        },
        {"number": "1", "year": 2569, "registered_on": date(2026, 1, 2), "way": "post"},
        {"number": "1", "year": 2569, "registered_on": date(2026, 1, 2), "despatched_on": date(2026, 1, 3)},
        {"reply": None},
        {"sealed": b"x"},
    ],
)
def test_database_refuses_a_letter_that_cannot_be(world: World, changes: dict[str, Any]) -> None:
    letter = draft(world, replied(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(**changes)


def test_database_refuses_a_letter_of_two_texts(world: World) -> None:
    case = replied(world)
    letter = draft(world, case)
    world.do(case, "message", world.officer, text="เพิ่มเติม")
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(message=case.messages.last())
