"""Matters about people, played through the real edges to their end at a chosen moment of the past."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from complaints.models import ComplaintCase, ComplaintKind, Measure, Reply, Respondent
from organisations.models import Unit
from tests.support.world import World
from workflows.actors import Actor
from workflows.transitions import perform

GRIEVANCE = "internal_treatment"
_AGAINST = ("founded", "partly")


def noon(day: date) -> datetime:
    """Twelve o'clock in Bangkok."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def matter(
    world: World,
    day: date,
    end: str = "closed",
    *,
    kind: str = "",
    unit: Unit | None = None,
    outcome: str = "founded",
    against: str = "",
    then: str = Measure.Kind.DISCIPLINE,
    **respondent: Any,
) -> ComplaintCase:
    """A matter about `unit` (the district) that came in on `day` and ended on the day after.

    end: closed, declined, withdrawn, discontinued, or "" for one that is still under investigation. outcome: of the
    case; against: of the allegation, where it is another one. then: what follows for the respondent. respondent: facts
    of `add_respondent`, none where they are empty.
    """
    about = unit or world.district
    row = ComplaintKind.objects.get(pk=kind) if kind else world.corruption
    at, after = noon(day), noon(day + timedelta(days=1))
    case = world.file(row, unit=about, at=at)
    centre = (world.centre_screener, world.centre_officer, world.centre_approver)
    screener, officer, approver = centre if case.protected else (world.screener, world.officer, world.approver)
    head = world.centre_approver if case.protected else world.head

    def do(edge: str, user: Any, when: datetime = at, **facts: Any) -> None:
        nonlocal case
        case = perform(case, edge, Actor.person(user) if user else Actor.complainant(case), at=when, **facts)  # type: ignore[assignment]

    if end == "withdrawn":
        do("withdraw", None, after)
        return case
    do("start_screening", screener)
    if end == "declined":
        do("decline", approver if case.protected else screener, after, **world.refusal())
        return case
    do("accept", screener, kind=row, unit=case.unit)
    do("assign", head, to=officer)
    if respondent:
        do("add_respondent", officer, **{"name": "นาย ก", "text": "เรียกรับเงิน", **respondent})
    named = Respondent.objects.filter(case=case.pk).first()
    if not end:
        return case
    if end == "discontinued":
        do("discontinue", approver, after, reasons="ผู้ถูกร้องถึงแก่กรรม", reply="ยุติเรื่อง")
        return case
    found = []
    if named:
        do("hear_respondent", officer, respondent=named, text="ปฏิเสธ", heard_on=day)
        found = [{"respondent": named, "outcome": against or outcome, "reasons": "พยานหลักฐาน"}]
    do("submit_finding", officer, outcome=outcome, reasons="พบจริง", evidence="ภาพ", respondents=found)
    if outcome not in _AGAINST:
        do(f"decide_{outcome}", approver, reply="ไม่พบ")
    else:
        due = day + timedelta(days=10)
        measures = [{"kind": "corrective", "text": "แก้ไข", "owner": officer, "due_on": due}]
        if named and (against or outcome) in _AGAINST:
            measures.append({"kind": then, "text": "ดำเนินการ", "owner": officer, "due_on": due, "respondent": named})
        do("decide_founded" if outcome == "founded" else "decide_partly", approver, measures=measures)
        for measure in Measure.objects.filter(case=case.pk, done_at=None):
            do("measure_done", officer, measure=measure, evidence="หนังสือ")
        do("draft_reply", officer, reply="ผลการตรวจสอบ")
        do("approve_reply", approver, reply_seen=Reply.objects.filter(case=case.pk).latest("pk").pk)
        do("answer", officer)
    do("close", officer, after, evidence="สำนวน")
    return case
