"""What a case page shows of other cases, units and agencies: requests, the referral, related cases."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from complaints.models import ComplaintCase, Referral, RequestAnswer, RequestCase
from complaints.queries import complaints_visible_to
from complaints.requests.rules import ASKER
from organisations.models import User
from workflows.casepages.timeline import Timeline
from workflows.graph import Text
from workflows.models import Attachment, Case, CaseLink, Conflict, LedgerEntry

from .requests_panel import ASKING


@dataclass
class RequestRow:
    """A request as the complaint shows it. ways: to the forms that are the reader's, pairs of a label and an address;
    texts: its answers and reminders."""

    case: RequestCase
    question: str
    due: date | None
    texts: list[dict[str, Any]] = field(default_factory=list)
    ways: list[tuple[Text, str]] = field(default_factory=list)
    url: str = ""


def requests_of(case: ComplaintCase, user: User, *, readable: bool, timeline: Timeline) -> list[RequestRow]:
    """The requests about `case` with their answers, the newest first; four queries whatever their number.

    readable: whether the reader may read texts. Who asks is who has the case in hand; whether he may take a step now is
    asked again where its form is.
    """
    found = list(
        RequestCase.objects.filter(request__complaint=case.pk).select_related("unit", "request").order_by("-pk")
    )
    if not found:
        return []
    keys = [row.pk for row in found]
    texts: dict[int, list[RequestAnswer]] = {}
    files: dict[tuple[int, Any], list[Attachment]] = {}
    if readable:
        kinds = (RequestAnswer.Kind.ANSWER, RequestAnswer.Kind.REMINDER)
        for text in RequestAnswer.objects.filter(case__in=keys, kind__in=kinds).select_related("by"):
            texts.setdefault(text.case_id, []).append(text)
        for attachment in Attachment.objects.filter(case__in=keys).exclude(storage_name=""):
            files.setdefault((attachment.case_id, attachment.at), []).append(attachment)
    mine = set[int]()
    if case.holder_id == user.pk:
        mine = set(keys) - set(Conflict.objects.filter(user=user, case__in=keys).values_list("case", flat=True))
    rows = []
    for request in found:
        row = RequestRow(request, request.request.read(request) if readable else "", request.next_due)
        for text in texts.get(request.pk, ()):
            given = [_file(case, request, attachment, timeline) for attachment in files.get((request.pk, text.at), ())]
            row.texts.append({"row": text, "text": text.read(request), "files": given})
        if request.pk in mine:
            row.url = ASKING.addresses.of_case(request)
            edges = [edge for edge in ASKING.graph.edges_from(request.state) if ASKER in edge.by]
            row.ways = [(ASKING.label_of(edge), ASKING.addresses.of_take(request, edge.name)) for edge in edges]
        rows.append(row)
    return rows


def _file(case: ComplaintCase, request: RequestCase, attachment: Attachment, timeline: Timeline) -> dict[str, Any]:
    """A file of an answer, at an address of the complaint, for who reads that reaches no page of the request."""
    url = reverse("request_answer_file", args=[case.public_id, request.public_id, attachment.public_id])
    return {**timeline.file_row(request, attachment), "url": url}


# --- The referral -----------------------------------------------------------------------------------------------------
def referral_of(case: ComplaintCase, *, readable: bool) -> dict[str, Any] | None:
    """The newest referral: to which agency, since when, how often it was reminded, why; None where there is none."""
    row: Referral | None = case.referrals.select_related("agency", "by").last()
    if row is None:
        return None
    reminders = LedgerEntry.objects.filter(case=case.pk, verb="remind_agency", at__gt=row.at)
    return {
        "row": row,
        "reasons": row.read(case) if readable else "",
        "reminders": list(reminders.order_by("seq").values_list("at", flat=True)),
        "open": case.state == "referred",
    }


# --- Related cases ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Related:
    """Another case and what it has to do with this one."""

    relation: str
    case: Case


def related_of(case: ComplaintCase, user: User) -> list[Related]:
    """The cases merged with this one, its parts and what it is a part of, as far as `user` may see them: that there is
    another one would tell him that it is kept from him, and so perhaps whom it is about. At most two queries."""
    relations = (CaseLink.Relation.MERGED, CaseLink.Relation.PART)
    links = CaseLink.objects.filter(relation__in=relations)
    mine = [(f"{link.relation}_into", link.target_id) for link in links.filter(source=case.pk).order_by("pk")]
    theirs = [(f"{link.relation}_here", link.source_id) for link in links.filter(target=case.pk).order_by("pk")]
    seen = _seen(user, (key for _relation, key in (*mine, *theirs)))
    return [Related(relation, seen[key]) for relation, key in (*mine, *theirs) if key in seen]


def _seen(user: User, keys: Iterable[int]) -> dict[int, ComplaintCase]:
    wanted = set(keys)
    return complaints_visible_to(user).in_bulk(wanted) if wanted else {}
