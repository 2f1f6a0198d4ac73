import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Road(models.TextChoices):
    """The roads by which news leaves the house."""

    EMAIL = "email", _("E-mail")
    LINE = "line", _("LINE")
    WEBHOOK = "webhook", _("Webhook")


def new_webhook_secret() -> str:
    """The key by which a receiver knows our hand: 256 bits."""
    return secrets.token_urlsafe(32)


class Webhook(models.Model):
    """A system of an agency that is told of the cases of a unit and of what lies below it."""

    name = models.CharField(_("name"), max_length=100)
    url = models.URLField(_("address"), max_length=500)
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("cases of this unit and below")
    )
    secret = models.CharField(_("key for the signature"), max_length=100, default=new_webhook_secret)
    active = models.BooleanField(_("is told"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message on its way out of the house: to a person, to the complainant of a case, or to a system.

    No address and no text stand here: both are read when it leaves, and the rights of the recipient are checked then.
    What it tells of are its lines; one that was not begun yet takes further lines, so that a burst is one message.
    key: the same at every attempt, by which a receiver knows a message that he was sent twice. due_at: not before.
    """

    class Contents(models.TextChoices):
        NEWS = "news", _("news")
        DIGEST = "digest", _("digest")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        DEAD = "dead", _("could not be delivered")
        DROPPED = "dropped", _("not sent")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    road = models.CharField(_("road"), max_length=10, choices=Road)
    contents = models.CharField(max_length=10, choices=Contents, default=Contents.NEWS)
    target = models.CharField(max_length=30, help_text=_("user:1, case:1 or webhook:1, as in one of the next three."))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    case = models.ForeignKey("workflows.Case", models.PROTECT, null=True, blank=True, related_name="deliveries")
    webhook = models.ForeignKey(Webhook, models.PROTECT, null=True, blank=True, related_name="deliveries")
    period = models.CharField(max_length=10, blank=True, help_text=_("Of a digest: daily or weekly."))
    day = models.DateField(null=True, blank=True, help_text=_("Of a digest: the day it is for."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"))
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("what went wrong"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, case=None, webhook=None)
                | Q(recipient=None, case__isnull=False, webhook=None)
                | Q(recipient=None, case=None, webhook__isnull=False),
                name="delivery_goes_to_one",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="delivery_waits_or_ended",
            ),
            models.UniqueConstraint(
                fields=["recipient", "period", "day"], condition=Q(contents="digest"), name="one_digest_a_period"
            ),
        ]
        indexes = [
            models.Index(fields=["road", "due_at"], condition=Q(state="waiting"), name="deliveries_waiting"),
            models.Index(
                fields=["target", "road"], condition=Q(state="waiting", attempts=0), name="deliveries_not_begun"
            ),
            # What an administrator counts and reads, road by road (notifications.service).
            models.Index(fields=["road", "created_at", "id"], condition=Q(state="waiting"), name="deliveries_by_age"),
            models.Index(fields=["road", "ended_at", "id"], condition=Q(state="sent"), name="deliveries_sent"),
            models.Index(fields=["road", "ended_at", "id"], condition=Q(state="dead"), name="deliveries_dead"),
            models.Index(fields=["road", "created_at"], name="deliveries_by_road"),
        ]

    def __str__(self) -> str:
        return f"{self.road} {self.target} {self.state}"


class DeliveryLine(models.Model):
    """One event that a delivery tells of. A target is told of an event once on each road, by constraint."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="lines")
    outbox = models.ForeignKey("workflows.OutboxRow", models.PROTECT, related_name="+")
    road = models.CharField(max_length=10, choices=Road)
    target = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outbox", "road", "target"], name="told_once_on_a_road"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.outbox_id}"


class RoadState(models.Model):
    """How a road is doing, shared by all workers: its breaker and its rate.

    road: "email", "line" or "webhook:1", for one system that is down must not hold back another. While the breaker is
    open (`open_until` lies ahead) nothing is tried on it. down_since, told_at: since when it is seen to be down, and
    when the administrators were told of this outage.
    """

    road = models.CharField(max_length=30, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    open_until = models.DateTimeField(_("not tried before"), null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    window_began = models.DateTimeField(null=True, blank=True)
    window_count = models.PositiveIntegerField(default=0)
    down_since = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.road
