"""The pool of citizens: who comes in, once; who is admitted; who leaves; what erasing erases."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.utils import timezone, translation

from organisations.calendar import BUDDHIST_ERA
from organisations.models import User
from procurement.actions.pool import DecidedAlready, InPoolAlready, admit, lacks, leave_pool, refuse, take_back
from procurement.actions.pool_log import Verb, done_with
from procurement.actions.pool_records import (
    CitizenOvertaken,
    correct,
    erase,
    record_consent,
    record_training,
    set_away,
    set_term,
    show_private,
    state_of,
    withdraw_consent,
)
from procurement.candidates import candidates
from procurement.models import Citizen, Consent, Person, PoolRule
from procurement.pool.eligibility import eligible
from procurement.pool.identity import identity_number
from procurement.pool.sealed import read_private, write_private
from tests.procurement.pool_support import ADDRESS, EMAIL, PHONE, applied, id_number
from tests.support.purchases import Plan
from tests.support.seats import drawn, join_pool, open_seat, pool, seats_of
from workflows.refusals import Missing

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def again(citizen: Citizen) -> Citizen:
    return Citizen.objects.select_related("person", "account").get(pk=citizen.pk)


# --- The number -------------------------------------------------------------------------------------------------------
def test_identity_number_is_taken_as_people_write_it() -> None:
    number = id_number(7)
    spaced = f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
    thai = number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert identity_number(spaced) == identity_number(thai) == identity_number(f" {number} ") == number
    assert identity_number("  ") == ""


@pytest.mark.parametrize("wrong", ["123", "1" * 13, id_number(7)[:-1] + "x", id_number(7) + "0", "²" * 13])
def test_wrong_identity_number_is_refused_and_not_repeated(wrong: str) -> None:
    with pytest.raises(ValueError, match="no identity number") as told:
        identity_number(wrong)
    assert wrong not in str(told.value)


# --- He applies -------------------------------------------------------------------------------------------------------
def test_who_applied_waits_and_nobody_may_choose_him(plan: Plan) -> None:
    citizen = applied(plan)
    assert (citizen.status, citizen.person.active, citizen.account) == ("applied", False, None)
    assert not eligible(plan.unit.pk, TODAY).exists()
    committee = plan.committee().committee
    found = candidates(committee, plan.staff, words=citizen.person.name)
    assert all(row.person.pk != citizen.pk for part in found for row in part.rows)


def test_everything_personal_is_sealed(plan: Plan) -> None:
    citizen = applied(plan, private={"phone": PHONE, "email": EMAIL, "address": ADDRESS})
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM procurement_citizen c")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT row_to_json(p)::text FROM procurement_person p")
        row += "".join(text for (text,) in cursor.fetchall())
    for secret in (PHONE, "0812345678", EMAIL, ADDRESS, id_number(1)):
        assert secret not in row
    assert read_private(again(citizen))["email"] == EMAIL


def test_consents_keep_their_words(plan: Plan) -> None:
    citizen = applied(plan, consents={"pool": "คำที่แสดง", "publish": "อีกคำ"})
    assert dict(citizen.consents.values_list("purpose", "wording")) == {"pool": "คำที่แสดง", "publish": "อีกคำ"}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"no_official": False}, "no_official"),
        ({"consents": {"publish": "x"}}, "consent_pool"),
        ({"private": {"phone": "", "address": ""}}, "phone"),
    ],
)
def test_application_needs(plan: Plan, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Missing) as refusal:
        applied(plan, **facts)
    assert refusal.value.field == field
    assert not Person.objects.filter(standing="citizen").exists()


@pytest.mark.parametrize(
    "twin",
    [
        {"name": "นาย คนละชื่อ จริง", "private": {"phone": "0899999999"}},
        {"private": {"id_number": ""}},
        {"private": {"id_number": "", "phone": "", "email": EMAIL}},
    ],
    ids=["number", "name and telephone", "name and e-mail"],
)
def test_same_person_is_in_the_pool_once(plan: Plan, twin: dict[str, Any]) -> None:
    first = applied(plan, private={"email": EMAIL})
    with pytest.raises(InPoolAlready) as refusal:
        applied(plan, **twin)
    assert refusal.value.citizen == first
    assert Person.objects.filter(standing="citizen").count() == 1


def test_father_and_son_of_one_name_and_telephone_are_two(plan: Plan) -> None:
    applied(plan, private={"phone": PHONE})
    applied(plan, 1, private={"phone": PHONE, "id_number": id_number(2)})
    assert Citizen.objects.count() == 2


def test_shared_email_keeps_the_second_application_and_leads_to_the_first_account(plan: Plan) -> None:
    first = applied(plan, private={"email": EMAIL})
    second = applied(plan, 2, private={"email": EMAIL})
    assert (bool(first.email_hash), second.email_hash) == (True, "")
    assert read_private(second)["email"] == EMAIL
    with pytest.raises(Missing):
        applied(plan, 3, by=plan.staff, private={"email": EMAIL})
    # A correction of something else does not stumble over it.
    assert correct(second, by=plan.staff, private={"phone": "0811111111"}) == ["phone"]


def test_form_sent_twice_is_one_application(plan: Plan) -> None:
    assert applied(plan, code="ABCDEFGHJK") == applied(plan, 2, code="ABCDEFGHJK")
    assert Citizen.objects.count() == 1


def test_who_was_refused_may_apply_again(plan: Plan) -> None:
    refuse(applied(plan), by=plan.staff, reason="อยู่นอกพื้นที่")
    assert applied(plan).status == "applied"


# --- He is admitted, or not -------------------------------------------------------------------------------------------
def test_admission_gives_term_seats_and_account(plan: Plan) -> None:
    PoolRule.objects.filter(code="most_seats").update(value=2)
    citizen = again(admit(applied(plan), by=plan.staff))
    assert (citizen.status, citizen.decided_by, citizen.person.active) == ("admitted", plan.staff, True)
    assert (citizen.term_from, citizen.term_to) == (TODAY, TODAY + timedelta(days=729))
    assert citizen.person.most_seats == 2
    assert citizen.account is not None
    assert not citizen.account.has_usable_password()
    assert citizen.account.is_active
    assert not citizen.account.holdings.exists()
    assert eligible(plan.unit.pk, TODAY).get() == citizen


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"private": {"id_number": ""}}, "id_number"),
        ({"birth_year": None}, "birth_year"),
        ({"birth_year": TODAY.year + BUDDHIST_ERA - 19}, "birth_year"),
    ],
)
def test_admission_needs(plan: Plan, facts: dict[str, Any], field: str) -> None:
    citizen = applied(plan, **facts)
    assert [lack.field for lack in lacks(citizen, TODAY)] == [field]
    with pytest.raises(Missing):
        admit(citizen, by=plan.staff)
    assert not again(citizen).person.active


def test_admission_without_consent_or_statement_is_refused(plan: Plan) -> None:
    citizen = applied(plan)
    Consent.objects.update(withdrawn_at=timezone.now())
    Citizen.objects.update(no_official=False)
    assert [lack.field for lack in lacks(again(citizen), TODAY)] == ["no_official", "consent_pool"]


def test_second_decision_is_told_of_the_first(plan: Plan) -> None:
    citizen = applied(plan)
    admit(citizen, by=plan.staff)
    with pytest.raises(DecidedAlready):
        admit(citizen, by=plan.staff2)
    with pytest.raises(DecidedAlready):
        refuse(citizen, by=plan.staff2, reason="x")


def test_who_left_is_taken_back_where_he_was(plan: Plan) -> None:
    citizen = admit(applied(plan), by=plan.staff)
    leave_pool(citizen, by=plan.staff, reason="ย้ายบ้าน")
    assert not eligible(plan.unit.pk, TODAY).exists()
    assert not again(citizen).consents.filter(purpose="pool", withdrawn_at=None).exists()
    with pytest.raises(InPoolAlready):
        applied(plan, by=plan.staff)
    # The public form takes it, and tells nobody; the staff see whom it is about.
    stray = applied(plan)
    assert citizen.code in str(lacks(stray, TODAY)[0].sentence)
    with pytest.raises(InPoolAlready):
        take_back(citizen, by=plan.staff)
    refuse(stray, by=plan.staff, reason="ซ้ำ")
    take_back(citizen, by=plan.staff)
    assert again(admit(citizen, by=plan.staff)).account == again(citizen).account
    assert eligible(plan.unit.pk, TODAY).get() == citizen


# --- What is kept about him -------------------------------------------------------------------------------------------
def test_correction_leaves_what_is_sealed_alone(plan: Plan) -> None:
    citizen = applied(plan, private={"email": EMAIL})
    citizen = again(citizen)
    write_private(citizen, read_private(citizen) | {"relatives": [{"name": "นาง ญาติ"}]})
    citizen.save()
    changed = correct(citizen, by=plan.staff, name="นาย ใหม่ สมมุติ", birth_year=2521, private={"phone": "0899999999"})
    assert changed == ["name", "birth_year", "phone"]
    private = read_private(again(citizen))
    assert (private["phone"], private["email"], private["address"]) == ("0899999999", EMAIL, ADDRESS)
    assert private["relatives"]
    (entry,) = done_with(citizen)
    assert (entry.verb, entry.by, entry.fields) == (Verb.CORRECT, plan.staff, ("name", "birth_year", "phone"))


def test_correction_over_a_newer_one_is_refused(plan: Plan) -> None:
    citizen = applied(plan)
    seen = state_of(again(citizen))
    correct(citizen, by=plan.staff, private={"phone": "0899999999"})
    with pytest.raises(CitizenOvertaken):
        correct(citizen, by=plan.staff2, seen=seen, name="นาย เก่า")


@pytest.mark.parametrize("field", ["id_number", "email"])
def test_correction_to_somebody_elses_number_is_refused(plan: Plan, field: str) -> None:
    applied(plan, private={"email": EMAIL})
    other = applied(plan, 2)
    with pytest.raises(Missing) as refusal:
        correct(other, by=plan.staff, private={field: {"id_number": id_number(1), "email": EMAIL}[field]})
    assert refusal.value.field == field
    assert read_private(again(other))["id_number"] == id_number(2)


def test_nothing_else_can_be_corrected(plan: Plan) -> None:
    with pytest.raises(TypeError):
        correct(applied(plan), by=plan.staff, status="admitted")


def test_training_is_passed_only_with_the_mark(plan: Plan) -> None:
    PoolRule.objects.filter(code="pass_mark").update(value=80)
    citizen = applied(plan)
    record = {"by": plan.staff, "name": "อบรมผู้แทน", "held_on": TODAY}
    assert [record_training([citizen], score=score, **record)[0].passed for score in (79, 80, None)] == [
        False, True, True,
    ]  # fmt: skip
    with pytest.raises(Missing):
        record_training([citizen], **{**record, "held_on": TODAY + timedelta(days=1)})


def test_availability_term_and_consents(plan: Plan) -> None:
    citizen = admit(applied(plan), by=plan.staff)
    set_away(citizen, by=plan.staff, until=TODAY)
    assert not eligible(plan.unit.pk, TODAY).exists()
    set_away(citizen, by=plan.staff, until=None)
    set_term(citizen, by=plan.staff, term_from=TODAY - timedelta(days=9), term_to=TODAY - timedelta(days=1))
    assert not eligible(plan.unit.pk, TODAY).exists()
    with pytest.raises(Missing):
        set_term(citizen, by=plan.staff, term_from=TODAY, term_to=TODAY - timedelta(days=1))
    assert record_consent(citizen, by=plan.staff, purpose="publish")
    assert not record_consent(citizen, by=plan.staff, purpose="publish")
    withdraw_consent(citizen, by=plan.staff, purpose="publish")
    with pytest.raises(Missing):
        withdraw_consent(citizen, by=plan.staff, purpose="pool")
    assert citizen.consents.get(purpose="publish").withdrawn_at is not None


def test_sealed_data_is_shown_for_a_reason_on_record(plan: Plan) -> None:
    citizen = applied(plan)
    with pytest.raises(Missing):
        show_private(citizen, by=plan.staff, reason=" ")
    assert not LogEntry.objects.exists()
    assert show_private(citizen, by=plan.staff, reason="โทรนัดประชุม")["id_number"] == id_number(1)
    (entry,) = done_with(citizen)
    assert (entry.verb, entry.by, entry.reason) == (Verb.READ, plan.staff, "โทรนัดประชุม")
    row = LogEntry.objects.get()
    assert (row.object_repr, citizen.person.name in row.change_message) == (citizen.code, False)


# --- Erasing ----------------------------------------------------------------------------------------------------------
def test_erasing_erases(plan: Plan) -> None:
    citizen = applied(plan, private={"email": EMAIL})
    name, wrapped = citizen.person.name, citizen.wrapped_key
    admit(citizen, by=plan.staff)
    with pytest.raises(DecidedAlready):
        erase(citizen, by=plan.staff)
    leave_pool(citizen, by=plan.staff, reason="ย้ายไปอยู่ที่ลับ")
    erase(citizen, by=plan.staff)
    left = again(citizen)
    assert (left.sealed, left.wrapped_key, left.id_hash, left.email_hash, left.phone_hash) == (None, "", "", "", "")
    assert (left.birth_year, left.sex, left.left_because, read_private(left)) == (None, "", "", {})
    assert left.account is not None
    assert (left.account.is_active, left.account.name_th) == (False, citizen.code)
    with connection.cursor() as cursor:
        for table in ("procurement_citizen", "procurement_person", "organisations_user", "django_admin_log"):
            cursor.execute(f"SELECT string_agg(row_to_json(t)::text, ' ') FROM {table} t")  # noqa: S608
            text = cursor.fetchone()[0]
            assert all(secret not in text for secret in (name, wrapped, "ที่ลับ", citizen.id_hash)), table
    # The same person may come again as somebody new.
    assert applied(plan, private={"email": EMAIL}).pk != citizen.pk
    with pytest.raises(Missing):
        take_back(citizen, by=plan.staff)


def test_name_in_a_signed_order_stays(plan: Plan) -> None:
    committee = plan.ordered(plan.committee(citizen=True))
    (seat,) = seats_of(committee)
    person = seat.seat.person
    citizen = join_pool(person, plan.staff)
    leave_pool(citizen, by=plan.staff)
    with pytest.raises(Missing):
        erase(citizen, by=plan.staff)
    plan.do(seat, "discharge", plan.approver, on=TODAY, reasons="ย้ายภูมิลำเนา")
    erase(citizen, by=plan.staff)
    assert Person.objects.get(pk=person.pk).name == person.name
    assert again(citizen).account.name_th == citizen.code


def test_who_is_offered_a_seat_is_not_erased(plan: Plan) -> None:
    pool(plan, 1)
    drawn(plan, size=1)
    seat = plan.do(open_seat(plan, plan.committee()), "draw_next")
    citizen = Citizen.objects.get(pk=seat.seat.person_id)
    leave_pool(citizen, by=plan.staff)
    with pytest.raises(Missing):
        erase(citizen, by=plan.staff)


# --- At once ----------------------------------------------------------------------------------------------------------
def at_once(*works: Any) -> list[Any]:
    """What becomes of these calls when they begin at the same moment, each on a connection of its own."""
    gate, ends = Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Any) -> None:
        gate.wait()
        try:
            ends[place] = work()
        except Exception as error:
            ends[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.django_db(transaction=True)
def test_two_admit_the_same_citizen(plan: Plan) -> None:
    citizen = applied(plan)
    ends = at_once(lambda: admit(citizen, by=plan.staff), lambda: admit(citizen, by=plan.staff2))
    assert sorted(type(end).__name__ for end in ends) == ["Citizen", "DecidedAlready"]
    assert User.objects.filter(username__startswith="c-").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_the_same_moment(plan: Plan) -> None:
    works = [lambda: applied(plan, code="ABCDEFGHJK")] * 4
    assert {end.pk for end in at_once(*works)} == {Citizen.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_two_forms_of_one_number_at_the_same_moment(plan: Plan) -> None:
    ends = at_once(*[lambda: applied(plan)] * 4)
    assert sorted(type(end).__name__ for end in ends) == ["Citizen", *["InPoolAlready"] * 3]
    assert Person.objects.filter(standing="citizen").count() == 1
