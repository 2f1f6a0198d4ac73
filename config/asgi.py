"""What a server of ASGI runs: `uvicorn config.asgi:application`, or `manage.py serve` on one machine."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# The pages; sockets join them here.
application = ProtocolTypeRouter({"http": get_asgi_application()})
