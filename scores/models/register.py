from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scores.registers.kinds import CHOICES, REGISTERS, Register
from scores.registers.states import DRAFT, GRAPH, SUBMITTED
from workflows.models import Attachment, Case, OfKind

USER = settings.AUTH_USER_MODEL


class RegisterCase(Case, graph=GRAPH):
    """A case that is an entry of a register: `Case` with the edges of `scores.registers.states` as its transitions."""

    entry: "RegisterEntry"

    objects = OfKind["RegisterCase"]("register")

    class Meta:
        proxy = True
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")


class RegisterEntry(models.Model):
    """An entry of a register. What it says stands in its versions; what counts is what was confirmed.

    unit: whose entry it is; the case goes with the unit that takes over. struck_on: withdrawn or struck out on that
    day; from then on it counts no more. ended_on: from that day it is followed no more (a rule repealed, a risk gone).
    """

    case = models.OneToOneField(RegisterCase, models.PROTECT, primary_key=True, related_name="entry")
    register = models.CharField(_("register"), max_length=12, choices=CHOICES)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), help_text=_("Buddhist Era."))
    struck_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        constraints = [
            models.CheckConstraint(condition=Q(register__in=list(REGISTERS)), name="register_is_known"),
            models.UniqueConstraint(
                fields=["unit", "register", "fiscal_year"],
                condition=Q(
                    struck_on__isnull=True, register__in=[row.code for row in REGISTERS.values() if row.one_a_year]
                ),
                name="one_entry_a_year",
            ),
        ]
        indexes = [models.Index(fields=["register", "fiscal_year", "unit"], name="entries_of_year")]

    def __str__(self) -> str:
        return f"{self.register} {self.unit_id} {self.fiscal_year}"

    @property
    def kind(self) -> Register:
        """The register it belongs to."""
        return REGISTERS[self.register]

    @property
    def newest(self) -> "EntryVersion":
        """What was said last, confirmed or not."""
        return self.versions.latest("id")

    @property
    def unconfirmed(self) -> "models.QuerySet[EntryVersion]":
        """What was said since it was confirmed last."""
        last = Confirmation.objects.filter(version__entry=self.pk).order_by("version").last()
        return self.versions.filter(id__gt=last.version_id if last else 0)

    @property
    def current(self) -> "EntryVersion":
        """What it says now: while it is being worked on what was said last, else what was confirmed last."""
        if self.case.state in (DRAFT, SUBMITTED):
            return self.newest
        return self.versions.filter(confirmation__isnull=False).last() or self.newest


class EntryVersion(models.Model):
    """What an entry says, as somebody entered it. Appended, never edited: each change and each review is another one.

    texts: the fields without a column, by name; days as ISO text. evidence: a sentence that says where it is.
    reviewed: what a review found; "" where it was no review.
    """

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="versions")
    title = models.CharField(_("title"), max_length=200, blank=True)
    happened_on = models.DateField(_("day"), null=True)
    trained = models.PositiveIntegerField(_("trained"), null=True)
    passed = models.PositiveIntegerField(_("passed"), null=True)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), null=True)
    impact = models.PositiveSmallIntegerField(_("impact"), null=True)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True)
    indicators = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("indicators"), null=True)
    texts = models.JSONField(default=dict)
    evidence = models.TextField(_("evidence"), blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    files = models.ManyToManyField(Attachment, related_name="+")
    reviewed = models.TextField(_("what the review found"), blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of an entry")
        verbose_name_plural = _("versions of entries")
        ordering = ["id"]
        indexes = [models.Index(fields=["entry", "-id"], name="versions_of_entry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed__isnull=True) | Q(trained__isnull=False, passed__lte=F("trained")),
                name="nobody_passes_untrained",
            ),
            models.CheckConstraint(
                condition=Q(likelihood__isnull=True, impact__isnull=True)
                # A condition over nothing would let half a risk pass.
                | Q(likelihood__isnull=False, impact__isnull=False, likelihood__range=(1, 3), impact__range=(1, 3)),
                name="risk_is_three_by_three",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__range=(0, 100)), name="points_of_a_hundred"
            ),
            models.CheckConstraint(
                condition=Q(indicators__isnull=True) | Q(indicators__contained_by=list(range(1, 10))),
                name="nine_indicators",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.title}"

    def value(self, name: str) -> Any:
        """A field by its name, as it is kept: from its column, else from `texts`; None where nothing was said."""
        field = REGISTERS[self.entry.register].field(name)
        return getattr(self, name) if field is not None and field.column else self.texts.get(name)

    @property
    def risk(self) -> int:
        """Likelihood times impact, 1 to 9 (S4:803); 0 for what is no risk."""
        return (self.likelihood or 0) * (self.impact or 0)


class Confirmation(models.Model):
    """Somebody other than who entered it stands by a version; from this day on it counts. Appended, never edited."""

    version = models.OneToOneField(EntryVersion, models.PROTECT, related_name="confirmation")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField(db_index=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return f"{self.version_id} {self.on}"
