from django.db import models


class KeptFigure(models.Model):
    """How many cases of a unit itself, without what lies below it, a metric counts in a fiscal year: derived, never the
    truth.

    It is right from `as_of` to `holds_until`, for on the day after it time alone may make another figure of it (empty:
    never), unless a `CaseChange` of its kind and unit is there. Who finds none that is right counts anew
    (`workflows.figures`).
    """

    unit = models.ForeignKey("organisations.Unit", models.CASCADE, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    part = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()
    as_of = models.DateField()
    holds_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "code", "unit"], name="one_figure_a_year"),
            models.CheckConstraint(condition=models.Q(part__lte=models.F("whole")), name="part_within_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.fiscal_year} {self.code}: {self.part}/{self.whole}"


class CaseChange(models.Model):
    """A case of this kind and unit, or a clock of it, has changed since its figures were counted.

    Inserted by triggers, whoever writes and however; only ever inserted by writers, so that they never wait for each
    other. Whoever counts anew takes the rows away first.
    """

    kind = models.CharField(max_length=20)
    # Checked nowhere: a unit with cases cannot be deleted, and a check would lock its row at every edge.
    unit = models.ForeignKey(
        "organisations.Unit", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["unit", "kind"], name="changes_of_figures")]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id}"
