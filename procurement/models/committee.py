from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.states.committee import GRAPH
from workflows.models import Case, OfKind

from .purchase import Purchase
from .rules import CommitteeKind, InterestGround

USER = settings.AUTH_USER_MODEL


class Person(models.Model):
    """Somebody who can sit on a committee: an official or a citizen. Told apart by this row, never by the name."""

    class Standing(models.TextChoices):
        OFFICIAL = "official", _("official")
        CITIZEN = "citizen", _("citizen representative")

    standing = models.CharField(_("standing"), max_length=10, choices=Standing)
    name = models.CharField(_("name"), max_length=200, help_text=_("With its title, as it stands in an order."))
    position = models.CharField(
        _("position"), max_length=200, blank=True, help_text=_("Position of an official, occupation of a citizen.")
    )
    network = models.CharField(
        _("community or network"), max_length=200, blank=True, help_text=_("By which a citizen was put forward.")
    )
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"),
        help_text=_("Where an official works; in whose area a citizen lives."),
    )  # fmt: skip
    user = models.OneToOneField(
        USER, models.PROTECT, null=True, blank=True, related_name="committee_person", verbose_name=_("account")
    )
    most_seats = models.PositiveSmallIntegerField(
        _("live seats at most"), default=3, help_text=_("How many committees at a time.")
    )
    active = models.BooleanField(_("available"), default=True)

    class Meta:
        verbose_name = _("committee person")
        verbose_name_plural = _("committee people")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_has_name"),
            # A citizen of the pool is no official (domain: officials, kamnan and village heads are not citizens).
            models.CheckConstraint(
                condition=~Q(standing="citizen") | Q(user__isnull=True), name="citizen_is_no_official"
            ),
        ]
        indexes = [models.Index(fields=["unit", "standing"], name="people_of_unit")]

    def __str__(self) -> str:
        return self.name


class CommitteeCase(Case, graph=GRAPH):
    """A case that is a committee: `Case` with the edges of `procurement.states.committee` as its transitions."""

    committee: "Committee"

    objects = OfKind["CommitteeCase"]("committee")

    class Meta:
        proxy = True
        verbose_name = _("committee")
        verbose_name_plural = _("committees")


class Committee(models.Model):
    """A committee of a purchase."""

    case = models.OneToOneField(CommitteeCase, models.PROTECT, primary_key=True, related_name="committee")
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="committees", verbose_name=_("purchase"))
    kind = models.ForeignKey(CommitteeKind, models.PROTECT, related_name="+", verbose_name=_("kind"))

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        ordering = ["case"]

    def __str__(self) -> str:
        return f"{self.kind} · {self.purchase}"


class Order(models.Model):
    """A signed order (คำสั่ง): it appoints, amends or cancels. Written once, never edited."""

    class Kind(models.TextChoices):
        APPOINTMENT = "appointment", _("appointment")
        AMENDMENT = "amendment", _("amendment")
        CANCELLATION = "cancellation", _("cancellation")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="orders")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", help_text=_("Whose register."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number = models.CharField(_("order number"), max_length=40, help_text=_("As it stands in the register."))
    year = models.PositiveSmallIntegerField(help_text=_("Calendar year of the register, Buddhist Era."))
    dated_on = models.DateField(_("dated"))
    signatory = models.CharField(_("signed by"), max_length=200)
    signatory_title = models.CharField(_("position of who signed"), max_length=300, blank=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content = models.JSONField(help_text=_("Everything the document prints, frozen at the signature."))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="order_number_once"),
            models.UniqueConstraint(
                fields=["committee"], condition=Q(kind="appointment"), name="one_appointment_order"
            ),
            models.UniqueConstraint(
                fields=["committee"], condition=Q(kind="cancellation"), name="one_cancelling_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class Member(models.Model):
    """A seat on a committee and who sits in it: in the draft, then from the day of its order until he leaves."""

    class Duty(models.TextChoices):
        CHAIR = "chair", _("chair")
        MEMBER = "member", _("member")
        SECRETARY = "secretary", _("member and secretary")

    class Leaving(models.TextChoices):
        ORDER = "order", _("by order")
        INTEREST = "interest", _("interest declared")
        RESIGNED = "resigned", _("resigned")
        DIED = "died", _("died")
        MOVED = "moved", _("moved to another post")
        DISCHARGED = "discharged", _("discharged")
        NO_SHOW = "no_show", _("did not attend")
        END = "end", _("end of the committee")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    duty = models.CharField(_("duty"), max_length=10, choices=Duty)
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Place in the order."))
    nomination = models.CharField(
        _("why nominated"), max_length=500, blank=True, help_text=_("For a citizen who was not drawn.")
    )
    leaving = models.BooleanField(default=False, help_text=_("The amendment in draft takes this member out."))
    appointed_on = models.DateField(_("appointed on"), null=True, blank=True)
    appointed_by = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="appointed")
    left_on = models.DateField(_("left on"), null=True, blank=True, help_text=_("From this day on he is no member."))
    left_because = models.CharField(max_length=10, choices=Leaving, blank=True)
    removed_by = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="removed")
    added_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "person"],
                condition=Q(left_on__isnull=True, leaving=False),
                name="one_seat_per_person",
            ),
            models.UniqueConstraint(
                fields=["committee"],
                condition=Q(duty="chair", left_on__isnull=True, leaving=False),
                name="one_chair",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_because="") | Q(left_on__isnull=False) & ~Q(left_because=""),
                name="member_left_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(appointed_on__isnull=True) | Q(appointed_by__isnull=False), name="member_appointed_by_order"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(appointed_on__isnull=True) | Q(left_on__gte=F("appointed_on")),
                name="member_left_after_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_duty_display()})"


