"""What every page knows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone


def page(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - Django's signature
    """Today's date in Bangkok, for the relative dates of every page."""
    return {"today": timezone.localdate()}
