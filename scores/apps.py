from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "scores"
    verbose_name = _("Scores")

    def ready(self) -> None:
        """Register assessments and reports as kinds of cases."""
        from scores import actions, checks, flows, notices, panel, queries, rules, signs, states
        from scores.models import AssessmentCase
        from workflows import registry

        signs.register()
        registry.register(
            registry.Kind(
                graph=states.GRAPH,
                case_model=AssessmentCase,
                flow=flows.AssessmentFlow,
                actions=actions.ACTIONS,
                lineage=rules.lineage,
                rises_to=rules.rises_to,
                recipients=notices.recipients,
                checks=checks.assessment_problems,
                readers=rules.READERS,
                series="A",
                page="assessment",
                concerned=queries.examined_by,
                topic="scores",
                hands=rules.HANDS,
                news={edge: told.title for edge, told in panel.AssessmentTimeline.told.items()},
            )
        )
        self._register_reports()

    def _register_reports(self) -> None:
        from scores import rules
        from scores.models import ReportCase
        from scores.reports import actions, checks, flows, notices, panel, signs, states
        from scores.reports.rules import READERS, WRITERS
        from workflows import registry

        signs.register()
        registry.register(
            registry.Kind(
                graph=states.GRAPH,
                case_model=ReportCase,
                flow=flows.ReportFlow,
                actions=actions.ACTIONS,
                lineage=rules.lineage,
                rises_to=rules.rises_to,
                recipients=notices.recipients,
                checks=checks.report_problems,
                readers=READERS,
                series="RP",
                page="report",
                topic="scores",
                hands=WRITERS,
                news={edge: told.title for edge, told in panel.ReportTimeline.told.items()},
            )
        )
