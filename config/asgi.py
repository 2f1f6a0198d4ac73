"""What a server of ASGI runs: `uvicorn config.asgi:application`, or `manage.py serve` on one machine."""

import os

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup(set_prefix=False)

from config.bodies import BoundedASGIHandler  # noqa: E402 - it needs the settings

# The pages; sockets join them here.
application = ProtocolTypeRouter({"http": BoundedASGIHandler()})
