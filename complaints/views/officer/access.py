"""What the case pages ask first: the case, if it exists for the reader, and what of it he may read."""

from django.http import HttpRequest

from complaints.models import ComplaintCase
from complaints.queries import complaint_for
from complaints.rules import may_read_text
from organisations.models import Role, User
from workflows.actors import post_for
from workflows.casepages.access import reader

CONTACT_ROLES = (Role.SCREENER, Role.APPROVER, Role.HEAD)


def case_for(request: HttpRequest, public_id: str) -> ComplaintCase:
    """The case of an address. Raises Http404, the same whether it is unknown or not for the reader."""
    return complaint_for(reader(request), public_id)


def may_see_contact(user: User, case: ComplaintCase) -> bool:
    """Whether `user` may see who complained: not in a protected case (only the custodian reveals that), else who has
    the case in hand, screens, decides or heads the unit, once he may read the text at all."""
    if case.protected or case.complaint.anonymous or not may_read_text(user, case):
        return False
    return case.holder_id == user.pk or any(post_for(user, case, role) for role in CONTACT_ROLES)
