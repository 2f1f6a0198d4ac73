from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """An agency or a part of one: it is founded, may move, and may close; its row stays."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        DEPARTMENT = "department", _("department")
        CENTRAL = "central", _("central unit")
        PROVINCE = "province", _("province")
        PROVINCIAL_OFFICE = "provincial_office", _("provincial office")
        DISTRICT = "district", _("district")
        LOCAL = "local", _("local administrative organisation")
        ANTI_CORRUPTION = "anti_corruption", _("anti-corruption centre")

    code = models.CharField(_("code"), max_length=20, unique=True, help_text=_("Stands in case numbers."))
    name_th = models.CharField(_("name in Thai"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    sort_key = models.CharField(
        max_length=400, editable=False, db_index=True, help_text=_("Dictionary order of the Thai name.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    area_code = models.CharField(
        _("area code"), max_length=6, blank=True, help_text=_("Official code of the province (2) or district (4).")
    )
    founded_on = models.DateField(_("founded on"))
    closed_on = models.DateField(
        _("closed on"), null=True, blank=True, help_text=_("The first day on which it is there no more.")
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who takes over"),
        help_text=_("Its cases go there on the day it closes; if it names none, to the unit above it."),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("founded_on")),
                name="unit_closes_after_founding",
            ),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="unit_does_not_succeed_itself"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False), name="who_takes_over_from_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        from organisations.thai import sort_key

        self.sort_key = sort_key(self.name_th)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """The name in the language of the page; Thai where no English name is known."""
        if get_language() == "en" and self.name_en:
            return self.name_en
        return self.name_th

    def is_closed(self, on: date) -> bool:
        """Whether it is there no more on that day."""
        return self.closed_on is not None and self.closed_on <= on


class UnitLink(models.Model):
    """Under whom a unit stands, on one axis, from when to when.

    Line (department) and area (governor) are two trees over the same units; local bodies are *supervised*, not
    subordinate, which is a third axis so that no right follows from it by accident.
    """

    class Axis(models.TextChoices):
        LINE = "line", _("line (department)")
        AREA = "area", _("area (governor)")
        SUPERVISION = "supervision", _("supervision")

    axis = models.CharField(_("axis"), max_length=12, choices=Axis)
    child = models.ForeignKey(Unit, models.PROTECT, related_name="links_up", verbose_name=_("unit"))
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="links_down", verbose_name=_("stands under"))
    valid = DateRangeField(_("valid"), help_text=_("From the first day, up to but without the last."))

    class Meta:
        verbose_name = _("place in the tree")
        verbose_name_plural = _("places in the tree")
        constraints = [
            models.CheckConstraint(condition=~Q(child=F("parent")), name="unit_not_under_itself"),
            # One parent a day on each axis. The int8range stands in for the btree_gist extension, which we do not need.
            *(
                ExclusionConstraint(
                    name=f"one_parent_a_day_{axis}",
                    expressions=[
                        (Func(F("child"), F("child"), models.Value("[]"), function="int8range"), "&&"),
                        ("valid", "&&"),
                    ],
                    condition=Q(axis=axis),
                )
                for axis in ("line", "area", "supervision")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} < {self.parent} ({self.get_axis_display()})"


class UnitReach(models.Model):
    """Which units lie below which today, itself included: the trees flattened, so that lists need no recursion.

    Derived from `UnitLink` by `organisations.actions.rebuild_reach()`; nothing else writes it. Distance 0 is the unit
    itself. Supervision gives no reach.
    """

    above = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    distance = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["above", "unit"], name="one_reach_per_pair")]
        indexes = [models.Index(fields=["unit", "distance"], name="reach_upwards")]

    def __str__(self) -> str:
        return f"{self.above_id} ≥ {self.unit_id} ({self.distance})"
