from django.conf import settings
from django.db import models

from workflows.models import Case


class Note(models.Model):
    """A text of a procurement case: a note, the reasons of a decision, a report. Appended, never edited.

    Nothing here is sealed: a purchase and its committees are public business (Act B.E. 2560 s. 8, transparency).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="procurement_notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.text[:40]}"
