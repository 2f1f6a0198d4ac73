"""From a draft to a complaint: once, however often it is sent."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints import drafts, routing
from complaints.models import Complaint, ComplaintCase, ComplaintKind
from complaints.queries import unused_receipt
from complaints.receipts import Receipt
from complaints.views.citizen import places, steps
from complaints.views.citizen.answers import Answers
from organisations.models import Unit
from workflows.actors import Actor
from workflows.transitions import open_case

FILED = "filed"
_NOWHERE = {"place": "", "latitude": None, "longitude": None}


class Unfinished(Exception):
    """A question has no answer, or one that is no longer good: `step` is the page to go to."""

    def __init__(self, step: steps.Step) -> None:
        super().__init__(step.name)
        self.step = step


@dataclass(frozen=True)
class Filing:
    """What is filed, checked anew from the answers. unit: the one it is about; laid_before: the one that it is filed
    with, from which a protected matter goes up further."""

    kind: ComplaintKind | None
    statement: str
    unit: Unit
    laid_before: Unit
    about_head: bool
    channel: str
    identity: dict[str, str]
    tell_at: str
    where: dict[str, Any]

    @property
    def protected(self) -> bool:
        """Whether it goes into the protected register."""
        return bool(self.kind and self.kind.protected)


def read_answers(answers: Answers) -> Filing:
    """The complaint that the answers make. Raises Unfinished: rule data may have changed since they were given."""
    asked = {step.name: step for step in steps.steps_for(answers)}
    bound = {}
    for name, step in asked.items():
        if step is steps.CHECK:
            continue
        form = step.form(answers, dict(answers.get(name, {})))
        if name not in answers or not form.is_valid():
            raise Unfinished(step)
        bound[name] = form.cleaned_data if name not in (steps.UNIT.name, steps.HEAD.name) else form
    province, district = ("", "") if answers.hotline else places.stored_names(answers.province, answers.district)
    where, who, kind = bound.get("where", _NOWHERE), bound["who"], answers.kind
    unit = laid_before = bound["unit"].office
    about_head = answers.hotline and bound["head"].about_head
    if answers.hotline:
        laid_before = routing.above_the_accused(unit, head=about_head)
    return Filing(
        kind=kind,
        statement=bound["what"]["statement"],
        unit=unit,
        laid_before=laid_before,
        about_head=about_head,
        channel=Complaint.Channel.STAFF_HOTLINE if answers.hotline else Complaint.Channel.WEBSITE,
        identity={name: who[name] for name in ("name", "phone", "email") if who[name]},
        tell_at=who["email"] if who.get("tell") else "",
        where={
            "place": where["place"],
            "latitude": where["latitude"],
            "longitude": where["longitude"],
            "province": province,
            "district": district,
        },
    )


def send(token: str) -> None:
    """File the draft of `token` and leave the receipt in it, in place of the answers.

    The lock on the draft makes a double click, a reload and two tabs come one after the other; whoever comes second
    finds the receipt. All in one transaction: there is no complaint without its receipt in the draft.
    Raises DraftGone, Unfinished, Refused; then nothing is filed and the draft is as it was.
    """
    with transaction.atomic():
        draft = drafts.lock_draft(token)
        if draft is None:
            raise drafts.DraftGone
        if FILED in draft:
            return
        filing = read_answers(Answers(draft.get("answers", {})))
        case, receipt = _open(filing, token)
        drafts.save_draft(token, {FILED: {"receipt": receipt.text, "case": case.public_id}})
        for file in drafts.list_files(token):
            drafts.remove_file(token, file.public_id)


def _open(filing: Filing, token: str) -> tuple[ComplaintCase, Receipt]:
    receipt = unused_receipt()
    case = open_case(
        "complaint",
        "register",
        Actor.complainant(),
        unit=filing.laid_before,
        about=filing.unit,
        statement=_statement(filing),
        channel=filing.channel,
        kind=filing.kind,
        identity=filing.identity or None,
        tell_at=filing.tell_at,
        receipt=receipt,
        files=drafts.open_files(token),
        language=(get_language() or "th")[:2],
        **_where(filing),
    )
    assert isinstance(case, ComplaintCase)
    return case, receipt


def _statement(filing: Filing) -> str:
    """Of a protected complaint the place stands in the sealed text: people write their own house there."""
    if not filing.protected:
        return filing.statement
    lines = [filing.statement]
    if filing.where["place"]:
        lines.append(_("Place: %(place)s") % {"place": filing.where["place"]})
    if filing.where["latitude"] is not None:
        lines.append(_("Position: %(position)s") % {"position": "{latitude}, {longitude}".format(**filing.where)})
    return "\n\n".join(lines)


def _where(filing: Filing) -> dict[str, Any]:
    if not filing.protected:
        return filing.where
    return {name: filing.where[name] for name in ("province", "district")}
