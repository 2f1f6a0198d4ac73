from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. What he may do comes from the posts he holds (`Holding`), never from this row.

    People who leave are deactivated, never deleted: the ledger and Viewflow's tasks point at them.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name_th = models.CharField(_("name in Thai"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    language = models.CharField(
        _("language of the pages"), max_length=2, choices=[("th", _("Thai")), ("en", _("English"))], default="th"
    )
    last_day = models.DateField(
        _("last day in service"),
        null=True,
        blank=True,
        help_text=_("The night after it the account is closed, and what he had goes back to his unit."),
    )
    thai_numerals = models.BooleanField(_("show Thai numerals"), default=False)

    objects: ClassVar[UserManager["User"]] = UserManager()
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name_th"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """The name in the language of the page; Thai where no English name is known."""
        if get_language() == "en" and self.name_en:
            return self.name_en
        return self.name_th or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()
