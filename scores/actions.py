"""What each edge of an assessment writes: the only place that changes one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import User
from scores.assessing import AGENCY, COMMITTEE, computed, facts_by, facts_to_freeze, frozen, newest, span_of
from scores.facts import Facts, facts_from
from scores.in_force import rubric_for
from scores.models import Assessment, AssessmentCase, Evaluator, Note, Signature, Snapshot, Statement
from scores.snapshots import keep_rubric, take
from workflows import handover, metrics
from workflows.actions import Action, Recorded, enter_into, taken_is_refused
from workflows.attachments import keep
from workflows.files import Checked
from workflows.notes import Notes, take_over
from workflows.transitions import Step

NOTES = Notes(Note)
ACTIONS: dict[str, Action] = {
    "note": NOTES.note,
    "attach": NOTES.attach,
    "extend": NOTES.extend,
    "take_over": take_over,
    "put_back": handover.put_back,
    "follow_unit": handover.follow_unit,
    "dismiss_objection": NOTES.why,
}
_ONE_A_YEAR = _("This agency has such an assessment for this year already.")
_edge = enter_into(ACTIONS, within=partial(taken_is_refused, {"one_assessment_a_year": ("one_a_year", _ONE_A_YEAR)}))


# --- The agency -------------------------------------------------------------------------------------------------------
@_edge("begin")
def begin(step: Step, *, family: str, year: int) -> Recorded:
    """An assessment of the agency by the rubric of a source, as its file stands today. year: B.E."""
    case = step.case
    rubric = rubric_for(family, year)
    row = Assessment.objects.create(
        case=case, unit=case.unit, family=family, fiscal_year=year, rubric=keep_rubric(rubric)
    )
    case.subject, case.category, case.screened = f"{family} {year}", family, True
    step.hand_to(step.user)
    step.number_wanted = True
    return {"family": family, "year": year, "rubric": row.rubric_id}


@_edge("state_criterion")
def state_criterion(
    step: Step,
    *,
    about: str,
    said: str = "",
    value: Any = None,
    remark: str = "",
    link: str | None = None,
    live: str | None = None,
    files: Iterable[Checked] = (),
    fresh: bool = False,
    shown: bool | None = None,
    seen: int | None = None,  # noqa: ARG001 - asked by the guard
) -> Recorded:
    """What the agency says of a criterion or a figure, with its evidence. live: the code of a figure that we compute.

    What is left out (link, live, shown) stays as it was said before, and so do the files unless `fresh`.
    """
    return _say(step, AGENCY, about, said, value, remark, link=link, live=live, files=files, fresh=fresh, shown=shown)


@_edge("submit")
def submit(step: Step) -> Recorded:
    """The head signs for the agency: figures are frozen as they stand, and the agency's own score is kept."""
    row = _assessment(step)
    return {"snapshot": _freeze(step, row).pk, "of": step.user.pk}


def _freeze(step: Step, row: Assessment) -> Snapshot:
    facts = facts_to_freeze(row)
    row.as_of, row.figures = span_of(row).as_of, frozen(facts)
    row.save(update_fields=["as_of", "figures"])
    for statement in newest(row, AGENCY).values():
        if statement.live:
            Statement.objects.filter(pk=statement.pk).update(live_value=_live_value(row, statement.live))
    return _snapshot(step, row, AGENCY, Snapshot.Cause.SUBMITTED, facts)


def _live_value(row: Assessment, code: str) -> Any:
    found = metrics.figures_of([row.unit_id], [code], span_of(row))[row.unit_id]
    kept: Any = frozen(Facts(found))["figures"]
    return kept.get(code)


# --- The committee ----------------------------------------------------------------------------------------------------
@_edge("name_committee")
def name_committee(step: Step, *, order_number: str, ordered_on: date, members: Sequence[tuple[User, str]]) -> Recorded:
    """The committee as an order on paper appoints it, in place of the one before. members: people and their duties."""
    row = _assessment(step)
    row.order_number, row.ordered_on = order_number.strip(), ordered_on
    row.save(update_fields=["order_number", "ordered_on"])
    row.evaluators.filter(until=None).update(until=step.at)
    Evaluator.objects.bulk_create(
        Evaluator(assessment=row, user=user, duty=duty, since=step.at) for user, duty in members
    )
    return {"order": row.order_number, "people": [user.pk for user, _duty in members]}


@_edge("judge_criterion")
def judge_criterion(
    step: Step,
    *,
    about: str,
    said: str = "",
    value: Any = None,
    remark: str = "",
    files: Iterable[Checked] = (),
    fresh: bool = False,
    seen: int | None = None,  # noqa: ARG001 - asked by the guard
) -> Recorded:
    """What the committee finds of a criterion or a figure."""
    return _say(step, COMMITTEE, about, said, value, remark, files=files, fresh=fresh)


@_edge("gather_anew")
def gather_anew(step: Step, *, reasons: str) -> Recorded:
    """The figures that cases and plans give, as they stand now; the agency's own score of before stays kept."""
    row = _assessment(step)
    facts = facts_to_freeze(row)
    row.as_of, row.figures = span_of(row).as_of, frozen(facts)
    row.save(update_fields=["as_of", "figures"])
    return {"note": NOTES.write(step, reasons), "as_of": row.as_of.isoformat()}


