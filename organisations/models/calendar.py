from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day on which government offices are closed, by the annual table of the cabinet (domain: Clocks)."""

    day = models.DateField(_("day"), primary_key=True)
    name_th = models.CharField(_("name in Thai"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name_th}"
