"""What of a complaint is erased, and what stays.

Gone: the data key, and with it whatever a backup of the tables still holds sealed; every text, file, identity, contact,
place, reference and name, of ordinary cases too; what a search could find. Requests to other units about it go with it.

What stays, and why: number, kind, channel, unit, the unit it was about, district, states, days, clocks, outcomes,
stars and who of the staff did what (ledger, figures and conflict rule); the hash of the receipt, so that its holder
is told that the case was erased; the number at the source of an import, so that it is not imported once more; that a
person of the staff has a conflict with the case, so that it goes on not to exist for him; texts that were copied into
a case of its own.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.models import (
    AgencyRequest,
    ComplainantIdentity,
    Complaint,
    Contact,
    Finding,
    ImportedReport,
    Letter,
    Measure,
    Penalty,
    RequestAnswer,
    Respondent,
)
from complaints.protecting import TEXTS
from workflows.actors import TIMER
from workflows.crossing import forget_source
from workflows.keeping import blank, destroy_key, erase_files
from workflows.keys import CaseText
from workflows.transitions import Step, perform


class ErasureGround(TextChoices):
    """Why a custodian asks for an erasure before the retention period has ended."""

    REQUEST = "request", _("the person asked for it and nothing stands against it (PDPA s. 33)")
    NO_RIGHT = "no_right", _("it should not have been collected")
    TEST = "test", _("it is no matter: a test, an advertisement, filth")


# Beside the texts (`complaints.protecting.TEXTS`): what a row says then, and by which way it belongs to its complaint.
BLANKED: Mapping[type[Model], tuple[str, Mapping[str, Any]]] = {
    Complaint: ("case", {"place": "", "subdistrict": "", "latitude": None, "longitude": None, "reference": ""}),
    Finding: ("case", {"evidence": ""}),
    Measure: ("case", {"evidence": ""}),
    Respondent: ("case", {"person": b"", "user": None}),
    Penalty: ("respondent__case", {"order_number": ""}),
    Letter: (
        "case",
        {"addressee": None, "signatory_name": "", "signatory_title": "", "acting_for": "", "tracking": ""},
    ),
    ImportedReport: (
        "complaint__case",
        {"tags": [], "organisations": "", "photo": "", "photo_after": "", "fingerprint": ""},
    ),
}
# Rows that say nothing but who he is.
REMOVED: Mapping[type[Model], str] = {ComplainantIdentity: "complaint__case", Contact: "complaint__case"}
REQUEST_TEXTS: Mapping[type[CaseText], str] = {AgencyRequest: "case", RequestAnswer: "case"}


def erase_content(step: Step) -> dict[str, int]:
    """Erase the content of a complaint, and of the requests to other units about it. Out: for the ledger, how many
    texts and files there were."""
    case = step.case
    texts = _blank_texts(step, TEXTS)
    for model, (way, empty) in BLANKED.items():
        _of(model, way, case.pk).update(**empty)
    for model, way in REMOVED.items():
        _of(model, way, case.pk).delete()
    forget_source(case)
    case.subject, case.unread = "", False
    files = _seal_off(step)
    for request in AgencyRequest.objects.filter(complaint=case.pk).select_related("case").order_by("pk"):
        step.then(partial(perform, request.case, "erase", TIMER, at=step.at))
    return {"texts": texts, "files": files}


def erase_request(step: Step) -> dict[str, int]:
    """Erase the content of a request to another unit, with the complaint it is about."""
    step.case.subject = ""
    return {"texts": _blank_texts(step, REQUEST_TEXTS), "files": _seal_off(step)}


def _seal_off(step: Step) -> int:
    files = erase_files(step.case)
    destroy_key(step.case)
    return files


def _blank_texts(step: Step, texts: Mapping[type[CaseText], str]) -> int:
    return sum(blank(_of(model, way, step.case.pk)) for model, way in texts.items())


def _of(model: Any, way: str, case: int) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(**{way: case})
    return rows
