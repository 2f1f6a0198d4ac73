from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeCounter(models.Model):
    """The number of the last notice of a person. Its row is locked while notices are numbered, so that a reader who
    asks for everything after number n misses nothing."""

    recipient = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.last}"


class Notice(models.Model):
    """Something a person is told: the n-th notice of that person.

    at: when it happened. told_at: when the relay told him and looked at his rights.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    number = models.PositiveBigIntegerField()
    outbox = models.ForeignKey("workflows.OutboxRow", models.PROTECT, related_name="notices")
    case = models.ForeignKey("workflows.Case", models.PROTECT, null=True, blank=True, related_name="notices")
    event = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "number"], name="notices_numbered_per_person"),
            models.UniqueConstraint(fields=["outbox", "recipient"], name="told_once"),
        ]
        indexes = [models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notices_unread")]

    def __str__(self) -> str:
        return f"{self.recipient_id} #{self.number} {self.event}"
