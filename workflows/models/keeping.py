"""How long what stands in a case is kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .case import Case


class RetentionRule(models.Model):
    """How long the content of cases is kept after their end, and what happens then: rule data, dated, with its source.

    The rule that is in force on the day of the decision counts, also for cases that ended before it.
    """

    class Disposal(models.TextChoices):
        ERASE = "erase", _("erase")
        KEEP = "keep", _("keep for good")

    code = models.CharField(_("kind of case"), max_length=20)
    category = models.CharField(
        _("only for this kind"), max_length=50, blank=True, help_text=_("Code of a kind; empty: all others.")
    )
    disposal = models.CharField(_("what happens then"), max_length=5, choices=Disposal, default=Disposal.ERASE)
    years = models.PositiveSmallIntegerField(_("years after the end"))
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("source verified"), default=True)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["code", "category", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "category", "valid_from"], name="one_retention_rule_a_day"),
            models.CheckConstraint(condition=Q(years__gte=1), name="kept_for_a_year_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.code}/{self.category} {self.years}"


class RecordsHold(models.Model):
    """The content of a case must not be erased for now, whatever the rule says; why is a sealed text of the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(released_at__isnull=True), name="one_hold_at_a_time"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="hold_released_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d}"
