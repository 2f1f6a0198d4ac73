"""What complainants think of the service, kept apart from who they are: see `complaints.survey`."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Aspect(models.TextChoices):
    """What is asked about; each is a column of `SurveyAnswer`."""

    QUALITY = "quality", _("quality")
    EASE = "ease", _("ease")
    INFORMATION = "information", _("information")
    HONESTY = "honesty", _("honesty")
    RESULT = "result", _("result")


class SurveyQuestion(models.Model):
    """The words of a question, and the indicator of the EIT that it feeds: rule data."""

    class Indicator(models.TextChoices):
        OPERATION = "operation", _("quality of operation")
        COMMUNICATION = "communication", _("efficiency of communication")
        IMPROVEMENT = "improvement", _("improvement of the work system")

    code = models.CharField(_("code"), max_length=12, primary_key=True, choices=Aspect)
    text_th = models.CharField(_("question in Thai"), max_length=300)
    text_en = models.CharField(_("question in English"), max_length=300)
    indicator = models.CharField(_("indicator"), max_length=15, choices=Indicator)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("survey question")
        verbose_name_plural = _("survey questions")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The question in the language of the page."""
        return self.text_en if get_language() == "en" else self.text_th


class SurveyPool(models.Model):
    """Answers to a unit that wait until there are enough to be mixed.

    wrapped, sealed: a key that is new with every answer, wrapped by a master key, and with it the answers in no order,
    without any time; both empty where none waits.
    """

    unit = models.OneToOneField("organisations.Unit", models.PROTECT, primary_key=True, related_name="+")
    wrapped = models.TextField(blank=True, editable=False)
    sealed = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return str(self.unit_id)


class SurveyAnswer(models.Model):
    """One answered survey: 1 to 5 for each aspect. It refers to no case, no person, no reply and no moment.

    month: that in which the pool was emptied. kind: code of the main kind; kind and channel are empty where one of the
    answers that were mixed would have stood out by them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    month = models.DateField(help_text=_("Its first day."))
    kind = models.CharField(max_length=50, blank=True)
    channel = models.CharField(max_length=12, blank=True)
    quality = models.PositiveSmallIntegerField()
    ease = models.PositiveSmallIntegerField()
    information = models.PositiveSmallIntegerField()
    honesty = models.PositiveSmallIntegerField()
    result = models.PositiveSmallIntegerField()
    remark = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{aspect}__range": (1, 5) for aspect in Aspect.values}), name="survey_one_to_five"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="survey_of_a_whole_month"),
        ]
        indexes = [models.Index(fields=["unit", "month"], name="survey_of_unit")]

    def __str__(self) -> str:
        return str(self.pk)
