from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PageUse(models.Model):
    """How often a public page or file was opened in a quarter (S4:326). A visit only adds a row, so that none waits for
    another; each night rows of one kind become one. Nothing of the visitor is in it, not even the hour."""

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    page = models.CharField(_("page"), max_length=60, help_text=_("Name of its address."))
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    file = models.BooleanField(_("file"), default=False)
    opened = models.PositiveBigIntegerField(_("opened"), default=1)

    class Meta:
        verbose_name = _("use of a public page")
        verbose_name_plural = _("use of public pages")
        indexes = [models.Index(fields=["fiscal_year", "quarter", "page"], name="page_use_of_a_quarter")]
        constraints = [
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="page_use_in_a_quarter"),
            models.CheckConstraint(condition=Q(opened__gte=1), name="page_use_is_some"),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}/{self.quarter} {self.page} {self.opened}"
