from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.states.purchase import GRAPH
from workflows.models import Case, OfKind

from .plan import MONEY, Activity
from .rules import ProcurementMethod
from .supplier import Supplier

USER = settings.AUTH_USER_MODEL


class PurchaseCase(Case, graph=GRAPH):
    """A case that is a purchase: `Case` with the edges of `procurement.states.purchase` as its transitions."""

    purchase: "Purchase"

    objects = OfKind["PurchaseCase"]("purchase")

    class Meta:
        proxy = True
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")


class Purchase(models.Model):
    """One e-GP project of a plan activity. Budget, reference price and total value are facts of the purchase; the
    value of a contract is a fact of the contract (domain.md, section 3). Missing figures stay empty, never 0."""

    case = models.OneToOneField(PurchaseCase, models.PROTECT, primary_key=True, related_name="purchase")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="purchases", verbose_name=_("plan activity"))
    project_number = models.CharField(_("e-GP project number"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=1000)
    type_name = models.CharField(_("type"), max_length=200, blank=True)
    method = models.ForeignKey(
        ProcurementMethod, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("method")
    )
    method_name = models.CharField(_("method as the source writes it"), max_length=300, blank=True)
    agency_name = models.CharField(_("agency as the source writes it"), max_length=300, blank=True)
    budget = models.DecimalField(_("budget"), null=True, blank=True, **MONEY)
    reference_price = models.DecimalField(_("reference price"), null=True, blank=True, **MONEY)
    total_value = models.DecimalField(_("total agreed value"), null=True, blank=True, **MONEY)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    awarded_on = models.DateField(_("awarded on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    transaction_on = models.DateField(_("last change at the source"), null=True, blank=True)
    status_at_source = models.CharField(_("status at the source"), max_length=200, blank=True)
    province = models.CharField(_("province"), max_length=100, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    subdistrict = models.CharField(_("subdistrict"), max_length=100, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    retender_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="retenders", verbose_name=_("re-tender of")
    )
    bidders_version = models.PositiveIntegerField(default=0, help_text=_("Rises whenever the list of bidders changes."))
    source = models.CharField(_("source"), max_length=10, choices=Activity.Source, default=Activity.Source.HAND)

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ["case"]
        constraints = [
            models.UniqueConstraint(
                fields=["project_number"], condition=~Q(project_number=""), name="purchase_number_once"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}),
                    name=f"purchase_{name}_not_less",
                )
                for name in ("budget", "reference_price", "total_value")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """A step of a purchase that has a planned day; its clock warns before the day is missed (S4:2159)."""

    class Code(models.TextChoices):
        ANNOUNCE = "announce", _("announce")
        CONTRACT = "contract", _("sign the contract")
        DELIVER = "deliver", _("deliver")
        INSPECT = "inspect", _("inspect")
        PAY = "pay", _("pay")

    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="milestones")
    code = models.CharField(_("milestone"), max_length=10, choices=Code)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [models.UniqueConstraint(fields=["purchase", "code"], name="one_milestone_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.purchase_id} {self.code}"


class Bid(models.Model):
    """An offer of a supplier."""

    class Result(models.TextChoices):
        PENDING = "pending", _("not decided")
        WON = "won", _("won")
        LOST = "lost", _("lost")
        DISQUALIFIED = "disqualified", _("disqualified")

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="bids")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="bids", verbose_name=_("supplier"))
    amount = models.DecimalField(_("offered price"), null=True, blank=True, **MONEY)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=12, choices=Result, default=Result.PENDING)
    note = models.CharField(_("reason"), max_length=500, blank=True)
    # The form said nothing of the public when older reasons were written, and an import says nothing to anybody.
    public_reason = models.BooleanField(
        default=False, db_default=False, help_text=_("Who wrote the reason was told that everybody may read it.")
    )

    class Meta:
        verbose_name = _("bid")
        verbose_name_plural = _("bids")
        ordering = ["amount", "id"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "supplier"], name="one_bid_per_supplier"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="bid_not_less_than_0"),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id} {self.supplier_id}"


class Contract(models.Model):
    """A contract or purchase order of a purchase, which may have several."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="contracts")
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("supplier")
    )
    number = models.CharField(_("contract number"), max_length=100)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    finish_on = models.DateField(_("to be finished by"), null=True, blank=True)
    value = models.DecimalField(_("contract value"), null=True, blank=True, **MONEY)
    status = models.CharField(_("status at the source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["signed_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "number"], name="contract_number_once"),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="contract_not_less_than_0"),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """Money paid out (S4:908, 1754). A mistake is mended by a second row with the opposite sign and its reason."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="payments")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="payments")
    amount = models.DecimalField(_("amount"), **MONEY)
    paid_on = models.DateField(_("paid on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["paid_on", "id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="payment_is_not_0")]

    def __str__(self) -> str:
        return f"{self.purchase_id} {self.amount}"
