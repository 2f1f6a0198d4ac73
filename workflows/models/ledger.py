import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .case import Case


class LedgerEntry(models.Model):
    """One thing that happened to a case, chained to the one before it. A trigger refuses UPDATE, DELETE and TRUNCATE.

    `facts` is canonical JSON kept as text, so that the hash is taken over exactly what is stored. It holds
    references, never personal data: erasing a case's key breaks no chain.
    """

    class ActorKind(models.TextChoices):
        USER = "user", _("person")
        COMPLAINANT = "complainant", _("complainant")
        TIMER = "timer", _("clock")
        IMPORT = "import", _("import")

    case = models.ForeignKey(Case, models.PROTECT, related_name="ledger")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12, choices=ActorKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("organisations.Post", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30)
    to_state = models.CharField(max_length=30)
    facts = models.TextField(default="{}")
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_entry_per_step")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.verb}"

    @property
    def data(self) -> dict[str, Any]:
        """The facts as a dictionary."""
        loaded: dict[str, Any] = json.loads(self.facts)
        return loaded


class Checkpoint(models.Model):
    """A Merkle root over the heads of the cases changed since the last checkpoint, to be published.

    What the owner of the database rewrites *after* the last checkpoint that was published outside cannot be seen.
    """

    at = models.DateTimeField()
    leaves = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.root[:12]}"


class CheckpointLeaf(models.Model):
    """The head of one case at the time of a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="leaf_set")
    # Plain numbers: a leaf must still speak after its case has been removed by force.
    case_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "case_id"], name="one_leaf_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"
