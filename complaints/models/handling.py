"""What happens to a complaint, each a row that is appended and not edited."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from workflows.keys import CaseText

from .complaint import ComplaintCase

USER = settings.AUTH_USER_MODEL


class DeclineGround(models.Model):
    """A ground on which a complaint is not taken up: rule data."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name_th = models.CharField(_("name in Thai"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("source verified"), default=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("ground for declining")
        verbose_name_plural = _("grounds for declining")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_th


class Outcome(models.TextChoices):
    """What was found."""

    FOUNDED = "founded", _("founded")
    PARTLY = "partly", _("partly founded")
    UNFOUNDED = "unfounded", _("unfounded")
    INCONCLUSIVE = "inconclusive", _("inconclusive")


class Message(CaseText):
    """A text between the officer and the complainant, or an internal note."""

    class Kind(models.TextChoices):
        NOTE = "note", _("note")
        TO_COMPLAINANT = "to_complainant", _("to the complainant")
        QUESTION = "question", _("question to the complainant")
        PROGRESS = "progress", _("progress report")
        FROM_COMPLAINANT = "from_complainant", _("from the complainant")
        ANSWER = "answer", _("answer of the complainant")
        # Why a custodian did what he did: read by custodians only.
        CUSTODY = "custody", _("reasons of a custodian")

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", help_text=_("Who wrote or recorded it."))
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Finding(CaseText):
    """The investigator's finding; its text gives the reasons."""

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="findings")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


class Decision(CaseText):
    """What the second person decided about a finding or a request for review; its text gives the reasons."""

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="decisions")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="decisions")
    outcome = models.CharField(max_length=12, choices=[*Outcome.choices, ("returned", _("returned"))], blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", help_text=_("The clerk who recorded a decision on paper.")
    )
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


class Measure(CaseText):
    """Something to be done because a complaint is founded; its text says what, with an owner and a date."""

    class Kind(models.TextChoices):
        CORRECTIVE = "corrective", _("corrective measure")
        DISCIPLINE = "discipline", _("disciplinary proceedings")
        ETHICS = "ethics", _("ethics proceedings")
        CRIMINAL = "criminal", _("criminal referral")
        NONE = "none", _("no measure, with the reason")

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="measures")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    owner = models.ForeignKey(USER, models.PROTECT, related_name="measures", verbose_name=_("owner"))
    respondent = models.ForeignKey(
        "complaints.Respondent", models.PROTECT, null=True, related_name="measures", verbose_name=_("respondent")
    )
    due_on = models.DateField(_("due"))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)

    class Meta(CaseText.Meta):
        ordering = ["id"]
        constraints = [
            *CaseText.Meta.constraints,
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="measure_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Reply(CaseText):
    """The reasoned answer to the complainant, or the reasoned refusal with its ground."""

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="replies")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    ground = models.ForeignKey(DeclineGround, models.PROTECT, null=True, related_name="+")
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta(CaseText.Meta):
        ordering = ["id"]
        constraints = [
            *CaseText.Meta.constraints,
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
                name="reply_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class ReviewRequest(CaseText):
    """The complainant disputes a reply, a refusal or a closure; its text says why."""

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="review_requests")
    against = models.CharField(max_length=30, help_text=_("The state that is disputed."))
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.against}"


class Rating(CaseText):
    """How the complainant found the handling, once for each reply: 1 to 5 stars and a remark."""

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="ratings")
    reply = models.OneToOneField(Reply, models.PROTECT, null=True, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        constraints = [
            *CaseText.Meta.constraints,
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stars}"
