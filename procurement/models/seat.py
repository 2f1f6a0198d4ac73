from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.states.seat import GRAPH
from workflows.models import Case, OfKind

from .committee import Committee, Member, Person
from .draw import DrawEntry
from .supplier import Supplier

USER = settings.AUTH_USER_MODEL


class SeatCase(Case, graph=GRAPH):
    """A case that is a citizen seat: `Case` with the edges of `procurement.states.seat` as its transitions."""

    seat: "Seat"

    objects = OfKind["SeatCase"]("seat")

    class Meta:
        proxy = True
        verbose_name = _("citizen seat")
        verbose_name_plural = _("citizen seats")


class Seat(models.Model):
    """A place for a citizen on a committee, and the one person to whom it is offered.

    Who declines, does not answer, is conflicted or leaves ends the seat; another one follows it (`follows`) for the
    next in line, so that each has the history of one person.
    """

    class How(models.TextChoices):
        DRAW = "draw", _("drawn")
        NOMINATION = "nomination", _("nominated")

    case = models.OneToOneField(SeatCase, models.PROTECT, primary_key=True, related_name="seat")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="seats", verbose_name=_("committee"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("person")
    )
    how = models.CharField(_("how he came to it"), max_length=10, choices=How, blank=True)
    entry = models.ForeignKey(DrawEntry, models.PROTECT, null=True, blank=True, related_name="seats")
    reason = models.CharField(_("why nominated"), max_length=500, blank=True)
    member = models.OneToOneField(Member, models.SET_NULL, null=True, blank=True, related_name="seat")
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        verbose_name = _("citizen seat")
        verbose_name_plural = _("citizen seats")
        ordering = ["case"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, how="") | Q(person__isnull=False) & ~Q(how=""),
                name="seat_says_how_it_was_filled",
            ),
            models.CheckConstraint(condition=~Q(how="draw") | Q(entry__isnull=False), name="drawn_seat_names_its_line"),
            models.CheckConstraint(condition=~Q(how="nomination") | ~Q(reason=""), name="nominated_for_a_reason"),
        ]
        indexes = [models.Index(fields=["person"], name="seats_of_person")]

    def __str__(self) -> str:
        return str(self.case_id)


class Suspension(models.Model):
    """Days on which a seat did not count, because a conflict was looked into. until: the first day it counts again."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="suspensions")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(until__isnull=True), name="one_open_suspension"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="suspension_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.since}"


class ConflictCheck(models.Model):
    """That a seat was checked against a version of the bidders, and what could not be checked for lack of data."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="checks")
    bidders_version = models.PositiveIntegerField()
    unchecked = models.JSONField(default=list, help_text=_("Codes of what could not be compared: never “no risk”."))
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.seat_id} v{self.bidders_version}"


class ConflictHit(models.Model):
    """Something that may be a conflict of interest, with its evidence; a person decides (domain.md: Citizen seats)."""

    class Decision(models.TextChoices):
        OPEN = "", _("not decided")
        UNFOUNDED = "unfounded", _("no conflict")
        FOUNDED = "founded", _("a conflict")

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="hits")
    first_version = models.PositiveIntegerField(help_text=_("Of the list of bidders in which it was found."))
    last_version = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=20, help_text=_("Code of `conflicts.facts.Kind`."))
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="+")
    certain = models.BooleanField(default=False)
    score = models.PositiveSmallIntegerField(default=0)
    evidence = models.JSONField(help_text=_("What was compared."))
    digest = models.CharField(max_length=64, help_text=_("Of kind and evidence: the same hit is found once."))
    found_at = models.DateTimeField()
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True, default="")
    reasons = models.TextField(_("reasons"), blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("possible conflict")
        verbose_name_plural = _("possible conflicts")
        ordering = ["-certain", "-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "digest"], name="one_hit_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(decision="") & ~Q(reasons="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="hit_decided_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.kind}"


class Observation(models.Model):
    """A report of a citizen about the work he observed; the agency answers it. Appended; only the answer is added."""

    class Documents(models.TextChoices):
        ALL = "all", _("all of them")
        SOME = "some", _("some of them")
        NONE = "none", _("none")

    class Outcome(models.TextChoices):
        FIXED = "fixed", _("something was changed")
        PROMISED = "promised", _("something will be changed")
        EXPLAINED = "explained", _("explained; nothing was changed")

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="observations")
    number = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=32, help_text=_("Given by the form: the same report sent twice is one."))
    meeting = models.ForeignKey(
        "procurement.Meeting", models.PROTECT, null=True, blank=True, related_name="observations"
    )
    observed_on = models.DateField(_("observed on"))
    attended = models.BooleanField(_("I was there"), default=True)
    documents = models.CharField(_("documents I was given"), max_length=5, choices=Documents, blank=True)
    refused_documents = models.TextField(_("documents that were refused"), blank=True)
    seen = models.TextField(_("what I saw"))
    concerns = models.TextField(_("concerns"), blank=True)
    dissent = models.TextField(_("dissenting opinion"), blank=True)
    files = models.ManyToManyField("workflows.Attachment", related_name="+", blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    outcome = models.CharField(_("what followed"), max_length=10, choices=Outcome, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    fixed_on = models.DateField(_("changed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("observation report")
        verbose_name_plural = _("observation reports")
        ordering = ["seat", "number"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "number"], name="observation_number_once"),
            models.UniqueConstraint(fields=["seat", "token"], name="observation_sent_once"),
            models.CheckConstraint(
                condition=Q(answer="", outcome="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & ~Q(outcome="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="observation_answered_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(outcome="fixed") | Q(fixed_on__isnull=False), name="fixed_on_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.number}"
