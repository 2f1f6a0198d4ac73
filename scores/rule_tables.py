"""The rule data of scores that an administrator keeps, and what a change of it does."""

from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations.calendar import fiscal_year
from organisations.formats import write_date, write_number
from scores.in_force import with_rows, with_settings_of
from scores.models import ScoreSetting, Snapshot
from scores.results import Score
from scores.rubric import own_rubric
from scores.scoring import score
from scores.snapshots import facts_of
from workflows.rulebook.tables import Effect, Table, register

SCORES = gettext_lazy("Scores")


def effect_of_setting(before: ScoreSetting | None, after: ScoreSetting | None) -> Effect:
    """What another value does to the scores that were kept last, of every agency that is followed day by day; and that
    what was kept, or has begun, stays."""
    stays = _("Scores that were kept or published and assessments that have begun stay as they are.")
    if after is None:
        assert before is not None  # a row that has not begun is taken out
        return Effect((_("The previous value stays in force."), stays))
    starts = _("Scores that are calculated on %(day)s or later have the new value.") % {
        "day": write_date(after.valid_from)
    }
    return Effect((_other_points(after), starts, stays))


def hints_of_setting(row: ScoreSetting) -> dict[str, str]:
    """What the value of this setting may be."""
    return {"value": row.may_be}


def _other_points(after: ScoreSetting) -> str:
    rubric = own_rubric(after.rubric)
    assert rubric is not None  # the form has seen it
    now = with_settings_of(rubric, timezone.localdate())
    then = with_rows(with_settings_of(rubric, after.valid_from), [after])
    kept = Snapshot.objects.filter(
        family=rubric.family, fiscal_year=fiscal_year(timezone.localdate()), cause=Snapshot.Cause.DAILY,
        rubric__code=rubric.code,
    ).order_by("unit_id", "-as_of").distinct("unit_id").select_related("facts")  # fmt: skip
    others = many = 0
    for row in kept.iterator(chunk_size=500):
        facts = facts_of(row)
        others += _told(score(now, facts)) != _told(score(then, facts))
        many += 1
    if not many:
        return _("No score of this year has been kept by this rubric yet, so there is nothing to compare with.")
    said = ngettext(
        "Of %(many)s agency whose score was kept last, %(others)s would have other points or another grade.",
        "Of %(many)s agencies whose score was kept last, %(others)s would have other points or another grade.",
        many,
    )
    return said % {"many": write_number(many), "others": write_number(others)}


def _told(found: Score) -> tuple[Fraction, list[str | None]]:
    """What people call the score: points and bands."""
    return found.points, [scale.band for scale in found.scales]


def register_tables() -> None:
    """Called once, from ``AppConfig.ready()``."""
    register(
        Table(
            name="score-settings",
            model=ScoreSetting,
            group=SCORES,
            about=gettext_lazy("Numbers and words that the rubrics leave open, each with the value that holds."),
            columns=("code", "value", "valid_from", "verified", "source"),
            dated="valid_from",
            may_add=False,
            effect=effect_of_setting,
            hints=hints_of_setting,
        )
    )
