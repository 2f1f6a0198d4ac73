"""For which units the level is a score (S4:329-349): the regional form assesses provincial offices."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit


class Scope(models.TextChoices):
    """What the level of a unit is good for."""

    ASSESSED = "assessed", _("This is the level that is assessed: a provincial office with everything below it.")
    DIAGNOSTIC = "diagnostic", _("For diagnosis only: assessed is the provincial office above it.")
    SURVEY = "survey", _("For orientation only: this unit is assessed by the survey form (S4:329-339).")


_BY_SURVEY = frozenset({Unit.Kind.MINISTRY, Unit.Kind.DEPARTMENT, Unit.Kind.CENTRAL, Unit.Kind.ANTI_CORRUPTION})


def scope_of(unit: Unit) -> Scope:
    """What the level of this unit is good for, by its kind. A province is the sum of offices of many departments, so
    its level is for diagnosis too."""
    if unit.kind == Unit.Kind.PROVINCIAL_OFFICE:
        return Scope.ASSESSED
    return Scope.SURVEY if unit.kind in _BY_SURVEY else Scope.DIAGNOSTIC
