from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReportPeriod(models.Model):
    """A period of which statistics were asked for. `made_at` is empty while they are being worked out.

    opens: every figure has its cells, and so its cases. Not so the months that were reported before there were cells;
    those stay as they were reported.
    """

    code = models.CharField(
        max_length=20, primary_key=True, help_text=_("As `complaints.statistics.periods` reads it.")
    )
    first = models.DateField(help_text=_("Its first day."))
    last = models.DateField(help_text=_("Its last day."))
    made_at = models.DateTimeField(_("made"), null=True)
    opens = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("period of statistics")
        verbose_name_plural = _("periods of statistics")
        constraints = [
            models.CheckConstraint(condition=Q(first__day=1, last__gt=F("first")), name="period_of_whole_months")
        ]

    def __str__(self) -> str:
        return self.code


class UnitReport(models.Model):
    """The figures of a unit for a period, as they stood when it had ended. Written once, never edited.

    figures: as `complaints.statistics.figures` describes them; what is too small to be told of protected cases is not
    even here.
    """

    period = models.ForeignKey(ReportPeriod, models.PROTECT, related_name="reports", verbose_name=_("period"))
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    figures = models.JSONField()

    class Meta:
        verbose_name = _("statistics of a unit")
        verbose_name_plural = _("statistics of units")
        constraints = [models.UniqueConstraint(fields=["period", "unit"], name="one_report_a_period")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period_id}"


class ReportCell(models.Model):
    """The cases that one figure of a report counts; a case that is counted twice stands there twice."""

    report = models.ForeignKey(UnitReport, models.CASCADE, related_name="cells")
    part = models.CharField(max_length=20)
    key = models.CharField(max_length=50)
    cases = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "part", "key"], name="one_cell_a_figure")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.part} {self.key}"
