from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RuleChange(models.Model):
    """Who changed which row of rule data, when and why: appended with the change, and never edited.

    before, after: the row as `workflows.rulebook.rows.snapshot` writes it; null where it was not there.
    """

    class Act(models.TextChoices):
        CREATE = "create", _("row entered")
        CHANGE = "change", _("row changed")
        END = "end", _("row taken out")

    table = models.CharField(_("table"), max_length=40)
    key = models.CharField(_("row"), max_length=100)
    label = models.CharField(_("name"), max_length=300)
    act = models.CharField(_("what was done"), max_length=6, choices=Act)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of a rule")
        verbose_name_plural = _("changes of rules")
        indexes = [models.Index(fields=["table", "key", "-id"], name="changes_of_a_row")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rule_change_has_a_reason"),
            models.CheckConstraint(
                condition=Q(act="create", before__isnull=True, after__isnull=False)
                | Q(act="change", before__isnull=False, after__isnull=False)
                | Q(act="end", before__isnull=False, after__isnull=True),
                name="rule_change_before_and_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.act}"
