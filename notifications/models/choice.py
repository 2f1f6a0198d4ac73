from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Choice(models.Model):
    """How a person wants to be told of a topic outside the pages. Without a row the house's own practice holds.

    On the pages he is told of everything. Topics and what may not be switched off: `notifications.choices`.
    """

    class Pace(models.TextChoices):
        NOW = "now", _("at once")
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")
        NEVER = "never", _("never")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notice_choices")
    topic = models.CharField(max_length=20)
    email = models.CharField(_("by e-mail"), max_length=10, choices=Pace)
    line = models.BooleanField(_("by LINE"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="one_choice_a_topic")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic}: {self.email}"


class DigestTime(models.Model):
    """When a person wants his digests: an hour of Bangkok, and for the weekly one a day (0 is Monday)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="digest_time")
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), default=0, validators=[MinValueValidator(0), MaxValueValidator(6)]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23, weekday__lte=6), name="digest_has_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.weekday} {self.hour}:00"


class LineAccount(models.Model):
    """The LINE account by which a person lets himself be told. The id is the one LINE gives to our channel alone."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="line_account")
    line_id = models.CharField(max_length=60)
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user_id)


class LineCode(models.Model):
    """A code that somebody sends to our LINE account to show that the account he writes from is his; good once.

    Of a signed-in person, or of the complainant of a case who holds its receipt.
    """

    code_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    case = models.ForeignKey("workflows.Case", models.CASCADE, null=True, blank=True, related_name="+")
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, case=None) | Q(user=None, case__isnull=False),
                name="line_code_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
