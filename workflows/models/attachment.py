from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.contents import Note

from .case import Case


class Attachment(models.Model):
    """A file of a case, sealed on disk with the case's key."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    public_id = models.CharField(max_length=16, unique=True)
    label = models.CharField(
        _("file name"),
        max_length=150,
        help_text=_("A neutral name for files of the complainant and of protected cases: the own one may name him."),
    )
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text=_("Bytes, before sealing."))
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=100)
    by_complainant = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    shown_to_complainant = models.BooleanField(default=False)
    notes = ArrayField(
        models.CharField(max_length=30), default=list, help_text=_("What was done to it, and what was not.")
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label

    @property
    def withheld(self) -> bool:
        """Whether a scanner found something harmful in it after it was kept: nobody gets it."""
        return Note.INFECTED in self.notes
