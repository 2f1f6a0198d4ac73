"""The pool of the demo and its draws, by the product's own actions, each at its moment."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.utils import timezone, translation

from organisations.calendar import fiscal_year, fiscal_year_bounds, quarter_bounds, quarter_of
from organisations.demo.clock import as_of
from organisations.demo.people import PASSWORD
from organisations.models import User
from procurement.actions.pool import admit, apply_for_pool
from procurement.actions.pool_records import record_training, set_away, set_term
from procurement.draws.terms import Quota
from procurement.models import Citizen, Consent, Draw, Seat
from procurement.pool.sealed import read_private
from procurement.pool.wordings import wording_of
from workflows.models import Case
from workflows.transitions import open_case

from .plan import APPLICANTS, CITIZENS, CITIZENS_BEYOND, OFFICE, STORIES, DemoCitizen

if TYPE_CHECKING:
    from .load import Player

# Six numbers as the government lottery prints them; of no draw that was held.
VALUES = ("123456 111 222 333 444 55", "654321 135 246 357 468 79")
_BEFORE_QUARTER = timedelta(days=20)
_LONGEST_ROAD = timedelta(days=50)
_SOON_OVER = timedelta(days=60)
LATE_UNIT = "CD-WS"
"""The unit whose draw waits for its value although that is known."""


def load_pool(player: "Player") -> None:
    """The citizens who are missing: they applied and were admitted in the first days of last fiscal year; two wait."""
    known = set(Citizen.objects.values_list("person__name", flat=True))
    begun = fiscal_year_bounds(fiscal_year(player.today) - 1)[0] + timedelta(days=1)
    staff = player.user(player.staff(OFFICE))
    with translation.override("th"):
        admitted = []
        for place, row in enumerate(CITIZENS):
            if row.name not in known:
                citizen = _applied(player, row, place, begun, staff)
                with as_of(player.moment(begun + timedelta(days=2), 10)):
                    admitted.append(admit(citizen, by=staff))
        for place, row in enumerate(APPLICANTS):
            if row.name not in known:
                _applied(player, row, len(CITIZENS) + place, player.today - timedelta(days=2), None)
        if admitted:
            _trained(player, admitted, begun, staff)


def admit_beyond(player: "Player", unit: str, begun: date, staff: User) -> None:
    """The citizens of the office of another province who are missing, admitted on the day after they applied."""
    known = set(Citizen.objects.values_list("person__name", flat=True))
    with translation.override("th"):
        for place, row in enumerate(CITIZENS_BEYOND, start=len(CITIZENS) + len(APPLICANTS)):
            if row.unit == unit and row.name not in known:
                citizen = _applied(player, row, place, begun, staff)
                with as_of(player.moment(begun + timedelta(days=1), 10)):
                    admit(citizen, by=staff)


def _applied(player: "Player", row: DemoCitizen, place: int, on: date, by: User | None) -> Citizen:
    # No real number begins with a zero, and nobody reads post at example.org.
    number = f"00000{7_000_000 + place:07d}"
    private = {
        "id_number": number + _check_digit(number),
        "email": f"citizen{place + 1}@example.org",
        "phone": f"080000{place:04d}",
        "address": f"{place + 1} หมู่ 1 บ้านสมมุติ",
    }
    purposes = [Consent.Purpose.POOL, Consent.Purpose.CONTACT, *([Consent.Purpose.PUBLISH] if place % 2 else [])]
    at = player.moment(on, 9)
    with as_of(at):
        return apply_for_pool(
            unit=player.units[row.unit],
            name=row.name,
            source=Citizen.Source.STAFF if by else Citizen.Source.FORM,
            private=private,
            consents={purpose: wording_of(purpose) for purpose in purposes},
            no_official=True,
            occupation=row.occupation,
            network=row.network,
            sex=row.sex,
            birth_year=row.birth_year,
            expertise=row.expertise,
            by=by,
            at=at,
        )


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def _trained(player: "Player", citizens: list[Citizen], begun: date, staff: User) -> None:
    """Two thirds were trained."""
    held_on = min(begun + timedelta(days=40), player.today)
    with as_of(player.moment(held_on, 15)):
        trained = [citizen for place, citizen in enumerate(citizens) if place % 3]
        record_training(trained, by=staff, name="อบรมการสังเกตการณ์จัดซื้อจัดจ้าง", held_on=held_on, score=85)


def settle_pool(player: "Player") -> None:
    """How the pool stands today: the terms were prolonged but for one, which is over soon; one citizen is away."""
    names = [row.name for row in CITIZENS]
    citizens = {
        citizen.person.name: citizen
        for citizen in Citizen.objects.filter(person__name__in=names).select_related("person")
    }
    staff = player.user(player.staff(OFFICE))
    with as_of(player.moment(player.today, 8)):
        set_away(citizens[names[-1]], by=staff, until=player.today + timedelta(days=30))
        for name, citizen in citizens.items():
            ends = _SOON_OVER if name == names[-2] else timedelta(days=730)
            set_term(citizen, by=staff, term_from=citizen.term_from or player.today, term_to=player.today + ends)


# --- Draws ------------------------------------------------------------------------------------------------------------
def hold_draws(player: "Player") -> None:
    """The draws of the quarters in which this year's committees were drafted, each held before its quarter began."""
    first = max(fiscal_year_bounds(fiscal_year(player.today))[0], player.today - _LONGEST_ROAD)
    for value, (year, quarter) in zip(VALUES, sorted({quarter_of(first), quarter_of(player.today)}), strict=False):
        if _there(player, OFFICE, year, quarter):
            continue
        begins = quarter_bounds(year, quarter)[0]
        known_at = _lottery(begins - timedelta(days=16))
        case = _announced(player, OFFICE, begins - _BEFORE_QUARTER, (year, quarter), known_at, size=10)
        held_at = datetime.combine(timezone.localdate(known_at) + timedelta(days=1), time(9, 20), known_at.tzinfo)
        player.act(case, "hold_draw", player.staff(OFFICE), held_at, seed=value)


