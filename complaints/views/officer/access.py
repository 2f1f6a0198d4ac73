"""What the case pages ask first: the case, if it exists for the reader."""

from django.http import HttpRequest

from complaints.models import ComplaintCase
from complaints.queries import complaint_for
from workflows.casepages.access import reader


def case_for(request: HttpRequest, public_id: str) -> ComplaintCase:
    """The case of an address. Raises Http404, the same whether it is unknown or not for the reader."""
    return complaint_for(reader(request), public_id)
