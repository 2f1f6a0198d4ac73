from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class Leave(models.Model):
    """Days on which somebody is away, and who looks after what comes in for him. The deputy's rights are his own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="leaves", verbose_name=_("person"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stands_in", verbose_name=_("who stands in")
    )
    valid = DateRangeField(_("valid"), help_text=_("From the first day, up to but without the last."))

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="nobody_is_his_own_deputy"),
            # One leave a day, and so one deputy. The int8range stands in for btree_gist (see UnitLink).
            ExclusionConstraint(
                name="one_leave_a_day",
                expressions=[
                    (Func(F("user"), F("user"), models.Value("[]"), function="int8range"), "&&"),
                    ("valid", "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.deputy}"

    @property
    def first_day(self) -> date:
        """The first day on which he is away."""
        return self.valid.lower

    @property
    def last_day(self) -> date | None:
        """The last day on which he is away; None where it is not known yet."""
        return None if self.valid.upper is None else self.valid.upper - timedelta(days=1)
