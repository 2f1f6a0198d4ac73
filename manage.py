#!/usr/bin/env python
"""Every Sodsong command: `python manage.py help`."""

import os
import signal
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.postgres import EmbeddedServerError

    # So that the last process out stops the embedded database also when it is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        try:
            _ = settings.INSTALLED_APPS  # loads them, and with them starts the embedded database
        except OSError as error:
            sys.exit(f"error: the data folder cannot be used: {error}")
        execute_from_command_line(sys.argv)
    except (EmbeddedServerError, ImproperlyConfigured) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
