"""The rows that the facts of a story only name."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from complaints.letters.carried import carried_texts
from complaints.letters.signing import signatories
from complaints.models import ComplaintCase, ComplaintKind, DeclineGround, Penalty, ReferralAgency
from organisations.formats import BUDDHIST_ERA
from organisations.models import Holding, Unit, User
from workflows.models import Case

from .letters import number_of


class Finder:
    """Finds rows by what a story calls them. What is needed again and again it reads once."""

    def __init__(self) -> None:
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.kinds = {kind.code: kind for kind in ComplaintKind.objects.all()}
        self._agencies = {agency.code: agency for agency in ReferralAgency.objects.all()}
        self._grounds = {ground.code: ground for ground in DeclineGround.objects.all()}

    def found(
        self, facts: Mapping[str, Any], about: Case, case: ComplaintCase, people: Mapping[str, User], at: datetime
    ) -> dict[str, Any]:
        """The facts of an act, taken at a moment, with their rows.

        about: whose edge it is, the complaint `case`, a request or a part of it. people: by their user names.
        """
        today = timezone.localdate(at)
        find: dict[str, Callable[[Any], Any]] = {
            # Penalties have kinds of their own.
            "kind": lambda code: self.kinds.get(code, code),
            "unit": lambda code: self.units[code],
            "ground": lambda code: self._grounds[code],
            "to": lambda name: people[name],
            "decided_by": lambda name: people[name],
            "clock": lambda code: about.clocks.filter(code=code, stopped_on=None).get(),
            "measure": lambda _: case.measures.filter(done_at=None).first(),
            "reply_seen": lambda _: case.replies.order_by("pk").values_list("pk", flat=True).last(),
            "measures": lambda rows: [_measure(row, at, people, case) for row in rows],
            "units": lambda codes: [self.units[code] for code in codes],
            "agency": lambda code: self._agencies[code],
            "respondent": lambda _: case.respondents.last(),
            "respondents": lambda outcome: [
                {"respondent": row, "outcome": outcome, "reasons": "ผลตามรายงานการตรวจสอบข้อเท็จจริง"}
                for row in case.respondents.all()
            ],
            "into": lambda _: _like(case),
            "parts": lambda rows: [{**row, "kind": row["kind"] and self.kinds[row["kind"]]} for row in rows],
            "members": lambda rows: [{"user": people[name], "part": part} for name, part in rows],
            "order_number": lambda number: f"{number}/{today.year + BUDDHIST_ERA}",
            "penalty": lambda _: Penalty.objects.filter(respondent__case=case.pk, copied_on=None).first(),
            "carries": lambda sort: next(text.key for text in carried_texts(case) if text.name == sort),
            "number": lambda _: number_of(case, today),
            "letter": lambda _: case.letters.filter(cancelled_at=None).last(),
            "signatory": lambda name: _signatory(case, people[name]),
            **dict.fromkeys(("heard_on", "ordered_on", "registered_on", "despatched_on"), lambda _: today),
        }
        return {name: find[name](value) if name in find else value for name, value in facts.items()}


def _measure(row: Mapping[str, Any], at: datetime, people: Mapping[str, User], case: ComplaintCase) -> dict[str, Any]:
    due_on = at.date() + timedelta(days=row["due_in"])
    respondent = case.respondents.last() if row["kind"] in ("discipline", "ethics") else None
    return {
        "kind": row["kind"], "text": row["text"], "owner": people[row["owner"]], "due_on": due_on,
        "respondent": respondent,
    }  # fmt: skip


def _signatory(case: ComplaintCase, user: User) -> Holding:
    return next(held for held in signatories(case) if held.user_id == user.pk)


def _like(case: ComplaintCase) -> ComplaintCase:
    """An open complaint of the same unit that came in before: what this one is merged into."""
    others = ComplaintCase.objects.filter(
        kind="complaint", unit=case.unit_id, is_open=True, protected=False, opened_at__lt=case.opened_at
    )
    found = others.exclude(pk=case.pk).order_by("-opened_at", "-pk").first()
    if found is None:
        raise LookupError(f"{case.number}: nothing to be merged into")
    return found
