import secrets
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition

from workflows.graph import BACK, UNDO, Edge, Graph

# Letters and figures that nobody confuses when reading a number aloud or from paper.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_id(length: int = 12) -> str:
    """A random public identifier of 5 bits a letter; 12 letters are 60 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


class Case(models.Model):
    """One matter in hand: the row that every list, count, queue and search reads.

    A domain app subclasses it as a proxy with its state graph, ``class ComplaintCase(Case, graph=GRAPH)``; the edges
    of the graph become `django_fsm` transitions of the proxy, so the state can change in no other way
    (docs/adr/0002). Only `workflows.transitions` writes rows of this table.
    """

    kind = models.CharField(_("kind of case"), max_length=20)
    public_id = models.CharField(max_length=12, unique=True, default=random_id, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True)
    subject = models.CharField(
        _("subject"), max_length=200, blank=True, help_text=_("First line of the text; empty when protected.")
    )
    category = models.CharField(_("kind"), max_length=50, blank=True, help_text=_("Code of the rule data of the app."))
    protected = models.BooleanField(_("protected"), default=False)

    state = FSMField(_("state"), max_length=30, protected=True)
    came_from = models.CharField(max_length=30, blank=True, help_text=_("The state to which a detour returns."))
    state_version = models.PositiveIntegerField(default=0, help_text=_("Rises on every edge that moves the case."))
    is_open = models.BooleanField(default=True)

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="cases", verbose_name=_("unit"))
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("who has it"),
    )
    screened = models.BooleanField(
        default=False, db_default=False, help_text=_("Until then what the complainant wrote is for screeners only.")
    )
    raised_to = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("raised to"),
        help_text=_("The unit above that takes the next step, because nobody in its own unit may."),
    )
    next_due = models.DateField(
        _("due"), null=True, blank=True, help_text=_("Earliest due day of the running clocks; derived.")
    )
    unread = models.BooleanField(
        default=False, help_text=_("The complainant wrote and nobody has answered or read it.")
    )

    silent = models.BooleanField(default=False, help_text=_("Imported: shows its clocks and sends nothing."))
    opened_at = models.DateTimeField(_("opened"))
    changed_at = models.DateTimeField(help_text=_("Time of the last ledger entry."))
    state_since = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    ledger_seq = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)
    process = models.OneToOneField("viewflow.Process", models.PROTECT, null=True, blank=True, related_name="case")

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=True) ^ Q(closed_at__isnull=False), name="case_open_or_closed_at"
            ),
            models.CheckConstraint(
                condition=Q(protected=False) | Q(subject=""), name="protected_case_shows_no_subject"
            ),
        ]
        indexes = [
            models.Index(
                F("unit"), F("next_due").asc(nulls_last=True), F("id"), condition=Q(is_open=True), name="queue_of_unit"
            ),
            models.Index(
                F("holder"),
                F("next_due").asc(nulls_last=True),
                F("id"),
                condition=Q(is_open=True),
                name="queue_of_holder",
            ),
            models.Index(F("next_due").asc(nulls_last=True), F("id"), condition=Q(is_open=True), name="queue_of_all"),
            # What the overview counts stands in the index itself: it never reads the rows.
            models.Index(
                fields=["unit"],
                name="open_figures",
                condition=Q(is_open=True),
                include=(
                    "id",
                    "kind",
                    "protected",
                    "raised_to",
                    "state",
                    "holder",
                    "category",
                    "opened_at",
                    "next_due",
                ),
            ),
            models.Index(fields=["unit", "-id"], name="all_of_unit"),
            models.Index("state", condition=Q(is_open=True), name="open_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    def __init_subclass__(cls, graph: Graph | None = None, **kwargs: Any) -> None:
        """Turn every edge of `graph` into a `django_fsm` transition of this proxy."""
        super().__init_subclass__(**kwargs)
        if graph is not None:
            cls.graph = graph
            for edge in graph.moves():
                setattr(cls, edge.name, _fsm_transition(edge))

    graph: Graph
    # Where a correction leads; set by its action, and kept nowhere: the ledger has it.
    undo_to: str = ""


def _fsm_transition(edge: Edge) -> Any:
    """The `django_fsm` method of one edge; a detour's end returns the state it came from, a correction that before."""
    target = RETURN_VALUE(*edge.back_to) if edge.target in (BACK, UNDO) else edge.target

    def move(case: Case) -> str | None:
        return {BACK: case.came_from, UNDO: case.undo_to}.get(edge.target)

    move.__name__ = edge.name
    move.__qualname__ = f"Case.{edge.name}"
    return transition(field="state", source=list(edge.sources), target=target)(move)


_C = TypeVar("_C", bound=Case)


class OfKind(models.Manager[_C]):
    """The cases of one kind: what a proxy of `Case` counts and finds."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> models.QuerySet[_C]:
        """The rows of this kind only."""
        return super().get_queryset().filter(kind=self.kind)


class Assignment(models.Model):
    """Into whose hands a case was given, when and by whom. Appended, never edited; `Case.holder` is the last one."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.user_id}"


class Conflict(models.Model):
    """A person for whom a case does not exist: he is concerned in it or declared an interest (Conflict rule)."""

    class Cause(models.TextChoices):
        DECLARED = "declared", _("declared an interest")
        RESPONDENT = "respondent", _("is complained about")
        SUBORDINATE = "subordinate", _("works under a person who is complained about")
        RELATED = "related", _("declared an interest in a case that hangs together with it")

    case = models.ForeignKey(Case, models.PROTECT, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts")
    cause = models.CharField(max_length=12, choices=Cause, default=Cause.DECLARED)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="one_conflict_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} / {self.case_id}"


class CaseKey(models.Model):
    """The data key of a case, wrapped by a master key. Emptying `wrapped` erases what was sealed with it."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.TextField()

    def __str__(self) -> str:
        return str(self.case_id)
