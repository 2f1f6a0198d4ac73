from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .case import Case


class CaseLink(models.Model):
    """What one case has to do with another, of whatever kinds: the only way between apps that do not know each other.

    Who may see one end does not thereby see the other: pages ask `visible_to` for both.
    """

    class Relation(models.TextChoices):
        ABOUT = "about", _("is about")
        LED_TO = "led_to", _("led to")
        MERGED = "merged", _("was merged into")
        PART = "part", _("is a part of")

    source = models.ForeignKey(Case, models.PROTECT, related_name="links")
    target = models.ForeignKey(Case, models.PROTECT, related_name="linked_from")
    relation = models.CharField(max_length=10, choices=Relation)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "relation"], name="one_link_of_a_kind"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="case_is_not_linked_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"
