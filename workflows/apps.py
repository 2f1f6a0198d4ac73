from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Hear of people who leave, of units that close or move, and of new versions of the product; give the rules of
        every kind their pages."""
        from organisations.signals import staff_changed
        from workflows import figures, leaving
        from workflows.rulebook import builtin

        builtin.register_tables()
        staff_changed.connect(leaving.settle_after)
        post_migrate.connect(figures.forget_after_migrating, sender=self)
