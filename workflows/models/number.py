from django.db import models

from .case import Case


class NumberSeries(models.Model):
    """The last number given in a unit's series of a year; locked last in a transaction, so that there are no gaps."""

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="Fiscal year, Buddhist Era.")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.year}: {self.last}"


class UnitNumber(models.Model):
    """A number of a series and its case. It stays with the case even when that moves to the protected register."""

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="numbers")
    value = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="unit_numbers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "value"], name="a_number_is_given_once")]

    def __str__(self) -> str:
        return f"{self.series_id}/{self.value}"
