from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "scores"
    verbose_name = _("Scores")

    def ready(self) -> None:
        """Register assessments, entries of registers and reports as kinds of cases, and the figures of registers."""
        from scores import actions, checks, flows, notices, panel, queries, rule_tables, rules, signs, states
        from scores.disclosure import metrics as disclosed
        from scores.models import AssessmentCase
        from workflows import overviews, registry

        signs.register()
        rule_tables.register_tables()
        disclosed.register()
        overviews.register(
            overviews.Beside("executive_scores", _("Participation and anti-corruption"), fetched=True),
            overviews.Beside("executive_map", _("Map of provinces")),
            overviews.Beside("executive_compare", _("Compare units")),
            overviews.Beside("executive_month", _("Monthly report"), monthly=True),
        )
        registry.register(
            registry.Kind(
                graph=states.GRAPH,
                case_model=AssessmentCase,
                flow=flows.AssessmentFlow,
                actions=actions.ACTIONS,
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
        self._registers()
        self._reports()

    def _registers(self) -> None:
        from scores.models import RegisterCase
        from scores.registers import actions, checks, flows, metrics, notices, panel, rules, signs, states
        from workflows import registry

        signs.register()
        metrics.register()
        registry.register(
            registry.Kind(
                graph=states.GRAPH,
                case_model=RegisterCase,
                flow=flows.RegisterFlow,
                actions=actions.ACTIONS,
                recipients=notices.recipients,
                checks=checks.register_problems,
                readers=rules.READERS,
                series="G",
                page="register_entry",
                topic="scores",
                hands=rules.HANDS,
                news={edge: told.title for edge, told in panel.RegisterTimeline.told.items()},
            )
        )

    def _reports(self) -> None:
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
