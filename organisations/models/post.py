from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Func
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .unit import Unit


class Role(models.TextChoices):
    """The vocabulary in which the state graphs say who may take an edge. Which post has which role is data."""

    SCREENER = "screener", _("screener")
    OFFICER = "officer", _("complaint officer")
    HEAD = "head", _("unit head")
    APPROVER = "approver", _("approver")
    CUSTODIAN = "custodian", _("identity custodian")
    PROCUREMENT = "procurement", _("procurement officer")
    EXECUTIVE = "executive", _("executive")
    INTEGRITY = "integrity", _("integrity officer")
    EVALUATOR = "evaluator", _("evaluator")
    ADMINISTRATOR = "administrator", _("administrator")


class Post(models.Model):
    """A position in a unit, whoever holds it: rights belong to posts, so that a change of hands moves no case."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("unit"))
    title_th = models.CharField(_("title in Thai"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("roles"), default=list)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        return f"{self.title} · {self.unit}"

    @property
    def title(self) -> str:
        """The title in the language of the page; Thai where there is no English one."""
        if get_language() == "en" and self.title_en:
            return self.title_en
        return self.title_th


class Holding(models.Model):
    """Who holds a post, from when to when; a deputy (ปฏิบัติราชการแทน) acts beside the holder and says so."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings", verbose_name=_("post"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="holdings", verbose_name=_("person")
    )
    deputy = models.BooleanField(_("acts as deputy"), default=False)
    valid = DateRangeField(_("valid"), help_text=_("From the first day, up to but without the last."))

    class Meta:
        verbose_name = _("holding of a post")
        verbose_name_plural = _("holdings of posts")
        constraints = [
            # A post has one holder a day; deputies may be several.
            ExclusionConstraint(
                name="one_holder_a_day",
                expressions=[
                    (Func(F("post"), F("post"), models.Value("[]"), function="int8range"), "&&"),
                    ("valid", "&&"),
                ],
                condition=models.Q(deputy=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.post}"
