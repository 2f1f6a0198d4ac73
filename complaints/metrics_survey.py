"""What complainants think of the agency, by the indicators of the EIT that the survey feeds (S4:759-761).

It is what they say to this service, beside the assessment of the NACC and no part of it: no rubric scores it, an agency
may show it as evidence. Answers come in mixed and many at a time (`complaints.survey`), so that no figure is of one.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from complaints.models import SurveyAnswer, SurveyQuestion
from organisations.queries import reach_of
from organisations.shares import Share
from workflows.graph import Text
from workflows.metrics import Figure, Metric, Span

_LOWEST, _HIGHEST = 1, 5


def marks_of(indicator: str) -> Callable[[Collection[int], Span], Mapping[int, Figure]]:
    """Of all that could be given on the questions of the indicator, how much was: 1 is nothing, 5 the whole."""

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        aspects = list(SurveyQuestion.objects.filter(indicator=indicator).values_list("code", flat=True))
        answers = SurveyAnswer.objects.filter(month__gte=span.first, month__lt=span.after).order_by().values("unit")
        given, full = Counter[int](), Counter[int]()
        for row in answers.annotate(many=Count("pk"), **{f"sum_{aspect}": Sum(aspect) for aspect in aspects}):
            questions = row["many"] * len(aspects)
            given[row["unit"]] = sum(row[f"sum_{aspect}"] for aspect in aspects) - questions * _LOWEST
            full[row["unit"]] = questions * (_HIGHEST - _LOWEST)
        return {
            unit: Share(sum(given[one] for one in below), sum(full[one] for one in below))
            for unit, below in reach_of(units).items()
        }

    return compute


def _of_indicator(indicator: str, title: Text) -> Metric:
    part, whole = _("what complainants gave"), _("what they could give on these questions")
    return Metric(f"complaints.survey_{indicator}", title, part, whole, "S4:759-761", marks_of(indicator))


SURVEYED = (
    _of_indicator(SurveyQuestion.Indicator.OPERATION, _("Survey of complainants: quality of operation (EIT 6)")),
    _of_indicator(SurveyQuestion.Indicator.COMMUNICATION, _("Survey of complainants: communication (EIT 7)")),
    _of_indicator(SurveyQuestion.Indicator.IMPROVEMENT, _("Survey of complainants: improvement of work (EIT 8)")),
)
