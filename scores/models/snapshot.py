from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RubricText(models.Model):
    """A rubric as its file stood when something was scored by it, by the digest of its text: kept for ever, so that a
    score can be recomputed after the file has changed."""

    digest = models.CharField(max_length=64, primary_key=True, help_text=_("SHA-256 of the text."))
    code = models.CharField(max_length=80)
    text = models.TextField()

    class Meta:
        verbose_name = _("rubric as it was used")
        verbose_name_plural = _("rubrics as they were used")

    def __str__(self) -> str:
        return f"{self.code} {self.digest[:8]}"


class FactsText(models.Model):
    """Facts that were scored, as canonical JSON, by the digest of that text: days without a change share one."""

    digest = models.CharField(max_length=64, primary_key=True, help_text=_("SHA-256 of the text."))
    text = models.TextField()

    class Meta:
        verbose_name = _("facts as they were scored")
        verbose_name_plural = _("facts as they were scored")

    def __str__(self) -> str:
        return self.digest[:8]


class Snapshot(models.Model):
    """A score as it was at a moment, with everything it was computed from. Appended, never edited.

    Rubric, settings, facts and `confirmed_only` give the score again; `digest` is that of its whole JSON.
    """

    class Cause(models.TextChoices):
        DAILY = "daily", _("of the day")
        SUBMITTED = "submitted", _("self-assessment sent")
        CONCLUDED = "concluded", _("examined by the committee")
        PUBLISHED = "published", _("published")

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    family = models.CharField(_("rubric"), max_length=60)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), help_text=_("Buddhist Era."))
    as_of = models.DateField(_("as of"))
    taken_at = models.DateTimeField()
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    assessment = models.ForeignKey("scores.Assessment", models.PROTECT, null=True, related_name="snapshots")
    version = models.PositiveSmallIntegerField(null=True, help_text=_("Of a published score, from 1."))
    published = models.JSONField(null=True, help_text=_("Beside a published score: order, signers, evidence."))
    rubric = models.ForeignKey(RubricText, models.PROTECT, related_name="+")
    settings = models.JSONField(default=dict, help_text=_("Settings other than those of the file, as text."))
    facts = models.ForeignKey(FactsText, models.PROTECT, related_name="+")
    confirmed_only = models.BooleanField(default=False)
    points = models.DecimalField(_("points"), max_digits=12, decimal_places=6, help_text=_("Rounded, for sorting."))
    full = models.DecimalField(max_digits=12, decimal_places=6)
    computable = models.BooleanField()
    parts = models.JSONField(help_text=_("Part → its points, exact, and its level."))
    verdicts = models.JSONField(help_text=_("Scale or ladder → band or step."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the score as canonical JSON."))

    class Meta:
        verbose_name = _("snapshot of a score")
        verbose_name_plural = _("snapshots of scores")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "family", "fiscal_year", "as_of"],
                condition=Q(cause="daily"),
                name="one_daily_snapshot_a_day",
            ),
            models.UniqueConstraint(fields=["assessment", "version"], name="one_snapshot_a_version"),
            models.CheckConstraint(
                condition=Q(cause="published", version__gte=1, assessment__isnull=False)
                | (~Q(cause="published") & Q(version__isnull=True)),
                name="published_snapshots_have_versions",
            ),
            models.CheckConstraint(
                condition=Q(cause="daily") | Q(assessment__isnull=False), name="snapshot_of_an_assessment"
            ),
        ]
        indexes = [models.Index(fields=["family", "fiscal_year", "unit", "as_of"], name="snapshots_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.family} {self.fiscal_year} {self.as_of}: {self.points}"
