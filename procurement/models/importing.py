"""What an import of purchases needs beside the purchase itself: what the words of the source mean here, and what the
source said last."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .purchase import Purchase


class AgencyName(models.Model):
    """How a source writes the name of a unit, beside the unit's own names. An administrator edits it."""

    name = models.CharField(
        _("name in the source"), max_length=300, unique=True, help_text=_("Spaces and capitals do not matter.")
    )
    unit = models.ForeignKey("organisations.Unit", models.CASCADE, related_name="+", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("name of an agency")
        verbose_name_plural = _("names of agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} → {self.unit}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Single spaces, so that a name stands once."""
        self.name = " ".join(self.name.split())
        super().save(*args, **kwargs)


class SourceStatus(models.Model):
    """What a status of a project or contract at the source means here. Rule data: no code knows the words."""

    class Meaning(models.TextChoices):
        PLANNED = "planned", _("planned")
        ANNOUNCED = "announced", _("announced")
        ONGOING = "ongoing", _("goes on: its dates and contracts tell how far")
        CONTRACTED = "contracted", _("under contract")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")

    word = models.CharField(
        _("word in the source"),
        max_length=200,
        unique=True,
        help_text=_("How the status begins; the longest one decides. Spaces do not matter."),
    )
    meaning = models.CharField(_("means here"), max_length=12, choices=Meaning)

    class Meta:
        verbose_name = _("status at the source")
        verbose_name_plural = _("statuses at the source")
        ordering = ["word"]
        constraints = [models.CheckConstraint(condition=~models.Q(word=""), name="source_status_has_a_word")]

    def __str__(self) -> str:
        return f"{self.word} → {self.get_meaning_display()}"


class ImportedPurchase(models.Model):
    """What the source said last about a purchase, so that the next import knows what has changed *there*.

    Figures that staff corrected here are not touched while the source repeats itself.
    """

    purchase = models.OneToOneField(Purchase, models.CASCADE, primary_key=True, related_name="imported")
    figures = models.JSONField(help_text=_("Name of the field to its value; money as text, days as ISO dates."))
    contracts = models.JSONField(default=dict, help_text=_("Contract number to its figures."))
    state = models.CharField(max_length=12, help_text=_("The state its statuses mean here."))
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("imported purchase")
        verbose_name_plural = _("imported purchases")

    def __str__(self) -> str:
        return f"{self.purchase_id}: {self.state}"
