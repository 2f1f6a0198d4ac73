"""What must hold between a request and the complaint about which a unit is asked."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from complaints.models import AgencyRequest, ComplaintCase, RequestAnswer, RequestCase


def problems() -> Iterator[tuple[str, str]]:
    """(case number, sentence) for everything that does not agree."""
    for number in RequestCase.objects.filter(kind="request", request=None).values_list("number", flat=True):
        yield number, _("the request asks nothing")
    waiting = ComplaintCase.objects.filter(state="awaiting_agency")
    for number in waiting.exclude(requests__case__is_open=True).values_list("number", flat=True):
        yield number, _("waits for other units, but none is asked")
    left = AgencyRequest.objects.filter(case__is_open=True).exclude(complaint__state="awaiting_agency")
    for number in left.values_list("case__number", flat=True):
        yield number, _("is asked, but its complaint does not wait")
    for number in AgencyRequest.objects.filter(complaint__protected=True, case__protected=False).values_list(
        "case__number", flat=True
    ):
        yield number, _("is asked about a protected case and not protected itself")
    for model in (AgencyRequest, RequestAnswer):
        for number in (
            model.objects.filter(case__protected=True, sealed=None)
            .exclude(text="")
            .values_list("case__number", flat=True)
        ):
            yield (
                number,
                _("a text of a protected case is not sealed (%(table)s)") % {"table": model._meta.verbose_name},
            )
