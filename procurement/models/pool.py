"""The pool of citizens from whom representatives are drawn (domain.md: Citizen seats)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from workflows.models.case import random_id

from .committee import Person

USER = settings.AUTH_USER_MODEL


def new_citizen_code() -> str:
    """By what a citizen is called where his name does not stand: in minutes of draws and on public pages."""
    return random_id(10)


class Citizen(models.Model):
    """What the pool knows of a citizen beside `Person`. Joining is voluntary (S4:3314).

    What tells who he is beyond the name an order prints (identity number, telephone, e-mail, address) is sealed with a
    key of his own; erasing the key erases it. It is found again by keyed hashes only (`procurement.pool.sealed`).
    """

    class Status(models.TextChoices):
        APPLIED = "applied", _("applied")
        ADMITTED = "admitted", _("in the pool")
        REFUSED = "refused", _("not admitted")
        LEFT = "left", _("left the pool")

    class Source(models.TextChoices):
        FORM = "form", _("public form")
        INVITATION = "invitation", _("invitation")
        IMPORT = "import", _("imported")
        STAFF = "staff", _("entered by the staff")

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="citizen")
    code = models.CharField(max_length=10, unique=True, default=new_citizen_code, editable=False)
    account = models.OneToOneField(
        USER, models.PROTECT, null=True, blank=True, related_name="citizen", verbose_name=_("account")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.APPLIED)
    source = models.CharField(_("how he came"), max_length=10, choices=Source)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True, help_text=_("Buddhist Era.")
    )
    expertise = models.CharField(_("expertise"), max_length=300, blank=True)
    # Officials, kamnan and village heads are not citizens (rule data: `CitizenBar`); he says so himself.
    no_official = models.BooleanField(_("holds none of the posts that bar from the pool"), default=False)
    term_from = models.DateField(_("term from"), null=True, blank=True)
    term_to = models.DateField(_("term to"), null=True, blank=True, help_text=_("The last day."))
    away_until = models.DateField(_("not available until"), null=True, blank=True, help_text=_("The last day."))
    sealed = models.BinaryField(null=True, editable=False)
    wrapped_key = models.TextField(blank=True, editable=False, help_text=_("Empty once erased."))
    id_hash = models.CharField(max_length=64, blank=True, editable=False)
    email_hash = models.CharField(max_length=64, blank=True, editable=False)
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    applied_at = models.DateTimeField(_("applied at"))
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("why not admitted"), max_length=500, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_because = models.CharField(_("why he left"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("citizen of the pool")
        verbose_name_plural = _("pool of citizens")
        ordering = ["person__name", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_hash"],
                condition=~Q(id_hash="") & Q(status__in=["applied", "admitted"]),
                name="one_citizen_per_identity",
            ),
            models.UniqueConstraint(
                fields=["email_hash"],
                condition=~Q(email_hash="") & Q(status__in=["applied", "admitted"]),
                name="one_citizen_per_email",
            ),
            models.CheckConstraint(
                condition=Q(term_from__isnull=True) | Q(term_to__isnull=True) | Q(term_to__gte=F("term_from")),
                name="term_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(status="admitted") | Q(decided_by__isnull=False, no_official=True),
                name="admitted_by_somebody_and_no_official",
            ),
            models.CheckConstraint(condition=~Q(status="refused") | ~Q(refusal=""), name="refused_for_a_reason"),
        ]
        indexes = [
            models.Index(fields=["status"], name="citizens_by_status"),
            # Everybody who applies is looked for by them, whatever became of him.
            models.Index(fields=["id_hash"], name="citizens_by_id_hash"),
            models.Index(fields=["email_hash"], name="citizens_by_email_hash"),
            models.Index(fields=["phone_hash"], name="citizens_by_phone_hash"),
            models.Index(fields=["applied_at"], name="citizens_by_application"),
        ]

    def __str__(self) -> str:
        return self.code


class Consent(models.Model):
    """What a citizen agreed to, in which words, and until when. Appended; a withdrawal is a date."""

    class Purpose(models.TextChoices):
        POOL = "pool", _("keep my data for the pool and the draws")
        PUBLISH = "publish", _("show my name on public pages of committees")
        CONTACT = "contact", _("write to me by e-mail")

    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    wording = models.TextField(help_text=_("The sentence he agreed to, as it was shown."))
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", help_text=_("Of a paper."))
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "purpose"], condition=Q(withdrawn_at__isnull=True), name="one_consent_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.citizen_id} {self.purpose}"


class Training(models.Model):
    """A training a citizen took part in (they are scored: S1:119, domain.md)."""

    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="trainings")
    name = models.CharField(_("training"), max_length=300)
    held_on = models.DateField(_("held on"))
    score = models.PositiveSmallIntegerField(_("score, percent"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), default=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("training of a citizen")
        verbose_name_plural = _("trainings of citizens")
        ordering = ["held_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=100), name="score_is_percent")
        ]

    def __str__(self) -> str:
        return self.name


class PoolRule(models.Model):
    """A number that governs the pool, the draw or the conflict check. Rule data: an administrator edits it."""

    code = models.CharField(_("code"), max_length=30)
    value = models.PositiveIntegerField(_("value"))
    name_th = models.CharField(_("name in Thai"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("checked against the published text"), default=True)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("rule of the pool")
        verbose_name_plural = _("rules of the pool")
        ordering = ["code", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="one_pool_rule_a_day")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"

    @property
    def name(self) -> str:
        """The name in the language of the page; Thai where there is no English one."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_th


class CitizenBar(models.Model):
    """A post whose holder is no citizen of the pool (domain.md: officials, kamnan and village heads)."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    name_th = models.CharField(_("name in Thai"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("checked against the published text"), default=True)
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("post that bars from the pool")
        verbose_name_plural = _("posts that bar from the pool")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page; Thai where there is no English one."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_th


class SignInLink(models.Model):
    """A way in for a citizen, good once and not for long. Only a hash of it is kept; who holds the link is let in."""

    class Way(models.TextChoices):
        EMAIL = "email", _("sent by e-mail")
        PAPER = "paper", _("handed over on paper")

    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    way = models.CharField(max_length=10, choices=Way)
    made_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", help_text=_("Of one on paper."))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text=_("Used, or overtaken by a sign-in with another one."))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way="email", made_by__isnull=True) | Q(way="paper", made_by__isnull=False),
                name="paper_link_made_by_somebody",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="sign_in_link_lives"),
        ]
        indexes = [models.Index(fields=["citizen", "made_at"], name="sign_in_links_of_citizen")]

    def __str__(self) -> str:
        return f"{self.citizen_id} {self.way}"
