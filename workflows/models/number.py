from django.db import models

from .case import Case


class NumberSeries(models.Model):
    """The last number given in a series of a unit, kind and year; locked last in a transaction, so without gaps."""

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    code = models.CharField(max_length=3, blank=True, db_default="", help_text="Letters of the kind; complaints: none.")
    year = models.PositiveSmallIntegerField(help_text="Fiscal year, Buddhist Era.")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "code", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.code}{self.year}: {self.last}"


class UnitNumber(models.Model):
    """A number of a series and its case. It stays with the case even when that moves to the protected register."""

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="numbers")
    value = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="unit_numbers")
    left_on = models.DateField(null=True, help_text="The day on which its case went into the protected register.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "value"], name="a_number_is_given_once")]

    def __str__(self) -> str:
        series = self.series
        return f"{series.unit.code}-{series.code}{series.year}-{self.value:05d}"
