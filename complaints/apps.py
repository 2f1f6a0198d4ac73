from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """Register complaints as a kind of case."""
        from complaints import (
            actions,
            barring,
            checks,
            contacts,
            crossing,
            escalation,
            flows,
            identity,
            metrics,
            news,
            notices,
            routing,
            rule_tables,
            rules,
            signs,
            standard_texts,
            unattended,
            wholes,
        )
        from complaints.models import (
            ComplainantIdentity,
            ComplaintCase,
            ImportedReport,
            Question,
            RequestCase,
            SurveyPool,
        )
        from complaints.questions import notices as question_notices
        from complaints.requests import actions as request_actions
        from complaints.requests import checks as request_checks
        from complaints.requests import notices as request_notices
        from complaints.requests import queries as request_queries
        from complaints.requests import rules as request_rules
        from complaints.requests import states as requests
        from complaints.states import GRAPH
        from complaints.statistics import readers
        from complaints.views.citizen import leaving
        from notifications import linking
        from organisations.models import Role
        from organisations.signals import left_quickly, staff_changed
        from workflows import registry, rotation

        left_quickly.connect(leaving.forget)
        staff_changed.connect(barring.settle_after)

        linking.register_outsider(GRAPH.kind, contacts.link_line)
        signs.register()
        rule_tables.register_tables()
        standard_texts.register()
        readers.register()
        unattended.register()
        crossing.register()
        metrics.register()
        question_notices.register()
        rotation.register_wrapped(Question, "wrapped")
        rotation.register_wrapped(SurveyPool, "wrapped")
        rotation.register_hashed(
            ComplainantIdentity, "phone_hash", "email_hash", made_anew=identity.hashes_of, related=("complaint__case",)
        )
        rotation.register_lasting(
            ImportedReport, "fingerprint", "a report that is imported once more is told as changed at its source"
        )
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
                letter_number=wholes.number_for_complainant,
                hands=frozenset({Role.SCREENER, Role.OFFICER}),
                heir=routing.heir,
                news=news.COMPLAINT,
            )
        )
        registry.register(
            registry.Kind(
                graph=requests.GRAPH,
                case_model=RequestCase,
                flow=flows.RequestFlow,
                actions=request_actions.ACTIONS,
                recipients=request_notices.recipients,
                checks=request_checks.problems,
                readers=request_rules.READERS,
                series="R",
                page="request",
                concerned=request_queries.asked_by,
                topic="complaints",
                hands=frozenset({Role.OFFICER}),
                news=news.REQUEST,
            )
        )