@_edge("conclude")
def conclude(step: Step) -> Recorded:
    """The committee's score is kept; that is what its members sign."""
    row = _assessment(step)
    kept = _snapshot(step, row, COMMITTEE, Snapshot.Cause.CONCLUDED)
    return {"snapshot": kept.pk, "digest": kept.digest, "round": row.round}


@_edge("send_back", "examine_again", "uphold_objection", "correct_score")
def another_round(step: Step, *, reasons: str) -> Recorded:
    """What was signed holds no longer. A correction reads the live figures anew."""
    row = _assessment(step)
    row.round += 1
    if step.edge.name == "send_back":
        row.as_of, row.figures = None, None
    elif step.edge.name == "correct_score":
        row.as_of, row.figures = span_of(row).as_of, frozen(facts_to_freeze(row))
    row.save(update_fields=["round", "as_of", "figures"])
    return {"note": NOTES.write(step, reasons), "round": row.round}


@_edge("sign_result")
def sign_result(step: Step) -> Recorded:
    """A member stands by the result of this round."""
    row = _assessment(step)
    kept = concluded(row)
    Signature.objects.create(assessment=row, user=step.user, round=row.round, snapshot=kept, at=step.at)
    return {"snapshot": kept.pk, "digest": kept.digest, "round": row.round}


def concluded(row: Assessment) -> Snapshot:
    """The committee's result that stands: of the round that was concluded last. Raises Snapshot.DoesNotExist."""
    return row.snapshots.filter(cause=Snapshot.Cause.CONCLUDED).latest("id")


# --- The end ----------------------------------------------------------------------------------------------------------
@_edge("object")
def object_to_result(step: Step, *, criteria: Sequence[str], reasons: str) -> Recorded:
    """The agency does not agree: on which criteria, and why."""
    return {"criteria": sorted(criteria), "note": NOTES.write(step, reasons)}


@_edge("publish")
def publish(step: Step) -> Recorded:
    """The committee's result becomes the published score, the next version of it."""
    row = _assessment(step)
    result = concluded(row)
    version = row.snapshots.filter(cause=Snapshot.Cause.PUBLISHED).count() + 1
    kept = take(
        unit=row.unit,
        rubric=row.rubric,
        fiscal_year=row.fiscal_year,
        as_of=result.as_of,
        at=step.at,
        facts=facts_from(result.facts.text),
        cause=Snapshot.Cause.PUBLISHED,
        confirmed_only=True,
        assessment=row,
        version=version,
        published=_as_published(row),
    )
    return {"snapshot": kept.pk, "digest": kept.digest, "version": version}


def _as_published(row: Assessment) -> dict[str, Any]:
    """What is published beside the score and belongs to this version: order, signers, which evidence is shown."""
    signed = row.signatures.filter(round=row.round).values("user")
    signers = row.evaluators.filter(until=None, user__in=signed)
    return {
        "order_number": row.order_number,
        "ordered_on": row.ordered_on.isoformat() if row.ordered_on else None,
        "signers": [[member.user_id, member.duty] for member in signers],
        "evidence": sorted(said.pk for said in newest(row, AGENCY).values() if said.shown),
    }


@_edge("call_off")
def call_off(step: Step, *, reasons: str) -> Recorded:
    """Another one may begin for the same year."""
    row = _assessment(step)
    row.ended = True
    row.save(update_fields=["ended"])
    return {"note": NOTES.write(step, reasons)}


# --- Shared -----------------------------------------------------------------------------------------------------------
def _assessment(step: Step) -> Assessment:
    """Read under the lock of the case; the case keeps the fresh one."""
    row = Assessment.objects.select_related("unit", "rubric").get(pk=step.case.pk)
    case = step.case
    assert isinstance(case, AssessmentCase)
    case.assessment = row
    return row


def _say(
    step: Step,
    side: str,
    about: str,
    said: str,
    value: Any,
    remark: str,
    *,
    link: str | None = None,
    live: str | None = None,
    files: Iterable[Checked] = (),
    fresh: bool = False,
    shown: bool | None = None,
) -> Mapping[str, Any]:
    row = _assessment(step)
    before = row.statements.filter(side=side, about=about).order_by("-id").first() or Statement()
    statement = Statement.objects.create(
        assessment=row,
        side=side,
        about=about,
        said=said,
        value=value,
        remark=remark.strip(),
        link=before.link if link is None else link,
        live=before.live if live is None else live,
        shown=before.shown if shown is None else shown,
        by=step.user,
        at=step.at,
    )
    kept = keep(step, files)
    earlier = [] if fresh or not before.pk else list(before.files.all())
    statement.files.set([*earlier, *kept])
    return {"statement": statement.pk, "about": about, "said": said, "attachments": [file.pk for file in kept]}


def _snapshot(step: Step, row: Assessment, side: str, cause: str, base: Facts | None = None) -> Snapshot:
    return take(
        unit=row.unit,
        rubric=row.rubric,
        fiscal_year=row.fiscal_year,
        as_of=row.as_of or timezone.localdate(step.at),
        at=step.at,
        facts=facts_by(row, side, base or computed(row)),
        cause=cause,
        confirmed_only=side == COMMITTEE,
        assessment=row,
    )
