from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .case import Case


class ClockRule(models.Model):
    """How long something may take: rule data, dated, with its source."""

    class Unit(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        WORKING = "working", _("working days")

    class Meaning(models.TextChoices):
        DUTY = "duty", _("a duty of the agency")
        WINDOW = "window", _("time of the complainant")

    code = models.CharField(_("code"), max_length=30)
    name_th = models.CharField(_("name in Thai"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)
    meaning = models.CharField(
        _("meaning"),
        max_length=10,
        choices=Meaning,
        default=Meaning.DUTY,
        help_text=_("A window is never overdue; it ends."),
    )
    length = models.PositiveSmallIntegerField(_("length in days"))
    unit = models.CharField(_("counted in"), max_length=10, choices=Unit)
    pauses = models.BooleanField(_("pauses while the complainant is asked"), default=True)
    category = models.CharField(_("only for this kind"), max_length=50, blank=True)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("source verified"), default=True)

    class Meta:
        verbose_name = _("clock rule")
        verbose_name_plural = _("clock rules")
        constraints = [models.UniqueConstraint(fields=["code", "category", "valid_from"], name="one_rule_a_day")]
        ordering = ["code", "category", "valid_from"]

    def __str__(self) -> str:
        return f"{self.code} ({self.length})"

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_th


class Clock(models.Model):
    """One deadline of one case. `due_on` and `next_warning_on` are derived by `workflows.timekeeping` from this row,
    the case's pauses and the calendar, and may be recomputed at any time."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    rule = models.ForeignKey(ClockRule, models.PROTECT, related_name="+")
    code = models.CharField(max_length=30)
    about = models.CharField(max_length=30, blank=True, help_text=_("What it is about where one case has several."))
    length = models.PositiveIntegerField()
    unit = models.CharField(max_length=10, choices=ClockRule.Unit)
    duty = models.BooleanField()
    pauses = models.BooleanField()
    silent = models.BooleanField(default=False)
    started_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    extension = models.PositiveIntegerField(default=0, help_text=_("Days granted, the sum of the extensions."))
    due_on = models.DateField(null=True, blank=True, help_text=_("Empty while paused."))
    warned = models.PositiveSmallIntegerField(default=0, help_text=_("Highest warning given, in percent."))
    next_warning_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code", "about"],
                condition=Q(stopped_on__isnull=True),
                name="one_running_clock_of_a_kind",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_warning_on", "case"],
                condition=Q(stopped_on__isnull=True, silent=False),
                name="clocks_to_warn",
            ),
            models.Index(
                fields=["due_on", "case"], condition=Q(stopped_on__isnull=True, duty=False), name="windows_to_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"


class CasePause(models.Model):
    """Days on which the clocks of a case stood still, because the complainant had been asked."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_on__isnull=True), name="one_open_pause"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                name="pause_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.started_on}"


class ClockExtension(models.Model):
    """Days granted on a clock, and by whom; why is a note of the case, sealed with it when it is protected."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.clock_id} +{self.days}"


class ClockWarning(models.Model):
    """A warning that was given: the row is what makes it happen once, however late or often the job runs."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="warnings")
    percent = models.PositiveSmallIntegerField()
    total = models.PositiveIntegerField(
        help_text=_("Days of the clock with its extensions: an extension arms it anew.")
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "percent", "total"], name="one_warning_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.percent} %"
