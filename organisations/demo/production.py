"""Made-up data stays out of a real installation."""

import os

from django.conf import settings
from django.core.management import CommandError


def refuse_in_production(what: str) -> None:
    """Raises CommandError with the settings of production, or with others that are served to the world by HTTPS.

    what: the beginning of the sentence that says why.
    """
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if module.endswith(".production") or settings.SECURE_HSTS_SECONDS:
        raise CommandError(f"{what}: it is refused with the settings of production.")
