import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from organisations.formats import arabic
from scores.rubric import own_rubric
from scores.rubric_form import Setting

_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")


class ScoreSetting(models.Model):
    """A number or word by which scores are reckoned, from a day on: rule data.

    code: that of a rubric and of one of its settings ("ita-2566.condition_floor"); the rubric's file says what it may
    be, and holds the value of before the first row.
    """

    code = models.CharField(gettext_lazy("code"), max_length=120)
    value = models.CharField(gettext_lazy("value"), max_length=40)
    name_th = models.CharField(gettext_lazy("name in Thai"), max_length=300)
    name_en = models.CharField(gettext_lazy("name in English"), max_length=300)
    valid_from = models.DateField(gettext_lazy("valid from"))
    source = models.CharField(gettext_lazy("source"), max_length=300)
    verified = models.BooleanField(gettext_lazy("checked against the published text"), default=True)

    class Meta:
        verbose_name = gettext_lazy("setting of scores")
        verbose_name_plural = gettext_lazy("settings of scores")
        ordering = ["code", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="one_score_setting_a_day")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_th

    @property
    def rubric(self) -> str:
        """The code of its rubric."""
        return self.code.partition(".")[0]

    @property
    def setting(self) -> str:
        """Its name in the rubric's file."""
        return self.code.partition(".")[2]

    @property
    def read(self) -> Decimal | str:
        """The value as the rubric takes it; a number of before the file named bounds counts as the nearest of them.
        Raises ValidationError for one that it cannot take."""
        found = _setting_of(self)
        written = arabic(self.value).strip()
        if found.choices:
            if written not in found.choices:
                raise ValidationError({"value": self.may_be})
            return written
        if not _NUMBER.fullmatch(written):
            raise ValidationError({"value": self.may_be})
        least, most = _bounds(found)
        return min(max(Decimal(written), least), most)

    @property
    def may_be(self) -> str:
        """What the value may be, in a sentence."""
        found = _setting_of(self)
        if found.choices:
            return _("One of: %(words)s.") % {"words": ", ".join(found.choices)}
        words = dict(zip(("least", "most"), (format(bound.normalize(), "f") for bound in _bounds(found)), strict=True))
        return _("Write a number from %(least)s to %(most)s.") % words

    def clean(self) -> None:
        """The value is one that its rubric can take; it is kept as it is read."""
        if not (self.value and self.code):
            return
        taken = self.read
        if isinstance(taken, Decimal) and taken != Decimal(arabic(self.value).strip()):
            raise ValidationError({"value": self.may_be})
        self.value = taken if isinstance(taken, str) else format(taken.normalize(), "f")


def _setting_of(row: Any) -> Setting:
    rubric = own_rubric(row.rubric)
    if rubric is None or row.setting not in rubric.settings:
        raise ValidationError({"code": _("No rubric has this setting.")})
    return rubric.settings[row.setting]


def _bounds(found: Setting) -> tuple[Decimal, Decimal]:
    least, most = (Decimal(bound.numerator) / bound.denominator for bound in found.bounds)
    return least, most
