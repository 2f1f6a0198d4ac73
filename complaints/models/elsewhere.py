"""What goes to others: a referral to another agency, and a question to another unit."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.requests.states import GRAPH
from workflows.keys import CaseText
from workflows.models import Case, OfKind

from .complaint import ComplaintCase

USER = settings.AUTH_USER_MODEL


class ReferralAgency(models.Model):
    """An agency to which complaints are referred: rule data."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name_th = models.CharField(_("name in Thai"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    address = models.TextField(_("address"), blank=True, help_text=_("As it stands on a letter."))
    binding = models.BooleanField(
        _("its findings bind"), default=False, help_text=_("A finding of this body starts the clock of the penalty.")
    )
    active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("agency for referrals")
        verbose_name_plural = _("agencies for referrals")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_th


class Referral(CaseText):
    """A complaint sent to another agency; its text says why. Its answer is followed."""

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="referrals")
    agency = models.ForeignKey(ReferralAgency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.agency_id}"


class RequestCase(Case, graph=GRAPH):
    """A request to a unit: `Case` with the edges of `complaints.requests.states` as its transitions."""

    request: "AgencyRequest"

    objects = OfKind["RequestCase"]("request")

    class Meta:
        proxy = True
        verbose_name = _("request")
        verbose_name_plural = _("requests")


class AgencyRequest(CaseText):
    """What a unit is asked about a complaint; its text is the question. One-to-one beside its case.

    The unit reads this question and the files sent with it, and nothing else of the complaint.
    """

    case = models.OneToOneField(RequestCase, models.PROTECT, primary_key=True, related_name="request")
    complaint = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="requests")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", help_text=_("Who asked."))
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["case"]

    def __str__(self) -> str:
        return str(self.case_id)


class RequestAnswer(CaseText):
    """A text in a request: the answer of the unit, a reminder, or why something was done."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer")
        REMINDER = "reminder", _("reminder")
        REASON = "reason", _("reason")

    case = models.ForeignKey(RequestCase, models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=10, choices=Kind)
    on_paper = models.BooleanField(default=False, help_text=_("It came as a letter, and a clerk recorded it."))
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
