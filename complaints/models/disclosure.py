from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicYear(models.Model):
    """The order in which the public statistics of a fiscal year divide units, kinds and the rest, fixed by what is told
    first of the year: only then nothing can be computed from what is told later (`complaints.disclosure.suppression`).

    trees: by part (``units``, ``kinds``, ...) the pairs of node and parent, in order; it only grows. periods: what is
    published, in order.
    """

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), primary_key=True)
    trees = models.JSONField(default=dict)
    periods = models.JSONField(default=list)

    class Meta:
        verbose_name = _("year of public statistics")
        verbose_name_plural = _("years of public statistics")

    def __str__(self) -> str:
        return str(self.fiscal_year)


class PublicReport(models.Model):
    """What everybody may read of the complaints of a unit and all below it in a period. Written once.

    period: as `complaints.disclosure.periods` reads it. unit: empty for all units together. figures: by part and key
    what is told; what stands nowhere in it is not told (`complaints.disclosure.publishing`).
    """

    year = models.ForeignKey(PublicYear, models.PROTECT, related_name="reports")
    period = models.CharField(_("period"), max_length=20)
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    figures = models.JSONField()

    class Meta:
        verbose_name = _("public statistics")
        verbose_name_plural = _("public statistics")
        constraints = [
            models.UniqueConstraint(fields=["period", "unit"], nulls_distinct=False, name="one_public_report_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.unit_id}"
