"""What each edge of a draw writes: the announcement that freezes everything, the value and the order that follows."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.actions.common import attach, enter_into, extend, note, take_over, write_note
from procurement.draws.announcement import Announcement, Entry, Infeasible, Quota, announce, commitment_of
from procurement.draws.records import announcement_of, as_kept, drawn, read_seed
from procurement.draws.terms import Demand, NotSolved, Type, Unusable
from procurement.draws.words import Words
from procurement.models import Citizen, Draw, DrawCase, DrawEntry, SeatCase
from procurement.pool.eligibility import age_band, eligible
from procurement.states import seat as seat_law
from workflows.actions import Action, Recorded
from workflows.refusals import Missing
from workflows.transitions import Step, perform

ACTIONS: dict[str, Action] = {"note": note, "attach": attach, "take_over": take_over, "extend": extend}
_edge = enter_into(ACTIONS)
FEATURES = ("district", "sex", "age")
"""By what quotas may be set: the unit in whose area a citizen lives, his sex, his age band."""
MOST_TYPES = 120
"""Of people that quotas tell apart (domain: at most a few dozen): the fairest weights of so many take some seconds,
of twice as many a minute."""


def features_of(citizen: Citizen, year: int) -> dict[str, str]:
    """The values of `FEATURES` of a citizen in a year (Buddhist Era); "" where it is not known."""
    return {
        "district": citizen.person.unit.code,
        "sex": citizen.sex,
        "age": age_band(citizen.birth_year, year),
    }


@_edge("announce")
def announce_draw(
    step: Step,
    *,
    fiscal_year: int,
    quarter: int,
    size: int,
    seed_source: str,
    seed_name: str,
    seed_known_at: datetime,
    quotas: tuple[Quota, ...] = (),
) -> Recorded:
    """Freeze the pool list, the quotas, the algorithm and the source of the value. Raises Missing when no panel can
    keep the quotas, naming those that stand against each other."""
    case = step.case
    people = list(eligible(case.unit_id, step.today).select_related("person__unit"))
    names = features_in(quotas)
    nonces = {citizen.pk: secrets.token_hex(16) for citizen in people}
    entries = []
    for citizen in people:
        commitment = commitment_of(case.public_id, citizen.code, nonces[citizen.pk])
        entries.append((Entry(commitment, type_of(features_of(citizen, fiscal_year), quotas)), citizen))
    # By the commitment: the order of the list tells nothing about who stands in it.
    entries.sort(key=lambda pair: pair[0].commitment)
    announcement = announced(
        id=case.public_id,
        unit=case.unit.code,
        period=f"{fiscal_year}-Q{quarter}",
        size=size,
        features=names,
        quotas=quotas,
        entries=tuple(entry for entry, _citizen in entries),
        seed_source=f"{seed_source}: {seed_name.strip()}",
        seed_known_at=seed_known_at.isoformat(),
    )
    Draw.objects.create(
        case=case,
        unit=case.unit,
        fiscal_year=fiscal_year,
        quarter=quarter,
        algorithm=announcement.algorithm,
        size=size,
        seed_source=seed_source,
        seed_name=seed_name.strip(),
        seed_known_at=seed_known_at,
        announcement=announcement.as_json(),
        digest=announcement.digest(),
        announced_at=step.at,
    )
    DrawEntry.objects.bulk_create(
        DrawEntry(
            draw_id=case.pk, place=place, person=citizen.person, nonce=nonces[citizen.pk], commitment=entry.commitment
        )
        for place, (entry, citizen) in enumerate(entries, start=1)
    )
    case.subject, case.category, case.screened = f"{quarter}/{fiscal_year}", "", True
    step.hand_to(step.user)
    step.number_wanted = True
    # Nobody can draw before the value is known: time runs from then on.
    step.clocks.start("hold_draw", timezone.localdate(seed_known_at))
    return {"digest": announcement.digest(), "people": len(people), "size": size, "algorithm": announcement.algorithm}


def features_in(quotas: Iterable[Quota]) -> tuple[str, ...]:
    """The features of which these quotas speak, in their order."""
    named = {quota.feature for quota in quotas}
    return tuple(name for name in FEATURES if name in named)


def type_of(known: Mapping[str, str], quotas: Iterable[Quota]) -> Type:
    """What these quotas have to know of somebody, and nothing more: of what no quota speaks, "" is published."""
    asked = {(quota.feature, quota.value) for quota in quotas}
    return tuple(known[name] if (name, known[name]) in asked else "" for name in features_in(quotas))


def announced(**facts: Any) -> Announcement:
    """The frozen announcement. Raises Missing with the quotas that no panel can keep together, and for a list that no
    draw can be made from or that tells too many types apart."""
    if not all(quota.value for quota in facts["quotas"]):
        raise Missing(_("A quota needs a value that is known."), field="quotas")
    facts["entries"] = tuple(facts["entries"])
    types = len({entry.type for entry in facts["entries"]})
    if types > MOST_TYPES:
        sentence = _(
            "These quotas tell %(types)s types of people apart; more than %(most)s take too long to weigh fairly."
        )
        raise Missing(sentence % {"types": types, "most": MOST_TYPES}, field="quotas")
    try:
        return announce(**facts)
    except Infeasible as error:
        wrong = " · ".join(map(demanded, error.conflict)) or _("more seats than people")
        sentence = _("No panel of this pool can keep these quotas together: %(quotas)s")
        raise Missing(sentence % {"quotas": wrong}, field="quotas") from error
    except NotSolved:
        sentence = _("No fair weights were found for these quotas. Ask for fewer of them.")
        raise Missing(sentence, field="quotas") from None
    except Unusable as error:
        sentence = _("This list cannot be drawn from: %(why)s")
        raise Missing(sentence % {"why": error}, field="quotas" if facts["quotas"] else "size") from None


def demanded(demand: Demand) -> str:
    """One side of a quota in words, with how many of the pool there are for it."""
    value = Words([demand.value] if demand.feature == "district" else []).value(demand.feature, demand.value)
    words = {"value": value, "bound": demand.bound, "available": demand.available}
    if demand.side == "least":
        return _("%(value)s: at least %(bound)s (in the pool: %(available)s)") % words
    return _("%(value)s: at most %(bound)s (in the pool: %(available)s)") % words


@_edge("hold_draw")
def hold_draw(step: Step, *, seed: str) -> Recorded:
    """The value as it was published, and the order that follows from it and from nothing else."""
    draw = Draw.objects.get(pk=step.case.pk)
    value = read_seed(draw.seed_source, seed)
    result = drawn(announcement_of(draw), value)
    draw.seed, draw.result, draw.drawn_at = as_kept(seed, value), result, step.at
    draw.save(update_fields=["seed", "result", "drawn_at"])
    rank = {place: number for number, place in enumerate(result["order"], start=1)}
    entries = list(draw.entries.all())
    for entry in entries:
        entry.rank = rank[entry.place]
    DrawEntry.objects.bulk_update(entries, ["rank"], batch_size=1000)
    cast("DrawCase", step.case).draw = draw
    return {"seed": draw.seed, "first": result["order"][0]}


@_edge("annul")
def annul(step: Step, *, reasons: str) -> Recorded:
    """The draw does not stand; whom it has chosen and no order names yet leaves his seat."""
    draw = Draw.objects.get(pk=step.case.pk)
    draw.annulled_at = step.at
    draw.save(update_fields=["annulled_at"])
    cast("DrawCase", step.case).draw = draw
    step.then(lambda: _clear_seats(step, draw))
    return {"note": write_note(step, reasons)}


def _clear_seats(step: Step, draw: Draw) -> None:
    states = (*seat_law.OFFERED, *seat_law.CONSENTED)
    drawn_by_it: models.QuerySet[SeatCase] = SeatCase.objects.filter(seat__entry__draw=draw, state__in=states)
    for case in drawn_by_it.order_by("pk"):
        perform(case, "draw_annulled", step.actor, at=step.at)
