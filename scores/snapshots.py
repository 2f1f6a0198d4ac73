"""Scores kept with everything they were computed from, so that anybody can compute them again."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from organisations.models import Unit
from scores.exact import shown
from scores.facts import Facts, facts_from, facts_to
from scores.models import Assessment, FactsText, RubricText, Snapshot
from scores.results import Score, score_to
from scores.rubric import Rubric, parse, text_of
from scores.scoring import score
from workflows.metrics import Span, leaving_out

_PLACES = 6


def keep_rubric(rubric: Rubric) -> RubricText:
    """The text of one of the product's rubrics with the settings it has, kept by its digest; once, however often it is
    used."""
    text = text_of(rubric)
    return RubricText.objects.get_or_create(digest=_digest(text), defaults={"code": rubric.code, "text": text})[0]


def take(
    *,
    unit: Unit,
    rubric: RubricText,
    fiscal_year: int,
    as_of: date,
    at: datetime,
    facts: Facts,
    cause: str,
    confirmed_only: bool = False,
    assessment: Assessment | None = None,
    version: int | None = None,
    published: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Score these facts and keep the score with them. fiscal_year: B.E. Raises ScoringError."""
    by = parsed(rubric)
    found = score(by, facts, confirmed_only=confirmed_only)
    text = canonical(facts_to(facts))
    kept = FactsText.objects.get_or_create(digest=_digest(text), defaults={"text": text})[0]
    return Snapshot.objects.create(
        unit=unit,
        family=by.family,
        fiscal_year=fiscal_year,
        as_of=as_of,
        taken_at=at,
        cause=cause,
        assessment=assessment,
        version=version,
        published=published,
        rubric=rubric,
        facts=kept,
        confirmed_only=confirmed_only,
        points=_decimal(found.points),
        full=_decimal(found.full),
        computable=found.computable,
        parts=parts_of(found),
        verdicts=verdicts_of(found),
        digest=digest_of(found),
    )


def recomputed(snapshot: Snapshot, without: Collection[int] = ()) -> Score:
    """The score again, from what was kept and nothing else.

    without: cases that do not exist for whom a daily score is shown (`workflows.metrics.hidden_from`); it is then what
    it would have been without them.
    """
    facts = facts_of(snapshot, without)
    return score(parsed(snapshot.rubric), facts, confirmed_only=snapshot.confirmed_only)


def facts_of(snapshot: Snapshot, without: Collection[int] = ()) -> Facts:
    """The facts that were scored. without: as in `recomputed`."""
    facts = facts_from(snapshot.facts.text)
    if not without:
        return facts
    span = Span.of_year(snapshot.fiscal_year, snapshot.as_of)
    counted_again = leaving_out(without, facts.figures, snapshot.unit_id, span)
    return replace(facts, figures={**facts.figures, **counted_again})


def parts_of(found: Score) -> dict[str, dict[str, Any]]:
    """Every part with its points, exact, and its level where it has levels."""
    return {
        node.code: {"points": str(node.points), "full": str(node.full), "level": node.level}
        for node in found.root.walk()
    }


def verdicts_of(found: Score) -> dict[str, str | int | None]:
    """The band of every scale and the step of every ladder."""
    bands: dict[str, str | int | None] = {scale.code: scale.band for scale in found.scales}
    return bands | {ladder.code: ladder.level for ladder in found.ladders}


def digest_of(found: Score) -> str:
    """SHA-256 of the whole score as canonical JSON, hexadecimal."""
    return _digest(canonical(score_to(found)))


def problems() -> Iterator[tuple[str, str]]:
    """(snapshot, sentence) for every one that does not give its own score again, or whose texts are not what their
    digests say."""
    for text in RubricText.objects.iterator():
        if _digest(text.text) != text.digest:
            yield text.code, _("the text of the rubric is not the one that was used")
    for facts in FactsText.objects.iterator(chunk_size=500):
        if _digest(facts.text) != facts.digest:
            yield facts.digest, _("the facts are not those that were scored")
    for row in Snapshot.objects.select_related("rubric", "facts").order_by("pk").iterator(chunk_size=500):
        found = recomputed(row)
        kept = (row.digest, row.points, row.full, row.parts, row.verdicts)
        again = (digest_of(found), _decimal(found.points), _decimal(found.full), parts_of(found), verdicts_of(found))
        if kept != again:
            yield str(row.pk), _("the snapshot does not give its own score again")


def canonical(value: Mapping[str, Any]) -> str:
    """JSON of which there is one writing only: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _decimal(number: Fraction) -> Decimal:
    return shown(number, _PLACES)


_rubrics: dict[str, Rubric] = {}


def parsed(row: RubricText) -> Rubric:
    """The rubric of a kept text; read once in a process."""
    if row.digest not in _rubrics:
        _rubrics[row.digest] = parse(row.text.encode("utf-8"), f"{row.code}.toml")
    return _rubrics[row.digest]
