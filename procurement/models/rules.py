"""Rule data of procurement: dated, with its source; an administrator edits it, no code knows a threshold."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A row of rule data with a name in both languages and its source."""

    name_th = models.CharField(_("name in Thai"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300)
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("source verified"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_th


class CommitteeKind(Named):
    """A kind of committee: what it is for, how it votes, and whether a citizen on it counts for coverage."""

    class Task(models.TextChoices):
        PURCHASE = "purchase", _("considers offers")
        INSPECTION = "inspection", _("inspects and accepts")
        OTHER = "other", _("another task")

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    task = models.CharField(_("task"), max_length=12, choices=Task)
    qualifying = models.BooleanField(
        _("counts for coverage"), help_text=_("A citizen on it covers the plan activity (S4:341-349).")
    )
    unanimous = models.BooleanField(_("decides unanimously"), default=False)
    single = models.BooleanField(_("one person alone"), default=False)
    clause = models.CharField(_("clause"), max_length=100, blank=True)
    duties_th = models.TextField(_("duties, as the order states them"), blank=True)
    active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("kind of committee")
        verbose_name_plural = _("kinds of committees")
        ordering = ["position", "code"]


class ProcurementMethod(Named):
    """A method of procurement (Act B.E. 2560 s. 55-56) with its ceiling and the committee that considers offers."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    aliases = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("names in other systems"),
        default=list,
        blank=True,
        help_text=_("As e-GP and the open data write it; one of them is enough when it stands in the text."),
    )
    floor = models.DecimalField(
        _("above, in baht"), max_digits=15, decimal_places=2, null=True, blank=True, help_text=_("Empty: no floor.")
    )
    ceiling = models.DecimalField(
        _("up to, in baht"), max_digits=15, decimal_places=2, null=True, blank=True, help_text=_("Empty: no ceiling.")
    )
    committee_kind = models.ForeignKey(
        CommitteeKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("committee that considers the offers"),
    )
    valid_from = models.DateField(_("valid from"))
    active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("method of procurement")
        verbose_name_plural = _("methods of procurement")
        ordering = ["position", "code"]


class OrderRule(Named):
    """A rule of the order linter. `code` names the check in `procurement.linter`; everything it compares is here."""

    class Level(models.TextChoices):
        ERROR = "error", _("the order may not be signed")
        WARNING = "warning", _("to be considered")

    code = models.CharField(_("code"), max_length=40)
    clause = models.CharField(_("clause"), max_length=150)
    level = models.CharField(_("effect"), max_length=8, choices=Level)
    threshold = models.DecimalField(
        _("threshold"), max_digits=15, decimal_places=2, null=True, blank=True, help_text=_("What the rule counts to.")
    )
    kinds = ArrayField(
        models.CharField(max_length=30), verbose_name=_("kinds of committees"), default=list, blank=True,
        help_text=_("Codes; empty: all kinds."),
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule for orders")
        verbose_name_plural = _("rules for orders")
        ordering = ["code", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="one_order_rule_a_day")]

    def clean(self) -> None:
        """Refuse what the linter could not carry out. Raises ValidationError, each fault at its field."""
        from procurement.linter.rules import CHECKS

        faults: dict[str, Any] = {}
        check = CHECKS.get(self.code)
        if check is None:
            faults["code"] = _("No check has this code. There are: %(codes)s") % {"codes": ", ".join(sorted(CHECKS))}
        elif check.counts and self.threshold is None:
            faults["threshold"] = _("This rule counts to a threshold. Enter it.")
        elif self.threshold is not None and self.threshold < 0:
            faults["threshold"] = _("A threshold is not less than 0.")
        known = set(CommitteeKind.objects.values_list("code", flat=True))
        if unknown := sorted(set(self.kinds or ()) - known):
            faults["kinds"] = _("No kind of committee has this code: %(codes)s") % {"codes": ", ".join(unknown)}
        if self.valid_until and self.valid_from and self.valid_until <= self.valid_from:
            faults["valid_until"] = _("The end comes after the beginning.")
        if faults:
            raise ValidationError(faults)


class InterestGround(Named):
    """A relation to a bidder that makes a member leave (Administrative Procedure Act s. 13-15; Regulation cl. 4)."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    degree = models.PositiveSmallIntegerField(
        _("up to the degree"), null=True, blank=True, help_text=_("Empty: any degree, or no kinship.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("ground of interest")
        verbose_name_plural = _("grounds of interest")
        ordering = ["position", "code"]


class CoverageVariant(Named):
    """A printed form of dimension 3 by which coverage gives a level (S4:341-349 governs; S4:3498 is stored)."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    governing = models.BooleanField(_("governs"), default=False)

    class Meta:
        verbose_name = _("form of the participation level")
        verbose_name_plural = _("forms of the participation level")
        constraints = [
            models.UniqueConstraint(fields=["governing"], condition=Q(governing=True), name="one_variant_governs")
        ]


class CoverageLevel(models.Model):
    """What one level of a form asks, beside everything the levels below it ask."""

    variant = models.ForeignKey(CoverageVariant, models.CASCADE, related_name="levels", verbose_name=_("form"))
    level = models.PositiveSmallIntegerField(_("level"))
    points = models.PositiveSmallIntegerField(_("points"))
    published = models.BooleanField(_("core work is published"), default=False)
    top = models.BooleanField(_("every activity of the top is covered"), default=False)
    rest_percent = models.PositiveSmallIntegerField(_("share of the rest, percent"), null=True, blank=True)
    education = models.PositiveSmallIntegerField(_("education activities"), default=0)

    class Meta:
        verbose_name = _("participation level")
        verbose_name_plural = _("participation levels")
        ordering = ["variant", "level"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "level"], name="one_row_per_level"),
            models.CheckConstraint(
                condition=Q(rest_percent__isnull=True) | Q(rest_percent__lte=100), name="rest_percent_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.level}"
