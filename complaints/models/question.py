"""A question of a citizen to an office and its thread. Why it is no case: `complaints.questions`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.case import random_id

from .complaint import ComplaintCase


class Question(models.Model):
    """A question and where it stands. Written by the `actions` and by the `keeping` of `complaints.questions` only.

    waiting_since: the day of the first text of the citizen that has no answer yet. wrapped: the key of its texts,
    wrapped by a master key; emptied when the texts move into a complaint, and the receipt goes with them, or when they
    are erased, and the receipt stays so that its holder is told.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")
        TURNED = "turned", _("became a complaint")

    public_id = models.CharField(max_length=12, unique=True, default=random_id, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked"))
    waiting_since = models.DateField(_("waiting since"), null=True)
    wrapped = models.TextField(editable=False)
    receipt_lookup = models.CharField(max_length=8, unique=True, null=True, editable=False)
    receipt_hmac = models.BinaryField(null=True, editable=False)
    language = models.CharField(max_length=2, default="th")
    case = models.OneToOneField(ComplaintCase, models.PROTECT, null=True, related_name="question")

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") ^ Q(waiting_since__isnull=True), name="question_waits_since_a_day"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="turned",
                    case__isnull=False,
                    wrapped="",
                    receipt_lookup__isnull=True,
                    receipt_hmac__isnull=True,
                )
                | ~Q(state="turned") & Q(case__isnull=True, receipt_lookup__isnull=False, receipt_hmac__isnull=False),
                name="question_is_itself_or_a_case",
            ),
        ]
        indexes = [
            models.Index(fields=["waiting_since", "id"], condition=Q(state="waiting"), name="questions_waiting"),
            models.Index(fields=["unit", "id"], name="questions_of_unit"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_erased(self) -> bool:
        """Whether its texts were deleted for good."""
        return not self.wrapped and self.state != self.State.TURNED


class QuestionEntry(models.Model):
    """Something said or done about a question: appended, never edited. Texts are sealed with its key."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked")
        WROTE_BACK = "wrote_back", _("wrote back")
        ANSWERED = "answered", _("answered")
        MOVED = "moved", _("passed on")
        CLOSED = "closed", _("closed")
        TURNED = "turned", _("made a complaint")
        # By no person: time and the tree of the units did it.
        FOLLOWED = "followed", _("moved with its unit")
        ERASED = "erased", _("deleted for good")

    question = models.ForeignKey(Question, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField(null=True, editable=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["asked", "wrote_back", "followed", "erased"]) ^ Q(by__isnull=False),
                name="question_entry_by_its_side",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["asked", "wrote_back", "answered"]) ^ Q(sealed__isnull=True),
                name="question_entry_has_its_text",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["moved", "followed"]) ^ Q(unit__isnull=True),
                name="question_entry_moved_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.kind}"

    @property
    def from_citizen(self) -> bool:
        """Whether the citizen wrote it."""
        return self.kind in (self.Kind.ASKED, self.Kind.WROTE_BACK)
