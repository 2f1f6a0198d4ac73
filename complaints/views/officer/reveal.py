"""Who complained, shown to a custodian: a reason, an entry, and once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from complaints.identity import read_identity
from complaints.models import ComplaintCase
from complaints.rules import may_read_text
from workflows.casepages.access import reader

from .case import heading
from .panel import ADDRESSES
from .take import TakeComplaint


class RevealPage(TakeComplaint):
    """The form of `reveal`, and in place of the way back what it reveals.

    Only the answer to the form that was recorded holds it: it is kept in no address, session, cookie or cache, and the
    same form sent again finds that it was taken already and shows nothing (`seen_seq`).
    """

    def after(self, request: HttpRequest, case: ComplaintCase) -> HttpResponse:
        """The identity, once."""
        context = {
            "case": case,
            "case_url": ADDRESSES.of_case(case),
            **heading(case, readable=may_read_text(reader(request), case)),
            "identity": read_identity(case.complaint),
        }
        response = render(request, "officer/revealed.html", context)
        response["Cache-Control"] = "no-store"
        return response


reveal = RevealPage.as_view()
