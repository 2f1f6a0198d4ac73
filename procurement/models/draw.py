from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.states.draw import GRAPH
from workflows.models import Case, OfKind

from .committee import Person

USER = settings.AUTH_USER_MODEL


class DrawCase(Case, graph=GRAPH):
    """A case that is a draw: `Case` with the edges of `procurement.states.draw` as its transitions."""

    draw: "Draw"

    objects = OfKind["DrawCase"]("draw")

    class Meta:
        proxy = True
        verbose_name = _("draw")
        verbose_name_plural = _("draws")


class Draw(models.Model):
    """A verifiable draw of a unit and quarter: it puts the eligible pool into the order of its seats."""

    class Algorithm(models.TextChoices):
        SIMPLE = "simple/1", _("simple (RFC 3797)")
        QUOTAS = "quotas/1", _("with quotas")

    class SeedSource(models.TextChoices):
        LOTTERY = "lottery", _("government lottery")
        BEACON = "beacon", _("public randomness beacon")

    case = models.OneToOneField(DrawCase, models.PROTECT, primary_key=True, related_name="draw")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), help_text=_("Buddhist Era."))
    quarter = models.PositiveSmallIntegerField(_("quarter"), help_text=_("1 begins on 1 October."))
    algorithm = models.CharField(_("algorithm"), max_length=10, choices=Algorithm)
    size = models.PositiveIntegerField(_("seats"), help_text=_("Expected in the quarter; with quotas, of the panel."))
    seed_source = models.CharField(_("source of the random value"), max_length=10, choices=SeedSource)
    seed_name = models.CharField(
        _("which value"), max_length=300, help_text=_("So exactly that nobody can mean another one.")
    )
    seed_known_at = models.DateTimeField(_("known from"))
    announcement = models.JSONField(help_text=_("Everything that is frozen, as `draws.announcement` writes it."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the announcement."))
    announced_at = models.DateTimeField()
    seed = models.JSONField(null=True, help_text=_("The value, as it was published."))
    result = models.JSONField(null=True, help_text=_("As `draws.running` gives it."))
    drawn_at = models.DateTimeField(null=True)
    annulled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["-fiscal_year", "-quarter", "case"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "quarter"],
                condition=Q(annulled_at__isnull=True),
                name="one_draw_a_quarter",
            ),
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="draw_of_a_quarter"),
            models.CheckConstraint(condition=Q(size__gte=1), name="draw_fills_a_seat"),
            models.CheckConstraint(
                condition=Q(seed__isnull=True, result__isnull=True, drawn_at__isnull=True)
                | Q(seed__isnull=False, result__isnull=False, drawn_at__isnull=False),
                name="draw_has_seed_and_result_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.quarter}/{self.fiscal_year}"


class DrawEntry(models.Model):
    """A line of the frozen pool list: who stands behind it is known here only; the public sees the commitment."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="entries")
    place = models.PositiveIntegerField(help_text=_("In the published list, from 1."))
    person = models.ForeignKey(Person, models.PROTECT, related_name="draw_entries")
    nonce = models.CharField(max_length=32, help_text=_("What the citizen needs to find his line."))
    commitment = models.CharField(max_length=64)
    rank = models.PositiveIntegerField(null=True, help_text=_("In the order that was drawn, from 1."))

    class Meta:
        ordering = ["draw", "place"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="one_line_a_place"),
            models.UniqueConstraint(fields=["draw", "person"], name="one_line_a_person"),
            models.UniqueConstraint(fields=["draw", "rank"], name="one_line_a_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.place}"
