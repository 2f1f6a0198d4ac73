"""What every page knows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone


def page(request: HttpRequest) -> dict[str, Any]:
    """Today's date in Bangkok, for the relative dates of every page."""
    return {"today": timezone.localdate()}
