"""What is kept about a citizen of the pool beside his admission: corrections, trainings, availability, term, consents;
and how sealed data is shown and erased."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import User
from procurement.models import Citizen, ConflictHit, Consent, Member, Person, Seat, Training
from procurement.pool.rules import pool_rules
from procurement.pool.sealed import FIELDS, read_private, write_private
from procurement.pool.wordings import wording_of
from procurement.states import seat as seat_law
from workflows.refusals import Missing

from .pool import EMAIL_TAKEN, email_is_taken, locked
from .pool_log import Verb, log_pool

OF_PERSON = ("name", "position", "network", "most_seats", "unit")
OF_CITIZEN = ("sex", "birth_year", "expertise")
_PRESENT = (Citizen.Status.APPLIED, Citizen.Status.ADMITTED)


class CitizenOvertaken(Exception):
    """Somebody changed the citizen after the form was opened; `citizen` is how he stands now."""

    def __init__(self, citizen: Citizen) -> None:
        super().__init__(citizen.code)
        self.citizen = citizen


def state_of(citizen: Citizen) -> str:
    """A short mark of everything that can be corrected, by which a form tells whether it is out of date."""
    person = citizen.person
    values = [str(getattr(person, f"{name}_id" if name == "unit" else name)) for name in OF_PERSON]
    values += [str(getattr(citizen, name)) for name in OF_CITIZEN]
    values.append(hashlib.sha256(bytes(citizen.sealed or b"")).hexdigest())
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]


@transaction.atomic
def correct(
    citizen: Citizen, *, by: User | None, seen: str = "", private: dict[str, str] | None = None, **values: Any
) -> list[str]:
    """Correct what is known of a citizen who applied or is in the pool; signed orders keep what they say. Out: names
    of what was changed.

    values: of `OF_PERSON` and `OF_CITIZEN`. private: sealed fields that are written anew; the others stay as they are,
    and nobody has to see them for it. seen: `state_of()` what the form showed; another state now raises
    CitizenOvertaken. Raises Missing without a name, for an identity number or e-mail of somebody else in the pool;
    DecidedAlready for who is no longer in it; TypeError for a value that may not be changed.
    """
    if unknown := set(values) - {*OF_PERSON, *OF_CITIZEN} | set(private or ()) - set(FIELDS):
        raise TypeError(f"not to be changed: {', '.join(sorted(unknown))}")
    citizen = locked(citizen, *_PRESENT)
    if seen and seen != state_of(citizen):
        raise CitizenOvertaken(citizen)
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
        if not values["name"]:
            raise Missing(_("Write the name with its title, as it stands in an order."), field="name")
    changed = []
    for row, names in ((citizen.person, OF_PERSON), (citizen, OF_CITIZEN)):
        own = [name for name in names if name in values and getattr(row, name) != values[name]]
        for name in own:
            setattr(row, name, values[name])
        if own:
            row.save(update_fields=own)
        changed += own
    changed += _reseal(citizen, private or {})
    if changed:
        log_pool([citizen], by, Verb.CORRECT, fields=changed)
    return changed


def _reseal(citizen: Citizen, private: dict[str, str]) -> list[str]:
    before = read_private(citizen)
    changed = sorted(name for name, value in private.items() if before.get(name, "") != value)
    if not changed:
        return []
    email_hash = citizen.email_hash
    write_private(citizen, before | private)
    if "email" not in changed:
        citizen.email_hash = email_hash
    elif email_is_taken(citizen):
        raise Missing(EMAIL_TAKEN, field="email")
    try:
        with transaction.atomic():
            citizen.save(update_fields=["sealed", "wrapped_key", "id_hash", "email_hash", "phone_hash"])
    except IntegrityError:
        # Only numbers and e-mails are unique, and an e-mail was looked at above.
        field = "id_number" if "id_number" in changed else "email"
        raise Missing(_("This person is in the pool already, or has applied."), field=field) from None
    return changed


def show_private(citizen: Citizen, *, by: User, reason: str) -> dict[str, Any]:
    """Everything sealed of a citizen, opened for `by`; that he saw it is on record with his reason. The caller has
    checked the right. Raises Missing without a reason, and what `sealing` raises for data that was erased or moved."""
    if not reason.strip():
        raise Missing(_("Say why you need to see it."), field="reason")
    # On record first: should the opening fail, that somebody tried is known.
    log_pool([citizen], by, Verb.READ, reason=reason.strip())
    return read_private(citizen)


@transaction.atomic
def record_training(
    citizens: Iterable[Citizen],
    *,
    by: User,
    name: str,
    held_on: date,
    score: int | None = None,
    passed: bool = True,
    at: datetime | None = None,
) -> list[Training]:
    """A training in which these citizens took part, with the same result. score: percent, 0 to 100.

    Passed has only who is said to have, and whose score reaches the pass mark of the rules. Raises Missing for a day
    that has not come, and without a name.
    """
    if not name.strip():
        raise Missing(_("Write what was taught."), field="name")
    if held_on > timezone.localdate():
        raise Missing(_("This day has not come yet."), field="held_on")
    mark = pool_rules(held_on).get("pass_mark", 0)
    chosen = list(citizens)
    rows = Training.objects.bulk_create(
        Training(
            citizen=citizen,
            name=name.strip(),
            held_on=held_on,
            score=score,
            passed=passed and (score is None or score >= mark),
            recorded_by=by,
            at=at or timezone.now(),
        )
        for citizen in chosen
    )
    log_pool(chosen, by, Verb.TRAIN)
    return rows


@transaction.atomic
def set_away(citizen: Citizen, *, by: User, until: date | None) -> None:
    """Until when a citizen cannot be chosen; until: the last such day, None when he is available. Raises DecidedAlready
    for who is not in the pool."""
    citizen = locked(citizen, *_PRESENT)
    if citizen.away_until != until:
        citizen.away_until = until
        citizen.save(update_fields=["away_until"])
        log_pool([citizen], by, Verb.AWAY)


@transaction.atomic
def set_term(citizen: Citizen, *, by: User, term_from: date, term_to: date | None) -> None:
    """The term of a citizen of the pool; term_to: its last day. Raises Missing when it ends before it begins,
    DecidedAlready for who is not admitted."""
    if term_to is not None and term_to < term_from:
        raise Missing(_("The end comes after the beginning."), field="term_to")
    citizen = locked(citizen, Citizen.Status.ADMITTED)
    if (citizen.term_from, citizen.term_to) != (term_from, term_to):
        citizen.term_from, citizen.term_to = term_from, term_to
        citizen.save(update_fields=["term_from", "term_to"])
        log_pool([citizen], by, Verb.TERM)


@transaction.atomic
def record_consent(citizen: Citizen, *, by: User | None, purpose: str, at: datetime | None = None) -> bool:
    """What a citizen agreed to on paper, in the words of the paper, which are those of the form. Out: False when it was
    in force already. Raises DecidedAlready for who is not in the pool."""
    citizen = locked(citizen, *_PRESENT)
    if citizen.consents.filter(purpose=purpose, withdrawn_at=None).exists():
        return False
    Consent.objects.create(
        citizen=citizen, purpose=purpose, wording=wording_of(purpose), given_at=at or timezone.now(), recorded_by=by
    )
    log_pool([citizen], by, Verb.CONSENT, fields=[purpose])
    return True


@transaction.atomic
def withdraw_consent(citizen: Citizen, *, by: User, purpose: str, at: datetime | None = None) -> None:
    """A citizen takes back what he agreed to. Raises Missing for the pool itself: then he leaves (`leave_pool`)."""
    if purpose == Consent.Purpose.POOL:
        raise Missing(_("Without this agreement he cannot stay: let him leave the pool."), field="purpose")
    citizen = locked(citizen, *Citizen.Status)
    given = citizen.consents.filter(purpose=purpose, withdrawn_at=None)
    if given.update(withdrawn_at=at or timezone.now()):
        log_pool([citizen], by, Verb.WITHDRAW, fields=[purpose])


# --- Erasing ----------------------------------------------------------------------------------------------------------
def live_seats(citizen: Citizen) -> int:
    """How many seats a citizen is offered, holds, or has yet to report on, with committees on which he sits."""
    seats = Seat.objects.filter(person=citizen.pk, case__state__in=seat_law.OPEN)
    rows = Member.objects.filter(person=citizen.pk, left_on=None, committee__case__is_open=True, seat=None)
    return seats.count() + rows.count()


@transaction.atomic
def erase(citizen: Citizen, *, by: User, at: datetime | None = None) -> None:
    """Destroy what the pool knows of who left it, or was not admitted: the key of his sealed data, the hashes by which
    he was found, his facts, his way to sign in.

    What stays: his code in draws and their minutes; the name in orders that were signed, and on the pages of
    committees to which he was appointed, for those are public acts; dates and decisions without content. Raises
    DecidedAlready for who is in the pool, Missing while he holds a seat.
    """
    citizen = locked(citizen, Citizen.Status.LEFT, Citizen.Status.REFUSED)
    if live_seats(citizen):
        raise Missing(_("He still holds a seat, or owes a report. Erase his data when that has ended."))
    citizen.wrapped_key, citizen.sealed = "", None
    citizen.id_hash = citizen.email_hash = citizen.phone_hash = ""
    citizen.sex, citizen.birth_year, citizen.expertise, citizen.left_because = "", None, "", ""
    if citizen.refusal:
        citizen.refusal = "–"
    citizen.save()
    consents = citizen.consents.filter(withdrawn_at=None)
    consents.update(withdrawn_at=at or timezone.now())
    # The comparisons of a conflict check repeat his address and the names of his relatives.
    for hit in ConflictHit.objects.filter(seat__person=citizen.pk):
        if "ours" in hit.evidence:
            ConflictHit.objects.filter(pk=hit.pk).update(evidence=hit.evidence | {"ours": ""})
    _forget_name(citizen)
    log_pool([citizen], by, Verb.ERASE)


def _forget_name(citizen: Citizen) -> None:
    person = citizen.person
    if not Member.objects.filter(person=person, appointed_on__isnull=False).exists():
        person.name, person.position, person.network = citizen.code, "", ""
        kind = ContentType.objects.get_for_model(Person)
        LogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).update(object_repr=citizen.code)
    person.active = False
    person.save(update_fields=["name", "position", "network", "active"])
    if citizen.account is not None:
        account = citizen.account
        account.name_th, account.name_en, account.email, account.is_active = citizen.code, "", "", False
        account.set_unusable_password()
        account.save()
