from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MonthlyReport(models.Model):
    """The figures of a unit for a month, as they stood when the month had ended. Written once, never edited.

    figures: as `complaints.monthly` describes them; what is too small to be told of protected cases is not even here.
    """

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    figures = models.JSONField()
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("monthly statistics")
        verbose_name_plural = _("monthly statistics")
        constraints = [
            models.UniqueConstraint(fields=["month", "unit"], name="one_report_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="report_of_a_whole_month"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month:%Y-%m}"
