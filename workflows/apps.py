from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Hear of people who leave and of units that close or move; give the rules of every kind their pages."""
        from organisations.signals import staff_changed
        from workflows import leaving
        from workflows.rulebook import builtin

        builtin.register_tables()
        staff_changed.connect(leaving.settle_after)
