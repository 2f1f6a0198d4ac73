from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """Register complaints as a kind of case."""
        from complaints import actions, checks, crossing, escalation, flows, notices, routing, rules, signs
        from complaints.models import ComplaintCase
        from complaints.states import GRAPH
        from complaints.views.citizen import leaving
        from organisations.signals import left_quickly
        from workflows import registry

        left_quickly.connect(leaving.forget)

        signs.register()
        crossing.register()
        registry.register(
            registry.Kind(
                graph=GRAPH,
                case_model=ComplaintCase,
                flow=flows.ComplaintFlow,
                actions=actions.ACTIONS,
                lineage=routing.lineage,
                rises_to=escalation.rises_to,
                recipients=notices.recipients,
                checks=checks.problems,
                readers=rules.READERS,
                topic="complaints",
            )
        )
