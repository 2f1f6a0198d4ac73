from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """Register complaints as a kind of case."""
        from complaints import (
            actions,
            checks,
            contacts,
            crossing,
            escalation,
            flows,
            monthly_readers,
            notices,
            routing,
            rules,
            signs,
        )
        from complaints.models import ComplaintCase
        from complaints.states import GRAPH
        from complaints.views.citizen import leaving
        from notifications import linking
        from organisations.signals import left_quickly
        from workflows import registry

        left_quickly.connect(leaving.forget)

        linking.register_outsider(GRAPH.kind, contacts.link_line)
        signs.register()
        monthly_readers.register()
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
                outsiders=notices.outsiders,
                address_of=contacts.address_of,
                letter_language=contacts.letter_language,
            )
        )
