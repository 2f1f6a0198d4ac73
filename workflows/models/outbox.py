from django.db import models
from django.db.models import Q

from .case import Case


class OutboxRow(models.Model):
    """Something others may have to be told, written in the transaction in which it happened.

    No recipients here: the relay resolves them later and checks their rights then. Without a case it is news of another
    kind, by its name in `notifications.events`.
    """

    CLOCK_WARNING = "clock_warning"
    """The event of a warning that a clock gives; its facts: clock, code, percent."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="outbox")
    event = models.CharField(max_length=40)
    seq = models.PositiveIntegerField(null=True, help_text="Ledger entry, when the event is one.")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    relayed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(relayed_at__isnull=True), name="outbox_to_relay")]

    def __str__(self) -> str:
        return f"{self.pk} {self.event}"

    @property
    def about(self) -> Case:
        """The case it is about. Only of rows that are about one."""
        assert self.case is not None
        return self.case
