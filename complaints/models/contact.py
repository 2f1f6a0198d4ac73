"""Where a complainant wants to be told that there is news of his case."""

from django.db import models
from django.db.models import Q

from notifications.models import Road

from .complaint import Complaint


class Contact(models.Model):
    """An address that a complainant left to be told that there is news, sealed with the key of the case.

    Apart from his identity: the staff are never shown it, and somebody who gave no name may leave one.
    Written by the edges of `complaints.states` only, read by `complaints.contacts` when a message leaves.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="contacts")
    road = models.CharField(max_length=10, choices=[(road.value, road.label) for road in (Road.EMAIL, Road.LINE)])
    sealed = models.BinaryField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "road"], name="one_contact_a_road"),
            models.CheckConstraint(condition=Q(road__in=[Road.EMAIL, Road.LINE]), name="contact_is_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.road}"
