"""What everybody may read of scores, and nothing else: the only read of the public pages and files.

A score is published with its facts, the rubric by which it was computed, and who signed it. Of what the agency said
only the evidence is shown that it chose to publish; remarks, notes and everything before publication are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.formats import write_number
from organisations.models import User
from organisations.opentables import Column, Row, Table
from scores.forms import rubric_name
from scores.models import Assessment, Evaluator, Snapshot, Statement
from scores.results import Score, score_to
from scores.rubric_form import Rubric
from scores.sheet import PartOfSheet, Said, sheet_of
from scores.snapshots import facts_of, parsed, recomputed
from workflows.models import Attachment

_PUBLISHED = Snapshot.Cause.PUBLISHED
COLUMNS = (
    Column("unit", _("Agency"), file=False),
    Column("agency", _("Code"), page=False),
    Column("name", _("Agency"), page=False),
    Column("rubric", _("Assessed by"), file=False),
    Column("family", _("Code"), page=False),
    Column("fiscal_year", _("Fiscal year")),
    Column("as_of", _("as of"), "day", page=False),
    Column("version", _("Version"), "number", page=False),
    Column("result", _("Points"), file=False),
    Column("points", _("Points"), page=False),
    Column("full", _("Points"), page=False),
    Column("published_on", _("Published on"), "day"),
    Column("score_sha256", _("Code"), page=False),
)


@dataclass(frozen=True)
class PublishedScore:
    """A published score: computed again from what was kept, whenever it is shown.

    newer: the version that took its place, None for the one that holds. evidence: by criterion, what was published.
    """

    snapshot: Snapshot
    rubric: Rubric
    score: Score
    evidence: Mapping[str, Statement]
    signers: list[tuple[User, str]]
    order_number: str
    ordered_on: date | None
    versions: list[Snapshot]

    @property
    def newer(self) -> Snapshot | None:
        """The version that took its place; None for the one that holds."""
        return self.versions[0] if self.versions[0].pk != self.snapshot.pk else None

    @property
    def sheet(self) -> list[PartOfSheet]:
        """Part by part, with the evidence that was published."""
        return sheet_of(self.rubric, self.score, None, Said(own=self.evidence))


def scores() -> QuerySet[Snapshot]:
    """The published scores that hold: the last version of each assessment, the newest first."""
    published = Snapshot.objects.filter(cause=_PUBLISHED)
    later = published.filter(assessment=OuterRef("assessment"), version__gt=OuterRef("version"))
    rows = published.filter(~Exists(later))
    return rows.select_related("unit", "assessment__case", "rubric").order_by("-fiscal_year", "-taken_at")


def scores_table(rows: QuerySet[Snapshot]) -> Table:
    """The list of published scores. rows: of `scores`."""
    return Table(COLUMNS, lambda start, stop: [_row(row) for row in rows[start:stop]], rows.count())


def _row(row: Snapshot) -> Row:
    # Not as 1E+2, whatever the number.
    points, full = (format(number.normalize(), "f") for number in (row.points, row.full))
    return {
        "unit": str(row.unit),
        "agency": row.unit.code,
        "name": row.unit.name_th,
        "family": row.family,
        "rubric": rubric_name(row.family, row.fiscal_year),
        "fiscal_year": row.fiscal_year,
        "as_of": row.as_of,
        "version": row.version,
        "result": f"{write_number(row.points, 2)} / {write_number(row.full)}",
        "points": points,
        "full": full,
        "published_on": timezone.localdate(row.taken_at),
        "score_sha256": row.digest,
        "_url": reverse("open_score", args=[_assessment(row).case.public_id]),
    }


def snapshot_of(public_id: str, version: int | None = None) -> Snapshot:
    """A version of the published score of an assessment, by its public id; the last one where none is named. Raises
    Http404, the same whether it is unknown or not published."""
    rows = Snapshot.objects.filter(cause=_PUBLISHED, assessment__case__public_id=public_id).order_by("-version")
    rows = rows.select_related("unit", "assessment__case", "assessment__unit", "assessment__rubric", "rubric", "facts")
    found = (rows if version is None else rows.filter(version=version)).first()
    if found is None:
        raise Http404
    return found


def score_of(public_id: str, version: int | None = None) -> PublishedScore:
    """The same with everything that is shown of it. Raises Http404."""
    found = snapshot_of(public_id, version)
    beside = found.published or {}
    people = User.objects.in_bulk([user for user, _duty in beside.get("signers", ())])
    return PublishedScore(
        found,
        parsed(found.rubric),
        recomputed(found),
        evidence_of(found),
        [(people[user], str(Evaluator.Duty(duty).label)) for user, duty in beside.get("signers", ()) if user in people],
        beside.get("order_number", ""),
        date.fromisoformat(beside["ordered_on"]) if beside.get("ordered_on") else None,
        list(_assessment(found).snapshots.filter(cause=_PUBLISHED).order_by("-version")),
    )


def evidence_of(found: Snapshot) -> dict[str, Statement]:
    """What the agency gave as evidence and wanted published, by criterion, as it stood when this version was published:
    its sentence, link, figure and files."""
    rows = Statement.objects.filter(assessment=found.assessment_id, pk__in=(found.published or {}).get("evidence", ()))
    return {row.about: row for row in rows.prefetch_related("files")}


def file_of(public_id: str, file_id: str) -> Attachment:
    """A file that is published as evidence of any version. Raises Http404."""
    versions = _assessment(snapshot_of(public_id)).snapshots.filter(cause=_PUBLISHED)
    for version in versions:
        for row in evidence_of(version).values():
            for file in row.files.all():
                if file.public_id == file_id:
                    return file
    raise Http404


def as_json(found: Snapshot) -> dict[str, Any]:
    """A published score as open data: what it is, its whole computation, and the digests that prove it."""
    assessment = _assessment(found)
    return {
        "agency": {"code": found.unit.code, "name_th": found.unit.name_th, "name_en": found.unit.name_en},
        "assessment": assessment.case.public_id,
        "family": found.family,
        "fiscal_year": found.fiscal_year,
        "as_of": found.as_of.isoformat(),
        "published_at": found.taken_at.isoformat(),
        "version": found.version,
        "rubric": {"code": found.rubric.code, "sha256": found.rubric_id},
        "facts_sha256": found.facts_id,
        "score_sha256": found.digest,
        "score": score_to(recomputed(found)),
    }


def facts_text(found: Snapshot) -> str:
    """The facts by which it was scored, as a file that `manage.py score` takes."""
    facts_of(found)  # a file that cannot be read is never given out
    return found.facts.text


def _assessment(found: Snapshot) -> Assessment:
    assert found.assessment is not None  # by constraint
    return found.assessment
