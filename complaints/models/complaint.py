from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.states import GRAPH
from workflows.keys import CaseText
from workflows.models import Case, OfKind


class ComplaintKind(models.Model):
    """A kind of complaint or a sub-category of one: rule data."""

    code = models.CharField(_("code"), max_length=50, primary_key=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name_th = models.CharField(_("name in Thai"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)
    simple = models.BooleanField(
        _("simple"), default=False, help_text=_("One officer, three acts: accept, answer, close.")
    )
    protected = models.BooleanField(
        _("protected"),
        default=False,
        help_text=_("Restricted access; goes to the anti-corruption centre above the unit."),
    )
    serious = models.BooleanField(
        _("serious"), default=False, help_text=_("Needs an investigating committee that is appointed by order.")
    )
    # Domain.md asks for a committee and names no figure: own practice, so rule data.
    committee_least = models.PositiveSmallIntegerField(
        _("members of its investigating committee, at least"),
        default=3,
        validators=[MinValueValidator(2)],
        help_text=_("The chair among them."),
    )
    section_122 = models.BooleanField(
        _("grievance under section 122"),
        default=False,
        help_text=_("Of an official against his superior. It and its parts are counted so in scores (S4:313)."),
    )
    owning_unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owning unit")
    )
    active = models.BooleanField(_("offered to those who file"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("kind of complaint")
        verbose_name_plural = _("kinds of complaints")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(simple=True, protected=True), name="protected_kind_needs_more_than_one_officer"
            ),
            models.CheckConstraint(condition=Q(committee_least__gte=2), name="committee_has_a_chair_and_a_member"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_th


class ComplaintCase(Case, graph=GRAPH):
    """A case that is a complaint: `Case` with the edges of `complaints.states` as its transitions."""

    complaint: "Complaint"

    objects = OfKind["ComplaintCase"]("complaint")

    class Meta:
        proxy = True
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")


class Complaint(CaseText):
    """The complaint itself; its text is the complainant's statement. One-to-one beside its case."""

    class Channel(models.TextChoices):
        WEBSITE = "website", _("website")
        BOX = "box", _("complaint box")
        HOTLINE = "hotline", _("hotline")
        HELP_DESK = "help_desk", _("help desk")
        WALK_IN = "walk_in", _("at the office")
        LETTER = "letter", _("letter")
        EXECUTIVE = "executive", _("direct to the executive")
        STAFF_HOTLINE = "staff_line", _("hotline to the executive (staff)")
        REFERRAL = "referral", _("referral from another agency")
        LINE = "line", _("LINE")
        API = "api", _("API")

    OFFLINE = frozenset(
        {
            Channel.BOX,
            Channel.HOTLINE,
            Channel.HELP_DESK,
            Channel.WALK_IN,
            Channel.LETTER,
            Channel.EXECUTIVE,
            Channel.REFERRAL,
        }
    )

    case = models.OneToOneField(ComplaintCase, models.PROTECT, primary_key=True, related_name="complaint")
    kind = models.ForeignKey(
        ComplaintKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind")
    )
    # Kept where the case itself goes away from it; read only where the case may be opened.
    about_unit = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit it is about"),
        help_text=_("Empty: not known."),
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    anonymous = models.BooleanField(_("anonymous"))
    place = models.CharField(_("place"), max_length=500, blank=True)
    subdistrict = models.CharField(_("subdistrict"), max_length=100, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    province = models.CharField(_("province"), max_length=100, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    reference = models.CharField(
        _("reference"),
        max_length=100,
        blank=True,
        help_text=_("Number of the letter or the referral, as it stands on it."),
    )
    received_on = models.DateField(
        _("received on"), null=True, blank=True, help_text=_("Day the letter or call came in.")
    )

    # The receipt: what finds the case, and what proves the right to it (kept only as an HMAC).
    receipt_lookup = models.CharField(max_length=8, unique=True, null=True, blank=True)
    receipt_hmac = models.BinaryField(null=True, blank=True)
    language = models.CharField(max_length=2, default="th")
    surveyed = models.BooleanField(
        default=False, db_default=False, help_text=_("The survey was answered; when and what stands nowhere.")
    )

    # Where it was imported from.
    source = models.CharField(max_length=30, blank=True)
    source_number = models.CharField(max_length=60, blank=True)

    class Meta(CaseText.Meta):
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            *CaseText.Meta.constraints,
            models.UniqueConstraint(
                fields=["source", "source_number"], condition=~Q(source=""), name="imported_complaint_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)

    @property
    def offline(self) -> bool:
        """Whether it came by a channel that staff register."""
        return self.channel in self.OFFLINE


class ComplainantIdentity(models.Model):
    """Who complained, sealed with the case's key. Found again only by keyed hashes."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, primary_key=True, related_name="identity")
    sealed = models.BinaryField()
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    email_hash = models.CharField(max_length=64, blank=True, db_index=True)

    def __str__(self) -> str:
        return str(self.complaint_id)
