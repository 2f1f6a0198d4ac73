from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .complaint import ComplaintKind


class StandardText(models.Model):
    """A text that officers put into a form and then fit to the case: rule data.

    place: the edge and the field of its form in which it is offered, such as `decline.reply`. In the texts `{number}`,
    `{unit}` and `{due}` stand for the number of the case, its unit and its next due day.
    """

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    place = models.CharField(_("offered in"), max_length=60)
    kind = models.ForeignKey(
        ComplaintKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for this kind"),
        help_text=_("With its sub-kinds. Empty: for every kind."),
    )
    title_th = models.CharField(_("heading in Thai"), max_length=150)
    title_en = models.CharField(_("heading in English"), max_length=150)
    text_th = models.TextField(
        _("text in Thai"), max_length=5000, help_text=_("{number}, {unit} and {due} are filled in from the case.")
    )
    text_en = models.TextField(_("text in English"), max_length=5000)
    active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("standard text")
        verbose_name_plural = _("standard texts")
        ordering = ["place", "position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the language of the page."""
        return self.title_en if get_language() == "en" else self.title_th
