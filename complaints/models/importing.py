"""What an import needs beside the complaint itself: how foreign words map to ours, and what the source said."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportMapping(models.Model):
    """One word of another system and what it means here. Rule data: an administrator edits it, no code knows the words.

    For `state` the target is one of our states. For `type` it is the code of a kind of complaint, or empty where the
    word says nothing about the kind ("complaint"), so that the next word decides; the source value "" stands for a
    report that names no type at all. For `unit` it is the code of a unit, beside the units that are found by their
    own names; the source value "" names the unit that receives what no other name claims.
    """

    class Field(models.TextChoices):
        STATE = "state", _("state")
        TYPE = "type", _("type of matter")
        UNIT = "unit", _("organisation")

    format = models.CharField(_("format"), max_length=20, help_text=_("Name of the import format, for example traffy."))
    field = models.CharField(_("what it maps"), max_length=10, choices=Field)
    source_value = models.CharField(
        _("word in the source"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the source names no type, or no organisation that is known here."),
    )
    target = models.CharField(
        _("means here"),
        max_length=40,
        blank=True,
        help_text=_("A state, the code of a kind or the code of a unit. Empty: this word does not decide the kind."),
    )

    class Meta:
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")
        ordering = ["format", "field", "source_value"]
        constraints = [
            models.UniqueConstraint(fields=["format", "field", "source_value"], name="one_meaning_per_import_word"),
            models.CheckConstraint(
                condition=Q(field="type") | (Q(target__gt="") & (Q(field="unit") | Q(source_value__gt=""))),
                name="import_word_has_meaning",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format}: {self.source_value or '∅'} → {self.target or '∅'}"

    def clean(self) -> None:
        """Refuse a target that means nothing here, while the person who typed it still looks at it."""
        from complaints.importers.mapping import target_problem

        if problem := target_problem(self.field, self.target):
            raise ValidationError({"target": problem})


class ImportedReport(models.Model):
    """What the source said about an imported complaint and our own case does not hold: a record, never edited.

    Photographs stay where the source keeps them; only their addresses are here, and no page loads them by itself. For a
    protected kind, tags, organisations and photographs are left empty.
    """

    complaint = models.OneToOneField(
        "complaints.Complaint", models.CASCADE, primary_key=True, related_name="imported", verbose_name=_("complaint")
    )
    state = models.CharField(_("state at the source"), max_length=200)
    tags = ArrayField(models.CharField(max_length=200), verbose_name=_("types at the source"), default=list, blank=True)
    organisations = models.TextField(_("organisations at the source"), blank=True)
    photo = models.URLField(_("photograph"), max_length=500, blank=True)
    photo_after = models.URLField(_("photograph afterwards"), max_length=500, blank=True)
    star = models.PositiveSmallIntegerField(_("stars at the source"), null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(_("times reopened at the source"), default=0)
    last_activity = models.DateTimeField(_("last activity at the source"))
    fingerprint = models.CharField(max_length=64, help_text=_("Keyed hash of the row as read."))
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)

    class Meta:
        verbose_name = _("imported report")
        verbose_name_plural = _("imported reports")
        constraints = [
            models.CheckConstraint(condition=Q(star__isnull=True) | Q(star__range=(1, 5)), name="imported_star_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.state}"
