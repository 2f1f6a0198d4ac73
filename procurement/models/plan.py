from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MONEY = {"max_digits": 15, "decimal_places": 2}
"""Baht, to the satang."""
EMPTIED = "→ "
"""How the reason begins why an imported activity was cancelled that grouping left without a purchase."""


class Activity(models.Model):
    """A project or activity of a unit's annual action plan, with its approved budget: what coverage counts.

    Its figures may change during the year; what they were on a day is in its `Revision` rows.
    """

    class Source(models.TextChoices):
        HAND = "hand", _("entered")
        IMPORT = "import", _("imported")

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="activities", verbose_name=_("unit"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), help_text=_("Buddhist Era."))
    code = models.CharField(_("number in the plan"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=500)
    budget = models.DecimalField(
        _("approved plan budget"), null=True, blank=True, help_text=_("Baht; empty when it is not known."), **MONEY
    )
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.HAND)
    version = models.PositiveIntegerField(default=1, help_text=_("Rises with every change; what a form has seen."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("plan activity")
        verbose_name_plural = _("plan activities")
        ordering = ["-fiscal_year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "code"], condition=~Q(code=""), name="activity_number_once"
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0), name="activity_budget_not_less"
            ),
            models.CheckConstraint(condition=Q(fiscal_year__range=(2500, 2700)), name="activity_year_is_be"),
            models.CheckConstraint(condition=~Q(name=""), name="activity_has_name"),
        ]
        indexes = [models.Index(fields=["unit", "fiscal_year"], name="plan_of_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def was_emptied(self) -> bool:
        """Whether it was cancelled only because grouping left it without a purchase: grouping back brings it back."""
        return self.source == self.Source.IMPORT and self.cancel_reason.startswith(EMPTIED)


class Revision(models.Model):
    """The figures of an activity, a purchase or a contract as they stood from a moment on. Appended, never edited."""

    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="revisions")
    purchase = models.ForeignKey(
        "procurement.Purchase", models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    contract = models.ForeignKey(
        "procurement.Contract", models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    number = models.PositiveIntegerField(help_text=_("1 for the first figures."))
    figures = models.JSONField(help_text=_("Name of the field to its value; money as text, days as ISO dates."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Activity.Source, default=Activity.Source.HAND)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(activity__isnull=False, purchase__isnull=True, contract__isnull=True)
                | Q(activity__isnull=True, purchase__isnull=False, contract__isnull=True)
                | Q(activity__isnull=True, purchase__isnull=True, contract__isnull=False),
                name="revision_of_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=[thing, "number"],
                    condition=Q(**{f"{thing}__isnull": False}),
                    name=f"one_revision_of_{thing}",
                )
                for thing in ("activity", "purchase", "contract")
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"
