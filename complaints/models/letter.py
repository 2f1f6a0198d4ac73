"""Official letters (หนังสือราชการ) that carry what was written in a case, and the letterhead of a unit."""

import json
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from workflows import sealing
from workflows.keys import CaseText, data_key, key_to_write
from workflows.models import Attachment

from .complaint import ComplaintCase
from .elsewhere import AgencyRequest, Referral
from .handling import Message, Reply

USER = settings.AUTH_USER_MODEL
_ADDRESSEE = "complaints.letter/addressee"


class LetterSeries(models.Model):
    """The letterhead of a unit and how its letters are numbered: rule data."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="letter_series", verbose_name=_("unit"))
    prefix = models.CharField(
        _("code of the agency"),
        max_length=40,
        help_text=_("What stands before the stroke of a number, for example นน 0017.1"),
    )
    agency = models.CharField(
        _("agency on the letterhead"), max_length=200, blank=True, help_text=_("Left empty: the Thai name of the unit.")
    )
    address = models.TextField(_("address on the letterhead"), blank=True, help_text=_("A line each."))
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    acting = models.CharField(_("words before the post a deputy signs for"), max_length=60, default="ปฏิบัติราชการแทน")
    thai_numerals = models.BooleanField(_("Thai numerals"), default=True)
    gives_numbers = models.BooleanField(
        _("numbers are given here"),
        default=False,
        help_text=_("The next number of the calendar year, without gaps. Else it is copied from the register by hand."),
    )

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")
        ordering = ["unit__sort_key"]

    def __str__(self) -> str:
        return f"{self.prefix} · {self.unit}"


class LetterCount(models.Model):
    """The last number that was given to a letter of a unit in a calendar year."""

    series = models.ForeignKey(LetterSeries, models.PROTECT, related_name="counts")
    year = models.PositiveSmallIntegerField(help_text="Calendar year, Buddhist Era.")
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="one_letter_count_a_year")]

    def __str__(self) -> str:
        return f"{self.series_id}/{self.year}: {self.last}"


@dataclass(frozen=True)
class Head:
    """What stands above and below the text of a letter. references, enclosures, copies: a line each."""

    subject: str
    references: str = ""
    enclosures: str = ""
    copies: str = ""


class Letter(CaseText):
    """A letter: the text it carries is that of another row, read from there; `text` holds its `Head` as JSON.

    A draft until it has a number; a draft that is made anew takes the place of the one before, which is then cancelled.
    """

    class Way(models.TextChoices):
        POST = "post", _("by post")
        REGISTERED = "registered", _("by registered post or EMS")
        HAND = "hand", _("by hand")
        EMAIL = "email", _("by e-mail")
        SARABAN = "saraban", _("by the electronic correspondence system")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REGISTERED = "numbered", _("registered")
        SIGNED = "signed", _("signed")
        DESPATCHED = "despatched", _("despatched")
        CANCELLED = "cancelled", _("cancelled")

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="letters")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text=_("Whose letter it is."))
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="letters")
    reply = models.ForeignKey(Reply, models.PROTECT, null=True, related_name="letters")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="letters")
    request = models.ForeignKey(AgencyRequest, models.PROTECT, null=True, related_name="letters")
    addressee = models.BinaryField(null=True, editable=False)
    signatory = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    signatory_name = models.CharField(max_length=200, blank=True)
    signatory_title = models.CharField(max_length=300, blank=True)
    acting_for = models.CharField(max_length=300, blank=True, help_text="ปฏิบัติราชการแทน …")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", help_text=_("Who drafted it."))
    at = models.DateTimeField()
    number = models.CharField(_("register number"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True, help_text="Calendar year of the register, Buddhist Era.")
    registered_on = models.DateField(_("date of the letter"), null=True)
    signed = models.OneToOneField(Attachment, models.PROTECT, null=True, related_name="letter")
    despatched_on = models.DateField(_("despatched on"), null=True)
    way = models.CharField(_("how"), max_length=10, choices=Way, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=40, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta(CaseText.Meta):
        ordering = ["id"]
        verbose_name = _("official letter")
        indexes = [models.Index(fields=["unit", "year", "-registered_on", "-id"], name="register_of_letters")]
        constraints = [
            *CaseText.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit", "year", "number"], condition=~Q(number=""), name="letter_number_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(number="", year=None, registered_on=None)
                | (~Q(number="") & Q(year__isnull=False, registered_on__isnull=False)),
                name="letter_number_with_its_date",
            ),
            models.CheckConstraint(
                condition=Q(signed=None, despatched_on=None) | ~Q(number=""), name="letter_goes_out_with_a_number"
            ),
            models.CheckConstraint(
                # Not null by itself: a comparison with nothing is neither true nor false, and a check lets that pass.
                condition=Q(despatched_on=None, way="")
                | (~Q(way="") & Q(despatched_on__isnull=False, despatched_on__gte=F("registered_on"))),
                name="letter_despatched_some_way",
            ),
            # Exactly one; more than one were a letter of two texts.
            models.CheckConstraint(
                condition=Q(message__isnull=False, reply=None, referral=None, request=None)
                | Q(message=None, reply__isnull=False, referral=None, request=None)
                | Q(message=None, reply=None, referral__isnull=False, request=None)
                | Q(message=None, reply=None, referral=None, request__isnull=False),
                name="letter_carries_one_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number or self.pk}"

    @property
    def status(self) -> "Letter.Status":
        """How far it has come."""
        if self.cancelled_at:
            return self.Status.CANCELLED
        if self.despatched_on:
            return self.Status.DESPATCHED
        if self.signed_id:
            return self.Status.SIGNED
        return self.Status.REGISTERED if self.number else self.Status.DRAFT

    @property
    def to_complainant(self) -> bool:
        """Whether the complainant is written to, and not another agency or unit."""
        return self.referral_id is None and self.request_id is None

    @property
    def carries(self) -> str:
        """What it carries, as its key: ``reply-12``."""
        names = ("message", "reply", "referral", "request")
        return next(f"{name}-{key}" for name in names if (key := getattr(self, f"{name}_id")) is not None)

    def write_head(self, case: ComplaintCase, head: Head) -> None:
        """Put the head in; sealed where the case is protected. Does not save."""
        self.write(case, json.dumps(asdict(head), ensure_ascii=False))

    def read_head(self, case: ComplaintCase) -> Head:
        """The head; once the case was erased, its subject says so."""
        text = self.read(case)
        try:
            return Head(**json.loads(text))
        except ValueError:
            return Head(subject=text)

    def write_addressee(self, case: ComplaintCase, addressee: str) -> None:
        """Seal to whom it goes: the first line as it stands after เรียน, then the address. Does not save."""
        sealed = sealing.seal(key_to_write(case), addressee, _ADDRESSEE) if addressee else None
        self.addressee = sealed

    def read_addressee(self, case: ComplaintCase) -> str:
        """To whom it goes, "" where that was left open or erased. The caller has checked the right. Raises
        `sealing.SealBroken`."""
        try:
            return sealing.open_text(data_key(case), self.addressee, _ADDRESSEE) if self.addressee else ""
        except sealing.KeyErased:
            return ""
