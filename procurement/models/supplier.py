from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Supplier(models.Model):
    """A natural or legal person that bids or contracts, known by its 13-digit tax number.

    The open data masks the number of natural persons (`130990115xxxx`): such a row is known by the masked number and
    the name together, and never taken for another one.
    """

    tin = models.CharField(_("tax number"), max_length=13, blank=True)
    masked = models.BooleanField(_("the number is masked"), default=False)
    name = models.CharField(_("name"), max_length=300)
    address = models.CharField(_("address"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tin"], condition=Q(masked=False) & ~Q(tin=""), name="supplier_once_per_tax_number"
            ),
            models.UniqueConstraint(
                fields=["tin", "name"], condition=Q(masked=True) | Q(tin=""), name="supplier_once_per_masked_number"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupplierPerson(models.Model):
    """A director, partner or shareholder of a supplier, as of a day."""

    class Part(models.TextChoices):
        DIRECTOR = "director", _("director")
        PARTNER = "partner", _("partner")
        SHAREHOLDER = "shareholder", _("shareholder")

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="people", verbose_name=_("supplier"))
    name = models.CharField(_("name"), max_length=200)
    part = models.CharField(_("part"), max_length=12, choices=Part)
    share = models.DecimalField(
        _("share, percent"), max_digits=6, decimal_places=3, null=True, blank=True,
        help_text=_("With the shares of spouse and minor children (Regulation cl. 4)."),
    )  # fmt: skip
    address = models.CharField(_("address"), max_length=500, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("person of a supplier")
        verbose_name_plural = _("people of suppliers")
        ordering = ["supplier", "part", "name"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "name", "part"], name="one_part_per_person"),
            models.CheckConstraint(condition=Q(share__isnull=True) | Q(share__range=(0, 100)), name="share_is_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_part_display()})"
