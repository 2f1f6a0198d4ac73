"""How a citizen comes into the pool and leaves it: he applies, is admitted or not, leaves, comes back, is erased.

No case stands behind this; who did what is in the log (`pool_log`), which names a citizen by his code only.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.calendar import BUDDHIST_ERA
from organisations.formats import digits
from organisations.models import Unit, User
from procurement.models import Citizen, Consent, Person
from procurement.models.pool import new_citizen_code
from procurement.pool.accounts import account_for
from procurement.pool.identity import LIVE, holders_of, same_person
from procurement.pool.rules import pool_rules
from procurement.pool.sealed import write_private
from procurement.pool.wordings import wording_of
from workflows.refusals import Missing, Refused

from .pool_log import Verb, log_pool

EMAIL_TAKEN = gettext_lazy("Another citizen of the pool has this e-mail. Leave it out, or write his own.")


class InPoolAlready(Refused):
    """This very person (`citizen`) is in the pool or has applied; for staff forms and imports also who has left it."""

    code = "in_pool_already"

    def __init__(self, citizen: Citizen) -> None:
        super().__init__(_("This person is in the pool already, or has applied."), field="id_number")
        self.citizen = citizen


class DecidedAlready(Refused):
    """Somebody else decided about the citizen a moment earlier. `citizen`: as he stands now."""

    code = "decided_already"

    def __init__(self, citizen: Citizen) -> None:
        sentence = _("%(code)s is no longer where he was when you opened the page: he is now “%(status)s”.")
        super().__init__(sentence % {"code": citizen.code, "status": citizen.get_status_display()})
        self.citizen = citizen


# --- He applies -------------------------------------------------------------------------------------------------------
def apply_for_pool(
    *,
    unit: Unit,
    name: str,
    source: str,
    private: Mapping[str, Any],
    consents: Mapping[str, str],
    no_official: bool,
    occupation: str = "",
    network: str = "",
    sex: str = "",
    birth_year: int | None = None,
    expertise: str = "",
    by: User | None = None,
    code: str = "",
    at: datetime | None = None,
) -> Citizen:
    """A citizen who wants to be in the pool; he waits for his admission.

    unit: in whose area he lives. source: code of `Citizen.Source`. private: of `pool.sealed.FIELDS`, sealed here.
    consents: purpose (code of `Consent.Purpose`) to the sentence he agreed to; without the one for the pool nothing is
    kept. birth_year: Buddhist Era. by: who of the staff entered it; None for the public form, an invitation and an
    import by command. code: his code, chosen when the form was shown, so that a form that is sent twice is one
    application.

    Raises InPoolAlready, and Missing for what must be there. Of two at once one is kept.
    """
    if code and (known := Citizen.objects.filter(code=code).first()):
        return known
    name = _checked(name, private, consents, no_official=no_official)
    if same := same_person(name, private):
        if code and same.code == code:
            return same  # the same form, sent twice at one moment
        raise InPoolAlready(same)
    # Who has left is taken back where he was: his earlier seats are his.
    left = [row for row in holders_of(str(private.get("id_number", ""))) if row.status == Citizen.Status.LEFT]
    if left and (by is not None or source == Citizen.Source.IMPORT):
        raise InPoolAlready(left[-1])
    at = at or timezone.now()
    citizen = Citizen(
        code=code or new_citizen_code(),
        source=source,
        sex=sex,
        birth_year=birth_year,
        expertise=expertise.strip(),
        no_official=True,
        applied_at=at,
    )
    write_private(citizen, private)
    if email_is_taken(citizen):
        if by is not None:
            raise Missing(EMAIL_TAKEN, field="email")
        # An answer would tell a stranger that this e-mail is in the pool. It stays sealed, and no sign-in finds it.
        citizen.email_hash = ""
    try:
        with transaction.atomic():
            citizen.person = Person.objects.create(
                unit=unit,
                standing=Person.Standing.CITIZEN,
                name=name,
                position=occupation.strip(),
                network=network.strip(),
                # Nobody chooses him for a committee before he is admitted.
                active=False,
            )
            citizen.save(force_insert=True)
            Consent.objects.bulk_create(
                Consent(citizen=citizen, purpose=purpose, wording=wording, given_at=at, recorded_by=by)
                for purpose, wording in consents.items()
            )
            log_pool([citizen], by, Verb.APPLY, source=source)
    except IntegrityError:
        # Sent twice at once, or the same number in two forms: the other one was a moment earlier.
        twin = Citizen.objects.filter(code=citizen.code).first()
        if twin is not None:
            return twin
        if same := same_person(name, private):
            raise InPoolAlready(same) from None
        raise
    return citizen


def _checked(name: str, private: Mapping[str, Any], consents: Mapping[str, str], *, no_official: bool) -> str:
    name = " ".join(name.split())
    if not name:
        raise Missing(_("Write the name with its title, as it stands in an order."), field="name")
    if not no_official:
        raise Missing(_("Who holds one of these posts cannot be a citizen representative."), field="no_official")
    if not consents.get(Consent.Purpose.POOL):
        raise Missing(_("Without this agreement nothing of you may be kept."), field="consent_pool")
    if not any(private.get(field) for field in ("phone", "email", "address")):
        raise Missing(_("Give a telephone number or an e-mail address."), field="phone")
    return name


def email_is_taken(citizen: Citizen) -> bool:
    """Whether somebody else in the pool is found by the e-mail of `citizen`: it leads to one account."""
    if not citizen.email_hash:
        return False
    found = Citizen.objects.filter(email_hash=citizen.email_hash, status__in=LIVE)
    return found.exclude(pk=citizen.pk).exists() if citizen.pk else found.exists()


# --- He is admitted, or not -------------------------------------------------------------------------------------------
def lacks(citizen: Citizen, day: date) -> list[Missing]:
    """What stands against admitting a citizen on `day`: each a sentence with the field it is about. Nothing is opened
    for it. Three queries."""
    rules = pool_rules(day)
    found: list[Missing] = []
    if not citizen.id_hash:
        found.append(Missing(_("His identity number is not on record. Enter it."), field="id_number"))
    else:
        same = Citizen.objects.filter(id_hash=citizen.id_hash).exclude(pk=citizen.pk)
        if other := same.filter(status__in=(*LIVE, Citizen.Status.LEFT)).first():
            sentence = _("The same identity number belongs to %(code)s (%(status)s).")
            known = {"code": other.code, "status": other.get_status_display()}
            found.append(Missing(sentence % known, field="id_number"))
    least = rules.get("least_age", 0)
    if citizen.birth_year is None:
        found.append(Missing(_("His year of birth is not on record. Enter it."), field="birth_year"))
    elif day.year + BUDDHIST_ERA - citizen.birth_year < least:
        told = digits(_("He is not yet %(age)s years old.") % {"age": least})
        found.append(Missing(told, field="birth_year"))
    if not citizen.no_official:
        told = _("He has not stated that he holds none of the posts that bar from the pool.")
        found.append(Missing(told, field="no_official"))
    if not citizen.consents.filter(purpose=Consent.Purpose.POOL, withdrawn_at=None).exists():
        found.append(Missing(_("His agreement that his data is kept is not in force."), field="consent_pool"))
    return found


@transaction.atomic
def admit(citizen: Citizen, *, by: User, on: date | None = None, at: datetime | None = None) -> Citizen:
    """Take a citizen who applied into the pool from `on` (default: today) for the term of the rules, with an account.

    Raises DecidedAlready when he is no longer waiting, Missing for the first thing that stands against it (`lacks`).
    """
    day = on or timezone.localdate()
    citizen = locked(citizen, Citizen.Status.APPLIED)
    if against := lacks(citizen, day):
        raise against[0]
    rules = pool_rules(day)
    term = rules.get("term_days", 0)
    citizen.status = Citizen.Status.ADMITTED
    citizen.decided_by, citizen.decided_at = by, at or timezone.now()
    citizen.term_from, citizen.term_to = day, day + timedelta(days=term - 1) if term else None
    citizen.left_on, citizen.left_because = None, ""
    citizen.save(
        update_fields=["status", "decided_by", "decided_at", "term_from", "term_to", "left_on", "left_because"]
    )
    person = citizen.person
    person.active, person.most_seats = True, rules.get("most_seats", person.most_seats)
    person.save(update_fields=["active", "most_seats"])
    account = account_for(citizen)
    if not account.is_active:
        account.is_active = True
        account.save(update_fields=["is_active"])
    log_pool([citizen], by, Verb.ADMIT)
    return citizen


@transaction.atomic
def refuse(citizen: Citizen, *, by: User, reason: str, at: datetime | None = None) -> Citizen:
    """Do not admit a citizen who applied. Raises DecidedAlready, and Missing without a reason."""
    if not reason.strip():
        raise Missing(_("Give the reasons."), field="reason")
    citizen = locked(citizen, Citizen.Status.APPLIED)
    citizen.status, citizen.refusal = Citizen.Status.REFUSED, reason.strip()
    citizen.decided_by, citizen.decided_at = by, at or timezone.now()
    citizen.save(update_fields=["status", "refusal", "decided_by", "decided_at"])
    log_pool([citizen], by, Verb.REFUSE)
    return citizen


# --- He leaves, comes back --------------------------------------------------------------------------------------------
@transaction.atomic
def leave_pool(
    citizen: Citizen, *, by: User, reason: str = "", on: date | None = None, at: datetime | None = None
) -> Citizen:
    """A citizen of the pool, or one who applied, leaves it; his agreement that his data is kept ends with it.

    Seats he holds stay his until he resigns from them. by: who recorded it, or he himself by his account. on: his last
    day (default: today). Raises DecidedAlready when he has left, or was not admitted.
    """
    citizen = locked(citizen, *LIVE)
    citizen.status = Citizen.Status.LEFT
    citizen.left_on, citizen.left_because = on or timezone.localdate(), reason.strip()
    citizen.save(update_fields=["status", "left_on", "left_because"])
    Person.objects.filter(pk=citizen.pk).update(active=False)
    citizen.consents.filter(purpose=Consent.Purpose.POOL, withdrawn_at=None).update(withdrawn_at=at or timezone.now())
    log_pool([citizen], by, Verb.LEAVE)
    return citizen


@transaction.atomic
def take_back(citizen: Citizen, *, by: User, at: datetime | None = None) -> Citizen:
    """Who left wants to be in the pool again, and agreed anew that his data is kept (on paper, recorded by `by`): he
    waits for his admission as before, under his own code, so that his earlier seats stay his.

    Raises DecidedAlready unless he left, Missing when his data was erased, InPoolAlready when he has applied anew.
    """
    citizen = locked(citizen, Citizen.Status.LEFT)
    if not citizen.wrapped_key and not citizen.id_hash:
        raise Missing(_("His data was erased. Enter him anew."))
    citizen.status = Citizen.Status.APPLIED
    citizen.email_hash = "" if email_is_taken(citizen) else citizen.email_hash
    twin = Citizen.objects.filter(id_hash=citizen.id_hash, status__in=LIVE).exclude(id_hash="").first()
    if twin is not None:
        raise InPoolAlready(twin)
    citizen.applied_at = at or timezone.now()
    citizen.save(update_fields=["status", "applied_at", "email_hash"])
    Consent.objects.create(
        citizen=citizen,
        purpose=Consent.Purpose.POOL,
        wording=wording_of(Consent.Purpose.POOL),
        given_at=citizen.applied_at,
        recorded_by=by,
    )
    log_pool([citizen], by, Verb.TAKE_BACK)
    return citizen


def locked(citizen: Citizen, *states: str) -> Citizen:
    """The citizen as he stands now, his row locked. Raises DecidedAlready in any other state than these."""
    now = Citizen.objects.select_for_update(of=("self",), no_key=True).select_related("person__unit").get(pk=citizen.pk)
    if now.status not in states:
        raise DecidedAlready(now)
    return now
