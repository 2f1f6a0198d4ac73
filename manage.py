#!/usr/bin/env python
"""Every Sodsong command: `python manage.py help`."""

import os
import signal
import sys

# Computed from a file alone, so that anyone can check the rule: no database is started for it.
FROM_A_FILE = ("coverage", "--facts")


def main() -> None:
    command, option = FROM_A_FILE
    from_a_file = sys.argv[1:2] == [command] and any(word.split("=")[0] == option for word in sys.argv[2:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{'files' if from_a_file else 'local'}")
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
