"""What must hold between a complaint and its case, beyond what `workflows.checks` looks at."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext as _

from complaints.merged import unanswered
from complaints.models import Complaint, ComplaintCase, Measure
from complaints.protecting import TEXTS
from complaints.unattended import unattended
from organisations.models import Role, Vacancy
from organisations.queries import holders_of
from workflows.keys import not_erased
from workflows.models import CaseLink

_TOGETHER = (CaseLink.Relation.MERGED, CaseLink.Relation.PART)


def problems() -> Iterator[tuple[str, str]]:
    """(case number, sentence) for everything that does not agree. Walks the tables, not the cases."""
    for number in ComplaintCase.objects.filter(complaint=None).values_list("number", flat=True):
        yield number, _("the case has no complaint")
    for number in (
        Complaint.objects.exclude(case__category=F("kind"))
        .filter(Q(kind__isnull=False))
        .values_list("case__number", flat=True)
    ):
        yield number, _("the kind of the complaint is not that of the case")
    # A kind that is not decided yet says nothing.
    for number in ComplaintCase.objects.filter(protected=True, complaint__kind__protected=False).values_list(
        "number", flat=True
    ):
        yield number, _("the case is protected, its kind is not")
    for model, path in TEXTS.items():
        for number in (
            model.objects.filter(**{f"{path}__protected": True}, sealed=None)
            .exclude(text="")
            .values_list(f"{path}__number", flat=True)
        ):
            yield (
                number,
                _("a text of a protected case is not sealed (%(table)s)") % {"table": model._meta.verbose_name},
            )
    # What hangs together is kept from others together; of what was erased nothing is left to keep.
    apart = CaseLink.objects.filter(target__protected=True, source__protected=False, relation__in=_TOGETHER)
    merged = CaseLink.objects.filter(source__protected=True, target__protected=False, relation=CaseLink.Relation.MERGED)
    known_to_all = Q(pk__in=apart.values("source")) | Q(pk__in=merged.values("target"))
    for number in not_erased(ComplaintCase.objects.filter(known_to_all)).values_list("number", flat=True):
        yield number, _("it hangs together with a protected case and is not protected itself")
    running = Measure.objects.filter(done_at=None, case__state__in=["acting", "replied"]).exclude(
        case__clocks__code="measure", case__clocks__stopped_on=None
    )
    for number in running.values_list("case__number", flat=True):
        yield number, _("a measure that is not done has no clock")
    lying = ComplaintCase.objects.filter(protected=True, is_open=True, raised_to=None)
    for unit in lying.values_list("unit", flat=True).distinct():
        if not holders_of(unit, Role.SCREENER).exists():
            for number in lying.filter(unit=unit).values_list("number", flat=True):
                yield number, _("a protected case lies in a unit in which nobody screens")
    yield from _left_alone()


def _left_alone() -> Iterator[tuple[str, str]]:
    """What nobody would do anything about any more."""
    for number in unanswered().values_list("number", flat=True):
        yield number, _("the case into which it was merged has ended, and nobody was answered here")
    noted = set(Vacancy.objects.values_list("unit", "role"))
    for case, role in unattended():
        if (case.unit_id, role) not in noted:
            yield case.number, _("nobody may take the next step (%(role)s), and nobody was told") % {"role": role.label}
