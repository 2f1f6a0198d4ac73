"""Registers the participation level needs beside coverage (S4:341-349)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class Entry(models.Model):
    """A line of a register of a unit. A mistake is struck out with a reason, never deleted."""

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    evidence = models.CharField(
        _("evidence"), max_length=500, help_text=_("An address on the web, or the file and page where it is kept.")
    )
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    struck_reason = models.CharField(_("why it was struck out"), max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_by__isnull=True, struck_reason="")
                | Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_reason=""),
                name="%(class)s_struck_for_a_reason",
            )
        ]


class EducationActivity(Entry):
    """An activity that teaches how corruption is prevented (S4:348). Staff training alone does not count."""

    class Audience(models.TextChoices):
        LEADERS = "leaders", _("community leaders")
        GROUPS = "groups", _("groups and organisations")
        NETWORKS = "networks", _("community development networks")
        PUBLIC = "public", _("the public")
        STAFF = "staff", _("staff of the agency")

    COUNTED = frozenset({Audience.LEADERS, Audience.GROUPS, Audience.NETWORKS, Audience.PUBLIC})

    name = models.CharField(_("name"), max_length=300)
    held_on = models.DateField(_("held on"))
    audience = ArrayField(models.CharField(max_length=10, choices=Audience), verbose_name=_("for whom"))
    attendees = models.PositiveIntegerField(_("number of people"), null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("education activity")
        verbose_name_plural = _("education activities")
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["unit", "held_on"], name="education_of_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def counts(self) -> bool:
        """Whether the level counts it: it stands, and somebody beside the staff was taught."""
        return self.struck_at is None and bool(self.COUNTED & set(self.audience))


class Publication(Entry):
    """The core work of a unit published in a channel (S4:343)."""

    class Channel(models.TextChoices):
        WEBSITE = "website", _("website")
        BOARD = "board", _("notice board")
        SOCIAL = "social", _("social media")
        BROADCAST = "broadcast", _("radio or village loudspeaker")
        PRINT = "print", _("printed matter")
        OTHER = "other", _("another channel")

    what = models.CharField(_("what was published"), max_length=300)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    published_on = models.DateField(_("published on"))

    class Meta(Entry.Meta):
        verbose_name = _("publication of core work")
        verbose_name_plural = _("publications of core work")
        ordering = ["-published_on", "-id"]
        indexes = [models.Index(fields=["unit", "published_on"], name="publications_of_unit")]

    def __str__(self) -> str:
        return self.what
