from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .post import Role
from .unit import Unit


class Vacancy(models.Model):
    """Work waits in a unit for somebody with a role, and neither there nor above it is anybody who may do it.

    Derived every night by the apps that have the work (`organisations.actions.note_vacancies`); a row is new once, and
    so is told once. It names no case.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="vacancies", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    since = models.DateField(_("since"), default=timezone.localdate)

    class Meta:
        verbose_name = _("vacancy")
        verbose_name_plural = _("vacancies")
        constraints = [models.UniqueConstraint(fields=["unit", "role"], name="one_vacancy_of_a_role")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_role_display()}"