class Declaration(models.Model):
    """What a member declared about his interests in this purchase, for a list of bidders (Regulation cl. 27, 175)."""

    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="declarations")
    seat = models.ForeignKey(
        "procurement.Seat", models.PROTECT, null=True, blank=True, related_name="declarations",
        help_text=_("Of a citizen, who may declare before the draft of an order names him."),
    )  # fmt: skip
    bidders_version = models.PositiveIntegerField(
        help_text=_("Of the list of bidders he was shown; 0 before there is one.")
    )
    ground = models.ForeignKey(InterestGround, models.PROTECT, null=True, blank=True, related_name="+")
    declared_on = models.DateField(_("declared on"))
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(seat__isnull=False), name="declared_by_a_member_or_for_a_seat"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.ground_id or 'none'}"

    @property
    def has_interest(self) -> bool:
        """Whether an interest was declared."""
        return self.ground_id is not None


class Check(models.Model):
    """What the order linter said, when the draft was sent, approved or signed. Kept as it was."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="checks")
    edge = models.CharField(max_length=30)
    findings = models.JSONField(help_text=_("One mapping for each finding: rule, clause, level, names."))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.committee_id} {self.edge}"


class Meeting(models.Model):
    """A meeting of a committee that had its quorum. The first one with a decision is the day coverage looks at."""

    class Decision(models.TextChoices):
        NONE = "none", _("no decision yet")
        PROPOSE = "propose", _("proposes the winner")
        ACCEPT = "accept", _("accepts the delivery")
        REJECT = "reject", _("does not accept the delivery")
        CANCEL = "cancel", _("proposes to cancel")
        OTHER = "other", _("another decision")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField(_("meeting"))
    held_on = models.DateField(_("held on"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.NONE)
    minutes = models.TextField(_("what was considered and decided"))
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["committee", "number"], name="meeting_number_once")]
        indexes = [models.Index(fields=["committee", "held_on"], condition=~Q(decision="none"), name="first_decisions")]

    def __str__(self) -> str:
        return f"{self.committee_id} {self.number}"


class Attendance(models.Model):
    """A member at a meeting: whether he was invited, came and had the documents, and how he voted."""

    class Vote(models.TextChoices):
        NONE = "", _("no vote")
        FOR = "for", _("in favour")
        AGAINST = "against", _("against")
        ABSTAIN = "abstain", _("abstained")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances")
    invited = models.BooleanField(_("invited"), default=True)
    attended = models.BooleanField(_("attended"))
    documents = models.BooleanField(_("was given the documents"), default=True)
    vote = models.CharField(_("vote"), max_length=8, choices=Vote, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="one_attendance"),
            models.CheckConstraint(condition=Q(attended=True) | Q(vote=""), name="who_votes_is_there"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.member_id}"


class Dissent(models.Model):
    """The opposing report of a member; it goes to the head of the agency and must be answered."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="dissents")
    member = models.ForeignKey(Member, models.PROTECT, related_name="dissents")
    text = models.TextField(_("dissenting opinion"))
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="one_dissent"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="dissent_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.member_id}"
