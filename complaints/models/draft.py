"""What someone has filled in so far, before it is a complaint."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class FilingDraft(models.Model):
    """The filing wizard between two steps, sealed with a key that only the visitor's cookie holds.

    No account, address, session or browser stands here: whoever reads the table or a backup learns that somebody began
    to file, and when it lapses. Written by `complaints.drafts` only.
    """

    lookup = models.BinaryField(max_length=32, unique=True, editable=False, help_text="SHA-256 of the visitor's token.")
    sealed = models.BinaryField(editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("lookup"), 32), name="draft_lookup_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class FilingDraftFile(models.Model):
    """A file uploaded into a draft; its name, kind and content are sealed like the draft."""

    draft = models.ForeignKey(FilingDraft, models.CASCADE, related_name="files")
    public_id = models.CharField(max_length=22, unique=True, editable=False)
    sealed_description = models.BinaryField(editable=False)
    sealed_content = models.BinaryField(editable=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"file {self.pk} of draft {self.draft_id}"


class SentForm(models.Model):
    """The one-time token of a registration form that was sent, so that sending it twice makes one case."""

    token = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.token
