from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Let the sockets hear who signs out, and the administrators of a road that is down."""
        from notifications import health, signals

        signals.connect()
        health.connect()
