from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "scores"
    verbose_name = _("Scores")

    def ready(self) -> None:
        """Register assessments as a kind of case."""
        from scores import actions, checks, flows, notices, panel, queries, rules, signs, states
        from scores.models import AssessmentCase
        from workflows import overviews, registry

        signs.register()
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
