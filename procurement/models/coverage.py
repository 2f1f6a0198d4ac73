from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.Model):
    """Coverage and level of a unit with all below it in a fiscal year, as computed last: derived, never the truth.

    Whatever changes a fact leaves a `StandingChange` in the same transaction; who reads a standing that has one, or
    that is of another day, computes it anew (`procurement.coverage.standing`).
    """

    unit = models.ForeignKey("organisations.Unit", models.CASCADE, related_name="+", verbose_name=_("unit"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    as_of = models.DateField()
    level = models.PositiveSmallIntegerField(_("level"))
    points = models.PositiveSmallIntegerField(_("points"))
    activities = models.PositiveIntegerField()
    top = models.PositiveIntegerField()
    top_covered = models.PositiveIntegerField()
    rest = models.PositiveIntegerField()
    rest_covered = models.PositiveIntegerField()
    education = models.PositiveIntegerField()
    published = models.BooleanField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "fiscal_year"], name="one_standing_a_year")]
        indexes = [models.Index(fields=["fiscal_year", "level"], name="standings_of_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.fiscal_year}: {self.level}"


class StandingChange(models.Model):
    """A fact behind a standing has changed since it was computed. Only ever inserted by writers, so that they never
    wait for each other; whoever computes the standing takes the rows away first."""

    unit = models.ForeignKey("organisations.Unit", models.CASCADE, related_name="+")
    origin = models.ForeignKey(
        "organisations.Unit", models.CASCADE, related_name="+", db_index=False, help_text=_("Where the fact belongs.")
    )
    fiscal_year = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["fiscal_year", "unit"], name="changes_of_standing")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.fiscal_year}"


class StandingPart(models.Model):
    """What a unit by itself, without what lies below, brings into the standings of all units above it: the fields of
    `procurement.coverage.parts.Part`. Derived like a standing, and kept with it."""

    unit = models.ForeignKey("organisations.Unit", models.CASCADE, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    counted = models.PositiveIntegerField()
    covered = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    missing_covered = models.PositiveIntegerField()
    highest = models.JSONField(help_text=_("A list for each budget: it as text, how many have it, how many covered."))
    published = models.BooleanField()
    education = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "fiscal_year"], name="one_part_a_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.fiscal_year}"
