from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scores.states import GRAPH
from workflows.models import Attachment, Case, OfKind

USER = settings.AUTH_USER_MODEL


class AssessmentCase(Case, graph=GRAPH):
    """A case that is an assessment: `Case` with the edges of `scores.states` as its transitions."""

    assessment: "Assessment"

    objects = OfKind["AssessmentCase"]("assessment")

    class Meta:
        proxy = True
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")


class Assessment(models.Model):
    """An agency assessed by the rubric of a source for a fiscal year: what it says of itself, what a committee finds.

    rubric: the text by which it is scored, which stays though the file may change. as_of: the day whose live figures
    are frozen in it, from the moment it is sent to the committee on.
    """

    case = models.OneToOneField(AssessmentCase, models.PROTECT, primary_key=True, related_name="assessment")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    family = models.CharField(_("rubric"), max_length=60)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), help_text=_("Buddhist Era."))
    rubric = models.ForeignKey("scores.RubricText", models.PROTECT, related_name="+")
    as_of = models.DateField(null=True)
    figures = models.JSONField(null=True, help_text=_("The live figures that were frozen, as a file of facts."))
    order_number = models.CharField(_("order of the committee"), max_length=60, blank=True)
    ordered_on = models.DateField(_("dated"), null=True)
    round = models.PositiveSmallIntegerField(default=1, help_text=_("Of the examination; signatures are of a round."))
    ended = models.BooleanField(default=False, help_text=_("Called off: another one may begin."))

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "family", "fiscal_year"], condition=Q(ended=False), name="one_assessment_a_year"
            ),
            models.CheckConstraint(
                condition=Q(as_of__isnull=True, figures__isnull=True) | Q(as_of__isnull=False, figures__isnull=False),
                name="frozen_figures_have_their_day",
            ),
        ]
        indexes = [models.Index(fields=["family", "fiscal_year"], name="assessments_of_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.family} {self.fiscal_year}"


class Statement(models.Model):
    """What one side says about a criterion, or about a figure that is announced elsewhere and not computed here.

    Appended, never edited: the newest of a side and matter holds. value: of a figure, as a file of facts writes it.
    live: the code of a figure given as evidence, and how it stood when the statement was frozen.
    """

    class Side(models.TextChoices):
        AGENCY = "agency", _("the agency")
        COMMITTEE = "committee", _("the committee")

    class Said(models.TextChoices):
        MET = "met", _("met")
        NOT_MET = "not_met", _("not met")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="statements")
    side = models.CharField(max_length=10, choices=Side)
    about = models.CharField(max_length=80, help_text=_("Code of a criterion, or of a figure."))
    said = models.CharField(max_length=10, choices=Said, blank=True)
    value = models.JSONField(null=True)
    remark = models.TextField(_("remark"), blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    live = models.CharField(max_length=80, blank=True)
    live_value = models.JSONField(null=True)
    files = models.ManyToManyField(Attachment, related_name="+")
    shown = models.BooleanField(default=False, help_text=_("Its evidence is published with the score."))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(said="", value__isnull=False) | (~Q(said="") & Q(value__isnull=True)),
                name="statement_says_or_measures",
            )
        ]
        indexes = [models.Index(fields=["assessment", "side", "about", "-id"], name="statements_of_side")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.side} {self.about}"


class Evaluator(models.Model):
    """A member of the committee that examines an assessment (S4:220-267)."""

    class Duty(models.TextChoices):
        CHAIR = "chair", _("chair")
        MEMBER = "member", _("member")
        SECRETARY = "secretary", _("secretary")
        ASSISTANT = "assistant", _("assistant secretary")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="evaluators")
    user = models.ForeignKey(USER, models.PROTECT, related_name="evaluations")
    duty = models.CharField(_("duty"), max_length=10, choices=Duty)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "user"], condition=Q(until__isnull=True), name="one_duty_an_evaluator"
            ),
            models.UniqueConstraint(
                fields=["assessment", "duty"],
                condition=Q(until__isnull=True, duty__in=["chair", "secretary"]),
                name="one_chair_and_one_secretary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.user_id} {self.duty}"


class Signature(models.Model):
    """A member of the committee stands by a result: that of a round, by the digest of its score."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="signatures")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    snapshot = models.ForeignKey("scores.Snapshot", models.PROTECT, related_name="signatures")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "user", "round"], name="one_signature_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.user_id} {self.round}"


class Note(models.Model):
    """A text of an assessment: a note, or the reasons of a step. Appended, never edited; nothing here is sealed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="score_notes")
    text = models.TextField()
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.text[:40]}"