def announce_draws(player: "Player") -> None:
    """The draw of the next quarter, with quotas, waits for its value; that of a district waits to be held."""
    this, next_one = quarter_of(player.today), quarter_of(quarter_bounds(*quarter_of(player.today))[1])
    if not _there(player, OFFICE, *next_one):
        quotas = (
            Quota("sex", Citizen.Sex.FEMALE, 3, 6),
            *(Quota("district", unit, 1, 4) for unit in ("CD-MU", "CD-PU", "CD-WS")),
        )
        known_at = _lottery(player.today + timedelta(days=1))
        on = player.today - timedelta(days=3)
        _announced(player, OFFICE, on, next_one, known_at, size=9, quotas=quotas)
    if not _there(player, LATE_UNIT, *this):
        known_at = _lottery(player.today - timedelta(days=17))
        # Known already, and perhaps before the quarter began: it is announced in time all the same.
        _announced(player, LATE_UNIT, timezone.localdate(known_at) - timedelta(days=5), this, known_at, size=2)


def _there(player: "Player", unit: str, year: int, quarter: int) -> bool:
    return Draw.objects.filter(unit=player.units[unit], fiscal_year=year, quarter=quarter).exists()


def _announced(
    player: "Player",
    unit: str,
    on: date,
    quarter: tuple[int, int],
    known_at: datetime,
    *,
    size: int,
    quotas: tuple[Quota, ...] = (),
) -> Case:
    year, number = quarter
    with as_of(player.moment(on, 10)):
        return open_case(
            "draw",
            "announce",
            player.actor(player.staff(unit)),
            unit=player.units[unit],
            fiscal_year=year,
            quarter=number,
            size=size,
            seed_source=Draw.SeedSource.LOTTERY,
            seed_name=f"สลากกินแบ่งรัฐบาล งวดวันที่ {known_at.day}/{known_at.month}/{known_at.year + 543}",
            seed_known_at=known_at,
            quotas=quotas,
        )


def _lottery(day: date) -> datetime:
    """Four in the afternoon of the first day of a government lottery from `day` on: the 1st and the 16th."""
    while day.day not in (1, 16):
        day += timedelta(days=1)
    return datetime.combine(day, time(16), timezone.get_default_timezone())


# --- Sign-ins ---------------------------------------------------------------------------------------------------------
def name_accounts() -> None:
    """Give the accounts of the pool the names and the password of the demo: `citizen` to who has most to do, and so on
    through `STORIES`; the others follow. Who has such a name keeps it."""
    everybody = [row.name for row in (*CITIZENS, *CITIZENS_BEYOND)]
    waiting = list(
        Citizen.objects.filter(account__username__startswith="c-", person__name__in=everybody)
        .select_related("account")
        .order_by("person__name")
    )
    if not waiting:
        return
    by_person = {citizen.pk: citizen for citizen in waiting}
    first = [by_person.pop(pk, None) for pk in _people_of_stories().values()]
    free = iter(_free_names(len(everybody)))
    hashed = make_password(PASSWORD)
    for citizen in [*filter(None, first), *by_person.values()]:
        assert citizen.account is not None
        citizen.account.username, citizen.account.password = next(free), hashed
        citizen.account.save(update_fields=["username", "password"])


def sign_in_lines() -> list[str]:
    """A line for each citizen with something to try (role, user name, password, e-mail, what)."""
    accounts = {row.pk: row for row in Citizen.objects.filter(account__isnull=False).select_related("account")}
    return [
        f"ผู้แทนภาคประชาชน · citizen representative: {citizen.account.username} / {PASSWORD}"
        f"  (/my/sign-in/: {read_private(citizen).get('email', '–')})  {' · '.join(STORIES[code])}"
        for code, person in _people_of_stories().items()
        if (citizen := accounts.get(person)) and citizen.account
    ]


def _people_of_stories() -> dict[str, int]:
    """Who has the latest seat of each activity with a story, in the order of `STORIES`."""
    seats = Seat.objects.filter(committee__purchase__activity__code__in=STORIES, person__isnull=False).order_by("pk")
    found = dict(seats.values_list("committee__purchase__activity__code", "person"))
    return {code: found[code] for code in STORIES if code in found}


def _free_names(count: int) -> list[str]:
    names = ["citizen", *(f"citizen{number}" for number in range(2, count + 1))]
    taken = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    return [name for name in names if name not in taken]
