"""Against whom a complaint is, what he says to it, what was found about him, and what it led to."""

import json
from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows import sealing
from workflows.keys import CaseText, data_key, key_to_write
from workflows.models import Case

from .complaint import ComplaintCase
from .handling import Finding, Outcome

USER = settings.AUTH_USER_MODEL


class Respondent(CaseText):
    """A person and one allegation against him (ผู้ถูกร้อง); its text is the allegation.

    Who he is stands sealed, in ordinary cases too: an allegation is not yet a fact. `user` is his account, where he has
    one: then the case does not exist for him (domain: Conflict rule).
    """

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="respondents")
    person = models.BinaryField(editable=False)
    user = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    official = models.BooleanField(_("an official"), default=True)
    executive = models.BooleanField(
        _("an executive"), default=False, db_default=False, help_text=_("When it happened (S4:314).")
    )
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True, help_text=_("He was named by mistake."))

    class Meta(CaseText.Meta):
        ordering = ["id"]
        constraints = [
            *CaseText.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(executive=False) | models.Q(official=True), name="executive_is_an_official"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.pk}"

    def write_person(self, case: Case, person: Mapping[str, str]) -> None:
        """Seal who he is: `name` and `position`. Does not save."""
        known = {key: person[key] for key in ("name", "position") if person.get(key)}
        text = json.dumps(known, ensure_ascii=False)
        self.person = sealing.seal(key_to_write(case), text, "complaints.respondent/person")

    def read_person(self, case: Case) -> dict[str, str]:
        """`name` and `position`, as far as they are known; nothing once it was erased. Raises `sealing.SealBroken`."""
        if not self.person:
            return {}
        try:
            text = sealing.open_text(data_key(case), self.person, "complaints.respondent/person")
        except sealing.KeyErased:
            return {}
        opened: dict[str, str] = json.loads(text)
        return opened


class Hearing(CaseText):
    """The respondent was heard, and his text is what he said; or why he could not be heard."""

    respondent = models.ForeignKey(Respondent, models.PROTECT, related_name="hearings")
    heard_on = models.DateField(_("heard on"), null=True, help_text=_("Empty: he could not be heard."))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.respondent_id} {self.heard_on}"


class RespondentFinding(CaseText):
    """Whether there is substance (มูล) in one allegation, apart from the outcome of the case; its text says why."""

    respondent = models.ForeignKey(Respondent, models.PROTECT, related_name="findings")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="of_respondents")
    outcome = models.CharField(max_length=12, choices=Outcome)

    class Meta(CaseText.Meta):
        ordering = ["id"]
        constraints = [
            *CaseText.Meta.constraints,
            models.UniqueConstraint(fields=["respondent", "finding"], name="one_finding_for_an_allegation"),
        ]

    def __str__(self) -> str:
        return f"{self.respondent_id} {self.outcome}"


class InquiryCommittee(models.Model):
    """An investigating committee, appointed by order."""

    case = models.ForeignKey(ComplaintCase, models.PROTECT, related_name="committees")
    order_number = models.CharField(_("number of the order"), max_length=60)
    ordered_on = models.DateField(_("date of the order"))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.order_number


class InquiryMember(models.Model):
    """Who sits on an investigating committee, and as what."""

    class Part(models.TextChoices):
        CHAIR = "chair", _("chair")
        MEMBER = "member", _("member")
        SECRETARY = "secretary", _("member and secretary")

    committee = models.ForeignKey(InquiryCommittee, models.PROTECT, related_name="members")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "user"], name="one_seat_on_an_inquiry"),
            models.UniqueConstraint(
                fields=["committee"], condition=models.Q(part="chair"), name="one_chair_of_an_inquiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id}: {self.user_id}"


class Penalty(CaseText):
    """A penalty order against a respondent; its text says what he is given. Its copy goes to the body that found."""

    class Kind(models.TextChoices):
        REPRIMAND = "reprimand", _("reprimand")
        PAY_CUT = "pay_cut", _("cut of pay")
        SALARY_REDUCTION = "salary", _("reduction of salary")
        DISMISSAL = "dismissal", _("dismissal")
        EXPULSION = "expulsion", _("expulsion")
        NONE = "none", _("no penalty, with the reason")

    respondent = models.ForeignKey(Respondent, models.PROTECT, related_name="penalties")
    kind = models.CharField(_("penalty"), max_length=12, choices=Kind)
    order_number = models.CharField(_("number of the order"), max_length=60)
    ordered_on = models.DateField(_("date of the order"))
    copied_on = models.DateField(_("copy sent on"), null=True, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(CaseText.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.respondent_id} {self.order_number}"
