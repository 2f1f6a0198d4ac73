"""Leaving quickly forgets what was begun, on this device and on ours."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from complaints import drafts
from complaints.views.citizen import opened


def forget(request: HttpRequest, response: HttpResponseBase, **_signal: Any) -> None:
    """Delete the draft with its files and its receipt, and close the case that was followed."""
    drafts.discard_draft(drafts.token_of(request))
    drafts.clear_cookie(response)
    opened.close(response)
